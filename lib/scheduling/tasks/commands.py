"""What people do with the tasks that meetings decide: give them, report on them, close them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from db.models.center import Center
from db.models.department import Department
from db.models.scheduling import Meeting, Task, TaskProgress, TaskState
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem
from lib.i18n import _
from lib.lists.access.gate import must_be_admitted
from lib.masking import masked_text
from lib.scheduling.meetings.commands import no_meeting
from lib.scheduling.states import TASK, UNDONE
from lib.typed import as_typed

LONGEST_MATTER, LONGEST_MEASURE, LONGEST_WORDS, LONGEST_EVIDENCE = 300, 200, 500, 300
MOST_YEARS = 3


@command(Permission.REVIEW_REPORTS)
def give_task(
    session: ScopedSession,
    meeting_id: int,
    matter: str,
    measure: str,
    owner_code: str,
    department_id: int | None,
    due_on: date,
    for_gridworkers: bool = False,
    item_id: int | None = None,
    basis: str = "",
) -> int:
    """A decision of the viewer's own meeting, for a center below or a department beside one; returns its
    key. What gridworkers are to do passes the gate of the access list: `item_id` is the item that admits
    it, `basis` what an exception rests on. Raises NotFound, NotAllowed, BadInput."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise no_meeting()
    viewer = viewer_of(session)
    if meeting.center_code != viewer.center_code:
        raise NotAllowed(_("只能交办本单位会议议定的任务。"))
    what, seen_by = as_typed(matter, LONGEST_MATTER), as_typed(measure, LONGEST_MEASURE)
    for field, said, words in (("matter", what, _("任务内容")), ("measure", seen_by, _("完成标准"))):
        if not said:
            sentence = _("请填写{what}。").format(what=words)
            raise BadInput(sentence, (Problem(field, sentence),))
    today = clock.local(deployment.moment_of(session)).date()
    if not today - timedelta(days=366) <= due_on <= today + timedelta(days=366 * MOST_YEARS):
        sentence = _("完成时限不对，请重新选择。")
        raise BadInput(sentence, (Problem("due_on", sentence, value=f"{due_on}"),))
    owner = session.get(Center, owner_code)
    if owner is None or not session.scope.covers(owner.code):
        raise NotFound(_("找不到责任中心，或它不在您的范围内。"))
    if department_id is not None:
        department = session.get(Department, department_id)
        if department is None or department.center_code != owner.code:
            raise NotFound(_("这个中心没有这个部门。"))
    row = Task(
        meeting_id=meeting_id, center_code=owner.code, department_id=department_id,
        decided_by_code=meeting.center_code, state=TaskState.OPEN, matter=what, measure=seen_by,
        due_on=due_on, decided_at=deployment.moment_of(session), for_gridworkers=for_gridworkers,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if for_gridworkers:
        row.published_item_id = must_be_admitted(
            session, owner.code, item_id, what, basis, f"task {row.id}", department_id
        )
        session.flush()
    record(
        session, viewer, "task given", f"task {row.id}",
        after={"meeting": meeting_id, "owner": owner.code, "department": department_id, "due": f"{due_on}",
               "matter": masked_text(what), "gridworkers": for_gridworkers, "item": row.published_item_id},
    )  # fmt: skip
    return row.id


@command(Permission.WORK_ON_TASKS)
def report_progress(
    session: ScopedSession, task_id: int, percent: int, words: str, evidence: str, seen: int
) -> int:
    """A step on the way, by the center or the department whose task it is; returns what the next change
    must have seen. Raises NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    row = _task(session, task_id, seen)
    viewer = viewer_of(session)
    _must_own(session, row)
    if row.state not in UNDONE:
        TASK.take("report", viewer, row.state)
    said = as_typed(words, LONGEST_WORDS)
    if not 0 <= percent <= 100 or not said:
        raise BadInput(_("请写明进展，完成比例应在0到100之间。"))
    session.add(
        TaskProgress(
            task_id=row.id, center_code=row.center_code, department_id=row.department_id, percent=percent,
            words=said, evidence=as_typed(evidence, LONGEST_EVIDENCE), done_by=viewer.name,
            done_at=deployment.moment_of(session),
        )
    )  # fmt: skip
    row.percent = percent
    session.flush()
    record(
        session, viewer, "task progressed", f"task {row.id}",
        after={"percent": percent, "words": masked_text(said)},
    )  # fmt: skip
    return row.version


@command(Permission.WORK_ON_TASKS)
def move_task(session: ScopedSession, task_id: int, action: str, reason: str, seen: int) -> TaskState:
    """Reports a task as done, confirms it, sends it back or drops it. Who reported cannot confirm. Raises
    NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    row = _task(session, task_id, seen)
    viewer = viewer_of(session)
    if action not in TASK.steps:
        raise NotFound(_("没有这个操作。"))
    why, now = as_typed(reason, LONGEST_WORDS), deployment.moment_of(session)
    step = TASK.take(action, viewer, row.state, why, (row.reported_by_id,))
    if action == "report":
        _must_own(session, row)
        proof = select(TaskProgress.id).where(TaskProgress.task_id == row.id, TaskProgress.evidence != "")
        if session.scalar(proof.limit(1)) is None:
            raise BadInput(_("申请销号前，请至少填报一次带佐证材料的进展。"))
        row.reported_by_id = viewer.account_id
    elif not session.scope.covers(row.decided_by_code):
        raise NotAllowed(_("由交办任务的中心办理这一步。"))
    before = row.state
    row.state = step.target
    row.closed_at = None if row.state in UNDONE else now
    if action == "confirm":
        row.percent = 100
    if why:
        session.add(
            TaskProgress(
                task_id=row.id, center_code=row.center_code, department_id=row.department_id,
                percent=row.percent, words=_("{step}：{why}").format(step=_(step.words), why=why),
                done_by=viewer.name, done_at=now,
            )
        )  # fmt: skip
    session.flush()
    record(
        session, viewer, "task moved", f"task {row.id}", before={"state": before.value},
        after={"state": row.state.value, "reason": masked_text(why)},
    )  # fmt: skip
    return row.state


def _task(session: ScopedSession, task_id: int, seen: int) -> Task:
    row = session.get(Task, task_id)
    if row is None:
        raise NotFound(_("找不到这项任务，或它不在您的范围内。"))
    if row.version != seen:
        raise Conflict(_("这项任务刚被别人改过。请核对页面上的新内容后再办理；您填写的内容仍在。"))
    return row


def _must_own(session: ScopedSession, row: Task) -> None:
    """The center itself, or the department that it was given to."""
    viewer = viewer_of(session)
    if row.center_code != viewer.center_code or (
        viewer.department_id is not None and row.department_id != viewer.department_id
    ):
        raise NotAllowed(_("由责任单位填报进展。"))
