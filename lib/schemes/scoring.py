"""How a value becomes points: six rules, each a few numbers, that a bulletin can be checked by.

Points are exact decimals and rounded only where they are shown, half up to two places.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.i18n import mark


class RuleKind(enum.StrEnum):
    """Scoring rules as bulletins of the field use them."""

    RATE = "rate"
    """Rate × points; of a rate that should be low, what is missing to 100 %."""
    TARGET = "target"
    """All points at the target; off goes so much for each unit short of it, down to a floor."""
    TIERS = "tiers"
    """So many points from this value on."""
    BONUS = "bonus"
    """Points on top for each one, up to a cap."""
    DEDUCTION = "deduction"
    """Points off for each one, up to a cap."""
    VETO = "veto"
    """One is enough and the whole score is nothing."""


RULE_WORDS: dict[RuleKind, str] = {
    RuleKind.RATE: mark("按比率得分"),
    RuleKind.TARGET: mark("按目标值扣分"),
    RuleKind.TIERS: mark("分档得分"),
    RuleKind.BONUS: mark("加分"),
    RuleKind.DEDUCTION: mark("扣分"),
    RuleKind.VETO: mark("一票否决"),
}
# These stand beside the hundred points and not among them.
BESIDE = frozenset({RuleKind.BONUS, RuleKind.DEDUCTION, RuleKind.VETO})


@dataclass(frozen=True)
class Rule:
    """`points` are the most that it gives, or takes. What a kind does not use is zero.

    `target`: the value that earns all points. `each`: points for one unit of the value (a percentage
    point of a rate). `floor`: the least that is left. `tiers`: value and points, the best first.
    """

    kind: RuleKind
    points: Decimal
    more_is_better: bool = True
    target: Decimal = Decimal(0)
    each: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    @property
    def weighs(self) -> bool:
        """Whether its points are part of the whole that a unit can reach."""
        return self.kind not in BESIDE

    def weighed(self, points: Decimal) -> Rule:
        """The same rule with other points, and all that it gives or takes on the way there in proportion.
        Of what stands beside the whole the points are a cap alone, and each one counts as before."""
        if not self.weighs or not self.points:
            return replace(self, points=points)
        return replace(
            self,
            points=points,
            each=self.each * points / self.points,
            floor=self.floor * points / self.points,
            tiers=tuple((least, gives * points / self.points) for least, gives in self.tiers),
        )

    def score(self, value: Decimal) -> Decimal:
        """The points for a value; what is taken away is below zero. A veto gives none either way."""
        match self.kind:
            case RuleKind.RATE:
                share = min(max(value, Decimal(0)), Decimal(100)) / 100
                return self.points * (share if self.more_is_better else 1 - share)
            case RuleKind.TARGET:
                short = self.target - value if self.more_is_better else value - self.target
                return max(self.points - self.each * max(short, Decimal(0)), self.floor)
            case RuleKind.TIERS:
                for least, points in self.tiers:
                    if value >= least if self.more_is_better else value <= least:
                        return points
                return Decimal(0)
            case RuleKind.BONUS:
                return min(self.each * max(value, Decimal(0)), self.points)
            case RuleKind.DEDUCTION:
                return -min(self.each * max(value, Decimal(0)), self.points)
            case RuleKind.VETO:
                return Decimal(0)

    def vetoes(self, value: Decimal) -> bool:
        """Whether this value alone decides that the unit scores nothing."""
        return self.kind is RuleKind.VETO and value >= self.target
