"""The analytic replica: one wide table of all cases, in memory, in step with the database.

It is loaded as a stream and then followed. It holds nothing that the database does not hold and can be
thrown away at any time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from itertools import count, pairwise
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Row, func, select
from sqlalchemy.exc import DBAPIError

from db.models.case import Case
from db.scope import Scope, ScopedSession
from lib.replica.errors import NotInStep
from lib.replica.follow import Follower, Mark, database, generation_of
from lib.replica.store import Store
from lib.replica.streams import streams

log = logging.getLogger("grid.replica")

CHUNK = 122_880  # keys in one stream: a row group of DuckDB
# What DuckDB raises when it is the replica that is at fault and not the question.
BROKEN = (duckdb.FatalException, duckdb.InternalException, duckdb.ConnectionException)

Progress = Callable[[float], None]
_numbers = count(1)


class Replica:
    """One for each process and database. Every method may be called from any thread."""

    def __init__(self, url: str, chunk: int = CHUNK) -> None:
        self.url = url
        # Raised by every change that was merged; figures are kept until it rises.
        self.version = 0
        self.number = next(_numbers)
        self.share_loaded = 0.0
        self.seconds_to_load = 0.0
        self._chunk = chunk
        self._follower: Follower | None = None
        self.closed = False
        self._one_loads = threading.Lock()
        self._one_looks = threading.Lock()
        self._tickets = count()
        self._looked = -1  # the ticket of the last look that succeeded

    @property
    def ready(self) -> bool:
        return self._follower is not None

    @property
    def as_of(self) -> datetime | None:
        """All that was committed by then is in here; None while it cannot answer."""
        follower = self._follower
        return follower.as_of if follower else None

    def close(self) -> None:
        """For good; a load that is under way ends by NotInStep."""
        self.closed = True
        self._withdraw(self._follower)

    def store(self) -> Store:
        """What is answered from now. Raises NotInStep when there is nothing."""
        follower = self._follower
        if follower is None:
            raise NotInStep("not loaded")
        return follower.store

    def _withdraw(self, follower: Follower | None) -> None:
        """Nobody is answered from this one any more; another that has come in its place stays."""
        if follower is not None:
            if self._follower is follower:
                self._follower = None
            follower.store.close()

    # Reading

    def read(self, statement: Any, scope: Scope) -> Sequence[Row[Any]]:
        """Rows for a statement that asks `Case` and nothing else, of the scope alone. Raises NotInStep."""
        follower = self._follower
        if follower is None:
            raise NotInStep("not loaded")
        try:
            return follower.store.read(statement, scope)
        except DBAPIError as error:
            if not isinstance(error.orig, BROKEN):
                raise
            log.exception("the replica failed")
            self._withdraw(follower)
            raise NotInStep(str(error.orig)) from error

    # Loading

    def load(self, progress: Progress = lambda share: None) -> None:
        """Reads all cases; until it is done nobody is answered from here. Raises NotInStep, and then
        nobody is answered after it either."""
        with self._one_loads:
            began = time.monotonic()
            self._withdraw(self._follower)
            self.share_loaded = 0.0
            started = Mark.now()
            with database(self.url) as session:
                generation = generation_of(session)
                conditions = self.chunks(session)
            store = Store()
            try:
                self._fill(store, conditions, progress)
                follower = Follower(self.url, store, generation, started)
                with suppress(NotInStep):  # who asks first is told so again
                    follower.look()  # what came in meanwhile, so that no page waits for it
            except BaseException:
                store.close()
                raise
            with self._one_looks:
                self.version += 1
                self.seconds_to_load = time.monotonic() - began
                self._follower = follower
            if self.closed:
                self._withdraw(follower)

    def chunks(self, session: ScopedSession) -> list[str]:
        """Conditions that part all cases, however wide the gaps between their keys are. The first and the
        last have no other end, so that together they leave nothing out."""
        starts: list[int] = []
        after: int | None = session.scalar(select(func.min(Case.id)))
        while after is not None:
            starts.append(after)
            after = session.scalar(select(func.min(Case.id)).where(Case.id >= after + self._chunk))
        ends = starts[1:]
        if not ends:
            return ["id IS NOT NULL"]
        between = [f"id >= {first} AND id < {end}" for first, end in pairwise(ends)]
        return [f"id < {ends[0]}", *between, f"id >= {ends[-1]}"]

    def _fill(self, store: Store, conditions: list[str], progress: Progress) -> None:
        try:
            with closing(streams(self.url, conditions)) as found:
                for number, stream in enumerate(found, 1):
                    if self.closed:
                        raise NotInStep("closed")
                    store.insert(stream)
                    self.share_loaded = number / len(conditions)
                    progress(self.share_loaded)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise NotInStep(str(error)) from error

    # Keeping in step

    def look(self) -> None:
        """Brings in what was committed before this call. Raises NotInStep when all must be read anew."""
        came = next(self._tickets)
        with self._one_looks:
            follower = self._follower
            if follower is None:
                raise NotInStep("not loaded")
            if self._looked > came:
                return  # somebody began to look after this call had come
            ticket = next(self._tickets)
            try:
                self.version += follower.look()
            except (NotInStep, duckdb.Error, pa.ArrowException) as error:
                self._withdraw(follower)
                raise NotInStep(str(error)) from error
            self._looked = ticket
