"""Rules of staffing: which one holds where and since when, and what breaks it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.grid import Grid, GridSetting
from db.models.roster import PART_TIME_KINDS, PostRole, RuleKind, StaffingRule
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.roster.rules.commands import decide_rule
from lib.roster.rules.queries import breaches, count_breaches, count_if_decided, decisions, staffing_rules
from lib.roster.rules.rules import DEFAULTS, Rule, codes_over, nearest, rules_in_force
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

FULL_TIME, PER_PERSON, FOUR, HOUSEHOLDS = RuleKind
OTHER_COUNTY = "739901"
PAPER = "文〔2026〕1号"


@pytest.fixture
def city(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def director(code: str = COUNTY, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def decide(
    kind: RuleKind, least: int, most: int, code: str = COUNTY, *, watched: bool = True, refuses: bool = False,
    since: date = TODAY, reason: str = PAPER, seen: int | None = None, by: Viewer | None = None,
) -> int:  # fmt: skip
    with acting(by or director(code)) as session:
        return decide_rule(session, code, kind, least, most, watched, refuses, since, reason, seen)


def staff(url: str, *roles: PostRole, code: str = VILLAGE) -> int:
    with makers.everything(url) as session:
        grid = session.scalars(select(Grid).where(Grid.center_code == code)).one()
        held = [makers.gridworker(session, grid, role, f"人员{code}{role}") for role in roles]
        return held[0].person_id


def counts(url: str, code: str = COUNTY, day: date | None = None, viewer: Viewer | None = None) -> list[int]:
    with makers.eyes(url, viewer or director(code)) as session:
        return list(count_breaches(session, code, day).values())


def test_what_holds_where_nobody_has_decided(city):
    with makers.eyes(city, director()) as session:
        assert rules_in_force(session, VILLAGE, TODAY) == DEFAULTS
        assert {row.center_name for row in staffing_rules(session, COUNTY)} == {""}
    assert DEFAULTS[FULL_TIME].refuses
    assert not DEFAULTS[PER_PERSON].refuses
    # Every village has one urban grid with one household and nobody in it.
    assert counts(city) == [9, 0, 9, 9]
    assert counts(city, VILLAGE) == [1, 0, 1, 1]


def test_the_nearest_center_decides_from_its_day_on(city):
    decide(FULL_TIME, 0, 3, CITY, by=director(CITY, Role.LEADER))
    decide(FULL_TIME, 0, 2, TOWN, since=TODAY + timedelta(days=1))
    with makers.eyes(city, director()) as session:
        assert rules_in_force(session, VILLAGE, TODAY)[FULL_TIME].most == 3
        assert rules_in_force(session, VILLAGE, TODAY - timedelta(days=1))[FULL_TIME] == DEFAULTS[FULL_TIME]
        later = rules_in_force(session, VILLAGE, TODAY + timedelta(days=1))[FULL_TIME]
        assert (later.most, later.center_code) == (2, TOWN)
        assert rules_in_force(session, COUNTY, TODAY + timedelta(days=9))[FULL_TIME].center_code == CITY
        assert [row.center_name for row in staffing_rules(session, COUNTY)] == [f"中心{CITY}", "", "", ""]
        found = decisions(session, COUNTY)
        assert [(one.center_code, one.holds) for one in found] == [(TOWN, False), (CITY, True)]


def test_a_later_decision_takes_the_place_of_the_one_before_and_both_stay(city):
    first = decide(HOUSEHOLDS, 200, 600)
    with pytest.raises(Conflict):
        decide(HOUSEHOLDS, 100, 700)
    decide(HOUSEHOLDS, 0, 700, seen=first)
    with makers.eyes(city, director()) as session:
        assert rules_in_force(session, COUNTY, TODAY)[HOUSEHOLDS].most == 700
        assert [(one.most, one.holds) for one in decisions(session, COUNTY)] == [(700, True), (600, False)]
        assert count_breaches(session, COUNTY)[HOUSEHOLDS] == 0
    with makers.everything(city) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.event == "staffing rule decided").order_by(AuditEntry.seq)
        ).all()
        assert [entry.subject for entry in entries] == [f"center {COUNTY}"] * 2
        assert '"most":600' in str(entries[0].after)


@pytest.mark.parametrize(
    ("kind", "fixed"),
    [
        (FULL_TIME, {"least": 2, "most": 1}),
        (FULL_TIME, {"least": -1}),
        (FULL_TIME, {"most": 10**9}),
        (FOUR, {"most": 5}),
        (FULL_TIME, {"least": True}),
        (FULL_TIME, {"reason": " "}),
        (HOUSEHOLDS, {"refuses": True}),
        (FULL_TIME, {"watched": False, "refuses": True}),
        (FULL_TIME, {"since": date(1900, 1, 1)}),
    ],
)
def test_what_is_no_rule_is_refused(city, kind, fixed):
    with pytest.raises(BadInput):
        decide(kind, **{"least": 1, "most": 1, **fixed})
    with makers.everything(city) as session:
        assert session.scalars(select(StaffingRule)).all() == []


def test_a_rule_is_decided_for_ones_own_center(city):
    for code in (OTHER_COUNTY, CITY, "739803"):
        with pytest.raises(NotFound):
            decide(FULL_TIME, 1, 2, code, by=director())
    for role in (Role.VIEWER, Role.GRIDWORKER_MANAGER, Role.DUTY_OFFICER):
        with pytest.raises(NotAllowed):
            decide(FULL_TIME, 1, 2, by=director(role=role))


def test_each_grid_is_held_against_the_rule_of_its_own_center(city):
    """Counties differ, and so do towns in them."""
    decide(HOUSEHOLDS, 0, 500)
    decide(HOUSEHOLDS, 5, 500, TOWN)
    decide(HOUSEHOLDS, 0, 500, VILLAGE)
    city_leader = director(CITY, Role.LEADER)
    # Two other villages of the town, and the nine of each of the two other counties.
    assert counts(city, CITY, viewer=city_leader)[3] == 2 + 18
    assert counts(city)[3] == 2
    decide(HOUSEHOLDS, 5, 500, TOWN, watched=False, seen=2)
    assert counts(city)[3] == 0
    with makers.eyes(city, director()) as session:
        assert count_if_decided(session, COUNTY, HOUSEHOLDS, 9, 500) == 6 + 0
        assert count_if_decided(session, TOWN, HOUSEHOLDS, 9, 500) == 2
        assert count_if_decided(session, COUNTY, HOUSEHOLDS, 0, 500) == 0


def test_who_works_and_who_stands_in(city):
    person = staff(city, PostRole.FULL_TIME, *PART_TIME_KINDS)
    assert counts(city, VILLAGE) == [0, 0, 0, 1]
    assert counts(city, VILLAGE, TODAY - timedelta(days=1)) == [1, 0, 1, 1]
    second = staff(city, PostRole.FULL_TIME)
    assert counts(city, VILLAGE)[0] == 1  # two are more than one
    with makers.everything(city) as session:
        grids = session.scalars(select(Grid).where(Grid.center_code.startswith(TOWN))).all()
        held_by = session.get(makers.Person, second)
        held_by.center_code = TOWN
        other = next(grid for grid in grids if grid.center_code != VILLAGE)
        session.add(makers.post(other, held_by))
    assert counts(city) == [8, 1, 8, 9]
    with makers.eyes(city, director()) as session:
        [row] = breaches(session, COUNTY, kind=PER_PERSON).rows
        assert (row.person_id, row.number) == (second, 2)
        assert row.sentence.count("网格7399") == 2
        assert "不超过" not in row.sentence
        assert person != second
    with makers.eyes(city, director(role=Role.VIEWER)) as session:
        [row] = breaches(session, COUNTY, kind=PER_PERSON).rows
        assert (row.person_id, row.person_name) == (None, "人**")
        assert "人员" not in row.sentence
    with makers.everything(city) as session:
        covering = session.scalars(select(makers.Post).where(makers.Post.person_id == second)).all()
        covering[-1].covers_id = covering[0].id
    assert counts(city)[1] == 0


def test_one_four_x_is_for_urban_grids_and_names_what_is_missing(city):
    staff(city, PostRole.FULL_TIME, PostRole.POLICE, PostRole.PROPERTY_STAFF)
    with makers.eyes(city, director(VILLAGE)) as session:
        [row] = breaches(session, VILLAGE, kind=FOUR).rows
        assert row.number == 2
        assert "社区专干" in row.sentence
        assert "新就业群体党员" in row.sentence
        assert "警" not in row.sentence
    with makers.everything(city) as session:
        session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).one().setting = GridSetting.RURAL
    assert counts(city, VILLAGE) == [0, 0, 0, 1]


def test_pages_of_breaches_go_through_all_kinds_once(city):
    with makers.eyes(city, director()) as session:
        pages = [breaches(session, COUNTY, page=number, page_size=4) for number in range(1, 8)]
        assert {page.total for page in pages} == {27}
        seen = [(row.kind, row.grid_code) for page in pages for row in page.rows]
        assert len(seen) == len(set(seen)) == 27
        assert breaches(session, COUNTY, page=99, page_size=4).rows == pages[-1].rows
    stranger = director(OTHER_COUNTY)
    with makers.eyes(city, stranger) as session:
        assert breaches(session, COUNTY).total == 0
        assert decisions(session, COUNTY) == ()


@settings(max_examples=300, deadline=None)
@given(
    st.sets(st.sampled_from(["", "7399", "739902", "739902001", "739902001001", "739901"])),
    st.sampled_from(["7399", "739902", "739902001", "739902001001", "739901002"]),
)
def test_the_longest_code_that_begins_a_center_decides(codes, center):
    decided = {code: Rule(FULL_TIME, 0, len(code), True, False, code) for code in {*codes, ""}}
    found = nearest(decided, center)
    assert center.startswith(found.center_code)
    assert len(found.center_code) == max(len(code) for code in decided if center.startswith(code))
    assert all(center.startswith(code) for code in codes_over(center))
    assert codes_over(center)[0] == center
