"""Questions about a register's figures: which there are, what they count, and the entries behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from db.models.center import Center
from db.models.register import Entry, RegisterMetric
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.i18n import _
from lib.registers.entries.queries import EntryPage
from lib.registers.entries.rows import rows_of
from lib.registers.figures import counting
from lib.registers.figures.counting import Counted
from lib.registers.figures.definition import PREFIX, Definition, loaded
from lib.registers.seeing import reads, register_with_design, seen
from lib.registers.world import Surroundings
from lib.typed import offset_of


@dataclass(frozen=True)
class FigureRow:
    """`metric` is its name among the metrics, `id` its own."""

    id: int
    metric: str
    register_id: int
    definition: Definition
    made_by: str
    made_at: datetime
    retired: bool


def _row(one: RegisterMetric) -> FigureRow:
    return FigureRow(
        one.id, f"{PREFIX}{one.id}", one.register_id, loaded(one.definition), one.made_by, one.made_at,
        one.retired_at is not None,
    )  # fmt: skip


@query(Permission.READ_REGISTERS)
def figures_of(session: ScopedSession, register_id: int) -> tuple[FigureRow, ...]:
    """The figures of a register that the viewer reads, retired ones last. Raises NotFound."""
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        return ()
    rows = session.scalars(
        select(RegisterMetric)
        .where(RegisterMetric.register_id == register_id)
        .order_by(RegisterMetric.retired_at.is_not(None), RegisterMetric.id)
    )
    return tuple(_row(one) for one in rows)


@query(Permission.READ_FIGURES)
def all_figures(session: ScopedSession) -> tuple[FigureRow, ...]:
    """The figures of all registers that the viewer reads, without retired ones."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.READ_REGISTERS):
        return ()
    rows = session.scalars(
        select(RegisterMetric).where(RegisterMetric.retired_at.is_(None)).order_by(RegisterMetric.id)
    ).all()
    found = []
    read: dict[int, bool] = {}
    for one in rows:
        if one.register_id not in read:
            read[one.register_id] = reads(viewer, *register_with_design(session, one.register_id))
        if read[one.register_id]:
            found.append(_row(one))
    return tuple(found)


def no_figure() -> NotFound:
    return NotFound(_("找不到这个指标，或它不在您的范围内。"))


def _figure(session: ScopedSession, metric_id: int) -> RegisterMetric:
    row = session.get(RegisterMetric, metric_id)
    if row is None:
        raise no_figure()
    register, design = register_with_design(session, row.register_id)
    if not reads(viewer_of(session), register, design):
        raise no_figure()
    return row


@query(Permission.READ_FIGURES)
def count_entries(
    session: ScopedSession,
    metric_id: int,
    center_code: str,
    first: date,
    last: date,
    moment: datetime,
    by: tuple[int | str, ...] = (),
) -> tuple[Counted, ...]:
    """A figure over days, both included, for a center and below, by up to two parts: the length of centers'
    codes, or "month". Raises NotFound."""
    row = _figure(session, metric_id)
    _register, design = register_with_design(session, row.register_id)
    return counting.count(
        session, row.register_id, design, loaded(row.definition), center_code, first, last, moment, by
    )


@query(Permission.READ_REGISTERS)
def entries_behind(
    session: ScopedSession,
    metric_id: int,
    center_code: str,
    first: date,
    last: date,
    moment: datetime,
    hit: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> EntryPage:
    """Exactly the entries that a figure counts; of a share those that hit, those that do not, or both. Raises
    NotFound."""
    row = _figure(session, metric_id)
    _register, design = register_with_design(session, row.register_id)
    wanted = counting.behind(
        session, row.register_id, design, loaded(row.definition), center_code, first, last, moment, hit=hit
    )
    total = session.scalar(select(func.count(Entry.id)).where(*wanted)) or 0
    size = min(max(page_size, 1), 500)
    found = session.execute(
        select(Entry, Center.name)
        .join(Center, Center.code == Entry.center_code)
        .where(*wanted)
        .order_by(Entry.id.desc())
        .limit(size)
        .offset(offset_of(page, size, total))
    )
    fields = seen(viewer_of(session), design)
    rows = rows_of([(entry, name) for entry, name in found], fields, Surroundings(session))
    return EntryPage(rows, total)
