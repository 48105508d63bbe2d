"""Reads assessments and places with the reader's eyes; what the questions and the actions share.

Whose place a person sees: all units of their own scope; those of others once they are shown, from the
published ranking; and where a scheme shows neighbors alone, the places next to their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment, AssessmentState, PublishedRanking, SchemeVersion
from db.scope import ScopedSession
from db.session import take_lock
from lib.assessment.naming import called
from lib.assessment.places import marks_of
from lib.assessment.states import SHOWN
from lib.errors import NotAllowed, NotFound
from lib.i18n import _
from lib.masking import masked_name
from lib.schemes.queries import wording_of
from lib.schemes.scheme import Scheme


@dataclass(frozen=True)
class AssessmentRow:
    """Where a period's assessment stands. `seen` is what the next step must name."""

    id: int
    scheme_id: int
    center_code: str
    scheme: Scheme
    wording: int
    first: date
    last: date
    state: AssessmentState
    moment: datetime
    variant: dict[str, object]
    objections_until: date | None
    computed_by: str
    computed_by_id: int | None
    computed_at: datetime
    reviewed_by: str | None
    published_by: str | None
    published_at: datetime | None
    sealed_at: datetime | None
    fingerprint: str | None
    seen: int


@dataclass(frozen=True)
class RankRow:
    """One place. `own` says whether the reader's scope holds the unit, and so whether it can be opened;
    `marks` what makes the place less firm, as `marks_of` writes it."""

    key: str
    name: str
    group: str
    total: Decimal | None
    rank: int | None
    among: int
    bracket: int | None
    grade: str
    own: bool
    rank_before: int | None = None
    total_before: Decimal | None = None
    marks: tuple[str, ...] = ()

    @property
    def places_won(self) -> int | None:
        if self.rank is None or self.rank_before is None:
            return None
        return self.rank_before - self.rank


def no_assessment() -> NotFound:
    return NotFound(_("找不到这一期考核，或它不在您的范围内。"))


def hold(session: ScopedSession, assessment_id: int) -> None:
    """Whoever writes into a period asks for this before reading it: a value that is entered, or an
    objection that is raised, while another person takes the next step waits and then sees where it
    stands."""
    take_lock(session, f"period {assessment_id}")


def assessment_at(session: ScopedSession, assessment_id: int) -> Assessment:
    """Raises NotFound."""
    row = session.get(Assessment, assessment_id)
    if row is None:
        raise no_assessment()
    return row


def scheme_of(session: ScopedSession, row: Assessment) -> Scheme:
    """The wording that this period was counted by."""
    version = session.get(SchemeVersion, row.scheme_version_id)
    if version is None:
        raise no_assessment()
    return wording_of(version).scheme


def told(session: ScopedSession, row: Assessment) -> AssessmentRow:
    version = session.get(SchemeVersion, row.scheme_version_id)
    if version is None:
        raise no_assessment()
    wording = wording_of(version)
    return AssessmentRow(
        row.id, row.scheme_id, row.center_code, wording.scheme, wording.number, row.first, row.last,
        row.state, row.moment, json.loads(row.variant), row.objections_until, row.computed_by,
        row.computed_by_id, row.computed_at, row.reviewed_by, row.published_by, row.published_at,
        row.sealed_at, row.fingerprint, row.version,
    )  # fmt: skip


def called_in(session: ScopedSession, assessment_id: int) -> Callable[[str], str]:
    """What the units of a period are called to the reader; in one that is not theirs there are none."""
    row = session.get(Assessment, assessment_id)
    return called(session, scheme_of(session, row).subject) if row is not None else masked_name


def one_before(session: ScopedSession, row: Assessment) -> Assessment | None:
    return session.scalar(
        select(Assessment)
        .where(Assessment.scheme_id == row.scheme_id, Assessment.first < row.first)
        .order_by(Assessment.first.desc())
        .limit(1)
    )


def places_known(session: ScopedSession, row: Assessment) -> list[RankRow]:
    """The places that the reader may know; before they are shown only those who assess know any."""
    assesses = session.scope.covers(row.center_code)
    if row.state not in SHOWN and not assesses:
        return []
    scheme = scheme_of(session, row)
    name = called(session, scheme.subject)
    own = {
        unit.unit_key: rank_row(unit, name(unit.name), marks_of(scheme, unit.inputs))
        for unit in session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == row.id))
    }
    published = None if assesses else session.get(PublishedRanking, row.id)
    if published is None:
        return list(own.values())
    said = json.loads(published.places)
    return [own.get(key) or _published(key, name(who), *rest) for key, who, *rest in said]


def _published(
    key: str, name: str, group: str, total: int | None, rank: int | None, among: int, bracket: int | None,
    grade: str, marks: Iterable[str] = (),
) -> RankRow:  # fmt: skip
    """A place as it was published; before marks were kept, without."""
    return RankRow(
        key, name, group, _points(total), rank, among, bracket, grade, own=False, marks=tuple(marks)
    )


def rank_row(unit: AssessedUnit, name: str, marks: tuple[str, ...] = ()) -> RankRow:
    return RankRow(
        unit.unit_key, name, unit.group_key, _points(unit.total), unit.rank, unit.among, unit.bracket,
        unit.grade, own=True, marks=marks,
    )  # fmt: skip


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def unit_at(session: ScopedSession, assessment_id: int, unit_key: str) -> AssessedUnit:
    """Raises NotFound for what is not there or not the reader's."""
    assessment_at(session, assessment_id)
    unit = find_unit(session, assessment_id, unit_key)
    if unit is None:
        raise no_assessment()
    return unit


def find_unit(session: ScopedSession, assessment_id: int, unit_key: str) -> AssessedUnit | None:
    return session.scalar(
        select(AssessedUnit).where(
            AssessedUnit.assessment_id == assessment_id, AssessedUnit.unit_key == unit_key
        )
    )


def must_assess(session: ScopedSession, center_code: str) -> None:
    """Raises NotAllowed for those who are assessed."""
    if not session.scope.covers(center_code):
        raise NotAllowed(_("考核由上级组织，您可以查看。"))
