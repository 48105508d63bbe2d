"""Which days are worked: the published calendar, and over it what a deployment has decided for itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from db.models.scheduling import CalendarDay
from db.scope import ScopedSession
from lib import working_time
from lib.clock import start_of_day
from lib.errors import Told
from lib.i18n import _, numbers

LONGEST = 120  # days that a limit of working days is looked for in


class UnknownCalendar(Told):
    """The holidays of that year have not been published, and nobody has entered them."""


def own_days(session: ScopedSession) -> dict[date, bool]:
    """What was decided otherwise than published, by the day."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.works))
    return dict(rows.all())


def works(day: date, own: Mapping[date, bool]) -> bool:
    """Raises UnknownCalendar for a day that nothing is known of; nobody guesses."""
    if day in own:
        return own[day]
    if not working_time.known(day, day):
        raise UnknownCalendar(
            _("{day}是否上班还不知道：{year}年的放假安排尚未公布。请在工作日历中补充后再试。").format(
                day=numbers.day(day), year=day.year
            )
        )
    return working_time.is_working_day(day)


def deadline(opened: date, days: int, hour: time, own: Mapping[date, bool]) -> datetime:
    """The moment that many working days after the opening day, at that hour. With no days it is the
    opening day itself. Raises UnknownCalendar."""
    day, left = opened, days
    for _n in range(LONGEST):
        if not left:
            break
        day += timedelta(days=1)
        left -= works(day, own)
    return start_of_day(day) + timedelta(hours=hour.hour, minutes=hour.minute)
