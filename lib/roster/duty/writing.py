"""The rows of patrols and visits, and what the audit log keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from db.models.duty import Patrol, Visit
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.access.viewer import Viewer
from lib.audit.chain import record
from lib.errors import BadInput, Problem
from lib.masking import masked_text
from lib.roster.duty.records import Patrolled, Recorded

# Whoever writes patrols and visits holds this lock, and their change-sets say so.
SUBJECT = "duty"


def refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))


def row_of(viewer: Viewer, one: Recorded, center_code: str, moment: datetime) -> Patrol | Visit:
    about: dict[str, Any] = {
        "grid_id": one.grid_id, "person_id": one.person_id, "center_code": center_code, "day": one.day,
        "recorded_by_id": viewer.account_id, "recorded_by": viewer.name,
        "recorded_at": moment,
    }  # fmt: skip
    if isinstance(one, Patrolled):
        return Patrol(minutes=one.minutes, problems=one.problems, note=one.note, **about)
    return Visit(
        household=one.household, campaign=one.campaign, problem=one.problem, solved_on=one.solved_on, **about
    )


def said_of(row: Patrol | Visit) -> dict[str, Any]:
    """What the audit log keeps: no door and no free text that could name somebody in whole."""
    said: dict[str, Any] = {"grid": row.grid_id, "person": row.person_id, "day": f"{row.day}"}
    if isinstance(row, Patrol):
        return said | {"minutes": row.minutes, "problems": row.problems}
    solved = f"{row.solved_on}" if row.solved_on else None
    return said | {
        "campaign": row.campaign.value,
        "problem": masked_text(row.problem)[:80],
        "solved": solved,
    }


def noted(session: ScopedSession, event: str, row: Patrol | Visit, **images: dict[str, Any]) -> None:
    what = "patrol" if isinstance(row, Patrol) else "visit"
    record(session, viewer_of(session), event, f"{what} {row.id}", **images)  # type: ignore[arg-type]
