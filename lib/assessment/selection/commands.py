"""Nominates units for a selection and selects among them, as many as the quota of their group allows."""

from __future__ import annotations

from sqlalchemy import func, select

from db.models.assessment import AssessedUnit, AssessmentState, Nomination
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.assessment.reading import assessment_at, must_assess, scheme_of, unit_at
from lib.assessment.states import OPEN
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, WrongState
from lib.i18n import _
from lib.masking import masked_text
from lib.typed import as_typed

LONGEST_REASON = 500


@command(Permission.ENTER_SCORES)
def nominate(session: ScopedSession, assessment_id: int, unit_key: str, reason: str) -> int:
    """Proposes a unit of one's own scope, once, with what speaks for it. Raises NotFound, WrongState,
    BadInput."""
    row = assessment_at(session, assessment_id)
    unit = unit_at(session, assessment_id, unit_key)
    if not scheme_of(session, row).quotas:
        raise BadInput(_("这个方案不设评选名额，不用推荐。"))
    if row.state not in OPEN:
        raise WrongState(_("这一期已经公布，不能再推荐。"))
    why = as_typed(reason, LONGEST_REASON)
    if not why:
        sentence = _("请写明推荐理由。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    take_lock(session, f"nominations {assessment_id}")
    standing = select(Nomination.id).where(
        Nomination.assessment_id == assessment_id, Nomination.unit_key == unit_key
    )
    if session.scalar(standing) is not None:
        raise BadInput(_("“{name}”已经被推荐过。").format(name=unit.name))
    viewer = viewer_of(session)
    found = Nomination(
        assessment_id=assessment_id, center_code=unit.center_code, unit_key=unit_key, reason=why,
        nominated_by_id=viewer.account_id, nominated_by=viewer.name, nominated_at=clock.now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    record(
        session, viewer, "unit nominated", f"nomination {found.id}",
        after={"assessment": assessment_id, "unit": unit_key, "reason": masked_text(why)},
    )  # fmt: skip
    return found.id


@command(Permission.RUN_ASSESSMENT)
def select_unit(session: ScopedSession, nomination_id: int, selected: bool, seen: int) -> None:
    """Selects a nominated unit or does not; by another person, and never more than the quota. Raises
    NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    found = session.get(Nomination, nomination_id)
    if found is None:
        raise NotFound(_("找不到这项推荐，或它不在您的范围内。"))
    row = assessment_at(session, found.assessment_id)
    must_assess(session, row.center_code)
    viewer = viewer_of(session)
    if viewer.account_id is not None and viewer.account_id == found.nominated_by_id:
        raise NotAllowed(_("不能评定自己推荐的单位，请由另一个人评定。"))
    if row.state not in (AssessmentState.REVIEW, AssessmentState.OBJECTIONS):
        raise WrongState(_("审核和公示期间才能评定。"))
    if found.version != seen:
        raise Conflict(_("这项推荐刚被别人评定过。请刷新页面后再办理。"))
    take_lock(session, f"nominations {row.id}")
    unit = unit_at(session, row.id, found.unit_key)
    quotas = scheme_of(session, row).quotas
    taken = session.scalar(
        select(func.count(Nomination.id))
        .join(
            AssessedUnit,
            (AssessedUnit.assessment_id == Nomination.assessment_id)
            & (AssessedUnit.unit_key == Nomination.unit_key),
        )
        .where(
            Nomination.assessment_id == row.id,
            Nomination.selected.is_(True),
            Nomination.id != found.id,
            AssessedUnit.group_key == unit.group_key,
        )
    )
    most = quotas.get(unit.group_key, 0)
    if selected and (taken or 0) >= most:
        raise BadInput(_("这一组的名额是{most}个，已经评满。").format(most=most))
    found.selected, found.decided_by, found.decided_at = selected, viewer.name, clock.now()
    session.flush()
    record(
        session, viewer, "nomination decided", f"nomination {found.id}", after={"selected": selected},
    )  # fmt: skip
