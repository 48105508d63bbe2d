from datetime import UTC, date, datetime

import pytest

from seed.people import People, check_character
from seed.plan import Plan, shared_out

PLAN = Plan(cases=10, seed=7, today=date(2026, 6, 30))


def test_it_stands_still_at_five_in_the_afternoon_of_the_city():
    assert PLAN.stands_at == datetime(2026, 6, 30, 9, tzinfo=UTC)
    assert PLAN.first_day == date(2024, 6, 1)


@pytest.mark.parametrize(
    ("total", "weights", "least", "expected"),
    [
        (10, [1.0, 1.0, 1.0], 0, [4, 3, 3]),
        (10, [8.0, 1.0, 1.0], 1, [6, 2, 2]),
        (0, [1.0, 2.0], 0, [0, 0]),
        (3, [0.0, 1.0], 1, [1, 2]),
    ],
)
def test_shares_add_up(total, weights, least, expected):
    assert shared_out(total, weights, least) == expected
    assert sum(expected) == total


def test_each_subject_has_its_own_chance():
    assert PLAN.dice("grids").random() == PLAN.dice("grids").random()
    assert PLAN.dice("grids").random() != PLAN.dice("staff").random()
    assert PLAN.generator("texts", 1).random() != PLAN.generator("texts", 2).random()


def test_check_character_of_a_published_example():
    # The examples that GB 11643 itself prints.
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


def test_people_cannot_be_called_and_do_not_exist():
    people = People(PLAN.dice("people"))
    phones = [people.phone() for _ in range(500)]
    citizen_ids = [people.citizen_id() for _ in range(500)]
    assert len(set(phones)) == len(set(citizen_ids)) == 500
    assert all(len(phone) == 11 and phone.startswith("1003") for phone in phones)
    assert all(one.startswith("99") and one[17] == check_character(one[:17]) for one in citizen_ids)
