"""Questions about schemes: which there are, what their wordings say, and which one holds for a month."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from db.models.assessment import AssessmentScheme, SchemeState, SchemeVersion
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.i18n import _
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme


@dataclass(frozen=True)
class Wording:
    """One version of a scheme. `seen` is what a change must name, so that nobody overwrites another."""

    id: int
    scheme_id: int
    center_code: str
    number: int
    state: SchemeState
    scheme: Scheme
    first_month: date
    reason: str
    drafted_by: str
    drafted_by_id: int | None
    drafted_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    seen: int


def wording_of(row: SchemeVersion) -> Wording:
    return Wording(
        row.id, row.scheme_id, row.center_code, row.number, row.state, read(json.loads(row.definition)),
        row.first_month, row.reason, row.drafted_by, row.drafted_by_id, row.drafted_at, row.decided_by,
        row.decided_at, row.version,
    )  # fmt: skip


@dataclass(frozen=True)
class SchemeRow:
    id: int
    center_code: str
    name: str
    in_force: Wording | None
    in_work: Wording | None


@query(Permission.READ_ASSESSMENT)
def schemes_for(session: ScopedSession, day: date) -> tuple[SchemeRow, ...]:
    """Every scheme that the viewer's centers are assessed by or assess with, as it stands that day."""
    versions = [wording_of(row) for row in session.scalars(
        select(SchemeVersion).order_by(SchemeVersion.scheme_id, SchemeVersion.number)
    )]  # fmt: skip
    found = []
    for scheme in session.scalars(select(AssessmentScheme).order_by(AssessmentScheme.id)):
        own = [one for one in versions if one.scheme_id == scheme.id]
        open_ones = [one for one in own if one.state in (SchemeState.DRAFT, SchemeState.PROPOSED)]
        found.append(
            SchemeRow(
                scheme.id, scheme.center_code, scheme.name, in_force(own, day), next(iter(open_ones), None)
            )
        )
    return tuple(found)


def in_force(wordings: list[Wording], day: date) -> Wording | None:
    """The newest wording whose first month has come."""
    due = [one for one in wordings if one.state is SchemeState.IN_FORCE and one.first_month <= day]
    return max(due, key=lambda one: (one.first_month, one.number), default=None)


@query(Permission.READ_ASSESSMENT)
def wordings(session: ScopedSession, scheme_id: int) -> tuple[Wording, ...]:
    """All versions of a scheme, the newest first. Raises NotFound."""
    rows = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.scheme_id == scheme_id)
        .order_by(SchemeVersion.number.desc())
    ).all()
    if not rows:
        raise no_scheme()
    return tuple(wording_of(row) for row in rows)


@query(Permission.READ_ASSESSMENT)
def scheme_for_month(session: ScopedSession, scheme_id: int, month: date) -> Wording:
    """The wording that holds for a month. Raises NotFound when there is none."""
    found = in_force(list(wordings(session, scheme_id)), month)
    if found is None:
        raise NotFound(_("这个月没有已生效的考核方案。请先审定方案，或选择以后的月份。"))
    return found


def no_scheme() -> NotFound:
    return NotFound(_("找不到这个考核方案，或它不在您的范围内。"))
