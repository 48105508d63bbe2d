"""The month of a moment on the deployment's wall clock, computed by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement


class _LocalMonth(FunctionElement[str]):
    type = String()
    inherit_cache = True


@compiles(_LocalMonth, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, _zone, shift = element.clauses
    return f"strftime('%Y-%m', {compiler.process(column, **options)}, {compiler.process(shift, **options)})"


@compiles(_LocalMonth, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, zone, _shift = element.clauses
    return (
        f"to_char({compiler.process(column, **options)} AT TIME ZONE "
        f"{compiler.process(zone, **options)}, 'YYYY-MM')"
    )


def local_month(column: Any, zone: ZoneInfo) -> ColumnElement[str]:
    """`2026-06` for each moment of the column.

    SQLite knows no time zones, so there the month is that of the zone's standard offset; right for
    China, which keeps one time, and at most an hour off at a month's edge elsewhere.
    """
    offset = datetime(2026, 1, 1, tzinfo=zone).utcoffset()
    assert offset is not None
    minutes = int(offset.total_seconds() // 60)
    return _LocalMonth(column, literal(zone.key), literal(f"{minutes:+d} minutes"))
