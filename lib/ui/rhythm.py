"""Months or weeks: what a chart over time is drawn by, which of its periods is not over, and which days
each of them has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib import clock
from lib.i18n import _, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.ui import filters
from lib.ui.look import Look

MONTHS, WEEKS = 24, 26


@dataclass(frozen=True)
class Rhythm:
    """Whole months or weeks up to the last day that is looked at."""

    by: By
    span: Period
    # Whether the last day itself is not over.
    running: bool

    @property
    def keys(self) -> list[str]:
        """As the periods are keyed in figures, the earliest first."""
        found, day = [], self.span.first
        while day <= self.span.last:
            found.append(f"{day:%Y-%m}" if self.by is By.MONTH else f"{day:%Y-%m-%d}")
            day = self._next(day)
        return found

    @property
    def unfinished(self) -> str:
        """The last period, when there is more of it to come."""
        key = self.keys[-1]
        over = self._next(self._first(key)) - timedelta(days=1) == self.span.last and not self.running
        return "" if over else key

    def period(self, key: str) -> Period:
        """The days of one period, as far as they are looked at."""
        first = self._first(key)
        last = min(self._next(first) - timedelta(days=1), self.span.last)
        return Period(first, last, monthly=self.by is By.MONTH)

    def words(self, key: str) -> str:
        if self.by is By.MONTH:
            return numbers.month(self._first(key))
        return _("{day}起的一周").format(day=numbers.day(self._first(key)))

    @property
    def heading(self) -> str:
        """Of the column that the periods stand in."""
        return _("月份") if self.by is By.MONTH else _("周（从周一起）")

    @property
    def length_words(self) -> str:
        if self.by is By.MONTH:
            return _("近{count}个月").format(count=len(self.keys))
        return _("近{count}周").format(count=len(self.keys))

    @property
    def before_words(self) -> str:
        """What a period is compared with."""
        return _("前一个月") if self.by is By.MONTH else _("前一周")

    def _first(self, key: str) -> date:
        return date.fromisoformat(f"{key}-01" if self.by is By.MONTH else key)

    def _next(self, day: date) -> date:
        return clock.start_of_month(day, -1) if self.by is By.MONTH else day + timedelta(days=7)


def choose_rhythm(look: Look) -> Rhythm:
    """The two words to choose from, and what the address says."""
    words = {By.MONTH.value: _("按月"), By.WEEK.value: _("按周")}
    by = By(filters.tabs("every", _("走势"), words, By.MONTH.value))
    last = look.period.last
    if by is By.MONTH:
        first = clock.start_of_month(last, MONTHS - 1)
    else:
        first = last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))
    return Rhythm(by, Period(first, last), look.running)


def newest(rhythm: Rhythm, rows: Sequence[Measured | None]) -> str:
    """The finding of a rate over time: its newest period that is over, beside the one before it. A row
    for each key; what rests on a few cases is no finding."""
    firm = {
        key: m
        for key, m in zip(rhythm.keys, rows, strict=True)
        if key != rhythm.unfinished and m is not None and m.rate is not None and not m.small_base
    }
    if not firm:
        return _("分母太小，看不出走势")
    key = max(firm)
    last = firm[key]
    words = _("{period}{metric}{value}").format(
        period=rhythm.words(key), metric=_(last.of.words), value=numbers.percent(last.rate)
    )
    place = rhythm.keys.index(key)
    before = firm.get(rhythm.keys[place - 1]) if place else None
    if before is None:
        return words
    moved = numbers.points(last.rate, before.rate) if last.rate != before.rate else _("持平")
    return _("{finding}，较{before}{moved}").format(finding=words, before=rhythm.before_words, moved=moved)
