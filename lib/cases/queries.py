"""Questions about cases: the list with its filters, read a page at a time by the last row seen."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, tuple_

from db.models.case import Case, CaseCategory, Source, Stage
from db.models.center import Center
from db.models.department import Department
from db.models.grid import Grid
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.cases.facts import closed_before_reported, is_open, overdue_at
from lib.cases.kept import kept
from lib.i18n import language, mark

SOURCE_WORDS: dict[Source, str] = {
    Source.HOTLINE: mark("12345热线"),
    Source.APPEAL: mark("民情诉求"),
    Source.POLICE: mark("110警情"),
    Source.LETTER: mark("来信来访"),
    Source.ONLINE: mark("网民留言"),
    Source.PETITION: mark("信访"),
    Source.PATROL: mark("网格员排查"),
    Source.COURT: mark("法院民商事案件"),
}
STAGE_WORDS: dict[Stage, str] = {
    Stage.REPORTED: mark("上报"),
    Stage.ACCEPTED: mark("立案"),
    Stage.ASSIGNED: mark("派遣"),
    Stage.HANDLED: mark("处置"),
    Stage.VERIFIED: mark("核查"),
    Stage.CLOSED: mark("结案"),
}


class Kind(enum.StrEnum):
    """Which cases a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    TODAY = "today"
    ALL = "all"
    IMPOSSIBLE = "impossible"


SOON = timedelta(hours=24)
BY_LIMIT = (Kind.OVERDUE, Kind.DUE_SOON)
COUNTY_DIGITS = 6
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CaseRow:
    id: int
    number: str
    title: str
    center_code: str
    center_name: str
    grid_code: str
    grid_name: str
    category: str
    source: Source
    department: str
    stage: Stage
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    suspended: bool


def kind_of(kind: Kind, moment: datetime, start_of_today: datetime) -> list[ColumnElement[bool]]:
    """The predicates of a list; the same that the metrics count with."""
    known: dict[Kind, list[ColumnElement[bool]]] = {
        Kind.OPEN: [is_open()],
        # `is_open` says again what the other implies, so that the index of open cases is used.
        Kind.OVERDUE: [is_open(), overdue_at(moment)],
        Kind.DUE_SOON: [is_open(), ~Case.suspended, Case.due_at >= moment, Case.due_at < moment + SOON],
        Kind.TODAY: [Case.reported_at >= start_of_today, Case.reported_at <= moment],
        Kind.ALL: [],
        Kind.IMPOSSIBLE: [closed_before_reported()],
    }
    return known[kind]


@query(Permission.READ_CASES)
def find_cases(
    session: ScopedSession,
    center_code: str,
    kind: Kind,
    moment: datetime,
    start_of_today: datetime,
    grid_code: str = "",
    behind: tuple[datetime, int] | None = None,
    page_size: int = 30,
) -> list[CaseRow]:
    """One page. What is late or soon late comes by its limit, the worst first; all else by its report,
    the newest first. `behind` is the moment and the id of the last row seen."""
    statement = select(Case.id).where(
        within(Case.center_code, [center_code]), *kind_of(kind, moment, start_of_today)
    )
    if grid_code:
        statement = statement.where(
            Case.grid_id == select(Grid.id).where(Grid.code == grid_code).scalar_subquery()
        )
    by_limit = kind in BY_LIMIT
    if behind is not None:
        if by_limit:
            statement = statement.where(tuple_(Case.due_at, Case.id) > behind)
        else:
            statement = statement.where(tuple_(Case.reported_at, Case.id) < behind)
    order = (Case.due_at, Case.id) if by_limit else (Case.reported_at.desc(), Case.id.desc())
    if len(center_code) <= COUNTY_DIGITS and kind in (Kind.ALL, Kind.TODAY):
        # For a large area the list is read along the time; two ends make SQLite take that index
        # instead of collecting the whole area and sorting it.
        statement = statement.where(Case.reported_at.between(EARLIEST, moment))
    ids = session.scalars(statement.order_by(*order).limit(page_size)).all()
    rows = session.execute(
        select(
            Case,
            Center.name,
            Grid.code,
            Grid.name,
            CaseCategory.name_en if language() == "en" else CaseCategory.name,
            Department.name_en if language() == "en" else Department.name,
        )
        .join(Center, Center.code == Case.center_code)
        .join(CaseCategory, CaseCategory.code == Case.category_code)
        .join(Grid, Grid.id == Case.grid_id, isouter=True)
        .join(Department, Department.id == Case.department_id, isouter=True)
        .where(Case.id.in_(ids))
        .order_by(*order)
    ).all()
    return [
        CaseRow(
            c.id,
            c.number,
            c.title,
            c.center_code,
            center,
            grid or "",
            grid_name or "",
            category,
            c.source,
            department or "",
            c.stage,
            c.reported_at,
            c.due_at,
            c.closed_at,
            c.suspended,
        )
        for c, center, grid, grid_name, category, department in rows
    ]


@query(Permission.READ_CASES)
def count_cases(
    session: ScopedSession, center_code: str, kind: Kind, moment: datetime, start_of_today: datetime
) -> int:
    """How many the list of this kind holds in all."""
    statement = select(func.count(Case.id)).where(
        within(Case.center_code, [center_code]), *kind_of(kind, moment, start_of_today)
    )
    minute = moment.replace(second=0, microsecond=0)
    return kept(session, ("count", center_code, kind, minute), lambda: session.scalar(statement) or 0)
