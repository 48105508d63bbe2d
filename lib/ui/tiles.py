"""A treemap as a map: rectangles as large as what is in them, drawn and clicked like outlines.

Plotly's own treemap answers no click that a page could hear, so the rectangles are laid out here
(Bruls, Huizing and van Wijk, Squarified Treemaps, 2000).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.centers.outlines import Outline
from lib.ui import maps
from lib.ui.charts import CONFIG_QUIET
from lib.ui.plain import escaped

Box = tuple[float, float, float, float]  # left, bottom, width, height
WIDE = 2.0  # how much wider than high the whole is
GAP = 0.002
PIXELS = 900  # how wide the whole is drawn at least; its names are laid out for that


def tiles(sizes: Mapping[str, float], whole: Box = (0.0, 0.0, WIDE, 1.0)) -> tuple[Outline, ...]:
    """A rectangle for each key, the largest at the upper left; what has no size gets a sliver."""
    total = sum(sizes.values())
    least = total / 400 if total else 1.0
    wanted = {key: max(size, least) for key, size in sizes.items()}
    ordered = sorted(wanted, key=lambda key: (-wanted[key], key))
    if not ordered:
        return ()
    scale = whole[2] * whole[3] / sum(wanted.values())
    boxes = _squarified([wanted[key] * scale for key in ordered], whole)
    return tuple(Outline(key, (_ring(box),)) for key, box in zip(ordered, boxes, strict=True))


def _ring(box: Box) -> tuple[tuple[float, float], ...]:
    left, bottom, width, height = box
    gap = min(GAP, width / 4, height / 4)
    west, south, east, north = left + gap, bottom + gap, left + width - gap, bottom + height - gap
    return (west, south), (east, south), (east, north), (west, north), (west, south)


def _squarified(areas: Sequence[float], box: Box) -> list[Box]:
    """Rows are laid along the shorter side; a row ends where one more would make it less square."""
    found: list[Box] = []
    left, bottom, width, height = box
    rest = list(areas)
    while rest:
        side = min(width, height)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], side) <= _worst(rest[:count], side):
            count += 1
        row, rest = rest[:count], rest[count:]
        thick = sum(row) / side
        along = 0.0
        for area in row:
            length = area / thick
            if width >= height:
                found.append((left, bottom + height - along - length, thick, length))
            else:
                found.append((left + along, bottom + height - thick, length, thick))
            along += length
        if width >= height:
            left, width = left + thick, width - thick
        else:
            height -= thick
    return found


def _worst(row: Sequence[float], side: float) -> float:
    """How far the least square of a row is from a square."""
    thick = sum(row) / side
    return max(max(thick * thick / area, area / (thick * thick)) for area in row)


def draw_tiles(
    sizes: Mapping[str, float],
    shades: Mapping[str, maps.Shade],
    title: str,
    key: str,
    alt: str = "",
    height: int = 360,
) -> str | None:
    """The finding above the rectangles. The key of the one that was clicked, else None."""
    st.subheader(escaped(title), anchor=False)
    figure = maps.outline_map(tiles(sizes), shades, None, height=height, width=PIXELS, stretched=True)
    event: Any = st.plotly_chart(
        figure, key=key, config=CONFIG_QUIET, alt=alt or title, on_select="rerun", selection_mode="points"
    )
    points = event["selection"]["points"]
    said = points[0].get("customdata") if points else None
    said = said[0] if isinstance(said, list) and said else said
    return said if isinstance(said, str) and said in sizes else None
