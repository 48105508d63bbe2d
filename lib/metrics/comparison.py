"""A figure beside the period before and the same days of last year, with the working days of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lib import working_time
from lib.metrics.measured import Measured, Period


@dataclass(frozen=True)
class Days:
    """How many days a period has so far and how many of them are worked; `known` is False where the
    calendar of a year has not been published and its weekdays are counted instead."""

    period: Period
    all: int
    worked: int
    known: bool

    @classmethod
    def of(cls, period: Period) -> Days:
        worked = working_time.working_days(period.first, period.last)
        return cls(period, period.days, worked, working_time.known(period.first, period.last))


@dataclass(frozen=True)
class Against:
    """The two periods that one is compared with, and the moment that each is read at."""

    before: Period
    moment_before: datetime
    last_year: Period
    moment_last_year: datetime

    @classmethod
    def of(cls, period: Period, moment: datetime) -> Against:
        before, year = period.before(), period.last_year()
        return cls(before, period.moment_in(before, moment), year, period.moment_in(year, moment))


def moved(now: Measured | None, then: Measured | None) -> Decimal | None:
    """By how much the value rose, in its unit; None when one of the two has none, or when nothing at all was
    recorded then."""
    if now is None or then is None or now.value is None or then.value is None:
        return None
    if then.of.recorded and not then.numerator:
        return None
    return now.value - then.value


def comparable(now: Measured | None, then: Measured | None) -> bool:
    """Whether a change may be called better or worse: not where one side rests on a few cases."""
    return now is not None and then is not None and not now.small_base and not then.small_base
