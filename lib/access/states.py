"""The life of an account, as a table."""

from __future__ import annotations

from db.models.account import AccountState
from lib.access.permissions import Permission
from lib.i18n import mark
from lib.workflow import Step, Workflow

STATE_WORDS: dict[AccountState, str] = {
    AccountState.INVITED: mark("待首次登录"),
    AccountState.ACTIVE: mark("正常"),
    AccountState.DISABLED: mark("已停用"),
}

ACCOUNT = Workflow(
    STATE_WORDS,
    Step(
        "disable",
        mark("停用"),
        frozenset({AccountState.INVITED, AccountState.ACTIVE}),
        AccountState.DISABLED,
        Permission.MANAGE_ACCOUNTS,
        asks_reason=True,
    ),
    # Whoever comes back gets a new initial password and sets their own again.
    Step(
        "restore",
        mark("恢复"),
        frozenset({AccountState.DISABLED}),
        AccountState.INVITED,
        Permission.MANAGE_ACCOUNTS,
    ),
    Step(
        "reset",
        mark("重置密码"),
        frozenset({AccountState.INVITED, AccountState.ACTIVE}),
        AccountState.INVITED,
        Permission.MANAGE_ACCOUNTS,
    ),
)
