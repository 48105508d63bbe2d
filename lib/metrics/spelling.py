"""How a figure is written: the value with its unit, and the numbers that it is made of."""

from __future__ import annotations

from decimal import Decimal

from lib.fields.field import TEN_THOUSAND
from lib.i18n import _, numbers
from lib.metrics.measured import Measured
from lib.metrics.metric import UNIT_WORDS, Metric, Unit


def unit_words(metric: Metric) -> str:
    return metric.entry_unit or _(UNIT_WORDS[metric.unit])


def value_words(measured: Measured | None, *, headline: bool = False, with_unit: bool = True) -> str:
    """The figure as it is shown; large counts in round numbers where it is a headline."""
    if measured is None or measured.value is None:
        return numbers.NOTHING
    unit = measured.of.unit
    if unit is Unit.CASES:
        return numbers.headline(measured.numerator) if headline else numbers.whole(measured.numerator)
    if unit is Unit.PERCENT:
        return numbers.percent(measured.value)
    if unit is Unit.ENTRIES:
        said = numbers.whole(measured.numerator)
    elif unit in (Unit.AMOUNT, Unit.MEAN):
        said = f"{measured.value:,.2f}"
    else:
        said = f"{measured.value}"
    if not with_unit:
        return said
    if headline and unit is Unit.HOURS:
        return _("{count}小时").format(count=said)
    return f"{said} {unit_words(measured.of)}".rstrip()


def share_words(measured: Measured | None) -> str:
    """`1,234 ÷ 1,296`; nothing where nothing is divided."""
    if measured is None or measured.denominator is None:
        return ""
    top = numbers.whole(measured.numerator)
    if measured.of.unit is Unit.MEAN:
        top = f"{Decimal(measured.numerator) / TEN_THOUSAND:,.2f}"
    share = f"{top} ÷ {numbers.whole(measured.denominator)}"
    return f"{share} × {measured.of.per}" if measured.of.per > 1 else share
