"""Measures metrics: over a period, for a center's subtree, whole or by child center or by month.

What was measured is kept until a case changes, at most a minute. The key holds the viewer's scope,
so nobody is answered from another's rows.
"""

from __future__ import annotations

import enum
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock

from sqlalchemy import ColumnElement, String, and_, case, func, literal, or_, select

from db.local_time import local_month
from db.models.case import Case
from db.scope import Scope, ScopedSession, within
from db.session import as_system
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.i18n import numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Metric
from lib.settings import settings


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
    """Local days, both included."""

    first: date
    last: date

    def before(self) -> Period:
        """The period it is compared with: for a month the same days of the month before."""
        if self.first.day == 1 and (self.last.year, self.last.month) == (self.first.year, self.first.month):
            start, next_month = clock.start_of_month(self.first, 1), clock.start_of_month(self.first, -1)
            whole = self.last == next_month - timedelta(days=1)
            end = self.first - timedelta(days=1)
            return Period(start, end if whole else min(start + (self.last - self.first), end))
        return Period(*clock.same_length_before(self.first, self.last))

    def moment_before(self, moment: datetime) -> datetime:
        """The moment to count the period before at: as far into it as `moment` is into this one."""
        end = clock.start_of_day(self.last + timedelta(days=1))
        left = max(end - moment, timedelta())
        return clock.start_of_day(self.before().last + timedelta(days=1)) - left


_kept: OrderedDict[tuple[object, ...], tuple[Measured, ...]] = OrderedDict()
_lock = Lock()
KEPT_AT_MOST = 2000


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
    key = (session.scope, names, center_code, period, minute, by, _version(session))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _count(session, [METRICS[name] for name in names], center_code, period, moment, by)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT_AT_MOST:
            _kept.popitem(last=False)
    return found


def _version(session: ScopedSession) -> tuple[object, ...]:
    """Changes when a case does; and every minute, for commits that come in out of turn."""
    with as_system(session):
        changed = session.scalar(select(func.max(Case.changed_at)))
        newest = session.scalar(select(func.max(Case.id)))
    return (settings().database_url, changed, newest, clock.now().replace(second=0, microsecond=0))


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
        columns.append(_tally(metric.numerator(moment)))
        columns.append(_tally(metric.denominator(moment)) if metric.denominator else literal(0))
    where = [within(Case.center_code, [center_code])]
    if placed_by is None:
        # Each side has an index of its own; the predicates then say it exactly.
        where.append(or_(Case.closed_at.is_(None), Case.closed_at > moment))
    else:
        start, end = clock.start_of_day(period.first), clock.start_of_day(period.last + timedelta(days=1))
        where += [placed_by >= start, placed_by < min(end, moment + timedelta(seconds=1))]
    key: ColumnElement[str] = literal(center_code, String)
    if by is By.CHILD:
        key = func.substr(Case.center_code, 1, child_length(session.scope, center_code))
    elif by is By.MONTH and placed_by is not None:
        key = local_month(placed_by, settings().time_zone)
    statement = select(key.label("key"), *columns).select_from(Case).where(and_(*where))
    if by is not By.WHOLE:
        statement = statement.group_by("key")
    rows = session.execute(statement).all()
    return [
        Measured(
            metric.name,
            row[0],
            int(row[1 + 2 * i] or 0),
            int(row[2 + 2 * i] or 0) if metric.is_rate else None,
        )
        for row in rows
        if row[0] is not None
        for i, metric in enumerate(metrics)
    ]


def _tally(predicate: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((predicate, 1), else_=0)), 0)


def child_length(scope: Scope, center_code: str) -> int:
    """How many digits the codes of the next level have; a village's cases stay together."""
    return {4: 6, 6: 9, 9: 12}.get(len(center_code), 12)
