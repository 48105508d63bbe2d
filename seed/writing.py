"""How rows reach the database in bulk: plain inserts, and for cases the fastest way each one has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Table, func, insert, inspect, select

from db.base import Base
from db.models.case import Case
from seed.cases import COLUMNS, Row

CASES = cast(Table, Case.__table__)


def write(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows with their own keys. On PostgreSQL the key's sequence goes on after them."""
    table = cast(Table, model.__table__)
    connection.execute(insert(table), rows)
    _go_on_after(connection, table)


@contextmanager
def indexes_built_afterwards(connection: Connection) -> Iterator[None]:
    """Sorting an index once is far cheaper than keeping it in order for millions of rows.

    Both databases drop and create inside the transaction, so nobody ever sees a table without.
    """
    standing = {index["name"] for index in inspect(connection).get_indexes(CASES.name)}
    indexes = sorted(
        (index for index in CASES.indexes if index.name in standing), key=lambda index: str(index.name)
    )
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def write_cases(connection: Connection, batches: Iterable[list[Row]]) -> Iterator[int]:
    """Writes batch after batch and says how many rows each had."""
    names = ", ".join(COLUMNS)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO cases ({names}) VALUES ({marks})"  # noqa: S608 - our own words
        for batch in batches:
            connection.exec_driver_sql(statement, batch)
            yield len(batch)
    else:
        cursor = connection.connection.cursor()
        for batch in batches:
            with cursor.copy(f"COPY cases ({names}) FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            yield len(batch)
    _go_on_after(connection, CASES)


def _go_on_after(connection: Connection, table: Table) -> None:
    if connection.dialect.name == "postgresql" and "id" in table.c and table.c.id.autoincrement is not False:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
