"""Takes points out of outlines until a picture of them is light, so that neighbors still fit together.

The border between two centers is one stretch of points that both have. It is thinned once, so no
gap and no overlap appears where there was none. How much of it stays is what its two owners need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lib.centers.outlines import Numbers, area

Polygons = list[list[Numbers]]  # of one center; each polygon its outer ring first, no ring repeats its start
Ids = NDArray[np.int64]

FINEST = 1 / 4000  # of a center's own extent: less than a pixel of any screen
STEP = 1.25  # how much coarser each further attempt is
SMALLEST_PART = 8.0  # an island or hole of fewer tolerances across is left out
LONGEST_STRETCH = 10_000  # points; what is longer is first taken at even distances


@dataclass
class _Stretch:
    """A piece of border; `weight` says how far the line would be off without each point."""

    points: Numbers
    weight: Numbers
    owners: set[int] = field(default_factory=set)
    limit: float = 0.0

    def __post_init__(self) -> None:
        self.sorted = np.sort(self.weight)

    def kept(self) -> int:
        return len(self.sorted) - int(np.searchsorted(self.sorted, self.limit))


@dataclass
class _Part:
    """One ring of a center as the stretches that it is made of, each forward or backward."""

    polygon: int
    area: float
    stretches: list[tuple[_Stretch, bool]]

    def count(self) -> int:
        return sum(stretch.kept() - 1 for stretch, _backward in self.stretches) + 1

    def points(self) -> Numbers:
        pieces = []
        for stretch, backward in self.stretches:
            kept = stretch.points[stretch.weight >= stretch.limit]
            pieces.append((kept[::-1] if backward else kept)[:-1])
        return np.concatenate(pieces)

    def lost_its_shape(self) -> bool:
        points = self.points()
        return len(points) < 3 or area(points) * self.area <= 0


def thin(centers: Sequence[Polygons], most: Sequence[int]) -> list[Polygons]:
    """The outlines with at most so many points each, their rings' first points counted twice."""
    if not centers:
        return []
    shrink = _shrink(centers)
    parts = _parts(centers, shrink, alone=False)
    answer = _fit(parts, centers, shrink, most)
    for number, center in enumerate(answer):
        # Borders that meet in too many single points cannot be thinned together.
        if sum(len(ring) + 1 for polygon in center for ring in polygon) > most[number]:
            one = [centers[number]]
            (answer[number],) = _fit(_parts(one, shrink, alone=True), one, shrink, [most[number]])
    return answer


def _shrink(centers: Sequence[Polygons]) -> Numbers:
    """Degrees of longitude are shorter than those of latitude."""
    middle = np.mean([polygon[0][:, 1].mean() for center in centers for polygon in center])
    return np.array([np.cos(np.radians(min(abs(float(middle)), 80.0))), 1.0])


def _fit(
    parts: list[list[_Part]], centers: Sequence[Polygons], shrink: Numbers, most: Sequence[int]
) -> list[Polygons]:
    extents = [
        float(np.hypot(*(np.ptp(np.concatenate([p[0] for p in c]), axis=0) * shrink))) for c in centers
    ]
    tolerance = [extent * FINEST for extent in extents]
    stretches = {id(s): s for center in parts for part in center for s, _backward in part.stretches}
    while True:
        for stretch in stretches.values():
            stretch.limit = max(tolerance[owner] for owner in stretch.owners)
        over = [
            number
            for number, center in enumerate(parts)
            if tolerance[number] <= extents[number]
            and sum(part.count() for part in _worth(center, tolerance[number])) > most[number]
        ]
        if not over:
            break
        for number in over:
            tolerance[number] *= STEP
    largest = [max(center, key=lambda part: part.area) for center in parts]
    _give_back_shapes(largest)
    return [
        _assembled(_worth(center, tolerance[number]), largest[number]) for number, center in enumerate(parts)
    ]


def _worth(center: list[_Part], tolerance: float) -> list[_Part]:
    largest = max(part.area for part in center)
    least = min((SMALLEST_PART * tolerance) ** 2, largest)
    return [part for part in center if abs(part.area) >= least]


def _give_back_shapes(largest: list[_Part]) -> None:
    """A center that is narrower than its neighbors' tolerance must not become a line."""
    for _attempt in range(60):
        flat = [part for part in largest if part.lost_its_shape()]
        for part in flat:
            for stretch, _backward in part.stretches:
                stretch.limit = stretch.limit / 2 if stretch.limit > 1e-9 else 0.0
        if not flat:
            return


def _assembled(parts: list[_Part], largest: _Part) -> Polygons:
    kept = [part for part in parts if part is largest or not part.lost_its_shape()]
    polygons: dict[int, list[Numbers]] = {}
    for part in kept:
        if part.area > 0:
            polygons[part.polygon] = [part.points()]
    for part in kept:
        if part.area < 0 and part.polygon in polygons:
            polygons[part.polygon].append(part.points())
    return list(polygons.values())


def _parts(centers: Sequence[Polygons], shrink: Numbers, *, alone: bool) -> list[list[_Part]]:
    """Cuts every ring where its neighbors change. `alone`: as if there were none."""
    rings = [
        (number, place, ring)
        for number, center in enumerate(centers)
        for place, polygon in enumerate(center)
        for ring in polygon
    ]
    ends = np.cumsum([len(ring) for _number, _place, ring in rings])[:-1]
    every = np.concatenate([ring for _number, _place, ring in rings])
    _points, found = np.unique(every, axis=0, return_inverse=True)
    ids = np.split(np.asarray(found, dtype=np.int64).ravel(), ends)
    meeting = np.zeros(len(every), dtype=bool) if alone else _meeting_points(ids, len(every))
    parts: list[list[_Part]] = [[] for _center in centers]
    known: dict[bytes, _Stretch] = {}
    for (number, place, ring), names in zip(rings, ids, strict=True):
        pieces = []
        for cut in _cuts(names, meeting[names]):
            forward, backward = names[cut], names[cut][::-1]
            turned = backward.tolist() < forward.tolist()
            key = (backward if turned else forward).tobytes()
            if key not in known:
                points = ring[cut][::-1] if turned else ring[cut]
                if len(points) > LONGEST_STRETCH:
                    points = points[np.linspace(0, len(points) - 1, LONGEST_STRETCH).astype(int)]
                known[key] = _Stretch(points, _weights(points * shrink))
            known[key].owners.add(number)
            pieces.append((known[key], turned))
        parts[number].append(_Part(place, area(ring) * float(shrink[0]), pieces))
    return parts


def _meeting_points(ids: list[Ids], count: int) -> NDArray[np.bool_]:
    """The points at which some ring goes on to another point than some other ring."""
    here = np.concatenate(ids)
    before = np.concatenate([np.roll(names, 1) for names in ids])
    after = np.concatenate([np.roll(names, -1) for names in ids])
    low, high = np.minimum(before, after), np.maximum(before, after)
    meeting = np.zeros(count, dtype=bool)
    for other in (low, high):
        least, greatest = np.full(count, count), np.full(count, -1)
        np.minimum.at(least, here, other)
        np.maximum.at(greatest, here, other)
        meeting |= (least != greatest) & (greatest >= 0)
    return meeting


def _cuts(names: Ids, meeting: NDArray[np.bool_]) -> list[Ids]:
    """The places in the ring that each stretch takes up; without a meeting point the ring is one loop."""
    (corners,) = np.nonzero(meeting)
    if len(corners) == 0:
        corners = np.array([int(names.argmin())])  # the same start for all who have this ring
    ends = [*corners[1:], corners[0] + len(names)]
    return [np.arange(a, b + 1, dtype=np.int64) % len(names) for a, b in zip(corners, ends, strict=True)]


def _weights(points: Numbers) -> Numbers:
    """After Douglas and Peucker; no point weighs more than the one whose stretch it lies in."""
    last = len(points) - 1
    weight = np.zeros(len(points))
    weight[[0, last]] = np.inf
    stack = [(0, last, np.inf)]
    if last > 1 and np.array_equal(points[0], points[last]):
        far = int(np.hypot(*(points - points[0]).T).argmax())
        weight[far] = np.inf
        stack = [(0, far, np.inf), (far, last, np.inf)]
    while stack:
        start, end, greatest = stack.pop()
        if end - start < 2:
            continue
        off = _off(points[start + 1 : end], points[start], points[end])
        at = int(off.argmax())
        own = min(float(off[at]), greatest)
        if own > 0:
            middle = start + 1 + at
            weight[middle] = own
            stack += [(start, middle, own), (middle, end, own)]
    if last > 1 and np.array_equal(points[0], points[last]) and np.isfinite(weight).any():
        third = int(np.where(np.isfinite(weight), weight, -1.0).argmax())
        weight[third] = np.inf  # a loop of two points is none
    return weight


def _off(points: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """How far the points lie from the straight way."""
    way = end - start
    length = float(way @ way)
    away = points - start
    share = np.clip(away @ way / length, 0, 1) if length else np.zeros(len(points))
    return np.asarray(np.hypot(*(away - share[:, None] * way).T))
