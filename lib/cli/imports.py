"""`import divisions`, `boundaries`, `cases`, `register`, `roster`: real data, checked, then written."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from db.models.center import Change, CodeChange
from lib import clock
from lib.access.work import system, system_reading
from lib.cases.facts_import import Report, import_facts
from lib.cases.facts_mapping import read_mapping
from lib.centers.boundaries import read_boundaries
from lib.centers.boundary_writer import known_centers, take_boundaries
from lib.centers.divisions import read_divisions
from lib.centers.edition_writer import living_codes, take_edition
from lib.centers.editions import Plan, UnitChange
from lib.cli.register_import import register
from lib.cli.roster_import import roster
from lib.deployment import raise_when_long
from lib.grids.follow import follow_centers
from lib.i18n import _
from lib.typed import plain


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("import", help=_("导入区划、边界、事件、台账或花名册"))
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    for kind, run, words in (
        ("divisions", divisions, _("导入一份区划表（.csv或.xlsx），以后的新版也这样导入")),
        ("boundaries", boundaries, _("导入各级中心的边界（GeoJSON，经纬度）")),
        ("cases", cases, _("按映射文件导入别处登记的事件")),
        ("register", register, _("把表格（.xlsx或.csv）导入一本台账，查出问题就什么都不写")),
        ("roster", roster, _("把表格（.xlsx或.csv）导入花名册，查出问题就什么都不写")),
    ):
        one = kinds.add_parser(kind, help=words)
        if kind == "register":
            one.add_argument("register", type=int, metavar="REGISTER_ID")
        one.add_argument("file", type=Path, metavar="FILE")
        one.add_argument("--dry-run", action="store_true", help=_("只检查和比较，不写入"))
        one.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
        if kind == "boundaries":
            words = _("存放中心代码的属性名，不写时依次查找code、adcode、gb、id")
            one.add_argument("--property", default="", metavar="NAME", help=words)
        if kind == "roster":
            words = _("调岗从哪一天起，不写就是今天")
            one.add_argument("--as-of", default="", metavar="2026-07-01", help=words)
        if kind == "cases":
            one.add_argument("--mapping", type=Path, required=True, metavar="FILE.toml")
        one.set_defaults(run=run)


def divisions(given: argparse.Namespace) -> int:
    """A dry run does everything and takes it back, so that it cannot find less than the real one."""
    with system_reading() as session:
        known = living_codes(session)
    found = read_divisions(given.file, known)
    edition = given.file.name
    with system() as session:
        began = clock.now()
        plan, outside = take_edition(session, found.units, edition)
        grids = follow_centers(session, plan, edition)
        changed_grids = [_told(change) for change in grids]
        raise_when_long(session, began)
        if given.dry_run:
            session.rollback()
    answer = divisions_answer(plan, found.rows, outside) | {
        "dry_run": given.dry_run,
        "grids": changed_grids,
        "problems": [],
    }
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _tell_divisions(answer)
    return 0


def divisions_answer(plan: Plan, rows: int, outside: int) -> dict[str, Any]:
    """What `--json` says of a plan. `unchanged` counts units; a province is none of them."""
    return {
        "rows": rows,
        "outside": outside,
        "added": len(plan.added),
        **{kind.value: plan.count(kind) for kind in Change},
        "unchanged": plan.unchanged,
        "changes": [_told(change) for change in plan.changes],
    }


def _told(change: UnitChange | CodeChange) -> dict[str, str]:
    return {
        "kind": change.kind.value,
        "old_code": change.old_code,
        "old_name": change.old_name,
        "new_code": change.new_code,
        "new_name": change.new_name,
    }


def _tell_divisions(answer: dict[str, Any]) -> None:
    if answer["dry_run"]:
        print(_("试运行，未写入任何数据。"))
    print(
        _(
            "共{rows}行：新增{added}，改名{renamed}，迁移{moved}，并入{merged}，撤销{ended}，"
            "不变{unchanged}；范围以外{outside}。"
        ).format(**answer)
    )
    words = {"renamed": _("改名"), "moved": _("迁移"), "merged": _("并入"), "ended": _("撤销")}
    for title, changes in ((_("单位"), answer["changes"]), (_("网格"), answer["grids"])):
        for change in changes:
            old = f"{change['old_name']} {change['old_code']}"
            new = f" → {change['new_name']} {change['new_code']}" if change["new_code"] else ""
            print(f"  {title} {words[change['kind']]} {old}{new}")


def boundaries(given: argparse.Namespace) -> int:
    with system_reading() as session:
        known = known_centers(session)
    found = read_boundaries(given.file, known, given.property)
    with system() as session:
        report = take_boundaries(session, found, plain(given.file.name, 100))
        if given.dry_run:
            session.rollback()
    answer = asdict(report) | {"dry_run": given.dry_run, "problems": []}
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    if given.dry_run:
        print(_("试运行，未写入任何数据。"))
    print(
        _(
            "共{features}个边界：新增{added}，更新{updated}，不变{unchanged}；{read}个点简化为{kept}个。"
        ).format(**answer)
    )
    if report.closed:
        print(_("有{closed}个环缺最后一点，已按首尾相同补上。").format(closed=report.closed))
    return 0


def cases(given: argparse.Namespace) -> int:
    mapping = read_mapping(given.mapping)
    report = import_facts(given.file, mapping, dry_run=given.dry_run, progress=_progress())
    if given.json:
        print(json.dumps(report.as_words(), ensure_ascii=False))
    else:
        _tell_cases(report)
    return 0


def _progress() -> Any:
    """A line that is overwritten, for somebody who is watching; silence for a log file."""
    if not sys.stderr.isatty():
        return lambda words, done: None

    def show(words: str, done: int) -> None:
        print(f"\r\x1b[K{words} {done:,}", end="", file=sys.stderr, flush=True)

    return show


def _tell_cases(report: Report) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if report.dry_run:
        print(_("试运行，未写入任何数据。"))
    print(
        _("共{rows}行：新增{created}，更新{updated}，不变{unchanged}。").format(
            rows=report.rows, created=report.created, updated=report.updated, unchanged=report.unchanged
        )
    )
    if report.check is not None:
        print(
            _("与来源自己的超期标记核对：比较{compared}件，相同{equal}件，不同{different}件。").format(
                compared=report.check.compared,
                equal=report.check.equal,
                different=len(report.check.different),
            )
        )
        for number in report.check.different:
            print(f"  {number}")
    if report.impossible:
        print(_("以下{count}件自相矛盾，已按原样保留：").format(count=len(report.impossible)))
        for odd in report.impossible:
            print(f"  {odd.row}: {odd.number} {odd.sentence}")
