"""The person who is asking: what they may do and which rows they see."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.account import Role
from db.scope import Scope
from lib.access.permissions import GRANTS, WORDS, Permission
from lib.errors import NotAllowed
from lib.i18n import _


@dataclass(frozen=True)
class Viewer:
    """Made from an account and its session at every rerun; nothing about it is remembered."""

    account_id: int | None
    username: str
    name: str
    role: Role
    center_code: str
    scope: Scope
    language: str = "zh"
    department_id: int | None = None
    session_mark: str = ""
    address: str = ""
    request_mark: str = ""
    must_change_password: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role]

    def must(self, permission: Permission) -> None:
        """Raises NotAllowed."""
        if not self.may(permission):
            raise NotAllowed(
                _("您的角色没有“{permission}”权限，请联系本级系统管理员。").format(
                    permission=_(WORDS[permission])
                )
            )
