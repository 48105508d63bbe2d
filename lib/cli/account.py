"""`account`: opens an account at the machine, for the first one of an area or when nobody can get in."""

from __future__ import annotations

import argparse
import json
from typing import Any

from sqlalchemy import select

from db.models.account import Account, AreaRelation, Role
from db.scope import ScopedSession
from lib.access import commands
from lib.access.passwords import INITIAL_PASSWORD_HOURS
from lib.access.permissions import ROLE_WORDS
from lib.access.work import at_the_machine, system_reading
from lib.deployment import standing
from lib.errors import NotFound, WrongState
from lib.i18n import _


def add(parsers: argparse._SubParsersAction[Any]) -> None:
    parser = parsers.add_parser("account", help=_("建立账号、增加范围、重置密码"))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", help=_("建立账号，显示一次初始密码"))
    create.add_argument("username")
    create.add_argument("--name", required=True, help=_("姓名"))
    roles = sorted(set(Role) - {Role.DEPARTMENT_HANDLER})
    create.add_argument("--role", required=True, type=Role, choices=roles, metavar="|".join(roles))
    create.add_argument("--center", required=True, metavar="CODE", help=_("所在中心的代码"))
    create.set_defaults(run=_create)
    area = actions.add_parser("area", help=_("给一个账号增加范围"))
    area.add_argument("username")
    area.add_argument("--center", required=True, metavar="CODE", help=_("所在中心的代码"))
    area.add_argument(
        "--relation", type=AreaRelation, choices=list(AreaRelation), default=AreaRelation.IN_CHARGE
    )
    area.add_argument("--reason", required=True, help=_("依据（文件名称和文号）"))
    area.set_defaults(run=_add_area)
    reset = actions.add_parser("reset", help=_("重置密码"))
    reset.add_argument("username")
    reset.set_defaults(run=_reset)
    for action in (create, area, reset):
        action.add_argument("--json", action="store_true", help=_("结果以JSON输出"))


def issue(session: ScopedSession, username: str, name: str, role: Role, center_code: str) -> dict[str, str]:
    """Opens an account; its initial password is in the answer and nowhere else."""
    password = commands.create_account(session, username, name, role, center_code)
    return {"username": username.strip().casefold(), "role": role.value, "password": password}


def show(accounts: list[dict[str, str]]) -> None:
    """The initial passwords, once, on the terminal."""
    for account in accounts:
        print(
            _("账号{username}（{role}），初始密码 {password}").format(
                username=account["username"],
                role=_(ROLE_WORDS[Role(account["role"])]),
                password=account["password"],
            )
        )
    print(
        _("初始密码只显示这一次，{hours}小时内有效，首次登录后须自行设置密码。").format(
            hours=INITIAL_PASSWORD_HOURS
        )
    )


def _root() -> str:
    with system_reading() as session:
        deployment = standing(session)
    if deployment is None:
        raise WrongState(_("数据库还是空的，请先运行init或装入演示数据。"))
    return deployment.root_code


def _named(session: ScopedSession, username: str) -> Account:
    found = session.scalars(
        select(Account).where(Account.username == username.strip().casefold())
    ).one_or_none()
    if found is None:
        raise NotFound(_("没有名为{username}的账号。").format(username=username))
    return found


def _create(given: argparse.Namespace) -> int:
    with at_the_machine(_root()) as session:
        account = issue(session, given.username, given.name, given.role, given.center)
    _answer(given, account)
    return 0


def _add_area(given: argparse.Namespace) -> int:
    with at_the_machine(_root()) as session:
        account = _named(session, given.username)
        commands.add_area(session, account.id, given.center, given.relation, given.reason)
    if given.json:
        print(json.dumps({"username": account.username, "center": given.center}, ensure_ascii=False))
    else:
        print(_("已增加范围：{username} {center}").format(username=account.username, center=given.center))
    return 0


def _reset(given: argparse.Namespace) -> int:
    with at_the_machine(_root()) as session:
        account = _named(session, given.username)
        password = commands.reset_password(session, account.id)
    _answer(given, {"username": account.username, "role": account.role.value, "password": password})
    return 0


def _answer(given: argparse.Namespace, account: dict[str, str]) -> None:
    if given.json:
        print(json.dumps(account, ensure_ascii=False))
    else:
        show([account])
