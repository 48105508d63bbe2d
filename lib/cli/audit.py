"""`audit verify`: reads the whole chain and says whether it can be believed."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lib.access.work import system_reading
from lib.audit.chain import verify
from lib.i18n import _


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("audit", help="the audit chain")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    action = actions.add_parser("verify", help="check every row of the chain against its key and anchors")
    action.add_argument("--json", action="store_true")
    action.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    with system_reading() as session:
        verdict = verify(session)
    if given.json:
        print(json.dumps(vars(verdict)))
    elif verdict.holds:
        print(_("审计链完整：{rows}条。").format(rows=verdict.rows))
    else:
        print(_("审计链从第{seq}条起不可信。").format(seq=verdict.first_wrong), _(verdict.why))
    return 0 if verdict.holds else 2
