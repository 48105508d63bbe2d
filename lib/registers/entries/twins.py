"""What may not be there twice is there once in a center: asked for one row, or for a sheet of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.models.register import Entry, EntryValue, Register
from db.scope import ScopedSession
from db.session import take_lock
from lib.errors import BadInput, Problem
from lib.fields.field import LONGEST_KEY, Field, Kept, Key, Values
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.registers.design import Design
from lib.registers.values import unpacked

AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """What a row would hold; `entry_id` is None while it is new."""

    center_code: str
    values: Values
    entry_id: int | None


def unique_fields(design: Design) -> list[Field]:
    return [one for one in design.standing if one.unique]


def hold_still(session: ScopedSession, register: Register, design: Design) -> None:
    """Nobody else writes into a register in which something may not be there twice until this transaction
    ends; between the question and the writing nothing comes."""
    if unique_fields(design):
        take_lock(session, f"entries of {register.id}")


def twins(
    session: ScopedSession,
    register: Register,
    design: Design,
    rows: Sequence[Wanted],
    leaving: Collection[int] = (),
) -> list[tuple[Problem, ...]]:
    """For each row what of it another entry of its center holds already. `leaving` are the entries that are
    about to hold something else."""
    problems: list[list[Problem]] = [[] for _row in rows]
    for one in unique_fields(design):
        kind = kind_of(one)
        keys = [kind.keys(row.values.get(one.key, ""), one) for row in rows]
        held = _held(session, register, one, {key for found in keys for key in found})
        for number, (row, found) in enumerate(zip(rows, keys, strict=True)):
            for key in found:
                others = held.get((row.center_code, key), {})
                beside = {i: s for i, s in others.items() if i != row.entry_id and i not in leaving}
                serial = _same(session, one, row.values[one.key], beside)
                if serial is not None:
                    sentence = _("“{label}”：本单位第{number}号记录已有相同的内容，不能重复。")
                    problems[number].append(Problem(one.key, sentence.format(label=one.words, number=serial)))
    return [tuple(found) for found in problems]


def _same(session: ScopedSession, field: Field, kept: Kept, others: Mapping[int, int]) -> int | None:
    """The number of the first that holds it; of what is longer than a key all of it is compared."""
    long = isinstance(kept, str) and len(kept) >= LONGEST_KEY
    for key, serial in others.items():
        entry = session.get(Entry, key) if long else None
        if entry is None or unpacked(entry.content).get(field.key) == kept:
            return serial
    return None


def _held(
    session: ScopedSession, register: Register, field: Field, keys: Collection[Key]
) -> dict[tuple[str, Key], dict[int, int]]:
    """Which entries hold what, by center and key: their numbers by their keys."""
    found: dict[tuple[str, Key], dict[int, int]] = {}
    for column, known in (
        (EntryValue.words, sorted(words for words, _number in keys if words is not None)),
        (EntryValue.number, sorted(number for _words, number in keys if number is not None)),
    ):
        for start in range(0, len(known), AT_ONCE):
            rows = session.execute(
                select(Entry.center_code, EntryValue.words, EntryValue.number, Entry.id, Entry.serial)
                .join(Entry, Entry.id == EntryValue.entry_id)
                .where(
                    EntryValue.register_id == register.id,
                    EntryValue.field == int(field.key[1:]),
                    column.in_(known[start : start + AT_ONCE]),
                    Entry.removed_at.is_(None),
                )
            )
            for center, words, number, entry_id, serial in rows:
                found.setdefault((center, (words, number)), {})[entry_id] = serial
    return found


def must_be_unique(
    session: ScopedSession,
    register: Register,
    design: Design,
    center_code: str,
    values: Values,
    entry_id: int | None,
) -> None:
    """Raises BadInput that names the other entry."""
    hold_still(session, register, design)
    refuse(twins(session, register, design, [Wanted(center_code, values, entry_id)]))


def refuse(found: Iterable[tuple[Problem, ...]]) -> None:
    """Raises BadInput when there is any problem."""
    problems = tuple(problem for one in found for problem in one)
    if problems:
        raise BadInput(problems[0].sentence, problems)
