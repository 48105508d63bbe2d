"""A month's life with accounts of four levels, from the count to the seal, on both databases."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from db.models.account import Role
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentState,
    HandScore,
    Objection,
    PublishedRanking,
    SchemeVersion,
)
from db.models.case import Case
from db.models.indicator import Suspended
from db.scope import Scope
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.assessment import commands
from lib.assessment.measuring import period_of
from lib.assessment.objections.commands import object_to, reply_to
from lib.assessment.queries import assessment, ranking, recompute, restatement, unit_card, with_other_points
from lib.centers.groups import group_of
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Told, WrongState
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.schemes.commands import draft_scheme, move_draft
from lib.schemes.queries import wordings
from lib.schemes.scheme import Rhythm
from tests import makers
from tests.assessing import act, by_hand, definition, person, plant_people, rate, target
from tests.conftest import one_for_a_file
from tests.lib.by_hand import Asked
from tests.lib.by_hand import by_hand as counted_by_hand
from tests.lib.counted import city_of
from tests.makers import CITY, COUNTY, MOMENT, TOWN, VILLAGE

MAY = date(2026, 5, 1)
TOWNS = [code for code in makers.codes() if len(code) == 9 and code.startswith(CITY)]
OTHER_TOWN = "739901001"


@pytest.fixture
def city(database):
    plant(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def plant(url: str) -> None:
    """Two years' worth of nothing but a spring of random cases; one town has none."""
    makers.plant_small(url)
    plant_people(url, CITY, COUNTY, TOWN, OTHER_TOWN, VILLAGE, makers.OTHER_CITY)
    chance = random.Random(5)
    places = [code for code in makers.codes() if code.startswith(CITY) and len(code) == 12]
    with makers.everything(url) as session:
        session.add_all(
            makers.random_case(chance, chance.choice(places), changed_at=MOMENT) for _n in range(700)
        )
        session.flush()
        session.execute(delete(Case).where(Case.center_code.startswith("739999999")))


def begin(url: str, *indicators: dict[str, Any], center_code: str = CITY, **said: Any) -> int:
    """A scheme in force since January, by two persons."""
    leader, director = person(url, center_code=center_code), person(url, Role.CENTER_DIRECTOR, center_code)
    draft = act(leader, draft_scheme, center_code, definition(*indicators, **said), date(2026, 1, 1))
    act(leader, move_draft, draft, "propose", "年初部署", 1)
    act(director, move_draft, draft, "approve", "", 2)
    with makers.eyes(url, leader) as session:
        return session.get_one(SchemeVersion, draft).scheme_id


def computed(url: str, scheme_id: int, month: date = MAY, center_code: str = CITY) -> int:
    return int(act(person(url, center_code=center_code), commands.compute, scheme_id, month))


def entered(url: str, number: int, value: str = "0", unit: str = "") -> None:
    """For one unit, or by the city for all of them."""
    for code in [unit] if unit else TOWNS:
        act(person(url), commands.enter_score, number, code, "petition", value, "会议记录")


def moved(url: str, number: int, action: str, viewer: Viewer | None = None, **named: Any) -> AssessmentState:
    who = viewer or person(url, Role.CENTER_DIRECTOR)
    with makers.eyes(url, who) as session:
        seen = assessment(session, number).seen
    return AssessmentState(
        act(who, commands.move, number, action, named.pop("reason", "核对"), seen, **named)
    )


def shown(url: str, scheme_id: int) -> int:
    number = computed(url, scheme_id)
    entered(url, number)
    moved(url, number, "review")
    moved(url, number, "show", until=makers.TODAY)
    return number


def sealed(url: str, scheme_id: int) -> int:
    number = shown(url, scheme_id)
    clock.set_source(lambda: MOMENT + timedelta(days=1))
    moved(url, number, "publish")
    moved(url, number, "seal")
    clock.set_source(lambda: MOMENT)
    return number


def rows(url: str, number: int) -> dict[str, tuple[str, int | None, int | None]]:
    """Everything that a place is: inputs, total and rank."""
    with makers.everything(url) as session:
        found = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == number))
        return {one.unit_key: (one.inputs, one.total, one.rank) for one in found}


def look(url: str, viewer: Viewer, question: Callable[..., Any], *arguments: Any) -> Any:
    with makers.eyes(url, viewer) as session:
        return question(session, *arguments)


def test_what_is_computed_equals_a_count_by_hand(city):
    """Case by case in plain Python, then the points and the places as the sentence of the rule says."""
    number = computed(city, begin(city, target(), rate(), by_hand()))
    with makers.everything(city) as session:
        held = city_of(session)
        moment = session.get_one(Assessment, number).moment
    month = Period(MAY, date(2026, 5, 31))
    assert moment == datetime.fromisoformat("2026-05-31T23:59:59+08:00")
    asked = Asked(Scope.of([CITY]), CITY, month, moment, By.TOWN)
    counted = {name: counted_by_hand(held, asked, name) for name in ("on_time", "satisfaction")}
    totals: dict[str, Decimal | None] = {}
    for town in TOWNS:
        shares = {}
        for name, parts in counted.items():
            above, below, _minutes = parts.get((town, ""), (0, 0, None))
            if below:
                exact = Decimal(above * 100) / below
                shares[name] = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        points = {}
        if "on_time" in shares:
            points["on_time"] = (max(40 - 2 * max(95 - shares["on_time"], Decimal(0)), Decimal(0)), 40)
        if "satisfaction" in shares:
            points["satisfaction"] = (60 * shares["satisfaction"] / 100, 60)
        due = sum(most for _points, most in points.values())
        all_points = sum((found for found, _most in points.values()), Decimal(0))
        totals[town] = (all_points * 100 / due).quantize(Decimal("0.01"), ROUND_HALF_UP) if due else None
    assert totals["739999999"] is None, "nothing was due there"
    assert len(set(totals.values())) > 5
    places = {one.key: one for one in look(city, person(city), ranking, number)}
    assert {key: one.total for key, one in places.items()} == totals
    for town, total in totals.items():
        rivals = [other for code, other in totals.items() if group_of(code) is group_of(town)]
        better = [other for other in rivals if other is not None and total is not None and other > total]
        assert places[town].rank == (None if total is None else 1 + len(better))
        assert places[town].among == sum(other is not None for other in rivals)


def test_the_life_of_a_month(city):
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    county, town, village = (person(city, center_code=code) for code in (COUNTY, TOWN, VILLAGE))
    scheme_id = begin(city)
    number = computed(city, scheme_id)
    # Before it is shown those who are assessed know their values and nobody's place.
    assert look(city, town, ranking, number) == ()
    card = look(city, town, unit_card, number, TOWN)
    assert (card.shown, card.placed.rank, card.neighbors, card.steps) == (False, None, (), ())
    assert len(look(city, leader, ranking, number)) == 9
    with pytest.raises(BadInput, match="还有9处没有填报"):
        moved(city, number, "review", leader)
    # Self check: a town for itself, a county for its towns, nobody for others.
    act(town, commands.enter_score, number, TOWN, "petition", " ２ ", "会议记录 13812345678")
    act(county, commands.enter_score, number, "739902002", "petition", "1.5", "会议记录")
    for who, unit in ((town, OTHER_TOWN), (county, OTHER_TOWN), (village, TOWN), (town, "nothing")):
        with pytest.raises(NotFound):
            act(who, commands.enter_score, number, unit, "petition", "0", "会议记录")
    for value, evidence, sentence in (
        ("20.1", "会议记录", "最多填20"), ("-1", "会议记录", "不小于0"), ("", "会议记录", "不小于0"),
        ("许多", "会议记录", "不小于0"), ("0.00001", "会议记录", "4位小数"), ("1", " ", "佐证"),
        ("1e-30", "会议记录", "不小于0"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=sentence):
            act(town, commands.enter_score, number, TOWN, "petition", value, evidence)
    for indicator in ("on_time", "nothing"):
        with pytest.raises(BadInput, match="系统计算"):
            act(town, commands.enter_score, number, TOWN, indicator, "99", "会议记录")
    entered(city, number)
    act(town, commands.enter_score, number, TOWN, "petition", "3", "会议记录")
    for action in ("show", "publish", "seal", "return"):
        with pytest.raises(WrongState):
            moved(city, number, action, director)
    for who in (county, town, village):
        with pytest.raises(NotAllowed):
            moved(city, number, "review", who)
        with pytest.raises(NotAllowed):
            act(who, commands.compute, scheme_id, MAY)
    assert moved(city, number, "review", leader) is AssessmentState.REVIEW
    with pytest.raises(WrongState, match="不能填报"):
        act(town, commands.enter_score, number, TOWN, "petition", "0", "会议记录")
    act(director, commands.enter_score, number, OTHER_TOWN, "petition", "1", "核实材料")
    with pytest.raises(NotAllowed, match="自己经手"):
        moved(city, number, "show", leader)
    for until in (makers.TODAY - timedelta(days=1), makers.TODAY + timedelta(days=61)):
        with pytest.raises(BadInput, match="截止日"):
            moved(city, number, "show", director, until=until)
    last = makers.TODAY + timedelta(days=2)
    moved(city, number, "show", director, until=last)
    # Shown: everybody below reads the places, and opens their own alone.
    for who, own in ((town, 1), (county, 3), (village, 0)):
        places = look(city, who, ranking, number)
        assert (len(places), sum(one.own for one in places)) == (9, own)
    with pytest.raises(NotFound):
        look(city, person(city, center_code=makers.OTHER_CITY), ranking, number)
    with pytest.raises(NotFound):
        look(city, town, unit_card, number, OTHER_TOWN)
    before = look(city, town, unit_card, number, TOWN)
    assert before.shown
    assert before.placed.score.points["petition"] == -3
    assert {one.name for one in before.neighbors} <= {f"中心{code}" for code in TOWNS if code != TOWN}
    objected(city, number, town, county, leader, director)
    for days in (0, 2):  # the last day is one of the days for objections
        clock.set_source(lambda days=days: MOMENT + timedelta(days=days))
        with pytest.raises(WrongState, match="异议期到"):
            moved(city, number, "publish", director)
    clock.set_source(lambda: MOMENT + timedelta(days=3))
    with pytest.raises(WrongState, match="截止"):
        act(town, object_to, number, TOWN, "petition", "迟了")
    with pytest.raises(NotAllowed, match="自己经手"):
        moved(city, number, "publish", leader)
    moved(city, number, "publish", director)
    with pytest.raises(WrongState):
        act(town, object_to, number, TOWN, "petition", "迟了")
    with pytest.raises(WrongState, match="不能重新计算"):
        act(leader, commands.compute, scheme_id, MAY)
    assert moved(city, number, "seal", leader) is AssessmentState.SEALED
    for action in ("review", "return", "show", "publish", "seal"):
        with pytest.raises(WrongState):
            moved(city, number, action, director)
    found = look(city, village, recompute, number)
    assert (found.matches, found.units, found.places_follow) == (True, 9, True)
    assert found.fingerprint == look(city, town, assessment, number).fingerprint


def objected(url: str, number: int, town: Viewer, county: Viewer, leader: Viewer, director: Viewer) -> None:
    """One objection is upheld and moves the places at once, another is not; no third."""
    before = rows(url, number)
    objection = act(town, object_to, number, TOWN, "on_time", "系统故障，漏统3件")
    other = act(town, object_to, number, TOWN, "petition", "并非越级")
    for indicator in ("on_time", "petition"):
        with pytest.raises(BadInput, match="只能提一次"):
            act(town, object_to, number, TOWN, indicator, "再提一次")
    for who, unit, error in (
        (county, TOWN, NotAllowed),
        (leader, TOWN, NotAllowed),
        (town, OTHER_TOWN, NotFound),
    ):
        with pytest.raises(error):
            act(who, object_to, number, unit, "satisfaction", "代为提出")
    for indicator, reason in (("satisfaction", ""), ("nothing", "没有这一项")):
        with pytest.raises(BadInput, match="理由"):
            act(town, object_to, number, TOWN, indicator, reason)
    for who in (town, county):
        with pytest.raises(NotAllowed):
            act(who, reply_to, objection, "uphold", "属实", "100")
    with pytest.raises(BadInput, match="理由"):
        act(director, reply_to, objection, "uphold", "", "100")
    with pytest.raises(BadInput, match="不小于0"):
        act(director, reply_to, objection, "uphold", "属实", "")
    with pytest.raises(NotFound):
        act(director, reply_to, objection, "nothing", "属实", "100")
    clock.set_source(lambda: MOMENT + timedelta(days=3))
    with pytest.raises(BadInput, match="还有2件异议"):
        moved(url, number, "publish", director)
    clock.set_source(lambda: MOMENT)
    assert rows(url, number) == before, "asking moves nothing"
    act(director, reply_to, objection, "uphold", "属实", "100")
    act(leader, reply_to, other, "reject", "经核实属越级上访")
    after = rows(url, number)
    assert (after[TOWN][1] or 0) > (before[TOWN][1] or 0)
    assert (after[TOWN][2] or 0) <= (before[TOWN][2] or 0)
    assert {key: row[:2] for key, row in after.items() if key != TOWN} == {
        key: row[:2] for key, row in before.items() if key != TOWN
    }  # fmt: skip
    public = {one.key: (one.total, one.rank) for one in look(url, county, ranking, number)}
    assert public == {
        key: (total and Decimal(total) / 100, place) for key, (_i, total, place) in after.items()
    }
    with pytest.raises(WrongState):
        act(director, reply_to, objection, "reject", "改主意", "")
    card = look(url, town, unit_card, number, TOWN)
    assert {one.indicator: (one.state, one.value) for one in card.objections} == {
        "on_time": ("upheld", "100"), "petition": ("rejected", None),
    }  # fmt: skip
    assert card.placed.score.points["on_time"] == 40


def test_nobody_answers_their_own_objection(city):
    """Also where the center that assesses is itself assessed by its own people's eyes."""
    scheme_id = begin(city, object="village", center_code=TOWN)
    number = computed(city, scheme_id, center_code=TOWN)
    with makers.everything(city) as session:
        boss = person(city, Role.LEADER, TOWN)
        row = session.get_one(Assessment, number)
        row.state, row.objections_until = AssessmentState.OBJECTIONS, makers.TODAY
        raised = Objection(
            assessment_id=number, center_code=VILLAGE, unit_key=VILLAGE, indicator="on_time", state="open",
            reason="漏统", raised_by_id=boss.account_id, raised_by=boss.name, raised_at=MOMENT,
        )  # fmt: skip
        session.add(raised)
        session.flush()
        objection = raised.id
    with pytest.raises(NotAllowed, match="自己经手"):
        act(boss, reply_to, objection, "uphold", "属实", "100")
    act(person(city, Role.CENTER_DIRECTOR, TOWN), reply_to, objection, "uphold", "属实", "100")


def test_a_period_that_is_not_over_and_a_scheme_that_does_not_hold(city):
    scheme_id = begin(city)
    with pytest.raises(BadInput, match="还没有过完"):
        computed(city, scheme_id, date(2026, 6, 1))
    with pytest.raises(NotFound, match="没有已生效"):
        computed(city, scheme_id, date(2025, 12, 1))
    for number in (scheme_id + 1, -1):
        with pytest.raises(NotFound):
            computed(city, number)
    windows = definition({"key": "smile", "name": "满意", "rule": "rate", "points": 100, "source": "第一条"},
                         name="窗口", object="window")  # fmt: skip
    with pytest.raises(BadInput, match="没有可考核的单位"):
        computed(city, begin(city, *windows.pop("indicators"), **windows))
    assert [period_of(rhythm, date(2026, 5, 17)).first for rhythm in Rhythm] == [
        MAY, date(2026, 4, 1), date(2026, 1, 1),
    ]  # fmt: skip
    assert [period_of(rhythm, date(2026, 11, 30)).last for rhythm in Rhythm] == [
        date(2026, 11, 30), date(2026, 12, 31), date(2026, 12, 31),
    ]  # fmt: skip


def test_counted_again_until_it_is_shown_and_frozen_from_then_on(city):
    scheme_id = begin(city)
    number = computed(city, scheme_id)
    entered(city, number, "2", TOWN)
    first = rows(city, number)

    def spoil() -> None:
        with makers.everything(city) as session:
            theirs = Case.center_code.startswith(TOWN) & Case.rating.is_not(None)
            session.execute(
                update(Case).where(theirs).values(rating=1, changed_at=MOMENT + timedelta(seconds=1))
            )

    spoil()
    assert rows(city, number) == first, "a change in the data waits for the next count"
    assert computed(city, scheme_id) == number
    second = rows(city, number)
    assert second[TOWN] != first[TOWN]
    assert '"petition":["2",null,null]' in second[TOWN][0], "what was entered stays"
    entered(city, number)
    moved(city, number, "review")
    moved(city, number, "show", until=makers.TODAY)
    frozen = rows(city, number)
    with makers.everything(city) as session:
        session.execute(delete(Case).where(Case.center_code.startswith(OTHER_TOWN)))
        session.execute(update(Case).values(due_at=None, changed_at=MOMENT + timedelta(seconds=1)))
    with pytest.raises(WrongState):
        computed(city, scheme_id)
    clock.set_source(lambda: MOMENT + timedelta(days=1))
    moved(city, number, "publish")
    moved(city, number, "seal")
    assert rows(city, number) == frozen


def test_returned_to_self_check_nobody_below_sees_places(city):
    number = shown(city, begin(city))
    town = person(city, center_code=TOWN)
    assert len(look(city, town, ranking, number)) == 9
    with pytest.raises(BadInput, match="理由"):
        moved(city, number, "return", reason=" ")
    moved(city, number, "return", reason="数据有误")
    assert look(city, town, ranking, number) == ()
    assert not look(city, town, unit_card, number, TOWN).shown


def test_a_sealed_month_stays_and_what_changed_shows_beside_it(city):
    scheme_id = begin(city)
    number = sealed(city, scheme_id)
    leader, town = person(city), person(city, center_code=TOWN)
    before, places = rows(city, number), look(city, town, ranking, number)
    assert look(city, leader, restatement, number) == ()
    with makers.everything(city) as session:
        case = session.scalars(
            select(Case).where(
                Case.center_code.startswith(TOWN), Case.rated_at.between(
                    datetime.fromisoformat("2026-05-02T00:00+00:00"),
                    datetime.fromisoformat("2026-05-30T00:00+00:00"),
                ), Case.rating >= 4,
            )
        ).first()  # fmt: skip
        assert case is not None
        case.rating, case.changed_at = 1, MOMENT + timedelta(seconds=1)
        session.add(makers.variant_version(1, suspended=Suspended.STAYS))
    # Neither the case nor another way of counting touches what was sealed.
    assert rows(city, number) == before
    assert look(city, town, ranking, number) == places
    again = look(city, town, recompute, number)
    assert (again.matches, again.places_follow) == (True, True)
    (changed,) = look(city, leader, restatement, number)
    assert (changed.key, changed.indicator.key) == (TOWN, "satisfaction")
    assert changed.sealed.numerator == (changed.today.numerator or 0) + 1
    assert changed.sealed.denominator == changed.today.denominator
    assert changed.total_sealed == Decimal(before[TOWN][1] or 0) / 100
    assert changed.total_today is not None
    assert changed.total_today < changed.total_sealed
    for who in (town, person(city, center_code=COUNTY)):
        with pytest.raises(NotFound):
            look(city, who, restatement, number)
        with pytest.raises(NotFound):
            look(city, who, with_other_points, number, ())
    other = look(city, leader, with_other_points, number, (("on_time", Decimal(0)),))
    assert {one.key: one.rank_before for one in other} == {key: row[2] for key, row in before.items()}
    assert rows(city, number) == before


@pytest.mark.parametrize("touched", ["total", "rank", "inputs"])
def test_a_sealed_row_that_somebody_changed_is_found(city, touched):
    number = sealed(city, begin(city))
    with makers.everything(city) as session:
        row = session.scalars(
            select(AssessedUnit).where(AssessedUnit.assessment_id == number, AssessedUnit.unit_key == TOWN)
        ).one()
        new = {"total": 1, "rank": 99, "inputs": row.inputs.replace('"0"', '"1"')}[touched]
        setattr(row, touched, new)
    found = look(city, person(city, center_code=VILLAGE), recompute, number)
    assert (found.matches, found.places_follow) == (touched != "inputs", False)


def test_the_fingerprint_is_the_same_on_both_databases(request, tmp_path):
    found = {}
    for kind in ("sqlite", "postgresql"):
        folder = Path(tmp_path / kind)
        folder.mkdir()
        with one_for_a_file(request, kind, folder) as url:
            plant(url)
            clock.set_source(lambda: MOMENT)
            scheme_id = begin(url)
            number = shown(url, scheme_id)
            objection = act(person(url, center_code=TOWN), object_to, number, TOWN, "on_time", "漏统")
            act(person(url), reply_to, objection, "uphold", "属实", "97.25")
            clock.set_source(lambda: MOMENT + timedelta(days=1))
            moved(url, number, "publish")
            moved(url, number, "seal")
            found[kind] = (look(url, person(url), assessment, number).fingerprint, rows(url, number))
    assert found["sqlite"][0] is not None
    assert found["sqlite"] == found["postgresql"]


def test_where_neighbors_alone_are_published(city):
    """Villages of one town: each knows itself and two on each side, those above know all."""
    scheme_id = begin(city, object="village", published="neighbors")
    number = computed(city, scheme_id)
    villages = [code for code in makers.codes() if len(code) == 12 and code.startswith(CITY)]
    for code in villages:
        entered(city, number, str(villages.index(code) % 4), code)
    moved(city, number, "review")
    moved(city, number, "show", until=makers.TODAY)
    everybody = look(city, person(city), ranking, number)
    assert len(everybody) == len(villages)
    (own,) = look(city, person(city, Role.DUTY_OFFICER, VILLAGE), ranking, number)
    assert (own.key, own.own) == (VILLAGE, True)
    card = look(city, person(city, Role.DUTY_OFFICER, VILLAGE), unit_card, number, VILLAGE)
    group = [one for one in everybody if one.group == own.group and one.rank is not None]
    where = [one.key for one in group].index(VILLAGE)
    near = [*group[max(where - 2, 0) : where], *group[where + 1 : where + 3]]
    assert [(one.name, one.rank, one.total) for one in card.neighbors] == [
        (one.name, one.rank, one.total) for one in near
    ]  # fmt: skip
    # What hangs on all the others is not told, because they are not known.
    assert card.steps == ()
    assert len(look(city, person(city, center_code=TOWN), ranking, number)) == 3
    with makers.everything(city) as session:
        assert session.scalar(select(func.count()).select_from(PublishedRanking)) == 0


def test_why_a_town_moved_since_the_month_before(city):
    scheme_id = begin(city)
    april = computed(city, scheme_id, date(2026, 4, 1))
    entered(city, april)
    may = computed(city, scheme_id)
    entered(city, may)
    for number in (april, may):
        moved(city, number, "review")
        moved(city, number, "show", until=makers.TODAY)
    then, now = rows(city, april), rows(city, may)
    card = look(city, person(city, center_code=TOWN), unit_card, may, TOWN)
    moved_by = card.movement
    assert moved_by is not None
    assert moved_by.total_change == Decimal((now[TOWN][1] or 0) - (then[TOWN][1] or 0)) / 100
    assert moved_by.places_won == (then[TOWN][2] or 0) - (now[TOWN][2] or 0)
    assert (moved_by.own or 0) + (moved_by.others or 0) == moved_by.places_won
    places = {one.key: one for one in look(city, person(city, center_code=COUNTY), ranking, may)}
    assert {key: one.rank_before for key, one in places.items()} == {key: row[2] for key, row in then.items()}


def both_at_once(url: str, first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """What became of two clicks at the same moment."""
    together, told = threading.Barrier(2), []

    def click(action: Callable[[], object]) -> None:
        together.wait()
        try:
            action()
            told.append("done")
        except Told as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=click, args=(action,)) for action in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(told)


def test_a_double_submit_has_one_effect(city):
    scheme_id = begin(city)
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    town = person(city, center_code=TOWN)
    assert both_at_once(city, *[lambda: act(leader, commands.compute, scheme_id, MAY)] * 2) == [
        "done",
        "done",
    ]
    with makers.everything(city) as session:
        number = session.scalars(select(Assessment.id)).one()
        assert session.scalar(select(func.count(AssessedUnit.id))) == 9
    enter = lambda: act(town, commands.enter_score, number, TOWN, "petition", "1", "会议记录")  # noqa: E731
    assert both_at_once(city, enter, enter) == ["done", "done"]
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(HandScore.id))) == 1
    entered(city, number)
    moved(city, number, "review", leader)
    with makers.eyes(city, director) as session:
        seen = assessment(session, number).seen
    show = lambda: act(director, commands.move, number, "show", "", seen, makers.TODAY)  # noqa: E731
    first, second = both_at_once(city, show, show)
    assert "done" in (first, second)
    assert {first, second} & {"Conflict", "WrongState"}
    with makers.everything(city) as session:
        assert session.scalar(select(func.count()).select_from(PublishedRanking)) == 1
    ask = lambda: act(town, object_to, number, TOWN, "on_time", "漏统")  # noqa: E731
    assert both_at_once(city, ask, ask) == ["BadInput", "done"]
    with makers.everything(city) as session:
        objection = session.scalars(select(Objection.id)).one()
    answer = lambda: act(director, reply_to, objection, "uphold", "属实", "99")  # noqa: E731
    first, second = both_at_once(city, answer, answer)
    assert "done" in (first, second)
    assert {first, second} & {"Conflict", "WrongState"}


def test_a_value_that_comes_while_the_places_are_shown_waits_and_is_refused(city):
    """It would stand in the seal and in no place that was shown."""
    scheme_id = begin(city)
    leader, director = person(city), person(city, Role.CENTER_DIRECTOR)
    number = computed(city, scheme_id)
    entered(city, number)
    moved(city, number, "review")
    with makers.eyes(city, director) as session:
        seen = assessment(session, number).seen
    told: list[str] = []

    def late() -> None:
        try:
            act(leader, commands.enter_score, number, TOWN, "petition", "9", "会议记录")
        except Told as error:
            told.append(type(error).__name__)

    with acting(director) as session:
        commands.move(session, number, "show", "", seen, makers.TODAY)
        waiting = threading.Thread(target=late)
        waiting.start()
        waiting.join(0.7)
        assert waiting.is_alive(), "it did not wait for the step"
    waiting.join(20)
    assert told == ["WrongState"]
    with makers.everything(city) as session:
        value = select(HandScore.value).where(HandScore.unit_key == TOWN)
        assert session.scalars(value).one() == "0"


def test_a_step_against_what_was_not_seen_is_told(city):
    number = computed(city, begin(city))
    entered(city, number)
    with pytest.raises(Conflict, match="刷新"):
        act(person(city), commands.move, number, "review", "", 99)
    with pytest.raises(NotFound):
        act(person(city), commands.move, number, "nothing", "", 1)
    with makers.eyes(city, person(city)) as session:
        assert assessment(session, number).state is AssessmentState.SELF_CHECK
        assert len(wordings(session, assessment(session, number).scheme_id)) == 1
