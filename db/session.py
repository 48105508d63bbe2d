"""One user action is one transaction: commit at the end, roll back on any error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select

from db.engine import for_reading, for_writing, open_engine
from db.scope import EVERYTHING, Scope, ScopedSession

# What was counted in a session that reads from one snapshot, so that a page counts nothing twice.
SNAPSHOT = "counted in this snapshot"


@contextmanager
def unit_of_work(url: str, scope: Scope, **info: Any) -> Iterator[ScopedSession]:
    """A session that writes. Whatever leaves the block by an exception was never written."""
    engine = for_writing(open_engine(url))
    with (
        ScopedSession(engine, info={"scope": scope, **info}, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def reading(url: str, scope: Scope, **info: Any) -> Iterator[ScopedSession]:
    """A session that only reads, from one snapshot; nothing is committed at the end."""
    with ScopedSession(
        for_reading(open_engine(url)),
        info={"scope": scope, SNAPSHOT: {}, **info},
        expire_on_commit=False,
        autoflush=False,
    ) as session:
        yield session


@contextmanager
def as_system(session: ScopedSession) -> Iterator[None]:
    """The same transaction with the system's eyes, for the one place that keeps the audit chain.

    What a person changed is flushed first, so that it is checked against their own scope.
    """
    session.flush()
    own = session.scope
    session.info["scope"] = EVERYTHING
    try:
        yield
        session.flush()
    finally:
        session.info["scope"] = own


def take_lock(session: ScopedSession, name: str) -> None:
    """Others who ask for the same name wait until this transaction ends.

    SQLite has one writer at a time as it is; PostgreSQL needs an advisory lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        with as_system(session):  # the lock concerns no rows
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
