"""One case's card, cases by their ids, and which order of moments cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.case import Case, CaseCategory
from db.models.grid import Grid
from lib.cases.queries import RATING_WORDS, REPEATS_SHOWN, Kind, case_card, cases_by_id, find_cases
from lib.cases.sequence import ACCEPTED, CLOSED, RATED, REPORTED, impossible_order
from lib.errors import NotAllowed, NotFound
from lib.i18n import speaking
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TOWN, VILLAGE

OTHER_VILLAGE = "739901001001"
DIRECTOR = makers.viewer_for_role(Role.CENTER_DIRECTOR, COUNTY)
OF_CITY = makers.viewer_for_role(Role.LEADER, CITY)


def planted(url: str, *cases: Case) -> list[int]:
    makers.plant_small(url)
    with makers.everything(url) as session:
        session.add_all(cases)
        session.flush()
        return [one.id for one in cases]


def refusal(url: str, viewer, case_id: int) -> str:
    with makers.eyes(url, viewer) as session, pytest.raises(NotFound) as told:
        case_card(session, case_id)
    return told.value.sentence


def test_a_card_says_all_that_is_known(database):
    (number,) = planted(
        database,
        makers.case(VILLAGE, closed_at=MOMENT - timedelta(hours=2), rating=4, suspended=True),
    )
    with makers.everything(database) as session:
        session.add(CaseCategory(code="A", center_code=CITY, name="一组", name_en="Group one"))
        case = session.get_one(Case, number)
        case.accepted_at = MOMENT - timedelta(days=2)
        case.grid_id = session.scalars(select(Grid.id).where(Grid.center_code == VILLAGE)).one()
        case.rework_count, case.returned_count = 1, 2
        office = makers.department(COUNTY)
        session.add(office)
        session.flush()
        case.department_id = office.id
    with makers.eyes(database, DIRECTOR) as session:
        card = case_card(session, number)
        assert cases_by_id(session, (number,)) == [card.row]
        with speaking("en"):
            assert case_card(session, number).category_group == "Group one"
    assert card.row.title == f"事件{VILLAGE}"
    assert card.row.grid_code == VILLAGE + "001"
    assert card.row.department == f"局{COUNTY}"
    assert card.detail == f"详情{VILLAGE}"
    assert card.origin == "tests"
    assert [center.code for center in card.path] == [COUNTY, TOWN, VILLAGE]
    assert [center.name for center in card.path] == [f"中心{c}" for c in (COUNTY, TOWN, VILLAGE)]
    assert (card.category_group, card.row.category) == ("一组", f"类{CITY}")
    assert card.row.reported_at == MOMENT - timedelta(days=3)
    assert card.accepted_at == MOMENT - timedelta(days=2)
    assert card.row.closed_at == MOMENT - timedelta(hours=2)
    assert (card.rating, card.rated_at) == (4, MOMENT - timedelta(hours=1))
    assert (card.rework_count, card.returned_count, card.row.suspended) == (1, 2, True)
    assert (card.repeats, card.repeated_by, card.repeated_count) == (None, (), 0)


def test_the_path_begins_where_the_viewer_does(database):
    (number,) = planted(database, makers.case(VILLAGE))
    for viewer, expected in (
        (OF_CITY, [CITY, COUNTY, TOWN, VILLAGE]),
        (makers.viewer_for_role(Role.DUTY_OFFICER, VILLAGE), [VILLAGE]),
    ):
        with makers.eyes(database, viewer) as session:
            assert [center.code for center in case_card(session, number).path] == expected


def test_a_foreign_case_and_no_case_get_one_answer(database):
    own, foreign = planted(database, makers.case(VILLAGE), makers.case(OTHER_VILLAGE))
    assert refusal(database, DIRECTOR, foreign) == refusal(database, DIRECTOR, 987_654)
    assert (
        refusal(database, DIRECTOR, 0)
        == refusal(database, DIRECTOR, 10**17)
        == refusal(database, makers.viewer_for_role(Role.LEADER, "739901"), own)
    )
    with makers.eyes(database, OF_CITY) as session:
        assert case_card(session, foreign).row.id == foreign


def test_a_department_opens_what_was_given_to_it(database):
    given_to_it, given_to_nobody, given_to_another = planted(
        database, makers.case(VILLAGE), makers.case(VILLAGE), makers.case(VILLAGE)
    )
    with makers.everything(database) as session:
        housing, health = makers.department(COUNTY), makers.department(COUNTY, "health")
        session.add_all([housing, health])
        session.flush()
        session.get_one(Case, given_to_it).department_id = housing.id
        session.get_one(Case, given_to_another).department_id = health.id
        session.get_one(Case, given_to_another).repeat_of_id = given_to_it
        session.get_one(Case, given_to_it).repeat_of_id = given_to_nobody
    handler = makers.viewer_for_role(Role.DEPARTMENT_HANDLER, COUNTY, department_id=housing.id)
    with makers.eyes(database, handler) as session:
        card = case_card(session, given_to_it)
        assert (card.repeats, card.repeated_by, card.repeated_count) == (None, (), 0)
        ids = (given_to_another, given_to_it, given_to_nobody)
        assert [row.id for row in cases_by_id(session, ids)] == [given_to_it]
    for hidden in (given_to_another, given_to_nobody):
        assert refusal(database, handler, hidden) == refusal(database, handler, 987_654)


def test_who_reads_no_cases_gets_none(database):
    (number,) = planted(database, makers.case(VILLAGE))
    for role in (Role.VIEWER, Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_AUDITOR):
        with makers.eyes(database, makers.viewer_for_role(role, COUNTY)) as session:
            with pytest.raises(NotAllowed):
                case_card(session, number)
            with pytest.raises(NotAllowed):
                cases_by_id(session, (number,))


def test_repeats_are_shown_as_far_as_they_are_ones_own(database):
    many = REPEATS_SHOWN + 3
    near = [makers.case(VILLAGE, reported_at=MOMENT - timedelta(hours=n)) for n in range(many)]
    first, far, *again = planted(database, makers.case(VILLAGE), makers.case(OTHER_VILLAGE), *near)
    with makers.everything(database) as session:
        for number in (far, *again):
            session.get_one(Case, number).repeat_of_id = first
    with makers.eyes(database, DIRECTOR) as session:
        card = case_card(session, first)
        last = case_card(session, again[-1])
    assert card.repeated_count == many
    assert [row.id for row in card.repeated_by] == again[::-1][:REPEATS_SHOWN]  # the earliest first
    assert card.repeats is None
    assert last.repeats is not None
    assert (last.repeats.id, last.repeats.number) == (first, card.row.number)
    assert (last.repeated_by, last.repeated_count) == ((), 0)
    with makers.eyes(database, OF_CITY) as session:
        assert case_card(session, first).repeated_count == many + 1
    with makers.eyes(database, makers.viewer_for_role(Role.LEADER, "739901")) as session:
        assert case_card(session, far).repeats is None


def test_cases_come_in_the_order_asked_for(database):
    ids = planted(database, *(makers.case(c) for c in (VILLAGE, OTHER_VILLAGE, TOWN, VILLAGE, COUNTY)))
    asked = (ids[3], 987_654, ids[1], ids[0], ids[4], ids[2])
    with makers.eyes(database, DIRECTOR) as session:
        found = cases_by_id(session, asked)
        assert [row.id for row in found] == [ids[3], ids[0], ids[4], ids[2]]
        assert cases_by_id(session, ()) == []
        listed = find_cases(session, COUNTY, Kind.ALL, MOMENT, MOMENT)
        assert sorted(listed, key=lambda row: row.id) == sorted(found, key=lambda row: row.id)


def test_every_step_of_the_rating_has_words():
    assert list(RATING_WORDS) == [5, 4, 3, 2, 1]
    assert len(set(RATING_WORDS.values())) == 5


BASE = datetime(2026, 6, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 5).map(lambda days: BASE + timedelta(days=days))


@given(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, st.booleans())
def test_an_order_is_impossible_when_it_goes_backward(reported, accepted, closed, rated, reworked):
    found = impossible_order(reported, accepted, closed, rated, reworked)
    known = {REPORTED: reported, ACCEPTED: accepted, CLOSED: closed, RATED: rated}
    assert all(known[step] < known[earlier] for step, earlier in found)
    assert ((CLOSED, REPORTED) in found) == (closed is not None and closed < reported)
    in_order = [m for m in (reported, accepted, closed, rated) if m is not None]
    if in_order == sorted(in_order):
        assert found == ()
    elif accepted is None and not reworked:
        assert found


def test_a_reworked_case_may_be_rated_before_its_last_closing():
    day = timedelta(days=1)
    assert impossible_order(BASE, None, BASE + 2 * day, BASE + day, True) == ()
    assert impossible_order(BASE, None, BASE + 2 * day, BASE + day, False) == ((RATED, CLOSED),)
    assert impossible_order(BASE, None, None, BASE - day, True) == ((RATED, REPORTED),)
