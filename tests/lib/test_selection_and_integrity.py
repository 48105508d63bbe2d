"""What is worth a look, who is nominated and selected, and what places earn, on both databases."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.account import Role
from db.models.assessment import (
    AssessedUnit,
    FindingKind,
    IntegrityLook,
    Nomination,
    PublishedRanking,
    Reward,
)
from db.models.audit import AuditEntry
from db.models.case import Case, Source
from lib import clock
from lib.assessment.commands import enter_score
from lib.assessment.integrity.commands import look_into
from lib.assessment.integrity.findings import Finding
from lib.assessment.integrity.queries import findings, looks
from lib.assessment.places import unpacked
from lib.assessment.queries import ranking
from lib.assessment.selection.commands import nominate, select_unit
from lib.assessment.selection.queries import nominations, rewards
from lib.centers.groups import group_of
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from tests import makers
from tests.assessing import act, person, plant_people, rate, target
from tests.lib.test_assessment import TOWNS, begin, computed, look, moved
from tests.makers import CITY, COUNTIES, COUNTY, MOMENT, TOWN

FIRST, END = datetime(2026, 4, 30, 16, tzinfo=UTC), datetime(2026, 5, 31, 16, tzinfo=UTC)  # May in Lanzhou
LAST_TWO_DAYS = datetime(2026, 5, 29, 16, tzinfo=UTC)
NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)
HASTY, PROMPT, COPIED, LATE = "739901001", "739902001", "739902002", "739999002"
FEW = "739901002"  # as hasty as the first, but below what is named
WHOLE = target(points=100)
STREETS = [code for code in TOWNS if group_of(code).value == "street"]


@pytest.fixture
def city(database: str) -> Iterator[str]:
    plant(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def plant(url: str) -> None:
    """Ordinary cases everywhere, and in four towns something each that is worth a look."""
    makers.plant_small(url)
    plant_people(url, CITY, COUNTY, TOWN, COUNTIES[0], makers.OTHER_CITY)
    chance = random.Random(3)
    with makers.everything(url) as session:
        for town in TOWNS:
            _ordinary(chance, session.add, town)
        for n in range(30):  # an hour to nothing before the limit; two hours are the last that count
            before = timedelta(hours=2) if n == 0 else timedelta(minutes=n)
            session.add(closed(HASTY, NOON, due_at=NOON + before))
        for _n in range(9):
            session.add(closed(FEW, NOON, due_at=NOON + timedelta(minutes=5)))
        session.add(closed(HASTY, NOON, due_at=NOON + timedelta(hours=2, seconds=1)))
        session.add(closed(HASTY, NOON, due_at=NOON - timedelta(seconds=1)))
        for n in range(20):
            session.add(
                closed(PROMPT, NOON, reported_at=NOON - timedelta(minutes=n % 11), source=Source.PATROL)
            )
        session.add(closed(PROMPT, NOON, reported_at=NOON - timedelta(seconds=601), source=Source.PATROL))
        session.add(closed(PROMPT, NOON, reported_at=NOON - timedelta(minutes=1), source=Source.HOTLINE))
        copies = [closed(COPIED, NOON, detail="路灯不亮") for _n in range(7)]
        session.add_all([*copies, *(closed(TOWN, NOON, detail="井盖松动") for _n in range(4))])
        session.flush()
        copies[-1].repeat_of_id = copies[0].id  # says itself that it is the same
        for n in range(26):
            at = LAST_TWO_DAYS + timedelta(hours=n) if n else END - timedelta(seconds=1)
            session.add(closed(LATE, at))
        session.add(closed(LATE, LAST_TWO_DAYS - timedelta(seconds=1)))


def _ordinary(chance: random.Random, add: Any, town: str) -> None:
    for _n in range(40):
        at = FIRST + timedelta(minutes=chance.randrange(31 * 1440))
        add(closed(town, at, due_at=at + timedelta(hours=chance.randrange(-40, 90))))
    add(closed(town, FIRST - timedelta(seconds=1), due_at=FIRST))
    add(closed(town, END, due_at=END))


_serial = iter(range(10**9))


def closed(town: str, at: datetime, *, detail: str = "", **said: Any) -> Case:
    """A case of the town's first village, closed at that moment."""
    said.setdefault("reported_at", at - timedelta(days=2))
    said.setdefault("due_at", at + timedelta(days=9))
    case = makers.case(town + "001", closed_at=at, accepted_at=said["reported_at"], **said)
    case.detail = detail or f"详情{next(_serial)}"
    return case


@dataclass(frozen=True)
class Counted:
    kind: FindingKind
    unit_key: str
    count: int
    of: int
    usual: float | None
    cases: frozenset[int]


def counted(cases: Sequence[Case], towns: Sequence[str]) -> set[Counted]:
    """The rules once more, case by case as their sentences say."""
    in_may = [one for one in cases if one.closed_at is not None and FIRST <= one.closed_at < END]
    found: set[Counted] = set()
    for kind in (FindingKind.BURST, FindingKind.INSTANT, FindingKind.MONTH_END):
        hits, alls = defaultdict(list), defaultdict(int)
        for one in in_may:
            town = one.center_code[:9]
            alls[town] += 1
            if hit(kind, one):
                hits[town].append(one.id)
        shares: dict[str, list[float]] = defaultdict(list)
        for town in towns:
            if alls[town] >= 10:
                shares[group_of(town).value].append(100 * len(hits[town]) / alls[town])
        for town in towns:
            usual = median(shares[group_of(town).value])
            if len(hits[town]) >= 10 and 100 * len(hits[town]) / alls[town] > 3 * max(usual, 1.0):
                found.add(Counted(kind, town, len(hits[town]), alls[town], usual, frozenset(hits[town])))
    reported = [one for one in cases if FIRST <= one.reported_at < END and one.repeat_of_id is None]
    texts = Counter((one.center_code[:9], one.title, one.detail) for one in reported)
    for (town, title, detail), times in texts.items():
        if times >= 5 and town in towns:
            same = {one.id for one in reported
                    if (one.center_code[:9], one.title, one.detail) == (town, title, detail)}  # fmt: skip
            of = sum(one.center_code.startswith(town) for one in reported)
            found.add(Counted(FindingKind.SAME_TEXT, town, times, of, None, frozenset(same)))
    return found


def hit(kind: FindingKind, one: Case) -> bool:
    assert one.closed_at is not None
    if kind is FindingKind.BURST:
        return one.due_at is not None and timedelta(0) <= one.due_at - one.closed_at <= timedelta(hours=2)
    if kind is FindingKind.INSTANT:
        taken = one.closed_at - one.reported_at
        return one.source is Source.PATROL and timedelta(0) <= taken <= timedelta(minutes=10)
    return one.closed_at >= LAST_TWO_DAYS


def as_counted(found: Sequence[Finding]) -> set[Counted]:
    return {
        Counted(one.kind, one.unit_key, one.count, one.of, one.usual, frozenset(one.cases)) for one in found
    }


def test_findings_equal_a_count_by_hand(city):
    number = computed(city, begin(city, WHOLE))
    with makers.everything(city) as session:
        expected = counted(session.scalars(select(Case)).all(), TOWNS)
    named = {(one.kind, one.unit_key): one.count for one in expected}
    # What was planted is all there is, so that nothing here is compared with nothing.
    assert named[FindingKind.BURST, HASTY] >= 30
    assert named[FindingKind.INSTANT, PROMPT] == 20
    assert named[FindingKind.SAME_TEXT, COPIED] == 6
    assert named[FindingKind.MONTH_END, LATE] >= 26
    assert len(named) == 4
    found = look(city, person(city), findings, number)
    assert as_counted(found) == expected
    for one in found:
        assert f"其中{one.count}件" in one.reason or f"其中网格员排查上报的{one.count}件" in one.reason
        assert f"{one.of}件" in one.reason
        assert "异常" not in one.reason


def test_a_county_sees_its_own_alone(city):
    number = computed(city, begin(city, WHOLE))
    own = [town for town in TOWNS if town.startswith(COUNTY)]
    with makers.everything(city) as session:
        expected = counted(session.scalars(select(Case)).all(), own)
    found = look(city, person(city, center_code=COUNTY), findings, number)
    assert as_counted(found) == expected
    # It compares with nobody whom it does not see: of two streets none stands out.
    assert {one.unit_key for one in found} == {COPIED}
    # A town compares with nobody: of its own shares none is beyond what is usual.
    assert look(city, person(city, center_code=TOWN), findings, number) == ()
    with pytest.raises(NotFound):
        look(city, person(city, center_code=makers.OTHER_CITY), findings, number)
    # Nobody without the right to read cases is told what lies in them.
    with pytest.raises(NotAllowed):
        look(city, person(city, Role.VIEWER), findings, number)


def test_a_look_is_recorded_by_those_who_assess_and_read_by_whom_it_is_about(city):
    number = computed(city, begin(city, WHOLE))
    leader, county, other = (
        person(city),
        person(city, center_code=COUNTY),
        person(city, center_code=COUNTIES[0]),
    )
    for who in (person(city, center_code=TOWN), county):
        with pytest.raises(NotAllowed):
            act(who, look_into, number, TOWN, FindingKind.INSTANT, "没有问题")
    with pytest.raises(NotAllowed):
        act(person(city, Role.DUTY_OFFICER), look_into, number, TOWN, FindingKind.INSTANT, "没有问题")
    with pytest.raises(BadInput):
        act(leader, look_into, number, TOWN, FindingKind.INSTANT, "  ")
    with pytest.raises(NotFound):
        act(leader, look_into, number, "nowhere", FindingKind.INSTANT, "抽查")
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(IntegrityLook.id))) == 0
    act(leader, look_into, number, TOWN, FindingKind.INSTANT, "抽查5件 电话13812345678核实")
    act(leader, look_into, number, TOWN, FindingKind.INSTANT, "再查属实")
    for who in (leader, county, person(city, center_code=TOWN)):
        seen = look(city, who, looks, number)
        assert [(one.unit_key, one.result) for one in seen] == [
            (TOWN, "再查属实"), (TOWN, "抽查5件 电话13812345678核实")]  # fmt: skip
    assert look(city, other, looks, number) == ()
    with makers.everything(city) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event == "finding looked into")).all()
        assert len(entries) == 2
        assert all("13812345678" not in (entry.after or "") for entry in entries)


# -- nominations


def nominated(url: str, number: int, unit: str) -> int:
    return int(act(person(url, Role.DUTY_OFFICER), nominate, number, unit, f"理由{unit}"))


def decided(url: str, nomination: int, selected: bool, seen: int = 1, who: Any = None) -> None:
    act(who or person(url), select_unit, nomination, selected, seen)


def selection(url: str, **quotas: int) -> int:
    return computed(url, begin(url, target(), rate(), quotas=quotas))


def test_a_unit_is_nominated_once_with_a_reason_by_its_own_people(city):
    number = selection(city, street=2)
    town = person(city, center_code=TOWN)
    with pytest.raises(BadInput):
        act(town, nominate, number, TOWN, " ")
    with pytest.raises(NotFound):
        act(town, nominate, number, HASTY, "理由")
    act(town, nominate, number, TOWN, "理由")
    for who in (town, person(city)):
        with pytest.raises(BadInput, match="已经被推荐过"):
            act(who, nominate, number, TOWN, "再推荐")
    with pytest.raises(NotAllowed):
        act(person(city, Role.VIEWER), nominate, number, HASTY, "理由")
    with makers.everything(city) as session:
        (kept,) = session.scalars(select(Nomination))
        assert (kept.unit_key, kept.reason, kept.selected) == (TOWN, "理由", None)
    # Before the places are shown the town does not read its own here either; nobody else's ever.
    (own,) = look(city, town, nominations, number)
    assert (own.unit_key, own.rank) == (TOWN, None)
    assert look(city, person(city, center_code=COUNTIES[0]), nominations, number) == ()
    (all_,) = look(city, person(city), nominations, number)
    assert all_.rank is not None
    without = computed(city, begin(city, WHOLE, name="不评选的方案"))
    with pytest.raises(BadInput, match="不设评选名额"):
        act(town, nominate, without, TOWN, "理由")


def test_another_person_selects_while_it_is_judged(city):
    number = selection(city, street=2)
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    first = int(act(leader, nominate, number, STREETS[0], "理由"))
    with pytest.raises(WrongState):
        decided(city, first, True, who=director)  # self-check still lasts
    moved(city, number, "review")
    with pytest.raises(NotAllowed, match="自己推荐"):
        decided(city, first, True, who=leader)
    with pytest.raises(NotAllowed):
        decided(city, first, True, who=person(city, center_code=COUNTIES[0]))
    with pytest.raises(Conflict):
        decided(city, first, True, seen=7, who=director)
    decided(city, first, True, who=director)
    (one,) = look(city, leader, nominations, number)
    assert (one.selected, one.decided_by) == (True, director.name)
    decided(city, first, False, seen=one.seen, who=director)
    (one,) = look(city, leader, nominations, number)
    assert one.selected is False


def test_each_group_has_its_own_quota(city):
    others = [town for town in TOWNS if town not in STREETS]
    group = group_of(others[0]).value
    number = selection(city, street=2, **{group: 1})
    streets = [nominated(city, number, town) for town in STREETS[:3]]
    rest = [nominated(city, number, town) for town in others[:2]]
    moved(city, number, "review")
    for nomination in (*streets[:2], rest[0]):
        decided(city, nomination, True)
    for nomination, most in ((streets[2], 2), (rest[1], 1)):
        with pytest.raises(BadInput, match=f"名额是{most}个，已经评满"):
            decided(city, nomination, True)
    decided(city, streets[2], False)  # to be turned down needs no place
    decided(city, streets[0], False, seen=2)
    decided(city, streets[2], True, seen=2)
    found = {one.id: one.selected for one in look(city, person(city), nominations, number)}
    assert found == {streets[0]: False, streets[1]: True, streets[2]: True, rest[0]: True, rest[1]: None}


def test_a_group_without_a_quota_selects_nobody(city):
    others = [town for town in TOWNS if town not in STREETS]
    number = selection(city, street=1)
    nomination = nominated(city, number, others[0])
    moved(city, number, "review")
    with pytest.raises(BadInput, match="名额是0个"):
        decided(city, nomination, True)


# -- what places earn, and what everybody is told of them


VETO = {"key": "accident", "name": "安全事故", "rule": "veto", "target": "1", "source": "第八条"}


def test_places_earn_but_for_vetoes_and_small_bases(city):
    steps = [[1, 10, 999_950], [2, 5, 20_000], [9, 1, 0]]
    least = 43
    indicators = (target(points=100, target="99.9", least_base=least), VETO)
    number = computed(city, begin(city, *indicators, rewards=steps))
    best = {one.group: one.key for one in look(city, person(city), ranking, number) if one.rank == 1}
    for town in TOWNS:
        value = "1" if town == best["street"] else "0"
        act(person(city), enter_score, number, town, "accident", value, "通报")
    moved(city, number, "review")
    moved(city, number, "show", until=makers.TODAY)
    assert look(city, person(city), rewards, number) == ()
    clock.set_source(lambda: MOMENT + timedelta(days=1))
    moved(city, number, "publish")
    with makers.everything(city) as session:
        units = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == number)).all()
        small, expected = set(), {}
        for one in units:
            values = unpacked(one.inputs)
            assert one.rank is not None
            few = (values["on_time"].denominator or 0) < least
            small |= {one.unit_key} if few else set()
            earns = next(((p, c) for last, p, c in steps if one.rank <= last), (0, 0))
            if values["accident"].value == Decimal(0) and not few and earns != (0, 0):
                expected[one.unit_key] = earns
        kept = {one.unit_key: (one.points, one.cents) for one in session.scalars(select(Reward))}
    assert kept == expected
    assert 0 < len(small) < len(TOWNS)
    assert len(expected) > 1
    assert best["street"] not in kept
    found = look(city, person(city), rewards, number)
    assert {one.unit_key: (one.points, one.cents) for one in found} == expected
    county = look(city, person(city, center_code=COUNTY), rewards, number)
    assert {one.unit_key for one in county} == {key for key in expected if key.startswith(COUNTY)}
    # The marks of a published place are everybody's to know.
    told = {one.key: one.marks for one in look(city, person(city), ranking, number)}
    assert told == {one.key: one.marks for one in look(city, person(city, center_code=TOWN), ranking, number)}
    for town in TOWNS:
        wanted = ["small_base:on_time"] if town in small else []
        wanted += ["veto:accident"] if town == best["street"] else []
        assert sorted(told[town]) == wanted


def test_places_that_were_published_before_marks_were_kept_have_none(city):
    number = computed(city, begin(city, target(points=100, least_base=10_000)))
    moved(city, number, "review")
    moved(city, number, "show", until=makers.TODAY)
    with makers.everything(city) as session:
        kept = session.get_one(PublishedRanking, number)
        kept.places = json.dumps([place[:8] for place in json.loads(kept.places)])
    found = look(city, person(city, center_code=TOWN), ranking, number)
    assert {one.key for one in found} == set(TOWNS)
    assert all(bool(one.marks) is one.own for one in found if one.rank is not None)
