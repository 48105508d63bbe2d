"""What in a unit's cases is worth a look before its place is believed. A list of reasons, no verdict.

The rules are simple on purpose, so that whoever is named can check them: each says how many, of how many,
from how many on, and what is usual in the group.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from db.models.assessment import FindingKind
from db.models.case import Case, Source
from db.scope import ScopedSession, within
from db.spans import code_head, seconds_between
from lib import clock
from lib.i18n import _, mark
from lib.metrics.answering import answer
from lib.metrics.measured import Period

BURST_WITHIN = timedelta(hours=2)
INSTANT_WITHIN = timedelta(minutes=10)
LAST_DAYS = 2
# From so many cases on, and so many times what is usual in the group, a unit is named.
LEAST, TIMES = 10, 3
SAME_LEAST = 5
SHOWN_CASES = 50

KIND_WORDS: dict[FindingKind, str] = {
    FindingKind.BURST: mark("临期集中结案"),
    FindingKind.INSTANT: mark("自报自结过快"),
    FindingKind.SAME_TEXT: mark("内容雷同"),
    FindingKind.MONTH_END: mark("月末集中结案"),
}


@dataclass(frozen=True)
class Finding:
    """`count` of `of` cases of a unit; `usual` is the middle share in the group, in percent."""

    kind: FindingKind
    unit_key: str
    center_code: str
    name: str
    count: int
    of: int
    usual: float | None
    reason: str
    cases: tuple[int, ...]


def predicate(kind: FindingKind, period: Period) -> ColumnElement[bool]:
    """Which cases closed in the period count for a finding."""
    if kind is FindingKind.BURST:
        return and_(
            Case.due_at.is_not(None),
            Case.closed_at <= Case.due_at,
            seconds_between(Case.closed_at, Case.due_at) <= int(BURST_WITHIN.total_seconds()),
        )
    if kind is FindingKind.INSTANT:
        return and_(
            Case.source == Source.PATROL,
            Case.closed_at >= Case.reported_at,
            seconds_between(Case.reported_at, Case.closed_at) <= int(INSTANT_WITHIN.total_seconds()),
        )
    return Case.closed_at >= clock.start_of_day(period.last - timedelta(days=LAST_DAYS - 1))


def reason_of(kind: FindingKind, count: int, of: int, usual: float | None) -> str:
    """One sentence that says what was counted, and nothing more."""
    share = f"{100 * count / of:.1f}" if of else "0"
    sentences = {
        FindingKind.BURST: _(
            "期内结案{of}件，其中{count}件（{share}%）在到期前{hours}小时内结案；同组通常为{usual}%"
        ),
        FindingKind.INSTANT: _(
            "期内结案{of}件，其中网格员排查上报的{count}件（{share}%）在{minutes}分钟内结案；同组通常为{usual}%"
        ),
        FindingKind.SAME_TEXT: _("期内上报{of}件，其中{count}件标题与内容完全相同"),
        FindingKind.MONTH_END: _(
            "期内结案{of}件，其中{count}件（{share}%）在最后{days}天结案；同组通常为{usual}%"
        ),
    }
    return sentences[kind].format(
        of=of,
        count=count,
        share=share,
        hours=int(BURST_WITHIN.total_seconds() // 3600),
        minutes=int(INSTANT_WITHIN.total_seconds() // 60),
        days=LAST_DAYS,
        usual="—" if usual is None else f"{usual:.1f}",
    )


def find(
    session: ScopedSession,
    center_code: str,
    period: Period,
    moment: datetime,
    units: Mapping[str, tuple[str, str]],
    length: int,
) -> tuple[Finding, ...]:
    """For units that are centers with codes of this length: by their code, name and group."""
    found = [*_shares(session, center_code, period, moment, units, length)]
    found += _same_texts(session, center_code, period, moment, units, length)
    return tuple(sorted(found, key=lambda one: (one.kind.value, -one.count, one.unit_key)))


def _closed(center_code: str, period: Period, moment: datetime) -> list[ColumnElement[bool]]:
    return [
        within(Case.center_code, [center_code]),
        Case.closed_at >= clock.start_of_day(period.first),
        Case.closed_at <= min(period.end(), moment),
    ]


KINDS_OF_CLOSING = (FindingKind.BURST, FindingKind.INSTANT, FindingKind.MONTH_END)


def _shares(
    session: ScopedSession,
    center_code: str,
    period: Period,
    moment: datetime,
    units: Mapping[str, tuple[str, str]],
    length: int,
) -> Iterable[Finding]:
    key = code_head(Case.center_code, length).label("unit_key")
    counts: list[Any] = [func.count().filter(predicate(kind, period)) for kind in KINDS_OF_CLOSING]
    statement = (
        select(key, func.count(), *counts)
        .select_from(Case)
        .where(*_closed(center_code, period, moment))
        .group_by("unit_key")
    )
    answered: list[list[Any]] = [list(row) for row in answer(session, statement, center_code)]
    rows = {row[0]: row[1:] for row in answered if row[0] in units}
    for number, kind in enumerate(KINDS_OF_CLOSING, start=1):
        shares: dict[str, list[float]] = defaultdict(list)
        for code, row in rows.items():
            if row[0] >= LEAST:
                shares[units[code][1]].append(100 * row[number] / row[0])
        for code, row in rows.items():
            name, group = units[code]
            usual = median(shares[group]) if shares[group] else None
            share = 100 * row[number] / row[0]
            if row[number] < LEAST or usual is None or share <= TIMES * max(usual, 1.0):
                continue
            cases = _cases(session, code, period, moment, predicate(kind, period))
            reason = reason_of(kind, row[number], row[0], usual)
            yield Finding(kind, code, code, name, row[number], row[0], usual, reason, cases)


def _cases(
    session: ScopedSession, code: str, period: Period, moment: datetime, which: ColumnElement[bool]
) -> tuple[int, ...]:
    """The newest of the cases behind a finding."""
    statement = (
        select(Case.id)
        .where(*_closed(code, period, moment), which)
        .order_by(Case.closed_at.desc(), Case.id.desc())
        .limit(SHOWN_CASES)
    )
    return tuple(row[0] for row in answer(session, statement, code))


def _same_texts(
    session: ScopedSession,
    center_code: str,
    period: Period,
    moment: datetime,
    units: Mapping[str, tuple[str, str]],
    length: int,
) -> Iterable[Finding]:
    """Words are in the database alone. Links to an earlier report are no copies: those are left out."""
    reported = [
        within(Case.center_code, [center_code]),
        Case.reported_at >= clock.start_of_day(period.first),
        Case.reported_at <= min(period.end(), moment),
        Case.repeat_of_id.is_(None),
    ]
    key = code_head(Case.center_code, length).label("unit_key")
    many = session.execute(
        select(key, Case.title, Case.detail, func.count().label("times"))
        .where(*reported, Case.detail.is_not(None))
        .group_by("unit_key", Case.title, Case.detail)
        .having(func.count() >= SAME_LEAST)
    ).all()
    if not many:
        return
    totals: Counter[str] = Counter()
    for code, number in session.execute(select(key, func.count()).where(*reported).group_by("unit_key")):
        totals[code] = number
    for code, title, detail, times in sorted(many, key=lambda row: (-row[3], row[0], row[1])):
        if code not in units:
            continue
        rows = session.scalars(
            select(Case.id)
            .where(*reported, within(Case.center_code, [code]), Case.title == title, Case.detail == detail)
            .order_by(Case.id)
            .limit(SHOWN_CASES)
        )
        reason = reason_of(FindingKind.SAME_TEXT, times, totals[code], None)
        yield Finding(
            FindingKind.SAME_TEXT, code, code, units[code][0], times, totals[code], None, reason, tuple(rows)
        )
