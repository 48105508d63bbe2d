"""Reads a .xlsx: which sheets it has, its shared texts, which styles are dates; then each sheet's cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from lib.errors import BadInput, Told
from lib.i18n import _
from lib.imports.package import (
    BROKEN,
    LONGEST_CELL,
    MOST_TEXTS,
    not_a_workbook,
    opened,
    read_xml,
    refuse_too_many_rows,
    refuse_too_many_texts,
    unescaped,
)
from lib.imports.sheet import TEMPLATE_HEADER, Sheet
from lib.imports.sheet_reader import Style, read_sheet
from lib.tables import HEADER_NAME

MOST_SHEETS, MOST_STYLES = 60, 70_000
# Formats that every spreadsheet knows by number. 27 to 36 and 50 to 58 are the dates of Chinese offices.
DAYS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
ELAPSED, PERCENT = frozenset({46}), frozenset({9, 10})
_TOLD = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass
class _Book:
    """What the workbook says of its sheets."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, relation, hidden
    headers: dict[str, str] = field(default_factory=dict)  # the name that marks one → where it is
    from_1904: bool = False
    targets: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)


def read_workbook(name: str, content: bytes) -> tuple[Sheet, ...]:
    """The sheets that can be seen and hold something. Raises BadInput."""
    package = opened(name, content)
    try:
        return _sheets(package, name)
    except Told:
        raise
    except BROKEN:
        raise not_a_workbook(name) from None


def _sheets(package: zipfile.ZipFile, name: str) -> tuple[Sheet, ...]:
    book = _Book()
    place = _workbook_part(package)
    _read_book(package, place, book)
    folder, file = posixpath.split(place)
    _read_targets(package, folder, file, book)
    names = set(package.namelist())
    hidden = [title for title, _relation, is_hidden in book.sheets if is_hidden]
    notes = [_("隐藏的工作表没有读入：{names}。").format(names="、".join(hidden[:10]))] if hidden else []
    wanted = [
        (title, book.targets[relation])
        for title, relation, is_hidden in book.sheets
        if not is_hidden and book.targets.get(relation) in names
    ]
    if len(wanted) > MOST_SHEETS:
        raise BadInput(_("工作表太多：最多{most}张，请只保留要导入的。").format(most=MOST_SHEETS))
    for _title, part in wanted:
        refuse_too_many_rows(package, part)
    if f"{folder}/sharedStrings.xml".lstrip("/") in names:
        book.strings = _strings(package, f"{folder}/sharedStrings.xml".lstrip("/"))
    if f"{folder}/styles.xml".lstrip("/") in names:
        book.styles = _styles(package, f"{folder}/styles.xml".lstrip("/"))
    headers = {name: _place(said) for name, said in book.headers.items()}
    found = []
    for title, part in wanted:
        cells = read_sheet(package, part, book.strings, book.styles, from_1904=book.from_1904)
        if cells.rows:
            named = next((name for name, (sheet, _row) in headers.items() if sheet == title), "")
            header = headers[named][1] if named else None
            exact = named == HEADER_NAME and any(row.number == header for row in cells.rows)
            found.append(Sheet(title, cells.rows, cells.merges, header, exact, (*notes, *cells.notes)))
    if not found:
        raise BadInput(_("文件“{name}”里没有内容。").format(name=name))
    return tuple(found)


def _workbook_part(package: zipfile.ZipFile) -> str:
    found = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship") and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    read_xml(package, "_rels/.rels", start)
    return found[0]


def _read_book(package: zipfile.ZipFile, part: str, book: _Book) -> None:
    naming = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "sheet" and "name" in attributes:
            relation = next((said for key, said in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append((attributes["name"], relation, hidden))
        elif local == "workbookPr":
            book.from_1904 = attributes.get("date1904", "0").lower() in ("1", "true")
        naming[0] = attributes.get("name", "") if local == "definedName" else ""

    def text(words: str) -> None:
        if naming[0] in (HEADER_NAME, TEMPLATE_HEADER) and len(book.headers.get(naming[0], "")) < 500:
            book.headers[naming[0]] = book.headers.get(naming[0], "") + words

    def end(_tag: str) -> None:
        naming[0] = ""

    read_xml(package, part, start, end, text)


def _read_targets(package: zipfile.ZipFile, folder: str, file: str, book: _Book) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship") and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            book.targets[attributes.get("Id", "")] = posixpath.normpath(whole)

    read_xml(package, posixpath.join(folder, "_rels", f"{file}.rels"), start)


def _place(said: str) -> tuple[str, int | None]:
    """The sheet and the row of "'数据'!$3:$3"."""
    found = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]*\$(\d{1,7})(?::.*)?", said)
    return ((found[1] or found[2]).replace("''", "'"), int(found[3])) if found else ("", None)


def _strings(package: zipfile.ZipFile, part: str) -> list[str]:
    """Each text without its formats and without the readings that stand over characters."""
    refuse_too_many_texts(package, part)
    found: list[str] = []
    taking: list[str] = []
    state = {"text": False, "reading": False, "length": 0}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "si":
            taking.clear()
            state["length"] = 0
        elif local == "rPh":
            state["reading"] = True
        elif local == "t":
            state["text"] = not state["reading"]

    def text(words: str) -> None:
        if state["text"]:
            state["length"] += len(words)
            if state["length"] > 2 * LONGEST_CELL:
                raise ValueError("no cell holds so much")
            taking.append(words)

    def end(tag: str) -> None:
        local = tag.rpartition(":")[2]
        if local == "t":
            state["text"] = False
        elif local == "rPh":
            state["reading"] = False
        elif local == "si":
            if len(found) >= MOST_TEXTS:
                raise ValueError("too many texts")
            found.append(unescaped("".join(taking)))

    read_xml(package, part, start, end, text)
    return found


def _styles(package: zipfile.ZipFile, part: str) -> list[Style]:
    formats: dict[int, str] = {}
    numbers: list[int] = []
    state = {"cells": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "cellXfs":
            state["cells"] = True
        elif local == "numFmt" and len(formats) < MOST_STYLES:
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:200]
        elif local == "xf" and state["cells"]:
            if len(numbers) >= MOST_STYLES:
                raise ValueError("too many styles")
            numbers.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] == "cellXfs":
            state["cells"] = False

    read_xml(package, part, start, end)
    known = {number: style_of(number, formats.get(number, "")) for number in set(numbers)}
    return [known[number] for number in numbers]


def style_of(number: int, code: str) -> Style:
    """How a number is shown that is written in this format."""
    if not code:
        if number in DAYS:
            return Style.DAY
        return Style.ELAPSED if number in ELAPSED else Style.PERCENT if number in PERCENT else Style.PLAIN
    bare = _TOLD.sub("", code.split(";")[0]).casefold()
    if re.search(r"\[(h+|m+|s+)\]", bare):
        return Style.ELAPSED
    if bare not in ("general", "standard") and re.search(r"[dmhyse]", re.sub(r"e[+-]", "", bare)):
        return Style.DAY
    return Style.PERCENT if "%" in bare else Style.PLAIN
