"""Reads the cells of one sheet in one pass, with the ranges that are merged; stops as soon as it is too much.

A library that builds the cells first cannot stop at the first that is too many, and the fast way of the one
that we have does not see merged ranges.
"""

from __future__ import annotations

import enum
import zipfile
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from lib.errors import BadInput
from lib.i18n import _
from lib.imports.package import LONGEST_CELL, read_xml, too_long, unescaped
from lib.imports.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    UNCOMPUTED,
    Cell,
    Merge,
    Row,
    column_of,
    is_blank,
    without_blanks_at_the_end,
)

# Cells that only carry a colour or a border, beyond the last column that we read.
MOST_EMPTY = 500_000
MOST_MERGES = 100_000
SHEET_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a sheet has no zone


class Style(enum.Enum):
    PLAIN = 0
    DAY = 1
    ELAPSED = 2
    PERCENT = 3


@dataclass(frozen=True)
class Cells:
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...]
    notes: tuple[str, ...]


def too_wide() -> BadInput:
    return BadInput(_("表格太宽：最多{most}列，请只保留需要的列。").format(most=MOST_COLUMNS))


def number_in_cell(text: str, style: Style, from_1904: bool = False) -> Cell:
    """A number as the cell shows it: a day, a time, a percentage in words, or the number."""
    number: int | float
    number = float(text) if "." in text or "e" in text or "E" in text else int(text)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("no number")
    if style is Style.PLAIN:
        return number
    if style is Style.PERCENT:
        exact = Decimal(f"{number:.15g}") * 100
        shown = f"{exact:f}"
        return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"
    if style is Style.ELAPSED:
        minutes, seconds = divmod(round(number * 86_400), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return _day(number, from_1904)


def _day(number: int | float, from_1904: bool) -> Cell:
    day, part = divmod(number, 1)
    seconds = round(part * 86_400)
    if not 0 <= number < 2_958_466:  # the end of the year 9999
        return number
    if number < 1 and not from_1904:
        return (SHEET_ZERO[True] + timedelta(seconds=seconds)).time() if seconds < 86_400 else number
    if number < 60 and not from_1904:  # before the 29th of February 1900 that never was
        day += 1
    moment = SHEET_ZERO[from_1904] + timedelta(days=day, seconds=seconds)
    return moment if moment.time() != time() else moment.date()


class _Reader:
    """Listens to the parser."""

    def __init__(self, strings: list[str], styles: list[Style], from_1904: bool) -> None:
        self.strings, self.styles, self.from_1904 = strings, styles, from_1904
        self.rows: list[tuple[int, list[Cell]]] = []
        self.merges: list[Merge] = []
        self.hidden_rows = self.empty = self.row = self.column = 0
        self.hidden = self.formula = False
        self.cells: list[Cell] = []
        self.taking: list[str] | None = None
        self.words: list[str] = []
        self.length = 0
        self.kind = self.style = ""
        self.columns: dict[str, int] = {}
        self.prefix: str | None = None
        self.reading = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.prefix is None:
            self.prefix = tag[: -len("worksheet")] if tag.endswith("worksheet") else ""
        if self.prefix:
            tag = tag.removeprefix(self.prefix)
        if tag == "c":
            reference = attributes.get("r")
            if reference:
                name = reference.rstrip("0123456789")
                found = self.columns.get(name)
                if found is None:
                    found = self.columns[name] = column_of(name)
                self.column = found
            else:
                self.column += 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula = False
            self.words.clear()
            self.length = 0
            if self.column > MOST_COLUMNS:
                self.empty += 1
                if self.empty > MOST_EMPTY:
                    raise too_wide()
        elif tag == "v":
            self.taking = self.words
        elif tag == "t":
            self.taking = None if self.reading else self.words
        elif tag == "f":
            self.formula = True
        elif tag == "rPh":
            self.reading = True
        elif tag == "row":
            number = int(attributes["r"]) if "r" in attributes else self.row + 1
            if number <= self.row:
                raise ValueError("rows out of order")
            self.row, self.column, self.cells = number, 0, []
            self.hidden = attributes.get("hidden", "0") in ("1", "true")
        elif tag == "mergeCell":
            self.merge(attributes.get("ref", ""))

    def text(self, words: str) -> None:
        if self.taking is not None:
            self.length += len(words)
            if self.length > 2 * LONGEST_CELL:
                raise ValueError("no cell holds so much")
            self.taking.append(words)

    def end(self, tag: str) -> None:
        if self.prefix:
            tag = tag.removeprefix(self.prefix)
        if tag == "c":
            if self.words or self.formula:
                self.put(self.value())
        elif tag in ("v", "t"):
            self.taking = None
        elif tag == "rPh":
            self.reading = False
        elif tag == "row" and self.cells:
            self.rows.append((self.row, self.cells))
            self.hidden_rows += self.hidden

    def value(self) -> Cell:
        text = "".join(self.words) if len(self.words) != 1 else self.words[0]
        if self.kind == "s":
            return self.strings[int(text)] if text else None
        if self.kind == "n":
            if not text:
                return UNCOMPUTED if self.formula else None
            style = self.styles[int(self.style)] if self.style and self.styles else Style.PLAIN
            return number_in_cell(text, style, self.from_1904)
        if self.kind == "b":
            return text.strip() in ("1", "true")
        if self.kind == "d":
            moment = datetime.fromisoformat(text)
            return moment if moment.time() != time() else moment.date()
        if "_x" in text:
            return unescaped(text)
        return text

    def put(self, value: Cell) -> None:
        if is_blank(value):
            return
        if self.column > MOST_COLUMNS:
            raise too_wide()
        if self.row > MOST_ROWS:
            raise too_long()
        missing = self.column - len(self.cells) - 1
        if missing < 0:
            raise ValueError("cells out of order")
        if missing:
            self.cells.extend([None] * missing)
        self.cells.append(value)

    def merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        ends = [
            (int(end.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_of(end)) for end in (first, last or first)
        ]
        self.merges.append(Merge(ends[0][0], ends[0][1], ends[1][0], ends[1][1]))
        if len(self.merges) > MOST_MERGES:
            raise ValueError("too many merged ranges")


def read_sheet(
    package: zipfile.ZipFile,
    part: str,
    strings: list[str],
    styles: list[Style],
    *,
    from_1904: bool = False,
) -> Cells:
    reader = _Reader(strings, styles, from_1904)
    read_xml(package, part, reader.start, reader.end, reader.text)
    notes = []
    if reader.hidden_rows:
        notes.append(_("有{count}行被隐藏或筛掉，也读入了。").format(count=reader.hidden_rows))
    if any(UNCOMPUTED in cells for _number, cells in reader.rows):
        notes.append(_("有公式还没有结果，请用表格软件打开并保存一次再导入。"))
    rows, merges = resolved(reader.rows, reader.merges)
    return Cells(rows, merges, tuple(notes))


def resolved(
    rows: list[tuple[int, list[Cell]]], merges: list[Merge]
) -> tuple[tuple[Row, ...], tuple[Merge, ...]]:
    """The value of the first cell of a merged range in all of its cells, as far as the table reaches."""
    if not rows:
        return (), ()
    by_number = dict(rows)
    last, width = rows[-1][0], max(len(cells) for _number, cells in rows)
    merged: dict[int, set[int]] = {}
    room = last * width
    kept = []
    for one in merges:
        if one.left > width or one.top > last:
            continue
        right, bottom = min(one.right, width), min(one.bottom, last)
        # Ranges do not lie over each other; together they cannot be larger than the table.
        room -= (right - one.left + 1) * (bottom - one.top + 1)
        if room < 0 or right < one.left or bottom < one.top:
            raise ValueError("merged ranges over each other")
        first = by_number.get(one.top, [])
        value = first[one.left - 1] if one.left <= len(first) else None
        kept.append(one)
        if value is None:
            continue
        for number in range(one.top, bottom + 1):
            cells = by_number.setdefault(number, [])
            if len(cells) < right:
                cells.extend([None] * (right - len(cells)))
            places = merged.setdefault(number, set())
            for place in range(one.left - 1, right):
                if (number, place) != (one.top, one.left - 1):
                    cells[place] = value
                    places.add(place)
    found = (
        Row(number, without_blanks_at_the_end(cells), frozenset(merged.get(number, ())))
        for number, cells in sorted(by_number.items())
    )
    return tuple(row for row in found if row.cells), tuple(kept)
