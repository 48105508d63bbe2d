"""The life of a monthly sheet of allowances, as a table."""

from __future__ import annotations

from db.models.reward import SheetState
from lib.access.permissions import Permission
from lib.i18n import mark
from lib.workflow import Step, Workflow

SHEET_WORDS: dict[SheetState, str] = {
    SheetState.DRAFT: mark("编制中"),
    SheetState.SUBMITTED: mark("待审批"),
    SheetState.APPROVED: mark("已审批"),
}
_DRAFT = frozenset({SheetState.DRAFT})
_SUBMITTED = frozenset({SheetState.SUBMITTED})

SHEET = Workflow(
    SHEET_WORDS,
    Step("recount", mark("重新计算"), _DRAFT, SheetState.DRAFT, Permission.PREPARE_ALLOWANCES),
    Step(
        "correct", mark("更正金额"), _DRAFT, SheetState.DRAFT, Permission.PREPARE_ALLOWANCES, asks_reason=True
    ),
    Step("submit", mark("提交审批"), _DRAFT, SheetState.SUBMITTED, Permission.PREPARE_ALLOWANCES),
    Step(
        "approve",
        mark("审批通过"),
        _SUBMITTED,
        SheetState.APPROVED,
        Permission.APPROVE_ALLOWANCES,
        by_another=True,
    ),
    Step(
        "return",
        mark("退回修改"),
        _SUBMITTED,
        SheetState.DRAFT,
        Permission.APPROVE_ALLOWANCES,
        asks_reason=True,
    ),
)
