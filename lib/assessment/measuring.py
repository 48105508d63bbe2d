"""Who is assessed by a scheme, and what the metrics say of each: one question for all units at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from db.models.center import CODE_LENGTH, Center, Level
from db.models.department import Department
from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib.assessment.result import Unit, Value
from lib.centers.groups import group_of
from lib.grids.coverage import standing
from lib.metrics.dimensions import By, Only
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Unit as MeasuredIn
from lib.metrics.queries import measure
from lib.metrics.variant import Variant
from lib.schemes.scheme import Rhythm, Scheme, Subject
from lib.windows.steps import counts_of, measured, windows_in

PARTS: dict[Subject, By] = {
    Subject.COUNTY: By.COUNTY,
    Subject.TOWN: By.TOWN,
    Subject.VILLAGE: By.VILLAGE,
    Subject.DEPARTMENT: By.DEPARTMENT,
    Subject.GRID: By.GRID,
    Subject.GRIDWORKER: By.GRID,
}
LEVELS = {Subject.COUNTY: Level.COUNTY, Subject.TOWN: Level.TOWN, Subject.VILLAGE: Level.VILLAGE}
MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}


@dataclass(frozen=True)
class Member:
    """A unit before anything is known of it. `measured_as` is its key among the figures."""

    key: str
    name: str
    group: str
    center_code: str
    measured_as: str


def period_of(rhythm: Rhythm, first: date) -> Period:
    """The month, quarter or year that a day lies in."""
    months = MONTHS[rhythm]
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    after = date(start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1, 1)
    return Period(start, date.fromordinal(after.toordinal() - 1), monthly=months == 1)


def members(session: ScopedSession, subject: Subject, center_code: str, period: Period) -> list[Member]:
    """Who is assessed below a center: what existed at the end of the period, in the order of the codes."""
    if subject in LEVELS:
        return _centers(session, LEVELS[subject], center_code, period)
    if subject is Subject.DEPARTMENT:
        own = select(Department).where(Department.center_code == center_code).order_by(Department.kind)
        return [Member(d.kind, d.name, "", center_code, d.kind) for d in session.scalars(own)]
    if subject is Subject.GRID:
        return [
            Member(grid.code, grid.name, str(grid.setting), grid.center_code, str(grid.id))
            for grid in session.scalars(
                select(Grid)
                .where(within(Grid.center_code, [center_code]), Grid.size == GridSize.SMALL)
                .order_by(Grid.code)
            )
        ]
    if subject is Subject.GRIDWORKER:
        found: Any = session.execute(
            select(Post.id, Post.name, Grid.setting, Post.center_code, Post.grid_id)
            .join(Grid, Grid.id == Post.grid_id)
            .where(
                within(Post.center_code, [center_code]),
                Post.role == PostRole.FULL_TIME,
                Post.covers_id.is_(None),
                standing(period.last),
            )
            .order_by(Post.center_code, Post.id)
        )
        return [Member(str(key), name, str(kind), code, str(grid)) for key, name, kind, code, grid in found]
    windows = windows_in(session, center_code, period.first, period.last)
    codes = {one.center_code for one in windows}
    rows = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes)))
    names: dict[str, str] = dict(rows.all())
    return [
        # Every hall has a window of the same name.
        Member(
            str(one.id), f"{names.get(one.center_code, '')}{one.name}"[:100], group_of(one.center_code).value,
            one.center_code, str(one.id),
        )
        for one in windows
    ]  # fmt: skip


def _visitors(
    session: ScopedSession, center_code: str, period: Period, variant: Variant
) -> dict[tuple[Only, str, str], Measured]:
    """What the visitors of windows said, as the metrics that it makes."""
    found: dict[tuple[Only, str, str], Measured] = {}
    keys = [one.id for one in windows_in(session, center_code, period.first, period.last)]
    for key, counts in counts_of(session, keys, period.first, period.last).items():
        for name, one in measured(key, counts, variant).items():
            found[(), name, str(key)] = one
    return found


def _centers(session: ScopedSession, level: Level, center_code: str, period: Period) -> list[Member]:
    rows = session.scalars(
        select(Center)
        .where(within(Center.code, [center_code]), Center.level == level, Center.code != center_code)
        .order_by(Center.code)
    )
    return [
        Member(row.code, row.name, group_of(row.code).value, row.code, row.code)
        for row in rows
        if (row.ended_on is None or row.ended_on > period.last) and len(row.code) == CODE_LENGTH[level]
    ]


def measured_units(
    session: ScopedSession,
    scheme: Scheme,
    center_code: str,
    period: Period,
    moment: datetime,
    variant: Variant,
    entered: Mapping[tuple[str, str], Value],
) -> list[tuple[Member, Unit]]:
    """Every unit with its values: what the metrics say, and in its place what was entered or corrected.

    Indicators of the same cases cost one question. A unit of which a metric says nothing has nothing due,
    unless the metric is a count: that is zero.
    """
    together: dict[Only, list[str]] = defaultdict(list)
    for one in scheme.indicators:
        if one.metric is not None and one.metric not in together[one.only]:
            together[one.only].append(one.metric)
    known: dict[tuple[Only, str, str], Measured] = {}
    if scheme.subject is Subject.WINDOW:
        known = _visitors(session, center_code, period, variant)
    elif scheme.subject in PARTS:
        for only, names in together.items():
            found = measure(
                session, tuple(names), center_code, period, moment, PARTS[scheme.subject], None, only, variant
            )
            known |= {(only, one.metric, one.key): one for one in found}
    return [
        (member, Unit(member.key, member.name, member.group, _values(scheme, member, known, entered)))
        for member in members(session, scheme.subject, center_code, period)
    ]


def _values(
    scheme: Scheme,
    member: Member,
    known: Mapping[tuple[Only, str, str], Measured],
    entered: Mapping[tuple[str, str], Value],
) -> dict[str, Value]:
    values = {}
    for one in scheme.indicators:
        if (member.key, one.key) in entered:
            values[one.key] = entered[member.key, one.key]
        elif one.metric is not None:
            found = known.get((one.only, one.metric, member.measured_as)) or Measured(
                one.metric, member.measured_as, 0, 0
            )
            values[one.key] = _value(found)
        else:
            values[one.key] = Value(None)
    return values


def _value(found: Measured) -> Value:
    """Only of a rate both sides are kept: nothing else can be moved by one case that ends well."""
    movable = found.of.unit is MeasuredIn.PERCENT and found.of.per == 1
    numerator = found.numerator if movable else None
    return Value(found.value, numerator, found.denominator if found.of.has_base else None)
