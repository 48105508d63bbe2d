"""Native charts: whoever opens the document edits them and their numbers as if made there.

The numbers are in a workbook inside the chart. Text stays text there, whatever stands in it, and a
percentage is a real one: 87.3 % is the number 0.873 shown with its unit.
"""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt
from xlsxwriter import Workbook

from lib.exports.cells import could_run, storable
from lib.exports.native_chart import COLORS, NEARLY_ALL, NUMBER_FORMATS
from lib.exports.sheet import ColumnKind, DrawingKind
from lib.reports.section import Chart

FONT = "微软雅黑"


def color(said: str) -> Any:
    """Six digits of hexadecimal."""
    read: Any = RGBColor
    return read.from_string(said.lstrip("#").upper())


def inches(number: float) -> Emu:
    return Emu(Inches(number))


INK, PALE, LINE = color("1B2733"), color("B8C4CF"), color("D5DCE3")
TYPES = {
    DrawingKind.BAR: XL_CHART_TYPE.BAR_CLUSTERED,
    DrawingKind.COLUMN: XL_CHART_TYPE.COLUMN_CLUSTERED,
    DrawingKind.LINE: XL_CHART_TYPE.LINE_MARKERS,
}
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
BLANK = 6  # the layout of a slide with nothing on it


class _Sheet(CategoryWorkbookWriter):
    """The workbook of a chart, in which nothing can become a formula."""

    def _populate_worksheet(self, workbook: Workbook, worksheet: Any) -> None:
        plain, marked = workbook.add_format(), workbook.add_format({"quote_prefix": True})

        def put(row: int, column: int, text: str) -> None:
            look = marked if could_run(text) else plain
            if text.startswith("<r>") and text.endswith("</r>"):
                # The library takes this for XML of its own making; in two parts it is text again.
                worksheet.write_rich_string(row, column, text[:3], look, text[3:], look)
            else:
                worksheet.write_string(row, column, text, look)

        worksheet.set_column(0, 0, 24)
        for row, category in enumerate(self._chart_data.categories, 1):
            put(row, 0, category.label)
        for column, series in enumerate(self._chart_data, 1):
            put(0, column, series.name)
            shown = workbook.add_format({"num_format": series.number_format})
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    worksheet.write_number(row, column, value, shown)

    @property
    def xlsx_blob(self) -> bytes:
        made = io.BytesIO()
        with Workbook(made, OPTIONS) as book:
            self._populate_worksheet(book, book.add_worksheet("Sheet1"))
        return made.getvalue()


class _Data(CategoryChartData):
    @property
    def _workbook_writer(self) -> _Sheet:
        make: Any = _Sheet
        made: _Sheet = make(self)
        return made


def number(value: Decimal | int | None, unit: ColumnKind) -> float | None:
    """As it stands in the chart and its workbook."""
    if value is None:
        return None
    return float(Decimal(value) / 100 if unit is ColumnKind.PERCENT else value)


def _data(chart: Chart) -> Any:
    make: Any = _Data
    data = make(number_format=NUMBER_FORMATS[chart.unit])
    # A label that is all digits would be kept as a number.
    data.categories = [f"{storable(one)} " if _is_number(one) else storable(one) for one in chart.categories]
    for series in chart.series:
        data.add_series(storable(series.name), [number(value, chart.unit) for value in series.values])
    return data


def _is_number(text: str) -> bool:
    try:
        float(text or 0)
    except ValueError:
        return False
    return True


def put_chart(slide: Any, chart: Chart, box: tuple[Emu, Emu, Emu, Emu], size: int) -> Any:
    """Draws the chart into a slide; letters are so many points high."""
    frame = slide.shapes.add_chart(TYPES[chart.kind], *box, _data(chart))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", storable(chart.alt))
    _style(frame.chart, chart, size)
    return frame


def parts_of(chart: Chart, width: int, height: int, size: int) -> tuple[bytes, bytes]:
    """The XML of the chart and its workbook, for a document of another kind."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    part = put_chart(slide, chart, (Emu(0), Emu(0), Emu(width), Emu(height)), size).chart.part
    return part.blob, part.chart_workbook.xlsx_part.blob


def _style(drawn: Any, chart: Chart, size: int) -> None:
    _without_frame(drawn._chartSpace)
    drawn.has_title = False
    drawn.font.size, drawn.font.color.rgb = Pt(size), INK
    _in_chinese(drawn.font)
    several = len(chart.series) > 1
    drawn.has_legend = several
    if several:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    names, values = drawn.category_axis, drawn.value_axis
    names.format.line.color.rgb = LINE
    names.has_major_gridlines = False
    values.format.line.fill.background()
    values.major_gridlines.format.line.color.rgb = LINE
    values.tick_labels.number_format = "0%" if chart.unit is ColumnKind.PERCENT else "#,##0"
    values.tick_labels.number_format_is_linked = False
    if chart.kind is DrawingKind.LINE:
        _lines(drawn, chart)
    else:
        _bars(drawn, chart, size)


def _without_frame(space: Any) -> None:
    """Said, because not every office program takes the same thing for granted."""
    corners = etree.Element(qn("c:roundedCorners"))
    corners.set("val", "0")
    space.find(qn("c:chart")).addprevious(corners)
    shape = etree.Element(qn("c:spPr"))
    etree.SubElement(shape, qn("a:noFill"))
    etree.SubElement(etree.SubElement(shape, qn("a:ln")), qn("a:noFill"))
    space.find(qn("c:chart")).addnext(shape)


def _in_chinese(font: Any) -> None:
    """Chinese signs have a font of their own in these files."""
    font.name = FONT
    properties = font._element if hasattr(font, "_element") else font._rPr
    for tag in ("a:ea", "a:cs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    latin = properties.find(qn("a:latin"))
    added = etree.Element(qn("a:ea"))
    added.set("typeface", FONT)
    latin.addnext(added)


def _every_name(axis: Any) -> None:
    """No name is left out, however many there are."""
    skip = etree.Element(qn("c:tickLblSkip"))
    skip.set("val", "1")
    axis.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _lines(drawn: Any, chart: Chart) -> None:
    top = max((float(v) for one in chart.series for v in one.values if v is not None), default=0.0)
    if chart.unit is ColumnKind.PERCENT and NEARLY_ALL <= top <= 100:
        drawn.value_axis.maximum_scale = 1.0
    for series, named in zip(drawn.plots[0].series, COLORS, strict=False):
        ink = color(named)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = ink, Pt(2.25)
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 6
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = ink
        series.marker.format.line.color.rgb = ink


def _bars(drawn: Any, chart: Chart, size: int) -> None:
    """From zero, the first on top, each with its number; the scale itself is not needed then."""
    plot, axis = drawn.plots[0], drawn.value_axis
    plot.gap_width, plot.vary_by_categories = 50, False
    axis.minimum_scale, axis.visible, axis.has_major_gridlines = 0, False, False
    names = drawn.category_axis
    names.reverse_order = chart.kind is DrawingKind.BAR
    if chart.kind is DrawingKind.BAR:
        _every_name(names._element)
    top = max((float(v) for one in chart.series for v in one.values if v is not None), default=0.0)
    if chart.unit is ColumnKind.PERCENT and top <= 100:
        axis.maximum_scale = 1.1  # room for the words at the end
    for series, named in zip(plot.series, COLORS, strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = color(named)
        for place in chart.faded:
            fill = series.points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = PALE
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
    labels.number_format, labels.number_format_is_linked = NUMBER_FORMATS[chart.unit], False
    labels.font.size, labels.font.color.rgb = Pt(size), INK
    _in_chinese(labels.font)
