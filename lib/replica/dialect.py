"""How SQLAlchemy speaks to DuckDB here: it asks, in the words of PostgreSQL, and never writes.

Our own few lines instead of duckdb-engine: that hangs itself to a class of SQLAlchemy, so that DuckDB
is still there when the interpreter ends and complains of it, opens a database that nobody asked for, and
leaves the cache of compiled statements off.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import duckdb
from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect

NAME = "duckdb"


class Connection:
    """A DuckDB connection as SQLAlchemy expects one. Every statement is a transaction of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def commit(self) -> None:
        pass

    rollback = commit

    def close(self) -> None:
        self._connection.close()


class Cursor:
    rowcount, arraysize, lastrowid = -1, 1, None

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Any = ()) -> None:
        self._connection.execute(statement, list(parameters))

    @property
    def description(self) -> Any:
        return self._connection.description

    def fetchall(self) -> list[Any]:
        return self._connection.fetchall()

    def fetchone(self) -> Any:
        return self._connection.fetchone()

    def fetchmany(self, size: int = 1) -> list[Any]:
        return self._connection.fetchmany(size)

    def close(self) -> None:
        pass  # the connection is its own cursor


class Dialect(PGDialect):
    name = NAME
    driver = "replica"
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = True
    supports_sane_rowcount = False
    supports_server_side_cursors = False

    @classmethod
    def import_dbapi(cls) -> Any:
        return SimpleNamespace(Error=duckdb.Error, paramstyle=cls.default_paramstyle)

    def initialize(self, connection: Any) -> None:
        """There is nothing to find out, and nothing that an old server could not do."""


registry.register(f"{NAME}.replica", __name__, "Dialect")


def engine_on(connect: Callable[[], duckdb.DuckDBPyConnection]) -> Engine:
    """One connection shared by threads gives wrong answers, so each thread borrows its own."""
    return create_engine(
        f"{NAME}+replica://",
        creator=lambda: Connection(connect()),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=64,
        pool_reset_on_return=None,
    )
