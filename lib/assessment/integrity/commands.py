"""Somebody has looked at a finding and writes down what they saw; it changes no score by itself."""

from __future__ import annotations

from db.models.assessment import FindingKind, IntegrityLook
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.assessment.reading import assessment_at, must_assess, unit_at
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.typed import as_typed

LONGEST_RESULT = 300


@command(Permission.RUN_ASSESSMENT)
def look_into(
    session: ScopedSession, assessment_id: int, unit_key: str, kind: FindingKind, result: str
) -> None:
    """By those who assess, and not by the unit itself. Raises NotFound, NotAllowed, BadInput."""
    row = assessment_at(session, assessment_id)
    unit = unit_at(session, assessment_id, unit_key)
    must_assess(session, row.center_code)
    viewer = viewer_of(session)
    if unit.center_code == viewer.center_code:
        raise NotAllowed(_("不能核查本单位的情况，请由上级核查。"))
    said = as_typed(result, LONGEST_RESULT)
    if not said:
        sentence = _("请写明核查结果。")
        raise BadInput(sentence, (Problem("result", sentence),))
    session.add(
        IntegrityLook(
            assessment_id=assessment_id, center_code=unit.center_code, unit_key=unit_key, kind=kind,
            result=said, looked_by=viewer.name, looked_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    record(
        session, viewer, "finding looked into", f"assessment {assessment_id} unit {unit_key}",
        after={"kind": kind.value, "result": masked_text(said)},
    )  # fmt: skip
