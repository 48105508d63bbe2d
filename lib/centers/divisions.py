"""Reads a list of divisions into units, and names everything that is wrong with it at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from db.models.center import Level
from lib.centers.codes import DamagedCode, narrow, read_code, read_code_above
from lib.centers.editions import Unit, code_order
from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.tables import open_table

LONGEST_NAME = 60

COLUMNS = {
    "code": ("code", "代码", "区划代码", "行政区划代码", "统计用区划代码"),
    "name": ("name", "名称", "区划名称", "单位名称"),
    "level": ("level", "级别", "层级"),
    "parent_code": ("parent_code", "上级代码", "上级区划代码"),
    "former_code": ("former_code", "原代码", "曾用代码"),
}
NEEDED = ("code", "name", "level")

# A province stands above every root and is passed over.
PROVINCE = ("province", "省", "省级", "自治区", "直辖市")
LEVELS: dict[str, Level] = {
    word: level
    for level, words in {
        Level.CITY: ("city", "市", "市级", "地级市", "地市"),
        Level.COUNTY: ("county", "区县", "县区", "县", "区", "县级", "区县级"),
        Level.TOWN: ("town", "镇街", "乡镇", "镇", "街道", "乡", "乡级", "乡镇街道"),
        Level.VILLAGE: ("village", "村社", "村", "社区", "村级", "村居"),
    }.items()
    for word in words
}


@dataclass(frozen=True)
class Divisions:
    """`rows` counts all lines of the file; `units` are from the top level down."""

    rows: int
    units: tuple[Unit, ...]


def read_divisions(path: Path, living: Collection[str] = ()) -> Divisions:
    """`living` are the codes of the centers that are there already; a parent may be one of them.

    Raises BadInput with every problem of the whole file.
    """
    table = open_table(path)
    places = _places(table.header, table.header_row)
    reader = _Reader({field: table.header[place] for field, place in places.items()})
    rows = 0
    for row in table.rows:
        rows += 1
        cells = {field: row.cells[place].strip() for field, place in places.items()}
        reader.read(row.number, cells)
    if not rows:
        raise BadInput(_("文件“{name}”里没有区划。").format(name=path.name))
    units = reader.with_parents(set(living))
    if reader.problems:
        problems = tuple(sorted(reader.problems, key=lambda problem: problem.row or 0))
        raise BadInput(_("区划表有{count}处问题，未写入任何数据。").format(count=len(problems)), problems)
    return Divisions(rows, tuple(sorted(units, key=lambda unit: code_order(unit.code))))


def _places(header: tuple[str, ...], row: int) -> dict[str, int]:
    names = [unicodedata.normalize("NFKC", name).strip().casefold() for name in header]
    places = {}
    problems = []
    for field, words in COLUMNS.items():
        found = [place for place, name in enumerate(names) if name in words]
        if len(found) == 1:
            places[field] = found[0]
        elif found:
            sentence = _("这一列出现了不止一次，请只保留一列。")
            problems.append(Problem(header[found[0]], sentence, row))
        elif field in NEEDED:
            sentence = _("缺少这一列，请补上表头“{words}”。").format(words="”或“".join(words[:2]))
            problems.append(Problem(field, sentence, row))
    if problems:
        raise BadInput(_("区划表的表头不完整。"), tuple(problems))
    return places


class _Reader:
    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels  # the columns as the file calls them
        self.problems: list[Problem] = []
        self.units: dict[str, Unit] = {}
        self.parents: dict[str, str] = {}  # what stands in the cell
        self.former: dict[str, Unit] = {}

    def _tell(self, row: int, field: str, value: str, sentence: str) -> None:
        self.problems.append(Problem(self.labels.get(field, field), sentence, row, value[:100]))

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        word = narrow(cells["level"]).casefold()
        if word in PROVINCE:
            return
        name = self._name(row, cells["name"])
        level = LEVELS.get(word)
        if level is None:
            sentence = _("不认识这个级别，请填写 市、区县、镇街 或 村社。")
            self._tell(row, "level", cells["level"], sentence)
            return
        try:
            code = read_code(cells["code"], level)
        except DamagedCode as damaged:
            self._tell(row, "code", cells["code"], str(damaged))
            return
        if code in self.units:
            sentence = _("代码与第{other}行重复，请删去其中一行。").format(other=self.units[code].row)
            self._tell(row, "code", cells["code"], sentence)
            return
        self.parents[code] = cells.get("parent_code", "")
        unit = Unit(code, name, level, None, row=row)
        self.units[code] = replace(unit, former=self._former(unit, cells.get("former_code", "")))

    def _name(self, row: int, text: str) -> str:
        name = unicodedata.normalize("NFC", text).strip()
        if not name:
            self._tell(row, "name", text, _("名称为空，请填写。"))
        elif len(name) > LONGEST_NAME:
            sentence = _("名称太长：最多{most}个字，这里有{found}个。").format(
                most=LONGEST_NAME, found=len(name)
            )
            self._tell(row, "name", text, sentence)
        elif not name.isprintable():
            self._tell(row, "name", text, _("名称里有换行或看不见的字符，请删去。"))
        return name

    def _former(self, unit: Unit, text: str) -> tuple[str, ...]:
        codes: list[str] = []
        for part in re.split(r"[;；、,，]", text):
            if not part.strip():
                continue
            try:
                code = read_code(part, unit.level)
            except DamagedCode as damaged:
                self._tell(unit.row or 0, "former_code", part, str(damaged))
                continue
            if code in codes or code == unit.code:
                continue
            if code in self.former:
                sentence = _("这个原代码在第{other}行也写了；一个单位只能有一个去向。").format(
                    other=self.former[code].row
                )
                self._tell(unit.row or 0, "former_code", part, sentence)
                continue
            self.former[code] = unit
            codes.append(code)
        return tuple(codes)

    def with_parents(self, living: set[str]) -> list[Unit]:
        """The units with their parents. One unit of a file may be a root and have none."""
        lengths = (9, 6, 4)
        above = {code for code in living if not any(code[:n] in self.units for n in (4, 6, 9, 12))}
        parents: dict[str, str | None] = {}
        lost: list[tuple[Unit, str]] = []
        for code, unit in self.units.items():
            cell = self.parents[code]
            nearest = next(
                (code[:n] for n in lengths if n < len(code) and code[:n] in self.units.keys() | above), None
            )
            named = nearest
            if cell:
                try:
                    named = read_code_above(cell, code)
                except DamagedCode as damaged:
                    self._tell(unit.row or 0, "parent_code", cell, str(damaged))
                    continue
            if named is not None and named in self.units.keys() | above:
                parents[code] = named
            else:
                lost.append((unit, cell))
        # A root's own parent lies outside: the province of a city, the city of a single county.
        counties = [unit for unit, _cell in lost if unit.level is Level.COUNTY]
        has_city = any(unit.level is Level.CITY for unit in self.units.values())
        for unit, cell in lost:
            if unit.level is Level.CITY or (counties == [unit] and not has_city):
                parents[unit.code] = None
                continue
            sentence = _("找不到上级：文件里和系统里都没有这个单位。请补上它所在的行，或核对代码。")
            self._tell(unit.row or 0, "parent_code", cell or unit.code, sentence)
        return [replace(self.units[code], parent_code=parent) for code, parent in parents.items()]
