"""The one table of the replica: a case a row, with what figures ask for again and again ready beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, MetaData, Table

from lib import working_time
from lib.replica.source import COLUMNS, MOMENTS
from lib.replica.zones import wall_seconds
from lib.settings import settings

# Wider than the model says where a file of SQLite lets more in; kept small all the same when compressed.
TYPES = {
    "id": "BIGINT", "center_code": "VARCHAR", "grid_id": "BIGINT", "category_code": "VARCHAR",
    "source": "VARCHAR", "department_id": "BIGINT", "suspended": "BOOLEAN",
    "rework_count": "BIGINT", "returned_count": "BIGINT", "repeat_of_id": "BIGINT", "rating": "TINYINT",
    **dict.fromkeys(MOMENTS, "TIMESTAMP"),
}  # fmt: skip
DAYS = ("reported", "accepted", "due", "closed", "rated")
DERIVED = {
    "county_code": "VARCHAR",
    "town_code": "VARCHAR",
    **{f"{stem}_day": "DATE" for stem in DAYS},
    "reported_hour": "TINYINT",
    "handling_minutes": "INTEGER",
}
ALL = (*COLUMNS, *DERIVED)
# Not called `cases`: what a statement calls so is only the part of it that somebody may see.
FACTS = Table("facts", MetaData(), *(Column(name) for name in ALL))

DAY = 86_400  # seconds
# Walls count from the year 0, because DuckDB rounds the quotients of what lies before its zero up.
YEAR_0 = -719_528  # in days since 1970


def create(name: str = "facts") -> str:
    columns = {**{name: TYPES[name] for name in COLUMNS}, **DERIVED}
    return f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"


def filled(incoming: pa.Table) -> str:
    """SQL that makes rows of `facts` out of the rows of a stream, which is registered as `incoming`."""
    # An empty stream says of every column that it holds whole numbers.
    kept = ", ".join(f"{name}::{TYPES[name]} AS {name}" for name in COLUMNS if name not in MOMENTS)
    moments = ", ".join(f"make_timestamp({name} * 1000000) AS {name}" for name in MOMENTS)
    walls = ", ".join(f"{_wall(incoming, f'{stem}_at')} - {YEAR_0 * DAY} AS {stem}" for stem in DAYS)
    days = ", ".join(f"DATE '1970-01-01' + ({_day(stem)})::INTEGER AS {stem}_day" for stem in DAYS)
    # Days outside the calendar count as its first and its last.
    first, last = _ledger_days()
    inside = [f"least(greatest({_day(stem)}, {first}), {last})" for stem in ("reported", "closed")]
    return (
        f"SELECT {kept}, {moments}, substr(center_code::VARCHAR, 1, 6) AS county_code, "  # noqa: S608 - our own words
        f"substr(center_code::VARCHAR, 1, 9) AS town_code, {days}, "
        f"(reported % {DAY} // 3600)::TINYINT AS reported_hour, CASE WHEN closed_at >= reported_at THEN "
        f"({_worked('closed', 'c')} - {_worked('reported', 'r')})::INTEGER END AS handling_minutes "
        f"FROM (SELECT *, {walls} FROM incoming) AS n "
        f"LEFT JOIN ledger AS r ON r.day = {inside[0]} LEFT JOIN ledger AS c ON c.day = {inside[1]}"
    )


def _wall(incoming: pa.Table, moment: str) -> str:
    ends = pc.min_max(incoming[moment]).as_py()
    return wall_seconds(moment, settings().time_zone, ends["min"] or 0, ends["max"] or 0)


def _day(stem: str) -> str:
    return f"{stem} // {DAY} + {YEAR_0}"


def _worked(stem: str, ledger: str) -> str:
    """Working minutes from the beginning of the ledger to the moment."""
    inside = " + ".join(
        f"least(greatest({stem} % {DAY} // 60 - {start}, 0), {end - start})"
        for start, end in working_time.ledger().slots
    )
    return f"({ledger}.before + CASE WHEN {ledger}.works THEN {inside} ELSE 0 END)"


def same(one: str, other: str) -> str:
    """SQL that is true where two rows are the same in every column."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in ALL)


def ledger_rows() -> pa.Table:
    """The working calendar as rows of `ledger`."""
    ledger = working_time.ledger()
    first, _last = _ledger_days()
    return pa.table(
        {"day": first + np.arange(len(ledger.before)), "before": ledger.before, "works": ledger.works}
    )


def _ledger_days() -> tuple[int, int]:
    """The first and the last day of the calendar, in days since 1970."""
    first = int(np.datetime64(working_time.EARLIEST).astype(int))
    return first, first + len(working_time.ledger().before) - 1


def arrow_of(rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows that SQLAlchemy read, in the order of `COLUMNS`, as the stream would bring them."""
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    arrays = {}
    for name, values in zip(COLUMNS, columns, strict=True):
        if name in MOMENTS:
            arrays[name] = pa.array([None if v is None else floor(v.timestamp()) for v in values], pa.int64())
        elif TYPES[name] == "VARCHAR":
            arrays[name] = pa.array([None if v is None else str(v) for v in values], pa.string())
        else:
            arrays[name] = pa.array([None if v is None else int(v) for v in values], pa.int64())
    return pa.table(arrays)
