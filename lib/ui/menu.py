"""Every page once: its file, its words, its place in the menu and the permission it takes."""

from __future__ import annotations

from dataclasses import dataclass

from lib.access.permissions import Permission
from lib.i18n import mark


@dataclass(frozen=True)
class Entry:
    """A page. `listed` is False for pages that are reached from others, such as one grid's card."""

    name: str
    title: str
    icon: str
    section: str
    permission: Permission
    listed: bool = True

    @property
    def file(self) -> str:
        return f"pages/{self.name}.py"

    @property
    def path(self) -> str:
        """Its place in the address."""
        return self.name


FIRST = "overview"
SITUATION, ANALYSIS, MANAGEMENT, OWN = mark("态势"), mark("分析"), mark("管理"), mark("我的")
ASSESSING = mark("考核")
SCHEDULING = mark("调度")
LISTS = mark("清单台账")
PEOPLE = mark("队伍")

MENU = (
    Entry("overview", mark("一屏尽览"), ":material/space_dashboard:", SITUATION, Permission.READ_CENTERS),
    Entry("centers", mark("各级中心"), ":material/account_tree:", SITUATION, Permission.READ_CENTERS),
    Entry("grids", mark("网格"), ":material/grid_view:", SITUATION, Permission.READ_GRIDS),
    Entry("grid", mark("网格卡片"), ":material/badge:", SITUATION, Permission.READ_GRIDS, listed=False),
    Entry("cases", mark("事件"), ":material/assignment:", SITUATION, Permission.READ_CASES),
    Entry("case", mark("事件详情"), ":material/article:", SITUATION, Permission.READ_CASES, listed=False),
    # The roster: who is in which grid.
    Entry("staffing", mark("队伍概况"), ":material/groups_2:", PEOPLE, Permission.READ_FIGURES),
    Entry("roster", mark("花名册"), ":material/contacts:", PEOPLE, Permission.READ_ROSTER),
    Entry("person", mark("人员"), ":material/person:", PEOPLE, Permission.READ_ROSTER, listed=False),
    Entry(
        "roster_sheet",
        mark("花名册表格编辑"),
        ":material/table_edit:",
        PEOPLE,
        Permission.KEEP_ROSTER,
        listed=False,
    ),
    Entry(
        "roster_import",
        mark("花名册导入"),
        ":material/upload_file:",
        PEOPLE,
        Permission.KEEP_ROSTER,
        listed=False,
    ),
    Entry("join", mark("办理上岗"), ":material/person_add:", PEOPLE, Permission.KEEP_ROSTER, listed=False),
    Entry("notices", mark("公示牌"), ":material/signpost:", PEOPLE, Permission.EXPORT_ROSTER),
    Entry("staffing_rules", mark("配备规则"), ":material/rule_settings:", PEOPLE, Permission.READ_GRIDS),
    Entry("duty", mark("巡查走访"), ":material/directions_walk:", PEOPLE, Permission.READ_GRIDS),
    Entry("record", mark("登记巡查走访"), ":material/edit_location:", PEOPLE, Permission.RECORD_DUTY),
    Entry(
        "duty_import",
        mark("导入巡查走访"),
        ":material/upload_file:",
        PEOPLE,
        Permission.RECORD_DUTY,
        listed=False,
    ),
    Entry("training", mark("培训"), ":material/school:", PEOPLE, Permission.READ_GRIDS),
    Entry("spot_checks", mark("履职抽查"), ":material/casino:", PEOPLE, Permission.READ_ROSTER),
    Entry("allowances", mark("积分补助"), ":material/payments:", PEOPLE, Permission.PREPARE_ALLOWANCES),
    Entry("accountability", mark("责任追究"), ":material/gavel:", PEOPLE, Permission.READ_ACCOUNTABILITY),
    Entry("analysis", mark("分析总览"), ":material/monitoring:", ANALYSIS, Permission.READ_FIGURES),
    Entry("volume", mark("事件量"), ":material/bar_chart:", ANALYSIS, Permission.READ_FIGURES),
    Entry("hotspots", mark("热点与重复"), ":material/whatshot:", ANALYSIS, Permission.READ_FIGURES),
    Entry("resolution", mark("办结"), ":material/task_alt:", ANALYSIS, Permission.READ_FIGURES),
    Entry("satisfaction", mark("满意度"), ":material/thumbs_up_down:", ANALYSIS, Permission.READ_FIGURES),
    Entry("map", mark("地图"), ":material/map:", ANALYSIS, Permission.READ_FIGURES),
    Entry("comparison", mark("中心对比"), ":material/leaderboard:", ANALYSIS, Permission.READ_FIGURES),
    Entry("quality", mark("数据质量"), ":material/rule:", ANALYSIS, Permission.READ_FIGURES),
    Entry("variants", mark("统计口径"), ":material/tune:", ANALYSIS, Permission.READ_FIGURES),
    Entry("figure", mark("指标算式"), ":material/function:", ANALYSIS, Permission.READ_FIGURES, listed=False),
    Entry("rounds", mark("调度"), ":material/event_repeat:", SCHEDULING, Permission.READ_ROUNDS),
    Entry("tasks", mark("任务督办"), ":material/checklist:", SCHEDULING, Permission.READ_ROUNDS),
    Entry("planning", mark("调度安排"), ":material/edit_calendar:", SCHEDULING, Permission.READ_ROUNDS),
    Entry(
        "report", mark("填报材料"), ":material/edit_note:", SCHEDULING, Permission.READ_ROUNDS, listed=False
    ),
    Entry("meeting", mark("会议"), ":material/groups:", SCHEDULING, Permission.READ_ROUNDS, listed=False),
    Entry("pack", mark("会议材料"), ":material/slideshow:", SCHEDULING, Permission.READ_ROUNDS, listed=False),
    Entry("assessment", mark("考核排名"), ":material/trophy:", ASSESSING, Permission.READ_ASSESSMENT),
    Entry("windows", mark("窗口评价"), ":material/storefront:", ASSESSING, Permission.READ_ASSESSMENT),
    Entry("schemes", mark("考核方案"), ":material/fact_check:", ASSESSING, Permission.READ_ASSESSMENT),
    Entry(
        "assessed",
        mark("单位得分"),
        ":material/scoreboard:",
        ASSESSING,
        Permission.READ_ASSESSMENT,
        listed=False,
    ),
    # Lists and registers.
    Entry(
        "entry", mark("台账记录"), ":material/edit_document:", LISTS, Permission.READ_REGISTERS, listed=False
    ),
    Entry("service_list", mark("便民服务清单"), ":material/list_alt:", LISTS, Permission.READ_REGISTERS),
    Entry("access_list", mark("准入清单"), ":material/playlist_add_check:", LISTS, Permission.READ_REGISTERS),
    Entry("registers", mark("台账目录"), ":material/library_books:", LISTS, Permission.READ_CENTERS),
    Entry("register", mark("台账"), ":material/table_view:", LISTS, Permission.READ_REGISTERS, listed=False),
    Entry(
        "register_sheet",
        mark("台账表格编辑"),
        ":material/edit_note:",
        LISTS,
        Permission.FILL_REGISTERS,
        listed=False,
    ),
    Entry(
        "register_import",
        mark("台账导入"),
        ":material/upload_file:",
        LISTS,
        Permission.FILL_REGISTERS,
        listed=False,
    ),
    Entry(
        "register_design",
        mark("设计台账"),
        ":material/design_services:",
        LISTS,
        Permission.DESIGN_REGISTERS,
        listed=False,
    ),
    Entry(
        "register_figures",
        mark("台账指标"),
        ":material/query_stats:",
        LISTS,
        Permission.READ_REGISTERS,
        listed=False,
    ),
    Entry("accounts", mark("账号管理"), ":material/manage_accounts:", MANAGEMENT, Permission.READ_ACCOUNTS),
    Entry("roles", mark("角色权限"), ":material/verified_user:", MANAGEMENT, Permission.KEEP_OWN_ACCOUNT),
    Entry("audit", mark("审计日志"), ":material/history:", MANAGEMENT, Permission.READ_AUDIT),
    Entry("approvals", mark("等我办理"), ":material/inbox:", OWN, Permission.READ_CENTERS),
    Entry("me", mark("我的账号"), ":material/person:", OWN, Permission.KEEP_OWN_ACCOUNT),
)
BY_NAME = {entry.name: entry for entry in MENU}
