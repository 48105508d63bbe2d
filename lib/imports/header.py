"""Finds the header of a table: under titles and notes, in one row or in several, heading over heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.fields.field import Field
from lib.imports.matching import is_passed_over, names_known
from lib.imports.sheet import Row, Sheet, is_blank, shown
from lib.imports.synonyms import core, last_part, whole

LOOKED_AT = 40  # rows that can be the first of a header
DEEPEST = 4
WHOLE, PART = 1.0, 0.9


@dataclass(frozen=True)
class Header:
    """`first` and `last` are positions in the sheet's rows; `names` are by column of the sheet."""

    first: int
    last: int
    names: tuple[str, ...]


def in_one_line(text: str) -> str:
    """A heading without the blanks and line ends that only spread its characters."""
    parts = text.split()
    if len(parts) > 1 and all(ord(part[0]) > 0x2E7F and ord(part[-1]) > 0x2E7F for part in parts):
        return "".join(parts)
    return " ".join(parts)


def find_header(sheet: Sheet, fields: Sequence[Field]) -> Header:
    if sheet.header_row is not None:
        named = next((n for n, row in enumerate(sheet.rows) if row.number == sheet.header_row), None)
        if named is not None:
            return Header(named, named, _names(sheet.rows[named : named + 1], exact=True))
    known = names_known(fields)
    best, found = 0.0, None
    for first in range(min(len(sheet.rows), LOOKED_AT)):
        if _hangs_from_above(sheet, first):
            continue
        for depth in _depths(sheet, first, known):
            names = _names(sheet.rows[first : first + depth])
            score = _score(names, known, fields)
            if score > best + 0.001:
                best, found = score, Header(first, first + depth - 1, names)
    return found or _widest(sheet)


def _depths(sheet: Sheet, first: int, known: Mapping[str, str]) -> range:
    """How many rows a header that begins here can have: as many as its cells are merged downward."""
    number = sheet.rows[first].number
    reach = max((one.bottom for one in sheet.merges if one.top == number), default=number)
    least = sum(1 for row in sheet.rows[first : first + DEEPEST] if row.number <= reach)
    while (
        least < DEEPEST and first + least < len(sheet.rows) and _continues(sheet.rows[first:], least, known)
    ):
        least += 1
    values = {shown(cell) for cell in sheet.rows[first].cells if not is_blank(cell)}
    # A title has nothing beside it, so that nothing below belongs to it.
    most = DEEPEST if len(values) > 1 else least
    return range(max(least, 1), min(max(most, least, 1), len(sheet.rows) - first) + 1)


def _continues(rows: Sequence[Row], depth: int, known: Mapping[str, str]) -> bool:
    """Whether the next row is more of a header whose cells nobody merged: only words, one of them the name of
    a field, some where nothing stands above, none under some that stand alone."""
    above = {place for row in rows[: max(depth, 1)] for place, c in enumerate(row.cells) if not is_blank(c)}
    cells = rows[max(depth, 1)].cells if len(rows) > max(depth, 1) else ()
    words = {place: cell for place, cell in enumerate(cells) if not is_blank(cell)}
    return (
        len(above) > 1
        and all(isinstance(cell, str) for cell in words.values())
        and any(core(shown(cell)) in known for cell in words.values())
        and bool(words.keys() - above)
        and bool(above - words.keys())
        and max(words) < max(above) + len(words)
    )


def _hangs_from_above(sheet: Sheet, position: int) -> bool:
    number = sheet.rows[position].number
    return any(one.top < number <= one.bottom for one in sheet.merges)


def _names(rows: Sequence[Row], *, exact: bool = False) -> tuple[str, ...]:
    """The headings over each column, joined from the top down. A heading stands over the blank cells at its
    right as long as there is something under them."""
    width = max(len(row.cells) for row in rows)
    lines = []
    for depth, row in enumerate(rows):
        below = rows[depth + 1].cells if depth + 1 < len(rows) else ()
        line, over = [], ""
        for place in range(width):
            cell = row.cells[place] if place < len(row.cells) else None
            words = shown(cell) if exact else in_one_line(shown(cell))
            has_below = place < len(below) and not is_blank(below[place])
            if words:
                over = words if has_below else ""
            elif has_below:
                words = over
            else:
                over = ""
            line.append(words)
        lines.append(line)
    bottom = rows[-1].merged
    found = []
    for place in range(width):
        parts = list(dict.fromkeys(line[place] for line in lines if line[place]))
        # One heading over two columns names the first of them.
        across = len(rows) == 1 and place in bottom and place and lines[-1][place] == lines[-1][place - 1]
        found.append("" if across and not exact else " ".join(parts))
    return tuple(found)


def _score(names: Sequence[str], known: Mapping[str, str], fields: Sequence[Field]) -> float:
    found: dict[str, float] = {}
    for name in names:
        if not name:
            continue
        for words, worth in ((whole(name), WHOLE), (core(name), WHOLE), (last_part(name), PART)):
            if words in known:
                key = known[words]
                found[key] = max(found.get(key, 0.0), worth)
                break
        else:
            if is_passed_over(name, fields):
                found.setdefault("", 0.5)
    return sum(found.values())


def _widest(sheet: Sheet) -> Header:
    """Nothing is called like a field: the first row with the most words that stand for themselves."""
    best, position = 0, 0
    for first, row in enumerate(sheet.rows[:LOOKED_AT]):
        words = {
            cell for place, cell in enumerate(row.cells) if isinstance(cell, str) and place not in row.merged
        }
        if len(words) > best:
            best, position = len(words), first
    depth = _depths(sheet, position, {}).start
    names = _names(sheet.rows[position : position + depth])
    return Header(position, position + depth - 1, names)
