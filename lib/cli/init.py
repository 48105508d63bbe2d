"""`init`: makes a real deployment in an empty database, with an administrator who must set a password."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from db.models.account import Role
from db.models.center import Level
from db.models.deployment import Deployment, DeploymentKind
from lib import clock
from lib.access.guard import viewer_of
from lib.access.permissions import ROLE_WORDS
from lib.access.work import at_the_machine
from lib.audit.chain import record
from lib.centers.codes import DamagedCode, read_code
from lib.centers.divisions import read_divisions
from lib.centers.edition_writer import living_codes, subtree, take_edition
from lib.cli.account import issue, show
from lib.errors import BadInput, Problem, WrongState
from lib.i18n import _


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
    wanted = [(given.admin, Role.SYSTEM_ADMINISTRATOR)]
    wanted += [(given.auditor, Role.SECURITY_AUDITOR)] if given.auditor is not None else []
    root = _root(given.root)
    found = read_divisions(given.divisions).units
    if not any(unit.code == root for unit in found):
        sentence = _("区划表里没有这个单位。")
        raise BadInput(_("无法建立系统。"), (Problem("root", sentence, None, given.root),))
    with at_the_machine(root) as session:
        if session.get(Deployment, 1) is not None:
            raise WrongState(_("这个数据库已经在使用，init只能用于空数据库。"))
        units = subtree(found, root, living_codes(session))
        plan, _outside = take_edition(session, units, given.divisions.name)
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code=root, stands_at=None, created_at=clock.now())
        )
        session.flush()
        record(session, viewer_of(session), "deployment made", root, after={"centers": len(plan.added)})
        accounts = [issue(session, name, _(ROLE_WORDS[role]), role, root) for name, role in wanted]
    answer = {"root": root, "centers": len(units), "accounts": accounts, "problems": []}
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(_("已建立：{root}，共{centers}个中心。").format(root=root, centers=len(units)))
        show(accounts)
    return 0


def _root(text: str) -> str:
    """City or county; written short, or filled up to twelve digits."""
    for level in (Level.CITY, Level.COUNTY):
        try:
            return read_code(text, level)
        except DamagedCode:
            continue
    sentence = _("应为市的4位代码或区县的6位代码。")
    raise BadInput(_("无法建立系统。"), (Problem("root", sentence, None, text[:100]),))
