"""How many of how many, as the roster counts people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.i18n import _, numbers


@dataclass(frozen=True)
class Share:
    """Both numbers are always said."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Decimal | None:
        """In percent; None when there is nobody to count."""
        return numbers.share(self.numerator, self.denominator)

    @property
    def words(self) -> str:
        """`95.2%（20 ÷ 21）`, or that nobody is due."""
        if not self.denominator:
            return _("没有应计人员")
        return _("{rate}（{numerator} ÷ {denominator}）").format(
            rate=numbers.percent(self.value), numerator=numbers.whole(self.numerator),
            denominator=numbers.whole(self.denominator),
        )  # fmt: skip
