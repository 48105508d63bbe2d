"""Counts what the metrics of the roster say, in the same parts as metrics of cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from db.scope import ScopedSession
from db.session import SNAPSHOT
from lib import clock
from lib.errors import BadInput
from lib.i18n import _
from lib.metrics.dimensions import BY_WORDS, By
from lib.metrics.measured import Measured, Period
from lib.metrics.question import Question
from lib.metrics.staffing.catalogue import PARTED_BY, ROSTER_METRICS
from lib.metrics.staffing.leaving import counted_in, forces
from lib.metrics.staffing.sources import SOURCES, Spot


def spot_of(center_code: str, period: Period, moment: datetime, by: By = By.WHOLE) -> Spot:
    """The days that a figure is about: nothing after the moment is known."""
    last = min(period.last, clock.local(moment).date())
    return Spot(center_code, period.first, last, by)


def count_roster(session: ScopedSession, question: Question, names: tuple[str, ...]) -> tuple[Measured, ...]:
    """What the metrics of the roster among the names count. Raises BadInput for parts in which grids and
    people are not counted."""
    if question.only:
        raise BadInput(_("队伍指标不能按事件的来源、类别等限定。"))
    for by in (question.by, question.second):
        if by is not None and (by not in PARTED_BY or question.second is not None):
            raise BadInput(_("队伍指标不能按{part}细分。").format(part=_(BY_WORDS.get(by, by.value))))
    found: list[Measured] = []
    spot = spot_of(question.center_code, question.period, question.moment, question.by)
    counted: dict[Any, tuple[Measured, ...]] = session.info.get(SNAPSHOT, {})
    for name in names:
        asked = ("staffing", name, spot, session.scope)
        if asked not in counted:
            counted[asked] = tuple(_counted(session, name, spot))
        found += counted[asked]
    return tuple(found)


def _counted(session: ScopedSession, name: str, spot: Spot) -> Iterator[Measured]:
    if name == "turnover":
        yield from _turnover(session, spot)
    elif spot.by is By.MONTH:
        for key, first, last in months(spot):
            part = Spot(spot.center_code, first, last)
            yield from (replace(one, key=key) for one in _sums(session, name, part))
    else:
        yield from _sums(session, name, spot)


def _sums(session: ScopedSession, name: str, spot: Spot) -> Iterator[Measured]:
    """By the part: what stands on both sides; nothing below a count."""
    rows: Any = SOURCES[name](spot).subquery()
    statement = (
        select(rows.c.part, func.sum(rows.c.numerator), func.sum(rows.c.denominator))
        .group_by(rows.c.part)
        .order_by(rows.c.part)
    )
    based = ROSTER_METRICS[name].has_base
    for part, numerator, denominator in session.execute(statement):
        key = "" if part is None else str(part)
        yield Measured(name, key, int(numerator or 0), int(denominator or 0) if based else None)


def _turnover(session: ScopedSession, spot: Spot) -> Iterator[Measured]:
    """All months from one look at the posts."""
    if spot.by is not By.MONTH:
        for part, counted in sorted(counted_in(session, spot).items()):
            if counted.left or counted.present:
                yield Measured("turnover", part, counted.left, counted.present)
        return
    for _part, force in sorted(forces(session, Spot(spot.center_code, spot.first, spot.last)).items()):
        for key, first, last in months(spot):
            counted = force.counted(first, last)
            if counted.left or counted.present:
                yield Measured("turnover", key, counted.left, counted.present)


def months(spot: Spot) -> Iterator[tuple[str, date, date]]:
    """The months of the days, the outer ones only as far as the days go."""
    start = clock.start_of_month(spot.first)
    while start <= spot.last:
        after = clock.start_of_month(start, -1)
        yield f"{start:%Y-%m}", max(start, spot.first), min(after - timedelta(days=1), spot.last)
        start = after
