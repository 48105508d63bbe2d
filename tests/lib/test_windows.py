"""Service windows: what their visitors said becomes a satisfaction, and a ranking."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.models.account import Role
from db.models.assessment import AssessedUnit, SchemeState, SchemeVersion
from db.models.indicator import Satisfied
from db.models.window import ServiceWindow, WindowRating
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.assessment.commands import compute
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.metrics.variant import Variant
from lib.schemes.commands import draft_scheme, move_draft
from lib.schemes.templates import Template, definition
from lib.windows.commands import close_window, enter_ratings, open_window
from lib.windows.queries import windows_of
from lib.windows.steps import measured
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)


@pytest.fixture
def city(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(code: str = COUNTY, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def opened(code: str, name: str, **counts: int) -> int:
    with acting(person(code)) as session:
        key = open_window(session, code, name)
        if counts:
            enter_ratings(session, key, JUNE, counts, None)
    return key


@pytest.mark.parametrize(("satisfied", "expected"), [(Satisfied.SATISFIED, 80), (Satisfied.BASICALLY, 90)])
def test_satisfaction_counts_as_the_variant_says(satisfied, expected):
    counts = {"very_satisfied": 5, "satisfied": 3, "basically": 1, "dissatisfied": 1, "very_dissatisfied": 0}
    found = measured(7, counts, Variant(satisfied=satisfied))
    assert found["satisfaction"].value == Decimal(expected)
    assert (found["rated"].key, found["rated"].value) == ("7", Decimal(10))


def test_a_window_is_rated_by_its_own_people_and_seen_from_above(city):
    key = opened(COUNTY, "民政窗口", very_satisfied=9, dissatisfied=1)
    for viewer in (person(), person(CITY, Role.LEADER)):
        with makers.eyes(city, viewer) as session:
            [row] = windows_of(session, CITY, JUNE)
            assert (row.name, row.satisfaction.value, row.seen) == ("民政窗口", Decimal(90), 1)
    stranger = person("739901")
    with makers.eyes(city, stranger) as session:
        assert windows_of(session, CITY, JUNE) == ()
    with pytest.raises(NotFound), acting(stranger) as session:
        enter_ratings(session, key, JUNE, {"satisfied": 1}, 1)
    with pytest.raises(NotFound), acting(stranger) as session:
        open_window(session, COUNTY, "别人的")
    with pytest.raises(NotAllowed), acting(person(role=Role.VIEWER)) as session:
        open_window(session, COUNTY, "只读")


@pytest.mark.parametrize(
    "counts",
    [{"satisfied": -1}, {"satisfied": 1.5}, {"satisfied": True}, {"nothing": 1}, {"satisfied": 10**9}],
)
def test_what_is_no_number_of_visitors_is_refused(city, counts):
    key = opened(COUNTY, "民政窗口", satisfied=2)
    with pytest.raises(BadInput), acting(person()) as session:
        enter_ratings(session, key, JUNE, counts, 1)
    with makers.eyes(city, person()) as session:
        assert windows_of(session, COUNTY, JUNE)[0].counts["satisfied"] == 2


def test_the_second_of_two_people_is_told(city):
    key = opened(COUNTY, "民政窗口", satisfied=2)
    with acting(person()) as session:
        enter_ratings(session, key, JUNE, {"satisfied": 3}, 1)
    for seen in (None, 1):
        with pytest.raises(Conflict), acting(person()) as session:
            enter_ratings(session, key, JUNE, {"satisfied": 4}, seen)
    with pytest.raises(BadInput), acting(person()) as session:
        enter_ratings(session, key, date(2026, 7, 1), {"satisfied": 4}, None)
    with pytest.raises(BadInput), acting(person()) as session:
        open_window(session, COUNTY, " 民政窗口 ")


def test_a_closed_window_leaves_the_months_after(city):
    key = opened(COUNTY, "民政窗口")
    with acting(person()) as session:
        close_window(session, key)
    with pytest.raises(BadInput), acting(person()) as session:
        close_window(session, key)
    with makers.eyes(city, person()) as session:
        assert len(windows_of(session, COUNTY, JUNE)) == 1
        assert windows_of(session, COUNTY, date(2026, 7, 1)) == ()
        assert windows_of(session, COUNTY, date(2026, 5, 1)) == ()  # not yet open


def test_windows_rank_by_the_satisfaction_of_their_visitors(city):
    with makers.everything(city) as session:
        for code, name, good, bad in (
            (COUNTY, "甲", 90, 10), (COUNTY, "乙", 98, 2), ("739901", "丙", 90, 10), ("739901", "丁", 0, 0),
        ):  # fmt: skip
            window = ServiceWindow(center_code=code, name=name, opened_on=MAY)
            session.add(window)
            session.flush()
            if good:
                enter = {"satisfied": good, "dissatisfied": bad}
                session.add(
                    WindowRating(window_id=window.id, center_code=code, month=MAY, entered_by="x",
                                 entered_at=MOMENT, **enter)
                )  # fmt: skip
    one = makers.viewer_for_role(Role.LEADER, CITY)
    other = makers.viewer_for_role(Role.CENTER_DIRECTOR, CITY, account_id=None)
    said = definition(Template.WINDOWS)
    with acting(one) as session:
        draft = draft_scheme(session, CITY, said, MAY)
        move_draft(session, draft, "propose", "试行", 1)
    with makers.everything(city) as session:
        row = session.get(SchemeVersion, draft)
        row.state, row.decided_by, row.decided_at = SchemeState.IN_FORCE, other.name, MOMENT
        scheme_id = row.scheme_id
    with acting(one) as session:
        key = compute(session, scheme_id, MAY)
    with makers.everything(city) as session:
        units = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == key)).all()
        assert {unit.name[-1]: (unit.rank, unit.total) for unit in units} == {
            "乙": (1, 10_000), "甲": (2, 9_000), "丙": (2, 9_000), "丁": (None, None),
        }  # fmt: skip
        assert {unit.name for unit in units} >= {f"中心{COUNTY}甲", "中心739901丙"}
