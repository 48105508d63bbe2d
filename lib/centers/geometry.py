"""Checks the geometry of a GeoJSON feature: whether its numbers can be the outline of a center.

Degrees of WGS 84 and of CGCS 2000 are the same here; they differ by less than a picture can show.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from lib.centers.outlines import Numbers, area
from lib.centers.thinning import Polygons
from lib.i18n import _

WIDEST = 30.0  # degrees; no city and no county is half as wide
DECIMALS = 5  # a meter
# What a degree in China can be. A longitude is never a latitude there.
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)


class Wrong(ValueError):  # noqa: N818 - what the file holds
    """A sentence with the cure, what was found, and where in the feature."""

    def __init__(self, sentence: str, value: object = "", path: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.value, self.path = sentence, value, path


def read_polygons(geometry: Any) -> tuple[Polygons, int]:
    """The polygons, and how many of their rings lacked the last point. Raises Wrong."""
    if geometry is None:
        raise Wrong(_("没有几何图形（geometry）。请补上边界，或删去这个要素。"))
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        sentence = _("边界应为面（Polygon或MultiPolygon），这里不是。请改用面图层。")
        raise Wrong(sentence, kind if kind is not None else geometry)
    listed = geometry.get("coordinates")
    if kind == "Polygon" and listed is not None:
        listed = [listed]
    if not isinstance(listed, list) or not listed:
        raise Wrong(_("没有坐标（coordinates）。请补上边界，或删去这个要素。"))
    polygons: Polygons = []
    closed = 0
    for part, polygon in enumerate(listed):
        path = f"coordinates[{part}]" if kind == "MultiPolygon" else "coordinates"
        if not isinstance(polygon, list) or not polygon:
            raise Wrong(_("坐标的层次不对：面应由环组成。请重新导出。"), polygon, path)
        rings = [_ring(ring, f"{path}[{place}]") for place, ring in enumerate(polygon)]
        polygons.append([points for points, _was_open in rings])
        closed += sum(was_open for _points, was_open in rings)
    _check_place(np.concatenate(list(chain.from_iterable(polygons))))
    tidied = [kept for polygon in polygons if (kept := _tidied(polygon))]
    if not tidied:
        raise Wrong(_("边界没有面积：各点在一条直线上或重合。请重新绘制。"))
    return tidied, closed


def _ring(found: Any, path: str) -> tuple[Numbers, bool]:
    """The points without the repeated first one, and whether that one was missing.

    A ring whose end lacks is closed when the gap is at most twice its longest side, which holds for
    every triangle; a longer gap means that a piece of the border is missing. Raises Wrong.
    """
    if not isinstance(found, list) or set(map(type, found)) - {list}:
        raise Wrong(_("坐标的层次不对：环应由点组成。请重新导出。"), found, path)
    kinds = set(map(type, chain.from_iterable(found)))
    if list in kinds:
        raise Wrong(_("坐标的层次不对：环应由点组成。请重新导出。"), found, path)
    if kinds - {int, float}:
        odd = next(point for point in found if set(map(type, point)) - {int, float})
        raise Wrong(_("坐标里有不是数字的内容。请重新导出，不要加密或压缩坐标。"), odd, path)
    if any(len(point) < 2 for point in found):
        raise Wrong(_("每个点都要有经度和纬度。请重新导出。"), "", path)
    points = np.array([point[:2] for point in found], dtype=float).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise Wrong(_("坐标里有NaN或无穷大。请修复图形后重新导出。"), "", path)
    was_open = len(points) > 0 and not np.array_equal(points[0], points[-1])
    points = points if was_open else points[:-1]
    if len(points) < 3:
        sentence = _("一个环至少要有4个点，首尾相同，这里只有{count}个。请修复图形。")
        raise Wrong(sentence.format(count=len(found)), "", path)
    if was_open:
        sides = np.hypot(*np.diff(points, axis=0).T)
        if float(np.hypot(*(points[0] - points[-1]))) > 2 * float(sides.max()):
            raise Wrong(_("环没有闭合，首尾相距太远，像是缺了一段。请修复图形。"), "", path)
    return points, was_open


def _check_place(points: Numbers) -> None:
    """Whether these can be degrees, and those of one place. Raises Wrong."""
    x, y = points.T
    first = [round(float(value), 6) for value in points[0]]
    if _all_in(x, LATITUDES) and _all_in(y, LONGITUDES):
        raise Wrong(_("经度和纬度写反了：GeoJSON里经度在前。请对调后重新导出。"), first)
    outside = (np.abs(x) > 180) | (np.abs(y) > 90)
    if outside.any():
        worst = [round(float(value), 6) for value in points[int(outside.argmax())]]
        if np.abs(points).max() > 1000:
            sentence = _("坐标像是以米为单位的投影坐标。请转换为经纬度（WGS84或CGCS2000）后重新导出。")
            raise Wrong(sentence, worst)
        raise Wrong(_("坐标超出范围：经度应在±180度以内，纬度在±90度以内。请修复图形。"), worst)
    if max(np.ptp(x), np.ptp(y)) > WIDEST:
        sentence = _("边界跨度超过{degrees}度，可能混入了错误的点。请修复图形。")
        raise Wrong(sentence.format(degrees=int(WIDEST)), first)


def _all_in(values: Numbers, limits: tuple[float, float]) -> bool:
    return bool(values.min() >= limits[0] and values.max() <= limits[1])


def _tidied(polygon: list[Numbers]) -> list[Numbers]:
    """To the meter, without repeated points and empty rings; the outer ring runs against the clock."""
    rings: list[Numbers] = []
    for place, ring in enumerate(polygon):
        points = np.round(ring, DECIMALS) + 0.0  # without negative zeros
        points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
        size = area(points) if len(points) > 2 else 0.0
        if abs(size) > 0:
            rings.append(points if (size > 0) == (place == 0) else points[::-1])
        elif place == 0:
            return []
    return rings
