"""Rounds, reports, meetings and tasks, by the people of four levels, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.case import Case
from db.models.center import Level
from db.models.publication import GateException, PublishedItem
from db.models.register import Entry
from db.models.scheduling import (
    Lease,
    Meeting,
    Report,
    ReportState,
    ReportStep,
    Round,
    RoundKind,
    Task,
    TaskState,
)
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Told, WrongState
from lib.lists.access.commands import set_gate_rule
from lib.metrics.measured import Period
from lib.metrics.queries import measure
from lib.registers.commands import make_register, use_draft
from lib.registers.queries import designs_of
from lib.registers.templates.access_list import ACCESS_LIST
from lib.scheduling import content as contents
from lib.scheduling.calendar import UnknownCalendar, deadline, works
from lib.scheduling.clockwork import HELD_FOR, Clockwork, take_lease
from lib.scheduling.commands import close_round, review_report, save_report, submit_report, urge_late
from lib.scheduling.figures import packed, unpacked
from lib.scheduling.meetings.commands import sign_meeting, write_meeting
from lib.scheduling.meetings.queries import meetings_of
from lib.scheduling.plan import EVERY, Every, period_before, read_plan, written_plan
from lib.scheduling.planning.commands import open_by_hand, plan_rounds, set_calendar_day
from lib.scheduling.planning.queries import burden, own_calendar, rounds_planned
from lib.scheduling.queries import report_card, round_card, rounds
from lib.scheduling.tasks.commands import give_task, move_task, report_progress
from lib.scheduling.tasks.queries import tasks_of
from lib.scheduling.usual import USUAL
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

MAY = (date(2026, 5, 1), date(2026, 5, 31))
SAID = {"situation": "总体平稳", "patrols": "31"}


@pytest.fixture
def city(database):
    makers.plant(database)
    clock.set_source(lambda: MOMENT)
    Clockwork().look()
    yield database
    clock.set_source(None)


def person(url: str, code: str, role: Role) -> Viewer:
    with makers.everything(url) as session:
        found = session.scalars(select(Account).where(Account.center_code == code, Account.role == role))
        return makers.viewer_of_account(found.first())


def own(url: str, viewer: Viewer, kind: RoundKind = RoundKind.MONTHLY) -> Any:
    with makers.eyes(url, viewer) as session:
        [found] = rounds(session, kind)
        return report_card(session, found.own_report)


def submitted(url: str, code: str, values: dict[str, str] | None = None) -> int:
    viewer = person(url, code, Role.DUTY_OFFICER)
    card = own(url, viewer)
    with acting(viewer) as session:
        submit_report(session, card.id, values or SAID, {}, card.seen)
    return int(card.id)


# -- the clock


def test_each_round_opens_once_however_often_and_by_whomever_the_clock_is_looked_at(city):
    with makers.everything(city) as session:
        before = session.scalars(select(Round.kind).order_by(Round.kind)).all()
        assert set(before) == set(RoundKind)
        asked = dict(session.execute(select(Report.level, func.count()).join(Round).where(
            Round.kind == RoundKind.MONTHLY).group_by(Report.level)).all())  # fmt: skip
    inside = [code for code in makers.codes() if code.startswith(CITY)]
    assert asked == {
        level.value: sum(makers.LEVELS[len(code)] is level for code in inside) for level in Level
    }
    lookers = [threading.Thread(target=Clockwork().look) for _n in range(4)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join()
    with makers.everything(city) as session:
        assert session.scalars(select(Round.kind).order_by(Round.kind)).all() == before


def test_one_holder_at_a_time_and_another_when_it_has_gone(city):
    with makers.everything(city) as session:
        assert take_lease(session, "x", "one", MOMENT)
        assert not take_lease(session, "x", "two", MOMENT + HELD_FOR)
        assert take_lease(session, "x", "one", MOMENT + timedelta(minutes=1))
        assert take_lease(session, "x", "two", MOMENT + HELD_FOR + timedelta(minutes=1, seconds=1))
        assert session.scalar(select(Lease.holder).where(Lease.name == "x")) == "two"


@pytest.mark.parametrize(
    ("every", "day", "after", "expected"),
    [
        (Every.DAY, date(2026, 6, 30), 0, (date(2026, 6, 30), date(2026, 6, 30))),
        (Every.WEEK, date(2026, 6, 30), 1, (date(2026, 6, 22), date(2026, 6, 28))),
        (Every.WEEK, date(2026, 6, 28), 0, (date(2026, 6, 22), date(2026, 6, 28))),
        (Every.MONTH, date(2026, 6, 30), 0, (date(2026, 6, 1), date(2026, 6, 30))),
        (Every.MONTH, date(2026, 6, 30), 1, (date(2026, 5, 1), date(2026, 5, 31))),
        (Every.MONTH, date(2026, 1, 1), 1, (date(2025, 12, 1), date(2025, 12, 31))),
        (Every.TWO_MONTHS, date(2026, 6, 30), 1, (date(2026, 3, 1), date(2026, 4, 30))),
        (Every.YEAR, date(2026, 1, 5), 5, (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_the_newest_period_that_is_asked_for(every, day, after, expected):
    assert period_before(every, day, after) == expected


def test_limits_are_working_days_with_holidays_and_make_up_days():
    # 2026: 1-3 May are days off, 9 May is a worked Saturday.
    assert deadline(date(2026, 4, 30), 1, time(18), {}) == datetime(2026, 5, 6, 10, tzinfo=UTC)
    assert deadline(date(2026, 5, 8), 1, time(18), {}) == datetime(2026, 5, 9, 10, tzinfo=UTC)
    own_days = {date(2026, 5, 9): False}
    assert deadline(date(2026, 5, 8), 1, time(18), own_days) == datetime(2026, 5, 11, 10, tzinfo=UTC)
    assert deadline(date(2026, 5, 3), 0, time(9), {}) == datetime(2026, 5, 3, 1, tzinfo=UTC)


def test_a_year_that_nobody_knows_is_not_guessed(city):
    assert works(date(2039, 3, 7), {date(2039, 3, 7): True})
    with pytest.raises(UnknownCalendar, match="2039年的放假安排尚未公布"):
        deadline(date(2039, 3, 7), 1, time(18), {})
    top = person(city, CITY, Role.CENTER_DIRECTOR)
    with pytest.raises(UnknownCalendar), acting(top) as session:
        open_by_hand(session, RoundKind.MONTHLY, date(2039, 3, 2))
    with makers.everything(city) as session:
        assert session.scalar(select(func.count()).where(Round.first == date(2039, 2, 1))) == 0


def test_calendar_days_are_decided_at_the_top_with_a_reason(city):
    top, below = person(city, CITY, Role.CENTER_DIRECTOR), person(city, COUNTY, Role.CENTER_DIRECTOR)
    with pytest.raises(NotAllowed), acting(below) as session:
        set_calendar_day(session, TODAY, False, "通知")
    with pytest.raises(BadInput), acting(top) as session:
        set_calendar_day(session, TODAY, False, " ")
    with acting(top) as session:
        set_calendar_day(session, TODAY, False, "放假通知")
    with makers.eyes(city, below) as session:
        assert [(one.day, one.works) for one in own_calendar(session)] == [(TODAY, False)]
    with acting(top) as session:
        set_calendar_day(session, TODAY, None, "")
    with makers.eyes(city, below) as session:
        assert own_calendar(session) == ()


# -- reports


def test_what_is_handed_in_stands_and_what_changes_later_is_told_with_its_cases(city):
    duty = person(city, VILLAGE, Role.DUTY_OFFICER)
    with makers.everything(city) as session:
        row = makers.case(VILLAGE, reported_at=datetime(2026, 5, 20, 3, tzinfo=UTC))
        session.add(row)
        session.flush()
        key, number = row.id, row.number
    card = own(city, duty)
    with makers.eyes(city, duty) as session:
        [now] = measure(session, ("received",), VILLAGE, Period(*MAY, monthly=True), card_moment(card))
    assert card.filled["received"].numerator == now.numerator >= 1
    submitted(city, VILLAGE)
    held = own(city, duty)
    assert held.restated == ()
    with makers.everything(city) as session:
        found = session.get(Case, key)
        found.reported_at = datetime(2026, 4, 2, tzinfo=UTC)
        found.changed_at = MOMENT + timedelta(minutes=1)
    after = own(city, duty)
    [received] = [one for one in after.restated if one.field.key == "received"]
    assert (received.submitted.numerator, received.today.numerator) == (now.numerator, now.numerator - 1)
    assert received.cases == ((key, number),)
    assert after.filled["received"].numerator == now.numerator  # what was handed in has not moved


def card_moment(card: Any) -> datetime:
    return Period(card.round.first, card.round.last, monthly=True).stands_at(MOMENT)


def test_a_correction_needs_its_reason_and_nothing_typed_is_lost(city):
    duty = person(city, VILLAGE, Role.DUTY_OFFICER)
    card = own(city, duty)
    with acting(duty) as session:
        seen = save_report(session, card.id, {**SAID, "received": "999"}, {}, card.seen)
    with pytest.raises(BadInput, match="请写明更正理由"), acting(duty) as session:
        submit_report(session, card.id, {**SAID, "received": "999"}, {}, seen)
    kept = own(city, duty)
    assert (kept.state, kept.content.values) == (ReportState.OPEN, {**SAID, "received": "999"})
    with acting(duty) as session:
        submit_report(session, card.id, {**SAID, "received": "999"}, {"received": "漏报"}, kept.seen)
    held = own(city, duty)
    assert (held.content.values["received"], held.content.reasons) == ("999", {"received": "漏报"})
    assert held.content.figures["received"].value != "999"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "还没有填"),
        ({"situation": "x", "patrols": "-1"}, "不小于0"),
        ({"situation": "x", "patrols": "many"}, "不小于0"),
        ({"situation": "x", "nothing": "1"}, "没有这一项"),
        ({"situation": "x" * 2001}, ""),
    ],
)
def test_bad_reports_are_refused_whole(city, values, sentence):
    duty = person(city, VILLAGE, Role.DUTY_OFFICER)
    card = own(city, duty)
    if not sentence:  # what is too long is cut where it is typed, and taken
        return
    with pytest.raises(BadInput, match=sentence), acting(duty) as session:
        submit_report(session, card.id, values, {}, card.seen)
    after = own(city, duty)
    assert (after.state, after.content.values, after.seen) == (ReportState.OPEN, {}, card.seen)


def test_only_the_center_itself_hands_in_and_only_the_one_above_decides(city):
    number = submitted(city, VILLAGE)
    neighbor = person(city, TOWN + "002", Role.DUTY_OFFICER)
    with pytest.raises(NotFound), acting(neighbor) as session:
        submit_report(session, number, SAID, {}, 2)
    town, duty = person(city, TOWN, Role.CENTER_DIRECTOR), person(city, VILLAGE, Role.DUTY_OFFICER)
    town_card = own(city, town)
    with pytest.raises(NotAllowed), acting(person(city, COUNTY, Role.DUTY_OFFICER)) as session:
        submit_report(session, town_card.id, SAID, {}, town_card.seen)
    card = own(city, duty)
    with pytest.raises(NotAllowed), acting(duty) as session:
        review_report(session, number, "accept", "", card.seen)
    with pytest.raises(BadInput), acting(town) as session:
        review_report(session, number, "return", " ", card.seen)
    with acting(town) as session:
        assert review_report(session, number, "return", "走访数不对", card.seen) is ReportState.RETURNED
    returned = own(city, duty)
    assert returned.return_reason == "走访数不对"
    with acting(duty) as session:
        submit_report(session, number, {**SAID, "patrols": "32"}, {}, returned.seen)
    again = own(city, duty)
    with acting(town) as session:
        review_report(session, number, "accept", "", again.seen)
    assert own(city, duty).state is ReportState.ACCEPTED
    assert [one.action for one in own(city, duty).steps] == ["submit", "return", "submit", "accept"]
    with pytest.raises(WrongState), acting(duty) as session:
        submit_report(session, number, SAID, {}, own(city, duty).seen)


def test_nobody_reviews_their_own_report_at_the_top(city):
    director, leader = person(city, CITY, Role.CENTER_DIRECTOR), person(city, CITY, Role.LEADER)
    card = own(city, director)
    with acting(director) as session:
        submit_report(session, card.id, {"situation": "总体平稳"}, {}, card.seen)
    card = own(city, director)
    with pytest.raises(NotAllowed, match="自己经手"), acting(director) as session:
        review_report(session, card.id, "accept", "", card.seen)
    with acting(leader) as session:
        review_report(session, card.id, "accept", "", card.seen)


def test_the_town_adds_up_what_its_villages_say(city):
    villages = [code for code in makers.codes() if code.startswith(TOWN) and len(code) == 12]
    for number, code in enumerate(villages[:-1], 1):
        submitted(city, code, {"situation": "x", "patrols": str(10 * number)})
    card = own(city, person(city, TOWN, Role.CENTER_DIRECTOR))
    total, said, asked = card.added_up["patrols"]
    assert (total, said, asked) == (
        sum(10 * n for n in range(1, len(villages))),
        len(villages) - 1,
        len(villages),
    )


def test_all_late_ones_are_urged_in_one_click_and_none_of_others(city):
    submitted(city, VILLAGE)
    town = person(city, TOWN, Role.CENTER_DIRECTOR)
    with makers.eyes(city, town) as session:
        [found] = rounds(session, RoundKind.MONTHLY)
        card = round_card(session, found.id, TOWN)
    late = [one for one in card.below if one.state is ReportState.OPEN]
    assert late
    with acting(town) as session:
        assert urge_late(session, found.id) == len(late)
    with makers.everything(city) as session:
        urged = session.scalars(select(Report.center_code).where(Report.urged_times > 0)).all()
        assert sorted(urged) == sorted(one.center_code for one in late)
        assert session.scalar(select(func.count(ReportStep.id)).where(ReportStep.action == "urge")) == len(
            late
        )


def test_a_round_that_is_over_takes_nothing(city):
    duty, top = person(city, VILLAGE, Role.DUTY_OFFICER), person(city, CITY, Role.LEADER)
    card = own(city, duty)
    with pytest.raises(NotAllowed), acting(person(city, COUNTY, Role.LEADER)) as session:
        close_round(session, card.round.id)
    with acting(top) as session:
        close_round(session, card.round.id)
    with pytest.raises(WrongState, match="已于"), acting(duty) as session:
        submit_report(session, card.id, SAID, {}, card.seen)


def test_two_that_hand_in_at_once_have_one_effect(city):
    duty = person(city, VILLAGE, Role.DUTY_OFFICER)
    card = own(city, duty)
    outcomes: list[str] = []

    def hand_in() -> None:
        try:
            with acting(duty) as session:
                submit_report(session, card.id, SAID, {}, card.seen)
            outcomes.append("done")
        except (Conflict, WrongState) as told:
            outcomes.append(type(told).__name__)

    both = [threading.Thread(target=hand_in) for _n in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert outcomes.count("done") == 1
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(ReportStep.id)).where(ReportStep.report_id == card.id)) == 1
        events = select(func.count()).where(
            AuditEntry.event == "report submitted", AuditEntry.subject == f"report {card.id}"
        )
        assert session.scalar(events) == 1


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.sets(st.integers(1, 10**12), max_size=40), max_size=5)
)
def test_packed_cases_come_back(cases):
    given_keys = {name: np.array(sorted(keys), dtype=np.int64) for name, keys in cases.items()}
    back = unpacked(packed(given_keys))
    assert {name: list(keys) for name, keys in back.items()} == {n: list(k) for n, k in given_keys.items()}


# -- meetings and tasks


def held(city: str) -> tuple[Viewer, Viewer, int, int]:
    """The city's meeting: who wrote it, who may sign it, the round and the meeting."""
    director, leader = person(city, CITY, Role.CENTER_DIRECTOR), person(city, CITY, Role.LEADER)
    number = own(city, director).round.id
    with acting(director) as session:
        meeting = write_meeting(session, number, MOMENT, "三楼", "主任", "甲、乙\n乙", "丙", "一\n二", None)
    return director, leader, number, meeting


def test_minutes_are_signed_by_another_person_and_stand_then(city):
    director, leader, number, meeting = held(city)
    with makers.eyes(city, leader) as session:
        [row] = meetings_of(session, number)
        assert (row.present, row.absent, row.minutes) == (("甲", "乙"), ("丙",), "一\n二")
    with pytest.raises(NotAllowed), acting(director) as session:
        sign_meeting(session, meeting, row.seen)
    with pytest.raises(Conflict), acting(director) as session:
        write_meeting(session, number, MOMENT, "", "", "", "", "三", None)
    with pytest.raises(BadInput, match="既在出席又在缺席"), acting(director) as session:
        write_meeting(session, number, MOMENT, "", "", "甲", "甲", "三", row.seen)
    with acting(leader) as session:
        sign_meeting(session, meeting, row.seen)
    with pytest.raises(WrongState), acting(director) as session:
        write_meeting(session, number, MOMENT, "", "", "", "", "三", row.seen + 1)
    with makers.eyes(city, person(city, COUNTY, Role.LEADER)) as session:
        assert meetings_of(session, number) == ()  # the city's own


def test_a_task_goes_from_the_decision_to_the_confirmation(city):
    director, leader, _number, meeting = held(city)
    owner, stranger = person(city, COUNTY, Role.CENTER_DIRECTOR), person(city, "739901", Role.CENTER_DIRECTOR)
    with pytest.raises(NotFound), acting(director) as session:
        give_task(session, meeting, "整改", "90%", makers.OTHER_CITY, None, TODAY)
    with pytest.raises(BadInput), acting(director) as session:
        give_task(session, meeting, " ", "90%", COUNTY, None, TODAY)
    with pytest.raises(BadInput), acting(director) as session:
        give_task(session, meeting, "整改", "90%", COUNTY, None, date(2206, 1, 1))
    with acting(director) as session:
        key = give_task(session, meeting, "整改", "90%", COUNTY, None, TODAY - timedelta(days=3))
    with makers.eyes(city, owner) as session:
        [task] = tasks_of(session, COUNTY)
        assert (task.overdue, task.state) == (3, TaskState.OPEN)
    with makers.eyes(city, stranger) as session:
        assert tasks_of(session) == ()
    with pytest.raises(BadInput, match="佐证"), acting(owner) as session:
        move_task(session, key, "report", "", task.seen)
    with pytest.raises(NotAllowed), acting(director) as session:
        report_progress(session, key, 50, "x", "", task.seen)
    with acting(owner) as session:
        seen = report_progress(session, key, 80, "已整改", "会议记录", task.seen)
        move_task(session, key, "report", "", seen)
    with pytest.raises(NotAllowed), acting(owner) as session:
        move_task(session, key, "confirm", "", seen + 1)
    with pytest.raises(Conflict), acting(leader) as session:
        move_task(session, key, "confirm", "", seen)
    with acting(leader) as session:
        assert move_task(session, key, "confirm", "", seen + 1) is TaskState.DONE
    with makers.eyes(city, owner) as session:
        [task] = tasks_of(session, COUNTY)
        assert (task.percent, task.overdue) == (100, 0)
        assert tasks_of(session, COUNTY, undone=True) == ()


def test_a_department_sees_the_tasks_that_were_given_to_it_alone(city):
    director, _leader, _number, meeting = held(city)
    handler = person(city, COUNTY, Role.DEPARTMENT_HANDLER)
    assert handler.department_id is not None
    with acting(director) as session:
        theirs = give_task(session, meeting, "部门任务", "完成", COUNTY, handler.department_id, TODAY)
        give_task(session, meeting, "中心任务", "完成", COUNTY, None, TODAY)
    with makers.eyes(city, handler) as session:
        assert [one.id for one in tasks_of(session)] == [theirs]
    with acting(handler) as session:
        report_progress(session, theirs, 10, "开始", "", 1)


def test_a_task_for_gridworkers_passes_the_gate_or_is_not_given(city):
    director, _leader, _number, meeting = held(city)
    with makers.everything(city) as session:
        [before] = session.scalars(select(func.count()).select_from(Task))
    with pytest.raises(NotAllowed, match="代收水费"), acting(director) as session:
        give_task(session, meeting, "代收水费", "收完", COUNTY, None, TODAY, True, None, "有依据")
    with acting(director) as session:
        listed = admitted_on_a_list(session, CITY, "流动人口登记")
        key = give_task(session, meeting, "登记新来的人", "登完", COUNTY, None, TODAY, True, listed)
        set_gate_rule(session, COUNTY, True, None)
    with pytest.raises(BadInput, match="依据"), acting(director) as session:
        give_task(session, meeting, "代收水费", "收完", COUNTY, None, TODAY, True)
    with acting(director) as session:
        beside = give_task(session, meeting, "代收水费", "收完", COUNTY, None, TODAY, True, None, "纪要3号")
    with makers.everything(city) as session:
        assert session.scalar(select(func.count()).select_from(Task)) == before + 2
        assert session.scalars(select(GateException.subject)).all() == [f"task {beside}"]
    with makers.eyes(city, director) as session:
        found = {one.id: (one.for_gridworkers, one.admitted_as) for one in tasks_of(session, CITY)}
    assert (found[key], found[beside]) == ((True, "流动人口登记"), (True, ""))


def admitted_on_a_list(session: Any, code: str, matter: str) -> int:
    """The key of an item that stands on the access list of a center."""
    register = make_register(session, code, ACCESS_LIST, "access_list")
    use_draft(session, register, designs_of(session, register)[0].seen)
    entry = Entry(
        register_id=register, center_code=code, serial=1, design_number=1, state="in_force", content="{}",
        title=matter, made_by="某人", made_at=MOMENT, moved_at=MOMENT, changed_at=MOMENT,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    item = PublishedItem(
        register_id=register, entry_id=entry.id, center_code=code, design_number=1, content="{}",
        title=matter, since=TODAY, published_by="某人", published_at=MOMENT,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return int(item.id)


# -- plans


def test_what_is_usual_reads_back_as_it_was_written():
    import json

    for plan in USUAL.values():
        assert read_plan(json.loads(written_plan(plan))) == plan


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"opens_after": 99}, "31天"),
        ({"levels": []}, "至少要有一级"),
        ({"extra": 1}, "不认识"),
        ({"levels": [{"level": "village", "days": 2, "hour": "25:00", "fields": []}]}, "18:00"),
        ({"levels": [{"level": "moon", "days": 2, "hour": "18:00", "fields": []}]}, "其中之一"),
        (
            {"levels": [{"level": "town", "days": 2, "hour": "18:00", "fields": [
                {"key": "a", "name": "甲", "kind": "metric", "metric": "no"}]}]},
            "没有这个指标",
        ),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(city, change, sentence):
    said = {
        "opens_after": 1,
        "levels": [{"level": "village", "days": 2, "hour": "18:00", "fields": []}],
    } | change
    with pytest.raises(BadInput, match=sentence), acting(person(city, CITY, Role.LEADER)) as session:
        plan_rounds(session, RoundKind.MONTHLY, said, True, None)


def test_a_plan_holds_from_the_next_round_on(city):
    top, other = person(city, CITY, Role.LEADER), person(city, CITY, Role.CENTER_DIRECTOR)
    field = {"key": "visits", "name": "走访户数", "kind": "number", "needed": True}
    said = {
        "opens_after": 1,
        "levels": [{"level": "village", "days": 2, "hour": "18:00", "fields": [field]}],
    }
    with acting(top) as session:
        plan_rounds(session, RoundKind.MONTHLY, said, True, None)
    with pytest.raises(Conflict), acting(other) as session:
        plan_rounds(session, RoundKind.MONTHLY, said, False, None)
    with pytest.raises(NotAllowed), acting(person(city, COUNTY, Role.LEADER)) as session:
        plan_rounds(session, RoundKind.MONTHLY, said, False, None)
    duty = person(city, VILLAGE, Role.DUTY_OFFICER)
    assert len(own(city, duty).ask.fields) > 5  # the round that is open asks what it asked
    with acting(top) as session:
        number = open_by_hand(session, RoundKind.MONTHLY, date(2026, 5, 1))
    with pytest.raises(BadInput, match="已经开过"), acting(top) as session:
        open_by_hand(session, RoundKind.MONTHLY, date(2026, 5, 1))
    with makers.eyes(city, duty) as session:
        april = next(one for one in rounds(session, RoundKind.MONTHLY) if one.id == number)
        assert [one.key for one in report_card(session, april.own_report).ask.fields] == ["visits"]
        assert next(one for one in rounds_planned(session) if one.kind is RoundKind.MONTHLY).seen == 1


def test_the_burden_counts_what_each_level_is_asked_for(city):
    with makers.eyes(city, person(city, VILLAGE, Role.DUTY_OFFICER)) as session:
        found = {one.level: one for one in burden(session, date(2026, 6, 1), date(2026, 6, 30))}
    village = found[Level.VILLAGE]
    asks = [
        USUAL[kind].asks[Level.VILLAGE]
        for kind in (RoundKind.DAILY, RoundKind.MONTHLY, RoundKind.VILLAGE_TALK)
    ]
    assert village.reports == len(asks)
    assert village.fields == sum(len(ask.fields) for ask in asks)
    assert village.filled == sum(one.kind.value == "metric" for ask in asks for one in ask.fields)


def test_every_kind_has_its_rhythm():
    assert set(EVERY) == set(USUAL) == set(RoundKind)


def test_refusals_leave_no_trace_in_the_work_itself(city):
    with makers.everything(city) as session:
        before = [session.scalar(select(func.count()).select_from(model)) for model in (Meeting, Task)]
    with pytest.raises(Told), acting(person(city, VILLAGE, Role.DUTY_OFFICER)) as session:
        give_task(session, 1, "x", "y", VILLAGE, None, TODAY)
    with makers.everything(city) as session:
        after = [session.scalar(select(func.count()).select_from(model)) for model in (Meeting, Task)]
    assert before == after


def test_content_is_kept_as_it_was():
    content = contents.Content({"a": "甲"}, {"a": "因"}, {}, MOMENT, {"version": 0})
    assert contents.read(contents.written(content)) == content
