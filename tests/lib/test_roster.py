"""The roster: who is in which grid since when; joining, moving, handing over, leaving, being away; changes of
many lines at once, and the way back from each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.account import Role
from db.models.grid import Grid, GridSize
from db.models.register import ChangeSet, ChangeSetKind
from db.models.roster import (
    Ending,
    Leave,
    LeaveKind,
    Person,
    Post,
    PostRole,
    RosterChange,
    RuleKind,
    StaffingRule,
)
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.fields.words import id_check
from lib.grids.queries import grid_card
from lib.roster.board.queries import staffing_board
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines, undo_lines
from lib.roster.changes.queries import preview_lines, recent_sets
from lib.roster.people.commands import show_person_numbers
from lib.roster.people.queries import person_card
from lib.roster.posts.commands import hand_over, join, leave, move, take_leave
from lib.roster.posts.queries import (
    candidates,
    grids_to_hold,
    preview_hand_over,
    preview_leave_taken,
    preview_leaving,
    preview_move,
)
from lib.roster.queries import Issue, LineRow, RosterFilter, count_issues, find_lines
from lib.sealing import opened
from tests import makers
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE

A, B = f"{VILLAGE}001", f"{TOWN}002001"
NUMBER = "110105194912310020"[:17]
CITIZEN = NUMBER + id_check(NUMBER)
DAY = timedelta(days=1)


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def director(code: str = TOWN, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def joined(name: str = "王小明", grid: str = A, viewer: Viewer | None = None, **more: object) -> int:
    with acting(viewer or director()) as session:
        return join(
            session, {"name": name, "role": "专职网格员", "grid": grid, "since": "2026-01-01", **more}
        )


def lines(city: str, day: date | None = None, code: str = TOWN, **more: Any) -> list[LineRow]:
    with makers.eyes(city, director(code)) as session:
        return list(find_lines(session, RosterFilter(code, day, **more)).rows)


def of(city: str, name: str) -> LineRow:
    return next(row for row in lines(city) if row.name == name)


def held(city: str, day: date) -> set[tuple[str, str]]:
    """Who is in which grid on a day."""
    return {(row.name, row.grid_code) for row in lines(city, day)}


def everything(city: str) -> dict[str, list[tuple[object, ...]]]:
    """All people, posts and leaves, without their versions."""
    with makers.everything(city) as session:
        return {
            "people": sorted((p.id, p.center_code, p.name, p.sex, p.citizen_id, p.phone, p.born)
                             for p in session.scalars(select(Person))),
            "posts": sorted((p.id, p.person_id, p.center_code, p.grid_id, p.role, p.name, p.since,
                             str(p.until), str(p.ending), str(p.covers_id))
                            for p in session.scalars(select(Post))),
            "leaves": sorted((one.id, one.person_id, one.since) for one in session.scalars(select(Leave))),
        }  # fmt: skip


# -- one by one


def test_who_joins_is_on_the_roster_from_that_day_and_sealed(city: str) -> None:
    joined(citizen_id=CITIZEN.lower(), phone="１３８００１３８０００", since="2026年3月1日")
    [row] = lines(city)
    assert (row.name, row.grid_code, row.since) == ("王小明", A, date(2026, 3, 1))
    assert row.cells["phone"] == "138****8000"
    assert row.cells["sex"] == "女"  # as the number says
    assert held(city, date(2026, 2, 28)) == set()
    assert held(city, date(2026, 3, 1)) == {("王小明", A)}
    with makers.everything(city) as session:
        person = session.scalars(select(Person)).one()
        assert (opened(person.citizen_id or ""), opened(person.phone or "")) == (CITIZEN, "13800138000")
        assert CITIZEN not in (person.citizen_id or "")
        assert "13800138000" not in (person.phone or "")
        assert person.born == date(1949, 12, 31)
        assert person.center_code == VILLAGE


def test_numbers_are_found_whole_and_in_no_other_way(city: str) -> None:
    joined(citizen_id=CITIZEN, phone="13800138000")
    assert len(lines(city, text=CITIZEN)) == len(lines(city, text="13800138000")) == 1
    for part in (CITIZEN[:-1], CITIZEN[1:], "1380013800", "3800138000", "138%"):
        assert lines(city, text=part) == []
    assert len(lines(city, text="小明")) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"citizen_id": CITIZEN[:-1] + ("0" if CITIZEN[-1] != "0" else "1")}, "citizen_id"),
        ({"phone": "1380013800"}, "phone"),
        ({"role": "大王"}, "role"),
        ({"grid": "739999001001001"}, "grid"),
        ({"grid": ""}, "grid"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": "2026-03-01", "until": "2026-02-01"}, "until"),
        ({"citizen_id": CITIZEN, "sex": "男"}, "sex"),
        ({"since": "1960-01-01", "citizen_id": CITIZEN}, "since"),
        ({"since": "2029-01-01"}, "since"),
        ({"role": "政法委员"}, "grid"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    city: str, wrong: dict[str, object], field: str
) -> None:
    before = everything(city)
    with pytest.raises(BadInput) as refused:
        joined(**{"name": "王小明", **wrong})  # type: ignore[arg-type]
    assert field in {one.field for one in refused.value.problems}
    assert everything(city) == before


def test_a_grid_has_one_full_time_gridworker_unless_the_rule_says_otherwise(city: str) -> None:
    joined()
    with pytest.raises(BadInput) as refused:
        joined("李四")
    assert "王小明" in refused.value.sentence
    joined("李四", role="协管员")
    with makers.everything(city) as session:
        session.add(
            StaffingRule(
                center_code=COUNTY, kind=RuleKind.FULL_TIME_PER_GRID, least=1, most=1, watched=True,
                refuses=False, since=date(2026, 1, 1), reason="文", decided_by="某人", decided_at=MOMENT,
            )
        )  # fmt: skip
    joined("赵五")
    assert len([row for row in lines(city) if row.role is PostRole.FULL_TIME]) == 2


def test_a_move_keeps_what_was_and_answers_who_was_responsible_in_march(city: str) -> None:
    joined()
    row = of(city, "王小明")
    day = date(2026, 6, 1)
    with makers.eyes(city, director()) as session:
        told = preview_move(session, row.post_id, row.seen[0], B, day)
    assert any("没有专职网格员" in note for note in told.notes)
    with acting(director()) as session:
        move(session, row.post_id, row.seen[0], B, day)
    assert held(city, date(2026, 3, 15)) == {("王小明", A)}
    assert held(city, day - DAY) == {("王小明", A)}
    assert held(city, day) == {("王小明", B)}
    with makers.eyes(city, director()) as session:
        card = person_card(session, row.person_id or 0)
        assert [(one.grid_code, one.ending) for one in card.posts] == [(B, None), (A, Ending.MOVED)]
        assert card.center_code == f"{TOWN}002"
    # The village that he left still reads its own March.
    with makers.eyes(city, director(VILLAGE)) as session:
        assert [one.name for one in grid_card(session, A, date(2026, 3, 15)).staff] == ["王小明"]
        assert grid_card(session, A).staff == ()


def test_a_post_goes_over_to_somebody_else_without_a_day_between(city: str) -> None:
    joined()
    joined("李四", B)
    old, new = of(city, "王小明"), of(city, "李四")
    day = date(2026, 6, 15)
    with makers.eyes(city, director()) as session:
        told = preview_hand_over(session, old.post_id, old.seen[0], new.person_id or 0, day)
    assert len(told.done) == 3
    with acting(director()) as session:
        hand_over(session, old.post_id, old.seen[0], new.person_id or 0, day)
    assert held(city, day - DAY) == {("王小明", A), ("李四", B)}
    assert held(city, day) == {("李四", A)}
    with makers.eyes(city, director()) as session:
        assert staffing_board(session, TOWN, day).whole.vacant == staffing_board(session, TOWN).whole.vacant
        assert [c.name for c in candidates(session, TOWN)] == ["李四", "王小明"]
        assert next(one for one in grids_to_hold(session, TOWN)).vacant


def test_who_leaves_stays_in_the_history(city: str) -> None:
    joined()
    joined("王小明的兼职", B, role="协管员")
    row = of(city, "王小明")
    with makers.eyes(city, director()) as session:
        told = preview_leaving(session, row.post_id, row.seen[0], TODAY)
        assert any("补岗" in note for note in told.notes)
    with acting(director()) as session:
        leave(session, row.post_id, row.seen[0], TODAY)
    assert ("王小明", A) in held(city, TODAY)
    assert ("王小明", A) not in held(city, TODAY + DAY)
    with makers.eyes(city, director()) as session:
        assert person_card(session, row.person_id or 0).posts[0].ending is Ending.LEFT
    joined("接班的", since=f"{TODAY + DAY}")


def test_a_cover_stands_in_and_fills_no_vacancy(city: str) -> None:
    joined()
    joined("李四", B)
    row, cover = of(city, "王小明"), of(city, "李四")
    until = TODAY + 9 * DAY
    with makers.eyes(city, director()) as session:
        alone = preview_leave_taken(session, row.person_id or 0, LeaveKind.SICK, TODAY, until)
        assert any("无人负责" in note for note in alone.notes)
    with acting(director()) as session:
        take_leave(session, row.person_id or 0, LeaveKind.SICK, TODAY, until, cover.person_id, "住院")
    assert held(city, until) == {("王小明", A), ("李四", A), ("李四", B)}
    assert held(city, until + DAY) == {("王小明", A), ("李四", B)}
    with makers.eyes(city, director()) as session:
        counts = count_issues(session, TOWN)
        assert (counts[Issue.AWAY], counts[Issue.DOUBLE]) == (0, 0)
    with pytest.raises(BadInput), acting(director()) as session:
        take_leave(session, row.person_id or 0, LeaveKind.ANNUAL, until, until + DAY)
    # Whoever leaves for good needs nobody to cover.
    row = of(city, "王小明")
    with acting(director()) as session:
        leave(session, row.post_id, row.seen[0], TODAY + 2 * DAY)
    assert held(city, TODAY + 3 * DAY) == {("李四", B)}


def test_issues_are_counted_as_they_are_listed(city: str) -> None:
    joined(phone="")
    joined("李四", B, phone="13800138000", until=f"{TODAY + 30 * DAY}")
    row = of(city, "王小明")
    with acting(director()) as session:
        join(session, {"role": "协管员", "grid": B}, row.person_id)
        take_leave(session, row.person_id or 0, LeaveKind.SICK, TODAY, TODAY)
    with makers.eyes(city, director()) as session:
        counts = count_issues(session, TOWN)
    assert counts == {
        Issue.DOUBLE: 2, Issue.ENDING: 1, Issue.UNTRAINED: 2, Issue.NO_PHONE: 2, Issue.AWAY: 2,
    }  # fmt: skip
    for issue, count in counts.items():
        assert len(lines(city, issue=issue)) == count


def test_a_citizens_number_names_one_person(city: str) -> None:
    joined(citizen_id=CITIZEN)
    with pytest.raises(BadInput) as refused:
        joined("另一个", B, citizen_id=CITIZEN)
    assert "王**" in refused.value.sentence
    assert "王小明" not in refused.value.sentence
    joined("王小明", B, citizen_id=CITIZEN, role="协管员")
    with makers.everything(city) as session:
        person = session.scalars(select(Person)).one()
        assert person.center_code == TOWN  # above both posts
        assert session.scalar(select(func.count(Post.id))) == 2


# -- many at once


def test_lines_are_saved_whole_shown_before_and_taken_back(city: str) -> None:
    joined()
    joined("李四", B)
    before = everything(city)
    row, other = of(city, "王小明"), of(city, "李四")
    changes = [
        LineChange(row.post_id, {"phone": "13900139000", "name": "王大明"}, row.seen),
        LineChange(other.post_id, {"grid": A}, other.seen),
        LineChange(None, {"name": "新人", "role": "协管员", "grid": B}),
    ]
    with makers.eyes(city, director()) as session:
        found = preview_lines(session, changes)
    assert [bool(one.problems) for one in found] == [False, True, False]  # the grid has somebody
    with pytest.raises(BadInput), acting(director()) as session:
        save_lines(session, ChangeSetKind.EDITOR, "", changes)
    assert everything(city) == before
    with acting(director()) as session:
        made = save_lines(session, ChangeSetKind.EDITOR, "", [changes[0], changes[2]])
    assert {row.name for row in lines(city)} == {"王大明", "李四", "新人"}
    with makers.eyes(city, director()) as session:
        [newest, *_rest] = recent_sets(session)
        assert (newest.made, newest.edited, newest.own) == (1, 1, True)
    with acting(director()) as session:
        assert undo_lines(session, made) == 2
    assert everything(city) == before
    with pytest.raises(BadInput), acting(director()) as session:
        undo_lines(session, made)


def test_a_move_in_the_sheet_keeps_history_and_a_correction_does_not_pretend_one(city: str) -> None:
    joined()
    row = of(city, "王小明")
    with acting(director()) as session:
        save_lines(
            session, ChangeSetKind.EDITOR, "", [LineChange(row.post_id, {"grid": B}, row.seen)],
            date(2026, 6, 10),
        )  # fmt: skip
    assert held(city, date(2026, 6, 9)) == {("王小明", A)}
    assert held(city, date(2026, 6, 10)) == {("王小明", B)}
    row = of(city, "王小明")
    with acting(director()) as session:  # it began on that very day: it never was in B
        save_lines(
            session, ChangeSetKind.EDITOR, "",
            [LineChange(row.post_id, {"grid": f"{TOWN}999001"}, row.seen)], date(2026, 6, 10),
        )  # fmt: skip
    assert held(city, date(2026, 6, 10)) == {("王小明", f"{TOWN}999001")}
    assert len(everything(city)["posts"]) == 2


def test_two_swap_their_grids_in_one_save(city: str) -> None:
    joined()
    joined("李四", B)
    one, two = of(city, "王小明"), of(city, "李四")
    with acting(director()) as session:
        save_lines(
            session, ChangeSetKind.EDITOR, "",
            [LineChange(one.post_id, {"grid": B}, one.seen), LineChange(two.post_id, {"grid": A}, two.seen)],
        )  # fmt: skip
    assert held(city, TODAY) == {("王小明", B), ("李四", A)}
    assert held(city, TODAY - DAY) == {("王小明", A), ("李四", B)}


def test_what_somebody_else_changed_is_not_overwritten(city: str) -> None:
    joined()
    row = of(city, "王小明")
    with acting(director()) as session:
        save_lines(session, ChangeSetKind.EDITOR, "", [LineChange(row.post_id, {"note": "甲"}, row.seen)])
    mine = [LineChange(row.post_id, {"employer": "社区"}, row.seen)]
    with makers.eyes(city, director()) as session:
        assert [one.conflict for one in preview_lines(session, mine)] == [True]
    with pytest.raises(Conflict), acting(director()) as session:
        save_lines(session, ChangeSetKind.EDITOR, "", mine)
    with pytest.raises(Conflict), acting(director()) as session:
        move(session, row.post_id, row.seen[0], B, TODAY)
    assert of(city, "王小明").cells["employer"] == ""


def test_what_was_touched_since_is_not_taken_back(city: str) -> None:
    made = joined()
    row = of(city, "王小明")
    with acting(director()) as session:
        save_lines(session, ChangeSetKind.EDITOR, "", [LineChange(row.post_id, {"note": "甲"}, row.seen)])
    before = everything(city)
    with pytest.raises(Conflict), acting(director()) as session:
        undo_lines(session, made)
    assert everything(city) == before


@pytest.mark.parametrize("step", ["move", "hand_over", "leave", "away"])
def test_each_step_is_taken_back_whole(city: str, step: str) -> None:
    joined(citizen_id=CITIZEN)
    joined("李四", B)
    row, other = of(city, "王小明"), of(city, "李四")
    before = everything(city)
    with acting(director()) as session:
        made = {
            "move": lambda: move(session, row.post_id, row.seen[0], f"{TOWN}999001", TODAY),
            "hand_over": lambda: hand_over(session, row.post_id, row.seen[0], other.person_id or 0, TODAY),
            "leave": lambda: leave(session, row.post_id, row.seen[0], TODAY),
            "away": lambda: take_leave(
                session, row.person_id or 0, LeaveKind.SICK, TODAY, TODAY, other.person_id
            ),
        }[step]()
    assert everything(city) != before
    with acting(director()) as session:
        undo_lines(session, made)
    assert everything(city) == before


# -- who may


def test_another_towns_people_are_not_there(city: str) -> None:
    joined(citizen_id=CITIZEN)
    row = of(city, "王小明")
    stranger = director(f"{COUNTY}002")
    for act in (
        lambda session: move(session, row.post_id, row.seen[0], B, TODAY),
        lambda session: leave(session, row.post_id, row.seen[0], TODAY),
        lambda session: take_leave(session, row.person_id or 0, LeaveKind.SICK, TODAY, TODAY),
        lambda session: show_person_numbers(session, row.person_id or 0, "核实"),
        lambda session: person_card(session, row.person_id or 0),
    ):
        with pytest.raises(NotFound), acting(stranger) as session:
            act(session)  # type: ignore[no-untyped-call]
    with makers.eyes(city, stranger) as session:
        assert find_lines(session, RosterFilter(TOWN)).total == 0
        assert find_lines(session, RosterFilter(COUNTY, text=CITIZEN)).total == 0
    # Their number tells a stranger nothing.
    joined("王小明二", f"{COUNTY}002001001", viewer=stranger, citizen_id=CITIZEN)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DUTY_OFFICER, Role.SECURITY_AUDITOR])
def test_who_only_reads_changes_nothing(city: str, role: Role) -> None:
    with pytest.raises(NotAllowed):
        joined(viewer=director(role=role))


def test_whole_numbers_take_a_reason_and_are_recorded(city: str) -> None:
    joined(citizen_id=CITIZEN, phone="13800138000")
    key = of(city, "王小明").person_id or 0
    with pytest.raises(BadInput), acting(director()) as session:
        show_person_numbers(session, key, " ")
    with acting(director()) as session:
        found = show_person_numbers(session, key, "核实身份")
    assert found == {"phone": "13800138000", "citizen_id": CITIZEN}
    with makers.everything(city) as session:
        history = " ".join(f"{one.before} {one.after}" for one in session.scalars(select(RosterChange)))
    assert CITIZEN not in history
    assert "13800138000" not in history


def test_a_full_time_gridworker_works_in_a_small_grid(city: str) -> None:
    with makers.everything(city) as session:
        session.add(makers.grid(VILLAGE, size=GridSize.MEDIUM))
    with pytest.raises(BadInput) as refused:
        joined(grid=VILLAGE)
    assert "小网格" in refused.value.sentence
    with makers.everything(city) as session:
        assert session.scalars(select(Grid).where(Grid.code == VILLAGE)).one().size is GridSize.MEDIUM
        assert session.scalar(select(func.count(ChangeSet.id))) == 0
