"""Entries of a register on paper where it has no Word template of its own: each begins a page."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Emu, Pt

from lib.i18n import _, numbers
from lib.registers.printing.sheets import (
    GENERAL,
    PrintedEntry,
    PrintedField,
    Prints,
    foot_line,
    general_name,
)
from lib.reports import paper

# Label, value, label, value; what is longer than the half goes over the whole.
SHARES = (18, 32, 18, 32)
LONGEST_HALF = 22
SIZE = 12.0


def entry_paper(prints: Prints, export_id: str) -> bytes:
    made = paper.new_paper(prints.register, export_id)
    paper.header_and_footer(made, foot_line(prints, export_id))
    for number, entry in enumerate(prints.entries):
        _entry(made, prints, entry, new_page=bool(number))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def sample_template(prints: Prints, names: tuple[tuple[str, str], ...]) -> bytes:
    """The same layout with names in braces, for whoever begins to make a template."""
    known = dict(names)
    general = {one: general_name(one) for one in GENERAL}
    fields = tuple(
        PrintedField("", words, "", f"{{{{ {name} }}}}")
        for name, words in known.items()
        if name not in general.values()
    )
    head = {key: f"{{{{ {words} }}}}" for key, words in general.items()}
    entry = PrintedEntry(head["g_number"], head["g_title"], head["g_center"], head["g_state"], fields, ())
    made = paper.new_paper(prints.register, "")
    _entry(made, prints, entry, new_page=False)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _entry(made: WordDocument, prints: Prints, entry: PrintedEntry, *, new_page: bool) -> None:
    head = made.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.space_after = Pt(8)
    head.paragraph_format.page_break_before = new_page
    paper.write(head, prints.register, paper.TITLE, 22)
    about = made.add_paragraph()
    about.paragraph_format.space_after = Pt(4)
    words = _("编号：{number}　　单位：{center}　　状态：{state}")
    paper.write(
        about,
        words.format(number=entry.number, center=entry.center, state=entry.state),
        paper.BODY,
        SIZE,
    )
    # The number stands above already.
    _fields(made, tuple(one for one in entry.fields if one.words != entry.number))
    if entry.decisions:
        _decisions(made, entry)
    signed = made.add_paragraph()
    signed.paragraph_format.space_before = Pt(24)
    paper.write(
        signed,
        _("填表人：　　　　　　　审核人：　　　　　　　日期：　　　　年　　月　　日"),
        paper.BODY,
        SIZE,
    )


def _fields(made: WordDocument, fields: tuple[PrintedField, ...]) -> None:
    table = _table(made, SHARES)
    section, half = "", None
    for one in fields:
        if one.section != section:
            _close(half)
            section, half = one.section, None
            row = _row(table)
            _put(row.cells[0].merge(row.cells[3]), section, heading=True)
        if _width(one.words) > LONGEST_HALF or "\n" in one.words:
            _close(half)
            half = None
            row = _row(table)
            _put(row.cells[0], one.label, label=True)
            _put(row.cells[1].merge(row.cells[3]), one.words)
        elif half is None:
            half = _row(table)
            _put(half.cells[0], one.label, label=True)
            _put(half.cells[1], one.words)
        else:
            _put(half.cells[2], one.label, label=True)
            _put(half.cells[3], one.words)
            half = None
    _close(half)


def _close(half: Any) -> None:
    """A value that has no neighbor takes the whole row."""
    if half is not None:
        half.cells[1].merge(half.cells[3])


def _width(words: str) -> int:
    """In letters; a Chinese sign is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def _decisions(made: WordDocument, entry: PrintedEntry) -> None:
    head = made.add_paragraph()
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(12), Pt(4)
    head.paragraph_format.keep_with_next = True
    paper.write(head, _("办理记录"), paper.HEADING, 14)
    table = _table(made, (18, 22, 26, 34))
    top = _row(table)
    for cell, words in zip(top.cells, (_("环节"), _("办理人"), _("时间"), _("意见")), strict=True):
        _put(cell, words, label=True)
    for one in entry.decisions:
        row = _row(table)
        for cell, words in zip(
            row.cells, (one.step, one.done_by, numbers.table_moment(one.done_at), one.words), strict=True
        ):
            _put(cell, words)


def _table(made: WordDocument, shares: tuple[int, ...]) -> Any:
    table = made.add_table(rows=0, cols=len(shares))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(paper.WIDTH * share // sum(shares))
    return table


def _row(table: Any) -> Any:
    row = table.add_row()
    row.height, row.height_rule = Pt(24), WD_ROW_HEIGHT_RULE.AT_LEAST
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    return row


def _put(cell: Any, words: str, *, label: bool = False, heading: bool = False) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    if label or heading:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if label else WD_ALIGN_PARAGRAPH.LEFT
    paper.write(paragraph, words, paper.HEADING if label or heading else paper.BODY, SIZE)
