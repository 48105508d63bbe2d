"""What a table from outside would do to the roster: which posts its rows mean, what is wrong with them, who
joins, who moves. Written by nothing but a change-set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models.center import Center
from db.models.grid import Grid
from db.models.roster import RosterAction
from db.scope import ScopedSession
from lib.errors import Problem
from lib.fields.field import Field, Kept
from lib.imports.dry_run import DryRun, Existing, Recognized, Rows, State, dry_run, with_problems
from lib.imports.matching import Matching
from lib.imports.sheet import is_blank
from lib.imports.table import Table
from lib.roster.changes.change import Judged, LineChange
from lib.roster.changes.judging import Judging
from lib.roster.changes.together import together
from lib.roster.fields import POST
from lib.roster.lines import said_in_part
from lib.roster.places import Places
from lib.roster.recognizing import Meant, Recognizing

MOST_NAMES = 1000


class RosterTarget:
    """The roster as an import sees it. A blank cell takes a value away only in a row that names the number of
    its post: villages' own tables say less than what is known."""

    key = POST

    def __init__(self, session: ScopedSession, places: Places, as_of: date) -> None:
        self._places = places
        self._judging = Judging(session, places, as_of)
        self._recognizing = Recognizing(session, self._judging)
        self.columns = self._judging.fields
        self._meant: list[tuple[int, Meant]] = []
        self.judged: list[Judged] = []
        """One for each row that was taken, in their order."""

    def recognize(self, rows: Rows) -> Mapping[int, Recognized]:
        meant = self._recognizing.meant(rows)
        self._meant = [(number, meant.get(number, Meant())) for number in rows]
        return {number: self._recognized(one) for number, one in meant.items()}

    def _recognized(self, one: Meant) -> Recognized:
        existing = None
        if one.post is not None and one.person is not None:
            values = self._judging.line(one.post, one.person)
            existing = Existing(one.post.version, values, one.post.name)
        return Recognized(one.key, one.field, existing, one.refusal)

    def before(self, keys: Collection[str]) -> Mapping[str, Existing]:
        """Rows are recognized by more than one column."""
        return {}

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        number, meant = self._meant[len(self.judged)]
        if meant.refusal:
            self.judged.append(Judged(number, LineChange(None, typed), None, None, {}, {}))
            return {}, (Problem(meant.field, meant.refusal),)
        one = self._judging.one(self._change(number, typed, meant), number)
        self.judged.append(one)
        # What is empty now is said, so that it is seen as a change.
        return dict.fromkeys(one.before, "") | dict(one.after), one.problems

    def _change(self, number: int, typed: Mapping[str, object], meant: Meant) -> LineChange:
        """The row as somebody would have typed it into the line that it means."""
        said = {key: value for key, value in typed.items() if key != POST}
        if not meant.numbered:
            said = {key: value for key, value in said.items() if not is_blank(value)}  # type: ignore[arg-type]
            if meant.citizen_id:
                said["citizen_id"] = meant.citizen_id
        post, person = meant.post, meant.person
        if post is None or person is None:
            key = person.id if person is not None else None
            return LineChange(post.id if post else None, said, None, key if post is None else None, number)
        if not meant.numbered and "since" in said:
            since = self._recognizing.day("since", said["since"])
            if since is not None and self._recognizing.began_before(post, since):
                del said["since"]
        return LineChange(post.id, said, (post.version, person.version), row=number)

    def shown(self, kept: Kept, field: Field) -> str:
        return said_in_part(kept, field, self._places)


@dataclass(frozen=True)
class Trial:
    """What an import would do. `changes` are for `save_lines`, one for each row that can be written, with
    what would come of it in `outcomes`; `action` is what the history will call it."""

    run: DryRun
    changes: tuple[LineChange, ...]
    outcomes: tuple[Judged, ...]

    @property
    def action(self) -> RosterAction:
        new = all(one.post_id is None for one in self.changes)
        return RosterAction.JOINED if new else RosterAction.CORRECTED


def tried(
    session: ScopedSession,
    table: Table,
    matching: Matching,
    places: Places,
    as_of: date,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """Holds the table against the roster; what only all rows together show is told at its row too."""
    target = RosterTarget(session, places, as_of)
    run = dry_run(table, matching, target, progress, target.recognize)
    whole = {row.number for row in run.rows if row.state is not State.WRONG}
    found = together(session, [one for one in target.judged if one.number in whole], places, as_of)
    writable = {row.number for row in run.writable}
    good = tuple(one for one in found if one.number in writable and not one.problems)
    wrong = {one.number: one.problems for one in found if one.problems}
    return Trial(with_problems(run, table, wrong), tuple(one.change for one in good), good)


def names_to_choose(session: ScopedSession, fields: Collection[Field]) -> dict[str, list[str]]:
    """What a template offers in lists, by the key of the field: the viewer's grids and centers where they are
    not too many for a list."""
    found = {}
    grids = select(Grid.code, Grid.name).order_by(Grid.code).limit(MOST_NAMES + 1)
    centers = select(Center.code, Center.name).where(Center.ended_on.is_(None)).order_by(Center.code)
    for one in fields:
        if one.kind == "grid":
            names = [f"{code} {name}" for code, name in session.execute(grids)]
        elif one.kind == "center":
            rows = session.execute(centers)
            names = [f"{code} {name}" for code, name in rows if session.scope.covers(code)]
        else:
            continue
        if 0 < len(names) <= MOST_NAMES:
            found[one.key] = names
    return found
