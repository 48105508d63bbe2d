"""The cases behind a figure: how many stand on each side, and a page of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, tuple_

from db.models.case import Case
from db.scope import ScopedSession
from lib.metrics.answering import answer, replica_for
from lib.metrics.handling import band_of, minutes_handled, without_bands
from lib.metrics.metric import Metric
from lib.metrics.question import Question, Side, conditions, look_up, on_side

AT_ONCE = 500  # cases looked at in one go for their handling times


def _asked(
    session: ScopedSession, question: Question, metric: Metric
) -> tuple[list[ColumnElement[bool]], frozenset[str]]:
    """The conditions, and the bands of handling times that the database leaves to us."""
    only, bands = question.only, frozenset[str]()
    if replica_for(session) is None:
        only, bands = without_bands(only)
    narrowed = Question(**{**question.__dict__, "only": only})
    return conditions(narrowed, metric, look_up(session, (), only)), bands


def sides(session: ScopedSession, question: Question, metric: Metric) -> list[int]:
    """The number of cases on each `Side`, then of those that each exclusion leaves out."""
    where, bands = _asked(session, question, metric)
    terms = question.terms
    predicates = [on_side(metric, side, terms) for side in Side]
    predicates += [one.cases(terms) & metric.population(terms) for one in metric.excluded(terms.variant)]
    if not bands:
        counts: list[Any] = [func.count().filter(predicate) for predicate in predicates]
        [numbers] = answer(session, select(*counts).select_from(Case).where(*where), question.center_code)
        return [int(number or 0) for number in numbers]
    flags: list[Any] = [case((predicate, 1), else_=0) for predicate in predicates]
    rows: Any = answer(
        session, select(Case.reported_at, Case.closed_at, *flags).where(*where), question.center_code
    )
    inside = [row for row in rows if band_of(minutes_handled(row[0], row[1])) in bands]
    return [sum(row[2 + n] for row in inside) for n in range(len(flags))]


def page_behind(
    session: ScopedSession,
    question: Question,
    metric: Metric,
    side: Side,
    behind: tuple[datetime, int] | None,
    page_size: int,
) -> tuple[int, ...]:
    """The keys of a page of the cases on one side, the newest report first."""
    where, bands = _asked(session, question, metric)
    at_once = max(page_size, AT_ONCE) if bands else page_size
    statement = (
        select(Case.id, Case.reported_at, Case.closed_at)
        .where(*where, on_side(metric, side, question.terms))
        .order_by(Case.reported_at.desc(), Case.id.desc())
        .limit(at_once)
    )
    found: list[int] = []
    while True:
        rest = statement if behind is None else statement.where(tuple_(Case.reported_at, Case.id) < behind)
        rows: Any = answer(session, rest, question.center_code)
        found += [row[0] for row in rows if not bands or band_of(minutes_handled(row[1], row[2])) in bands]
        if len(rows) < at_once or len(found) >= page_size:
            return tuple(found[:page_size])
        behind = rows[-1][1], rows[-1][0]


def all_behind(session: ScopedSession, question: Question, metric: Metric, side: Side) -> tuple[int, ...]:
    """The keys of all cases on one side, the lowest first."""
    where, bands = _asked(session, question, metric)
    statement = (
        select(Case.id, Case.reported_at, Case.closed_at)
        .where(*where, on_side(metric, side, question.terms))
        .order_by(Case.id)
    )
    rows: Any = answer(session, statement, question.center_code)
    return tuple(row[0] for row in rows if not bands or band_of(minutes_handled(row[1], row[2])) in bands)
