"""Keeps a store in step with the database by a watermark: what was changed since shortly before the last
look is read again, and merged by key where it is not as it stands in the store."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from db.engine import for_reading, open_engine
from db.models.case import Case
from db.models.deployment import Deployment
from db.scope import EVERYTHING, ScopedSession
from lib import clock
from lib.replica import table
from lib.replica.errors import NotInStep
from lib.replica.source import COLUMNS
from lib.replica.store import Store
from lib.replica.streams import streams

# A transaction writes when a case was changed and is seen only when it ends, and the clock of another
# machine may be behind. What takes longer than half of this raises the deployment's `cases_generation`
# instead, and everything is read anew; see `lib.deployment.raise_when_long`.
OVERLAP = timedelta(minutes=2)
# So many rows of the overlap are read again at every look. Of more, such as an import's, the whole overlap
# is read less often, and in between only what is as young as this and not of that import.
FEW = 500
YOUNG = timedelta(seconds=10)
OVER = timedelta(seconds=2)
REST = 0.000_2  # seconds between two looks at the whole overlap for each row in it
# More than this come through a reader process.
MANY = 10_000


@dataclass(frozen=True)
class Mark:
    """A moment, by the clock and by one that nobody can set."""

    at: datetime
    tick: float

    @classmethod
    def now(cls) -> Mark:
        return cls(clock.now(), time.monotonic())

    def seen_from(self, later: Mark) -> datetime:
        """When this was, by the clock as it goes now; the earlier of both if it has been set since."""
        return min(self.at, later.at - timedelta(seconds=later.tick - self.tick))


@contextmanager
def database(url: str) -> Iterator[ScopedSession]:
    """Its own look at the database: a page's look may have begun earlier."""
    with ScopedSession(for_reading(open_engine(url)), info={"scope": EVERYTHING}) as session:
        yield session


def generation_of(session: ScopedSession) -> int:
    return session.scalar(select(Deployment.cases_generation)) or 0


class Follower:
    """For one store, which holds at least what was committed when `started` was marked. Not for two
    threads at once."""

    def __init__(self, url: str, store: Store, generation: int, started: Mark) -> None:
        self.url, self.store = url, store
        self._generation = generation
        self._last = self._last_whole = started
        self._whole_again = 0.0
        self._highest = store.highest()
        # The rows of the overlap as they were merged, by their key.
        self._merged: dict[int, Sequence[Any]] = {}
        # The seconds in which very many cases were changed at once, and merged.
        self._crowded: list[datetime] = []

    @property
    def as_of(self) -> datetime:
        return self._last.at

    def look(self) -> bool:
        """Brings in what was committed before this call; whether that was anything. Raises NotInStep when
        all must be read anew."""
        now = Mark.now()
        whole = now.tick >= self._whole_again
        since = self._last_whole.seen_from(now) - OVERLAP if whole else self._last.seen_from(now) - YOUNG
        with database(self.url) as session:
            if generation_of(session) != self._generation:
                raise NotInStep("the cases were rewritten")
            found = self._changed(session, since, whole)
            crowded = self._crowded if not whole else []
            if len(found) > FEW:
                crowded = self._crowds(session, since, now.at - OVER)
        if len(found) <= MANY:
            changed, number = self._bring(found, whole), len(found)
        else:
            changed, number = self._bring_many(since)
        self._last, self._crowded = now, crowded
        if whole:
            self._last_whole = now
        if whole or number > MANY:
            self._whole_again = now.tick + number * REST if number > FEW else 0.0
        return changed

    def _changed(self, session: ScopedSession, since: datetime, whole: bool) -> Sequence[Row[Any]]:
        columns: list[Any] = [getattr(Case, name) for name in COLUMNS]
        wanted = Case.changed_at >= since
        if self._crowded and not whole:
            wanted = and_(wanted, Case.changed_at.not_in(self._crowded))
        return session.execute(
            select(*columns).where(or_(wanted, Case.id > self._highest)).limit(MANY + 1)
        ).all()

    def _crowds(self, session: ScopedSession, since: datetime, until: datetime) -> list[datetime]:
        """Seconds that are over, so that whoever wrote in them and was not slow has been seen."""
        seconds = select(Case.changed_at).where(Case.changed_at >= since, Case.changed_at < until)
        return list(session.scalars(seconds.group_by(Case.changed_at).having(func.count() > FEW)))

    def _bring(self, found: Sequence[Row[Any]], whole: bool) -> bool:
        fresh = [row for row in found if self._merged.get(row[0]) != row]
        changed = bool(fresh and self.store.merge(table.arrow_of(fresh)))
        self._highest = max(self._highest, *(row[0] for row in fresh), 0)
        if whole:
            self._merged = {row[0]: row for row in found}
        else:
            self._merged.update((row[0], row) for row in fresh)
        return changed

    def _bring_many(self, since: datetime) -> tuple[bool, int]:
        """Through a reader, so that a page's thread does not turn hundreds of thousands of rows over.
        Whether anything was new, and how many there were."""
        moment = since.astimezone(UTC).replace(microsecond=0, tzinfo=None)
        written = f"{moment:%Y-%m-%d %H:%M:%S}" + ("" if self.url.startswith("sqlite") else "+00")
        with closing(streams(self.url, [f"changed_at >= '{written}' OR id > {self._highest}"])) as found:
            brought = [(self.store.merge(rows, only_changed=True), len(rows)) for rows in found]
        self._highest = max(self._highest, self.store.highest())
        self._merged = {}
        return any(changed for changed, _number in brought), sum(number for _changed, number in brought)
