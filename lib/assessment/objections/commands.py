"""A unit objects to one of its values; another person replies, and the places follow."""

from __future__ import annotations

from sqlalchemy import select

from db.models.assessment import AssessmentState, Objection, ObjectionState
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.assessment.entering import LONGEST_REASON, number_for
from lib.assessment.places import place_again, publish_places
from lib.assessment.reading import assessment_at, hold, must_assess, scheme_of, unit_at
from lib.assessment.result import Placed
from lib.assessment.states import OBJECTION, OPEN
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound, WrongState
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.schemes.scheme import plain as plain_number
from lib.typed import as_typed


@command(Permission.ENTER_SCORES)
def object_to(session: ScopedSession, assessment_id: int, unit_key: str, indicator: str, reason: str) -> int:
    """A unit's own people say, once for each indicator, that its value is wrong. Raises NotFound,
    NotAllowed, WrongState, BadInput."""
    hold(session, assessment_id)
    row = assessment_at(session, assessment_id)
    unit = unit_at(session, assessment_id, unit_key)
    viewer = viewer_of(session)
    if unit.center_code != viewer.center_code:
        raise NotAllowed(_("只能对本单位的考核提出异议。"))
    if row.state is not AssessmentState.OBJECTIONS:
        raise WrongState(_("现在不在异议期，不能提出异议。"))
    if row.objections_until is not None and clock.local(clock.now()).date() > row.objections_until:
        raise WrongState(_("异议期已于{day}截止。").format(day=numbers.day(row.objections_until)))
    line = scheme_of(session, row).indicator(indicator)
    why = as_typed(reason, LONGEST_REASON)
    if line is None or not why:
        raise BadInput(_("请选择指标并写明异议理由。"))
    raised = select(Objection.id).where(
        Objection.assessment_id == assessment_id,
        Objection.unit_key == unit_key,
        Objection.indicator == indicator,
    )
    if session.scalar(raised) is not None:
        raise BadInput(_("“{name}”已经提出过异议，每项只能提一次。").format(name=line.name))
    found = Objection(
        assessment_id=assessment_id, center_code=unit.center_code, unit_key=unit_key, indicator=indicator,
        state=ObjectionState.OPEN, reason=why, raised_by_id=viewer.account_id, raised_by=viewer.name,
        raised_at=clock.now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    record(
        session, viewer, "objection raised", f"objection {found.id}",
        after={
            "assessment": assessment_id, "unit": unit_key, "indicator": indicator, "reason": masked_text(why),
        },
    )  # fmt: skip
    return found.id


@command(Permission.RUN_ASSESSMENT)
def reply_to(
    session: ScopedSession, objection_id: int, action: str, reply: str, value: str = ""
) -> tuple[Placed, ...]:
    """Another person upholds an objection, with the value that holds instead, or rejects it. The places
    follow at once. Raises NotFound, NotAllowed, WrongState, BadInput."""
    found = session.get(Objection, objection_id)
    if found is None or action not in OBJECTION.steps:
        raise NotFound(_("找不到这件异议，或它不在您的范围内。"))
    row = assessment_at(session, found.assessment_id)
    must_assess(session, row.center_code)
    viewer, scheme = viewer_of(session), scheme_of(session, row)
    said = as_typed(reply, LONGEST_REASON)
    step = OBJECTION.take(action, viewer, found.state, said, (found.raised_by_id,))
    if row.state not in OPEN:
        raise WrongState(_("这一期已经公布，不能再改。"))
    line = scheme.indicator(found.indicator)
    if action == "uphold" and line is not None:
        found.value = plain_number(number_for(line, value))
    found.state, found.reply = step.target, said
    found.replied_by, found.replied_at = viewer.name, clock.now()
    session.flush()
    placed = place_again(session, row, scheme)
    publish_places(session, row, scheme)
    record(
        session, viewer, "objection answered", f"objection {found.id}",
        after={"state": found.state.value, "reply": masked_text(said), "value": found.value},
    )  # fmt: skip
    return placed
