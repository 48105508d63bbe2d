"""Whether the numbers of an assessment agree with each other: percentages with their counts, places with
their points, parts with the whole. What does not agree is named by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.models.assessment import AssessedUnit
from lib.assessment.result import Unit, Value, rank
from lib.errors import Problem
from lib.i18n import _, listed, numbers
from lib.metrics.measured import Measured
from lib.metrics.metric import Unit as MeasuredIn
from lib.metrics.registered import metric_named
from lib.schemes.scheme import Indicator, Scheme

MOST_NAMED = 5
Counts = tuple[int, int]
"""Both sides; of a count the second is 0."""


@dataclass(frozen=True)
class Total:
    """An indicator of the whole and of each place right below it."""

    indicator: Indicator
    whole: Measured
    parts: tuple[Measured, ...]


def rates(scheme: Scheme, units: Iterable[Unit]) -> Iterator[tuple[Unit, Indicator, Value]]:
    """Every percentage that stands beside its counts."""
    for unit in units:
        for one in scheme.indicators:
            value = unit.values.get(one.key)
            if value is not None and value.is_rate:
                yield unit, one, value


def percents(scheme: Scheme, units: Iterable[Unit]) -> list[Problem]:
    """Where a percentage is not its numerator over its denominator, half up."""
    found = []
    for unit, one, value in rates(scheme, units):
        numerator, denominator = value.numerator or 0, value.denominator or 0
        share = numbers.share(numerator, denominator)
        if share != value.value:
            sentence = _("{unit}的“{indicator}”写的是{value}，而{numerator} ÷ {denominator} = {share}")
            said = sentence.format(
                unit=unit.name,
                indicator=one.name,
                value=numbers.percent(value.value),
                numerator=numbers.whole(numerator),
                denominator=numbers.whole(denominator),
                share=numbers.percent(share),
            )
            found.append(Problem(unit.key, said))
    return found


def places(scheme: Scheme, held: Iterable[AssessedUnit], units: Iterable[Unit]) -> list[Problem]:
    """Where points or place do not follow from the values."""
    placed = {one.key: one for one in rank(scheme, units)}
    found = []
    for row in held:
        one = placed[row.unit_key]
        total = None if one.score.total is None else int(one.score.total * 100)
        if (total, one.rank) != (row.total, row.rank):
            sentence = _("{unit}的得分或名次与各项指标算出的不一致").format(unit=one.score.unit.name)
            found.append(Problem(row.unit_key, sentence))
    return found


def can_be_added(indicator: Indicator) -> bool:
    """Whether it counts cases on each side: hours and counts for each of something do not add up."""
    units = (MeasuredIn.PERCENT, MeasuredIn.CASES)
    metric = metric_named(indicator.metric) if indicator.metric is not None else None
    return metric is not None and metric.unit in units and metric.adds_up


def _is_rate(indicator: Indicator) -> bool:
    return metric_named(indicator.metric or "").unit is MeasuredIn.PERCENT


def _held(indicator: Indicator, value: Value | None) -> Counts:
    if value is None:
        return 0, 0
    if _is_rate(indicator):
        return value.numerator or 0, value.denominator or 0
    return int(value.value or 0), 0


def _counted(indicator: Indicator, measured: Measured | None) -> Counts:
    if measured is None:
        return 0, 0
    return measured.numerator, (measured.denominator or 0) if _is_rate(indicator) else 0


def units_and_whole(
    indicator: Indicator,
    units: Sequence[Unit],
    measured_as: Mapping[str, str],
    corrected: Iterable[tuple[str, str]],
    parts: Iterable[Measured],
    whole: Measured,
) -> Problem | None:
    """Whether the units, and what lies at none of them, add up to the whole. `parts` are what the cases
    say of each; a value that was corrected by hand stands for itself, and the cases for its counts."""
    said = {one.key: _counted(indicator, one) for one in parts}
    by_hand = set(corrected)
    called = {unit.key: measured_as.get(unit.key, unit.key) for unit in units}
    counts = {key: both for key, both in said.items() if key not in set(called.values())}
    wrong = []
    for unit in units:
        key = called[unit.key]
        today = said.get(key, (0, 0))
        then = (
            today
            if (unit.key, indicator.key) in by_hand
            else _held(indicator, unit.values.get(indicator.key))
        )
        counts[key] = then
        if then != today:
            wrong.append((unit, then, today))
    sums = sum(both[0] for both in counts.values()), sum(both[1] for both in counts.values())
    if sums == _counted(indicator, whole) and not wrong:
        return None
    return _difference(indicator, sums, whole, wrong)


def _difference(
    indicator: Indicator, sums: Counts, whole: Measured, wrong: list[tuple[Unit, Counts, Counts]]
) -> Problem:
    sentence = _("“{indicator}”各单位合计{parts}，全部是{whole}").format(
        indicator=indicator.name,
        parts=_said(indicator, sums),
        whole=_said(indicator, _counted(indicator, whole)),
    )
    if wrong:
        named = listed(
            _("{unit}（考核中{then}，现有数据{today}）").format(
                unit=unit.name, then=_said(indicator, then), today=_said(indicator, today)
            )
            for unit, then, today in wrong[:MOST_NAMED]
        )
        more = _("等{count}处").format(count=len(wrong)) if len(wrong) > MOST_NAMED else ""
        words = _("{sentence}；不一致的是{places}{more}")
        sentence = words.format(sentence=sentence, places=named, more=more)
    return Problem(wrong[0][0].key if wrong else indicator.key, sentence)


def _said(indicator: Indicator, counts: Counts) -> str:
    if not _is_rate(indicator):
        return _("{count}件").format(count=numbers.whole(counts[0]))
    return f"{numbers.whole(counts[0])} ÷ {numbers.whole(counts[1])}"


def adds_up(total: Total) -> Problem | None:
    """Whether the places right below add up to the whole."""
    each = [_counted(total.indicator, one) for one in total.parts]
    sums = sum(both[0] for both in each), sum(both[1] for both in each)
    whole = _counted(total.indicator, total.whole)
    if sums == whole:
        return None
    sentence = _("“{indicator}”下级合计{parts}，全部是{whole}").format(
        indicator=total.indicator.name,
        parts=_said(total.indicator, sums),
        whole=_said(total.indicator, whole),
    )
    return Problem(total.indicator.key, sentence)
