"""Everything that belongs to a center goes where the center goes, whichever table it lies in.

A model says by its mark that it belongs to a center, so a table that is added later follows too.
`follows_center = False` on a model keeps its rows where they were written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, delete, select, update

from db.base import Base, HandedDown, InCenter, Versioned
from db.models.account import Account, AccountArea
from db.models.boundary import CenterBoundary
from db.models.center import Center, CodeChange
from db.scope import ScopedSession, column_of, marked_models
from lib import clock
from lib.centers.editions import PARKED, in_order

SLICE = 500  # codes in one question; both databases limit how many a statement may carry


def slices(codes: Collection[Any]) -> Iterator[list[Any]]:
    left = iter(codes)
    while some := list(islice(left, SLICE)):
        yield some


def followers() -> list[type[Base]]:
    return [
        model
        for mark in (InCenter, HandedDown)
        for model in marked_models(mark)
        if model is not Center and getattr(model, "follows_center", True)
    ]


def hanging(session: ScopedSession, codes: Collection[str]) -> dict[str, list[str]]:
    """Which of the centers have rows of their own, and in which tables. Old changes of codes do not count,
    nor does an outline: without its center it says nothing."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in followers():
        column = column_of(model)
        for some in slices(codes) if model not in (CodeChange, CenterBoundary) else ():
            for code in session.scalars(select(column).where(column.in_(some)).distinct()):
                found[code].append(model.__tablename__)
    return dict(sorted(found.items()))


def move_rows(session: ScopedSession, moves: Mapping[str, str], *, before: Callable[[], None]) -> bool:
    """Moves all rows as if at once. `before` is called when rows must wait at PARKED; then True.

    Accounts whose scope changes get a new generation: who signed in before must sign in again.
    """
    if not moves:
        return False
    steps = in_order(moves)
    parking = any(target == PARKED for _code, target in steps)
    if parking:
        before()
    accounts = _accounts_concerned(session, moves)
    for model in followers():
        accounts |= _join(session, model, moves)
        column = column_of(model)
        table = _table(model)
        session.execute(
            update(table)
            .where(column == bindparam("old"))
            .values({column.name: bindparam("new")} | _touch(model)),
            [{"old": old, "new": new} for old, new in steps],
        )
    for some in slices(sorted(accounts)):
        table = _table(Account)
        session.execute(update(table).where(table.c.id.in_(some)).values(generation=table.c.generation + 1))
    session.expire_all()
    return parking


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _touch(model: type[Base]) -> dict[str, Any]:
    """A form that is open on the row must not overwrite it, and whoever copies rows must see it anew."""
    columns = _table(model).c
    values: dict[str, Any] = {}
    if issubclass(model, Versioned):
        values["version"] = columns["version"] + 1
    if "changed_at" in columns and model is not CodeChange:
        values["changed_at"] = clock.now()
    return values


def _accounts_concerned(session: ScopedSession, moves: Mapping[str, str]) -> set[int]:
    found: set[int] = set()
    for some in slices(moves):
        found |= set(session.scalars(select(Account.id).where(Account.center_code.in_(some))))
        found |= set(session.scalars(select(AccountArea.account_id).where(AccountArea.center_code.in_(some))))
    return found


def _join(session: ScopedSession, model: type[Base], moves: Mapping[str, str]) -> set[int]:
    """Where two rows may not stand in one center, such as its housing department, they become one.

    The row that was there stays, and what pointed to the other points to it. Answers the accounts
    that were given another department by it.
    """
    accounts: set[int] = set()
    for names in _unique_within_center(model):
        for kept, given_up in _doubles(session, model, names, moves):
            accounts |= _point_elsewhere(session, model, given_up, kept)
            table = _table(model)
            (key,) = table.primary_key.columns
            session.execute(delete(table).where(key == given_up))
    return accounts


def _unique_within_center(model: type[Base]) -> list[list[str]]:
    table = _table(model)
    center = column_of(model).name
    rules: list[UniqueConstraint | Index] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    rules += [index for index in table.indexes if index.unique]
    found = [[column.name for column in table.primary_key.columns]]
    found += [[column.name for column in rule.columns] for rule in rules]
    return sorted([name for name in names if name != center] for names in found if center in names)


def _doubles(
    session: ScopedSession, model: type[Base], names: Sequence[str], moves: Mapping[str, str]
) -> list[tuple[Any, Any]]:
    table = _table(model)
    (key,) = table.primary_key.columns
    center = column_of(model)
    groups: dict[tuple[Any, ...], list[tuple[bool, Any]]] = defaultdict(list)
    for some in slices({*moves, *moves.values()}):
        question = select(key, center, *(table.c[name] for name in names)).where(center.in_(some))
        for row in session.execute(question):
            identity, code, *values = row
            if None not in values:
                groups[(moves.get(code, code), *values)].append((code in moves, identity))
    doubles = []
    for rows in groups.values():
        (_moved, kept), *others = sorted(rows)
        doubles += [(kept, identity) for _moved, identity in others]
    return doubles


def _point_elsewhere(session: ScopedSession, model: type[Base], old: Any, new: Any) -> set[int]:
    (key,) = _table(model).primary_key.columns
    accounts: set[int] = set()
    for mapper in Base.registry.mappers:
        for column in _table(mapper.class_).columns:
            if not any(foreign.column is key for foreign in column.foreign_keys):
                continue
            if mapper.class_ is Account:
                accounts |= set(session.scalars(select(Account.id).where(column == old)))
            session.execute(
                update(_table(mapper.class_))
                .where(column == old)
                .values({column.name: new} | _touch(mapper.class_))
            )
    return accounts
