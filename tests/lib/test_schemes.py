"""Drafts, second persons and months: how a scheme comes into force, and who may read and change it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.account import Role
from db.models.assessment import AssessmentScheme, SchemeState, SchemeVersion
from db.models.audit import AuditEntry
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Told, WrongState
from lib.schemes.commands import change_draft, draft_next, draft_scheme, move_draft
from lib.schemes.queries import Wording, scheme_for_month, schemes_for, wordings
from lib.schemes.states import SCHEME
from tests import makers
from tests.assessing import act, by_hand, definition, person, plant_people, rate, target
from tests.makers import CITY, COUNTY, MOMENT, TOWN

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
STRICTER = definition(target(target=98), rate(), by_hand())


@pytest.fixture
def city(database):
    makers.plant_small(database)
    plant_people(database, CITY, COUNTY, TOWN)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def drafted(url: str, said: dict[str, Any] | None = None, first: date = JANUARY) -> int:
    return int(act(person(url), draft_scheme, CITY, said or definition(), first))


def look(url: str, version_id: int) -> Wording:
    with makers.eyes(url, person(url)) as session:
        row = session.get_one(SchemeVersion, version_id)
        return next(one for one in wordings(session, row.scheme_id) if one.id == version_id)


def moved(url: str, version_id: int, action: str, viewer: Viewer, reason: str = "年初部署") -> SchemeState:
    return SchemeState(act(viewer, move_draft, version_id, action, reason, look(url, version_id).seen))


def in_force(url: str, version_id: int) -> None:
    moved(url, version_id, "propose", person(url))
    moved(url, version_id, "approve", person(url, Role.CENTER_DIRECTOR), "")


def test_a_draft_needs_a_second_person(city):
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    draft = drafted(city)
    assert look(city, draft).state is SchemeState.DRAFT
    with pytest.raises(WrongState, match="起草中"):
        moved(city, draft, "approve", director)
    with pytest.raises(BadInput, match="理由"):
        moved(city, draft, "propose", leader, "  ")
    assert moved(city, draft, "propose", leader) is SchemeState.PROPOSED
    for action in ("approve", "refuse"):
        with pytest.raises(NotAllowed, match="自己经手"):
            moved(city, draft, action, leader)
    with makers.eyes(city, leader) as session, pytest.raises(NotFound, match="没有已生效"):
        scheme_for_month(session, look(city, draft).scheme_id, JUNE)
    assert moved(city, draft, "approve", director, "") is SchemeState.IN_FORCE
    found = look(city, draft)
    assert (found.drafted_by_id, found.decided_by, found.decided_at) == (
        leader.account_id, director.name, MOMENT,
    )  # fmt: skip
    assert found.reason == "年初部署"
    with makers.everything(city) as session:
        events = session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
    assert [e for e in events if e.startswith("scheme")] == ["scheme drafted", "scheme moved", "scheme moved"]
    assert events.count("refused") == 2


def test_whoever_changed_it_last_does_not_approve_it(city):
    """Approval is of what was written, by whomever it was."""
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    draft = drafted(city)
    act(director, change_draft, draft, STRICTER, JANUARY, look(city, draft).seen)
    moved(city, draft, "propose", leader)
    with pytest.raises(NotAllowed, match="自己经手"):
        moved(city, draft, "approve", director)
    assert moved(city, draft, "approve", leader, "") is SchemeState.IN_FORCE


@pytest.mark.parametrize("state", SchemeState)
def test_only_the_steps_of_the_table_lead_on(city, state):
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    draft = drafted(city)
    ways = {
        SchemeState.DRAFT: [], SchemeState.PROPOSED: ["propose"], SchemeState.WITHDRAWN: ["withdraw"],
        SchemeState.IN_FORCE: ["propose", "approve"], SchemeState.REFUSED: ["propose", "refuse"],
    }  # fmt: skip
    for action in ways[state]:
        moved(city, draft, action, leader if action == "propose" else director)
    for action, step in SCHEME.steps.items():
        if state not in step.sources:
            with pytest.raises(WrongState):
                moved(city, draft, action, director)
    with pytest.raises(NotFound):
        moved(city, draft, "nothing", director)
    seen = look(city, draft).seen
    if state is SchemeState.DRAFT:
        assert act(leader, change_draft, draft, STRICTER, JANUARY, seen) == seen + 1
    else:
        with pytest.raises(WrongState):
            act(leader, change_draft, draft, STRICTER, JANUARY, seen)
    assert look(city, draft).state is state


def test_of_two_editors_the_second_sees_the_difference(city):
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    draft = drafted(city)
    seen = look(city, draft).seen
    now = act(leader, change_draft, draft, STRICTER, JANUARY, seen)
    mine = definition(target(), rate(), by_hand(points=3))
    with pytest.raises(Conflict, match="没有保存") as told:
        act(director, change_draft, draft, mine, JANUARY, seen)
    assert leader.name in told.value.sentence
    assert "目标95" in told.value.sentence
    assert "目标98" in told.value.sentence
    assert "最多扣3分 → 扣分：每1扣1分，最多扣5分" in told.value.sentence
    assert look(city, draft).scheme.indicators[0].rule.target == 98
    with pytest.raises(Conflict, match="内容相同"):
        act(director, change_draft, draft, STRICTER, JANUARY, seen)
    with pytest.raises(Conflict, match="刷新"):
        act(director, move_draft, draft, "propose", "年初部署", seen)
    assert act(director, change_draft, draft, mine, JANUARY, now) == now + 1
    assert look(city, draft).drafted_by_id == director.account_id


def test_of_two_at_once_one_is_told(city):
    """Both have looked at the same draft; the second waits for the first and is told."""
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    draft = drafted(city)
    seen = look(city, draft).seen
    told: list[object] = []

    def second() -> None:
        try:
            act(director, change_draft, draft, definition(source="别的"), JANUARY, seen)
        except Told as error:
            told.append(type(error))

    with acting(leader) as session:
        change_draft(session, draft, STRICTER, JANUARY, seen)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive(), "the second did not wait for the first"
    waiting.join(20)
    assert told == [Conflict]
    assert look(city, draft).scheme.indicators[0].rule.target == 98


def test_a_month_is_assessed_by_the_wording_that_holds_for_it(city):
    draft = drafted(city, first=date(2026, 2, 17))
    scheme_id = look(city, draft).scheme_id
    in_force(city, draft)
    early = act(person(city), draft_next, scheme_id, JANUARY)
    with pytest.raises(BadInput, match="不能早于"):
        in_force(city, early)
    moved(city, early, "withdraw", person(city))
    second = act(person(city), draft_next, scheme_id, date(2026, 5, 20))
    assert look(city, second).scheme == look(city, draft).scheme, "it begins as what holds"
    with pytest.raises(BadInput, match="先办完"):
        act(person(city), draft_next, scheme_id, JUNE)
    act(person(city), change_draft, second, STRICTER, date(2026, 5, 20), look(city, second).seen)

    def number_for(month: date) -> int:
        with makers.eyes(city, person(city, Role.VIEWER, TOWN)) as session:
            return scheme_for_month(session, scheme_id, month).number

    assert number_for(JUNE) == 1, "a draft holds for nothing"
    in_force(city, second)
    with pytest.raises(NotFound):
        number_for(JANUARY)
    assert [number_for(date(2026, month, 1)) for month in (2, 3, 4, 5, 6, 12)] == [1, 1, 1, 3, 3, 3]
    # The same first month again: the later wording takes the other's place.
    third = act(person(city), draft_next, scheme_id, date(2026, 5, 1))
    in_force(city, third)
    assert [number_for(date(2026, month, 1)) for month in (4, 5)] == [1, 4]


def test_a_county_reads_the_citys_scheme_and_changes_its_own(city):
    draft = drafted(city)
    scheme_id = look(city, draft).scheme_id
    below, beside = person(city, center_code=COUNTY), makers.viewer_for_role(Role.LEADER, makers.OTHER_CITY)
    with makers.eyes(city, below) as session:
        (row,) = schemes_for(session, JUNE)
        assert (row.center_code, row.in_force, row.in_work) == (CITY, None, wordings(session, scheme_id)[0])
    with makers.eyes(city, beside) as session:
        assert schemes_for(session, JUNE) == ()
        for ask in (lambda: wordings(session, scheme_id), lambda: scheme_for_month(session, scheme_id, JUNE)):
            with pytest.raises(NotFound):
                ask()
    seen = look(city, draft).seen
    for action in (
        lambda: act(below, change_draft, draft, STRICTER, JANUARY, seen),
        lambda: act(below, move_draft, draft, "propose", "理由", seen),
    ):
        with pytest.raises(NotAllowed, match="上级"):
            action()
    for action in (
        lambda: act(below, draft_next, scheme_id, JUNE),
        lambda: act(below, draft_scheme, CITY, definition(), JANUARY),
        lambda: act(below, draft_scheme, "739901", definition(), JANUARY),
        lambda: act(beside, change_draft, draft, STRICTER, JANUARY, seen),
        lambda: act(beside, move_draft, draft, "withdraw", "", seen),
    ):
        with pytest.raises(NotFound):
            action()
    in_force(city, draft)
    own = act(below, draft_scheme, COUNTY, definition(object="village"), JANUARY)
    assert look(city, own).center_code == COUNTY
    with makers.eyes(city, person(city, center_code=TOWN)) as session:
        found = {one.center_code: one for one in schemes_for(session, JUNE)}
        assert {*found} == {CITY, COUNTY}
        assert found[CITY].in_force is not None
        assert schemes_for(session, JANUARY - timedelta(days=1))[0].in_force is None


def test_who_may_draft(city):
    for role in Role:
        allowed = role in (Role.LEADER, Role.CENTER_DIRECTOR)
        assert (Permission.EDIT_SCHEMES in GRANTS[role]) is allowed
        said = definition(name=f"方案{role}")
        if allowed:
            act(makers.viewer_for_role(role, CITY), draft_scheme, CITY, said, JANUARY)
        else:
            with pytest.raises(NotAllowed):
                act(makers.viewer_for_role(role, CITY), draft_scheme, CITY, said, JANUARY)


def test_a_name_is_a_schemes_own(city):
    drafted(city)
    with pytest.raises(BadInput, match="已有名为“镇街月度考核”的方案"):
        drafted(city)
    other = drafted(city, definition(name="别的"))
    with pytest.raises(BadInput, match="已有名为“镇街月度考核”的方案"):
        act(person(city), change_draft, other, definition(), JANUARY, look(city, other).seen)
    act(person(city), change_draft, other, definition(name="又一个"), JANUARY, look(city, other).seen)
    # Another center has names of its own.
    act(person(city, center_code=COUNTY), draft_scheme, COUNTY, definition(), JANUARY)
    with makers.everything(city) as session:
        names = session.scalars(select(AssessmentScheme.name).order_by(AssessmentScheme.id)).all()
    assert names == ["镇街月度考核", "又一个", "镇街月度考核"]


def test_what_cannot_be_read_is_not_kept(city):
    for wrong in ({}, definition(target(points=39), rate())):
        with pytest.raises(BadInput):
            act(person(city), draft_scheme, CITY, wrong, JANUARY)
    draft = drafted(city)
    with pytest.raises(BadInput):
        act(person(city), change_draft, draft, definition(target(metric="luck"), rate()), JANUARY, 1)
    with pytest.raises(BadInput, match="200"):
        moved(city, draft, "propose", person(city), "理" * 201)
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(SchemeVersion.id))) == 1
    assert look(city, draft).seen == 1
