"""Small expressions that each database writes in its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement, literal


class _SecondsBetween(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_SecondsBetween, "sqlite")
def _seconds_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER))"


@compiles(_SecondsBetween, "postgresql")
def _seconds_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"extract(epoch from ({end} - {start}))"


@compiles(_SecondsBetween, "duckdb")
def _seconds_duckdb(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date_diff('second', {start}, {end})"


def seconds_between(start: Any, end: Any) -> ColumnElement[int]:
    """Moments are kept to the second, so the difference is whole."""
    return _SecondsBetween(start, end)


class _CodeHead(FunctionElement[str]):
    type = String()
    inherit_cache = True


@compiles(_CodeHead)
def _head(element: Any, compiler: Any, **options: Any) -> str:
    column, length = (compiler.process(clause, **options) for clause in element.clauses)
    return f"substr({column}, 1, {length})"


class _CountyCode(_CodeHead):
    inherit_cache = True


class _TownCode(_CodeHead):
    inherit_cache = True


class _OwnCode(_CodeHead):
    inherit_cache = True


@compiles(_CountyCode, "duckdb")
@compiles(_TownCode, "duckdb")
@compiles(_OwnCode, "duckdb")
def _ready_head(element: Any, compiler: Any, **options: Any) -> str:
    column, _length = element.clauses
    own = compiler.process(column, **options)
    name = {_CountyCode: "county_code", _TownCode: "town_code", _OwnCode: "center_code"}[type(element)]
    return str(own.removesuffix("center_code") + name)


def code_head(column: Any, length: int) -> ColumnElement[str]:
    """The first digits of a center's code: its county with 6, its town with 9, itself with 12.

    The analytic replica has those of a case's center in columns of their own.
    """
    element = {6: _CountyCode, 9: _TownCode, 12: _OwnCode}.get(length, _CodeHead)
    return element(column, literal(length))


class _HandlingMinutes(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_HandlingMinutes, "duckdb")
def _handling(element: Any, compiler: Any, **options: Any) -> str:
    (closed_at,) = element.clauses
    return str(compiler.process(closed_at, **options).removesuffix("closed_at") + "handling_minutes")


def handling_minutes(closed_at: Any) -> ColumnElement[int]:
    """Working minutes from the report to the closing. Only the analytic replica knows the calendar."""
    return _HandlingMinutes(closed_at)
