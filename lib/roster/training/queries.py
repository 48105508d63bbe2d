"""Questions about training: which rounds there are, how far they have come, and who attended."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from db.models.center import Center
from db.models.roster import Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.roster.roles import read_roles
from lib.roster.rules.rules import is_theirs
from lib.roster.training.commands import no_round, no_session
from lib.roster.training.coverage import due
from lib.roster.training.rows import (
    LENGTHS,
    ChildShare,
    SessionRow,
    TrainingRow,
    child_shares,
    session_rows,
    sessions_in,
    training_rows,
)
from lib.typed import as_typed, as_typed_pattern, offset_of


@dataclass(frozen=True)
class RoundPage:
    total: int
    rows: tuple[TrainingRow, ...] = ()


@dataclass(frozen=True)
class RoundCard:
    row: TrainingRow
    children: tuple[ChildShare, ...]
    sessions: tuple[SessionRow, ...]


@dataclass(frozen=True)
class Attending:
    """Somebody who may come to a session. `result` is None where nothing is recorded; `due` says that the
    round is for them."""

    person_id: int
    name: str
    place: str
    result: AttendanceResult | None
    score: int | None
    due: bool


@dataclass(frozen=True)
class AttendingPage:
    total: int
    rows: tuple[Attending, ...] = ()


@query(Permission.READ_GRIDS)
def rounds_of(
    session: ScopedSession, center_code: str, below: bool = False, page: int = 1, page_size: int = 20
) -> RoundPage:
    """The rounds that a center takes part in, its own and those from above, the newest first; with `below`
    those that centers below hold for themselves."""
    if not is_theirs(session, center_code):
        return RoundPage(0)
    above = [center_code[:length] for length in LENGTHS if length <= len(center_code)]
    where: ColumnElement[bool] = TrainingRound.center_code.in_(above)
    if below:
        where = within(TrainingRound.center_code, [center_code]) & (TrainingRound.center_code != center_code)
    total = session.scalar(select(func.count(TrainingRound.id)).where(where)) or 0
    rows = session.scalars(
        select(TrainingRound)
        .where(where)
        .order_by(TrainingRound.last_day.desc(), TrainingRound.id.desc())
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    return RoundPage(total, tuple(training_rows(session, rows, center_code)))


@query(Permission.READ_GRIDS)
def round_card(session: ScopedSession, round_id: int, center_code: str) -> RoundCard:
    """A round with its sessions and the share of each center below, as one center sees it. Raises
    NotFound."""
    found = session.get(TrainingRound, round_id)
    if found is None or not is_theirs(session, center_code):
        raise no_round()
    deeper = max(center_code, found.center_code, key=len)
    if not deeper.startswith(min(center_code, found.center_code, key=len)):
        raise no_round()
    [row] = training_rows(session, [found], deeper)
    return RoundCard(row, child_shares(session, row, deeper), sessions_in(session, round_id, deeper))


@query(Permission.READ_ROSTER)
def session_card(session: ScopedSession, session_id: int) -> SessionRow:
    """Raises NotFound."""
    found = session.get(TrainingSession, session_id)
    if found is None:
        raise no_session()
    return session_rows(session, [found])[0]


@query(Permission.READ_ROSTER)
def attending(
    session: ScopedSession, session_id: int, text: str = "", all_roles: bool = False, page: int = 1,
    page_size: int = 50,
) -> AttendingPage:  # fmt: skip
    """Who may come to a session and what is recorded of them: the people of its center in the round's roles
    on its day and whoever is recorded already; with `all_roles` everybody on the roster. Raises NotFound."""
    sitting = session.get(TrainingSession, session_id)
    found = session.get(TrainingRound, sitting.round_id) if sitting is not None else None
    if sitting is None or found is None:
        raise no_session()
    wanted = due(tuple(PostRole) if all_roles else read_roles(found.roles), sitting.held_on)
    here = select(Attendance.person_id).where(Attendance.session_id == session_id)
    comes = select(Post.person_id).where(wanted, within(Post.center_code, [sitting.center_code]))
    statement = select(Person).where(
        within(Person.center_code, [sitting.center_code]), or_(Person.id.in_(comes), Person.id.in_(here))
    )
    if as_typed(text, 60):
        statement = statement.where(Person.name.like(as_typed_pattern(text), escape="\\"))
    total = session.scalar(statement.with_only_columns(func.count(Person.id))) or 0
    people = session.execute(
        statement.with_only_columns(Person.id, Person.name, Center.name)
        .join(Center, Center.code == Person.center_code)
        .order_by(Person.center_code, Person.name, Person.id)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    ids = [key for key, _name, _place in people]
    marks = {
        row.person_id: row
        for row in session.scalars(
            select(Attendance).where(Attendance.session_id == session_id, Attendance.person_id.in_(ids))
        )
    }
    meant = set(
        session.scalars(
            select(Post.person_id).where(
                Post.person_id.in_(ids), due(read_roles(found.roles), sitting.held_on)
            )
        )
    )
    return AttendingPage(
        total,
        tuple(
            Attending(
                key, name, place, marks[key].result if key in marks else None,
                marks[key].score if key in marks else None, key in meant,
            )
            for key, name, place in people
        ),
    )  # fmt: skip
