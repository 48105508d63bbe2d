"""What a spreadsheet holds, whatever file it came in: typed cells with the row numbers that people see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

Cell = str | int | float | bool | date | datetime | time | None

MEGABYTE = 1024 * 1024
# The name of the header of a file that people fill in; that of an export is in lib/tables.py.
TEMPLATE_HEADER = "template_header"
LARGEST_FILE = 20 * MEGABYTE
MOST_ROWS, MOST_COLUMNS = 100_000, 200

# A formula that no spreadsheet has computed yet, and what stands in cells whose formula has no result.
UNCOMPUTED = "#公式未计算"
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", UNCOMPUTED})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is what the spreadsheet shows at its left edge. `merged` are the positions of the cells whose
    value stands in another cell of a merged range."""

    number: int
    cells: tuple[Cell, ...]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """`header_row` is the number of the row that our own files name as their header; what is `exact` was
    written by us and is read as it stands. `notes` are sentences for the person whose file it is."""

    name: str
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    header_row: int | None = None
    exact: bool = False
    notes: tuple[str, ...] = ()


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: Cell) -> str:
    """The cell as one line of text, as a spreadsheet shows it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return f"{cell:%Y-%m-%d}" if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, time):
        return cell.isoformat("minutes") if not cell.second else cell.isoformat("seconds")
    return " ".join(str(cell).split()) if isinstance(cell, str) else str(cell)


def letters(column: int) -> str:
    """The letters over a column that is counted from 0."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def column_of(reference: str) -> int:
    """The column of "AB12", counted from 1."""
    number = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number


def without_blanks_at_the_end(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    found = list(cells)
    while found and is_blank(found[-1]):
        found.pop()
    return tuple(found)
