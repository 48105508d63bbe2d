"""Reports of the same matter are linked to the first one, and nothing is moved for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from db.models.case import Case
from lib.access.work import system_reading
from seed.cases import COLUMNS, cases
from seed.categories import categories
from seed.outcomes import DAY
from seed.repeats import COMES_BACK, nothing_yet, repeats
from seed.rhythm import Month
from tests.seed.conftest import CROWDED


def pair(case):
    return case["grid_id"], case["category_code"]


def share(found):
    return sum(case["repeat_of_id"] is not None for case in found) / len(found)


def moment(case):
    return datetime.fromisoformat(case["reported_at"])


def test_every_repeat_is_linked_to_the_last_first_report_of_its_matter(crowded):
    first = {}
    for case in crowded:  # oldest first
        if case["repeat_of_id"] is None:
            first[pair(case)] = case
            continue
        told = first[pair(case)]
        assert case["repeat_of_id"] == told["id"] < case["id"]
        assert case["grid_id"] is not None
        assert timedelta(0) < moment(case) - moment(told) <= timedelta(days=30)
        assert case["source"] != "court"


def test_three_in_a_hundred_repeat_and_some_of_them_in_the_next_month(crowded):
    number = {case["id"]: case for case in crowded}
    again = [case for case in crowded if case["repeat_of_id"]]
    assert 0.025 < share(crowded) < 0.035
    elsewhen = sum(moment(case).month != moment(number[case["repeat_of_id"]]).month for case in again)
    assert 0.2 < elsewhen / len(again) < 0.6


def test_a_few_places_never_get_rid_of_a_matter(crowded):
    often = Counter(pair(case) for case in crowded if case["grid_id"])
    again = Counter(pair(case) for case in crowded if case["repeat_of_id"])
    shares = sorted(again[spot] / count for spot, count in often.items() if count >= 20)
    assert len(shares) > 100
    assert shares[len(shares) // 2] < 0.05
    assert shares[-1] > 0.5


def test_what_is_cleared_away_and_there_again_comes_back_more_often(crowded):
    shares = {
        often: share([case for case in crowded if (case["category_code"] in COMES_BACK) is often])
        for often in (True, False)
    }
    assert shares[True] > 3 * shares[False]
    assert {kind.code for kind in categories()} >= set(COMES_BACK)


def test_one_that_comes_too_late_for_the_first_report_is_a_first_report_itself():
    days = np.array([0, 0, 10, 29, 31, 45, 62, 93])
    count = 300  # so many that all that may repeat do; the others have no grid
    reported = np.concatenate([days * DAY, np.full(count - len(days), 93 * DAY)])
    nothing = np.zeros(count, dtype=np.int64)
    month = Month(0, 1, nothing, nothing, reported, nothing, nothing)
    pair = np.where(np.arange(count) < len(days), 0, -1)
    repeat_of, later = repeats(CROWDED, month, np.ones(1), pair, nothing, nothing_yet())
    assert repeat_of[: len(days)].tolist() == [-1, -1, 2, 2, -1, 5, -1, -1]
    assert set(repeat_of[len(days) :].tolist()) == {-1}
    assert later.id.tolist() == [8]  # day 62 is more than thirty days ago


def test_nothing_else_moves_when_other_places_are_hot(crowded, crowded_ground):
    other = replace(crowded_ground, hot=np.ones_like(crowded_ground.hot))
    moved = Counter()
    rows = (dict(zip(COLUMNS, row, strict=True)) for batch in cases(CROWDED, other) for row in batch)
    for one, two in zip(crowded, rows, strict=True):
        moved.update(name for name in COLUMNS if one[name] != two[name])
    assert set(moved) == {"repeat_of_id"}


def test_links_hold_in_the_database_too(filled):
    told = aliased(Case)
    with system_reading() as session:
        linked = session.execute(
            select(Case, told).join(told, told.id == Case.repeat_of_id).order_by(Case.id)
        ).all()
        assert len(linked) == session.scalar(select(func.count(Case.repeat_of_id))) > 0
    for case, first in linked:
        assert first.repeat_of_id is None
        assert (first.grid_id, first.category_code) == (case.grid_id, case.category_code)
        assert timedelta(0) < case.reported_at - first.reported_at <= timedelta(days=30)
