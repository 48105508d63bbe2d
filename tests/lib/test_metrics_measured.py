"""What is measured: values in their unit, how firm they are, and the periods they are held against."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib import clock
from lib.metrics.catalogue import METRICS
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Unit
from tests.makers import MOMENT, TOWN

days = st.dates(date(2004, 1, 1), date(2039, 12, 31))


def month(first: date, last: date) -> Period:
    return Period(first, last, monthly=True)


def test_the_catalogue_explains_itself():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert all((metric.words, metric.formula, metric.counts, metric.of, metric.source))
        assert metric.is_rate == (metric.unit is Unit.PERCENT)
        assert (metric.quantile is not None) == (metric.unit is Unit.HOURS)
        assert (metric.base is not None) == (metric.unit is Unit.EACH)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "small"),
    [(0, 0, None, False), (1, 16, "6.3", True), (3, 16, "18.8", True), (29, 29, "100.0", True),
     (15, 30, "50.0", False), (1, 2000, "0.1", False), (0, 30, "0.0", False), (5, None, None, False)],
)  # fmt: skip
def test_rates_are_half_up_and_nothing_due_is_no_rate(numerator, denominator, rate, small):
    found = Measured("resolution", TOWN, numerator, denominator)
    assert found.rate == found.value == (None if rate is None else Decimal(rate))
    assert found.small_base == small


@pytest.mark.parametrize(
    ("measured", "value"),
    [
        (Measured("received", TOWN, 0, None), "0"),
        (Measured("open", TOWN, 2_382_000, None), "2382000"),
        (Measured("handling_median", TOWN, 2, 2, minutes=63.0), "1.1"),  # 1.05 hours
        (Measured("handling_slow", TOWN, 2, 2, minutes=62.9), "1.0"),
        (Measured("handling_slow", TOWN, 9, 9, minutes=0.0), "0.0"),
        (Measured("handling_median", TOWN, 0, 0, minutes=None), None),
        (Measured("per_residents", TOWN, 1, 3000), "0.3"),
        (Measured("per_residents", TOWN, 1, 20_000), "0.1"),  # 0.05 for a thousand
        (Measured("per_grid", TOWN, 7, 4), "1.8"),
        (Measured("per_gridworker", TOWN, 7, 0), None),
        (Measured("on_time", TOWN, 2, 3), "66.7"),
        (Measured("rework", TOWN, 7, 8), "87.5"),
    ],
)
def test_a_value_stands_in_the_unit_of_its_metric(measured, value):
    assert measured.value == (None if value is None else Decimal(value))


def test_only_what_is_compared_can_rest_on_too_few():
    """A count stands for itself, and a base of people is not a sample."""
    for name, metric in METRICS.items():
        few = Measured(name, TOWN, 1, metric.least_base - 1, minutes=1.0)
        enough = Measured(name, TOWN, 1, metric.least_base, minutes=1.0)
        assert few.small_base == (metric.unit in (Unit.PERCENT, Unit.HOURS))
        assert not enough.small_base
        assert not Measured(name, TOWN, 0, 0).small_base


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Wilson's interval for 95 in 100, as statistics packages print it.
        (0, 10, 0.0, 27.753),
        (1, 10, 1.788, 40.415),
        (5, 10, 23.659, 76.341),
        (10, 10, 72.247, 100.0),
        (50, 100, 40.383, 59.617),
        (95, 100, 88.825, 97.846),
        (1, 1, 20.654, 100.0),
    ],
)
def test_the_band_of_a_rate_against_known_values(numerator, denominator, low, high):
    band = Measured("on_time", TOWN, numerator, denominator).band
    assert band == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


@given(st.integers(1, 5000), st.data())
def test_the_band_holds_the_rate_and_its_ends_solve_the_equation(total, data):
    """At each end the observed rate is 1.96 standard deviations away; Wilson's band is that and no more."""
    hits = data.draw(st.integers(0, total))
    band = Measured("satisfaction", TOWN, hits, total).band
    assert band is not None
    low, high = (end / 100 for end in band)
    share = hits / total
    assert -1e-9 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-9
    for end in (low, high):
        if 0 < end < 1 - 1e-12:
            assert abs(share - end) == pytest.approx(1.96 * math.sqrt(end * (1 - end) / total), abs=1e-6)


def test_only_rates_have_a_band():
    for name, metric in METRICS.items():
        assert (Measured(name, TOWN, 1, 2, minutes=1.0).band is not None) == (metric.unit is Unit.PERCENT)
    assert Measured("on_time", TOWN, 0, 0).band is None


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        (month(date(2026, 6, 1), date(2026, 6, 30)), month(date(2026, 5, 1), date(2026, 5, 31)),
         month(date(2025, 6, 1), date(2025, 6, 30))),
        (month(date(2026, 3, 1), date(2026, 3, 30)), month(date(2026, 2, 1), date(2026, 2, 28)),
         month(date(2025, 3, 1), date(2025, 3, 30))),
        (month(date(2026, 6, 1), date(2026, 6, 9)), month(date(2026, 5, 1), date(2026, 5, 9)),
         month(date(2025, 6, 1), date(2025, 6, 9))),
        (month(date(2026, 1, 1), date(2026, 1, 31)), month(date(2025, 12, 1), date(2025, 12, 31)),
         month(date(2025, 1, 1), date(2025, 1, 31))),
        # A whole February is a whole February, also where one of them is longer.
        (month(date(2024, 2, 1), date(2024, 2, 29)), month(date(2024, 1, 1), date(2024, 1, 31)),
         month(date(2023, 2, 1), date(2023, 2, 28))),
        (month(date(2025, 2, 1), date(2025, 2, 28)), month(date(2025, 1, 1), date(2025, 1, 31)),
         month(date(2024, 2, 1), date(2024, 2, 29))),
        # Days that the other month has not are not made up.
        (month(date(2024, 3, 1), date(2024, 3, 30)), month(date(2024, 2, 1), date(2024, 2, 29)),
         month(date(2023, 3, 1), date(2023, 3, 30))),
        (Period(date(2024, 2, 29), date(2024, 2, 29)), Period(date(2024, 2, 28), date(2024, 2, 28)),
         Period(date(2023, 2, 28), date(2023, 2, 28))),
        (Period(date(2024, 2, 29), date(2024, 3, 6)), Period(date(2024, 2, 22), date(2024, 2, 28)),
         Period(date(2023, 2, 28), date(2023, 3, 6))),
        (Period(date(2024, 2, 23), date(2024, 2, 29)), Period(date(2024, 2, 16), date(2024, 2, 22)),
         Period(date(2023, 2, 23), date(2023, 2, 28))),
        # Without a 29 February the days of the year before are as many.
        (Period(date(2026, 6, 3), date(2026, 6, 9)), Period(date(2026, 5, 27), date(2026, 6, 2)),
         Period(date(2025, 6, 3), date(2025, 6, 9))),
        (Period(date(2026, 7, 1), date(2026, 7, 1)), Period(date(2026, 6, 30), date(2026, 6, 30)),
         Period(date(2025, 7, 1), date(2025, 7, 1))),
        (Period(date(2025, 12, 31), date(2026, 1, 1)), Period(date(2025, 12, 29), date(2025, 12, 30)),
         Period(date(2024, 12, 31), date(2025, 1, 1))),
    ],
)  # fmt: skip
def test_what_a_period_is_held_against(period, before, last_year):
    assert period.before() == before
    assert period.last_year() == last_year


@given(days, st.integers(0, 400))
def test_free_days_are_held_against_as_many(first, length):
    period = Period(first, first + timedelta(days=length))
    before, year = period.before(), period.last_year()
    assert before.days == period.days
    assert before.last == period.first - timedelta(days=1)
    # A 29 February has no own day in a shorter year: one day fewer, or one more that ran through it.
    assert abs(year.days - period.days) <= 1 + period.days // 365
    for day, then in ((period.first, year.first), (period.last, year.last)):
        leap = (day.month, day.day) == (2, 29)
        assert (then.year, then.month, then.day) == (day.year - 1, day.month, 28 if leap else day.day)


@given(days, st.integers(0, 30))
def test_a_month_so_far_is_held_against_as_many_days_at_most(day, length):
    first = day.replace(day=1)
    last = first + timedelta(days=length)
    assume(last.month == first.month)
    period = month(first, last)
    whole = (last + timedelta(days=1)).day == 1
    for other in (period.before(), period.last_year()):
        assert other.monthly
        assert other.first.day == 1
        ends_month = (other.last + timedelta(days=1)).day == 1
        if whole:
            assert ends_month
        else:
            assert other.days == period.days or (ends_month and other.days < period.days)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("period", "moment", "before", "last_year"),
    [
        # 17:00 of the last of June: as far into the last of May, and of June a year ago.
        (month(date(2026, 6, 1), date(2026, 6, 30)), MOMENT, MOMENT - timedelta(days=30),
         datetime(2025, 6, 30, 9, 0, tzinfo=UTC)),
        (Period(date(2026, 6, 30), date(2026, 6, 30)), MOMENT, MOMENT - timedelta(days=1),
         datetime(2025, 6, 30, 9, 0, tzinfo=UTC)),
        (Period(date(2024, 2, 29), date(2024, 2, 29)), datetime(2024, 2, 29, 1, 0, tzinfo=UTC),
         datetime(2024, 2, 28, 1, 0, tzinfo=UTC), datetime(2023, 2, 28, 1, 0, tzinfo=UTC)),
        # A period that is over is read at its end, and so is what it is held against.
        (month(date(2026, 5, 1), date(2026, 5, 31)), datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC),
         datetime(2026, 4, 30, 15, 59, 59, tzinfo=UTC), datetime(2025, 5, 31, 15, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_moment_to_compare_at(period, moment, before, last_year):
    assert period.moment_before(moment) == period.moment_in(period.before(), moment) == before
    assert period.moment_in(period.last_year(), moment) == last_year


@given(days, st.integers(0, 60), st.integers(-10 * 86_400, 100 * 86_400))
def test_a_period_is_read_at_its_end_or_now(first, length, seconds):
    period = Period(first, first + timedelta(days=length))
    start = clock.start_of_day(period.first)
    now = start + timedelta(seconds=seconds)
    stands = period.stands_at(now)
    assert clock.local(period.end()).date() == period.last
    assert clock.local(period.end() + SECOND).date() == period.last + timedelta(days=1)
    assert stands == (now if now <= period.end() else period.end())
    # What is as far into itself is the same moment; the end stays the end.
    assert period.moment_in(period, stands) == stands
    assert period.moment_in(period.before(), period.end()) == period.before().end()
    left = period.end() - stands
    assert period.before().end() - period.moment_before(stands) == left
