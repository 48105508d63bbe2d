"""Questions about public notices: which grids can have one, and how one looks before it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, exists, or_, select

from db.models.center import Center
from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.errors import NotFound
from lib.grids.coverage import standing
from lib.i18n import _
from lib.roster.notices.board import Board
from lib.roster.notices.gathering import gathered
from lib.typed import literal_pattern, plain

MOST_GRIDS = 500


@dataclass(frozen=True)
class Postable:
    """A grid that a notice can be made of; `staffed` says that somebody works in it full-time, or stands in
    for who does."""

    code: str
    name: str
    center_name: str
    staffed: bool


@query(Permission.EXPORT_ROSTER)
def postable_grids(
    session: ScopedSession, center_code: str, text: str = "", limit: int = MOST_GRIDS
) -> tuple[Postable, ...]:
    """The small grids of a center's subtree by code, at most `limit`; `text` is in the grid's name or
    code, or in the name of its village."""
    day = today_of(session)
    works = exists(
        select(Post.id).where(Post.grid_id == Grid.id, Post.role == PostRole.FULL_TIME, standing(day))
    )
    statement: Select[str, str, str, bool] = (
        select(Grid.code, Grid.name, Center.name, works)
        .join(Center, Center.code == Grid.center_code)
        .where(within(Grid.center_code, [center_code]), Grid.size == GridSize.SMALL)
    )
    if plain(text):
        pattern = literal_pattern(text)
        statement = statement.where(
            or_(
                Grid.name.like(pattern, escape="\\"), Grid.code.like(pattern[1:], escape="\\"),
                Center.name.like(pattern, escape="\\"),
            )
        )  # fmt: skip
    rows = session.execute(statement.order_by(Grid.code).limit(min(max(limit, 1), MOST_GRIDS)))
    return tuple(Postable(code, name, center, bool(works)) for code, name, center, works in rows)


@query(Permission.EXPORT_ROSTER)
def board_of(session: ScopedSession, grid_code: str, roles: Mapping[PostRole, bool]) -> Board:
    """One notice as it stands today, with its phones masked: whole ones leave only with what is printed, and
    that is recorded. Raises NotFound."""
    grid = session.scalars(select(Grid).where(Grid.code == plain(grid_code))).one_or_none()
    if grid is None:
        raise NotFound(_("找不到这个网格，或它不在您的范围内。请从网格列表中重新选择。"))
    [found] = gathered(session, [grid], roles, today_of(session), whole=False, photos=True)
    return found
