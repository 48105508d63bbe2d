"""Writes what happened to the rows of the roster, so that it can be read and taken back.

A row is remembered by the columns that people change. Numbers that name a person are remembered sealed.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Protocol

from sqlalchemy import inspect, select

from db.at_once import add_at_once
from db.base import Base
from db.models.duty import Patrol, Visit
from db.models.register import ChangeSet, ChangeSetKind
from db.models.roster import Leave, Person, Post, RosterAction, RosterChange, RosterRow
from db.models.training import Attendance
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import viewer_of
from lib.typed import as_typed

SUBJECT = "roster"
MODELS: dict[RosterRow, type[Base]] = {
    RosterRow.PERSON: Person,
    RosterRow.POST: Post,
    RosterRow.LEAVE: Leave,
    RosterRow.PATROL: Patrol,
    RosterRow.VISIT: Visit,
}
ROWS = {model: row for row, model in MODELS.items()}
# What the database counts itself, or what is too large to remember twice.
NOT_REMEMBERED = frozenset({"id", "version", "photo"})


class Kept(Protocol):
    """A row of one of `MODELS`."""

    id: Any
    center_code: Any


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def remembered(row: Base) -> dict[str, object]:
    """What the row holds, as JSON can keep it."""
    return {name: _plain(getattr(row, name)) for name in _remembered_columns(type(row))}


@cache
def _remembered_columns(model: type[Base]) -> tuple[str, ...]:
    return tuple(one.key for one in inspect(model).column_attrs if one.key not in NOT_REMEMBERED)


def change_set(session: ScopedSession, kind: ChangeSetKind, source: str, subject: str = SUBJECT) -> ChangeSet:
    """A new change-set of this person; what it made and edited is counted by whoever writes."""
    viewer = viewer_of(session)
    made = ChangeSet(
        center_code=viewer.center_code, subject=subject, kind=kind, source=as_typed(source, 200),
        done_by_id=viewer.account_id, done_by=viewer.name, done_at=deployment.moment_of(session),
        made=0, edited=0, removed=0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


@dataclass
class _Touched:
    row: Base
    before: dict[str, object] | None
    gone: bool = False


class History:
    """Collects what one action does and writes it down at its end. `day` is the day from which it holds."""

    def __init__(
        self,
        session: ScopedSession,
        action: RosterAction,
        day: date | None = None,
        made_in: ChangeSet | None = None,
    ) -> None:
        self.session, self.action, self.day, self.set = session, action, day, made_in
        self._touched: dict[tuple[type[Base], int], _Touched] = {}
        self._noted: list[tuple[Base, Mapping[str, object]]] = []

    @cached_property
    def _moment(self) -> datetime:
        return deployment.moment_of(self.session)

    def add(self, row: Base) -> None:
        """A new row; it gets its key here."""
        self.session.add(row)
        self.session.flush()
        self._touched[type(row), row.id] = _Touched(row, None)  # type: ignore[attr-defined]

    def change(self, row: Base, **values: object) -> bool:
        """Says whether anything was other before."""
        before = remembered(row)
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        after = remembered(row)
        if before == after:
            return False
        self._touched.setdefault((type(row), row.id), _Touched(row, before))  # type: ignore[attr-defined]
        if isinstance(row, Person) and before["center_code"] != row.center_code:
            self._along_with(row, str(before["center_code"]))
        return True

    def _along_with(self, person: Person, before: str) -> None:
        """Where somebody is kept now, people must see that they are trained, and away. A leave that is over
        stays where it was taken; who was there then is read there."""
        for attended in self.session.scalars(select(Attendance).where(Attendance.person_id == person.id)):
            attended.center_code = person.center_code
        for leave in self.session.scalars(
            select(Leave).where(
                Leave.person_id == person.id,
                Leave.center_code == before,
                Leave.until >= deployment.today_of(self.session),
            )
        ):
            self.change(leave, center_code=person.center_code)

    def remove(self, row: Base) -> None:
        held = self._touched.setdefault(
            (type(row), row.id),  # type: ignore[attr-defined]
            _Touched(row, remembered(row)),
        )
        held.gone = True
        self.session.delete(row)

    def note(self, row: Base, values: Mapping[str, object]) -> None:
        """Something about a row that is too large to be remembered, in words."""
        self._noted.append((row, values))

    def write(self) -> None:
        """Writes the history of all that was done, with the versions that the rows have now."""
        self.session.flush()
        lines = []
        for one in self._touched.values():
            if one.gone and one.before is None:
                continue  # came and went in one action
            before = one.before or {}
            after = {} if one.gone else remembered(one.row)
            changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
            whole = one.before is None or one.gone
            lines.append(
                self._line(
                    one.row,
                    "" if one.before is None else _dumped(before if whole else _only(before, changed)),
                    "" if one.gone else "{}" if whole else _dumped(_only(after, changed)),
                )
            )
            if self.set is not None:
                if one.gone:
                    self.set.removed += 1
                elif one.before is None:
                    self.set.made += 1
                else:
                    self.set.edited += 1
        lines += [self._line(row, "{}", _dumped(values)) for row, values in self._noted]
        add_at_once(self.session, RosterChange, lines)
        self._touched.clear()
        self._noted.clear()

    def made_at_once(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
        """The history of rows that were added in one statement; each names its key and its center."""
        viewer, moment = viewer_of(self.session), self._moment
        add_at_once(
            self.session, RosterChange,
            [
                {
                    "change_set_id": self.set.id if self.set else None, "center_code": row["center_code"],
                    "person_id": row["id"] if model is Person else row.get("person_id"),
                    "action": self.action, "row": ROWS[model], "row_id": row["id"], "day": self.day,
                    "before": "", "after": "{}", "version": 1, "done_by_id": viewer.account_id,
                    "done_by": viewer.name, "done_at": moment,
                }
                for row in rows
            ],
        )  # fmt: skip

    def _line(self, row: Base, before: str, after: str) -> dict[str, Any]:
        viewer = viewer_of(self.session)
        person = row.id if isinstance(row, Person) else getattr(row, "person_id", None)
        return {
            "change_set_id": self.set.id if self.set else None,
            "center_code": row.center_code,  # type: ignore[attr-defined]
            "person_id": person,
            "action": self.action,
            "row": ROWS[type(row)],
            "row_id": row.id,  # type: ignore[attr-defined]
            "day": self.day,
            "before": before,
            "after": after,
            "version": getattr(row, "version", 1),
            "done_by_id": viewer.account_id,
            "done_by": viewer.name,
            "done_at": self._moment,
        }


def _only(values: Mapping[str, object], keys: set[str]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key in keys}


def _dumped(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
