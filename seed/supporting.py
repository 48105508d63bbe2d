"""Who stands beside the gridworkers: leaders of the larger grids, instructors, assistants, building leaders,
and at the centers political-legal officers, mediators and lawyers."""

from __future__ import annotations

import random

from db.models.center import Level
from db.models.grid import GridSetting, GridSize
from db.models.roster import PostRole
from seed.city import Unit
from seed.plan import Plan
from seed.staff import Row, Staff, began

# Where the building leaders are entered already; elsewhere it has only begun.
ENTERED = ("620102001", "620102003", "620102005", "620105001")
INSTRUCTED = 0.4  # urban communities with an instructor
ASSISTED = 0.1  # urban grids with assistants
LED = {True: 0.9, False: 0.04}  # urban grids with building leaders, by whether the town has entered them
MEDIATORS = {Level.COUNTY: (3, 3, 4, 5), Level.TOWN: (0, 1, 1, 2)}
LAWYERS = {Level.COUNTY: (1, 2, 2), Level.TOWN: (0, 0, 1)}


def supporting(plan: Plan, found: Staff, units: list[Unit], grids: list[Row]) -> None:
    people = found.beside(plan.dice("supporting staff"))
    dice = people.dice

    def add(center_code: str, grid_id: int | None, role: PostRole, times: int = 1) -> None:
        for _time in range(times):
            person = found.somebody(people, center_code)
            found.post(person, center_code, grid_id, role, began(dice, plan, person))

    for grid in grids:
        for role, times in _beside(dice, grid):
            add(grid["center_code"], grid["id"], role, times)
    for unit in units:
        if unit.level is Level.TOWN:
            add(unit.code, None, PostRole.POLITICAL_LEGAL_OFFICER)
        if unit.level in MEDIATORS:
            add(unit.code, None, PostRole.MEDIATOR, dice.choice(MEDIATORS[unit.level]))
            add(unit.code, None, PostRole.LAWYER, dice.choice(LAWYERS[unit.level]))


def _beside(dice: random.Random, grid: Row) -> list[tuple[PostRole, int]]:
    if grid["size"] is not GridSize.SMALL:
        wanted = [(PostRole.GRID_LEADER, 1)]
        if grid["size"] is GridSize.MEDIUM and grid["center_code"][9:] < "200" and dice.random() < INSTRUCTED:
            wanted.append((PostRole.INSTRUCTOR, 1))
        return wanted
    if grid["setting"] is not GridSetting.URBAN:
        return []
    wanted = []
    if dice.random() < ASSISTED:
        wanted.append((PostRole.ASSISTANT, dice.choice((1, 1, 2))))
    if dice.random() < LED[grid["center_code"].startswith(ENTERED)]:
        wanted.append((PostRole.RESIDENT_BUILDING_LEADER, dice.randint(1, 3)))
        wanted.append((PostRole.DUAL_REPORT_BUILDING_LEADER, dice.randint(0, 2)))
    return wanted
