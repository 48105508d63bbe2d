"""A document for PowerPoint: one message on each slide, said by its title; what is behind it below."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from lib import clock
from lib.exports.cells import storable
from lib.i18n import _
from lib.reports.charts import FONT, color, inches, put_chart
from lib.reports.section import Document, Section, Table

WIDE, HIGH, SIDE = inches(13.333), inches(7.5), inches(0.6)
ACROSS = Emu(WIDE - 2 * SIDE)
TITLE_TOP, TITLE_HIGH = inches(0.75), inches(1.0)
NOTE_TOP, NOTE_HIGH = inches(1.75), inches(0.65)
BODY_TOP, BODY_HIGH, FOOT_TOP = inches(2.4), inches(4.35), inches(6.95)
INK, GREY, ACCENT, HEAD, PAPER = (color(said) for said in ("1B2733", "5D6F82", "2B78C5", "E8EDF2", "FFFFFF"))
ROW, LINES = inches(0.4), 10  # the height of a line of a table, and how many fit
MOST_BARS = 12  # that can be read from the back of a room
FULL = 0.85  # of a line; bold letters are wide
TITLE_ONLY = 5  # the layout with a title and nothing else


def slides_bytes(document: Document) -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    known = deck.core_properties
    known.title, known.author = storable(document.title)[:250], ""
    known.subject = known.keywords = document.export_id
    known.created = known.modified = clock.now().replace(tzinfo=None)
    _cover(deck, document)
    for chapter in document.chapters:
        for section in chapter.sections:
            if not section.paper_only:
                for part in _fitting(section):
                    _slide(deck, document, chapter.heading, part)
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _fitting(section: Section) -> Iterator[Section]:
    """A section as one slide, or as several where its table is long; a chart has a slide of its own."""
    if section.chart is not None:
        yield replace(section, table=None).shortened(MOST_BARS)
    held = section.table
    if held is None:
        return  # a sentence alone stands on the agenda already
    pages: list[list[tuple[str, ...]]] = [[]]
    used = 0
    for row in held.rows:
        needs = _lines(row, held)
        if pages[-1] and used + needs > LINES:
            pages.append([])
            used = 0
        pages[-1].append(row)
        used += needs
    for number, rows in enumerate(pages):
        again = _("{finding}（续）").format(finding=section.finding) if number else section.finding
        yield replace(section, finding=again, chart=None, table=replace(held, rows=tuple(rows)))


def _lines(row: tuple[str, ...], held: Table) -> int:
    """How many lines the longest cell takes, at 14 points."""
    room = [max(int(ACROSS.inches * share / sum(held.widths) / 0.2) - 1, 2) for share in held.widths]
    return max(
        sum(-(-max(_signs(part), 1) // wide) for part in text.split("\n"))
        for text, wide in zip(row, room, strict=True)
    )


def _signs(text: str) -> int:
    """How many Chinese signs wide it is."""
    return -(-sum(1 if sign < "\u2e80" else 2 for sign in text) // 2)


def _cover(deck: Any, document: Document) -> None:
    slide = _empty(deck, document.title, inches(2.4), inches(1.6), 40)
    _text(slide, document.subtitle, (SIDE, inches(4.1), ACROSS, inches(0.7)), 24, GREY)
    _text(slide, "\n".join(document.facts), (SIDE, inches(5.0), ACROSS, inches(1.6)), 14, GREY)


def _slide(deck: Any, document: Document, chapter: str, section: Section) -> None:
    slide = _empty(deck, section.finding, TITLE_TOP, TITLE_HIGH, 28)
    _text(slide, chapter, (SIDE, inches(0.4), ACROSS, inches(0.4)), 14, ACCENT)
    if section.notes:
        _text(slide, _("；").join(section.notes), (SIDE, NOTE_TOP, ACROSS, NOTE_HIGH), 13, GREY)
    if section.chart is not None:
        put_chart(slide, section.chart, (SIDE, BODY_TOP, ACROSS, BODY_HIGH), 13)
    elif section.table is not None:
        _table(slide, section.table)
    number = len(deck.slides)
    foot = (SIDE, FOOT_TOP, ACROSS, inches(0.35))
    _text(slide, " ｜ ".join(document.facts), foot, 10, GREY)
    _text(slide, str(number), foot, 10, GREY, right=True)


def _empty(deck: Any, title: str, top: Emu, height: Emu, size: int) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = SIDE, top, ACROSS, height
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = 0
    # Two lines of a long finding are as high as one of a short one.
    _write(frame, title, size if _signs(title) <= FULL * ACROSS.pt // size else size - 6, INK, bold=True)
    return slide


def _text(
    slide: Any, text: str, box: tuple[Emu, Emu, Emu, Emu], size: int, ink: Any, *, right: bool = False
) -> None:
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _write(frame, text, size, ink)
    if right:
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _write(frame: Any, text: str, size: int, ink: Any, *, bold: bool = False) -> None:
    for number, words in enumerate(storable(text).split("\n")):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, ink, FONT
        added = etree.Element(qn("a:ea"))
        added.set("typeface", FONT)
        run._r.get_or_add_rPr().find(qn("a:latin")).addnext(added)


def _table(slide: Any, held: Table) -> None:
    rows = (held.headings, *held.rows)
    high = Emu(ROW * len(rows))
    made = slide.shapes.add_table(len(rows), len(held.headings), SIDE, BODY_TOP, ACROSS, high).table
    made.horz_banding = False
    for column, share in zip(made.columns, held.widths, strict=True):
        column.width = Emu(ACROSS * share // sum(held.widths))
    for number, texts in enumerate(rows):
        made.rows[number].height = ROW
        for place, text in enumerate(texts):
            cell = made.cell(number, place)
            cell.fill.solid()
            cell.fill.fore_color.rgb = PAPER if number else HEAD
            cell.margin_top = cell.margin_bottom = inches(0.04)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            _write(cell.text_frame, text, 14, INK, bold=not number)
            if place in held.right:
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.alignment = PP_ALIGN.RIGHT
            _underline(cell)


def _underline(cell: Any) -> None:
    """A thin line under each row, and none between columns."""
    properties = cell._tc.get_or_add_tcPr()
    below = etree.Element(qn("a:lnB"), w="9525")
    etree.SubElement(etree.SubElement(below, qn("a:solidFill")), qn("a:srgbClr"), val="D5DCE3")
    properties.insert(0, below)
