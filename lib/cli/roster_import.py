"""`import roster`: people and posts from a table, checked whole before anything is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

from db.models.account import Role
from db.models.register import ChangeSetKind
from lib.access.work import at_the_machine, system_reading
from lib.cli.table_import import take, tell
from lib.deployment import standing, today_of
from lib.errors import BadInput
from lib.i18n import _
from lib.imports.dry_run import DryRun
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.roster.changes.commands import save_lines
from lib.roster.tables.queries import roster_columns, try_roster


def roster(given: argparse.Namespace) -> int:
    """Acts for the topmost center. All rows or none."""
    day = _day(given.as_of)
    with system_reading() as session:
        here = standing(session)
    center = here.root_code if here else ""
    with at_the_machine(center, Role.CENTER_DIRECTOR) as session:

        def try_it(table: Table, matching: Matching) -> tuple[DryRun, Callable[[], int]]:
            tried = try_roster(session, table, matching, day)
            return tried.run, lambda: save_lines(
                session, ChangeSetKind.IMPORT, given.file.name, tried.changes, day, tried.action
            )

        answer = take(given, roster_columns(session), _("花名册"), today_of(session), try_it)
    return tell(given, answer)


def _day(said: str) -> date | None:
    """Raises BadInput."""
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BadInput(_("“{said}”不是日期，请写成2026-07-01。").format(said=said[:30])) from None
