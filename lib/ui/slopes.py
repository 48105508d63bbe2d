"""Lines from then to now: who rose, who fell, and by how much. Both ends carry words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.ui.charts import INK, OTHER, layout_of, line_colors, theme
from lib.ui.drawn import Drawn
from lib.ui.lettering import width_of
from lib.ui.plain import in_chart

LEAST = 18  # pixels from one label to the next
LEADER = 0.035  # how far a label stands from its point, in the width of the chart
COLORS = {
    "light": {"better": "#2b78c5", "worse": "#c8322b", "same": OTHER},
    "dark": {"better": "#6fb1f2", "worse": "#f0766e", "same": OTHER},
}


@dataclass(frozen=True)
class Slope:
    """`mood` is better, worse or same; `before_words` and `now_words` stand at the ends."""

    then: float
    now: float
    mood: str
    before_words: str
    now_words: str
    hover: str
    target: tuple[str, str] = ("", "")


def apart(values: Sequence[float], least: float) -> list[float]:
    """Places for labels as near to their values as can be with `least` between them, in the same order.

    Neighbors that would overlap are moved together, as little as possible in all.
    """
    order = sorted(range(len(values)), key=lambda n: values[n])
    # Each group: where its first label stands, and how many follow.
    groups: list[tuple[float, int]] = []
    for n in order:
        groups.append((values[n], 1))
        while len(groups) > 1 and groups[-1][0] < groups[-2][0] + groups[-2][1] * least:
            (low, few), (high, more) = groups[-2], groups[-1]
            start = (few * low + more * (high - few * least)) / (few + more)
            groups[-2:] = [(start, few + more)]
    places = [start + step * least for start, size in groups for step in range(size)]
    found = dict(zip(order, places, strict=True))
    return [found[n] for n in range(len(values))]


def slopes(lines: Sequence[Slope], then: str, now: str, height: int = 460) -> Drawn:
    """`then` and `now` are the words over the two ends."""
    ends = [end for line in lines for end in (line.then, line.now)]
    spread = (max(ends) - min(ends)) or 1.0 if ends else 1.0
    inner = height - 70
    least = spread * LEAST / max(inner - 2 * LEAST, 1)
    left, right = apart([line.then for line in lines], least), apart([line.now for line in lines], least)
    widest = [
        max((width_of(words) for words in all_words), default=0)
        for all_words in ([line.before_words for line in lines], [line.now_words for line in lines])
    ]
    layout = layout_of(height=height, margin={"l": widest[0] + 12, "r": widest[1] + 12, "t": 34, "b": 16})
    ink, colors = INK[theme()], COLORS[theme()]
    places = [*ends, *left, *right]
    hidden = {"visible": False, "fixedrange": True}
    layout["xaxis"] = {**hidden, "range": [-LEADER, 1 + LEADER]}
    layout["yaxis"] = {**hidden, "range": [min(places) - least, max(places) + least]} if places else hidden
    layout["showlegend"] = False
    layout["annotations"] = [
        {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6, "showarrow": False,
         "text": f"<b>{in_chart(words)}</b>", "font": {"size": 13, "color": ink}}
        for x, words in ((0, then), (1, now))
    ]  # fmt: skip
    data: list[dict[str, Any]] = []
    for line, low, high in zip(lines, left, right, strict=True):
        color = colors[line.mood]
        data.append(_line(line, color))
        for x, value, place, words, anchor in (
            (0, line.then, low, line.before_words, "right"),
            (1, line.now, high, line.now_words, "left"),
        ):
            end = -LEADER if x == 0 else 1 + LEADER
            data.append(_leader((x, value), (end, place)))
            layout["annotations"].append(
                {"x": end, "y": place, "xanchor": anchor, "text": in_chart(words), "showarrow": False,
                 "font": {"size": 13, "color": ink if line.mood == "same" else color}}
            )  # fmt: skip
    return Drawn(data, layout)


def _line(line: Slope, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [line.then, line.now],
        "text": [line.hover, line.hover],
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [list(line.target)] * 2,
        "line": {"color": color, "width": 1.6 if line.mood == "same" else 2.4},
        "marker": {"size": 8, "color": color},
    }


def _leader(start: tuple[float, float], end: tuple[float, float]) -> dict[str, Any]:
    """From a point to its label, where that had to move."""
    return {
        "type": "scatter", "mode": "lines", "x": [start[0], end[0]], "y": [start[1], end[1]],
        "line": {"color": line_colors()[1], "width": 0.8}, "opacity": 0.6, "hoverinfo": "skip",
    }  # fmt: skip
