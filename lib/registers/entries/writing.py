"""Writes one entry with everything that hangs on it: what it is found by, its history, its versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from db.at_once import add_at_once
from db.models.center import Center
from db.models.register import ChangeKind, Entry, EntryChange, EntryValue, Register
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import viewer_of
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.fields.field import Field, Kept, Values, World
from lib.fields.kinds import KINDS, kind_of
from lib.i18n import _
from lib.registers import values as whole
from lib.registers.design import Design
from lib.registers.entries.twins import Wanted, hold_still, must_be_unique, refuse, twins
from lib.registers.needs import must_stay_met
from lib.registers.numbering import next_serial
from lib.registers.seeing import fills, no_entry, reads
from lib.registers.world import Surroundings

SERIAL = KINDS["serial"]
AT_ONCE = 500


def entry_of(session: ScopedSession, register: Register, design: Design, entry_id: int) -> Entry:
    """Raises NotFound, also for those who do not read the register."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.register_id != register.id or not reads(viewer_of(session), register, design):
        raise no_entry()
    return entry


def must_be_as_seen(entry: Entry, seen: int) -> None:
    """Raises Conflict when somebody else has written meanwhile."""
    if entry.version != seen:
        raise Conflict(
            _("第{number}号记录刚被别人改过。请核对页面上的新内容后再保存；您填写的内容仍在。").format(
                number=entry.serial
            )
        )


def must_be_editable(entry: Entry, design: Design) -> None:
    if entry.removed_at is not None:
        raise NotAllowed(_("第{number}号记录已删除，恢复后才能修改。").format(number=entry.serial))
    stage = design.stage(entry.state)
    if not stage.editable:
        raise NotAllowed(
            _("第{number}号记录的状态是“{state}”，不能修改内容。").format(
                number=entry.serial, state=stage.words
            )
        )


def center_for(session: ScopedSession, design: Design, center_code: str) -> str:
    """The center whose entry a new one becomes. Raises NotFound, BadInput."""
    center = session.get(Center, center_code)
    if center is None or center.ended_on is not None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if not fills(design, center_code):
        raise BadInput(_("这本台账不由“{center}”这一级填写。").format(center=center.name))
    return center_code


@dataclass(frozen=True)
class New:
    """What a new entry of a center holds, taken and ready to be written."""

    center_code: str
    values: dict[str, Kept]


def new_entries(
    session: ScopedSession,
    register: Register,
    design: Design,
    made: Sequence[New],
    world: World,
    change_set_id: int | None = None,
) -> list[Entry]:
    """New entries, all at once and numbered in their order. Raises BadInput."""
    viewer, now = viewer_of(session), deployment.moment_of(session)
    first = next_serial(session, register.id)
    serials = [one for one in design.standing if one.kind == SERIAL.name]
    computing = whole.Computing(design, world.today)
    for number, one in enumerate(made, start=first):
        one.values.update({field.key: numbered(field, now, number) for field in serials})
        if serials:  # a formula may read the number
            found = one.values | computing.computed(one.values)
            one.values.clear()
            one.values.update({key: kept for key, kept in found.items() if kept})
    refuse(twins(session, register, design, [Wanted(one.center_code, one.values, None) for one in made]))
    entries = [
        Entry(
            register_id=register.id, center_code=one.center_code, department_id=viewer.department_id,
            serial=number, design_number=register.design_number, state=design.start.key,
            content=whole.packed(one.values), title=whole.title_of(design, one.values, world),
            made_by_id=viewer.account_id, made_by=viewer.name, made_at=now,
            moved_by_id=viewer.account_id, moved_at=now, changed_at=now,
        )
        for number, one in enumerate(made, start=first)
    ]  # fmt: skip
    session.add_all(entries)
    session.flush()
    find(session, [(entry, design.standing, one.values) for entry, one in zip(entries, made, strict=True)])
    happened = [Happened(entry, after=one.values) for entry, one in zip(entries, made, strict=True)]
    note_all(session, happened, ChangeKind.MADE, now, change_set_id)
    return entries


def numbered(one: Field, now: datetime, number: int) -> str:
    """The automatic number: the word that the design gives, the year, and the entry's own number."""
    return f"{one.default}{now.year}-{number:05d}"


def rewrite(
    session: ScopedSession,
    register: Register,
    design: Design,
    entry: Entry,
    values: dict[str, Kept],
    world: Surroundings,
    change_set_id: int | None = None,
) -> bool:
    """The entry with other values, under the design that is in use; False when nothing is other. Raises
    BadInput."""
    if whole.unpacked(entry.content) == {key: kept for key, kept in values.items() if kept}:
        return False
    must_be_unique(session, register, design, entry.center_code, values, entry.id)
    return rewrite_all(session, register, design, [(entry, values)], world, change_set_id) == 1


def rewrite_all(
    session: ScopedSession,
    register: Register,
    design: Design,
    rewritten: Iterable[tuple[Entry, dict[str, Kept]]],
    world: Surroundings,
    change_set_id: int | None = None,
) -> int:
    """Entries with other values; it is known that none of them is a twin. Returns how many are other. Raises
    BadInput."""
    now, happened, found = deployment.moment_of(session), [], []
    gone: dict[frozenset[int], list[int]] = {}
    for entry, values in rewritten:
        held = whole.unpacked(entry.content)
        before, after = whole.differences(held, values)
        if not after:
            continue
        must_stay_met(design, entry.state, held, values, world)
        entry.content, entry.design_number = whole.packed(values), register.design_number
        entry.title, entry.changed_at = whole.title_of(design, values, world), now
        happened.append(Happened(entry, before, after))
        # What a retired field holds stays to be found, as it stays to be read.
        found.append((entry, [one for one in design.fields if one.key in after], values))
        gone.setdefault(frozenset(int(key[1:]) for key in after), []).append(entry.id)
    session.flush()
    for fields, keys in gone.items():
        lose(session, keys, fields)
    find(session, found)
    note_all(session, happened, ChangeKind.EDITED, now, change_set_id)
    return len(happened)


def take_out_all(
    session: ScopedSession, entries: Sequence[Entry], why: str, change_set_id: int | None = None
) -> None:
    """They stay, with their history, and are not found any more."""
    now = deployment.moment_of(session)
    for one in entries:
        one.removed_at = one.changed_at = now
    session.flush()
    lose(session, [one.id for one in entries])
    note_all(session, [Happened(one) for one in entries], ChangeKind.REMOVED, now, change_set_id, why)


def bring_back_all(
    session: ScopedSession,
    register: Register,
    design: Design,
    entries: Sequence[Entry],
    change_set_id: int | None = None,
) -> None:
    """Raises BadInput where another entry holds by now what may not be there twice."""
    now, held = deployment.moment_of(session), [whole.unpacked(one.content) for one in entries]
    hold_still(session, register, design)
    rows = [Wanted(one.center_code, values, one.id) for one, values in zip(entries, held, strict=True)]
    refuse(twins(session, register, design, rows))
    for one in entries:
        one.removed_at, one.changed_at = None, now
    session.flush()
    find(session, [(one, design.fields, values) for one, values in zip(entries, held, strict=True)])
    note_all(session, [Happened(one) for one in entries], ChangeKind.RESTORED, now, change_set_id)


def find(session: ScopedSession, entries: Iterable[tuple[Entry, Iterable[Field], Values]]) -> None:
    """Writes what entries are found by in these fields; what stood there before was taken away."""
    add_at_once(session, EntryValue, [row for one in entries for row in _found_by(*one)])


def _found_by(entry: Entry, fields: Iterable[Field], values: Values) -> Iterator[dict[str, Any]]:
    for one in fields:
        if not (kept := values.get(one.key)):
            continue
        for position, (words, number) in enumerate(kind_of(one).keys(kept, one)):
            yield {
                "entry_id": entry.id, "field": int(one.key[1:]), "position": position,
                "register_id": entry.register_id, "center_code": entry.center_code,
                "department_id": entry.department_id, "words": words, "number": number,
            }  # fmt: skip


def lose(session: ScopedSession, entry_ids: Sequence[int], fields: Iterable[int] | None = None) -> None:
    """Entries are not found any more, by these fields or at all."""
    which = [] if fields is None else [EntryValue.field.in_(sorted(fields))]
    for start in range(0, len(entry_ids), AT_ONCE):
        session.execute(
            delete(EntryValue).where(EntryValue.entry_id.in_(entry_ids[start : start + AT_ONCE]), *which),
            # No session holds these rows as objects.
            execution_options={"synchronize_session": False},
        )


@dataclass(frozen=True)
class Happened:
    entry: Entry
    before: Mapping[str, Kept] | None = None
    after: Mapping[str, Kept] | None = None


def note_all(
    session: ScopedSession,
    happened: Iterable[Happened],
    kind: ChangeKind,
    at: datetime,
    change_set_id: int | None = None,
    words: str = "",
) -> None:
    """A row in the history of each entry, with the version that it has now."""
    viewer = viewer_of(session)
    add_at_once(
        session,
        EntryChange,
        [
            {
                "entry_id": one.entry.id, "center_code": one.entry.center_code,
                "department_id": one.entry.department_id, "kind": kind, "action": "",
                "before": _json(one.before), "after": _json(one.after), "words": words,
                "version": one.entry.version, "change_set_id": change_set_id,
                "done_by_id": viewer.account_id, "done_by": viewer.name, "done_at": at,
            }
            for one in happened
        ],
    )  # fmt: skip


def note(
    session: ScopedSession,
    entry: Entry,
    kind: ChangeKind,
    *,
    before: Mapping[str, Kept] | None = None,
    after: Mapping[str, Kept] | None = None,
    action: str = "",
    words: str = "",
    change_set_id: int | None = None,
) -> None:
    """A row of the entry's history."""
    viewer = viewer_of(session)
    session.add(
        EntryChange(
            entry_id=entry.id, center_code=entry.center_code, department_id=entry.department_id, kind=kind,
            action=action, before=_json(before), after=_json(after), words=words, version=entry.version,
            change_set_id=change_set_id, done_by_id=viewer.account_id, done_by=viewer.name,
            done_at=deployment.moment_of(session),
        )
    )  # fmt: skip


def _json(values: Mapping[str, Kept] | None) -> str:
    return json.dumps(values or {}, ensure_ascii=False, separators=(",", ":"))
