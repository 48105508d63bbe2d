"""Rules of staffing and public notices for the walk over all actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.models.grid import Grid, GridSize
from db.models.roster import PostRole, RuleKind
from db.scope import ScopedSession
from lib.reports.grid_notice import notice_bytes
from lib.roster.notices.board import USUAL
from tests import makers
from tests.makers import COUNTY, TODAY

EXPORT = "EX-20260630-8G4M2R"


def prepare_notices(session: ScopedSession) -> dict[str, Any]:
    """How each action is called by the county's director; one of the county's grids has a gridworker."""
    statement = select(Grid).where(Grid.center_code.like(f"{COUNTY}%"), Grid.size == GridSize.SMALL)
    grid = session.scalars(statement.order_by(Grid.code)).first()
    assert grid is not None
    makers.gridworker(session, grid, PostRole.FULL_TIME)
    return {
        "decide_rule": (
            COUNTY, RuleKind.GRIDS_PER_PERSON, 0, 2, True, False, TODAY, "文〔2026〕1号", None,
        ),
        "print_notices": (COUNTY, (grid.code,), USUAL, False, EXPORT, notice_bytes),
    }  # fmt: skip
