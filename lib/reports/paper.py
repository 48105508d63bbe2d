"""Word's side of a document: pages, letters and tables as official documents have them (GB/T 9704)."""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from lib import clock
from lib.exports.cells import storable
from lib.reports.charts import parts_of
from lib.reports.section import Chart, Table

# What offices have, each with what stands in for it where a machine has not.
TITLE, HEADING, SUBHEADING, BODY, SMALL = "方正小标宋简体", "黑体", "楷体", "仿宋", "宋体"
STAND_INS = {TITLE: "黑体", SUBHEADING: "楷体_GB2312", BODY: "仿宋_GB2312"}
LATIN = "Times New Roman"
INK, GREY = RGBColor(0, 0, 0), RGBColor(0x59, 0x59, 0x59)
WIDTH = Emu(Mm(156))
ROW_OF_BARS, AROUND_BARS, LEAST_HIGH, MOST_HIGH = Mm(6.2), Mm(12), Mm(45), Mm(165)
LETTERS_OF_CHARTS = 10


def new_paper(title: str, export_id: str) -> WordDocument:
    """An empty document with its pages set up."""
    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    known = paper.core_properties
    known.title, known.subject, known.keywords = storable(title)[:250], export_id, export_id
    known.author, known.comments = "", ""
    known.created = known.modified = clock.now().replace(tzinfo=None)
    normal: Any = paper.styles["Normal"]
    normal.font.size = Pt(16)
    _set_fonts(normal.element.get_or_add_rPr(), BODY)
    for number, name in ((1, HEADING), (2, SUBHEADING)):
        style: Any = paper.styles[f"Heading {number}"]
        style.font.size, style.font.bold, style.font.color.rgb = Pt(16), False, INK
        _set_fonts(style.element.get_or_add_rPr(), name)
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(12 if number == 1 else 6), Pt(0 if number == 1 else 3)
        shape.keep_with_next = True
    _name_stand_ins(paper)
    return paper


def _set_fonts(properties: Any, east_asian: str) -> None:
    """One font for Chinese signs and one for the others; a theme's fonts would overrule both."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), value)
    fonts.set(qn("w:hint"), "eastAsia")
    properties.insert(1 if properties.find(qn("w:rStyle")) is not None else 0, fonts)


def _name_stand_ins(paper: WordDocument) -> None:
    """Word looks here for what to take when a machine has not got a font."""
    part = next(one for one in paper.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml")
    fonts = etree.fromstring(part.blob)
    for name, other in STAND_INS.items():
        fonts.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{other}"/>'
                '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)


def write(
    paragraph: Paragraph,
    text: str,
    font: str = BODY,
    size: float = 16,
    *,
    bold: bool = False,
    grey: bool = False,
) -> Paragraph:
    """Adds words to a paragraph; lines stay lines."""
    run = paragraph.add_run(storable(text))
    run.font.size, run.font.bold = Pt(size), bold
    if grey:
        run.font.color.rgb = GREY
    _set_fonts(run._element.get_or_add_rPr(), font)
    return paragraph


def line(paper: WordDocument, text: str, *, indent: bool = True, right: bool = False) -> Paragraph:
    """A paragraph of the body: two signs in, 28 points apart."""
    paragraph = paper.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_after, shape.line_spacing_rule, shape.line_spacing = Pt(0), WD_LINE_SPACING.EXACTLY, Pt(28)
    if indent:
        _indent(paragraph)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return write(paragraph, text)


def _indent(paragraph: Paragraph) -> None:
    found = paragraph._element.get_or_add_pPr().get_or_add_ind()
    found.set(qn("w:firstLineChars"), "200")
    found.set(qn("w:firstLine"), "640")


def title(paper: WordDocument, text: str, below: str) -> None:
    for words, size, font, after in ((text, 22, TITLE, 6), (below, 16, SUBHEADING, 16)):
        paragraph = paper.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(after)
        write(paragraph, words, font, size)


def heading(paper: WordDocument, text: str, level: int) -> None:
    paragraph = paper.add_heading(level=level)
    _indent(paragraph)
    write(paragraph, text, HEADING if level == 1 else SUBHEADING)


def note(paper: WordDocument, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    write(paragraph, text, SMALL, 10.5, grey=True)


def header_and_footer(paper: WordDocument, facts: str) -> None:
    """What it rests on above each page, its number below."""
    section = paper.sections[0]
    write(section.header.paragraphs[0], facts, SMALL, 9, grey=True)
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(below, "— ", SMALL, 14)
    run = below.add_run()
    run.font.size = Pt(14)
    _set_fonts(run._element.get_or_add_rPr(), SMALL)
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("number", "1"), ("end", "")):
        if kind == "number":
            part = OxmlElement("w:t")
            part.text = text
        elif kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._element.append(part)
    write(below, " —", SMALL, 14)


def table(paper: WordDocument, held: Table) -> None:
    """Black lines, the header again on each page, no row cut in two."""
    size = 10.5 if len(held.headings) > 4 else 12
    made = paper.add_table(rows=1, cols=len(held.headings))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Emu(WIDTH * share // sum(held.widths)) for share in held.widths]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    rows = [(made.rows[0], held.headings), *((made.add_row(), row) for row in held.rows)]
    for number, (row, texts) in enumerate(rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))
        cells: tuple[_Cell, ...] = row.cells
        for place, (cell, text, width) in enumerate(zip(cells, texts, widths, strict=True)):
            cell.width = width
            _cell(cell, text, size, head=not number, right=place in held.right)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _cell(cell: _Cell, text: str, size: float, *, head: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(1.5)
    shape.line_spacing = 1.0
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _end_of_paragraph(paragraph, size)
    centre, end = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.alignment = centre if head else end if right else WD_ALIGN_PARAGRAPH.LEFT
    write(paragraph, text, HEADING if head else BODY, size)


def _end_of_paragraph(paragraph: Paragraph, size: float) -> None:
    """An empty cell is as high as its letters would be."""
    properties = OxmlElement("w:rPr")
    high = OxmlElement("w:sz")
    high.set(qn("w:val"), str(int(size * 2)))
    properties.append(high)
    paragraph._element.get_or_add_pPr().append(properties)


def chart(paper: WordDocument, held: Chart) -> None:
    """A chart of Word's own, whose numbers Word can edit."""
    height = Emu(Mm(80))
    if held.kind.value == "bar":
        room = AROUND_BARS + ROW_OF_BARS * len(held.categories) * len(held.series)
        height = Emu(min(max(room, LEAST_HIGH), MOST_HIGH))
    xml, workbook = parts_of(held, WIDTH, height, LETTERS_OF_CHARTS)
    package = paper.part.package
    assert package is not None
    number = sum(str(one.partname).startswith("/word/charts/") for one in package.iter_parts()) + 1
    book = Part(
        PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        workbook,
        package,
    )
    space = etree.fromstring(xml)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, None, package)
    outside = space.find(f"{{{space.nsmap['c']}}}externalData")
    outside.set(qn("r:id"), part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    part._blob = etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)
    relation = paper.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    drawing = parse_xml(
        f'<w:drawing {nsdecls("w")}><wp:inline {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{int(WIDTH)}" cy="{int(height)}"/><wp:docPr id="{1000 + number}" name=""/>'
        f"<wp:cNvGraphicFramePr/><a:graphic {nsdecls('a')}>"
        f'<a:graphicData uri="{space.nsmap["c"]}"><c:chart xmlns:c="{space.nsmap["c"]}" {nsdecls("r")} '
        f'r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    known = drawing.find(f".//{qn('wp:docPr')}")
    assert known is not None
    known.set("name", f"chart {number}")
    known.set("descr", storable(held.alt))
    paragraph.add_run()._element.append(drawing)
