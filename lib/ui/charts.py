"""Charts as plain Plotly dictionaries: the title says the finding, states carry color and a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lib.ui.plain import escaped, in_chart

# Readable on white and on the dark ground, and apart from each other for the color-blind.
STATE_COLORS = {
    "blocked": "#c8322b",
    "soon": "#a86000",
    "normal": "#2b78c5",
    "done": "#527566",
    "unknown": "#6b7785",
}
GRID_COLORS = {"red": "#d1352b", "yellow": "#e0a100", "blue": "#2b78c5"}
ACCENT, MUTED = "#2b78c5", "#5d6f82"
CONFIG_QUIET = {"displayModeBar": False}


@dataclass(frozen=True)
class Tile:
    """One rectangle of a treemap."""

    code: str
    name: str
    size: int
    color: str
    words: str
    hover: str


def _ink_on(color: str) -> str:
    """White where it can be read, dark on the bright yellow."""
    return "#1b2733" if color == GRID_COLORS["yellow"] else "#ffffff"


def treemap(tiles: Sequence[Tile]) -> go.Figure:
    """Areas by size, colors by state; the words repeat the state for those who see no color."""
    return go.Figure(
        {
            "data": [
                {
                    "type": "treemap",
                    "labels": [tile.name for tile in tiles],
                    "ids": [tile.code for tile in tiles],
                    "parents": [""] * len(tiles),
                    "values": [max(tile.size, 1) for tile in tiles],
                    "text": [tile.words for tile in tiles],
                    "customdata": [tile.hover for tile in tiles],
                    "texttemplate": "%{label}<br>%{text}",
                    "hovertemplate": "%{customdata}<extra></extra>",
                    "marker": {
                        "colors": [tile.color for tile in tiles],
                        "line": {"width": 1, "color": "#ffffff"},
                    },
                    "textfont": {"color": [_ink_on(tile.color) for tile in tiles], "size": 14},
                    "tiling": {"pad": 2},
                    "pathbar": {"visible": False},
                }
            ],
            "layout": _layout(height=330, margin={"l": 0, "r": 0, "t": 4, "b": 0})
            # A name that does not fit is left to the hover and the table, never shrunk to dust.
            | {"uniformtext": {"minsize": 11, "mode": "hide"}},
        }
    )


def months(
    series: Sequence[tuple[str, Sequence[str], Sequence[float | None], Sequence[str]]], unit: str
) -> go.Figure:
    """Lines by month, each named at its end instead of in a legend."""
    colors = line_colors()
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for (name, keys, values, hover), color in zip(series, colors, strict=False):
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": list(keys),
                "y": list(values),
                "customdata": list(hover),
                "hovertemplate": "%{customdata}<extra></extra>",
                "line": {"color": color, "width": 2.5},
                "marker": {"size": 6},
            }
        )
        last = next((i for i in range(len(values) - 1, -1, -1) if values[i] is not None), None)
        if last is not None and len(series) > 1:
            notes.append(
                {
                    "x": keys[last],
                    "y": values[last],
                    "text": name,
                    "showarrow": False,
                    "xanchor": "left",
                    "xshift": 10,
                    "font": {"color": color, "size": 13},
                }
            )
    layout = _layout(height=340, margin={"l": 48, "r": 110 if notes else 24, "t": 8, "b": 40})
    layout |= {"annotations": notes, "showlegend": False}
    _axis(layout, "yaxis", title=unit, rangemode="normal")
    _axis(layout, "xaxis", type="category", nticks=13)
    return go.Figure({"data": data, "layout": layout})


def bars_by_month(
    keys: Sequence[str], values: Sequence[int], hover: Sequence[str], unit: str, running: str
) -> go.Figure:
    """Counts from zero; the running month is hatched, because it is not over."""
    pattern = ["/" if key == running else "" for key in keys]
    layout = _layout(height=340, margin={"l": 48, "r": 24, "t": 8, "b": 40})
    _axis(layout, "yaxis", title=unit, rangemode="tozero", tickformat=",d")
    _axis(layout, "xaxis", type="category", nticks=13)
    return go.Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "x": list(keys),
                    "y": list(values),
                    "customdata": list(hover),
                    "hovertemplate": "%{customdata}<extra></extra>",
                    "marker": {"color": ACCENT, "pattern": {"shape": pattern}},
                }
            ],
            "layout": layout,
        }
    )


@dataclass(frozen=True)
class Bar:
    """One bar; `words` stand beside or in it, a faded one rests on a small base."""

    name: str
    value: float
    words: str
    hover: str
    faded: bool = False


def ranked_bars(
    bars: Sequence[Bar],
    unit: str,
    line: tuple[float, str] | None = None,
    full: float | None = None,
) -> go.Figure:
    """Horizontal bars, largest on top, for names of any length.

    `line` is the value of the whole with its words; `full` the end of the scale where it is known.
    """
    ordered = sorted(bars, key=lambda bar: bar.value)
    layout = _layout(height=max(200, 30 * len(ordered) + 110), margin={"l": 8, "r": 64, "t": 30, "b": 40})
    layout["bargap"] = 0.3
    _axis(layout, "yaxis", type="category", ticksuffix="  ")
    _axis(layout, "xaxis", title=unit, rangemode="tozero")
    if full is not None:
        layout["xaxis"]["range"] = [0, full]
    if line is not None:
        layout["shapes"] = [
            {"type": "line", "x0": line[0], "x1": line[0], "y0": 0, "y1": 1, "yref": "paper",
             "line": {"color": line_colors()[2], "width": 2, "dash": "dot"}}
        ]  # fmt: skip
        layout["annotations"] = [
            {"x": line[0], "y": 1, "yref": "paper", "yanchor": "bottom", "text": line[1], "showarrow": False,
             "font": {"size": 13, "color": line_colors()[2]}}
        ]  # fmt: skip
    return go.Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": [bar.value for bar in ordered],
                    "y": [in_chart(bar.name) for bar in ordered],
                    "text": [bar.words for bar in ordered],
                    "textposition": "inside" if full is not None else "outside",
                    "insidetextanchor": "start",
                    "cliponaxis": False,
                    "customdata": [bar.hover for bar in ordered],
                    "hovertemplate": "%{customdata}<extra></extra>",
                    "marker": {"color": [MUTED if bar.faded else ACCENT for bar in ordered]},
                }
            ],
            "layout": layout,
        }
    )


def _axis(layout: dict[str, Any], name: str, *, title: str = "", **more: Any) -> None:
    axis = {**layout[name], "automargin": True, **more}
    if title:
        axis["title"] = {**axis["title"], "text": title}
    layout[name] = axis


def _layout(height: int, margin: dict[str, int]) -> dict[str, Any]:
    """Words in the theme's full ink: its default for axes is too faint to read from a projector."""
    ink = "#e8edf2" if st.context.theme.type == "dark" else "#1b2733"
    axis = {"tickfont": {"color": ink, "size": 12}, "title": {"font": {"color": ink}}}
    return {
        "height": height,
        "margin": margin,
        "dragmode": False,
        "hoverlabel": {"align": "left"},
        "font": {"color": ink},
        "xaxis": axis,
        "yaxis": axis,
    }


def line_colors() -> list[str]:
    """Up to three lines, readable on the ground of the reader's theme."""
    return (
        ["#6fb1f2", "#8fc2a9", "#f0b254"]
        if st.context.theme.type == "dark"
        else ["#2b78c5", "#47705d", "#a86000"]
    )


def draw(figure: go.Figure, title: str, key: str, alt: str = "") -> None:
    """The finding stands above the picture as words, so that it wraps on a narrow screen."""
    st.subheader(escaped(title), anchor=False)
    st.plotly_chart(figure, key=key, config=CONFIG_QUIET, alt=alt or title)
