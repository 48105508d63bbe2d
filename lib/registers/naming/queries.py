"""What a person may mean while they are still typing: things that a field can name, within their scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import case, func, or_, select

from db.models.case import Case
from db.models.center import CODE_LENGTH, Center
from db.models.department import Department
from db.models.grid import Grid
from db.models.register import Entry, Register
from db.models.roster import Person
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.fields.field import Field, Named
from lib.i18n import language
from lib.registers.design import Design
from lib.registers.seeing import no_register, reads, register_with_design, seen
from lib.registers.world import KINDS, NEEDS, Surroundings
from lib.typed import literal_pattern, plain

MOST = 20


@query(Permission.FILL_REGISTERS)
def suggestions(session: ScopedSession, register_id: int, field_key: str, said: str) -> tuple[str, ...]:
    """What a field can name and that is called like what was said, each as it is read again; the first ones
    when nothing was said. Nothing for a field that the viewer does not see. Raises NotFound."""
    _register, design = _readable(session, register_id)
    viewer = viewer_of(session)
    field = next((one for one in seen(viewer, design) if one.key == field_key), None)
    what = KINDS.get(field.kind) if field is not None else None
    if field is None or what is None or (what in NEEDS and not viewer.may(NEEDS[what])):
        return ()
    if what is Named.ENTRY:
        try:
            _readable(session, field.links_to or 0)
        except NotFound:
            return ()
    keys = [str(key) for key in session.scalars(FOUND[what](_said(said), field).limit(MOST))]
    world = Surroundings(session)
    world.know([field], [{field.key: key} for key in keys])
    return tuple(words for words in (world.words(what, key, field) for key in keys) if words)


@query(Permission.FILL_REGISTERS)
def fillers(session: ScopedSession, register_id: int, said: str) -> tuple[str, ...]:
    """The centers in the viewer's scope that have entries in a register and are called like what was said:
    code and name. Raises NotFound."""
    _register, design = _readable(session, register_id)
    lengths = [length for level, length in CODE_LENGTH.items() if level.value in design.filled_by]
    # A center knows those above it; it writes for itself and for those below.
    statement = _centers(_said(said), None).where(within(Center.code, session.scope.prefixes))
    if lengths:
        statement = statement.where(func.length(Center.code).in_(lengths))
    names = session.execute(statement.add_columns(Center.name).limit(MOST)).all()
    return tuple(f"{code} {name}" for code, name in names)


def _readable(session: ScopedSession, register_id: int) -> tuple[Register, Design]:
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        raise no_register()
    return register, design


def _said(said: str) -> str:
    """A whole suggestion is looked for by its code or its number."""
    text = plain(said)
    code, _blank, rest = text.partition(" ")
    if rest and code.isascii() and code.isdigit():
        return code
    return text


def _like(column: Any, said: str) -> Any:
    return column.like(literal_pattern(said), escape="\\")


def _beginning(column: Any, said: str) -> Any:
    return column.like(literal_pattern(said)[1:], escape="\\")


def _number(said: str) -> int:
    text = said.rpartition("#")[2]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _named(said: str) -> str:
    """ "张三 #12" without its number."""
    return said.partition(" #")[0].lstrip("#")


def _centers(said: str, _field: Field | None) -> Any:
    statement = select(Center.code).where(Center.ended_on.is_(None))
    if said:
        statement = statement.where(or_(_beginning(Center.code, said), _like(Center.name, said)))
    return statement.order_by(func.length(Center.code), Center.code)


def _grids(said: str, _field: Field) -> Any:
    statement = select(Grid.code)
    if said:
        statement = statement.where(or_(_beginning(Grid.code, said), _like(Grid.name, said)))
    return statement.order_by(Grid.code)


def _departments(said: str, _field: Field) -> Any:
    name = Department.name_en if language() == "en" else Department.name
    statement = select(Department.id)
    if said:
        like = or_(_like(Department.name, _named(said)), _like(Department.name_en, _named(said)))
        statement = statement.where(or_(like, Department.id == _number(said)))
    return statement.order_by(name, Department.id)


def _people(said: str, _field: Field) -> Any:
    statement = select(Person.id)
    if said:
        statement = statement.where(or_(_like(Person.name, _named(said)), Person.id == _number(said)))
    return statement.order_by(Person.name, Person.id)


def _cases(said: str, _field: Field) -> Any:
    statement = select(Case.id)
    if said:
        statement = statement.where(or_(_beginning(Case.number, _named(said)), Case.id == _number(said)))
    return statement.order_by(Case.id.desc())


def _entries(said: str, field: Field) -> Any:
    statement = select(Entry.id).where(Entry.register_id == field.links_to, Entry.removed_at.is_(None))
    if said:
        statement = statement.where(or_(_like(Entry.title, _named(said)), Entry.serial == _number(said)))
    # Whoever is looked for by the whole name stands first.
    return statement.order_by(case((Entry.title == _named(said), 0), else_=1), Entry.id.desc())


FOUND: dict[Named, Callable[[str, Field], Any]] = {
    Named.CENTER: _centers,
    Named.GRID: _grids,
    Named.DEPARTMENT: _departments,
    Named.PERSON: _people,
    Named.CASE: _cases,
    Named.ENTRY: _entries,
}
