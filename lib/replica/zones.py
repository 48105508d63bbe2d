"""The wall clock of a time zone, written so that DuckDB finds it for millions of moments at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Before and after these years the offsets at the edges hold.
YEARS = (1900, 2100)

Change = tuple[int, int]
"""The second since 1970 from which an offset holds, and the offset in seconds."""


@cache
def offsets(zone: ZoneInfo) -> tuple[Change, ...]:
    """Since when each offset from UTC holds."""

    def offset(moment: datetime) -> int:
        found = moment.astimezone(zone).utcoffset()
        assert found is not None
        return int(found.total_seconds())

    moment, end = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[1], 1, 1, tzinfo=UTC)
    found = [(int(moment.timestamp()), offset(moment))]
    while moment < end:
        later = moment + timedelta(days=1)
        if (new := offset(later)) != found[-1][1]:
            before, after = moment, later
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) // 2
                before, after = (before, middle) if offset(middle) == new else (middle, after)
            found.append((int(after.replace(microsecond=0).timestamp()), new))
        moment = later
    return tuple(found)


def wall_seconds(column: str, zone: ZoneInfo, least: int, most: int) -> str:
    """SQL for the wall clock of a moment, both in seconds since 1970, for moments between these two.

    Only the offsets that hold there are asked for: in China one, where there is summer time a few.
    """
    changes = offsets(zone)
    first = max(bisect_right(changes, least, key=_since) - 1, 0)
    last = max(bisect_right(changes, most, key=_since), first + 1)
    return f"({column} + {_tree(column, changes[first:last])})"


def _since(change: Change) -> int:
    return change[0]


def _tree(column: str, changes: Sequence[Change]) -> str:
    """Halves what is left at each question."""
    if len(changes) == 1:
        return str(changes[0][1])
    middle = len(changes) // 2
    before, after = _tree(column, changes[:middle]), _tree(column, changes[middle:])
    return f"CASE WHEN {column} < {changes[middle][0]} THEN {before} ELSE {after} END"
