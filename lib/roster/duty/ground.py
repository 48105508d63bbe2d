"""Grids and who holds a post in them, as whoever records patrols and visits sees them.

What a row of a file names is asked for a whole town at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within

AT_ONCE = 500
TOWN = 9  # signs of a town's code


@dataclass(frozen=True)
class Place:
    """A grid."""

    id: int
    code: str
    name: str
    center_code: str
    households: int
    small: bool


@dataclass(frozen=True)
class Held:
    """A post in a grid, one's own or one that covers for somebody."""

    grid_id: int
    person_id: int
    name: str
    role: PostRole
    since: date
    until: date | None

    def stands(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until >= day)


class Ground:
    """Remembers what it was asked, as long as the session lives."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session
        self._places: dict[int, Place] = {}
        self._held: dict[int, list[Held]] = defaultdict(list)
        self._towns: set[str] = set()
        self._codes: dict[str, Place] | None = None
        self._names: dict[str, list[Place]] = defaultdict(list)

    def know(self, grid_ids: Collection[int]) -> None:
        """Asks for the grids and all their posts. What lies outside of the scope is not there."""
        wanted = sorted(set(grid_ids) - self._places.keys())
        for start in range(0, len(wanted), AT_ONCE):
            for grid in self._session.scalars(
                select(Grid).where(Grid.id.in_(wanted[start : start + AT_ONCE]))
            ):
                self._places[grid.id] = _place(grid)
        for town in sorted({self._places[one].center_code[:TOWN] for one in wanted if one in self._places}):
            self._know_town(town)

    def _know_town(self, town: str) -> None:
        if town in self._towns:
            return
        self._towns.add(town)
        rows = self._session.execute(
            select(Post.grid_id, Post.person_id, Post.name, Post.role, Post.since, Post.until).where(
                within(Post.center_code, [town]), Post.grid_id.is_not(None)
            )
        )
        for grid_id, person_id, name, role, since, until in rows:
            if grid_id is not None:
                self._held[grid_id].append(Held(grid_id, person_id, name, role, since, until))

    def place(self, grid_id: int) -> Place | None:
        if grid_id not in self._places:
            self.know([grid_id])
        return self._places.get(grid_id)

    def find(self, said: str) -> list[Place]:
        """Grids by their code, or by their whole name."""
        if self._codes is None:
            self._codes = {}
            for row in self._session.execute(
                select(Grid.id, Grid.code, Grid.name, Grid.center_code, Grid.households, Grid.size)
            ):
                key, code, name, center_code, households, size = row
                place = Place(key, code, name, center_code, households, size is GridSize.SMALL)
                self._places[key] = self._codes[code] = place
                self._names[name].append(place)
        code = said.partition(" ")[0]
        if code in self._codes:
            return [self._codes[code]]
        return self._names.get(said, [])

    def people(self, place: Place, day: date) -> list[Held]:
        """Who holds a post in the grid on the day, each person once."""
        self._know_town(place.center_code[:TOWN])
        found: dict[int, Held] = {}
        for one in self._held[place.id]:
            if one.stands(day):
                found.setdefault(one.person_id, one)
        return list(found.values())

    def holds(self, place: Place, person_id: int, day: date) -> bool:
        self._know_town(place.center_code[:TOWN])
        return any(one.person_id == person_id and one.stands(day) for one in self._held[place.id])


def _place(grid: Grid) -> Place:
    return Place(
        grid.id, grid.code, grid.name, grid.center_code, grid.households, grid.size is GridSize.SMALL
    )
