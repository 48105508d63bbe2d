"""When cases come in: growing slowly, by season, by weekday, by the hours in which each source speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from db.models.case import Source
from seed.categories import SOURCES, Category, running
from seed.plan import CITY_TIME, END_OF_DAY, Plan, shared_out

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

GROWTH = 0.22  # more a day at the end than at the beginning
WEEKDAYS = (1.15, 1.10, 1.06, 1.04, 1.02, 0.80, 0.72)
# Long public holidays, when offices rest and fewer people report.
HOLIDAYS = (
    (date(2024, 6, 8), date(2024, 6, 10)),
    (date(2024, 10, 1), date(2024, 10, 7)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 5, 1), date(2026, 5, 5)),
)
QUIET = 0.58

# Weights of the 24 hours.
AROUND_THE_CLOCK = (8, 5, 3, 3, 3, 6, 14, 30, 62, 86, 84, 66, 46, 44, 62, 78, 74, 60, 50, 48, 44, 36, 24, 14)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 0, 2, 60, 100, 96, 58, 6, 6, 70, 92, 84, 46, 6, 2, 0, 0, 0, 0)
IN_THE_FIELD = (0, 0, 0, 0, 0, 1, 6, 26, 82, 100, 92, 58, 18, 18, 66, 90, 86, 60, 30, 20, 12, 4, 1, 0)
EVENINGS = (34, 28, 20, 14, 10, 10, 14, 26, 40, 46, 48, 50, 52, 48, 46, 48, 52, 58, 64, 72, 78, 76, 64, 48)
PHONES = (14, 9, 6, 4, 4, 6, 14, 28, 44, 56, 58, 54, 58, 56, 50, 52, 54, 56, 58, 66, 72, 70, 54, 30)
HOURS = {
    Source.HOTLINE: AROUND_THE_CLOCK,
    Source.APPEAL: PHONES,
    Source.POLICE: EVENINGS,
    Source.LETTER: OFFICE_HOURS,
    Source.ONLINE: PHONES,
    Source.PETITION: OFFICE_HOURS,
    Source.PATROL: IN_THE_FIELD,
    Source.COURT: OFFICE_HOURS,
}


@dataclass(frozen=True)
class Month:
    """The cases of one month in the order of their moments; times are seconds since 1970 in UTC."""

    position: int
    first_id: int
    category: Numbers
    source: Numbers
    reported: Numbers
    day: Numbers  # days since 1970 in the city's own time
    serial: Numbers  # from 1 on each day


def offset(plan: Plan) -> int:
    """How far the city's wall clocks are ahead of UTC, in seconds; it has no summer time."""
    ahead = plan.stands_at.astimezone(CITY_TIME).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds())


def _day_weight(plan: Plan, day: date) -> float:
    span = (plan.today - plan.first_day).days
    weight = (1 + GROWTH * (day - plan.first_day).days / span) * WEEKDAYS[day.weekday()]
    if any(first <= day <= last for first, last in HOLIDAYS):
        weight *= QUIET
    if day == plan.today:  # it ends in the afternoon
        weight *= sum(AROUND_THE_CLOCK[: END_OF_DAY.hour]) / sum(AROUND_THE_CLOCK)
    return weight


def months(plan: Plan, kinds: list[Category]) -> Iterator[Month]:
    """Exactly as many cases as planned, shared out over the months and drawn within each."""
    days = [plan.first_day + timedelta(days=i) for i in range((plan.today - plan.first_day).days + 1)]
    mood = plan.generator("days").normal(1.0, 0.06, len(days)).clip(0.8, 1.2)
    weights = np.array(
        [
            [_day_weight(plan, day) * kind.weight * kind.months[day.month - 1] for day in days]
            for kind in kinds
        ]
    )
    weights *= mood
    starts = [i for i, day in enumerate(days) if day.day == 1] + [len(days)]
    slices = [slice(start, end) for start, end in pairwise(starts)]
    counts = shared_out(plan.cases, [float(weights[:, part].sum()) for part in slices])
    first_id = 1
    for position, (part, count) in enumerate(zip(slices, counts, strict=True)):
        if count:
            yield _month(plan, kinds, position, first_id, days[part], weights[:, part], count)
        first_id += count


def _month(
    plan: Plan,
    kinds: list[Category],
    position: int,
    first_id: int,
    days: list[date],
    weights: Floats,
    count: int,
) -> Month:
    chance = plan.generator("rhythm", position)
    cells = chance.multinomial(count, (weights / weights.sum()).ravel())
    category, day = np.divmod(np.repeat(np.arange(cells.size), cells), len(days))
    shares = running([kind.sources for kind in kinds])
    source = (chance.random(count)[:, None] > shares[category]).sum(axis=1)
    hour = _hours(chance, source, days[-1] == plan.today, day == len(days) - 1)
    epoch_day = np.int64((days[0] - date(1970, 1, 1)).days) + day
    local = epoch_day * 86_400 + hour * 3_600 + chance.integers(0, 3_600, count)
    order = np.argsort(local, kind="stable")
    category, source, local, epoch_day = category[order], source[order], local[order], epoch_day[order]
    serial = np.arange(count) - np.searchsorted(epoch_day, epoch_day, side="left") + 1
    return Month(position, first_id, category, source, local - offset(plan), epoch_day, serial)


def _hours(chance: np.random.Generator, source: Numbers, has_last_day: bool, on_last_day: Any) -> Numbers:
    """The hour of the day; the very last day has none after the demonstration stands still."""
    table = np.array([HOURS[name] for name in SOURCES], dtype=np.float64)
    draw = chance.random(len(source))[:, None]
    hour: Numbers = (draw > running(table)[source]).sum(axis=1)
    if has_last_day:
        early = table.copy()
        early[:, END_OF_DAY.hour :] = 0
        hour = np.where(on_last_day, (draw > running(early)[source]).sum(axis=1), hour)
    return hour


def moment(plan: Plan) -> int:
    """The end of the data in seconds since 1970."""
    return int(plan.stands_at.timestamp())
