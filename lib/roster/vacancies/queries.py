"""Which small grids have no full-time gridworker: since when, and who was the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, select

from db.models.center import Center
from db.models.grid import Grid, GridColor, GridSetting
from db.models.roster import Ending, Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.grids.coverage import standing, vacant
from lib.typed import offset_of

AT_MOST = 200


@dataclass(frozen=True)
class VacantGrid:
    """`since` is the first day without anybody, None where nobody ever was; `covered_by` is who stands in,
    and `next_day` the day on which somebody begins who is already named."""

    id: int
    code: str
    name: str
    center_code: str
    center_name: str
    setting: GridSetting | None
    color: GridColor
    households: int
    since: date | None
    last_name: str = ""
    ending: Ending | None = None
    covered_by: str = ""
    next_name: str = ""
    next_day: date | None = None


@dataclass(frozen=True)
class VacancyPage:
    """`total` counts all vacancies, `rows` are one page of them."""

    total: int
    rows: tuple[VacantGrid, ...] = ()


@query(Permission.READ_ROSTER)
def vacancies(
    session: ScopedSession,
    center_code: str,
    day: date | None = None,
    setting: GridSetting | None = None,
    page: int = 1,
    page_size: int = 50,
) -> VacancyPage:
    """A page of the vacancies of a day, what was never filled first and then what is vacant the longest."""
    on = day or today_of(session)
    found = select(Grid).where(within(Grid.center_code, [center_code]), vacant(on))
    if setting is not None:
        found = found.where(Grid.setting == setting)
    total = session.scalar(found.with_only_columns(func.count(Grid.id))) or 0
    if not total:
        return VacancyPage(0)
    last = (
        select(func.max(Post.until))
        .where(Post.grid_id == Grid.id, Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None))
        .where(Post.until < on)
        .correlate(Grid)
        .scalar_subquery()
    )
    size = min(max(page_size, 1), AT_MOST)
    rows: Any = session.execute(
        found.join(Center, Center.code == Grid.center_code)
        .with_only_columns(Grid, Center.name, last.label("last_day"))
        .order_by(last.is_not(None), last, Grid.code)
        .limit(size)
        .offset(offset_of(page, size, total))
    ).all()
    posts = _posts(session, [grid.id for grid, _center, _last in rows], on)
    return VacancyPage(
        total,
        tuple(_vacant(grid, center, posts.get(grid.id, []), on) for grid, center, _last in rows),
    )


def _posts(session: ScopedSession, grid_ids: list[int], on: date) -> dict[int, list[Post]]:
    """All full-time posts of these grids, but covers that are over."""
    found: dict[int, list[Post]] = {}
    own_or_standing = Post.covers_id.is_(None) | and_(Post.covers_id.is_not(None), standing(on))
    rows = session.scalars(
        select(Post).where(Post.grid_id.in_(grid_ids), Post.role == PostRole.FULL_TIME, own_or_standing)
    )
    for post in rows:
        found.setdefault(post.grid_id or 0, []).append(post)
    return found


def _vacant(grid: Grid, center: str, posts: list[Post], on: date) -> VacantGrid:
    own = [post for post in posts if post.covers_id is None]
    over = [post for post in own if post.until is not None and post.until < on]
    last = max(over, key=lambda post: (post.until or on, post.id), default=None)
    coming = min(
        (post for post in own if post.since > on), key=lambda post: (post.since, post.id), default=None
    )
    cover = next((post.name for post in posts if post.covers_id is not None), "")
    return VacantGrid(
        grid.id, grid.code, grid.name, grid.center_code, center, grid.setting, grid.color, grid.households,
        last.until + timedelta(days=1) if last and last.until else None, last.name if last else "",
        last.ending if last else None, cover, coming.name if coming else "", coming.since if coming else None,
    )  # fmt: skip
