"""Centers side by side in one metric: ranked, month by month, and against the same days of last year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from db.models.center import Level
from lib.centers.groups import GROUP_WORDS, Group, group_of
from lib.centers.queries import centers_below
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind, Value
from lib.i18n import _, listed, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.comparison import Against, moved
from lib.metrics.dimensions import LENGTHS, By
from lib.metrics.measured import Measured
from lib.metrics.metric import UNIT_WORDS, Metric, Unit
from lib.metrics.ranking import ranks
from lib.metrics.spelling import value_words
from lib.ui import dots, filters
from lib.ui.bars import Bar
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.parts import hover

MOST_RANKED = 24  # dots; the table has all
NAMED = 5  # centers with nothing due that are told by name
LEVELS = {By.COUNTY: Level.COUNTY, By.TOWN: Level.TOWN, By.VILLAGE: Level.VILLAGE}
KINDS = {
    Unit.CASES: ColumnKind.COUNT,
    Unit.PERCENT: ColumnKind.PERCENT,
    Unit.HOURS: ColumnKind.HOURS,
    Unit.EACH: ColumnKind.DECIMAL,
}


def choose_metric() -> Metric:
    """All rates, times and counts for each of something: a bare count says how large a center is."""
    words = {m.name: _(m.words) for m in METRICS.values() if m.has_base and not m.about_quality}
    return METRICS[filters.choice("metric", _("指标"), words, "on_time")]


def levels_of(code: str) -> dict[str, str]:
    """The levels below a center; a village has none."""
    words = {By.COUNTY: _("县区"), By.TOWN: _("镇街"), By.VILLAGE: _("村社")}
    return {by.value: text for by, text in words.items() if LENGTHS[by] > len(code)}


def groups_of(codes: list[str]) -> dict[str, str]:
    """The kinds that there are among these centers, in their order."""
    there = {group_of(code) for code in codes}
    return {group.value: _(GROUP_WORDS[group]) for group in Group if group in there}


@dataclass
class Beside:
    """The centers of one level and kind, in one metric, now and on the same days of last year."""

    look: Look
    metric: Metric
    by: By
    kind: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.names:
            return
        found = centers_below(self.look.session, self.look.code, LEVELS[self.by])
        self.names = {center.code: center.name for center in found}

    @property
    def words(self) -> str:
        return _(self.metric.words)

    def belongs(self, code: str) -> bool:
        """Also a center that has ended, as long as cases of the period lie there."""
        return len(code) == LENGTHS[self.by] and self.kind in ("", group_of(code).value)

    @cached_property
    def now(self) -> dict[str, Measured]:
        return self._measured(self.look.measure(self.metric.name, by=self.by))

    @cached_property
    def last_year(self) -> dict[str, Measured]:
        against = Against.of(self.look.period, self.look.moment)
        found = self.look.measure(
            self.metric.name, by=self.by, period=against.last_year, moment=against.moment_last_year
        )
        return self._measured(found)

    def _measured(self, found: tuple[Measured, ...]) -> dict[str, Measured]:
        return {m.key: m for m in found if self.belongs(m.key)}

    @cached_property
    def whole(self) -> Measured | None:
        return next(iter(self.look.measure(self.metric.name)), None)

    @cached_property
    def ranked(self) -> list[Measured]:
        """Who has a value, the worst first; what rests on a few cases comes behind."""
        valued = [m for m in self.now.values() if m.value is not None]
        upward = self.metric.more_is_better is True
        valued.sort(key=lambda m: ((m.value or 0) if upward else -(m.value or 0), m.key))
        return sorted(valued, key=lambda m: m.small_base)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The rank of each center among those of its own kind."""
        found: dict[str, int] = {}
        for group in Group:
            found |= ranks(m for m in self.now.values() if group_of(m.key) is group)
        return found

    @cached_property
    def without(self) -> list[str]:
        """Living centers that have nothing to be measured by."""
        valued = {m.key for m in self.ranked}
        return [code for code in self.names if code not in valued and self.belongs(code)]

    @cached_property
    def called(self) -> dict[str, str]:
        """A name for each center; where two are called the same the center above is added."""
        codes = [*self.names, *(code for code in self.now if code not in self.names)]
        ended = [code for code in codes if code not in self.names]
        if ended:
            self.look.know(By.CHILD, ended)
        names = {code: self.names.get(code) or self.look.name_of(By.CHILD, code) for code in codes}
        count = Counter(names.values())
        above = {code: code[: {12: 9, 9: 6}.get(len(code), 4)] for code in codes if count[names[code]] > 1}
        if above:
            self.look.know(By.CHILD, sorted(set(above.values())))
        return {
            code: _("{name}（{above}）").format(name=name, above=self.look.name_of(By.CHILD, above[code]))
            if code in above
            else name
            for code, name in names.items()
        }


def ranking(beside: Beside) -> Panel:
    """Each center with the band that chance alone could move it in, beside the whole."""
    look, metric, rows = beside.look, beside.metric, beside.ranked
    own = look.page.viewer.center_code
    shown = [
        Bar(
            beside.called[m.key],
            float(m.value or 0),
            _value(m),
            hover(beside.called[m.key], m),
            m.small_base,
            ("center", m.key),
            m.band,
            m.key == own,
        )
        for m in rows[:MOST_RANKED]
    ]
    whole = beside.whole
    line = None
    if whole is not None and whole.value is not None:
        line = (float(whole.value), _("全部 {value}").format(value=value_words(whole)))
    unit = "%" if metric.unit is Unit.PERCENT else _(UNIT_WORDS[metric.unit])
    keys = [m.key for m in rows] + beside.without
    columns = _columns(beside, keys)
    return Panel(
        f"ranking {metric.name} {beside.by.value} {beside.kind}",
        _extremes(beside),
        _explained(beside),
        dots.ranked(shown, unit, line, metric.unit is Unit.PERCENT),
        columns,
        (metric.name,),
        Drawing(DrawingKind.BAR, 1, (3,), unit) if rows else None,
        cell=_cells(beside, keys, len(columns)),
        clicks=True,
    )


def _value(measured: Measured) -> str:
    base = numbers.whole(measured.denominator or 0)
    if measured.of.unit is Unit.EACH:
        return value_words(measured)
    return f"{value_words(measured)} ({base})"


def _extremes(beside: Beside) -> str:
    """The finding: who is worst and who is best, as far as it can be said."""
    firm = [m for m in beside.ranked if not m.small_base]
    if not firm:
        return _("{metric}：各中心基数都小，不作比较").format(metric=beside.words)
    worst, best = firm[0], firm[-1]
    if worst.value == best.value:
        return _("{metric}：{count}个中心都是{value}").format(
            metric=beside.words, count=len(firm), value=value_words(worst)
        )
    if beside.metric.more_is_better is True:
        sentence = _("{metric}：{name}最低，{value}；{other}最高，{other_value}")
    else:
        sentence = _("{metric}：{name}最高，{value}；{other}最低，{other_value}")
    return sentence.format(
        metric=beside.words,
        name=beside.called[worst.key],
        value=value_words(worst),
        other=beside.called[best.key],
        other_value=value_words(best),
    )


def _explained(beside: Beside) -> str:
    metric, rows = beside.metric, beside.ranked
    said = [_("{metric} = {formula}").format(metric=beside.words, formula=_(metric.formula))]
    if metric.unit is Unit.PERCENT:
        said.append(_("横线是随机波动范围（95%置信区间），括号里是分母"))
    elif metric.unit is Unit.HOURS:
        said.append(_("括号里是件数"))
    whole = beside.whole
    if metric.unit is Unit.PERCENT and whole is not None and whole.value is not None:
        level = float(whole.value)
        bands = [m.band for m in rows if m.band is not None]
        high, low = sum(band[0] > level for band in bands), sum(band[1] < level for band in bands)
        if high or low:
            said.append(_("明显高于全部的有{high}个，明显低于全部的有{low}个").format(high=high, low=low))
    if any(m.small_base for m in rows):
        said.append(_("空心点分母不足{least}件，仅供参考").format(least=metric.least_base))
    if len(rows) > MOST_RANKED:
        said.append(_("其余{count}个见数据表").format(count=len(rows) - MOST_RANKED))
    if beside.without:
        names = listed(beside.called[code] for code in beside.without[:NAMED])
        sentence = _("{names}没有应计的事件，不排名")
        if len(beside.without) > NAMED:
            sentence = _("{names}等{count}个没有应计的事件，不排名")
        said.append(sentence.format(names=names, count=len(beside.without)))
    return _("；").join(said)


def _columns(beside: Beside, keys: list[str]) -> tuple[Column, ...]:
    """All that is known of each center; a center with nothing due has its name and no rank."""
    metric, now, then = beside.metric, beside.now, beside.last_year

    def column(heading: str, kind: ColumnKind, values: list[Value]) -> Column:
        return Column(heading, kind, tuple(values))

    rows = [now.get(key) for key in keys]
    kind = KINDS[metric.unit]
    found = [
        column(_("组内排名"), ColumnKind.COUNT, [beside.ranks.get(key) for key in keys]),
        column(_("名称"), ColumnKind.TEXT, [beside.called[key] for key in keys]),
        column(_("分组"), ColumnKind.TEXT, [_(GROUP_WORDS[group_of(key)]) for key in keys]),
        column(beside.words, kind, [m.value if m else None for m in rows]),
    ]
    if metric.unit is Unit.HOURS:
        found.append(column(_("件数"), ColumnKind.COUNT, [m.numerator if m else 0 for m in rows]))
    else:
        found += [
            column(_("分子"), ColumnKind.COUNT, [m.numerator if m else 0 for m in rows]),
            column(_("分母"), ColumnKind.COUNT, [(m.denominator or 0) if m else 0 for m in rows]),
        ]
    if metric.unit is Unit.PERCENT:
        bands = [m.band if m else None for m in rows]
        found += [
            column(_("置信区间下限"), kind, [round(band[0], 1) if band else None for band in bands]),
            column(_("置信区间上限"), kind, [round(band[1], 1) if band else None for band in bands]),
        ]
    before = [then.get(key) for key in keys]
    points = _("比去年同期（个百分点）") if metric.unit is Unit.PERCENT else _("比去年同期")
    changes = [moved(one, other) for one, other in zip(rows, before, strict=True)]
    return (
        *found,
        column(_("去年同期"), kind, [m.value if m else None for m in before]),
        column(points, ColumnKind.DECIMAL, list(changes)),
        column(_("基数小"), ColumnKind.TEXT, [_("是") if m and m.small_base else "" for m in rows]),
    )


def _cells(beside: Beside, keys: list[str], columns: int) -> Callable[[int, int], dict[str, str] | None]:
    """A number leads to its figure; last year's, the last but two, to last year's."""

    def cell(column: int, row: int) -> dict[str, str] | None:
        if not 3 <= column < columns - 1:
            return None
        last_year = beside.look.period.last_year() if column == columns - 3 else None
        return beside.look.figure_address(beside.metric.name, period=last_year, center_code=keys[row])

    return cell
