"""Handling times found in Python. The replica has them beside each case; the database knows no calendar."""

from __future__ import annotations

from datetime import datetime

from lib import working_time
from lib.metrics.dimensions import HANDLING_DAYS, By, Only


def minutes_handled(reported: datetime, closed: datetime | None) -> int | None:
    """Working minutes from the report to the closing; None for what is open or cannot be."""
    return working_time.minutes_between(reported, closed) if closed and closed >= reported else None


def band_of(minutes: int | None) -> str | None:
    """The key of By.HANDLING that the minutes lie in."""
    if minutes is None:
        return None
    day = working_time.minutes_of_a_day()
    return str(next((n for n, days in enumerate(HANDLING_DAYS) if minutes <= days * day), len(HANDLING_DAYS)))


def without_bands(only: Only) -> tuple[Only, frozenset[str]]:
    """What the database can narrow by, and the bands that must be looked at case by case."""
    timeless = tuple(pair for pair in only if pair[0] is not By.HANDLING)
    return timeless, frozenset(key for by, key in only if by is By.HANDLING)
