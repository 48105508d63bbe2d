"""What time it is: for people and machines the clock, for figures the moment they stand at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from lib.settings import settings

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Lets tests move the clock; None puts the real one back."""
    global _source
    _source = source or (lambda: datetime.now(UTC))


def local(moment: datetime) -> datetime:
    """The moment as the deployment's wall clocks show it."""
    return moment.astimezone(settings().time_zone)


def start_of_day(day: date) -> datetime:
    """Midnight at the beginning of a local day, as a moment in UTC."""
    return datetime.combine(day, time(), settings().time_zone).astimezone(UTC)


def start_of_month(day: date, months_back: int = 0) -> date:
    """The first day of the month `months_back` months before the month of `day`."""
    index = day.year * 12 + day.month - 1 - months_back
    return date(index // 12, index % 12 + 1, 1)


def same_length_before(first: date, last: date) -> tuple[date, date]:
    """The period of equally many days that ends the day before `first`."""
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)
