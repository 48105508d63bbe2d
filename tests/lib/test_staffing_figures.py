"""Metrics of the roster: counted as by hand on rows of chance, at every level and by every part, on both
databases, with exactly the grids and people behind each side."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy import select

from db.models.account import Role
from db.models.duty import Campaign, CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import PART_TIME_KINDS, Ending, Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.assessment.measuring import measured_units
from lib.cli.__main__ import main
from lib.errors import BadInput, NotAllowed
from lib.grids.queries import Gap, count_gaps
from lib.i18n import numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Rows, Unit
from lib.metrics.queries import arithmetic, measure
from lib.metrics.question import Side
from lib.metrics.staffing.catalogue import PARTED_BY, ROSTER_METRICS
from lib.metrics.staffing.queries import ages, grids_behind, people_behind, years_served
from lib.metrics.variant import Variant
from lib.roster.board.queries import staffing_board
from lib.roster.checks.queries import duty_share
from lib.roster.duty.queries import duty_of
from lib.roster.training.coverage import later
from lib.roster.training.records.queries import count_lacking
from lib.roster.training.words import Lack
from lib.roster.vacancies.queries import vacancies
from lib.schemes.reading import read
from tests import makers
from tests.conftest import one_for_a_file
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30), monthly=True)
HALF = Period(date(2026, 1, 10), date(2026, 7, 20))  # goes beyond today
PERIODS = (JUNE, HALF, Period(date(2025, 11, 3), date(2026, 2, 27)))
CENTERS = (CITY, COUNTY, TOWN, VILLAGE)
LENGTHS = {By.COUNTY: 6, By.TOWN: 9, By.VILLAGE: 12}
OF_PEOPLE = [name for name, one in ROSTER_METRICS.items() if one.rows is Rows.PEOPLE]
OF_GRIDS = [name for name, one in ROSTER_METRICS.items() if one.rows is Rows.GRIDS]


@dataclass(frozen=True)
class City:
    url: str
    rows: dict[type, list[Any]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with one_for_a_file(request, request.param, tmp_path_factory.mktemp("staffing")) as url:
        chance = random.Random(23)
        with makers.everything(url) as session:
            makers.plant_tree(session)
            session.add(makers.deployment())
            plant(session, chance)
        with makers.everything(url) as session:
            rows = {
                model: list(session.scalars(select(model).order_by(model.id)))
                for model in (Grid, Person, Post, Attendance, TrainingRound, Patrol, Visit, CheckedPost)
            }
            session.expunge_all()
        clock.set_source(lambda: MOMENT)
        yield City(url, rows)
        clock.set_source(None)


def days(chance: random.Random, back: int = 500) -> date:
    return TODAY - timedelta(days=chance.randrange(-20, back))


def plant(session: ScopedSession, chance: random.Random) -> None:
    grids = []
    for code in makers.codes():
        if len(code) == 9:
            grids.append(makers.grid(code, size=GridSize.LARGE))
        if len(code) == 12:
            grids += [
                makers.grid(code, serial, setting=chance.choice(list(GridSetting)))
                for serial in range(1, chance.randint(2, 5))
            ]
    session.add_all(grids)
    session.flush()
    plant_posts(session, chance, grids)
    plant_training(session, chance)
    plant_duty(session, chance, grids)


def plant_posts(session: ScopedSession, chance: random.Random, grids: list[Grid]) -> None:
    """Some held several posts, one after the other or at once, far from each other too."""
    for grid in grids:
        for role in (PostRole.FULL_TIME, *PART_TIME_KINDS, PostRole.OTHER):
            for _n in range(chance.choice([0, 1, 1, 2])):
                others = [grid, *chance.sample(grids, chance.choice([0, 0, 0, 1, 2]))]
                near = [one for one in others if one.center_code.startswith(grid.center_code[:9])]
                held = others if chance.random() < 0.3 else near
                common = makers_common([one.center_code for one in held])
                born = (
                    None if chance.random() < 0.2 else date(1966, 2, 1) + timedelta(chance.randrange(13000))
                )
                person = makers.person(common, f"人{chance.randrange(10**6)}", born=born)
                session.add(person)
                session.flush()
                since = days(chance, 2500)
                for one in held:
                    until = None
                    if chance.random() < 0.6:
                        until = max(since, days(chance, 300))
                    post = makers.post(one, person, role, since, until)
                    if until is not None:
                        post.ending = chance.choice([None, *Ending])
                    session.add(post)
                    session.flush()
                    if chance.random() < 0.1:
                        cover = makers.post(one, person, role, since)
                        cover.covers_id = post.id
                        session.add(cover)
                    # The next one begins at once, after a gap, or before this one is over.
                    since = (until or since) + timedelta(days=chance.choice([1, 1, 2, 30, -3]))


def makers_common(codes: list[str]) -> str:
    length = next(n for n in (12, 9, 6, 4) if len({code[:n] for code in codes}) == 1 or n == 4)
    return codes[0][:length]


def plant_training(session: ScopedSession, chance: random.Random) -> None:
    for months in (None, 1, 6, 12):
        found = TrainingRound(
            center_code=CITY, name=f"轮{months}", first_day=date(2025, 1, 1), last_day=TODAY,
            roles="full_time", valid_months=months, made_by="x", made_at=MOMENT,
        )  # fmt: skip
        session.add(found)
        session.flush()
        for _n in range(2):
            held = chance.choice([TODAY, date(2026, 1, 31), date(2025, 12, 30), days(chance)])
            course = TrainingSession(
                round_id=found.id, center_code=CITY, subject="课", held_on=held, minutes=60, made_by="x",
                made_at=MOMENT,
            )  # fmt: skip
            session.add(course)
            session.flush()
            for person in session.scalars(select(Person)).all():
                if chance.random() < 0.15:
                    session.add(
                        Attendance(
                            session_id=course.id, person_id=person.id, center_code=person.center_code,
                            round_id=found.id, held_on=held, result=chance.choice(list(AttendanceResult)),
                            recorded_by="x", recorded_at=MOMENT,
                        )
                    )  # fmt: skip
        session.flush()


def plant_duty(session: ScopedSession, chance: random.Random, grids: list[Grid]) -> None:
    for grid in grids:
        by = {"recorded_by": "x", "recorded_at": MOMENT, "grid_id": grid.id, "center_code": grid.center_code}
        for _n in range(chance.choice([0, 0, 1, 4])):
            session.add(Patrol(day=days(chance, 90), **by))
        for _n in range(chance.choice([0, 2, 6])):
            door = f"{chance.randrange(3)}号"
            session.add(Visit(day=days(chance, 90), household=door, campaign=Campaign.DAILY, **by))
    check = SpotCheck(
        center_code=CITY, day=TODAY, seed="x", wanted=9, roles="full_time", drawn_from="[]", drawn_by="x",
        drawn_at=MOMENT,
    )  # fmt: skip
    session.add(check)
    session.flush()
    for post in session.scalars(select(Post).where(Post.role == PostRole.FULL_TIME)).all():
        finding = chance.choice(list(Finding))
        at = None
        if finding is not Finding.PENDING:
            at = MOMENT - timedelta(hours=chance.randrange(0, 24 * 90))
        session.add(
            CheckedPost(
                spot_check_id=check.id, post_id=post.id, person_id=post.person_id, place=1,
                center_code=post.center_code, finding=finding, checked_by="x" if at else None, checked_at=at,
            )
        )  # fmt: skip
    session.flush()


# -- by hand


@dataclass
class Hand:
    """Counts with plain loops over what a viewer may see."""

    city: City
    viewer: Viewer
    center: str
    first: date
    last: date

    def all(self, model: type) -> list[Any]:
        return [one for one in self.city.rows[model] if self.viewer.scope.covers(one.center_code)]

    def inside(self, model: type) -> list[Any]:
        return [one for one in self.all(model) if one.center_code.startswith(self.center)]

    def own(self) -> list[Post]:
        return [p for p in self.inside(Post) if p.role is PostRole.FULL_TIME and p.covers_id is None]

    def small(self) -> list[Grid]:
        return [grid for grid in self.inside(Grid) if grid.size is GridSize.SMALL]

    @cached_property
    def roles(self) -> dict[int | None, set[PostRole]]:
        found: dict[int | None, set[PostRole]] = defaultdict(set)
        for post in self.all(Post):
            if post.covers_id is None and on(post, self.last):
                found[post.grid_id].add(post.role)
        return found

    def held_roles(self, grid: Grid) -> set[PostRole]:
        return self.roles[grid.id]

    def sides(self, name: str, within_part: Any) -> tuple[int, int]:
        """`within_part` says whether a row's center and grid lie in the part that is counted."""
        grids = [g for g in self.small() if within_part(g.center_code, g.id)]
        posts = [p for p in self.own() if within_part(p.center_code, p.grid_id)]
        people = {p.person_id for p in posts if on(p, self.last)}
        home = {one.id: one.center_code for one in self.inside(Person)}
        # Whoever is kept by a center above the part is counted there.
        kept = {
            p.person_id for p in posts
            if on(p, self.last) and p.person_id in home and within_part(home[p.person_id], p.grid_id)
        }  # fmt: skip
        inside = [r for r in self.all(Visit) if self.first <= r.day <= self.last]
        if name in ("staffing", "vacancies"):
            filled = sum(PostRole.FULL_TIME in self.held_roles(grid) for grid in grids)
            return (filled, len(grids)) if name == "staffing" else (len(grids) - filled, 0)
        if name == "completeness":
            urban = [grid for grid in grids if grid.setting is GridSetting.URBAN]
            return sum(set(PART_TIME_KINDS) <= self.held_roles(grid) for grid in urban), len(urban)
        if name == "training_coverage":
            return sum(self.trained(person) for person in kept), len(kept)
        if name == "visit_coverage":
            doors = {(v.grid_id, v.household) for v in inside}
            seen = Counter(grid_id for grid_id, _door in doors)
            return (
                sum(min(seen[grid.id], grid.households) for grid in grids),
                sum(grid.households for grid in grids),
            )
        if name == "patrol_coverage":
            walked = {p.grid_id for p in self.all(Patrol) if self.first <= p.day <= self.last}
            return sum(grid.id in walked for grid in grids), len(grids)
        if name == "turnover":
            return len(self.leavers(posts)), len(present(posts, self.first)) + len(present(posts, self.last))
        if name == "on_duty":
            found = [c for c in self.checks() if within_part(c.center_code, self.grid_of(c))]
            counted = [c for c in found if c.finding not in (Finding.PENDING, Finding.ON_LEAVE)]
            return sum(c.finding is Finding.ON_DUTY for c in counted), len(counted)
        if name == "mean_age":
            born = [p.born for p in self.all(Person) if p.id in kept and p.born is not None]
            return sum(age(one, self.last) for one in born), len(born)
        first = {p: min(o.since for o in posts if o.person_id == p and o.since <= self.last) for p in people}
        return sum(full_months(one, self.last) for one in first.values()), len(people)

    def trained(self, person: int) -> bool:
        rounds = {one.id: one.valid_months for one in self.city.rows[TrainingRound]}
        return any(
            a.result is AttendanceResult.PASSED and a.held_on <= self.last
            and (rounds[a.round_id] is None or later(a.held_on, rounds[a.round_id]) >= self.last)
            for a in self.all(Attendance) if a.person_id == person
        )  # fmt: skip

    def leavers(self, posts: list[Post]) -> set[int]:
        return {
            p.person_id for p in posts
            if p.until is not None and self.first <= p.until <= self.last
            and p.ending not in (Ending.MOVED, Ending.COVER_OVER)
            and p.person_id not in present(posts, p.until + timedelta(days=1))
        }  # fmt: skip

    def checks(self) -> list[CheckedPost]:
        return [
            c for c in self.inside(CheckedPost)
            if c.checked_at is not None and self.first <= clock.local(c.checked_at).date() <= self.last
        ]  # fmt: skip

    @cached_property
    def grids(self) -> dict[int, int | None]:
        return {post.id: post.grid_id for post in self.city.rows[Post]}

    def grid_of(self, check: CheckedPost) -> int | None:
        return self.grids[check.post_id]

    def parts(self, by: By) -> dict[str, Any]:
        """The parts there could be, each with what lies in it."""
        if by is By.GRID:
            ids = {g.id for g in self.inside(Grid)}
            return {f"{key}": lambda _code, grid, key=key: grid == key for key in ids}
        length = (
            {4: 6, 6: 9}.get(len(self.center), 12) if by is By.CHILD else LENGTHS.get(by, len(self.center))
        )
        length = max(length, len(self.center))
        heads = {g.center_code[:length] for g in self.inside(Grid)}
        heads |= {p.center_code[:length] for p in self.inside(Post)}
        return {head: lambda code, _grid, head=head: code[:length] == head for head in heads}


def on(post: Post, day: date) -> bool:
    return post.since <= day and (post.until is None or post.until >= day)


def present(posts: Iterable[Post], day: date) -> set[int]:
    return {post.person_id for post in posts if on(post, day)}


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def full_months(since: date, day: date) -> int:
    return (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)


def viewer(code: str = CITY, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def hand(city: City, who: Viewer, center: str, period: Period) -> Hand:
    return Hand(city, who, center, period.first, min(period.last, TODAY))


def counted(found: Iterable[Measured]) -> dict[str, tuple[int, int]]:
    return {one.key: (one.numerator, one.denominator or 0) for one in found}


def expected(one: Hand, name: str, by: By) -> dict[str, tuple[int, int]]:
    found = {key: one.sides(name, lies) for key, lies in one.parts(by).items()}
    return {key: sides for key, sides in found.items() if any(sides)}


# -- the figures


@pytest.mark.parametrize("by", [by for by in PARTED_BY if by is not By.MONTH])
@pytest.mark.parametrize("name", ROSTER_METRICS)
def test_every_figure_is_counted_as_by_hand_at_every_level_and_by_every_part(city, name, by):
    checked = 0
    for center in CENTERS:
        for who in {viewer(CITY), viewer(center)}:
            for period in PERIODS:
                with makers.eyes(city.url, who) as session:
                    found = counted(measure(session, (name,), center, period, MOMENT, by))
                wanted = expected(hand(city, who, center, period), name, by)
                assert {key: sides for key, sides in found.items() if any(sides)} == wanted, (center, period)
                checked += len(wanted)
    assert checked > 4


@pytest.mark.parametrize("name", ROSTER_METRICS)
def test_each_month_is_read_at_its_own_end(city, name):
    period = Period(date(2026, 1, 10), date(2026, 7, 20))
    with makers.eyes(city.url, viewer()) as session:
        found = counted(measure(session, (name,), COUNTY, period, MOMENT, By.MONTH))
    ends = {
        "2026-01": (date(2026, 1, 10), date(2026, 1, 31)), "2026-02": (date(2026, 2, 1), date(2026, 2, 28)),
        "2026-03": (date(2026, 3, 1), date(2026, 3, 31)), "2026-04": (date(2026, 4, 1), date(2026, 4, 30)),
        "2026-05": (date(2026, 5, 1), date(2026, 5, 31)), "2026-06": (date(2026, 6, 1), TODAY),
    }  # fmt: skip
    wanted = {
        key: Hand(city, viewer(), COUNTY, first, last).sides(name, lambda code, grid: True)
        for key, (first, last) in ends.items()
    }
    assert {k: v for k, v in found.items() if any(v)} == {k: v for k, v in wanted.items() if any(v)}


@pytest.mark.parametrize("name", OF_GRIDS)
def test_the_grids_behind_add_up_to_the_figure(city, name):
    for center in CENTERS:
        with makers.eyes(city.url, viewer()) as session:
            found = arithmetic(session, name, center, HALF, MOMENT)
            whole = found.measured
            rows = {side: all_rows(session, grids_behind, name, side, center) for side in Side}
        assert {side: len(rows[side]) for side in Side} == found.rows
        assert len({row.id for row in rows[Side.NUMERATOR]}) == len(rows[Side.NUMERATOR])
        assert sum(row.numerator for row in rows[Side.NUMERATOR]) == whole.numerator
        if whole.denominator is not None:
            assert sum(row.denominator for row in rows[Side.DENOMINATOR]) == whole.denominator
        assert all(row.center_code.startswith(center) and row.name for row in rows[Side.DENOMINATOR])
    with makers.eyes(city.url, viewer()) as session:
        filled = {row.id for row in all_rows(session, grids_behind, "staffing", Side.NUMERATOR, CITY)}
        vacant = {row.id for row in all_rows(session, grids_behind, "vacancies", Side.NUMERATOR, CITY)}
        assert vacant == {row.id for row in all_rows(session, grids_behind, "staffing", Side.REST, CITY)}
    assert filled
    assert vacant
    assert not filled & vacant


def all_rows(session: ScopedSession, ask: Any, name: str, side: Side, center: str) -> list[Any]:
    rows: list[Any] = []
    for page in range(1, 200):
        found = ask(session, name, side, center, HALF, MOMENT, page, 7)
        rows += found.rows
        if len(rows) >= found.total:
            break
    assert len(rows) == found.total
    return rows


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_the_people_behind_add_up_to_the_figure(city, name):
    for center in CENTERS:
        with makers.eyes(city.url, viewer()) as session:
            found = arithmetic(session, name, center, HALF, MOMENT)
            rows = {side: all_rows(session, people_behind, name, side, center) for side in Side}
        whole = found.measured
        assert {side: len(rows[side]) for side in Side} == found.rows
        assert sum(row.numerator for row in rows[Side.NUMERATOR]) == whole.numerator
        assert sum(row.denominator for row in rows[Side.DENOMINATOR]) == whole.denominator
        for side in (Side.NUMERATOR, Side.DENOMINATOR):
            assert len({row.id for row in rows[side]}) == len(rows[side])
            assert all(row.name.startswith("人") and row.center_code.startswith(center) for row in rows[side])
    if name == "turnover":
        one = hand(city, viewer(), COUNTY, HALF)
        left = one.leavers(one.own())
        assert left
        with makers.eyes(city.url, viewer()) as session:
            rows = all_rows(session, people_behind, name, Side.NUMERATOR, COUNTY)
        assert {row.id for row in rows} == left
        assert all(one.first <= row.day <= one.last for row in rows)
    if name in ("mean_age", "on_duty"):
        [(_words, count)] = found.excluded
        assert count == len(left_out(city, name, center)) == len(rows[Side.EXCLUDED])


def left_out(city: City, name: str, center: str) -> list[Any]:
    one = hand(city, viewer(), center, HALF)
    if name == "on_duty":
        return [check for check in one.checks() if check.finding is Finding.ON_LEAVE]
    there = present(one.own(), one.last) & {p.id for p in one.inside(Person)}
    return list(there - {p.id for p in one.all(Person) if p.born is not None})


@pytest.mark.parametrize("name", [*OF_PEOPLE, "staffing", "vacancies", "visit_coverage"])
def test_a_place_has_the_same_figure_whoever_asks(city, name):
    for code in [code for code in makers.codes() if len(code) >= 6]:
        found = set()
        for above in {code[:length] for length in (4, 6, 9, 12) if length <= len(code)}:
            with makers.eyes(city.url, viewer(above)) as session:
                found.add(measure(session, (name,), code, HALF, MOMENT))
        assert len(found) == 1


def test_values_are_rounded_half_up_and_a_rate_by_two_ends_counts_its_numerator_twice():
    assert Measured("turnover", CITY, 3, 40).value == numbers.share(6, 40) == Decimal("15.0")
    assert Measured("mean_age", CITY, 85, 2).value == Decimal("42.5")
    assert Measured("mean_service", CITY, 126, 2).value == Decimal("5.3")  # 5.25
    assert Measured("vacancies", CITY, 0, None).value == Decimal(0)
    assert Measured("staffing", CITY, 0, 0).value is None
    assert Measured("staffing", CITY, 2, 3).small_base is False
    assert Measured("staffing", CITY, 2, 3).band is None


@pytest.mark.parametrize(
    ("by", "second", "only"),
    [
        (By.CATEGORY, None, ()), (By.DAY, None, ()), (By.HOUR, None, ()), (By.CHILD, By.MONTH, ()),
        (By.WHOLE, None, ((By.SOURCE, "hotline"),)),
    ],
)  # fmt: skip
def test_what_says_nothing_of_people_is_refused_with_a_sentence(city, by, second, only):
    with makers.eyes(city.url, viewer()) as session, pytest.raises(BadInput, match="队伍指标不能"):
        measure(session, ("staffing",), CITY, JUNE, MOMENT, by, second, only)
    with makers.eyes(city.url, viewer()) as session:
        for name, ask in (
            ("turnover", grids_behind),
            ("staffing", people_behind),
            ("received", grids_behind),
        ):
            with pytest.raises(BadInput):
                ask(session, name, Side.NUMERATOR, CITY, JUNE, MOMENT)


def test_numbers_are_for_all_who_read_figures_and_names_for_those_who_read_the_roster(city):
    looker = viewer(COUNTY, Role.VIEWER)
    with makers.eyes(city.url, looker) as session:
        assert measure(session, ("turnover",), COUNTY, HALF, MOMENT)
        assert grids_behind(session, "vacancies", Side.NUMERATOR, COUNTY, HALF, MOMENT).total
        with pytest.raises(NotAllowed):
            people_behind(session, "turnover", Side.NUMERATOR, COUNTY, HALF, MOMENT)
        with pytest.raises(NotAllowed):
            vacancies(session, COUNTY)
    with makers.eyes(city.url, viewer(TOWN)) as session:  # what lies elsewhere is not there
        assert measure(session, ("staffing",), "739901", HALF, MOMENT) == ()
        assert grids_behind(session, "vacancies", Side.NUMERATOR, CITY, HALF, MOMENT).rows == (
            grids_behind(session, "vacancies", Side.NUMERATOR, TOWN, HALF, MOMENT).rows
        )


def test_ages_and_years_are_spread_over_the_people_of_the_mean(city):
    one = hand(city, viewer(), COUNTY, JUNE)
    there = present(one.own(), TODAY) & {person.id for person in one.inside(Person)}
    born = [person.born for person in one.all(Person) if person.id in there and person.born is not None]
    with makers.eyes(city.url, viewer()) as session:
        found, served = ages(session, COUNTY, TODAY), years_served(session, COUNTY, TODAY)
    assert (found.total, found.unknown) == (len(born), len(there) - len(born))
    # Who works in several counties is kept by the city: it is not known here how old they are.
    there = present(one.own(), TODAY)
    for first, last in ((0, 29), (30, 44), (45, 99)):
        assert found.of(first, last) == sum(first <= age(day, TODAY) <= last for day in born)
    assert served.total == len(there)


def test_vacancies_say_since_when_and_who_was_the_last(city):
    for center in CENTERS:
        one = hand(city, viewer(), center, JUNE)
        wanted = {grid.id: grid for grid in one.small() if PostRole.FULL_TIME not in one.held_roles(grid)}
        with makers.eyes(city.url, viewer()) as session:
            first = vacancies(session, center, page_size=5)
            rows = [
                row for n in range(1, first.total // 5 + 2)
                for row in vacancies(session, center, None, None, n, 5).rows
            ][: first.total]  # fmt: skip
            urban = vacancies(session, center, TODAY, GridSetting.URBAN)
        assert {row.id for row in rows} == set(wanted)
        assert urban.total == sum(grid.setting is GridSetting.URBAN for grid in wanted.values())
        for row in rows:
            over = [p for p in one.own() if p.grid_id == row.id and p.until and p.until < TODAY]
            last = max((p.until for p in over), default=None)
            assert row.since == (last + timedelta(days=1) if last else None)
            assert row.last_name in ({p.name for p in over if p.until == last} or {""})
            coming = [p.since for p in one.own() if p.grid_id == row.id and p.since > TODAY]
            assert row.next_day == min(coming, default=None)
        waiting = [row.since or date.min for row in rows]
        assert waiting == sorted(waiting)


# -- used like any metric


def test_a_scheme_assesses_by_them(city):
    lines = [
        {"key": name, "name": name, "source": "x", "metric": name, "rule": "tiers", "points": "20",
         "tiers": [[0, 20]] if ROSTER_METRICS[name].more_is_better is not False else [[100, 20]]}
        for name in ("staffing", "vacancies", "training_coverage", "turnover", "mean_service")
    ]  # fmt: skip
    said = {"name": "队伍", "object": "town", "source": "x", "indicators": lines}
    scheme = read(said)
    with makers.eyes(city.url, viewer()) as session:
        units = measured_units(session, scheme, CITY, JUNE, MOMENT, Variant(), {})
        found = {one.key: one for one in measure(session, ("turnover",), CITY, JUNE, MOMENT, By.TOWN)}
    assert len(units) > 3
    for member, unit in units:
        for line in lines:
            sides = hand(city, viewer(), member.key, JUNE).sides(line["metric"], lambda code, grid: True)
            based = ROSTER_METRICS[line["metric"]].has_base
            value = Measured(line["metric"], member.key, sides[0], sides[1] if based else None).value
            assert unit.values[line["key"]].value == value
        assert unit.values["turnover"].numerator is None
        assert member.key in found or unit.values["turnover"].value is None
    for wrong in (
        {**said, "object": "department"},
        {**said, "indicators": [{**lines[0], "points": "100", "only": {"source": "petition"}}]},
        {**said, "object": "grid", "indicators": [{**lines[3], "points": "100"}]},
        {**said, "indicators": [{**lines[1], "points": "100", "rule": "rate", "tiers": None}]},
    ):
        with pytest.raises(BadInput):
            read(wrong)


@pytest.mark.parametrize("name", ROSTER_METRICS)
def test_on_the_command_line(city, name, capsys):
    words = ["metric", name, "--center", COUNTY, "--from", "2026-01-10", "--to", "2026-07-20"]
    assert main([*words, "--by", "center", "--rows", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    with makers.eyes(city.url, viewer()) as session:
        [whole] = measure(session, (name,), COUNTY, HALF, MOMENT)
        parts = counted(measure(session, (name,), COUNTY, HALF, MOMENT, By.CHILD))
        side = Side.DENOMINATOR if ROSTER_METRICS[name].unit is Unit.YEARS else Side.NUMERATOR
        behind = arithmetic(session, name, COUNTY, HALF, MOMENT).rows[side]
    assert (found["numerator"], found["denominator"]) == (whole.numerator, whole.denominator)
    assert found["value"] == float(whole.value)
    assert {p["key"]: (p["numerator"], p["denominator"] or 0) for p in found["parts"]} == parts
    assert len(found["rows"]) == behind
    assert main([*words, "--by", "month", "--rows"]) == 0
    said = capsys.readouterr().out
    assert ROSTER_METRICS[name].formula in said
    assert "2026-05" in said
    assert main([*words, "--by", "category"]) != 0
    assert "队伍指标不能" in capsys.readouterr().err


def test_people_with_two_posts_count_once(city):
    """In the whole, and in each part in which they have one."""
    posts = [p for p in hand(city, viewer(), CITY, JUNE).own() if on(p, TODAY)]
    grids: dict[int, set[int]] = defaultdict(set)
    for post in posts:
        grids[post.person_id].add(post.grid_id or 0)
    assert any(len(held) > 1 for held in grids.values())
    with makers.eyes(city.url, viewer()) as session:
        [whole] = measure(session, ("training_coverage",), CITY, JUNE, MOMENT)
        parts = measure(session, ("training_coverage",), CITY, JUNE, MOMENT, By.GRID)
    assert whole.denominator == len(grids)
    assert sum(one.denominator or 0 for one in parts) == sum(len(held) for held in grids.values())


def test_every_page_says_the_same_number(city):
    """What the pages of duty, training, checks and the roster count is what the metrics say."""
    for center in CENTERS:
        with makers.eyes(city.url, viewer()) as session:
            found = {one.metric: one for one in measure(session, tuple(ROSTER_METRICS), center, JUNE, MOMENT)}
            sides = {name: (one.numerator, one.denominator) for name, one in found.items()}
            duty = duty_of(session, center, TODAY, JUNE.first, TODAY)
            # Some grids have more numbers of doors than households; they are not covered twice.
            assert duty.coverage.over or center != CITY
            assert sides["visit_coverage"] == (duty.coverage.counted, duty.coverage.households)
            [walked] = measure(session, ("patrol_coverage",), center, Period(TODAY, TODAY), MOMENT)
            assert (walked.numerator, walked.denominator) == (duty.patrolled, duty.grids)
            board = staffing_board(session, center, TODAY).whole
            assert sides["staffing"] == (board.grids - board.vacant, board.grids)
            assert found["vacancies"].numerator == board.vacant
            assert count_gaps(session, center)[Gap.VACANT] == board.vacant
            assert sides.get("completeness", (0, 0)) == (board.urban - board.incomplete, board.urban)
            lacking = count_lacking(session, center)[Lack.ALL]
            trained, people = sides.get("training_coverage", (0, 0))
            assert (people - trained, people) == (lacking.numerator, lacking.denominator)
            share = duty_share(session, center, JUNE.first, TODAY)
            assert sides.get("on_duty", (0, 0)) == (share.numerator, share.denominator)
