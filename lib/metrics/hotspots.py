"""Where the same comes up again and again: pairs of a grid and a category, and matters that were reported
once more. Here stands the rule that tells an early sign."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from db.models.case import Case
from db.scope import ScopedSession
from lib.cases.queries import CaseRow, cases_by_id
from lib.i18n import _
from lib.metrics.answering import answer, kept_answer, replica_for
from lib.metrics.catalogue import RECEIVED
from lib.metrics.dimensions import By
from lib.metrics.handling import band_of, minutes_handled, without_bands
from lib.metrics.measured import Period
from lib.metrics.names import names_of
from lib.metrics.question import Question, conditions, look_up

# An early sign: at least so many, and more than so many times what is usual, which is the mean of so
# many periods of the same length before.
LEAST, TIMES, EARLIER = 3, 2, 3


def rising_words() -> str:
    """The rule of `Hotspot.rising` for people."""
    words = _("升温：本期不少于{least}件，且超过此前{periods}期平均件数的{times}倍")
    return words.format(least=LEAST, periods=EARLIER, times=TIMES)


@dataclass(frozen=True)
class Hotspot:
    """A grid and a category: how many cases, how many of them repeat another one, and how many there
    were in the periods before, the latest first. Of periods in which nothing was recorded anywhere in
    the center yet there is no number."""

    grid_key: str
    grid: str
    category_code: str
    category: str
    count: int
    repeats: int
    earlier: tuple[int, ...]

    @property
    def before(self) -> int | None:
        """In the period before."""
        return self.earlier[0] if self.earlier else None

    @property
    def usual(self) -> Fraction | None:
        """The mean of the periods before; None while there are too few of them."""
        return Fraction(sum(self.earlier), EARLIER) if len(self.earlier) == EARLIER else None

    @property
    def rising(self) -> bool:
        return self.usual is not None and self.count >= LEAST and self.count > TIMES * self.usual


@dataclass(frozen=True)
class RepeatedMatter:
    """A first report, how often it was reported once more in the period, and when last."""

    first: CaseRow
    count: int
    last_at: datetime


@dataclass(frozen=True)
class Tally:
    key: tuple[Any, ...]
    count: int
    repeats: int
    last_at: datetime


def hottest(
    session: ScopedSession, question: Question, limit: int, recorded_since: date | None
) -> tuple[Hotspot, ...]:
    """The pairs with the most cases. Cases that lie in no grid belong to none."""
    columns: Any = Case.grid_id, Case.category_code
    in_a_grid = Case.grid_id.is_not(None)

    def count() -> tuple[list[Tally], list[dict[tuple[Any, ...], int]]]:
        tallies = _tallies(session, question, columns, in_a_grid, limit)
        pairs = [tally.key for tally in tallies]
        among = tuple_(*columns).in_(pairs)
        earlier = []
        for past in _earlier(question):
            if not pairs or recorded_since is None or past.period.first < recorded_since:
                break
            earlier.append({tally.key: tally.count for tally in _tallies(session, past, columns, among)})
        return tallies, earlier

    kept = "hottest", question.to_the_minute, limit, recorded_since
    tallies, earlier = kept_answer(session, kept, count)
    grids = names_of(session, By.GRID, [str(tally.key[0]) for tally in tallies])
    categories = names_of(session, By.CATEGORY, [tally.key[1] for tally in tallies])
    return tuple(
        Hotspot(
            str(grid),
            grids.get(str(grid), str(grid)),
            category,
            categories[category],
            tally.count,
            tally.repeats,
            tuple(counts.get(tally.key, 0) for counts in earlier),
        )
        for tally in tallies
        for grid, category in [tally.key]
    )


def most_repeated(session: ScopedSession, question: Question, limit: int) -> tuple[RepeatedMatter, ...]:
    """The matters with the most reports of the period that repeat them. The first report may be older;
    one that the viewer may not see is left out, whoever repeated it."""
    found: list[RepeatedMatter] = []
    start = 0
    while len(found) < limit:
        tallies = _repeated(session, question, limit, start)
        firsts = {row.id: row for row in cases_by_id(session, tuple(tally.key[0] for tally in tallies))}
        found += [
            RepeatedMatter(firsts[tally.key[0]], tally.count, tally.last_at)
            for tally in tallies
            if tally.key[0] in firsts
        ]
        if len(tallies) < limit:
            break
        start += limit
    return tuple(found[:limit])


def _repeated(session: ScopedSession, question: Question, limit: int, start: int) -> list[Tally]:
    again = Case.repeat_of_id.is_not(None)

    def count() -> list[Tally]:
        return _tallies(session, question, (Case.repeat_of_id,), again, limit, start)

    return kept_answer(session, ("repeated", question.to_the_minute, limit, start), count)


def _earlier(question: Question) -> list[Question]:
    """The same question about the periods before, the latest first, each as far into it."""
    found, period, moment = [], question.period, question.moment
    for _number in range(EARLIER):
        before: Period = period.before()
        period, moment = before, period.moment_in(before, moment)
        found.append(Question(**{**question.__dict__, "period": period, "moment": moment}))
    return found


def _tallies(
    session: ScopedSession,
    question: Question,
    columns: tuple[Any, ...],
    condition: ColumnElement[bool],
    limit: int | None = None,
    start: int = 0,
) -> list[Tally]:
    """The cases received, by the columns, the most on top."""
    only, bands = question.only, frozenset[str]()
    if replica_for(session) is None:
        only, bands = without_bands(only)
    narrowed = Question(**{**question.__dict__, "only": only})
    where = [*conditions(narrowed, RECEIVED, look_up(session, (), only)), condition]
    if bands:
        statement: Any = select(*columns, Case.repeat_of_id, Case.reported_at, Case.closed_at).where(*where)
        rows: Any = answer(session, statement, question.center_code)
        inside = [row for row in rows if band_of(minutes_handled(row[-2], row[-1])) in bands]
        return _in_python(inside, len(columns))[start:][:limit]
    statement = (
        select(*columns, func.count(), func.count(Case.repeat_of_id), func.max(Case.reported_at))
        .where(*where)
        .group_by(*columns)
        .order_by(func.count().desc(), *columns)
        .limit(limit)
        .offset(start)
    )
    rows = answer(session, statement, question.center_code)
    return [Tally(tuple(row[:-3]), row[-3], row[-2], row[-1]) for row in rows]


def _in_python(rows: list[Any], width: int) -> list[Tally]:
    """The database cannot tell handling times, so its rows are counted here."""
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[:width])].append(row)
    found = [
        Tally(key, len(g), sum(row[width] is not None for row in g), max(row[-2] for row in g))
        for key, g in groups.items()
    ]
    return sorted(found, key=lambda tally: (-tally.count, *tally.key))
