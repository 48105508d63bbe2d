"""From values to points: every rule at its bounds, and what becomes of a unit that has nothing due."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.assessment.result import Score, Value, rank, score
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme
from lib.schemes.scoring import Rule, RuleKind
from tests.assessing import by_hand, definition, rate, rated, scheme, target, unit
from tests.lib.test_scheme_reading import schemes

D = Decimal
RATE = Rule(RuleKind.RATE, D(60))
RATE_LOW = replace(RATE, more_is_better=False)
TARGET = Rule(RuleKind.TARGET, D(40), target=D(95), each=D(2), floor=D(5))
TARGET_LOW = replace(TARGET, more_is_better=False, target=D(3))
TIERS = Rule(RuleKind.TIERS, D(20), tiers=((D(95), D(20)), (D(90), D(15)), (D("85.5"), D("0.5"))))
TIERS_LOW = Rule(RuleKind.TIERS, D(20), False, tiers=((D(0), D(20)), (D(2), D(10))))
BONUS = Rule(RuleKind.BONUS, D(5), each=D("0.3"))
DEDUCTION = Rule(RuleKind.DEDUCTION, D(5), each=D(2))
VETO = Rule(RuleKind.VETO, D(0), target=D(1))

POINTS: list[tuple[Rule, str, str]] = [
    (RATE, "100", "60"), (RATE, "0", "0"), (RATE, "98.7", "59.22"), (RATE, "0.1", "0.06"),
    # A rate by times can be more than all.
    (RATE, "101", "60"), (RATE, "-1", "0"),
    (RATE_LOW, "0", "60"), (RATE_LOW, "100", "0"), (RATE_LOW, "250", "0"), (RATE_LOW, "12.5", "52.5"),
    (TARGET, "95", "40"), (TARGET, "100", "40"), (TARGET, "94.9", "39.8"), (TARGET, "94", "38"),
    (TARGET, "77.5", "5"), (TARGET, "77.6", "5.2"), (TARGET, "0", "5"),
    (replace(TARGET, floor=D(0)), "75", "0"), (replace(TARGET, floor=D(0)), "74", "0"),
    (TARGET_LOW, "3", "40"), (TARGET_LOW, "0", "40"), (TARGET_LOW, "3.5", "39"), (TARGET_LOW, "99", "5"),
    (TIERS, "95", "20"), (TIERS, "94.9", "15"), (TIERS, "90", "15"), (TIERS, "85.5", "0.5"),
    (TIERS, "85.4", "0"), (TIERS, "0", "0"),
    (TIERS_LOW, "0", "20"), (TIERS_LOW, "1", "10"), (TIERS_LOW, "2", "10"), (TIERS_LOW, "2.1", "0"),
    (BONUS, "0", "0"), (BONUS, "1", "0.3"), (BONUS, "16", "4.8"), (BONUS, "17", "5"), (BONUS, "-3", "0"),
    (DEDUCTION, "0", "0"), (DEDUCTION, "1", "-2"), (DEDUCTION, "2.5", "-5"), (DEDUCTION, "9", "-5"),
    (DEDUCTION, "-3", "0"),
    (VETO, "0", "0"), (VETO, "1", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "value", "points"), POINTS)
def test_a_rule_at_its_bounds(rule, value, points):
    assert rule.score(D(value)) == D(points)


def test_one_is_enough_for_a_veto():
    assert [VETO.vetoes(D(n)) for n in ("0", "0.9", "1", "7")] == [False, False, True, True]
    assert not replace(RATE, target=D(1)).vetoes(D(7))
    assert {kind for kind in RuleKind if not Rule(kind, D(1)).weighs} == {
        RuleKind.BONUS, RuleKind.DEDUCTION, RuleKind.VETO,
    }  # fmt: skip


def total(found: Score) -> str | None:
    return None if found.total is None else f"{found.total}"


def test_the_sum_of_a_unit():
    found = score(scheme(), unit("a", on_time="94", satisfaction="98.7", petition="2"))
    assert found.points == {"on_time": 38, "satisfaction": D("59.22"), "petition": -2}
    assert (total(found), found.scale, found.apart, found.vetoed_by) == ("95.22", 1, False, ())


@pytest.mark.parametrize(
    ("points", "value", "expected"),
    [("10.05", "50", "55.03"), ("10.04", "50", "55.02"), ("1.01", "50", "50.51"), ("1.01", "49.5", "50.50")],
)
def test_a_total_is_rounded_half_up_to_two_places(points, value, expected):
    """Rounded once, at the end: 5.025 and 50 are 55.03, and 0.505 and 50 are 50.51."""
    said = scheme(rate("a", points=points), rate("b", points=50), whole=D(points) + 50)
    assert total(score(said, unit("u", a=value, b="100"))) == expected


def test_what_comes_out_even_by_hand_is_rounded_as_by_hand():
    """4.503 points of the sixty that were due are 7.505 of a hundred, and 1.5015 of thirty are 5.005."""
    said = scheme(rate("a", points=40), rate("b", points=30), rate("c", points=30))
    found = score(said, unit("u", b="7.5", c="7.51"))
    assert found.points == {"b": D("2.25"), "c": D("2.253")}
    assert total(found) == "7.51"
    assert total(score(said, unit("u", b="5.005"))) == "5.01"


def test_nothing_due_leaves_and_the_others_are_scaled_up():
    found = score(scheme(), unit("a", on_time=None, satisfaction="90", petition="2"))
    assert found.points == {"satisfaction": 54, "petition": -2}
    assert found.scale == D(100) / 60
    # What stands beside the hundred points is not scaled.
    assert found.counted == {"satisfaction": 90, "petition": -2}
    assert total(found) == "88.00"
    # Nothing due at all: no total and no place, whatever was entered.
    for values in ({}, {"on_time": None, "satisfaction": None, "petition": "2"}, {"petition": "0"}):
        apart = score(scheme(), unit("a", **values))
        assert (apart.apart, apart.total, apart.scale) == (True, None, 0)
    # What is due beside the points alone does not set a unit apart.
    assert total(score(scheme(), unit("a", on_time="95", satisfaction="100"))) == "100.00"


def test_nothing_due_can_set_a_unit_apart():
    said = scheme(nothing_due="apart")
    assert score(said, unit("a", on_time=None, satisfaction="90", petition="0")).apart
    assert score(said, unit("a", satisfaction="90", petition="0")).apart
    assert total(score(said, unit("a", on_time="95", satisfaction="90", petition=None))) == "94.00"


def test_zero_is_not_nothing():
    assert total(score(scheme(), unit("a", on_time="0", satisfaction="0", petition="0"))) == "0.00"
    assert score(scheme(), unit("a", on_time=rated(0, 0), satisfaction=rated(0, 0))).apart


def test_a_veto_takes_everything():
    said = scheme(target(), rate(), {"key": "accident", "name": "事故", "rule": "veto", "source": "第八条"})
    good = {"on_time": "99", "satisfaction": "98"}
    found = score(said, unit("a", **good, accident="1"))
    assert (total(found), found.vetoed_by, found.swing) == ("0.00", ("accident",), 0.0)
    assert not found.apart
    assert sum(found.counted.values()) == 0
    assert found.counted["accident"] == -D("98.8")
    for value in ("0", None):
        assert total(score(said, unit("a", **good, accident=value))) == "98.80"


def test_a_total_is_never_below_nothing():
    found = score(
        scheme(target(), rate(), by_hand()), unit("a", on_time="70", satisfaction="5", petition="9")
    )
    assert total(found) == "0.00"
    assert found.points["petition"] == -5
    assert found.counted == {"on_time": 0, "satisfaction": 3, "petition": -3}


def test_a_small_base_is_marked_and_scored_all_the_same():
    said = scheme(target(least_base=10), rate(least_base=1), by_hand(least_base=10))
    found = score(said, unit("a", on_time=rated(9, 9), satisfaction=rated(9, 9), petition="1"))
    assert (found.small_base, total(found)) == (("on_time",), "99.00")
    assert score(said, unit("a", on_time=rated(9, 10), satisfaction=rated(0, 0))).small_base == ()


VALUES = st.none() | st.decimals(0, 150, places=1) | st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda pair: rated(min(pair), max(pair))
)  # fmt: skip


def valued(draw: st.DrawFn, said: Scheme) -> dict[str, Value]:
    found = {one.key: draw(VALUES) for one in said.indicators}
    return {key: value if isinstance(value, Value) else Value(value) for key, value in found.items()}


@st.composite
def scored(draw: st.DrawFn) -> tuple[Scheme, dict[str, Value]]:
    said = read(draw(schemes()))
    return said, valued(draw, said)


@hypothesis_settings(max_examples=200, deadline=None)
@given(scored())
def test_a_total_lies_between_nothing_and_all_points_with_the_bonuses(given_):
    said, values = given_
    found = score(said, unit("a", **values))
    bonuses = sum(one.rule.points for one in said.indicators if one.rule.kind is RuleKind.BONUS)
    assert {*found.points} == {key for key, value in values.items() if value.value is not None}
    if found.total is None:
        assert found.apart
        return
    assert 0 <= found.total <= said.whole + bonuses
    assert abs(sum(found.counted.values()) - found.total) <= D("0.005")
    assert found.swing >= 0


@hypothesis_settings(max_examples=200, deadline=None)
@given(scored(), st.decimals(0, 60, places=1))
def test_more_of_what_is_good_never_lowers_the_total(given_, more):
    said, values = given_
    before = score(said, unit("a", **values)).total
    for one in said.indicators:
        value = values[one.key].value
        if value is None:
            continue
        # Deductions and vetoes are counted against a unit, and a bonus for it, whatever the metric says.
        good = one.rule.more_is_better if one.rule.weighs else one.rule.kind is RuleKind.BONUS
        better = Value(value + more if good else max(value - more, D(0)))
        after = score(said, unit("a", **{**values, one.key: better})).total
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            assert after >= before, one


def test_a_definition_is_scored_as_it_is_read():
    """The smallest bulletin by hand: 40 points less 2 × 1.3, and 96.5 % of 60."""
    said = read(definition(target(), rate()))
    assert total(score(said, unit("a", on_time="93.7", satisfaction="96.5"))) == "95.30"


@pytest.mark.parametrize("rule", [RATE, RATE_LOW, TARGET, TARGET_LOW, TIERS, TIERS_LOW])
@pytest.mark.parametrize("value", ["0", "1.5", "80", "93.7", "96.5"])
def test_twice_the_points_are_twice_what_any_value_earns(rule, value):
    assert rule.weighed(2 * rule.points).score(D(value)) == 2 * rule.score(D(value))
    assert rule.weighed(D(0)).score(D(value)) == 0
    assert rule.weighed(rule.points) == rule


def test_another_cap_leaves_what_each_one_counts():
    assert BONUS.weighed(D(1)).score(D(2)) == D("0.6")
    assert DEDUCTION.weighed(D(9)).score(D(4)) == -8


def test_another_weight_of_a_target_moves_places():
    """By hand: 40 - 2 x 5 + 57 = 87 against 40 + 45 = 85; with four times the target's points it is
    160 - 8 x 5 + 57 = 177 against 160 + 45 = 205."""
    said = scheme(target(), rate())
    early, glad = unit("a", on_time="90", satisfaction="95"), unit("b", on_time="95", satisfaction="75")
    assert [one.key for one in rank(said, [early, glad])] == ["a", "b"]
    weighed = said.weighed({"on_time": D(160)})
    assert [total(one.score) for one in rank(weighed, [early, glad])] == ["205.00", "177.00"]
    assert [one.key for one in rank(weighed, [early, glad])] == ["b", "a"]
