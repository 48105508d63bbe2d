"""Writes the places of an assessment from its inputs, and reads both back."""

from __future__ import annotations

import enum
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from db.models.assessment import (
    AssessedUnit,
    Assessment,
    HandScore,
    Objection,
    ObjectionState,
    PublishedRanking,
    Reward,
)
from db.scope import ScopedSession
from lib.assessment.measuring import Member
from lib.assessment.result import Placed, Unit, Value, parts_of, rank
from lib.i18n import _
from lib.schemes.scheme import NEIGHBORS, Published, Scheme


def packed(values: Mapping[str, Value]) -> str:
    """The inputs of a unit as text that is the same for the same values."""
    return json.dumps({key: parts_of(one) for key, one in sorted(values.items())}, separators=(",", ":"))


def unpacked(text: str) -> dict[str, Value]:
    return {
        key: Value(None if value is None else Decimal(value), numerator, denominator)
        for key, (value, numerator, denominator) in json.loads(text).items()
    }


def unit_of(row: AssessedUnit) -> Unit:
    return Unit(row.unit_key, row.name, row.group_key, unpacked(row.inputs))


class Mark(enum.StrEnum):
    """What everybody should know of a place who reads it: an indicator decided alone, or rests on few
    cases."""

    VETO = "veto"
    SMALL_BASE = "small_base"


def marks_of(scheme: Scheme, inputs: str) -> tuple[str, ...]:
    """`veto:` or `small_base:` with the indicator's key, in the order of the scheme. Nothing of how much."""
    values, found = unpacked(inputs), []
    for one in scheme.indicators:
        value = values.get(one.key)
        if value is None or value.value is None:
            continue
        if one.rule.vetoes(value.value):
            found.append(f"{Mark.VETO}:{one.key}")
        if value.denominator is not None and value.denominator < one.least_base:
            found.append(f"{Mark.SMALL_BASE}:{one.key}")
    return tuple(found)


def overrides(session: ScopedSession, assessment_id: int) -> dict[tuple[str, str], Value]:
    """What stands in the place of what was measured: entered values, and over them upheld objections."""
    found = {
        (row.unit_key, row.indicator): Value(Decimal(row.value))
        for row in session.scalars(select(HandScore).where(HandScore.assessment_id == assessment_id))
    }
    upheld = select(Objection).where(
        Objection.assessment_id == assessment_id, Objection.state == ObjectionState.UPHELD
    )
    for row in session.scalars(upheld):
        found[row.unit_key, row.indicator] = Value(Decimal(row.value or 0))
    return found


def write_units(
    session: ScopedSession, assessment: Assessment, scheme: Scheme, found: Sequence[tuple[Member, Unit]]
) -> None:
    """Everything that was measured, with its places, in the place of what stood here."""
    session.execute(delete(AssessedUnit).where(AssessedUnit.assessment_id == assessment.id))
    at = {member.key: member.center_code for member, _unit in found}
    placed = rank(scheme, [unit for _member, unit in found])
    session.add_all(
        AssessedUnit(
            assessment_id=assessment.id,
            center_code=at[one.key],
            unit_key=one.key,
            name=one.score.unit.name,
            group_key=one.score.unit.group,
            inputs=packed(one.score.unit.values),
            **_place(scheme, one, near),
        )
        for one, near in zip(placed, _near(placed), strict=True)
    )
    session.flush()


def place_again(session: ScopedSession, assessment: Assessment, scheme: Scheme) -> tuple[Placed, ...]:
    """After a value was entered or corrected: all units anew from their inputs. For who sees all of them."""
    entered = overrides(session, assessment.id)
    rows = {row.unit_key: row for row in all_units(session, assessment.id)}
    units = []
    for row in rows.values():
        values = unpacked(row.inputs)
        values |= {one.key: entered[row.unit_key, one.key] for one in scheme.indicators
                   if (row.unit_key, one.key) in entered}  # fmt: skip
        units.append(Unit(row.unit_key, row.name, row.group_key, values))
    placed = rank(scheme, units)
    for one, near in zip(placed, _near(placed), strict=True):
        row = rows[one.key]
        row.inputs = packed(one.score.unit.values)
        for name, value in _place(scheme, one, near).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    session.flush()
    return placed


def all_units(session: ScopedSession, assessment_id: int) -> Sequence[AssessedUnit]:
    """In the order of their keys, so that every look puts groups and equals in the same order."""
    found = select(AssessedUnit).where(AssessedUnit.assessment_id == assessment_id)
    return session.scalars(found.order_by(AssessedUnit.unit_key)).all()


def _place(scheme: Scheme, one: Placed, near: Sequence[Placed]) -> dict[str, Any]:
    total = one.score.total
    return {
        "total": None if total is None else int(total * 100),
        "rank": one.rank,
        "among": one.among,
        "bracket": one.bracket,
        "grade": scheme.grade(total),
        "neighbors": json.dumps([_told(other) for other in near], ensure_ascii=False),
    }


def _near(placed: Sequence[Placed]) -> list[list[Placed]]:
    """For each unit those that stand next to it in its group; for what stands apart nobody."""
    groups: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        if one.rank is not None:
            groups[one.score.unit.group].append(one)
    where = {one.key: n for members in groups.values() for n, one in enumerate(members)}
    found = []
    for one in placed:
        members = groups[one.score.unit.group] if one.rank is not None else []
        n = where.get(one.key, 0)
        nearby = members[max(n - NEIGHBORS, 0) : n] + members[n + 1 : n + 1 + NEIGHBORS]
        found.append(nearby)
    return found


def _told(one: Placed) -> list[Any]:
    return [one.score.unit.name, one.rank, None if one.score.total is None else f"{one.score.total}"]


def publish_places(session: ScopedSession, assessment: Assessment, scheme: Scheme) -> None:
    """What everybody below may read, where the scheme publishes to everybody: the places, and what makes
    one less firm."""
    session.execute(delete(PublishedRanking).where(PublishedRanking.assessment_id == assessment.id))
    if scheme.published is not Published.EVERYBODY:
        return
    rows: Iterable[AssessedUnit] = all_units(session, assessment.id)
    said = [
        [r.unit_key, r.name, r.group_key, r.total, r.rank, r.among, r.bracket, r.grade,
         marks_of(scheme, r.inputs)]
        for r in rows
    ]  # fmt: skip
    session.add(
        PublishedRanking(
            assessment_id=assessment.id,
            center_code=assessment.center_code,
            places=json.dumps(said, ensure_ascii=False, separators=(",", ":")),
        )
    )
    session.flush()


def write_rewards(session: ScopedSession, assessment: Assessment, scheme: Scheme) -> None:
    """What the published places earn. Nothing for a place that rests on few cases, or that was vetoed."""
    session.execute(delete(Reward).where(Reward.assessment_id == assessment.id))
    if not scheme.rewards:
        return
    rows = {row.unit_key: row for row in all_units(session, assessment.id)}
    for one in rank(scheme, [unit_of(row) for row in rows.values()]):
        points, cents = scheme.reward(one.rank)
        if (points or cents) and not one.score.vetoed_by and not one.score.small_base:
            session.add(
                Reward(
                    assessment_id=assessment.id, center_code=rows[one.key].center_code, unit_key=one.key,
                    points=points, cents=cents, reason=_("第{rank}名").format(rank=one.rank),
                )
            )  # fmt: skip
    session.flush()
