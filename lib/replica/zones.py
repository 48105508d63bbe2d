"""The wall clock of a time zone, written so that DuckDB finds it for millions of moments at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Before and after these years the offsets at the edges hold.
YEARS = (1900, 2100)
# Where nearly all moments lie; their offsets are found with the fewest comparisons.
LIKELY = (datetime(2015, 1, 1, tzinfo=UTC).timestamp(), datetime(2035, 1, 1, tzinfo=UTC).timestamp())

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


@cache
def wall_seconds(column: str, zone: ZoneInfo) -> str:
    """SQL for the wall clock of a moment, both in seconds since 1970."""
    changes = offsets(zone)
    ends = [*(since for since, _offset in changes[1:]), LIKELY[1]]  # the last offset holds for good
    weights = [
        1 + max(0.0, min(end, LIKELY[1]) - max(since, LIKELY[0]))
        for (since, _offset), end in zip(changes, ends, strict=True)
    ]
    return f"({column} + {_tree(column, changes, weights)})"


def _tree(column: str, changes: Sequence[Change], weights: Sequence[float]) -> str:
    """Halves what is left at each question; one after the other would be hundreds with summer time."""
    if len(changes) == 1:
        return str(changes[0][1])
    half, passed = sum(weights) / 2, 0.0
    for cut in range(1, len(changes)):
        passed += weights[cut - 1]
        if passed + weights[cut] / 2 >= half:
            break
    before = _tree(column, changes[:cut], weights[:cut])
    after = _tree(column, changes[cut:], weights[cut:])
    return f"CASE WHEN {column} < {changes[cut][0]} THEN {before} ELSE {after} END"
