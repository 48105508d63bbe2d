"""Metrics against an oracle in plain Python, at the edges of months, and with kept answers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from db.engine import for_writing, open_engine
from db.local_time import local_month
from db.models.account import Role
from db.models.case import Case, Stage
from db.scope import EVERYTHING, Scope, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.cases import kept
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Unit
from lib.metrics.queries import By, Measured, Period, measure
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

NAMES = tuple(METRICS)
CENTERS = [CITY, COUNTY, TOWN, VILLAGE, "739901", "739999999"]
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def still_clock():
    clock.set_source(lambda: MOMENT)
    kept._kept.clear()
    yield
    clock.set_source(None)


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    return database


def by_hand(
    cases: Iterable[Case], name: str, center: str, period: Period, moment: datetime, by: By
) -> dict[str, tuple[int, int | None]]:
    """The metric as its sentence says it, one case after the other."""
    moment = moment.replace(microsecond=0)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for c in cases:
        if not c.center_code.startswith(center):
            continue
        is_open = c.reported_at <= moment and (c.closed_at is None or c.closed_at > moment)
        placed = {"received": c.reported_at, "resolution": c.due_at, "on_time": c.due_at,
                  "satisfaction": c.rated_at}.get(name)  # fmt: skip
        if name in ("open", "overdue"):
            placed_right, month = c.closed_at is None or c.closed_at >= moment, center
        else:
            if placed is None or placed > moment:
                continue
            day = placed.astimezone(ZONE).date()
            placed_right, month = period.first <= day <= period.last, f"{day:%Y-%m}"
        if not placed_right:
            continue
        inside, base = {
            "received": (True, True),
            "open": (is_open, True),
            "overdue": (
                is_open and not c.suspended and c.due_at is not None and c.due_at < moment,
                True,
            ),
            "resolution": (
                not c.suspended and c.closed_at is not None and c.closed_at <= moment,
                not c.suspended,
            ),
            "on_time": (
                not c.suspended
                and c.closed_at is not None
                and c.closed_at <= moment
                and c.due_at is not None
                and c.closed_at <= c.due_at,
                not c.suspended,
            ),
            "satisfaction": (c.rating is not None and c.rating >= 4, c.rating is not None),
        }[name]
        if by is By.MONTH and name == "resolution" and inside:
            # In a series of months each is counted at its own end.
            inside = f"{c.closed_at.astimezone(ZONE):%Y-%m}" <= month
        length = {4: 6, 6: 9, 9: 12}.get(len(center), 12)
        key = {By.WHOLE: center, By.CHILD: c.center_code[:length], By.MONTH: month}[by]
        counts[key][0] += inside
        counts[key][1] += base
    rate = METRICS[name].is_rate
    if by is By.WHOLE:
        counts[center]  # the whole has a row even when it is empty
    return {key: (n, base if rate else None) for key, (n, base) in counts.items()}


def measured(session: ScopedSession, *arguments: Any) -> dict[str, dict[str, tuple[int, int | None]]]:
    found: dict[str, dict[str, tuple[int, int | None]]] = {name: {} for name in arguments[0]}
    for one in measure(session, *arguments):
        assert one.key not in found[one.metric]
        found[one.metric][one.key] = (one.numerator, one.denominator)
    return found


def without_empty(rows: dict[str, tuple[int, int | None]]) -> dict[str, tuple[int, int | None]]:
    """A group in which nothing counts may have a row or none."""
    return {key: row for key, row in rows.items() if row not in ((0, 0), (0, None))}


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**9),
    number=st.integers(0, 60),
    center=st.sampled_from(CENTERS),
    days=st.integers(0, 100),
    back=st.integers(0, 60),
    hours=st.integers(-72, 72),
)
def test_every_metric_equals_the_count_by_hand(city, seed, number, center, days, back, hours):
    chance = random.Random(seed)
    codes = [code for code in makers.codes() if code.startswith(CITY)]
    cases = [makers.random_case(chance, chance.choice(codes)) for _n in range(number)]
    last = TODAY - timedelta(days=back)
    period, moment = Period(last - timedelta(days=days), last), MOMENT - timedelta(hours=hours)
    viewer = makers.viewer_for_role(Role.LEADER, CITY)
    with ScopedSession(
        for_writing(open_engine(city)), info={"scope": EVERYTHING}, expire_on_commit=False
    ) as session:
        session.add_all(cases)
        session.flush()
        session.info.update(scope=viewer.scope, viewer=viewer)
        kept._kept.clear()
        for by in By:
            session.info.pop(kept.VERSION, None)
            found = measured(session, NAMES, center, period, moment, by)
            for name in NAMES:
                expected = by_hand(cases, name, center, period, moment, by)
                assert without_empty(found[name]) == without_empty(expected), (name, by)
        session.rollback()


def test_children_and_months_add_up_to_the_whole(city):
    chance = random.Random(4)
    codes = [code for code in makers.codes() if code.startswith(CITY)]
    with makers.everything(city) as session:
        session.add_all(makers.random_case(chance, chance.choice(codes)) for _n in range(400))
    period = Period(date(2026, 3, 1), TODAY)
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, CITY)) as session:
        for center in CENTERS:
            whole = measured(session, NAMES, center, period, MOMENT, By.WHOLE)
            for by in (By.CHILD, By.MONTH):
                parts = measured(session, NAMES, center, period, MOMENT, by)
                for name in NAMES:
                    assert len(whole[name]) == 1
                    [(total, base)] = whole[name].values()
                    sums = sum(n for n, _d in parts[name].values())
                    # A month of a series does not count what was closed after its end.
                    assert sums <= total if (name, by) == ("resolution", By.MONTH) else sums == total
                    if base is not None:
                        assert sum(d or 0 for _n, d in parts[name].values()) == base
            # What lies at no child stands under the center's own code.
            children = measured(session, ("received",), center, period, MOMENT, By.CHILD)["received"]
            assert all(key.startswith(center) for key in children)


EDGE = datetime(2026, 5, 31, 16, 0, tzinfo=UTC)  # the first second of June in Lanzhou


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (EDGE - timedelta(seconds=1), "2026-05"),
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
    viewer = makers.viewer_for_role(Role.LEADER, TOWN)
    first = date.fromisoformat(month + "-01")
    last = clock.start_of_month(first, -1) - timedelta(days=1)
    with makers.eyes(city, viewer) as session:
        wide = Period(date(2024, 1, 1), TODAY)
        assert measured(session, ("received",), TOWN, wide, MOMENT, By.MONTH)["received"] == {
            month: (1, None)
        }
        only = measured(session, ("received",), TOWN, Period(first, last), MOMENT)["received"]
        assert only == {TOWN: (1, None)}
        other = Period(wide.first, first - timedelta(days=1))
        assert measured(session, ("received",), TOWN, other, MOMENT)["received"] == {TOWN: (0, None)}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "Asia/Kolkata", "Etc/GMT+12", "Pacific/Kiritimati"])
def test_the_database_finds_the_month_of_any_moment(city, zone):
    chance = random.Random(zone)
    moments = [
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(40_000_000))
        for _n in range(200)
    ]
    with makers.everything(city) as session:
        session.add_all(makers.case(TOWN, reported_at=moment) for moment in moments)
        session.flush()
        found = session.execute(select(Case.reported_at, local_month(Case.reported_at, ZoneInfo(zone)))).all()
        session.rollback()
    assert len(found) == 200
    for moment, month in found:
        assert month == f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "small"),
    [(0, 0, None, False), (1, 16, "6.3", True), (3, 16, "18.8", True), (29, 29, "100.0", True),
     (15, 30, "50.0", False), (1, 2000, "0.1", False), (0, 30, "0.0", False), (5, None, None, False)],
)  # fmt: skip
def test_rates_are_half_up_and_nothing_due_is_no_rate(numerator, denominator, rate, small):
    found = Measured("resolution", TOWN, numerator, denominator)
    assert found.rate == (None if rate is None else Decimal(rate))
    assert found.small_base == small


def test_nothing_due_is_not_zero_percent(city):
    with makers.everything(city) as session:
        session.add(makers.case(TOWN, due_at=None))
        session.add(makers.case(TOWN, due_at=MOMENT - timedelta(hours=1), suspended=True))
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, TOWN)) as session:
        for name in ("resolution", "on_time", "satisfaction"):
            [found] = measure(session, (name,), TOWN, Period(TODAY, TODAY), MOMENT)
            assert (found.numerator, found.denominator, found.rate) == (0, 0, None)


def test_to_the_second(city):
    """Due at the moment is due; closed on the limit is in time; later than the moment is not counted."""
    second = timedelta(seconds=1)
    with makers.everything(city) as session:
        session.add_all(
            [
                makers.case(TOWN, due_at=MOMENT, closed_at=MOMENT),
                makers.case(TOWN, due_at=MOMENT - second, closed_at=MOMENT),
                makers.case(TOWN, due_at=MOMENT + second),
                makers.case(TOWN, due_at=MOMENT, closed_at=MOMENT + second),
                makers.case(TOWN, due_at=MOMENT - second, reported_at=MOMENT),
                makers.case(TOWN, due_at=None, reported_at=MOMENT + second),
            ]
        )
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, TOWN)) as session:
        found = measured(session, NAMES, TOWN, Period(TODAY, TODAY), MOMENT)
    assert {name: rows[TOWN] for name, rows in found.items()} == {
        "received": (1, None),
        "open": (3, None),
        "overdue": (1, None),
        "resolution": (2, 4),
        "on_time": (1, 4),
        "satisfaction": (0, 0),
    }


def test_a_period_is_held_against_the_same_days_before():
    def month(first: date, last: date) -> Period:
        return Period(first, last, monthly=True)

    june = month(date(2026, 6, 1), date(2026, 6, 30))
    assert june.before() == month(date(2026, 5, 1), date(2026, 5, 31))
    assert month(date(2026, 3, 1), date(2026, 3, 30)).before() == month(date(2026, 2, 1), date(2026, 2, 28))
    assert month(date(2026, 6, 1), date(2026, 6, 9)).before() == month(date(2026, 5, 1), date(2026, 5, 9))
    assert month(date(2026, 7, 1), date(2026, 7, 1)).before() == month(date(2026, 6, 1), date(2026, 6, 1))
    assert month(date(2026, 1, 1), date(2026, 1, 31)).before() == month(date(2025, 12, 1), date(2025, 12, 31))
    # A day is held against the day before, on the first of a month too.
    assert Period(date(2026, 7, 1), date(2026, 7, 1)).before() == Period(date(2026, 6, 30), date(2026, 6, 30))
    assert Period(date(2026, 6, 3), date(2026, 6, 9)).before() == Period(date(2026, 5, 27), date(2026, 6, 2))
    assert june.moment_before(MOMENT) == MOMENT - timedelta(days=30)


def viewers() -> list[Viewer]:
    town = makers.viewer_for_role(Role.LEADER, TOWN)
    return [
        *(makers.viewer_for_role(Role.LEADER, code) for code in CENTERS),
        replace(town, scope=Scope.of([TOWN, "739999"])),
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
    rounds = 250 if city.startswith("sqlite") else 80
    for _round in range(rounds):
        if chance.random() < 0.15:
            second += 1
            with makers.everything(city) as session:
                change(session, chance, codes, MOMENT + timedelta(seconds=second))
        with makers.everything(city) as session:
            cases = list(session.scalars(select(Case)))
        period, by = Period(TODAY - timedelta(days=chance.choice([0, 30])), TODAY), chance.choice(list(By))
        center, names = chance.choice(CENTERS), tuple(chance.sample(NAMES, 3))
        for viewer in chance.sample(everybody, 4):
            with makers.eyes(city, viewer) as session:
                found = measured(session, names, center, period, MOMENT, by)
            seen = [c for c in cases if viewer.scope.covers(c.center_code)
                    and viewer.department_id in (None, c.department_id)]  # fmt: skip
            for name in names:
                expected = by_hand(seen, name, center, period, MOMENT, by)
                assert without_empty(found[name]) == without_empty(expected), (viewer.scope, name, by)
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


def test_an_answer_is_kept_for_a_minute_at_most(city):
    """A change that does not show in the newest change, such as a row deleted by hand, is seen then."""
    viewer = makers.viewer_for_role(Role.LEADER, TOWN)
    with makers.everything(city) as session:
        session.add_all([makers.case(TOWN), makers.case(TOWN)])

    def received() -> int:
        with makers.eyes(city, viewer) as session:
            return measure(session, ("received",), TOWN, Period(date(2026, 6, 1), TODAY), MOMENT)[0].numerator

    assert received() == 2
    with makers.everything(city) as session:
        session.execute(
            delete(Case).where(Case.id == session.scalar(select(Case.id).order_by(Case.id).limit(1)))
        )
    clock.set_source(lambda: MOMENT + timedelta(minutes=1))
    assert received() == 1


def test_what_is_kept_does_not_grow_for_ever(city, monkeypatch):
    monkeypatch.setattr(kept, "AT_MOST", 10)
    viewer = makers.viewer_for_role(Role.LEADER, TOWN)
    for days in range(30):
        with makers.eyes(city, viewer) as session:
            measure(session, ("received",), TOWN, Period(TODAY - timedelta(days=days), TODAY), MOMENT)
    assert len(kept._kept) == 10


def test_the_catalogue_explains_itself():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.words
        assert metric.formula
        assert metric.is_rate == (metric.unit is Unit.PERCENT)
        assert metric.is_rate <= (metric.placed_by is not None)
