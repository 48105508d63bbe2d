"""Local days, hours and working minutes of the replica against Python's own."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from db.models.case import Stage
from lib import clock, working_time
from lib.replica.replica import Replica
from lib.replica.zones import offsets, wall_seconds
from lib.settings import settings
from tests import makers
from tests.lib.test_replica import in_the_database, in_the_replica
from tests.makers import VILLAGE

ZONES = (
    "Asia/Shanghai", "America/New_York", "Europe/Amsterdam", "Africa/Casablanca", "Pacific/Apia",
    "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Etc/GMT+12", "America/St_Johns",
)  # fmt: skip
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ZONES)
def test_the_wall_clock_of_any_moment(name):
    zone, chance = ZoneInfo(name), random.Random(name)
    length = int((LAST - FIRST).total_seconds())
    seconds = [int(FIRST.timestamp()) + chance.randrange(length) for _n in range(3000)]
    seconds += [since + near for since, _offset in offsets(zone)[1:] for near in (-1, 0, 1)]
    for asked in (seconds, [s for s in seconds if 1_700_000_000 < s < 1_790_000_000], seconds[:1]):
        sql = wall_seconds("moment", zone, min(asked), max(asked))
        with duckdb.connect() as connection:
            connection.register("moments", pa.table({"moment": asked}))
            found = connection.execute(f"SELECT moment, {sql} FROM moments").fetchall()
        for second, wall in found:
            expected = datetime.fromtimestamp(second, zone).replace(tzinfo=UTC)
            assert wall == expected.timestamp(), (name, second)


def test_in_china_there_is_one_offset_to_ask_for():
    now = int(datetime(2026, 6, 30, tzinfo=UTC).timestamp())
    assert wall_seconds("m", ZoneInfo("Asia/Shanghai"), 694_224_000, 4 * now) == "(m + 28800)"


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"])
def test_days_hours_and_minutes_where_the_clocks_are_changed(sqlite_database, monkeypatch, name):
    monkeypatch.setenv("GRID_TIME_ZONE", name)
    # Also at night, so that an hour that comes twice is worked.
    monkeypatch.setenv("GRID_WORKING_HOURS", "00:30-03:10,08:30-12:00,14:30-18:00,23:00-23:59")
    settings.cache_clear()
    working_time.ledger.cache_clear()
    makers.plant_small(sqlite_database)
    zone, chance = settings().time_zone, random.Random(name)
    changes = [datetime.fromtimestamp(s, UTC) for s, _o in offsets(zone) if 1_000_000_000 < s < 1_800_000_000]
    changes = changes or [datetime(2026, 6, 30, 16, tzinfo=UTC)]
    with makers.everything(sqlite_database) as session:
        for _n in range(300):
            reported = chance.choice(changes) + timedelta(seconds=chance.randrange(-90_000, 90_000))
            closed = reported + timedelta(seconds=chance.choice([0, 1, 1800, 3600, -60, 10**6]))
            case = makers.case(VILLAGE, reported_at=reported, due_at=closed, closed_at=closed)
            case.stage = Stage.CLOSED
            session.add(case)
        # Beyond the calendar at both ends.
        for year in (1901, 1990, 2003, 2041, 2099):
            reported = datetime(year, 12, 30, 3, 7, 9, tzinfo=UTC)
            session.add(makers.case(VILLAGE, reported_at=reported, closed_at=reported + timedelta(days=900)))
    try:
        replica = Replica(sqlite_database, 50)
        replica.load()
        assert in_the_replica(replica) == in_the_database(sqlite_database)
        # The same rows once more, as a look brings them.
        with makers.everything(sqlite_database) as session:
            for case in session.query(type(makers.case(VILLAGE))).limit(100):
                case.rework_count, case.changed_at = 1, clock.now()
        replica.look()
        assert in_the_replica(replica) == in_the_database(sqlite_database)
        replica.close()
    finally:
        working_time.ledger.cache_clear()
