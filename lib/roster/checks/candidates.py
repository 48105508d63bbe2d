"""Decides who can be drawn for a spot check: whoever holds a post of their own in the roles on the day, once
each, however many posts they hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, func, select

from db.models.roster import Leave, Post, PostRole
from db.scope import ScopedSession, within
from lib.grids.coverage import standing


def candidates(
    session: ScopedSession, center_code: str, day: date, roles: Collection[PostRole], on_leave: bool
) -> tuple[int, ...]:
    """The posts that can be drawn, the first of each person, in the order of their numbers. With `on_leave`
    also of people who are on leave that day."""
    away = exists(
        select(Leave.id).where(Leave.person_id == Post.person_id, Leave.since <= day, Leave.until >= day)
    )
    statement = (
        select(func.min(Post.id))
        .where(
            within(Post.center_code, [center_code]),
            Post.role.in_(roles),
            Post.covers_id.is_(None),
            standing(day),
        )
        .group_by(Post.person_id)
    )
    if not on_leave:
        statement = statement.where(~away)
    return tuple(sorted(key for key in session.scalars(statement) if key is not None))
