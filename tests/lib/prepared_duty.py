"""Patrols and visits for the walk over all actions: a grid of the county with its gridworker, and one of each
that is corrected, removed, solved or taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db.models.account import Account
from db.models.duty import Campaign
from db.models.grid import Grid
from db.scope import ScopedSession
from lib.roster.duty.batches.commands import record_many
from lib.roster.duty.commands import record_patrol, record_visit
from lib.roster.duty.records import Visited
from tests import makers
from tests.makers import TODAY, VILLAGE
from tests.registering import acting_as


def prepare_duty(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by the county's director after its leader did everything before."""
    grid = session.scalars(
        select(Grid).where(Grid.center_code == VILLAGE, Grid.size == "small").order_by(Grid.code)
    ).first()
    assert grid is not None
    worker = makers.gridworker(session, grid, name="巡查的人")
    worker.since = TODAY - timedelta(days=30)
    session.flush()
    person, grid_id = worker.person_id, grid.id
    with acting_as(session, makers.viewer_of_account(leader)):
        patrols = [record_patrol(session, grid_id, person, TODAY, 30, 0, name) for name in ("改", "撤")]
        visits = {
            name: record_visit(session, grid_id, person, TODAY, f"户{name}", Campaign.DAILY, "漏水")
            for name in ("改", "撤", "解决")
        }
        batch = record_many(session, "表", [Visited(grid_id, person, TODAY, "户表", row=1)])
    return {
        "record_patrol": (grid_id, person, TODAY, 45, 1, "又一次"),
        "record_visit": (grid_id, person, TODAY, "户新", Campaign.PAIRED, ""),
        "correct_patrol": (patrols[0], 1, TODAY, 60, 0, "改过"),
        "correct_visit": (visits["改"], 1, TODAY, "户改过", Campaign.DAILY, "漏水", None),
        "remove_patrol": (patrols[1], 1),
        "remove_visit": (visits["撤"], 1),
        "solve_problem": (visits["解决"], 1, TODAY),
        "record_many": ("又一张表", [Visited(grid_id, person, TODAY, "户又", row=1)]),
        "undo_records": (batch,),
    }
