"""Questions about changes of the roster: what saving would do, and what was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from db.models.register import ChangeSet, ChangeSetKind
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import Problem
from lib.roster.changes.change import Judged, LineChange
from lib.roster.changes.judging import judged
from lib.roster.fields import roster_fields
from lib.roster.history import SUBJECT
from lib.roster.lines import said_in_part
from lib.roster.places import Places

MOST_SETS = 30


@dataclass(frozen=True)
class LinePreview:
    """What would come of one line. `number` is its place for the person, `serial` the key of its post;
    `kind` is new, edited or same; `changed` has the key, the label, and what a column says now and would
    say, numbers only in part."""

    number: int
    serial: int | None
    title: str
    kind: str
    changed: tuple[tuple[str, str, str, str], ...]
    problems: tuple[Problem, ...]
    conflict: bool
    follows: tuple[str, ...]

    @property
    def key(self) -> int | None:
        return self.serial


@query(Permission.KEEP_ROSTER)
def preview_lines(
    session: ScopedSession, rows: Sequence[LineChange], as_of: date | None = None
) -> tuple[LinePreview, ...]:
    """What saving these lines would do, in their order; nothing is written."""
    places = Places(session)
    return tuple(previewed(one, places) for one in judged(session, rows, places, as_of))


def previewed(one: Judged, places: Places) -> LinePreview:
    changed = []
    for field in roster_fields():
        old, new = one.before.get(field.key, ""), one.after.get(field.key, "")
        if old != new:
            before, after = said_in_part(old, field, places), said_in_part(new, field, places)
            changed.append((field.key, field.words, before, after))
    title = str(one.after.get("name") or one.before.get("name", ""))
    kind = "new" if one.post is None else "same" if one.nothing else "edited"
    return LinePreview(
        one.number, one.post.id if one.post else one.change.post_id, title, kind, tuple(changed),
        one.problems, one.conflict, one.follows,
    )  # fmt: skip


@dataclass(frozen=True)
class RosterSet:
    """A change-set of the roster; `own` says whether the viewer may take it back."""

    id: int
    kind: ChangeSetKind
    source: str
    made: int
    edited: int
    removed: int
    done_by: str
    done_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    own: bool


@query(Permission.KEEP_ROSTER)
def recent_sets(session: ScopedSession, limit: int = MOST_SETS) -> tuple[RosterSet, ...]:
    """The change-sets of the roster that the viewer sees, the newest first."""
    viewer = viewer_of(session)
    rows = session.scalars(
        select(ChangeSet)
        .where(ChangeSet.subject == SUBJECT)
        .order_by(ChangeSet.id.desc())
        .limit(min(max(limit, 1), MOST_SETS))
    )
    return tuple(
        RosterSet(
            row.id, row.kind, row.source, row.made, row.edited, row.removed, row.done_by, row.done_at,
            row.undone_by, row.undone_at,
            row.done_by_id == viewer.account_id or row.center_code == viewer.center_code,
        )
        for row in rows
    )  # fmt: skip
