"""Rounds and sessions as one center sees them, each with how far it has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, or_, select

from db.models.center import Center
from db.models.roster import Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import ScopedSession, within
from lib.centers.queries import not_there
from lib.deployment import today_of
from lib.i18n import _
from lib.roster.roles import read_roles
from lib.roster.shares import Share
from lib.roster.training.coverage import counted_on, due, kept_below, kept_within, trained_in
from lib.roster.training.words import RoundState

LENGTHS = (4, 6, 9, 12)


@dataclass(frozen=True)
class TrainingRow:
    """A round as one center sees it: `share` counts that center's people. `seen` is what a change must have
    seen."""

    id: int
    name: str
    center_code: str
    center_name: str
    first_day: date
    last_day: date
    roles: tuple[PostRole, ...]
    valid_months: int | None
    note: str
    state: RoundState
    counted_on: date
    share: Share
    seen: int


@dataclass(frozen=True)
class ChildShare:
    """`code` is the center's own where its people hang on no center below."""

    code: str
    name: str
    share: Share


@dataclass(frozen=True)
class SessionRow:
    id: int
    round_id: int
    center_code: str
    center_name: str
    subject: str
    held_on: date
    minutes: int
    place: str
    trainer: str
    cancelled: bool
    counts: dict[AttendanceResult, int]
    seen: int


def _names(session: ScopedSession, codes: Collection[str]) -> dict[str, str]:
    found = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes))).all()
    return {code: name for code, name in found}  # noqa: C416 - rows are not pairs to the type checker


def _state(row: TrainingRound, today: date) -> RoundState:
    if row.cancelled_at is not None:
        return RoundState.CANCELLED
    if today < row.first_day:
        return RoundState.AHEAD
    return RoundState.RUNNING if today <= row.last_day else RoundState.OVER


def training_rows(
    session: ScopedSession, rows: Collection[TrainingRound], center_code: str
) -> list[TrainingRow]:
    today = today_of(session)
    names = _names(session, {row.center_code for row in rows})
    found = []
    for row in rows:
        roles, day = read_roles(row.roles), counted_on(row.last_day, today)
        inside = max(center_code, row.center_code, key=len)
        counted = session.execute(_counted(row.id, roles, day, inside)).one()
        found.append(
            TrainingRow(
                row.id, row.name, row.center_code, names.get(row.center_code, _("上级中心")), row.first_day,
                row.last_day, roles, row.valid_months, row.note, _state(row, today), day,
                Share(counted[0], counted[1]), row.version,
            )
        )  # fmt: skip
    return found


def _counted(round_id: int, roles: Collection[PostRole], day: date, center_code: str) -> Select[int, int]:
    """Who is trained and who is to be, each person once."""
    trained = case((trained_in(round_id), Post.person_id))
    return select(func.count(trained.distinct()), func.count(Post.person_id.distinct())).where(
        due(roles, day), within(Post.center_code, [center_code]), kept_within(center_code)
    )


def child_shares(session: ScopedSession, row: TrainingRow, center_code: str) -> tuple[ChildShare, ...]:
    """Somebody with posts under two centers is kept by the one above them, and counted at neither."""
    center = session.get(Center, center_code)
    if center is None:
        raise not_there()
    below = session.scalars(
        select(Center)
        .where(Center.parent_code == center_code, Center.ended_on.is_(None))
        .order_by(Center.code)
    )
    names = {center.code: center.name} | {one.code: one.name for one in below}
    length = next((one for one in LENGTHS if one > len(center_code)), len(center_code))
    child = func.substr(Post.center_code, 1, length)
    statement = _counted(row.id, row.roles, row.counted_on, center_code).where(kept_below(length))
    counted = {
        code: Share(trained, everybody)
        for trained, everybody, code in session.execute(statement.add_columns(child).group_by(child))
    }
    return tuple(
        ChildShare(code, name, counted.get(code, Share(0, 0)))
        for code, name in names.items()
        if code != center_code or code in counted
    )


def sessions_in(session: ScopedSession, round_id: int, center_code: str) -> tuple[SessionRow, ...]:
    """Those for the center, for one below, and for one above it that the viewer sees."""
    above = [center_code[:length] for length in LENGTHS if length < len(center_code)]
    rows = session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.round_id == round_id,
            or_(
                within(TrainingSession.center_code, [center_code]),
                TrainingSession.center_code.in_(above),
            ),
        )
        .order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc())
    ).all()
    return tuple(session_rows(session, rows))


def session_rows(session: ScopedSession, rows: Collection[TrainingSession]) -> list[SessionRow]:
    counts: dict[int, dict[AttendanceResult, int]] = {row.id: {} for row in rows}
    for key, result, count in session.execute(
        select(Attendance.session_id, Attendance.result, func.count())
        .where(Attendance.session_id.in_(counts))
        .group_by(Attendance.session_id, Attendance.result)
    ):
        counts[key][result] = count
    names = _names(session, {row.center_code for row in rows})
    return [
        SessionRow(
            row.id, row.round_id, row.center_code, names.get(row.center_code, row.center_code), row.subject,
            row.held_on, row.minutes, row.place, row.trainer, row.cancelled_at is not None, counts[row.id],
            row.version,
        )
        for row in rows
    ]  # fmt: skip
