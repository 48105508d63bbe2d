"""Questions about grids: the list with its filters, one grid's card, and the counts of a center."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from db.models.case import Case
from db.models.center import Center, CodeChange
from db.models.grid import Grid, GridColor, GridSetting, GridSize, PartyOrganization, Place
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.errors import NotFound
from lib.grids.coverage import incomplete, missing_roles, no_official, standing, vacant
from lib.grids.staff import StaffRow, sees_names, staff_of
from lib.i18n import _
from lib.masking import masked_name
from lib.typed import literal_pattern, offset_of, plain


class Gap(enum.StrEnum):
    """What a grid may lack."""

    VACANT = "vacant"
    INCOMPLETE = "incomplete"
    NO_OFFICIAL = "no_official"


class Order(enum.StrEnum):
    CODE = "code"
    NAME = "name"
    HOUSEHOLDS = "households"
    COLOR = "color"
    OPEN_CASES = "open_cases"


@dataclass(frozen=True)
class GridFilter:
    """What to look for; every field narrows further. `center_code` means its whole subtree."""

    center_code: str | None = None
    text: str = ""
    size: GridSize | None = GridSize.SMALL
    setting: GridSetting | None = None
    colors: tuple[GridColor, ...] = ()
    gap: Gap | None = None
    # As of which day it is asked who holds which post; None is today.
    day: date | None = None


@dataclass(frozen=True)
class GridRow:
    id: int
    code: str
    name: str
    center_code: str
    center_name: str
    size: GridSize
    setting: GridSetting | None
    color: GridColor
    households: int
    residents: int
    full_time: str
    missing: tuple[PostRole, ...]
    official: str
    open_cases: int


@dataclass(frozen=True)
class GridPage:
    """`total` counts all that match, `rows` are one page of them."""

    total: int
    rows: tuple[GridRow, ...] = field(default=())


GAPS = {Gap.VACANT: vacant, Gap.INCOMPLETE: incomplete, Gap.NO_OFFICIAL: no_official}


def _filtered(session: ScopedSession, wanted: GridFilter, day: date) -> Select[Grid]:
    statement = select(Grid)
    if wanted.center_code:
        statement = statement.where(within(Grid.center_code, [wanted.center_code]))
    if wanted.size is not None:
        statement = statement.where(Grid.size == wanted.size)
    if wanted.setting is not None:
        statement = statement.where(Grid.setting == wanted.setting)
    if wanted.colors:
        statement = statement.where(Grid.color.in_(wanted.colors))
    if plain(wanted.text):
        pattern = literal_pattern(wanted.text)
        said = [Grid.name.like(pattern, escape="\\"), Grid.code.like(pattern[1:], escape="\\")]
        if sees_names(viewer_of(session)):
            worker = select(Post.grid_id).where(
                Post.name.like(pattern, escape="\\"), Post.role == PostRole.FULL_TIME, standing(day)
            )
            said.append(Grid.id.in_(worker))
        statement = statement.where(or_(*said))
    if wanted.gap is not None:
        statement = statement.where(GAPS[wanted.gap](day))
    return statement


@query(Permission.READ_GRIDS)
def find_grids(
    session: ScopedSession,
    wanted: GridFilter,
    order: Order = Order.CODE,
    descending: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> GridPage:
    """One page of the grids that match, in a stable order."""
    day = wanted.day or today_of(session)
    statement = _filtered(session, wanted, day)
    total = session.scalar(statement.with_only_columns(func.count(Grid.id))) or 0
    if not total:
        return GridPage(0)
    open_counts = (
        select(Case.grid_id, func.count().label("open"))
        .where(Case.closed_at.is_(None), Case.grid_id.is_not(None))
        .group_by(Case.grid_id)
        .subquery()
    )
    if order is Order.OPEN_CASES and not viewer_of(session).may(Permission.READ_CASES):
        order = Order.CODE  # the order would tell what the numbers do not
    columns = {
        Order.CODE: Grid.code,
        Order.NAME: Grid.name,
        Order.HOUSEHOLDS: Grid.households,
        Order.COLOR: _color_rank(),
        Order.OPEN_CASES: func.coalesce(open_counts.c.open, 0),
    }
    column = columns[order]
    if order is Order.OPEN_CASES:
        statement = statement.join(open_counts, open_counts.c.grid_id == Grid.id, isouter=True)
    grids = session.scalars(
        statement.order_by(column.desc() if descending else column, Grid.code)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    return GridPage(total, tuple(_rows(session, list(grids), day)))


def _color_rank() -> ColumnElement[int]:
    return case({GridColor.RED: 0, GridColor.YELLOW: 1}, value=Grid.color, else_=2)


def _rows(session: ScopedSession, grids: list[Grid], day: date) -> list[GridRow]:
    ids = [grid.id for grid in grids]
    centers = {grid.center_code for grid in grids}
    found = session.execute(select(Center.code, Center.name).where(Center.code.in_(centers))).all()
    names = {code: name for code, name in found}  # noqa: C416 - rows are not pairs to the type checker
    held: dict[int, set[PostRole]] = defaultdict(set)
    named: dict[tuple[int, PostRole], str] = {}
    whole = sees_names(viewer_of(session))
    for grid_id, role, name in session.execute(
        select(Post.grid_id, Post.role, Post.name)
        .where(Post.grid_id.in_(ids), Post.covers_id.is_(None), standing(day))
        .order_by(Post.since.desc(), Post.id.desc())
    ):
        if grid_id is not None:
            held[grid_id].add(role)
            named[grid_id, role] = name if whole else masked_name(name)
    open_cases: dict[int, int] = {}
    if viewer_of(session).may(Permission.READ_CASES):
        counted = session.execute(
            select(Case.grid_id, func.count())
            .where(
                Case.closed_at.is_(None),
                Case.grid_id.in_(ids),
            )
            .group_by(Case.grid_id)
        ).all()
        open_cases = {grid_id: count for grid_id, count in counted if grid_id is not None}
    return [
        GridRow(
            grid.id,
            grid.code,
            grid.name,
            grid.center_code,
            names.get(grid.center_code, grid.center_code),
            grid.size,
            grid.setting,
            grid.color,
            grid.households,
            grid.residents,
            named.get((grid.id, PostRole.FULL_TIME), ""),
            missing_roles(grid.setting, grid.size, held[grid.id]),
            named.get((grid.id, PostRole.OFFICIAL_IN_CHARGE), ""),
            open_cases.get(grid.id, 0),
        )
        for grid in grids
    ]


@dataclass(frozen=True)
class GridCard:
    row: GridRow
    place: Place | None
    party_organization: PartyOrganization | None
    party_organization_name: str
    secretary_name: str
    color_reason: str
    color_since: date | None
    staff: tuple[StaffRow, ...]
    former_codes: tuple[str, ...]


@query(Permission.READ_GRIDS)
def grid_card(session: ScopedSession, code: str, day: date | None = None) -> GridCard:
    """One grid with its people as of a day; None is today. An old code leads to the grid that carries it on.
    Raises NotFound."""
    day = day or today_of(session)
    grid = session.scalars(select(Grid).where(Grid.code == plain(code))).one_or_none()
    if grid is None:
        newer = session.scalars(
            select(CodeChange.new_code)
            .where(CodeChange.subject == "grid", CodeChange.old_code == plain(code))
            .order_by(CodeChange.id.desc())
            .limit(1)
        ).one_or_none()
        if newer:
            grid = session.scalars(select(Grid).where(Grid.code == newer)).one_or_none()
    if grid is None:
        raise NotFound(_("找不到这个网格，或它不在您的范围内。请从网格列表中重新选择。"))
    staff = staff_of(session, grid.id, day)
    former = session.scalars(
        select(CodeChange.old_code).where(CodeChange.subject == "grid", CodeChange.new_code == grid.code)
    ).all()
    return GridCard(
        _rows(session, [grid], day)[0],
        grid.place,
        grid.party_organization,
        grid.party_organization_name or "",
        next((one.name for one in staff if one.role is PostRole.PARTY_SECRETARY and not one.covers), ""),
        grid.color_reason or "",
        grid.color_since,
        staff,
        tuple(former),
    )


@query(Permission.READ_GRIDS)
def count_gaps(session: ScopedSession, center_code: str, day: date | None = None) -> dict[Gap, int]:
    """How many grids of a center's subtree lack what on a day; None is today."""
    below, day = within(Grid.center_code, [center_code]), day or today_of(session)
    return {
        gap: session.scalar(select(func.count(Grid.id)).where(below, lacks(day))) or 0
        for gap, lacks in GAPS.items()
    }


@query(Permission.READ_GRIDS)
def counts_by_child(
    session: ScopedSession, center_code: str, code_length: int
) -> dict[str, tuple[int, int, int]]:
    """Small grids, red ones and yellow ones under each code of the given length."""
    child = func.substr(Grid.center_code, 1, code_length)
    counted = session.execute(
        select(child, Grid.color, func.count())
        .where(within(Grid.center_code, [center_code]), Grid.size == GridSize.SMALL)
        .group_by(child, Grid.color)
    ).all()
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for code, color, count in counted:
        found[code][0] += count
        if color is GridColor.RED:
            found[code][1] += count
        elif color is GridColor.YELLOW:
            found[code][2] += count
    return {code: (total, red, yellow) for code, (total, red, yellow) in found.items()}
