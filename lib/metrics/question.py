"""One question about metrics, with all that its answer hangs on."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from db.models.case import Case, CaseCategory
from db.models.department import Department
from db.scope import ScopedSession, within
from lib import clock
from lib.metrics.dimensions import By, Known, Only, narrowed
from lib.metrics.measured import Period
from lib.metrics.metric import Metric
from lib.metrics.variant import Ended, Terms, Variant


@dataclass(frozen=True)
class Question:
    names: tuple[str, ...]
    center_code: str
    period: Period
    moment: datetime
    by: By
    second: By | None
    only: Only
    variant: Variant
    ended: Ended = ()

    @property
    def terms(self) -> Terms:
        return Terms(self.moment, self.variant, self.ended)

    @property
    def to_the_minute(self) -> Question:
        """What an answer is kept under: to the second it would hardly ever be asked again."""
        fields = {**self.__dict__, "moment": self.moment.replace(second=0, microsecond=0)}
        return Question(**fields)


class Side(enum.StrEnum):
    """Which of the cases behind a figure."""

    NUMERATOR = "numerator"
    REST = "rest"
    """In the denominator, but not in the numerator."""
    DENOMINATOR = "denominator"
    EXCLUDED = "excluded"


def on_side(metric: Metric, side: Side, terms: Terms) -> ColumnElement[bool]:
    """The same predicates that count, so that a count and its list cannot disagree."""
    if side is Side.NUMERATOR:
        return metric.numerator(terms)
    if side is Side.DENOMINATOR:
        return metric.denominator(terms)
    if side is Side.REST:
        hits = metric.hits(terms) if metric.hits else None
        # What is not known to be a hit is none: a comparison with nothing is neither true nor false.
        return false() if hits is None else and_(metric.denominator(terms), hits.is_not(True))
    left_out = [one.cases(terms) for one in metric.excluded(terms.variant)]
    return and_(metric.population(terms), or_(false(), *left_out))


def placed(metric: Metric, period: Period, moment: datetime) -> list[ColumnElement[bool]]:
    """The cases that the metric puts into the period; nothing after the moment is known of."""
    if metric.placed_by is None:
        return []
    start, end = clock.start_of_day(period.first), clock.start_of_day(period.last + timedelta(days=1))
    return [metric.placed_by >= start, metric.placed_by < min(end, moment + timedelta(seconds=1))]


def inside(center_code: str) -> ColumnElement[bool]:
    return within(Case.center_code, [center_code])


def conditions(question: Question, metric: Metric, known: Known) -> list[ColumnElement[bool]]:
    """Which cases a question is about, before the metric looks at them."""
    return [
        inside(question.center_code),
        *placed(metric, question.period, question.moment),
        *narrowed(question.only, question.center_code, question.terms, known),
    ]


def look_up(session: ScopedSession, asked: Iterable[By | None], only: Only) -> Known:
    """What must be asked of other tables than the cases, with the viewer's eyes."""
    kinds = {by for by in asked if by} | {by for by, _value in only}
    departments: dict[int, str] = {}
    groups: dict[str, str] = {}
    if By.DEPARTMENT in kinds:
        rows: Any = session.execute(select(Department.id, Department.kind))
        departments = dict(rows.all())
    if By.GROUP in kinds:
        groups = grouped(session.scalars(select(CaseCategory.code)).all())
    return Known(departments, groups)


def grouped(codes: Iterable[str]) -> dict[str, str]:
    """The group of each category: the shortest code that its own begins with."""
    groups: list[str] = []
    found: dict[str, str] = {}
    for code in sorted(codes, key=lambda code: (len(code), code)):
        group = next((g for g in groups if code.startswith(g)), None)
        if group is None:
            groups.append(code)
        found[code] = group or code
    return found
