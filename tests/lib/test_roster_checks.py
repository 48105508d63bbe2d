"""Spot checks: the draw can be repeated by anybody, and what was found is seen to."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.duty import CheckedPost, Finding, SpotCheck
from db.models.grid import Grid
from db.models.roster import Leave, LeaveKind, Person, Post, PostRole
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from lib.roster.checks.commands import DAYS_AHEAD, draw, follow_up_done, record_finding
from lib.roster.checks.draw import drawn, given_by_hand, order, seed_by_chance
from lib.roster.checks.queries import (
    check_card,
    checked_in,
    checks_of,
    count_candidates,
    draws_on,
    duty_share,
    open_follow_ups,
    repeat_draw,
)
from tests import makers
from tests.makers import CITY, COUNTY, TODAY, TOWN, VILLAGE

FULL_TIME = (PostRole.FULL_TIME,)
SEEDS = st.text(min_size=1, max_size=30)
POSTS = st.sets(st.integers(1, 10**9), max_size=60)
WEEK = TODAY + timedelta(days=7)


# -- the draw by itself


@given(SEEDS, POSTS, st.integers(-1, 70), st.randoms())
def test_a_draw_is_a_part_of_the_candidates_whatever_their_order(seed, posts, count, chance):
    found = drawn(seed, posts, count)
    assert len(found) == len(set(found)) == min(max(count, 0), len(posts))
    assert set(found) <= posts
    mixed = list(posts)
    chance.shuffle(mixed)
    assert drawn(seed, [*mixed, *mixed[:3]], count) == found
    assert order(seed, posts)[: len(found)] == found


@given(SEEDS, POSTS, st.integers(1, 10**9))
def test_one_candidate_more_leaves_the_order_of_the_others(seed, posts, further):
    assert [one for one in order(seed, posts | {further}) if one != further] == [
        one for one in order(seed, posts) if one != further
    ]


def test_a_draw_is_what_anybody_computes_from_the_seed():
    """The rule written down a second time, as the page tells it."""
    lots = {n: hashlib.sha256(f"2026年第77期:{n}".encode()).hexdigest() for n in range(1, 200)}
    assert drawn("2026年第77期", lots, 10) == tuple(sorted(lots, key=lambda n: lots[n])[:10])


def test_everybody_is_drawn_about_as_often():
    """4,000 draws of 5 out of 20: each is expected 1,000 times, with a deviation of about 27."""
    times = Counter(one for seed in range(4000) for one in drawn(f"种子{seed}", range(1, 21), 5))
    assert set(times) == set(range(1, 21))
    assert all(abs(count - 1000) < 6 * 27.4 for count in times.values())
    first = Counter(drawn(f"种子{seed}", range(1, 21), 1)[0] for seed in range(4000))
    assert all(abs(count - 200) < 6 * 13.8 for count in first.values())


def test_seeds_by_chance_differ_and_are_known_as_such():
    seeds = {seed_by_chance() for _ in range(100)}
    assert len(seeds) == 100
    assert not any(given_by_hand(seed) for seed in seeds)
    assert given_by_hand("2026077")


# -- in a town


@pytest.fixture
def town(database):
    """Three gridworkers in each village of the town, one in another town."""
    makers.plant_small(database)
    with makers.everything(database) as session:
        for code in (VILLAGE, f"{TOWN}002", f"{TOWN}999"):
            grid = session.scalars(select(Grid).where(Grid.center_code == code)).one()
            for number in range(3):
                makers.gridworker(session, grid, name=f"人员{code}{'甲乙丙'[number]}")
        far = session.scalars(select(Grid).where(Grid.center_code == "739901001001")).one()
        makers.gridworker(session, far, name="人员739901001001")
    return database


def checker(code: str = TOWN, role: Role = Role.GRIDWORKER_MANAGER) -> Viewer:
    return makers.viewer_for_role(role, code)


def made(code: str = TOWN, wanted: int = 4, **said) -> int:
    with acting(checker(code)) as session:
        return draw(session, code, TODAY, FULL_TIME, wanted, **said)


def test_a_draw_is_kept_with_what_it_was_drawn_from(town):
    key = made(seed="开奖号码０７７")
    with makers.eyes(town, checker()) as session:
        card, rows, again = check_card(session, key), checked_in(session, key), repeat_draw(session, key)
        assert (card.seed, card.by_hand, card.candidates, card.wanted) == ("开奖号码077", True, 9, 4)
        assert again.same
        assert [one.post_id for one in again.lots if one.drawn] == [one.post_id for one in rows]
        assert all(one.finding is Finding.PENDING and one.name.startswith(f"人员{TOWN}") for one in rows)
        assert len(again.lots) == 9
    by_chance = made(COUNTY)
    with makers.eyes(town, checker(COUNTY)) as session:
        assert not check_card(session, by_chance).by_hand
        assert repeat_draw(session, by_chance).same


def test_a_draw_that_was_changed_behind_its_back_is_told(town):
    key = made(seed="0770")
    with makers.everything(town) as session:
        again = repeat_draw_of(town, key)
        left_out = [one.post_id for one in again.lots if not one.drawn]
        row = session.scalars(select(CheckedPost).where(CheckedPost.spot_check_id == key)).first()
        row.post_id = left_out[0]
    assert not repeat_draw_of(town, key).same


def repeat_draw_of(url: str, key: int):
    with makers.eyes(url, checker()) as session:
        return repeat_draw(session, key)


def test_who_is_away_is_drawn_only_when_so_chosen_and_nobody_twice(town):
    with makers.everything(town) as session:
        posts = session.scalars(select(Post).where(Post.center_code == VILLAGE).order_by(Post.id)).all()
        away, twice, gone = posts
        session.add(
            Leave(
                person_id=away.person_id, center_code=VILLAGE, kind=LeaveKind.SICK,
                since=TODAY - timedelta(days=3), until=TODAY,
            )
        )  # fmt: skip
        other = session.scalars(select(Grid).where(Grid.center_code == f"{TOWN}002")).one()
        second = makers.post(other, session.get(Person, twice.person_id))
        covering = makers.post(other, session.get(Person, away.person_id))
        covering.covers_id = twice.id
        session.add_all([second, covering])
        gone.since, gone.until = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
    with makers.eyes(town, checker()) as session:
        assert count_candidates(session, VILLAGE, TODAY, FULL_TIME) == 1
        assert count_candidates(session, VILLAGE, TODAY, FULL_TIME, True) == 2
        assert count_candidates(session, VILLAGE, TODAY + timedelta(days=1), FULL_TIME) == 2
        assert count_candidates(session, VILLAGE, TODAY, (PostRole.POLICE,)) == 0
        assert count_candidates(session, TOWN, TODAY, FULL_TIME) == 7
        assert count_candidates(session, COUNTY, TODAY, FULL_TIME) == 0  # not theirs
    key = made(wanted=200)
    with makers.eyes(town, checker()) as session:
        people = [one.person_id for one in checked_in(session, key)]
        assert len(people) == len(set(people)) == 7


def test_a_second_draw_of_the_same_day_leaves_a_trace(town):
    first = made(seed="0770")
    with pytest.raises(BadInput) as told:
        made(seed="0771")
    assert [one.field for one in told.value.problems] == ["reason"]
    second = made(seed="0771", reason="首次抽中两人已调离")
    with makers.eyes(town, checker()) as session:
        assert draws_on(session, TOWN, TODAY) == 2
        page = checks_of(session, TOWN)
        assert [(one.id, one.turn) for one in page.rows] == [(second, 2), (first, 1)]
    with makers.everything(town) as session:
        said = session.scalars(select(AuditEntry.after).where(AuditEntry.event == "spot check drawn")).all()
        assert ['"draws_before":0' in said[0], '"draws_before":1' in said[1]] == [True, True]
        assert "首次抽中两人已调离" in said[1]
        assert '"seed":"0771"' in said[1]
        assert len(session.scalars(select(SpotCheck)).all()) == 2


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"wanted": 0}, ["wanted"]), ({"wanted": 999, "seed": "077"}, ["wanted", "seed"]),
        ({"wanted": 1, "seed": "random-1234"}, ["seed"]),
    ],
)  # fmt: skip
def test_what_is_no_draw_is_refused(town, said, fields):
    with pytest.raises(BadInput) as told:
        made(**said)
    assert [one.field for one in told.value.problems] == fields
    with pytest.raises(BadInput), acting(checker()) as session:
        draw(session, TOWN, TODAY - timedelta(days=1), FULL_TIME, 1)
    with pytest.raises(BadInput), acting(checker()) as session:
        draw(session, TOWN, TODAY + timedelta(days=DAYS_AHEAD + 1), (), 1)
    with pytest.raises(BadInput), acting(checker()) as session:
        draw(session, TOWN, TODAY, (PostRole.LAWYER,), 1)
    with pytest.raises(NotFound), acting(checker("739901")) as session:
        draw(session, TOWN, TODAY, FULL_TIME, 1)
    with pytest.raises(NotAllowed), acting(checker(role=Role.DUTY_OFFICER)) as session:
        draw(session, TOWN, TODAY, FULL_TIME, 1)


# -- what was found


def found(row, finding: Finding, follow: str = "", due: date | None = None, code: str = TOWN) -> int:
    with acting(checker(code)) as session:
        return record_finding(session, row.id, finding, "现场查看", follow, due, row.seen)


def test_who_is_not_on_duty_is_followed_up(town):
    key = made()
    with makers.eyes(town, checker()) as session:
        rows = checked_in(session, key)
    on_duty, off_duty, away, unreachable = rows
    found(on_duty, Finding.ON_DUTY, "不用", WEEK)
    found(away, Finding.ON_LEAVE)
    for follow, due in (("", WEEK), ("督促到岗", None), ("督促到岗", TODAY - timedelta(days=1))):
        with pytest.raises(BadInput):
            found(off_duty, Finding.OFF_DUTY, follow, due)
    with pytest.raises(BadInput):
        found(off_duty, Finding.PENDING)
    seen = found(off_duty, Finding.OFF_DUTY, "督促到岗", WEEK)
    found(unreachable, Finding.UNREACHABLE, "核对电话", TODAY)
    with pytest.raises(Conflict):
        found(off_duty, Finding.ON_DUTY)
    with makers.eyes(town, checker()) as session:
        assert [one.name for one in open_follow_ups(session, TOWN).rows] == [unreachable.name, off_duty.name]
        first = checked_in(session, key)[0]
        assert (first.note, first.follow_up, first.follow_up_due) == ("现场查看", "", None)
        share = duty_share(session, TOWN, TODAY, TODAY)
        assert (share.numerator, share.denominator) == (1, 3)
        assert duty_share(session, TOWN, TODAY + timedelta(days=1), WEEK).denominator == 0
        duty = check_card(session, key).duty
        assert (duty.numerator, duty.denominator) == (1, 3)
    with acting(checker()) as session:
        with pytest.raises(BadInput):
            follow_up_done(session, off_duty.id, " ", seen)
        follow_up_done(session, off_duty.id, "已约谈，当日返岗", seen)
    for act in (
        lambda session: follow_up_done(session, off_duty.id, "又一次", seen + 1),
        lambda session: record_finding(session, off_duty.id, Finding.ON_DUTY, "", "", None, seen + 1),
        lambda session: follow_up_done(session, on_duty.id, "没有的", 2),
    ):
        with pytest.raises(WrongState), acting(checker()) as session:
            act(session)
    with makers.eyes(town, checker()) as session:
        assert open_follow_ups(session, TOWN).total == 1


def test_the_town_sees_to_what_the_county_found(town):
    key = made(COUNTY, 9)
    with makers.eyes(town, checker(COUNTY)) as session:
        row = next(one for one in checked_in(session, key) if one.center_name == f"中心{VILLAGE}")
    seen = found(row, Finding.OFF_DUTY, "督促到岗", WEEK, COUNTY)
    with makers.eyes(town, checker()) as session:
        assert checks_of(session, TOWN).total == 0
        [mine] = open_follow_ups(session, TOWN).rows
        assert (mine.id, mine.name) == (row.id, row.name)
        with pytest.raises(NotFound):
            repeat_draw(session, key)
    with pytest.raises(NotAllowed), acting(checker()) as session:
        record_finding(session, row.id, Finding.ON_DUTY, "", "", None, seen)
    with pytest.raises(NotFound), acting(checker("739901")) as session:
        follow_up_done(session, row.id, "已办", seen)
    with acting(checker()) as session:
        follow_up_done(session, row.id, "已返岗", seen)
    with makers.eyes(town, checker(CITY)) as session:
        assert open_follow_ups(session, CITY).total == 0


def test_a_check_of_tomorrow_waits_for_tomorrow(town):
    with acting(checker()) as session:
        key = draw(session, TOWN, TODAY + timedelta(days=1), FULL_TIME, 1)
    with makers.eyes(town, checker()) as session:
        [row] = checked_in(session, key)
    with pytest.raises(WrongState):
        found(row, Finding.ON_DUTY)
