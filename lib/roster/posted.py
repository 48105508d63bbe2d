"""Finds where somebody works, for what is written down about a person: at the center of the post that they
held on the day, or held last before it. People whose posts lie in several towns are found here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models.grid import Grid
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib.errors import NotFound
from lib.grids.coverage import standing
from lib.i18n import _
from lib.typed import literal_pattern

MOST_CHOICES = 300


@dataclass(frozen=True)
class Choice:
    """Somebody who can be chosen: who, as what, where."""

    person_id: int
    name: str
    role: PostRole
    place: str


def post_on(session: ScopedSession, person_id: int, day: date) -> Post:
    """Raises NotFound where the person held no post here by that day."""
    posts = session.scalars(
        select(Post).where(Post.person_id == person_id, Post.since <= day).order_by(Post.since, Post.id)
    ).all()
    if not posts:
        raise NotFound(_("这个人当天及以前没有任职，或不在您的范围内。请核对人员和日期。"))
    return max(
        posts, key=lambda one: (one.until is None or one.until >= day, one.covers_id is None, one.since)
    )


def newest_names(session: ScopedSession, people: Iterable[int]) -> dict[int, str]:
    """What people are called, as on their newest post that is seen."""
    found: dict[int, str] = {}
    wanted = sorted(set(people))
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(Post.person_id, Post.name)
            .where(Post.person_id.in_(wanted[start : start + 500]))
            .order_by(Post.since, Post.id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def choices(session: ScopedSession, center_code: str, day: date, text: str = "") -> tuple[Choice, ...]:
    """Who holds a post of their own below a center on a day, gridworkers first, each once."""
    statement = (
        select(Post.person_id, Post.name, Post.role, Grid.name)
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .where(within(Post.center_code, [center_code]), Post.covers_id.is_(None), standing(day))
        .order_by(Post.role != PostRole.FULL_TIME, Post.center_code, Post.name, Post.person_id)
        .limit(2 * MOST_CHOICES)
    )
    if text.strip():
        statement = statement.where(Post.name.like(literal_pattern(text), escape="\\"))
    found: dict[int, Choice] = {}
    for person, name, role, place in session.execute(statement):
        found.setdefault(person, Choice(person, name, role, place or ""))
    return tuple(found.values())[:MOST_CHOICES]
