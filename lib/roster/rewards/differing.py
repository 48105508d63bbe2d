"""Compares what a sheet says with what would be counted otherwise: line by line, and as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lib.roster.rewards.counting import Item

MOST_SHOWN = 20


@dataclass(frozen=True)
class Told:
    """What one count says of a person."""

    name: str
    cents: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Difference:
    """A person whose count is another one: None where they are not on that side. The items are those that
    stand on one side alone."""

    person_id: int
    name: str
    before: int | None
    now: int | None
    gone: tuple[Item, ...]
    come: tuple[Item, ...]


@dataclass(frozen=True)
class Effect:
    """What another rule would change: of how many people, the sums, and whose amount moves most."""

    month: date
    people: int
    before: int
    now: int
    changed: int
    largest: tuple[tuple[str, int, int], ...]


def difference(person_id: int, before: Told | None, now: Told | None) -> Difference | None:
    """None where both say the same."""
    said, says = before.items if before else (), now.items if now else ()
    if before is not None and now is not None and (before.cents, said) == (now.cents, says):
        return None
    known = before or now
    return Difference(
        person_id,
        known.name if known else "",
        before.cents if before else None,
        now.cents if now else None,
        _without(said, says),
        _without(says, said),
    )


def _without(items: Sequence[Item], others: Sequence[Item]) -> tuple[Item, ...]:
    """Each of the others takes one away, so that two equal lines and one are told apart."""
    left = list(others)
    found = []
    for one in items:
        if one in left:
            left.remove(one)
        else:
            found.append(one)
    return tuple(found)


def effect(month: date, rows: Sequence[tuple[str, int, int]]) -> Effect:
    """Of names with the amount now and then."""
    moved = sorted((one for one in rows if one[1] != one[2]), key=lambda one: -abs(one[2] - one[1]))
    return Effect(
        month, len(rows), sum(one[1] for one in rows), sum(one[2] for one in rows), len(moved),
        tuple(moved[:MOST_SHOWN]),
    )  # fmt: skip
