"""How patrols and visits are counted: a household once in a grid, against the households that the grid has.

A grid in which more numbers were visited than it has households counts as visited in whole, and as one whose
data must be looked at: the excess of one grid makes up for nothing in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, distinct, exists, func, or_, select

from db.models.duty import Patrol, Visit
from db.models.grid import Grid, GridSize
from db.scope import within
from lib.i18n import numbers


@dataclass(frozen=True)
class Coverage:
    """`visited` are the numbers that were visited, `counted` those of them that the grids have households
    for; `over` are the grids that have fewer households than numbers."""

    grids: int = 0
    visited: int = 0
    counted: int = 0
    households: int = 0
    over: int = 0

    @property
    def share(self) -> Decimal | None:
        return numbers.share(self.counted, self.households)


def coverage_of(visited: int, households: int) -> Coverage:
    """One grid's."""
    return Coverage(1, visited, min(visited, households), households, int(visited > households))


def added(parts: list[Coverage]) -> Coverage:
    return Coverage(
        sum(one.grids for one in parts), sum(one.visited for one in parts), sum(one.counted for one in parts),
        sum(one.households for one in parts), sum(one.over for one in parts),
    )  # fmt: skip


def keyed(rows: Iterable[Any]) -> dict[Any, Any]:
    """Rows of a key and a number."""
    return {row[0]: row[1] for row in rows}


def small_grids(center_code: str) -> ColumnElement[bool]:
    """Small grids alone: the larger ones hold the same households again."""
    return and_(within(Grid.center_code, [center_code]), Grid.size == GridSize.SMALL)


def visited_by_grid(center_code: str, first: date, last: date) -> FromClause:
    """`grid_id` and `visited`: how many households of each grid were visited in a span of days."""
    return (
        select(Visit.grid_id, func.count(distinct(Visit.household)).label("visited"))
        .where(within(Visit.center_code, [center_code]), Visit.day.between(first, last))
        .group_by(Visit.grid_id)
        .subquery()
    )


def coverage_columns(visited: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The five numbers of `Coverage` over grids that are joined with `visited_by_grid`."""
    number = func.coalesce(visited.c.visited, 0)
    counted = case((number > Grid.households, Grid.households), else_=number)
    over = case((number > Grid.households, 1), else_=0)
    return (
        func.count(Grid.id), func.coalesce(func.sum(number), 0), func.coalesce(func.sum(counted), 0),
        func.coalesce(func.sum(Grid.households), 0), func.coalesce(func.sum(over), 0),
    )  # fmt: skip


def coverage_by(key: ColumnElement[Any], center_code: str, first: date, last: date) -> Select[Any]:
    """`key` and the five numbers, for each key that small grids have."""
    visited = visited_by_grid(center_code, first, last)
    return (
        select(key, *coverage_columns(visited))
        .select_from(Grid)
        .join(visited, visited.c.grid_id == Grid.id, isouter=True)
        .where(small_grids(center_code))
        .group_by(key)
    )


def patrolled_on(day: date) -> ColumnElement[bool]:
    """The grid was patrolled on the day."""
    return exists(select(Patrol.id).where(Patrol.grid_id == Grid.id, Patrol.day == day))


def still_open(day: date) -> ColumnElement[bool]:
    """The visit found a problem that nobody had solved by the end of the day."""
    return and_(Visit.problem != "", Visit.day <= day, or_(Visit.solved_on.is_(None), Visit.solved_on > day))
