"""The wrong rows of an import as a workbook: the same columns, what is wrong in red, and why in one more.

Once corrected it is imported like any file; the column of reasons is not read.
"""

from __future__ import annotations

from lib.exports.cells import storable
from lib.i18n import _
from lib.imports.dry_run import DryRun, State
from lib.imports.matching import heading_of, is_passed_over, reasons_heading
from lib.imports.sheet import shown
from lib.imports.synonyms import UNUSED
from lib.imports.table import Table
from lib.imports.writing import LONGEST_CELL, TEXT, Page, format_of, width_for
from lib.tables import HEADER_NAME

MEASURED = 200
REASONS_WIDTH = 60


def bad_rows(table: Table, dry_run: DryRun) -> bytes:
    """The person's own values as they stood in the file, in full."""
    matching = dry_run.matching
    page = Page(_("有问题的行"))
    sheet = page.sheet
    cells = {row.number: row.cells for row in table.rows}
    wrong = [row for row in dry_run.rows if row.state is State.WRONG]
    heading = {"bold": True, "bg_color": "#e8edf2", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    for column in table.columns:
        field = matching.field(column.index)
        if field is not None:
            # Under its own name, so that a column that a person matched by hand is known next time.
            name = heading_of(field)
        elif column.heading and not is_passed_over(column.heading, matching.fields):
            name = UNUSED + column.heading
        else:
            name = column.heading or UNUSED + column.letter
        page.put(0, column.index, name, **heading)
        texts = [name, *(shown(cells[row.number][column.index]) for row in wrong[:MEASURED])]
        sheet.set_column(column.index, column.index, width_for(texts))
    last = len(table.columns)
    page.put(0, last, reasons_heading(), **heading)
    sheet.set_column(last, last, REASONS_WIDTH)
    for line, row in enumerate(wrong, start=1):
        marked = {fault.letter for fault in row.faults if fault.letter}
        for column in table.columns:
            field = matching.field(column.index)
            look = {"valign": "top", "num_format": format_of(field) if field else TEXT}
            if column.letter in marked:
                look |= {"bg_color": "#fde7e5", "font_color": "#b3261e"}
            page.put(line, column.index, cells[row.number][column.index], **look)
        reasons = [
            _("{heading}：{sentence}").format(heading=fault.heading, sentence=fault.sentence)
            if fault.heading
            else fault.sentence
            for fault in row.faults
        ]
        said = _("原第{row}行：{reasons}").format(row=row.number, reasons=" ".join(reasons) or "—")
        page.put(line, last, storable(said)[:LONGEST_CELL], valign="top", text_wrap=True)
    sheet.freeze_panes(1, 0)
    page.book.define_name(HEADER_NAME, f"='{sheet.get_name()}'!$1:$1")
    return page.finished()
