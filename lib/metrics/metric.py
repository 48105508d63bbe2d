"""What a metric is: one object that counts, explains itself and knows which way is better."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.orm import InstrumentedAttribute

from lib.i18n import mark
from lib.metrics.variant import Terms, Variant


class Unit(enum.StrEnum):
    CASES = "cases"
    PERCENT = "percent"
    HOURS = "hours"
    """Working hours."""
    EACH = "each"
    """Cases for each one of a base: a grid, a gridworker, a thousand residents."""
    ENTRIES = "entries"
    AMOUNT = "amount"
    """What a field of a register's entries sums up to; counted in ten-thousandths."""
    MEAN = "mean"
    """What it is on the average."""
    GRIDS = "grids"
    YEARS = "years"
    """How many years it is on the average."""


UNIT_WORDS: dict[Unit, str] = {
    Unit.CASES: mark("件"),
    Unit.PERCENT: "%",
    Unit.HOURS: mark("工作小时"),
    Unit.EACH: mark("件"),
    Unit.ENTRIES: mark("条"),
    Unit.AMOUNT: "",
    Unit.MEAN: "",
    Unit.GRIDS: mark("个"),
    Unit.YEARS: mark("年"),
}
# Counts need nothing to rest on: nothing is a number too.
BARE = (Unit.CASES, Unit.ENTRIES, Unit.AMOUNT, Unit.GRIDS)


class Rows(enum.StrEnum):
    """What stands behind a figure, row by row."""

    CASES = "cases"
    ENTRIES = "entries"
    GRIDS = "grids"
    PEOPLE = "people"


class Base(enum.StrEnum):
    """What cases are divided by where the base is no case. Counted as it stands now."""

    RESIDENTS = "residents"
    GRIDS = "grids"
    GRIDWORKERS = "gridworkers"


Predicate = Callable[[Terms], ColumnElement[bool]]
Weights = Callable[[Terms], tuple[ColumnElement[int], ColumnElement[int]] | None]


@dataclass(frozen=True)
class Exclusion:
    """Cases that a metric leaves out, and why. `holds` says whether the variant leaves them out."""

    words: str
    cases: Predicate
    holds: Callable[[Variant], bool] = field(default=lambda variant: True)


@dataclass(frozen=True)
class Metric:
    """A count, a rate when it has `hits`, a quantile of handling times, or a count for each of a base.

    `placed_by` is the moment that puts a case into a period; None for what stands now, such as open
    cases. The population is what is counted, or divided by; of it the exclusions are taken away.
    """

    name: str
    words: str
    # The formula in one sentence, and what each side of it counts.
    formula: str
    counts: str
    of: str
    unit: Unit
    more_is_better: bool | None
    placed_by: InstrumentedAttribute[Any] | None
    population: Predicate
    # Where the formula comes from.
    source: str
    hits: Predicate | None = None
    exclusions: tuple[Exclusion, ...] = ()
    # How much a case counts on each side, where that is not one.
    weights: Weights | None = None
    quantile: float | None = None
    base: Base | None = None
    # Whether only cases that are still open can count, so that an index of those serves.
    of_open: bool = False
    # Cases for each so many of the base; of a rate how often its numerator counts, and of years in how many
    # parts of one it is counted.
    per: int = 1
    # The later moment that the hits ask for. In a series of months each month is counted at its own
    # end, so that older months have no more time than newer ones.
    later: InstrumentedAttribute[Any] | None = None
    # Below this base a rate is shown faded, with a note.
    least_base: int = 30
    # A rule for the data and not a figure of the work: it is not offered where work is compared.
    about_quality: bool = False
    # Whether it speaks of this very moment, whatever period is looked at.
    only_now: bool = False
    # What stands behind it; of grids and people the roster answers instead of the cases.
    rows: Rows = Rows.CASES
    # Whether all that there is was counted, so that chance has no part in it.
    counted_whole: bool = False
    # Whether it counts what people wrote down, so that days without any record say nothing of what was done.
    recorded: bool = False
    # Whether the sides of parts add up to those of the whole.
    adds_up: bool = True
    # The figure of a register that counts its entries, where these are no cases.
    register_figure: int | None = None
    # The unit of the field that such a figure adds up, or another word for its own unit.
    entry_unit: str = ""

    @property
    def is_rate(self) -> bool:
        return self.hits is not None

    @property
    def has_base(self) -> bool:
        """Whether a value needs something to rest on, so that nothing due is no value."""
        return self.unit not in BARE

    def excluded(self, variant: Variant) -> tuple[Exclusion, ...]:
        """The exclusions that hold under this variant."""
        return tuple(one for one in self.exclusions if one.holds(variant))

    def denominator(self, terms: Terms) -> ColumnElement[bool]:
        """The cases that the metric rests on; of a count, the cases that it counts."""
        left_out = [not_(one.cases(terms)) for one in self.excluded(terms.variant)]
        return and_(self.population(terms), *left_out)

    def numerator(self, terms: Terms) -> ColumnElement[bool]:
        """The cases that count; each of them is in the denominator too."""
        return and_(self.denominator(terms), self.hits(terms)) if self.hits else self.denominator(terms)
