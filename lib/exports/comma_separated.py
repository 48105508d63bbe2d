"""A sheet as a .csv for Excel and for programs.

Above the table stand its title and facts, one a line, each beginning with `# `: a person reads them,
a program that is told `comment="#"` passes over them, and so does our own reader. They hold no
separator and no quote, so that they stay one cell each. An empty line sets the table apart, so that
sorting and filtering in a spreadsheet take hold of the table alone.

Codes and text that could run as a formula begin with an apostrophe: a spreadsheet would turn twelve
digits into 6.20102E+11, and `="…"` would be a formula. Numbers are bare; their unit is in the heading.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from lib import clock
from lib.exports.cells import APOSTROPHE, guarded, storable
from lib.exports.sheet import NUMBERS, Column, ColumnKind, Sheet, Value
from lib.i18n import _
from lib.tables import NOTE

LINE_END = "\r\n"
# In a note every sign that could end the cell gives way to one that looks alike.
_HARMLESS = str.maketrans({",": "，", ";": "；", '"': "”", "\t": " ", "\n": " "})


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    notes = [
        sheet.title,
        *(_("{label}：{text}").format(label=label, text=text) for label, text in sheet.lines),
    ]
    if any(column.kind not in NUMBERS for column in sheet.columns):
        notes.append(_("编码以及可能被当作公式的文字前加了一个单引号（'），读入时去掉即可。"))
    lines = [NOTE + storable(note).translate(_HARMLESS).strip() for note in notes]
    if sheet.columns:
        lines += ["", ",".join(_quoted(guarded(column.heading_with_unit)) for column in sheet.columns)]
        cells = [_cells(column) for column in sheet.columns]
        lines += [",".join(row) for row in zip(*cells, strict=True)]
    return codecs.BOM_UTF8 + "".join(line + LINE_END for line in lines).encode()


def _cells(column: Column) -> list[str]:
    write = WRITTEN[column.kind]
    return ["" if value is None else write(value) for value in column.values]


def _quoted(text: str) -> str:
    """Always in quotes, so that `3#楼` is not the beginning of a comment."""
    return '"' + text.replace('"', '""') + '"'


def _text(value: Value) -> str:
    return _quoted(guarded(str(value)))


def _code(value: Value) -> str:
    return _quoted(APOSTROPHE + storable(str(value))) if value else '""'


def _number(value: Value) -> str:
    return format(Decimal(str(value)), "f")


def _day(value: Value) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def _moment(value: Value) -> str:
    assert isinstance(value, datetime)
    return clock.local(value).replace(tzinfo=None).isoformat(" ", "seconds")


WRITTEN: dict[ColumnKind, Callable[[Value], str]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.CODE: _code,
    ColumnKind.COUNT: _number,
    ColumnKind.PERCENT: _number,
    ColumnKind.HOURS: _number,
    ColumnKind.DECIMAL: _number,
    ColumnKind.AMOUNT: _number,
    ColumnKind.DAY: _day,
    ColumnKind.MOMENT: _moment,
}
