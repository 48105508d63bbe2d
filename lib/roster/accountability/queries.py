"""Questions about who was called to account; only those who may record it may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from db.models.center import Center
from db.models.reward import Accountability, AccountabilityKind
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.roster.posted import Choice, choices, newest_names
from lib.typed import offset_of


@dataclass(frozen=True)
class AccountabilityRow:
    """`lifted_by` is empty while it stands."""

    id: int
    person_id: int
    name: str
    center_name: str
    day: date
    sanction: AccountabilityKind
    found: str
    decision: str
    recorded_by: str
    recorded_at: datetime
    lifted_because: str
    lifted_by: str
    lifted_at: datetime | None


@dataclass(frozen=True)
class AccountabilityPage:
    total: int
    rows: tuple[AccountabilityRow, ...]


@query(Permission.READ_ACCOUNTABILITY)
def accountability_in(
    session: ScopedSession, center_code: str, lifted: bool = True, page: int = 1, page_size: int = 50
) -> AccountabilityPage:
    """Below a center, the newest first; without `lifted` only what stands."""
    wanted = [within(Accountability.center_code, [center_code])]
    if not lifted:
        wanted.append(Accountability.lifted_at.is_(None))
    total = session.scalar(select(func.count(Accountability.id)).where(*wanted)) or 0
    rows = session.execute(
        select(Accountability, Center.name)
        .join(Center, Center.code == Accountability.center_code)
        .where(*wanted)
        .order_by(Accountability.day.desc(), Accountability.id.desc())
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    names = newest_names(session, (row.person_id for row, _center in rows))
    return AccountabilityPage(
        total,
        tuple(
            AccountabilityRow(
                row.id, row.person_id, names.get(row.person_id, ""), center, row.day, row.kind, row.facts,
                row.decision, row.recorded_by, row.recorded_at, row.lifted_because, row.lifted_by or "",
                row.lifted_at,
            )
            for row, center in rows
        ),
    )  # fmt: skip


@query(Permission.READ_ACCOUNTABILITY)
def people_to_account(
    session: ScopedSession, center_code: str, day: date, text: str = ""
) -> tuple[Choice, ...]:
    """Who holds a post below a center on a day, for the form."""
    return choices(session, center_code, day, text)
