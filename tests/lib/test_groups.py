"""Kinds of centers by their codes, as the divisions of the field number them."""

from __future__ import annotations

import pytest

from db.models.account import Role
from db.models.center import Center, Level
from lib.centers.groups import GROUP_WORDS, Group, group_of
from lib.centers.queries import centers_below
from tests import makers
from tests.makers import CITY, COUNTY, TODAY, TOWN, VILLAGE


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("620102", Group.COUNTY), ("620123", Group.COUNTY), ("620171", Group.ZONE), ("620180", Group.ZONE),
        ("371181", Group.COUNTY), ("620170", Group.COUNTY), ("620102001", Group.STREET),
        ("620102099", Group.STREET), ("620122100", Group.TOWN), ("620122199", Group.TOWN),
        ("620122200", Group.TOWNSHIP), ("620122399", Group.TOWNSHIP), ("620171400", Group.SPECIAL),
        ("620102001001", Group.RESIDENTS), ("620102001199", Group.RESIDENTS),
        ("620122100200", Group.VILLAGERS), ("620122100399", Group.VILLAGERS), ("620122100400", Group.OTHER),
        ("620171400598", Group.OTHER), ("6201", Group.OTHER),
    ],
)  # fmt: skip
def test_a_code_says_the_kind(code: str, group: Group) -> None:
    assert group_of(code) is group


def test_every_kind_has_words() -> None:
    assert set(GROUP_WORDS) == set(Group)


def test_the_centers_of_a_level_are_the_living_ones_below(database: str) -> None:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.get_one(Center, VILLAGE).ended_on = TODAY
    with makers.eyes(database, makers.viewer_for_role(Role.VIEWER, COUNTY)) as session:
        towns = centers_below(session, COUNTY, Level.TOWN)
        assert [town.code for town in towns] == [COUNTY + serial for serial in makers.SERIALS]
        villages = [one.code for one in centers_below(session, TOWN, Level.VILLAGE)]
        assert villages == [TOWN + serial for serial in makers.SERIALS if TOWN + serial != VILLAGE]
        assert len(centers_below(session, COUNTY, Level.VILLAGE)) == 8
        assert [one.code for one in centers_below(session, COUNTY, Level.COUNTY)] == [COUNTY]
        for elsewhere in (CITY, "739901", "nowhere", ""):
            assert centers_below(session, elsewhere, Level.TOWN) == ()
