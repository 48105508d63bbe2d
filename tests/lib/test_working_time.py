"""Working days and minutes against the calendar that the State Council published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import clock, working_time
from lib.settings import settings

ZONE = ZoneInfo("Asia/Shanghai")
# Three notices of the General Office, day by day: what is free, and which weekends are worked for it.
FREE = [
    (date(2025, 1, 1), date(2025, 1, 1)), (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)), (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)), (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2024, 2, 10), date(2024, 2, 17)), (date(2024, 10, 1), date(2024, 10, 7)),
]  # fmt: skip
WORKED_WEEKENDS = [
    date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2024, 2, 4), date(2024, 2, 18),
    date(2024, 9, 29), date(2024, 10, 12),
]  # fmt: skip
moments = st.datetimes(
    datetime(2004, 1, 1), datetime(2040, 12, 30), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("first", "last"), FREE)
def test_public_holidays_are_free(first, last):
    assert working_time.working_days(first, last) == 0
    assert working_time.minutes_between(local(f"{first}T00:00"), local(f"{last}T23:59")) == 0


@pytest.mark.parametrize("day", WORKED_WEEKENDS)
def test_weekends_that_are_made_up_are_worked(day):
    assert day.weekday() >= 5
    assert working_time.is_working_day(day)
    assert working_time.minutes_between(local(f"{day}T00:00"), local(f"{day}T23:59")) == 7 * 60


def test_every_day_of_the_published_years_is_as_published():
    day, last = date(2004, 1, 1), working_time.last_known_day()
    assert last >= date(2026, 12, 31)
    worked = 0
    while day <= last:
        free = day in chinese_calendar.constants.holidays or (
            day.weekday() >= 5 and day not in chinese_calendar.constants.workdays
        )
        assert working_time.is_working_day(day) is not free, day
        worked += not free
        day += timedelta(days=1)
    assert working_time.working_days(date(2004, 1, 1), last) == worked
    assert working_time.working_days(date(2026, 2, 1), date(2026, 2, 28)) == 16


def test_of_a_year_that_is_not_published_the_weekdays_count_and_it_says_so():
    last = working_time.last_known_day()
    beyond = date(last.year + 1, 1, 1)
    assert working_time.known(date(2025, 1, 1), last)
    assert not working_time.known(date(2025, 1, 1), beyond)
    assert not working_time.known(date(2003, 12, 31), date(2004, 1, 1))
    days = [beyond + timedelta(days=n) for n in range(365)]
    assert [working_time.is_working_day(day) for day in days] == [day.weekday() < 5 for day in days]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-06-30T08:30", "2026-06-30T08:30", 0),
        ("2026-06-30T08:29:59", "2026-06-30T08:31", 1),
        ("2026-06-30T00:00", "2026-07-01T00:00", 420),
        ("2026-06-30T11:59", "2026-06-30T14:31", 2),
        ("2026-06-30T12:00", "2026-06-30T14:30", 0),
        ("2026-06-30T17:00", "2026-07-01T09:00", 90),
        ("2026-06-26T18:00", "2026-06-29T08:30", 0),  # Friday to Monday
        ("2026-02-13T17:00", "2026-02-24T09:30", 540),  # over Spring Festival, with the Saturday before
        ("2025-09-30T18:00", "2025-10-09T08:30", 0),
        ("2025-10-10T18:00", "2025-10-12T12:00", 420),  # the Saturday that was made up
    ],
)
def test_working_minutes(start, end, minutes):
    assert working_time.minutes_between(local(start), local(end)) == minutes
    assert working_time.minutes_between(local(end), local(start)) == -minutes


@given(moments, moments, moments)
def test_minutes_add_up_and_are_never_negative(one, two, three):
    first, second, third = sorted((one, two, three))
    between = working_time.minutes_between
    assert between(first, second) + between(second, third) == between(first, third)
    assert between(first, second) >= 0
    assert between(first, first + timedelta(days=1)) <= working_time.minutes_of_a_day() == 420


def test_beyond_the_ledger_time_stands_still():
    """Facts from outside can lie anywhere; a later moment is never an earlier one."""
    edges = [
        datetime(year, month, day, hour, tzinfo=UTC)
        for year, month, day in (
            (1949, 10, 1), (2003, 12, 31), (2004, 1, 1), (2004, 1, 2), (2040, 12, 30), (2040, 12, 31),
            (2041, 1, 1), (2099, 1, 5),
        )
        for hour in (0, 2, 7, 9, 23)
    ]  # fmt: skip
    found = [working_time.ledger().minutes_until(moment) for moment in edges]
    assert found == sorted(found)
    assert working_time.minutes_between(edges[0], local("2004-01-01T00:00")) == 0
    assert working_time.minutes_between(datetime(2041, 1, 2, tzinfo=UTC), edges[-1]) == 0


def test_the_hours_of_work_are_a_setting(monkeypatch):
    monkeypatch.setenv("GRID_WORKING_HOURS", "09:00-17:00")
    settings.cache_clear()
    working_time.ledger.cache_clear()
    try:
        assert working_time.ledger().slots == ((9 * 60, 17 * 60),)
        assert working_time.minutes_of_a_day() == 480
        assert working_time.minutes_between(local("2026-06-30T12:00"), local("2026-06-30T14:30")) == 150
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        working_time.ledger.cache_clear()
    assert settings().working_hours[0] == (time(8, 30), time(12))
    assert clock.local(local("2026-06-30T12:00")).hour == 12
