"""Decides how a connection is opened, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_TIMEOUT = 5.0  # seconds a writer waits for the other writer before it gives up


_opened: dict[str, Engine] = {}
_one_opens = threading.Lock()


def open_engine(url: str) -> Engine:
    """One engine for each address and process. The folder of an SQLite file is made."""
    engine = _opened.get(url)
    if engine is None:
        with _one_opens:
            engine = _opened.get(url) or _made(url)
            _opened[url] = engine
    return engine


def close_engine(url: str) -> None:
    """Closes the connections that nobody uses now; who asks again gets a new engine."""
    engine = _opened.pop(url, None)
    if engine is not None:
        engine.dispose()


def _made(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, pool_size=20, max_overflow=40)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(
        address,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={"options": "-c timezone=UTC"},
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def for_reading(engine: Engine) -> Engine:
    """The same pool; all questions of one page see the same snapshot (SQLite gives one anyway)."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(
        begin="READING", isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def for_writing(engine: Engine) -> Engine:
    """The same pool; on SQLite its transactions take the write lock at once.

    A deferred transaction that reads first and writes later can find the file changed under it
    and must then fail; taking the lock first turns that into a short wait.
    """
    return engine.execution_options(begin="IMMEDIATE")


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # INSERT OR REPLACE must fire the delete guard of the audit chain
        f"busy_timeout={int(BUSY_TIMEOUT * 1000)}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("begin") == "READING":
        # A question that takes longer than this is stopped, so that it cannot take the others along.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 30000")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")


def unsafe_settings(engine: Engine) -> list[str]:
    """What keeps an acknowledged commit from being safe on this database; empty when all is well."""
    found = []
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
            for pragma, value in wanted.items():
                seen = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
                if seen != value:
                    found.append(f"{pragma} = {seen}")
        else:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                seen = connection.exec_driver_sql(f"SHOW {setting}").scalar()
                if seen != "on":
                    found.append(f"{setting} = {seen}")
    return found
