"""A session that counts, and every way in which it ends."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from db.engine import close_engine
from db.models.account import Account, AccountArea, AccountState, Role, SignInSession
from db.models.department import Department
from lib.access import commands, sessions, sign_in
from lib.access.queries import account_card, own_sessions
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system
from lib.errors import NotFound
from lib.settings import settings
from tests import makers
from tests.lib.signing_in import NAME, OTHERS, account_of, administrator
from tests.makers import COUNTY, TOWN


def begin(url: str, name: str = NAME, browser: str = "tests") -> str:
    """A session without the quarter of a second for its password."""
    with system() as session:
        account = session.scalars(select(Account).where(Account.username == name)).one()
        return sessions.begin(session, account, "192.0.2.1", browser)


def counts(token: str) -> bool:
    """The gate's look-up and the page's agree at every moment."""
    identity, viewer = sessions.identify(token), sessions.viewer_for(sessions.hash_token(token))
    assert (identity is None) == (viewer is None)
    return identity is not None


def test_it_ends_when_nobody_does_anything(people, hand):
    for _person in range(20):
        token = begin(people)
        hand.forward(minutes=settings().idle_minutes, seconds=-60)
        assert counts(token)
        hand.forward(seconds=120)
        assert not counts(token)


def test_use_keeps_it_open_but_not_for_ever(people, hand):
    token = begin(people)
    began = hand.now
    while hand.now + timedelta(minutes=20) < began + timedelta(hours=settings().session_hours):
        hand.forward(minutes=20)
        assert counts(token)
        sessions.keep_alive(sessions.hash_token(token))
    hand.now = began + timedelta(hours=settings().session_hours, seconds=-60)
    assert counts(token)
    sessions.keep_alive(sessions.hash_token(token))
    hand.forward(seconds=120)
    assert not counts(token)


def test_use_is_written_at_most_once_a_minute(people, hand):
    token = begin(people)

    def seen() -> Any:
        with makers.everything(people) as session:
            return session.scalars(select(SignInSession.seen_at)).one()

    first = hand.now
    for _click in range(60):
        hand.forward(seconds=1)
        sessions.keep_alive(sessions.hash_token(token))
        assert seen() == first
    hand.forward(seconds=1)
    sessions.keep_alive(sessions.hash_token(token))
    assert seen() == hand.now


def test_watching_the_state_is_no_use(people, hand):
    token = begin(people)
    for _look in range(settings().idle_minutes * 2):
        hand.forward(seconds=29)
        sessions.identify(token)
    hand.forward(minutes=2)
    assert not counts(token)


def test_an_ended_session_is_not_brought_back_by_use(people, hand):
    token = begin(people)
    sign_in.sign_out(token)
    hand.forward(minutes=2)
    sessions.keep_alive(sessions.hash_token(token))
    assert not counts(token)


def test_signing_out_makes_the_token_worthless(people, hand):
    token, other = begin(people), begin(people)
    sign_in.sign_out(token)
    for _replay in range(100):
        assert sessions.identify(token) is None
    assert counts(other)
    sign_in.sign_out(token)  # again, and nothing happens
    sign_in.sign_out(None)
    sign_in.sign_out("never was one")
    assert counts(other)


def test_three_at_once_and_the_one_used_longest_ago_gives_way(people, hand):
    tokens = []
    for _device in range(3):
        tokens.append(begin(people))
        hand.forward(minutes=2)
    sessions.keep_alive(sessions.hash_token(tokens[0]))  # the oldest is in use
    hand.forward(minutes=2)
    tokens.append(begin(people))
    assert [counts(token) for token in tokens] == [True, False, True, True]
    begin(people, OTHERS)
    assert [counts(token) for token in tokens] == [True, False, True, True]


def _department(url: str) -> int:
    with makers.everything(url) as session:
        session.add(makers.department(TOWN))
        session.flush()
        return session.scalars(select(Department.id)).one()


def _an_area(url: str, account_id: int) -> int:
    with makers.everything(url) as session:
        session.add(makers.area(account_id, "739902002"))
        session.flush()
        return session.scalars(select(AccountArea.id)).one()


ENDING: dict[str, Callable[[Any, str, int], object]] = {
    "disabled": lambda s, url, n: commands.disable_account(s, n, "left"),
    "password reset": lambda s, url, n: commands.reset_password(s, n),
    "another role": lambda s, url, n: commands.change_role(s, n, Role.VIEWER),
    "another department": lambda s, url, n: commands.change_role(
        s, n, Role.DEPARTMENT_HANDLER, s.info["department"]
    ),
    "an area more": lambda s, url, n: commands.add_area(s, n, "739902002002", "acting", "文1号"),
    "an area less": lambda s, url, n: commands.remove_area(s, s.info["area"]),
    "ended by an administrator": lambda s, url, n: commands.end_all_sessions(s, n),
}


@pytest.mark.parametrize("way", ENDING)
def test_what_an_administrator_changes_counts_at_once(people, hand, way):
    target = account_of(people, NAME).id
    prepared = {"department": _department(people), "area": _an_area(people, target)}
    tokens, bystander = [begin(people), begin(people)], begin(people, OTHERS)
    assert all(map(counts, tokens))
    with acting(administrator(people)) as session:
        session.info.update(prepared)
        ENDING[way](session, people, target)
    assert not any(map(counts, tokens))
    assert counts(bystander)
    if way != "disabled":  # and the next session is a good one
        assert counts(begin(people))


def test_a_disabled_account_opens_nothing_even_with_a_fresh_session(people, hand):
    with makers.everything(people) as session:
        session.execute(update(Account).where(Account.username == NAME).values(state=AccountState.DISABLED))
    assert not counts(begin(people))


def test_a_session_of_an_older_account_counts_no_more(people, hand):
    """A later edition of the divisions moves accounts and says so by their generation alone."""
    token, bystander = begin(people), begin(people, OTHERS)
    with makers.everything(people) as session:
        session.scalars(select(Account).where(Account.username == NAME)).one().generation += 1
    assert not counts(token)
    assert counts(bystander)
    assert counts(begin(people))


def test_role_and_scope_are_read_anew_each_time(people, hand):
    token = begin(people)
    with makers.everything(people) as session:
        account = session.scalars(select(Account).where(Account.username == NAME)).one()
        account.role, account.center_code = Role.LEADER, COUNTY
        session.add(makers.area(account.id, "739999"))
    viewer = sessions.viewer_for(sessions.hash_token(token))
    assert viewer is not None
    assert (viewer.role, viewer.scope.prefixes) == (Role.LEADER, (COUNTY, "739999"))


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [(0, None, True), (-1, 0, True), (-9, -1, False), (1, None, False), (0, 0, True)],
)
def test_an_area_counts_from_its_first_day_to_its_last(people, hand, since, until, seen):
    with makers.everything(people) as session:
        account = session.scalars(select(Account).where(Account.username == NAME)).one()
        area = makers.area(account.id, "739999")
        area.since = makers.TODAY + timedelta(days=since)
        area.until = None if until is None else makers.TODAY + timedelta(days=until)
        session.add(area)
    viewer = sessions.viewer_for(sessions.hash_token(begin(people)))
    assert viewer is not None
    assert viewer.scope.covers("739999001") == seen
    assert viewer.scope.covers(TOWN)


def test_only_the_hash_of_the_token_is_kept(people, hand):
    token = begin(people)
    with makers.everything(people) as session:
        row = session.scalars(select(SignInSession)).one()
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert token not in repr(vars(row))
    assert sessions.identify(sessions.hash_token(token)) is None  # the hash opens nothing


@hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(token=st.one_of(st.none(), st.text(), st.text("0123456789abcdef", min_size=64, max_size=64)))
def test_no_other_token_opens_anything(people, token):
    assert sessions.identify(token) is None
    assert sessions.viewer_for(sessions.hash_token(token or "")) is None


def test_a_thousand_guessed_tokens_open_nothing(people, hand):
    begin(people)
    assert not any(sessions.identify(secrets.token_urlsafe(32)) for _guess in range(1000))


def test_people_see_and_end_their_own_sessions(people, hand):
    here, there, foreign = (
        begin(people, browser="here"),
        begin(people, browser="there"),
        begin(people, OTHERS),
    )
    viewer = sessions.viewer_for(sessions.hash_token(here))
    assert viewer is not None
    with reading(viewer) as session:
        own = {row.browser: row for row in own_sessions(session)}
    assert set(own) == {"here", "there"}
    assert own["here"].this_one
    assert not own["there"].this_one
    with acting(viewer) as session:
        commands.end_own_session(session, own["there"].mark)
    assert [counts(here), counts(there), counts(foreign)] == [True, False, True]
    for mark in (sessions.hash_token(foreign)[:16], own["there"].mark, "", own["here"].mark[:15], "%"):
        with pytest.raises(NotFound), acting(viewer) as session:
            commands.end_own_session(session, mark)
    assert counts(foreign)
    with reading(viewer) as session:
        assert {row.browser: row.counts for row in own_sessions(session)} == {"here": True, "there": False}


def test_an_administrator_sees_how_many_are_open_and_whether_it_is_locked(people, hand):
    target = account_of(people, NAME)

    def card() -> Any:
        with reading(administrator(people)) as session:
            return account_card(session, target.id)

    assert (card().open_sessions, card().locked_until) == (0, None)
    begin(people)
    begin(people)
    assert card().open_sessions == 2
    hand.forward(minutes=settings().idle_minutes, seconds=1)
    assert card().open_sessions == 0


def test_sessions_outlive_a_restart(people, hand):
    token = begin(people)
    close_engine(people)
    assert counts(token)


def test_a_viewer_is_nobody_without_an_account(people):
    assert sessions.viewer_for(None) is None
    assert sessions.viewer_for("") is None
    assert isinstance(administrator(people), Viewer)
