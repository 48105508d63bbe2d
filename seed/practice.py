"""What the centers have worked on: assessments of past months, rounds with their reports, a meeting's tasks.

Counted by the product's own metrics out of the cases that were just made, in the same transaction.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from db.models.account import Role
from db.models.assessment import (
    Assessment,
    AssessmentScheme,
    AssessmentState,
    HandScore,
    SchemeState,
    SchemeVersion,
)
from db.models.center import Center, Level
from db.models.scheduling import (
    Meeting,
    MeetingState,
    Report,
    ReportState,
    Round,
    RoundKind,
    Task,
    TaskProgress,
    TaskState,
)
from db.models.window import ServiceWindow, WindowRating
from db.scope import EVERYTHING, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.assessment.measuring import measured_units, period_of
from lib.assessment.places import (
    all_units,
    place_again,
    publish_places,
    unit_of,
    write_rewards,
    write_units,
)
from lib.assessment.result import fingerprint
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.queries import measure, variant_in_force
from lib.scheduling import content as contents
from lib.scheduling.content import Content
from lib.scheduling.figures import Figure
from lib.scheduling.figures import period_of as days_of
from lib.scheduling.opening import open_due
from lib.scheduling.plan import Ask, Field, FieldKind
from lib.scheduling.reading import plan_of
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme, canonical
from lib.schemes.templates import Template, definition
from seed.city import ROOT
from seed.plan import Plan
from seed.registers import registers

# Beyond this it would take longer than the cases themselves; a city starts with what the clock opens.
MOST_CASES = 200_000
SCHEMES = (Template.COUNTIES, Template.TOWNS, Template.VILLAGES, Template.WINDOWS)
WINDOWS = ("民政业务窗口", "社保业务窗口", "信访接待窗口")
SOURCE = "兰网格办〔2026〕3号"
DRAFTED, DECIDED = "韩雪伟", "赵建国"
BY_LEVEL = {Level.CITY: By.WHOLE, Level.COUNTY: By.COUNTY, Level.TOWN: By.TOWN, Level.VILLAGE: By.VILLAGE}
SAID = {
    "situation": "总体平稳，接报以市容环卫和住房物业为主，未发现影响稳定的苗头。",
    "problems": "个别事项到期前集中办理，回访不够及时。",
    "next_steps": "盯紧临期事件，每周通报一次，重点小区增加巡查。",
    "agreed": "对临期和超期事件逐件落实责任人，下次会议通报结果。",
    "found": "",
}


def practice(connection: Connection, plan: Plan) -> None:
    if not plan.practice or plan.cases > MOST_CASES:
        return
    seed = Viewer(None, "seed", DRAFTED, Role.LEADER, ROOT, EVERYTHING)
    with ScopedSession(
        bind=connection,
        info={"scope": EVERYTHING, "viewer": seed},
        expire_on_commit=False,
        join_transaction_mode="rollback_only",
    ) as session:
        _windows(session, plan)
        for template in SCHEMES:
            _assess(session, plan, template)
        _rounds(session, plan)
        session.flush()
        session.expunge_all()
    registers(connection, plan)


def _windows(session: ScopedSession, plan: Plan) -> None:
    """Three windows in each county's hall; most visitors are content."""
    counties = session.scalars(select(Center.code).where(Center.level == Level.COUNTY).order_by(Center.code))
    for code in counties.all():
        for name in WINDOWS:
            dice = plan.dice(f"window {code} {name}")
            window = ServiceWindow(center_code=code, name=name, opened_on=clock.start_of_month(plan.today, 6))
            session.add(window)
            session.flush()
            for back in range(1, 4):
                first = clock.start_of_month(plan.today, back)
                session.add(
                    WindowRating(
                        window_id=window.id, center_code=code, month=first,
                        very_satisfied=dice.randint(60, 160), satisfied=dice.randint(40, 90),
                        basically=dice.randint(2, 9), dissatisfied=dice.randint(0, 5),
                        very_dissatisfied=dice.randint(0, 2), entered_by="值班员",
                        entered_at=clock.start_of_day(first + timedelta(days=32)),
                    )
                )  # fmt: skip
    session.flush()


def _assess(session: ScopedSession, plan: Plan, template: Template) -> None:
    said = definition(template) | {"source": SOURCE}
    said["indicators"] = [one | {"source": SOURCE} for one in said["indicators"]]
    scheme = read(said)
    start = datetime.combine(date(plan.today.year - 1, 12, 20), plan.stands_at.time(), plan.stands_at.tzinfo)
    row = AssessmentScheme(center_code=ROOT, name=scheme.name, created_at=start)
    session.add(row)
    session.flush()
    wording = SchemeVersion(
        scheme_id=row.id, center_code=ROOT, number=1, state=SchemeState.IN_FORCE,
        definition=canonical(scheme), first_month=date(plan.today.year - 1, 1, 1), reason=SOURCE,
        drafted_by=DRAFTED, drafted_at=start, decided_by=DECIDED, decided_at=start + timedelta(days=3),
    )  # fmt: skip
    session.add(wording)
    session.flush()
    for months_back in (3, 2, 1):
        first = clock.start_of_month(plan.today, months_back)
        _month(session, plan, scheme, wording, first, sealed=months_back > 1)


def _month(
    session: ScopedSession, plan: Plan, scheme: Scheme, wording: SchemeVersion, first: date, *, sealed: bool
) -> None:
    """Older months are sealed; of the last one the places are shown and objections are asked for."""
    period, variant = period_of(scheme.rhythm, first), variant_in_force(session)
    worked = clock.start_of_day(period.last + timedelta(days=3)) + timedelta(hours=10)
    row = Assessment(
        center_code=ROOT, scheme_id=wording.scheme_id, scheme_version_id=wording.id, first=period.first,
        last=period.last, state=AssessmentState.REVIEW, moment=period.stands_at(plan.stands_at),
        variant=json.dumps(variant.written, sort_keys=True), computed_by=DRAFTED, computed_at=worked,
        reviewed_by=DECIDED, objections_until=plan.today + timedelta(days=365),
    )  # fmt: skip
    session.add(row)
    session.flush()
    found = measured_units(session, scheme, ROOT, period, row.moment, variant, {})
    write_units(session, row, scheme, found)
    dice = plan.dice(f"hand scores {wording.scheme_id} {first}")
    for member, _unit in found:
        for one in scheme.indicators:
            if one.by_hand:
                chance = dice.random()
                value = 0 if one.key in ("accident", "criminal") or chance < 0.8 else 1
                evidence = f"{first:%Y年%m月}台账第{dice.randint(1, 60)}号" if value else "本月无"
                session.add(
                    HandScore(
                        assessment_id=row.id, center_code=member.center_code, unit_key=member.key,
                        indicator=one.key, value=f"{value}", evidence=evidence,
                        entered_by=DRAFTED, entered_at=worked,
                    )
                )  # fmt: skip
    session.flush()
    place_again(session, row, scheme)
    publish_places(session, row, scheme)
    if not sealed:
        row.state = AssessmentState.OBJECTIONS
        return
    units = [unit_of(one) for one in all_units(session, row.id)]
    row.state, row.fingerprint = AssessmentState.SEALED, fingerprint(scheme, variant.written, units)
    row.objections_until = period.last + timedelta(days=8)
    row.published_by, row.published_at = DECIDED, worked + timedelta(days=6)
    row.sealed_at = worked + timedelta(days=7)
    session.flush()
    write_rewards(session, row, scheme)


def _rounds(session: ScopedSession, plan: Plan) -> None:
    open_due(session, ROOT, plan.stands_at)
    for found in session.scalars(select(Round).order_by(Round.id)).all():
        for level, ask in plan_of(found).asks.items():
            _reports(session, plan, found, level, ask)
        if found.kind is RoundKind.MONTHLY:
            _meeting(session, plan, found)
    session.flush()


def _reports(session: ScopedSession, plan: Plan, found: Round, level: Level, ask: Ask) -> None:
    """Nearly everybody has handed in on time, some a little late, a few not yet."""
    moment, variant = days_of(found).stands_at(plan.stands_at), variant_in_force(session)
    fields = [one for one in ask.fields if one.kind is FieldKind.METRIC]
    names = tuple(dict.fromkeys(one.metric for one in fields))
    measured = {
        (one.metric, one.key): one
        for one in measure(session, names, ROOT, days_of(found), moment, BY_LEVEL[level], variant=variant)
    }
    dice = plan.dice(f"reports {found.kind.value} {found.first} {level.value}")
    reports = session.scalars(
        select(Report)
        .where(Report.round_id == found.id, Report.level == level.value)
        .order_by(Report.center_code)
    ).all()
    for row in reports:
        chance = dice.random()
        handed_in = row.due_at - timedelta(minutes=dice.randint(20, 1400))
        if chance > 0.94:
            handed_in = row.due_at + timedelta(hours=dice.randint(1, 30))
        over = row.due_at < plan.stands_at
        if handed_in > plan.stands_at or chance > (0.985 if over else 0.6):
            continue
        figures = {
            one.key: Figure.of(measured.get((one.metric, row.center_code)) or _nothing(one.metric, row))
            for one in fields
        }
        values = {one.key: value for one in ask.fields if (value := _said(one, dice.randint(2, 40)))}
        row.content = contents.written(Content(values, {}, figures, moment, variant.written))
        row.submitted_by, row.submitted_at = "值班员", handed_in
        row.state = ReportState.SUBMITTED
        if over and chance < 0.9:
            row.state, row.decided_by = ReportState.ACCEPTED, "中心主任"
            row.decided_at = min(handed_in + timedelta(hours=20), plan.stands_at)


def _nothing(metric: str, row: Report) -> Measured:
    """What the product itself says of a center where nothing was counted."""
    return Measured(metric, row.center_code, 0, 0 if METRICS[metric].is_rate else None)


def _said(one: Field, number: int) -> str:
    if one.kind is FieldKind.NUMBER:
        return f"{number}"
    return SAID.get(one.key, "") if one.kind is FieldKind.WORDS else ""


def _meeting(session: ScopedSession, plan: Plan, found: Round) -> None:
    held = clock.start_of_day(found.last + timedelta(days=12)) + timedelta(hours=9)
    row = Meeting(
        round_id=found.id, center_code=ROOT, state=MeetingState.SIGNED, held_at=held,
        place="市中心三楼会议室", chair=DECIDED, absent="",
        present="市委政法委\n市住建局\n市城管委\n市信访局\n各县区分中心主任",
        minutes="听取各县区情况，研究临期和超期事件。\n一、逐件落实责任人。\n二、按期办结率低的县区说明原因。",
        written_by=DRAFTED, signed_by=DECIDED, signed_at=held + timedelta(days=1),
    )  # fmt: skip
    session.add(row)
    session.flush()
    for code, matter, measure_words, days, percent, state in (
        ("620123", "查清按期办结率偏低的原因并整改", "6月按期办结率不低于90%", 33, 60, TaskState.OPEN),
        ("620105", "超期30天以上的事件逐件销号", "超期30天以上清零", 10, 40, TaskState.OPEN),
        ("620102", "物业投诉集中的小区开展一次联合走访", "走访记录和整改清单", 14, 100, TaskState.DONE),
    ):
        due = clock.local(held).date() + timedelta(days=days)
        task = Task(
            meeting_id=row.id, center_code=code, decided_by_code=ROOT, state=state, matter=matter,
            measure=measure_words, due_on=due, percent=percent, decided_at=held,
            closed_at=held + timedelta(days=days - 2) if state is TaskState.DONE else None,
        )  # fmt: skip
        session.add(task)
        session.flush()
        session.add(
            TaskProgress(
                task_id=task.id, center_code=code, percent=percent, words="已召开专题会，责任人已明确。",
                evidence="专题会议记录", done_by="中心主任", done_at=held + timedelta(days=6),
            )
        )  # fmt: skip
