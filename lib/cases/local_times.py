"""Decides which moment a register's local time is, also when the clocks were changed.

An hour that came twice is read as its first coming. An hour that was skipped never was: such a
time is read as the moment of the change. So of two local times the later one is never the earlier
moment, and "closed after its limit" comes out as on the register's own clocks; where a skipped
time is compared with another one of that hour, they count as the same moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ISO = "%Y-%m-%d %H:%M:%S"


def read_local(text: str, time_format: str) -> datetime:
    """What stands on the clock, without a zone. Raises ValueError."""
    if time_format == ISO:  # by far the most common, and many times faster to read
        if len(text) != 19 or text[10] != " ":
            raise ValueError(text)
        found = datetime.fromisoformat(text)
    else:
        found = datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone is the mapping's
    if found.tzinfo is not None or found.year < 1900:
        raise ValueError(text)
    return found


def moment(local: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment in UTC, and whether the clocks ever showed this time."""
    found = local.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found, True
    return _change_before(found, zone), False


def _change_before(after: datetime, zone: ZoneInfo) -> datetime:
    """The last moment, to the second, at which the zone's offset became what it is at `after`."""
    offset = after.astimezone(zone).utcoffset()
    early = after - timedelta(hours=26)  # a day was skipped once, in Samoa
    while after - early > timedelta(seconds=1):
        middle = early + (after - early) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            early = middle
    return after.replace(microsecond=0)
