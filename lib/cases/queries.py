"""Questions about cases: the list with its filters, read a page at a time by the last row seen, and one
case with all that is known of it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
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
from lib.centers.queries import CenterRow, center_card
from lib.errors import NotFound
from lib.i18n import _, language, mark

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
RATING_WORDS: dict[int, str] = {
    5: mark("非常满意"),
    4: mark("满意"),
    3: mark("基本满意"),
    2: mark("不满意"),
    1: mark("非常不满意"),
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
REPEATS_SHOWN = 20
NATIVE = "native"  # the origin of numbers that are this product's own


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
    return _rows(session, ids)


@query(Permission.READ_CASES)
def cases_by_id(session: ScopedSession, ids: tuple[int, ...]) -> list[CaseRow]:
    """The cases with these ids, in the order given and without those that are not there or not theirs."""
    return _rows(session, ids)


def _rows(session: ScopedSession, ids: Sequence[int]) -> list[CaseRow]:
    found = session.execute(
        select(
            Case,
            Center.name,
            Grid.code,
            Grid.name,
            CaseCategory.name_en if language() == "en" else CaseCategory.name,
            Department.name_en if language() == "en" else Department.name,
        )
        .join(Center, Center.code == Case.center_code)
        # A case counts whether or not its viewer knows what it points to, so it is listed too.
        .join(CaseCategory, CaseCategory.code == Case.category_code, isouter=True)
        .join(Grid, Grid.id == Case.grid_id, isouter=True)
        .join(Department, Department.id == Case.department_id, isouter=True)
        .where(Case.id.in_(ids))
    ).all()
    rows = {
        c.id: CaseRow(
            c.id,
            c.number,
            c.title,
            c.center_code,
            center,
            grid or "",
            grid_name or "",
            category or "",
            c.source,
            department or "",
            c.stage,
            c.reported_at,
            c.due_at,
            c.closed_at,
            c.suspended,
        )
        for c, center, grid, grid_name, category, department in found
    }
    return [rows[number] for number in ids if number in rows]


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


@dataclass(frozen=True)
class CaseCard:
    """`path` leads from the topmost center that the viewer may open down to where it happened.

    `repeats` is the case whose matter this one reports again, `repeated_by` the first of those that
    report it again and `repeated_count` how many these are; all of them only as far as they are theirs.
    """

    row: CaseRow
    origin: str
    detail: str
    path: tuple[CenterRow, ...]
    category_group: str
    accepted_at: datetime | None
    rated_at: datetime | None
    rating: int | None
    rework_count: int
    returned_count: int
    repeats: CaseRow | None
    repeated_by: tuple[CaseRow, ...]
    repeated_count: int


@query(Permission.READ_CASES)
def case_card(session: ScopedSession, case_id: int) -> CaseCard:
    """One case. Raises NotFound."""
    rows = _rows(session, [case_id])
    case = session.get(Case, case_id) if rows else None
    if case is None:
        raise NotFound(_("找不到这个事件，或它不在您的范围内。请从事件列表中重新选择。"))
    above = [case.category_code[:length] for length in range(1, len(case.category_code))]
    group = session.scalars(
        select(CaseCategory.name_en if language() == "en" else CaseCategory.name)
        .where(CaseCategory.code.in_(above))
        .order_by(func.length(CaseCategory.code).desc())
        .limit(1)
    ).one_or_none()
    again = Case.repeat_of_id == case.id
    repeated_by = session.scalars(
        select(Case.id).where(again).order_by(Case.reported_at, Case.id).limit(REPEATS_SHOWN)
    ).all()
    repeats = _rows(session, [case.repeat_of_id]) if case.repeat_of_id is not None else []
    return CaseCard(
        rows[0],
        case.origin,
        case.detail or "",
        center_card(session, case.center_code).path,
        group or "",
        case.accepted_at,
        case.rated_at,
        case.rating,
        case.rework_count,
        case.returned_count,
        repeats[0] if repeats else None,
        tuple(_rows(session, repeated_by)),
        session.scalar(select(func.count(Case.id)).where(again)) or 0,
    )
