"""Reads a GeoJSON file of outlines, and names everything that is wrong with it at once.

Files come from strangers and from many programs: nothing in them is believed before it was checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.centers.codes import DamagedCode, read_any_code
from lib.centers.geometry import Wrong, read_polygons
from lib.centers.thinning import Polygons
from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.tables import MEGABYTE
from lib.typed import plain

LARGEST = 50 * MEGABYTE
CODE_NAMES = ("code", "adcode", "gb", "id")
MOST_PROBLEMS = 100  # that are listed; all are counted


@dataclass(frozen=True)
class Known:
    """The centers that there are; those that ended with the code of what became of them, or ""."""

    root: str
    living: frozenset[str]
    ended: Mapping[str, str]


@dataclass(frozen=True)
class Boundary:
    """`number` is the feature's place in the file, from 1 on."""

    number: int
    code: str
    polygons: Polygons


@dataclass(frozen=True)
class Boundaries:
    """`closed` counts the rings whose last point was missing and was put in."""

    found: tuple[Boundary, ...]
    closed: int


def read_boundaries(path: Path, known: Known, name: str = "") -> Boundaries:
    """`name` is the property that holds the center's code; without it the usual names are tried.

    Raises BadInput with every problem of the whole file.
    """
    features = _features(path)
    reader = _Reader(known, name)
    for number, feature in enumerate(features, start=1):
        reader.read(number, feature)
    if reader.problems:
        count = len(reader.problems)
        sentence = _("边界文件有{count}处问题，未写入任何数据。")
        if count > MOST_PROBLEMS:
            sentence = _("边界文件有{count}处问题，未写入任何数据；下面列出前{most}处。")
        problems = tuple(reader.problems[:MOST_PROBLEMS])
        raise BadInput(sentence.format(count=count, most=MOST_PROBLEMS), problems)
    return Boundaries(tuple(reader.found.values()), reader.closed)


def _features(path: Path) -> list[Any]:
    name = plain(path.name, 100)
    found = _json(_content(path), name)
    if isinstance(found, list):
        raise BadInput(
            _("“{name}”只是一个列表，不是GeoJSON。请导出为FeatureCollection（要素集合）。").format(name=name)
        )
    kind = found.get("type") if isinstance(found, dict) else None
    if kind == "Topology":
        raise BadInput(_("“{name}”是TopoJSON，请先转换为GeoJSON。").format(name=name))
    if kind != "FeatureCollection":
        raise BadInput(
            _('“{name}”不是GeoJSON要素集合：缺少"type": "FeatureCollection"。请重新导出为GeoJSON。').format(
                name=name
            )
        )
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise BadInput(_("“{name}”里没有要素（features）。请核对导出时的选择。").format(name=name))
    return features


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise BadInput(_("找不到文件“{name}”。").format(name=path)) from None
    except OSError as error:
        raise BadInput(
            _("无法读取文件“{name}”：{why}").format(name=path.name, why=error.strerror or error)
        ) from None
    if len(content) > LARGEST:
        raise BadInput(
            _("文件“{name}”太大：最多{most} MB，请先在地图软件里简化边界，或分开导入。").format(
                name=path.name, most=LARGEST // MEGABYTE
            )
        )
    return content


def _json(content: bytes, name: str) -> Any:
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x00\x00\x27\x0a")):
        raise BadInput(
            _("“{name}”是Excel、压缩包或shp文件，不是GeoJSON。请在地图软件里导出为GeoJSON。").format(
                name=name
            )
        )
    if start.startswith(b"<"):
        raise BadInput(
            _("“{name}”是XML（如KML）或网页，不是GeoJSON。请在地图软件里导出为GeoJSON。").format(name=name)
        )
    if not content.strip():
        raise BadInput(_("文件“{name}”里没有内容。").format(name=name))
    try:
        text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # only names can suffer, and they are not read
    try:
        return json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise BadInput(
            _("“{name}”不是有效的JSON：从第{line}行第{column}列起无法读取。请重新导出或重新下载。").format(
                name=name, line=error.lineno, column=error.colno
            )
        ) from None
    except RecursionError:
        raise BadInput(
            _("“{name}”嵌套层次太深，不像地图软件导出的GeoJSON。请重新导出。").format(name=name)
        ) from None


def _whole(digits: str) -> int | float:
    """A number of a thousand digits is none that anybody means."""
    return int(digits) if len(digits) < 20 else float(digits)


class _Reader:
    def __init__(self, known: Known, name: str) -> None:
        self.known, self.name = known, name
        self.problems: list[Problem] = []
        self.found: dict[str, Boundary] = {}
        self.numbers: dict[str, int] = {}
        self.closed = 0

    def read(self, number: int, feature: Any) -> None:
        """Code and shape are looked at both, so that one problem does not hide the other."""
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            self._tell(number, Wrong(_('这不是要素：缺少"type": "Feature"。请重新导出为GeoJSON。')))
            return
        code, polygons = "", None
        try:
            code = self._code(number, feature)
        except Wrong as wrong:
            self._tell(number, wrong)
        try:
            polygons, closed = read_polygons(feature.get("geometry"))
            self.closed += closed
        except Wrong as wrong:
            self._tell(number, wrong)
        if code and polygons:
            self.found[code] = Boundary(number, code, polygons)

    def _tell(self, number: int, wrong: Wrong) -> None:
        place = _("第{number}个要素").format(number=number) + (f" {wrong.path}" if wrong.path else "")
        self.problems.append(Problem(place, wrong.sentence, None, _shown(wrong.value)))

    def _code(self, number: int, feature: Mapping[str, Any]) -> str:
        value = self._written(feature)
        try:
            code = read_any_code(value)
        except DamagedCode as damaged:
            raise Wrong(str(damaged), value) from None
        if not code.startswith(self.known.root):
            sentence = _("这个中心不在本系统（{root}）的范围内，请从文件里删去。")
            raise Wrong(sentence.format(root=self.known.root), value)
        if code not in self.known.living:
            raise Wrong(self._why_not(code), value)
        if code in self.numbers:
            sentence = _("与第{other}个要素是同一个中心。请合并为一个要素，或删去其中一个。")
            raise Wrong(sentence.format(other=self.numbers[code]), value)
        self.numbers[code] = number
        return code

    def _why_not(self, code: str) -> str:
        if code not in self.known.ended:
            return _("系统里没有这个中心。请核对代码，或先导入含有它的区划表。")
        successor = self.known.ended[code]
        if successor:
            return _("这个中心已由{successor}接续，请改用新代码和新边界。").format(successor=successor)
        return _("这个中心已撤销，请从文件里删去。")

    def _written(self, feature: Mapping[str, Any]) -> str:
        """What the feature says its center is."""
        properties = feature.get("properties")
        said = properties if isinstance(properties, dict) else {}
        if self.name:
            if self.name not in said:
                raise Wrong(_("没有属性“{name}”，请核对--property。").format(name=plain(self.name)))
            return _words(said[self.name])
        for value in [*(said.get(name) for name in CODE_NAMES), feature.get("id")]:
            if any(character.isdigit() for character in _words(value)):
                return _words(value)
        raise Wrong(_("没有中心的代码。请在属性code、adcode、gb或id中填写，或用--property指定属性名。"))


def _words(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _shown(value: Any) -> str:
    """Short, and fit for any screen: a file can hold anything."""
    try:
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        words = "…"
    return plain(words, 100)
