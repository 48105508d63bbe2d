"""Where a rate usually lies: the mean of the months before, and how far they spread around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev

from lib.i18n import _, numbers
from lib.metrics.measured import Measured

BACK = 12  # periods that are looked back at
LEAST = 6  # of them, so that a spread can be told
SPREADS = 2


@dataclass(frozen=True)
class Usual:
    """The mean of so many periods and their standard deviation, in the metric's unit."""

    mean: float
    spread: float
    periods: int

    @property
    def low(self) -> Decimal:
        return _shown(max(self.mean - SPREADS * self.spread, 0.0))

    @property
    def high(self) -> Decimal:
        return _shown(min(self.mean + SPREADS * self.spread, 100.0))

    def left_by(self, measured: Measured) -> bool:
        """Whether a rate lies outside, by more than chance alone moves it."""
        if measured.value is None or measured.small_base or measured.band is None:
            return False
        outside = not self.low <= measured.value <= self.high
        return outside and not measured.band[0] <= self.mean <= measured.band[1]


def _shown(value: float) -> Decimal:
    return numbers.half_up(Decimal(str(round(value, 6))), 1)


def usual(before: Iterable[Measured]) -> Usual | None:
    """Of the periods before; those that rest on a few cases are left out. None where too few remain."""
    values = [float(one.value) for one in before if one.value is not None and not one.small_base]
    if len(values) < LEAST:
        return None
    return Usual(fmean(values), stdev(values), len(values))


def rule_words() -> str:
    """The rule as it is told wherever it was applied."""
    return _(
        "平常区间＝前{back}期的平均值±{spreads}倍标准差；本期在区间之外、且偏离大于随机波动"
        "（95%置信区间）的列出。基数小的不比较，前{back}期中至少要有{least}期可比"
    ).format(back=BACK, spreads=SPREADS, least=LEAST)
