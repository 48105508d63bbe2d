"""Pictures of the roster: shares center by center, ages and years of service, and who left month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.registered import metric_named
from lib.metrics.spelling import value_words
from lib.metrics.staffing.queries import Spread, ages, years_served
from lib.ui import bars, charts, series
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.parts import (
    NAMED,
    cell_by_part,
    hover,
    month_keys,
    months,
    of_level,
    part_of,
    rate_columns,
    whole_month,
)
from lib.ui.staffing import day_of

MOST = 20  # bars of a ranking; the table has all
MONTHS = 24
# Whole years, both ends included.
AGE_BANDS = ((0, 24), (25, 29), (30, 34), (35, 39), (40, 44), (45, 49), (50, 54), (55, 59), (60, 150))
SERVICE_BANDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 150))


def by_center(look: Look, name: str) -> Panel | None:
    """A share center by center, the lowest on top; each bar says how many of how many."""
    found = of_level(look, By.CHILD, look.measure(name, by=By.CHILD))
    rated = sorted((m for m in found if m.value is not None), key=lambda m: (m.value or 0, m.key))
    if not rated or not look.card.children:
        return None
    look.know(By.CHILD, [m.key for m in found])
    metric = metric_named(name)
    shown = [_bar(look, m) for m in rated[:MOST]]
    whole = next(iter(look.measure(name)), None)
    line = None
    if whole is not None and whole.rate is not None:
        line = float(whole.rate), _("全部 {rate}").format(rate=numbers.percent(whole.rate))
    subtitle = _("{metric} = {formula}").format(metric=_(metric.words), formula=_(metric.formula))
    if len(rated) > MOST:
        rest = _("{subtitle}；图中为最低的{most}个，共{count}个，其余见数据表")
        subtitle = rest.format(subtitle=subtitle, most=MOST, count=len(rated))
    empty = [m for m in found if m.value is None]
    return Panel(
        f"{name} by center",
        _ranked_words(look, name, rated),
        subtitle,
        bars.ranked(shown, "%", line, 100, keep_order=True),
        rate_columns(look, name, By.CHILD, rated, empty),
        (name,),
        Drawing(DrawingKind.BAR, 0, (1,), "%"),
        cell=cell_by_part(look, name, By.CHILD, [m.key for m in [*rated, *empty]]),
        clicks=True,
    )


def _bar(look: Look, measured: Measured) -> bars.Bar:
    name = look.name_of(By.CHILD, measured.key)
    share = f"{numbers.whole(measured.numerator)}/{numbers.whole(measured.denominator or 0)}"
    words = f"{value_words(measured)}  {share}"
    target = part_of(look, By.CHILD, measured.key)
    return bars.Bar(name, float(measured.value or 0), words, hover(name, measured), target=target)


def _ranked_words(look: Look, name: str, rated: Sequence[Measured]) -> str:
    words = _(metric_named(name).words)
    lowest, highest = rated[0], rated[-1]
    if lowest.value == highest.value:
        return _("{metric}：各部分都是{value}").format(metric=words, value=value_words(lowest))
    alike = [look.name_of(By.CHILD, m.key) for m in rated if m.value == lowest.value]
    said = _("{name}{metric}最低，{value}")
    if len(alike) > NAMED:
        said = _("{name}等{count}个单位{metric}最低，都是{value}")
    elif len(alike) > 1:
        said = _("{names}{metric}最低，都是{value}")
    return said.format(
        name=alike[0], names=listed(alike), count=len(alike), metric=words, value=value_words(lowest)
    )


def _band_words(first: int, last: int) -> str:
    if first == 0:
        return _("{last}岁及以下").format(last=last)
    return _("{first}岁及以上").format(first=first) if last >= 150 else _("{first}–{last}岁").format(
        first=first, last=last
    )  # fmt: skip


def by_age(look: Look) -> Panel | None:
    """How many there are of each age, women and men; the youngest on top."""
    found = ages(look.session, look.code, day_of(look))
    if not found.total:
        return None
    woman, man = charts.PARTS[charts.theme()][3], charts.PARTS[charts.theme()][0]
    parts = [("female", _("女"), woman), ("male", _("男"), man)]
    if found.of(0, 200, ""):
        parts.append(("", _("性别未登记"), charts.OTHER))
    names = [_band_words(*band) for band in AGE_BANDS]
    counts = {sex: [found.of(*band, sex) for band in AGE_BANDS] for sex, _name, _color in parts}
    stacks = [
        bars.Stack(
            name,
            {sex: float(counts[sex][row]) for sex, _name, _color in parts},
            {sex: numbers.whole(counts[sex][row]) for sex, _name, _color in parts if counts[sex][row]},
            {
                sex: f"{name} {words} {numbers.whole(counts[sex][row])}"
                for sex, words, _color in parts
            },
            beside=numbers.whole(sum(counts[sex][row] for sex, _name, _color in parts)),
        )
        for row, name in enumerate(names)
    ]  # fmt: skip
    figure = bars.stacked(stacks, parts, _("人"), beside=_("合计"))
    if found.total < bars.FEW:
        figure.layout["xaxis"]["dtick"] = 1  # there is no half person
    older = found.of(55, 200)
    subtitle = _("知道出生日期的{count}名专职网格员，周岁").format(count=numbers.whole(found.total))
    if found.unknown:
        unknown = _("{subtitle}；另有{count}人没有登记出生日期，未计入")
        subtitle = unknown.format(subtitle=subtitle, count=numbers.whole(found.unknown))
    mean = next(iter(look.measure("mean_age")), None)
    title = _("平均{age}，55岁及以上{count}人，占{share}").format(
        age=value_words(mean),
        count=numbers.whole(older),
        share=numbers.percent(numbers.share(older, found.total)),
    )
    return Panel(
        "ages",
        title,
        subtitle,
        figure,
        (
            Column(_("年龄"), ColumnKind.TEXT, tuple(names)),
            *(Column(words, ColumnKind.COUNT, tuple(counts[sex])) for sex, words, _color in parts),
        ),
        ("mean_age",),
        Drawing(DrawingKind.STACKED_BAR, 0, tuple(range(1, len(parts) + 1)), _("人")),
        cell=_always(look, "mean_age"),
    )


def by_service(look: Look) -> Panel | None:
    """For how long people have served; the newest on top."""
    found = years_served(look.session, look.code, day_of(look))
    if not found.total:
        return None
    names = [_service_words(*band) for band in SERVICE_BANDS]
    counts = [found.of(*band) for band in SERVICE_BANDS]
    mean = next(iter(look.measure("mean_service")), None)
    new = counts[0]
    title = _("平均任职{years}，任职不满1年的{count}人，占{share}").format(
        years=value_words(mean),
        count=numbers.whole(new),
        share=numbers.percent(numbers.share(new, found.total)),
    )
    shown = [
        bars.Bar(
            name, float(count), _share_words(count, found), f"{name} {_share_words(count, found)}"
        )
        for name, count in zip(names, counts, strict=True)
    ]  # fmt: skip
    return Panel(
        "service",
        title,
        _("{count}名专职网格员，从在本单位首次任专职网格员算起").format(count=numbers.whole(found.total)),
        bars.ranked(shown, _("人"), keep_order=True),
        (
            Column(_("任职年限"), ColumnKind.TEXT, tuple(names)),
            Column(_("人数"), ColumnKind.COUNT, tuple(counts)),
        ),
        ("mean_service",),
        Drawing(DrawingKind.BAR, 0, (1,), _("人")),
        cell=_always(look, "mean_service"),
    )


def _service_words(first: int, last: int) -> str:
    if first == 0:
        return _("不满1年")
    if last >= 150:
        return _("{first}年及以上").format(first=first)
    return _("{first}至{last}年").format(first=first, last=last + 1)


def _share_words(count: int, found: Spread) -> str:
    return f"{numbers.whole(count)}  {numbers.percent(numbers.share(count, found.total))}"


def _always(look: Look, name: str) -> Callable[[int, int], dict[str, str] | None]:
    return lambda column, row: look.figure_address(name) if column else None


def by_month(look: Look) -> Panel | None:
    """Who left, month by month, with the rate of each; nothing where nobody did."""
    span = months(look, MONTHS)
    found = {m.key: m for m in look.measure("turnover", by=By.MONTH, period=span)}
    keys = month_keys(span)
    shown = [found.get(key) for key in keys]
    left = [m.numerator if m else 0 for m in shown]
    running = f"{day_of(look):%Y-%m}" if look.running else ""
    line = series.Line(_("离岗人数"), keys, left, [hover(key, m) for key, m in zip(keys, shown, strict=True)])
    total = sum(left)
    if not total:
        return None
    metric = metric_named("turnover")
    return Panel(
        "turnover by month",
        left_words(keys, left),
        _("{metric} = {formula}").format(metric=_(metric.words), formula=_(metric.formula)),
        series.bars(line, _("人"), running),
        (
            Column(_("月份"), ColumnKind.TEXT, tuple(keys)),
            Column(_("离岗人数"), ColumnKind.COUNT, tuple(left)),
            Column(
                _("期初人数＋期末人数"),
                ColumnKind.COUNT,
                tuple(m.denominator or 0 if m else 0 for m in shown),
            ),
            Column(_(metric.words), ColumnKind.PERCENT, tuple(m.value if m else None for m in shown)),
        ),
        ("turnover",),
        Drawing(DrawingKind.COLUMN, 0, (1,), _("人")),
        cell=lambda column, row: (
            look.figure_address("turnover", period=whole_month(keys[row])) if column else None
        ),
    )


def left_words(keys: Sequence[str], left: Sequence[int]) -> str:
    """How many left in the months together, and in which of them the most; none is named above its like."""
    most = max(left)
    alike = [
        numbers.month(whole_month(key).first) for key, count in zip(keys, left, strict=True) if count == most
    ]
    words = _("{count}个月共有{total}名专职网格员离岗，{month}最多，{most}人")
    if sum(left) == most:
        words = _("{count}个月共有{total}名专职网格员离岗，都在{month}")
    elif len(alike) > NAMED:
        words = _("{count}个月共有{total}名专职网格员离岗，最多的月份{most}人")
    elif len(alike) > 1:
        words = _("{count}个月共有{total}名专职网格员离岗，{months}最多，各{most}人")
    return words.format(
        count=len(keys), total=numbers.whole(sum(left)), month=alike[0], months=listed(alike),
        most=numbers.whole(most),
    )  # fmt: skip
