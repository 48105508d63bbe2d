"""The life of a wording of a scheme, as a table."""

from __future__ import annotations

from db.models.assessment import SchemeState
from lib.access.permissions import Permission
from lib.i18n import mark
from lib.workflow import Step, Workflow

STATE_WORDS: dict[SchemeState, str] = {
    SchemeState.DRAFT: mark("起草中"),
    SchemeState.PROPOSED: mark("待审定"),
    SchemeState.IN_FORCE: mark("已生效"),
    SchemeState.REFUSED: mark("未通过"),
    SchemeState.WITHDRAWN: mark("已撤回"),
}

SCHEME = Workflow(
    STATE_WORDS,
    Step(
        "propose",
        mark("提交审定"),
        frozenset({SchemeState.DRAFT}),
        SchemeState.PROPOSED,
        Permission.EDIT_SCHEMES,
        asks_reason=True,
    ),
    Step(
        "approve",
        mark("审定生效"),
        frozenset({SchemeState.PROPOSED}),
        SchemeState.IN_FORCE,
        Permission.EDIT_SCHEMES,
        by_another=True,
    ),
    Step(
        "refuse",
        mark("不予通过"),
        frozenset({SchemeState.PROPOSED}),
        SchemeState.REFUSED,
        Permission.EDIT_SCHEMES,
        asks_reason=True,
        by_another=True,
    ),
    Step(
        "take back",
        mark("退回修改"),
        frozenset({SchemeState.PROPOSED}),
        SchemeState.DRAFT,
        Permission.EDIT_SCHEMES,
    ),
    Step(
        "withdraw",
        mark("撤销草稿"),
        frozenset({SchemeState.DRAFT, SchemeState.PROPOSED}),
        SchemeState.WITHDRAWN,
        Permission.EDIT_SCHEMES,
    ),
)
