"""Questions about published lists: what holds for a center on a day, how it came about, what is otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from db.models.center import Center
from db.models.publication import Publication, PublicationState, PublishedItem
from db.models.register import Register
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.fields.field import Field, Kept
from lib.fields.kinds import is_masked, shown
from lib.i18n import _
from lib.registers.design import Design, Publishing
from lib.registers.publishing import editions
from lib.registers.publishing.commands import no_edition
from lib.registers.publishing.editions import ItemChange
from lib.registers.publishing.holding import chain, holds_on
from lib.registers.seeing import no_register, reads, register_with_design, seen
from lib.registers.values import unpacked
from lib.registers.world import Surroundings


@dataclass(frozen=True)
class ItemRow:
    """An item as it holds; `cells` are the fields that the viewer sees, in words, `kept` what they hold."""

    id: int
    entry_id: int
    title: str
    # Whose it is; those below inherit it.
    center_code: str
    center_name: str
    since: date
    until: date | None
    cells: dict[str, str]
    kept: dict[str, Kept]
    published_by: str
    published_at: datetime


@dataclass(frozen=True)
class ItemDifference:
    """`changed` has the fields that the viewer sees: name, before, after."""

    kind: ItemChange
    entry_id: int
    title: str
    center_code: str
    changed: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class EditionRow:
    id: int
    number: int
    center_code: str
    state: PublicationState
    effective_on: date
    words: str
    count: int
    proposed_by_id: int | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_words: str
    seen: int


@dataclass(frozen=True)
class EditionCard:
    row: EditionRow
    register_id: int
    differences: tuple[ItemDifference, ...]
    may_decide: bool


@query(Permission.READ_REGISTERS)
def items_on(session: ScopedSession, register_id: int, center_code: str, day: date) -> tuple[ItemRow, ...]:
    """What holds for a center on a day: its own items and those of the centers above, the highest first.
    Raises NotFound."""
    _register, design = _readable(session, register_id, center_code)
    return _items(session, register_id, design, center_code, day)


@query(Permission.READ_REGISTERS)
def differences_between(
    session: ScopedSession, register_id: int, center_code: str, day_before: date, day_after: date
) -> tuple[ItemDifference, ...]:
    """What held on one day and not on the other, and what held otherwise. Raises NotFound."""
    _register, design = _readable(session, register_id, center_code)
    before = {one.entry_id: one for one in _items(session, register_id, design, center_code, day_before)}
    after = {one.entry_id: one for one in _items(session, register_id, design, center_code, day_after)}
    fields = _fields(session, design)
    found = []
    for key, new in after.items():
        old = before.get(key)
        if old is None:
            found.append(_difference(ItemChange.NEW, new, {}, new.cells, fields))
        elif old.cells != new.cells:
            found.append(_difference(ItemChange.CHANGED, new, old.cells, new.cells, fields))
    found += [
        _difference(ItemChange.REMOVED, old, old.cells, {}, fields)
        for key, old in before.items()
        if key not in after
    ]
    return tuple(found)


@query(Permission.READ_REGISTERS)
def draft_differences(
    session: ScopedSession, register_id: int, center_code: str
) -> tuple[ItemDifference, ...]:
    """What the next edition of a center would change, as its register stands now. Raises NotFound."""
    _register, design = _readable(session, register_id, center_code)
    if viewer_of(session).department_id is not None:
        return ()  # they see a part of it, and what they do not see is not taken out
    changes = editions.differences(session, register_id, design, center_code)
    return _told(session, design, center_code, changes)


@query(Permission.READ_REGISTERS)
def editions_of(session: ScopedSession, register_id: int, center_code: str) -> tuple[EditionRow, ...]:
    """The editions of one center's list, the newest first. Raises NotFound."""
    _readable(session, register_id, center_code)
    rows = session.scalars(
        select(Publication)
        .where(Publication.register_id == register_id, Publication.center_code == center_code)
        .order_by(Publication.number.desc())
    )
    return tuple(_edition(row) for row in rows)


@query(Permission.READ_REGISTERS)
def edition_card(session: ScopedSession, publication_id: int) -> EditionCard:
    """An edition with all that it changes. Raises NotFound."""
    row = session.get(Publication, publication_id)
    # What hangs down from above is read below once it is published, and not while it is decided.
    if row is None or not (session.scope.covers(row.center_code) or row.state is PublicationState.PUBLISHED):
        raise no_edition()
    try:
        register, design = register_with_design(session, row.register_id)
    except NotFound:
        raise no_edition() from None
    viewer = viewer_of(session)
    # What is not published yet are entries of all departments.
    of_others = viewer.department_id is not None and row.state is not PublicationState.PUBLISHED
    if not reads(viewer, register, design) or of_others:
        raise no_edition()
    may = (
        row.state is PublicationState.PROPOSED
        and viewer.may(Permission.DECIDE_ENTRIES)
        and viewer.account_id != row.proposed_by_id
    )
    told = _told(session, design, row.center_code, editions.read(row.changes))
    return EditionCard(_edition(row), row.register_id, told, may)


def _readable(session: ScopedSession, register_id: int, center_code: str) -> tuple[Register, Design]:
    """A published list, and a center that the viewer sees. Raises NotFound."""
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design) or design.publishing is Publishing.NO:
        raise no_register()
    if not session.scope.covers(center_code) or session.get(Center, center_code) is None:
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    return register, design


def _fields(session: ScopedSession, design: Design) -> tuple[Field, ...]:
    return seen(viewer_of(session), design)


def _items(
    session: ScopedSession, register_id: int, design: Design, center_code: str, day: date
) -> tuple[ItemRow, ...]:
    fields, world = _fields(session, design), Surroundings(session)
    rows = session.execute(
        select(PublishedItem, Center.name)
        .join(Center, Center.code == PublishedItem.center_code)
        .where(
            PublishedItem.register_id == register_id,
            PublishedItem.center_code.in_(chain(center_code)),
            holds_on(day),
        )
        .order_by(PublishedItem.center_code, PublishedItem.entry_id)
    ).all()
    contents = [unpacked(item.content) for item, _name in rows]
    world.know(fields, contents)
    return tuple(
        _item(item, name, values, fields, world) for (item, name), values in zip(rows, contents, strict=True)
    )


def _item(
    item: PublishedItem, name: str, values: dict[str, Kept], fields: Sequence[Field], world: Surroundings
) -> ItemRow:
    cells = _cells(values, fields, world)
    masked = {one.key for one in fields if is_masked(one)}
    kept = {key: cells[key] if key in masked else values[key] for key in cells}
    return ItemRow(
        item.id, item.entry_id, item.title, item.center_code, name, item.since, item.until, cells, kept,
        item.published_by, item.published_at,
    )  # fmt: skip


def _cells(values: dict[str, Kept], fields: Sequence[Field], world: Surroundings) -> dict[str, str]:
    return {one.key: shown(values[one.key], one, world) for one in fields if values.get(one.key)}


def _changed(
    before: dict[str, str], after: dict[str, str], fields: Sequence[Field]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.words, _bare(before.get(one.key, ""), one), _bare(after.get(one.key, ""), one))
        for one in fields
        if before.get(one.key, "") != after.get(one.key, "")
    )


def _bare(words: str, field: Field) -> str:
    """A department without the key that stands behind its name."""
    return words.rpartition(" #")[0] or words if field.kind == "department" else words


def _difference(
    kind: ItemChange, row: ItemRow, before: dict[str, str], after: dict[str, str], fields: Sequence[Field]
) -> ItemDifference:
    return ItemDifference(kind, row.entry_id, row.title, row.center_code, _changed(before, after, fields))


def _told(
    session: ScopedSession, design: Design, center_code: str, changes: Sequence[editions.Change]
) -> tuple[ItemDifference, ...]:
    """The changes of an edition in words, before and after."""
    fields, world = _fields(session, design), Surroundings(session)
    ids = [one.item_id for one in changes if one.item_id is not None]
    held = {
        row.id: unpacked(row.content)
        for row in session.scalars(select(PublishedItem).where(PublishedItem.id.in_(ids)))
    }
    after = [unpacked(one.content) if one.content else {} for one in changes]
    world.know(fields, [*held.values(), *after])
    return tuple(
        ItemDifference(
            one.kind, one.entry_id, one.title, center_code,
            _changed(
                _cells(held.get(one.item_id or 0, {}), fields, world), _cells(new, fields, world), fields
            ),
        )
        for one, new in zip(changes, after, strict=True)
    )  # fmt: skip


def _edition(row: Publication) -> EditionRow:
    return EditionRow(
        row.id, row.number, row.center_code, row.state, row.effective_on, row.words,
        len(editions.read(row.changes)), row.proposed_by_id, row.proposed_by, row.proposed_at,
        row.decided_by or "", row.decided_at, row.decision_words, row.version,
    )  # fmt: skip
