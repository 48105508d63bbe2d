"""Questions about nominations and about what a published result has earned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment, Nomination, Reward
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.assessment.reading import called_in
from lib.assessment.states import SHOWN


@dataclass(frozen=True)
class NominationRow:
    """`selected` is None while nobody has decided; `seen` is what a decision must name."""

    id: int
    assessment_id: int
    unit_key: str
    name: str
    group: str
    rank: int | None
    reason: str
    nominated_by: str
    nominated_by_id: int | None
    nominated_at: datetime
    selected: bool | None
    decided_by: str | None
    seen: int


@query(Permission.READ_ASSESSMENT)
def nominations(session: ScopedSession, assessment_id: int) -> tuple[NominationRow, ...]:
    """Those of the reader's scope, group by group, the best first; before the places are shown without
    them, but for those who assess."""
    row = session.get(Assessment, assessment_id)
    shown = row is not None and (row.state in SHOWN or session.scope.covers(row.center_code))
    called = called_in(session, assessment_id)
    rows = session.execute(
        select(Nomination, AssessedUnit.name, AssessedUnit.group_key, AssessedUnit.rank)
        .join(
            AssessedUnit,
            (AssessedUnit.assessment_id == Nomination.assessment_id)
            & (AssessedUnit.unit_key == Nomination.unit_key),
        )
        .where(Nomination.assessment_id == assessment_id)
        .order_by(AssessedUnit.group_key, *([AssessedUnit.rank] if shown else []), Nomination.id)
    ).all()
    return tuple(
        NominationRow(
            one.id, one.assessment_id, one.unit_key, called(name), group, rank if shown else None, one.reason,
            one.nominated_by, one.nominated_by_id, one.nominated_at, one.selected, one.decided_by,
            one.version,
        )
        for one, name, group, rank in rows
    )  # fmt: skip


@dataclass(frozen=True)
class RewardRow:
    unit_key: str
    name: str
    points: int
    cents: int
    reason: str


@query(Permission.READ_ASSESSMENT)
def rewards(session: ScopedSession, assessment_id: int) -> tuple[RewardRow, ...]:
    """What was earned by the units of the reader's scope."""
    rows = session.execute(
        select(Reward, AssessedUnit.name)
        .join(
            AssessedUnit,
            (AssessedUnit.assessment_id == Reward.assessment_id) & (AssessedUnit.unit_key == Reward.unit_key),
        )
        .where(Reward.assessment_id == assessment_id)
        .order_by(Reward.cents.desc(), Reward.points.desc(), Reward.unit_key)
    ).all()
    called = called_in(session, assessment_id)
    return tuple(
        RewardRow(one.unit_key, called(name), one.points, one.cents, one.reason) for one, name in rows
    )
