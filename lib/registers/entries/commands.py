"""What people do with single entries: write, change, move on, take out, bring back, comment, unmask."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db.models.register import ChangeKind, Entry, EntryChange, Register
from db.scope import ScopedSession
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.access.unmasking import EVENT, must_have_reason
from lib.audit.chain import record
from lib.errors import BadInput, NotFound, Problem
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _
from lib.masking import masked_text
from lib.registers import values as whole
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.moving import move_on
from lib.registers.entries.opening import must_be_open
from lib.registers.seeing import editable, no_entry, no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings
from lib.typed import as_typed

LONGEST_WORDS = 500


def _loaded(session: ScopedSession, entry_id: int) -> tuple[Register, Design, Entry]:
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    try:
        register, design = register_with_design(session, entry.register_id)
    except NotFound:
        raise no_entry() from None
    return register, design, writing.entry_of(session, register, design, entry_id)


@command(Permission.FILL_REGISTERS)
def make_entry(
    session: ScopedSession, register_id: int, center_code: str, typed: Mapping[str, object]
) -> int:
    """A new entry of a center; returns its key. `typed` is by the keys of the fields; those that are not in
    it get their defaults. Raises NotFound, NotAllowed, BadInput."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    must_be_open(session, register)
    center = writing.center_for(session, design, center_code)
    world = Surroundings(session)
    values, problems = whole.took(design, typed, None, editable(viewer, design), world)
    _refuse(problems)
    entry = writing.new_entries(session, register, design, [writing.New(center, values)], world)[0]
    _record(session, "entry made", entry, {"center": center, "title": masked_text(entry.title)})
    return entry.id


@command(Permission.FILL_REGISTERS)
def edit_entry(session: ScopedSession, entry_id: int, typed: Mapping[str, object], seen: int) -> int:
    """Other values for the fields in `typed`; returns the version that stands now. Raises NotFound,
    NotAllowed, BadInput, Conflict."""
    register, design, entry = _loaded(session, entry_id)
    must_be_open(session, register)
    writing.must_be_editable(entry, design)
    writing.must_be_as_seen(entry, seen)
    world = Surroundings(session)
    before = whole.unpacked(entry.content)
    values, problems = whole.took(design, typed, before, editable(viewer_of(session), design), world)
    _refuse(problems)
    if writing.rewrite(session, register, design, entry, values, world):
        session.flush()
        changed = whole.differences(before, values)[1]
        _record(session, "entry changed", entry, {"fields": _labels(design, changed)})
    return entry.version


@command(Permission.FILL_REGISTERS)
def move_entry(session: ScopedSession, entry_id: int, action: str, reason: str, seen: int) -> str:
    """A step of the register's workflow; returns the stage that the entry is in now. Raises NotFound,
    NotAllowed, WrongState, BadInput, Conflict."""
    register, design, entry = _loaded(session, entry_id)
    must_be_open(session, register)
    writing.must_be_as_seen(entry, seen)
    if entry.removed_at is not None:
        raise no_entry()
    move_on(session, design, entry, action, as_typed(reason, LONGEST_WORDS))
    return entry.state


@command(Permission.FILL_REGISTERS)
def remove_entry(session: ScopedSession, entry_id: int, reason: str, seen: int) -> None:
    """Takes an entry out of the register; it stays in the history and can be brought back. Raises NotFound,
    NotAllowed, BadInput, Conflict."""
    register, design, entry = _loaded(session, entry_id)
    must_be_open(session, register)
    writing.must_be_editable(entry, design)
    writing.must_be_as_seen(entry, seen)
    why = as_typed(reason, LONGEST_WORDS)
    if not why:
        sentence = _("请填写删除理由。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    writing.take_out_all(session, [entry], why)
    _record(session, "entry removed", entry, {"reason": masked_text(why)})


@command(Permission.FILL_REGISTERS)
def restore_entry(session: ScopedSession, entry_id: int, seen: int) -> None:
    """Brings an entry back that was taken out. Raises NotFound, NotAllowed, BadInput, Conflict."""
    register, design, entry = _loaded(session, entry_id)
    must_be_open(session, register)
    writing.must_be_as_seen(entry, seen)
    if entry.removed_at is None:
        raise BadInput(_("这条记录没有被删除。"))
    writing.bring_back_all(session, register, design, [entry])
    _record(session, "entry restored", entry, {})


@command(Permission.FILL_REGISTERS)
def return_to_version(session: ScopedSession, entry_id: int, version: int, seen: int) -> int:
    """The values that an entry had as of a version, as a change of today; returns the version that stands
    now. What today's design does not take is refused. Raises NotFound, NotAllowed, BadInput, Conflict."""
    register, design, entry = _loaded(session, entry_id)
    must_be_open(session, register)
    writing.must_be_editable(entry, design)
    writing.must_be_as_seen(entry, seen)
    values = whole.unpacked(entry.content)
    later = session.scalars(
        select(EntryChange)
        .where(EntryChange.entry_id == entry.id, EntryChange.version > version)
        .where(EntryChange.kind == ChangeKind.EDITED)
        .order_by(EntryChange.id.desc())
    )
    may = editable(viewer_of(session), design)
    for change in later:
        held = whole.unpacked(change.before)
        values |= {key: kept for key, kept in held.items() if key in may}
    world = Surroundings(session)
    wanted = {one.key: values.get(one.key, "") for one in design.standing if kind_of(one).filled_in}
    shown = {
        key: kind_of(design.by_key[key]).show(kept, design.by_key[key], world) for key, kept in wanted.items()
    }
    taken, problems = whole.took(design, shown, whole.unpacked(entry.content), may, world)
    _refuse(problems)
    if writing.rewrite(session, register, design, entry, taken, world):
        session.flush()
        _record(session, "entry changed", entry, {"version": version})
    return entry.version


@command(Permission.READ_REGISTERS)
def comment_on(session: ScopedSession, entry_id: int, words: str) -> None:
    """Words beside an entry, which everybody reads who reads the entry. Raises NotFound, BadInput."""
    _register, _design, entry = _loaded(session, entry_id)
    said = as_typed(words, LONGEST_WORDS)
    if not said:
        raise BadInput(_("请写下要说的话。"))
    writing.note(session, entry, ChangeKind.COMMENTED, words=said)
    session.flush()
    _record(session, "entry commented", entry, {"letters": len(said)})


@command(Permission.SEE_WHOLE_NUMBERS)
def show_whole(session: ScopedSession, entry_id: int, reason: str) -> dict[str, str]:
    """The masked fields of one entry in full, by their keys. Who asked, and why, is recorded; so many a day
    and no more. Raises NotFound, BadInput, NotAllowed."""
    _register, design, entry = _loaded(session, entry_id)
    viewer = viewer_of(session)
    why = as_typed(reason, LONGEST_WORDS)
    must_have_reason(session, viewer, why)
    values, world = whole.unpacked(entry.content), Surroundings(session)
    found = {
        one.key: kind_of(one).show(values.get(one.key, ""), one, world)
        for one in seen(viewer, design)
        if is_masked(one) and values.get(one.key)
    }
    _record(session, EVENT, entry, {"reason": masked_text(why), "fields": _labels(design, found)})
    return found


def _labels(design: Design, keys: Mapping[str, object]) -> str:
    return "、".join(design.by_key[key].label for key in keys if key in design.by_key)[:200]


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise BadInput(problems[0].sentence, problems)


def _record(session: ScopedSession, event: str, entry: Entry, after: dict[str, object]) -> None:
    record(
        session, viewer_of(session), event, f"entry {entry.id}",
        after={"register": entry.register_id, "number": entry.serial} | after,
    )  # fmt: skip
