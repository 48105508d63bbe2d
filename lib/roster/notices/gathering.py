"""Puts the notices of many grids together with a few questions, however many grids there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from db.models.center import Center
from db.models.grid import Grid, GridSize
from db.models.roster import Person, Post, PostRole
from db.scope import ScopedSession
from lib.grids.coverage import standing
from lib.masking import masked_phone
from lib.roster.notices.board import ORDER, Board, Posted
from lib.roster.rules.rules import codes_over
from lib.sealing import opened

LARGEST_PHOTO = 300_000
AT_ONCE = 400


def gathered(
    session: ScopedSession,
    grids: Sequence[Grid],
    roles: Mapping[PostRole, bool],
    day: date,
    *,
    whole: bool,
    photos: bool,
) -> list[Board]:
    """The notices of these grids as of a day, in their order. `roles` says who is posted, and whether with
    the phone; phones are whole or masked."""
    centers = _centers(session, {grid.center_code for grid in grids})
    staff: dict[int, list[Any]] = defaultdict(list)
    for start in range(0, len(grids), AT_ONCE):
        ids = [grid.id for grid in grids[start : start + AT_ONCE]]
        for row in session.execute(
            select(Post.grid_id, Post.role, Post.name, Post.covers_id, Person.id, Person.phone)
            .join(Person, Person.id == Post.person_id, isouter=True)
            .where(Post.grid_id.in_(ids), standing(day))
            .order_by(Post.since, Post.id)
        ):
            if row.grid_id is not None:
                staff[row.grid_id].append(row)
    pictures = _photos(session, staff, roles) if photos else {}
    return [_board(grid, staff[grid.id], roles, centers, pictures, whole=whole) for grid in grids]


def _centers(session: ScopedSession, codes: Collection[str]) -> dict[str, Center]:
    wanted = {over for code in codes for over in codes_over(code)}
    found: dict[str, Center] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), AT_ONCE):
        rows = session.scalars(select(Center).where(Center.code.in_(ordered[start : start + AT_ONCE])))
        found |= {center.code: center for center in rows}
    return found


def _photos(
    session: ScopedSession, staff: Mapping[int, Sequence[Any]], roles: Mapping[PostRole, bool]
) -> dict[int, bytes]:
    """What is too large for a page of a whole town's file is left out."""
    keys = sorted({row.id for rows in staff.values() for row in rows if row.role in roles and row.id})
    found: dict[int, bytes] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.photo).where(
                Person.id.in_(keys[start : start + AT_ONCE]),
                Person.photo.is_not(None),
                func.length(Person.photo) <= LARGEST_PHOTO,
            )
        )
        found |= {key: photo for key, photo in rows if photo is not None}
    return found


def _board(
    grid: Grid,
    rows: Sequence[Any],
    roles: Mapping[PostRole, bool],
    centers: Mapping[str, Center],
    pictures: Mapping[int, bytes],
    *,
    whole: bool,
) -> Board:
    lines, without = [], []
    for row in sorted((one for one in rows if one.role in roles), key=lambda one: ORDER.index(one.role)):
        known = opened(row.phone or "")
        if roles[row.role] and not known:
            without.append(row.name)
        phone = (known if whole else masked_phone(known)) if roles[row.role] else ""
        lines.append(Posted(row.role, row.name, phone, row.covers_id is not None, pictures.get(row.id)))
    over = [centers[code] for code in reversed(codes_over(grid.center_code)) if code in centers]
    # The town's own number, or that of the county; a village's is the village's own people.
    numbers = [one.phone for one in reversed(over) if one.phone and len(one.code) <= 9]
    present = any(one.role is PostRole.FULL_TIME for one in rows)
    return Board(
        grid.code, grid.name, tuple(one.name for one in over if len(one.code) >= 9), grid.size, grid.setting,
        grid.place, grid.households, grid.residents, grid.party_organization,
        grid.party_organization_name or "", numbers[0] if numbers else "", tuple(lines),
        grid.size is GridSize.SMALL and not present, tuple(dict.fromkeys(without)),
    )  # fmt: skip
