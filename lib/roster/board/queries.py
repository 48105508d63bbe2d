"""The director's board: how a center and each part of it is staffed on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from db.models.center import Center
from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import Post, PostRole
from db.scope import CODE_LENGTHS, ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.grids.coverage import incomplete, standing, vacant


@dataclass(frozen=True)
class Staffed:
    """A center with the small grids in it: how many have nobody full time, and how many urban ones lack one
    of the four. `full_time` counts people, each once in a part; `posts` are those of all kinds."""

    code: str
    name: str
    grids: int
    vacant: int
    urban: int
    incomplete: int
    full_time: int
    posts: int


@dataclass(frozen=True)
class Board:
    whole: Staffed
    parts: tuple[Staffed, ...]


@query(Permission.READ_ROSTER)
def staffing_board(session: ScopedSession, center_code: str, day: date | None = None) -> Board:
    """The center and, where it has any, the centers right below it."""
    on = day or today_of(session)
    length = next((one for one in CODE_LENGTHS if one > len(center_code)), len(center_code))
    child = func.substr(Grid.center_code, 1, length)
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    rows = session.execute(
        select(
            child,
            func.count(),
            func.count().filter(vacant(on)),
            func.count().filter(Grid.setting == GridSetting.URBAN),
            func.count().filter(incomplete(on)),
        )
        .where(within(Grid.center_code, [center_code]), Grid.size == GridSize.SMALL)
        .group_by(child)
    )
    for code, grids, empty, urban, lacking in rows:
        found[code][:4] = grids, empty, urban, lacking
    child = func.substr(Post.center_code, 1, length)
    held = session.execute(
        select(
            child,
            func.count(Post.person_id.distinct()).filter(Post.role == PostRole.FULL_TIME),
            func.count(),
        )
        .where(within(Post.center_code, [center_code]), standing(on), Post.covers_id.is_(None))
        .group_by(child)
    )
    for code, full_time, posts in held:
        found[code][4:] = full_time, posts
    names = dict(
        session.execute(
            select(Center.code, Center.name).where(within(Center.code, [center_code]))
            .where(func.length(Center.code).in_((length, len(center_code))))
        ).all()
    )  # fmt: skip
    parts = tuple(
        Staffed(code, names.get(code, code), *counts)
        for code, counts in sorted(found.items())
        if code != center_code
    )
    total = [sum(counts[n] for counts in found.values()) for n in range(6)]
    return Board(Staffed(center_code, names.get(center_code, center_code), *total), parts)
