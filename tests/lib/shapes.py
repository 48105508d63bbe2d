"""Outlines that look real and are nobody's: crooked cells that share their borders point by point."""

from __future__ import annotations

import itertools
import random
from typing import Any

COUNTIES = (
    ("620121", "620171", "620122"),
    ("620111", "620105", "620102"),
    ("620104", "620103", "620123"),
)
# The middle ones are as narrow as a city's core is among its counties.
LONGITUDES = (102.6, 103.4, 103.75, 104.55)
LATITUDES = (37.0, 36.2, 35.98, 35.55)
Point = tuple[float, float]


def crooked(start: Point, end: Point, chance: random.Random, depth: int) -> list[Point]:
    """A line that wanders off and arrives; the last point is left to the next line."""
    if depth == 0:
        return [start]
    (x0, y0), (x1, y1) = start, end
    off = chance.uniform(-0.13, 0.13)
    middle = ((x0 + x1) / 2 - off * (y1 - y0), (y0 + y1) / 2 + off * (x1 - x0))
    return crooked(start, middle, chance, depth - 1) + crooked(middle, end, chance, depth - 1)


def cells(
    longitudes: tuple[float, ...], latitudes: tuple[float, ...], *, depth: int = 9, seed: int = 1
) -> dict[tuple[int, int], list[list[float]]]:
    """Row and column → the closed ring of a cell. Neighbors have the very same points."""
    chance = random.Random(seed)
    corners = {
        (r, c): (x + chance.uniform(-0.02, 0.02), y + chance.uniform(-0.02, 0.02))
        for r, y in enumerate(latitudes)
        for c, x in enumerate(longitudes)
    }
    lines: dict[tuple[tuple[int, int], tuple[int, int]], list[Point]] = {}

    def line(a: tuple[int, int], b: tuple[int, int]) -> list[Point]:
        if a > b:
            return line(b, a)[::-1]
        if (a, b) not in lines:
            lines[a, b] = [*crooked(corners[a], corners[b], chance, depth), corners[b]]
        return lines[a, b]

    rings = {}
    for r in range(len(latitudes) - 1):
        for c in range(len(longitudes) - 1):
            round_ = [(r + 1, c), (r + 1, c + 1), (r, c + 1), (r, c), (r + 1, c)]
            ring = [point for a, b in itertools.pairwise(round_) for point in line(a, b)[:-1]]
            rings[r, c] = [[round(x, 7), round(y, 7)] for x, y in [*ring, ring[0]]]
    return rings


def loop(x: float, y: float, size: float, *, seed: int = 1, depth: int = 6) -> list[list[float]]:
    """A closed crooked ring round a point, against the clock."""
    chance = random.Random(seed)
    corners = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
    ring = [
        p
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
        for p in crooked(a, b, chance, depth)
    ]
    return [[round(a, 7), round(b, 7)] for a, b in [*ring, ring[0]]]


def feature(code: Any, geometry: Any, name: str = "adcode") -> dict[str, Any]:
    return {"type": "Feature", "properties": {name: code, "name": f"中心{code}"}, "geometry": geometry}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def lanzhou(*, depth: int = 9, seed: int = 1) -> dict[str, Any]:
    """Nine counties: 620121 has a hole in which a part of 620104 lies, and 620123 an island of its own."""
    rings = cells(LONGITUDES, LATITUDES, depth=depth, seed=seed)
    part = loop(103.0, 36.6, 0.06, seed=seed)
    island = loop(104.8, 35.8, 0.04, seed=seed + 1)
    features = []
    for r, row in enumerate(COUNTIES):
        for c, code in enumerate(row):
            ring = rings[r, c]
            shape = {"type": "Polygon", "coordinates": [ring]}
            if code == "620121":
                shape = {"type": "Polygon", "coordinates": [ring, part[::-1]]}
            elif code in ("620104", "620123"):
                other = part if code == "620104" else island
                shape = {"type": "MultiPolygon", "coordinates": [[ring], [other]]}
            features.append(feature(int(code), shape))
    return collection(*features)
