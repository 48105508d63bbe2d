"""Questions about the roster in numbers: what stands behind a figure, and how ages and years are spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from db.models.roster import Person, Sex
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.errors import BadInput
from lib.i18n import _
from lib.metrics.measured import Period
from lib.metrics.metric import Metric, Rows
from lib.metrics.question import Side
from lib.metrics.staffing import behind
from lib.metrics.staffing.behind import GridBehind, PersonBehind
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.staffing.counting import spot_of
from lib.metrics.staffing.sources import SOURCES, Spot

AT_MOST = 200  # rows of one page


@dataclass(frozen=True)
class GridsBehind:
    """`total` counts all on this side, `rows` are one page of them."""

    total: int
    rows: tuple[GridBehind, ...]


@dataclass(frozen=True)
class PeopleBehind:
    """`total` counts all on this side, `rows` are one page of them."""

    total: int
    rows: tuple[PersonBehind, ...]


def _metric(name: str, rows: Rows) -> Metric:
    metric = ROSTER_METRICS.get(name)
    if metric is None or metric.rows is not rows:
        raise BadInput(_("没有“{name}”这个指标。").format(name=name))
    return metric


@query(Permission.READ_GRIDS)
def grids_behind(
    session: ScopedSession,
    name: str,
    side: Side,
    center_code: str,
    period: Period,
    moment: datetime,
    page: int = 1,
    page_size: int = 50,
) -> GridsBehind:
    """A page of exactly the grids that a figure counts on this side, in the order of their places. Raises
    BadInput for a figure behind which no grids stand."""
    _metric(name, Rows.GRIDS)
    spot = spot_of(center_code, period, moment)
    total, rows = behind.page_of(session, name, spot, side, page, min(max(page_size, 1), AT_MOST))
    return GridsBehind(total, behind.grids(session, rows))


@query(Permission.READ_ROSTER)
def people_behind(
    session: ScopedSession,
    name: str,
    side: Side,
    center_code: str,
    period: Period,
    moment: datetime,
    page: int = 1,
    page_size: int = 50,
) -> PeopleBehind:
    """A page of exactly the people that a figure counts on this side, in the order of their places; of spot
    checks one row for each check. Raises BadInput for a figure behind which no people stand."""
    _metric(name, Rows.PEOPLE)
    spot = spot_of(center_code, period, moment)
    total, rows = behind.page_of(session, name, spot, side, page, min(max(page_size, 1), AT_MOST))
    if name == "on_duty":
        return PeopleBehind(total, behind.checked(session, rows))
    return PeopleBehind(total, behind.people(session, spot, rows))


@dataclass(frozen=True)
class Spread:
    """How many there are of each value: whole years by sex ("" where it is not known), and how many of
    whom nothing is known."""

    counts: dict[tuple[int, str], int]
    unknown: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, first: int, last: int, sex: str | None = None) -> int:
        """How many lie between two numbers of years, both included."""
        return sum(
            count
            for (years, own), count in self.counts.items()
            if first <= years <= last and sex in (None, own)
        )


@query(Permission.READ_FIGURES)
def ages(session: ScopedSession, center_code: str, day: date) -> Spread:
    """How old the full-time gridworkers of an area are on a day."""
    return _spread(session, "mean_age", center_code, day)


@query(Permission.READ_FIGURES)
def years_served(session: ScopedSession, center_code: str, day: date) -> Spread:
    """For how many whole years the full-time gridworkers of an area have served on a day."""
    return _spread(session, "mean_service", center_code, day)


def _spread(session: ScopedSession, name: str, center_code: str, day: date) -> Spread:
    """Out of the same rows as the mean of them."""
    rows: Any = SOURCES[name](Spot(center_code, day, day)).subquery()
    per = ROSTER_METRICS[name].per
    found = session.execute(
        select(rows.c.numerator, Person.sex, func.count(rows.c.row_id))
        .select_from(rows)
        .join(Person, Person.id == rows.c.row_id, isouter=True)
        .where(rows.c.denominator > 0)
        .group_by(rows.c.numerator, Person.sex)
    )
    counts: dict[tuple[int, str], int] = {}
    for number, sex, count in found:
        key = int(number) // per, sex.value if isinstance(sex, Sex) else ""
        counts[key] = counts.get(key, 0) + count
    unknown = session.scalar(select(func.count(rows.c.row_id)).where(rows.c.denominator == 0)) or 0
    return Spread(counts, unknown)
