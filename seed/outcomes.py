"""What became of each case by the moment at which the demonstration stands still.

Nothing here lies after that moment, and the moments of one case follow each other: reported,
accepted, closed, rated. Units differ in how punctual they are, and all get a little better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from db.models.case import Source, Stage
from seed.categories import SOURCES, Category, running
from seed.city import Unit
from seed.plan import Plan
from seed.rhythm import Floats, Month, Numbers, moment, offset

Flags = np.ndarray[Any, np.dtype[np.bool_]]

DAY = 86_400
STAGES = tuple(Stage)
# The share of its way to the end that a case has gone when it enters each stage.
STAGE_AT = (0.0, 0.08, 0.72, 0.90)
ASSIGNED, VERIFIED, CLOSED = (STAGES.index(s) for s in (Stage.ASSIGNED, Stage.VERIFIED, Stage.CLOSED))
# Median time until a case is accepted, in minutes, and how often it is rated once closed.
ACCEPTING = {
    Source.HOTLINE: 18,
    Source.APPEAL: 45,
    Source.POLICE: 4,
    Source.LETTER: 600,
    Source.ONLINE: 60,
    Source.PETITION: 400,
    Source.PATROL: 10,
    Source.COURT: 1200,
}
RATED = {
    Source.HOTLINE: 0.45,
    Source.APPEAL: 0.49,
    Source.POLICE: 0.08,
    Source.LETTER: 0.26,
    Source.ONLINE: 0.48,
    Source.PETITION: 0.35,
    Source.PATROL: 0.13,
    Source.COURT: 0.0,
}
RATINGS = (0.007, 0.012, 0.033, 0.221, 0.727)  # from dissatisfied to very satisfied
RATINGS_AFTER_TROUBLE = (0.05, 0.08, 0.14, 0.33, 0.40)  # late or done twice
REWORK = 0.02
NEVER = np.int64(2**40)


@dataclass(frozen=True)
class Outcomes:
    """One value for each case of a month; -1 stands for "not yet"."""

    accepted: Numbers
    due: Numbers
    closed: Numbers
    stage: Numbers
    suspended: Flags
    rework: Numbers
    rating: Numbers
    rated: Numbers
    changed: Numbers


@dataclass(frozen=True)
class Performance:
    """How punctual each place is, drawn once for the whole run."""

    late: Floats  # chance of being late, by month and place
    stuck: Floats  # chance of hardly ever ending, by place


def performance(plan: Plan, places: list[Unit], months: int) -> Performance:
    """On-time rates of about 85 to 98 %: first of a county, then of each town, then by month."""
    chance = plan.generator("performance")
    counties = sorted({unit.code[:6] for unit in places})
    towns = sorted({unit.code[:9] for unit in places})
    usual = chance.permutation(np.linspace(0.03, 0.105, len(counties)))
    county = dict(zip(counties, usual, strict=True))
    town = {code: county[code[:6]] + chance.normal(0.0, 0.022) for code in towns}
    mood = dict(zip(counties, chance.normal(0.0, 0.010, (len(counties), months)), strict=True))
    better = np.linspace(0.012, -0.012, months)
    late = np.array([town[unit.code[:9]] + mood[unit.code[:6]] + better for unit in places]).T
    stuck = np.array([0.012 + 0.16 * max(town[unit.code[:9]], 0.02) for unit in places])
    return Performance(late.clip(0.015, 0.15), stuck)


def outcomes(
    plan: Plan, month: Month, kinds: list[Category], place: Numbers, standing: Performance
) -> Outcomes:
    """`place` is the position of each case's center among the places of `standing`."""
    chance = plan.generator("outcomes", month.position)
    now = moment(plan)
    count = len(month.reported)
    age = (now - month.reported) / DAY
    accepting = np.array([ACCEPTING[s] for s in SOURCES]) * 60.0
    wait = (accepting[month.source] * np.exp(chance.normal(0.0, 0.9, count))).clip(30, 6 * DAY)
    accepted = month.reported + wait.astype(np.int64)
    due = _due(plan, month, kinds, accepted)
    complex_ones = np.array([kind.complex for kind in kinds])[month.category]

    late = chance.random(count) < standing.late[month.position][place] * np.where(complex_ones, 1.25, 0.97)
    ending = _ending(plan, month, kinds, chance, accepted, due, late)
    # What is stuck mostly ends in the end: the older a case, the rarer it is still open.
    stuck = chance.random(count) < standing.stuck[place] * (np.exp(-age / 140) + 0.08)
    # A clock stands still for a year at most.
    hang = np.where(complex_ones, 0.075, 0.016) * np.where(age < 360, 1.3 - age / 400, 0.0)
    suspended = (chance.random(count) < hang) & (accepted + 3_600 < now)
    held = accepted + ((np.minimum(due, now) - accepted) * chance.uniform(0.2, 0.95, count)).astype(np.int64)
    ending = np.where(stuck | suspended, NEVER, ending)

    closed = np.where(ending <= now, ending, -1)
    stage, entered = _stages(chance, now, month.reported, accepted, due, ending)
    stage = np.where(suspended, ASSIGNED, stage)
    changed = np.where(suspended, held, entered)
    again = chance.random(count)
    rework = np.where(closed >= 0, (again < REWORK).astype(np.int64) + (again < REWORK / 12), 0)
    rating, rated = _ratings(chance, now, month, closed, (closed > due) | (rework > 0))
    return Outcomes(
        accepted=np.where(accepted <= now, accepted, -1),
        due=np.where(accepted <= now, due, -1),
        closed=closed,
        stage=stage,
        suspended=suspended,
        rework=rework,
        rating=rating,
        rated=rated,
        changed=np.maximum(np.where(closed >= 0, closed, changed), rated),
    )


def _due(plan: Plan, month: Month, kinds: list[Category], accepted: Numbers) -> Numbers:
    """Hours run on; days end at 18:00 of a later weekday. Holidays are the case workflow's matter."""
    limit = np.array([kind.limit for kind in kinds])[month.category]
    in_days = np.array([kind.in_days for kind in kinds])[month.category]
    ahead = offset(plan)
    day = ((accepted + ahead) // DAY).astype("datetime64[D]")
    last = np.busday_offset(day, np.where(in_days, limit, 0), roll="backward").astype(np.int64)
    due: Numbers = np.where(in_days, last * DAY + 18 * 3_600 - ahead, accepted + limit * 3_600)
    return due


def _ending(
    plan: Plan,
    month: Month,
    kinds: list[Category],
    chance: np.random.Generator,
    accepted: Numbers,
    due: Numbers,
    late: Flags,
) -> Numbers:
    """When each would be closed: most well before the limit, some after it with a long tail."""
    count = len(accepted)
    span = (due - accepted).astype(np.float64)
    share = chance.beta(1.7, 2.6, count) * 0.96 + 0.02
    # A gridworker settles much of what a patrol finds on the spot.
    on_the_spot = (month.source == SOURCES.index(Source.PATROL)) & (chance.random(count) < 0.45)
    share = np.where(on_the_spot, share * 0.15, share)
    beyond = span * np.exp(chance.normal(-1.6, 1.1, count)) + 600
    ending = np.where(late, due + beyond.clip(600, 40 * DAY), accepted + span * share).astype(np.int64)
    # Offices that count in working days also close in working hours, on the same day.
    in_days = np.array([kind.in_days for kind in kinds])[month.category]
    local = ending + offset(plan)
    second = local % DAY
    shown = np.where(second < 30_600, 30_600 + second * 0.4, second)
    shown = np.where(second > 64_800, 64_800 - (second - 64_800) * 0.5, shown).astype(np.int64)
    tidied = local - second + shown - offset(plan)
    tidied = np.where(late, np.maximum(tidied, due + 60), np.minimum(tidied, due))
    return np.maximum(np.where(in_days, tidied, ending), accepted + 300)


def _stages(
    chance: np.random.Generator, now: int, reported: Numbers, accepted: Numbers, due: Numbers, ending: Numbers
) -> tuple[Numbers, Numbers]:
    """How far each case is, and when it got there."""
    # A case that is stuck moves as if it had much more time, and never gets past its handling.
    path = np.where(ending == NEVER, (due - accepted) * 8, ending - accepted).astype(np.float64)
    gone = (now - accepted) / path
    gone = np.where(ending == NEVER, np.minimum(gone, chance.uniform(0.1, 0.85, len(path))), gone)
    stage = np.searchsorted(STAGE_AT, gone, side="right")  # 0: not yet accepted
    entered = accepted + (path * np.array((0.0, *STAGE_AT))[stage]).astype(np.int64)
    entered = np.where(stage == 0, reported, np.minimum(entered, now))
    return np.where(ending <= now, CLOSED, stage.clip(0, VERIFIED)), entered


def _ratings(
    chance: np.random.Generator, now: int, month: Month, closed: Numbers, trouble: Flags
) -> tuple[Numbers, Numbers]:
    """The rating from 1 to 5 and its moment; -1 for cases that nobody rated."""
    count = len(closed)
    often = np.array([RATED[s] for s in SOURCES])[month.source]
    after = (np.exp(chance.normal(10.2, 1.2, count))).clip(120, 14 * DAY).astype(np.int64)
    rated = closed + after
    given = (closed >= 0) & (chance.random(count) < often) & (rated <= now)
    draw = chance.random(count)
    well = np.searchsorted(running(RATINGS), draw) + 1
    badly = np.searchsorted(running(RATINGS_AFTER_TROUBLE), draw) + 1
    return np.where(given, np.where(trouble, badly, well), -1), np.where(given, rated, -1)
