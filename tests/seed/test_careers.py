"""What became of the demonstration's people over two years: believable, and of one piece."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from db.models.account import Account, Role
from db.models.grid import Grid, GridSize
from db.models.roster import (
    PART_TIME_KINDS,
    Ending,
    Leave,
    Person,
    Post,
    PostRole,
    RosterChange,
    RosterRow,
)
from lib import clock
from lib.access.work import system_reading
from lib.grids.coverage import standing, vacant
from lib.roster.history import MODELS, remembered
from lib.sealing import opened
from seed.people import check_character

TODAY = date(2026, 6, 30)
OWN = (Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None))


@pytest.fixture
def session(filled):
    with system_reading() as session:
        yield session


def held_on(session, day):
    return session.scalars(select(Post).where(*OWN, standing(day)).order_by(Post.id)).all()


def test_each_small_grid_has_its_own_gridworker_today(session):
    posts = held_on(session, TODAY)
    small = set(session.scalars(select(Grid.id).where(Grid.size == GridSize.SMALL)))
    assert Counter(post.grid_id for post in posts) == dict.fromkeys(small, 1)
    assert len(small) == 7507
    grids = Counter(post.person_id for post in posts)
    assert Counter(grids.values()) == {1: 7507 - 30, 2: 15}


def test_posts_stood_empty_in_the_past_but_never_two_people_at_once(session):
    for days, least, most in ((30, 1, 40), (100, 1, 40), (200, 1, 40), (400, 1, 40), (731, 0, 0)):
        empty = session.scalar(select(func.count(Grid.id)).where(vacant(TODAY - timedelta(days=days))))
        assert least <= empty <= most
    by_grid = defaultdict(list)
    for post in session.scalars(select(Post).where(*OWN).order_by(Post.since)):
        by_grid[post.grid_id].append(post)
    gaps = [
        (after.since - before.until).days - 1
        for posts in by_grid.values()
        for before, after in pairwise(posts)
    ]
    assert min(gaps) == 0
    assert 0.2 < sum(gap > 0 for gap in gaps) / len(gaps) < 0.45
    assert max(gaps) <= 45


def test_turnover_is_that_of_a_city(session):
    for first in (date(2024, 7, 1), date(2025, 7, 1)):
        left = session.scalar(
            select(func.count(Post.id)).where(
                *OWN, Post.until >= first, Post.until < min(first.replace(year=first.year + 1), TODAY)
            )
        )
        assert 0.05 < left / 7507 < 0.12
    last_year = session.scalars(select(Post.until).where(*OWN, Post.until >= first, Post.until < TODAY))
    months = Counter(day.month for day in last_year)
    assert months[2] > months[11]
    assert months[7] > months[10]


def test_somebody_moved_and_stayed_the_same_person(session):
    moved = session.scalars(select(Post).where(*OWN, Post.ending == Ending.MOVED)).all()
    assert 80 < len(moved) < 120
    for post in moved:
        now = session.scalars(
            select(Post).where(*OWN, Post.person_id == post.person_id, standing(TODAY))
        ).one()
        assert now.since == post.until + timedelta(days=1)
        assert now.grid_id != post.grid_id
        assert now.center_code[:9] == post.center_code[:9]


def test_some_posts_end_soon_and_some_people_have_no_phone(session):
    soon = session.scalars(select(Post).where(*OWN, Post.until >= TODAY)).all()
    assert 30 < len(soon) < 60
    assert all(TODAY < post.until <= TODAY + timedelta(days=60) and post.ending for post in soon)
    without = session.scalar(select(func.count(Person.id)).where(Person.phone.is_(None)))
    assert 0.005 < without / session.scalar(select(func.count(Person.id))) < 0.02


def test_everybody_is_somebody_who_cannot_be(session):
    phones, numbers = Counter(), Counter()
    for person in session.scalars(select(Person)):
        number = opened(person.citizen_id)
        assert number.startswith("99")
        assert number[17] == check_character(number[:17])
        assert person.sex is not None
        assert person.political_status is not None
        numbers[number] += 1
        if person.phone:
            phones[opened(person.phone)] += 1
    assert all(phone.startswith("1003") and len(phone) == 11 for phone in phones)
    assert max(phones.values()) == max(numbers.values()) == 1


def test_every_role_is_held_and_only_where_it_belongs(session):
    held = Counter(session.scalars(select(Post.role).where(Post.covers_id.is_(None), standing(TODAY))).all())
    assert set(held) == set(PostRole)
    assert held[PostRole.GRID_LEADER] == 110 + 1086
    assert held[PostRole.POLITICAL_LEGAL_OFFICER] == 114
    for role in (PostRole.INSTRUCTOR, PostRole.ASSISTANT, PostRole.RESIDENT_BUILDING_LEADER):
        assert 100 < held[role] < 1000
    twice = session.execute(
        select(Post.grid_id, Post.role, func.count())
        .where(Post.role.in_(PART_TIME_KINDS), standing(TODAY))
        .group_by(Post.grid_id, Post.role)
        .having(func.count() > 1)
    ).all()
    assert twice == []


def test_leaves_are_covered_until_they_end(session):
    leaves = {leave.person_id: leave for leave in session.scalars(select(Leave))}
    assert len(leaves) == 40
    assert sum(leave.since <= TODAY <= leave.until for leave in leaves.values()) > 20
    covers = session.scalars(select(Post).where(Post.covers_id.is_not(None))).all()
    assert len(covers) == 20
    for cover in covers:
        covered = session.get(Post, cover.covers_id)
        leave = leaves[covered.person_id]
        assert (cover.since, cover.until, cover.grid_id) == (leave.since, leave.until, covered.grid_id)
        assert cover.person_id not in leaves


def test_history_says_what_the_rows_say(session):
    changes = session.scalars(select(RosterChange).order_by(RosterChange.id)).all()
    assert 150 < len(changes) < 400
    accounts = {account.id: account for account in session.scalars(select(Account))}
    for change in changes:
        row = session.get(MODELS[change.row], change.row_id)
        now = remembered(row)
        assert change.version <= getattr(row, "version", 1)
        assert change.center_code == row.center_code
        if change.before:
            after = json.loads(change.after)
            assert set(json.loads(change.before)) == set(after)
            assert all(now[key] == value for key, value in after.items())
        by = accounts[change.done_by_id]
        assert (by.display_name, by.role) == (change.done_by, Role.GRIDWORKER_MANAGER)
        assert change.center_code.startswith(by.center_code)
        assert clock.local(change.done_at).date() <= TODAY
    assert {change.row for change in changes} == {RosterRow.PERSON, RosterRow.POST, RosterRow.LEAVE}
