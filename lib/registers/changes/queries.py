"""Questions about many rows at once: what a change would do before it is saved, and which were saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.register import ChangeSet, ChangeSetKind, EntryChange, Register
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import Problem
from lib.fields.field import Field
from lib.fields.kinds import shown
from lib.i18n import mark
from lib.imports.dry_run import DryRun
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.imports.template import template
from lib.registers import values as whole
from lib.registers.changes.commands import subject_of
from lib.registers.changes.judging import Judged, RowChange, judged
from lib.registers.design import Design
from lib.registers.importing import columns_of, names_to_choose, tried
from lib.registers.seeing import no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings

MOST_PREVIEWED = 300
KIND_WORDS: dict[ChangeSetKind, str] = {
    ChangeSetKind.EDITOR: mark("表格编辑"),
    ChangeSetKind.IMPORT: mark("导入"),
    ChangeSetKind.BULK: mark("批量修改"),
}


@dataclass(frozen=True)
class PreviewRow:
    """What would come of a row: each field that becomes another, in words before and after."""

    number: int
    entry_id: int | None
    serial: int | None
    # The version that stands now.
    version: int | None
    title: str
    kind: str
    """new, edited, removed, same."""
    changed: tuple[tuple[str, str, str, str], ...]
    """Key, label, before, after."""
    problems: tuple[Problem, ...]
    conflict: bool

    @property
    def key(self) -> int | None:
        return self.entry_id


@query(Permission.FILL_REGISTERS)
def preview_changes(
    session: ScopedSession, register_id: int, rows: Sequence[RowChange]
) -> tuple[PreviewRow, ...]:
    """What saving the rows would do; nothing is written. A row with a conflict shows what stands now as
    "before". Raises NotFound."""
    register, design = _readable(session, register_id)
    world = Surroundings(session)
    return _previews(session, design, judged(session, register, design, rows, world), world)


def _readable(session: ScopedSession, register_id: int) -> tuple[Register, Design]:
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        raise no_register()
    return register, design


def _previews(
    session: ScopedSession, design: Design, found: Sequence[Judged], world: Surroundings
) -> tuple[PreviewRow, ...]:
    fields = [one for one in seen(viewer_of(session), design) if not one.retired]
    world.know(fields, [values for one in found for values in (one.before, one.after)])
    return tuple(_preview(one, design, [field.key for field in fields], world) for one in found)


def _preview(one: Judged, design: Design, keys: Sequence[str], world: Surroundings) -> PreviewRow:
    _before, after = whole.differences(one.before, one.after)
    changed = tuple(
        (
            key,
            design.by_key[key].words,
            shown(one.before.get(key, ""), design.by_key[key], world),
            shown(after[key], design.by_key[key], world),
        )
        for key in keys
        if key in after
    )
    kind = (
        "removed"
        if one.change.remove
        else "new"
        if one.entry is None
        else "same"
        if one.nothing
        else "edited"
    )
    entry = one.entry
    return PreviewRow(
        one.number, entry.id if entry else None, entry.serial if entry else None,
        entry.version if entry else None,
        entry.title if entry else whole.title_of(design, one.after, world), kind, changed, one.problems,
        one.conflict,
    )  # fmt: skip


@query(Permission.FILL_REGISTERS)
def import_columns(session: ScopedSession, register_id: int) -> tuple[Field, ...]:
    """The columns that a table for this register may have. Raises NotFound."""
    _register, design = _readable(session, register_id)
    return columns_of(session, design)


@query(Permission.FILL_REGISTERS)
def template_of(session: ScopedSession, register_id: int) -> bytes:
    """The workbook in which people send new rows. Raises NotFound."""
    _register, design = _readable(session, register_id)
    fields = columns_of(session, design)
    return template(design.words, fields, names_to_choose(session, fields, design))


@dataclass(frozen=True)
class Tried:
    """What an import would do, row by row; `previews` are of the first rows that would be written."""

    run: DryRun
    changes: tuple[RowChange, ...]
    previews: tuple[PreviewRow, ...]


@query(Permission.FILL_REGISTERS)
def try_import(
    session: ScopedSession,
    register_id: int,
    table: Table,
    matching: Matching,
    progress: Callable[[float], None] | None = None,
) -> Tried:
    """Holds a table against a register; nothing is written. Raises NotFound."""
    register, design = _readable(session, register_id)
    world = Surroundings(session)
    found = tried(session, register, design, table, matching, world, progress)
    return Tried(found.run, found.changes, _previews(session, design, found.outcomes[:MOST_PREVIEWED], world))


@dataclass(frozen=True)
class ChangeSetRow:
    id: int
    kind: ChangeSetKind
    source: str
    made: int
    edited: int
    removed: int
    done_by: str
    done_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    own: bool


@query(Permission.FILL_REGISTERS)
def change_sets_of(session: ScopedSession, register_id: int, most: int = 50) -> tuple[ChangeSetRow, ...]:
    """The newest change-sets of a register that were made in the viewer's scope. Raises NotFound."""
    _readable(session, register_id)
    viewer = viewer_of(session)
    wanted = [ChangeSet.subject == subject_of(register_id)]
    if viewer.department_id is not None:  # those of other departments are none of theirs
        wanted.append(ChangeSet.id.in_(select(EntryChange.change_set_id)))
    rows = session.scalars(
        select(ChangeSet).where(*wanted).order_by(ChangeSet.id.desc()).limit(min(max(most, 1), 500))
    )
    return tuple(
        ChangeSetRow(
            one.id, one.kind, one.source, one.made, one.edited, one.removed, one.done_by, one.done_at,
            one.undone_by, one.undone_at, one.done_by_id == viewer.account_id,
        )
        for one in rows
    )  # fmt: skip
