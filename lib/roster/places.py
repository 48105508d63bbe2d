"""The grids and centers that a roster names, found and called with the viewer's eyes; all of them are read
once, so that a sheet of thousands asks nothing more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select

from db.models.center import Center
from db.models.grid import Grid, GridSetting, GridSize
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import viewer_of
from lib.fields.field import Field, Named
from lib.fields.words import narrow


@dataclass(frozen=True)
class Spot:
    """A grid as a post needs to know it."""

    id: int
    code: str
    name: str
    center_code: str
    size: GridSize
    setting: GridSetting | None


class Places:
    """A `World` of grids and centers."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session
        self.own_center = viewer_of(session).center_code

    @cached_property
    def today(self) -> date:
        return deployment.today_of(self._session)

    @cached_property
    def grids(self) -> dict[str, Spot]:
        """By their codes."""
        rows = self._session.execute(
            select(Grid.id, Grid.code, Grid.name, Grid.center_code, Grid.size, Grid.setting)
        )
        return {row.code: Spot(*row) for row in rows}

    @cached_property
    def grid_by_id(self) -> dict[int, Spot]:
        return {one.id: one for one in self.grids.values()}

    @cached_property
    def centers(self) -> dict[str, str]:
        """The names of the centers in which the viewer may write, by their codes."""
        rows = self._session.execute(select(Center.code, Center.name).where(Center.ended_on.is_(None)))
        return {code: name for code, name in rows if self._session.scope.covers(code)}

    @cached_property
    def _by_name(self) -> dict[Named, dict[str, list[str]]]:
        grids: dict[str, list[str]] = defaultdict(list)
        for one in self.grids.values():
            grids[narrow(one.name)].append(one.code)
        centers: dict[str, list[str]] = defaultdict(list)
        for code, name in self.centers.items():
            centers[narrow(name)].append(code)
        return {Named.GRID: grids, Named.CENTER: centers}

    def know(self, grids: Iterable[Grid]) -> None:
        """These grids are all that will be named: nothing else is read. For lists that name few of many."""
        self.grids = {
            one.code: Spot(one.id, one.code, one.name, one.center_code, one.size, one.setting)
            for one in grids
        }

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        code = said.partition(" ")[0]
        known = self.grids if what is Named.GRID else self.centers
        if code.isascii() and code.isdigit():
            return (code,) if code in known else ()
        return tuple(self._by_name[what].get(narrow(said), ()))

    def words(self, what: Named, key: str, field: Field) -> str:
        if what is Named.GRID:
            return f"{key} {self.grids[key].name}" if key in self.grids else ""
        return f"{key} {self.centers[key]}" if key in self.centers else ""
