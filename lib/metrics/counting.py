"""Turns a question about metrics into statements over cases, and their rows into figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Integer, String, and_, case, func, literal, or_, select, true

from db.models.case import Case
from db.scope import ScopedSession
from db.spans import handling_minutes
from lib.metrics.answering import answer, replica_for
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import PARTS, By, Known, key_of
from lib.metrics.handling import band_of, minutes_handled, without_bands
from lib.metrics.measured import Measured
from lib.metrics.metric import Metric, Unit
from lib.metrics.question import Question, conditions, look_up

# A range with two ends is what makes SQLite take the index of the closing times.
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
Key = tuple[str, str]


def count(session: ScopedSession, question: Question) -> tuple[Measured, ...]:
    """Metrics that are placed by the same moment cost one pass. The parts come in the order of their
    keys, whichever store has found them."""
    known = look_up(session, (question.by, question.second), question.only)
    from_replica = replica_for(session) is not None
    together: dict[Any, list[Metric]] = defaultdict(list)
    for metric in (METRICS[name] for name in question.names):
        timed = metric.quantile is not None or _asks_handling(question)
        kind = (metric.placed_by.key if metric.placed_by else metric.of_open, timed and not from_replica)
        together[kind].append(metric)
    found: list[Measured] = []
    for (_placed_by, by_rows), metrics in together.items():
        tally = _row_by_row if by_rows else _in_one_pass
        found += tally(session, question, metrics, known)
    place = {name: n for n, name in enumerate(question.names)}
    return tuple(sorted(_merged(found), key=lambda one: (place[one.metric], one.key, one.second)))


def _asks_handling(question: Question) -> bool:
    return By.HANDLING in (question.by, question.second, *(by for by, _value in question.only))


def _sides(metric: Metric, question: Question, from_replica: bool) -> list[ColumnElement[bool]]:
    """What stands open is either not closed at all or closed later. In the database each side has an
    index of its own, and one question about both would use neither."""
    if not metric.of_open:
        return [true()]
    later = and_(Case.closed_at >= question.moment, Case.closed_at <= LATEST)
    return [or_(Case.closed_at.is_(None), later)] if from_replica else [Case.closed_at.is_(None), later]


def _tallied(metric: Metric, question: Question) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The numerator and the denominator. In a series each period is counted at its own end."""
    terms = question.terms
    numerator = metric.numerator(terms)
    for by in (question.by, question.second):
        if by in PARTS and metric.later is not None:
            key = key_of(by, metric, question.center_code, terms)
            later = type(key)(metric.later, *list(key.clauses)[1:])  # type: ignore[call-arg]
            numerator = and_(numerator, later <= key)
    return numerator, metric.denominator(terms)


def _sum(predicate: ColumnElement[bool], weight: ColumnElement[int] | None) -> ColumnElement[int]:
    if weight is not None:
        return func.coalesce(func.sum(weight).filter(predicate), 0)
    return func.count().filter(predicate)


def _in_one_pass(
    session: ScopedSession, question: Question, metrics: list[Metric], known: Known
) -> list[Measured]:
    columns: list[ColumnElement[Any]] = []
    for metric in metrics:
        numerator, denominator = _tallied(metric, question)
        weights = metric.weights(question.terms) if metric.weights else None
        columns.append(_sum(numerator, weights[0] if weights else None))
        columns.append(_sum(denominator, weights[1] if weights else None) if metric.is_rate else literal(0))
        minutes = handling_minutes(Case.closed_at)
        columns.append(
            func.quantile_cont(minutes, metric.quantile).filter(denominator)
            if metric.quantile is not None
            else literal(0)
        )
    from_replica = replica_for(session) is not None
    keys = _keys(question, metrics, known)
    totals: dict[Key, list[Any]] = {}
    for side in _sides(metrics[0], question, from_replica):
        statement = (
            select(*keys, *columns).select_from(Case).where(*conditions(question, metrics[0], known), side)
        )
        if question.by is not By.WHOLE or question.second:
            statement = statement.group_by(*(key.name for key in keys))
        for first, second, *counts in _rows(session, statement, question):
            if (key := _named(question, first, second, known)) is not None:
                sums = totals.setdefault(key, [0] * len(counts))
                totals[key] = [a + (b or 0) for a, b in zip(sums, counts, strict=True)]
    return [
        measured
        for key, sums in totals.items()
        for i, metric in enumerate(metrics)
        for measured in _measured(metric, key, *sums[3 * i : 3 * i + 3])
    ]


def _rows(session: ScopedSession, statement: Any, question: Question) -> list[list[Any]]:
    return [list(row) for row in answer(session, statement, question.center_code)]


def _keys(question: Question, metrics: list[Metric], known: Known) -> list[Any]:
    return [
        _key(by, question, metrics, known).label(name)
        for by, name in ((question.by, "first_key"), (question.second, "second_key"))
    ]


def _key(by: By | None, question: Question, metrics: list[Metric], known: Known) -> ColumnElement[Any]:
    if by is None:
        return literal("", String)
    if any(metric.quantile is not None for metric in metrics):
        # Counts of two departments of a kind can be added up afterwards; their medians cannot.
        belonging: dict[By, tuple[Any, dict[Any, str]]] = {
            By.DEPARTMENT: (Case.department_id, known.departments),
            By.GROUP: (Case.category_code, known.groups),
        }
        if by in belonging:
            parts: dict[str, list[Any]] = {}
            for member, part in belonging[by][1].items():
                parts.setdefault(part, []).append(member)
            whens = [(belonging[by][0].in_(members), literal(part)) for part, members in parts.items()]
            return case(*whens, else_=literal("")) if whens else literal("", String)
    return key_of(by, metrics[0], question.center_code, question.terms)


def _named(question: Question, first: Any, second: Any, known: Known) -> Key | None:
    """Departments are known by their kind, categories by their group where it is asked for, and by ""
    where the viewer knows neither; what has no key at all, such as a rating that was not given, belongs
    nowhere."""
    found = []
    for by, key in ((question.by, first), (question.second, second)):
        if by is By.DEPARTMENT:
            key = known.departments.get(key, key if isinstance(key, str) else "")
        elif by is By.GROUP:
            key = known.groups.get(key, "")
        elif by is By.GRID:
            key = "" if key is None else str(key)
        elif key is None:
            return None
        found.append(str(key))
    return found[0], found[1]


def _measured(
    metric: Metric, key: Key, numerator: int, denominator: int, minutes: float | None
) -> Iterator[Measured]:
    if metric.unit is Unit.HOURS:
        yield Measured(
            metric.name, key[0], numerator, numerator, key[1], float(minutes or 0) if numerator else None
        )
    else:
        yield Measured(metric.name, key[0], numerator, denominator if metric.is_rate else None, key[1])


def _row_by_row(
    session: ScopedSession, question: Question, metrics: list[Metric], known: Known
) -> list[Measured]:
    """Handling times without the replica: the database knows no working calendar."""
    timeless, bands = without_bands(question.only)
    metric = metrics[0]
    keys = [
        literal("", String).label(name)
        if by is By.HANDLING or by is None
        else key_of(by, metric, question.center_code, question.terms).label(name)
        for by, name in ((question.by, "first_key"), (question.second, "second_key"))
    ]
    flags = []
    for one in metrics:
        weights = one.weights(question.terms) if one.weights else None
        for n, predicate in enumerate(_tallied(one, question)):
            weight: Any = weights[n] if weights else literal(1, Integer)
            flags.append(case((predicate, weight), else_=0))
    plain = Question(**{**question.__dict__, "only": timeless})
    totals: dict[Key, list[list[Any]]] = {}
    for side in _sides(metric, question, False):
        statement = (
            select(*keys, Case.reported_at, Case.closed_at, *flags)
            .select_from(Case)
            .where(*conditions(plain, metric, known), side)
        )
        for first, second, reported, closed, *counts in _rows(session, statement, question):
            minutes = minutes_handled(reported, closed)
            band = band_of(minutes)
            if bands and band not in bands:
                continue
            if By.HANDLING in (question.by, question.second) and band is None:
                continue
            named = _named(
                question,
                band if question.by is By.HANDLING else first,
                band if question.second is By.HANDLING else second,
                known,
            )
            if named is not None:
                totals.setdefault(named, []).append([minutes, *counts])
    found: list[Measured] = []
    for key, rows in totals.items():
        for i, one in enumerate(metrics):
            numerator = sum(row[1 + 2 * i] for row in rows)
            denominator = sum(row[2 + 2 * i] for row in rows)
            among = [row[0] for row in rows if row[2 + 2 * i] and row[0] is not None]
            quantile = float(np.quantile(among, one.quantile)) if one.quantile is not None and among else None
            found += _measured(one, key, numerator, denominator, quantile)
    if not found and question.by is By.WHOLE and not question.second:
        for one in metrics:
            found += _measured(one, (question.center_code, ""), 0, 0, None)
    return found


def _merged(found: Iterable[Measured]) -> Iterable[Measured]:
    """Counts of departments of one kind and of categories of one group come together."""
    merged: dict[tuple[str, str, str], Measured] = {}
    for one in found:
        key = one.metric, one.key, one.second
        if key in merged:
            other = merged[key]
            base = None if one.denominator is None else one.denominator + (other.denominator or 0)
            one = Measured(one.metric, one.key, one.numerator + other.numerator, base, one.second)
        merged[key] = one
    return merged.values()
