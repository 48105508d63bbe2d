"""The product's answer and the count by hand, brought to the same form."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.models.case import Case, CaseCategory
from db.models.center import Center
from db.models.department import Department
from db.models.grid import Grid
from db.models.roster import Post
from db.scope import ScopedSession
from lib.deployment import today_of
from lib.metrics.catalogue import METRICS
from lib.metrics.queries import cases_behind, measure
from lib.metrics.question import Side
from tests.lib.by_hand import Asked, City, Row

Parts = dict[tuple[str, str], Row]


def city_of(session: ScopedSession) -> City:
    return City(
        tuple(session.scalars(select(Case))),
        tuple(session.scalars(select(Grid))),
        tuple(session.scalars(select(Post))),
        today_of(session),
        {d.id: (d.center_code, d.kind) for d in session.scalars(select(Department))},
        {c.code: c.center_code for c in session.scalars(select(CaseCategory))},
        {c.code: c.ended_on for c in session.scalars(select(Center)) if c.ended_on},
    )


def arguments(asked: Asked) -> dict[str, Any]:
    return {
        "center_code": asked.center, "period": asked.period, "moment": asked.moment, "only": asked.only,
        "variant": asked.variant,
    }  # fmt: skip


def measured(session: ScopedSession, asked: Asked, names: tuple[str, ...]) -> dict[str, Parts]:
    found: dict[str, Parts] = {name: {} for name in names}
    for one in measure(session, names, by=asked.by, second=asked.second, **arguments(asked)):
        assert (one.key, one.second) not in found[one.metric]
        found[one.metric][one.key, one.second] = (one.numerator, one.denominator, one.minutes)
    return found


def counted(name: str, parts: Parts) -> Parts:
    """Without parts in which nothing counts, which may be there or not; times to the thousandth."""
    each = METRICS[name].base is not None
    return {
        key: (number, base, None if minutes is None else round(minutes, 3))
        for key, (number, base, minutes) in parts.items()
        if number or (base and not each)
    }


def behind_all(session: ScopedSession, name: str, side: Side, asked: Asked, page_size: int) -> list[Any]:
    """Every page to the end, each beginning behind the last row seen."""
    rows: list[Any] = []
    while True:
        behind = (rows[-1].reported_at, rows[-1].id) if rows else None
        page = cases_behind(session, name, side, behind=behind, page_size=page_size, **arguments(asked))
        rows += page
        if len(page) < page_size:
            return rows
