"""Opens the rounds that are due: one for a period, and in it a report for every center that is asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from db.models.center import Center, Level
from db.models.scheduling import Report, ReportState, Round, RoundKind, RoundPlan
from db.scope import ScopedSession, within
from db.session import take_lock
from lib import clock, deployment
from lib.scheduling.calendar import UnknownCalendar, deadline, own_days
from lib.scheduling.plan import EVERY, Plan, period_before, read_plan, written_plan
from lib.scheduling.usual import USUAL

log = logging.getLogger("grid.scheduling")


@dataclass(frozen=True)
class Planned:
    """How rounds of a kind are planned; `seen` is None while nobody has changed the usual plan."""

    kind: RoundKind
    plan: Plan
    active: bool
    changed_by: str | None = None
    changed_at: datetime | None = None
    seen: int | None = None


def planned(session: ScopedSession, root_code: str) -> dict[RoundKind, Planned]:
    """Every kind of round, by its own plan or as it is usual."""
    found = {kind: Planned(kind, plan, active=True) for kind, plan in USUAL.items()}
    for row in session.scalars(select(RoundPlan).where(RoundPlan.center_code == root_code)):
        plan = read_plan(json.loads(row.definition))
        found[row.kind] = Planned(row.kind, plan, row.active, row.changed_by, row.changed_at, row.version)
    return found


def open_due(session: ScopedSession, root_code: str, moment: datetime) -> tuple[list[Round], list[str]]:
    """Opens what the clock says is due and is not open yet: the rounds, and why one could not be opened.
    Sees everything; called by the one process that holds the lease."""
    today = clock.local(moment).date()
    opened, problems = [], []
    for one in planned(session, root_code).values():
        if not one.active:
            continue
        first, last = period_before(EVERY[one.kind], today, one.plan.opens_after)
        try:
            found = open_round(session, root_code, one.kind, one.plan, first, last)
        except UnknownCalendar as unknown:
            problems.append(unknown.sentence)
            continue
        if found is not None:
            opened.append(found)
    return opened, problems


def open_round(
    session: ScopedSession, root_code: str, kind: RoundKind, plan: Plan, first: date, last: date
) -> Round | None:
    """None when it stands already. Raises UnknownCalendar before anything is written."""
    day = last + timedelta(days=plan.opens_after)
    own = own_days(session)
    due = {level: deadline(day, ask.days, ask.hour, own) for level, ask in plan.asks.items()}
    take_lock(session, f"rounds {root_code}")
    standing = select(Round.id).where(
        Round.center_code == root_code, Round.kind == kind, Round.first == first
    )
    if session.scalar(standing) is not None:
        return None
    found = Round(
        center_code=root_code, kind=kind, first=first, last=last, definition=written_plan(plan),
        opened_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(
        Report(
            round_id=found.id, center_code=center.code, level=center.level.value, state=ReportState.OPEN,
            due_at=due[center.level],
        )
        for center in _asked(session, root_code, plan.levels, last)
    )  # fmt: skip
    session.flush()
    return found


def _asked(session: ScopedSession, root_code: str, levels: Iterable[Level], last: date) -> list[Center]:
    """The centers of these levels that still existed at the end of the period."""
    rows = session.scalars(
        select(Center)
        .where(within(Center.code, [root_code]), Center.level.in_(list(levels)))
        .order_by(Center.code)
    )
    return [row for row in rows if row.ended_on is None or row.ended_on > last]
