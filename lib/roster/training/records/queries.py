"""Questions about people and their training: who lacks it, and what somebody attended."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from db.models.center import Center
from db.models.grid import Grid
from db.models.roster import Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.errors import NotFound
from lib.i18n import _
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.imports.template import template
from lib.roster.roles import read_roles
from lib.roster.shares import Share
from lib.roster.training.commands import no_round, no_session
from lib.roster.training.coverage import (
    DEFAULT_ROLES,
    counted_on,
    due,
    expired,
    expires_soon,
    furthest,
    holds_until,
    kept_within,
    never_trained,
    trained_in,
    untrained,
)
from lib.roster.training.sheet import COLUMNS, Trial, tried
from lib.roster.training.words import Lack
from lib.typed import offset_of

LACKING = {
    Lack.ALL: untrained, Lack.NEVER: never_trained, Lack.EXPIRED: expired, Lack.SOON: expires_soon,
}  # fmt: skip


@dataclass(frozen=True)
class LackingRow:
    """`last_on` is when they passed last, `until` until when that holds; None is never, or forever."""

    person_id: int
    name: str
    center_name: str
    grid_name: str
    role: PostRole
    last_on: date | None
    until: date | None


@dataclass(frozen=True)
class LackingPage:
    total: int
    rows: tuple[LackingRow, ...] = ()


@dataclass(frozen=True)
class Trained:
    """One line of a person's record. `until` is the last day that it holds, None where it has no end or was
    not passed."""

    round_name: str
    subject: str
    held_on: date
    minutes: int
    result: AttendanceResult
    score: int | None
    until: date | None


@dataclass(frozen=True)
class TrainingRecord:
    """`trained` on the day that was asked for; `until` None with `trained` is forever."""

    trained: bool
    until: date | None
    rows: tuple[Trained, ...]


@query(Permission.READ_ROSTER)
def untrained_people(
    session: ScopedSession,
    center_code: str,
    lack: Lack = Lack.ALL,
    round_id: int | None = None,
    day: date | None = None,
    page: int = 1,
    page_size: int = 50,
) -> LackingPage:
    """Who is to be trained: as of a day (None is today), or in one round, whose roles and last day then hold.
    Raises NotFound."""
    day = day or today_of(session)
    roles: Collection[PostRole] = DEFAULT_ROLES
    lacks = LACKING[lack](day)
    if round_id is not None:
        found = session.get(TrainingRound, round_id)
        if found is None:
            raise no_round()
        day, roles = counted_on(found.last_day, day), read_roles(found.roles)
        lacks = ~trained_in(found.id)
        inside = [max(center_code, found.center_code, key=len)]
        if not inside[0].startswith(min(center_code, found.center_code, key=len)):
            return LackingPage(0)
    else:
        inside = [center_code]
    # Of several posts the first one says where somebody is.
    first = (
        select(func.min(Post.id).label("key"))
        .where(due(roles, day), within(Post.center_code, inside), kept_within(inside[0]), lacks)
        .group_by(Post.person_id)
        .subquery()
    )
    total = session.scalar(select(func.count()).select_from(first)) or 0
    rows = session.execute(
        select(Post, Center.name, Grid.name)
        .join(Center, Center.code == Post.center_code)
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .where(Post.id.in_(select(first.c.key)))
        .order_by(Post.center_code, Post.name, Post.id)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    passed = _passed(session, [post.person_id for post, _center, _grid in rows], day)
    return LackingPage(
        total,
        tuple(
            LackingRow(
                post.person_id, post.name, center_name, grid_name or "", post.role,
                max((held_on for held_on, _months in passed.get(post.person_id, [])), default=None),
                _end(furthest(passed.get(post.person_id, []))),
            )
            for post, center_name, grid_name in rows
        ),
    )  # fmt: skip


@query(Permission.READ_GRIDS)
def count_lacking(session: ScopedSession, center_code: str, day: date | None = None) -> dict[Lack, Share]:
    """Of the full-time gridworkers of a center on a day, None is today: how many lack what."""
    day = day or today_of(session)
    people = func.count(Post.person_id.distinct())
    where = due(DEFAULT_ROLES, day) & within(Post.center_code, [center_code]) & kept_within(center_code)
    everybody = session.scalar(select(people).where(where)) or 0
    return {
        lack: Share(session.scalar(select(people).where(where, lacks(day))) or 0, everybody)
        for lack, lacks in LACKING.items()
    }


@query(Permission.READ_ROSTER)
def training_record(session: ScopedSession, person_id: int, day: date | None = None) -> TrainingRecord:
    """What somebody attended up to a day, None is today; the newest first. Raises NotFound."""
    day = day or today_of(session)
    if session.get(Person, person_id) is None:
        raise NotFound(_("找不到这个人员，或他不在您的范围内。"))
    found = session.execute(
        select(Attendance, TrainingRound, TrainingSession)
        .join(TrainingRound, TrainingRound.id == Attendance.round_id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.person_id == person_id, Attendance.held_on <= day)
        .order_by(Attendance.held_on.desc(), Attendance.id.desc())
    ).all()
    passed = [
        (one.held_on, plan.valid_months)
        for one, plan, _sitting in found
        if one.result is AttendanceResult.PASSED
    ]
    until = furthest(passed)
    return TrainingRecord(
        until is not None and until >= day,
        _end(until),
        tuple(
            Trained(
                plan.name, sitting.subject, one.held_on, sitting.minutes, one.result, one.score,
                holds_until(one.held_on, plan.valid_months)
                if one.result is AttendanceResult.PASSED
                else None,
            )
            for one, plan, sitting in found
        ),
    )  # fmt: skip


def _end(until: date | None) -> date | None:
    return None if until == date.max else until


def _passed(
    session: ScopedSession, people: Collection[int], day: date
) -> dict[int, list[tuple[date, int | None]]]:
    found: dict[int, list[tuple[date, int | None]]] = {}
    for person, held_on, months in session.execute(
        select(Attendance.person_id, Attendance.held_on, TrainingRound.valid_months)
        .join(TrainingRound, TrainingRound.id == Attendance.round_id)
        .where(
            Attendance.person_id.in_(people),
            Attendance.result == AttendanceResult.PASSED,
            Attendance.held_on <= day,
        )
    ):
        found.setdefault(person, []).append((held_on, months))
    return found


@query(Permission.KEEP_ROSTER)
def try_attendance(
    session: ScopedSession,
    session_id: int,
    table: Table,
    matching: Matching,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """What a sheet of attendance would do to a session; writes nothing. Raises NotFound."""
    sitting = session.get(TrainingSession, session_id)
    if sitting is None:
        raise no_session()
    return tried(session, sitting, table, matching, progress)


@query(Permission.KEEP_ROSTER)
def attendance_template(session: ScopedSession, session_id: int) -> bytes:
    """The workbook to be filled in. Raises NotFound."""
    sitting = session.get(TrainingSession, session_id)
    if sitting is None:
        raise no_session()
    title = _("{subject}考勤表（{day}）").format(subject=sitting.subject, day=sitting.held_on)
    return template(title, COLUMNS, {})
