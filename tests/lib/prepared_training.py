"""A county's training and spot checks for the walk over all actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.account import Account
from db.models.duty import CheckedPost, Finding
from db.models.grid import Grid
from db.models.roster import PostRole
from db.models.training import AttendanceResult
from db.scope import ScopedSession
from lib.roster.checks.commands import draw, record_finding
from lib.roster.training.commands import hold_session, plan_round
from lib.roster.training.marking import Mark
from lib.roster.training.planning import Plan, Sitting
from tests import makers
from tests.makers import COUNTY, TODAY, TOWN, VILLAGE
from tests.registering import acting_as

ROLES = (PostRole.FULL_TIME,)
SITTING = Sitting("隐患排查", date(2026, 6, 20), 90, "镇会议室", "县中心")


def plan(name: str) -> Plan:
    return Plan(name, date(2026, 1, 1), date(2026, 12, 31), ROLES, 12)


def prepare_training(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by the county's director after its leader did everything before."""
    grid = session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).first()
    if grid is None:
        grid = makers.grid(VILLAGE)
        session.add(grid)
        session.flush()
    people = [makers.gridworker(session, grid, name=f"人员{VILLAGE}{sign}").person_id for sign in "甲乙丙"]
    with acting_as(session, makers.viewer_of_account(leader)):
        kept, changed, cancelled = (
            plan_round(session, COUNTY, plan(name)) for name in ("轮训", "要改的", "要取消的")
        )
        sitting, moved, dropped = (hold_session(session, kept, TOWN, SITTING) for _ in range(3))
        check = draw(session, TOWN, TODAY, ROLES, 3, "2026077期")
        rows = session.scalars(
            select(CheckedPost).where(CheckedPost.spot_check_id == check).order_by(CheckedPost.place)
        ).all()
        seen = record_finding(session, rows[0].id, Finding.OFF_DUTY, "", "督促到岗", TODAY, rows[0].version)
    return {
        "plan_round": (COUNTY, plan("又一轮")),
        "change_round": (changed, plan("改过的"), 1),
        "cancel_round": (cancelled, "改期", 1),
        "hold_session": (kept, VILLAGE, SITTING),
        "change_session": (moved, Sitting("应急处置", date(2026, 6, 21), 60), 1),
        "cancel_session": (dropped, "改期", 1),
        "record_attendance": (sitting, [Mark(people[0], AttendanceResult.PASSED, 90)]),
        "draw": (COUNTY, TODAY, ROLES, 2, "2026078期"),
        "record_finding": (rows[1].id, Finding.UNREACHABLE, "无人接", "核对电话", TODAY, rows[1].version),
        "follow_up_done": (rows[0].id, "已返岗", seen),
    }
