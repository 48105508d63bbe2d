"""Holds the replica against the database, row for row and column for column."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from lib.replica import table
from lib.replica.follow import database
from lib.replica.replica import Replica
from lib.replica.streams import streams

SHOWN = 20
# So often a row that differs is looked at once more: it may have been changed while the rest was read.
TURNS = 3


@dataclass(frozen=True)
class Reconciled:
    """How many rows both have, and which keys are missing, too many or different; the first few of each."""

    rows: int
    missing: int
    extra: int
    different: int
    keys: tuple[int, ...]

    @property
    def equal(self) -> bool:
        return not (self.missing or self.extra or self.different)


def reconcile(replica: Replica) -> Reconciled:
    """Reads all cases anew and compares them. What is committed meanwhile is no difference: the rows that
    differ are read and compared again after another look. Raises NotInStep."""
    replica.look()
    with database(replica.url) as session:
        conditions = replica.chunks(session)
    doubtful = _doubtful(replica, conditions, everything=True)
    for _turn in range(TURNS - 1):
        if not doubtful:
            break
        replica.look()
        ids = ", ".join(str(key) for key in sorted(doubtful))
        again = _doubtful(replica, [f"id IN ({ids})"], everything=False)
        # What is too many here is not in the database, so it is not read again either.
        gone = {key: kind for key, kind in doubtful.items() if kind == "extra" and key not in again}
        doubtful = again | _still_there(replica, gone)
    kinds = list(doubtful.values())
    return Reconciled(
        replica.store().rows(),
        kinds.count("missing"),
        kinds.count("extra"),
        kinds.count("different"),
        tuple(sorted(doubtful)[:SHOWN]),
    )


def _doubtful(replica: Replica, conditions: list[str], *, everything: bool) -> dict[int, str]:
    """What is not the same in both, by its key, read one stream after the other."""
    found: dict[int, str] = {}
    with replica.store().writing() as cursor, closing(streams(replica.url, conditions)) as coming:
        cursor.execute("CREATE OR REPLACE TEMP TABLE seen (id BIGINT)")
        for stream in coming:
            cursor.register("incoming", stream)
            rows = cursor.execute(
                "SELECT n.id, CASE WHEN facts.id IS NULL THEN 'missing' ELSE 'different' END "  # noqa: S608 - our own words
                f"FROM ({table.filled('incoming')}) AS n LEFT JOIN facts ON n.id = facts.id "
                f"WHERE {table.differs('n', 'facts')}"
            ).fetchall()
            found.update(rows)
            cursor.execute("INSERT INTO seen SELECT id FROM incoming")
        if everything:
            extra = cursor.execute("SELECT id FROM facts ANTI JOIN seen USING (id)").fetchall()
            found.update((key, "extra") for (key,) in extra)
        cursor.execute("DROP TABLE seen")
    return found


def _still_there(replica: Replica, keys: dict[int, str]) -> dict[int, str]:
    """Of the rows that were too many those that the replica still has."""
    if not keys:
        return {}
    listed = ", ".join(str(key) for key in keys)
    with replica.store().writing() as cursor:
        rows = cursor.execute(f"SELECT id FROM facts WHERE id IN ({listed})").fetchall()  # noqa: S608 - whole numbers
    return {key: keys[key] for (key,) in rows}
