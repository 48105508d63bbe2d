"""Why a unit moved, what it would take to regain a place, and what other weights would make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.assessment.result import Placed, Score, Unit, Value, rank, score
from lib.i18n import numbers
from lib.schemes.scheme import Indicator, Scheme


@dataclass(frozen=True)
class Contribution:
    """What one indicator adds to the change of the total. None where it had nothing due."""

    indicator: Indicator
    before: Decimal | None
    now: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class Movement:
    """`own` places come from the unit's own points, `others` from what the others did. Both are places
    won; what was lost is below zero. They add up to the change of rank."""

    before: Placed
    now: Placed
    contributions: tuple[Contribution, ...]
    own: int | None
    others: int | None

    @property
    def total_change(self) -> Decimal | None:
        if self.now.score.total is None or self.before.score.total is None:
            return None
        return self.now.score.total - self.before.score.total

    @property
    def places_won(self) -> int | None:
        if self.now.rank is None or self.before.rank is None:
            return None
        return self.before.rank - self.now.rank


def why(scheme: Scheme, before: Placed, now: Placed, rivals: Sequence[Decimal] | None) -> Movement:
    """Between two periods counted by schemes whose indicators have the same keys. `rivals` are the totals
    of the others in the group before; None when the reader may not know them."""
    old, new = before.score, now.score
    contributions = [
        Contribution(
            one,
            old.counted.get(one.key),
            new.counted.get(one.key),
            new.counted.get(one.key, Decimal(0)) - old.counted.get(one.key, Decimal(0)),
        )
        for one in scheme.indicators
        if one.key in old.counted or one.key in new.counted
    ]
    contributions.sort(key=lambda one: (-abs(one.points), one.indicator.key))
    own = others = None
    if rivals is not None and before.rank is not None and now.rank is not None and new.total is not None:
        # Where the unit would stand if it alone had changed.
        alone = 1 + sum(total > new.total for total in rivals)
        own, others = before.rank - alone, alone - now.rank
    return Movement(before, now, tuple(contributions), own, others)


@dataclass(frozen=True)
class Step:
    """So many more cases on the good side of one rate, and where that leads."""

    indicator: Indicator
    cases: int
    rank: int
    total: Decimal


def what_it_takes(scheme: Scheme, own: Placed, rivals: Sequence[Decimal]) -> tuple[Step, ...]:
    """For each rate how few cases would have had to end well for the next better place; the fewest first.

    A case that ends well moves from the rest into the numerator, or out of it where less is better. Rates
    that cannot do it alone are left out. `rivals` are the totals of the others in the group.
    """
    total = own.score.total
    better = [other for other in rivals if total is not None and other > total]
    if not better:
        return ()
    goal = min(better)
    steps = []
    for one in scheme.indicators:
        value = own.score.unit.values.get(one.key)
        if value is None or not value.is_rate or not value.denominator:
            continue
        cases = _fewest(scheme, own.score, one, value, goal)
        if cases is not None:
            after = score(scheme, _with(own.score.unit, one, value, cases)).total or Decimal(0)
            steps.append(Step(one, cases, 1 + sum(other > after for other in rivals), after))
    return tuple(sorted(steps, key=lambda step: (step.cases, step.indicator.key)))


def _with(unit: Unit, indicator: Indicator, value: Value, cases: int) -> Unit:
    moved = cases if indicator.rule.more_is_better else -cases
    numerator = (value.numerator or 0) + moved
    changed = Value(numbers.share(numerator, value.denominator or 0), numerator, value.denominator)
    return replace(unit, values={**unit.values, indicator.key: changed})


def _fewest(scheme: Scheme, own: Score, indicator: Indicator, value: Value, goal: Decimal) -> int | None:
    """By halves: more cases never score less."""
    numerator, denominator = value.numerator or 0, value.denominator or 0
    most = denominator - numerator if indicator.rule.more_is_better else numerator
    least = 1

    def reaches(cases: int) -> bool:
        return (score(scheme, _with(own.unit, indicator, value, cases)).total or Decimal(0)) >= goal

    if most < 1 or not reaches(most):
        return None
    while least < most:
        middle = (least + most) // 2
        if reaches(middle):
            most = middle
        else:
            least = middle + 1
    return least


def what_if(scheme: Scheme, units: Sequence[Unit], points: Mapping[str, Decimal]) -> tuple[Placed, ...]:
    """The ranking with other points for some indicators. Nothing of it is kept."""
    return rank(scheme.weighed(points), units)
