"""Who may take a change of the roster back, and what is shown of numbers and names to whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from db.models.account import Role
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.roster import Person, RuleKind
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import NotAllowed
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines, undo_lines
from lib.roster.people.queries import person_card
from lib.roster.rules.queries import breaches
from tests import makers
from tests.makers import COUNTY, MOMENT, TOWN, VILLAGE

TYPED = {"name": "王小明", "role": "其他力量", "grid": f"{VILLAGE}001", "phone": "13800138000"}


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def made(city: str, who: Viewer) -> int:
    with acting(who) as session:
        return save_lines(session, ChangeSetKind.IMPORT, "表", [LineChange(None, TYPED)])


def account(city: str, code: str, name: str) -> Viewer:
    with makers.everything(city) as session:
        one = makers.account(Role.CENTER_DIRECTOR, code, username=name)
        session.add(one)
        session.flush()
        return makers.viewer_of_account(one)


def test_who_did_it_and_their_own_center_take_it_back_and_nobody_else(city: str) -> None:
    did, beside, above = (
        account(city, code, name) for code, name in ((TOWN, "did"), (TOWN, "beside"), (COUNTY, "above"))
    )
    first = made(city, did)
    with pytest.raises(NotAllowed), acting(above) as session:
        undo_lines(session, first)
    with acting(beside) as session:
        assert undo_lines(session, first) > 0
    second = made(city, did)
    with acting(did) as session:
        assert undo_lines(session, second) > 0


def test_a_card_shows_a_phone_in_part_whoever_looks(city: str) -> None:
    made(city, makers.viewer_for_role(Role.CENTER_DIRECTOR, TOWN))
    with makers.everything(city) as session:
        key = session.scalars(select(Person.id)).one()
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, COUNTY)) as session:
        assert person_card(session, key).phone == "138****8000"


def test_who_breaks_a_rule_is_named_in_full_to_readers_of_the_roster_alone(city: str) -> None:
    with makers.everything(city) as session:
        one, two = session.scalars(select(Grid).where(Grid.code.startswith(TOWN)).order_by(Grid.code)).all()[
            :2
        ]
        held = makers.gridworker(session, one, name="王小明")
        person = session.get_one(Person, held.person_id)
        session.add(makers.post(two, person))
    told = {}
    for role in (Role.LEADER, Role.VIEWER):
        with makers.eyes(city, makers.viewer_for_role(role, TOWN)) as session:
            found = breaches(session, TOWN, kind=RuleKind.GRIDS_PER_PERSON)
            told[role] = [(row.person_name, row.person_id is None) for row in found.rows]
    assert told == {Role.LEADER: [("王小明", False)], Role.VIEWER: [("王**", True)]}
