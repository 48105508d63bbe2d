"""Centers as areas on a map, drawn from their own outlines: nothing is fetched, no tiles, no globe.

A click on a filled area reaches no program, only one on a point does. So each area is strewn with
points that nobody sees; the nearest one says which center is meant, to the hover and to the click.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lib.centers.outlines import Numbers, Outline, area, inside, places_for_name
from lib.ui.charts import INK, MUTED, ink_on, layout_of, theme
from lib.ui.drawn import Drawn

HEIGHT, WIDTH = 460, 640  # pixels; the width is the least that labels are laid out for
MARGIN = 6
NEAR = 14.0  # pixels between the points that a click can find
MOST_POINTS = 600
NAME_SIZE, WORDS_SIZE = 14, 12
LINE_HEIGHT = 1.35
WIDE = 0.45  # a label is wider than high, and so is the best place for it


@dataclass(frozen=True)
class Shade:
    """How one center looks. Its words are ready for a chart (`in_chart`), lines apart with <br>."""

    name: str
    color: str
    words: str
    hover: str
    # What a click on it answers as `customdata`; the code alone where this is not given.
    click: tuple[str, ...] = ()


@dataclass(frozen=True)
class _View:
    """Where on the picture a place lies, in pixels from its lower left corner."""

    west: float
    south: float
    shrink: float
    scale: float
    across: float
    up: float

    def pixels(self, points: Numbers) -> Numbers:
        return (points - (self.west, self.south)) * (self.shrink * self.scale, self.scale)

    def degrees(self, points: Numbers) -> Numbers:
        return points / (self.shrink * self.scale, self.scale) + (self.west, self.south)


@dataclass(frozen=True)
class _Area:
    """One outline in degrees; all else in pixels, with the places for the name and the unseen points."""

    code: str
    degrees: tuple[Numbers, ...]
    rings: tuple[Numbers, ...]
    size: float
    places: Numbers
    points: Numbers


@dataclass(frozen=True)
class _Label:
    """Its words and the box that they take up, in pixels; a chip has a ground of its own."""

    words: str
    middle: Numbers
    half: Numbers
    chip: bool


def outline_map(
    outlines: Sequence[Outline],
    values: Mapping[str, Shade],
    selected: str | None,
    *,
    height: int = HEIGHT,
    width: int = WIDTH,
    stretched: bool = False,
) -> Drawn:
    """Areas filled by state with their names; `width` is the narrowest that the picture will be.
    `stretched` areas, such as rectangles, fill the room that there is, whatever becomes of their shape.

    `st.plotly_chart(…, on_select=…, selection_mode="points")` answers a click with one point whose
    `customdata` is the center's code, or what its shade says. A center without a value is an empty area.
    """
    layout = layout_of(height=height, margin={"l": MARGIN, "r": MARGIN, "t": MARGIN, "b": MARGIN})
    layout["hoverlabel"] = {"align": "left", "font": layout["font"]}
    layout |= {"showlegend": False, "hovermode": "closest", "hoverdistance": 2 * int(NEAR)}
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    if not outlines:
        return Drawn([], layout | {"xaxis": hidden, "yaxis": hidden})
    view, areas = _areas(tuple(outlines), height - 2 * MARGIN, width - 2 * MARGIN)
    ground = "#10161d" if theme() == "dark" else "#ffffff"
    lines = ({"color": ground, "width": 1.2}, {"color": INK[theme()], "width": 4})
    # Large ones first: what lies in the hole of another is not covered; the chosen one's border on top.
    drawn = sorted(areas, key=lambda one: (one.code == selected, -one.size))
    groups = _by_look(drawn, values, selected) if stretched else [[one] for one in drawn]
    data = [_filled(same, values.get(same[0].code), lines[same[0].code == selected]) for same in groups]
    known = [one for one in drawn if one.code in values]
    data += [
        _strewn(same, values, view) for same in ([known] if stretched and known else ([o] for o in known))
    ]
    east, north = view.degrees(np.array([view.across, view.up]))
    equal = {} if stretched else {"scaleanchor": "x", "scaleratio": 1 / view.shrink}
    layout["xaxis"] = hidden | {"range": [view.west, float(east)]}
    layout["yaxis"] = hidden | equal | {"range": [view.south, float(north)]}
    # What is stretched has straight sides close together: a name beside its area would name another.
    labels = [one for one in _labels(areas, values, selected, view) if not (stretched and one[1].chip)]
    layout["annotations"] = [_written(label, values[code].color, view) for code, label in labels]
    return Drawn(data, layout)


@lru_cache(maxsize=32)
def _areas(outlines: tuple[Outline, ...], height: int, width: int) -> tuple[_View, tuple[_Area, ...]]:
    """All that hangs on the shapes alone. The same outlines are drawn at every rerun."""
    shapes = {one.center_code: tuple(np.array(ring) for ring in one.rings) for one in outlines}
    every = np.concatenate([ring for rings in shapes.values() for ring in rings])
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    shrink = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
    scale = min(width / wide, height / high)
    view = _View(float(west), float(south), shrink, scale, wide * scale, high * scale)
    pixels = {code: tuple(view.pixels(ring) for ring in rings) for code, rings in shapes.items()}
    sizes = {code: sum(area(ring) for ring in rings) for code, rings in pixels.items()}
    near = max(NEAR, float(np.sqrt(sum(map(abs, sizes.values())) / MOST_POINTS)))
    columns, rows = np.arange(near / 2, view.across, near), np.arange(near / 2, view.up, near)
    mesh = np.array([(x, y) for y in rows for x in columns]).reshape(-1, 2)
    areas = []
    for code in sorted(shapes, key=lambda code: sizes[code]):  # what lies in another's hole comes first
        rings = pixels[code]
        places = places_for_name([ring * (WIDE, 1) for ring in rings]) / (WIDE, 1)
        # Every part is found, however small.
        parts = np.array([places[1], *(places_for_name([ring])[1] for ring in rings if area(ring) > 0)])
        hit = inside(rings, *mesh.T)
        points = np.vstack([parts[inside(rings, *parts.T)], mesh[hit]])
        areas.append(_Area(code, shapes[code], rings, sizes[code], places, points if len(points) else parts))
        mesh = mesh[~hit]
    return view, tuple(areas)


def _by_look(drawn: Sequence[_Area], values: Mapping[str, Shade], selected: str | None) -> list[list[_Area]]:
    """Areas of one color, to be drawn at once: each thing that Plotly draws costs a millisecond. Only for
    areas that lie beside each other; of those inside each other the order counts."""
    groups: dict[tuple[str, bool], list[_Area]] = {}
    for one in drawn:
        color = values[one.code].color if one.code in values else ""
        groups.setdefault((color, one.code == selected), []).append(one)
    return list(groups.values())


def _filled(same: Sequence[_Area], shade: Shade | None, line: dict[str, Any]) -> dict[str, Any]:
    gap = np.full((1, 2), np.nan)
    rings = [part for one in same for ring in one.degrees for part in (ring, gap)]
    points = np.concatenate(rings)[:-1].astype("float32")
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "x": points[:, 0],
        "y": points[:, 1],
        "fillcolor": shade.color if shade else "rgba(0,0,0,0)",
        "line": line if shade else {"color": MUTED, "width": line["width"]},
        "hoverinfo": "skip",
    }


def _strewn(same: Sequence[_Area], values: Mapping[str, Shade], view: _View) -> dict[str, Any]:
    points = view.degrees(np.concatenate([one.points for one in same])).astype("float32")
    unseen = {"marker": {"opacity": 0}}
    hover = [values[one.code].hover for one in same for _point in one.points]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "customdata": [values[one.code].click or one.code for one in same for _point in one.points],
        "hovertext": hover[0] if len(same) == 1 else hover,
        "hoverinfo": "text",
        "marker": {"size": 6, "opacity": 0},
        "selected": unseen,
        "unselected": unseen,
    }


def _written(label: _Label, color: str, view: _View) -> dict[str, Any]:
    x, y = view.degrees(label.middle)
    chip = {"bgcolor": color, "borderpad": 2} if label.chip else {}
    font = {"color": ink_on(color), "size": WORDS_SIZE}
    return {"x": float(x), "y": float(y), "text": label.words, "showarrow": False, "font": font} | chip


def _labels(
    areas: Sequence[_Area], values: Mapping[str, Shade], selected: str | None, view: _View
) -> list[tuple[str, _Label]]:
    """As many words as fit into each area; where not even the name fits, it stands on a chip near it.

    What finds no room is left to the hover and to the table below.
    """
    named = [one for one in areas if one.code in values and values[one.code].name]
    placed: list[tuple[str, _Label]] = []
    tight = []
    for one in named:
        shade = values[one.code]
        lines = shade.words.split("<br>") if shade.words else []
        choices = (
            _label(shade.name, lines[:count], place)
            for count in range(len(lines), -1, -1)
            for place in one.places
        )
        fitting = next((label for label in choices if _lies_in(label, one.rings)), None)
        if fitting is None:
            tight.append(one)
        else:
            placed.append((one.code, fitting))
    for one in sorted(tight, key=lambda one: (one.code != selected, -one.size)):
        middles = np.array([label.middle for _code, label in placed]).reshape(-1, 2)
        halves = np.array([label.half for _code, label in placed]).reshape(-1, 2)
        for chip in _chips(_label(values[one.code].name, [], one.places[0])):
            low, high = chip.middle - chip.half, chip.middle + chip.half
            apart = np.any(np.abs(middles - chip.middle) >= halves + chip.half, axis=1)
            if apart.all() and (low >= 0).all() and (high <= (view.across, view.up)).all():
                placed.append((one.code, chip))
                break
    return placed


def _label(name: str, lines: Sequence[str], middle: Numbers) -> _Label:
    width = max([_ems(name) * NAME_SIZE, *(_ems(line) * WORDS_SIZE for line in lines)])
    height = (NAME_SIZE + len(lines) * WORDS_SIZE) * LINE_HEIGHT
    words = "<br>".join([f'<b style="font-size:{NAME_SIZE}px">{name}</b>', *lines])
    return _Label(words, middle, np.array([width / 2 + 2, height / 2 + 1]), chip=False)


def _ems(text: str) -> float:
    """How wide a text is; a Chinese character is one."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in html.unescape(text))


def _lies_in(label: _Label, rings: Sequence[Numbers]) -> bool:
    steps = np.linspace(-1, 1, 7)
    edge = np.array([(x, y) for x in steps for y in steps if 1 in (abs(x), abs(y))])
    points = label.middle + edge * label.half
    return bool(inside(rings, points[:, 0], points[:, 1]).all())


def _chips(label: _Label) -> Iterator[_Label]:
    """On the spot, or a little to one side of it."""
    for x, y in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)):
        yield _Label(label.words, label.middle + label.half * (x, y), label.half + 3, chip=True)
