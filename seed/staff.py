"""Who works in the grids: one full-time gridworker in each small one, and the 4 + X of urban ones."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from db.models.grid import GridSetting
from db.models.roster import PART_TIME_KINDS, Background, Post
from seed.grids import SMALL, SmallGrid
from seed.people import People
from seed.plan import Plan

# Of the full-time gridworkers, how many came from the background that is usual for the setting.
USUAL = {
    GridSetting.URBAN: (Background.COMMUNITY_WORKER, 2624),
    GridSetting.RURAL: (Background.VILLAGER_GROUP_HEAD, 3745),
}
INCOMPLETE = 0.12  # urban grids that lack one or two of the four part-time kinds


def _since(dice: random.Random, plan: Plan) -> date:
    return plan.today - timedelta(days=dice.randrange(20, 1900))


def gridworker_rows(plan: Plan, small: list[SmallGrid]) -> list[dict[str, Any]]:
    dice = plan.dice("gridworkers")
    people = People(dice)
    backgrounds = {setting: _backgrounds(dice, setting) for setting in GridSetting}
    rows: list[dict[str, Any]] = []

    def add(grid: SmallGrid, post: Post, background: Background | None) -> None:
        rows.append(
            {
                "id": len(rows) + 1,
                "grid_id": grid.id,
                "center_code": grid.village.code,
                "post": post,
                "name": people.name(),
                "phone": people.phone(),
                "citizen_id": people.citizen_id(),
                "background": background,
                "since": _since(dice, plan),
            }
        )

    for grid in small:
        add(grid, Post.FULL_TIME, backgrounds[grid.setting].pop())
        if grid.setting is GridSetting.URBAN:
            for post in _part_time(dice):
                add(grid, post, None)
            for _ in range(dice.choices((0, 1, 2, 3), (0.3, 0.35, 0.25, 0.1))[0]):
                add(grid, Post.OTHER, None)
    return rows


def _backgrounds(dice: random.Random, setting: GridSetting) -> list[Background]:
    """One for each grid of the setting, in exact numbers and mixed order."""
    usual, count = USUAL.get(setting, (Background.HIRED, SMALL[setting]))
    found = [usual] * count + [Background.HIRED] * (SMALL[setting] - count)
    dice.shuffle(found)
    return found


def _part_time(dice: random.Random) -> list[Post]:
    """The four kinds; new-employment Party members and property staff are the hardest to find."""
    lacking: set[Post] = set()
    if dice.random() < INCOMPLETE:
        scarce = [1.0, 1.0, 2.5, 4.0]
        lacking.update(dice.choices(PART_TIME_KINDS, scarce, k=dice.choice((1, 1, 1, 2))))
    return [post for post in PART_TIME_KINDS if post not in lacking]
