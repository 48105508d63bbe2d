"""Metrics against an oracle in plain Python, on both databases and through the replica.

One planted city serves all examples: what varies is the question. A figure, its parts and the list of
the cases behind it are held against each other too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db.models.account import Role
from db.models.case import Source
from db.models.center import Center
from db.models.grid import Grid, GridSize
from db.models.indicator import Rework, Satisfied, Suspended
from db.models.roster import PostRole
from db.scope import Scope, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.cases import kept
from lib.errors import BadInput
from lib.metrics.answering import REPLICA, replica_for
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import AGES, HANDLING_DAYS, LADDER, NARROWING, PARTS, By
from lib.metrics.measured import Period
from lib.metrics.queries import arithmetic, measure
from lib.metrics.question import Side
from lib.metrics.variant import ACCEPTANCE_HOURS, Variant
from lib.replica import keeping
from tests import makers
from tests.conftest import one_for_a_file
from tests.lib import by_hand
from tests.lib.by_hand import Asked, City, Row
from tests.lib.counted import arguments, behind_all, city_of, counted, measured
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

NAMES = tuple(METRICS)
CENTERS = [CITY, COUNTY, TOWN, VILLAGE, "739901", "739999999"]
CASES = 400


@dataclass(frozen=True)
class Planted:
    """A database with a replica beside it, and all its rows for the count by hand."""

    kind: str
    url: str
    city: City
    times: int = 1


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with one_for_a_file(request, request.param, tmp_path_factory.mktemp("metrics")) as url:
        plant(url, random.Random(11))
        makers.plant_repeats(url)
        with makers.everything(url) as session:
            city = city_of(session)
        keeping.start(url, wait=True)
        yield Planted(request.param, url, city)
        keeping.stop(url)


def plant(url: str, chance: random.Random) -> None:
    """Cases of every kind, some with a grid, a department or a category of somewhere else."""
    with makers.everything(url) as session:
        makers.plant_tree(session)
        for number, code in enumerate((VILLAGE, TOWN, "739901001999", "739999002001")):
            session.get_one(Center, code).ended_on = TODAY - timedelta(days=30 * number)
        session.add(makers.deployment())
        session.add_all(makers.category(CITY, code) for code in ("A1", "A101", "A102", "B1", "B101"))
        session.add(makers.category(COUNTY, "D1"))
        departments = [
            makers.department(code, kind)
            for code in (CITY, COUNTY, "739901", TOWN)
            for kind in ("housing", "water")
        ]
        grids = [makers.grid(code, size=GridSize.LARGE) for code in makers.codes() if len(code) == 9]
        for code in makers.codes():
            if len(code) == 12:
                grids += [makers.grid(code, serial) for serial in range(1, chance.randint(1, 4))]
        session.add_all([*departments, *grids])
        session.flush()
        for grid in grids:
            plant_staff(session, grid, chance)
        places = [code for code in makers.codes() if code.startswith(CITY)]
        session.add_all(
            makers.random_case(
                chance,
                chance.choice(places),
                chance.choice(["A1", "A101", "A101", "A102", "B1", "B101", "D1"]),
                grid_id=chance.choice([None, *(grid.id for grid in grids)]),
                department_id=chance.choice([None, *(one.id for one in departments)]),
            )
            for _n in range(CASES)
        )


def plant_staff(session: ScopedSession, grid: Grid, chance: random.Random) -> None:
    """Some have left, some are yet to come, and some only stand in for others."""
    for role in (PostRole.FULL_TIME, *chance.sample(list(PostRole), 2)):
        own = makers.gridworker(session, grid, role)
        own.since = TODAY + timedelta(days=chance.choice([-90, -1, 0, 1]))
        own.until = chance.choice([None, None, own.since, max(own.since, TODAY)])
        if chance.random() < 0.3:
            cover = makers.gridworker(session, grid, role)
            cover.covers_id = own.id


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    clock.set_source(lambda: MOMENT)
    yield
    clock.set_source(None)


def viewer_of(asked: Asked) -> Viewer:
    return replace(makers.viewer_for_role(Role.LEADER, CITY), scope=asked.scope)


@contextmanager
def eyes(planted: Planted, asked: Asked, from_replica: bool) -> Iterator[ScopedSession]:
    """A look of its own at one of the two stores; nothing that was counted before is used."""
    kept._kept.clear()
    with makers.eyes(planted.url, viewer_of(asked)) as session:
        if not from_replica:
            session.info[REPLICA] = None
        assert (replica_for(session) is not None) == from_replica
        yield session


def narrowing_keys(city: City) -> dict[By, list[str]]:
    """What each kind can be narrowed to, and something that is nowhere."""
    grids = sorted({case.grid_id for case in city.cases if case.grid_id is not None})
    return {
        By.SOURCE: [source.value for source in Source],
        By.CATEGORY: [*sorted(city.categories), "Z9"],
        By.GROUP: ["A1", "B1", "D1", "A101", ""],
        By.DEPARTMENT: ["housing", "water", "nothing", ""],
        By.GRID: [*(str(number) for number in grids[:8]), "987654", ""],
        By.HOUR: ["1", "7", "5-17", "1-00", "7-23", "2-17"],
        By.RATING: ["1", "2", "3", "4", "5"],
        By.AGE: [str(n) for n in range(len(AGES) + 1)],
        By.LADDER: list(LADDER),
        By.HANDLING: [str(n) for n in range(len(HANDLING_DAYS) + 1)],
    }


@st.composite
def questions(draw: st.DrawFn, city: City, bys: tuple[By, ...] = tuple(By), seconds: bool = True) -> Asked:
    keys = narrowing_keys(city)
    handler = next(n for n, (code, kind) in city.departments.items() if (code, kind) == (COUNTY, "water"))
    scope = draw(
        st.sampled_from(
            [
                Scope.of([CITY]),
                Scope.of([CITY]),
                Scope.of([COUNTY]),
                Scope.of([TOWN, "739999"]),
                Scope.of(["739999"]),
                Scope.of([COUNTY], handler),
            ]
        )
    )
    last = TODAY - timedelta(days=draw(st.integers(0, 60)))
    kinds = draw(st.lists(st.sampled_from(NARROWING), unique=True, max_size=2) | st.just([]))
    return Asked(
        scope,
        draw(st.sampled_from(CENTERS)),
        Period(last - timedelta(days=draw(st.integers(0, 100))), last),
        MOMENT
        - timedelta(hours=draw(st.integers(-72, 72)), seconds=draw(st.sampled_from([0, 0, 1, -1, 1800]))),
        draw(st.sampled_from(bys)),
        draw(st.sampled_from(tuple(By)) | st.none()) if seconds else None,
        tuple((kind, draw(st.sampled_from(keys[kind]))) for kind in kinds),
        draw(
            st.builds(
                Variant,
                st.sampled_from(Suspended),
                st.sampled_from(Satisfied),
                st.sampled_from(Rework),
                st.sampled_from(ACCEPTANCE_HOURS),
            )
        ),
    )


some_names = st.lists(st.sampled_from(NAMES), unique=True, min_size=5, max_size=9)


def fitting(asked: Asked, names: list[str]) -> tuple[str, ...]:
    """Without what stands now when it is asked for month by month."""
    by_period = asked.by in PARTS or asked.second in PARTS
    return tuple(name for name in names if METRICS[name].placed_by is not None or not by_period)


def examples(planted: Planted, most: int) -> hypothesis_settings:
    """Fewer on PostgreSQL; the slow run at the end asks eight times as many."""
    return hypothesis_settings(
        max_examples=planted.times * most // (1 if planted.kind == "sqlite" else 3),
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def test_every_metric_equals_the_count_by_hand(planted):
    @examples(planted, 50)
    @given(questions(planted.city), some_names)
    def check(asked: Asked, some: list[str]) -> None:
        names = fitting(asked, some)
        answers = []
        for from_replica in (False, True):
            with eyes(planted, asked, from_replica) as session:
                answers.append(measured(session, asked, names))
        for name in names:
            expected = counted(name, by_hand.by_hand(planted.city, asked, name))
            for found, store in zip(answers, ("database", "replica"), strict=True):
                assert counted(name, found[name]) == expected, (name, store)

    check()


def test_a_count_and_its_list_cannot_disagree(planted):
    @examples(planted, 24)
    @given(
        questions(planted.city, (By.WHOLE,), seconds=False),
        st.sampled_from(NAMES),
        st.sampled_from([7, 40, 60]),
    )
    def check(asked: Asked, name: str, page_size: int) -> None:
        expected = by_hand.sides_of(planted.city, asked, name)
        for from_replica in (False, True):
            with eyes(planted, asked, from_replica) as session:
                taken_apart = arithmetic(session, name, **arguments(asked))
                lists = {side: behind_all(session, name, side, asked, page_size) for side in Side}
            ids = {side: [row.id for row in rows] for side, rows in lists.items()}
            for side, rows in lists.items():
                order = [(row.reported_at, row.id) for row in rows]
                assert order == sorted(order, reverse=True)
                assert len(set(ids[side])) == len(rows) == taken_apart.rows[side], side
                assert set(ids[side]) == expected[side.value], side
            whole = {*ids[Side.NUMERATOR], *ids[Side.REST]}
            assert whole == set(ids[Side.DENOMINATOR])
            assert not {*ids[Side.NUMERATOR]} & {*ids[Side.REST]}
            assert not {*ids[Side.EXCLUDED]} & whole
            figure = taken_apart.measured
            if not (name == "rework" and asked.variant.rework is Rework.BY_TIME):
                assert figure.numerator == taken_apart.rows[Side.NUMERATOR]
            left_out = sum(number for _words, number in taken_apart.excluded)
            assert left_out == taken_apart.rows[Side.EXCLUDED]

    check()


NOT_PERIODS = tuple(by for by in By if by not in PARTS)


def test_a_part_of_a_chart_equals_the_whole_narrowed_to_it(planted):
    @examples(planted, 24)
    @given(questions(planted.city, NOT_PERIODS, seconds=False), some_names, st.randoms())
    def check(asked: Asked, some: list[str], chance: random.Random) -> None:
        names = tuple(some)
        only = tuple(pair for pair in asked.only if pair[0] is not asked.by)
        for from_replica in (False, True):
            with eyes(planted, asked, from_replica) as session:
                parts = measured(session, replace(asked, only=only), names)
                keys = sorted({key for found in parts.values() for key, _second in found})
                for key in chance.sample(keys, min(len(keys), 2)):
                    narrow = replace(asked, by=By.WHOLE, only=(*only, (asked.by, key)))
                    wholes = measured(session, narrow, names)
                    for name in names:
                        part = parts[name].get((key, ""), (0, 0, None))
                        same(name, part, wholes[name][asked.center, ""])

    check()


def same(name: str, part: Row, whole: Row) -> None:
    """What cases are divided by is no case and is not narrowed."""
    assert part[0] == whole[0], name
    if METRICS[name].base is None:
        assert (part[1] or 0, part[2]) == (whole[1] or 0, whole[2]), name


def test_a_month_week_or_day_equals_the_whole_of_those_days_at_their_end(planted):
    @examples(planted, 18)
    @given(questions(planted.city, tuple(PARTS), seconds=False), some_names, st.randoms())
    def check(asked: Asked, some: list[str], chance: random.Random) -> None:
        asked = replace(asked, only=tuple(p for p in asked.only if p[0] not in (By.AGE, By.LADDER)))
        names = fitting(asked, some)
        for from_replica in (False, True):
            with eyes(planted, asked, from_replica) as session:
                parts = measured(session, asked, names)
                keys = sorted({key for found in parts.values() for key, _second in found})
                for key in chance.sample(keys, min(len(keys), 2)):
                    days = days_of(asked.by, key)
                    moment = min(asked.moment, days.end())
                    inside = Period(max(days.first, asked.period.first), min(days.last, asked.period.last))
                    whole = replace(asked, by=By.WHOLE, period=inside, moment=moment)
                    wholes = measured(session, whole, names)
                    for name in names:
                        part = parts[name].get((key, ""), (0, 0, None))
                        same(name, part, wholes[name][asked.center, ""])

    check()


def days_of(by: By, key: str) -> Period:
    """The days of a month, week or day."""
    if by is By.MONTH:
        first = date.fromisoformat(f"{key}-01")
        return Period(first, clock.start_of_month(first, -1) - timedelta(days=1))
    first = date.fromisoformat(key)
    return Period(first, first + timedelta(days=6 if by is By.WEEK else 0))


def test_what_stands_now_has_no_months(planted):
    asked = Asked(Scope.of([CITY]), CITY, Period(TODAY, TODAY), MOMENT)
    for from_replica in (False, True):
        for by, second in ((By.MONTH, None), (By.SOURCE, By.DAY)):
            with (
                eyes(planted, asked, from_replica) as session,
                pytest.raises(BadInput, match="在办"),
            ):
                measure(session, ("received", "open"), by=by, second=second, **arguments(asked))


@pytest.mark.slow
def test_all_of_it_at_length(planted):
    often = replace(planted, times=8)
    test_every_metric_equals_the_count_by_hand(often)
    test_a_count_and_its_list_cannot_disagree(often)
    test_a_part_of_a_chart_equals_the_whole_narrowed_to_it(often)
    test_a_month_week_or_day_equals_the_whole_of_those_days_at_their_end(often)
