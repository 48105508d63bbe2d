"""Questions before a step is taken: what would follow, who could take a post, and which grids there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from db.models.grid import Grid
from db.models.roster import LeaveKind, Person, Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.grids.coverage import standing
from lib.i18n import _, listed
from lib.roster.changes.change import LineChange
from lib.roster.changes.queries import LinePreview, preview_lines
from lib.roster.posts.consequences import Follows, post_words, told
from lib.roster.posts.moves import plan_hand_over, plan_leave, plan_leaving, plan_move

MOST_OFFERED = 300


@query(Permission.KEEP_ROSTER)
def preview_joining(
    session: ScopedSession, typed: Mapping[str, object], person_id: int | None = None
) -> LinePreview:
    """What `join` would do with the same words."""
    return preview_lines(session, [LineChange(None, typed, person_id=person_id)])[0]


@query(Permission.KEEP_ROSTER)
def preview_leaving(
    session: ScopedSession, post_id: int, seen: int, last_day: date, everything: bool = True
) -> Follows:
    """Raises what `leave` would raise."""
    plan = plan_leaving(session, post_id, seen, last_day, everything=everything)
    return told(session, plan, last_day + timedelta(days=1))


@query(Permission.KEEP_ROSTER)
def preview_move(session: ScopedSession, post_id: int, seen: int, grid_code: str, day: date) -> Follows:
    """Raises what `move` would raise."""
    return told(session, plan_move(session, post_id, seen, grid_code, day), day)


@query(Permission.KEEP_ROSTER)
def preview_hand_over(
    session: ScopedSession,
    post_id: int,
    seen: int,
    to_person_id: int,
    day: date,
    ends_others: bool = True,
) -> Follows:
    """Raises what `hand_over` would raise."""
    plan = plan_hand_over(session, post_id, seen, to_person_id, day, ends_others=ends_others)
    return told(session, plan, day)


@query(Permission.KEEP_ROSTER)
def preview_leave_taken(
    session: ScopedSession,
    person_id: int,
    kind: LeaveKind,
    since: date,
    until: date,
    cover_id: int | None = None,
) -> Follows:
    """Raises what `take_leave` would raise."""
    return told(session, plan_leave(session, person_id, kind, since, until, cover_id, ""), since)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a post or cover; `posts` says what they hold on the day."""

    id: int
    name: str
    posts: str


@query(Permission.KEEP_ROSTER)
def candidates(session: ScopedSession, center_code: str, day: date | None = None) -> tuple[Candidate, ...]:
    """The people of a center's subtree, by their names, with what they hold."""
    on = day or today_of(session)
    people = session.execute(
        select(Person.id, Person.name)
        .where(within(Person.center_code, [center_code]))
        .order_by(Person.name, Person.id)
        .limit(MOST_OFFERED * 10)
    ).all()
    rows = session.execute(
        select(Post.person_id, Post.role, Grid.name)
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .where(within(Post.center_code, [center_code]), standing(on))
    )
    held: dict[int, list[str]] = {}
    for person_id, role, grid in rows:
        held.setdefault(person_id, []).append(post_words(grid or "", role))
    return tuple(Candidate(key, name, listed(held.get(key, [])) or _("目前无岗位")) for key, name in people)


@dataclass(frozen=True)
class GridChoice:
    code: str
    name: str
    vacant: bool


@query(Permission.KEEP_ROSTER)
def grids_to_hold(
    session: ScopedSession, center_code: str, day: date | None = None
) -> tuple[GridChoice, ...]:
    """The grids of a center's subtree, those without a full-time gridworker first."""
    on = day or today_of(session)
    held = set(
        session.scalars(
            select(Post.grid_id).where(
                within(Post.center_code, [center_code]), Post.role == PostRole.FULL_TIME,
                Post.covers_id.is_(None), standing(on),
            )
        )
    )  # fmt: skip
    rows = session.execute(
        select(Grid.id, Grid.code, Grid.name, Grid.setting)
        .where(within(Grid.center_code, [center_code]))
        .order_by(Grid.code)
    ).all()
    found = [GridChoice(row.code, row.name, row.setting is not None and row.id not in held) for row in rows]
    return tuple(sorted(found, key=lambda one: not one.vacant))
