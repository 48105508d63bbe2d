"""What became of the gridworkers over two years: who left and who came after, who moved, who looks after two
grids, whose post ends soon, and who is away and covered."""

from __future__ import annotations

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate

from db.models.grid import GridSetting
from db.models.roster import PART_TIME_KINDS, Ending, LeaveKind, PostRole, Sex
from seed.people import People
from seed.plan import Plan
from seed.staff import TOLD, Row, Staff, began

# How many change: most in summer and after the New Year, and more in the last twelve months.
MONTHS = (0.8, 1.9, 1.6, 0.9, 0.8, 1.2, 1.5, 1.5, 0.8, 0.7, 0.7, 1.1)
LAST_YEAR = 1.25
FOLLOWED = {PostRole.FULL_TIME: 0.125, PostRole.GRID_LEADER: 0.06} | dict.fromkeys(PART_TIME_KINDS, 0.05)
TWICE = 0.09  # of those posts: two people left within the two years
MOVED = 95
WITH_GAP, GAP = 1 / 3, (5, 45)  # days that a post stood empty
LEFT = 0.4  # of those without a gap; the others handed over
FIRST_OF_MONTH = 0.4
TWO_GRIDS, BESIDE = 15, 60  # people with two full-time posts, and with another post in the next grid
ENDING_SOON, WITHIN = 45, 60
LEAVES, COVERED = 40, 20
KINDS = {
    LeaveKind.ANNUAL: (3, 10), LeaveKind.SICK: (4, 40), LeaveKind.PERSONAL: (2, 8),
    LeaveKind.SECONDED: (60, 170), LeaveKind.MATERNITY: (98, 158),
}  # fmt: skip
KIND_WEIGHTS = (14, 12, 6, 3, 5)
YOUNG_ENOUGH = 40  # years, for a maternity leave


def careers(plan: Plan, found: Staff, grids: list[Row]) -> None:
    setting = {grid["id"]: grid["setting"] for grid in grids}
    told = _Careers(plan, found, setting)
    told.move()
    told.give_a_second_grid()
    told.follow()
    told.post_beside()
    told.end_soon()
    told.go_on_leave()


class _Careers:
    """Everybody is in one story at most, so that no two of them contradict each other."""

    def __init__(self, plan: Plan, found: Staff, setting: dict[int, GridSetting | None]) -> None:
        self.plan, self.found, self.setting = plan, found, setting
        self.full_time = found.of(PostRole.FULL_TIME)
        self.told: set[int] = set()  # keys of people
        self.days = [plan.today - timedelta(days=back) for back in range(TOLD - GAP[1] - 5)]
        self.rising = list(
            accumulate(
                MONTHS[day.month - 1] * (LAST_YEAR if back < TOLD // 2 else 1)
                for back, day in enumerate(self.days)
            )
        )

    def _day(self, dice: random.Random) -> date:
        """The first day of somebody new."""
        found = self.days[bisect(self.rising, dice.random() * self.rising[-1])]
        first = found.replace(day=1)
        return first if dice.random() < FIRST_OF_MONTH and first > self.days[-1] else found

    def _pairs(self, dice: random.Random, digits: int, *, alike: bool) -> Iterable[tuple[Row, Row]]:
        """Posts of two people nobody has told of, under one center, in mixed order; each comes once. `alike`
        asks for the same setting and background."""
        groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for post in self.full_time:
            key: tuple[object, ...] = (post["center_code"][:digits],)
            if alike:
                key += (self.setting[post["grid_id"]], self.found.holder(post)["background"])
            if post["person_id"] not in self.told:
                groups[key].append(post)
        pairs = []
        for posts in groups.values():
            dice.shuffle(posts)
            pairs += list(zip(posts[::2], posts[1::2], strict=False))
        dice.shuffle(pairs)
        return pairs

    def _tell(self, *posts: Row) -> None:
        self.told.update(post["person_id"] for post in posts)

    def move(self) -> None:
        """Somebody left a grid, a neighbor moved there, and somebody new came to the neighbor's."""
        people = self.found.beside(self.plan.dice("moves"))
        dice = people.dice
        for digits, times in ((12, MOVED * 4 // 5), (9, MOVED // 5)):
            for post, former in list(self._pairs(dice, digits, alike=True))[:times]:
                mover, day = self.found.holder(post), self._day(dice)
                self._tell(post, former)
                self._before(people, post, day)
                last = day - timedelta(days=1)
                since = began(dice, self.plan, mover)
                self.found.post(
                    mover, former["center_code"], former["grid_id"], PostRole.FULL_TIME, since, last,
                    Ending.MOVED,
                )  # fmt: skip
                gap = dice.randint(*GAP) if dice.random() < WITH_GAP else 0
                former["since"] = min(day + timedelta(days=gap), self.plan.today)

    def give_a_second_grid(self) -> None:
        """Somebody left, and the neighbor looks after both grids since."""
        dice = self.plan.dice("two grids")
        for post, second in list(self._pairs(dice, 12, alike=True))[:TWO_GRIDS]:
            self._tell(post, second)
            holder, left, day = self.found.holder(post), self.found.holder(second), self._day(dice)
            self.found.post(
                left, second["center_code"], second["grid_id"], PostRole.FULL_TIME, second["since"],
                day - timedelta(days=1), Ending.LEFT,
            )  # fmt: skip
            second |= {"person_id": holder["id"], "name": holder["name"], "since": day}

    def follow(self) -> None:
        """Some of those who hold a post came after somebody."""
        people = self.found.beside(self.plan.dice("predecessors"))
        dice = people.dice
        for post in list(self.found.posts):
            untold = post["until"] is None and post["person_id"] not in self.told
            if untold and dice.random() < FOLLOWED.get(post["role"], 0):
                self._tell(post)
                self._before(people, post, self._day(dice))

    def _before(self, people: People, post: Row, day: date) -> None:
        """Somebody held the post before its holder, who came on that day; perhaps somebody before them."""
        dice, found, later = people.dice, self.found, post
        for _one in range(2 if dice.random() < TWICE else 1):
            if day < self.days[-1]:
                break
            later["since"] = day
            gap = dice.randint(*GAP) if dice.random() < WITH_GAP else 0
            last = day - timedelta(days=1 + gap)
            ending = Ending.LEFT if gap or dice.random() < LEFT else Ending.HANDED_OVER
            person = found.somebody(people, post["center_code"], found.holder(post)["background"])
            since = began(dice, self.plan, person)
            later = found.post(
                person, post["center_code"], post["grid_id"], post["role"], since, last, ending
            )
            day = last - timedelta(days=dice.randint(120, 400))

    def post_beside(self) -> None:
        """Full-time in one grid, and a helping hand in the next."""
        dice = self.plan.dice("posts beside")
        pairs = [
            pair
            for pair in self._pairs(dice, 12, alike=True)
            if self.setting[pair[0]["grid_id"]] is GridSetting.URBAN
        ]
        for post, beside in pairs[:BESIDE]:
            self._tell(post)
            role = dice.choice((PostRole.ASSISTANT, PostRole.OTHER))
            holder = self.found.holder(post)
            since = began(dice, self.plan, holder)
            self.found.post(holder, beside["center_code"], beside["grid_id"], role, since)

    def end_soon(self) -> None:
        dice = self.plan.dice("posts that end soon")
        for post in dice.sample(self._untold(), ENDING_SOON):
            self._tell(post)
            ending = dice.choice((Ending.TERM_OVER, Ending.TERM_OVER, Ending.LEFT))
            post |= {"until": self.plan.today + timedelta(days=dice.randint(1, WITHIN)), "ending": ending}

    def _untold(self) -> list[Row]:
        return [post for post in self.full_time if post["person_id"] not in self.told]

    def go_on_leave(self) -> None:
        """Around today; a neighbor covers for half of them until they are back."""
        dice = self.plan.dice("leaves")
        for number, (post, neighbor) in enumerate(list(self._pairs(dice, 12, alike=False))[:LEAVES]):
            self._tell(post, neighbor)
            person = self.found.holder(post)
            kind = dice.choices(list(KINDS), KIND_WEIGHTS)[0]
            young = self.plan.today.year - person["born"].year < YOUNG_ENOUGH
            if kind is LeaveKind.MATERNITY and not (person["sex"] is Sex.FEMALE and young):
                kind = LeaveKind.SICK
            long = dice.randint(*KINDS[kind])
            since = self.plan.today - timedelta(days=dice.randrange(-6, long + 4))
            until = since + timedelta(days=long - 1)
            self.found.leaves.append(
                {
                    "id": len(self.found.leaves) + 1, "person_id": person["id"],
                    "center_code": person["center_code"], "kind": kind, "since": since, "until": until,
                }
            )  # fmt: skip
            if number < COVERED:
                self.found.post(
                    self.found.holder(neighbor), post["center_code"], post["grid_id"], PostRole.FULL_TIME,
                    since, until, Ending.COVER_OVER, post["id"],
                )  # fmt: skip
