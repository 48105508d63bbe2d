"""A table into a list at the machine: opened, matched, checked whole; then what became of it, in words or as
JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from lib.errors import BadInput
from lib.fields.field import Field
from lib.i18n import _
from lib.imports.dry_run import DryRun, State
from lib.imports.file import open_file
from lib.imports.matching import Matching, match
from lib.imports.sheet import LARGEST_FILE, MEGABYTE
from lib.imports.suspicion import suspicions
from lib.imports.table import Table, choose_table


def take(
    given: argparse.Namespace,
    fields: tuple[Field, ...],
    title: str,
    today: date,
    try_it: Callable[[Table, Matching], tuple[DryRun, Callable[[], int]]],
) -> dict[str, Any]:
    """All rows or none. `try_it` answers what would come of the table, and what writes it and names the
    change-set. Raises BadInput with everything that is wrong."""
    table = choose_table(open_file(given.file.name, _content(given)), fields)
    matching = match(table.headers, fields)
    run, save = try_it(table, matching)
    run.refuse_faults()
    doubts = suspicions(table, matching, run, today=today, title=title)
    made = 0 if given.dry_run else save()
    return (
        {"rows": len(run.rows)}
        | {state.value: run.counts[state] for state in State}
        | {
            "dry_run": given.dry_run,
            "change_set": made or None,
            "unused": [one.heading for one in matching.unused],
            "doubts": [one.sentence for one in doubts],
            "notes": list(table.notes),
            "problems": [],
        }
    )


def tell(given: argparse.Namespace, answer: dict[str, Any]) -> int:
    """Once everything is written."""
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    if answer["dry_run"]:
        print(_("试运行，未写入任何数据。"))
    print(_("共{rows}行：新增{new}，更新{changed}，不变{unchanged}。").format(**answer))
    for sentence in (*answer["notes"], *answer["doubts"]):
        print(f"  {sentence}")
    if answer["unused"]:
        print(_("没有用到的列：{names}").format(names="、".join(answer["unused"])))
    return 0


def _content(given: argparse.Namespace) -> bytes:
    """Raises BadInput before a byte of a file is read that is too large."""
    try:
        if given.file.stat().st_size > LARGEST_FILE:
            raise BadInput(
                _("文件“{name}”太大：最多{most} MB，请分开导入。").format(
                    name=given.file.name, most=LARGEST_FILE // MEGABYTE
                )
            )
        content: bytes = given.file.read_bytes()
    except OSError:
        raise BadInput(_("打不开文件“{name}”，请核对路径。").format(name=given.file)) from None
    return content
