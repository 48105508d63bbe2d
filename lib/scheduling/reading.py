"""Reads rounds and reports with the reader's eyes; what questions and actions share."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select

from db.models.center import CODE_LENGTH, Level
from db.models.scheduling import Report, Round
from db.scope import ScopedSession
from lib import deployment
from lib.errors import NotFound
from lib.i18n import _
from lib.metrics.variant import Variant
from lib.scheduling.content import Content
from lib.scheduling.figures import period_of
from lib.scheduling.plan import Ask, Plan, read_plan


def no_round() -> NotFound:
    return NotFound(_("找不到这一轮调度，或它不在您的范围内。"))


def round_at(session: ScopedSession, round_id: int) -> Round:
    """Raises NotFound."""
    found = session.get(Round, round_id)
    if found is None:
        raise no_round()
    return found


def report_at(session: ScopedSession, report_id: int) -> Report:
    """Raises NotFound for what is not there or not the reader's."""
    found = session.get(Report, report_id)
    if found is None:
        raise no_round()
    return found


def plan_of(found: Round) -> Plan:
    """The plan as it was when the round opened."""
    return read_plan(json.loads(found.definition))


def ask_of(found: Round, report: Report) -> Ask:
    return plan_of(found).asks[Level(report.level)]


def parent_of(code: str) -> str:
    """The code of the center that reviews a report; the city's own people review the city's."""
    shorter = [length for length in CODE_LENGTH.values() if length < len(code)]
    return code[: max(shorter)] if shorter else code


def reviews(session: ScopedSession, code: str) -> bool:
    """Whether the reader stands where the reports of this center are reviewed."""
    return session.scope.covers(parent_of(code))


def moment_of(session: ScopedSession, found: Round) -> datetime:
    """The end of the period, or now while it lasts."""
    return period_of(found).stands_at(deployment.moment_of(session))


def below(session: ScopedSession, found: Round, code: str) -> list[Report]:
    """The reports of the next level that is asked below a center, as far as the reader sees them."""
    rows = session.scalars(
        select(Report)
        .where(Report.round_id == found.id, Report.center_code.startswith(code), Report.center_code != code)
        .order_by(Report.center_code)
    ).all()
    nearest = min((len(row.center_code) for row in rows), default=0)
    return [row for row in rows if len(row.center_code) == nearest]


def variant_in(content: Content) -> Variant | None:
    """How a submitted report was counted."""
    return Variant.read(content.variant) if content.variant else None
