"""Puts the cases together, one month after the other: when, where, what, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from db.models.case import Source
from db.models.center import Level
from seed.categories import SETTINGS, SOURCES, Category, categories, running
from seed.city import ROOT, Unit
from seed.grids import SmallGrid
from seed.outcomes import ASSIGNED, DAY, STAGES, Outcomes, Performance, outcomes, performance
from seed.plan import MONTHS_BEFORE, Plan
from seed.repeats import Reports, hot_spots, nothing_yet, repeats
from seed.returns import lateness, returns
from seed.rhythm import Floats, Month, Numbers, months
from seed.texts import Phrases, Words, phrases, texts, words

COLUMNS = (
    "id",
    "origin",
    "number",
    "center_code",
    "grid_id",
    "category_code",
    "source",
    "department_id",
    "stage",
    "title",
    "detail",
    "reported_at",
    "accepted_at",
    "due_at",
    "closed_at",
    "suspended",
    "rework_count",
    "returned_count",
    "repeat_of_id",
    "rating",
    "rated_at",
    "changed_at",
)
ORIGIN = "native"
BATCH = 20_000  # rows that stand in memory as Python values
WITHOUT_GRID = 0.03
TOWN_ONLY = 0.3  # of those without a grid, how many name no village either

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Ground:
    """The places where cases can happen, and who deals with them there."""

    kinds: list[Category]
    places: list[Unit]  # towns and villages
    town_of: Numbers  # by place
    grid_place: Numbers  # by small grid
    grid_ids: Numbers
    grid_setting: Numbers
    spoken: Words  # by small grid
    place_spoken: Words
    chance_of_grid: Floats  # by category, running over the small grids
    departments: Numbers  # by category: of the city and of each county
    county_of: Numbers  # by place
    standing: Performance
    lateness: Floats  # by place
    hot: Floats  # by small grid and category
    said: Phrases


def ground(
    plan: Plan, units: list[Unit], small: list[SmallGrid], departments: list[dict[str, Any]]
) -> Ground:
    kinds = categories()
    places = [unit for unit in units if unit.level in (Level.TOWN, Level.VILLAGE)]
    position = {unit.code: i for i, unit in enumerate(places)}
    counties = [ROOT, *(unit.code for unit in units if unit.level is Level.COUNTY)]
    numbers = {(row["center_code"], row["kind"]): row["id"] for row in departments}
    heat = np.array([grid.heat for grid in small])
    setting = np.array([SETTINGS.index(grid.setting) for grid in small])
    sees = np.array([kind.settings for kind in kinds])
    county_of = np.array([counties.index(unit.code[:6]) for unit in places])
    standing = performance(plan, places, MONTHS_BEFORE + 1)
    return Ground(
        kinds=kinds,
        places=places,
        town_of=np.array([position[unit.code[:9]] for unit in places]),
        grid_place=np.array([position[grid.village.code] for grid in small]),
        grid_ids=np.array([grid.id for grid in small]),
        grid_setting=setting,
        spoken=words([grid.spoken for grid in small]),
        place_spoken=words([unit.short for unit in places]),
        chance_of_grid=running(sees[:, setting] * heat),
        departments=np.array([[numbers[code, kind.department] for code in counties] for kind in kinds]),
        county_of=county_of,
        standing=standing,
        lateness=lateness(standing, county_of),
        hot=hot_spots(plan, kinds, len(small)),
        said=phrases(kinds),
    )


def cases(plan: Plan, here: Ground) -> Iterator[list[Row]]:
    """Batches of rows in the order of `COLUMNS`, oldest first."""
    reports = nothing_yet()
    for month in months(plan, here.kinds):
        columns, reports = _month(plan, month, here, reports)
        for start in range(0, len(month.reported), BATCH):
            yield list(zip(*(column[start : start + BATCH].tolist() for column in columns), strict=True))
        del columns  # or two months would stand in memory


def _month(plan: Plan, month: Month, here: Ground, reports: Reports) -> tuple[list[Any], Reports]:
    """The columns of one month, and what the next one can repeat."""
    chance = plan.generator("places", month.position)
    grid = _grids(chance, month, here)
    place = here.grid_place[grid]
    alone = chance.random(len(grid)) < WITHOUT_GRID
    town_only = alone & (chance.random(len(grid)) < TOWN_ONLY)
    place = np.where(town_only, here.town_of[place], place)
    spoken = np.where(alone, here.place_spoken[place], here.spoken[grid])
    grid_id = np.where(alone, -1, here.grid_ids[grid])
    found = outcomes(plan, month, here.kinds, place, here.standing)
    department = _departments(chance, month, here, place, found)
    returned = returns(plan, month, found, place, here.lateness)
    problem, title, detail = texts(plan, month, here.said, spoken, here.grid_setting[grid])
    pair = np.where(alone, -1, grid * len(here.kinds) + month.category)
    repeat_of, reports = repeats(plan, month, here.hot, pair, problem, reports)
    columns = _columns(month, here, place, grid_id, department, found, returned, repeat_of, title, detail)
    return columns, reports


def _grids(chance: np.random.Generator, month: Month, here: Ground) -> Numbers:
    """Where each case happened: a category at a time, for each has its own map of the city."""
    draw = chance.random(len(month.category))
    grid = np.zeros(len(draw), dtype=np.int64)
    order = np.argsort(month.category, kind="stable")
    bounds = np.searchsorted(month.category[order], np.arange(len(here.kinds) + 1))
    for kind, (first, last) in enumerate(pairwise(bounds)):
        these = order[first:last]
        grid[these] = np.searchsorted(here.chance_of_grid[kind], draw[these], side="right")
    return grid


def _departments(
    chance: np.random.Generator, month: Month, here: Ground, place: Numbers, found: Outcomes
) -> Numbers:
    """Most cases go to the county's department, a few to the city's; the rest stays in the grid."""
    count = len(place)
    patrol = month.source == SOURCES.index(Source.PATROL)
    given = (found.stage >= ASSIGNED) & (chance.random(count) < np.where(patrol, 0.5, 0.9))
    county = np.where(chance.random(count) < 0.05, 0, here.county_of[place])
    return np.where(given, here.departments[month.category, county], -1)


def _columns(
    month: Month,
    here: Ground,
    place: Numbers,
    grid_id: Numbers,
    department: Numbers,
    found: Outcomes,
    returned: Numbers,
    repeat_of: Numbers,
    title: Words,
    detail: Words,
) -> list[Any]:
    """Arrays in the order of `COLUMNS`, of values that both databases take as they are."""
    count = len(place)
    return [
        month.first_id + np.arange(count),
        np.full(count, ORIGIN, dtype=object),
        _numbers(month),
        words([unit.code for unit in here.places])[place],
        _or_none(grid_id),
        words([kind.code for kind in here.kinds])[month.category],
        words([source.value for source in SOURCES])[month.source],
        _or_none(department),
        words([stage.value for stage in STAGES])[found.stage],
        title,
        detail,
        _moments(month.reported),
        _moments(found.accepted),
        _moments(found.due),
        _moments(found.closed),
        found.suspended,
        found.rework,
        returned,
        _or_none(repeat_of),
        _or_none(found.rating),
        _moments(found.rated),
        _moments(found.changed),
    ]


def _or_none(values: Numbers) -> Words:
    found = values.astype(object)
    found[values < 0] = None
    return found


def _numbers(month: Month) -> Words:
    """SJ, the day and a serial within it."""
    first = int(month.day.min())
    heads = words([f"SJ{_day(day):%Y%m%d}" for day in range(first, int(month.day.max()) + 1)])
    tails = words([f"{serial:06d}" for serial in range(int(month.serial.max()) + 1)])
    numbers: Words = heads[month.day - first] + tails[month.serial]
    return numbers


CLOCK = words([f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)])


def _moments(seconds: Numbers) -> Words:
    """UTC as both databases write it; day and time are looked up, which is ten times faster."""
    there = seconds >= 0
    if not there.any():
        return np.full(len(seconds), None, dtype=object)
    day, second = np.divmod(seconds, DAY)
    first, last = int(day[there].min()), int(day[there].max())
    days = words([f"{_day(number):%Y-%m-%d}" for number in range(first, last + 1)])
    text: Words = days[np.where(there, day - first, 0)] + CLOCK[second]
    text[~there] = None
    return text


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)
