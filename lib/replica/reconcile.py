"""Holds the replica against the database, row for row and column for column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from lib.replica import table
from lib.replica.follow import database
from lib.replica.replica import Replica
from lib.replica.streams import streams

SHOWN = 20
# As many doubtful rows are asked for one by one; of more, everything is read a second time.
AT_ONCE, AT_MOST = 500, 10_000


@dataclass
class Reconciled:
    """How many rows each has; how many the replica lacks, has too many, or has otherwise. Of each the
    first few keys, and of those that it has otherwise the columns."""

    in_database: int = 0
    in_replica: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    missing_keys: list[int] = field(default_factory=list)
    extra_keys: list[int] = field(default_factory=list)
    different_keys: dict[int, list[str]] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        return not (self.missing or self.extra or self.different)


def reconcile(replica: Replica) -> Reconciled:
    """Reads all cases anew and compares them. Raises NotInStep.

    What is committed meanwhile is no difference: a row counts when it differs twice, each time after the
    replica has looked again, and when the database's row was the same both times.
    """
    found = Reconciled()
    with database(replica.url) as session:
        conditions = replica.chunks(session)
    doubtful = _doubtful(replica, conditions, found)
    found.in_replica = replica.store().rows()
    if len(doubtful):
        if len(doubtful) <= AT_MOST:
            keys = doubtful["id"].to_pylist()
            parts = [keys[n : n + AT_ONCE] for n in range(0, len(keys), AT_ONCE)]
            conditions = [f"id IN ({', '.join(map(str, part))})" for part in parts]
        _confirm(replica, conditions, doubtful, found)
    return found


def _doubtful(replica: Replica, conditions: list[str], found: Reconciled) -> pa.Table:
    """The key of each row that is not the same in both, and a mark of how the database's row is; none
    where the database has none."""
    doubtful = []
    with closing(streams(replica.url, conditions)) as coming:
        for condition, rows in zip(conditions, coming, strict=True):
            found.in_database += len(rows)
            question = (
                "SELECT coalesce(fresh.id, facts.id) AS id, "  # noqa: S608 - our own words
                "CASE WHEN fresh.id IS NOT NULL THEN hash(fresh) END AS mark "
                f"FROM fresh FULL JOIN (SELECT * FROM facts WHERE {condition}) AS facts "
                f"ON fresh.id = facts.id WHERE NOT ({table.same('fresh', 'facts')})"
            )
            with _fresh(replica, rows) as cursor:
                doubtful.append(cursor.sql(question).to_arrow_table())
    return pa.concat_tables(doubtful).combine_chunks()


def _confirm(replica: Replica, conditions: list[str], doubtful: pa.Table, found: Reconciled) -> None:
    differs = ", ".join(
        f"CASE WHEN fresh.{name} IS DISTINCT FROM facts.{name} THEN '{name}' END" for name in table.ALL
    )
    came: set[int] = set()
    with closing(streams(replica.url, conditions)) as coming:
        for rows in coming:
            came.update(rows["id"].to_pylist() if len(rows) else ())
            with _fresh(replica, rows) as cursor:
                cursor.register("doubtful", doubtful)
                again: list[Any] = cursor.execute(
                    f"SELECT fresh.id, facts.id IS NULL, [{differs}] FROM fresh "  # noqa: S608 - our own words
                    "JOIN doubtful ON doubtful.id = fresh.id AND doubtful.mark = hash(fresh) "
                    f"LEFT JOIN facts ON facts.id = fresh.id WHERE NOT ({table.same('fresh', 'facts')}) "
                    "ORDER BY fresh.id"
                ).fetchall()
            for key, missing, columns in again:
                if missing:
                    found.missing += 1
                    found.missing_keys = [*found.missing_keys, key][:SHOWN]
                else:
                    found.different += 1
                    if len(found.different_keys) < SHOWN:
                        found.different_keys[key] = [name for name in columns if name]
    with replica.store().writing() as cursor:
        cursor.register("doubtful", doubtful)
        there = cursor.execute(
            "SELECT id FROM facts WHERE id IN (SELECT id FROM doubtful WHERE mark IS NULL) ORDER BY id"
        ).fetchall()
    extra = [key for (key,) in there if key not in came]
    found.extra, found.extra_keys = len(extra), extra[:SHOWN]


@contextmanager
def _fresh(replica: Replica, rows: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """The rows as they would stand in the replica, in a table `fresh`; the replica knows at least as much."""
    replica.look()
    with replica.store().writing() as cursor:
        cursor.register("incoming", rows)
        cursor.execute(f"CREATE TEMP TABLE fresh AS {table.filled(rows)}")
        yield cursor
        cursor.execute("DROP TABLE fresh")
