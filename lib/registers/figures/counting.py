"""Counts a register's entries for its figures: one statement for all parts, with the viewer's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, exists, func, literal, or_, select, true

from db.local_time import Part, local_part
from db.models.register import Entry, EntryValue
from db.scope import ScopedSession
from db.spans import code_head
from lib import clock
from lib.registers.design import Design
from lib.registers.entries.finding import conditions, standing
from lib.registers.figures.definition import MADE, Counts, Definition, Which, must_rest_on_open_fields
from lib.registers.world import Surroundings
from lib.settings import settings

MONTH = "month"


@dataclass(frozen=True)
class Counted:
    """`key` is the code of a center or a month; sums are in ten-thousandths."""

    key: str
    second: str
    numerator: int
    denominator: int


def _holds(which: Which, register_id: int, design: Design, world: Surroundings) -> list[ColumnElement[bool]]:
    found = conditions(register_id, design.standing, which.filters, world)
    return [*found, Entry.state.in_(which.states)] if which.states else found


def _in_period(
    definition: Definition, register_id: int, first: date, last: date, moment: datetime
) -> tuple[list[ColumnElement[bool]], Any]:
    """Which entries fall into the period, and the month of each."""
    last = min(last, clock.local(moment).date())
    if definition.placed_by == MADE:
        start, end = clock.start_of_day(first), clock.start_of_day(last + timedelta(days=1))
        month = local_part(Part.MONTH, Entry.made_at, settings().time_zone)
        return [Entry.made_at >= start, Entry.made_at < end], month
    placed = and_(
        EntryValue.register_id == register_id, EntryValue.field == int(definition.placed_by[1:]),
        EntryValue.words >= f"{first}", EntryValue.words <= f"{last}~",
    )  # fmt: skip
    month_of = (
        select(func.substr(EntryValue.words, 1, 7))
        .where(placed, EntryValue.entry_id == Entry.id)
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    return [Entry.id.in_(select(EntryValue.entry_id).where(placed))], month_of


def _amount(definition: Definition, register_id: int) -> Any:
    return (
        select(EntryValue.number)
        .where(
            EntryValue.register_id == register_id,
            EntryValue.field == int(definition.field[1:]),
            EntryValue.entry_id == Entry.id,
            EntryValue.position == 0,
        )
        .correlate(Entry)
        .scalar_subquery()
    )


def count(
    session: ScopedSession,
    register_id: int,
    design: Design,
    definition: Definition,
    center_code: str,
    first: date,
    last: date,
    moment: datetime,
    by: tuple[int | str, ...] = (),
) -> tuple[Counted, ...]:
    """By up to two parts: the length of centers' codes, or MONTH. Raises BadInput."""
    must_rest_on_open_fields(definition, design)
    world = Surroundings(session)
    placed, month = _in_period(definition, register_id, first, last, moment)
    keys = [month if one == MONTH else code_head(Entry.center_code, int(one)) for one in by]
    keys = [*keys, *(literal("", String) for _missing in range(2 - len(by)))]
    of = [*standing(register_id, center_code), *placed, *_holds(definition.of, register_id, design, world)]
    hits = _holds(definition.hits, register_id, design, world)
    if definition.counts is Counts.SHARE:
        numerator: Any = func.sum(case((and_(true(), *hits), 1), else_=0))
        denominator: Any = func.count(Entry.id)
    elif definition.counts is Counts.ENTRIES:
        numerator, denominator = func.count(Entry.id), literal(0)
    else:
        amount = _amount(definition, register_id)
        numerator, denominator = func.coalesce(func.sum(amount), 0), func.count(amount)
    rows = session.execute(
        select(keys[0].label("first_key"), keys[1].label("second_key"), numerator, denominator)
        .where(*of)
        .group_by("first_key", "second_key")
        .order_by("first_key", "second_key")
    )
    return tuple(Counted(str(a or ""), str(b or ""), int(n or 0), int(d or 0)) for a, b, n, d in rows)


def behind(
    session: ScopedSession,
    register_id: int,
    design: Design,
    definition: Definition,
    center_code: str,
    first: date,
    last: date,
    moment: datetime,
    *,
    hit: bool | None,
) -> list[ColumnElement[bool]]:
    """The entries that a figure rests on; those that a share counts, or those that it does not. Raises
    BadInput."""
    must_rest_on_open_fields(definition, design)
    world = Surroundings(session)
    placed, _month = _in_period(definition, register_id, first, last, moment)
    of = [*standing(register_id, center_code), *placed, *_holds(definition.of, register_id, design, world)]
    if definition.counts in (Counts.SUM, Counts.AVERAGE):
        field = int(definition.field[1:])
        of.append(
            exists().where(
                EntryValue.register_id == register_id,
                EntryValue.field == field,
                EntryValue.entry_id == Entry.id,
            )
        )
    hits = and_(true(), *_holds(definition.hits, register_id, design, world))
    if definition.counts is not Counts.SHARE or hit is None:
        return of
    return [*of, hits] if hit else [*of, or_(~hits, hits.is_(None))]
