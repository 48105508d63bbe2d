"""The life of a report, of a meeting's minutes and of a task, as tables."""

from __future__ import annotations

from db.models.scheduling import MeetingState, ReportState, TaskState
from lib.access.permissions import Permission
from lib.i18n import mark
from lib.workflow import Step, Workflow

REPORT_WORDS: dict[ReportState, str] = {
    ReportState.OPEN: mark("待填报"),
    ReportState.SUBMITTED: mark("已提交"),
    ReportState.RETURNED: mark("被退回"),
    ReportState.ACCEPTED: mark("已审核"),
}
WAITING = frozenset({ReportState.OPEN, ReportState.RETURNED})
HANDED_IN = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})

REPORT = Workflow(
    REPORT_WORDS,
    Step("submit", mark("提交"), WAITING, ReportState.SUBMITTED, Permission.FILL_REPORTS),
    Step(
        "accept",
        mark("审核通过"),
        frozenset({ReportState.SUBMITTED}),
        ReportState.ACCEPTED,
        Permission.REVIEW_REPORTS,
        by_another=True,
    ),
    Step(
        "return",
        mark("退回"),
        frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED}),
        ReportState.RETURNED,
        Permission.REVIEW_REPORTS,
        asks_reason=True,
        by_another=True,
    ),
)

MEETING_WORDS: dict[MeetingState, str] = {
    MeetingState.HELD: mark("待签发"),
    MeetingState.SIGNED: mark("已签发"),
}
MEETING = Workflow(
    MEETING_WORDS,
    Step(
        "sign",
        mark("签发"),
        frozenset({MeetingState.HELD}),
        MeetingState.SIGNED,
        Permission.REVIEW_REPORTS,
        by_another=True,
    ),
)

TASK_WORDS: dict[TaskState, str] = {
    TaskState.OPEN: mark("办理中"),
    TaskState.REPORTED: mark("待销号"),
    TaskState.DONE: mark("已销号"),
    TaskState.DROPPED: mark("已撤销"),
}
UNDONE = frozenset({TaskState.OPEN, TaskState.REPORTED})
TASK = Workflow(
    TASK_WORDS,
    Step(
        "report", mark("申请销号"), frozenset({TaskState.OPEN}), TaskState.REPORTED, Permission.WORK_ON_TASKS
    ),
    Step(
        "confirm",
        mark("同意销号"),
        frozenset({TaskState.REPORTED}),
        TaskState.DONE,
        Permission.REVIEW_REPORTS,
        by_another=True,
    ),
    Step(
        "reopen",
        mark("退回继续办理"),
        frozenset({TaskState.REPORTED, TaskState.DONE}),
        TaskState.OPEN,
        Permission.REVIEW_REPORTS,
        asks_reason=True,
        by_another=True,
    ),
    Step(
        "drop",
        mark("撤销任务"),
        UNDONE,
        TaskState.DROPPED,
        Permission.REVIEW_REPORTS,
        asks_reason=True,
    ),
)
