"""One page of a list of any length: which entries stand on it, and how many there are in all.

What is asked for decides where it begins. A few entries that a filter finds are read from its index at
once; of many only as many are looked at as the page needs. Rows of values are those of standing entries
alone, so that most counts need no look at the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from db.models.register import Entry, EntryValue
from db.scope import ScopedSession, within
from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _
from lib.registers.entries.finding import Filter, How, columns_of, compared, held, searched, standing
from lib.registers.world import Surroundings
from lib.typed import offset_of

FEW = 2_000
AT_ONCE = 500
COLUMNS = ("changed_at", "center_code", "state")
# The filters from which a list begins best: those that find the fewest.
FIRST = (How.IS, How.FROM, How.TO, How.HAS, How.FILLED)


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; its filters were checked."""

    register_id: int
    center_code: str
    state: str
    search: str
    filters: Sequence[tuple[Field, Filter]]
    removed: bool

    @property
    def of_entries(self) -> list[ColumnElement[bool]]:
        """What is asked of the entry itself."""
        found = standing(self.register_id, self.center_code)
        if self.removed:
            found[1] = Entry.removed_at.is_not(None)
        if self.state:
            found.append(Entry.state == self.state)
        if self.search.strip():
            found.append(searched(self.search))
        return found

    @property
    def of_values_alone(self) -> bool:
        """Whether rows of values know all that is asked."""
        return not (self.state or self.search.strip() or self.removed)


def page_of(
    session: ScopedSession, asked: Asked, order: Field | str, downward: bool, page: int, size: int
) -> tuple[list[int], int]:
    """The keys of the entries on the page, in their order, and how many there are in all. Raises BadInput."""
    world = Surroundings(session)
    driving = min(
        (pair for pair in asked.filters if pair[1].how in FIRST),
        key=lambda pair: FIRST.index(pair[1].how),
        default=None,
    )
    if driving is not None:
        keys = _found(session, asked, driving, world)
        if len(keys) <= FEW:
            ordered = _in_order(session, asked, keys, order, downward)
            start = offset_of(page, size, len(keys))
            return ordered[start : start + size], len(keys)
    total = _count(session, asked, driving, world)
    start = offset_of(page, size, total)
    if not total:
        return [], 0
    if isinstance(order, Field):
        return _by_field(session, asked, order, downward, world, start, size), total
    column = getattr(Entry, order) if order in COLUMNS else Entry.id
    statement = (
        select(Entry.id)
        .where(*asked.of_entries, *_each(asked, world, Entry.id))
        .order_by(column.desc() if downward else column, Entry.id.desc() if downward else Entry.id)
    )
    return list(session.scalars(statement.limit(size).offset(start))), total


def may_order(order: Field) -> Field:
    """Raises BadInput for what tells by its order what it does not show."""
    if not kind_of(order).sorts or is_masked(order):
        raise BadInput(_("不能按这个字段排序。"))
    return order


def _each(asked: Asked, world: Surroundings, key: Any, but: Any = None) -> list[ColumnElement[bool]]:
    """All filters, each looked up for one entry at a time by its key."""
    found: list[ColumnElement[bool]] = []
    for pair in asked.filters:
        if pair is but:
            continue
        field, one = pair
        values = aliased(EntryValue)
        # Without the register: an entry has one, and so no index but that of the entry can be taken.
        there = exists().where(values.entry_id == key, values.field == int(field.key[1:]))
        if one.how is How.EMPTY:
            found.append(~there)
        else:
            found.append(there.where(compared(field, one, world, values)))
    return found


def _driven(asked: Asked, driving: tuple[Field, Filter], world: Surroundings, what: Any) -> Any:
    """A statement that begins at the index of one filter."""
    field, one = driving
    statement = select(what).where(
        held(asked.register_id, field), compared(field, one, world),
        *_each(asked, world, EntryValue.entry_id, driving),
    )  # fmt: skip
    if asked.of_values_alone:
        inside = [within(EntryValue.center_code, [asked.center_code])] if asked.center_code else []
        return statement.where(*inside)
    return statement.join(Entry, Entry.id == EntryValue.entry_id).where(*asked.of_entries)


def _found(
    session: ScopedSession, asked: Asked, driving: tuple[Field, Filter], world: Surroundings
) -> list[int]:
    """The keys, or one more than are few."""
    several = len(driving[0].choices) + 1 if driving[0].kind == "choices" else 1
    statement = _driven(asked, driving, world, EntryValue.entry_id).limit((FEW + 1) * several)
    return list(dict.fromkeys(session.scalars(statement)))


def _count(
    session: ScopedSession, asked: Asked, driving: tuple[Field, Filter] | None, world: Surroundings
) -> int:
    if driving is not None:
        key: Any = EntryValue.entry_id
        what = func.count(key.distinct()) if driving[0].kind == "choices" else func.count(key)
        return int(session.scalar(_driven(asked, driving, world, what)) or 0)
    if len(asked.filters) == 1 and asked.of_values_alone:
        field, _one = asked.filters[0]  # those where it is empty are all but those where it is not
        filled = (field, Filter(field.key, How.FILLED))
        everything = session.scalar(select(func.count(Entry.id)).where(*asked.of_entries)) or 0
        return int(everything) - _count(session, _with(asked, ()), filled, world)
    return int(
        session.scalar(select(func.count(Entry.id)).where(*asked.of_entries, *_each(asked, world, Entry.id)))
        or 0
    )


def _with(asked: Asked, filters: Sequence[tuple[Field, Filter]]) -> Asked:
    return Asked(asked.register_id, asked.center_code, asked.state, asked.search, filters, asked.removed)


def _in_order(
    session: ScopedSession, asked: Asked, keys: list[int], order: Field | str, downward: bool
) -> list[int]:
    """A few entries, put into order here. Those that have nothing in the field come last."""
    if not order:
        return sorted(keys, reverse=downward)
    held_by: dict[int, Any] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        if isinstance(order, Field):
            statement: Any = select(EntryValue.entry_id, *columns_of(order)).where(
                held(asked.register_id, order), EntryValue.entry_id.in_(some), EntryValue.position == 0
            )
        else:
            column = getattr(Entry, order) if order in COLUMNS else Entry.id
            statement = select(Entry.id, column).where(Entry.id.in_(some))
        for key, *values in session.execute(statement):
            found = next(((n, value) for n, value in enumerate(values) if value is not None), None)
            held_by |= {key: (*found, key)} if found else {}
    with_value = sorted(held_by, key=held_by.__getitem__, reverse=downward)
    return [*with_value, *sorted((key for key in keys if key not in held_by), reverse=True)]


def _by_field(
    session: ScopedSession,
    asked: Asked,
    order: Field,
    downward: bool,
    world: Surroundings,
    start: int,
    size: int,
) -> list[int]:
    """Along the index of the field; behind its end those that have nothing in it, the newest first."""
    everything = (order, Filter(order.key, How.FILLED))
    # A filter on the field itself is a part of the index that the order goes along.
    own = (pair for pair in asked.filters if pair[0].key == order.key and pair[1].how in FIRST)
    ends = next(own, everything)
    key: Any = EntryValue.entry_id
    found: list[int] = []
    counted = 0
    # What is a number for one entry and words for another has an index of each.
    for column in reversed(columns_of(order)) if downward else columns_of(order):
        along = column.is_not(None)
        statement = _driven(asked, ends, world, key).where(along)
        ordered = statement.order_by(column.desc() if downward else column, key.desc() if downward else key)
        wanted = ordered.limit(size - len(found)).offset(max(start - counted, 0))
        found += session.scalars(wanted)
        if len(found) == size:
            return found
        counted += session.scalar(_driven(asked, ends, world, func.count(key)).where(along)) or 0
    values = aliased(EntryValue)
    without = ~exists().where(values.entry_id == Entry.id, values.field == int(order.key[1:]))
    rest = (
        select(Entry.id)
        .where(*asked.of_entries, *_each(asked, world, Entry.id), without)
        .order_by(Entry.id.desc())
        .limit(size - len(found))
        .offset(max(start - counted, 0))
    )
    return [*found, *session.scalars(rest)]
