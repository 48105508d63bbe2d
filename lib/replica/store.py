"""All cases once read, in the memory of DuckDB. It is filled before anybody sees it, asked through one
door, and thrown away whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Join, Row, TableValuedAlias, inspect, select
from sqlalchemy.sql.expression import FunctionElement, SelectBase
from sqlalchemy.sql.visitors import HasTraverseInternals

from db.models.case import Case
from db.scope import OutsideScope, Scope, rows_of
from db.statements import unnarrowable
from lib.replica import table
from lib.replica.dialect import engine_on

MEMORY = "cases_in_memory"
# Only a checkpoint compresses what lies in memory.
CHECKPOINT = f"CHECKPOINT {MEMORY}"


class Store:
    def __init__(self) -> None:
        self._root: duckdb.DuckDBPyConnection | None = duckdb.connect(":memory:")
        for statement in (
            f"ATTACH ':memory:' AS {MEMORY} (COMPRESS)",
            f"SET threads = {min(max(os.cpu_count() or 2, 2), 4)}",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self._root.execute(statement)
        # Of two threads that speak to one connection at once the second is turned away.
        self._one_asks_the_root = threading.Lock()
        self._one_writes = threading.Lock()
        self._engine = engine_on(self._connect)
        with self.writing() as cursor:
            cursor.execute(table.create())
            cursor.execute("CREATE TABLE ledger (day INTEGER, before INTEGER, works BOOLEAN)")
            cursor.register("incoming", table.ledger_rows())
            cursor.execute("INSERT INTO ledger SELECT * FROM incoming")

    def close(self) -> None:
        """Who is just reading is answered to the end. Then nothing holds the database any more, and its
        memory is free; closed by hand it would be taken from under their hands."""
        self._engine.dispose()
        with self._one_asks_the_root:
            self._root = None

    def _connect(self) -> duckdb.DuckDBPyConnection:
        with self._one_asks_the_root:
            if self._root is None:
                raise duckdb.ConnectionException("closed")
            cursor = self._root.cursor()
        cursor.execute(f"USE {MEMORY}")
        return cursor

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """For one writer at a time."""
        with self._one_writes:
            cursor = self._connect()
            try:
                yield cursor
            finally:
                cursor.close()

    # Filling

    def insert(self, incoming: pa.Table) -> None:
        """Rows that are not there yet, as a stream brings them."""
        with self.writing() as cursor:
            cursor.register("incoming", incoming)
            cursor.execute(f"INSERT INTO facts BY NAME {table.filled(incoming)}")
            cursor.execute(CHECKPOINT)

    def merge(self, incoming: pa.Table, *, only_changed: bool = False) -> int:
        """New rows and new versions of rows, by their key; how many. Where most of them may already stand
        here as they are, it is told to look for that first.

        The old versions are deleted: to change 25 columns in place costs this database far more.
        """
        with self.writing() as cursor:
            cursor.register("incoming", incoming)
            cursor.execute(f"CREATE TEMP TABLE changed AS {table.filled(incoming)}")
            if only_changed:
                same = table.same("facts", "changed")
                cursor.execute(f"DELETE FROM changed USING facts WHERE facts.id = changed.id AND {same}")  # noqa: S608 - our own words
            [(number,)] = cursor.execute("SELECT count(*) FROM changed").fetchall()
            if number:
                # Both at once, or a reader would find the rows gone.
                cursor.execute("BEGIN")
                cursor.execute("DELETE FROM facts WHERE id IN (SELECT id FROM changed)")
                cursor.execute("INSERT INTO facts BY NAME SELECT * FROM changed")
                cursor.execute("COMMIT")
            cursor.execute("DROP TABLE changed")
            return int(number)

    # Reading

    def read(self, statement: Any, scope: Scope) -> Sequence[Row[Any]]:
        """The statement asks `Case` and nothing else, and sees the rows of the scope alone: the table that
        it calls `cases` does not exist but for the part of `facts` that is put in its place here."""
        if why := _not_about_cases(statement):
            raise OutsideScope(f"{why} is not answered by the replica")
        columns = table.FACTS.c
        seen = select(table.FACTS).where(rows_of(scope, columns.center_code, columns.department_id))
        with self._engine.connect() as connection:
            return connection.execute(statement.add_cte(seen.cte("cases"))).all()

    def rows(self) -> int:
        return int(self._number("SELECT count(*) FROM facts"))

    def highest(self) -> int:
        """The highest key; 0 when there is no case."""
        return int(self._number("SELECT max(id) FROM facts") or 0)

    def memory(self) -> int:
        """What DuckDB holds, in bytes."""
        return int(self._number("SELECT sum(memory_usage_bytes) FROM duckdb_memory()") or 0)

    def _number(self, question: str) -> Any:
        with self.writing() as cursor:
            [(number,)] = cursor.execute(question).fetchall()
            return number


_known: dict[Any, str | None] = {}
KNOWN_AT_MOST = 2000


def _not_about_cases(statement: Any) -> str | None:
    """What the statement asks besides cases; kept by its form, as SQLAlchemy keeps its SQL."""
    if not isinstance(statement, SelectBase):
        return "what is no question"
    key = statement._generate_cache_key()
    if key is None:
        return unnarrowable(statement) or _other_class(statement)
    if key.key not in _known:
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        _known[key.key] = unnarrowable(statement) or _other_class(statement)
    return _known[key.key]


def _other_class(statement: Any) -> str | None:
    cases = inspect(Case)
    waiting: list[Any] = [statement]
    while waiting:
        part = waiting.pop()
        found = part._annotations.get("parententity")
        # Not `get_final_froms`: it writes the statement down, and some of ours only a database can write.
        sources = (*getattr(part, "_from_obj", ()), *getattr(part, "_from_objects", ()))
        if any(_is_function(source) for source in sources):
            return "a function that gives a table"
        if found is not None and found.mapper is not cases:
            return str(found.mapper.class_.__name__)
        waiting.extend(HasTraverseInternals.get_children(part))
    return None


def _is_function(source: Any) -> bool:
    """DuckDB has functions that run a statement in text."""
    if isinstance(source, Join):
        return _is_function(source.left) or _is_function(source.right)
    return isinstance(source, (FunctionElement, TableValuedAlias))
