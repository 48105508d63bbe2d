"""What expressions can do: operators and functions, of which each leaves nothing where something is not
filled in."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from lib.i18n import numbers


def _both(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Nothing with something is nothing: what is not filled in breaks no rule and gives no result."""

    def applied(left: Any, right: Any) -> Any:
        return None if left is None or right is None else function(left, right)

    return applied


def _one(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else function(value)


def _minus(left: Any, right: Any) -> Any:
    """A day minus a day is a number of days."""
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    return left - right


def _times(left: Any, right: Any) -> Any:
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        raise TypeError
    return left * right


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) != isinstance(right, Decimal) or isinstance(left, (date, tuple, bool)):
        raise TypeError
    return left + right


def _same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        raise TypeError
    return bool(left == right)


OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: _both(_plus),
    ast.Sub: _both(_minus),
    ast.Mult: _both(_times),
    ast.Div: _both(operator.truediv),
    ast.Eq: _both(_same),
    ast.NotEq: _both(lambda a, b: not _same(a, b)),
    ast.Gt: _both(operator.gt),
    ast.Lt: _both(operator.lt),
    ast.GtE: _both(operator.ge),
    ast.LtE: _both(operator.le),
    ast.Not: _one(operator.not_),
    ast.USub: _one(operator.neg),
}


def _known(values: tuple[Any, ...]) -> list[Any]:
    return [value for value in values if value is not None]


def _end(which: int) -> Callable[[Any], Any]:
    return _one(lambda period: date.fromisoformat(period[which]))


FUNCTIONS: dict[str, tuple[str, Callable[..., Any]]] = {
    "如果": ("IF", lambda when, then, otherwise: None if when is None else then if when else otherwise),
    "空": ("EMPTY", lambda value: value is None or value == ()),
    "求和": ("SUM", lambda *values: sum(_known(values), Decimal())),
    "最小": ("MIN", lambda *values: min(_known(values), default=None)),
    "最大": ("MAX", lambda *values: max(_known(values), default=None)),
    "四舍五入": ("ROUND", lambda value, places=Decimal(): _rounded(value, places)),
    "年": ("YEAR", _one(lambda day: Decimal(day.year))),
    "月": ("MONTH", _one(lambda day: Decimal(day.month))),
    "开始": ("START", _end(0)),
    "结束": ("END", _end(1)),
    "长度": ("LEN", _one(lambda words: Decimal(len(words)))),
    "包含": ("HAS", lambda several, one: None if several is None else one in several),
}


def _rounded(value: Any, places: Decimal) -> Any:
    return None if value is None else numbers.half_up(value, int(places))
