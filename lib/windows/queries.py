"""Questions about service windows: which there are, and how a month's visitors rated them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from db.models.center import Center
from db.models.window import WindowRating
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.metrics.measured import Measured
from lib.metrics.queries import variant_in_force
from lib.windows.steps import STEPS, measured, windows_in


@dataclass(frozen=True)
class WindowRow:
    """A window in a month; `seen` is None while nothing was entered for it."""

    id: int
    center_code: str
    center_name: str
    name: str
    counts: dict[str, int]
    satisfaction: Measured
    entered_by: str
    seen: int | None


@query(Permission.READ_ASSESSMENT)
def windows_of(session: ScopedSession, center_code: str, month: date) -> tuple[WindowRow, ...]:
    """The windows of a center and below in a month, center by center."""
    first = clock.start_of_month(month)
    last = clock.start_of_month(first, -1) - timedelta(days=1)
    windows = windows_in(session, center_code, first, last)
    codes = {one.center_code for one in windows}
    names: dict[str, str] = dict(
        session.execute(select(Center.code, Center.name).where(Center.code.in_(codes))).all()
    )
    rows = {
        row.window_id: row for row in session.scalars(select(WindowRating).where(WindowRating.month == first))
    }
    variant = variant_in_force(session)
    found = []
    for one in windows:
        row = rows.get(one.id)
        counts = {step: int(getattr(row, step)) if row else 0 for step in STEPS}
        found.append(
            WindowRow(
                one.id, one.center_code, names.get(one.center_code, one.center_code), one.name, counts,
                measured(one.id, counts, variant)["satisfaction"], row.entered_by if row else "",
                row.version if row else None,
            )
        )  # fmt: skip
    return tuple(found)
