"""Questions about assessments: where they stand, who holds which place, and how it came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment, HandScore, SchemeVersion
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.assessment.measuring import measured_units, period_of
from lib.assessment.movement import Movement, Step, what_if, what_it_takes, why
from lib.assessment.naming import called
from lib.assessment.objections.queries import ObjectionRow, objections
from lib.assessment.places import unit_of
from lib.assessment.reading import (
    AssessmentRow,
    RankRow,
    assessment_at,
    find_unit,
    no_assessment,
    one_before,
    places_known,
    rank_row,
    scheme_of,
    told,
    unit_at,
)
from lib.assessment.recomputing import Recomputed, Restated, from_cases, from_inputs
from lib.assessment.result import Placed, rank, score
from lib.assessment.states import SHOWN
from lib.deployment import moment_of
from lib.metrics.measured import Period
from lib.metrics.queries import variant_in_force
from lib.schemes.queries import no_scheme, wording_of
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme


@query(Permission.READ_ASSESSMENT)
def assessments_of(session: ScopedSession, scheme_id: int) -> tuple[AssessmentRow, ...]:
    """All periods of a scheme, the newest first."""
    rows = session.scalars(
        select(Assessment).where(Assessment.scheme_id == scheme_id).order_by(Assessment.first.desc())
    )
    return tuple(told(session, row) for row in rows)


@query(Permission.READ_ASSESSMENT)
def assessment(session: ScopedSession, assessment_id: int) -> AssessmentRow:
    """Where one stands. Raises NotFound."""
    return told(session, assessment_at(session, assessment_id))


@query(Permission.READ_ASSESSMENT)
def ranking(session: ScopedSession, assessment_id: int) -> tuple[RankRow, ...]:
    """The places that the reader may know, group by group, with those of the period before. Before they
    are shown only those who assess know any."""
    row = assessment_at(session, assessment_id)
    now = places_known(session, row)
    earlier = one_before(session, row)
    before = {one.key: one for one in places_known(session, earlier)} if earlier is not None else {}
    found = []
    for one in now:
        old = before.get(one.key)
        if old is not None and old.group == one.group:
            one = RankRow(**{**one.__dict__, "rank_before": old.rank, "total_before": old.total})
        found.append(one)
    return tuple(sorted(found, key=lambda one: (one.group, one.rank is None, one.rank or 0, one.key)))


@dataclass(frozen=True)
class Neighbor:
    name: str
    rank: int | None
    total: Decimal | None


@dataclass(frozen=True)
class Entered:
    """A value that was entered by hand."""

    value: str
    evidence: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True)
class UnitCard:
    """One unit in one period, with everything that made its place. Without a place while it is not
    shown to those who are assessed."""

    assessment: AssessmentRow
    key: str
    center_code: str
    placed: Placed
    shown: bool
    neighbors: tuple[Neighbor, ...]
    entered: dict[str, Entered]
    objections: tuple[ObjectionRow, ...]
    movement: Movement | None
    steps: tuple[Step, ...]


@query(Permission.READ_ASSESSMENT)
def unit_card(session: ScopedSession, assessment_id: int, unit_key: str) -> UnitCard:
    """Raises NotFound for what is not there or not the reader's."""
    row = assessment_at(session, assessment_id)
    unit = unit_at(session, assessment_id, unit_key)
    about = told(session, row)
    shown = row.state in SHOWN or session.scope.covers(row.center_code)
    name = called(session, about.scheme.subject)
    placed = _placed(about.scheme, unit, name(unit.name), shown)
    rivals = _rivals(session, row, unit) if shown else None
    hands = session.scalars(
        select(HandScore).where(HandScore.assessment_id == row.id, HandScore.unit_key == unit_key)
    )
    near = json.loads(unit.neighbors) if shown else []
    return UnitCard(
        about,
        unit_key,
        unit.center_code,
        placed,
        shown,
        tuple(
            Neighbor(name(who), rank, None if total is None else Decimal(total)) for who, rank, total in near
        ),
        {one.indicator: Entered(one.value, one.evidence, one.entered_by, one.entered_at) for one in hands},
        objections(session, assessment_id, unit_key),
        _movement(session, row, about, unit, placed) if shown else None,
        what_it_takes(about.scheme, placed, rivals) if rivals is not None else (),
    )


def _placed(scheme: Scheme, unit: AssessedUnit, name: str, shown: bool) -> Placed:
    return Placed(
        score(scheme, replace(unit_of(unit), name=name)),
        unit.rank if shown else None,
        unit.among,
        unit.bracket if shown else None,
    )


def _rivals(session: ScopedSession, row: Assessment, unit: AssessedUnit) -> list[Decimal] | None:
    """The totals of the others in the group, as far as the reader may know all of them."""
    places = places_known(session, row)
    others = [one.total for one in places if one.group == unit.group_key and one.key != unit.unit_key]
    known = [total for total in others if total is not None]
    among = unit.among - (unit.total is not None)
    return known if len(known) == among else None


def _movement(
    session: ScopedSession, row: Assessment, about: AssessmentRow, unit: AssessedUnit, placed: Placed
) -> Movement | None:
    earlier = one_before(session, row)
    old = find_unit(session, earlier.id, unit.unit_key) if earlier is not None else None
    if earlier is None or old is None or old.group_key != unit.group_key:
        return None
    shown = earlier.state in SHOWN or session.scope.covers(earlier.center_code)
    if not shown:
        return None
    before = _placed(scheme_of(session, earlier), old, placed.score.unit.name, shown)
    return why(about.scheme, before, placed, _rivals(session, earlier, old))


@query(Permission.READ_ASSESSMENT)
def recompute(session: ScopedSession, assessment_id: int) -> Recomputed:
    """The fingerprint of a month made anew from its inputs. Anybody who may read the ranking can ask."""
    row = assessment_at(session, assessment_id)
    return from_inputs(session, row, scheme_of(session, row))


@query(Permission.RUN_ASSESSMENT)
def restatement(session: ScopedSession, assessment_id: int) -> tuple[Restated, ...]:
    """What the cases of today would make of a month, value by value; empty when nothing has changed.
    Raises NotFound, NotReady."""
    row = assessment_at(session, assessment_id)
    if not session.scope.covers(row.center_code):
        raise no_assessment()
    return tuple(from_cases(session, row, scheme_of(session, row)))


@query(Permission.READ_ASSESSMENT)
def with_other_points(
    session: ScopedSession, assessment_id: int, points: tuple[tuple[str, Decimal], ...]
) -> tuple[RankRow, ...]:
    """The places with other points for some indicators, beside those that hold. For those who assess;
    nothing is kept. Raises NotFound."""
    row = assessment_at(session, assessment_id)
    if not session.scope.covers(row.center_code):
        raise no_assessment()
    units = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == row.id)).all()
    scheme = scheme_of(session, row)
    name = called(session, scheme.subject)
    held = {unit.unit_key: rank_row(unit, name(unit.name)) for unit in units}
    placed = what_if(scheme, [unit_of(unit) for unit in units], dict(points))
    return tuple(
        RankRow(
            one.key, held[one.key].name, one.score.unit.group, one.score.total, one.rank, one.among,
            one.bracket, scheme.grade(one.score.total), True, held[one.key].rank, held[one.key].total,
        )
        for one in placed
    )  # fmt: skip


@dataclass(frozen=True)
class PreviewMonth:
    """What a wording would have made of a period that is over."""

    period: Period
    places: tuple[RankRow, ...]


MOST_PREVIEWED = 12


@query(Permission.EDIT_SCHEMES)
def preview(
    session: ScopedSession, version_id: int, months: int = 3, definition: Mapping[str, Any] | None = None
) -> tuple[PreviewMonth, ...]:
    """The last periods as this wording, or what somebody is typing in its place, would rank them, the
    newest first. Nothing is kept; what would be entered by hand counts as nothing due. Raises NotFound,
    BadInput."""
    row = session.get(SchemeVersion, version_id)
    if row is None or not session.scope.covers(row.center_code):
        raise no_scheme()
    scheme = wording_of(row).scheme if definition is None else read(definition)
    now, variant = moment_of(session), variant_in_force(session)
    period = period_of(scheme.rhythm, clock.local(now).date())
    if period.end() > now:
        period = period_of(scheme.rhythm, period.first - timedelta(days=1))
    found = []
    for _number in range(max(1, min(months, MOST_PREVIEWED))):
        moment = period.stands_at(now)
        units = measured_units(session, scheme, row.center_code, period, moment, variant, {})
        placed = rank(scheme, [unit for _member, unit in units])
        found.append(PreviewMonth(period, tuple(_previewed(scheme, one) for one in placed)))
        period = period_of(scheme.rhythm, period.first - timedelta(days=1))
    return tuple(found)


def _previewed(scheme: Scheme, one: Placed) -> RankRow:
    total = one.score.total
    return RankRow(
        one.key, one.score.unit.name, one.score.unit.group, total, one.rank, one.among, one.bracket,
        scheme.grade(total), own=True,
    )  # fmt: skip
