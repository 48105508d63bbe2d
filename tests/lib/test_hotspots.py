"""Hot spots and repeated matters against a count in plain Python, on both databases and the replica."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.case import Case, CaseCategory
from db.models.department import Department
from db.models.grid import Grid
from db.scope import Scope, ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.cases import kept
from lib.errors import NotAllowed
from lib.metrics.answering import REPLICA, replica_for
from lib.metrics.dimensions import By, Only
from lib.metrics.hotspots import Hotspot, rising_words
from lib.metrics.measured import Period
from lib.metrics.queries import hotspots, measure, repeated_matters
from lib.replica import keeping
from tests import makers
from tests.conftest import one_for_a_file
from tests.lib import by_hand
from tests.lib.by_hand import Asked, City
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

CENTERS = [CITY, COUNTY, TOWN, VILLAGE, "739999999"]
VILLAGES = (VILLAGE, "739902001002", "739902002001", "739901001001")
CATEGORIES = ("A101", "A102", "B101")
CASES, DAYS = 500, 430
Pair = tuple[str, str]


@dataclass(frozen=True)
class Planted:
    kind: str
    url: str
    city: City


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with one_for_a_file(request, request.param, tmp_path_factory.mktemp("hotspots")) as url:
        plant(url, random.Random(5))
        makers.plant_repeats(url)
        with makers.everything(url) as session:
            city = City(
                tuple(session.scalars(select(Case))),
                tuple(session.scalars(select(Grid))),
                (),
                TODAY,
                {d.id: (d.center_code, d.kind) for d in session.scalars(select(Department))},
                {c.code: c.center_code for c in session.scalars(select(CaseCategory))},
                {},
            )
        keeping.start(url, wait=True)
        yield Planted(request.param, url, city)
        keeping.stop(url)


def plant(url: str, chance: random.Random) -> None:
    """A few grids and categories that meet often, over more than a year; some cases lie in no grid."""
    with makers.everything(url) as session:
        makers.plant_tree(session)
        session.add(makers.deployment())
        session.add_all(makers.category(CITY, code) for code in ("A1", "B1", *CATEGORIES))
        water = makers.department(COUNTY, "water")
        grids = [makers.grid(code, serial) for code in VILLAGES for serial in (1, 2)]
        session.add_all([water, *grids])
        session.flush()
        for _number in range(CASES):
            grid = chance.choice([None, *grids])
            code = grid.center_code if grid else chance.choice(VILLAGES)
            # More of them lately, so that some pairs rise.
            ago = timedelta(minutes=5 + int(DAYS * 1440 * chance.random() ** 2))
            closed = MOMENT - ago + timedelta(minutes=chance.randrange(-60, 40 * 1440))
            session.add(
                makers.case(
                    code,
                    chance.choice(CATEGORIES),
                    grid_id=grid.id if grid else None,
                    department_id=chance.choice([None, water.id]),
                    reported_at=MOMENT - ago,
                    due_at=MOMENT - ago + timedelta(days=chance.randrange(1, 20)),
                    closed_at=closed if chance.random() < 0.7 else None,
                )
            )


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    clock.set_source(lambda: MOMENT)
    yield
    clock.set_source(None)


@contextmanager
def eyes(planted: Planted, scope: Scope, from_replica: bool) -> Iterator[ScopedSession]:
    kept._kept.clear()
    viewer = replace(makers.viewer_for_role(Role.LEADER, CITY), scope=scope)
    with makers.eyes(planted.url, viewer) as session:
        if not from_replica:
            session.info[REPLICA] = None
        assert (replica_for(session) is not None) == from_replica
        yield session


@st.composite
def questions(draw: st.DrawFn, city: City) -> Asked:
    handler = next(iter(city.departments))
    scope = draw(
        st.sampled_from([Scope.of([CITY]), Scope.of([COUNTY]), Scope.of([TOWN]), Scope.of([COUNTY], handler)])
    )
    last = TODAY - timedelta(days=draw(st.integers(0, 40)))
    grids = [str(grid.id) for grid in city.grids]
    only: dict[By, st.SearchStrategy[str]] = {
        By.GRID: st.sampled_from(grids),
        By.CATEGORY: st.sampled_from(CATEGORIES),
        By.GROUP: st.sampled_from(["A1", "B1"]),
        By.DEPARTMENT: st.sampled_from(["water", ""]),
        By.HOUR: st.sampled_from(["1", "3"]),
        By.LADDER: st.sampled_from(["calm", "late0"]),
        By.HANDLING: st.sampled_from(["0", "3", "5"]),
    }
    kinds = draw(st.lists(st.sampled_from(list(only)), unique=True, max_size=2) | st.just([]))
    return Asked(
        scope,
        draw(st.sampled_from(CENTERS)),
        Period(last - timedelta(days=draw(st.integers(0, 90))), last),
        min(MOMENT, Period(last, last).end()) - timedelta(hours=draw(st.integers(0, 30))),
        only=tuple((kind, draw(only[kind])) for kind in kinds),
    )


def arguments(asked: Asked) -> dict[str, Any]:
    return {
        "center_code": asked.center, "period": asked.period, "moment": asked.moment, "only": asked.only,
    }  # fmt: skip


def received(city: City, asked: Asked) -> list[Case]:
    return [
        case
        for case in city.cases
        if by_hand.kept_by(city, asked, case) and by_hand.counted_in("received", asked, case)
    ]


def earlier(asked: Asked, times: int) -> Asked:
    """So many periods of the same length before."""
    back = timedelta(days=times * asked.period.days)
    period = Period(asked.period.first - back, asked.period.last - back)
    return replace(asked, period=period, moment=asked.moment - back)


def counted(city: City, asked: Asked) -> Counter[Pair]:
    return Counter((str(c.grid_id), c.category_code) for c in received(city, asked) if c.grid_id is not None)


def recorded_since(city: City, asked: Asked) -> date | None:
    """The first day of the month of the first case that the viewer sees there."""
    known = [
        case.reported_at
        for case in city.cases
        if by_hand.kept_by(city, replace(asked, only=()), case) and case.reported_at <= asked.moment
    ]
    return by_hand.wall(min(known)).date().replace(day=1) if known else None


def by_counting(city: City, asked: Asked) -> dict[Pair, tuple[int, int, tuple[int, ...], bool]]:
    """Each pair: how many, how many repeat another, how many in the periods before, and whether it rises."""
    now, since = counted(city, asked), recorded_since(city, asked)
    repeated = Counter(
        (str(c.grid_id), c.category_code) for c in received(city, asked) if c.repeat_of_id is not None
    )
    past = []
    for times in (1, 2, 3):
        then = earlier(asked, times)
        if since is None or then.period.first < since:
            break
        past.append(counted(city, then))
    found = {}
    for pair, count in now.items():
        before = tuple(one[pair] for one in past)
        rises = len(before) == 3 and count >= 3 and Fraction(count) > 2 * Fraction(sum(before), 3)
        found[pair] = (count, repeated[pair], before, rises)
    return found


def examples(planted: Planted, most: int) -> hypothesis_settings:
    return hypothesis_settings(
        max_examples=most if planted.kind == "sqlite" else most // 3,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def test_hotspots_equal_the_count_by_hand(planted):
    seen: Counter[bool] = Counter()

    @examples(planted, 90)
    @given(questions(planted.city), st.sampled_from([3, 100]))
    def check(asked: Asked, limit: int) -> None:
        expected = by_counting(planted.city, asked)
        order = sorted(expected, key=lambda pair: (-expected[pair][0], int(pair[0]), pair[1]))[:limit]
        for from_replica in (False, True):
            with eyes(planted, asked.scope, from_replica) as session:
                found = hotspots(session, limit=limit, **arguments(asked))
            assert [(spot.grid_key, spot.category_code) for spot in found] == order
            for spot in found:
                got = (spot.count, spot.repeats, spot.earlier, spot.rising)
                assert got == expected[spot.grid_key, spot.category_code]
                seen[spot.rising] += 1

    check()
    assert min(seen[True], seen[False]) > 9  # the examples know both


def test_a_hotspot_equals_the_figure_narrowed_to_it(planted):
    period = Period(TODAY - timedelta(days=59), TODAY)
    for from_replica in (False, True):
        with eyes(planted, Scope.of([CITY]), from_replica) as session:
            found = hotspots(session, CITY, period, MOMENT, (), 8)
            assert len(found) == 8
            for spot in found:
                only: Only = ((By.GRID, spot.grid_key), (By.CATEGORY, spot.category_code))
                figures = {
                    m.metric: m
                    for m in measure(session, ("received", "repeat"), CITY, period, MOMENT, only=only)
                }
                assert figures["received"].numerator == spot.count
                assert figures["repeat"].numerator == spot.repeats


def repeated_by_hand(city: City, asked: Asked) -> list[tuple[int, int, datetime]]:
    """The first report, how often it was repeated and when last; only first reports that the viewer sees."""
    again: dict[int, list[datetime]] = defaultdict(list)
    for case in received(city, asked):
        if case.repeat_of_id is not None:
            again[case.repeat_of_id].append(case.reported_at)
    everywhere = replace(asked, center=CITY, only=())
    mine = {case.id for case in city.cases if by_hand.kept_by(city, everywhere, case)}
    rows = [(first, len(times), max(times)) for first, times in again.items() if first in mine]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def test_repeated_matters_equal_the_count_by_hand(planted):
    left_out = 0

    @examples(planted, 60)
    @given(questions(planted.city), st.sampled_from([1, 4, 100]))
    def check(asked: Asked, limit: int) -> None:
        nonlocal left_out
        expected = repeated_by_hand(planted.city, asked)
        left_out += sum(case.repeat_of_id is not None for case in received(planted.city, asked)) - sum(
            count for _first, count, _last in expected
        )
        for from_replica in (False, True):
            with eyes(planted, asked.scope, from_replica) as session:
                found = repeated_matters(session, limit=limit, **arguments(asked))
            assert [(one.first.id, one.count, one.last_at) for one in found] == expected[:limit]

    check()
    assert left_out > 0  # some first reports were not the viewer's to see


def test_names_are_told_in_words(planted):
    with eyes(planted, Scope.of([CITY]), True) as session:
        spot = hotspots(session, CITY, Period(TODAY - timedelta(days=89), TODAY), MOMENT, (), 1)[0]
        grid = session.get_one(Grid, int(spot.grid_key))
        assert grid.name in spot.grid
        assert f"中心{grid.center_code}" in spot.grid
        assert spot.category == session.get_one(CaseCategory, spot.category_code).name


@pytest.mark.parametrize(
    ("count", "past", "rises"),
    [
        (3, (0, 0, 0), True),
        (2, (0, 0, 0), False),  # too few to tell
        (3, (1, 2, 1), True),  # 3 > 2 × 1⅓
        (3, (2, 2, 1), False),
        (4, (2, 2, 2), False),  # exactly twice is not more than twice
        (5, (2, 2, 2), True),
        (9, (0, 0), False),  # too little is known of the time before
        (9, (), False),
    ],
)
def test_the_early_sign(count: int, past: tuple[int, ...], rises: bool) -> None:
    assert Hotspot("1", "", "A1", "", count, 0, past).rising is rises


def test_the_words_of_the_early_sign_say_its_numbers() -> None:
    assert [word in rising_words() for word in ("3件", "3期", "2倍")] == [True] * 3


def test_the_list_of_cases_asks_for_its_own_permission(planted):
    auditor = makers.viewer_for_role(Role.SECURITY_AUDITOR, CITY)
    assert not auditor.may(Permission.READ_CASES)
    with makers.eyes(planted.url, auditor) as session, pytest.raises(NotAllowed):
        repeated_matters(session, CITY, Period(TODAY, TODAY), MOMENT)
