"""Questions about what is worth a look beside a ranking, and what those who looked have seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.assessment import AssessedUnit, FindingKind, IntegrityLook
from db.models.center import CODE_LENGTH
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.assessment.integrity.findings import Finding, find
from lib.assessment.measuring import LEVELS
from lib.assessment.reading import assessment_at, scheme_of
from lib.metrics.measured import Period


@dataclass(frozen=True)
class Look:
    kind: FindingKind
    unit_key: str
    result: str
    looked_by: str
    looked_at: datetime


@query(Permission.READ_CASES)
def findings(session: ScopedSession, assessment_id: int) -> tuple[Finding, ...]:
    """For units that are centers and that the reader sees all cases of; a neutral list, each with its
    reason. Usual is what is usual among the units that the reader sees. Raises NotFound, NotReady."""
    row = assessment_at(session, assessment_id)
    level = LEVELS.get(scheme_of(session, row).subject)
    units = {
        one.unit_key: (one.name, one.group_key)
        for one in session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == row.id))
        if level is not None and session.scope.covers(one.center_code)
    }
    if level is None or not units:
        return ()
    tops = sorted(units)
    center_code = row.center_code if session.scope.covers(row.center_code) else _above(tops)
    period = Period(row.first, row.last)
    return find(session, center_code, period, row.moment, units, CODE_LENGTH[level])


def _above(codes: list[str]) -> str:
    """The lowest center that all of them lie below, or the one unit itself."""
    first, last = codes[0], codes[-1]
    lengths = [n for n in (12, 9, 6, 4) if len(first) >= n and first[:n] == last[:n]]
    return first[: lengths[0]] if lengths else first


@query(Permission.READ_ASSESSMENT)
def looks(session: ScopedSession, assessment_id: int) -> tuple[Look, ...]:
    """What was seen, the newest first."""
    rows = session.scalars(
        select(IntegrityLook)
        .where(IntegrityLook.assessment_id == assessment_id)
        .order_by(IntegrityLook.id.desc())
    )
    return tuple(Look(one.kind, one.unit_key, one.result, one.looked_by, one.looked_at) for one in rows)
