"""The chart of a sheet as the spreadsheet draws it itself: people can restyle it and take it to their slides.

Every word and number of it is a reference to a cell, so that it changes with the table and no text
from the data is read as anything but text. Bars begin at zero, and lines are named at their ends.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lib.exports.cells import storable
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind, Sheet

WIDTH, HEIGHT = 960, 540  # the shape of a slide
FOR_EACH_BAR, AROUND_BARS, HIGHEST = 26, 130, 4000
MOST_LABELS, MOST_POINTS = 40, 200
TYPES: dict[DrawingKind, dict[str, str]] = {
    DrawingKind.COLUMN: {"type": "column"},
    DrawingKind.BAR: {"type": "bar"},
    DrawingKind.LINE: {"type": "line"},
    DrawingKind.STACKED_BAR: {"type": "bar", "subtype": "stacked"},
}
SIDEWAYS = (DrawingKind.BAR, DrawingKind.STACKED_BAR)
# Readable on white, apart for the color-blind; red stays the sign of what is overdue.
COLORS = ("#2b78c5", "#a86000", "#47705d", "#7a4fa3", "#0f8a8a", "#6b7785")
NUMBER_FORMATS = {
    ColumnKind.COUNT: "#,##0",
    ColumnKind.PERCENT: "0.0%",
    ColumnKind.HOURS: "#,##0.0",
    ColumnKind.DECIMAL: "#,##0.0",
}
FONT = {"name": "Microsoft YaHei", "color": "#1b2733", "size": 10}
LINE = {"color": "#d5dce3", "width": 0.75}
NEARLY_ALL = 80  # a rate above it is drawn on a scale to 100 %

Cell = tuple[str, int, int]


def draw(book: Any, sheet: Sheet, table: tuple[str, int], axis_title: Cell) -> Any:
    """The chart, ready to be put on a page. `table` is the page with the rows and its header's row."""
    drawing = sheet.drawing
    assert drawing is not None
    page, header = table
    chart = book.add_chart(TYPES[drawing.kind])
    for place, number in enumerate(drawing.series):
        chart.add_series(_series(sheet, drawing, place, number, page, header))
    chart.set_title({"name": [page, 0, 0], "overlay": False, "name_font": {**FONT, "size": 14, "bold": True}})
    categories, numbers = _axes(sheet, drawing, [page, header, drawing.category], list(axis_title))
    sideways = drawing.kind in SIDEWAYS
    (chart.set_y_axis if sideways else chart.set_x_axis)(categories)
    (chart.set_x_axis if sideways else chart.set_y_axis)(numbers)
    if len(drawing.series) > 1 and not _named_at_their_ends(sheet, drawing):
        chart.set_legend({"position": "top", "font": FONT})
    else:
        chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": WIDTH, "height": _height(sheet, drawing)})
    return chart


def _series(
    sheet: Sheet, drawing: Drawing, place: int, number: int, page: str, header: int
) -> dict[str, Any]:
    column, color = sheet.columns[number], COLORS[place % len(COLORS)]
    first, last = header + 1, header + sheet.row_count
    series: dict[str, Any] = {
        "name": [page, header, number],
        "categories": [page, first, drawing.category, last, drawing.category],
        "values": [page, first, number, last, number],
    }
    if (names := _names_of_digits(sheet.columns[drawing.category])) is not None:
        series["categories_data"] = names
    label = {"num_format": NUMBER_FORMATS[column.kind], "font": FONT}
    if drawing.kind is DrawingKind.LINE:
        series |= {
            "line": {"color": color, "width": 2.25},
            "marker": {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}},
        }
        end = max((n for n, value in enumerate(column.values) if value is not None), default=None)
        if end is not None and len(drawing.series) > 1 and _named_at_their_ends(sheet, drawing):
            others = [{"delete": True}] * end
            series["data_labels"] = {
                "series_name": True, "position": "right", "custom": [*others, None],
                "font": {**FONT, "color": color, "bold": True},
            }  # fmt: skip
    else:
        series |= {"fill": {"color": color}, "gap": 50}
        if len(drawing.series) == 1 and sheet.row_count <= MOST_LABELS:
            series["data_labels"] = {"value": True, **label}
    return series


def _named_at_their_ends(sheet: Sheet, drawing: Drawing) -> bool:
    """Lines, unless they are so long that the file would carry more labels than numbers."""
    return drawing.kind is DrawingKind.LINE and sheet.row_count <= MOST_POINTS


def _names_of_digits(column: Column) -> list[str] | None:
    """Names that all read like numbers, with a space that tells the library they are names.

    Without it the chart would keep them as numbers beside the table, and some that the library takes
    for one, such as `inf`, are none to a spreadsheet.
    """
    if column.kind not in (ColumnKind.TEXT, ColumnKind.CODE):
        return None
    names = [storable(str(value or "")) for value in column.values]
    for name in names:
        try:
            float(name or 0)
        except ValueError:
            return None
    return [f"{name} " for name in names]


def _axes(
    sheet: Sheet, drawing: Drawing, category_name: list[Any], axis_title: list[Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The axis of the categories and the axis of the numbers."""
    categories: dict[str, Any] = {"name": category_name, "name_font": FONT, "num_font": FONT, "line": LINE}
    if drawing.kind in SIDEWAYS:
        # The first row on top, the numbers still below, and no name left out.
        categories |= {"reverse": True, "crossing": "max", "interval_unit": 1}
    if sheet.columns[drawing.category].kind is ColumnKind.DAY:
        categories |= {"num_format": "yyyy-mm-dd"}
        categories |= {"date_axis": True} if drawing.kind is DrawingKind.LINE else {"text_axis": True}
    drawn = [sheet.columns[number] for number in drawing.series]
    kind = drawn[0].kind
    numbers: dict[str, Any] = {
        "name": axis_title,
        "name_font": FONT,
        "num_font": FONT,
        "num_format": "0%" if kind is ColumnKind.PERCENT else NUMBER_FORMATS[kind],
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": LINE},
    }
    values = [float(v) for column in drawn for v in column.values if isinstance(v, int | float | Decimal)]
    if drawing.kind is not DrawingKind.LINE and min(values, default=0.0) >= 0:
        numbers["min"] = 0
    stacked = drawing.kind is DrawingKind.STACKED_BAR
    if kind is ColumnKind.PERCENT and not stacked and NEARLY_ALL <= max(values, default=0.0) <= 100:
        numbers["max"] = 1
    return categories, numbers


def _height(sheet: Sheet, drawing: Drawing) -> int:
    """Room for each name at the side."""
    if drawing.kind not in SIDEWAYS:
        return HEIGHT
    bars = 1 if drawing.kind is DrawingKind.STACKED_BAR else len(drawing.series)
    each = FOR_EACH_BAR * (1 + 0.5 * (bars - 1))
    return min(max(HEIGHT, AROUND_BARS + round(each * sheet.row_count)), HIGHEST)
