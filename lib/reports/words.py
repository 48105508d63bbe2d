"""How figures, changes and periods are spelled in documents: in whole words, as offices write them."""

from __future__ import annotations

from lib.i18n import _, numbers
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Unit
from lib.metrics.spelling import value_words

MOST_NAMED = 3


def counted_words(measured: Measured | None) -> str:
    """The value as it stands in a sentence: a count with its unit."""
    if measured is not None and measured.of.unit is Unit.CASES:
        return _("{count}件").format(count=numbers.whole(measured.numerator))
    return value_words(measured)


def change(now: Measured | None, then: Measured | None) -> str:
    """For a table: ▲1.2个百分点."""
    if now is None or then is None or now.value is None or then.value is None:
        return numbers.NOTHING
    if now.value == then.value:
        return _("持平")
    if now.of.unit is Unit.PERCENT:
        return numbers.points(now.value, then.value)
    return numbers.change(now.numerator, then.numerator) or numbers.NOTHING


def change_sentence(now: Measured | None, then: Measured | None, days: str) -> str:
    """For a sentence: 比上月上升1.2个百分点. Nothing where there is nothing to compare."""
    if now is None or then is None or now.value is None or then.value is None:
        return ""
    rose = now.value - then.value
    if not rose:
        return _("与{days}持平").format(days=days)
    if now.of.unit is Unit.PERCENT:
        words = _("比{days}上升{size}个百分点") if rose > 0 else _("比{days}下降{size}个百分点")
        return words.format(days=days, size=abs(rose))
    if not then.numerator:
        return ""
    size = numbers.share(abs(now.numerator - then.numerator), then.numerator)
    words = _("比{days}增加{size}%") if rose > 0 else _("比{days}减少{size}%")
    return words.format(days=days, size=size)


def period_words(period: Period) -> str:
    if period.monthly:
        return numbers.month(period.first)
    if period.first == period.last:
        return numbers.day(period.first)
    return _("{first}至{last}").format(first=numbers.day(period.first), last=numbers.day(period.last))


def before_words(period: Period) -> str:
    return _("上个月") if period.monthly else _("上一期")
