"""Questions about entries: a page of a list, one entry with all that belongs to it, what happened to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.center import Center
from db.models.register import Attachment, ChangeKind, Entry, EntryChange, Register
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.kinds import shown
from lib.i18n import _
from lib.registers import flow
from lib.registers import values as whole
from lib.registers.design import Design, Move
from lib.registers.entries.finding import Filter, checked
from lib.registers.entries.paging import AT_ONCE, COLUMNS, Asked, may_order, page_of
from lib.registers.entries.rows import EntryRow, rows_of
from lib.registers.entries.writing import entry_of
from lib.registers.seeing import (
    design_of,
    editable,
    no_entry,
    no_register,
    reads,
    register_with_design,
    root_of,
    seen,
)
from lib.registers.world import Surroundings
from lib.registers.writers import writers_of

PAGE_SIZE = 50
MOST_AT_ONCE = 20_000


@dataclass(frozen=True)
class EntryPage:
    rows: tuple[EntryRow, ...]
    total: int


@query(Permission.READ_REGISTERS)
def find_entries(
    session: ScopedSession,
    register_id: int,
    center_code: str = "",
    state: str = "",
    filters: tuple[Filter, ...] = (),
    search: str = "",
    order: str = "",
    downward: bool = True,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    removed: bool = False,
) -> EntryPage:
    """A page of the entries of a center and below that hold to all filters, and how many there are.

    `order` is the key of a field, or "" for the order in which they were made. Raises NotFound, BadInput.
    """
    _register, design = _readable(session, register_id)
    viewer, world = viewer_of(session), Surroundings(session)
    fields = seen(viewer, design)
    asked = Asked(register_id, center_code, state, search, checked(fields, filters), removed)
    size = min(max(page_size, 1), MOST_AT_ONCE)
    keys, total = page_of(session, asked, _order(fields, order), downward, page, size)
    return EntryPage(rows_of(_entries(session, keys), fields, world), total)


def _order(fields: tuple[Field, ...], order: str) -> Field | str:
    if not order or order in COLUMNS:
        return order
    field = next((one for one in fields if one.key == order), None)
    if field is None:
        raise BadInput(_("不能按这个字段排序。"))
    return may_order(field)


def _entries(session: ScopedSession, keys: list[int]) -> list[tuple[Entry, str]]:
    """The entries with the names of their centers, in the order of the keys."""
    found: dict[int, tuple[Entry, str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = session.execute(
            select(Entry, Center.name)
            .join(Center, Center.code == Entry.center_code)
            .where(Entry.id.in_(keys[start : start + AT_ONCE]))
        )
        found |= {entry.id: (entry, name) for entry, name in rows}
    return [found[key] for key in keys if key in found]


def _readable(session: ScopedSession, register_id: int) -> tuple[Register, Design]:
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        raise no_register()
    return register, design


@dataclass(frozen=True)
class AttachmentRow:
    id: int
    field: str
    name: str
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class EntryCard:
    row: EntryRow
    register_id: int
    design: Design
    # The design that it was last written with, when that is not the one in use.
    written_with: Design | None
    fields: tuple[Field, ...]
    # The keys that this person may fill in now; none when the stage or the register is closed.
    may_edit: frozenset[str]
    moves: tuple[Move, ...]
    attachments: tuple[AttachmentRow, ...]
    closed: bool


@query(Permission.READ_REGISTERS)
def entry_card(session: ScopedSession, entry_id: int) -> EntryCard:
    """One entry as this person sees it, with the steps that they may take. Raises NotFound."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    register, design = register_with_design(session, entry.register_id)
    entry_of(session, register, design, entry_id)
    viewer, world = viewer_of(session), Surroundings(session)
    fields = seen(viewer, design)
    center = session.get(Center, entry.center_code)
    row = rows_of([(entry, center.name if center else "")], fields, world)[0]
    files = session.scalars(
        select(Attachment)
        .where(Attachment.entry_id == entry_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    keys = {one.key for one in fields}
    older = entry.design_number != register.design_number
    return EntryCard(
        row, register.id, design,
        design_of(session, register.id, entry.design_number) if older else None, fields,
        _may_edit(viewer, register, design, entry), tuple(_moves(session, viewer, register, design, entry)),
        tuple(
            AttachmentRow(one.id, one.field, one.name, one.size, one.added_by, one.added_at)
            for one in files
            if one.field in keys
        ),
        register.closed_at is not None,
    )  # fmt: skip


def _may_edit(viewer: Viewer, register: Register, design: Design, entry: Entry) -> frozenset[str]:
    open_here = design.stage(entry.state).editable and entry.removed_at is None and register.closed_at is None
    return editable(viewer, design) if open_here and viewer.may(Permission.FILL_REGISTERS) else frozenset()


def _moves(
    session: ScopedSession, viewer: Viewer, register: Register, design: Design, entry: Entry
) -> list[Move]:
    if register.closed_at is not None or entry.removed_at is not None:
        return []
    writers = writers_of(session, design, [entry.id])[entry.id]
    return flow.open_moves(viewer, entry, design, root_of(session), writers)


@dataclass(frozen=True)
class Happening:
    """`changed` has the fields that the viewer sees, each with its words before and after."""

    kind: ChangeKind
    action: str
    words: str
    changed: tuple[tuple[str, str, str], ...]
    version: int
    done_by: str
    done_at: datetime
    change_set_id: int | None


@query(Permission.READ_REGISTERS)
def history_of(session: ScopedSession, entry_id: int) -> tuple[Happening, ...]:
    """What happened to an entry, the newest first, in words. Raises NotFound."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    register, design = register_with_design(session, entry.register_id)
    entry_of(session, register, design, entry_id)
    fields, world = {one.key: one for one in seen(viewer_of(session), design)}, Surroundings(session)
    rows = session.scalars(
        select(EntryChange).where(EntryChange.entry_id == entry_id).order_by(EntryChange.id.desc())
    )
    return tuple(_happening(row, design, fields, world) for row in rows)


def _happening(row: EntryChange, design: Design, fields: dict[str, Field], world: Surroundings) -> Happening:
    changed: tuple[tuple[str, str, str], ...] = ()
    action = row.action
    if row.kind is ChangeKind.MOVED:
        move = design.move(row.action)
        action = move.words if move else row.action
        states = [json.loads(text).get("state", "") for text in (row.before, row.after)]
        changed = ((_("状态"), design.stage(states[0]).words, design.stage(states[1]).words),)
    elif row.kind in (ChangeKind.MADE, ChangeKind.EDITED):
        before, after = whole.unpacked(row.before), whole.unpacked(row.after)
        world.know(fields.values(), (before, after))
        changed = tuple(
            (
                fields[key].words,
                shown(before.get(key, ""), fields[key], world),
                shown(kept, fields[key], world),
            )
            for key, kept in after.items()
            if key in fields
        )
    return Happening(
        row.kind, action, row.words, changed, row.version, row.done_by, row.done_at, row.change_set_id
    )
