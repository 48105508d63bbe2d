"""People who may sign in, a clock to move, and a count of the passwords that are really checked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from db.models.account import Account, AccountState, Role
from lib import clock
from lib.access import passwords, sessions, sign_in
from lib.access.sign_in import Refused, SignedIn
from lib.access.viewer import Viewer
from tests import makers
from tests.makers import COUNTY, PASSWORD, TOWN

NOW = makers.MOMENT
NAME, OTHERS = "zhang.wei", "li.na"


class Hand:
    """The hand of a clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def hand() -> Iterator[Hand]:
    found = Hand()
    clock.set_source(lambda: found.now)
    yield found
    clock.set_source(None)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was really hashed and compared."""
    counted: list[str] = []
    hasher, lock = passwords._hasher(), threading.Lock()
    real = hasher.check_pw

    def counting(password: str, hashed: str) -> bool:
        with lock:
            counted.append(hashed)
        return bool(real(password, hashed))

    monkeypatch.setattr(hasher, "check_pw", counting)
    return counted


@pytest.fixture
def people(database: str, hand: Hand) -> str:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(
            [
                makers.account(Role.DUTY_OFFICER, TOWN, username=NAME),
                makers.account(Role.DUTY_OFFICER, TOWN, username=OTHERS),
                makers.account(Role.VIEWER, TOWN, username="gone", state=AccountState.DISABLED),
                makers.account(Role.VIEWER, TOWN, username="never", password_hash=None),
                makers.account(Role.SYSTEM_ADMINISTRATOR, COUNTY, username="admin"),
            ]
        )
    return database


def attempt(name: str = NAME, password: str = PASSWORD, address: str = "192.0.2.1") -> SignedIn | Refused:
    return sign_in.sign_in(name, password, address=address, browser="tests")


def get_in(name: str = NAME, password: str = PASSWORD, address: str = "192.0.2.1") -> SignedIn:
    found = attempt(name, password, address)
    assert isinstance(found, SignedIn), found
    return found


def viewer_behind(found: SignedIn) -> Viewer:
    viewer = sessions.viewer_for(sessions.hash_token(found.token))
    assert viewer is not None
    return viewer


def account_of(url: str, name: str) -> Account:
    with makers.everything(url) as session:
        return session.scalars(select(Account).where(Account.username == name)).one()


def administrator(url: str) -> Viewer:
    return makers.viewer_of_account(account_of(url, "admin"))
