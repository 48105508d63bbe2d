"""Charts over time: bars for counts, lines for rates, each line named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.i18n import _
from lib.ui.charts import ACCENT, OTHER, PARTS, axis, layout_of, line_colors, periods, theme
from lib.ui.drawn import Drawn
from lib.ui.lettering import width_of
from lib.ui.plain import in_chart
from lib.ui.slopes import apart


@dataclass(frozen=True)
class Line:
    """One series. `targets` are what a click on each point narrows to (see `panel.Panel.clicks`)."""

    name: str
    keys: Sequence[str]
    values: Sequence[float | int | None]
    hover: Sequence[str]
    targets: Sequence[tuple[str, str]] = ()
    # Beside the others, such as last year's or everything else.
    muted: bool = False
    small: Sequence[bool] = field(default=())


def _data(line: Line) -> dict[str, Any]:
    targets = line.targets or [("", "")] * len(line.keys)
    return {
        "name": in_chart(line.name),
        "x": list(line.keys),
        "y": list(line.values),
        "text": list(line.hover),
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [list(target) for target in targets],
    }


def bars(line: Line, unit: str, unfinished: str = "", height: int = 320, beside: Line | None = None) -> Drawn:
    """Counts from zero; the running period is hatched, because it is not over. `beside` is a line of
    steps over the bars, such as the same days of last year."""
    pattern = ["/" if key == unfinished else "" for key in line.keys]
    layout = layout_of(height=height, margin={"l": 48, "r": 24, "t": 8, "b": 40})
    axis(layout, "yaxis", title=unit, rangemode="tozero", tickformat=",d")
    values = [*line.values, *(beside.values if beside else ())]
    if max((value or 0 for value in values), default=0) < 5:
        layout["yaxis"]["dtick"] = 1  # there is no half case
    periods(layout, line.keys)
    data = [
        _data(line)
        | {
            "type": "bar",
            "textposition": "none",
            "marker": {"color": ACCENT, "pattern": {"shape": pattern}},
        }
    ]
    if beside is not None:
        steps = {"color": OTHER, "width": 2, "shape": "hvh"}
        data.append(_data(beside) | {"type": "scatter", "mode": "lines", "line": steps})
        layout["legend"] = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
        layout["showlegend"] = True
        layout["margin"]["t"] = 36
    return Drawn(data, layout)


def lines(
    series: Sequence[Line],
    unit: str,
    height: int = 320,
    target: tuple[float, str] | None = None,
    from_zero: bool = False,
    unfinished: str = "",
) -> Drawn:
    """Lines by period. `target` is a thin line with its words; a small base is an open point; the ground
    of a period that is not over is shaded."""
    colors = line_colors() if len(series) <= 3 else list(PARTS[theme()])
    data: list[dict[str, Any]] = []
    ends: list[tuple[str, float, str, str]] = []
    for line, color in zip(series, colors, strict=False):
        own = OTHER if line.muted else color
        open_points = [bool(small) for small in line.small] or [False] * len(line.keys)
        data.append(
            _data(line)
            | {
                "type": "scatter",
                "mode": "lines+markers",
                "line": {"color": own, "width": 1.5 if line.muted else 2.5},
                "marker": {
                    "size": 5 if line.muted else 6,
                    "symbol": ["circle-open" if small else "circle" for small in open_points],
                },
            }
        )
        last = next((i for i in range(len(line.values) - 1, -1, -1) if line.values[i] is not None), None)
        if last is not None and len(series) > 1:
            ends.append((str(line.keys[last]), float(line.values[last] or 0), line.name, own))
    layout = layout_of(height=height, margin={"l": 48, "r": 24, "t": 8, "b": 40})
    axis(layout, "yaxis", title=unit, rangemode="tozero" if from_zero else "normal")
    periods(layout, series[0].keys if series else (), 4 if ends else 6)
    # A range of its own keeps the names at the ends in the margin instead of in the plot.
    layout["xaxis"]["range"] = [-0.6, len(series[0].keys if series else ()) - 0.4]
    layout["showlegend"] = False
    layout["annotations"] = _named_at_the_end(ends, series, height, from_zero)
    layout["margin"]["r"] = 24 + max((_width(name) for _key, _value, name, _color in ends), default=0)
    if target is not None:
        _target(layout, target)
    if series and unfinished in series[0].keys:
        _not_over(layout, list(series[0].keys).index(unfinished))
    return Drawn(data, layout)


def stacked(series: Sequence[tuple[Line, str]], unit: str, unfinished: str = "", height: int = 320) -> Drawn:
    """Each line a part of its color, the first at the bottom; the running period is hatched."""
    layout = layout_of(height=height, margin={"l": 48, "r": 24, "t": 36, "b": 40})
    layout |= {"barmode": "stack", "bargap": 0.2, "showlegend": True}
    layout["legend"] = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    axis(layout, "yaxis", title=unit, rangemode="tozero")
    keys = series[0][0].keys if series else ()
    periods(layout, keys)
    pattern = {
        "shape": ["/" if key == unfinished else "" for key in keys],
        "fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.7, "solidity": 0.3,
    }  # fmt: skip
    data = [
        _data(line) | {"type": "bar", "textposition": "none", "marker": {"color": color, "pattern": pattern}}
        for line, color in series
    ]
    return Drawn(data, layout)


def _not_over(layout: dict[str, Any], number: int) -> None:
    color = "#b9c4cf" if theme() == "dark" else "#5d6f82"
    layout["shapes"] = [
        *layout.get("shapes", []),
        {"type": "rect", "x0": number - 0.5, "x1": number + 0.5, "yref": "paper", "y0": 0, "y1": 1,
         "fillcolor": color, "opacity": 0.14, "line": {"width": 0}, "layer": "below"},
    ]  # fmt: skip
    layout["annotations"] = [
        *layout.get("annotations", []),
        {"x": number, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": _("未完"),
         "font": {"size": 12, "color": color}},
    ]  # fmt: skip
    layout["margin"]["t"] = max(layout["margin"]["t"], 24)


def _width(name: str) -> int:
    """About how many pixels words of size 13 take."""
    return 14 + width_of(name)


def _named_at_the_end(
    ends: list[tuple[str, float, str, str]], series: Sequence[Line], height: int, from_zero: bool
) -> list[dict[str, Any]]:
    """Names beside the last points, pushed apart where the lines end close together."""
    values = [float(v) for line in series for v in line.values if v is not None]
    least = 0.0 if from_zero else min(values, default=0.0)
    spread = (max(values, default=0.0) - least) or 1.0
    # plotly leaves a little room above the highest point.
    places = apart([end[1] for end in ends], spread * 1.06 * 18 / max(height - 60, 1))
    return [
        {
            "x": key, "y": place, "text": in_chart(name), "showarrow": False, "xanchor": "left",
            "xshift": 10, "font": {"color": color, "size": 13},
        }
        for (key, _value, name, color), place in zip(ends, places, strict=True)
    ]  # fmt: skip


def _target(layout: dict[str, Any], target: tuple[float, str]) -> None:
    color = "#b9c4cf" if theme() == "dark" else "#5d6f82"
    layout["shapes"] = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target[0], "y1": target[0],
         "line": {"color": color, "width": 1, "dash": "dot"}}
    ]  # fmt: skip
    layout["annotations"] = [
        *layout.get("annotations", []),
        {"xref": "paper", "x": 0, "y": target[0], "yanchor": "bottom", "xanchor": "left", "showarrow": False,
         "text": in_chart(target[1]), "font": {"size": 12, "color": color}},
    ]  # fmt: skip
