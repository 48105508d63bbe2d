"""From values to points, from points to places: the whole arithmetic of a ranking, without a database.

The same values and the same scheme give the same result anywhere and at any time; what a sealed month
keeps is what stands here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from lib.i18n import numbers
from lib.metrics.measured import CONFIDENCE, band_of
from lib.metrics.ranking import places
from lib.schemes.scheme import NothingDue, Scheme, canonical, plain

PLACES = 2  # decimals of a total, as it is published and compared


@dataclass(frozen=True)
class Value:
    """What was measured or entered. `value` is None when nothing was due; the base is known of rates."""

    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def is_rate(self) -> bool:
        return self.numerator is not None and self.denominator is not None


@dataclass(frozen=True)
class Unit:
    """Who is assessed: `group` says with whom it is ranked."""

    key: str
    name: str
    group: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Score:
    """`points` are what the rules give, `counted` what stands in the total and adds up to it: scaled up
    where other indicators had nothing due, and with a veto as what it takes away."""

    unit: Unit
    points: Mapping[str, Decimal]
    counted: Mapping[str, Decimal]
    total: Decimal | None
    scale: Decimal
    vetoed_by: tuple[str, ...]
    small_base: tuple[str, ...]
    # How far the total would swing if chance alone moved the rates: one standard deviation.
    swing: float

    @property
    def apart(self) -> bool:
        """Not ranked, because nothing was due."""
        return self.total is None


@dataclass(frozen=True)
class Placed:
    """A score with its place. Those of one bracket cannot be told apart by their rates."""

    score: Score
    rank: int | None
    among: int
    bracket: int | None

    @property
    def key(self) -> str:
        return self.score.unit.key


def score(scheme: Scheme, unit: Unit) -> Score:
    """The points of one unit and their sum, half up to two places."""
    raw: dict[str, Decimal] = {}
    due, vetoes, small = Decimal(0), [], []
    missing = False
    for one in scheme.indicators:
        value = unit.values.get(one.key)
        if value is None or value.value is None:
            missing = missing or one.rule.weighs
            continue
        raw[one.key] = one.rule.score(value.value)
        due += one.rule.points if one.rule.weighs else 0
        if one.rule.vetoes(value.value):
            vetoes.append(one.key)
        if value.denominator is not None and value.denominator < one.least_base:
            small.append(one.key)
    apart = not due or (missing and scheme.nothing_due is NothingDue.APART)
    weight = sum((one.rule.points for one in scheme.indicators if one.rule.weighs), Decimal(0))
    scale = weight / due if due else Decimal(0)
    weighing = {one.key for one in scheme.indicators if one.rule.weighs}
    # First times, then divided: what comes out even stays so, and is rounded as by hand.
    counted = {key: found * weight / due if key in weighing and due else found for key, found in raw.items()}
    total: Decimal | None = None
    if not apart:
        weighed = sum((found for key, found in raw.items() if key in weighing), Decimal(0))
        beside = sum((found for key, found in raw.items() if key not in weighing), Decimal(0))
        reached = weighed * weight / due + beside
        total = Decimal(0) if vetoes else max(reached, Decimal(0))
        if total != reached:
            # What takes all points away takes as many as there are: the parts stay the total's parts.
            taker = vetoes[0] if vetoes else min(counted, key=lambda key: (counted[key], key))
            counted[taker] += total - sum(counted.values(), Decimal(0))
        total = numbers.half_up(total, PLACES)
    swing = 0.0 if vetoes or apart else _swing(scheme, unit, scale)
    return Score(unit, raw, counted, total, scale, tuple(vetoes), tuple(small), swing)


def _swing(scheme: Scheme, unit: Unit, scale: Decimal) -> float:
    """Each rate is moved by its own standard deviation (from Wilson's band) both ways; the points follow
    the rule, and what the indicators do is added as for independent ones."""
    squares = 0.0
    for one in scheme.indicators:
        value = unit.values.get(one.key)
        if value is None or value.value is None or not value.is_rate or not value.denominator:
            continue
        band = band_of(value.numerator or 0, value.denominator)
        deviation = Decimal(str((band[1] - band[0]) / 2 / CONFIDENCE))
        spread = one.rule.score(value.value + deviation) - one.rule.score(value.value - deviation)
        half = float(spread) / 2 * float(scale if one.rule.weighs else 1)
        squares += half * half
    return sqrt(squares)


def rank(scheme: Scheme, units: Iterable[Unit]) -> tuple[Placed, ...]:
    """Groups in the order of their first unit, in each the best first, and after them what stands apart."""
    groups: dict[str, list[Score]] = {}
    for unit in units:
        groups.setdefault(unit.group, []).append(score(scheme, unit))
    found: list[Placed] = []
    for scores in groups.values():
        found += _placed(scores)
    return tuple(found)


def _placed(scores: list[Score]) -> list[Placed]:
    totals = {one.unit.key: one.total for one in scores if one.total is not None}
    ranks = places(totals)
    ordered = sorted(scores, key=lambda one: (one.apart, ranks.get(one.unit.key, 0), one.unit.key))
    found, head, bracket = [], None, 0
    for one in ordered:
        if one.total is None:
            found.append(Placed(one, None, len(totals), None))
            continue
        if head is None or not _level(head, one):
            head, bracket = one, bracket + 1
        found.append(Placed(one, ranks[one.unit.key], len(totals), bracket))
    return found


def _level(head: Score, one: Score) -> bool:
    """Whether chance alone may make the difference to the best of the bracket."""
    apart = float((head.total or Decimal(0)) - (one.total or Decimal(0)))
    return apart <= CONFIDENCE * sqrt(head.swing**2 + one.swing**2)


def parts_of(value: Value) -> list[str | int | None]:
    """A value as it is kept and as it enters a fingerprint."""
    return [None if value.value is None else plain(value.value), value.numerator, value.denominator]


def inputs(scheme: Scheme, units: Iterable[Unit]) -> str:
    """All that a result hangs on, as text that is the same wherever it is written."""
    keys = [one.key for one in scheme.indicators]
    said = {}
    for unit in units:
        values = {key: unit.values.get(key) for key in keys}
        said[unit.key] = [unit.group, {key: parts_of(one) if one else None for key, one in values.items()}]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(scheme: Scheme, variant: Mapping[str, object], units: Iterable[Unit]) -> str:
    """SHA-256 over scheme, variant and inputs, each behind its length, so that no two can be confused."""
    counted = json.dumps(dict(variant), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256()
    for part in (canonical(scheme), counted, inputs(scheme, units)):
        held = part.encode()
        digest.update(len(held).to_bytes(8, "big") + held)
    return digest.hexdigest()
