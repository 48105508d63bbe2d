"""The one place that decides which rows a person can see or touch.

A scope is a set of code prefixes. Every statement of a scoped session is narrowed to it; what
cannot be narrowed (text SQL, Core tables, bulk inserts) is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from sqlalchemy import ColumnElement, and_, event, false, inspect, or_, true
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from db.base import Base, GivenToDepartment, HandedDown, InCenter, SystemOnly
from db.statements import models_in, unnarrowable

Row = TypeVar("Row")
CODE_LENGTHS = (4, 6, 9, 12)


class OutsideScope(PermissionError):  # noqa: N818 - it says where, as a person would
    """A programming error or an attack; never a message for a person."""


@dataclass(frozen=True)
class Scope:
    """Whole subtrees, each named by the code of its top; of cases, one department's if so named."""

    prefixes: tuple[str, ...]
    department_id: int | None = None
    everything: bool = False

    def __post_init__(self) -> None:
        for prefix in self.prefixes:
            if not _is_code(prefix):
                raise OutsideScope(f"{prefix!r} is not a center's code")

    @classmethod
    def of(cls, codes: Iterable[str], department_id: int | None = None) -> Scope:
        """The smallest set of subtrees that covers `codes`."""
        tops: list[str] = []
        for code in sorted(set(codes)):
            if not tops or not code.startswith(tops[-1]):
                tops.append(code)
        return cls(tuple(tops), department_id)

    def covers(self, code: str) -> bool:
        return self.everything or code.startswith(self.prefixes or ("none",))

    def above(self) -> tuple[str, ...]:
        """The codes of all centers that stand over the scope."""
        return tuple(
            sorted({p[:length] for p in self.prefixes for length in CODE_LENGTHS if length < len(p)})
        )


EVERYTHING = Scope((), everything=True)  # migrations, seed, the gate and nightly jobs; never a page


def after(prefix: str) -> str:
    """The first string that sorts behind every code with this prefix ("6209" -> "621")."""
    kept = prefix.rstrip("9")
    return kept[:-1] + str(int(kept[-1]) + 1) if kept else ":"


def _is_code(prefix: object) -> bool:
    return isinstance(prefix, str) and prefix.isascii() and prefix.isdigit()


def within(column: Any, prefixes: Iterable[str]) -> ColumnElement[bool]:
    """`column` starts with one of the prefixes, written as ranges so that an index serves it.

    What people type into an address may be no code at all; no code starts with it.
    """
    ranges = [and_(column >= prefix, column < after(prefix)) for prefix in prefixes if _is_code(prefix)]
    return or_(*ranges) if ranges else false()


class ScopedSession(Session):
    """A session that cannot be used without saying whose eyes it reads with."""

    @property
    def scope(self) -> Scope:
        scope = self.info["scope"]  # a KeyError is a programming error: fail closed
        if not isinstance(scope, Scope):
            raise OutsideScope("a session needs a scope")
        return scope

    def _refuse_unless_everything(self) -> None:
        if not self.scope.everything:
            raise OutsideScope("bulk writes and connections go round the scope")

    def get(self, entity: type[Row], ident: Any, **options: Any) -> Row | None:  # type: ignore[override]
        """A row that the system's eyes have loaded into this session stays theirs."""
        row = super().get(entity, ident, **options)
        return row if row is None or sees(self.scope, row) else None

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_unless_everything()
        return super().connection(*args, **kwargs)

    def bulk_save_objects(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise OutsideScope("bulk writes go round the scope")

    bulk_insert_mappings = bulk_save_objects
    bulk_update_mappings = bulk_save_objects


def marked_models(mark: type) -> list[type[Base]]:
    """Every model that carries a mark, in the order of its table's name."""
    classes: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    found = [model for model in classes if issubclass(model, mark)]
    return sorted(found, key=lambda model: model.__tablename__)


def column_of(model: type[Base]) -> Any:
    """The column that says where a row belongs; a center belongs to itself."""
    return getattr(model, getattr(model, "scope_column", "center_code"))


def sees(scope: Scope, row: object) -> bool:
    """What the narrowing of a statement says, for one row at hand."""
    if scope.everything:
        return True
    if not isinstance(row, (InCenter, HandedDown)):
        return False
    code = getattr(row, getattr(type(row), "scope_column", "center_code"))
    if isinstance(row, HandedDown) and code in scope.above():
        return True
    if scope.department_id is not None and isinstance(row, GivenToDepartment):
        return scope.covers(code) and row.department_id == scope.department_id
    return scope.covers(code)


def rows_of(scope: Scope, center_code: Any, department_id: Any = None) -> ColumnElement[bool]:
    """Which rows that lie in centers a scope sees. Of rows that can be given to a department the
    column that says to which is told too."""
    if scope.everything:
        return true()
    criteria = within(center_code, scope.prefixes)
    if scope.department_id is not None and department_id is not None:
        criteria = and_(criteria, department_id == scope.department_id)
    return criteria


@lru_cache(maxsize=16384)
def _narrowing(
    scope: Scope, writing: bool, models: frozenset[type] | None
) -> tuple[LoaderCriteriaOption, ...]:
    """Plain expressions, one for each model that the statement names, or for all of them: unlike a lambda
    they cannot keep another's scope."""
    options = []

    def marked(mark: type) -> list[type[Base]]:
        return [model for model in marked_models(mark) if models is None or model in models]

    for model in marked(InCenter):
        given = model.department_id if issubclass(model, GivenToDepartment) else None
        criteria = rows_of(scope, column_of(model), given)
        options.append(with_loader_criteria(model, criteria, include_aliases=True))
    for model in marked(HandedDown):
        column = column_of(model)
        criteria = within(column, scope.prefixes)
        if not writing:
            criteria = or_(criteria, column.in_(scope.above()))
        options.append(with_loader_criteria(model, criteria, include_aliases=True))
    for model in marked(SystemOnly):
        options.append(with_loader_criteria(model, false(), include_aliases=True))
    return tuple(options)


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    session = state.session
    if not isinstance(session, ScopedSession):  # the hook is set on this class alone
        raise OutsideScope("a session without a scope")
    scope = session.scope
    if scope.everything or state.is_column_load or state.is_relationship_load:
        return  # the criteria of the first query travel with what it loads
    if not state.is_orm_statement or state.is_insert or state.is_from_statement:
        raise OutsideScope("text, Core tables and bulk inserts go round the scope")
    if why := unnarrowable(state.statement):
        raise OutsideScope(f"{why} cannot be narrowed to the scope")
    writing = state.is_update or state.is_delete
    if writing:
        if state.parameters or "dml_strategy" in state.execution_options:
            raise OutsideScope("a bulk write by key goes round the scope")
        _refuse_moving(state)
    state.statement = state.statement.options(*_narrowing(scope, writing, models_in(state.statement)))


def _refuse_moving(state: ORMExecuteState) -> None:
    values = getattr(state.statement, "_values", None) or {}
    places = {getattr(m, "scope_column", "center_code") for m in marked_models(HandedDown)}
    places |= {"center_code", "department_id"}
    if any(getattr(column, "key", column) in places for column in values):
        raise OutsideScope("a row is moved by loading it, so that both places are checked")


@event.listens_for(ScopedSession, "before_flush")
def _refuse_foreign_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    """Both images are checked: where the row was and where it would be."""
    if not isinstance(session, ScopedSession) or session.scope.everything:
        return
    scope, dirty = session.scope, session.dirty  # put together anew whenever it is asked for
    for row in [*session.new, *dirty, *session.deleted]:
        if isinstance(row, SystemOnly):
            raise OutsideScope(f"{type(row).__name__} is written by the system alone")
        name = getattr(type(row), "scope_column", "center_code")
        history = inspect(row).attrs[name].history
        if row in dirty and history.added and not history.deleted:
            raise OutsideScope(f"where {type(row).__name__} was before is not known")
        for code in (*history.deleted, *history.added, *history.unchanged):
            if not isinstance(code, str) or not scope.covers(code):
                raise OutsideScope(f"{type(row).__name__} lies outside the scope")
        if not any((*history.added, *history.unchanged)):
            raise OutsideScope(f"{type(row).__name__} names no center")
        if scope.department_id is not None and isinstance(row, GivenToDepartment):
            given = inspect(row).attrs["department_id"].history
            if row in dirty and given.added and not given.deleted:
                raise OutsideScope(f"whose {type(row).__name__} was before is not known")
            # A department may hand a row back, but only one that was its own.
            before = given.deleted or given.unchanged or given.added
            if tuple(before) != (scope.department_id,):
                raise OutsideScope(f"{type(row).__name__} was not given to the department")
