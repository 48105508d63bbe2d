"""Patrols and visits: who may write down what, who corrects it, how they are counted and taken back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import delete, select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.duty import Campaign, Patrol, Visit
from db.models.grid import Grid, GridSize
from db.models.roster import Person, Post, PostRole, RosterChange
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.i18n import numbers
from lib.roster.duty.batches.commands import record_many, undo_records
from lib.roster.duty.batches.queries import recorded_batches
from lib.roster.duty.commands import (
    correct_patrol,
    correct_visit,
    record_patrol,
    record_visit,
    remove_patrol,
    remove_visit,
    solve_problem,
)
from lib.roster.duty.counting import Coverage, added
from lib.roster.duty.listing.queries import (
    DutyFilter,
    Found,
    find_patrols,
    find_visits,
    grid_on_duty,
    grids_to_record,
)
from lib.roster.duty.people.queries import duty_by_person
from lib.roster.duty.queries import duty_by_campaign, duty_by_child, duty_by_grid, duty_of
from lib.roster.duty.records import LONGEST_HOUSEHOLD, Patrolled, Visited, household_number
from tests import makers
from tests.lib.ledgers import people
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

JUNE = date(2026, 6, 1)
OTHER_VILLAGE, STRANGE = "739902001002", "739901001001"


class Office:
    """A village with a grid of ten households and its gridworker, the next village, and one of another
    county."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.village, self.other, self.manager, self.stranger, self.looker = people(
            url, (Role.DUTY_OFFICER, VILLAGE), (Role.DUTY_OFFICER, TOWN), (Role.GRIDWORKER_MANAGER, TOWN),
            (Role.DUTY_OFFICER, STRANGE), (Role.VIEWER, COUNTY),
        )  # fmt: skip
        with makers.everything(url) as session:
            found = {one.center_code: one for one in session.scalars(select(Grid))}
            self.grid, self.near, self.far = (found[c].id for c in (VILLAGE, OTHER_VILLAGE, STRANGE))
            self.code = found[VILLAGE].code
            found[VILLAGE].households = 10
            posts = [makers.gridworker(session, found[c], name=n) for c, n in
                     ((VILLAGE, "张三"), (OTHER_VILLAGE, "李四"), (STRANGE, "王五"))]  # fmt: skip
            for one in posts:
                one.since = date(2026, 1, 1)
            self.post = posts[0].id
            self.zhang, self.li, self.wang = (one.person_id for one in posts)

    def visit(self, household: str, by: Viewer | None = None, **more: object) -> int:
        with acting(by or self.village) as session:
            told = {"grid_id": self.grid, "person_id": self.zhang, "day": TODAY} | more
            return record_visit(session, household=household, **told)  # type: ignore[arg-type]

    def row(self, key: int, of: type = Visit):
        with makers.everything(self.url) as session:
            row = session.get(of, key)
            if row is not None:
                session.expunge(row)
            return row


@pytest.fixture
def office(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield Office(database)
    clock.set_source(None)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("３－２－４０１", "3-2-401"),
        (" 3 - 2—401 ", "3-2-401"),
        ("a栋1", "A栋1"),
        ("　", ""),
        ("12\u200b号", "12号"),
    ],
)
def test_a_household_is_written_in_one_way(said, kept):
    assert household_number(said) == kept


@given(st.text(max_size=80))
def test_a_written_household_stays_as_it_is(said):
    once = household_number(said)
    assert household_number(once) == once
    assert not any(sign.isspace() for sign in once)


def test_who_holds_a_post_on_the_day_can_have_patrolled_and_visited(office):
    with acting(office.village) as session:
        patrol = record_patrol(session, office.grid, office.zhang, TODAY, 45, 2, "消防通道")
    visit = office.visit("３-1", problem="漏水", campaign=Campaign.PAIRED)
    row = office.row(visit)
    assert (row.household, row.center_code, row.campaign, row.recorded_by_id) == (
        "3-1", VILLAGE, Campaign.PAIRED, office.village.account_id,
    )  # fmt: skip
    assert office.row(patrol, Patrol).problems == 2
    with makers.everything(office.url) as session:
        events = session.scalars(select(AuditEntry.event)).all()
        assert {"patrol recorded", "visit recorded"} <= set(events)
        kept = session.scalars(select(RosterChange)).all()
        assert {(one.row.value, one.row_id, one.person_id) for one in kept} == {
            ("patrol", patrol, office.zhang), ("visit", visit, office.zhang),
        }  # fmt: skip


def test_nobody_is_recorded_where_they_hold_no_post(office):
    for said in (
        {"person_id": office.li},  # of the next village
        {"day": date(2025, 12, 31)},  # before the post began
        {"day": TODAY + timedelta(days=1)},
    ):
        with pytest.raises(BadInput):
            office.visit("1", by=office.manager, **said)
    for said in ({"grid_id": office.far}, {"person_id": office.wang}, {"person_id": 999_999}):
        with pytest.raises(NotFound):
            office.visit("1", by=office.manager, **said)
    with pytest.raises(NotAllowed):
        office.visit("1", by=office.looker)


def test_who_covers_during_leave_is_recorded_for_these_days(office):
    with makers.everything(office.url) as session:
        covered = session.get(Post, office.post)
        session.add(
            Post(
                person_id=office.li, grid_id=office.grid, center_code=VILLAGE, role=PostRole.FULL_TIME,
                name="李四", since=date(2026, 6, 10), until=date(2026, 6, 20), covers_id=covered.id,
            )
        )  # fmt: skip
    assert office.visit("1", person_id=office.li, day=date(2026, 6, 20))
    with pytest.raises(BadInput, match="没有岗位"):
        office.visit("2", by=office.manager, person_id=office.li, day=date(2026, 6, 21))


@pytest.mark.parametrize(
    "said",
    [
        {"household": " "},
        {"household": "9" * (LONGEST_HOUSEHOLD + 1)},
        {"solved_on": TODAY},
        {"problem": "漏水", "solved_on": TODAY - timedelta(days=1)},
        {"problem": "漏水", "solved_on": TODAY + timedelta(days=1)},
        {"campaign": "nothing"},
    ],
)
def test_what_cannot_be_is_refused(office, said):
    with pytest.raises(BadInput):
        office.visit(**({"household": "1"} | said))


@pytest.mark.parametrize(("minutes", "problems"), [(0, 0), (1441, 0), (True, 0), (None, -1), (None, 1000)])
def test_a_patrol_counts_in_whole_numbers(office, minutes, problems):
    with pytest.raises(BadInput), acting(office.village) as session:
        record_patrol(session, office.grid, office.zhang, TODAY, minutes, problems)


def test_the_same_is_not_written_down_twice(office):
    office.visit("3-1")
    with pytest.raises(BadInput, match="登记过"):
        office.visit("３－１")
    office.visit("3-1", day=TODAY - timedelta(days=1))
    for _time in range(2):
        outcome = pytest.raises(BadInput, match="一样的巡查") if _time else acting(office.village)
        with outcome, acting(office.village) as session:
            record_patrol(session, office.grid, office.zhang, TODAY, 30)
    with acting(office.village) as session:
        record_patrol(session, office.grid, office.zhang, TODAY, 30, 0, "第二次")


def test_one_corrects_ones_own_and_who_checks_duty_that_of_others(office):
    key = office.visit("3-1", problem="漏水")
    with pytest.raises(NotAllowed), acting(office.other) as session:
        correct_visit(session, key, 1, TODAY, "3-2", Campaign.DAILY, "", None)
    with pytest.raises(NotFound), acting(office.stranger) as session:
        correct_visit(session, key, 1, TODAY, "3-2", Campaign.DAILY, "", None)
    with acting(office.village) as session:
        seen = correct_visit(session, key, 1, TODAY, "３－２", Campaign.DAILY, "漏水", None)
    with pytest.raises(Conflict), acting(office.manager) as session:
        correct_visit(session, key, 1, TODAY, "3-3", Campaign.DAILY, "漏水", None)
    with acting(office.manager) as session:
        seen = correct_visit(session, key, seen, TODAY, "3-3", Campaign.DAILY, "漏水", None)
    assert (seen, office.row(key).household) == (3, "3-3")
    office.visit("3-4")
    with pytest.raises(BadInput), acting(office.village) as session:
        correct_visit(session, key, seen, TODAY, "3-4", Campaign.DAILY, "", None)
    with acting(office.village) as session:
        patrol = record_patrol(session, office.grid, office.zhang, TODAY, 30)
    with acting(office.village) as session:
        assert correct_patrol(session, patrol, 1, TODAY, 40, 1, "改") == 2
    with pytest.raises(Conflict), acting(office.village) as session:
        remove_patrol(session, patrol, 1)
    with acting(office.village) as session:
        remove_patrol(session, patrol, 2)
        remove_visit(session, key, seen)
    assert office.row(patrol, Patrol) is None
    assert office.row(key) is None


def test_a_problem_is_open_until_it_is_solved_once(office):
    key = office.visit("3-1", problem="漏水", day=date(2026, 6, 20))
    none = office.visit("3-2", day=date(2026, 6, 20))

    def open_on(day: date) -> int:
        with reading(office.looker) as session:
            return duty_of(session, COUNTY, day, JUNE, day).open_problems

    assert (open_on(date(2026, 6, 19)), open_on(TODAY)) == (0, 1)
    for wrong in (none, key):
        with pytest.raises(BadInput), acting(office.other) as session:
            solve_problem(session, wrong, 1, date(2026, 6, 19))
    with acting(office.other) as session:  # whoever works there, not only who wrote it
        assert solve_problem(session, key, 1, date(2026, 6, 25)) == 2
    with pytest.raises(BadInput, match="已在"), acting(office.other) as session:
        solve_problem(session, key, 2, TODAY)
    assert (open_on(date(2026, 6, 24)), open_on(TODAY)) == (1, 0)


def test_many_are_written_whole_or_not_at_all_and_taken_back_whole(office):
    rows = [Visited(office.grid, office.zhang, TODAY, f"{n}", row=n) for n in range(1, 4)]
    rows += [Patrolled(office.near, office.li, TODAY, row=4)]
    bad = [
        *rows,
        Visited(office.grid, office.li, TODAY, "9", row=5),
        Visited(office.far, 1, TODAY, "9", row=6),
        Visited(office.grid, office.zhang, TODAY, "１", row=7),
    ]
    with pytest.raises(BadInput) as refused, acting(office.manager) as session:
        record_many(session, "坏表.xlsx", bad)
    assert {(one.row, one.field) for one in refused.value.problems} == {
        (1, "household"), (5, "person"), (6, "grid"), (7, "household"),
    }  # fmt: skip
    with acting(office.manager) as session:
        made = record_many(session, "好表.xlsx", rows)
    with reading(office.manager) as session:
        assert duty_of(session, TOWN, TODAY, JUNE, TODAY).coverage.visited == 3
        assert [(one.rows, one.undoable) for one in recorded_batches(session)] == [(4, True)]
    with reading(office.other) as session:
        assert [one.undoable for one in recorded_batches(session)] == [False]
    with pytest.raises(NotAllowed), acting(office.other) as session:
        undo_records(session, made)
    with pytest.raises(NotFound), acting(office.stranger) as session:
        undo_records(session, made)
    with acting(office.manager) as session:
        assert undo_records(session, made) == 4
    with makers.everything(office.url) as session:
        assert not session.scalars(select(Visit)).all()
        assert not session.scalars(select(Patrol)).all()
    with pytest.raises(BadInput), acting(office.manager) as session:
        undo_records(session, made)


def test_what_somebody_touched_since_is_not_taken_back(office):
    with acting(office.manager) as session:
        made = record_many(
            session, "表.xlsx", [Visited(office.grid, office.zhang, TODAY, "1", problem="漏", row=1)]
        )
    with makers.everything(office.url) as session:
        key = session.scalars(select(Visit.id)).one()
    with acting(office.village) as session:
        solve_problem(session, key, 1, TODAY)
    with pytest.raises(Conflict), acting(office.manager) as session:
        undo_records(session, made)
    assert office.row(key) is not None


def test_lists_are_found_by_what_people_look_for(office):
    office.visit("3-1", problem="漏水，电话13800138000", campaign=Campaign.PAIRED)
    office.visit("3-2")
    with acting(office.village) as session:
        record_patrol(session, office.grid, office.zhang, TODAY, 30, 1)

    def households(viewer: Viewer, **wanted: object) -> list[str]:
        with reading(viewer) as session:
            page = find_visits(session, DutyFilter(COUNTY, **({"first": JUNE, "last": TODAY} | wanted)))
            assert page.total == len(page.rows)
            return [one.household for one in page.rows]

    assert households(office.village) == ["3-2", "3-1"]
    assert households(office.stranger) == []
    for said in (
        {"text": "３－１"},
        {"campaign": Campaign.PAIRED},
        {"found": Found.OPEN},
        {"found": Found.PROBLEM},
    ):
        assert households(office.village, **said) == ["3-1"]
    assert households(office.village, text="张") == ["3-2", "3-1"]
    assert households(office.village, found=Found.NOTHING) == ["3-2"]
    assert households(office.village, found=Found.SOLVED) == []
    assert households(office.village, last=TODAY - timedelta(days=1)) == []
    assert households(office.village, grid_code=office.code, text="李四") == []
    with reading(office.other) as session:
        row = find_visits(session, DutyFilter(TOWN, None, None, found=Found.OPEN)).rows[0]
        assert (row.person, row.own, "13800138000" in row.problem) == ("张三", False, False)
        patrol = find_patrols(session, DutyFilter(TOWN, JUNE, TODAY, found=Found.PROBLEM)).rows[0]
        assert (patrol.minutes, patrol.center_name) == (30, f"中心{VILLAGE}")
    with reading(office.manager) as session:
        assert find_visits(session, DutyFilter(TOWN, JUNE, TODAY)).rows[0].own
    with pytest.raises(NotAllowed), reading(office.looker) as session:
        find_visits(session, DutyFilter(COUNTY, None, None))


def test_whoever_writes_down_is_offered_the_grid_and_its_people(office):
    with reading(office.village) as session:
        found = grid_on_duty(session, office.code, TODAY)
        assert [(one.id, one.name) for one in found.people] == [(office.zhang, "张三")]
        assert grid_on_duty(session, office.code, date(2025, 1, 1)).people == ()
        assert [one.code for one in grids_to_record(session)] == [office.code]
        with pytest.raises(NotFound):
            grid_on_duty(session, STRANGE + "001", TODAY)
    with reading(office.manager) as session:
        assert [one.code for one in grids_to_record(session, "张三")] == [office.code]


def test_a_day_shows_who_patrolled_and_which_grids_are_left(office):
    with acting(office.village) as session:
        record_patrol(session, office.grid, office.zhang, TODAY)
    with reading(office.looker) as session:
        answer = duty_of(session, TOWN, TODAY, JUNE, TODAY)
        assert (answer.grids, answer.patrolled) == (3, 1)
        by_child = {
            one.code: one.answer.patrolled for one in duty_by_child(session, TOWN, 12, TODAY, JUNE, TODAY)
        }
        assert by_child == {VILLAGE: 1, OTHER_VILLAGE: 0, TOWN + "999": 0}
        left = duty_by_grid(session, TOWN, TODAY, JUNE, TODAY, not_patrolled=True)
        assert (left.total, office.code in {one.code for one in left.rows}) == (2, False)
        assert duty_of(session, TOWN, TODAY - timedelta(days=1), JUNE, TODAY).patrolled == 0


def test_more_numbers_than_households_are_told_and_never_over_the_whole(office):
    for number in range(12):
        office.visit(f"{number}")
    with reading(office.looker) as session:
        [row] = duty_by_grid(session, VILLAGE, TODAY, JUNE, TODAY, over=True).rows
        assert (row.coverage.visited, row.coverage.counted, row.coverage.share) == (
            12,
            10,
            numbers.share(10, 10),
        )
        town = duty_of(session, TOWN, TODAY, JUNE, TODAY).coverage
        assert (town.visited, town.counted, town.households, town.over) == (12, 10, 12, 1)
        [person] = [one for one in duty_by_person(session, VILLAGE, JUNE, TODAY).rows if one.visited]
        assert (person.name, person.person_id, person.coverage.share) == ("张*", None, numbers.share(10, 10))
        assert duty_of(session, STRANGE, TODAY, JUNE, TODAY).grids == 0
    with reading(office.manager) as session:
        assert duty_by_person(session, VILLAGE, JUNE, TODAY).rows[0].person_id == office.zhang


DAYS = st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back))
VISITS = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(0, 2), DAYS, st.integers(1, 6), st.sampled_from(list(Campaign)),
        st.booleans(), st.booleans(),
    ),
    max_size=40,
)  # fmt: skip


@given(VISITS, st.lists(st.tuples(st.integers(0, 5), DAYS), max_size=10), DAYS)
@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_counts_are_those_of_plain_counting(office, visits, patrols, first):
    """Against sets in Python, for every level of center."""
    with makers.everything(office.url) as session:
        session.execute(delete(Visit))
        session.execute(delete(Patrol))
        some = select(Grid).where(Grid.size == GridSize.SMALL).order_by(Grid.code).limit(20)
        grids = [*session.scalars(some).all()[::4], session.get_one(Grid, office.grid)]
        workers = session.scalars(select(Person.id).order_by(Person.id).limit(3)).all()
        about = {"recorded_by": "某人", "recorded_at": MOMENT}
        rows = [
            Visit(
                grid_id=grids[g].id, person_id=workers[p], center_code=grids[g].center_code, day=day,
                household=f"{h}", campaign=campaign, problem="问题" if bad else "",
                solved_on=TODAY if bad and solved else None, **about,
            )
            for g, p, day, h, campaign, bad, solved in visits
        ]  # fmt: skip
        session.add_all(rows)
        session.add_all(
            Patrol(grid_id=grids[g].id, center_code=grids[g].center_code, day=day, problems=0, **about)
            for g, day in patrols
        )
        session.flush()
        every = {
            one.id: (one.center_code, one.households)
            for one in session.scalars(select(Grid).where(Grid.size == GridSize.SMALL))
        }
        kept = [
            (one.grid_id, one.center_code, one.day, one.household, one.campaign, one.problem, one.solved_on)
            for one in rows
        ]
        done = [(grids[g].id, day) for g, day in patrols]
    for code in (CITY, COUNTY, TOWN, VILLAGE):
        with makers.eyes(office.url, makers.viewer_for_role(Role.LEADER, code)) as session:
            mine = {key: households for key, (center, households) in every.items() if center.startswith(code)}
            below = [one for one in kept if one[1].startswith(code)]
            shown = [one for one in below if first <= one[2] <= TODAY]
            seen: dict[int, set[str]] = defaultdict(set)
            for one in shown:
                seen[one[0]].add(one[3])
            answer = duty_of(session, code, TODAY, first, TODAY)
            assert answer.coverage == Coverage(
                len(mine), sum(len(seen[key]) for key in mine),
                sum(min(len(seen[key]), households) for key, households in mine.items()), sum(mine.values()),
                sum(len(seen[key]) > households for key, households in mine.items()),
            )  # fmt: skip
            assert answer.patrolled == len({grid for grid, day in done if day == TODAY and grid in mine})
            assert answer.open_problems == sum(bool(one[5]) and one[6] is None for one in below)
            for row in duty_by_campaign(session, code, first, TODAY):
                of = [one for one in shown if one[4] is row.campaign]
                assert (row.visits, row.households, row.problems, row.solved) == (
                    len(of), len({(one[0], one[3]) for one in of}), sum(bool(one[5]) for one in of),
                    sum(one[6] is not None for one in of),
                )  # fmt: skip
            by_grid = duty_by_grid(session, code, TODAY, first, TODAY, page_size=500)
            assert added([one.coverage for one in by_grid.rows]) == answer.coverage
            shares = [one.coverage.counted / one.coverage.households for one in by_grid.rows]
            assert shares == sorted(shares)
            if len(code) < 12:
                length = {4: 6, 6: 9, 9: 12}[len(code)]
                children = duty_by_child(session, code, length, TODAY, first, TODAY)
                assert added([one.answer.coverage for one in children]) == answer.coverage
                assert sum(one.answer.open_problems for one in children) == answer.open_problems
                assert sum(one.answer.patrolled for one in children) == answer.patrolled
