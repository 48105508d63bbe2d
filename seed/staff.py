"""Who works in the grids: one full-time gridworker in each small one, and the 4 + X of urban ones."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.models.grid import GridColor, GridSetting
from db.models.roster import PART_TIME_KINDS, Background, Ending, PostRole, Sex
from lib.sealing import sealed
from seed.grids import SMALL, SmallGrid
from seed.people import People
from seed.plan import Plan

# Of the full-time gridworkers, how many came from the background that is usual for the setting.
USUAL = {
    GridSetting.URBAN: (Background.COMMUNITY_WORKER, 2624),
    GridSetting.RURAL: (Background.VILLAGER_GROUP_HEAD, 3745),
}
IN_CHARGE = 0.93  # red and yellow grids that an official has taken charge of
INCOMPLETE = 0.12  # urban grids that lack one or two of the four part-time kinds

# Careers are told from this many days back; whoever was there by then has been there for some time.
TOLD = 731
GROWN = 20  # years: nobody began younger

Row = dict[str, Any]


@dataclass
class Staff:
    """Rows of people, of their posts and of their leaves; `invented` hands out whoever else is needed."""

    invented: People
    people: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    leaves: list[Row] = field(default_factory=list)

    def beside(self, dice: random.Random) -> People:
        """Hands out other people than those who are there."""
        return People(dice, beside=self.invented)

    def somebody(self, people: People, center_code: str, background: Background | None = None) -> Row:
        """A new person; what else is known of them is said when all posts are given."""
        name, phone, citizen_id = people.name(), people.phone(), people.citizen_id()
        made = {
            "id": len(self.people) + 1,
            "center_code": center_code,
            "name": name,
            "sex": (Sex.FEMALE, Sex.MALE)[int(citizen_id[16]) % 2],
            "citizen_id": sealed(citizen_id),
            "born": date.fromisoformat(citizen_id[6:14]),
            "phone": sealed(phone),
            "employer": None,
            "political_status": None,
            "background": background,
        }
        self.people.append(made)
        return made

    def post(
        self,
        person: Row,
        center_code: str,
        grid_id: int | None,
        role: PostRole,
        since: date,
        until: date | None = None,
        ending: Ending | None = None,
        covers_id: int | None = None,
    ) -> Row:
        """What a person holds, held or will have held."""
        made = {
            "id": len(self.posts) + 1,
            "person_id": person["id"],
            "center_code": center_code,
            "grid_id": grid_id,
            "role": role,
            "name": person["name"],
            "since": since,
            "until": until,
            "ending": ending,
            "covers_id": covers_id,
            "version": 1,
        }
        self.posts.append(made)
        return made

    def of(self, role: PostRole) -> list[Row]:
        """The posts in one role, in order."""
        return [post for post in self.posts if post["role"] is role]

    def holder(self, post: Row) -> Row:
        person: Row = self.people[post["person_id"] - 1]
        return person


def began(dice: random.Random, plan: Plan, person: Row) -> date:
    """A day before careers are told, on which the person was old enough."""
    born: date = person["born"]
    grown = date(born.year + GROWN, born.month, min(born.day, 28))
    told = plan.today - timedelta(days=TOLD)
    return max(told - timedelta(days=dice.randrange(20, 1900)), min(grown, told))


def staff(plan: Plan, small: list[SmallGrid], grids: list[Row]) -> Staff:
    """Gridworkers of every kind, a secretary for every Party organization, and officials in charge."""
    found = gridworkers(plan, small)
    people = found.beside(plan.dice("secretaries"))
    for grid in grids:
        if grid["party_organization"]:
            person = found.somebody(people, grid["center_code"])
            since = began(people.dice, plan, person)
            found.post(person, grid["center_code"], grid["id"], PostRole.PARTY_SECRETARY, since)
    people = found.beside(plan.dice("officials"))
    for grid in grids:
        # A few have no official in charge yet: the screen must have something to ask for.
        if grid["color"] is not GridColor.BLUE and people.dice.random() < IN_CHARGE:
            person = found.somebody(people, grid["center_code"])
            role = PostRole.OFFICIAL_IN_CHARGE
            found.post(person, grid["center_code"], grid["id"], role, grid["color_since"])
    return found


def gridworkers(plan: Plan, small: list[SmallGrid]) -> Staff:
    dice = plan.dice("gridworkers")
    people = People(dice)
    backgrounds = {setting: _backgrounds(dice, setting) for setting in GridSetting}
    found = Staff(people)

    def add(grid: SmallGrid, role: PostRole, background: Background | None) -> None:
        person = found.somebody(people, grid.village.code, background)
        found.post(person, grid.village.code, grid.id, role, began(dice, plan, person))

    for grid in small:
        add(grid, PostRole.FULL_TIME, backgrounds[grid.setting].pop())
        if grid.setting is GridSetting.URBAN:
            for post in _part_time(dice):
                add(grid, post, None)
            for _ in range(dice.choices((0, 1, 2, 3), (0.3, 0.35, 0.25, 0.1))[0]):
                add(grid, PostRole.OTHER, None)
    return found


def _backgrounds(dice: random.Random, setting: GridSetting) -> list[Background]:
    """One for each grid of the setting, in exact numbers and mixed order."""
    usual, count = USUAL.get(setting, (Background.HIRED, SMALL[setting]))
    found = [usual] * count + [Background.HIRED] * (SMALL[setting] - count)
    dice.shuffle(found)
    return found


def _part_time(dice: random.Random) -> list[PostRole]:
    """The four kinds; new-employment Party members and property staff are the hardest to find."""
    lacking: set[PostRole] = set()
    if dice.random() < INCOMPLETE:
        scarce = [1.0, 1.0, 2.5, 4.0]
        lacking.update(dice.choices(PART_TIME_KINDS, scarce, k=dice.choice((1, 1, 1, 2))))
    return [post for post in PART_TIME_KINDS if post not in lacking]
