"""Measures metrics: over a period, for a center's subtree, whole or by child center or by month."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, String, and_, case, func, literal, select, true

from db.local_time import local_month
from db.models.case import Case
from db.scope import Scope, ScopedSession, within
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.cases.kept import kept
from lib.cases.queries import EARLIEST
from lib.i18n import numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Metric
from lib.settings import settings

# A range with two ends is what makes SQLite take the index of the closing times.
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


class By(enum.StrEnum):
    WHOLE = "whole"
    CHILD = "child"
    MONTH = "month"


@dataclass(frozen=True)
class Measured:
    """A count is its numerator; a rate is `numerator / denominator`."""

    metric: str
    key: str
    numerator: int
    denominator: int | None

    @property
    def rate(self) -> Decimal | None:
        """In percent, half up; None when nothing was due."""
        return None if self.denominator is None else numbers.share(self.numerator, self.denominator)

    @property
    def small_base(self) -> bool:
        return self.denominator is not None and 0 < self.denominator < METRICS[self.metric].least_base


@dataclass(frozen=True)
class Period:
    """Local days, both included; `monthly` when they are a month, whole or so far."""

    first: date
    last: date
    monthly: bool = False

    def before(self) -> Period:
        """The period it is compared with: for a month the same days of the month before."""
        if self.monthly:
            start, next_month = clock.start_of_month(self.first, 1), clock.start_of_month(self.first, -1)
            whole = self.last == next_month - timedelta(days=1)
            end = self.first - timedelta(days=1)
            return Period(start, end if whole else min(start + (self.last - self.first), end), monthly=True)
        return Period(*clock.same_length_before(self.first, self.last))

    def moment_before(self, moment: datetime) -> datetime:
        """The moment to count the period before at: as far into it as `moment` is into this one."""
        end = clock.start_of_day(self.last + timedelta(days=1))
        left = max(end - moment, timedelta())
        return clock.start_of_day(self.before().last + timedelta(days=1)) - left


@query(Permission.READ_FIGURES)
def measure(
    session: ScopedSession,
    names: tuple[str, ...],
    center_code: str,
    period: Period,
    moment: datetime,
    by: By = By.WHOLE,
) -> tuple[Measured, ...]:
    """The metrics over a period, counted at `moment`; what falls after it is not counted.

    With `By.CHILD` the key is the child center's code (or the center's own for what lies at no
    child), with `By.MONTH` the local month as 2026-06, otherwise the center's code.
    """
    minute = moment.replace(second=0, microsecond=0)
    return kept(
        session,
        (names, center_code, period, minute, by),
        lambda: _count(session, [METRICS[name] for name in names], center_code, period, moment, by),
    )


@query(Permission.READ_FIGURES)
def first_month(session: ScopedSession, center_code: str, moment: datetime) -> date | None:
    """The local month of the center's first case, as its first day; None when there is none."""

    def look() -> date | None:
        # Two ends make SQLite walk the index of the reports from its start.
        first = session.scalar(
            select(Case.reported_at)
            .where(within(Case.center_code, [center_code]), Case.reported_at.between(EARLIEST, moment))
            .order_by(Case.reported_at)
            .limit(1)
        )
        return clock.start_of_month(clock.local(first).date()) if first else None

    return kept(session, ("first month", center_code), look)


def _count(
    session: ScopedSession,
    metrics: Iterable[Metric],
    center_code: str,
    period: Period,
    moment: datetime,
    by: By,
) -> tuple[Measured, ...]:
    together: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        together["" if metric.placed_by is None else metric.placed_by.key].append(metric)
    found: list[Measured] = []
    for group in together.values():
        found += _count_together(session, group, center_code, period, moment, by)
    return tuple(found)


def _count_together(
    session: ScopedSession,
    metrics: list[Metric],
    center_code: str,
    period: Period,
    moment: datetime,
    by: By,
) -> list[Measured]:
    """Metrics that are placed by the same moment cost one pass over one index."""
    placed_by = metrics[0].placed_by
    columns: list[ColumnElement[int]] = []
    for metric in metrics:
        numerator = metric.numerator(moment)
        if by is By.MONTH and metric.asks_closing and placed_by is not None:
            zone = settings().time_zone
            numerator = and_(numerator, local_month(Case.closed_at, zone) <= local_month(placed_by, zone))
        columns.append(_tally(numerator))
        columns.append(_tally(metric.denominator(moment)) if metric.denominator else literal(0))
    where = [within(Case.center_code, [center_code])]
    # What stands open is either not closed at all or closed later; each side has an index of its
    # own, and one question about both would use neither.
    sides: list[ColumnElement[bool]] = [
        Case.closed_at.is_(None),
        and_(Case.closed_at >= moment, Case.closed_at <= LATEST),
    ]
    if placed_by is not None:
        sides = [true()]
        start, end = clock.start_of_day(period.first), clock.start_of_day(period.last + timedelta(days=1))
        where += [placed_by >= start, placed_by < min(end, moment + timedelta(seconds=1))]
    key: ColumnElement[str] = literal(center_code, String)
    if by is By.CHILD:
        key = func.substr(Case.center_code, 1, child_length(session.scope, center_code))
    elif by is By.MONTH and placed_by is not None:
        key = local_month(placed_by, settings().time_zone)
    totals: dict[str, list[int]] = {}
    for side in sides:
        statement = select(key.label("key"), *columns).select_from(Case).where(*where, side)
        if by is not By.WHOLE:
            statement = statement.group_by("key")
        for found, *counts in session.execute(statement):
            if found is not None:
                sums = totals.setdefault(found, [0] * len(columns))
                totals[found] = [a + int(b or 0) for a, b in zip(sums, counts, strict=True)]
    return [
        Measured(metric.name, found, sums[2 * i], sums[2 * i + 1] if metric.is_rate else None)
        for found, sums in totals.items()
        for i, metric in enumerate(metrics)
    ]


def _tally(predicate: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((predicate, 1), else_=0)), 0)


def child_length(scope: Scope, center_code: str) -> int:
    """How many digits the codes of the next level have; a village's cases stay together."""
    return {4: 6, 6: 9, 9: 12}.get(len(center_code), 12)
