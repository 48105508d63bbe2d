"""Fields of colored cells: two kinds of parts at once, darker where there is more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.ui.charts import INK, RAMP, axis, layout_of, theme, wrapped
from lib.ui.drawn import Drawn
from lib.ui.lettering import width_of
from lib.ui.plain import in_chart

COLORS_ROOM = 70  # pixels that the scale of the colors takes


def heat(
    across: Sequence[str],
    down: Sequence[str],
    values: Sequence[Sequence[float | None]],
    hover: Sequence[Sequence[str]],
    targets: Sequence[Sequence[tuple[str, str]]],
    unit: str,
    height: int | None = None,
    totals: Sequence[tuple[str, tuple[str, str]]] = (),
    total_name: str = "",
    chosen: str = "",
    room: int = 0,
) -> Drawn:
    """`values` are rows from top to bottom. Heat maps give no points to select, so the cells are squares
    of a scatter chart over a heat map: a click on one narrows. `totals` stand as words in a column of
    their own, without a color, each with what a click on it narrows to. What is `chosen` gets a frame.
    In a chart that is only `room` pixels wide, headings too long to stand beside each other are turned.
    """
    layout = layout_of(
        height=height or max(220, 26 * len(down) + 90), margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )
    wide, high = len(across) + bool(totals), len(down)
    upright = bool(room) and not _fit(across, down, room)
    # Said outright, or the squares would push the cells away from their names.
    ends = {"x": [-0.5, wide - 0.5], "y": [high - 0.5, -0.5]}
    axis(
        layout,
        "xaxis",
        type="category",
        side="top",
        showgrid=False,
        tickangle=-90 if upright else 0,
        range=ends["x"],
    )
    axis(layout, "yaxis", type="category", showgrid=False, ticksuffix="  ", range=ends["y"])
    names = [in_chart(name) if upright else wrapped(name, 3) for name in across]
    rows = [in_chart(name) for name in down]
    layout["shapes"] = [
        *(_frame(r, c, c) for r, row in enumerate(targets) for c, to in enumerate(row) if to[1] == chosen),
        *(_frame(r, 0, wide - 1) for r, (_text, to) in enumerate(totals) if to[1] == chosen),
    ]
    points = [(r, c) for r in range(len(rows)) for c in range(len(names))]
    words = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [wrapped(total_name)] * len(totals),
        "y": rows[: len(totals)],
        "text": [in_chart(text) for text, _target in totals],
        "textfont": {"size": 13},
        "hoverinfo": "text",
        "customdata": [list(target) for _text, target in totals],
        "marker": {"size": 30, "symbol": "square", "opacity": 0},
        "showlegend": False,
    }
    return Drawn(
        [
            {
                "type": "heatmap",
                "x": names,
                "y": rows,
                "z": [list(row) for row in values],
                "colorscale": RAMP[theme()],
                "zmin": 0,
                "xgap": 1,
                "ygap": 1,
                "hoverinfo": "skip",
                "colorbar": {"title": {"text": unit}, "thickness": 12, "outlinewidth": 0},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [names[c] for _r, c in points],
                "y": [rows[r] for r, _c in points],
                "text": [hover[r][c] for r, c in points],
                "hovertemplate": "%{text}<extra></extra>",
                "customdata": [list(targets[r][c]) for r, c in points],
                "marker": {"size": 18, "symbol": "square", "opacity": 0},
                "showlegend": False,
            },
            *([words] if totals else []),
        ],
        layout,
    )


def _fit(across: Sequence[str], down: Sequence[str], room: int) -> bool:
    """Whether the headings have room beside each other."""
    lines = [line for name in across for line in wrapped(name, 3).split("<br>")]
    beside = max(map(width_of, down), default=0) + COLORS_ROOM
    return (max(map(width_of, lines), default=0) + 4) * len(across) <= room - beside


def _frame(row: int, first: int, last: int) -> dict[str, Any]:
    return {
        "type": "rect", "x0": first - 0.5, "x1": last + 0.5, "y0": row - 0.5, "y1": row + 0.5,
        "line": {"color": INK[theme()], "width": 2},
    }  # fmt: skip
