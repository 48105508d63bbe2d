"""Ranked dots, each with the band that chance alone could move it in, beside the value of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.ui.bars import Bar
from lib.ui.charts import INK, OTHER, axis, layout_of, line_colors, theme
from lib.ui.drawn import Drawn
from lib.ui.lettering import width_of
from lib.ui.plain import in_chart

ROW = 26  # pixels


def ranked(
    dots: Sequence[Bar], unit: str, whole: tuple[float, str] | None = None, percent: bool = False
) -> Drawn:
    """In the given order from top to bottom; a dot need not begin at zero, so small differences show.

    Places stand by number, because names repeat. What rests on a small base is an open dot in grey.
    """
    count = len(dots)
    right = max((width_of(dot.words) for dot in dots), default=0)
    layout = layout_of(height=max(150, ROW * count + 84), margin={"l": 8, "r": right + 18, "t": 30, "b": 44})
    axis(
        layout, "yaxis", tickmode="array", tickvals=list(range(count)), range=[count - 0.4, -0.6],
        ticktext=[_label(dot) for dot in dots], ticksuffix="  ", zeroline=False, showgrid=False,
    )  # fmt: skip
    axis(layout, "xaxis", title=unit, range=_range(dots, whole, percent), zeroline=False)
    layout["showlegend"] = False
    ink = INK[theme()]
    layout["annotations"] = [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": place, "showarrow": False,
            "text": in_chart(dot.words), "font": {"size": 13, "color": OTHER if dot.faded else ink},
        }
        for place, dot in enumerate(dots)
    ]  # fmt: skip
    if whole is not None:
        _line(layout, whole)
    data = [
        _trace([(place, dot) for place, dot in enumerate(dots) if dot.faded is faded], faded)
        for faded in (True, False)
    ]
    return Drawn(data, layout)


def _label(dot: Bar) -> str:
    name = in_chart(dot.name)
    return f"<b>{name}</b>" if dot.own else name


def _trace(dots: list[tuple[int, Bar]], faded: bool) -> dict[str, Any]:
    color = OTHER if faded else line_colors()[0]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [dot.value for _place, dot in dots],
        "y": [place for place, _dot in dots],
        "text": [dot.hover for _place, dot in dots],
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [list(dot.target) for _place, dot in dots],
        "marker": {
            "color": color,
            "opacity": 1,
            "size": [12 if dot.own else 9 for _place, dot in dots],
            "symbol": "circle-open" if faded else "circle",
            "line": {"width": 1.5, "color": color},
        },
    }
    if any(dot.band for _place, dot in dots):
        trace["error_x"] = {
            "type": "data", "symmetric": False, "color": color, "thickness": 1.2 if faded else 2, "width": 0,
            "array": [dot.band[1] - dot.value if dot.band else 0 for _place, dot in dots],
            "arrayminus": [dot.value - dot.band[0] if dot.band else 0 for _place, dot in dots],
        }  # fmt: skip
    return trace


def _range(dots: Sequence[Bar], whole: tuple[float, str] | None, percent: bool) -> list[float]:
    """What firm bands and all values need; the wide bands of small bases are cut."""
    ends = [dot.value for dot in dots] + [end for dot in dots if not dot.faded for end in dot.band or ()]
    ends += [whole[0]] if whole else []
    if not ends:
        return [0, 100 if percent else 1]
    room = (max(ends) - min(ends)) * 0.06 or 1
    low, high = max(min(ends) - room, 0 - room / 4), max(ends) + room
    return [low, min(high, 100 + room / 4)] if percent else [low, high]


def _line(layout: dict[str, Any], whole: tuple[float, str]) -> None:
    color = line_colors()[2]
    layout["shapes"] = [
        {"type": "line", "x0": whole[0], "x1": whole[0], "y0": 0, "y1": 1, "yref": "paper",
         "layer": "below", "line": {"color": color, "width": 2, "dash": "dot"}}
    ]  # fmt: skip
    layout["annotations"] = [
        *layout["annotations"],
        {"x": whole[0], "y": 1, "yref": "paper", "yanchor": "bottom", "text": in_chart(whole[1]),
         "showarrow": False, "font": {"size": 13, "color": color}},
    ]  # fmt: skip
