"""What a metric is: one object that counts, explains itself and knows which way is better."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


class Unit(enum.StrEnum):
    CASES = "cases"
    PERCENT = "percent"


Predicate = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class Metric:
    """A count, or a rate when it has a denominator.

    `placed_by` is the moment that puts a case into a period; None for what stands now, such as
    open cases. The predicates take the moment that the figure stands at.
    """

    name: str
    words: str
    formula: str
    unit: Unit
    more_is_better: bool | None
    placed_by: InstrumentedAttribute[Any] | None
    numerator: Predicate
    denominator: Predicate | None = None
    # Whether the numerator asks if a case was closed. In a series of months each month is then counted
    # at its own end, so that older months have no more time than newer ones.
    asks_closing: bool = False
    # Below this base a rate is shown faded, with a note.
    least_base: int = 30

    @property
    def is_rate(self) -> bool:
        return self.denominator is not None
