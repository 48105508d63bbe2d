"""Points and allowances: exact arithmetic, sheets that two people answer for, awards, and accountability."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.duty import CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid
from db.models.reward import (
    AccountabilityKind,
    AllowanceLine,
    AllowanceSheet,
    Award,
    AwardKind,
    SheetState,
)
from db.models.roster import PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.approvals.queries import preview_of, waiting_for_me
from lib.approvals.waiting import Kind
from lib.audit.queries import EVENT_WORDS
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, WrongState
from lib.i18n import LANGUAGES, speaking
from lib.roster.accountability.commands import call_to_account, lift_accountability
from lib.roster.accountability.queries import accountability_in
from lib.roster.rewards import rules
from lib.roster.rewards.awards.commands import give_award, withdraw_award
from lib.roster.rewards.awards.queries import awards_in, people_to_reward
from lib.roster.rewards.commands import (
    approve_sheet,
    correct_line,
    make_sheet,
    recount,
    return_sheet,
    set_allowance_rule,
    submit_sheet,
)
from lib.roster.rewards.counting import (
    Facts,
    Given,
    Held,
    ItemKind,
    count,
    facts_kept,
    items_kept,
    kept,
    part_of,
)
from lib.roster.rewards.exporting.commands import export_sheet
from lib.roster.rewards.queries import (
    counted_again,
    points_board,
    sheet_card,
    sheets_below,
)
from lib.roster.rewards.rules import Rule
from lib.roster.rewards.ruling.queries import effect_of_rule, rule_history, rule_in_force
from lib.roster.rewards.words import amount, cents_of, spoken
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)
EXPORT = "EX-20260630-7F3K9Q"
RULE = Rule(
    {PostRole.FULL_TIME: 60_000, PostRole.MEDIATOR: 0}, patrol_cents=300, patrol_cap_cents=1_000,
    household_cents=200, patrol_points=1, household_points=2, commendation_points=10, point_cents=50,
    absence_cents=5_000, untrained_cents=10_000,
)  # fmt: skip


def definition(rule: Rule = RULE) -> dict:
    said = dataclasses.asdict(rule)
    return said | {"base": {role.value: cents for role, cents in rule.base.items()}}


# -- the arithmetic

amounts = st.integers(0, rules.MOST_CENTS)
small = st.integers(0, 40)
some_rules = st.builds(
    Rule,
    st.dictionaries(st.sampled_from(list(PostRole)), amounts, max_size=4),
    patrol_cents=amounts,
    patrol_cap_cents=st.none() | amounts,
    household_cents=amounts,
    household_cap_cents=st.none() | amounts,
    patrol_points=small,
    household_points=small,
    commendation_points=small,
    point_cents=amounts,
    absence_cents=amounts,
    untrained_cents=amounts,
)
awards = st.builds(
    Given, st.sampled_from(list(AwardKind)), st.integers(-200, 200), amounts, st.text("救火一b", max_size=5)
)


@st.composite
def some_facts(draw):
    days = draw(st.integers(28, 31))
    roles = draw(st.lists(st.sampled_from(list(PostRole)), unique=True, max_size=3))
    held = tuple(Held(role, draw(st.integers(1, days)), ("甲网格",)) for role in roles)
    return Facts(
        days, held, draw(small), draw(small), draw(st.integers(0, 5)), draw(st.booleans()),
        tuple(draw(st.lists(awards, max_size=3))),
    )  # fmt: skip


@given(amounts, st.integers(28, 31), st.data())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_a_part_of_a_month_is_exact_to_the_cent_half_up(cents, month, data):
    days = data.draw(st.integers(0, month))
    exact = Fraction(cents * days, month)
    found = part_of(cents, days, month)
    assert found == (exact + Fraction(1, 2)).__floor__()
    assert abs(found - exact) <= Fraction(1, 2)
    assert part_of(cents, month, month) == cents


@given(some_facts(), some_rules)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_the_lines_add_up_and_nothing_falls_below_nothing(facts, rule):
    found = count(facts, rule)
    assert found.cents == sum(one.cents for one in found.items) >= 0
    assert found.points == sum(one.points for one in found.items) >= 0
    words = kept(facts, found.items)
    assert (facts_kept(words), items_kept(words)) == (facts, found.items)
    for language in LANGUAGES:
        with speaking(language):
            for one in found.items:
                assert "{" not in spoken(one)


@given(some_facts(), some_rules, st.data())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_more_work_never_pays_less_and_more_absence_never_more(facts, rule, data):
    now = count(facts, rule)
    more = {
        "patrols": facts.patrols + 1,
        "households": facts.households + 1,
        "given": (*facts.given, Given(AwardKind.COMMENDATION, 3, 100, "好")),
        "held": tuple(
            dataclasses.replace(one, days=min(one.days + 1, facts.month_days)) for one in facts.held
        ),
    }  # fmt: skip
    for name, value in more.items():
        then = count(dataclasses.replace(facts, **{name: value}), rule)
        assert then.cents >= now.cents, name
        assert then.points >= now.points, name
    worse = {"absences": facts.absences + 1, "untrained": True}
    name = data.draw(st.sampled_from(sorted(worse)))
    assert count(dataclasses.replace(facts, **{name: worse[name]}), rule).cents <= now.cents


def test_the_arithmetic_is_read_aloud():
    facts = Facts(
        30, (Held(PostRole.FULL_TIME, 20),), 5, 2, 1, True,
        (Given(AwardKind.COMMENDATION, 0, 0, "救火"), Given(AwardKind.SUBSIDY, 0, 12_345, "高温")),
    )  # fmt: skip
    found = count(facts, RULE)
    assert [spoken(one) for one in found.items] == [
        "专职网格员基础补助 600.00元 × 20天 ÷ 30天 = 400.00元",
        "巡查补助 3.00元 × 5次 = 15.00元，封顶10.00元",
        "走访补助 2.00元 × 2户 = 4.00元",
        "巡查积分 1分 × 5次 = +5分",
        "走访积分 2分 × 2户 = +4分",
        "通报表扬（救火）+10分",
        "一次性补助（高温）123.45元",
        "积分折合 0.50元 × 19分 = 9.50元",
        "抽查脱岗或失联 50.00元 × 1次 = −50.00元",
        "没有有效的培训合格记录，扣减100.00元",
    ]
    assert (found.cents, found.points) == (40_000 + 1_000 + 400 + 12_345 + 950 - 5_000 - 10_000, 19)


def test_a_floor_is_a_line_of_its_own():
    facts = Facts(30, (), 0, 0, 3, True, (Given(AwardKind.CRITICISM, -7, 0, "误报"),))
    found = count(facts, RULE)
    assert (found.cents, found.points) == (0, 0)
    assert {ItemKind.FLOOR, ItemKind.POINTS_FLOOR} <= {one.kind for one in found.items}


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("600", 60_000), ("６００.5", 60_050), ("1,234.56", 123_456), ("0.005", None), ("x", None),
     ("nan", None), ("", None), ("1e400", None), ("-3", -300)],
)  # fmt: skip
def test_amounts_are_read_to_the_cent(typed, cents):
    assert cents_of(typed) == cents


def test_amounts_are_written():
    assert [amount(one) for one in (0, 5, 123_456, -700)] == ["0.00", "0.05", "1,234.56", "−7.00"]


@pytest.mark.parametrize(
    "wrong",
    [{"nothing": 1}, {"base": {"x": 1}}, {"base": {"full_time": -1}}, {"base": {"full_time": 1.5}},
     {"base": {"full_time": 1}, "patrol_points": True}, {"base": {"full_time": 1}, "point_cents": None},
     {"base": {"full_time": 1}, "patrol_cents": 10**9}, {"base": {}}, {"base": [1]}, {}],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(BadInput):
        rules.read(wrong)


def test_a_rule_is_kept_and_read_again():
    assert rules.load(rules.dump(RULE)) == RULE
    assert rules.read(definition(rules.USUAL)) == rules.USUAL
    assert set(rules.NUMBER_WORDS) == {one.name for one in dataclasses.fields(Rule)} - {"base"}


# -- sheets


@pytest.fixture
def city(database):
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(
            makers.account(role, code)
            for code in (CITY, COUNTY, TOWN, "739902002")
            for role in (Role.LEADER, Role.CENTER_DIRECTOR, Role.GRIDWORKER_MANAGER)
        )
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def somebody(url: str, role: Role = Role.CENTER_DIRECTOR, code: str = TOWN) -> Viewer:
    with makers.everything(url) as session:
        return makers.viewer_of_account(
            session.scalars(select(Account).where(Account.role == role, Account.center_code == code)).one()
        )


def worker(url: str, name: str = "张三", since: date = date(2026, 6, 11), code: str = VILLAGE) -> int:
    with makers.everything(url) as session:
        grid = session.scalars(select(Grid).where(Grid.center_code == code).order_by(Grid.id)).first()
        held = makers.person(code, name)
        session.add(held)
        session.flush()
        session.add(makers.post(grid, held, PostRole.FULL_TIME, since))
        return held.id


def patrol(url: str, person: int, day: date, code: str = VILLAGE) -> None:
    with makers.everything(url) as session:
        grid = session.scalars(select(Grid).where(Grid.center_code == code).order_by(Grid.id)).first()
        session.add(
            Patrol(grid_id=grid.id, person_id=person, center_code=code, day=day, minutes=60,
                   recorded_by="x", recorded_at=MOMENT)
        )  # fmt: skip


def ruled(url: str, code: str = COUNTY, rule: Rule = RULE, since: date = MAY) -> None:
    with acting(somebody(url, Role.LEADER, code)) as session:
        set_allowance_rule(session, code, definition(rule), since, "文1号")


def made(url: str, by: Viewer, month: date = JUNE) -> int:
    with acting(by) as session:
        return make_sheet(session, TOWN, month)


def card(url: str, by: Viewer, month: date = JUNE):
    with makers.eyes(url, by) as session:
        found = sheet_card(session, TOWN, month)
        assert found is not None
        return found


def test_a_sheet_counts_what_stands_in_the_tables(city):
    key, boss = worker(city), somebody(city)
    ruled(city)
    for day in (12, 12, 13, 14):  # twice on one day is once
        patrol(city, key, date(2026, 6, day))
    patrol(city, key, date(2026, 5, 31))
    with makers.everything(city) as session:
        grid = session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).first()
        session.add_all(
            Visit(grid_id=grid.id, person_id=key, center_code=VILLAGE, day=date(2026, 6, day), household=door,
                  campaign="daily", recorded_by="x", recorded_at=MOMENT)
            for day, door in ((12, "1号"), (13, "1号"), (14, "2号"))
        )  # fmt: skip
        check = SpotCheck(center_code=COUNTY, day=TODAY, seed="1", wanted=1, roles="full_time",
                          drawn_from="[]", drawn_by="x", drawn_at=MOMENT)  # fmt: skip
        session.add(check)
        session.flush()
        post = session.scalar(select(func.max(CheckedPost.id)))
        assert post is None
        from db.models.roster import Post

        own = session.scalars(select(Post.id).where(Post.person_id == key)).one()
        session.add(
            CheckedPost(spot_check_id=check.id, post_id=own, person_id=key, center_code=VILLAGE, place=1,
                        finding=Finding.UNREACHABLE, checked_by="x", checked_at=MOMENT)
        )  # fmt: skip
    with acting(boss) as session:
        give_award(session, key, TODAY, AwardKind.COMMENDATION, 0, 0, "救火")
        wrong = give_award(session, key, TODAY, AwardKind.SUBSIDY, 0, 99, "误填")
        withdraw_award(session, wrong)
    made(city, boss)
    [line] = card(city, boss).lines
    assert (line.name, line.days, line.center_code, line.roles) == (
        "张三",
        20,
        VILLAGE,
        (PostRole.FULL_TIME,),
    )
    assert line.places == (f"网格{VILLAGE}",)
    assert line.points == 3 * 1 + 2 * 2 + 10
    assert line.due == 40_000 + 900 + 400 + 17 * 50 - 5_000
    for above in (somebody(city, Role.LEADER, COUNTY), somebody(city, Role.LEADER, CITY)):
        with makers.eyes(city, above) as session:
            assert counted_again(session, card(city, boss).id) == ()
            assert sum(row.cents for row in sheets_below(session, above.center_code, JUNE)) == line.due
            board = points_board(session, above.center_code, JUNE)
            assert [(one.place, one.points) for one in board.rows] == [(1, 17)]


def test_whoever_holds_two_posts_of_a_role_is_paid_once_and_by_day(city):
    key = worker(city, since=date(2026, 6, 1))
    with makers.everything(city) as session:
        person = session.get(makers.Person, key)
        other = session.scalars(select(Grid).where(Grid.center_code == f"{TOWN}002")).first()
        session.add(makers.post(other, person, PostRole.FULL_TIME, date(2026, 6, 5), date(2026, 6, 9)))
    ruled(city)
    boss = somebody(city)
    made(city, boss)
    [line] = card(city, boss).lines
    assert (line.days, line.cents, line.center_code, len(line.places)) == (30, 60_000, TOWN, 2)


@pytest.mark.parametrize(
    ("held_on", "result", "months", "untrained"),
    [(date(2025, 6, 30), AttendanceResult.PASSED, 12, False), (date(2025, 6, 29), AttendanceResult.PASSED, 12,
     True), (date(2026, 6, 1), AttendanceResult.FAILED, 12, True), (date(2020, 1, 1), AttendanceResult.PASSED,
     None, False), (None, None, 12, True)],
)  # fmt: skip
def test_untrained_is_who_was_asked_and_has_not_passed(city, held_on, result, months, untrained):
    key = worker(city, since=date(2026, 1, 1))
    late = worker(city, "新来", since=date(2026, 6, 2))
    with makers.everything(city) as session:
        asked = TrainingRound(center_code=COUNTY, name="轮训", first_day=date(2019, 1, 1),
                              last_day=date(2026, 6, 1), roles="full_time", valid_months=months,
                              made_by="x", made_at=MOMENT)  # fmt: skip
        session.add(asked)
        session.flush()
        if held_on is not None:
            lesson = TrainingSession(round_id=asked.id, center_code=TOWN, subject="课", held_on=held_on,
                                     minutes=60, made_by="x", made_at=MOMENT)  # fmt: skip
            session.add(lesson)
            session.flush()
            session.add(
                Attendance(session_id=lesson.id, person_id=key, center_code=VILLAGE, round_id=asked.id,
                           held_on=held_on, result=result, recorded_by="x", recorded_at=MOMENT)
            )  # fmt: skip
    ruled(city)
    boss = somebody(city)
    made(city, boss)
    found = {one.person_id: {item.kind for item in one.items} for one in card(city, boss).lines}
    assert (ItemKind.UNTRAINED in found[key]) is untrained
    assert ItemKind.UNTRAINED not in found[late]


def test_the_nearest_centers_newest_rule_holds(city):
    ruled(city, CITY, dataclasses.replace(RULE, patrol_cents=1), date(2026, 4, 1))
    ruled(city, COUNTY, dataclasses.replace(RULE, patrol_cents=2), MAY)
    ruled(city, COUNTY, dataclasses.replace(RULE, patrol_cents=3), JUNE)
    ruled(city, COUNTY, dataclasses.replace(RULE, patrol_cents=4), date(2026, 7, 1))
    boss = somebody(city)
    with makers.eyes(city, boss) as session:
        for month, cents in ((date(2026, 4, 1), 1), (MAY, 2), (JUNE, 3), (date(2026, 8, 1), 4)):
            found = rule_in_force(session, TOWN, month)
            assert found is not None
            assert found.rule.patrol_cents == cents
        assert rule_in_force(session, TOWN, date(2026, 3, 1)) is None
        assert len(rule_history(session, TOWN)) == 4
    with pytest.raises(NotFound), acting(boss) as session:  # a rule of one's own center and below alone
        set_allowance_rule(session, COUNTY, definition(), JUNE, "文")
    with pytest.raises(NotAllowed), acting(somebody(city, Role.GRIDWORKER_MANAGER)) as session:
        set_allowance_rule(session, TOWN, definition(), JUNE, "文")
    with pytest.raises(BadInput), acting(boss) as session:
        set_allowance_rule(session, TOWN, definition(), JUNE, " ")


def test_one_makes_another_approves_and_then_it_stands(city):
    key, boss, keeper = worker(city), somebody(city), somebody(city, Role.GRIDWORKER_MANAGER)
    ruled(city)
    sheet = made(city, keeper)
    with pytest.raises(NotAllowed), acting(keeper) as session:
        approve_sheet(session, sheet, 1)
    with pytest.raises(WrongState), acting(boss) as session:
        approve_sheet(session, sheet, card(city, boss).seen)
    with acting(keeper) as session:
        submit_sheet(session, sheet, card(city, boss).seen)
    with pytest.raises(Conflict), acting(boss) as session:
        approve_sheet(session, sheet, 1)
    with makers.eyes(city, boss) as session:
        [one] = waiting_for_me(session)
        assert (one.kind, one.id, [step.key for step in one.actions]) == (
            Kind.ALLOWANCES, sheet, ["approve", "return"],
        )  # fmt: skip
        assert any(line.label == "张三" for line in preview_of(session, one.kind, one.id))
    with makers.eyes(city, keeper) as session:
        assert waiting_for_me(session) == ()
    with acting(boss) as session:
        assert approve_sheet(session, sheet, one.seen) is SheetState.APPROVED
    before = card(city, boss)
    patrol(city, key, date(2026, 6, 20))  # late
    with makers.eyes(city, keeper) as session:
        [late] = counted_again(session, sheet)
    assert (late.name, late.now - late.before) == ("张三", 300 + 50)
    assert {item.kind for item in late.come} == {
        ItemKind.PATROLS, ItemKind.PATROL_POINTS, ItemKind.POINTS_VALUE,
    }  # fmt: skip
    line = before.lines[0].id
    for act in (
        lambda s: recount(s, sheet, before.seen),
        lambda s: correct_line(s, line, 1, "改", before.seen),
        lambda s: submit_sheet(s, sheet, before.seen),
        lambda s: return_sheet(s, sheet, "改", before.seen),
        lambda s: approve_sheet(s, sheet, before.seen),
    ):
        with pytest.raises(WrongState), acting(somebody(city, Role.LEADER)) as session:
            act(session)
    with pytest.raises(Conflict), acting(boss) as session:
        make_sheet(session, TOWN, TODAY)
    assert card(city, boss) == before


def test_nobody_approves_what_they_made_corrected_or_submitted_even_long_ago(city):
    """One made it, another corrected it, a third submitted it; it was sent back and counted again."""
    worker(city)
    maker, leader = somebody(city, Role.GRIDWORKER_MANAGER), somebody(city, Role.LEADER)
    boss, county = somebody(city), somebody(city, Role.CENTER_DIRECTOR, COUNTY)
    ruled(city, CITY)
    sheet = made(city, leader)

    def seen() -> int:
        return card(city, maker).seen

    with acting(boss) as session:
        then = correct_line(session, card(city, boss).lines[0].id, 100, "核实", seen())
        correct_line(session, card(city, boss).lines[0].id, None, "又核实", then)
    with acting(maker) as session:
        submit_sheet(session, sheet, seen())
    for worked in (leader, boss):
        with makers.eyes(city, worked) as session:
            assert waiting_for_me(session) == ()
        with pytest.raises(NotAllowed), acting(worked) as session:
            approve_sheet(session, sheet, seen())
    with pytest.raises(BadInput), acting(county) as session:
        return_sheet(session, sheet, " ", seen())
    with acting(county) as session:
        return_sheet(session, sheet, "天数不对", seen())
    with acting(maker) as session:
        recount(session, sheet, seen())
        submit_sheet(session, sheet, seen() + 1)
    for worked in (leader, boss):
        with pytest.raises(NotAllowed), acting(worked) as session:
            approve_sheet(session, sheet, seen())
    with makers.eyes(city, county) as session:
        assert [one.id for one in waiting_for_me(session)] == [sheet]
    with acting(county) as session:  # who sent it back has not worked on it
        assert approve_sheet(session, sheet, seen()) is SheetState.APPROVED


def test_a_correction_lasts_while_its_count_stands(city):
    one, two = worker(city), worker(city, "李四")
    ruled(city)
    boss = somebody(city)
    sheet = made(city, boss)
    for line in card(city, boss).lines:
        with acting(boss) as session:
            correct_line(session, line.id, 100, "核实", card(city, boss).seen)
    assert card(city, boss).total == 200
    for wrong in ((-1, "核实"), (10**9, "核实"), (1, "")):
        with pytest.raises(BadInput), acting(boss) as session:
            correct_line(session, card(city, boss).lines[0].id, *wrong, card(city, boss).seen)
    with pytest.raises(Conflict), acting(boss) as session:
        correct_line(session, card(city, boss).lines[0].id, 5, "核实", 1)
    patrol(city, two, date(2026, 6, 20))
    with acting(boss) as session:
        assert recount(session, sheet, card(city, boss).seen) == 1
    found = {line.person_id: line for line in card(city, boss).lines}
    assert (found[one].corrected, found[one].why, found[two].corrected) == (100, "核实", None)
    with makers.everything(city) as session:
        total = session.scalar(
            select(func.sum(func.coalesce(AllowanceLine.corrected_cents, AllowanceLine.cents)))
        )
    assert card(city, boss).total == total == 100 + found[two].cents


def test_what_cannot_be_made_or_submitted(city):
    boss = somebody(city)
    with pytest.raises(BadInput), acting(boss) as session:
        make_sheet(session, TOWN, JUNE)  # no rule
    ruled(city)
    for code, month, refused in (
        (VILLAGE, JUNE, BadInput), (TOWN, date(2026, 7, 1), BadInput), (TOWN, date(2000, 1, 1), BadInput),
        ("739902002", JUNE, NotFound), ("x", JUNE, NotFound),
    ):  # fmt: skip
        with pytest.raises(refused), acting(boss) as session:
            make_sheet(session, code, month)
    empty = made(city, boss)
    with pytest.raises(BadInput), acting(boss) as session:
        submit_sheet(session, empty, card(city, boss).seen)
    with makers.everything(city) as session:
        session.get(makers.Deployment, 1).stands_at = MOMENT - timedelta(days=1)
    worker(city)
    with acting(boss) as session:
        recount(session, empty, card(city, boss).seen)
    with pytest.raises(BadInput), acting(boss) as session:  # the month is not over
        submit_sheet(session, empty, card(city, boss).seen)
    stranger = somebody(city, code="739902002")
    for act in (
        lambda s: submit_sheet(s, empty, 1),
        lambda s: recount(s, empty, 1),
        lambda s: counted_again(s, empty),
        lambda s: export_sheet(s, empty, EXPORT, "发放"),
    ):
        with pytest.raises(NotFound), acting(stranger) as session:
            act(session)
    with makers.eyes(city, stranger) as session:
        assert sheet_card(session, TOWN, JUNE) is None
        assert sheets_below(session, TOWN, JUNE) == ()
        assert points_board(session, TOWN, JUNE).total == 0


def test_another_rule_shows_its_effect_before_it_holds(city):
    worker(city)
    ruled(city)
    boss = somebody(city)
    with makers.eyes(city, boss) as session:
        assert effect_of_rule(session, TOWN, definition()) is None
    made(city, boss)
    higher = dataclasses.replace(RULE, base={PostRole.FULL_TIME: 90_000})
    with makers.eyes(city, somebody(city, Role.LEADER, CITY)) as session:
        same = effect_of_rule(session, CITY, definition())
        found = effect_of_rule(session, CITY, definition(higher))
    assert (same.people, same.changed, same.before) == (1, 0, same.now)
    assert (found.changed, found.now - found.before, found.largest) == (
        1,
        20_000,
        (("张三", 40_000, 60_000),),
    )


def test_the_payroll_gets_what_was_approved(city):
    worker(city, "=1+1")
    ruled(city)
    boss, keeper = somebody(city), somebody(city, Role.GRIDWORKER_MANAGER)
    sheet = made(city, keeper)
    with acting(keeper) as session:
        correct_line(session, card(city, boss).lines[0].id, 12_345, "核实", 1)
        submit_sheet(session, sheet, card(city, boss).seen + 1)
    with pytest.raises(WrongState), acting(keeper) as session:
        export_sheet(session, sheet, EXPORT, "发放")
    with acting(boss) as session:
        approve_sheet(session, sheet, card(city, boss).seen)
    for export_id, reason in ((EXPORT, " "), ("x", "发放")):
        with pytest.raises(BadInput), acting(keeper) as session:
            export_sheet(session, sheet, export_id, reason)
    with acting(keeper) as session:
        file = export_sheet(session, sheet, EXPORT, "发放")
    page = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]
    assert EXPORT in str(rows)
    assert "发放" in str(rows)
    [person, total] = rows[-2:]
    assert "=1+1" in person
    assert person.count(123.45) == 1
    assert 400 in person
    assert total[0] == "合计"
    assert total.count(123.45) == 1
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(AuditEntry.seq)).where(AuditEntry.subject == EXPORT)) == 1
        events = set(session.scalars(select(AuditEntry.event)))
    assert events <= set(EVENT_WORDS)


# -- awards


def test_an_award_lies_where_the_person_worked(city):
    key, boss = worker(city), somebody(city)
    with makers.everything(city) as session:
        session.get(makers.Person, key).center_code = COUNTY  # has posts in two towns
    with acting(boss) as session:
        given_key = give_award(session, key, date(2026, 6, 12), AwardKind.POINTS, -3, 0, "迟到")
        [choice] = people_to_reward(session, TOWN, TODAY, "张")
        assert (choice.person_id, choice.place) == (key, f"网格{VILLAGE}")
        assert people_to_reward(session, TOWN, TODAY, "李") == ()
    with makers.eyes(city, somebody(city, Role.GRIDWORKER_MANAGER)) as session:
        [row] = awards_in(session, TOWN, JUNE).rows
        assert (row.id, row.name, row.score, row.withdrawn_by) == (given_key, "张三", -3, "")
        assert awards_in(session, TOWN, MAY).total == 0
    stranger = somebody(city, code="739902002")
    with pytest.raises(NotFound), acting(stranger) as session:
        withdraw_award(session, given_key)
    with pytest.raises(NotFound), acting(stranger) as session:
        give_award(session, key, TODAY, AwardKind.POINTS, 1, 0, "好")
    with acting(boss) as session:
        withdraw_award(session, given_key)
    with pytest.raises(WrongState), acting(boss) as session:
        withdraw_award(session, given_key)


@pytest.mark.parametrize(
    ("kind", "score", "cents", "reason", "day"),
    [(AwardKind.POINTS, 0, 0, "好", TODAY), (AwardKind.POINTS, 1, 5, "好", TODAY),
     (AwardKind.POINTS, 5000, 0, "好", TODAY), (AwardKind.COMMENDATION, -1, 0, "好", TODAY),
     (AwardKind.CRITICISM, 1, 0, "好", TODAY), (AwardKind.SUBSIDY, 0, 0, "好", TODAY),
     (AwardKind.SUBSIDY, 0, -5, "好", TODAY), (AwardKind.POINTS, 1, 0, " ", TODAY),
     (AwardKind.POINTS, 1, 0, "好", TODAY + timedelta(days=1))],
)  # fmt: skip
def test_an_award_that_makes_no_sense_is_refused(city, kind, score, cents, reason, day):
    key = worker(city)
    with pytest.raises(BadInput), acting(somebody(city)) as session:
        give_award(session, key, day, kind, score, cents, reason)
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(Award.id))) == 0


# -- accountability


def test_accountability_is_told_to_few(city):
    key, boss = worker(city), somebody(city)
    with pytest.raises(BadInput), acting(boss) as session:
        call_to_account(session, key, TODAY, AccountabilityKind.TALK, "", "约谈")
    with acting(boss) as session:
        record_id = call_to_account(session, key, TODAY, AccountabilityKind.TALK, "脱岗三天", "约谈")
    for above in (boss, somebody(city, Role.LEADER, CITY)):
        with makers.eyes(city, above) as session:
            [row] = accountability_in(session, above.center_code).rows
            assert (row.id, row.name, row.found, row.lifted_by) == (record_id, "张三", "脱岗三天", "")
    keeper, stranger = somebody(city, Role.GRIDWORKER_MANAGER), somebody(city, code="739902002")
    with pytest.raises(NotAllowed), makers.eyes(city, keeper) as session:
        accountability_in(session, TOWN)
    with pytest.raises(NotFound), acting(stranger) as session:
        lift_accountability(session, record_id, "核实")
    with makers.eyes(city, stranger) as session:
        assert accountability_in(session, TOWN).total == 0
    with pytest.raises(BadInput), acting(boss) as session:
        lift_accountability(session, record_id, " ")
    with acting(boss) as session:
        lift_accountability(session, record_id, "申诉成立")
    with pytest.raises(WrongState), acting(boss) as session:
        lift_accountability(session, record_id, "申诉成立")
    with makers.eyes(city, boss) as session:
        assert accountability_in(session, TOWN, lifted=False).total == 0
        assert accountability_in(session, TOWN).rows[0].lifted_because == "申诉成立"
    with makers.everything(city) as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.event == "restricted record")).all()
        assert len(told) == 2
        assert all((one.before, one.after) == (None, None) and "张" not in one.subject for one in told)


def test_no_sheet_says_who_was_called_to_account(city):
    key, boss = worker(city), somebody(city)
    ruled(city)
    made(city, boss)
    before = card(city, boss).lines
    with acting(boss) as session:
        call_to_account(session, key, TODAY, AccountabilityKind.DEDUCTION, "脱岗", "扣减")
    with makers.eyes(city, boss) as session:
        assert counted_again(session, card(city, boss).id) == ()
    with acting(boss) as session:
        recount(session, card(city, boss).id, card(city, boss).seen)
    after = card(city, boss).lines
    assert [one.items for one in after] == [one.items for one in before]


def test_a_sheet_is_written_once_a_month(city):
    worker(city)
    ruled(city)
    made(city, somebody(city))
    made(city, somebody(city), MAY)
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(AllowanceSheet.id))) == 2
