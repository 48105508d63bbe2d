"""Cases hold together: moments follow each other, stages fit them, words fit the columns."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlalchemy import func, select

from db.models.case import Case, CaseCategory, Source, Stage
from db.models.grid import Grid
from lib.access.work import system_reading
from seed.categories import categories
from seed.outcomes import VERIFIED, outcomes, performance
from seed.plan import reference
from seed.rhythm import months
from tests.seed.conftest import PLAN


@pytest.fixture
def cases(filled):
    with system_reading() as session:
        yield session.scalars(select(Case).order_by(Case.id)).all()


def test_moments_follow_each_other_and_end_where_it_stands(cases):
    for case in cases:
        steps = [case.reported_at, case.accepted_at, case.closed_at, case.rated_at]
        known = [moment for moment in steps if moment is not None]
        assert known == sorted(known)
        assert None not in steps[: len(known)]
        assert known[-1] <= case.changed_at <= PLAN.stands_at
        assert case.closed_at is None or case.changed_at == known[-1]


def test_stages_fit_the_moments(cases):
    for case in cases:
        assert (case.stage is Stage.CLOSED) == (case.closed_at is not None)
        assert (case.stage is Stage.REPORTED) == (case.accepted_at is None) == (case.due_at is None)
        assert case.due_at is None or case.due_at > case.accepted_at
        assert case.rating is None or case.stage is Stage.CLOSED
        assert not case.suspended or case.stage is Stage.ASSIGNED
        if case.stage in (Stage.REPORTED, Stage.ACCEPTED):
            assert case.department_id is None
    assert {case.stage for case in cases} >= {Stage.CLOSED, Stage.ASSIGNED}


def test_numbers_name_the_day_and_are_unique(cases):
    assert len({case.number for case in cases}) == len(cases)
    assert all(re.fullmatch(r"SJ20(24|25|26)[0-9]{10}", case.number) for case in cases)
    assert all(case.origin == "native" for case in cases)
    assert [case.number for case in cases] == sorted(case.number for case in cases)


def test_words_are_short(cases):
    assert max(len(case.title) for case in cases) <= 40
    assert max(len(case.detail) for case in cases) <= 90


def test_texts_of_every_kind_fit_the_longest_place():
    longest = max(len(row["title"]) for row in reference("texts"))
    assert (
        longest + len("兰州经济技术开发区高新技术产业园社区") + len("金瑞国际广场") + len("18号楼4单元") <= 40
    )
    written = {row["category"] for row in reference("texts")}
    assert written == {kind.code for kind in categories()}


def test_cases_happen_in_grids_of_their_place(filled):
    with system_reading() as session:
        elsewhere = session.scalar(
            select(func.count(Case.id))
            .join(Grid, Grid.id == Case.grid_id)
            .where(Grid.center_code != Case.center_code)
        )
        assert elsewhere == 0
        groups = session.scalars(select(CaseCategory.code).where(func.length(CaseCategory.code) == 2)).all()
        assert len(groups) == 10
        assert not session.scalar(select(func.count(Case.id)).where(func.length(Case.category_code) != 4))


def test_shares_are_as_in_the_field(cases):
    count = len(cases)
    assert {case.source for case in cases} == set(Source)
    assert 0.955 < sum(case.grid_id is not None for case in cases) / count < 0.985
    closed = [case for case in cases if case.closed_at]
    assert 0.96 < len(closed) / count < 0.99
    assert 0.85 < sum(case.closed_at <= case.due_at for case in closed) / len(closed) < 0.98
    rated = [case.rating for case in closed if case.rating]
    assert 0.30 < len(rated) / len(closed) < 0.40
    assert 0.90 < sum(rating >= 4 for rating in rated) / len(rated) < 0.96
    assert 0.005 < sum(case.suspended for case in cases) / count < 0.02
    assert 0.01 < sum(case.rework_count > 0 for case in cases) / count < 0.03
    heating = Counter(case.reported_at.month for case in cases if case.category_code == "0204")
    assert heating[12] + heating[1] > 10 * (heating[6] + heating[7])


def test_more_cases_come_later_and_on_workdays(cases):
    first = sum(case.reported_at.year == 2024 and case.reported_at.month in (7, 8) for case in cases)
    second = sum(case.reported_at.year == 2025 and case.reported_at.month in (7, 8) for case in cases)
    assert second > first
    days = Counter(case.reported_at.weekday() for case in cases)
    assert days[0] > days[6] * 1.2


def test_months_add_up_to_the_plan():
    found = list(months(PLAN, categories()))
    assert len(found) == 25
    assert sum(len(month.reported) for month in found) == PLAN.cases
    assert [month.first_id for month in found] == [
        1 + sum(len(earlier.reported) for earlier in found[:i]) for i in range(25)
    ]


def test_open_cases_are_never_past_their_last_stage():
    from seed.city import units

    places = [unit for unit in units() if len(unit.code) == 12]
    standing = performance(PLAN, places, 25)
    kinds = categories()
    *_, last = months(PLAN, kinds)
    found = outcomes(PLAN, last, kinds, last.category * 0, standing)
    assert (found.stage[found.closed < 0] <= VERIFIED).all()
    assert (found.rated[found.closed < 0] == -1).all()
