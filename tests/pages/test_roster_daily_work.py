"""What a director does all day on the roster's pages: the screen says what stands, before and after."""

from __future__ import annotations

from datetime import date, timedelta

from db.models.roster import PostRole
from lib.access.work import acting, reading
from lib.grids.queries import grid_card
from lib.roster.duty.commands import record_patrol
from lib.roster.people.queries import person_card
from lib.roster.posts.commands import leave, move
from lib.roster.queries import RosterFilter, find_lines
from lib.ui.sheet import draft_key, editor_key
from tests.pages.test_pages import Draw, draw
from tests.pages.test_roster_pages import (
    DIRECTOR,
    TOWN,
    city,
    done,
    full_time,
    press,
    tokens,
    viewer,
)
from tests.pages.test_roster_pages import typed as typed_into

__all__ = ["city", "draw", "tokens"]
TODAY = date(2026, 6, 30)


def test_who_searches_finds_people_before_the_centers(draw: Draw) -> None:
    usual = [one.value for one in draw(DIRECTOR, "roster").subheader]
    assert usual.index("各中心配备情况") < usual.index("在岗人员")
    for narrowed in ({"find": full_time().name}, {"role": "full_time"}, {"issue": "double"}):
        shown = [one.value for one in draw(DIRECTOR, "roster", **narrowed).subheader]
        assert shown.index("在岗人员") < shown.index("各中心配备情况")


def test_people_are_found_by_the_name_of_their_grid(draw: Draw) -> None:
    who = full_time()
    with reading(viewer()) as session:
        name = grid_card(session, who.grid_code).row.name
        found = find_lines(session, RosterFilter(TOWN, text=name, roles=(PostRole.FULL_TIME,)), 1, 200).rows
        assert who.grid_code in {one.grid_code for one in found}
        assert all(name in one.grid_name or name in one.name for one in found)
        begun = find_lines(session, RosterFilter(TOWN, text="网", roles=(PostRole.FULL_TIME,)), 1, 200).rows
        assert all("网" in one.name for one in begun)


def test_the_sheet_shows_what_stands_after_an_undo(draw: Draw) -> None:
    who = full_time()
    page = draw(DIRECTOR, "roster_sheet", find=who.name, role="full_time")
    place = next(
        n for n, line in enumerate(page.session_state[draft_key(f"roster {TOWN}")].lines)
        if line.key == who.post_id
    )  # fmt: skip
    before = page.session_state[draft_key(f"roster {TOWN}")].lines[place].shown["employer"]
    typed_into(page, edited_rows={place: {"employer": "改过的单位"}})
    press(page, "save the sheet")
    draft = page.session_state[draft_key(f"roster {TOWN}")]
    assert draft.lines[place].shown["employer"] == "改过的单位"
    # The editor stands on screen, as it does in a browser.
    page.session_state[editor_key(f"roster {TOWN}", draft.mount)] = {
        "edited_rows": {}, "added_rows": [], "deleted_rows": [],
    }  # fmt: skip
    press(page, "undo the roster")
    assert "已撤销" in done(page)
    assert page.session_state[draft_key(f"roster {TOWN}")].lines[place].shown["employer"] == before


def test_a_step_that_was_taken_is_no_longer_lit(draw: Draw) -> None:
    who = full_time()
    page = draw(DIRECTOR, "person", id=str(who.person_id))
    page.session_state[f"step of {who.person_id}"] = "leave"
    page.run()
    press(page, "take the step")
    assert "已办理离岗" in done(page)
    assert page.session_state[f"step of {who.person_id}"] is None


def test_a_post_to_come_is_not_called_ended(draw: Draw) -> None:
    one, two = full_time(0), full_time(1)
    later = TODAY + timedelta(days=10)
    with acting(viewer()) as session:
        leave(session, two.post_id, two.seen[0], later - timedelta(days=1))
        move(session, one.post_id, one.seen[0], two.grid_code, later)
    page = draw(DIRECTOR, "person", id=str(one.person_id))
    states = list(page.dataframe[0].value["状态"])
    assert states == ["待上岗", "在岗"]


def test_what_was_done_on_duty_does_not_bury_the_changes_of_a_person(draw: Draw) -> None:
    who = full_time()
    with reading(viewer()) as session:
        grid = find_lines(session, RosterFilter(TOWN, text=who.name), 1, 1).rows[0].grid_code
        key = grid_card(session, grid).row.id
        before = person_card(session, who.person_id or 0).changes
    with acting(viewer()) as session:
        record_patrol(session, key, who.person_id or 0, TODAY, 30, 0, "")
    with reading(viewer()) as session:
        assert person_card(session, who.person_id or 0).changes == before


def test_a_vacancy_offers_the_post_that_is_vacant(draw: Draw) -> None:
    who = full_time()
    with acting(viewer()) as session:
        leave(session, who.post_id, who.seen[0], TODAY - timedelta(days=1))
    page = draw(DIRECTOR, "join", center=TOWN, grid=who.grid_code)
    assert page.selectbox(key="joining role").value == "full_time"
    assert not [one for one in page.text_input if one.key == "joining center"]
