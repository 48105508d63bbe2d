from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cases.local_times import ISO, moment, read_local

BOSTON = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("local", "utc", "existed"),
    [
        ("2015-01-01 00:20:09", "2015-01-01 05:20:09", True),
        ("2015-07-01 00:20:09", "2015-07-01 04:20:09", True),
        ("2015-03-08 01:59:59", "2015-03-08 06:59:59", True),
        ("2015-03-08 02:00:00", "2015-03-08 07:00:00", False),
        ("2015-03-08 02:30:00", "2015-03-08 07:00:00", False),
        ("2015-03-08 03:00:00", "2015-03-08 07:00:00", True),
        ("2015-11-01 01:16:00", "2015-11-01 05:16:00", True),  # came twice: the first
        ("2015-11-01 02:00:00", "2015-11-01 07:00:00", True),
    ],
)
def test_local_times_as_moments(local, utc, existed):
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment(read_local(local, ISO), BOSTON) == (expected, existed)


def test_a_day_that_was_skipped():
    found, existed = moment(datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia"))  # noqa: DTZ001
    assert (found, existed) == (datetime(2011, 12, 30, 10, tzinfo=UTC), False)


@pytest.mark.parametrize(
    "text", ["", "2015-01-01", "2015-02-30 00:00:00", "2015-01-01T00:00:00", "0001-01-01 00:00:00", "昨天"]
)
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match=r".*"):
        read_local(text, ISO)


def test_another_format():
    assert read_local("3/8/2015 14:05", "%m/%d/%Y %H:%M") == datetime(2015, 3, 8, 14, 5)  # noqa: DTZ001


around = st.builds(
    lambda start, seconds: start + timedelta(seconds=seconds),
    st.sampled_from([datetime(2015, 3, 8, 2), datetime(2015, 11, 1, 1)]),  # noqa: DTZ001
    st.integers(-7200, 10800),
)


@given(around, around)
def test_the_later_local_time_is_never_the_earlier_moment(one, other):
    early, late = sorted((one, other))
    assert moment(early, BOSTON)[0] <= moment(late, BOSTON)[0]
    skipped = not (moment(early, BOSTON)[1] and moment(late, BOSTON)[1])
    if early < late and not skipped:
        assert moment(early, BOSTON)[0] < moment(late, BOSTON)[0]
