"""`import register`: a table into a register, checked whole before anything is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from db.models.account import Role
from db.models.register import ChangeSetKind
from lib.access.work import at_the_machine, system_reading
from lib.cli.table_import import take, tell
from lib.deployment import today_of
from lib.imports.dry_run import DryRun
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.registers.changes.commands import save_changes
from lib.registers.changes.queries import import_columns, try_import
from lib.registers.seeing import register_with_design


def register(given: argparse.Namespace) -> int:
    """Acts for the center that made the register. All rows or none."""
    number = given.register
    with system_reading() as session:
        found, design = register_with_design(session, number)
        center, title = found.center_code, design.words
    with at_the_machine(center, Role.CENTER_DIRECTOR) as session:

        def try_it(table: Table, matching: Matching) -> tuple[DryRun, Callable[[], int]]:
            tried = try_import(session, number, table, matching)
            return tried.run, lambda: save_changes(
                session, number, ChangeSetKind.IMPORT, given.file.name, tried.changes
            )

        answer = take(given, import_columns(session, number), title, today_of(session), try_it)
    return tell(given, answer)
