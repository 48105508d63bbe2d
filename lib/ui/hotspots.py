"""Where the same comes up again and again: pairs of a grid and a category, grids, and single matters."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.access.permissions import Permission
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.comparison import Against
from lib.metrics.dimensions import BY_WORDS, By
from lib.metrics.hotspots import Hotspot, rising_words
from lib.metrics.queries import hotspots, repeated_matters
from lib.ui import bars, parts
from lib.ui.cases import case_table
from lib.ui.charts import STATE_COLORS
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import escaped, in_chart

# How many the tables have, and how many the charts.
LISTED, DRAWN = 30, 15
MATTERS = 20


def pairs(look: Look) -> Panel | str:
    """The grids and categories with the most cases, and which of them are on the rise."""
    found = hotspots(look.session, look.code, look.period, look.moment, look.only, LISTED)
    if not found:
        return _("期内没有落到网格的事件，无法判断热点")
    pair = _("{grid}：{category}")
    names = [pair.format(grid=spot.grid, category=spot.category) for spot in found]
    first, rising = found[0], sum(spot.rising for spot in found)
    title = _("{grid}的{category}最多，{count}件").format(
        grid=first.grid, category=first.category, count=numbers.whole(first.count)
    )
    words = _("{finding}；前{all}个热点中有{rising}个升温") if rising else _("{finding}；没有热点升温")
    if first.usual is None:
        words = _("{finding}；此前的记录不足，不判断是否升温")
    drawn = [
        bars.Bar(
            name,
            spot.count,
            _beside(spot),
            _hover(name, spot),
            target=(By.GRID.value, spot.grid_key),
            color=STATE_COLORS["soon"] if spot.rising else "",
        )
        for name, spot in zip(names[:DRAWN], found, strict=False)
    ]
    return Panel(
        "hotspots",
        words.format(finding=title, all=len(found), rising=rising),
        _("同一网格、同一类别的接报事件，只算落到网格的；{rule}").format(rule=rising_words()),
        bars.ranked(drawn, _("件"), keep_order=True),
        _pair_columns(found),
        ("received", "repeat"),
        Drawing(DrawingKind.BAR, 0, (2,), _("件")),
        cell=_pair_cells(look, found),
        clicks=True,
    )


def _beside(spot: Hotspot) -> str:
    """Next to a bar: what the bar itself does not say."""
    words = [_("{count}件").format(count=numbers.whole(spot.count))]
    if spot.repeats:
        words.append(_("重复{count}").format(count=numbers.whole(spot.repeats)))
    if spot.before is not None:
        words.append(_("上期{count}").format(count=numbers.whole(spot.before)))
    if spot.rising:
        words.append(_("升温"))
    return " · ".join(words)


def _hover(name: str, spot: Hotspot) -> str:
    lines = [f"<b>{in_chart(name)}</b>", _("接报{count}件").format(count=numbers.whole(spot.count))]
    lines.append(_("其中重复{count}件").format(count=numbers.whole(spot.repeats)))
    if spot.before is not None:
        before = _("上期{count}件").format(count=numbers.whole(spot.before))
        lines.append(f"{before} {numbers.change(spot.count, spot.before)}".rstrip())
    if spot.usual is not None:
        lines.append(_("平时{count}件").format(count=_usual(spot)))
    return "<br>".join(lines)


def _usual(spot: Hotspot) -> float | None:
    return None if spot.usual is None else round(float(spot.usual), 1)


def _pair_columns(found: tuple[Hotspot, ...]) -> tuple[Column, ...]:
    before = [spot.before for spot in found]
    changes = [
        None if spot.before is None else numbers.share(spot.count - spot.before, spot.before)
        for spot in found
    ]
    return (
        Column(_("网格"), ColumnKind.TEXT, tuple(spot.grid for spot in found)),
        Column(_("类别"), ColumnKind.TEXT, tuple(spot.category for spot in found)),
        Column(_("接报事件"), ColumnKind.COUNT, tuple(spot.count for spot in found)),
        Column(_("其中重复"), ColumnKind.COUNT, tuple(spot.repeats for spot in found)),
        Column(_("上期"), ColumnKind.COUNT, tuple(before)),
        Column(_("环比"), ColumnKind.PERCENT, tuple(changes)),
        Column(_("平时（此前三期平均）"), ColumnKind.DECIMAL, tuple(_usual(spot) for spot in found)),
        Column(_("升温"), ColumnKind.TEXT, tuple(_("升温") if spot.rising else "" for spot in found)),
    )


def _pair_cells(look: Look, found: tuple[Hotspot, ...]) -> Callable[[int, int], dict[str, str] | None]:
    """The counts lead to their cases; those of the period before only where it is read as a whole."""
    before = Against.of(look.period, look.moment).before
    metrics = {2: ("received", look.period), 3: ("repeat", look.period)}
    if not look.running:
        metrics[4] = ("received", before)
    kept = tuple(pair for pair in look.only if pair[0] not in (By.GRID, By.CATEGORY))

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column not in metrics:
            return None
        name, period = metrics[column]
        own = ((By.GRID, found[row].grid_key), (By.CATEGORY, found[row].category_code))
        return look.figure_address(name, only=(*kept, *own), period=period)

    return cell


def grids(look: Look, own: str) -> Panel | str:
    """The grids with the most cases, whatever they are about."""
    found = {(m.metric, m.key): m for m in look.measure("received", "repeat", by=By.GRID)}
    received = [m for (name, _key), m in found.items() if name == "received"]
    placed = sorted((m for m in received if m.key), key=lambda m: (-m.numerator, int(m.key)))[:LISTED]
    if not placed:
        return _("期内没有落到网格的事件，无法判断热点")
    nowhere = sum(m.numerator for m in received if not m.key)
    keys = [m.key for m in placed]
    look.know(By.GRID, keys)
    names = [look.name_of(By.GRID, key) for key in keys]
    repeats = [found["repeat", key] for key in keys]
    drawn = [
        bars.Bar(
            name,
            m.numerator,
            _("{count}件").format(count=numbers.whole(m.numerator)),
            f"<b>{in_chart(name)}</b><br>{parts.sums(m)}<br>{_(again.of.words)} {parts.sums(again)}",
            target=(By.GRID.value, m.key),
            own=m.key == own,
        )
        for name, m, again in zip(names[:DRAWN], placed, repeats, strict=False)
    ]
    subtitle = _("各网格接报的事件，取最多的{count}个；另有{nowhere}件没有落到网格")
    return Panel(
        f"grids with the most {own}",
        _("{name}接报最多，{count}件").format(name=names[0], count=numbers.whole(placed[0].numerator)),
        subtitle.format(count=len(drawn), nowhere=numbers.whole(nowhere)),
        bars.ranked(drawn, _("件"), keep_order=True),
        (
            Column(_("网格"), ColumnKind.TEXT, tuple(names)),
            Column(_("接报事件"), ColumnKind.COUNT, tuple(m.numerator for m in placed)),
            Column(_("其中重复"), ColumnKind.COUNT, tuple(m.numerator for m in repeats)),
            Column(_("重复率"), ColumnKind.PERCENT, tuple(m.value for m in repeats)),
        ),
        ("received", "repeat"),
        Drawing(DrawingKind.BAR, 0, (1,), _("件")),
        cell=parts.cells_by_part(look, By.GRID, keys, {1: "received", 2: "repeat", 3: "repeat"}),
        clicks=True,
    )


def repeat_rate(look: Look, by: By, own: str) -> Panel:
    """Which part hears the same again most often."""
    words = _("重复率 = 重复反映 ÷ 期内上报，按{part}；括号里是分母，横线是随机波动范围")
    title = words.format(part=_(BY_WORDS[by]))
    return parts.ranking(look, "repeat", by, title, lowest_first=False, own=own, dotted=True)


def kinds_of_rates(look: Look) -> tuple[By, By]:
    """By which places and by which kinds of matter: what is looked at is taken apart further."""
    finer = look.chosen(By.GROUP) or look.chosen(By.CATEGORY)
    return By.GRID if len(look.code) == 12 else By.CHILD, By.CATEGORY if finer else By.GROUP


def matters(look: Look) -> None:
    """The first reports of what was reported again most often, for those who may read cases."""
    if not look.page.viewer.may(Permission.READ_CASES):
        st.subheader(_("重复反映最多的事项"), anchor=False)
        st.caption(_("您的角色可以看数字，不能看事件清单。"))
        return
    found = repeated_matters(look.session, look.code, look.period, look.moment, look.only, MATTERS)
    if not found:
        st.subheader(_("重复反映最多的事项"), anchor=False)
        st.caption(_("期内没有重复反映的事项。"))
        return
    words = _("“{title}”重复反映最多，{count}次").format(
        title=found[0].first.title, count=numbers.whole(found[0].count)
    )
    st.subheader(escaped(words), anchor=False)
    st.caption(_("首次反映的事件，按本期重复反映次数排列；首次反映可能早于本期"))
    case_table(
        [one.first for one in found],
        look.page.moment,
        key=f"matters of {look.words}",
        more={
            _("重复反映次数"): [one.count for one in found],
            _("最近一次"): [numbers.table_moment(one.last_at) for one in found],
        },
    )
