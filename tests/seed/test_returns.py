"""Cases are sent back now and then: more often the late ones, and where work is usually late."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from seed.cases import COLUMNS, cases
from seed.plan import Plan
from tests.seed.conftest import CROWDED


@pytest.fixture(scope="module")
def assigned(crowded):
    return [case for case in crowded if case["stage"] not in ("reported", "accepted")]


def late(case):
    return (case["closed_at"] or f"{CROWDED.stands_at:%Y-%m-%d %H:%M:%S}") > case["due_at"]


def share(found):
    return sum(case["returned_count"] > 0 for case in found) / len(found)


def test_one_in_forty_was_sent_back_and_a_few_twice(crowded, assigned):
    assert 0.02 < share(assigned) < 0.03
    twice = sum(case["returned_count"] == 2 for case in assigned)
    assert 0 < twice < 0.2 * share(assigned) * len(assigned)
    assert {case["returned_count"] for case in crowded} == {0, 1, 2}


def test_what_nobody_was_given_was_never_sent_back(crowded):
    early = [case for case in crowded if case["stage"] in ("reported", "accepted")]
    assert early
    assert all(case["returned_count"] == 0 for case in early)


def test_late_cases_more_often(assigned):
    in_time = [case for case in assigned if not late(case)]
    assert share([case for case in assigned if late(case)]) > 2 * share(in_time)


def test_counties_that_are_usually_late_somewhat_more_often_even_in_time(assigned):
    counties = defaultdict(list)
    for case in assigned:
        counties[case["center_code"][:6]].append(case)
    by_lateness = sorted(counties.values(), key=lambda found: sum(map(late, found)) / len(found))
    punctual, tardy = (
        [case for found in half for case in found if not late(case)]
        for half in (by_lateness[:4], by_lateness[-4:])
    )
    assert 1.2 < share(tardy) / share(punctual) < 2


def test_a_month_that_nobody_was_given_a_case_in_is_no_trouble(crowded_ground):
    just_begun = Plan(cases=300, seed=7, today=date(2026, 6, 2))
    rows = [
        dict(zip(COLUMNS, row, strict=True)) for batch in cases(just_begun, crowded_ground) for row in batch
    ]
    last = [case for case in rows if case["reported_at"] >= "2026-05-31 16:00:00"]
    assert last
    assert {case["stage"] for case in last} <= {"reported", "accepted"}
    assert {case["returned_count"] for case in last} == {0}
