"""Working days and working hours by the calendar of the State Council: holidays and make-up workdays.

The calendar of a year is published at the end of the year before. Of years that it does not know yet
the weekdays are counted, and `known` says so; nobody guesses in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from lib import clock
from lib.settings import settings

# These two stand for all days before and after them too, and nobody works on them.
EARLIEST, LATEST = date(2004, 1, 1), date(2041, 1, 1)


@cache
def last_known_day() -> date:
    """The end of the last year whose holidays have been published."""
    return date(max(chinese_calendar.constants.holidays).year, 12, 31)


def known(first: date, last: date) -> bool:
    return first >= EARLIEST and last <= last_known_day()


def is_working_day(day: date) -> bool:
    """Of a year without a published calendar: whether it is a weekday."""
    if known(day, day):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def working_days(first: date, last: date) -> int:
    """How many of the days from `first` to `last`, both included, are worked."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Ledger:
    """For each day since `EARLIEST`: the working minutes before it, and whether it is worked."""

    before: NDArray[np.int64]
    works: NDArray[np.bool_]
    slots: tuple[tuple[int, int], ...]  # minutes of the day, from and to

    def minutes_until(self, moment: datetime) -> int:
        """Working minutes from `EARLIEST` to the moment; beyond the ledger time stands still."""
        wall = clock.local(moment)
        index = min(max((wall.date() - EARLIEST).days, 0), len(self.before) - 1)
        minute = wall.hour * 60 + wall.minute
        inside = sum(min(max(minute - start, 0), end - start) for start, end in self.slots)
        return int(self.before[index]) + (inside if self.works[index] else 0)


@cache
def ledger() -> Ledger:
    slots = tuple((_minute(start), _minute(end)) for start, end in settings().working_hours)
    days = (LATEST - EARLIEST).days + 1
    works = np.array([is_working_day(EARLIEST + timedelta(days=n)) for n in range(days)])
    works[0] = works[-1] = False
    each = works * sum(end - start for start, end in slots)
    return Ledger(np.concatenate(([0], np.cumsum(each)[:-1])), works, slots)


def _minute(of: time) -> int:
    return of.hour * 60 + of.minute


def minutes_between(start: datetime, end: datetime) -> int:
    """Working minutes between two moments; negative when they stand the wrong way round."""
    return ledger().minutes_until(end) - ledger().minutes_until(start)


def minutes_of_a_day() -> int:
    """How long one working day is."""
    return sum(end - start for start, end in ledger().slots)
