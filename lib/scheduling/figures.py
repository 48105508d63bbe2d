"""The figures that the product fills into a report, frozen when it is submitted, and restated later."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select

from db.models.case import Case
from db.models.scheduling import Report, Round
from db.scope import ScopedSession
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import keys_behind, measure
from lib.metrics.question import Side
from lib.metrics.variant import Variant
from lib.scheduling.plan import EVERY, Ask, Every, Field, FieldKind

SIDES = (Side.NUMERATOR, Side.DENOMINATOR)
MOST_NAMED = 20  # cases that a restatement names


@dataclass(frozen=True)
class Figure:
    """A metric as a report holds it: its value as text, and both sides where it has them."""

    value: str | None
    numerator: int
    denominator: int | None

    @classmethod
    def of(cls, measured: Measured | None) -> Figure:
        if measured is None:
            return cls(None, 0, None)
        return cls(
            None if measured.value is None else f"{measured.value}", measured.numerator, measured.denominator
        )


@dataclass(frozen=True)
class Restated:
    """A figure that the data of today gives otherwise, and the cases that came or went."""

    field: Field
    submitted: Figure
    today: Figure
    cases: tuple[tuple[int, str], ...]
    more: int


def period_of(found: Round) -> Period:
    return Period(found.first, found.last, monthly=EVERY[found.kind] is Every.MONTH)


def filled(
    session: ScopedSession, report: Report, found: Round, ask: Ask, moment: datetime, variant: Variant
) -> dict[str, Figure]:
    """By the key of each field that a metric fills."""
    fields = [one for one in ask.fields if one.kind is FieldKind.METRIC]
    if not fields:
        return {}
    names = tuple(dict.fromkeys(one.metric for one in fields))
    measured = {
        one.metric: one
        for one in measure(session, names, report.center_code, period_of(found), moment, variant=variant)
    }
    return {one.key: Figure.of(measured.get(one.metric)) for one in fields}


def cases_of(
    session: ScopedSession, report: Report, found: Round, ask: Ask, moment: datetime, variant: Variant
) -> dict[str, np.ndarray[Any, Any]]:
    """The keys of the cases on both sides of each figure, by the field and the side."""
    kept = {}
    for one in ask.fields:
        if one.kind is FieldKind.METRIC:
            for side in SIDES:
                keys = keys_behind(
                    session, one.metric, side, report.center_code, period_of(found), moment, (), variant
                )
                kept[f"{one.key} {side.value}"] = np.array(keys, dtype=np.int64)
    return kept


def packed(cases: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Small: keys that were given one after the other differ by little."""
    parts = []
    for name, keys in cases.items():
        steps = np.diff(np.sort(keys), prepend=0).astype("<i8").tobytes()
        head = name.encode()
        parts.append(len(head).to_bytes(2, "big") + head + len(steps).to_bytes(8, "big") + steps)
    return zlib.compress(b"".join(parts), 6)


def unpacked(content: bytes | None) -> dict[str, np.ndarray[Any, Any]]:
    found, rest = {}, zlib.decompress(content) if content else b""
    while rest:
        length = int.from_bytes(rest[:2], "big")
        name, rest = rest[2 : 2 + length].decode(), rest[2 + length :]
        size, rest = int.from_bytes(rest[:8], "big"), rest[8:]
        found[name] = np.cumsum(np.frombuffer(rest[:size], dtype="<i8"))
        rest = rest[size:]
    return found


def restated(
    session: ScopedSession,
    report: Report,
    found: Round,
    ask: Ask,
    submitted: Mapping[str, Figure],
    moment: datetime,
    variant: Variant,
) -> tuple[Restated, ...]:
    """What has changed since, at the same moment and counted the same way; the report stays as it was."""
    today = filled(session, report, found, ask, moment, variant)
    changed = [one for one in ask.fields if one.key in submitted and today.get(one.key) != submitted[one.key]]
    if not changed:
        return ()
    before = unpacked(report.cases)
    now = cases_of(session, report, found, Ask(tuple(changed), ask.days, ask.hour), moment, variant)
    result = []
    for one in changed:
        moved: set[int] = set()
        for side in SIDES:
            key = f"{one.key} {side.value}"
            old = before.get(key, np.array([], dtype=np.int64))
            moved |= {int(number) for number in np.setxor1d(old, now.get(key, old))}
        named = _named(session, sorted(moved)[:MOST_NAMED])
        result.append(
            Restated(one, submitted[one.key], today[one.key], named, max(len(moved) - len(named), 0))
        )
    return tuple(result)


def _named(session: ScopedSession, keys: Iterable[int]) -> tuple[tuple[int, str], ...]:
    """Their numbers, of those that are still there."""
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(list(keys))).order_by(Case.id))
    return tuple((key, number) for key, number in rows)
