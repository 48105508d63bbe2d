"""How rows reach the database in bulk: in the fastest way that each one has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Table, func, inspect, select

from db.base import Base
from db.models.case import Case
from seed.cases import COLUMNS, Row

CASES = cast(Table, Case.__table__)


def write(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows with their own keys, all with the same columns. On PostgreSQL the key's sequence goes on after
    them."""
    table = cast(Table, model.__table__)
    names, lines = _as_kept(connection, table, rows)
    _write_lines(connection, table.name, names, lines)
    _go_on_after(connection, table)


def _as_kept(
    connection: Connection, table: Table, rows: list[dict[str, Any]]
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Column by column, each value turned once into what the database holds; what rows do not say is as the
    model says."""
    columns = []
    for column in table.columns:
        if column.name in rows[0]:
            columns.append((column, [row[column.name] for row in rows]))
        elif (default := cast(Any, column.default)) is not None and default.is_scalar:
            columns.append((column, [default.arg] * len(rows)))
    kept = []
    for column, values in columns:
        turn = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if turn is not None:
            known = {value: turn(value) for value in set(values)}
            values = [known[value] for value in values]
        kept.append(values)
    return [column.name for column, _values in columns], zip(*kept, strict=True)


def _write_lines(
    connection: Connection, table: str, names: list[str], lines: Iterable[tuple[Any, ...]]
) -> None:
    said = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table} ({said}) VALUES ({marks})", list(lines))  # noqa: S608 - our own words
    else:
        with connection.connection.cursor().copy(f"COPY {table} ({said}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)


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
    for batch in batches:
        _write_lines(connection, CASES.name, list(COLUMNS), batch)
        yield len(batch)
    _go_on_after(connection, CASES)


def _go_on_after(connection: Connection, table: Table) -> None:
    if connection.dialect.name == "postgresql" and "id" in table.c and table.c.id.autoincrement is not False:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
