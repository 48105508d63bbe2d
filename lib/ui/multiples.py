"""Small charts of the same scale, one for each part: its own line strong, the whole muted behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.ui.charts import INK, OTHER, layout_of, line_colors, theme
from lib.ui.drawn import Drawn
from lib.ui.plain import in_chart

ACROSS, ROW = 4, 150  # small charts in a row, and the pixels of a row
GAP = 0.035  # between two charts, in the width of all
HEAD = 24  # pixels over each chart for its name


@dataclass(frozen=True)
class Small:
    """One part. `words` is its newest value; a small base is an open point."""

    name: str
    words: str
    values: Sequence[float | None]
    small: Sequence[bool]
    hover: Sequence[str]
    target: tuple[str, str] = ("", "")


def multiples(
    keys: Sequence[str],
    charts: Sequence[Small],
    whole: Sequence[float | None],
    unit: str,
    running: bool,
) -> Drawn:
    """`keys` are the periods; of a running one the line is dotted, because it is not over."""
    across = min(ACROSS, max(len(charts), 1))
    rows = max(-(-len(charts) // across), 1)
    height = rows * ROW + 30
    layout = layout_of(height=height, margin={"l": 44, "r": 16, "t": 8, "b": 24})
    base = layout.pop("xaxis")
    layout.pop("yaxis")
    layout["showlegend"] = False
    layout["annotations"] = []
    ends = [v for line in (whole, *(one.values for one in charts)) for v in line if v is not None]
    room = ((max(ends) - min(ends)) or 1) * 0.1 if ends else 1
    scale = [max(min(ends) - room, 0), max(ends) + room] if ends else [0, 1]
    data: list[dict[str, Any]] = []
    for number, one in enumerate(charts):
        row, column = divmod(number, across)
        last_row = row == rows - 1 or number + across >= len(charts)
        left = column / across + (GAP / 2 if column else 0)
        right = (column + 1) / across - (GAP / 2 if column < across - 1 else 0)
        top, bottom = 1 - row / rows - HEAD / height, 1 - (row + 1) / rows + 14 / height
        x, y = f"x{number + 1}", f"y{number + 1}"
        shared = {**base, "zeroline": False, "fixedrange": True}
        layout[f"xaxis{number + 1}"] = {
            **shared, "domain": [left, right], "anchor": y, "type": "category", "showgrid": False,
            "tickmode": "array", "tickangle": 0, "showticklabels": last_row,
            "tickvals": [keys[0], keys[-1]] if keys else [], "ticktext": _ends(keys),
            "tickfont": {**base["tickfont"], "size": 11}, "categoryarray": list(keys),
        }  # fmt: skip
        layout[f"yaxis{number + 1}"] = {
            **shared, "domain": [bottom, top], "anchor": x, "range": scale, "nticks": 3,
            "showticklabels": column == 0, "title": {"text": unit if not number else ""},
            "tickfont": {**base["tickfont"], "size": 11},
        }  # fmt: skip
        layout["annotations"].append(
            {"x": left, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
             "showarrow": False, "font": {"size": 13, "color": INK[theme()]},
             "text": f"<b>{in_chart(one.name)}</b> {in_chart(one.words)}"}
        )  # fmt: skip
        data += [_muted(keys, whole, x, y), *_own(keys, one, x, y, running)]
    return Drawn(data, layout)


def _ends(keys: Sequence[str]) -> list[str]:
    """The first and the last period, so that nothing runs into its neighbor."""
    return [in_chart(keys[0]), in_chart(keys[-1])] if keys else []


def _muted(keys: Sequence[str], whole: Sequence[float | None], x: str, y: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(keys), "y": list(whole), "xaxis": x, "yaxis": y,
        "line": {"color": OTHER, "width": 1.2}, "hoverinfo": "skip",
    }  # fmt: skip


def _own(keys: Sequence[str], one: Small, x: str, y: str, running: bool) -> list[dict[str, Any]]:
    color = line_colors()[0]
    over = len(keys) - 1 if running else len(keys)
    whole = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(keys[:over]),
        "y": list(one.values[:over]),
        "xaxis": x,
        "yaxis": y,
        "text": list(one.hover[:over]),
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [list(one.target)] * over,
        "line": {"color": color, "width": 2.2},
        "marker": {"size": 5, "symbol": ["circle-open" if small else "circle" for small in one.small[:over]]},
    }
    if not running:
        return [whole]
    start = max(over - 1, 0)
    unfinished = {
        **whole,
        "x": list(keys[start:]),
        "y": list(one.values[start:]),
        "text": list(one.hover[start:]),
        "customdata": [list(one.target)] * (len(keys) - start),
        "line": {"color": color, "width": 1.6, "dash": "dot"},
        "marker": {"size": 5, "symbol": "circle-open"},
    }
    return [unfinished, whole]
