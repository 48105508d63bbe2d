"""Metrics at the edges of months and to the second, and answers that were kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from db.local_time import Part, local_month, local_part
from db.models.account import Role
from db.models.case import Case, Stage
from db.models.grid import Grid
from db.models.indicator import Rework, Satisfied, Suspended
from db.scope import Scope, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.cases import kept
from lib.errors import NotReady
from lib.metrics import answering
from lib.metrics.answering import REPLICA
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import NARROWING, PARTS, By, is_key
from lib.metrics.measured import Period
from lib.metrics.queries import (
    arithmetic,
    cases_behind,
    freshness,
    measure,
    part_names,
    variant_history,
    variant_in_force,
)
from lib.metrics.question import Side
from lib.metrics.variant import Variant
from lib.replica import keeping
from tests import makers
from tests.lib.by_hand import Asked, by_hand, sides_of
from tests.lib.counted import arguments, behind_all, city_of, counted, measured
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

NAMES = tuple(METRICS)
CENTERS = [CITY, COUNTY, TOWN, VILLAGE, "739901", "739999999"]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    clock.set_source(lambda: MOMENT)
    kept._kept.clear()
    yield
    clock.set_source(None)


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    return database


def leader(center_code: str) -> Viewer:
    return makers.viewer_for_role(Role.LEADER, center_code)


def asked_of(viewer: Viewer, center: str, period: Period, **more: Any) -> Asked:
    return Asked(viewer.scope, center, period, MOMENT, **more)


EDGE = datetime(2026, 5, 31, 16, 0, tzinfo=UTC)  # the first second of June in Lanzhou


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (EDGE - SECOND, "2026-05"),
        (EDGE, "2026-06"),
        (datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC), "2026-06"),
        (datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), "2025-12"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "2026-01"),
        (datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC), "2024-02"),
        (datetime(2024, 2, 29, 16, 0, tzinfo=UTC), "2024-03"),
    ],
)
def test_months_begin_at_local_midnight(city, moment, month):
    with makers.everything(city) as session:
        session.add(makers.case(TOWN, reported_at=moment))
    first = date.fromisoformat(month + "-01")
    last = clock.start_of_month(first, -1) - timedelta(days=1)
    wide = Period(date(2024, 1, 1), TODAY)
    with makers.eyes(city, leader(TOWN)) as session:

        def received(period: Period, by: By = By.WHOLE) -> dict[str, int]:
            found = measure(session, ("received",), TOWN, period, MOMENT, by)
            return {one.key: one.numerator for one in found}

        assert received(wide, By.MONTH) == {month: 1}
        assert received(Period(first, last)) == {TOWN: 1}
        assert received(Period(wide.first, first - timedelta(days=1))) == {TOWN: 0}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "Asia/Kolkata", "Etc/GMT+12", "Pacific/Kiritimati"])
def test_the_database_finds_the_local_part_of_any_moment(city, zone):
    chance = random.Random(zone)
    moments = [
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(40_000_000))
        for _n in range(200)
    ]
    with makers.everything(city) as session:
        session.add_all(makers.case(TOWN, reported_at=moment) for moment in moments)
        session.flush()
        parts = [local_part(part, Case.reported_at, ZoneInfo(zone)) for part in Part]
        found = session.execute(
            select(Case.reported_at, local_month(Case.reported_at, ZoneInfo(zone)), *parts)
        ).all()
        session.rollback()
    assert len(found) == 200
    for moment, *words in found:
        wall = moment.astimezone(ZoneInfo(zone))
        monday = wall.date() - timedelta(days=wall.weekday())
        month = f"{wall:%Y-%m}"
        assert words == [month, month, f"{monday}", f"{wall.date()}", f"{wall.isoweekday()}-{wall:%H}"]


def test_what_a_case_points_to_elsewhere_leaves_it_counted_and_listed(city):
    """A case may carry a category, a grid and a department that those who see the case do not know."""
    far = "739999"
    with makers.everything(city) as session:
        session.add(makers.category(far, "F1"))
        department = makers.department(far, "water")
        session.add(department)
        session.flush()
        grid = session.scalars(select(Grid.id).where(Grid.center_code.startswith(far)).limit(1)).one()
        session.add(makers.case(VILLAGE, "F1", department_id=department.id, grid_id=grid))
        session.add(makers.case(VILLAGE))
    period = Period(TODAY - timedelta(days=9), TODAY)
    with makers.eyes(city, leader(TOWN)) as session:
        for only in ((), ((By.GROUP, ""),), ((By.DEPARTMENT, ""),), ((By.GRID, str(grid)),)):
            number = arithmetic(session, "received", TOWN, period, MOMENT, only).rows[Side.NUMERATOR]
            rows = cases_behind(session, "received", Side.NUMERATOR, TOWN, period, MOMENT, only)
            assert len(rows) == number == (2 if only in ((), ((By.DEPARTMENT, ""),)) else 1), only
            assert not any(far in f"{row}" for row in rows)
        for by, keys in ((By.GROUP, ["", "A1"]), (By.DEPARTMENT, [""])):
            found = measure(session, ("received", "handling_median"), TOWN, period, MOMENT, by)
            assert [one.key for one in found if one.metric == "received"] == keys


def test_nothing_due_is_not_zero_percent(city):
    with makers.everything(city) as session:
        session.add(makers.case(TOWN, due_at=None))
        session.add(makers.case(TOWN, due_at=MOMENT - timedelta(hours=1), suspended=True))
    with makers.eyes(city, leader(TOWN)) as session:
        for name in ("resolution", "on_time", "satisfaction", "handling_median"):
            [found] = measure(session, (name,), TOWN, Period(TODAY, TODAY), MOMENT)
            assert (found.numerator, found.denominator, found.value) == (0, 0, None)


def test_to_the_second(city):
    """Due at the moment is due; closed on the limit is in time; later than the moment is not counted."""
    long_ago, day = MOMENT - timedelta(days=3), timedelta(days=1)
    with makers.everything(city) as session:
        session.add_all(
            [
                makers.case(TOWN, due_at=MOMENT, closed_at=MOMENT, rating=4, rated_at=MOMENT),
                makers.case(
                    TOWN, due_at=MOMENT - SECOND, closed_at=MOMENT, rating=3, rated_at=MOMENT + SECOND
                ),
                makers.case(TOWN, due_at=MOMENT + SECOND, accepted_at=MOMENT),
                makers.case(TOWN, due_at=MOMENT, closed_at=MOMENT + SECOND, accepted_at=MOMENT + SECOND),
                makers.case(TOWN, due_at=MOMENT - SECOND, reported_at=MOMENT, accepted_at=MOMENT),
                makers.case(TOWN, due_at=None, reported_at=MOMENT + SECOND),
                makers.case(TOWN, due_at=None, accepted_at=long_ago + day, closed_at=long_ago),
                makers.case(
                    TOWN, due_at=None, accepted_at=long_ago + day + SECOND, closed_at=long_ago - SECOND
                ),
            ]
        )
    with makers.eyes(city, leader(TOWN)) as session:

        def found(names: tuple[str, ...], first: date) -> dict[str, tuple[int, int | None]]:
            answer = measure(session, names, TOWN, Period(first, TODAY), MOMENT)
            return {one.metric: (one.numerator, one.denominator) for one in answer}

        names = ("received", "open", "overdue", "due", "resolution", "on_time", "satisfaction", "rated")
        assert found(names, TODAY) == {
            "received": (1, None),
            "open": (3, None),
            "overdue": (1, None),
            "due": (4, None),
            "resolution": (2, 4),
            "on_time": (1, 4),
            "satisfaction": (1, 1),
            "rated": (1, None),
        }
        early = TODAY - timedelta(days=9)
        assert found(("accepted", "response", "handling_median", "rework"), early) == {
            "accepted": (2, 7),  # on the very second of the limit, and at once
            "response": (1, 4),
            "handling_median": (3, 3),  # what was closed before its report has no time
            "rework": (0, 4),
        }


def test_the_newest_decision_holds_and_another_can_be_tried(city):
    with makers.everything(city) as session:
        session.add(makers.case(TOWN, due_at=MOMENT, closed_at=MOMENT, suspended=True))
        session.add(makers.variant_version(1, suspended=Suspended.LEAVES))
        session.add(makers.variant_version(2, suspended=Suspended.STAYS))
    today = Period(TODAY, TODAY)
    with makers.eyes(city, leader(TOWN)) as session:
        assert variant_in_force(session) == Variant(Suspended.STAYS, version=2)
        assert [one.variant.version for one in variant_history(session)] == [2, 1]
        [found] = measure(session, ("resolution",), TOWN, today, MOMENT)
        assert (found.numerator, found.denominator) == (1, 1)
        [found] = measure(session, ("resolution",), TOWN, today, MOMENT, variant=Variant())
        assert (found.numerator, found.denominator) == (0, 0)


def test_every_choice_changes_what_it_is_about_and_nothing_else(city):
    late = MOMENT - timedelta(days=1)
    with makers.everything(city) as session:
        session.add_all(
            [
                makers.case(TOWN, due_at=late, closed_at=late, suspended=True, rating=3, rework_count=3,
                            accepted_at=MOMENT - timedelta(days=2)),
                makers.case(TOWN, due_at=late, closed_at=late, rating=4, rework_count=0),
            ]
        )  # fmt: skip
    period = Period(TODAY - timedelta(days=9), TODAY)

    def figures(variant: Variant) -> dict[str, tuple[int, int | None]]:
        with makers.eyes(city, leader(TOWN)) as session:
            found = measure(session, NAMES, TOWN, period, MOMENT, variant=variant)
            return {one.metric: (one.numerator, one.denominator) for one in found}

    usual = figures(Variant())
    for variant, changed in (
        (Variant(suspended=Suspended.STAYS), {"due": (2, None), "resolution": (2, 2), "on_time": (2, 2)}),
        (Variant(satisfied=Satisfied.BASICALLY), {"satisfaction": (2, 2)}),
        (Variant(rework=Rework.BY_TIME), {"rework": (3, 5)}),
        (Variant(acceptance_hours=8), {"accepted": (0, 2)}),
    ):
        assert figures(variant) == usual | changed
    assert {name: usual[name] for name in ("due", "satisfaction", "rework", "accepted")} == {
        "due": (1, None),
        "satisfaction": (1, 2),
        "rework": (1, 2),
        "accepted": (1, 2),
    }


def test_every_metric_can_be_taken_apart(city):
    chance = random.Random(3)
    with makers.everything(city) as session:
        session.add_all(makers.random_case(chance, chance.choice([TOWN, VILLAGE])) for _n in range(40))
        session.flush()
        rows = city_of(session)
    question = asked_of(leader(TOWN), TOWN, Period(TODAY - timedelta(days=60), TODAY))
    with makers.eyes(city, leader(TOWN)) as session:
        for name in NAMES:
            apart = arithmetic(session, name, **arguments(question))
            for side, ids in sides_of(rows, question, name).items():
                found = behind_all(session, name, Side(side), question, 7)
                assert sorted(row.id for row in found) == sorted(ids), (name, side)
                assert apart.rows[Side(side)] == len(ids)


def test_a_whole_working_day_is_one_day(city):
    """On the last minute of a band a case lies in it, in the chart, in the count and in the list."""
    monday = datetime(2026, 6, 29, 0, 30, tzinfo=UTC)  # 8:30 in Lanzhou
    evening, morning = monday + timedelta(hours=9, minutes=30), monday + timedelta(days=1, minutes=1)
    with makers.everything(city) as session:
        session.add_all(makers.case(TOWN, reported_at=monday, closed_at=end) for end in (evening, morning))
        session.add(makers.case(TOWN, reported_at=monday, closed_at=monday - SECOND))
        session.add(makers.case(TOWN, reported_at=monday))
    period = Period(date(2026, 6, 29), TODAY)
    with makers.eyes(city, leader(TOWN)) as session:
        found = measure(session, ("received",), TOWN, period, MOMENT, By.HANDLING)
        assert {one.key: one.numerator for one in found} == {"0": 1, "1": 1}
        for key, closed in (("0", evening), ("1", morning), ("2", None)):
            only = ((By.HANDLING, key),)
            rows = cases_behind(session, "received", Side.NUMERATOR, TOWN, period, MOMENT, only)
            assert [row.closed_at for row in rows] == ([closed] if closed else [])
            apart = arithmetic(session, "received", TOWN, period, MOMENT, only)
            assert apart.rows[Side.NUMERATOR] == apart.measured.numerator == len(rows)


def viewers() -> list[Viewer]:
    return [
        *(leader(code) for code in CENTERS),
        replace(leader(TOWN), scope=Scope.of([TOWN, "739999"])),
        makers.viewer_for_role(Role.VIEWER, COUNTY),
    ]


def test_kept_answers_equal_fresh_ones_whoever_asks_in_whatever_order(city):
    """Two people, the same question, before and after somebody's commit."""
    chance = random.Random(8)
    codes = [code for code in makers.codes() if code.startswith(CITY)]
    everybody, asked, second = viewers(), 0, 0
    with makers.everything(city) as session:
        session.add_all(makers.random_case(chance, chance.choice(codes)) for _n in range(120))
        department = makers.department(COUNTY)
        session.add(department)
        session.flush()
        handler = makers.viewer_for_role(Role.DEPARTMENT_HANDLER, COUNTY, department_id=department.id)
        for case in session.scalars(select(Case).where(Case.center_code.startswith(COUNTY)).limit(20)):
            case.department_id = department.id
    everybody.append(handler)
    rounds = 60 if city.startswith("sqlite") else 20
    for number in range(rounds):
        changed = chance.random() < 0.15
        if changed:
            second += 1
            with makers.everything(city) as session:
                change(session, chance, codes, MOMENT + timedelta(seconds=second))
        if changed or not number:
            with makers.everything(city) as session:
                rows = city_of(session)
        period = Period(TODAY - timedelta(days=chance.choice([0, 30])), TODAY)
        names, by = tuple(chance.sample(NAMES, 3)), chance.choice(list(By))
        if any(METRICS[name].placed_by is None for name in names):
            by = chance.choice([by for by in By if by not in PARTS])
        center = chance.choice(CENTERS)
        for viewer in chance.sample(everybody, 4):
            question = asked_of(viewer, center, period, by=by)
            with makers.eyes(city, viewer) as session:
                found = measured(session, question, names)
            for name in names:
                expected = counted(name, by_hand(rows, question, name))
                assert counted(name, found[name]) == expected, (viewer.scope, name, by)
            asked += 1
    assert asked == rounds * 4
    assert len(kept._kept) < asked  # some were kept


def change(session: ScopedSession, chance: random.Random, codes: list[str], now: datetime) -> None:
    """What the product does to cases: it reports, closes and suspends them, and notes when."""
    if chance.random() < 0.5:
        new = makers.random_case(chance, chance.choice(codes))
        new.changed_at = now
        session.add(new)
    open_cases = session.scalars(select(Case).where(Case.closed_at.is_(None))).all()
    one = chance.choice(open_cases)
    one.closed_at, one.stage, one.changed_at = MOMENT, Stage.CLOSED, now


def test_what_cases_are_divided_by_is_never_kept(city):
    """A grid is added and no case changes: the next look knows."""
    with makers.everything(city) as session:
        session.add_all(makers.case(VILLAGE) for _n in range(3))

    def value() -> str:
        with makers.eyes(city, leader(VILLAGE)) as session:
            [one] = measure(session, ("per_grid",), VILLAGE, Period(date(2026, 6, 1), TODAY), MOMENT)
            return f"{one.value}"

    assert value() == "3.0"
    with makers.everything(city) as session:
        session.add(makers.grid(VILLAGE, 2))
    assert value() == "1.5"


def test_an_answer_of_the_replica_is_kept_until_a_case_changes(city):
    viewer, period = leader(TOWN), Period(date(2026, 6, 1), TODAY)
    replica = keeping.start(city, wait=True)

    def received() -> int:
        with makers.eyes(city, viewer) as session:
            found = measure(session, ("received",), TOWN, period, MOMENT)[0].numerator
            assert session.info[REPLICA] is replica
            return found

    try:
        assert received() == received() == 0
        assert len(kept._kept) == 1
        with makers.everything(city) as session:
            session.add(makers.case(TOWN))
        assert received() == 1
        with makers.everything(city) as session:
            for one in session.scalars(select(Case)):
                one.center_code, one.changed_at = COUNTY, MOMENT + SECOND
        assert received() == 0
    finally:
        keeping.stop(city)


def test_while_the_replica_is_not_there_small_places_are_answered_by_the_database(city, monkeypatch):
    """The county waits, the town does not; what cannot be read is asked for again."""
    period = Period(date(2026, 6, 1), TODAY)
    with makers.everything(city) as session:
        session.add(makers.case(TOWN))
    monkeypatch.setattr(answering, "SMALL_NUMBER", 0)
    replica = keeping.start(city, wait=True)
    monkeypatch.setattr(keeping, "renew", lambda replica: None)  # nobody loads it again meanwhile
    monkeypatch.setattr(answering, "renew", lambda replica: None)
    try:
        for center, there in ((COUNTY, True), (TOWN, True), (COUNTY, False), (TOWN, False)):
            kept._kept.clear()
            if not there:
                replica.close()
            with makers.eyes(city, leader(COUNTY)) as session:
                if there or center is TOWN:
                    assert measure(session, ("received",), center, period, MOMENT)[0].numerator == 1
                    assert freshness(session).from_replica == there
                else:
                    with pytest.raises(NotReady, match="准备"):
                        measure(session, ("received",), center, period, MOMENT)
    finally:
        keeping.stop(city)


def test_a_replica_that_fails_in_the_middle_of_a_look_says_so(city):
    replica = keeping.start(city, wait=True)
    try:
        with makers.eyes(city, leader(TOWN)) as session:
            assert freshness(session).from_replica
            replica.close()
            with pytest.raises(NotReady, match="准备"):
                measure(session, ("received",), TOWN, Period(TODAY, TODAY), MOMENT)
    finally:
        keeping.stop(city)


def test_an_answer_is_kept_for_a_minute_at_most(city):
    """A change that does not show in the newest change, such as a row deleted by hand, is seen then."""
    with makers.everything(city) as session:
        session.add_all([makers.case(TOWN), makers.case(TOWN)])

    def received() -> int:
        with makers.eyes(city, leader(TOWN)) as session:
            return measure(session, ("received",), TOWN, Period(date(2026, 6, 1), TODAY), MOMENT)[0].numerator

    assert received() == 2
    with makers.everything(city) as session:
        session.execute(
            delete(Case).where(Case.id == session.scalar(select(Case.id).order_by(Case.id).limit(1)))
        )
    assert received() == 2
    clock.set_source(lambda: MOMENT + timedelta(minutes=1))
    assert received() == 1


def test_what_is_no_key_narrows_to_nothing_and_keeps_its_name(city):
    """Addresses can say anything."""
    words = [
        "", "0", "7", "8", "-", "1-", "1-24", "0-00", "9" * 10, "\u00b2", "late9", "\uff15", "x'", "739902",
        "None", "1-8",
    ]  # fmt: skip
    banded = (By.RATING, By.AGE, By.LADDER, By.HANDLING, By.HOUR, By.SOURCE)
    with makers.eyes(city, leader(TOWN)) as session:
        for by in By:
            assert not (by in NARROWING and is_key(by, "\x00"))
            names = part_names(session, by, tuple(words))
            for word in words:
                if by in NARROWING and is_key(by, word):
                    narrow = ((by, word),)
                    measure(session, ("received",), TOWN, Period(TODAY, TODAY), MOMENT, only=narrow)
                elif by in banded:
                    assert names[word] == word


def test_what_is_kept_does_not_grow_for_ever(city, monkeypatch):
    monkeypatch.setattr(kept, "AT_MOST", 10)
    for days in range(30):
        with makers.eyes(city, leader(TOWN)) as session:
            measure(session, ("received",), TOWN, Period(TODAY - timedelta(days=days), TODAY), MOMENT)
    assert len(kept._kept) == 10
