"""Finds the parts of a statement that the scope could not narrow; such a statement is not run.

SQLAlchemy narrows the classes that it finds in the columns, in joins and on the surface of the
conditions. It cannot look into text, does not know a table that is not named by its class, of a
column that mixes two classes it narrows the first alone, it does not look into the arguments of a
function, of an alias that is joined it narrows the class instead (join a subquery), and beside the
class that is written it narrows none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Alias, ColumnClause, Delete, Join, Lateral, Select, TableClause, TextClause, Update
from sqlalchemy.sql.expression import CTE, AliasedReturnsRows, SelectBase, TextualSelect
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.util import surface_expressions
from sqlalchemy.sql.visitors import HasTraverseInternals

# Clauses of pure text: what stands before and behind a statement, and hints.
TEXT_CLAUSES = ("_prefixes", "_suffixes", "_hints", "_statement_hints")


_known: dict[Any, str | None] = {}
KNOWN_AT_MOST = 2000


def unnarrowable(statement: Any) -> str | None:
    """Why the statement cannot be narrowed; None when all of it can.

    The answer hangs on the statement's form and not on its values, so it is kept by the key under
    which SQLAlchemy keeps the statement's SQL.
    """
    key = statement._generate_cache_key()
    if key is None:
        return next(_problems(statement, frozenset()), None)
    if key.key not in _known:
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        _known[key.key] = next(_problems(statement, frozenset()), None)
    return _known[key.key]


_models: dict[Any, frozenset[type]] = {}


def models_in(statement: Any) -> frozenset[type] | None:
    """The classes that the statement names anywhere, its subqueries included; None when that cannot be
    told, because options may bring others. Kept by the statement's form."""
    if statement._with_options:
        return None
    key = statement._generate_cache_key()
    if key is None:
        return None
    if key.key not in _models:
        if len(_models) >= KNOWN_AT_MOST:
            _models.clear()
        _models[key.key] = frozenset(_all_models(statement))
    return _models[key.key]


def _all_models(statement: Any) -> Iterator[type]:
    waiting: list[Any] = [statement]
    seen: dict[int, Any] = {}  # holds them too: a number is given out again when nobody has the thing
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        found = _class_of(part)
        if found is not None:
            yield found.mapper.class_
        if isinstance(part, ColumnClause) and part.table is not None:
            waiting.append(part.table)
        # Both ways, because each leaves something out: the one of a select its joins, the other classes.
        waiting += [*HasTraverseInternals.get_children(part), *part.get_children()]


def _problems(top: Any, enclosing: frozenset[Any]) -> Iterator[str]:
    """`enclosing` are the classes of the statements around, which a subquery may point to."""
    waiting, named = [top], _tables_named(top)
    while waiting:
        part = waiting.pop()
        if isinstance(part, ColumnClause):
            if part.is_literal and part.name != "*":
                yield "text"
            if _is_table(part.table) and _class_of(part) is None and part.table not in named:
                yield "a Core table"
        elif _is_table(part):
            if _class_of(part) is None:
                yield "a Core table"
        elif isinstance(part, (TextClause, TextualSelect)) or any(
            getattr(part, name, None) for name in TEXT_CLAUSES
        ):
            yield "text"
        elif isinstance(getattr(part, "operator", None), custom_op):
            yield "an operator in text"
        elif part is not top and isinstance(part, Select):
            yield from _problems(part, enclosing)
        elif part is not top and isinstance(part, (AliasedReturnsRows, CTE)):
            # In the FROM list nothing outside can be pointed to, unless it says so.
            yield from _problems(part, enclosing if isinstance(part, Lateral) else frozenset())
        else:
            if isinstance(part, Select):
                classes, missing = _classes_of_select(part, enclosing)
                if missing:
                    yield "a class inside a function, beside another, or joined as an alias"
                enclosing |= classes
            elif isinstance(part, (Update, Delete)):
                own = _class_of(part.table)
                if _classes_of_write(part) - {own}:
                    yield "a second class in an update or delete"
                enclosing |= {own}
            # Not `part.get_children()`: of a select that gives the tables again, without their classes.
            waiting.extend(HasTraverseInternals.get_children(part))


def _tables_named(top: Any) -> list[Any]:
    """The tables whose class is asked for as a whole; SQLAlchemy itself then asks for plain columns."""
    if not isinstance(top, Select):
        return []
    whole = [part for part in (*top._from_obj, *top._raw_columns) if not isinstance(part, Join)]
    classes = [_class_of(part) for part in whole if isinstance(part, TableClause)]
    return [found.local_table for found in classes if found is not None and found.is_mapper]


def _is_table(part: Any) -> bool:
    return isinstance(part, TableClause) or (
        isinstance(part, Alias) and isinstance(part.element, TableClause)
    )


def _class_of(part: Any) -> Any:
    return part._annotations.get("parententity")


def _all_classes(parts: Iterable[Any]) -> set[Any]:
    """The classes anywhere in the expressions, but not in their subqueries."""
    found, waiting = set(), list(parts)
    while waiting:
        part = waiting.pop()
        if isinstance(part, Join):  # it carries the class of its left side and hides the right one's
            waiting += [part.left, part.right]
        elif _class_of(part) is not None:
            found.add(_class_of(part))
        elif not isinstance(part, SelectBase):
            waiting.extend(part.get_children())
    return found


def _surface_classes(parts: Iterable[Any]) -> set[Any]:
    """The classes that SQLAlchemy finds there."""
    return {_class_of(deeper) for part in parts for deeper in surface_expressions(part)} - {None}  # type: ignore[no-untyped-call]


def _classes_of_select(select: Select[Any], enclosing: frozenset[Any]) -> tuple[set[Any], set[Any]]:
    """All classes that the statement reads rows of, and those that would not be narrowed."""
    conditions = select._where_criteria
    joined = [join[0] for join in select._setup_joins]
    for earlier in select._memoized_select_entities:
        joined += [join[0] for join in earlier._setup_joins]
    tables = [table for table in select._from_obj if not isinstance(table, Join)]
    narrowed = _surface_classes([*joined, *tables, *conditions])
    classes = _all_classes([*conditions, *select._from_obj]) | narrowed
    for column in select._raw_columns:
        found = _all_classes([column])
        classes |= found
        if len(found) == 1:
            narrowed |= found
    if select._correlate:
        pointed_to = {_class_of(table) for table in select._correlate}
    elif select._auto_correlate and len(classes) > 1:
        pointed_to = set(enclosing)
    else:
        pointed_to = set()
    aliases = {found for found in _all_classes(joined) if found.is_aliased_class}
    return classes, classes - narrowed - (pointed_to & enclosing) | aliases


def _classes_of_write(statement: Update | Delete) -> set[Any]:
    values = (getattr(statement, "_values", None) or {}).values()
    return _all_classes([*statement._where_criteria, *(v for v in values if hasattr(v, "get_children"))])
