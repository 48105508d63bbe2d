"""How a figure is written: the value with its unit, and the numbers that it is made of."""

from __future__ import annotations

from decimal import Decimal

from lib.fields.field import TEN_THOUSAND
from lib.i18n import _, numbers
from lib.metrics.measured import Measured
from lib.metrics.metric import UNIT_WORDS, Metric, Rows, Unit


def unit_words(metric: Metric) -> str:
    if metric.rows is Rows.PEOPLE and metric.entry_unit:
        return _(metric.entry_unit)
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
    if unit in (Unit.ENTRIES, Unit.GRIDS):
        said = numbers.whole(measured.numerator)
    elif unit in (Unit.AMOUNT, Unit.MEAN):
        said = f"{measured.value:,.2f}"
    else:
        said = f"{measured.value}"
    if not with_unit:
        return said
    if headline and unit is Unit.HOURS:
        return _("{count}小时").format(count=said)
    return numbers.with_unit(said, unit_words(measured.of))


def share_words(measured: Measured | None) -> str:
    """`1,234 ÷ 1,296`; nothing where nothing is divided."""
    if measured is None or measured.denominator is None:
        return ""
    top = numbers.whole(measured.numerator)
    if measured.of.unit is Unit.MEAN:
        top = f"{Decimal(measured.numerator) / TEN_THOUSAND:,.2f}"
    share = f"{top} ÷ {numbers.whole(measured.denominator)}"
    if measured.of.per == 1:
        return share
    return (
        f"{share} ÷ {measured.of.per}" if measured.of.unit is Unit.YEARS else f"{share} × {measured.of.per}"
    )
