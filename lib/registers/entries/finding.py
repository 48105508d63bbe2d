"""Which entries a list shows: filters on any field, search, order, each served by an index."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from db.models.register import Entry, EntryValue
from db.scope import within
from lib.errors import BadInput
from lib.fields.amounts import MOST, number_in
from lib.fields.days import day_in
from lib.fields.field import TEN_THOUSAND, Field, Refused, World
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _, mark
from lib.typed import as_typed_pattern, literal_pattern

MOST_FILTERS = 12


class How(enum.StrEnum):
    IS = "is"
    HAS = "has"
    """The words stand somewhere in it."""
    FROM = "from"
    TO = "to"
    EMPTY = "empty"
    FILLED = "filled"


HOW_WORDS: dict[How, str] = {
    How.IS: mark("等于"),
    How.HAS: mark("包含"),
    How.FROM: mark("不小于"),
    How.TO: mark("不大于"),
    How.EMPTY: mark("未填"),
    How.FILLED: mark("已填"),
}
ORDERED = ("number", "money", "date", "time", "period", "formula", "serial")
WIDE = ("text", "long_text", "phone", "citizen_id", "organization_code")
WORDED = ("text", "long_text", "organization_code", "serial", "formula")


@dataclass(frozen=True)
class Filter:
    """`said` is as a person types it; several with the same field all hold."""

    field: str
    how: How
    said: str = ""


def hows(field: Field) -> tuple[How, ...]:
    """How a field can be asked for. What is masked is found by the whole of it and in no other way."""
    ends = (How.EMPTY, How.FILLED)
    if field.kind == "attachment":
        return ()
    if is_masked(field):
        # Of what can be one of a few things, a few questions would tell which.
        return (How.IS, *ends) if field.kind in WIDE else ends
    if field.kind in ORDERED and field.kind != "formula":
        return (How.IS, How.FROM, How.TO, *ends)
    return (How.IS, How.HAS, *ends) if field.kind in WORDED else (How.IS, *ends)


def conditions(
    register_id: int, fields: Iterable[Field], filters: Iterable[Filter], world: World
) -> list[ColumnElement[bool]]:
    """Predicates over entries. Raises BadInput for an unknown field and for a value that it cannot
    hold."""
    return [_condition(register_id, field, one, world) for field, one in checked(fields, filters)]


def checked(fields: Iterable[Field], filters: Iterable[Filter]) -> list[tuple[Field, Filter]]:
    """Each filter with its field. Raises BadInput for a field that is not there or cannot be asked so."""
    known = {one.key: one for one in fields}
    found = []
    for one in filters:
        field = known.get(one.field)
        if field is None or one.how not in hows(field):
            raise BadInput(_("不能按这个字段筛选，请重新选择筛选条件。"))
        found.append((field, one))
    return found


def held(register_id: int, field: Field, values: Any = EntryValue) -> ColumnElement[bool]:
    """The rows by which entries are found by a field."""
    return and_(values.register_id == register_id, values.field == int(field.key[1:]))


def _condition(register_id: int, field: Field, one: Filter, world: World) -> ColumnElement[bool]:
    rows = held(register_id, field)
    if one.how is How.EMPTY:
        return ~exists().where(rows, EntryValue.entry_id == Entry.id)
    return Entry.id.in_(select(EntryValue.entry_id).where(rows, compared(field, one, world)))


def compared(field: Field, one: Filter, world: World, values: Any = EntryValue) -> ColumnElement[bool]:
    """Which of the rows of a field are asked for. Raises BadInput for what it cannot hold."""
    if one.how in (How.FILLED, How.EMPTY):
        # Each said by itself, so that the index of each serves. What a formula gives can be either.
        return or_(*(column.is_not(None) for column in columns_of(field, values)))
    if one.how is How.HAS:
        # Said of what is there, so that the index of what is there serves.
        return and_(values.words.is_not(None), _like(values.words, one.said))
    if field.kind in ("number", "money", "formula"):
        number = number_in("".join(one.said.split()).replace(",", ""))
        if number is None and field.kind == "formula":
            return _bounded(values.words, How.IS, one.said)
        if number is None:
            raise _cannot(field, one.said)
        # No field keeps a number that large; a column cannot hold one either.
        return _bounded(values.number, one.how, int(min(max(number, -MOST), MOST) * TEN_THOUSAND))
    if one.how in (How.FROM, How.TO) and field.kind in ("date", "period"):
        day = day_in(one.said)
        if day is None:
            raise _cannot(field, one.said)
        # A period stands by its first day; "~" is behind every sign that can follow a day.
        return _bounded(values.words, one.how, f"{day}" if one.how is How.FROM else f"{day}~")
    if field.kind == "serial":
        return _bounded(values.words, one.how, one.said.strip())
    try:
        kept = kind_of(field).read(one.said, field, world)
    except Refused as refused:
        raise BadInput(
            _("“{label}”：{sentence}").format(label=field.words, sentence=refused.sentence)
        ) from None
    keys = kind_of(field).keys(kept, field)
    if not keys or keys[0][0] is None:
        raise _cannot(field, one.said)
    return _bounded(values.words, one.how, keys[0][0])


def columns_of(field: Field, values: Any = EntryValue) -> tuple[Any, ...]:
    """Where the values of a field stand, in the order in which they are sorted."""
    if field.kind == "formula":
        return (values.number, values.words)
    return (values.number if kind_of(field).counts else values.words,)


def _like(column: Any, said: str) -> ColumnElement[bool]:
    """As it was typed, or with narrow signs; letters of ASCII are alike, large and small."""
    said_so = dict.fromkeys((as_typed_pattern(said), literal_pattern(said)))
    # What has no sign that can be looked for finds nothing, and not everything.
    patterns = [one for one in said_so if one.strip("%")]
    return or_(
        false(),
        *(
            # Where nothing is large or small, nothing has to be made alike, row by row.
            column.like(one, escape="\\") if one.lower() == one.upper() else column.ilike(one, escape="\\")
            for one in patterns
        ),
    )


def _bounded(column: Any, how: How, bound: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = {
        How.IS: column == bound,
        How.FROM: column >= bound,
        How.TO: column <= bound,
    }[how]
    return found


def _cannot(field: Field, said: str) -> BadInput:
    return BadInput(
        _("“{label}”不能按“{said}”筛选，请改一种写法。").format(label=field.words, said=said[:30])
    )


def standing(register_id: int, center_code: str = "") -> list[ColumnElement[bool]]:
    """The entries of a register that were not taken out, of a center and below."""
    found = [Entry.register_id == register_id, Entry.removed_at.is_(None)]
    return [*found, within(Entry.center_code, [center_code])] if center_code else found


def searched(search: str) -> ColumnElement[bool]:
    """Entries that are called so, or that have this number."""
    said = search.strip().lstrip("#第").removesuffix("号")
    by_title = _like(Entry.title, search)
    is_number = said.isascii() and said.isdigit() and len(said) < 9
    return by_title | (Entry.serial == int(said)) if is_number else by_title
