"""The grids and people behind a figure of the roster, for `metric --rows`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from db.scope import ScopedSession
from lib.metrics.measured import Period
from lib.metrics.metric import Metric, Rows, Unit
from lib.metrics.question import Side
from lib.metrics.staffing.queries import AT_MOST, GridsBehind, PeopleBehind, grids_behind, people_behind


def rows_of_roster(
    session: ScopedSession, metric: Metric, code: str, period: Period, moment: datetime
) -> list[dict[str, Any]]:
    """All that the numerator counts, place by place; of a mean everybody whom it rests on."""
    side = Side.DENOMINATOR if metric.unit is Unit.YEARS else Side.NUMERATOR
    rows: list[dict[str, Any]] = []
    page = 1
    while True:
        found: GridsBehind | PeopleBehind = (
            grids_behind(session, metric.name, side, code, period, moment, page, AT_MOST)
            if metric.rows is Rows.GRIDS
            else people_behind(session, metric.name, side, code, period, moment, page, AT_MOST)
        )
        rows += [{k: v for k, v in asdict(one).items() if k != "id" and v is not None} for one in found.rows]
        if not found.rows or page * AT_MOST >= found.total:
            return rows
        page += 1
