"""Who left a part of the roster, and how many were there: people without a full-time post the day after."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from db.models.roster import Ending, Post
from db.scope import ScopedSession
from lib.grids.coverage import standing
from lib.metrics.staffing.sources import Spot, full_time

DAY = timedelta(days=1)
# Whoever was moved stays a gridworker elsewhere, and a cover is no post of one's own.
STAYING = (Ending.MOVED, Ending.COVER_OVER)


@dataclass(frozen=True)
class Held:
    """One post of somebody."""

    person_id: int
    since: date
    until: date | None
    ending: Ending | None
    center_code: str
    grid_id: int | None

    def stands(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until >= day)

    @property
    def ends(self) -> date:
        return self.until or date.max


@dataclass(frozen=True)
class Counted:
    """`present` are the people at the first and at the last day, added up."""

    left: int
    present: int


class Force:
    """The posts of one part, by the people who held them."""

    def __init__(self, posts: Iterable[Held]) -> None:
        self.people: dict[int, list[Held]] = defaultdict(list)
        for post in posts:
            self.people[post.person_id].append(post)
        spells = [spell for held in self.people.values() for spell in _spells(held)]
        self._starts = sorted(start for start, _end in spells)
        self._ends = sorted(end for _start, end in spells)

    def present(self, day: date) -> int:
        """How many people there are on a day, each once."""
        return bisect_right(self._starts, day) - bisect_left(self._ends, day)

    def on(self, day: date) -> dict[int, Held]:
        """One of the posts of everybody who is there on a day."""
        found = {}
        for person, held in self.people.items():
            if post := next((one for one in held if one.stands(day)), None):
                found[person] = post
        return found

    def left(self, first: date, last: date) -> dict[int, Held]:
        """The last post of everybody who left between two days, both included."""
        found: dict[int, Held] = {}
        for person, held in self.people.items():
            for post in held:
                if post.until is None or not first <= post.until <= last or post.ending in STAYING:
                    continue
                after = post.until + DAY
                if any(one.stands(after) for one in held):
                    continue
                if person not in found or found[person].ends < post.until:
                    found[person] = post
        return found

    def counted(self, first: date, last: date) -> Counted:
        return Counted(len(self.left(first, last)), self.present(first) + self.present(last))


def _spells(held: Iterable[Held]) -> list[tuple[date, date]]:
    """From when to when somebody held any of the posts; what overlaps or follows at once is one."""
    found: list[tuple[date, date]] = []
    for post in sorted(held, key=lambda one: one.since):
        if found and (found[-1][1] == date.max or post.since <= found[-1][1] + DAY):
            found[-1] = found[-1][0], max(found[-1][1], post.ends)
        else:
            found.append((post.since, post.ends))
    return found


def counted_in(session: ScopedSession, spot: Spot) -> dict[str, Counted]:
    """By the part. The people who are there are counted where they stand; only those who may have left are
    looked at one by one."""
    if spot.last < spot.first:  # nothing is known of these days yet
        return {key: force.counted(spot.first, spot.last) for key, force in forces(session, spot).items()}
    left = {
        key: len(force.left(spot.first, spot.last))
        for key, force in forces(session, spot, ended=True).items()
    }  # fmt: skip
    present: dict[str, int] = defaultdict(int)
    part = spot.part(Post.center_code, Post.grid_id)
    for day in (spot.first, spot.last):
        rows: Any = session.execute(
            select(part, func.count(Post.person_id.distinct()))
            .where(*full_time(spot.center_code), standing(day))
            .group_by(part)
        )
        for key, people in rows:
            present["" if key is None else str(key)] += people
    return {key: Counted(left.get(key, 0), present[key]) for key in {*left, *present}}


def forces(session: ScopedSession, spot: Spot, *, ended: bool = False) -> dict[str, Force]:
    """By the part; all posts that were held at some time between the two days of the spot, or only those of
    people one of whose posts `ended` then."""
    part = spot.part(Post.center_code, Post.grid_id)
    wanted = select(
        part, Post.person_id, Post.since, Post.until, Post.ending, Post.center_code, Post.grid_id
    ).where(
        *full_time(spot.center_code),
        Post.since <= spot.last + DAY,
        or_(Post.until.is_(None), Post.until >= spot.first),
    )
    if ended:
        gone = select(Post.person_id).where(
            *full_time(spot.center_code), Post.until.between(spot.first, spot.last)
        )
        wanted = wanted.where(Post.person_id.in_(gone))
    rows: Any = session.execute(wanted)
    posts: dict[str, list[Held]] = defaultdict(list)
    for key, *held in rows:
        posts["" if key is None else str(key)].append(Held(*held))
    return {key: Force(held) for key, held in posts.items()}
