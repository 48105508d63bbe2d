"""Takes the roster out as a file that comes back through the import, with who did it, why, and how many, in
the audit chain. Numbers stay masked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from db.models.center import CODE_LENGTH, Center, Level
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound, Problem
from lib.exports.cells import storable
from lib.exports.comma_separated import csv_bytes
from lib.exports.commands import EXPORT_ID
from lib.exports.sheet import Column, ColumnKind, Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.i18n import _, numbers
from lib.imports.matching import heading_of
from lib.masking import masked_name, masked_text
from lib.roster.fields import roster_fields
from lib.roster.queries import LineRow, RosterFilter, find_lines
from lib.typed import as_typed

WRITERS = {"xlsx": workbook_bytes, "csv": csv_bytes}
MOST_ROWS = 20_000
# More than this many lines leave only through a county or what is above it.
BELOW_COUNTIES = 500
LONGEST_REASON = 200
DAYS = {"since": lambda row: row.since, "until": lambda row: row.until}


@command(Permission.EXPORT_ROSTER)
def export_roster(
    session: ScopedSession, wanted: RosterFilter, export_id: str, ending: str, reason: str, words: str = ""
) -> bytes:
    """All lines that hold to the filter, as a file; `words` say what the filter is, for the reader. Raises
    NotFound, NotAllowed, BadInput."""
    viewer = viewer_of(session)
    center = session.get(Center, wanted.center_code) if session.scope.covers(wanted.center_code) else None
    if center is None:
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if ending not in WRITERS or not EXPORT_ID.fullmatch(export_id):
        raise BadInput(_("不能导出成这种文件。"))
    why = as_typed(reason, LONGEST_REASON)
    if not why:
        raise BadInput(_("请写明导出的用途。"), (Problem("reason", _("请写明导出的用途。")),))
    found = find_lines(session, wanted, 1, MOST_ROWS)
    if found.total > MOST_ROWS:
        raise BadInput(_("一次最多导出{most}行，请先筛选。").format(most=MOST_ROWS))
    if found.total > BELOW_COUNTIES and len(viewer.center_code) > CODE_LENGTH[Level.COUNTY]:
        sentence = _("超过{most}行的花名册请县（区）中心导出，或先筛选再导出。")
        raise NotAllowed(sentence.format(most=BELOW_COUNTIES))
    title = _("{center}花名册：{count}条").format(center=center.name, count=numbers.whole(found.total))
    facts = facts_of(
        filters=words, period="", as_of=deployment.moment_of(session), exported_by=viewer.name,
        center=center.name, exported_at=clock.now(),
    )  # fmt: skip
    sheet = Sheet(title, (*facts, (_("用途"), why)), columns_of(found.rows), export_id)
    made = WRITERS[ending](sheet)
    # What was searched for may be somebody's number or name.
    filters = masked_text(storable(words))
    if wanted.text and not wanted.text.isascii():
        filters = filters.replace(wanted.text, masked_name(wanted.text))
    record(
        session, viewer, "exported", export_id,
        after={"page": "roster", "center": center.code, "what": masked_text(storable(title)),
               "filters": filters, "kind": ending, "rows": found.total,
               "reason": masked_text(why), "sha256": hashlib.sha256(made).hexdigest()},
    )  # fmt: skip
    return made


def columns_of(rows: Sequence[LineRow]) -> tuple[Column, ...]:
    """Under the headings that the import knows; whatever is masked on screen is masked here."""
    found = []
    for field in roster_fields():
        heading = heading_of(replace(field, required=False))
        if field.key in DAYS:
            days = tuple(DAYS[field.key](row) for row in rows)
            found.append(Column(heading, ColumnKind.DAY, days))
        else:
            cells = tuple(row.cells.get(field.key) or None for row in rows)
            found.append(Column(heading, ColumnKind.CODE, cells))
    return tuple(found)
