"""Which month a page shows: the running one, or a past one read as it stood at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.scope import ScopedSession
from lib import clock
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.metrics.measured import Period
from lib.metrics.queries import first_month
from lib.ui import filters
from lib.ui.page import Page

LOOK_BACK = 24  # months that are offered even where no case is known


@dataclass(frozen=True)
class Shown:
    """`moment` is when the figures are counted at; of a past month its very end."""

    period: Period
    moment: datetime
    past: bool

    @property
    def words(self) -> str:
        """The state in words: which days, as of when, compared with which days."""
        before = self.period.before()
        if self.past:
            return _("{month}整月，按月末的情况（挂账按现状） · 与{before}比较").format(
                month=numbers.month(self.period.first), before=numbers.month(before.first)
            )
        return _(
            "{first}至{last}（本月未完），截至{moment}。今日接报与昨日同一时刻比，其余与{before}同一进度比。"
        ).format(
            first=numbers.day(self.period.first),
            last=numbers.day(self.period.last),
            moment=numbers.moment(self.moment),
            before=numbers.month(before.first),
        )


def choose_month(page: Page, session: ScopedSession, card: CenterCard) -> Shown:
    """The month that the address names; anything else means the running month."""
    running = clock.start_of_month(page.today)
    earliest = first_month(session, card.center.code, page.moment) or running
    earliest = min(earliest, clock.start_of_month(running, LOOK_BACK))
    words = {"": _("本月")}
    month = clock.start_of_month(running, 1)
    while month >= earliest:
        words[f"{month:%Y-%m}"] = numbers.month(month)
        month = clock.start_of_month(month, 1)
    said = filters.choice("month", _("月份"), words)
    if not said:
        return Shown(Period(running, page.today, monthly=True), page.moment, past=False)
    first = date.fromisoformat(f"{said}-01")
    after = clock.start_of_month(first, -1)
    last = after - timedelta(days=1)
    return Shown(
        Period(first, last, monthly=True), clock.start_of_day(after) - timedelta(seconds=1), past=True
    )
