"""Decides how grids' codes change when their village or town gets another code.

The village's digits are replaced and the serial stays. Where two units became one and both have
the serial, the grid that came later gets the next free one. Two large or medium grids of merged
units stay two grids, each with its Party organization, staff and color, until people join them;
the one that came later carries a serial behind the center's code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import bindparam, select, update

from db.models.center import Change, CodeChange
from db.models.grid import Grid, GridSize
from db.scope import ScopedSession, within
from lib import clock
from lib.centers.editions import Plan
from lib.grids.codes import next_free, village_part

SLICE = 500


def follow_centers(session: ScopedSession, plan: Plan, edition: str) -> list[CodeChange]:
    """Called after the rows of `plan` have moved, in the same transaction. Writes the history too."""
    sources: dict[str, list[str]] = defaultdict(list)
    for old, new in plan.moves.items():
        sources[new].append(old)
    continued = {change.old_code for change in plan.changes if change.kind is Change.MOVED}
    movers = []
    for grid in _grids_in(session, list(sources)):
        source = _source(grid, sources)
        if source is not None:
            movers.append((source not in continued, grid.code, source, grid))
    taken = _codes_under(session, list(sources)) - {code for _merged, code, _source, _grid in movers}
    changes = []
    new_codes: dict[int, str] = {}
    for merged, old_code, source, grid in sorted(movers, key=lambda mover: mover[:2]):
        code = _part(grid.size, grid.center_code) + old_code[len(_part(grid.size, source)) :]
        kind = Change.MERGED if merged or code in taken else Change.MOVED
        if code in taken:
            code = next_free(grid.center_code, taken, grid.size)
        taken.add(code)
        new_codes[grid.id] = code
        changes.append(
            CodeChange(
                changed_at=clock.now(),
                edition=edition[:200],
                kind=kind,
                subject="grid",
                old_code=old_code,
                old_name=grid.name[:60],
                new_code=code,
                new_name=grid.name[:60],
                center_code=grid.center_code,
            )
        )
    _write(session, new_codes)
    session.add_all(changes)
    session.flush()
    return changes


def _grids_in(session: ScopedSession, centers: list[str]) -> list[Grid]:
    return [
        grid
        for start in range(0, len(centers), SLICE)
        for grid in session.scalars(
            select(Grid).where(Grid.center_code.in_(centers[start : start + SLICE])).order_by(Grid.code)
        )
    ]


def _codes_under(session: ScopedSession, centers: list[str]) -> set[str]:
    """All codes that begin like the centers', wherever their grids belong."""
    return {
        code
        for start in range(0, len(centers), SLICE)
        for code in session.scalars(
            select(Grid.code).where(within(Grid.code, centers[start : start + SLICE]))
        )
    }


def _part(size: GridSize, center_code: str) -> str:
    """The digits of a grid's code that are its center's."""
    return village_part(center_code) if size is GridSize.SMALL else center_code


def _source(grid: Grid, sources: Mapping[str, list[str]]) -> str | None:
    """The center that the grid's code still speaks of; None when it has not moved or follows no rule."""
    if grid.code.startswith(_part(grid.size, grid.center_code)):
        return None
    return next(
        (old for old in sources[grid.center_code] if grid.code.startswith(_part(grid.size, old))), None
    )


def _write(session: ScopedSession, codes: Mapping[int, str]) -> None:
    """In two steps: a new code may be one that another grid is about to give up."""
    table = Grid.__table__
    statement = update(table).where(table.c.id == bindparam("grid")).values(code=bindparam("to"))  # type: ignore[arg-type]
    if codes:
        session.execute(statement, [{"grid": key, "to": f"~{key}"} for key in codes])
        session.execute(statement, [{"grid": key, "to": code} for key, code in codes.items()])
        session.expire_all()
