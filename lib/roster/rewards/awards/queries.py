"""Questions about what was given by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from db.models.center import Center
from db.models.reward import Award, AwardKind
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.roster.posted import Choice, choices, newest_names
from lib.roster.rewards.gathering import Month
from lib.typed import offset_of


@dataclass(frozen=True)
class AwardRow:
    """`withdrawn_by` is empty while it stands."""

    id: int
    person_id: int
    name: str
    center_name: str
    day: date
    award_kind: AwardKind
    score: int
    cents: int
    reason: str
    given_by: str
    withdrawn_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class AwardPage:
    total: int
    rows: tuple[AwardRow, ...]


@query(Permission.PREPARE_ALLOWANCES)
def awards_in(
    session: ScopedSession, center_code: str, month: date, page: int = 1, page_size: int = 50
) -> AwardPage:
    """What was given below a center in a month, the newest first; what was withdrawn stays in sight."""
    span = Month(month.replace(day=1))
    wanted = (within(Award.center_code, [center_code]), Award.day.between(span.first, span.last))
    total = session.scalar(select(func.count(Award.id)).where(*wanted)) or 0
    rows = session.execute(
        select(Award, Center.name)
        .join(Center, Center.code == Award.center_code)
        .where(*wanted)
        .order_by(Award.day.desc(), Award.id.desc())
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    names = newest_names(session, (row.person_id for row, _center in rows))
    return AwardPage(
        total,
        tuple(
            AwardRow(
                row.id, row.person_id, names.get(row.person_id, ""), center, row.day, row.kind, row.points,
                row.cents, row.reason, row.given_by, row.withdrawn_by or "", row.withdrawn_at,
            )
            for row, center in rows
        ),
    )  # fmt: skip


@query(Permission.PREPARE_ALLOWANCES)
def people_to_reward(
    session: ScopedSession, center_code: str, day: date, text: str = ""
) -> tuple[Choice, ...]:
    """Who holds a post below a center on a day, for a form that asks for one of them."""
    return choices(session, center_code, day, text)
