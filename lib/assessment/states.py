"""The life of a month's assessment, as a table."""

from __future__ import annotations

from db.models.assessment import AssessmentState, ObjectionState
from lib.access.permissions import Permission
from lib.i18n import mark
from lib.workflow import Step, Workflow

STATE_WORDS: dict[AssessmentState, str] = {
    AssessmentState.SELF_CHECK: mark("自查填报"),
    AssessmentState.REVIEW: mark("审核中"),
    AssessmentState.OBJECTIONS: mark("公示异议"),
    AssessmentState.PUBLISHED: mark("已公布"),
    AssessmentState.SEALED: mark("已封存"),
}
OPEN = frozenset({AssessmentState.SELF_CHECK, AssessmentState.REVIEW, AssessmentState.OBJECTIONS})
SHOWN = frozenset({AssessmentState.OBJECTIONS, AssessmentState.PUBLISHED, AssessmentState.SEALED})
"""When those who are assessed see their places."""

ASSESSMENT = Workflow(
    STATE_WORDS,
    Step(
        "review",
        mark("转入审核"),
        frozenset({AssessmentState.SELF_CHECK}),
        AssessmentState.REVIEW,
        Permission.RUN_ASSESSMENT,
    ),
    Step(
        "return",
        mark("退回自查"),
        frozenset({AssessmentState.REVIEW, AssessmentState.OBJECTIONS}),
        AssessmentState.SELF_CHECK,
        Permission.RUN_ASSESSMENT,
        asks_reason=True,
    ),
    Step(
        "show",
        mark("公示征求异议"),
        frozenset({AssessmentState.REVIEW}),
        AssessmentState.OBJECTIONS,
        Permission.RUN_ASSESSMENT,
        by_another=True,
    ),
    Step(
        "publish",
        mark("公布"),
        frozenset({AssessmentState.OBJECTIONS}),
        AssessmentState.PUBLISHED,
        Permission.RUN_ASSESSMENT,
        by_another=True,
    ),
    Step(
        "seal",
        mark("封存"),
        frozenset({AssessmentState.PUBLISHED}),
        AssessmentState.SEALED,
        Permission.RUN_ASSESSMENT,
    ),
)

OBJECTION_WORDS: dict[ObjectionState, str] = {
    ObjectionState.OPEN: mark("待答复"),
    ObjectionState.UPHELD: mark("异议成立"),
    ObjectionState.REJECTED: mark("维持原值"),
}
OBJECTION = Workflow(
    OBJECTION_WORDS,
    Step(
        "uphold",
        mark("认定异议成立"),
        frozenset({ObjectionState.OPEN}),
        ObjectionState.UPHELD,
        Permission.RUN_ASSESSMENT,
        asks_reason=True,
        by_another=True,
    ),
    Step(
        "reject",
        mark("维持原值"),
        frozenset({ObjectionState.OPEN}),
        ObjectionState.REJECTED,
        Permission.RUN_ASSESSMENT,
        asks_reason=True,
        by_another=True,
    ),
)
