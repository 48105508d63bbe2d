"""The figures that a deployment is known by: its centers, grids, people, accounts and cases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from db.models.account import Account
from db.models.case import Case
from db.models.center import Center, Level
from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession
from lib.deployment import today_of
from lib.grids.coverage import standing


def headline(session: ScopedSession) -> dict[str, Any]:
    """Counts what the session can see. A center that has ended is history and does not count."""
    centers = _counted(
        session,
        select(Center.level, func.count(Center.code)).where(Center.ended_on.is_(None)).group_by(Center.level),
    )
    sizes = _counted(session, select(Grid.size, func.count(Grid.id)).group_by(Grid.size))
    settings = _counted(session, select(Grid.setting, func.count(Grid.id)).group_by(Grid.setting))
    full_time = _counted(
        session,
        select(Grid.setting, func.count(Post.id))
        .join(Grid, Grid.id == Post.grid_id)
        .where(Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None), standing(today_of(session)))
        .group_by(Grid.setting),
    )
    horizontal = Account.department_id.is_not(None)
    accounts = _counted(session, select(horizontal, func.count(Account.id)).group_by(horizontal))
    return {
        "centers": {level.value: centers.get(level, 0) for level in Level},
        "grids": {size.value: sizes.get(size, 0) for size in GridSize}
        | {setting.value: settings.get(setting, 0) for setting in GridSetting},
        "gridworkers": {setting.value: full_time.get(setting, 0) for setting in GridSetting},
        "accounts": {"vertical": accounts.get(False, 0), "horizontal": accounts.get(True, 0)},
        "cases": session.scalar(select(func.count(Case.id))) or 0,
    }


def _counted(session: ScopedSession, statement: Any) -> dict[Any, int]:
    return {row[0]: row[1] for row in session.execute(statement)}
