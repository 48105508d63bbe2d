"""Training: who counts as trained in a round and on a day, and how attendance is recorded."""

from __future__ import annotations

import io
import itertools
import random
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.grid import Grid
from db.models.roster import Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from lib.imports.dry_run import State
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.table import find_table
from lib.roster.roles import read_roles, written_roles
from lib.roster.training.commands import (
    cancel_round,
    cancel_session,
    change_round,
    change_session,
    hold_session,
    plan_round,
    record_attendance,
)
from lib.roster.training.coverage import (
    expired,
    expires_soon,
    furthest,
    holds_until,
    later,
    never_trained,
    trained_on,
    untrained,
)
from lib.roster.training.marking import Mark
from lib.roster.training.planning import Plan, Sitting
from lib.roster.training.queries import attending, round_card, rounds_of, session_card
from lib.roster.training.records.queries import (
    attendance_template,
    count_lacking,
    training_record,
    try_attendance,
    untrained_people,
)
from lib.roster.training.sheet import COLUMNS
from lib.roster.training.words import Lack, RoundState
from tests import makers
from tests.makers import CITY, COUNTY, TODAY, TOWN, VILLAGE

PASSED, FAILED, ABSENT = AttendanceResult.PASSED, AttendanceResult.FAILED, AttendanceResult.ABSENT
SINCE = date(2026, 1, 1)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
PLAN = Plan("上半年轮训", date(2026, 1, 1), date(2026, 12, 31), (PostRole.FULL_TIME,), 12)
SITTING = Sitting("安全排查", date(2026, 6, 1), 90, "镇会议室", "县中心")


@pytest.fixture
def city(database):
    makers.plant_small(database)
    return database


def keeper(code: str = TOWN, role: Role = Role.GRIDWORKER_MANAGER) -> Viewer:
    return makers.viewer_for_role(role, code)


def people(url: str, *codes: str) -> list[int]:
    with makers.everything(url) as session:
        found = []
        for code in codes:
            grid = session.scalars(select(Grid).where(Grid.center_code == code)).first()
            post = makers.gridworker(session, grid, name=f"人员{code}")
            post.since = SINCE
            found.append(post.person_id)
        return found


def planned(code: str = TOWN, plan: Plan = PLAN, sitting: Sitting = SITTING) -> tuple[int, int]:
    with acting(keeper(code)) as session:
        key = plan_round(session, code, plan)
        return key, hold_session(session, key, code, sitting)


def marked(session_id: int, *marks: Mark, code: str = TOWN) -> int:
    with acting(keeper(code)) as session:
        return record_attendance(session, session_id, marks)


# -- how long a training holds


@given(DAYS, st.integers(1, 120))
def test_a_training_ends_on_the_same_day_of_a_later_month_or_its_last(day, months):
    end = later(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(1, 120)), max_size=6))
def test_a_further_training_takes_none_away(trainings):
    ends = [furthest(trainings[:count]) for count in range(len(trainings) + 1)]
    assert ends[0] is None
    assert all(b is not None and (a is None or b >= a) for a, b in itertools.pairwise(ends))
    assert all(holds_until(day, None) is None for day, _months in trainings)


def test_the_databases_reckon_months_as_the_rule_does(city):
    """Every end of a month and its neighbors, on the days around the end of each training."""
    person, *_ = people(city, VILLAGE)
    chance = random.Random(5)
    held = [
        date(2023 + chance.randrange(4), month, 1) + timedelta(days=shift)
        for month in range(1, 13)
        for shift in (-1, 0, chance.randrange(28))
    ]
    planned(TOWN)
    with makers.everything(city) as session:
        plan = session.scalars(select(TrainingRound)).one()
        sitting = session.scalars(select(TrainingSession)).one()
        one = Attendance(
            session_id=sitting.id, person_id=person, center_code=VILLAGE, round_id=plan.id,
            held_on=TODAY, result=PASSED, recorded_by="x", recorded_at=makers.MOMENT,
        )  # fmt: skip
        session.add(one)
        for day in held:
            months = chance.choice([1, 6, 12, 13, 24])
            one.held_on, plan.valid_months = day, months
            session.flush()
            end = later(day, months)
            for asked in (day - timedelta(days=1), day, end, end + timedelta(days=1)):
                for predicate, expected in (
                    (trained_on(asked), day <= asked <= end),
                    (untrained(asked), not day <= asked <= end),
                    (never_trained(asked), asked < day),
                    (expired(asked), asked > end),
                    (expires_soon(asked), day <= asked <= end < asked + timedelta(days=60)),
                ):
                    found = session.scalars(select(Post.id).where(Post.person_id == person, predicate)).all()
                    assert bool(found) is expected, (day, months, asked, str(predicate))


# -- rounds


def test_a_round_counts_its_roles_and_says_numerator_and_denominator(city):
    first, second, third = people(city, VILLAGE, f"{TOWN}002", f"{TOWN}999")
    with makers.everything(city) as session:
        grid = session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).first()
        police = makers.gridworker(session, grid, PostRole.POLICE).person_id
        # Who covers for somebody is not counted for it.
        post = session.scalars(select(Post).where(Post.person_id == first)).one()
        covering = makers.post(grid, session.get(Person, police))
        covering.covers_id = post.id
        session.add(covering)
    key, sitting = planned()
    marks = [Mark(first, PASSED, 90), Mark(second, FAILED, 40), Mark(police, PASSED)]
    assert marked(sitting, *marks) == 3
    with makers.eyes(city, keeper()) as session:
        card = round_card(session, key, TOWN)
        assert (card.row.share.numerator, card.row.share.denominator) == (1, 3)
        assert card.row.state is RoundState.RUNNING
        assert {one.code: (one.share.numerator, one.share.denominator) for one in card.children} == {
            VILLAGE: (1, 1), f"{TOWN}002": (0, 1), f"{TOWN}999": (0, 1),
        }  # fmt: skip
        assert card.sessions[0].counts == {PASSED: 2, FAILED: 1}
        lacking = untrained_people(session, TOWN, round_id=key)
        assert [one.person_id for one in lacking.rows] == [second, third]
        assert untrained_people(session, VILLAGE, round_id=key).total == 0
        assert untrained_people(session, "739901", round_id=key).total == 0
        shares = count_lacking(session, TOWN).items()
        assert {lack: (one.numerator, one.denominator) for lack, one in shares} == {
            Lack.ALL: (2, 3), Lack.NEVER: (2, 3), Lack.EXPIRED: (0, 3), Lack.SOON: (0, 3),
        }  # fmt: skip
        record = training_record(session, first)
        assert (record.trained, record.until, record.rows[0].score) == (True, date(2027, 6, 1), 90)
        assert not training_record(session, second).trained
    with makers.eyes(city, keeper(CITY)) as session:
        card = round_card(session, key, CITY)
        assert (card.row.share.numerator, card.row.share.denominator) == (1, 3)


def test_a_round_descends_and_its_sessions_are_held_below(city):
    [person] = people(city, VILLAGE)
    with acting(keeper(COUNTY)) as session:
        key = plan_round(session, COUNTY, PLAN)
    with acting(keeper()) as session:
        sitting = hold_session(session, key, TOWN, SITTING)
        assert [row.id for row in rounds_of(session, TOWN).rows] == [key]
        assert rounds_of(session, TOWN, below=True).total == 0
    assert marked(sitting, Mark(person, PASSED)) == 1
    with pytest.raises(NotAllowed), acting(keeper()) as session:
        change_round(session, key, PLAN, 1)
    with pytest.raises(NotFound), acting(keeper("739901")) as session:
        hold_session(session, key, "739901", SITTING)
    with pytest.raises(NotFound), acting(keeper("739901")) as session:
        record_attendance(session, sitting, [])
    with pytest.raises(NotAllowed), acting(keeper(COUNTY, Role.VIEWER)) as session:
        plan_round(session, COUNTY, PLAN)
    with makers.eyes(city, makers.viewer_for_role(Role.VIEWER, COUNTY)) as session:
        assert rounds_of(session, COUNTY).rows[0].share.numerator == 1
        with pytest.raises(NotAllowed):
            untrained_people(session, COUNTY)
    with makers.eyes(city, keeper("739901")) as session, pytest.raises(NotFound):
        round_card(session, key, "739901")


def test_what_is_no_plan_is_refused_with_every_problem(city):
    with pytest.raises(BadInput) as told, acting(keeper()) as session:
        plan_round(session, TOWN, Plan(" ", TODAY, TODAY - timedelta(days=1), (), 0))
    assert [one.field for one in told.value.problems] == ["name", "last_day", "roles", "valid_months"]
    key, _sitting = planned()
    with pytest.raises(BadInput), acting(keeper()) as session:
        plan_round(session, TOWN, PLAN)  # the same name
    with pytest.raises(BadInput) as told, acting(keeper()) as session:
        hold_session(session, key, TOWN, Sitting("", date(2027, 1, 1), 0))
    assert [one.field for one in told.value.problems] == ["subject", "held_on", "minutes"]
    with pytest.raises(BadInput), acting(keeper()) as session:  # a session would lie outside
        change_round(session, key, Plan("新", date(2026, 7, 1), date(2026, 7, 2), PLAN.roles), 1)
    with acting(keeper()) as session:
        assert change_round(session, key, Plan("新名", PLAN.first_day, PLAN.last_day, PLAN.roles), 1) == 2
    with pytest.raises(Conflict), acting(keeper()) as session:
        change_round(session, key, PLAN, 1)


def test_what_somebody_attended_is_not_cancelled(city):
    [person] = people(city, VILLAGE)
    key, sitting = planned()
    marked(sitting, Mark(person, PASSED))
    with pytest.raises(WrongState), acting(keeper()) as session:
        cancel_round(session, key, "改期", 1)
    with pytest.raises(WrongState), acting(keeper()) as session:
        cancel_session(session, sitting, "改期", 1)
    assert marked(sitting, Mark(person, None, before=PASSED)) == 1  # it was a mistake
    with acting(keeper()) as session:
        cancel_session(session, sitting, "改期", 1)
        cancel_round(session, key, "改期", 1)
    with pytest.raises(WrongState), acting(keeper()) as session:
        record_attendance(session, sitting, [Mark(person, PASSED)])
    with pytest.raises(WrongState), acting(keeper()) as session:
        hold_session(session, key, TOWN, SITTING)
    with makers.eyes(city, keeper()) as session:
        assert session_card(session, sitting).cancelled
        assert rounds_of(session, TOWN).rows[0].state is RoundState.CANCELLED


def test_another_day_of_a_session_counts_for_everybody_who_attended(city):
    [person] = people(city, VILLAGE)
    _key, sitting = planned()
    marked(sitting, Mark(person, PASSED))
    with acting(keeper()) as session:
        change_session(session, sitting, Sitting("安全排查", date(2026, 5, 20), 60), 1)
    with makers.eyes(city, keeper()) as session:
        assert training_record(session, person).until == date(2027, 5, 20)
    with pytest.raises(BadInput), acting(keeper()) as session:
        change_session(session, sitting, Sitting("安全排查", date(2026, 7, 20), 60), 2)
    with pytest.raises(Conflict), acting(keeper()) as session:
        change_session(session, sitting, SITTING, 1)


# -- attendance


def test_attendance_is_recorded_as_a_whole_or_not_at_all(city):
    own, foreign = people(city, VILLAGE, "739901001001")
    _key, sitting = planned()
    for wrong in (
        [Mark(own, PASSED), Mark(foreign, PASSED)], [Mark(own, PASSED), Mark(own, FAILED)],
        [Mark(own, PASSED), Mark(987_654, PASSED)], [Mark(own, PASSED, 101)], [Mark(own, ABSENT, 60)],
        [Mark(own, PASSED, -1)], [Mark(own, PASSED, True)],
    ):  # fmt: skip
        with pytest.raises(BadInput):
            marked(sitting, *wrong)
    with makers.everything(city) as session:
        assert session.scalars(select(Attendance)).all() == []
    later_on = Sitting("以后", date(2026, 12, 1), 60)
    with acting(keeper()) as session:
        ahead = hold_session(session, session.get(TrainingSession, sitting).round_id, TOWN, later_on)
    with pytest.raises(WrongState):
        marked(ahead, Mark(own, PASSED))


def test_the_second_of_two_people_is_told_of_each_person(city):
    own, other = people(city, VILLAGE, f"{TOWN}002")
    _key, sitting = planned()
    marked(sitting, Mark(own, PASSED, 80))
    with pytest.raises(Conflict) as told:
        marked(sitting, Mark(own, ABSENT), Mark(other, PASSED))
    assert f"人员{VILLAGE}" in told.value.sentence
    assert marked(sitting, Mark(own, PASSED, 80), Mark(other, PASSED)) == 1  # the same is no conflict
    assert marked(sitting, Mark(own, ABSENT, before=PASSED, score_before=80)) == 1
    with pytest.raises(BadInput):
        marked(sitting, Mark(own, ABSENT, before=ABSENT))
    with makers.eyes(city, keeper()) as session:
        page = attending(session, sitting)
        assert {one.person_id: (one.result, one.score, one.due) for one in page.rows} == {
            own: (ABSENT, None, True), other: (PASSED, None, True),
        }  # fmt: skip
        assert attending(session, sitting, "没有%").total == 0
    with makers.everything(city) as session:
        events = session.scalars(select(AuditEntry.after).where(AuditEntry.event == "attendance recorded"))
        assert list(events) == ['{"passed":1}', '{"passed":1}', '{"absent":1}']


def tried(url: str, sitting: int, text: str):
    table = find_table(open_file("考勤.csv", text.encode())[0], COLUMNS)
    with makers.eyes(url, keeper()) as session:
        return try_attendance(session, sitting, table, match(table.headers, COLUMNS))


def test_a_sheet_of_attendance_knows_people_by_name_and_tells_every_problem(city):
    own, other, _far = people(city, VILLAGE, f"{TOWN}002", "739901001001")
    with makers.everything(city) as session:
        for key, name in ((own, "王芳"), (other, "李 强")):
            session.get(Person, key).name = name
        grid = session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).first()
        twins = []
        for _ in range(2):
            post = makers.gridworker(session, grid, name="张伟")
            post.since = SINCE
            twins.append(post.person_id)
    _key, sitting = planned()
    found = tried(city, sitting, "姓名,人员编号,考勤结果,成绩\n王芳,,合格,９５\n李强,,缺席,\n"
                                 f"张伟,{twins[1]},合格,60\n")  # fmt: skip
    assert [(mark.person_id, mark.result, mark.score) for mark in found.changes] == [
        (own, PASSED, 95), (other, ABSENT, None), (twins[1], PASSED, 60),
    ]  # fmt: skip
    assert marked(sitting, *found.changes) == 3
    again = tried(city, sitting, "姓名,考勤结果,成绩\n王芳,合格,95\n李强,合格,\n张伟,合格,1\n没有人,合格,\n"
                                 "王芳二,旷课,\n")  # fmt: skip
    assert [row.state for row in again.run.rows] == [
        State.UNCHANGED, State.CHANGED, State.WRONG, State.WRONG, State.WRONG,
    ]  # fmt: skip
    assert [(one.row, one.letter) for one in again.run.faults] == [(4, "A"), (5, "A"), (6, "B"), (6, "A")]
    assert f"{twins[0]}、{twins[1]}" in again.run.faults[0].sentence
    twice = tried(city, sitting, f"姓名,人员编号,考勤结果\n王芳,,合格\n王芳,{own},缺席\n李强,{own},合格\n")
    assert [row.state for row in twice.run.rows] == [State.WRONG] * 3
    assert twice.changes == ()


def test_the_template_is_read_back_by_itself(city):
    [own] = people(city, VILLAGE)
    _key, sitting = planned()
    with makers.eyes(city, keeper()) as session:
        book = openpyxl.load_workbook(io.BytesIO(attendance_template(session, sitting)))
    for column, said in enumerate((None, f"人员{VILLAGE}", "合格", 88), 1):
        book.active.cell(4, column, said)
    filled = io.BytesIO()
    book.save(filled)
    table = find_table(open_file("考勤.xlsx", filled.getvalue())[0], COLUMNS)
    with makers.eyes(city, keeper()) as session:
        found = try_attendance(session, sitting, table, match(table.headers, COLUMNS))
    assert found.changes == (Mark(own, PASSED, 88, row=4),)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(list(PostRole)), max_size=20))
def test_roles_are_kept_once_and_in_order(roles):
    assert read_roles(written_roles(roles)) == tuple(role for role in PostRole if role in roles)
