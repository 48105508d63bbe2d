"""Questions about the rules of allowances: which holds, which held, and what another one would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from db.models.center import Center
from db.models.reward import AllowanceLine, AllowanceRule, AllowanceSheet
from db.scope import ScopedSession, within
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.roster.rewards.counting import count, facts_kept
from lib.roster.rewards.differing import Effect, effect
from lib.roster.rewards.rules import Rule, held_rule, load, read
from lib.roster.rules.rules import codes_over, is_theirs

MOST_PREVIEWED = 10_000


@dataclass(frozen=True)
class RuleRow:
    id: int
    center_code: str
    center_name: str
    since: date
    rule: Rule
    source: str
    decided_by: str
    decided_at: datetime


@query(Permission.PREPARE_ALLOWANCES)
def rule_in_force(session: ScopedSession, center_code: str, month: date) -> RuleRow | None:
    """What holds for a center in a month, and who decided it; None for a center that is not theirs."""
    if not is_theirs(session, center_code):
        return None
    row = held_rule(session, center_code, clock.start_of_month(month))
    return None if row is None else _rules(session, [row])[0]


@query(Permission.PREPARE_ALLOWANCES)
def rule_history(session: ScopedSession, center_code: str) -> tuple[RuleRow, ...]:
    """All decisions of a center and of those above it, the newest first; none for one that is not theirs."""
    if not is_theirs(session, center_code):
        return ()
    rows = session.scalars(
        select(AllowanceRule)
        .where(AllowanceRule.center_code.in_(codes_over(center_code)))
        .order_by(AllowanceRule.since.desc(), AllowanceRule.id.desc())
    ).all()
    return tuple(_rules(session, rows))


def _rules(session: ScopedSession, rows: Iterable[AllowanceRule]) -> list[RuleRow]:
    rows = list(rows)
    codes = {row.center_code for row in rows}
    names: dict[str, str] = dict(
        session.execute(select(Center.code, Center.name).where(Center.code.in_(codes))).all()
    )
    return [
        RuleRow(
            row.id, row.center_code, names.get(row.center_code, row.center_code), row.since,
            load(row.definition), row.source, row.decided_by, row.decided_at,
        )
        for row in rows
    ]  # fmt: skip


@query(Permission.PREPARE_ALLOWANCES)
def effect_of_rule(session: ScopedSession, center_code: str, definition: Mapping[str, Any]) -> Effect | None:
    """What the last month's sheets below a center would have come to under another rule: its facts counted
    again. None where there is no sheet. Raises BadInput."""
    rule = read(definition)
    sheets = within(AllowanceSheet.center_code, [center_code])
    month = session.scalar(select(func.max(AllowanceSheet.month)).where(sheets))
    if month is None:
        return None
    rows = session.execute(
        select(AllowanceLine.person_id, AllowanceLine.name, AllowanceLine.counted, AllowanceLine.cents)
        .join(AllowanceSheet, AllowanceSheet.id == AllowanceLine.sheet_id)
        .where(sheets, AllowanceSheet.month == month)
        .order_by(AllowanceLine.id)
        .limit(MOST_PREVIEWED)
    )
    return effect(
        month,
        [(name, cents, count(facts_kept(counted), rule).cents) for _person, name, counted, cents in rows],
    )
