"""The grids and people behind a figure of the roster: how many stand on each side, and a page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from db.models.center import Center
from db.models.duty import CheckedPost, Finding
from db.models.grid import Grid
from db.models.roster import Ending, Post
from db.scope import ScopedSession
from lib import clock
from lib.metrics.question import Side
from lib.metrics.staffing.leaving import Force, Held, forces
from lib.metrics.staffing.sources import SOURCES, Spot, full_time
from lib.typed import offset_of


@dataclass(frozen=True)
class GridBehind:
    """A grid with what it counts on both sides."""

    id: int
    code: str
    name: str
    center_code: str
    center_name: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class PersonBehind:
    """A person with what they count on both sides; `id` is that of the row, which of spot checks is a check.
    `day` is when the post ended, or was checked."""

    id: int
    name: str
    center_code: str
    center_name: str
    grid_name: str
    numerator: int
    denominator: int
    day: date | None = None
    ending: Ending | None = None
    finding: Finding | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class _Row:
    """What stands behind a figure, before anything is called by its name."""

    id: int
    center_code: str
    grid_id: int | None
    numerator: int
    denominator: int
    held: Held | None = None


def _on_side(rows: Any, side: Side) -> ColumnElement[bool]:
    conditions: dict[Side, Any] = {
        Side.NUMERATOR: rows.c.numerator > 0,
        Side.REST: rows.c.numerator < rows.c.denominator,
        Side.DENOMINATOR: rows.c.denominator > 0,
        Side.EXCLUDED: rows.c.left_out > 0,
    }
    found: ColumnElement[bool] = conditions[side]
    return found


def rows_on_sides(session: ScopedSession, name: str, spot: Spot) -> dict[Side, int]:
    """How many rows there are on each side."""
    if name == "turnover":
        parts = forces(session, spot).values()
        return {side: len(_leaving(parts, spot, side)) for side in Side}
    rows: Any = SOURCES[name](spot).subquery()
    numbers: list[Any] = [func.count(rows.c.row_id).filter(_on_side(rows, side)) for side in Side]
    [found] = session.execute(select(*numbers).select_from(rows)).all()
    return {side: int(number or 0) for side, number in zip(Side, found, strict=True)}


def page_of(
    session: ScopedSession, name: str, spot: Spot, side: Side, page: int, page_size: int
) -> tuple[int, list[_Row]]:
    """How many rows there are on this side, and one page of them, place by place."""
    if name == "turnover":
        leaving = _leaving(forces(session, spot).values(), spot, side)
        start = offset_of(page, page_size, len(leaving))
        return len(leaving), leaving[start : start + page_size]
    rows: Any = SOURCES[name](spot).subquery()
    counted = select(func.count(rows.c.row_id)).select_from(rows)
    total = session.scalar(counted.where(_on_side(rows, side))) or 0
    found: Any = session.execute(
        select(rows.c.row_id, rows.c.center_code, rows.c.grid_id, rows.c.numerator, rows.c.denominator)
        .where(_on_side(rows, side))
        .order_by(rows.c.center_code, rows.c.grid_id, rows.c.row_id)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    )
    return total, [_Row(*row) for row in found]


def _leaving(parts: Iterable[Force], spot: Spot, side: Side) -> list[_Row]:
    """Those who left, or those who were there at the first or the last day; who was there at both counts
    twice."""
    found: dict[int, _Row] = {}
    for force in parts:
        left = force.left(spot.first, spot.last)
        if side is Side.NUMERATOR:
            for person, post in left.items():
                found[person] = _Row(person, post.center_code, post.grid_id, 1, 0, post)
        elif side is Side.DENOMINATOR:
            ends = force.on(spot.first), force.on(spot.last)
            for person, post in (ends[0] | ends[1]).items():
                times = sum(person in end for end in ends)
                found[person] = _Row(person, post.center_code, post.grid_id, person in left, times, post)
    return sorted(found.values(), key=lambda row: (row.center_code, row.grid_id or 0, row.id))


def grids(session: ScopedSession, rows: Sequence[_Row]) -> tuple[GridBehind, ...]:
    found: Any = session.execute(
        select(Grid.id, Grid.code, Grid.name, Center.name)
        .join(Center, Center.code == Grid.center_code)
        .where(Grid.id.in_([row.id for row in rows]))
    )
    known = {key: (code, name, center) for key, code, name, center in found}
    return tuple(
        GridBehind(
            row.id, *known[row.id][:2], row.center_code, known[row.id][2], row.numerator, row.denominator
        )
        for row in rows
        if row.id in known
    )


def people(session: ScopedSession, spot: Spot, rows: Sequence[_Row]) -> tuple[PersonBehind, ...]:
    """The names as they stood on the posts; all grids that somebody has on the last day, or had at last."""
    keys = [row.id for row in rows]
    posts: dict[int, list[tuple[Held, str, str]]] = defaultdict(list)
    statement = (
        select(
            Post.person_id, Post.since, Post.until, Post.ending, Post.center_code, Post.grid_id, Post.name,
            Grid.name,
        )
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .where(*full_time(spot.center_code), Post.person_id.in_(keys), Post.since <= spot.last)
    )  # fmt: skip
    found: Any = session.execute(statement)
    for *held, name, grid in found:
        posts[held[0]].append((Held(*held), name, grid or ""))
    places = _centers(session, rows)
    people = []
    for row in rows:
        own = posts[row.id]
        held = _over(row, spot)
        on = [one for one in own if one[0].stands(held.ends if held else spot.last)]
        latest = max(own, key=lambda one: (one[0].ends, one[0].since), default=None)
        shown = on or ([latest] if latest else [])
        grids = "、".join(dict.fromkeys(grid for _held, _name, grid in shown if grid))
        name = shown[0][1] if shown else ""
        people.append(
            PersonBehind(
                row.id, name, row.center_code, places.get(row.center_code, ""), grids, row.numerator,
                row.denominator, held.until if held else None, held.ending if held else None,
                person_id=row.id,
            )
        )  # fmt: skip
    return tuple(people)


def _over(row: _Row, spot: Spot) -> Held | None:
    """The post that ended, of somebody who left."""
    return row.held if row.held is not None and row.held.ends <= spot.last else None


def checked(session: ScopedSession, rows: Sequence[_Row]) -> tuple[PersonBehind, ...]:
    """Whom a spot check was about, and what it found."""
    found: Any = session.execute(
        select(
            CheckedPost.id, CheckedPost.finding, CheckedPost.checked_at, Post.name, Grid.name, Post.person_id
        )
        .join(Post, Post.id == CheckedPost.post_id, isouter=True)
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .where(CheckedPost.id.in_([row.id for row in rows]))
    )
    known = {key: rest for key, *rest in found}
    places = _centers(session, rows)
    return tuple(
        PersonBehind(
            row.id, name or "", row.center_code, places.get(row.center_code, ""), grid or "", row.numerator,
            row.denominator, clock.local(at).date(), None, finding, person,
        )
        for row in rows
        for finding, at, name, grid, person in [known[row.id]]
    )  # fmt: skip


def _centers(session: ScopedSession, rows: Sequence[_Row]) -> dict[str, str]:
    codes = {row.center_code for row in rows}
    found: Any = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes)))
    return dict(found.all())
