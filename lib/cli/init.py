"""`init`: makes a real deployment in an empty database, with an administrator who must set a password."""

from __future__ import annotations

import argparse
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.models.account import Account, AccountState, Role
from db.models.center import Level
from db.models.deployment import Deployment, DeploymentKind
from db.scope import ScopedSession
from lib import clock
from lib.access.passwords import INITIAL_PASSWORD_HOURS, hash_password, random_password
from lib.access.permissions import ROLE_WORDS
from lib.access.work import system
from lib.audit.chain import record
from lib.centers.codes import DamagedCode, read_code
from lib.centers.divisions import read_divisions
from lib.centers.edition_writer import living_codes, subtree, take_edition
from lib.errors import BadInput, Problem, WrongState
from lib.i18n import _

USERNAME = re.compile(r"[a-z0-9._-]{3,64}", re.ASCII)


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("init", help=_("在空数据库里建立正式使用的系统"))
    parser.add_argument(
        "--divisions", type=Path, required=True, metavar="FILE", help=_("区划表（.csv或.xlsx）")
    )
    parser.add_argument(
        "--root", required=True, metavar="CODE", help=_("本系统最上级单位的代码，市4位或区县6位")
    )
    parser.add_argument("--admin", required=True, metavar="NAME", help=_("系统管理员的账号"))
    parser.add_argument("--auditor", metavar="NAME", help=_("安全审计员的账号"))
    parser.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """The initial passwords are shown here once and kept nowhere."""
    names = _usernames(given.admin, given.auditor)
    root = _root(given.root)
    found = read_divisions(given.divisions).units
    if not any(unit.code == root for unit in found):
        sentence = _("区划表里没有这个单位。")
        raise BadInput(_("无法建立系统。"), (Problem("root", sentence, None, given.root),))
    with system() as session:
        if session.get(Deployment, 1) is not None:
            raise WrongState(_("这个数据库已经在使用，init只能用于空数据库。"))
        units = subtree(found, root, living_codes(session))
        plan, _outside = take_edition(session, units, given.divisions.name)
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code=root, stands_at=None, created_at=clock.now())
        )
        session.flush()
        accounts = [_account(session, name, role, root) for name, role in names.items()]
        record(
            session,
            None,
            "deployment made",
            root,
            after={"centers": len(plan.added), "accounts": sorted(names)},
            center_code=root,
            person="cli",
        )
    answer = {"root": root, "centers": len(units), "accounts": accounts, "problems": []}
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(_("已建立：{root}，共{centers}个中心。").format(root=root, centers=len(units)))
        for account in accounts:
            role = _(ROLE_WORDS[Role(account["role"])])
            print(
                _("账号{username}（{role}），初始密码 {password}").format(
                    username=account["username"], role=role, password=account["password"]
                )
            )
        print(
            _("初始密码只显示这一次，{hours}小时内有效，首次登录后须自行设置密码。").format(
                hours=INITIAL_PASSWORD_HOURS
            )
        )
    return 0


def _usernames(admin: str, auditor: str | None) -> dict[str, Role]:
    found: dict[str, Role] = {}
    wanted = [("admin", admin, Role.SYSTEM_ADMINISTRATOR)]
    wanted += [("auditor", auditor, Role.SECURITY_AUDITOR)] if auditor is not None else []
    problems = []
    for field, name, role in wanted:
        lower = name.lower()
        if not USERNAME.fullmatch(lower):
            sentence = _("账号只能用小写字母、数字和 . _ -，长度3到64个字符。")
            problems.append(Problem(field, sentence, None, name[:100]))
        elif lower in found:
            sentence = _("管理员和审计员的职责分开，须用两个账号。")
            problems.append(Problem(field, sentence, None, name))
        found[lower] = role
    if problems:
        raise BadInput(_("账号名不能使用。"), tuple(problems))
    return found


def _root(text: str) -> str:
    """City or county; written short, or filled up to twelve digits."""
    for level in (Level.CITY, Level.COUNTY):
        try:
            return read_code(text, level)
        except DamagedCode:
            continue
    sentence = _("应为市的4位代码或区县的6位代码。")
    raise BadInput(_("无法建立系统。"), (Problem("root", sentence, None, text[:100]),))


def _account(session: ScopedSession, username: str, role: Role, root: str) -> dict[str, Any]:
    password = random_password()
    expires = clock.now() + timedelta(hours=INITIAL_PASSWORD_HOURS)
    session.add(
        Account(
            username=username,
            display_name=_(ROLE_WORDS[role]),
            center_code=root,
            department_id=None,
            role=role,
            state=AccountState.INVITED,
            password_hash=hash_password(password),
            password_expires_at=expires,
            created_at=clock.now(),
        )
    )
    session.flush()
    return {
        "username": username,
        "role": role.value,
        "password": password,
        "expires_at": expires.isoformat(timespec="seconds"),
    }
