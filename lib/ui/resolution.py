"""How quickly cases are brought to an end: rates over time and by part, and how long handling takes."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from lib import working_time
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import BY_WORDS, HANDLING_DAYS, By
from lib.metrics.measured import Measured
from lib.ui import bars, charts, parts, series
from lib.ui.cross_filter import Build
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import escaped, in_chart
from lib.ui.rhythm import Rhythm, newest

BANDS = [str(n) for n in range(len(HANDLING_DAYS) + 1)]
BANDED = (By.AGE, By.LADDER, By.HANDLING)
# How far the slowest tenth reaches, behind the bar of the median.
PALE = {"light": "#b9d3ec", "dark": "#24486b"}


def say_bands(look: Look) -> None:
    """Rates of those who are in one band anyway would say nothing, so the bands leave them alone."""
    chosen = [look.said(by, look.chosen(by)) for by in BANDED if look.chosen(by)]
    if chosen:
        st.caption(
            escaped(
                _(
                    "已选“{bands}”：只有在办、结案事件的分布按此筛选，上面的数字和各项比率仍按全部事件计算。"
                ).format(bands=listed(chosen))
            )
        )


def over_time(look: Look, rhythm: Rhythm) -> Panel | str:
    """Resolution and on-time rate by month or week."""
    names = ("resolution", "on_time")
    found = {(m.metric, m.key): m for m in look.measure(*names, by=rhythm.by, period=rhythm.span)}
    keys = rhythm.keys
    rows = {name: [found.get((name, key)) for key in keys] for name in names}
    if not any(m is not None and m.value is not None for m in rows["on_time"]):
        return _("{length}没有到期应结的事件，无法显示办结率走势。").format(length=rhythm.length_words)
    lines = [
        series.Line(
            words,
            keys,
            [None if m is None or m.rate is None else float(m.rate) for m in rows[name]],
            [parts.hover(rhythm.words(key), *(found.get((each, key)) for each in names)) for key in keys],
            small=[bool(m and m.small_base) for m in rows[name]],
        )
        for name, words in (("resolution", _("办结率")), ("on_time", _("按期办结率")))
    ]
    due = rows["on_time"]
    columns = [
        Column(rhythm.heading, ColumnKind.TEXT, tuple(keys)),
        *(
            Column(words, ColumnKind.PERCENT, tuple(m.value if m else None for m in rows[name]))
            for name, words in (("resolution", _("办结率")), ("on_time", _("按期办结率")))
        ),
        *(
            Column(words, ColumnKind.COUNT, tuple(m.numerator if m else 0 for m in rows[name]))
            for name, words in (("resolution", _("已结案")), ("on_time", _("按期结案")))
        ),
        Column(_("到期应结"), ColumnKind.COUNT, tuple((m.denominator or 0) if m else 0 for m in due)),
    ]
    of_column = {1: "resolution", 2: "on_time", 3: "resolution", 4: "on_time", 5: "due"}
    return Panel(
        f"rates by {rhythm.by.value}",
        newest(rhythm, due),
        _("{length}的办结率、按期办结率，分母是到期应结的事件；空心点分母不足30件").format(
            length=rhythm.length_words
        ),
        series.lines(lines, "%", unfinished=rhythm.unfinished),
        tuple(columns),
        names,
        Drawing(DrawingKind.LINE, 0, (1, 2), "%"),
        cell=lambda column, row: (
            look.figure_address(of_column[column], period=rhythm.period(keys[row]))
            if column in of_column
            else None
        ),
    )


def rates_of(name: str, by: By, formula: str) -> Build:
    """A ranking of one rate, the lowest first."""

    def build(look: Look, own: str) -> Panel | str:
        if not any(m.value is not None for m in look.measure(name)):
            return _("期内没有可计算{metric}的事件。").format(metric=_(METRICS[name].words))
        return parts.ranking(look, name, by, formula, own=own)

    return build


def _hours(measured: Measured | None) -> Decimal | None:
    return None if measured is None else measured.value


def handling_spread(look: Look, own: str) -> Panel | str:
    """How many closed cases took how long."""
    found = {m.key: m.numerator for m in look.measure("closed", by=By.HANDLING)}
    counts = [found.get(band, 0) for band in BANDS]
    times = {m.metric: m for m in look.measure("closed", "handling_median", "handling_slow")}
    if not sum(counts):
        return _("期内没有结案的事件，无法计算办理时长。")
    total, closed = sum(counts), times["closed"].numerator
    drawn = [
        bars.Bar(
            look.name_of(By.HANDLING, band),
            count,
            _("{count}件，{share}").format(
                count=numbers.whole(count), share=numbers.percent(numbers.share(count, total))
            )
            + _marks(times, band),
            f"<b>{look.name_of(By.HANDLING, band)}</b><br>{count:,} ÷ {total:,}",
            target=(By.HANDLING.value, band),
            own=band == own,
        )
        for band, count in zip(BANDS, counts, strict=True)
    ]
    day = numbers.half_up(Decimal(working_time.minutes_of_a_day()) / 60, 1).normalize()
    subtitle = _("期内结案{count}件，从上报到结案的工作时间；一个工作日{hours}小时").format(
        count=numbers.whole(total), hours=f"{day:f}"
    )
    if closed > total:
        subtitle += _("；另有{count}件结案早于上报，没有时长").format(count=numbers.whole(closed - total))
    return Panel(
        f"handling spread {own}",
        _("半数在{median}个工作小时内结案，九成在{slow}个工作小时内").format(
            median=_hours(times["handling_median"]), slow=_hours(times["handling_slow"])
        ),
        subtitle,
        bars.ranked(drawn, _("件"), keep_order=True),
        (
            Column(_("办理时长"), ColumnKind.TEXT, tuple(bar.name for bar in drawn)),
            Column(_("结案事件"), ColumnKind.COUNT, tuple(counts)),
            Column(_("占比"), ColumnKind.PERCENT, tuple(numbers.share(count, total) for count in counts)),
        ),
        ("closed", "handling_median", "handling_slow"),
        Drawing(DrawingKind.BAR, 0, (1,), _("件")),
        cell=lambda column, row: (
            look.figure_address("closed", only=(*look.only, (By.HANDLING, BANDS[row]))) if column else None
        ),
        clicks=True,
    )


def _marks(times: dict[str, Measured], band: str) -> str:
    """Which of the two times lies in this band."""
    ends = [days * working_time.minutes_of_a_day() for days in HANDLING_DAYS]
    words = ""
    for name, text in (("handling_median", _("  ◀ 中位数")), ("handling_slow", _("  ◀ 90分位"))):
        minutes = times[name].minutes
        if minutes is not None and band == str(sum(minutes > end for end in ends)):
            words += text
    return words


def handled(by: By, band: str) -> Build:
    """How long handling takes part by part, or where the cases of the one band lie that is chosen."""
    return _in_band(by) if band else _times(by)


def _in_band(by: By) -> Build:
    def build(look: Look, own: str) -> Panel | str:
        name = look.name_of(By.HANDLING, look.chosen(By.HANDLING))
        closed = {m.key: m.numerator for m in look.without(By.HANDLING).measure("closed", by=by)}
        found = [m for m in look.measure("closed", by=by) if m.numerator]
        if not found:
            return _("期内没有{band}结案的事件。").format(band=name)
        found.sort(key=lambda m: (-m.numerator, m.key))
        keys, total = [m.key for m in found], sum(m.numerator for m in found)
        look.know(by, keys)
        shares = [numbers.share(m.numerator, closed.get(m.key, 0)) for m in found]
        drawn = [
            bars.Bar(
                look.name_of(by, m.key),
                m.numerator,
                _("{count}件，占结案的{share}").format(
                    count=numbers.whole(m.numerator), share=numbers.percent(share)
                ),
                f"<b>{in_chart(look.name_of(by, m.key))}</b><br>{m.numerator:,} ÷ {closed.get(m.key, 0):,}",
                target=parts.part_of(look, by, m.key),
                own=bool(own) and m.key == own,
            )
            for m, share in zip(found[: parts.MOST], shares, strict=False)
        ]
        return Panel(
            f"handled in a band by {by.value} {own}",
            _("{band}结案的，{name}最多，{count}件").format(
                band=name, name=drawn[0].name, count=numbers.whole(found[0].numerator)
            ),
            _("期内{band}结案的共{count}件").format(band=name, count=numbers.whole(total)),
            bars.ranked(drawn, _("件"), keep_order=True),
            (
                Column(_(BY_WORDS[by]), ColumnKind.TEXT, tuple(look.name_of(by, key) for key in keys)),
                Column(_("结案事件"), ColumnKind.COUNT, tuple(m.numerator for m in found)),
                Column(_("占比"), ColumnKind.PERCENT, tuple(shares)),
            ),
            ("closed",),
            Drawing(DrawingKind.BAR, 0, (1,), _("件")),
            cell=parts.cells_by_part(look, by, keys, {1: "closed", 2: "closed"}),
            clicks=True,
        )

    return build


def _times(by: By) -> Build:
    """Half of the cases and nine tenths of them, part by part, the slowest first."""

    def build(look: Look, own: str) -> Panel | str:
        found = {(m.metric, m.key): m for m in look.measure("handling_median", "handling_slow", by=by)}
        medians = [
            m for (name, _key), m in found.items() if name == "handling_median" and m.value is not None
        ]
        medians = parts.of_level(look, by, medians)
        if not medians:
            return _("期内没有结案的事件，无法计算办理时长。")
        medians.sort(key=lambda m: (m.small_base, -(m.value or 0), m.key))
        slow = {m.key: found["handling_slow", m.key] for m in medians}
        look.know(by, [m.key for m in medians])
        drawn = [
            bars.Bar(
                look.name_of(by, m.key),
                float(slow[m.key].value or 0),
                f"{m.value} / {slow[m.key].value}  ({numbers.whole(m.numerator)})",
                parts.hover(look.name_of(by, m.key), m, slow[m.key]),
                m.small_base,
                parts.part_of(look, by, m.key),
                own=bool(own) and m.key == own,
                color=PALE[charts.theme()],
            )
            for m in medians[: parts.MOST]
        ]
        figure = bars.ranked(drawn, _("工作小时"), keep_order=True)
        bars.in_front(figure, [float(m.value or 0) for m in medians[: parts.MOST]])
        firm = [m for m in medians if not m.small_base]
        title = _("办理时长：各部分结案都少，不作比较")
        if firm:
            title = _("{name}最慢，半数需要{value}个工作小时以上").format(
                name=look.name_of(by, firm[0].key), value=firm[0].value
            )
        return Panel(
            f"handling by {by.value} {own}",
            title,
            _("深色到中位数，浅色到90分位；括号里是结案件数，颜色变淡的不足30件"),
            figure,
            (
                Column(_(BY_WORDS[by]), ColumnKind.TEXT, tuple(look.name_of(by, m.key) for m in medians)),
                Column(_("办理时长中位数"), ColumnKind.HOURS, tuple(m.value for m in medians)),
                Column(_("办理时长90分位"), ColumnKind.HOURS, tuple(slow[m.key].value for m in medians)),
                Column(_("结案事件"), ColumnKind.COUNT, tuple(m.numerator for m in medians)),
            ),
            ("handling_median", "handling_slow"),
            Drawing(DrawingKind.BAR, 0, (1, 2), _("工作小时")),
            cell=parts.cells_by_part(
                look, by, [m.key for m in medians], {1: "handling_median", 2: "handling_slow", 3: "closed"}
            ),
            clicks=True,
        )

    return build
