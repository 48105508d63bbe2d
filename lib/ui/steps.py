"""The days, weeks or months of a period: what a series of counts is drawn by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lib import clock
from lib.i18n import _, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.ui import filters


@dataclass(frozen=True)
class Step:
    """One bar of a series: a day, or what of a week or month lies in the period."""

    key: str
    period: Period
    words: str
    # Whether its last day lies in the period.
    ends: bool


def usual_step(days: int) -> By:
    """As fine as can be told apart on a screen."""
    if days <= 45:
        return By.DAY
    return By.WEEK if days <= 200 else By.MONTH


def choose_step(days: int) -> By:
    """How fine the series is; what would be one bar or a thousand cannot be chosen."""
    words = {By.DAY: _("按日"), By.WEEK: _("按周"), By.MONTH: _("按月")}
    fits = {By.DAY: days <= 400, By.WEEK: 7 < days <= 1500, By.MONTH: days > 31}
    possible = {by.value: text for by, text in words.items() if fits[by]}
    if len(possible) == 1:
        return By(next(iter(possible)))
    return By(filters.tabs("step", _("走势"), possible, usual_step(days).value))


def steps_of(period: Period, by: By) -> list[Step]:
    """From the first day to the last, cut off at both."""
    found, day = [], period.first
    while day <= period.last:
        start, end, key, words = _natural(day, by)
        own = Period(day, min(end, period.last))
        if own.first > start or own.last < end:
            words = _("{step}（{days}天）").format(step=words, days=own.days)
        found.append(Step(key, own, words, own.last == end))
        day = end + timedelta(days=1)
    return found


def _natural(day: date, by: By) -> tuple[date, date, str, str]:
    """The whole step that a day lies in: its first and last day, its key, and its words."""
    if by is By.DAY:
        return day, day, f"{day}", numbers.day(day)
    if by is By.WEEK:
        monday = day - timedelta(days=day.weekday())
        words = _("{day}起的一周").format(day=numbers.day(monday))
        return monday, monday + timedelta(days=6), f"{monday}", words
    first = clock.start_of_month(day)
    return first, clock.start_of_month(first, -1) - timedelta(days=1), f"{first:%Y-%m}", numbers.month(first)
