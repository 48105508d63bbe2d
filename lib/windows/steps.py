"""The five steps of a visitor's rating, and what they make of the satisfaction of a window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from db.models.window import ServiceWindow, WindowRating
from db.scope import ScopedSession, within
from lib.cases.queries import RATING_WORDS
from lib.metrics.measured import Measured
from lib.metrics.variant import Variant

# The best first; a step's number is the one that ratings of cases have.
STEPS: dict[str, int] = {
    "very_satisfied": 5, "satisfied": 4, "basically": 3, "dissatisfied": 2, "very_dissatisfied": 1,
}  # fmt: skip
STEP_WORDS = {step: RATING_WORDS[number] for step, number in STEPS.items()}
METRICS = ("satisfaction", "rated")


def measured(window_id: int, counts: Mapping[str, int], variant: Variant) -> dict[str, Measured]:
    """Satisfied visitors of all who rated, by the variant that holds for cases too."""
    everybody = sum(counts.values())
    happy = sum(number for step, number in counts.items() if STEPS[step] >= variant.lowest_satisfied)
    key = str(window_id)
    return {
        "satisfaction": Measured("satisfaction", key, happy, everybody),
        "rated": Measured("rated", key, everybody, None),
    }


def windows_in(session: ScopedSession, center_code: str, first: date, last: date) -> list[ServiceWindow]:
    """Those below a center that were open in a period, in the order of their centers."""
    found = session.scalars(
        select(ServiceWindow)
        .where(within(ServiceWindow.center_code, [center_code]), ServiceWindow.opened_on <= last)
        .order_by(ServiceWindow.center_code, ServiceWindow.id)
    )
    return [one for one in found if one.closed_on is None or one.closed_on >= first]


def counts_of(
    session: ScopedSession, windows: Iterable[int], first: date, last: date
) -> dict[int, dict[str, int]]:
    """By window, the steps of all months of a period added up; of one that nobody rated nothing."""
    found: dict[int, dict[str, int]] = {}
    wanted = set(windows)
    for row in session.scalars(select(WindowRating).where(WindowRating.month.between(first, last))):
        if row.window_id in wanted:
            sums = found.setdefault(row.window_id, dict.fromkeys(STEPS, 0))
            for step in STEPS:
                sums[step] += getattr(row, step)
    return found
