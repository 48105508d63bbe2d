"""The replica against the database, row for row: loaded, followed, and thrown away when it must be."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from db.models.case import Case, Source, Stage
from db.models.deployment import Deployment
from db.models.grid import Grid
from db.scope import EVERYTHING
from lib import clock, working_time
from lib.deployment import raise_cases_generation
from lib.replica import follow, table
from lib.replica.errors import NotInStep
from lib.replica.replica import Replica
from lib.settings import HOME, settings
from tests import makers
from tests.makers import CITY, TOWN, VILLAGE

COUNT = select(func.count()).select_from(Case)


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add(makers.department(CITY))
    return database


@contextmanager
def replica_of(url: str, chunk: int = 1000) -> Iterator[Replica]:
    replica = Replica(url, chunk)
    replica.load()
    try:
        yield replica
    finally:
        replica.close()


def by_hand(case: Case, zone: ZoneInfo) -> tuple[Any, ...]:
    """A row of the replica, made of a case without any SQL."""

    def plain(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(UTC).replace(tzinfo=None)

    moments = [case.reported_at, case.accepted_at, case.due_at, case.closed_at, case.rated_at]
    closed = case.closed_at
    return (
        case.id, case.center_code, case.grid_id, case.category_code, case.source.value, case.department_id,
        *(plain(moment) for moment in moments[:4]), case.suspended, case.rework_count, case.returned_count,
        case.repeat_of_id, case.rating, plain(case.rated_at), case.center_code[:6], case.center_code[:9],
        *(moment and moment.astimezone(zone).date() for moment in moments),
        case.reported_at.astimezone(zone).hour,
        working_time.minutes_between(case.reported_at, closed)
        if closed is not None and closed >= case.reported_at else None,
    )  # fmt: skip


def in_the_replica(replica: Replica) -> list[tuple[Any, ...]]:
    with replica.store().writing() as cursor:
        rows: list[Any] = cursor.execute(f"SELECT {', '.join(table.ALL)} FROM facts ORDER BY id").fetchall()
        return rows


def in_the_database(url: str) -> list[tuple[Any, ...]]:
    zone = settings().time_zone
    with makers.everything(url) as session:
        return [by_hand(case, zone) for case in session.scalars(select(Case).order_by(Case.id))]


def count(replica: Replica) -> int:
    return int(replica.read(COUNT, EVERYTHING)[0][0])


def change(url: str, number: int, seconds: float = 0, **values: Any) -> None:
    """A case changed by a writer whose clock says what ours will say in so many seconds."""
    with makers.everything(url) as session:
        case = session.get_one(Case, number)
        for name, value in values.items():
            setattr(case, name, value)
        case.changed_at = clock.now() + timedelta(seconds=seconds)


def plant(url: str, number: int = 3) -> list[int]:
    """Cases that were changed long ago, and their keys."""
    with makers.everything(url) as session:
        cases = [makers.case(VILLAGE) for _n in range(number)]
        session.add_all(cases)
        session.flush()
        return [case.id for case in cases]


def between(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last), timezones=st.just(UTC))


# Around the edges of what zones and calendars know, and beyond.
EDGES = ("1969-12-31 23:59:59", "1970-01-01", "2003-12-31 16:00", "2040-12-31 16:00", "9999-12-30")
moments = st.one_of(
    between("2026-05-01", "2026-07-15"),
    between("1900-01-02", "2099-12-30"),
    st.sampled_from([datetime.fromisoformat(edge).replace(tzinfo=UTC) for edge in EDGES]),
).map(lambda moment: moment.replace(microsecond=0))
GIVEN = ("center_code", "source", "reported_at", "accepted_at", "due_at", "closed_at", "suspended",
         "rework_count", "returned_count", "rating")  # fmt: skip
rows = st.fixed_dictionaries(
    {
        "center_code": st.sampled_from(makers.codes()[:20]),
        "source": st.sampled_from(Source),
        "reported_at": moments,
        "accepted_at": st.none() | moments,
        "due_at": st.none() | moments,
        "closed_at": st.none() | moments,
        "suspended": st.booleans(),
        "rework_count": st.integers(0, 32_767),
        "returned_count": st.integers(0, 32_767),
        "rating": st.none() | st.integers(1, 5),
        "rated_at": moments,
        "gap": st.sampled_from([1, 1, 1, 2, 9, 10, 11, 1_000_000]),
        "points": st.booleans(),
    }
)


@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(rows, max_size=60), chunk=st.sampled_from([1, 10, 64, 100_000]))
def test_what_is_loaded_is_the_database_row_for_row(city, made, chunk):
    with makers.everything(city) as session:
        session.execute(delete(Case))
        grid_id = session.scalar(select(func.min(Grid.id)))
        number = 1
        for one in made:
            before, number = number, number + one["gap"]
            session.add(
                Case(
                    id=number, origin="tests", number=str(number), category_code="A1", title="", detail=None,
                    changed_at=makers.MOMENT, stage=Stage.CLOSED if one["closed_at"] else Stage.REPORTED,
                    grid_id=grid_id if one["points"] else None, department_id=1 if one["points"] else None,
                    repeat_of_id=before if one["points"] and before > 1 else None,
                    rated_at=one["rated_at"] if one["rating"] else None,
                    **{name: one[name] for name in GIVEN},
                )
            )  # fmt: skip
            session.flush()
    with replica_of(city, chunk) as replica:
        assert in_the_replica(replica) == in_the_database(city)
        assert count(replica) == len(made)
        assert replica.as_of is not None
        assert replica.share_loaded == 1
        replica.look()
        assert replica.version == 1, "nothing had changed"


def test_a_commit_is_seen_by_the_next_look(city):
    first, second, third = plant(city)
    with replica_of(city) as replica:
        change(city, second, closed_at=clock.now(), stage=Stage.CLOSED, rework_count=3)
        assert in_the_replica(replica) != in_the_database(city)
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)
        assert replica.version == 2
        plant(city, 5)
        change(city, first, center_code=TOWN)
        change(city, third, rework_count=1)
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)
        assert replica.version == 3
        replica.look()
        assert replica.version == 3, "nothing had changed"


def test_changed_again_within_the_same_second(city):
    [number] = plant(city, 1)
    still = clock.now()
    clock.set_source(lambda: still)
    with replica_of(city) as replica:
        for rework in (1, 2, 1, 3):
            change(city, number, rework_count=rework)
            replica.look()
            assert in_the_replica(replica) == in_the_database(city)


def test_a_writer_that_ends_long_after_it_wrote(city):
    number, other = plant(city, 2)
    with replica_of(city) as replica:
        with makers.everything(city) as session:
            session.get_one(Case, number).rework_count = 7
            session.get_one(Case, number).changed_at = clock.now() - timedelta(seconds=100)
            new = makers.case(VILLAGE, changed_at=clock.now() - timedelta(seconds=100))
            session.add(new)
            session.flush()
            for _n in range(3):
                replica.look()
                assert count(replica) == 2
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)
        assert count(replica) == 3
        change(city, other, seconds=-100, rework_count=1)
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)


def test_a_writer_whose_clock_is_ahead(city):
    number, other = plant(city, 2)
    with replica_of(city) as replica:
        for rework in (1, 2):
            change(city, number, seconds=3600, rework_count=rework)
            replica.look()
            change(city, other, rework_count=rework)
            replica.look()
            assert in_the_replica(replica) == in_the_database(city)


def test_our_own_clock_is_set(city):
    number, other = plant(city, 2)
    with replica_of(city) as replica:
        for hours in (5, 0, -5, 0):
            clock.set_source(lambda hours=hours: datetime.now(UTC) + timedelta(hours=hours))
            replica.look()
            clock.set_source(None)
            change(city, number, rework_count=hours + 6)
            replica.look()
            assert in_the_replica(replica) == in_the_database(city)
            change(city, other, rework_count=hours + 6)
            replica.look()
            assert in_the_replica(replica) == in_the_database(city)


def test_many_at_once_come_as_a_stream_and_are_looked_at_again_now_and_then(city, monkeypatch):
    for name, value in (("FEW", 3), ("MANY", 6), ("REST", 60.0)):
        monkeypatch.setattr(follow, name, value)
    late, soon = plant(city, 2)
    with replica_of(city) as replica:
        with makers.everything(city) as session:
            began = clock.now() - timedelta(seconds=3)
            session.add_all(makers.case(VILLAGE, changed_at=began) for _n in range(9))
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)
        assert replica.version == 2
        # What has just been written is seen at once, also now; what comes in late a little later.
        change(city, late, seconds=-60, rework_count=1)
        change(city, soon, rework_count=1)
        replica.look()
        rework = {row[0]: row[11] for row in in_the_replica(replica)}
        assert (rework[late], rework[soon]) == (0, 1)
        change(city, soon, rework_count=2)
        replica.look()
        assert {row[0]: row[11] for row in in_the_replica(replica)}[soon] == 2
        follower = replica._follower
        assert follower is not None
        follower._whole_again = 0.0  # the rest is over
        replica.look()
        assert in_the_replica(replica) == in_the_database(city)
        before = replica.version
        follower._whole_again = 0.0
        replica.look()
        assert replica.version == before, "the same many rows are no change"


def test_cases_that_were_rewritten_are_read_anew(city):
    numbers = plant(city, 4)
    with replica_of(city) as replica:
        with makers.everything(city) as session:
            session.execute(delete(Case).where(Case.id.in_(numbers[1:3])))
            raise_cases_generation(session)
            raise_cases_generation(session)
        with makers.everything(city) as session:
            assert session.get_one(Deployment, 1).cases_generation == 2
        with pytest.raises(NotInStep):
            replica.look()
        with pytest.raises(NotInStep):
            replica.read(COUNT, EVERYTHING)
        assert replica.as_of is None
        before = replica.version
        replica.load()
        replica.look()
        assert replica.version > before
        assert in_the_replica(replica) == in_the_database(city)
        assert count(replica) == 2


def test_written_while_it_is_loaded(city):
    """Writers go on while all is read; one look later both are the same."""
    numbers = plant(city, 60)
    go_on = threading.Event()
    go_on.set()

    def write() -> None:
        turn = 0
        while go_on.is_set():
            turn += 1
            change(city, numbers[turn % len(numbers)], rework_count=turn)
            plant(city, 1) if turn % 3 == 0 else None

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with replica_of(city, 7) as replica:
            go_on.clear()
            writer.join()
            replica.look()
            assert in_the_replica(replica) == in_the_database(city)
    finally:
        go_on.clear()
        writer.join()


OTHER = """
import sys
from sqlalchemy import func, select
from db.models.case import Case
from db.scope import EVERYTHING
from lib.replica.replica import Replica
from lib.settings import settings
replica = Replica(settings().database_url)
replica.load()
for line in sys.stdin:
    replica.look()
    found = replica.read(select(func.count(), func.sum(Case.rework_count)).select_from(Case), EVERYTHING)
    print(*found[0], flush=True)
replica.close()
"""


def test_two_processes_each_with_their_own(city):
    first, *_others = plant(city, 3)
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER], cwd=HOME, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def says() -> str:
        assert other.stdin is not None
        assert other.stdout is not None
        print(file=other.stdin, flush=True)
        return other.stdout.readline().strip()

    with replica_of(city) as own:
        assert says() == "3 0"
        change(city, first, rework_count=4)
        plant(city, 2)
        own.look()
        assert count(own) == 5
        assert says() == "5 4"
    _out, words = other.communicate(timeout=60)
    assert (other.returncode, words) == (0, "")
