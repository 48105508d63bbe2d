"""Decides which moments of a case stand in an order that cannot be.

Facts come from outside. What cannot be is kept as it came and said plainly, never put right in silence.
"""

from __future__ import annotations

from datetime import datetime

from lib.i18n import mark

REPORTED, ACCEPTED, CLOSED, RATED = mark("上报"), mark("立案"), mark("结案"), mark("评价")


def impossible_order(
    reported: datetime,
    accepted: datetime | None,
    closed: datetime | None,
    rated: datetime | None,
    reworked: bool,
) -> tuple[tuple[str, str], ...]:
    """Pairs of words: a step, and one before it that is said to have come after it.

    A case that was reworked may have been rated before it was closed for the last time.
    """
    found = []
    before: list[tuple[str, datetime | None]] = [(REPORTED, reported)]
    for step, moment in ((ACCEPTED, accepted), (CLOSED, closed), (RATED, rated)):
        for earlier, at in before:
            may_precede = step == RATED and (earlier == ACCEPTED or (earlier == CLOSED and reworked))
            if moment is not None and at is not None and moment < at and not may_precede:
                found.append((step, earlier))
        before.append((step, moment))
    return tuple(found)
