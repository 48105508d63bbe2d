"""Counts a sealed month again: from the inputs that were sealed, and from the cases as they are today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment
from db.scope import ScopedSession
from db.session import as_system
from lib.assessment.measuring import measured_units
from lib.assessment.places import all_units, overrides, unit_of
from lib.assessment.result import Unit, Value, fingerprint, rank
from lib.metrics.measured import Period
from lib.metrics.variant import Variant
from lib.schemes.scheme import Indicator, Scheme


@dataclass(frozen=True)
class Recomputed:
    """The fingerprint made anew, and whether the places follow from the inputs. Only this is told of units
    that the reader may not see."""

    fingerprint: str
    matches: bool
    units: int
    places_follow: bool


@dataclass(frozen=True)
class Restated:
    """A value that the cases of today would give otherwise. What was published stays."""

    key: str
    name: str
    indicator: Indicator
    sealed: Value
    today: Value
    total_sealed: Decimal | None
    total_today: Decimal | None
    rank_sealed: int | None
    rank_today: int | None


def from_inputs(session: ScopedSession, row: Assessment, scheme: Scheme) -> Recomputed:
    """Anybody may ask: all units are read for it, and none of them is told."""
    with as_system(session):
        rows = list(all_units(session, row.id))
    units = [unit_of(one) for one in rows]
    made = fingerprint(scheme, json.loads(row.variant), units)
    placed = {one.key: one for one in rank(scheme, units)}
    follow = all(
        (one.total, one.rank)
        == (
            None if (total := placed[one.unit_key].score.total) is None else int(total * 100),
            placed[one.unit_key].rank,
        )
        for one in rows
    )
    for one in rows:  # what the system's eyes have read does not stay in a person's session
        session.expunge(one)
    return Recomputed(made, made == row.fingerprint, len(rows), follow)


def from_cases(session: ScopedSession, row: Assessment, scheme: Scheme) -> list[Restated]:
    """What the same wording, variant, moment and entered values give with the cases as they are today.

    For those who see all units: a place hangs on the others.
    """
    period = Period(row.first, row.last, monthly=(row.last - row.first).days < 31)
    entered = overrides(session, row.id)
    found = measured_units(
        session, scheme, row.center_code, period, row.moment, Variant.read(json.loads(row.variant)), entered
    )
    sealed = {
        one.unit_key: one
        for one in session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == row.id))
    }
    today = [
        Unit(one.key, one.name, sealed[one.key].group_key, one.values)
        for _member, one in found
        if one.key in sealed
    ]
    places = {one.key: one for one in rank(scheme, today)}
    restated = []
    for unit in today:
        old = sealed[unit.key]
        before = unit_of(old).values
        for one in scheme.indicators:
            was, now = before.get(one.key, Value(None)), unit.values.get(one.key, Value(None))
            if was != now:
                restated.append(
                    Restated(
                        unit.key, unit.name, one, was, now,
                        None if old.total is None else Decimal(old.total) / 100,
                        places[unit.key].score.total, old.rank, places[unit.key].rank,
                    )
                )  # fmt: skip
    return restated
