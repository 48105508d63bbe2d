"""What people do in a month's assessment: count, enter, object, reply, publish, seal."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import func, select

from db.models.assessment import (
    Assessment,
    AssessmentState,
    HandScore,
    Objection,
    ObjectionState,
)
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.assessment.entering import LONGEST_EVIDENCE, LONGEST_REASON, number_for
from lib.assessment.measuring import measured_units, period_of
from lib.assessment.places import (
    all_units,
    overrides,
    place_again,
    publish_places,
    unit_of,
    write_rewards,
    write_units,
)
from lib.assessment.reading import assessment_at, hold, must_assess, scheme_of, unit_at
from lib.assessment.result import fingerprint
from lib.assessment.states import ASSESSMENT
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotFound, Problem, WrongState
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.metrics.queries import variant_in_force
from lib.schemes.queries import scheme_for_month
from lib.schemes.scheme import Scheme
from lib.schemes.scheme import plain as plain_number
from lib.typed import as_typed

OBJECTION_DAYS = 5


@command(Permission.RUN_ASSESSMENT)
def compute(session: ScopedSession, scheme_id: int, month: date) -> int:
    """Counts a period by the wording that holds for it and returns the assessment's key. It can be counted
    again until it is shown; what was entered stays. Raises NotFound, NotAllowed, WrongState, BadInput."""
    wording = scheme_for_month(session, scheme_id, month)
    must_assess(session, wording.center_code)
    scheme, viewer = wording.scheme, viewer_of(session)
    period = period_of(scheme.rhythm, month)
    now = deployment.moment_of(session)
    if period.end() > now:
        raise BadInput(
            _("{last}还没有过完，到时再计算。").format(last=numbers.day(period.last)),
            (Problem("month", _("考核期还没有结束。"), value=f"{month:%Y-%m}"),),
        )
    take_lock(session, f"assessment {scheme_id}")
    row = session.scalar(
        select(Assessment).where(Assessment.scheme_id == scheme_id, Assessment.first == period.first)
    )
    if row is None:
        row = Assessment(
            center_code=wording.center_code, scheme_id=scheme_id, first=period.first, last=period.last,
            state=AssessmentState.SELF_CHECK,
        )  # fmt: skip
    elif row.state not in (AssessmentState.SELF_CHECK, AssessmentState.REVIEW):
        raise WrongState(_("这一期已经公示，不能重新计算；数据的变化在“复算”里对照查看。"))
    variant = variant_in_force(session)
    row.scheme_version_id = wording.id
    row.moment = period.stands_at(now)
    row.variant = json.dumps(variant.written, sort_keys=True)
    row.computed_by_id, row.computed_by, row.computed_at = viewer.account_id, viewer.name, clock.now()
    session.add(row)
    session.flush()
    entered = overrides(session, row.id)
    found = measured_units(session, scheme, row.center_code, period, row.moment, variant, entered)
    if not found:
        raise BadInput(_("没有可考核的单位。"))
    write_units(session, row, scheme, found)
    record(
        session, viewer, "assessment computed", f"assessment {row.id}",
        after={
            "scheme": scheme_id, "version": wording.number, "month": f"{period.first}", "units": len(found),
        },
    )  # fmt: skip
    return row.id


@command(Permission.ENTER_SCORES)
def enter_score(
    session: ScopedSession, assessment_id: int, unit_key: str, indicator: str, value: str, evidence: str
) -> None:
    """A value that no data tells, with its evidence; entered again it takes the place of the first. While
    self-check lasts by the unit's own people, in review by those who assess. Raises NotFound, NotAllowed,
    WrongState, BadInput."""
    hold(session, assessment_id)
    row = assessment_at(session, assessment_id)
    unit = unit_at(session, assessment_id, unit_key)
    viewer, scheme = viewer_of(session), scheme_of(session, row)
    wanted = AssessmentState.SELF_CHECK
    if row.state is AssessmentState.REVIEW and session.scope.covers(row.center_code):
        wanted = AssessmentState.REVIEW
    if row.state is not wanted:
        raise WrongState(_("这一期现在不能填报。请看页面上方的进度。"))
    line = scheme.indicator(indicator)
    if line is None or not line.by_hand:
        raise BadInput(_("这个指标由系统计算，不能手工填报。"))
    number = number_for(line, value)
    said = as_typed(evidence, LONGEST_EVIDENCE)
    if not said:
        sentence = _("请写明佐证材料，例如文件名称、编号或会议记录。")
        raise BadInput(sentence, (Problem("evidence", sentence),))
    found = session.scalar(
        select(HandScore).where(
            HandScore.assessment_id == assessment_id,
            HandScore.unit_key == unit_key,
            HandScore.indicator == indicator,
        )
    )
    before = found.value if found else None
    if found is None:
        found = HandScore(
            assessment_id=assessment_id, center_code=unit.center_code, unit_key=unit_key, indicator=indicator
        )
    found.value, found.evidence = plain_number(number), said
    found.entered_by_id, found.entered_by, found.entered_at = viewer.account_id, viewer.name, clock.now()
    session.add(found)
    session.flush()
    record(
        session, viewer, "score entered", f"assessment {assessment_id} unit {unit_key}",
        before={indicator: before}, after={indicator: found.value, "evidence": masked_text(said)},
    )  # fmt: skip


@command(Permission.RUN_ASSESSMENT)
def move(
    session: ScopedSession,
    assessment_id: int,
    action: str,
    reason: str,
    seen: int,
    until: date | None = None,
) -> AssessmentState:
    """Takes the next step of a month: review, return, show for objections until a day, publish, seal.
    Raises NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    hold(session, assessment_id)
    row = assessment_at(session, assessment_id)
    must_assess(session, row.center_code)
    viewer = viewer_of(session)
    if action not in ASSESSMENT.steps:
        raise NotFound(_("没有这个操作。"))
    why = as_typed(reason, LONGEST_REASON)
    step = ASSESSMENT.take(action, viewer, row.state, why, (row.computed_by_id,))
    if row.version != seen:
        raise Conflict(_("这一期刚被别人办理过。请刷新页面，核对后再办理。"))
    before, scheme = row.state, scheme_of(session, row)
    if action in ("review", "show", "publish"):
        _complete(session, row, scheme)
    if action == "show":
        row.objections_until = _until(until)
        row.reviewed_by_id, row.reviewed_by = viewer.account_id, viewer.name
    if action == "publish":
        _all_answered(session, row)
        row.published_by, row.published_at = viewer.name, clock.now()
    if action == "seal":
        units = [unit_of(one) for one in all_units(session, row.id)]
        row.fingerprint, row.sealed_at = fingerprint(scheme, json.loads(row.variant), units), clock.now()
    row.state = step.target
    if action in ("review", "show", "publish"):
        place_again(session, row, scheme)
    if action in ("show", "publish"):
        publish_places(session, row, scheme)
    if action == "publish":
        write_rewards(session, row, scheme)
    session.flush()
    record(
        session, viewer, "assessment moved", f"assessment {row.id}", before={"state": before.value},
        after={"state": row.state.value, "reason": masked_text(why), "fingerprint": row.fingerprint},
    )  # fmt: skip
    return row.state


def _complete(session: ScopedSession, row: Assessment, scheme: Scheme) -> None:
    """What is to be entered by hand has been entered for every unit, or nothing is due there on purpose:
    then zero is entered. Nobody is scored by silence."""
    hands = [one for one in scheme.indicators if one.by_hand]
    if not hands:
        return
    entered = overrides(session, row.id)
    missing = [
        (unit.name, one.name)
        for unit in all_units(session, row.id)
        for one in hands
        if (unit.unit_key, one.key) not in entered
    ]
    if missing:
        unit, name = missing[0]
        raise BadInput(
            _("还有{count}处没有填报，例如{unit}的“{name}”。没有发生的请填0。").format(
                count=len(missing), unit=unit, name=name
            )
        )


def _until(until: date | None) -> date:
    """The last day for objections. Raises BadInput for a day that is over."""
    today = clock.local(clock.now()).date()
    last = until or today + timedelta(days=OBJECTION_DAYS)
    if not today <= last <= today + timedelta(days=60):
        raise BadInput(_("异议截止日应在今天以后、两个月以内。"))
    return last


def _all_answered(session: ScopedSession, row: Assessment) -> None:
    waiting = session.scalar(
        select(func.count(Objection.id)).where(
            Objection.assessment_id == row.id, Objection.state == ObjectionState.OPEN
        )
    )
    if waiting:
        raise BadInput(_("还有{count}件异议没有答复，答复后才能公布。").format(count=waiting))
    if row.objections_until is not None and clock.local(clock.now()).date() <= row.objections_until:
        raise WrongState(_("异议期到{day}为止，之后才能公布。").format(day=numbers.day(row.objections_until)))
