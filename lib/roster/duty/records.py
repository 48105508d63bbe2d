"""What somebody says of a patrol or a visit, tidied as it is kept.

A household is counted once however its number is written: full-width signs become narrow, blanks go, letters
are capitals, all dashes are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from db.models.duty import Campaign
from lib.fields.words import narrow
from lib.typed import as_typed

LONGEST_HOUSEHOLD, LONGEST_WORDS = 60, 500
MOST_MINUTES, MOST_PROBLEMS = 24 * 60, 999
_DASHES = re.compile("[‐‑‒–—―−﹣─]+")


@dataclass(frozen=True)
class Patrolled:
    """A patrol. `row` is the line of the file that it comes from."""

    grid_id: int
    person_id: int
    day: date
    minutes: int | None = None
    problems: int = 0
    note: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Visited:
    """A visited household; a problem that was found may be solved already."""

    grid_id: int
    person_id: int
    day: date
    household: str
    campaign: Campaign = Campaign.DAILY
    problem: str = ""
    solved_on: date | None = None
    row: int | None = None


Recorded = Patrolled | Visited


def household_number(said: str) -> str:
    """One way to write it."""
    kept = "".join(c for c in narrow(said) if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)
    # Signs that stand beside each other only now may be one.
    return narrow(_DASHES.sub("-", kept).upper())


def tidied(one: Recorded) -> Recorded:
    """As it is kept."""
    if isinstance(one, Patrolled):
        return replace(one, note=as_typed(one.note, LONGEST_WORDS))
    return replace(
        one, household=household_number(one.household), problem=as_typed(one.problem, LONGEST_WORDS)
    )


def same_as(one: Recorded) -> tuple[object, ...]:
    """Two of which this is the same are one and the same thing, written down twice."""
    if isinstance(one, Visited):
        return Visited, one.grid_id, one.person_id, one.day, one.household
    return Patrolled, one.grid_id, one.person_id, one.day, one.minutes, one.problems, one.note
