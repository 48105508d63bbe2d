"""`import register`: a table into a register, checked whole before anything is written."""

from __future__ import annotations

import argparse
import json
from typing import Any

from db.models.account import Role
from db.models.register import ChangeSetKind
from lib.access.work import at_the_machine, system_reading
from lib.errors import BadInput
from lib.i18n import _
from lib.imports.dry_run import DryRun, State
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.sheet import LARGEST_FILE, MEGABYTE
from lib.imports.suspicion import suspicions
from lib.imports.table import choose_table
from lib.registers.changes.commands import save_changes
from lib.registers.changes.queries import import_columns, try_import
from lib.registers.seeing import register_with_design
from lib.registers.world import Surroundings


def register(given: argparse.Namespace) -> int:
    """Acts for the center that made the register. All rows or none."""
    content = _content(given)
    with system_reading() as session:
        found, design = register_with_design(session, given.register)
        center, title = found.center_code, design.words
    with at_the_machine(center, Role.CENTER_DIRECTOR) as session:
        fields = import_columns(session, given.register)
        table = choose_table(open_file(given.file.name, content), fields)
        matching = match(table.headers, fields)
        tried = try_import(session, given.register, table, matching)
        tried.run.refuse_faults()
        doubts = suspicions(table, matching, tried.run, today=Surroundings(session).today, title=title)
        made = 0
        if not given.dry_run:
            made = save_changes(session, given.register, ChangeSetKind.IMPORT, given.file.name, tried.changes)
    answer = _answer(tried.run) | {
        "dry_run": given.dry_run,
        "change_set": made or None,
        "unused": [one.heading for one in matching.unused],
        "doubts": [one.sentence for one in doubts],
        "notes": list(table.notes),
        "problems": [],
    }
    print(json.dumps(answer, ensure_ascii=False)) if given.json else _tell(answer)
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


def _answer(run: DryRun) -> dict[str, Any]:
    return {"rows": len(run.rows)} | {state.value: run.counts[state] for state in State}


def _tell(answer: dict[str, Any]) -> None:
    if answer["dry_run"]:
        print(_("试运行，未写入任何数据。"))
    print(_("共{rows}行：新增{new}，更新{changed}，不变{unchanged}。").format(**answer))
    for sentence in (*answer["notes"], *answer["doubts"]):
        print(f"  {sentence}")
    if answer["unused"]:
        print(_("没有用到的列：{names}").format(names="、".join(answer["unused"])))
