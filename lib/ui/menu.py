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
SITUATION, MANAGEMENT, OWN = mark("态势"), mark("管理"), mark("我的")

MENU = (
    Entry("overview", mark("一屏尽览"), ":material/space_dashboard:", SITUATION, Permission.READ_CENTERS),
    Entry("centers", mark("各级中心"), ":material/account_tree:", SITUATION, Permission.READ_CENTERS),
    Entry("grids", mark("网格"), ":material/grid_view:", SITUATION, Permission.READ_GRIDS),
    Entry("grid", mark("网格卡片"), ":material/badge:", SITUATION, Permission.READ_GRIDS, listed=False),
    Entry("cases", mark("事件"), ":material/assignment:", SITUATION, Permission.READ_CASES),
    Entry("charts", mark("图表"), ":material/monitoring:", SITUATION, Permission.READ_FIGURES),
    Entry("accounts", mark("账号管理"), ":material/manage_accounts:", MANAGEMENT, Permission.READ_ACCOUNTS),
    Entry("roles", mark("角色权限"), ":material/verified_user:", MANAGEMENT, Permission.KEEP_OWN_ACCOUNT),
    Entry("audit", mark("审计日志"), ":material/history:", MANAGEMENT, Permission.READ_AUDIT),
    Entry("me", mark("我的账号"), ":material/person:", OWN, Permission.KEEP_OWN_ACCOUNT),
)
BY_NAME = {entry.name: entry for entry in MENU}
