"""The edges of the roster: what hangs on a post when it ends, moves, is handed over or taken back, and
whom the rules refuse."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from db.models.account import Role
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.roster import (
    Ending,
    Leave,
    LeaveKind,
    Person,
    Post,
    RuleKind,
    StaffingRule,
)
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import Scope
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, Told
from lib.metrics.measured import Period
from lib.metrics.queries import measure
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines, undo_lines
from lib.roster.changes.queries import preview_lines
from lib.roster.people.queries import person_card
from lib.roster.posts.commands import hand_over, join, leave, move, take_leave
from lib.roster.posts.queries import preview_hand_over, preview_leave_taken
from lib.roster.queries import Issue, count_issues
from tests import makers
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE

A, B, C = f"{VILLAGE}001", f"{TOWN}002001", f"{TOWN}999001"
FAR = f"{COUNTY}002001001"  # a grid of another town
DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def director(code: str = TOWN) -> Viewer:
    return makers.viewer_for_role(Role.CENTER_DIRECTOR, code)


def joined(name: str, grid: str = A, *, viewer: Viewer | None = None, **more: object) -> int:
    typed = {"name": name, "role": "专职网格员", "grid": grid, "since": f"{FIRST}", **more}
    with acting(viewer or director()) as session:
        return join(session, typed)


def all_of(city: str, model: Any) -> list[Any]:
    with makers.everything(city) as session:
        rows = list(session.scalars(select(model).order_by(model.id).options(undefer("*"))))
        session.expunge_all()
    return rows


def own(city: str, name: str) -> Post:
    """The newest post of somebody."""
    return [one for one in all_of(city, Post) if one.name == name][-1]


def who(city: str, name: str) -> Person:
    found: Person = next(one for one in all_of(city, Person) if one.name == name)
    return found


def saved(city: str, *changes: LineChange, viewer: Viewer | None = None, as_of: date | None = None) -> int:
    with acting(viewer or director()) as session:
        return save_lines(session, ChangeSetKind.EDITOR, "表格", changes, as_of)


def undo(made: int, viewer: Viewer | None = None) -> None:
    with acting(viewer or director()) as session:
        undo_lines(session, made)


def state(city: str) -> dict[str, list[tuple[object, ...]]]:
    """All that the roster holds, without versions."""
    return {
        model.__name__: [
            tuple(
                str(getattr(row, column.key)) for column in model.__table__.columns if column.key != "version"
            )
            for row in all_of(city, model)
        ]
        for model in (Person, Post, Leave, Attendance)
    }


def decided(city: str, kind: RuleKind, least: int, most: int, *, refuses: bool = True) -> None:
    with makers.everything(city) as session:
        session.add(
            StaffingRule(
                center_code=COUNTY, kind=kind, least=least, most=most, watched=True, refuses=refuses,
                since=FIRST, reason="文", decided_by="某人", decided_at=MOMENT,
            )
        )  # fmt: skip


def trained(city: str, name: str, code: str = COUNTY) -> None:
    """Somebody has passed, where they are kept."""
    with makers.everything(city) as session:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        plan = TrainingRound(
            center_code=code, name=f"轮{name}", first_day=FIRST, last_day=TODAY, roles="full_time",
            valid_months=None, made_by="某人", made_at=MOMENT,
        )  # fmt: skip
        session.add(plan)
        session.flush()
        sitting = TrainingSession(
            round_id=plan.id, center_code=code, subject="课", held_on=date(2026, 3, 1), minutes=60,
            made_by="某人", made_at=MOMENT,
        )  # fmt: skip
        session.add(sitting)
        session.flush()
        session.add(
            Attendance(
                session_id=sitting.id, person_id=person.id, center_code=person.center_code,
                round_id=plan.id, held_on=date(2026, 3, 1), result=AttendanceResult.PASSED,
                recorded_by="某人", recorded_at=MOMENT,
            )
        )  # fmt: skip


def issues(city: str, viewer: str, code: str) -> dict[Issue, int]:
    with makers.eyes(city, director(viewer)) as session:
        return count_issues(session, code)


def figure(city: str, viewer: str, code: str, name: str) -> tuple[int, int | None] | None:
    period = Period(FIRST, TODAY)
    with makers.eyes(city, director(viewer)) as session:
        found = measure(session, (name,), code, period, MOMENT)
    return (found[0].numerator, found[0].denominator) if found else None


# -- what goes along with a person


def test_who_moves_to_another_town_is_trained_there_too_and_back_again(city: str) -> None:
    joined("甲")
    trained(city, "甲")
    before = state(city)
    post = own(city, "甲")
    with acting(director(COUNTY)) as session:
        made = move(session, post.id, post.version, FAR, TODAY)
    assert {one.center_code for one in all_of(city, Attendance)} == {FAR[:12]}
    for viewer in (FAR[:9], COUNTY):
        assert issues(city, viewer, FAR[:9])[Issue.UNTRAINED] == 0
        assert figure(city, viewer, FAR[:9], "training_coverage") == (1, 1)
    undo(made, director(COUNTY))
    assert state(city) == before


def test_a_leave_that_lasts_goes_along_and_one_that_is_over_stays(city: str) -> None:
    joined("甲")
    for since, until in ((date(2026, 3, 1), date(2026, 3, 9)), (TODAY - DAY, TODAY + 9 * DAY)):
        with acting(director()) as session:
            take_leave(session, who(city, "甲").id, LeaveKind.SICK, since, until)
    before = state(city)
    post = own(city, "甲")
    with acting(director(COUNTY)) as session:
        made = move(session, post.id, post.version, FAR, TODAY)
    assert [one.center_code for one in all_of(city, Leave)] == [A[:12], FAR[:12]]
    for viewer in (FAR[:9], COUNTY):
        assert issues(city, viewer, FAR[:9])[Issue.AWAY] == 1
    undo(made, director(COUNTY))
    assert state(city) == before


def test_who_works_in_two_towns_is_counted_alike_by_every_level(city: str) -> None:
    joined("甲", viewer=director(COUNTY), phone="")
    saved(
        city,
        LineChange(None, {"role": "专职网格员", "grid": FAR, "since": f"{FIRST}"},
                   person_id=who(city, "甲").id),
        viewer=director(COUNTY),
    )  # fmt: skip
    trained(city, "甲")
    assert who(city, "甲").center_code == COUNTY
    for town in (TOWN, FAR[:9]):
        assert issues(city, town, town) == issues(city, COUNTY, town)
        assert figure(city, town, town, "training_coverage") == figure(
            city, COUNTY, town, "training_coverage"
        )
    assert figure(city, COUNTY, COUNTY, "training_coverage") == (1, 1)
    assert issues(city, COUNTY, COUNTY)[Issue.DOUBLE] == 2


def test_posts_with_a_term_decide_where_somebody_is_kept(city: str) -> None:
    joined("甲", until="2026-12-31")
    saved(
        city,
        LineChange(None, {"role": "专职网格员", "grid": B, "since": f"{FIRST}", "until": "2026-11-30"},
                   person_id=who(city, "甲").id),
    )  # fmt: skip
    assert who(city, "甲").center_code == TOWN
    with acting(director()) as session:
        leave(session, own(city, "甲").id, 1, TODAY, everything=False)
    assert who(city, "甲").center_code == A[:12]


# -- covers


def covered(city: str, since: date, until: date) -> None:
    """乙 of grid B stands in for 甲 of grid A."""
    joined("甲")
    joined("乙", B)
    with acting(director()) as session:
        take_leave(session, who(city, "甲").id, LeaveKind.SICK, since, until, who(city, "乙").id)


def cover_of(city: str) -> Post | None:
    return next((one for one in all_of(city, Post) if one.covers_id is not None), None)


def test_a_cover_that_has_not_begun_falls_away_with_the_post(city: str) -> None:
    covered(city, TODAY + 20 * DAY, TODAY + 30 * DAY)
    before = state(city)
    post = next(one for one in all_of(city, Post) if one.name == "甲")
    with acting(director()) as session:
        made = leave(session, post.id, post.version, TODAY + 5 * DAY)
    assert cover_of(city) is None
    undo(made)
    assert state(city) == before


def test_who_leaves_covers_nobody_later(city: str) -> None:
    covered(city, TODAY + 20 * DAY, TODAY + 30 * DAY)
    before = state(city)
    post = next(one for one in all_of(city, Post) if one.name == "乙" and one.covers_id is None)
    with acting(director()) as session:
        made = leave(session, post.id, post.version, TODAY)
    assert cover_of(city) is None
    undo(made)
    assert state(city) == before


@pytest.mark.parametrize("typed", [{"grid": C}, {"until": f"{TODAY - DAY}"}])
def test_a_cover_ends_with_the_post_in_the_sheet_too(city: str, typed: dict[str, object]) -> None:
    covered(city, TODAY - 10 * DAY, TODAY + 10 * DAY)
    before = state(city)
    post = next(one for one in all_of(city, Post) if one.name == "甲")
    made = saved(city, LineChange(post.id, typed, (post.version, who(city, "甲").version)))
    cover = cover_of(city)
    assert cover is not None
    assert (cover.until, cover.ending) == (TODAY - DAY, Ending.COVER_OVER)
    undo(made)
    assert state(city) == before


def test_a_cover_is_neither_moved_nor_handed_over(city: str) -> None:
    covered(city, TODAY - 10 * DAY, TODAY + 10 * DAY)
    joined("丙", C, role="协管员")
    cover = cover_of(city)
    assert cover is not None
    with pytest.raises(BadInput), acting(director()) as session:
        move(session, cover.id, cover.version, C, TODAY)
    with pytest.raises(BadInput), acting(director()) as session:
        hand_over(session, cover.id, cover.version, who(city, "丙").id, TODAY)
    with pytest.raises(BadInput):
        saved(city, LineChange(cover.id, {"grid": C}))


def test_the_end_of_a_cover_alone_is_no_leaving(city: str) -> None:
    covered(city, TODAY - 10 * DAY, TODAY + 10 * DAY)
    cover = cover_of(city)
    assert cover is not None
    with acting(director()) as session:
        leave(session, cover.id, cover.version, TODAY, everything=False)
    cover = cover_of(city)
    assert cover is not None
    assert (cover.until, cover.ending) == (TODAY, Ending.COVER_OVER)


def test_who_is_away_or_covers_already_is_named_before(city: str) -> None:
    covered(city, TODAY, TODAY + 9 * DAY)
    joined("丙", C)
    with makers.eyes(city, director()) as session:
        post = own(city, "丙")
        told = preview_hand_over(session, post.id, post.version, who(city, "甲").id, TODAY)
        assert any("请假" in note for note in told.notes)
        about = (who(city, "乙").id, LeaveKind.SICK, TODAY, TODAY + DAY)
        assert any("代岗" in note for note in preview_leave_taken(session, *about, who(city, "丙").id).notes)
        about = (who(city, "丙").id, LeaveKind.SICK, TODAY, TODAY + DAY)
        assert any("请假" in note for note in preview_leave_taken(session, *about, who(city, "甲").id).notes)


# -- one by one


def test_a_post_with_a_term_keeps_it_where_it_moves(city: str) -> None:
    joined("甲", until="2026-12-31")
    post = own(city, "甲")
    with acting(director()) as session:
        move(session, post.id, post.version, B, TODAY)
    assert (own(city, "甲").since, own(city, "甲").until) == (TODAY, date(2026, 12, 31))


def test_nobody_gets_the_same_post_twice_by_any_way(city: str) -> None:
    joined("甲", role="协管员")
    joined("甲二", B, role="协管员")
    person = who(city, "甲")
    saved(city, LineChange(None, {"role": "协管员", "grid": B, "since": f"{FIRST}"}, person_id=person.id))
    first, second = (one for one in all_of(city, Post) if one.person_id == person.id)
    other = own(city, "甲二")
    with pytest.raises(BadInput), acting(director()) as session:
        move(session, first.id, first.version, B, TODAY)
    with pytest.raises(BadInput), acting(director()) as session:
        hand_over(session, other.id, other.version, person.id, TODAY, ends_others=False)
    with pytest.raises(BadInput):
        saved(city, LineChange(first.id, {"grid": B}))
    # Both at once: each takes the other's place, and nothing is held twice.
    saved(city, LineChange(first.id, {"grid": B}), LineChange(second.id, {"grid": A}))


def test_the_same_day_twice_there_and_back(city: str) -> None:
    joined("甲")
    for grid, day in ((B, date(2026, 3, 1)), (A, date(2026, 3, 2)), (C, TODAY), (A, TODAY + DAY)):
        post = own(city, "甲")
        with acting(director()) as session:
            move(session, post.id, post.version, grid, day)
    post = own(city, "甲")
    with pytest.raises(BadInput), acting(director()) as session:
        move(session, post.id, post.version, B, TODAY + DAY)
    spans = [(one.since, one.until) for one in all_of(city, Post)]
    for (_since, until), (since, _until) in itertools.pairwise(spans):
        assert until is not None
        assert until + DAY == since


# -- many lines


def test_a_move_cannot_begin_after_its_end(city: str) -> None:
    joined("甲")
    post = own(city, "甲")
    with pytest.raises(BadInput) as refused:
        saved(city, LineChange(post.id, {"grid": B, "until": "2026-05-01"}))
    assert {one.field for one in refused.value.problems} == {"until"}


def test_an_earlier_day_beside_another_grid_is_not_dropped(city: str) -> None:
    joined("甲")
    post = own(city, "甲")
    with pytest.raises(BadInput) as refused:
        saved(city, LineChange(post.id, {"grid": B, "since": "2025-12-01"}))
    assert {one.field for one in refused.value.problems} == {"since"}


def test_what_has_not_begun_is_corrected_and_not_moved(city: str) -> None:
    joined("甲", since=f"{TODAY + 10 * DAY}")
    saved(city, LineChange(own(city, "甲").id, {"grid": B, "since": f"{TODAY + 20 * DAY}"}))
    assert [(one.since, one.until) for one in all_of(city, Post)] == [(TODAY + 20 * DAY, None)]


def test_the_name_on_a_post_that_is_over_stays(city: str) -> None:
    joined("甲")
    post = own(city, "甲")
    with acting(director()) as session:
        move(session, post.id, post.version, B, date(2026, 3, 1))
    saved(city, LineChange(own(city, "甲").id, {"name": "新甲"}))
    assert [one.name for one in all_of(city, Post)] == ["甲", "新甲"]
    saved(city, LineChange(post.id, {"note": "补记"}))
    assert [one.name for one in all_of(city, Post)] == ["甲", "新甲"]


def test_whoever_is_at_fault_is_refused_and_whoever_relies_on_it_too(city: str) -> None:
    """丙's grid is held: who moves there stays, and who would follow into the place stays too."""
    joined("甲", A)
    joined("乙", B)
    joined("丙", C)
    one, two = own(city, "甲"), own(city, "乙")
    changes = [LineChange(one.id, {"grid": B}), LineChange(two.id, {"grid": C})]
    with makers.eyes(city, director()) as session:
        assert [bool(row.problems) for row in preview_lines(session, changes)] == [True, True]
    # A chain whose last one goes to a place that becomes free is whole.
    three = own(city, "丙")
    saved(city, *changes, LineChange(three.id, {"grid": f"{VILLAGE}001"}))
    grids = {one.id: one.code for one in all_of(city, Grid)}
    standing = {post.name: grids[post.grid_id] for post in all_of(city, Post) if post.until is None}
    assert standing == {"甲": B, "乙": C, "丙": A}


def test_who_gives_something_up_is_not_refused_for_what_others_do(city: str) -> None:
    decided(city, RuleKind.FULL_TIME_PER_GRID, 1, 2)
    joined("甲")
    joined("乙")
    with pytest.raises(BadInput):
        joined("丙")
    decided(city, RuleKind.FULL_TIME_PER_GRID, 1, 1)
    saved(city, LineChange(own(city, "乙").id, {"until": f"{TODAY}", "note": "离岗"}))
    assert own(city, "乙").until == TODAY


def test_a_rule_of_none_refuses_in_a_sentence(city: str) -> None:
    decided(city, RuleKind.FULL_TIME_PER_GRID, 0, 0)
    with pytest.raises(BadInput):
        joined("甲")


def test_the_number_of_grids_is_that_of_the_days_in_question(city: str) -> None:
    decided(city, RuleKind.GRIDS_PER_PERSON, 0, 1)
    joined("甲", until="2026-03-31")
    person = who(city, "甲").id
    typed = {"role": "专职网格员", "grid": B, "since": "2026-04-01"}
    saved(city, LineChange(None, typed, person_id=person))
    with pytest.raises(BadInput) as refused:
        saved(city, LineChange(None, typed | {"grid": C, "since": "2026-03-31"}, person_id=person))
    assert "2个网格" in refused.value.sentence


# -- the way back


def test_steps_are_taken_back_one_after_another_from_the_last(city: str) -> None:
    states, made = [state(city)], [joined("甲", phone="13800138000")]
    trained(city, "甲")
    states.append(state(city))
    post = own(city, "甲")
    with acting(director()) as session:
        made.append(move(session, post.id, post.version, B, date(2026, 3, 1)))
    states.append(state(city))
    made.append(saved(city, LineChange(own(city, "甲").id, {"phone": "13900139000", "name": "新甲"})))
    with pytest.raises(Conflict):
        undo(made[1])
    undo(made.pop())
    assert state(city) == states.pop()
    undo(made.pop())
    assert state(city) == states.pop()
    with makers.everything(city) as session:
        session.delete(session.scalars(select(Attendance)).one())
    undo(made.pop())
    assert state(city) == states.pop()


@pytest.mark.parametrize("since", [TODAY + DAY, date(2026, 3, 1)])
def test_what_others_have_taken_meanwhile_stays_theirs(city: str, since: date) -> None:
    """甲 left, 乙 came: no row of one is the other's, but both cannot have the grid."""
    joined("甲")
    post = own(city, "甲")
    with acting(director()) as session:
        gone = leave(session, post.id, post.version, date(2026, 2, 1))
    came = joined("乙", since=f"{since}")
    with pytest.raises(Conflict, match="乙"):
        undo(gone)
    undo(came)
    undo(gone)
    assert own(city, "甲").until is None


def test_a_cover_is_not_left_without_what_it_covers(city: str) -> None:
    joined("甲", until=f"{TODAY}")
    joined("乙", B)
    longer = saved(city, LineChange(own(city, "甲").id, {"until": f"{TODAY + 60 * DAY}"}))
    with acting(director()) as session:
        take_leave(session, who(city, "甲").id, LeaveKind.SICK, TODAY, TODAY + 30 * DAY, who(city, "乙").id)
    with pytest.raises(Conflict, match="代岗"):
        undo(longer)
    cover = cover_of(city)
    assert cover is not None
    with pytest.raises(BadInput):
        saved(city, LineChange(cover.id, {"until": f"{TODAY + 90 * DAY}"}))


def test_what_was_changed_by_another_way_is_not_taken_back(city: str) -> None:
    made = joined("甲")
    with makers.everything(city) as session:
        session.scalars(select(Person)).one().employer = "别处"
    with pytest.raises(Conflict):
        undo(made)


def test_who_sees_only_a_part_takes_nothing_back(city: str) -> None:
    wide = makers.viewer_for_role(Role.CENTER_DIRECTOR, TOWN)
    wide = replace(wide, scope=Scope.of([TOWN, FAR[:9]]))
    made = saved(
        city,
        LineChange(None, {"name": "甲", "role": "专职网格员", "grid": A}),
        LineChange(None, {"name": "乙", "role": "专职网格员", "grid": FAR}),
        viewer=wide,
    )
    before = state(city)
    with pytest.raises((Conflict, NotAllowed)):
        undo(made)
    assert state(city) == before
    undo(made, wide)
    assert state(city)["Person"] == []


# -- two at once


@pytest.mark.parametrize("what", ["join", "save", "undo", "leave"])
def test_of_two_at_once_exactly_one_wins(city: str, what: str) -> None:
    made = joined("甲", B)
    post, person = own(city, "甲"), who(city, "甲")
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def act(number: int) -> None:
        start.wait()
        try:
            if what == "join":
                joined(f"乙{number}")
            elif what == "save":
                line = LineChange(post.id, {"note": f"第{number}人"}, (post.version, person.version))
                saved(city, line)
            elif what == "undo":
                undo(made)
            else:
                with acting(director()) as session:
                    leave(session, post.id, post.version, TODAY + number * DAY)
            outcomes.append("done")
        except Told as told:
            outcomes.append(told)

    threads = [threading.Thread(target=act, args=(number,)) for number in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(outcomes) == 2
    assert outcomes.count("done") == 1
    assert any(isinstance(one, (BadInput, Conflict)) for one in outcomes)


def test_service_ends_with_the_last_post_and_covers_are_none(city: str) -> None:
    joined("甲", since="2020-01-01", until="2022-01-31")
    with makers.eyes(city, director()) as session:
        assert person_card(session, who(city, "甲").id).service == 2
