"""What waits for a person: all of it, nothing of their own, nothing that would be refused, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.assessment import Objection, ObjectionState, SchemeState, SchemeVersion
from db.models.register import Entry, Register
from db.models.scheduling import Task, TaskState
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.approvals.queries import preview_of, waiting_for_me
from lib.approvals.waiting import Kind
from lib.registers.entries.commands import edit_entry, make_entry, move_entry
from lib.ui.approvals import decide
from tests import assessing, makers, registering, scheduling
from tests.conftest import one_for_a_file
from tests.makers import CITY, COUNTY, TOWN, VILLAGE
from tests.registering import NUMBER, PHONE, SECRET, TEXT, design, used


@pytest.fixture(scope="module")
def full_city(request, tmp_path_factory) -> Iterator[str]:
    with one_for_a_file(request, "sqlite", tmp_path_factory.mktemp("approvals")) as url:
        makers.plant(url)
        assessing.plant_assessments(url)
        scheduling.plant_rounds(url)
        registering.plant_registers(url)
        yield url


class TakenBack(Exception):
    pass


def viewers(url: str) -> dict[tuple[str, Role], Viewer]:
    with makers.everything(url) as session:
        return {
            (one.center_code, one.role): makers.viewer_of_account(one)
            for one in session.scalars(select(Account).order_by(Account.id))
        }


def test_everything_that_is_offered_can_be_done_and_then_waits_no_more(full_city):
    kinds: Counter[Kind] = Counter()
    people = viewers(full_city)
    for (code, role), viewer in people.items():
        if role not in (Role.LEADER, Role.CENTER_DIRECTOR, Role.DUTY_OFFICER) or not code.startswith(CITY):
            continue
        with makers.eyes(full_city, viewer) as session:
            waiting = waiting_for_me(session)
            assert len({(one.kind, one.id) for one in waiting}) == len(waiting)
            for one in waiting:
                assert viewer.scope.covers(one.center_code)
                preview_of(session, one.kind, one.id)
            offered = [one for one in waiting if one.actions]
        for one in offered[:6]:
            for action in one.actions:
                with suppress(TakenBack), acting(viewer) as session:
                    decide(one, action.key, "理由")(session)
                    left = {(w.kind, w.id) for w in waiting_for_me(session)}
                    assert (one.kind, one.id) not in left, (one, action)
                    raise TakenBack
                kinds[one.kind] += 1
    assert {Kind.ENTRY, Kind.EDITION, Kind.REPORT, Kind.MEETING, Kind.TASK} <= set(kinds)


def test_who_sees_no_work_has_nothing_to_decide(full_city):
    people = viewers(full_city)
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_AUDITOR, Role.VIEWER, Role.GRIDWORKER_MANAGER):
        with makers.eyes(full_city, people[COUNTY, role]) as session:
            assert waiting_for_me(session) == ()


def test_it_is_what_stands_in_the_tables(full_city):
    """Counted by hand for one leader: what is theirs and not by their own hand."""
    leader = viewers(full_city)[CITY, Role.LEADER]
    with makers.eyes(full_city, leader) as session:
        found = Counter(one.kind for one in waiting_for_me(session))
    with makers.everything(full_city) as session:
        tasks = session.scalars(
            select(Task).where(Task.state == TaskState.REPORTED, Task.decided_by_code == CITY)
        ).all()
        schemes = session.scalars(
            select(SchemeVersion).where(
                SchemeVersion.state == SchemeState.PROPOSED, SchemeVersion.center_code.startswith(CITY)
            )
        ).all()
        entries = session.scalars(
            select(Entry)
            .join(Register, Register.id == Entry.register_id)
            .where(Entry.state == "waiting", Register.template == "", Entry.center_code.startswith(CITY))
        ).all()
        open_objections = session.scalars(
            select(Objection).where(Objection.state == ObjectionState.OPEN)
        ).all()
    own = leader.account_id
    assert found[Kind.TASK] == sum(one.reported_by_id != own for one in tasks)
    assert found[Kind.SCHEME] == sum(one.drafted_by_id != own for one in schemes)
    # From below, and at the top, above which there is nobody, those of the own center too.
    assert found[Kind.ENTRY] == sum(own not in (one.made_by_id, one.moved_by_id) for one in entries)
    assert found[Kind.OBJECTION] <= len(open_objections)


@pytest.fixture
def ledger(database) -> tuple[str, int, dict[str, Viewer]]:
    makers.plant_small(database)
    with makers.everything(database) as session:
        for role, code in (
            (Role.CENTER_DIRECTOR, COUNTY), (Role.CENTER_DIRECTOR, TOWN), (Role.DUTY_OFFICER, VILLAGE),
            (Role.CENTER_DIRECTOR, f"{COUNTY}002"),
        ):  # fmt: skip
            session.add(makers.account(role, code, username=code))
        session.flush()
        people = {one.username: makers.viewer_of_account(one) for one in session.scalars(select(Account))}
        key = used(session, people[COUNTY], design())
    return database, key, people


def test_an_entry_waits_for_the_level_above_and_shows_what_was_changed_since(ledger):
    url, key, people = ledger
    with acting(people[VILLAGE]) as session:
        entry = make_entry(session, key, VILLAGE, {TEXT: "看望", NUMBER: "3", PHONE: "13800008000"})
        move_entry(session, entry, "submit", "", 1)
    with makers.eyes(url, people[VILLAGE]) as session:
        assert waiting_for_me(session) == ()
    with makers.eyes(url, people[f"{COUNTY}002"]) as session:
        assert waiting_for_me(session) == ()
    with makers.eyes(url, people[TOWN]) as session:
        [one] = waiting_for_me(session)
        assert (one.kind, one.title, [action.key for action in one.actions]) == (
            Kind.ENTRY, "看望", ["approve", "return"],
        )  # fmt: skip
        lines = {line.label: (line.now, line.before) for line in preview_of(session, one.kind, one.id)}
        assert lines["户数"] == ("3", None)
        assert lines["电话"] == ("138****8000", None)
    with acting(people[TOWN]) as session:
        move_entry(session, entry, "return", "户数不对", one.seen)
    with makers.eyes(url, people[TOWN]) as session:
        assert waiting_for_me(session) == ()
    with acting(people[VILLAGE]) as session:
        version = edit_entry(session, entry, {NUMBER: "5"}, one.seen + 1)
        move_entry(session, entry, "submit", "", version)
    with makers.eyes(url, people[TOWN]) as session:
        [one] = waiting_for_me(session)
        lines = {line.label: (line.now, line.before) for line in preview_of(session, one.kind, one.id)}
        assert lines["户数"] == ("5", "3")
        assert lines["事项"] == ("看望", None)
        assert SECRET not in lines
        assert "县区意见" not in lines
