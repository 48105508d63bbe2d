"""Decides what is missing in a grid's staff: the full-time gridworker, and the 4 of "1+4+X"."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select

from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import PART_TIME_KINDS, Gridworker, Post


def vacant() -> ColumnElement[bool]:
    """A small grid without a full-time gridworker."""
    return and_(Grid.size == GridSize.SMALL, _nobody_as(Post.FULL_TIME))


def incomplete() -> ColumnElement[bool]:
    """An urban grid that lacks one of the four part-time kinds. 1+4+X holds for urban grids alone."""
    return and_(Grid.setting == GridSetting.URBAN, or_(*(_nobody_as(post) for post in PART_TIME_KINDS)))


def _nobody_as(post: Post) -> ColumnElement[bool]:
    return ~exists(select(Gridworker.id).where(Gridworker.grid_id == Grid.id, Gridworker.post == post))


def missing_posts(setting: GridSetting | None, size: GridSize, posts: set[Post]) -> tuple[Post, ...]:
    """The posts that the rule asks for and nobody holds."""
    wanted: tuple[Post, ...] = ()
    if size is GridSize.SMALL:
        wanted = (Post.FULL_TIME,)
    if setting is GridSetting.URBAN:
        wanted += PART_TIME_KINDS
    return tuple(post for post in wanted if post not in posts)
