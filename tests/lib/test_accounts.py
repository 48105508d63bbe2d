"""What an administrator may do to accounts, and where their reach ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models.account import Account, AccountArea, AreaRelation, Role
from lib.access import commands
from lib.access.sessions import forget_old
from lib.access.work import acting
from lib.errors import BadInput, NotAllowed, NotFound
from tests import makers

SIBLING = "739901"


@pytest.fixture
def county(database):
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add(makers.account(Role.LEADER, makers.COUNTY, username="person"))
        session.flush()
    return database


def account_id(url: str) -> int:
    with makers.everything(url) as session:
        return session.scalars(select(Account.id).where(Account.username == "person")).one()


def administrator(center_code: str = makers.COUNTY):
    return acting(makers.viewer_for_role(Role.SYSTEM_ADMINISTRATOR, center_code))


@pytest.mark.parametrize(
    "act",
    [
        lambda s, i: commands.reset_password(s, i),
        lambda s, i: commands.change_role(s, i, Role.VIEWER),
        lambda s, i: commands.disable_account(s, i, "left"),
        lambda s, i: commands.end_all_sessions(s, i),
        lambda s, i: commands.add_area(s, i, makers.TOWN, AreaRelation.ACTING, "paper 3"),
    ],
)
def test_an_account_that_reaches_further_is_for_a_higher_administrator(county, act):
    """Whoever gives an account a password can become it, with all that it sees."""
    person = account_id(county)
    with makers.everything(county) as session:
        session.add(makers.area(person, SIBLING))
    with administrator() as session, pytest.raises(NotAllowed, match="上级"):
        act(session, person)
    with administrator(makers.CITY) as session:
        act(session, person)


def test_an_area_that_ran_out_can_be_given_again(county):
    person = account_id(county)
    with makers.everything(county) as session:
        old = makers.area(person, makers.TOWN)
        old.since, old.until = old.since - timedelta(days=90), old.since - timedelta(days=30)
        session.add(old)
    with administrator() as session:
        commands.add_area(session, person, makers.TOWN, AreaRelation.IN_CHARGE, "paper 4")
    with makers.everything(county) as session:
        (area,) = session.scalars(select(AccountArea).where(AccountArea.account_id == person)).all()
        assert (area.relation, area.reason, area.until) == (AreaRelation.IN_CHARGE, "paper 4", None)
    with administrator() as session, pytest.raises(BadInput, match="已经有"):
        commands.add_area(session, person, makers.TOWN, AreaRelation.IN_CHARGE, "paper 5")


def test_a_name_is_taken_once_and_a_foreign_center_is_not_there(county):
    with administrator() as session:
        first = commands.create_account(session, "New.Person", "新人", Role.DUTY_OFFICER, makers.TOWN)
        assert len(first) == 19
    with administrator() as session, pytest.raises(BadInput, match="已经有人使用"):
        commands.create_account(session, "new.person", "新人", Role.DUTY_OFFICER, makers.TOWN)
    with administrator() as session, pytest.raises(NotFound):
        commands.create_account(session, "other.person", "新人", Role.DUTY_OFFICER, SIBLING)


def test_what_is_long_over_is_forgotten(county):
    forget_old()
    with makers.everything(county) as session:
        assert session.scalars(select(Account.username)).all()
