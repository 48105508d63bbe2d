"""Reads cases out of the database as streams of Arrow, in a process of its own.

The reader brings its own copy of SQLite. Two copies in one process take each other's file locks away
(https://www.sqlite.org/howtocorrupt.html, 2.2.1), so it never runs inside the server. `streams.py`
starts this file by its path. It finds the address in its environment and on its standard input one
condition a line; to its standard output it writes one stream for each, one after the other.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

# The columns of a case that figures are made of, in the order of the stream. Moments come as seconds
# since 1970, which are ten times cheaper to turn into days than text is.
COLUMNS = (
    "id", "center_code", "grid_id", "category_code", "source", "department_id", "reported_at", "accepted_at",
    "due_at", "closed_at", "suspended", "rework_count", "returned_count", "repeat_of_id",
    "rating", "rated_at",
)  # fmt: skip
MOMENTS = ("reported_at", "accepted_at", "due_at", "closed_at", "rated_at")
ADDRESS = "GRID_READS_FROM"
# What a reader holds at once, so that two of them stay small.
BATCH = {"adbc.sqlite.query.batch_rows": "16384", "adbc.postgresql.batch_size_hint_bytes": "2097152"}


def main() -> int:
    address = os.environ[ADDRESS]
    kind = "sqlite" if address.startswith("file:") else "postgresql"
    seconds = "unixepoch({})" if kind == "sqlite" else "date_part('epoch', {})::bigint"
    columns = ", ".join(f"{seconds.format(name)} AS {name}" if name in MOMENTS else name for name in COLUMNS)
    # Not their `dbapi`, which would load pandas into every reader.
    from adbc_driver_manager import AdbcConnection, AdbcStatement

    driver = import_module(f"adbc_driver_{kind}")
    with driver.connect(address) as database, AdbcConnection(database) as connection:
        for line in sys.stdin:
            with AdbcStatement(connection) as statement:
                statement.set_options(**{name: to for name, to in BATCH.items() if kind in name})
                statement.set_sql_query(f"SELECT {columns} FROM cases WHERE {line.strip()} ORDER BY id")  # noqa: S608 - the parent's own words
                stream, _rows = statement.execute_query()
                _send(stream)
    return 0


def _send(stream: Any) -> None:
    import pyarrow as pa

    batches = pa.RecordBatchReader.from_stream(stream)
    with batches, pa.ipc.new_stream(sys.stdout.buffer, batches.schema) as out:
        for batch in batches:
            out.write_batch(batch)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
