"""The roster on the screen: the director's page, a person and the steps with them, joining, the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.register import ChangeSetKind
from db.models.roster import Person, Post, PostRole
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.people.commands import look_up_number
from lib.roster.posts.commands import leave
from lib.roster.queries import LineRow, RosterFilter, find_lines
from lib.sealing import opened
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, address, assert_whole, draw, said
from tests.running import at_database, copy_city

__all__ = ["draw"]
DIRECTOR, TOWN = "jiuquanlu.director", "620102001"
PAGES = ("roster", "person", "join", "roster_sheet")
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_ROSTER in GRANTS[role]]
KEEPS = [name for name, role in ACCOUNTS.items() if Permission.KEEP_ROSTER in GRANTS[role]]


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "city.db"
    copy_city(small_city, path)
    with at_database(path):
        yield path


@pytest.fixture
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def viewer(username: str = DIRECTOR) -> Viewer:
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def full_time(number: int = 0) -> LineRow:
    """A full-time gridworker of the town with this one post."""
    with reading(viewer()) as session:
        rows = find_lines(session, RosterFilter(TOWN, roles=(PostRole.FULL_TIME,)), 1, 200).rows
        people = [row.person_id for row in find_lines(session, RosterFilter(TOWN), 1, 2000).rows]
    return [row for row in rows if people.count(row.person_id) == 1 and row.until is None][number]


def keys(page: AppTest) -> set[str]:
    return {str(one.key) for one in page.button}


def press(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def done(page: AppTest) -> str:
    return "".join(one.value for one in page.success)


# -- who sees what


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("username", SEES)
def test_everybody_who_may_sees_the_roster_and_a_person(draw: Draw, username: str, lang: str) -> None:
    page = draw(username, "roster", lang=lang)
    assert_whole(page)
    who = full_time()
    assert_whole(draw(username, "person", lang=lang, id=str(who.person_id)))
    for name in ("join", "roster_sheet"):
        page = draw(username, name, lang=lang)
        assert_whole(page)
        assert bool(page.title) is (username in KEEPS)


@pytest.mark.parametrize("username", sorted(set(ACCOUNTS) - set(SEES)))
def test_whoever_may_not_gets_a_sentence_and_no_name(draw: Draw, username: str) -> None:
    who = full_time()
    for name in PAGES:
        page = draw(username, name, id=str(who.person_id), center=TOWN)
        assert not page.title
        assert who.name not in said(page)


def test_no_whole_number_goes_over_the_wire(draw: Draw) -> None:
    with system_reading() as session:
        people = session.scalars(select(Person).where(Person.center_code.startswith(TOWN))).all()
        whole = {opened(one.phone or "") for one in people} | {opened(one.citizen_id or "") for one in people}
    whole.discard("")
    assert len(whole) > 100
    who = full_time()
    for name in PAGES:
        page = draw(DIRECTOR, name, id=str(who.person_id))
        sent = said(page) + "".join(str(one.value.to_csv()) for one in page.dataframe)
        assert not [number for number in whole if number in sent]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_nonsense_in_the_address_gets_a_sentence(draw: Draw, garbage: str) -> None:
    for name in PAGES:
        page = draw(
            DIRECTOR, name, id=garbage, center=garbage, day=garbage, find=garbage, role=garbage,
            issue=garbage, grid=garbage, page=garbage,
        )  # fmt: skip
        assert not page.exception


# -- the director's page


def people(page: AppTest) -> list[str]:
    """The grids of the people that are listed."""
    return [code for one in page.dataframe if "姓名" in one.value.columns for code in one.value["网格代码"]]


def test_a_past_day_shows_who_was_there_then(draw: Draw) -> None:
    who = full_time()
    with acting(viewer()) as session:
        leave(session, who.post_id, who.seen[0], date(2026, 6, 20))
    asked = {"find": who.name, "role": "full_time"}
    now, then = draw(DIRECTOR, "roster", **asked), draw(DIRECTOR, "roster", day="2026-06-20", **asked)
    assert "没有专职网格员" in now.title[0].value
    assert who.grid_code not in people(now)
    assert who.grid_code in people(then)
    assert "2026年6月20日" in "".join(one.value for one in then.info)
    assert "issue" not in address(then)


def test_a_card_narrows_the_list(draw: Draw) -> None:
    page = draw(DIRECTOR, "roster")
    found = sorted(key for key in keys(page) if key.startswith("issue "))
    assert found
    press(page, found[0])
    assert address(page)["issue"] == found[0].removeprefix("issue ")


def test_one_value_is_written_for_several_and_taken_back(draw: Draw) -> None:
    first = draw(DIRECTOR, "roster", role="full_time")
    table = next(one for one in first.dataframe if "姓名" in one.value.columns)
    preset = {str(table.key): {"selection": {"rows": [0, 1], "columns": [], "cells": []}}}
    page = draw(DIRECTOR, "roster", preset, role="full_time")
    page.selectbox("field of several").set_value("employer").run()
    page.text_input("value for several employer").set_value("兰州某某公司").run()
    assert_whole(page)
    press(page, "fill all")
    assert "已保存" in done(page)
    with system_reading() as session:
        people = session.scalars(select(Person).where(Person.employer == "兰州某某公司")).all()
        assert len(people) == 2


# -- a person


def test_a_gridworker_is_moved_with_what_follows_shown_before(draw: Draw) -> None:
    one, two = full_time(0), full_time(1)
    with acting(viewer()) as session:
        leave(session, two.post_id, two.seen[0], date(2026, 6, 29))
    page = draw(DIRECTOR, "person", id=str(one.person_id))
    page.session_state[f"step of {one.person_id}"] = "move"
    page.run()
    box = next(box for box in page.selectbox if box.key == f"move {one.person_id} to")
    box.set_value(two.grid_code).run()
    assert_whole(page)
    assert "补岗" in "".join(told.value for told in page.warning)
    press(page, "take the step")
    assert "已办理调岗" in done(page)
    with system_reading() as session:
        posts = session.scalars(
            select(Post).where(Post.person_id == one.person_id).order_by(Post.since)
        ).all()
        assert [post.until for post in posts] == [date(2026, 6, 29), None]
    press(page, "undo the roster")
    assert "已撤销" in done(page)
    with system_reading() as session:
        assert session.scalar(select(func.count()).where(Post.person_id == one.person_id)) == 1


@pytest.mark.parametrize("step", ["hand_over", "leave", "away"])
def test_every_step_opens_and_refuses_in_words(draw: Draw, step: str) -> None:
    who = full_time()
    page = draw(DIRECTOR, "person", id=str(who.person_id))
    page.session_state[f"step of {who.person_id}"] = step
    page.run()
    assert_whole(page)
    if step == "leave":
        page.date_input(f"leave {who.person_id} on").set_value(date(2024, 1, 1)).run()
        assert page.error
        assert page.button("take the step").disabled


def test_numbers_in_full_take_a_reason(draw: Draw) -> None:
    who = full_time()
    page = draw(DIRECTOR, "person", id=str(who.person_id))
    with system_reading() as session:
        person = session.get(Person, who.person_id)
        assert person is not None
        number = opened(person.citizen_id or "")
    assert number not in said(page)
    submit = next(one for one in page.button if one.label == "查看一次")
    submit.click().run()
    assert "为什么" in "".join(one.value for one in page.error)
    page.text_input[0].set_value("核实身份")
    submit = next(one for one in page.button if one.label == "查看一次")
    submit.click().run()
    assert number in said(page)
    page.run()
    assert number not in said(page)


# -- joining


def test_a_vacancy_is_filled(draw: Draw) -> None:
    gone = full_time()
    with acting(viewer()) as session:
        leave(session, gone.post_id, gone.seen[0], date(2026, 6, 29))
    page = draw(DIRECTOR, "join", grid=gone.grid_code)
    assert_whole(page)
    page.text_input("joining name").set_value("新来的").run()
    page.selectbox("joining role").set_value("full_time").run()
    page.text_input("joining citizen_id").set_value("110105194912310021").run()
    assert "校验位" in "".join(one.value for one in page.error)
    page.text_input("joining citizen_id").set_value("11010519491231002X").run()
    assert_whole(page)
    assert not page.error
    next(one for one in page.button if one.label == "保存上岗").click().run()
    assert "已办理上岗" in done(page)
    with reading(viewer()) as session:
        [row] = find_lines(session, RosterFilter(TOWN, text="新来的")).rows
    assert (row.grid_code, row.since) == (gone.grid_code, date(2026, 6, 30))


# -- the sheet


def typed(page: AppTest, mount: int = 1, **said: Any) -> AppTest:
    page.session_state[f"rows of sheet roster {TOWN} {mount}"] = {
        "edited_rows": {}, "added_rows": [], "deleted_rows": [],
    } | said  # fmt: skip
    page.run()
    assert_whole(page)
    return page


def test_the_sheet_shows_old_and_new_saves_once_and_is_taken_back(draw: Draw) -> None:
    who = full_time()
    page = draw(DIRECTOR, "roster_sheet", find=who.name, role="full_time")
    with reading(viewer()) as session:
        rows = find_lines(session, RosterFilter(TOWN, text=who.name, roles=(PostRole.FULL_TIME,))).rows
    place = [row.post_id for row in rows].index(who.post_id)
    typed(page, edited_rows={place: {"phone": "1234", "employer": "某公司"}})
    assert page.button("save the sheet").disabled
    typed(
        page, edited_rows={place: {"phone": "13900139000", "employer": "某公司", "post": "7"}},
        added_rows=[{"name": "表中新人", "role": "协管员", "grid": who.grid_code}],
    )  # fmt: skip
    press(page, "save the sheet")
    assert "已保存2行" in done(page)
    with acting(viewer()) as session:
        look_up_number(session, "13900139000")
    with reading(viewer()) as session:
        assert find_lines(session, RosterFilter(TOWN, text="表中新人")).total == 1
        assert find_lines(session, RosterFilter(TOWN, text="13900139000")).total == 1
    press(page, "undo the roster")
    with reading(viewer()) as session:
        assert find_lines(session, RosterFilter(TOWN, text="表中新人")).total == 0


def test_a_row_that_somebody_else_changed_is_shown_side_by_side(draw: Draw) -> None:
    who = full_time()
    page = draw(DIRECTOR, "roster_sheet", find=who.name, role="full_time")
    with acting(viewer("chengguan.director")) as session:
        save_lines(
            session, ChangeSetKind.EDITOR, "", [LineChange(who.post_id, {"employer": "乙公司"}, who.seen)]
        )
    with reading(viewer()) as session:
        rows = find_lines(session, RosterFilter(TOWN, text=who.name, roles=(PostRole.FULL_TIME,))).rows
    place = [row.post_id for row in rows].index(who.post_id)
    typed(page, edited_rows={place: {"employer": "甲公司"}})
    assert "被别人改过" in "".join(one.value for one in page.warning)
    assert page.button("save the sheet").disabled
    press(page, f"settle {who.post_id} True")
    press(page, "save the sheet")
    with system_reading() as session:
        person = session.get(Person, who.person_id)
        assert person is not None
        assert person.employer == "甲公司"
