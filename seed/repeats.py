"""Which cases report once more what was reported before: the same matter in the same small grid.

No case is moved for it. Of those that fall on the grid and the category of an earlier one within
thirty days anyway, some are the same matter. They are linked to its first report, which is never
linked itself. A small demonstration has few that meet like this, and then nearly all of them repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from db.models.case import Source
from seed.categories import SOURCES, Category
from seed.outcomes import DAY, Flags
from seed.plan import Plan
from seed.rhythm import Floats, Month, Numbers

REPEATED = 0.03  # of all cases
WITHIN = 30 * DAY  # after the first report
OTHER_WORDS = 0.12  # how much rarer it is the same matter when the texts speak of two problems
# How much more often than others these come back: what is cleared away today and there again tomorrow.
COMES_BACK = {
    "0106": 3.0,  # parking spaces
    "0204": 2.0,  # heating
    "0301": 5.0,  # refuse
    "0302": 5.0,  # street vending
    "0304": 5.0,  # obstructive parking
    "0306": 3.0,  # posters
    "0307": 3.0,  # construction waste
    "0401": 5.0,  # construction noise
    "0402": 6.0,  # neighborhood noise
    "0403": 4.0,  # fumes
    "0501": 2.0,  # property management
    "0806": 2.0,  # e-bike charging
}
# Residents ask again; a patrol sees that it was reported, and a court hears each suit once.
ASKS_AGAIN = {
    Source.HOTLINE: 1.3,
    Source.APPEAL: 1.3,
    Source.POLICE: 0.6,
    Source.LETTER: 1.0,
    Source.ONLINE: 1.2,
    Source.PETITION: 1.5,
    Source.PATROL: 0.3,
    Source.COURT: 0.0,
}


@dataclass(frozen=True)
class Reports:
    """Cases in the order of their moments."""

    pair: Numbers  # the small grid and the category as one number; -1 without a grid
    id: Numbers
    reported: Numbers
    problem: Numbers  # which text of the category speaks of it

    def then(self, later: Reports) -> Reports:
        return Reports(
            np.concatenate([self.pair, later.pair]),
            np.concatenate([self.id, later.id]),
            np.concatenate([self.reported, later.reported]),
            np.concatenate([self.problem, later.problem]),
        )

    def picked(self, which: Numbers | Flags) -> Reports:
        return Reports(self.pair[which], self.id[which], self.reported[which], self.problem[which])


def nothing_yet() -> Reports:
    return Reports(*np.zeros((4, 0), dtype=np.int64))


def hot_spots(plan: Plan, kinds: list[Category], grids: int) -> Floats:
    """By pair: most places are rid of a matter once it is dealt with, a few never are."""
    chance = plan.generator("hot spots")
    usual = np.array([COMES_BACK.get(kind.code, 1.0) for kind in kinds])
    spots: Floats = (chance.lognormal(0.0, 2.0, (grids, len(kinds))) * usual).ravel()
    return spots


def repeats(
    plan: Plan, month: Month, hot: Floats, pair: Numbers, problem: Numbers, earlier: Reports
) -> tuple[Numbers, Reports]:
    """For each case the id of its first report or -1, and the first reports of the last thirty days."""
    chance = plan.generator("repeats", month.position)
    count, before = len(pair), len(earlier.id)
    known = earlier.then(Reports(pair, month.first_id + np.arange(count), month.reported, problem))
    order = np.argsort(known.pair, kind="stable")  # by pair, and within each by time
    sorted_ones = known.picked(order)
    asks = np.array([ASKS_AGAIN[source] for source in SOURCES])[month.source]
    may = np.concatenate([np.zeros(before), asks])[order]
    draw = np.concatenate([np.ones(before), chance.random(count)])[order]
    weight = may * hot[sorted_ones.pair] * _alike(sorted_ones)
    first, again = _linked(sorted_ones, draw < _chances(weight, REPEATED * count))
    repeat_of = np.empty(before + count, dtype=np.int64)
    repeat_of[order] = np.where(again, sorted_ones.id[first], -1)
    recent = known.reported >= month.reported[-1] - WITHIN
    return repeat_of[before:], known.picked(recent & (repeat_of < 0) & (known.pair >= 0))


def _alike(reports: Reports) -> Floats:
    """How much each looks like the one before it: 0 in another grid, of another category, too late."""
    gap = np.diff(reports.reported)
    near = (reports.pair[1:] >= 0) & (np.diff(reports.pair) == 0) & (gap > 0) & (gap <= WITHIN)
    like = np.where(np.diff(reports.problem) == 0, 1.0, OTHER_WORDS) * near
    return np.concatenate([np.zeros(1), like])


def _chances(weight: Floats, expected: float) -> Floats:
    """The weights scaled until they add up to what is expected; 1 for all where there are too few."""
    if np.count_nonzero(weight) <= expected:
        return np.sign(weight)
    chances = weight
    for _ in range(30):
        chances = (chances * (expected / chances.sum())).clip(max=1.0)
    return chances


def _linked(reports: Reports, again: Flags) -> tuple[Numbers, Flags]:
    """Where the first report of each stands; one that comes too late for it is a first report itself."""
    position = np.arange(len(again))
    while True:
        first: Numbers = np.maximum.accumulate(np.where(again, 0, position))
        late = again & (reports.reported - reports.reported[first] > WITHIN)
        if not late.any():
            return first, again
        again = again & ~(late & ~np.concatenate([[False], late[:-1]]))
