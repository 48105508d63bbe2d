"""Decides who holds a post on a day, and what is missing in a grid's staff on it: the full-time gridworker,
the 4 of "1+4+X", and whoever answers for a red or yellow one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select

from db.models.grid import Grid, GridColor, GridSetting, GridSize
from db.models.roster import PART_TIME_KINDS, Post, PostRole


def standing(day: date) -> ColumnElement[bool]:
    """The posts that are held on a day; the first and the last one are worked on."""
    return and_(Post.since <= day, or_(Post.until.is_(None), Post.until >= day))


def vacant(day: date) -> ColumnElement[bool]:
    """A small grid without a full-time gridworker. Who only covers for somebody fills no vacancy."""
    return and_(Grid.size == GridSize.SMALL, nobody_as(PostRole.FULL_TIME, day))


def incomplete(day: date) -> ColumnElement[bool]:
    """An urban grid that lacks one of the four part-time kinds. 1+4+X holds for urban grids alone."""
    return and_(Grid.setting == GridSetting.URBAN, or_(*(nobody_as(role, day) for role in PART_TIME_KINDS)))


def no_official(day: date) -> ColumnElement[bool]:
    """A red or yellow grid that no official has taken charge of."""
    return and_(
        Grid.size == GridSize.SMALL,
        Grid.color.in_((GridColor.RED, GridColor.YELLOW)),
        nobody_as(PostRole.OFFICIAL_IN_CHARGE, day),
    )


def nobody_as(role: PostRole, day: date) -> ColumnElement[bool]:
    """A grid in which nobody holds this role of their own on the day."""
    return ~exists(
        select(Post.id).where(
            Post.grid_id == Grid.id, Post.role == role, Post.covers_id.is_(None), standing(day)
        )
    )


def missing_roles(setting: GridSetting | None, size: GridSize, held: set[PostRole]) -> tuple[PostRole, ...]:
    """The roles that the rule asks for and nobody holds."""
    wanted: tuple[PostRole, ...] = ()
    if size is GridSize.SMALL:
        wanted = (PostRole.FULL_TIME,)
    if setting is GridSetting.URBAN:
        wanted += PART_TIME_KINDS
    return tuple(role for role in wanted if role not in held)
