"""Questions about the units of an assessment besides their places: who they are, and what is still to be
entered for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.models.assessment import AssessedUnit, HandScore
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.assessment.naming import called
from lib.assessment.reading import assessment_at, scheme_of


@dataclass(frozen=True)
class UnitRow:
    """A unit of the reader's own scope, and the names of the indicators that wait for a value."""

    key: str
    name: str
    group: str
    waiting: tuple[str, ...]


@query(Permission.READ_ASSESSMENT)
def own_units(session: ScopedSession, assessment_id: int) -> tuple[UnitRow, ...]:
    """Whom the reader can open, shown or not, in the order of their keys. Raises NotFound."""
    row = assessment_at(session, assessment_id)
    scheme = scheme_of(session, row)
    shown = called(session, scheme.subject)
    hands = [one for one in scheme.indicators if one.by_hand]
    told = select(HandScore.unit_key, HandScore.indicator).where(HandScore.assessment_id == row.id)
    entered = {(key, name) for key, name in session.execute(told)} if hands else set()
    found = session.execute(
        select(AssessedUnit.unit_key, AssessedUnit.name, AssessedUnit.group_key)
        .where(AssessedUnit.assessment_id == row.id)
        .order_by(AssessedUnit.unit_key)
    )
    return tuple(
        UnitRow(key, shown(name), group, tuple(one.name for one in hands if (key, one.key) not in entered))
        for key, name, group in found
    )
