"""The outline of a center as a picture needs it, and where in it a name can stand.

Rings wind as GeoJSON has them: what encloses land runs against the clock, holes run with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]

# Where a place for the name is looked for: lines across, and how far along each stretch of one.
SCAN_LINES, ALONG = 15, (0.35, 0.5, 0.65)
FAR_ENOUGH = 0.8  # of the greatest distance from the border


@dataclass(frozen=True)
class Outline:
    """Closed rings of longitude and latitude in degrees; a center may have several parts and holes."""

    center_code: str
    rings: tuple[Ring, ...]


def read_outline(center_code: str, geometry: str) -> Outline:
    """From the geometry as the import has written it."""
    found = json.loads(geometry)
    polygons = [found["coordinates"]] if found["type"] == "Polygon" else found["coordinates"]
    rings = tuple(tuple((x, y) for x, y in ring) for polygon in polygons for ring in polygon)
    return Outline(center_code, rings)


def as_geometry(polygons: Sequence[Sequence[Numbers]]) -> str:
    """The words of a GeoJSON geometry, from rings that do not repeat their first point."""
    listed = [[[*ring.tolist(), ring[0].tolist()] for ring in polygon] for polygon in polygons]
    several = len(listed) > 1
    geometry = {
        "type": "MultiPolygon" if several else "Polygon",
        "coordinates": listed if several else listed[0],
    }
    return json.dumps(geometry, separators=(",", ":"))


def area(ring: Numbers) -> float:
    """Positive for a ring that runs against the clock. Closed or not is the same."""
    # From its first point on, or the small area drowns in the large numbers of the degrees.
    x, y = (ring - ring[0]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def inside(rings: Sequence[Numbers], x: Numbers, y: Numbers) -> NDArray[np.bool_]:
    """Which of the points lie inside: a ray to the right crosses the closed rings an odd number of times."""
    within = np.zeros(len(x), dtype=bool)
    for ring in rings:
        low, high = ring[:, 1].min(), ring[:, 1].max()
        (near,) = np.nonzero((y >= low) & (y < high))
        if len(near):
            within[near] ^= _crossings(ring, x[near], y[near]) % 2 == 1
    return within


def _crossings(ring: Numbers, x: Numbers, y: Numbers) -> NDArray[np.int_]:
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    spans = (y0 <= y[:, None]) != (y1 <= y[:, None])
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    at = x0 + (y[:, None] - y0) / rise * (x1 - x0)
    return np.asarray(np.sum(spans & (at > x[:, None]), axis=1), dtype=np.int_)


def places_for_name(rings: Sequence[Numbers]) -> Numbers:
    """Two points well inside: one near the middle that is far enough from the border, and the farthest one.

    Looked for on some lines across, at a few places of each stretch that lies inside.
    """
    largest = max(rings, key=lambda ring: abs(area(ring)))
    middle = largest[:-1].mean(axis=0)
    low, high = largest[:, 1].min(), largest[:, 1].max()
    candidates = []
    for y in np.linspace(low, high, SCAN_LINES + 2)[1:-1]:
        ends = np.sort(np.concatenate([_meets(ring, y) for ring in rings]))
        for left, right in zip(ends[::2], ends[1::2], strict=False):
            candidates += [(left + share * (right - left), y) for share in ALONG]
    if not candidates:  # thinner than the distance of two lines can be
        return np.array([middle, middle])
    places = np.array(candidates)
    far = np.min([_distances(ring, places) for ring in rings], axis=0)
    good = places[far >= FAR_ENOUGH * far.max()]
    return np.array([good[int(np.hypot(*(good - middle).T).argmin())], places[int(far.argmax())]])


def _meets(ring: Numbers, y: float) -> Numbers:
    """Where the ring crosses the horizontal line."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    spans = (y0 <= y) != (y1 <= y)
    share = (y - y0[spans]) / (y1[spans] - y0[spans])
    return np.asarray(x0[spans] + share * (x1[spans] - x0[spans]))


def _distances(ring: Numbers, places: Numbers) -> Numbers:
    """From each place to the nearest side of the ring."""
    start, side = ring[:-1], np.diff(ring, axis=0)
    length = np.maximum(np.sum(side * side, axis=1), 1e-30)
    away = places[:, None, :] - start
    share = np.clip(np.sum(away * side, axis=2) / length, 0, 1)
    off = away - share[:, :, None] * side
    return np.asarray(np.sqrt(np.min(np.sum(off * off, axis=2), axis=1)))
