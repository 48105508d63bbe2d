"""A sheet as a .xlsx: the table with its facts, a chart of the spreadsheet's own, the explanation.

Text is always written as text, so that nothing can become a formula; what would become one when
somebody edits the cell carries the mark that a spreadsheet itself uses against that. Percentages are
real ones: 87.3 % is the number 0.873 shown with its unit. That is exact for the tenths that we tell, and
it stays right when the cell is copied elsewhere.
"""

from __future__ import annotations

import io
import math
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from lib import clock
from lib.exports.cells import could_run, storable
from lib.exports.native_chart import draw
from lib.exports.sheet import NUMBERS, Column, ColumnKind, Sheet
from lib.i18n import _
from lib.tables import HEADER_NAME

FONT = "Microsoft YaHei"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}
PAPER_A4 = 9
LINE_HEIGHT, ROW_PIXELS = 16.5, 20
MOST_LINES = 12
SHOWN_DAY, SHOWN_MOMENT = 11, 17
NARROWEST, WIDEST = 9, 46  # of a column, in digits; a Chinese character takes two
NOTES_WIDTH = 96
FILTER_BUTTON = 4
MEASURED_ROWS = 2000  # that decide how wide a column is
LONGEST_CELL, LONGEST_PROPERTY = 32_767, 250
FIRST_MONTH = (1900, 3)  # before it spreadsheets disagree: some believe in a 29th of February 1900
TITLE_ROW, FACTS_ROW, HEADER_ROW = 0, 1, 2
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "vcenter"},
    "facts": {"font_color": "#5d6f82", "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "bg_color": "#e8edf2", "bottom": 1, "text_wrap": True, "valign": "vcenter"},
    "label": {"bold": True, "valign": "top"},
    "words": {"text_wrap": True, "valign": "top"},
    ColumnKind.TEXT: {"text_wrap": True, "valign": "top"},
    ColumnKind.CODE: {"num_format": "@", "valign": "top"},
    ColumnKind.COUNT: {"num_format": "#,##0", "valign": "top"},
    ColumnKind.PERCENT: {"num_format": "0.0%", "valign": "top"},
    ColumnKind.HOURS: {"num_format": "#,##0.0", "valign": "top"},
    ColumnKind.DECIMAL: {"num_format": "#,##0.0", "valign": "top"},
    ColumnKind.AMOUNT: {"num_format": "#,##0.00##", "valign": "top"},
    ColumnKind.DAY: {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left", "indent": 1},
    ColumnKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left", "indent": 1},
}
# Above its numbers, with room for the filter's button.
LOOKS["number heading"] = {**LOOKS["heading"], "align": "right", "indent": 2}


def workbook_bytes(sheet: Sheet) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        looks = _Looks(book)
        number = storable(sheet.export_id)[:LONGEST_PROPERTY]
        book.set_properties(
            {
                "title": storable(sheet.title)[:LONGEST_PROPERTY],
                "subject": number,
                "keywords": number,
                "created": clock.now(),
            }
        )
        book.set_custom_property(_("导出编号"), number, "text")
        data = book.add_worksheet(_("数据"))
        drawn = sheet.drawing is not None and sheet.row_count > 0
        picture = book.add_worksheet(_("图")) if drawn else None
        about = book.add_worksheet(_("说明"))
        _write_data(book, data, looks, sheet)
        axis_title = (about.get_name(), *_write_about(about, looks, sheet))
        if picture is not None:
            chart = draw(book, sheet, (data.get_name(), HEADER_ROW), axis_title)
            _write_picture(picture, looks, sheet, chart)
        for page in (data, about, *([picture] if picture else ())):
            page.set_paper(PAPER_A4)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.set_footer(f"&L{number.replace('&', '')[:100]}&R&P / &N")
    return made.getvalue()


class _Looks:
    """Writes text in one of the looks, as text whatever stands in it."""

    def __init__(self, book: Any) -> None:
        self.plain = {name: book.add_format(look) for name, look in LOOKS.items()}
        self.marked = {name: book.add_format({**look, "quote_prefix": True}) for name, look in LOOKS.items()}

    def put(self, page: Any, row: int, column: int, text: str, name: str) -> None:
        look = (self.marked if could_run(text) else self.plain)[name]
        text = _shortened(storable(text))
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library takes this for XML of its own making; in two parts it is text again.
            page.write_rich_string(row, column, text[:3], look, text[3:], look)
        elif text:
            page.write_string(row, column, text, look)
        else:
            page.write_blank(row, column, None, look)

    def put_across(self, page: Any, row: int, columns: int, text: str, name: str) -> None:
        page.merge_range(row, 0, row, columns - 1, "", self.plain[name])
        self.put(page, row, 0, text, name)


def _shortened(text: str) -> str:
    """A spreadsheet counts in halves of a character and refuses the file when there are more."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _write_data(book: Any, page: Any, looks: _Looks, sheet: Sheet) -> None:
    widths = [_width_of(column) for column in sheet.columns]
    for number, width in enumerate(widths):
        page.set_column(number, number, width)
    across, wide = _merged(widths)
    facts = _in_one_line(sheet)
    looks.put_across(page, TITLE_ROW, across, sheet.title, "title")
    page.set_row(TITLE_ROW, 1.5 * LINE_HEIGHT * _lines_needed(sheet.title, wide / 1.4))
    looks.put_across(page, FACTS_ROW, across, facts, "facts")
    page.set_row(FACTS_ROW, LINE_HEIGHT * _lines_needed(facts, wide))
    page.freeze_panes(HEADER_ROW + 1, 0)
    page.repeat_rows(HEADER_ROW)
    book.define_name(HEADER_NAME, f"='{page.get_name()}'!${HEADER_ROW + 1}:${HEADER_ROW + 1}")
    for number, column in enumerate(sheet.columns):
        # A percentage shows its unit in the cell.
        heading = column.heading if column.kind is ColumnKind.PERCENT else column.heading_with_unit
        look = "number heading" if column.kind in NUMBERS else "heading"
        looks.put(page, HEADER_ROW, number, heading, look)
        _write_column(page, looks, number, column)
    _give_room(page, sheet, widths)
    if sheet.columns:
        last = HEADER_ROW + sheet.row_count, len(sheet.columns) - 1
        page.autofilter(HEADER_ROW, 0, *last)
        # Codes are text on purpose.
        page.ignore_errors({"number_stored_as_text": xl_range(HEADER_ROW, 0, *last)})


def _write_column(page: Any, looks: _Looks, number: int, column: Column) -> None:
    look = looks.plain[column.kind]
    for row, value in enumerate(column.values, start=HEADER_ROW + 1):
        if isinstance(value, str):
            looks.put(page, row, number, value, column.kind)
        elif isinstance(value, date):
            day = clock.local(value).replace(tzinfo=None) if isinstance(value, datetime) else value
            if (day.year, day.month) < FIRST_MONTH:
                looks.put(page, row, number, str(day), ColumnKind.CODE)
            else:
                page.write_datetime(row, number, day, look)
        elif value is not None:
            exact = Decimal(str(value))
            page.write_number(
                row, number, float(exact / 100 if column.kind is ColumnKind.PERCENT else exact), look
            )


def _give_room(page: Any, sheet: Sheet, widths: list[int]) -> None:
    """Rows as high as their longest text; not every spreadsheet finds that out by itself."""
    texts = [
        (column.values, width - 1)
        for column, width in zip(sheet.columns, widths, strict=True)
        if column.kind is ColumnKind.TEXT
    ]
    for row in range(sheet.row_count):
        lines = max((_lines_needed(str(values[row] or ""), width) for values, width in texts), default=1)
        if lines > 1:
            page.set_row(HEADER_ROW + 1 + row, LINE_HEIGHT * lines)


def _write_about(page: Any, looks: _Looks, sheet: Sheet) -> tuple[int, int]:
    """Returns where the name of the chart's value axis stands."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 18)
    page.set_column(1, 1, NOTES_WIDTH)
    lines = [(_("标题"), sheet.title), *sheet.lines]
    if sheet.drawing is not None:
        lines.append((_("图的数值轴"), sheet.drawing.axis_title))
    for row, (label, text) in enumerate(lines):
        looks.put(page, row, 0, label, "label")
        looks.put(page, row, 1, text, "words")
        page.set_row(row, LINE_HEIGHT * _lines_needed(text, NOTES_WIDTH))
    return len(lines) - 1, 1


def _write_picture(page: Any, looks: _Looks, sheet: Sheet, chart: Any) -> None:
    """The chart, and under it where it comes from."""
    page.hide_gridlines(2)
    page.insert_chart(0, 0, chart)
    below = math.ceil(chart.height / ROW_PIXELS) + 1
    facts = _in_one_line(sheet)
    across, wide = _merged([])
    looks.put_across(page, below, across, facts, "facts")
    page.set_row(below, LINE_HEIGHT * _lines_needed(facts, wide))


def _in_one_line(sheet: Sheet) -> str:
    return " ｜ ".join(_("{label}：{text}").format(label=label, text=text) for label, text in sheet.lines)


def _space(text: str) -> int:
    """How many digits wide the text is."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _width_of(column: Column) -> int:
    """Wide enough for the values, or for the lines of the longest ones."""
    heading = _space(column.heading_with_unit) + FILTER_BUTTON
    if column.kind in (ColumnKind.DAY, ColumnKind.MOMENT):
        longest = SHOWN_MOMENT if column.kind is ColumnKind.MOMENT else SHOWN_DAY
    else:
        shown = column.values[:MEASURED_ROWS]
        longest = max(
            (_space(v) if isinstance(v, str) else len(f"{v:,.1f}") for v in shown if v is not None), default=0
        )
    return min(max(heading, longest + 1, NARROWEST), WIDEST)


def _merged(widths: list[int]) -> tuple[int, int]:
    """How many columns the title goes across, at least two, and how wide they are together."""
    columns, wide = 0, 0
    while wide < NOTES_WIDTH or columns < 2:
        wide += widths[columns] if columns < len(widths) else NARROWEST
        columns += 1
    return columns, wide


def _lines_needed(text: str, wide: float) -> int:
    if 2 * len(text) <= wide and text.isprintable():
        return 1
    return min(sum(max(math.ceil(_space(line) / wide), 1) for line in storable(text).split("\n")), MOST_LINES)
