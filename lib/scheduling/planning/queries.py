"""Questions about plans: what rounds ask of whom, which days are worked, how much is asked in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from db.models.center import Level
from db.models.scheduling import CalendarDay, Round, RoundKind
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import standing
from lib.scheduling.opening import Planned, planned
from lib.scheduling.plan import FieldKind
from lib.scheduling.reading import plan_of


@query(Permission.READ_ROUNDS)
def rounds_planned(session: ScopedSession) -> tuple[Planned, ...]:
    """How rounds of every kind are planned from the next one on."""
    here = standing(session)
    return tuple(planned(session, here.root_code).values()) if here else ()


@dataclass(frozen=True)
class Burden:
    """What a level is asked for in a month: reports, fields, and fields that the product fills in."""

    level: Level
    kinds: tuple[RoundKind, ...]
    reports: int
    fields: int
    filled: int


@query(Permission.READ_ROUNDS)
def burden(session: ScopedSession, first: date, last: date) -> tuple[Burden, ...]:
    """By level, for one center of it, over the rounds that were opened in these days."""
    near = select(Round).where(Round.last.between(first - timedelta(days=31), last)).order_by(Round.id)
    plans = [
        (row.kind, plan)
        for row in session.scalars(near)
        if first <= row.last + timedelta(days=(plan := plan_of(row)).opens_after) <= last
    ]
    found = []
    for level in reversed(Level):
        asks = [(kind, plan.asks[level]) for kind, plan in plans if level in plan.asks]
        fields = [one for _kind, ask in asks for one in ask.fields]
        found.append(
            Burden(
                level,
                tuple(dict.fromkeys(kind for kind, _ask in asks)),
                len(asks),
                len(fields),
                sum(one.kind is FieldKind.METRIC for one in fields),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class CalendarRow:
    day: date
    works: bool
    reason: str
    changed_by: str


@query(Permission.READ_ROUNDS)
def own_calendar(session: ScopedSession) -> tuple[CalendarRow, ...]:
    """The days that this deployment has decided otherwise than published, the newest first."""
    rows = session.scalars(select(CalendarDay).order_by(CalendarDay.day.desc()))
    return tuple(CalendarRow(one.day, one.works, one.reason, one.changed_by) for one in rows)
