"""`replica check` and `status`: is the analytic replica equal to the database, and what does it cost."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lib.errors import WrongState
from lib.i18n import _, numbers
from lib.replica import keeping
from lib.replica.errors import NotInStep
from lib.settings import settings

if TYPE_CHECKING:
    from lib.replica.reconcile import Reconciled
    from lib.replica.replica import Replica


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("replica", help=_("分析副本"))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, run, words in (
        ("check", _check, _("装载分析副本，与业务库逐行逐列核对")),
        ("status", _status, _("装载分析副本，显示行数、用时和内存")),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
        action.set_defaults(run=run)


def loaded() -> Replica:
    """The replica with all that is committed by now; how far it is goes to the error stream."""
    try:
        return keeping.start(settings().database_url, wait=True, progress=_tell)
    except NotInStep as problem:
        raise WrongState(_("分析副本装载失败：{problem}").format(problem=problem)) from None


def _tell(share: float) -> None:
    """One line that grows on a terminal; in a file only its end."""
    if sys.stderr.isatty():
        words = _("装载分析副本")
        print(f"\r{words} {share:.0%}", end="", file=sys.stderr, flush=True)
    if share >= 1:
        print("" if sys.stderr.isatty() else _("分析副本已装载"), file=sys.stderr)


def _check(given: argparse.Namespace) -> int:
    from lib.replica.reconcile import reconcile

    replica = loaded()
    try:
        found = reconcile(replica)
    except NotInStep as problem:
        raise WrongState(_("核对中断，请重试：{problem}").format(problem=problem)) from None
    if given.json:
        seconds = round(replica.seconds_to_load, 2)
        print(json.dumps({**asdict(found), "equal": found.equal, "seconds_to_load": seconds}))
    else:
        _print(found)
    return 0 if found.equal else 2


def _print(found: Reconciled) -> None:
    if found.equal:
        print(_("分析副本与业务库一致：{rows}行逐列相同。").format(rows=f"{found.in_replica:,}"))
        return
    print(
        _(
            "分析副本与业务库不一致：业务库{in_database}行，副本{in_replica}行；"
            "缺{missing}行，多{extra}行，{different}行内容不同。"
        ).format(
            in_database=f"{found.in_database:,}",
            in_replica=f"{found.in_replica:,}",
            missing=f"{found.missing:,}",
            extra=f"{found.extra:,}",
            different=f"{found.different:,}",
        )
    )
    for words, keys in ((_("缺"), found.missing_keys), (_("多"), found.extra_keys)):
        if keys:
            print(f"  {words} {', '.join(map(str, keys))}")
    for key, columns in found.different_keys.items():
        print(f"  {key}: {', '.join(columns)}")


def _status(given: argparse.Namespace) -> int:
    replica = loaded()
    store, as_of = replica.store(), replica.as_of
    found = {
        "rows": store.rows(),
        "seconds_to_load": round(replica.seconds_to_load, 2),
        "memory_bytes": store.memory(),
        "as_of": as_of.isoformat(timespec="seconds") if as_of else None,
    }
    if given.json:
        print(json.dumps(found))
    else:
        print(
            _("分析副本：{rows}行，装载用时{seconds}秒，占内存{memory}MB，截至{moment}。").format(
                rows=f"{found['rows']:,}",
                seconds=found["seconds_to_load"],
                memory=f"{store.memory() / 2**20:.0f}",
                moment=numbers.table_moment(as_of),
            )
        )
    return 0
