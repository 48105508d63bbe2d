"""What the fields of an entry name: centers, grids, departments, people, cases and other entries, found and
called with the viewer's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.case import Case
from db.models.center import Center
from db.models.department import Department
from db.models.grid import Grid
from db.models.register import Entry
from db.models.roster import Person
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.fields.field import Field, Kept, Named
from lib.i18n import language
from lib.masking import masked_name
from lib.registers.seeing import reads, register_with_design

AT_ONCE = 500
MOST_FOUND = 3
KINDS: dict[str, Named] = {
    "center": Named.CENTER,
    "grid": Named.GRID,
    "department": Named.DEPARTMENT,
    "person": Named.PERSON,
    "case": Named.CASE,
    "link": Named.ENTRY,
}


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


class Surroundings:
    """Answers are remembered as long as the session lives, so that a sheet of thousands asks once."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session
        self._words: dict[tuple[Named, str], str] = {}
        self._found: dict[tuple[Named, str, int | None], tuple[str, ...]] = {}
        self._read: dict[int, bool] = {}
        self._today: date | None = None
        self._viewer = viewer_of(session)

    @property
    def today(self) -> date:
        if self._today is None:
            self._today = clock.local(deployment.moment_of(self._session)).date()
        return self._today

    @property
    def own_center(self) -> str:
        return self._viewer.center_code

    def words(self, what: Named, key: str, field: Field) -> str:
        if (what, key) not in self._words:
            self._learn(what, [key])
        return self._words[what, key]

    def know(self, fields: Iterable[Field], rows: Iterable[Mapping[str, Kept]]) -> None:
        """Asks for all that the rows name at once."""
        named = [(one.key, KINDS[one.kind]) for one in fields if one.kind in KINDS]
        wanted: dict[Named, set[str]] = {}
        for row in rows:
            for key, what in named:
                kept = row.get(key)
                if isinstance(kept, str) and kept and (what, kept) not in self._words:
                    wanted.setdefault(what, set()).add(kept)
        for what, keys in wanted.items():
            ordered = sorted(keys)
            for start in range(0, len(ordered), AT_ONCE):
                self._learn(what, ordered[start : start + AT_ONCE])

    def state(self, entry_id: str) -> str:
        """The stage of an entry as its register calls it; "" for one that the viewer does not read or that
        was taken out."""
        entry = self._session.get(Entry, int(entry_id)) if _is_number(entry_id) else None
        if entry is None or entry.removed_at is not None:
            return ""
        if not self._reads(entry.register_id):
            return ""
        _register, design = register_with_design(self._session, entry.register_id)
        return design.stage(entry.state).label

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        asked = (what, said, field.links_to)
        if asked not in self._found:
            self._found[asked] = tuple(self._look(what, said, field))
        return self._found[asked]

    def _learn(self, what: Named, keys: list[str]) -> None:
        found = dict.fromkeys(keys, "")
        found |= self._entries(keys) if what is Named.ENTRY else READ[what](self._session, keys)
        self._words |= {(what, key): words for key, words in found.items()}

    def _look(self, what: Named, said: str, field: Field) -> list[str]:
        """By the key in it ("620102001 张掖路街道", "张三 #12", "#12"); else by its whole name."""
        if not self._may_find(what, field):
            return []
        code, _blank, _rest = said.partition(" ")
        number = said.rpartition("#")[2] if "#" in said else ""
        if what in (Named.CENTER, Named.GRID):
            if code.isascii() and code.isdigit():
                return self._checked(what, code)
        elif _is_number(number):
            if what is Named.ENTRY:
                return self._entry(number, field)
            return self._checked(what, number)
        return [str(key) for key in self._session.scalars(BY_NAME[what](said, field).limit(MOST_FOUND))]

    def _may_find(self, what: Named, field: Field) -> bool:
        """Who may not look at something elsewhere does not find out here whether it is there."""
        if what is Named.ENTRY:
            return field.links_to is not None and self._reads(field.links_to)
        return what not in NEEDS or self._viewer.may(NEEDS[what])

    def _reads(self, register_id: int) -> bool:
        if register_id not in self._read:
            try:
                register, design = register_with_design(self._session, register_id)
                self._read[register_id] = reads(self._viewer, register, design)
            except NotFound:
                self._read[register_id] = False
        return self._read[register_id]

    def _entries(self, keys: list[str]) -> dict[str, str]:
        """Entries of registers that the viewer reads, each with its title and its number."""
        rows = self._session.execute(
            select(Entry.id, Entry.register_id, Entry.serial, Entry.title).where(Entry.id.in_(_numbers(keys)))
        ).all()
        return {
            str(key): f"{title} #{serial}".strip()
            for key, register_id, serial, title in rows
            if self._reads(register_id)
        }

    def _checked(self, what: Named, key: str) -> list[str]:
        if (what, key) not in self._words:
            self._learn(what, [key])
        return [key] if self._words[what, key] else []

    def _entry(self, serial: str, field: Field) -> list[str]:
        """An entry is called by its number in its own register."""
        statement = select(Entry.id).where(
            Entry.register_id == field.links_to, Entry.serial == int(serial), Entry.removed_at.is_(None)
        )
        return [str(key) for key in self._session.scalars(statement)]


def _centers(session: ScopedSession, keys: list[str]) -> dict[str, str]:
    rows = session.execute(select(Center.code, Center.name).where(Center.code.in_(keys)))
    return {code: f"{code} {name}" for code, name in rows}


def _grids(session: ScopedSession, keys: list[str]) -> dict[str, str]:
    rows = session.execute(select(Grid.code, Grid.name).where(Grid.code.in_(keys)))
    return {code: f"{code} {name}" for code, name in rows}


def _departments(session: ScopedSession, keys: list[str]) -> dict[str, str]:
    name = Department.name_en if language() == "en" else Department.name
    rows = session.execute(select(Department.id, name).where(Department.id.in_(_numbers(keys))))
    return {str(key): f"{called} #{key}" for key, called in rows}


def _people(session: ScopedSession, keys: list[str]) -> dict[str, str]:
    whole = viewer_of(session).may(NEEDS[Named.PERSON])
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(_numbers(keys))))
    return {str(key): f"{name if whole else masked_name(name)} #{key}" for key, name in rows}


def _cases(session: ScopedSession, keys: list[str]) -> dict[str, str]:
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(_numbers(keys))))
    return {str(key): f"{number} #{key}" for key, number in rows}


def _numbers(keys: list[str]) -> list[int]:
    return [int(key) for key in keys if _is_number(key)]


READ: dict[Named, Callable[[ScopedSession, list[str]], dict[str, str]]] = {
    Named.CENTER: _centers,
    Named.GRID: _grids,
    Named.DEPARTMENT: _departments,
    Named.PERSON: _people,
    Named.CASE: _cases,
}
# What it takes to look for these.
NEEDS: dict[Named, Permission] = {
    Named.PERSON: Permission.READ_ROSTER,
    Named.CASE: Permission.READ_CASES,
}
BY_NAME: dict[Named, Callable[[str, Field], Any]] = {
    Named.CENTER: lambda said, field: select(Center.code).where(
        Center.name == said, Center.ended_on.is_(None)
    ),
    Named.GRID: lambda said, field: select(Grid.code).where(Grid.name == said),
    Named.DEPARTMENT: lambda said, field: select(Department.id).where(
        (Department.name == said) | (Department.name_en == said)
    ),
    Named.PERSON: lambda said, field: select(Person.id).where(Person.name == said),
    Named.CASE: lambda said, field: select(Case.id).where(Case.number == said),
    Named.ENTRY: lambda said, field: select(Entry.id).where(
        Entry.register_id == field.links_to, Entry.title == said, Entry.removed_at.is_(None)
    ),
}
