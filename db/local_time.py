"""Months, weeks, days and hours of a moment on the deployment's wall clock, found by the database.

SQLite knows no time zones, so there the zone's standard offset is used; right for China, which keeps
one time, and at most an hour off elsewhere. The analytic replica keeps each moment's local day ready
beside it, by the zone's own rules.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Dialect, Integer, String, TypeDecorator, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement


class Part(enum.StrEnum):
    """How finely a moment is told."""

    MONTH = "month"  # 2026-06
    WEEK = "week"  # the Monday that it begins with: 2026-06-29
    DAY = "day"  # 2026-06-30
    HOUR = "hour"  # of the week: 1-08 is Monday from 8 to 9


class Spelled(TypeDecorator[str]):
    """The same words whichever database found the part. DuckDB finds numbers and days: made into words
    for millions of rows they would take most of the time."""

    impl = String
    cache_ok = True

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name != "duckdb":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(Integer() if self.part in (Part.MONTH, Part.HOUR) else Date())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        if dialect.name == "sqlite":
            return "0" + value[1:] if self.part is Part.HOUR and value.startswith("7") else value
        if self.part is Part.MONTH:
            return int(value[:4]) * 12 + int(value[5:]) - 1
        if self.part is Part.HOUR:
            return int(value[0]) * 100 + int(value[2:])
        return date.fromisoformat(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if isinstance(value, date):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, int):
            if self.part is Part.MONTH:
                return f"{value // 12}-{value % 12 + 1:02d}"
            return f"{value // 100}-{value % 100:02d}"
        if value is not None and self.part is Part.HOUR and value.startswith("0"):
            return "7" + str(value[1:])  # SQLite counts the Sunday as the first day
        return None if value is None else str(value)


class _LocalPart(FunctionElement[str]):
    inherit_cache = True


class _LocalMonth(_LocalPart):
    inherit_cache = True
    type = Spelled(Part.MONTH)


class _LocalWeek(_LocalPart):
    inherit_cache = True
    type = Spelled(Part.WEEK)


class _LocalDay(_LocalPart):
    inherit_cache = True
    type = Spelled(Part.DAY)


class _LocalHour(_LocalPart):
    inherit_cache = True
    type = Spelled(Part.HOUR)


ELEMENTS: dict[Part, type[_LocalPart]] = {
    Part.MONTH: _LocalMonth,
    Part.WEEK: _LocalWeek,
    Part.DAY: _LocalDay,
    Part.HOUR: _LocalHour,
}
SQLITE = {
    _LocalMonth: "strftime('%Y-%m', {column}, {shift})",
    _LocalWeek: "date({column}, {shift}, 'weekday 0', '-6 days')",
    _LocalDay: "date({column}, {shift})",
    _LocalHour: "strftime('%w-%H', {column}, {shift})",
}
POSTGRESQL = {
    _LocalMonth: "to_char({column} AT TIME ZONE {zone}, 'YYYY-MM')",
    _LocalWeek: "to_char(date_trunc('week', {column} AT TIME ZONE {zone}), 'YYYY-MM-DD')",
    _LocalDay: "to_char({column} AT TIME ZONE {zone}, 'YYYY-MM-DD')",
    _LocalHour: "to_char({column} AT TIME ZONE {zone}, 'ID-HH24')",
}
DUCKDB = {
    _LocalMonth: "year({stem}_day) * 12 + month({stem}_day) - 1",
    _LocalWeek: "({stem}_day - (isodow({stem}_day)::INTEGER - 1))",
    _LocalDay: "{stem}_day",
    _LocalHour: "isodow({stem}_day) * 100 + {stem}_hour",
}


@compiles(_LocalPart, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, _zone, shift = element.clauses
    return SQLITE[type(element)].format(
        column=compiler.process(column, **options), shift=compiler.process(shift, **options)
    )


@compiles(_LocalPart, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, zone, _shift = element.clauses
    return POSTGRESQL[type(element)].format(
        column=compiler.process(column, **options), zone=compiler.process(zone, **options)
    )


@compiles(_LocalPart, "duckdb")
def _duckdb(element: Any, compiler: Any, **options: Any) -> str:
    column, _zone, _shift = element.clauses
    stem = compiler.process(column, **options).removesuffix("_at")
    return DUCKDB[type(element)].format(stem=stem)


def local_part(part: Part, column: Any, zone: ZoneInfo) -> ColumnElement[str]:
    """The part of each moment of the column, in the words of `Part`."""
    offset = datetime(2026, 1, 1, tzinfo=zone).utcoffset()
    assert offset is not None
    minutes = int(offset.total_seconds() // 60)
    return ELEMENTS[part](column, literal(zone.key), literal(f"{minutes:+d} minutes"))


def local_month(column: Any, zone: ZoneInfo) -> ColumnElement[str]:
    """`2026-06` for each moment of the column."""
    return local_part(Part.MONTH, column, zone)
