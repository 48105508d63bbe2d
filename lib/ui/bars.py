"""Horizontal bars for parts with names of any length: ranked, or stacked from the parts of a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.ui.charts import ACCENT, INK, MUTED, axis, ink_on, layout_of, line_colors, theme
from lib.ui.drawn import Drawn
from lib.ui.lettering import apart, height_of, width_of
from lib.ui.plain import in_chart

FEW = 6  # up to here an axis of counts would be cut into halves
# Where each bar has an opacity of its own, Plotly fails at a click unless it is told how to show one.
CHOSEN: dict[str, Any] = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 0.5}}}
NARROW = 240  # pixels: the narrowest that a plot beside its names gets


@dataclass(frozen=True)
class Bar:
    """One bar; `words` stand beside or in it, a faded one rests on a small base."""

    name: str
    value: float
    words: str
    hover: str
    faded: bool = False
    # What a click narrows to, as `panel.Panel.clicks` has it.
    target: tuple[str, str] = ("", "")
    # Between which values chance alone could have moved it.
    band: tuple[float, float] | None = None
    # The viewer's own, or the one that is looked at.
    own: bool = False
    # What its state says, where it says one.
    color: str = ""


def ranked(
    bars: Sequence[Bar],
    unit: str,
    line: tuple[float, str] | None = None,
    full: float | None = None,
    keep_order: bool = False,
) -> Drawn:
    """The largest on top, unless the order says something itself.

    `line` is the value of the whole with its words; `full` the end of the scale where it is known.
    """
    shown = list(reversed(bars)) if keep_order else sorted(bars, key=lambda bar: bar.value)
    some_own = any(bar.own for bar in shown)

    def _aside(bar: Bar) -> bool:
        return some_own and not bar.own

    height = max(190, height_of([bar.name for bar in shown], 28) + 96)
    layout = layout_of(height=height, margin={"l": 8, "r": 64, "t": 28, "b": 40})
    layout["bargap"] = 0.3
    axis(layout, "yaxis", type="category", ticksuffix="  ")
    axis(layout, "xaxis", title=unit, rangemode="tozero", separatethousands=True)
    if full is not None:
        layout["xaxis"]["range"] = [0, full]
    if line is not None:
        _whole(layout, line)
    inside = full is not None
    if not inside:
        layout["margin"]["r"] = _room_for_words(shown)
        if max((bar.value for bar in shown), default=0) < FEW:
            layout["xaxis"]["dtick"] = 1
    data: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in shown],
        "y": apart([bar.name for bar in shown]),
        "text": [in_chart(bar.words) for bar in shown],
        "textposition": "inside" if inside else "outside",
        "insidetextanchor": "start",
        "textfont": {
            "color": ["#ffffff" if inside and not bar.faded else INK[theme()] for bar in shown],
            "size": 12,
        },
        "cliponaxis": False,
        "hovertext": [bar.hover for bar in shown],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [list(bar.target) for bar in shown],
        "marker": {
            "color": [bar.color or (MUTED if bar.faded or _aside(bar) else ACCENT) for bar in shown],
            "opacity": [0.65 if bar.faded or (bar.color and _aside(bar)) else 1.0 for bar in shown],
        },
        **CHOSEN,
    }
    if any(bar.band for bar in shown):
        data["error_x"] = _bands(shown)
    return Drawn([data], layout)


def _room_for_words(shown: Sequence[Bar]) -> int:
    """How much of the words beside the longest bars lies outside of the plot."""
    top = max((bar.value for bar in shown), default=0) or 1
    return max([24, *(int(width_of(bar.words, 12) + 20 - (1 - bar.value / top) * NARROW) for bar in shown)])


def in_front(figure: Drawn, values: Sequence[float]) -> None:
    """Lays narrower bars over those of a ranking, in the same order from top to bottom."""
    behind = figure.data[0]
    figure.layout.update(barmode="overlay", showlegend=False)
    figure.data.append(
        {
            "type": "bar",
            "orientation": "h",
            "x": list(reversed(values)),
            "y": behind["y"],
            "hovertext": behind["hovertext"],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "customdata": behind["customdata"],
            "marker": {"color": ACCENT, "opacity": behind["marker"]["opacity"]},
            **CHOSEN,
        }
    )


def _bands(shown: Sequence[Bar]) -> dict[str, Any]:
    high = [bar.band[1] - bar.value if bar.band else 0.0 for bar in shown]
    low = [bar.value - bar.band[0] if bar.band else 0.0 for bar in shown]
    return {
        "type": "data", "symmetric": False, "array": high, "arrayminus": low,
        "color": INK[theme()], "thickness": 1.5, "width": 4,
    }  # fmt: skip


def _whole(layout: dict[str, Any], line: tuple[float, str]) -> None:
    color = line_colors()[2]
    layout["shapes"] = [
        {"type": "line", "x0": line[0], "x1": line[0], "y0": 0, "y1": 1, "yref": "paper",
         "line": {"color": color, "width": 2, "dash": "dot"}}
    ]  # fmt: skip
    layout["annotations"] = [
        {"x": line[0], "y": 1, "yref": "paper", "yanchor": "bottom", "text": in_chart(line[1]),
         "showarrow": False, "font": {"size": 13, "color": color}}
    ]  # fmt: skip


@dataclass(frozen=True)
class Stack:
    """One bar of parts: by the part's key its size, its words and its hover."""

    name: str
    sizes: Mapping[str, float]
    words: Mapping[str, str]
    hover: Mapping[str, str]
    target: tuple[str, str] = ("", "")
    # What a click on one part narrows to, where that is not the same for the whole bar.
    targets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # Figures at the right of the bar.
    beside: str = ""
    faded: bool = False


def stacked(
    stacks: Sequence[Stack],
    parts: Sequence[tuple[str, str, str]],
    unit: str,
    full: float | None = None,
    beside: str = "",
    own: str = "",
) -> Drawn:
    """`parts` are key, name and color in the order in which they are laid; the first bar is on top.
    `beside` is the heading of what stands at the right of the bars; `own` the part that is looked at."""
    shown = list(reversed(stacks))
    height = max(200, height_of([stack.name for stack in shown], 32) + 130)
    layout = layout_of(height=height, margin={"l": 8, "r": 24, "t": 36, "b": 40})
    layout |= {"barmode": "stack", "bargap": 0.25, "showlegend": True}
    # What does not fit into its part is left to the hover and the table.
    layout["uniformtext"] = {"minsize": 11, "mode": "hide"}
    layout["legend"] = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    axis(layout, "yaxis", type="category", ticksuffix="  ")
    axis(layout, "xaxis", title=unit, rangemode="tozero")
    if full is not None:
        layout["xaxis"]["range"] = [0, full]
    if beside:
        _beside(layout, apart([stack.name for stack in shown]), [stack.beside for stack in shown], beside)
    names = apart([stack.name for stack in shown])

    def pale(stack: Stack, key: str) -> bool:
        return stack.faded or own not in ("", key)

    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": in_chart(name),
            "x": [stack.sizes.get(key, 0) for stack in shown],
            "y": names,
            "text": [in_chart(stack.words.get(key, "")) for stack in shown],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {
                "color": [INK[theme()] if pale(stack, key) else ink_on(color) for stack in shown],
                "size": 12,
            },
            "hovertext": [stack.hover.get(key, "") for stack in shown],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "customdata": [list(stack.targets.get(key, stack.target)) for stack in shown],
            "marker": {
                "color": color,
                "opacity": [0.5 if pale(stack, key) else 1.0 for stack in shown],
            },
            **CHOSEN,
        }
        for key, name, color in parts
    ]
    return Drawn(data, layout)


def _beside(layout: dict[str, Any], names: Sequence[str], words: Sequence[str], heading: str) -> None:
    """Right of the plot, one line for each bar, with their heading on top."""
    rows: list[tuple[dict[str, Any], str]] = [({"y": 1, "yref": "paper", "yanchor": "bottom"}, heading)]
    rows += [({"y": name}, text) for name, text in zip(names, words, strict=True)]
    layout["annotations"] = [
        {**place, "x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "text": in_chart(text),
         "showarrow": False, "align": "left", "font": {"size": 12}}
        for place, text in rows
    ]  # fmt: skip
    layout["margin"]["r"] = 24 + max(width_of(text, 12) for _place, text in rows)
