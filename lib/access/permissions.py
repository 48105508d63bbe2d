"""Who may do what: one table, from which the check and the page of roles are both drawn."""

from __future__ import annotations

import enum

from db.models.account import AreaRelation, Role
from lib.i18n import mark


class Permission(enum.StrEnum):
    """What a person can be allowed to do. The value is for logs; the words are in `WORDS`."""

    READ_CENTERS = "read centers"
    READ_GRIDS = "read grids"
    READ_ROSTER = "read roster"
    KEEP_ROSTER = "keep roster"
    EXPORT_ROSTER = "export roster"
    SET_STAFFING_RULES = "set staffing rules"
    RECORD_DUTY = "record duty"
    CHECK_DUTY = "check duty"
    PREPARE_ALLOWANCES = "prepare allowances"
    APPROVE_ALLOWANCES = "approve allowances"
    READ_ACCOUNTABILITY = "read accountability"
    READ_CASES = "read cases"
    READ_FIGURES = "read figures"
    EXPORT_FIGURES = "export figures"
    EXPORT_CASES = "export cases"
    CHOOSE_VARIANT = "choose variant"
    READ_ASSESSMENT = "read assessment"
    EDIT_SCHEMES = "edit schemes"
    RUN_ASSESSMENT = "run assessment"
    ENTER_SCORES = "enter scores"
    READ_ROUNDS = "read rounds"
    FILL_REPORTS = "fill reports"
    REVIEW_REPORTS = "review reports"
    PLAN_ROUNDS = "plan rounds"
    WORK_ON_TASKS = "work on tasks"
    READ_REGISTERS = "read registers"
    FILL_REGISTERS = "fill registers"
    DECIDE_ENTRIES = "decide entries"
    EXPORT_REGISTERS = "export registers"
    DESIGN_REGISTERS = "design registers"
    SEE_WHOLE_NUMBERS = "see whole numbers"
    READ_ACCOUNTS = "read accounts"
    MANAGE_ACCOUNTS = "manage accounts"
    READ_AUDIT = "read audit"
    CHECK_AUDIT = "check audit"
    KEEP_OWN_ACCOUNT = "keep own account"


P = Permission

WORDS: dict[Permission, str] = {
    P.READ_CENTERS: mark("查看各级中心"),
    P.READ_GRIDS: mark("查看网格和岗位配备"),
    P.READ_ROSTER: mark("查看人员花名册"),
    P.KEEP_ROSTER: mark("管理人员花名册和培训"),
    P.EXPORT_ROSTER: mark("导出花名册和公示牌"),
    P.SET_STAFFING_RULES: mark("设定配备规则和补助办法"),
    P.RECORD_DUTY: mark("登记巡查和走访"),
    P.CHECK_DUTY: mark("组织履职抽查"),
    P.PREPARE_ALLOWANCES: mark("登记积分、编制补助发放表"),
    P.APPROVE_ALLOWANCES: mark("审批补助发放表"),
    P.READ_ACCOUNTABILITY: mark("登记和查看责任追究"),
    P.READ_CASES: mark("查看事件"),
    P.READ_FIGURES: mark("查看指标和图表"),
    P.EXPORT_FIGURES: mark("导出图表和数据"),
    P.EXPORT_CASES: mark("导出事件清单"),
    P.CHOOSE_VARIANT: mark("选定统计口径"),
    P.READ_ASSESSMENT: mark("查看考核和排名"),
    P.EDIT_SCHEMES: mark("起草和审定考核方案"),
    P.RUN_ASSESSMENT: mark("组织考核、审核和公布"),
    P.ENTER_SCORES: mark("自查填报和提出异议"),
    P.READ_ROUNDS: mark("查看调度"),
    P.FILL_REPORTS: mark("填报调度材料"),
    P.REVIEW_REPORTS: mark("审核下级材料和主持会议"),
    P.PLAN_ROUNDS: mark("设定调度安排和工作日历"),
    P.WORK_ON_TASKS: mark("办理调度任务"),
    P.READ_REGISTERS: mark("查看清单和台账"),
    P.FILL_REGISTERS: mark("填写清单和台账"),
    P.DECIDE_ENTRIES: mark("审核和公布清单、台账"),
    P.EXPORT_REGISTERS: mark("导出清单和台账"),
    P.DESIGN_REGISTERS: mark("设计台账"),
    P.SEE_WHOLE_NUMBERS: mark("查看完整的号码（须写明理由）"),
    P.READ_ACCOUNTS: mark("查看账号"),
    P.MANAGE_ACCOUNTS: mark("管理账号、角色和范围"),
    P.READ_AUDIT: mark("查看审计日志"),
    P.CHECK_AUDIT: mark("校验审计链"),
    P.KEEP_OWN_ACCOUNT: mark("管理自己的密码和登录"),
}

_EVERYBODY = {P.READ_CENTERS, P.KEEP_OWN_ACCOUNT}
_SEES_WORK = _EVERYBODY | {
    P.READ_GRIDS, P.READ_ROSTER, P.READ_CASES, P.READ_FIGURES, P.EXPORT_FIGURES, P.READ_ASSESSMENT,
    P.READ_ROUNDS, P.READ_REGISTERS,
}  # fmt: skip
_FILLS = {P.FILL_REGISTERS, P.EXPORT_REGISTERS, P.SEE_WHOLE_NUMBERS, P.RECORD_DUTY}
_KEEPS_PEOPLE = {P.KEEP_ROSTER, P.EXPORT_ROSTER, P.CHECK_DUTY, P.PREPARE_ALLOWANCES}
_DIRECTS = {
    P.EXPORT_CASES, P.CHOOSE_VARIANT, P.EDIT_SCHEMES, P.RUN_ASSESSMENT, P.ENTER_SCORES, P.FILL_REPORTS,
    P.REVIEW_REPORTS, P.PLAN_ROUNDS, P.WORK_ON_TASKS, P.DECIDE_ENTRIES, P.DESIGN_REGISTERS, *_FILLS,
    P.SET_STAFFING_RULES, P.APPROVE_ALLOWANCES, P.READ_ACCOUNTABILITY, *_KEEPS_PEOPLE,
}  # fmt: skip

GRANTS: dict[Role, frozenset[Permission]] = {
    # Duties are separate: who manages accounts sees no cases, who audits changes nothing.
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        _EVERYBODY | {P.READ_ACCOUNTS, P.MANAGE_ACCOUNTS, P.DESIGN_REGISTERS}
    ),
    Role.SECURITY_AUDITOR: frozenset(_EVERYBODY | {P.READ_ACCOUNTS, P.READ_AUDIT, P.CHECK_AUDIT}),
    Role.LEADER: frozenset(_SEES_WORK | _DIRECTS),
    Role.CENTER_DIRECTOR: frozenset(_SEES_WORK | _DIRECTS | {P.READ_ACCOUNTS}),
    Role.DUTY_OFFICER: frozenset(
        _SEES_WORK | {P.EXPORT_CASES, P.ENTER_SCORES, P.FILL_REPORTS, P.WORK_ON_TASKS, *_FILLS}
    ),
    Role.GRIDWORKER_MANAGER: frozenset(_SEES_WORK | {P.ENTER_SCORES, *_FILLS, *_KEEPS_PEOPLE}),
    Role.DEPARTMENT_HANDLER: frozenset(
        _EVERYBODY
        | {P.READ_CASES, P.READ_FIGURES, P.EXPORT_FIGURES, P.EXPORT_CASES, P.READ_ROUNDS, P.WORK_ON_TASKS}
        | {P.READ_REGISTERS, P.FILL_REGISTERS}
    ),
    Role.VIEWER: frozenset(
        _EVERYBODY
        | {P.READ_GRIDS, P.READ_FIGURES, P.EXPORT_FIGURES, P.READ_ASSESSMENT, P.READ_ROUNDS}
        | {P.READ_REGISTERS}
    ),
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
