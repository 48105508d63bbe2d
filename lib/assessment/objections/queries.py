"""Questions about objections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Objection
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.assessment.reading import called_in


@dataclass(frozen=True)
class ObjectionRow:
    id: int
    assessment_id: int
    unit_key: str
    unit_name: str
    indicator: str
    state: str
    reason: str
    raised_by: str
    raised_by_id: int | None
    raised_at: datetime
    reply: str | None
    value: str | None
    replied_by: str | None


@query(Permission.READ_ASSESSMENT)
def objections(session: ScopedSession, assessment_id: int, unit_key: str = "") -> tuple[ObjectionRow, ...]:
    """Those of the reader's scope, the ones that wait for a reply first."""
    statement = (
        select(Objection, AssessedUnit.name)
        .join(
            AssessedUnit,
            (AssessedUnit.assessment_id == Objection.assessment_id)
            & (AssessedUnit.unit_key == Objection.unit_key),
        )
        .where(Objection.assessment_id == assessment_id)
    )
    if unit_key:
        statement = statement.where(Objection.unit_key == unit_key)
    called = called_in(session, assessment_id)
    rows = session.execute(statement.order_by(Objection.replied_at.is_not(None), Objection.id)).all()
    return tuple(
        ObjectionRow(
            one.id, one.assessment_id, one.unit_key, called(name), one.indicator, one.state.value, one.reason,
            one.raised_by, one.raised_by_id, one.raised_at, one.reply, one.value, one.replied_by,
        )
        for one, name in rows
    )  # fmt: skip
