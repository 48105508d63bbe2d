"""How numbers, rates, dates and durations are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.i18n import numbers, speaking


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "0", "0"), (999, "999", "999"), (9_999, "9,999", "9,999"), (-9_999, "-9,999", "-9,999"),
        (10_000, "1.0万", "10.0k"), (10_050, "1.0万", "10.1k"), (10_500, "1.1万", "10.5k"),
        (14_949, "1.5万", "14.9k"), (2_400_000, "240.0万", "2.40m"), (999_950, "100.0万", "1,000.0k"),
        (123_456_789, "12345.7万", "123.46m"), (-25_000, "-2.5万", "-25.0k"),
    ],
)  # fmt: skip
def test_large_numbers_stand_in_ten_thousands(number, chinese, english):
    with speaking("zh"):
        assert numbers.headline(number) == chinese
    with speaking("en"):
        assert numbers.headline(number).replace(",", "") == english.replace(",", "")


@given(number=st.integers(-(10**12), 10**12))
def test_the_written_number_is_near_the_true_one(number):
    with speaking("zh"):
        written = numbers.headline(number)
    if written.endswith("万"):
        assert abs(Decimal(written[:-1]) * 10_000 - number) <= 500
    else:
        assert int(written.replace(",", "")) == number


@given(numerator=st.integers(0, 10**7), denominator=st.integers(0, 10**7))
def test_shares_are_rounded_half_up(numerator, denominator):
    found = numbers.share(numerator, denominator)
    if denominator == 0:
        assert found is None
    else:
        exact = Fraction(numerator * 1000, denominator)
        assert found == Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)) / 10


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [(1, 8, "12.5%"), (1, 16, "6.3%"), (3, 16, "18.8%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"),
     (1999, 2000, "100.0%"),
     (7, 7, "100.0%"), (0, 9, "0.0%"), (0, 0, "—"), (9, 0, "—"), (4489, 10000, "44.9%"), (25, 10000, "0.3%")],
)  # fmt: skip
def test_shares_as_they_are_written(numerator, denominator, written):
    assert numbers.percent(numbers.share(numerator, denominator)) == written


@pytest.mark.parametrize(
    ("now", "before", "written"),
    [("95.0", "94.0", "▲1.0个百分点"), ("94.0", "95.5", "▼1.5个百分点"), ("9.0", "9.0", "0.0个百分点"),
     (None, "9.0", ""), ("9.0", None, ""), (None, None, "")],
)  # fmt: skip
def test_a_rate_changes_by_points(now, before, written):
    def given_rate(value: str | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    with speaking("zh"):
        assert numbers.points(given_rate(now), given_rate(before)) == written


@pytest.mark.parametrize(
    ("now", "before", "written"),
    [(110, 100, "▲10.0%"), (90, 100, "▼10.0%"), (100, 100, "0.0%"), (5, 0, ""), (0, 5, "▼100.0%"),
     (1, 3, "▼66.7%"),
     (2001, 2000, "▲0.1%"), (100_001, 100_000, "0.0%")],
)  # fmt: skip
def test_a_count_changes_by_percent(now, before, written):
    assert numbers.change(now, before) == written


@pytest.mark.parametrize(
    ("span", "chinese"),
    [(timedelta(minutes=59, seconds=59), "59分钟"), (timedelta(hours=1), "1小时0分钟"),
     (timedelta(days=2, hours=3, minutes=59), "2天3小时"), (timedelta(0), "0分钟"),
     (timedelta(days=-1), "1天0小时")],
)  # fmt: skip
def test_durations_go_by_the_calendar(span, chinese):
    with speaking("zh"):
        assert numbers.duration(span) == chinese


def test_moments_are_on_the_deployments_clock():
    late = datetime(2026, 6, 30, 16, 30, tzinfo=UTC)
    with speaking("zh"):
        assert numbers.moment(late) == "2026年7月1日 00:30"
        assert numbers.table_moment(late) == "2026-07-01 00:30"
        assert numbers.day(date(2026, 6, 30)) == "2026年6月30日"
        assert numbers.month(date(2026, 6, 1)) == "2026年6月"
        assert numbers.day(None) == numbers.moment(None) == numbers.table_moment(None) == numbers.NOTHING
    with speaking("en"):
        assert numbers.day(date(2026, 6, 30)) == "30 June 2026"
        assert numbers.month(date(2026, 6, 1)) == "June 2026"
    assert numbers.whole(-1234567) == "-1,234,567"
