"""Questions about grids: the list with its filters, one grid's card, and the counts of a center."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from db.models.case import Case
from db.models.center import Center, CodeChange
from db.models.grid import Grid, GridColor, GridSetting, GridSize, PartyOrganization, Place
from db.models.roster import Background, Gridworker, Post
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.grids.coverage import incomplete, missing_posts, vacant
from lib.i18n import _
from lib.masking import masked_phone
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
    missing: tuple[Post, ...]
    official: str
    open_cases: int


@dataclass(frozen=True)
class GridPage:
    """`total` counts all that match, `rows` are one page of them."""

    total: int
    rows: tuple[GridRow, ...] = field(default=())


def no_official() -> ColumnElement[bool]:
    """A red or yellow grid that no official has taken charge of."""
    return and_(
        Grid.size == GridSize.SMALL,
        Grid.color.in_((GridColor.RED, GridColor.YELLOW)),
        Grid.official_name.is_(None),
    )


GAPS = {Gap.VACANT: vacant, Gap.INCOMPLETE: incomplete, Gap.NO_OFFICIAL: no_official}


def _filtered(wanted: GridFilter) -> Select[Grid]:
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
        worker = select(Gridworker.grid_id).where(
            Gridworker.name.like(pattern, escape="\\"), Gridworker.post == Post.FULL_TIME
        )
        statement = statement.where(
            or_(
                Grid.name.like(pattern, escape="\\"),
                Grid.code.like(pattern[1:], escape="\\"),
                Grid.id.in_(worker),
            )
        )
    if wanted.gap is not None:
        statement = statement.where(GAPS[wanted.gap]())
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
    statement = _filtered(wanted)
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
    return GridPage(total, tuple(_rows(session, list(grids))))


def _color_rank() -> ColumnElement[int]:
    return case({GridColor.RED: 0, GridColor.YELLOW: 1}, value=Grid.color, else_=2)


def _rows(session: ScopedSession, grids: list[Grid]) -> list[GridRow]:
    ids = [grid.id for grid in grids]
    centers = {grid.center_code for grid in grids}
    found = session.execute(select(Center.code, Center.name).where(Center.code.in_(centers))).all()
    names = {code: name for code, name in found}  # noqa: C416 - rows are not pairs to the type checker
    posts: dict[int, set[Post]] = defaultdict(set)
    full_time: dict[int, str] = {}
    for grid_id, post, name in session.execute(
        select(Gridworker.grid_id, Gridworker.post, Gridworker.name).where(Gridworker.grid_id.in_(ids))
    ):
        posts[grid_id].add(post)
        if post is Post.FULL_TIME:
            full_time[grid_id] = name
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
            full_time.get(grid.id, ""),
            missing_posts(grid.setting, grid.size, posts[grid.id]),
            grid.official_name or "",
            open_cases.get(grid.id, 0),
        )
        for grid in grids
    ]


@dataclass(frozen=True)
class StaffRow:
    post: Post
    name: str
    phone: str
    background: Background | None
    since: date


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
def grid_card(session: ScopedSession, code: str) -> GridCard:
    """One grid with its people. An old code leads to the grid that carries it on. Raises NotFound."""
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
    staff = session.scalars(
        select(Gridworker).where(Gridworker.grid_id == grid.id).order_by(Gridworker.id)
    ).all()
    order = list(Post)
    former = session.scalars(
        select(CodeChange.old_code).where(CodeChange.subject == "grid", CodeChange.new_code == grid.code)
    ).all()
    return GridCard(
        _rows(session, [grid])[0],
        grid.place,
        grid.party_organization,
        grid.party_organization_name or "",
        grid.secretary_name or "",
        grid.color_reason or "",
        grid.color_since,
        tuple(
            StaffRow(w.post, w.name, masked_phone(w.phone), w.background, w.since)
            for w in sorted(staff, key=lambda w: (order.index(w.post), w.id))
        ),
        tuple(former),
    )


@query(Permission.READ_GRIDS)
def count_gaps(session: ScopedSession, center_code: str) -> dict[Gap, int]:
    """How many grids of a center's subtree lack what."""
    below = within(Grid.center_code, [center_code])
    return {
        gap: session.scalar(select(func.count(Grid.id)).where(below, lacks())) or 0
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
