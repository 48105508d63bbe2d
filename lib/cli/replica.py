"""`replica check`: is the analytic replica equal to the database, row for row."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from lib.i18n import _
from lib.replica import keeping
from lib.settings import settings


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("replica", help=_("分析副本"))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    action = actions.add_parser("check", help=_("装载分析副本，与业务库逐行逐列核对"))
    action.add_argument("--json", action="store_true")
    action.set_defaults(run=_check)


def _check(given: argparse.Namespace) -> int:
    from lib.replica.reconcile import reconcile

    replica = keeping.start(settings().database_url, wait=True, progress=_tell)
    print(file=sys.stderr)
    found = reconcile(replica)
    if given.json:
        seconds = round(replica.seconds_to_load, 2)
        print(json.dumps(asdict(found) | {"equal": found.equal, "seconds_to_load": seconds}))
    elif found.equal:
        print(_("分析副本与业务库一致：{rows}行逐列相同。").format(rows=f"{found.rows:,}"))
    else:
        print(
            _("分析副本与业务库不一致：缺{missing}行，多{extra}行，{different}行内容不同。").format(
                missing=found.missing, extra=found.extra, different=found.different
            ),
            found.keys,
        )
    return 0 if found.equal else 2


def _tell(share: float) -> None:
    print(f"\r{_('装载分析副本')} {share:.0%}", end="", file=sys.stderr)
