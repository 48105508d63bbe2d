"""Questions about tables that come from outside: which columns they may have, what they would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from db.models.roster import RosterAction
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.fields.field import Field
from lib.i18n import _
from lib.imports.dry_run import DryRun
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.imports.template import template
from lib.roster import importing
from lib.roster.changes.change import LineChange
from lib.roster.changes.queries import LinePreview, previewed
from lib.roster.effect import must_be_recent
from lib.roster.fields import roster_fields
from lib.roster.places import Places

MOST_PREVIEWED = 300


@dataclass(frozen=True)
class RosterTrial:
    """What an import would do; `changes` and `action` are for `save_lines`, `previews` are of the first rows
    that would be written."""

    run: DryRun
    changes: tuple[LineChange, ...]
    action: RosterAction
    previews: tuple[LinePreview, ...]


@query(Permission.KEEP_ROSTER)
def roster_columns(session: ScopedSession) -> tuple[Field, ...]:
    """The columns that a table for the roster may have."""
    return roster_fields()


@query(Permission.KEEP_ROSTER)
def roster_template(session: ScopedSession) -> bytes:
    """The workbook in which people send new rows, with the viewer's grids to choose from."""
    fields = roster_fields()
    return template(_("花名册"), fields, importing.names_to_choose(session, fields))


@query(Permission.KEEP_ROSTER)
def try_roster(
    session: ScopedSession,
    table: Table,
    matching: Matching,
    as_of: date | None = None,
    progress: Callable[[float], None] | None = None,
) -> RosterTrial:
    """Holds a table against the roster; nothing is written. Whoever works elsewhere according to the table
    moves on `as_of`; None is today. Raises BadInput."""
    places = Places(session)
    day = as_of or places.today
    must_be_recent(day, places.today)
    found = importing.tried(session, table, matching, places, day, progress)
    previews = tuple(previewed(one, places) for one in found.outcomes[:MOST_PREVIEWED])
    return RosterTrial(found.run, found.changes, found.action, previews)
