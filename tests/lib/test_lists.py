"""The service list in editions, and the access list with its gate, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.department import Department
from db.models.publication import GateException, PublicationState, PublishedItem
from db.models.register import Entry
from db.models.scheduling import Task
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Told, WrongState
from lib.lists.access import gate
from lib.lists.access.commands import apply_for_admission, evaluate_matter, propose_exit, set_gate_rule
from lib.lists.access.queries import admitted_matters, duty_list, exceptions_of, gate_rule_of
from lib.registers.commands import make_register, use_draft
from lib.registers.entries.commands import edit_entry, make_entry, move_entry, remove_entry
from lib.registers.publishing.commands import decide_edition, propose_edition
from lib.registers.publishing.editions import ItemChange
from lib.registers.publishing.queries import (
    differences_between,
    draft_differences,
    edition_card,
    editions_of,
    items_on,
)
from lib.registers.queries import designs_of
from lib.registers.templates import access_list as access
from lib.registers.templates import service_list as service
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

DAY = timedelta(days=1)
DESIGNS = {"service_list": service.SERVICE_LIST, "access_list": access.ACCESS_LIST}
OTHER_TOWN = COUNTY + "002"


@pytest.fixture
def city(database: str) -> Iterator[str]:
    """Moments of the deployment follow the clock, so that days can pass."""
    with makers.everything(database) as session:
        makers.plant_tree(session)
        session.add(makers.deployment(stands_at=None))
        for code in (CITY, COUNTY, TOWN, OTHER_TOWN, VILLAGE):
            session.add(makers.department(code))
            session.flush()
            own = session.scalars(select(Department.id).where(Department.center_code == code)).one()
            for role in (Role.LEADER, Role.CENTER_DIRECTOR, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER):
                given = own if role is Role.DEPARTMENT_HANDLER else None
                session.add(makers.account(role, code, department_id=given))
    at(MOMENT)
    yield database
    clock.set_source(None)


def at(moment: datetime) -> None:
    clock.set_source(lambda: moment)


def person(url: str, code: str, role: Role = Role.DUTY_OFFICER) -> Viewer:
    with makers.everything(url) as session:
        found = session.scalars(select(Account).where(Account.center_code == code, Account.role == role))
        return makers.viewer_of_account(found.one())


def director(url: str, code: str) -> Viewer:
    return person(url, code, Role.CENTER_DIRECTOR)


def started(url: str, template: str, code: str = CITY) -> int:
    with acting(director(url, code)) as session:
        made = make_register(session, code, DESIGNS[template], template)
        use_draft(session, made, designs_of(session, made)[0].seen)
    return made


def asked(url: str, viewer: Viewer, question: Any, *args: Any) -> Any:
    with makers.eyes(url, viewer) as session:
        return question(session, *args)


# -- the service list


def item(url: str, register: int, code: str, name: str, **more: str) -> int:
    with acting(person(url, code)) as session:
        return make_entry(session, register, code, {service.NAME: name, service.KIND: "民政救助", **more})


def changed(url: str, entry: int, code: str, **values: str) -> None:
    with acting(person(url, code)) as session:
        version = session.get_one(Entry, entry).version
        edit_entry(session, entry, values, version)


def proposed(url: str, register: int, code: str, day: date) -> int:
    with acting(person(url, code)) as session:
        return propose_edition(session, register, code, day, "换届调整")


def decided(url: str, edition: int, code: str, accept: bool = True, words: str = "") -> None:
    viewer = director(url, code)
    with acting(viewer) as session:
        decide_edition(session, edition, accept, words, edition_card(session, edition).row.seen)


def published(url: str, register: int, code: str, day: date) -> int:
    edition = proposed(url, register, code, day)
    decided(url, edition, code)
    return edition


def held(url: str, viewer: Viewer, register: int, code: str, day: date) -> list[str]:
    return [one.title for one in asked(url, viewer, items_on, register, code, day)]


def test_an_edition_holds_from_its_day_and_the_one_before_until_then(city):
    register = started(city, "service_list")
    first = item(city, register, COUNTY, "低保申请")
    item(city, register, COUNTY, "临时救助")
    published(city, register, COUNTY, TODAY)
    viewer = person(city, COUNTY)
    assert held(city, viewer, register, COUNTY, TODAY) == ["低保申请", "临时救助"]
    assert held(city, viewer, register, COUNTY, TODAY - DAY) == []
    changed(city, first, COUNTY, **{service.NAME: "最低生活保障申请", service.VISITS: "1"})
    with acting(viewer) as session:
        second = session.scalars(select(Entry).where(Entry.title == "临时救助")).one()
        remove_entry(session, second.id, "并入低保", second.version)
    third = item(city, register, COUNTY, "特困供养")
    told = asked(city, viewer, draft_differences, register, COUNTY)
    assert {(one.kind, one.title) for one in told} == {
        (ItemChange.CHANGED, "最低生活保障申请"), (ItemChange.REMOVED, "临时救助"),
        (ItemChange.NEW, "特困供养"),
    }  # fmt: skip
    day = TODAY + 10 * DAY
    edition = published(city, register, COUNTY, day)
    # What the register says until then, and after it was published, is another matter.
    changed(city, third, COUNTY, **{service.NAME: "特困人员供养"})
    assert held(city, viewer, register, COUNTY, day - DAY) == ["低保申请", "临时救助"]
    assert held(city, viewer, register, COUNTY, day) == ["最低生活保障申请", "特困供养"]
    between = asked(city, viewer, differences_between, register, COUNTY, day - DAY, day)
    assert {(one.kind, one.title) for one in between} == {(one.kind, one.title) for one in told}
    [renamed] = [one for one in between if one.kind is ItemChange.CHANGED]
    assert {(old, new) for _label, old, new in renamed.changed} == {
        ("低保申请", "最低生活保障申请"), ("", "1"),
    }  # fmt: skip
    card = asked(city, viewer, edition_card, edition)
    assert (card.row.number, card.row.state, card.row.count) == (2, PublicationState.PUBLISHED, 3)
    assert {one.title for one in card.differences} == {one.title for one in told}
    assert [one.number for one in asked(city, viewer, editions_of, register, COUNTY)] == [2, 1]


def test_what_was_reviewed_is_what_is_published(city):
    register = started(city, "service_list")
    entry = item(city, register, TOWN, "老年证办理")
    edition = proposed(city, register, TOWN, TODAY)
    changed(city, entry, TOWN, **{service.NAME: "后来改的"})
    decided(city, edition, TOWN)
    assert held(city, person(city, TOWN), register, TOWN, TODAY) == ["老年证办理"]


def test_items_are_inherited_downward_with_local_additions(city):
    register = started(city, "service_list")
    for code, name in (
        (CITY, "市级事项"),
        (COUNTY, "县级事项"),
        (TOWN, "镇级事项"),
        (OTHER_TOWN, "别镇事项"),
    ):
        item(city, register, code, name)
        published(city, register, code, TODAY)
    village = person(city, VILLAGE)
    rows = asked(city, village, items_on, register, VILLAGE, TODAY)
    assert [(one.title, one.center_code) for one in rows] == [
        ("市级事项", CITY), ("县级事项", COUNTY), ("镇级事项", TOWN),
    ]  # fmt: skip
    assert held(city, person(city, CITY), register, CITY, TODAY) == ["市级事项"]
    assert held(city, person(city, CITY), register, OTHER_TOWN, TODAY)[-1] == "别镇事项"
    for stranger in (COUNTY, OTHER_TOWN, "739901", "不存在"):
        with pytest.raises(NotFound):
            held(city, village, register, stranger, TODAY)


def test_two_persons_and_only_for_their_own_place(city):
    register = started(city, "service_list")
    item(city, register, TOWN, "高龄津贴")
    village, town = person(city, VILLAGE), director(city, TOWN)
    with pytest.raises(NotFound), acting(village) as session:
        propose_edition(session, register, TOWN, TODAY, "")
    with acting(town) as session:
        edition = propose_edition(session, register, TOWN, TODAY, "")
    seen = asked(city, town, edition_card, edition).row.seen
    assert not asked(city, town, edition_card, edition).may_decide
    with pytest.raises(NotAllowed), acting(town) as session:
        decide_edition(session, edition, True, "", seen)
    with pytest.raises(NotAllowed), acting(person(city, TOWN)) as session:  # fills in and decides nothing
        decide_edition(session, edition, True, "", seen)
    for stranger in (director(city, OTHER_TOWN), director(city, VILLAGE)):
        with pytest.raises(NotFound), acting(stranger) as session:
            decide_edition(session, edition, True, "", seen)
        with pytest.raises(NotFound):
            asked(city, stranger, edition_card, edition)
    with pytest.raises(Conflict), acting(director(city, COUNTY)) as session:
        decide_edition(session, edition, True, "", seen + 1)
    with acting(director(city, COUNTY)) as session:  # the center above may, and so may a colleague
        decide_edition(session, edition, True, "", seen)
    assert held(city, village, register, VILLAGE, TODAY) == ["高龄津贴"]
    with pytest.raises(WrongState), acting(director(city, COUNTY)) as session:
        decide_edition(session, edition, True, "", seen + 1)
    # Published, it is read by those below.
    assert asked(city, village, edition_card, edition).row.number == 1


def test_an_edition_is_refused_when_there_is_nothing_or_it_is_not_its_time(city):
    register = started(city, "service_list")
    with pytest.raises(BadInput, match="相同"):
        proposed(city, register, COUNTY, TODAY)
    entry = item(city, register, COUNTY, "低保申请")
    first = proposed(city, register, COUNTY, TODAY - 30 * DAY)  # what held before may be written down
    with pytest.raises(WrongState):
        proposed(city, register, COUNTY, TODAY)
    with pytest.raises(BadInput, match="退回理由"):
        decided(city, first, COUNTY, accept=False)
    decided(city, first, COUNTY, accept=False, words="材料不全")
    assert held(city, person(city, COUNTY), register, COUNTY, TODAY) == []
    published(city, register, COUNTY, TODAY + 5 * DAY)
    changed(city, entry, COUNTY, **{service.FEE: "10元"})
    for day in (TODAY, TODAY + 4 * DAY, TODAY + 500 * DAY):
        with pytest.raises(BadInput):
            proposed(city, register, COUNTY, day)
    last = proposed(city, register, COUNTY, TODAY + 5 * DAY)
    at(MOMENT + 6 * DAY)  # it lay too long: the day is over
    with pytest.raises(BadInput, match="已过"):
        decided(city, last, COUNTY)
    with makers.everything(city) as session:
        assert [one.until for one in session.scalars(select(PublishedItem))] == [None]


def test_people_of_a_department_do_not_propose_an_edition_of_what_they_see_in_part(city):
    register = started(city, "service_list")
    item(city, register, COUNTY, "低保申请")
    handler = person(city, COUNTY, Role.DEPARTMENT_HANDLER)
    with pytest.raises(NotAllowed), acting(handler) as session:
        propose_edition(session, register, COUNTY, TODAY, "")
    published(city, register, COUNTY, TODAY)
    assert asked(city, handler, draft_differences, register, COUNTY) == ()


# -- the access list


def matter(name: str, **more: str) -> dict[str, object]:
    return {
        access.MATTER: name, access.DUTY: "信息采集", access.REASON: "需要入户", access.BASIS: "某文1号",
        access.FREQUENCY: "每月", access.PAYER: "县财政", access.SINCE: f"{TODAY}", **more,
    }  # fmt: skip


def applied(url: str, register: int, name: str, code: str = COUNTY, **more: str) -> int:
    handler = person(url, code, Role.DEPARTMENT_HANDLER)
    with acting(handler) as session:
        return apply_for_admission(session, register, code, matter(name, **more), True)


def moved(url: str, viewer: Viewer, entry: int, action: str, reason: str = "") -> str:
    with acting(viewer) as session:
        return move_entry(session, entry, action, reason, session.get_one(Entry, entry).version)


def admitted(url: str, register: int, name: str, code: str = COUNTY, **more: str) -> int:
    entry = applied(url, register, name, code, **more)
    assert moved(url, director(url, code), entry, "admit") == access.IN_FORCE
    return entry


def names(url: str, code: str, day: date, viewer: Viewer | None = None) -> list[str]:
    found = asked(url, viewer or person(url, code), admitted_matters, code, day)
    return [one.name for one in found]


def test_a_department_applies_for_itself_and_another_person_admits(city):
    register = started(city, "access_list")
    entry = applied(city, register, "流动人口登记")
    handler = person(city, COUNTY, Role.DEPARTMENT_HANDLER)
    with makers.everything(city) as session:
        assert session.get_one(Entry, entry).department_id == handler.department_id
        other = session.scalars(select(Department.id).where(Department.center_code == CITY)).one()
    with acting(handler) as session:  # whatever department they name, it is their own
        second = apply_for_admission(
            session, register, COUNTY, matter("以别人名义", **{access.DEPARTMENT: f"#{other}"}), False
        )
        assert f'"{access.DEPARTMENT}":"{handler.department_id}"' in session.get_one(Entry, second).content
    with pytest.raises(NotAllowed), acting(handler) as session:
        apply_for_admission(session, register, TOWN, matter("别处"), True)
    with pytest.raises(NotAllowed):
        moved(city, handler, entry, "admit")
    with pytest.raises(NotAllowed):
        moved(city, director(city, CITY), entry, "admit")  # the grid office of that level decides
    assert names(city, COUNTY, TODAY) == []
    assert moved(city, director(city, COUNTY), entry, "admit") == access.IN_FORCE
    assert names(city, VILLAGE, TODAY) == ["流动人口登记"]
    assert names(city, CITY, TODAY) == []
    refused = applied(city, register, "代收水费")
    with pytest.raises(BadInput):
        moved(city, director(city, COUNTY), refused, "refuse")
    assert moved(city, director(city, COUNTY), refused, "refuse", "不属于网格职责") == access.REFUSED


def test_nobody_admits_what_they_drafted(city):
    register = started(city, "access_list")
    boss = director(city, COUNTY)
    with makers.everything(city) as session:
        own = session.scalars(select(Department.id).where(Department.center_code == COUNTY)).one()
    with acting(boss) as session:
        entry = apply_for_admission(
            session, register, COUNTY, matter("防火巡查", **{access.DEPARTMENT: f"#{own}"}), True
        )
    with pytest.raises(NotAllowed):
        moved(city, boss, entry, "admit")
    assert moved(city, person(city, COUNTY, Role.LEADER), entry, "admit") == access.IN_FORCE


def test_a_temporary_matter_needs_an_end_and_expires_at_midnight(city):
    register = started(city, "access_list")
    with pytest.raises(BadInput, match="截止日期"):
        applied(city, register, "普查", **{access.TERM: "临时"})
    with pytest.raises(BadInput, match="不能早于"):
        applied(city, register, "普查", **{access.TERM: "临时", access.UNTIL: f"{TODAY - DAY}"})
    last = TODAY + 3 * DAY
    admitted(city, register, "人口普查", **{access.TERM: "临时", access.UNTIL: f"{last}"})
    town = director(city, TOWN)

    def passes() -> bool:
        try:
            with acting(town) as session:
                gate.must_be_admitted(session, VILLAGE, None, "人口普查", "", "task 1", None)
        except NotAllowed:
            return False
        return True

    # The deployment's wall clocks are eight hours ahead.
    midnight = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)
    for moment, expected in (
        (midnight - timedelta(seconds=1), True), (midnight, False),
        (datetime(2026, 6, 30, 16, tzinfo=UTC), True),
    ):  # fmt: skip
        at(moment)
        assert passes() is expected, moment
    assert (names(city, TOWN, last), names(city, TOWN, last + DAY)) == (["人口普查"], [])
    assert names(city, TOWN, TODAY - DAY) == []


def test_what_begins_later_is_not_on_the_list_yet(city):
    register = started(city, "access_list")
    admitted(city, register, "汛期巡查", **{access.SINCE: f"{TODAY + DAY}"})
    with pytest.raises(NotAllowed), acting(director(city, TOWN)) as session:
        gate.must_be_admitted(session, TOWN, None, "汛期巡查", "", "task 1", None)
    assert names(city, TOWN, TODAY + DAY) == ["汛期巡查"]


def test_the_gate_passes_what_is_on_the_list_and_refuses_the_rest(city):
    register = started(city, "access_list")
    admitted(city, register, "流动人口登记")
    admitted(city, register, "别县的事", "739902002")
    town = director(city, TOWN)
    listed = asked(city, town, admitted_matters, TOWN, TODAY)
    [foreign] = asked(city, director(city, OTHER_TOWN), admitted_matters, OTHER_TOWN, TODAY)[1:]
    assert [one.name for one in listed] == ["流动人口登记"]
    with acting(town) as session:
        assert (
            gate.must_be_admitted(session, VILLAGE, listed[0].id, "随便", "", "task 1", None) == listed[0].id
        )
        assert (
            gate.must_be_admitted(session, VILLAGE, None, "流动人口登记", "", "task 1", None) == listed[0].id
        )
    for item_id, name in ((foreign.id, "流动人口登记"), (999_999, "流动人口登记"), (None, "代收水费")):
        with pytest.raises(NotAllowed), acting(town) as session:
            gate.must_be_admitted(session, VILLAGE, item_id, name, "有依据", "task 1", None)
    with pytest.raises(NotAllowed, match=r"网格事项准入清单.*准入申请"), acting(town) as session:
        gate.must_be_admitted(session, VILLAGE, None, "代收水费", "有依据", "task 1", None)


def test_exceptions_are_recorded_where_the_nearest_rule_allows_them(city):
    started(city, "access_list")
    with acting(director(city, CITY)) as session:
        set_gate_rule(session, CITY, True, None)
    county = director(city, COUNTY)
    with makers.everything(city) as session:
        own = session.scalars(select(Department.id).where(Department.center_code == COUNTY)).one()
    with pytest.raises(BadInput, match="依据"), acting(county) as session:
        gate.must_be_admitted(session, TOWN, None, "代收水费", "  ", "task 7", own)
    with acting(county) as session:
        assert (
            gate.must_be_admitted(session, COUNTY, None, "代收水费", "县政府会议纪要3号", "task 7", own)
            is None
        )
        gate.must_be_admitted(session, TOWN, None, "代收电费", "同上", "task 8", None)
    with acting(director(city, TOWN)) as session:
        set_gate_rule(session, TOWN, False, None)
    with pytest.raises(NotAllowed), acting(county) as session:
        gate.must_be_admitted(session, VILLAGE, None, "代收气费", "同上", "task 9", None)
    with pytest.raises(Conflict), acting(director(city, TOWN)) as session:
        set_gate_rule(session, TOWN, True, None)
    with pytest.raises(NotFound), acting(director(city, TOWN)) as session:
        set_gate_rule(session, COUNTY, True, None)
    assert asked(city, county, gate_rule_of, VILLAGE).center_code == TOWN
    assert asked(city, county, gate_rule_of, COUNTY).allows_exceptions
    found = asked(city, person(city, CITY, Role.LEADER), exceptions_of, CITY, TODAY, TODAY)
    assert sorted([one.matter for one in held.rows] for held in found) == [["代收水费"], ["代收电费"]]
    assert asked(city, county, exceptions_of, COUNTY, TODAY - DAY, TODAY - DAY) == ()
    with makers.everything(city) as session:
        assert len(session.scalars(select(GateException)).all()) == 2
        events = [e for e in session.scalars(select(AuditEntry.event)) if e == "gate exception"]
    assert len(events) == 2


def test_exit_takes_an_evaluation_and_another_person(city):
    register = started(city, "access_list")
    entry = admitted(city, register, "流动人口登记")
    duty, boss, leader = person(city, COUNTY), director(city, COUNTY), person(city, COUNTY, Role.LEADER)

    def version() -> int:
        with makers.everything(city) as session:
            return session.get_one(Entry, entry).version

    with pytest.raises(BadInput, match="评估"), acting(duty) as session:
        propose_exit(session, entry, "", "已有系统数据", version())
    with pytest.raises(NotAllowed), acting(duty) as session:
        evaluate_matter(session, entry, access.LEAVE, "不再需要", version())
    with acting(boss) as session:
        evaluate_matter(session, entry, access.LEAVE, "不再需要", version())
    with acting(boss) as session:
        assert propose_exit(session, entry, "", "已有系统数据", version()) == access.EXIT_PROPOSED
    assert names(city, VILLAGE, TODAY) == ["流动人口登记"]  # it holds until somebody decides
    with pytest.raises(NotAllowed):
        moved(city, boss, entry, "end")
    assert moved(city, leader, entry, "stay", "再用一年") == access.IN_FORCE
    assert names(city, VILLAGE, TODAY) == ["流动人口登记"]
    with acting(duty) as session:
        propose_exit(session, entry, "数据已共享", "已有系统数据", version())
    assert moved(city, boss, entry, "end") == access.ENDED
    assert names(city, VILLAGE, TODAY) == []
    with pytest.raises(NotAllowed), acting(boss) as session:
        evaluate_matter(session, entry, access.KEEP, "再看", version())
    with makers.everything(city) as session:
        [one] = session.scalars(select(PublishedItem)).all()
        assert (one.since, one.until) == (TODAY, TODAY)


def test_the_duty_list_names_all_eight_kinds(city):
    register = started(city, "access_list")
    admitted(city, register, "流动人口登记")
    admitted(city, register, "消防隐患排查", **{access.DUTY: "风险隐患排查"})
    found = asked(city, person(city, VILLAGE), duty_list, VILLAGE, TODAY)
    assert len(found) == 8
    assert {one.words: [m.name for m in one.matters] for one in found if one.matters} == {
        "信息采集": ["流动人口登记"], "风险隐患排查": ["消防隐患排查"],
    }  # fmt: skip
    [first] = [m for one in found for m in one.matters if m.name == "流动人口登记"]
    assert (first.frequency, first.payer, first.basis) == ("每月", "县财政", "某文1号")
    assert COUNTY in first.department


def test_a_refused_assignment_leaves_nothing_behind(city):
    """The gate stands in the same transaction as what is given."""
    started(city, "access_list")
    with makers.everything(city) as session:
        assert session.scalars(select(Task)).all() == []
    with pytest.raises(Told, match="代收水费"), acting(director(city, TOWN)) as session:
        gate.must_be_admitted(session, TOWN, None, "代收水费", "", "task 1", None)
    with makers.everything(city) as session:
        assert session.scalars(select(GateException)).all() == []
        assert "refused" in session.scalars(select(AuditEntry.event)).all()
