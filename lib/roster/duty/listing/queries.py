"""Lists of patrols and visits, and what whoever writes one down needs to know of a grid."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from db.models.center import Center
from db.models.duty import Campaign, Patrol, Visit
from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.masking import masked_text
from lib.roster.duty.ground import Ground
from lib.roster.duty.judging import no_grid
from lib.roster.duty.records import household_number
from lib.typed import literal_pattern, offset_of, plain


class Found(enum.StrEnum):
    """What a visit or a patrol found."""

    ANYTHING = "anything"
    PROBLEM = "problem"
    OPEN = "open"
    SOLVED = "solved"
    NOTHING = "nothing"


@dataclass(frozen=True)
class DutyFilter:
    """Which ones; every field narrows further. `center_code` means its whole subtree; `text` is looked for in
    the grid's name and code, the person's name and the household's number. None is no limit of days."""

    center_code: str
    first: date | None
    last: date | None
    text: str = ""
    grid_code: str = ""
    campaign: Campaign | None = None
    found: Found = Found.ANYTHING


@dataclass(frozen=True)
class PatrolRow:
    """`own` says that the viewer may correct it; `seen` is what a correction must have seen."""

    id: int
    day: date
    grid_code: str
    grid_name: str
    center_name: str
    person: str
    minutes: int | None
    problems: int
    note: str
    recorded_by: str
    recorded_at: datetime
    own: bool
    seen: int


@dataclass(frozen=True)
class VisitRow:
    """As `PatrolRow`."""

    id: int
    day: date
    grid_code: str
    grid_name: str
    center_name: str
    person: str
    household: str
    campaign: Campaign
    problem: str
    solved_on: date | None
    recorded_by: str
    recorded_at: datetime
    own: bool
    seen: int


@dataclass(frozen=True)
class PatrolPage:
    total: int
    rows: tuple[PatrolRow, ...] = ()


@dataclass(frozen=True)
class VisitPage:
    total: int
    rows: tuple[VisitRow, ...] = ()


@query(Permission.READ_ROSTER)
def find_patrols(
    session: ScopedSession, wanted: DutyFilter, page: int = 1, page_size: int = 50
) -> PatrolPage:
    """One page, the newest first."""
    statement = _narrowed(select(Patrol), Patrol, wanted)
    if wanted.found in (Found.PROBLEM, Found.OPEN, Found.SOLVED):
        statement = statement.where(Patrol.problems > 0)
    elif wanted.found is Found.NOTHING:
        statement = statement.where(Patrol.problems == 0)
    total = session.scalar(statement.with_only_columns(func.count(Patrol.id))) or 0
    rows = session.execute(_page(statement, Patrol, total, page, page_size)).all()
    names = _names(session, [row[0] for row in rows])
    return PatrolPage(
        total,
        tuple(
            PatrolRow(
                one.id, one.day, code, name, center, names.get(one.person_id or 0, ""), one.minutes,
                one.problems, masked_text(one.note), one.recorded_by, one.recorded_at,
                _corrects(session, one), one.version,
            )
            for one, code, name, center in rows
        ),
    )  # fmt: skip


@query(Permission.READ_ROSTER)
def find_visits(session: ScopedSession, wanted: DutyFilter, page: int = 1, page_size: int = 50) -> VisitPage:
    """One page, the newest first."""
    statement = _narrowed(select(Visit), Visit, wanted)
    if wanted.campaign is not None:
        statement = statement.where(Visit.campaign == wanted.campaign)
    if wanted.found is not Found.ANYTHING:
        statement = statement.where(*_FOUND[wanted.found])
    total = session.scalar(statement.with_only_columns(func.count(Visit.id))) or 0
    rows = session.execute(_page(statement, Visit, total, page, page_size)).all()
    names = _names(session, [row[0] for row in rows])
    return VisitPage(
        total,
        tuple(
            VisitRow(
                one.id, one.day, code, name, center, names.get(one.person_id or 0, ""), one.household,
                one.campaign, masked_text(one.problem), one.solved_on, one.recorded_by, one.recorded_at,
                _corrects(session, one), one.version,
            )
            for one, code, name, center in rows
        ),
    )  # fmt: skip


_FOUND: dict[Found, tuple[ColumnElement[bool], ...]] = {
    Found.PROBLEM: (Visit.problem != "",),
    Found.OPEN: (Visit.problem != "", Visit.solved_on.is_(None)),
    Found.SOLVED: (Visit.solved_on.is_not(None),),
    Found.NOTHING: (Visit.problem == "",),
}


def _narrowed(statement: Select[Any], of: type[Patrol | Visit], wanted: DutyFilter) -> Select[Any]:
    statement = statement.join(Grid, Grid.id == of.grid_id).where(
        within(of.center_code, [wanted.center_code])
    )
    if wanted.first is not None:
        statement = statement.where(of.day >= wanted.first)
    if wanted.last is not None:
        statement = statement.where(of.day <= wanted.last)
    if wanted.grid_code:
        statement = statement.where(Grid.code == plain(wanted.grid_code))
    if plain(wanted.text):
        pattern = literal_pattern(wanted.text)
        said: list[ColumnElement[bool]] = [
            Grid.name.like(pattern, escape="\\"),
            Grid.code.like(pattern[1:], escape="\\"),
            of.person_id.in_(select(Post.person_id).where(Post.name.like(pattern, escape="\\"))),
        ]
        if of is Visit:
            said.append(Visit.household == household_number(wanted.text))
        statement = statement.where(or_(*said))
    return statement


def _page(
    statement: Select[Any], of: type[Patrol | Visit], total: int, page: int, page_size: int
) -> Select[Any]:
    return (
        statement.add_columns(Grid.code, Grid.name, Center.name)
        .join(Center, Center.code == of.center_code)
        .order_by(of.day.desc(), of.id.desc())
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    )


def _names(session: ScopedSession, rows: list[Any]) -> dict[int, str]:
    keys = sorted({one.person_id for one in rows if one.person_id is not None})
    found = session.execute(
        select(Post.person_id, Post.name).where(Post.person_id.in_(keys)).order_by(Post.since, Post.id)
    )
    return {key: name for key, name in found}  # noqa: C416 - rows are not pairs to the type checker


def _corrects(session: ScopedSession, row: Patrol | Visit) -> bool:
    viewer = viewer_of(session)
    if not viewer.may(Permission.RECORD_DUTY):
        return False
    own = row.recorded_by_id is not None and row.recorded_by_id == viewer.account_id
    return own or viewer.may(Permission.CHECK_DUTY)


@dataclass(frozen=True)
class Worker:
    """Somebody who holds or covers a post in a grid."""

    id: int
    name: str
    role: PostRole


@dataclass(frozen=True)
class DutyGrid:
    """A grid to write patrols and visits down for; the full-time gridworker comes first."""

    id: int
    code: str
    name: str
    center_code: str
    households: int
    people: tuple[Worker, ...]


@query(Permission.RECORD_DUTY)
def grid_on_duty(session: ScopedSession, code: str, day: date) -> DutyGrid:
    """A grid by its code and who works in it on a day. Raises NotFound."""
    key = session.scalars(select(Grid.id).where(Grid.code == plain(code))).one_or_none()
    ground = Ground(session)
    place = ground.place(key) if key is not None else None
    if place is None:
        raise NotFound(no_grid())
    order = list(PostRole)
    held = sorted(
        ground.people(place, day), key=lambda one: (order.index(one.role), one.since, one.person_id)
    )
    return DutyGrid(
        place.id, place.code, place.name, place.center_code, place.households,
        tuple(Worker(one.person_id, one.name, one.role) for one in held),
    )  # fmt: skip


@dataclass(frozen=True)
class GridToRecord:
    code: str
    name: str
    center_name: str


@query(Permission.RECORD_DUTY)
def grids_to_record(session: ScopedSession, text: str = "", limit: int = 50) -> tuple[GridToRecord, ...]:
    """Small grids of the viewer's own that are called so or whose people are, in the order of codes."""
    statement = (
        select(Grid.code, Grid.name, Center.name)
        .join(Center, Center.code == Grid.center_code)
        .where(Grid.size == GridSize.SMALL)
    )
    if plain(text):
        pattern = literal_pattern(text)
        statement = statement.where(
            or_(
                Grid.name.like(pattern, escape="\\"),
                Grid.code.like(pattern[1:], escape="\\"),
                Grid.id.in_(select(Post.grid_id).where(Post.name.like(pattern, escape="\\"))),
            )
        )
    rows = session.execute(statement.order_by(Grid.code).limit(min(max(limit, 1), 500)))
    return tuple(GridToRecord(*row) for row in rows)
