"""The page of the map: centers or grids colored by one metric, on their outlines or as rectangles."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from lib.centers.outlines import Outline
from lib.centers.queries import boundaries_of_children
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.metric import Metric, Unit
from lib.metrics.spelling import value_words
from lib.ui import charts, filters, maps, tiles
from lib.ui.drawn import Drawn
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.parts import cell_by_part, hover, part_of
from lib.ui.plain import in_chart

CLASSES = 5
COLORS = {
    # From little to much, each apart from the next and with words readable on it.
    "light": ("#dbe8f5", "#aacbe8", "#6fa5d6", "#2f78bd", "#0b4f94"),
    "dark": ("#1d2c3a", "#24486b", "#2b6aa5", "#5b9bd8", "#a9d2f7"),
}
EMPTY = "#8793a0"
MOST_TILES = 160
KINDS = {
    Unit.CASES: ColumnKind.COUNT,
    Unit.EACH: ColumnKind.DECIMAL,
    Unit.HOURS: ColumnKind.HOURS,
    Unit.PERCENT: ColumnKind.PERCENT,
}


def choose_metric(default: str = "on_time") -> Metric:
    words = {name: _(metric.words) for name, metric in METRICS.items() if not metric.about_quality}
    return METRICS[filters.choice("metric", _("指标"), words, default)]


def levels(look: Look) -> dict[str, str]:
    """What can be drawn below this center."""
    words = {By.COUNTY: _("县区"), By.TOWN: _("镇街"), By.VILLAGE: _("村社"), By.GRID: _("网格")}
    start = {4: 0, 6: 1, 9: 2, 12: 3}.get(len(look.code), 3)
    return {by.value: text for by, text in list(words.items())[start:]}


def bounds(values: list[Decimal]) -> list[Decimal]:
    """The upper ends of the classes: equally wide between the least and the most."""
    low, high = min(values), max(values)
    return [low + (high - low) * n / CLASSES for n in range(1, CLASSES + 1)]


def field(look: Look, metric: Metric, by: By) -> Panel:
    """Each part colored by the metric; the table below has all of them."""
    found = {
        m.key: m for m in look.measure(metric.name, by=by) if len(m.key) > len(look.code) or by is By.GRID
    }
    if by is not By.GRID and by.value == next(iter(levels(look)), ""):
        for child in look.card.children:
            found.setdefault(child.code, Measured(metric.name, child.code, 0, 0 if metric.has_base else None))
    sizes = {m.key: m.numerator for m in look.measure("received", by=by)}
    keys = sorted(found, key=lambda key: -sizes.get(key, 0))
    keys = [key for key in keys if key]
    look.know(by, keys)
    shown = keys[:MOST_TILES]
    known = _outlines(look, by, shown)
    outlines = known or tiles.tiles({key: float(sizes.get(key, 0)) for key in shown})
    firm = [m.value for m in found.values() if m.value is not None and not m.small_base]
    ends = bounds(firm) if firm else []
    shades = {key: _shade(look, by, found[key], ends) for key in shown}
    return Panel(
        f"map of {by.value}",
        _title(look, metric, by, found),
        _("{metric} = {formula}").format(metric=_(metric.words), formula=_(metric.formula)),
        maps.outline_map(outlines, shades, None, width=tiles.PIXELS, stretched=not known),
        _columns(look, metric, by, [found[key] for key in keys]),
        (metric.name,),
        Drawing(DrawingKind.BAR, 0, (1,), _(metric.words)) if firm else None,
        cell=cell_by_part(look, metric.name, by, keys),
        clicks=True,
        wide=True,
    )


def _outlines(look: Look, by: By, shown: list[str]) -> tuple[Outline, ...]:
    """The outlines of the children, when there is one for each."""
    if by is By.GRID or by.value != next(iter(levels(look)), ""):
        return ()
    known = [one for one in boundaries_of_children(look.session, look.code) if one.center_code in shown]
    return tuple(known) if known and len(known) == len(shown) else ()


def _class(value: Decimal, ends: list[Decimal]) -> int:
    return next((n for n, end in enumerate(ends) if value <= end), CLASSES - 1)


def _shade(look: Look, by: By, measured: Measured, ends: list[Decimal]) -> maps.Shade:
    name = look.name_of(by, measured.key)
    words = value_words(measured, with_unit=False)
    color = EMPTY
    if measured.value is not None and ends and not measured.small_base:
        color = COLORS[charts.theme()][_class(measured.value, ends)]
    elif measured.small_base:
        words += "<br>" + _("基数小")
    return maps.Shade(in_chart(name), color, words, hover(name, measured), part_of(look, by, measured.key))


def _title(look: Look, metric: Metric, by: By, found: dict[str, Measured]) -> str:
    """Who has the most and who the least; small bases are no finding."""
    firm = [m for m in found.values() if m.value is not None and not m.small_base]
    if len(firm) < 2:
        return _("{metric}：没有可比较的部分").format(metric=_(metric.words))
    most, least = max(firm, key=lambda m: m.value or 0), min(firm, key=lambda m: m.value or 0)
    return _("{metric}：{most}最高{most_value}，{least}最低{least_value}").format(
        metric=_(metric.words),
        most=look.name_of(by, most.key),
        most_value=value_words(most, with_unit=False),
        least=look.name_of(by, least.key),
        least_value=value_words(least, with_unit=False),
    )


def _columns(look: Look, metric: Metric, by: By, rows: list[Measured]) -> tuple[Column, ...]:
    columns = [
        Column(_("名称"), ColumnKind.TEXT, tuple(look.name_of(by, m.key) for m in rows)),
        Column(_(metric.words), KINDS[metric.unit], tuple(m.value for m in rows)),
    ]
    if metric.has_base:
        columns += [
            Column(_("分子"), ColumnKind.COUNT, tuple(m.numerator for m in rows)),
            Column(_("分母"), ColumnKind.COUNT, tuple(m.denominator or 0 for m in rows)),
        ]
    return tuple(columns)


def legend(look: Look, metric: Metric, by: By) -> None:
    """What the colors mean, in words and numbers."""
    found = [m for m in look.measure(metric.name, by=by) if m.value is not None and not m.small_base]
    if not found:
        return
    ends = bounds([m.value for m in found if m.value is not None])
    low = min(m.value for m in found if m.value is not None)
    edges = [low, *ends]
    unit = "%" if metric.unit is Unit.PERCENT else ""
    labels = [f"{edges[n]:.1f}–{edges[n + 1]:.1f}{unit}" for n in range(CLASSES)]
    if metric.unit is Unit.CASES:
        labels = [f"{edges[n]:,.0f}–{edges[n + 1]:,.0f}" for n in range(CLASSES)]
    st.plotly_chart(
        _legend_bar(labels), key=f"legend {metric.name} {by.value}", config=charts.CONFIG_QUIET,
        alt=_("颜色从浅到深：{labels}").format(labels=" · ".join(labels)),
    )  # fmt: skip
    st.caption(_("从左到右数值由小到大；灰色是没有到期、没有数据或基数小。方块的面积是接报量。"))


def _legend_bar(labels: list[str]) -> Drawn:
    colors = COLORS[charts.theme()]
    layout = charts.layout_of(height=34, margin={"l": 6, "r": 6, "t": 0, "b": 0})
    hidden = {"visible": False, "fixedrange": True}
    return Drawn(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": [1] * CLASSES,
                "y": [""] * CLASSES,
                "text": labels,
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textfont": {"color": [charts.ink_on(color) for color in colors], "size": 12},
                "marker": {"color": list(colors)},
                "hoverinfo": "skip",
            }
        ],
        layout | {"barmode": "stack", "xaxis": hidden, "yaxis": hidden, "bargap": 0},
    )
