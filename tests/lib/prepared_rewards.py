"""A town's allowances for the walk over all actions: a rule, sheets in each state, awards, accountability."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.reward import AccountabilityKind, AllowanceLine, AllowanceSheet, AwardKind
from db.models.roster import PostRole
from db.scope import ScopedSession
from lib.roster.accountability.commands import call_to_account
from lib.roster.rewards.awards.commands import give_award
from lib.roster.rewards.commands import (
    approve_sheet,
    correct_line,
    make_sheet,
    set_allowance_rule,
    submit_sheet,
)
from tests import makers
from tests.makers import COUNTY, TODAY, TOWN, VILLAGE
from tests.registering import acting_as

EXPORT = "EX-20260630-7F3K9Q"
RULE: dict[str, Any] = {"base": {"full_time": 60_000}, "patrol_cents": 300, "point_cents": 50}
# One month for each state that a sheet is wanted in.
COUNTED, CORRECTED, SUBMITTED, APPROVING, RETURNING, EXPORTED = (
    date(2026, month, 1) for month in (1, 2, 3, 4, 5, 6)
)


def prepare_rewards(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by the county's director after its leader did everything before."""
    viewer = makers.viewer_of_account(leader)
    held = makers.person(VILLAGE, "受奖人")
    another = makers.account(Role.LEADER, COUNTY, username="approving.leader")
    session.add_all([held, another])
    session.flush()
    session.add(makers.post(None, held, PostRole.FULL_TIME, date(2025, 12, 1)))
    session.flush()
    with acting_as(session, viewer):
        set_allowance_rule(session, COUNTY, RULE, date(2025, 12, 1), "文1号")
        award = give_award(session, held.id, TODAY, AwardKind.POINTS, 5, 0, "好")
        called = call_to_account(session, held.id, TODAY, AccountabilityKind.TALK, "脱岗", "约谈")
        sheets = {
            month: make_sheet(session, TOWN, month)
            for month in (COUNTED, CORRECTED, SUBMITTED, APPROVING, RETURNING, EXPORTED)
        }
        for month in (APPROVING, RETURNING, EXPORTED):
            submit_sheet(session, sheets[month], _seen(session, sheets[month]))
        line = session.scalars(
            select(AllowanceLine.id).where(AllowanceLine.sheet_id == sheets[CORRECTED])
        ).one()
        correct_line(session, line, 100, "核实", _seen(session, sheets[CORRECTED]))
    with acting_as(session, makers.viewer_of_account(another)):
        approve_sheet(session, sheets[EXPORTED], _seen(session, sheets[EXPORTED]))

    def at(month: date) -> tuple[int, int]:
        return sheets[month], _seen(session, sheets[month])

    return {
        "set_allowance_rule": (TOWN, RULE, TODAY, "文2号"),
        "make_sheet": (TOWN, date(2025, 12, 1)),
        "recount": at(COUNTED),
        "correct_line": (line, 200, "再核实", _seen(session, sheets[CORRECTED])),
        "submit_sheet": at(SUBMITTED),
        "approve_sheet": at(APPROVING),
        "return_sheet": (sheets[RETURNING], "天数不对", _seen(session, sheets[RETURNING])),
        "give_award": (held.id, TODAY, AwardKind.COMMENDATION, 0, 0, "好"),
        "withdraw_award": (award,),
        "export_sheet": (sheets[EXPORTED], EXPORT, "发放"),
        "call_to_account": (held.id, TODAY, AccountabilityKind.TALK, "又脱岗", "约谈"),
        "lift_accountability": (called, "申诉成立"),
    }


def _seen(session: ScopedSession, sheet_id: int) -> int:
    session.flush()
    row = session.get(AllowanceSheet, sheet_id)
    assert row is not None
    return row.version
