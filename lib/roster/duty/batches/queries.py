"""Questions about many patrols and visits at once: what a table would write down, and what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.grid import Grid, GridSize
from db.models.register import ChangeSet
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.i18n import _
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.imports.template import template
from lib.roster.duty.importing import GRID, TITLE_WORDS, Trial, What, columns_of, tried
from lib.roster.duty.writing import SUBJECT

MOST_NAMES = 1000


@query(Permission.RECORD_DUTY)
def try_records(
    session: ScopedSession,
    what: What,
    table: Table,
    matching: Matching,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """What a table would write down; nothing is written."""
    return tried(session, what, table, matching, progress)


@query(Permission.RECORD_DUTY)
def record_template(session: ScopedSession, what: What) -> bytes:
    """The workbook in which people send patrols or visits."""
    grids = session.execute(
        select(Grid.code, Grid.name)
        .where(Grid.size == GridSize.SMALL)
        .order_by(Grid.code)
        .limit(MOST_NAMES + 1)
    ).all()
    names = [f"{code} {name}" for code, name in grids]
    return template(
        _(TITLE_WORDS[what]), columns_of(what), {GRID: names} if 0 < len(names) <= MOST_NAMES else {}
    )


@dataclass(frozen=True)
class RecordedBatch:
    """`undoable` says that the viewer may take it back."""

    id: int
    source: str
    rows: int
    done_by: str
    done_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undoable: bool


@query(Permission.RECORD_DUTY)
def recorded_batches(session: ScopedSession, most: int = 20) -> tuple[RecordedBatch, ...]:
    """The newest imports of patrols and visits that were made in the viewer's scope."""
    viewer = viewer_of(session)
    rows = session.scalars(
        select(ChangeSet)
        .where(ChangeSet.subject == SUBJECT)
        .order_by(ChangeSet.id.desc())
        .limit(min(max(most, 1), 200))
    )
    checks = viewer.may(Permission.CHECK_DUTY)
    return tuple(
        RecordedBatch(
            one.id, one.source, one.made, one.done_by, one.done_at, one.undone_by, one.undone_at,
            one.undone_at is None
            and (
                (one.done_by_id is not None and one.done_by_id == viewer.account_id)
                or (checks and one.center_code == viewer.center_code)
            ),
        )
        for one in rows
    )  # fmt: skip
