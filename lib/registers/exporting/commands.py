"""Takes the entries of a list out as a file, with who did it, why, and how many, in the audit chain."""

from __future__ import annotations

import hashlib

from db.models.center import Center
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound, Problem
from lib.exports.cells import storable
from lib.exports.comma_separated import csv_bytes
from lib.exports.commands import EXPORT_ID
from lib.exports.sheet import Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.registers.entries.finding import Filter
from lib.registers.entries.queries import MOST_AT_ONCE, find_entries
from lib.registers.entries.rows import EntryRow
from lib.registers.exporting.sheet import columns_of, taken_out
from lib.registers.seeing import no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings
from lib.typed import as_typed

WRITERS = {"xlsx": workbook_bytes, "csv": csv_bytes}
# More than this many rows leave only with a reason.
WITHOUT_REASON = 500
MOST_ROWS = 20_000
LONGEST_REASON = 200


@command(Permission.EXPORT_REGISTERS)
def export_entries(
    session: ScopedSession,
    register_id: int,
    export_id: str,
    ending: str,
    center_code: str = "",
    state: str = "",
    filters: tuple[Filter, ...] = (),
    search: str = "",
    order: str = "",
    downward: bool = True,
    words: str = "",
    reason: str = "",
) -> bytes:
    """All entries that hold to the filters, as a file; `words` say what the filters are, for the reader.
    Masked fields stay masked. Raises NotFound, NotAllowed, BadInput."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    if center_code and not (
        session.scope.covers(center_code) and session.get(Center, center_code) is not None
    ):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if not design.exported:
        raise NotAllowed(_("这本台账不能导出。"))
    if ending not in WRITERS or not EXPORT_ID.fullmatch(export_id):
        raise BadInput(_("不能导出成这种文件。"))
    rows = _all(session, register_id, center_code, state, filters, search, order, downward)
    why = as_typed(reason, LONGEST_REASON)
    if len(rows) > WITHOUT_REASON and not why:
        sentence = _("导出超过{most}行，请写明用途。").format(most=WITHOUT_REASON)
        raise BadInput(sentence, (Problem("reason", sentence),))
    title = _("{name}：{count}条").format(name=design.words, count=numbers.whole(len(rows)))
    center = session.get(Center, center_code or viewer.center_code)
    facts = facts_of(
        filters=words, period="", as_of=deployment.moment_of(session), exported_by=viewer.name,
        center=center.name if center else "", exported_at=clock.now(),
    )  # fmt: skip
    facts += ((_("用途"), why),) if why else ()
    fields = taken_out(seen(viewer, design))
    world = Surroundings(session)
    world.know(fields, [row.kept for row in rows])
    sheet = Sheet(title, facts, columns_of(design, fields, rows, world), export_id)
    made = WRITERS[ending](sheet)
    # What was searched for may be somebody's number.
    record(
        session, viewer, "exported", export_id,
        after={"page": "register", "register": register_id, "what": masked_text(storable(title)),
               "filters": masked_text(storable(words)), "kind": ending, "rows": len(rows),
               "reason": masked_text(why), "sha256": hashlib.sha256(made).hexdigest()},
    )  # fmt: skip
    return made


def _all(
    session: ScopedSession,
    register_id: int,
    center_code: str,
    state: str,
    filters: tuple[Filter, ...],
    search: str,
    order: str,
    downward: bool,
) -> list[EntryRow]:
    found: list[EntryRow] = []
    while True:
        number = len(found) // MOST_AT_ONCE + 1
        part = find_entries(
            session, register_id, center_code, state, filters, search, order, downward, number, MOST_AT_ONCE
        )
        if part.total > MOST_ROWS:
            raise BadInput(_("一次最多导出{most}行，请先筛选。").format(most=MOST_ROWS))
        found += part.rows
        if len(found) >= part.total or not part.rows:
            return found
