"""Questions about tasks: what is decided, whose it is, how far it has come, what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from db.models.center import Center
from db.models.department import Department
from db.models.publication import PublishedItem
from db.models.scheduling import Meeting, Task, TaskProgress, TaskState
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.scheduling.states import UNDONE


@dataclass(frozen=True)
class ProgressRow:
    percent: int
    words: str
    evidence: str
    done_by: str
    done_at: datetime


@dataclass(frozen=True)
class TaskRow:
    """`overdue` days are counted from the last day that it was due on."""

    id: int
    meeting_id: int
    round_id: int
    matter: str
    measure: str
    owner_code: str
    owner: str
    department: str
    decided_by_code: str
    due_on: date
    state: TaskState
    percent: int
    overdue: int
    progress: tuple[ProgressRow, ...]
    reported_by_id: int | None
    # Whether gridworkers do it, and the item of the access list that admits it; none for an exception.
    for_gridworkers: bool
    admitted_as: str
    seen: int


@query(Permission.READ_ROUNDS)
def tasks_of(
    session: ScopedSession,
    center_code: str = "",
    meeting_id: int | None = None,
    undone: bool = False,
    limit: int = 200,
) -> tuple[TaskRow, ...]:
    """Tasks that the reader sees, of a center (decided by it or its own) or of a meeting; what is undone
    and due first comes first."""
    statement = (
        select(Task, Meeting.round_id, Center.name, Department.name, PublishedItem.title)
        .join(Meeting, Meeting.id == Task.meeting_id, isouter=True)
        .join(Center, Center.code == Task.center_code)
        .join(Department, Department.id == Task.department_id, isouter=True)
        .join(PublishedItem, PublishedItem.id == Task.published_item_id, isouter=True)
    )
    if center_code:
        statement = statement.where(or_(Task.decided_by_code == center_code, Task.center_code == center_code))
    if meeting_id is not None:
        statement = statement.where(Task.meeting_id == meeting_id)
    if undone:
        statement = statement.where(Task.state.in_(UNDONE))
    rows = session.execute(
        statement.order_by(Task.state.not_in(UNDONE), Task.due_on, Task.id).limit(limit)
    ).all()
    steps: dict[int, list[ProgressRow]] = {}
    ids = [row[0].id for row in rows]
    found = select(TaskProgress).where(TaskProgress.task_id.in_(ids)).order_by(TaskProgress.id)
    for one in session.scalars(found):
        steps.setdefault(one.task_id, []).append(
            ProgressRow(one.percent, one.words, one.evidence, one.done_by, one.done_at)
        )
    today = clock.local(deployment.moment_of(session)).date()
    return tuple(
        TaskRow(
            task.id, task.meeting_id, round_id or 0, task.matter, task.measure, task.center_code, owner,
            department or "", task.decided_by_code, task.due_on, task.state, task.percent,
            max((today - task.due_on).days, 0) if task.state in UNDONE else 0,
            tuple(steps.get(task.id, ())), task.reported_by_id, task.for_gridworkers, admitted or "",
            task.version,
        )
        for task, round_id, owner, department, admitted in rows
    )  # fmt: skip


@query(Permission.READ_ROUNDS)
def owners_beside(session: ScopedSession, center_code: str) -> tuple[tuple[int, str, str], ...]:
    """The departments beside a center that a task can be given to: key, Chinese name, English name."""
    if not session.scope.covers(center_code):
        return ()
    rows = session.execute(
        select(Department.id, Department.name, Department.name_en)
        .where(Department.center_code == center_code)
        .order_by(Department.id)
    )
    return tuple((key, name, name_en) for key, name, name_en in rows)
