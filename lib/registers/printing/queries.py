"""Questions about printing: the templates of a register, what they can name, and what is to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from db.models.center import Center
from db.models.register import ChangeKind, Entry, EntryChange, PrintTemplate, Register, RegisterDesign
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import BadInput, NotAllowed, NotFound
from lib.fields.field import Field
from lib.fields.kinds import shown
from lib.i18n import _, numbers
from lib.registers import values as whole
from lib.registers.design import Design, loaded
from lib.registers.naming.labels import heading
from lib.registers.printing.newest import newest_design
from lib.registers.printing.sheets import (
    GENERAL,
    MOST_ENTRIES,
    Decision,
    PrintedEntry,
    PrintedField,
    Prints,
    cleaned,
    general_name,
    names_of,
)
from lib.registers.seeing import no_entry, no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings


@dataclass(frozen=True)
class TemplateRow:
    id: int
    name: str
    added_by: str
    added_at: datetime


def no_template() -> NotFound:
    return NotFound(_("找不到这个打印模板，请重新选择。"))


@query(Permission.READ_CENTERS)
def templates_of(session: ScopedSession, register_id: int) -> tuple[TemplateRow, ...]:
    """The Word templates of a register that the viewer reads or designs. Raises NotFound."""
    register = session.get(Register, register_id)
    if register is None or not (_designs(session, register) or _reads(session, register)):
        raise no_register()
    rows = session.scalars(
        select(PrintTemplate).where(PrintTemplate.register_id == register_id).order_by(PrintTemplate.name)
    )
    return tuple(TemplateRow(one.id, one.name, one.added_by, one.added_at) for one in rows)


def _designs(session: ScopedSession, register: Register) -> bool:
    return viewer_of(session).may(Permission.DESIGN_REGISTERS) and session.scope.covers(register.center_code)


def _reads(session: ScopedSession, register: Register) -> bool:
    if not register.design_number:
        return False
    _register, design = register_with_design(session, register.id)
    return reads(viewer_of(session), register, design)


@query(Permission.DESIGN_REGISTERS)
def names_for_templates(session: ScopedSession, register_id: int) -> tuple[tuple[str, str], ...]:
    """What a template may write between its braces, and what stands there then. Raises NotFound."""
    design = newest_design(session, register_id)
    known = names_of(design)
    found = [
        (one.words if known.get(cleaned(one.words)) == one.key else one.key, one.words)
        for one in design.standing
    ]
    taken = {cleaned(name) for name, _words in found}
    general = [general_name(key) for key in GENERAL]
    return (*found, *((name, name) for name in general if cleaned(name) not in taken))


@query(Permission.EXPORT_REGISTERS)
def entries_to_print(
    session: ScopedSession, register_id: int, entry_ids: tuple[int, ...], template_id: int | None = None
) -> Prints:
    """What is to be printed of entries, in their order, as this person sees them: masked fields masked,
    and fields that may not be taken out left out. Raises NotFound, NotAllowed, BadInput."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    if not design.exported:
        raise NotAllowed(_("这本台账不允许导出和打印。"))
    wanted = list(dict.fromkeys(entry_ids))
    if not wanted:
        raise BadInput(_("请先选择要打印的记录。"))
    if len(wanted) > MOST_ENTRIES:
        raise BadInput(_("一次最多打印{most}条，请减少选择。").format(most=MOST_ENTRIES))
    template = _template(session, register_id, template_id)
    rows = session.execute(
        select(Entry, Center.name)
        .join(Center, Center.code == Entry.center_code)
        .where(Entry.id.in_(wanted), Entry.register_id == register_id, Entry.removed_at.is_(None))
    )
    found = {entry.id: (entry, name) for entry, name in rows}
    if len(found) != len(wanted):
        raise no_entry()
    fields = [one for one in seen(viewer, design) if not one.retired and one.exported]
    world, decisions = Surroundings(session), _decisions(session, wanted, design)
    world.know(fields, [whole.unpacked(entry.content) for entry, _name in found.values()])
    return Prints(
        design.words,
        tuple(_printed(*found[key], design, fields, world, decisions.get(key, ())) for key in wanted),
        viewer.name,
        numbers.table_moment(deployment.moment_of(session)),
        template,
        _names(session, register_id) if template is not None else {},
    )


def _names(session: ScopedSession, register_id: int) -> dict[str, str]:
    """A template goes on naming fields as they were called when it was made."""
    texts = session.scalars(
        select(RegisterDesign.definition)
        .where(RegisterDesign.register_id == register_id, RegisterDesign.used_since.is_not(None))
        .order_by(RegisterDesign.number)
    )
    return names_of(*(loaded(text) for text in texts))


def _template(session: ScopedSession, register_id: int, template_id: int | None) -> bytes | None:
    if template_id is None:
        return None
    found = session.get(PrintTemplate, template_id, options=[undefer(PrintTemplate.content)])
    if found is None or found.register_id != register_id:
        raise no_template()
    return found.content


def _printed(
    entry: Entry,
    center_name: str,
    design: Design,
    fields: list[Field],
    world: Surroundings,
    decisions: tuple[Decision, ...],
) -> PrintedEntry:
    values = whole.unpacked(entry.content)
    written = [
        PrintedField(one.key, heading(one), one.section, shown(values.get(one.key, ""), one, world))
        for one in fields
    ]
    serial = next((one.key for one in fields if one.kind == "serial"), "")
    number = str(values.get(serial, "")) or f"{clock.local(entry.made_at).year}-{entry.serial:05d}"
    return PrintedEntry(
        number, entry.title, center_name, design.stage(entry.state).words, tuple(written), decisions
    )


def _decisions(session: ScopedSession, keys: list[int], design: Design) -> dict[int, tuple[Decision, ...]]:
    rows = session.scalars(
        select(EntryChange)
        .where(EntryChange.entry_id.in_(keys), EntryChange.kind == ChangeKind.MOVED)
        .order_by(EntryChange.id)
    )
    found: dict[int, tuple[Decision, ...]] = {}
    for row in rows:
        move = design.move(row.action)
        made = Decision(move.words if move else row.action, row.done_by, row.done_at, row.words)
        found[row.entry_id] = (*found.get(row.entry_id, ()), made)
    return found
