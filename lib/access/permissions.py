"""Who may do what: one table, from which the check and the page of roles are both drawn."""

from __future__ import annotations

import enum

from db.models.account import AreaRelation, Role
from lib.i18n import mark


class Permission(enum.StrEnum):
    """What a person can be allowed to do. The value is for logs; the words are in `WORDS`."""

    READ_CENTERS = "read centers"
    READ_GRIDS = "read grids"
    READ_CASES = "read cases"
    READ_FIGURES = "read figures"
    EXPORT_FIGURES = "export figures"
    EXPORT_CASES = "export cases"
    CHOOSE_VARIANT = "choose variant"
    READ_ACCOUNTS = "read accounts"
    MANAGE_ACCOUNTS = "manage accounts"
    READ_AUDIT = "read audit"
    CHECK_AUDIT = "check audit"
    KEEP_OWN_ACCOUNT = "keep own account"


P = Permission

WORDS: dict[Permission, str] = {
    P.READ_CENTERS: mark("查看各级中心"),
    P.READ_GRIDS: mark("查看网格和人员配备"),
    P.READ_CASES: mark("查看事件"),
    P.READ_FIGURES: mark("查看指标和图表"),
    P.EXPORT_FIGURES: mark("导出图表和数据"),
    P.EXPORT_CASES: mark("导出事件清单"),
    P.CHOOSE_VARIANT: mark("选定统计口径"),
    P.READ_ACCOUNTS: mark("查看账号"),
    P.MANAGE_ACCOUNTS: mark("管理账号、角色和范围"),
    P.READ_AUDIT: mark("查看审计日志"),
    P.CHECK_AUDIT: mark("校验审计链"),
    P.KEEP_OWN_ACCOUNT: mark("管理自己的密码和登录"),
}

_EVERYBODY = {P.READ_CENTERS, P.KEEP_OWN_ACCOUNT}
_SEES_WORK = _EVERYBODY | {P.READ_GRIDS, P.READ_CASES, P.READ_FIGURES, P.EXPORT_FIGURES}

GRANTS: dict[Role, frozenset[Permission]] = {
    # Duties are separate: who manages accounts sees no cases, who audits changes nothing.
    Role.SYSTEM_ADMINISTRATOR: frozenset(_EVERYBODY | {P.READ_ACCOUNTS, P.MANAGE_ACCOUNTS}),
    Role.SECURITY_AUDITOR: frozenset(_EVERYBODY | {P.READ_ACCOUNTS, P.READ_AUDIT, P.CHECK_AUDIT}),
    Role.LEADER: frozenset(_SEES_WORK | {P.EXPORT_CASES, P.CHOOSE_VARIANT}),
    Role.CENTER_DIRECTOR: frozenset(_SEES_WORK | {P.READ_ACCOUNTS, P.EXPORT_CASES, P.CHOOSE_VARIANT}),
    Role.DUTY_OFFICER: frozenset(_SEES_WORK | {P.EXPORT_CASES}),
    Role.GRIDWORKER_MANAGER: frozenset(_SEES_WORK),
    Role.DEPARTMENT_HANDLER: frozenset(
        _EVERYBODY | {P.READ_CASES, P.READ_FIGURES, P.EXPORT_FIGURES, P.EXPORT_CASES}
    ),
    Role.VIEWER: frozenset(_EVERYBODY | {P.READ_GRIDS, P.READ_FIGURES, P.EXPORT_FIGURES}),
}

ROLE_WORDS: dict[Role, str] = {
    Role.SYSTEM_ADMINISTRATOR: mark("系统管理员"),
    Role.SECURITY_AUDITOR: mark("安全审计员"),
    Role.LEADER: mark("领导"),
    Role.CENTER_DIRECTOR: mark("中心主任"),
    Role.DUTY_OFFICER: mark("值班员"),
    Role.GRIDWORKER_MANAGER: mark("网格员管理员"),
    Role.DEPARTMENT_HANDLER: mark("部门承办人"),
    Role.VIEWER: mark("查看者"),
}

RELATION_WORDS: dict[AreaRelation, str] = {
    AreaRelation.ACTING: mark("代管"),
    AreaRelation.IN_CHARGE: mark("分管"),
    AreaRelation.ASSIGNED: mark("包抓"),
}
