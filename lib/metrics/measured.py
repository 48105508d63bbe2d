"""What was counted, over which days, and how firm it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import sqrt

from lib import clock
from lib.fields.field import TEN_THOUSAND
from lib.i18n import numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Metric, Unit
from lib.metrics.registered import metric_named

CONFIDENCE = 1.96  # standard deviations: 95 of 100 such bands hold the true rate


def band_of(numerator: int, denominator: int) -> tuple[float, float]:
    """Between which percentages a rate would stay if chance alone moved it (Wilson, 1927)."""
    share, z = min(numerator / denominator, 1.0), CONFIDENCE
    middle = (share + z * z / (2 * denominator)) / (1 + z * z / denominator)
    spread = share * (1 - share) / denominator + z * z / (4 * denominator * denominator)
    half = z / (1 + z * z / denominator) * sqrt(spread)
    return max(0.0, (middle - half) * 100), min(100.0, (middle + half) * 100)


@dataclass(frozen=True)
class Measured:
    """A count is its numerator; a rate is `numerator / denominator`; a handling time is `minutes` and
    its denominator the cases that it was found among."""

    metric: str
    key: str
    numerator: int
    denominator: int | None
    second: str = ""
    minutes: float | None = None

    @property
    def of(self) -> Metric:
        return METRICS.get(self.metric) or metric_named(self.metric)

    @property
    def rate(self) -> Decimal | None:
        """In percent, half up; None when nothing was due."""
        times = self.of.per if self.of.unit is Unit.PERCENT else 1
        return None if self.denominator is None else numbers.share(self.numerator * times, self.denominator)

    @property
    def value(self) -> Decimal | None:
        """In the metric's unit, as it is shown; None when there is nothing that it could rest on."""
        unit = self.of.unit
        if unit in (Unit.CASES, Unit.ENTRIES, Unit.GRIDS):
            return Decimal(self.numerator)
        if unit is Unit.AMOUNT:
            return numbers.half_up(Decimal(self.numerator) / TEN_THOUSAND, 2)
        if not self.denominator:
            return None
        if unit is Unit.HOURS:
            return (
                None
                if self.minutes is None
                else numbers.half_up(Decimal(str(round(self.minutes, 3))) / 60, 1)
            )
        if unit is Unit.MEAN:
            return numbers.half_up(Decimal(self.numerator) / TEN_THOUSAND / self.denominator, 2)
        if unit is Unit.YEARS:
            return numbers.half_up(Decimal(self.numerator) / self.denominator / self.of.per, 1)
        if unit is Unit.EACH:
            return numbers.half_up(Decimal(self.numerator) / self.denominator * self.of.per, 1)
        return self.rate

    @property
    def small_base(self) -> bool:
        """Whether a rate rests on so few cases that it must not be compared."""
        return (
            self.of.unit in (Unit.PERCENT, Unit.HOURS, Unit.MEAN)
            and 0 < (self.denominator or 0) < self.of.least_base
        )

    @property
    def band(self) -> tuple[float, float] | None:
        """Between which percentages the rate would stay if chance alone moved it (Wilson, 1927)."""
        if self.of.unit is not Unit.PERCENT or not self.denominator or self.of.counted_whole:
            return None
        return band_of(self.numerator, self.denominator)


@dataclass(frozen=True)
class Period:
    """Local days, both included; `monthly` when they are a month, whole or so far."""

    first: date
    last: date
    monthly: bool = False

    def before(self) -> Period:
        """The period it is compared with: for a month the same days of the month before."""
        if self.monthly:
            return self._months_back(1)
        return Period(*clock.same_length_before(self.first, self.last))

    def last_year(self) -> Period:
        """The same days of last year; a 29 February is held against the 28th."""
        if self.monthly:
            return self._months_back(12)
        return Period(_year_before(self.first), _year_before(self.last))

    def _months_back(self, months: int) -> Period:
        start = clock.start_of_month(self.first, months)
        end = clock.start_of_month(start, -1) - timedelta(days=1)
        whole = self.last == clock.start_of_month(self.first, -1) - timedelta(days=1)
        return Period(start, end if whole else min(start + (self.last - self.first), end), monthly=True)

    def end(self) -> datetime:
        """The last second of the last day."""
        return clock.start_of_day(self.last + timedelta(days=1)) - timedelta(seconds=1)

    def stands_at(self, now: datetime) -> datetime:
        """A period that is over is read at its end, so that it reads the same tomorrow."""
        return min(self.end(), now)

    def moment_in(self, other: Period, moment: datetime) -> datetime:
        """As far into `other` as `moment` is into this one."""
        left = max(self.end() + timedelta(seconds=1) - moment, timedelta())
        return other.end() + timedelta(seconds=1) - left

    def moment_before(self, moment: datetime) -> datetime:
        """The moment to count the period before at."""
        return self.moment_in(self.before(), moment)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
