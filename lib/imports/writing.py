"""Writes cells into workbooks that people fill in and send back. Text is always text: nothing computes."""

from __future__ import annotations

import io
import unicodedata
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from lib import clock
from lib.exports.cells import could_run, storable
from lib.fields.field import Field
from lib.imports.repair import KEPT_DIGITS
from lib.imports.sheet import Cell

FONT = "Microsoft YaHei"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}
NARROWEST, WIDEST = 10, 40
LONGEST_CELL = 32_767
FIRST_YEAR = 1901  # before it spreadsheets disagree about days
DAY, MOMENT, TIME, TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss", "@"
# Numbers are typed as numbers, days as days; everything else is text, so that no code loses a digit.
FORMATS = {"number": "General", "money": "#,##0.00", "date": DAY, "time": TEXT}


def format_of(field: Field) -> str:
    return FORMATS.get(field.kind, TEXT)


class Page:
    """A sheet of a new workbook with its looks."""

    def __init__(self, name: str) -> None:
        self._made = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._made, OPTIONS)
        self.book.set_properties({"created": clock.now()})
        self.sheet = self.book.add_worksheet(name)
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = self.book.add_format(properties)
        return self._looks[key]

    def put(self, row: int, column: int, cell: Cell, sheet: Any = None, **properties: Any) -> None:
        """A cell as it was read: the same value is read again."""
        page = self.sheet if sheet is None else sheet
        look = self.look
        if cell is None:
            page.write_blank(row, column, None, look(**properties))
        elif isinstance(cell, bool):
            page.write_boolean(row, column, cell, look(**properties))
        elif isinstance(cell, (datetime, date)) and cell.year >= FIRST_YEAR:
            shape = MOMENT if isinstance(cell, datetime) else DAY
            page.write_datetime(row, column, cell, look(**{**properties, "num_format": shape}))
        elif isinstance(cell, time):
            page.write_datetime(row, column, cell, look(**{**properties, "num_format": TIME}))
        elif isinstance(cell, (int, float)) and abs(cell) < 10**KEPT_DIGITS:
            shape = properties.get("num_format", TEXT)
            shown_as = "General" if shape == TEXT else shape
            page.write_number(row, column, cell, look(**{**properties, "num_format": shown_as}))
        else:
            text = storable(str(cell))[:LONGEST_CELL]
            if could_run(text):
                properties = {**properties, "quote_prefix": True}
            if text.startswith("<r>") and text.endswith("</r>"):
                # The library takes this for XML of its own making; in two parts it is text again.
                style = look(**properties)
                page.write_rich_string(row, column, text[:3], style, text[3:], style)
            else:
                page.write_string(row, column, text, look(**properties))

    def finished(self) -> bytes:
        self.book.close()
        return self._made.getvalue()


def space(text: str) -> int:
    """How many digits wide the text is."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def width_for(texts: list[str]) -> int:
    return min(max([NARROWEST, *(space(text) + 3 for text in texts)]), WIDEST)
