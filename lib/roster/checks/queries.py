"""Questions about spot checks: which were drawn, whether the draw is as it must be, what was found, what is
still to be seen to."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select

from db.models.center import Center
from db.models.duty import CheckedPost, Finding, SpotCheck
from db.models.grid import Grid
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.errors import NotFound
from lib.i18n import _
from lib.roster.checks.candidates import candidates
from lib.roster.checks.draw import given_by_hand, lot, order
from lib.roster.checks.words import COUNTED
from lib.roster.roles import read_roles
from lib.roster.shares import Share
from lib.typed import offset_of


@dataclass(frozen=True)
class CheckRow:
    """`turn` says which draw of its center and day it is; `duty` counts those found on duty among those who
    need be."""

    id: int
    center_code: str
    center_name: str
    day: date
    turn: int
    seed: str
    by_hand: bool
    roles: tuple[PostRole, ...]
    wanted: int
    candidates: int
    drawn_by: str
    counts: dict[Finding, int]
    duty: Share


@dataclass(frozen=True)
class CheckPage:
    total: int
    rows: tuple[CheckRow, ...] = ()


@dataclass(frozen=True)
class CheckedRow:
    """`seen` is what a change must have seen; `overdue` that it should have been seen to by now."""

    id: int
    check_id: int
    place: int
    post_id: int
    person_id: int
    name: str
    role: PostRole
    center_name: str
    grid_name: str
    finding: Finding
    note: str
    checked_by: str
    follow_up: str
    follow_up_due: date | None
    overdue: bool
    followed_up: str
    followed_up_by: str
    seen: int


@dataclass(frozen=True)
class FollowPage:
    total: int
    rows: tuple[CheckedRow, ...] = ()


@dataclass(frozen=True)
class Lot:
    """One candidate in a draw that is repeated: place, number of the post, and what decides the place."""

    place: int
    post_id: int
    digest: str
    drawn: bool


@dataclass(frozen=True)
class Repeated:
    """A draw made again from the kept seed and candidates; `same` says that it drew whom the check holds."""

    same: bool
    lots: tuple[Lot, ...]


@query(Permission.CHECK_DUTY)
def count_candidates(
    session: ScopedSession, center_code: str, day: date, roles: Collection[PostRole], on_leave: bool = False
) -> int:
    """How many people a draw would be made from."""
    if not session.scope.covers(center_code):
        return 0
    return len(candidates(session, center_code, day, roles, on_leave))


@query(Permission.CHECK_DUTY)
def draws_on(session: ScopedSession, center_code: str, day: date) -> int:
    """How often the center itself drew for a day."""
    statement = select(func.count(SpotCheck.id)).where(
        SpotCheck.center_code == center_code, SpotCheck.day == day
    )
    return session.scalar(statement) or 0


@query(Permission.READ_ROSTER)
def checks_of(session: ScopedSession, center_code: str, page: int = 1, page_size: int = 20) -> CheckPage:
    """The spot checks of a center and below, the newest first."""
    where = within(SpotCheck.center_code, [center_code])
    total = session.scalar(select(func.count(SpotCheck.id)).where(where)) or 0
    rows = session.scalars(
        select(SpotCheck)
        .where(where)
        .order_by(SpotCheck.day.desc(), SpotCheck.id.desc())
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    return CheckPage(total, tuple(_check_rows(session, rows)))


@query(Permission.READ_ROSTER)
def check_card(session: ScopedSession, check_id: int) -> CheckRow:
    """Raises NotFound."""
    return _check_rows(session, [_check(session, check_id)])[0]


@query(Permission.READ_ROSTER)
def checked_in(session: ScopedSession, check_id: int) -> tuple[CheckedRow, ...]:
    """Who was drawn, in the order of the draw, and what was found. Raises NotFound."""
    _check(session, check_id)
    statement = select(CheckedPost).where(CheckedPost.spot_check_id == check_id).order_by(CheckedPost.place)
    return tuple(_checked_rows(session, session.scalars(statement).all()))


@query(Permission.READ_ROSTER)
def repeat_draw(session: ScopedSession, check_id: int) -> Repeated:
    """Raises NotFound."""
    check = _check(session, check_id)
    kept = session.scalars(
        select(CheckedPost.post_id).where(CheckedPost.spot_check_id == check_id).order_by(CheckedPost.place)
    ).all()
    again = order(check.seed, json.loads(check.drawn_from))
    return Repeated(
        again[: check.wanted] == tuple(kept),
        tuple(
            Lot(place, key, lot(check.seed, key), place <= check.wanted) for place, key in enumerate(again, 1)
        ),
    )


@query(Permission.READ_ROSTER)
def open_follow_ups(
    session: ScopedSession, center_code: str, page: int = 1, page_size: int = 50
) -> FollowPage:
    """What is still to be seen to, the first due first."""
    where = (
        within(CheckedPost.center_code, [center_code])
        & (CheckedPost.follow_up != "")
        & CheckedPost.followed_up_at.is_(None)
    )
    total = session.scalar(select(func.count(CheckedPost.id)).where(where)) or 0
    rows = session.scalars(
        select(CheckedPost)
        .where(where)
        .order_by(CheckedPost.follow_up_due, CheckedPost.id)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    return FollowPage(total, tuple(_checked_rows(session, rows)))


@query(Permission.READ_GRIDS)
def duty_share(session: ScopedSession, center_code: str, first: date, last: date) -> Share:
    """Of the people of a center who were checked between two days: how many were on duty. Who was on leave
    is not counted."""
    on_duty = case((CheckedPost.finding == Finding.ON_DUTY, CheckedPost.id))
    counted = session.execute(
        select(func.count(on_duty), func.count(CheckedPost.id)).where(
            within(CheckedPost.center_code, [center_code]),
            CheckedPost.finding.in_(COUNTED),
            CheckedPost.checked_at >= clock.start_of_day(first),
            CheckedPost.checked_at < clock.start_of_day(last + timedelta(days=1)),
        )
    ).one()
    return Share(counted[0], counted[1])


def _check(session: ScopedSession, check_id: int) -> SpotCheck:
    found = session.get(SpotCheck, check_id)
    if found is None:
        raise NotFound(_("找不到这次抽查，或它不在您的范围内。"))
    return found


def _check_rows(session: ScopedSession, rows: Collection[SpotCheck]) -> list[CheckRow]:
    counts: dict[int, dict[Finding, int]] = {row.id: {} for row in rows}
    for key, finding, count in session.execute(
        select(CheckedPost.spot_check_id, CheckedPost.finding, func.count())
        .where(CheckedPost.spot_check_id.in_(counts))
        .group_by(CheckedPost.spot_check_id, CheckedPost.finding)
    ):
        counts[key][finding] = count
    codes = {row.center_code for row in rows}
    names = {one.code: one.name for one in session.scalars(select(Center).where(Center.code.in_(codes)))}
    turns: dict[tuple[str, date], list[int]] = {}
    for code, day, key in session.execute(
        select(SpotCheck.center_code, SpotCheck.day, SpotCheck.id)
        .where(SpotCheck.center_code.in_(codes), SpotCheck.day.in_({row.day for row in rows}))
        .order_by(SpotCheck.id)
    ):
        turns.setdefault((code, day), []).append(key)
    return [
        CheckRow(
            row.id, row.center_code, names.get(row.center_code, row.center_code), row.day,
            turns[row.center_code, row.day].index(row.id) + 1, row.seed, given_by_hand(row.seed),
            read_roles(row.roles), row.wanted, len(json.loads(row.drawn_from)), row.drawn_by,
            counts[row.id],
            Share(
                counts[row.id].get(Finding.ON_DUTY, 0),
                sum(counts[row.id].get(finding, 0) for finding in COUNTED),
            ),
        )
        for row in rows
    ]  # fmt: skip


def _checked_rows(session: ScopedSession, rows: Collection[CheckedPost]) -> list[CheckedRow]:
    today = today_of(session)
    posts = {
        post.id: (post, center, grid or "")
        for post, center, grid in session.execute(
            select(Post, Center.name, Grid.name)
            .join(Center, Center.code == Post.center_code)
            .join(Grid, Grid.id == Post.grid_id, isouter=True)
            .where(Post.id.in_([row.post_id for row in rows]))
        )
    }
    found = []
    for row in rows:
        if row.post_id not in posts:  # it lies elsewhere now
            continue
        post, center, grid = posts[row.post_id]
        still_open = bool(row.follow_up) and row.followed_up_at is None
        found.append(
            CheckedRow(
                row.id, row.spot_check_id, row.place, row.post_id, row.person_id, post.name, post.role,
                center, grid, row.finding, row.note, row.checked_by or "", row.follow_up, row.follow_up_due,
                still_open and row.follow_up_due is not None and row.follow_up_due < today,
                row.followed_up, row.followed_up_by or "", row.version,
            )
        )  # fmt: skip
    return found
