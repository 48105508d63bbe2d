"""Places against the database's own RANK(), and why a place changed against counting it out."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.engine import for_writing, open_engine
from lib.assessment.movement import what_if, what_it_takes, why
from lib.assessment.result import Placed, Unit, fingerprint, rank, score
from lib.i18n import numbers
from lib.metrics.measured import CONFIDENCE
from lib.schemes.scheme import Scheme
from tests.assessing import by_hand, rate, rated, scheme, target, unit

HALVES = scheme(rate("a", points=50), rate("b", points=50), by_hand("d"))
# The total in hundredths of a point, from whole percentages, and the place: nothing of it is the product's.
IN_SQL = """
WITH due AS (
    SELECT name, grp, CASE WHEN a IS NULL AND b IS NULL THEN NULL
                           WHEN a IS NULL THEN 100 * b WHEN b IS NULL THEN 100 * a
                           ELSE 50 * a + 50 * b END - 100 * CASE WHEN d IS NULL THEN 0 WHEN d > 5 THEN 5
                                                                 ELSE d END AS total
    FROM bulletin),
whole AS (SELECT name, grp, CASE WHEN total < 0 THEN 0 ELSE total END AS total FROM due)
SELECT name, total, RANK() OVER (PARTITION BY grp ORDER BY total DESC),
       COUNT(*) OVER (PARTITION BY grp)
FROM whole WHERE total IS NOT NULL
UNION ALL SELECT name, NULL, NULL, NULL FROM whole WHERE total IS NULL
"""
Row = tuple[str, str, int | None, int | None, int | None]


def bulletin(chance: random.Random) -> list[Row]:
    """Few different values, so that many tie, and holes."""
    values = [None, *chance.sample(range(101), chance.choice([1, 2, 4, 40]))]
    return [
        (
            f"u{n:03d}", chance.choice(["street", "town", "乡", ""]), chance.choice(values),
            chance.choice(values), chance.choice([None, 0, 0, 1, 9]),
        )
        for n in range(chance.choice([1, 5, 60, 120]))
    ]  # fmt: skip


def test_places_are_those_of_the_databases_own_rank(database):
    tied = apart = 0
    with for_writing(open_engine(database)).connect() as connection:
        connection.execute(text("CREATE TEMP TABLE bulletin (name TEXT, grp TEXT, a INT, b INT, d INT)"))
        for seed in range(60):
            rows = bulletin(random.Random(seed))
            connection.execute(text("DELETE FROM bulletin"))
            connection.execute(
                text("INSERT INTO bulletin VALUES (:name, :grp, :a, :b, :d)"),
                [dict(zip(("name", "grp", "a", "b", "d"), row, strict=True)) for row in rows],
            )
            expected = {name: tuple(rest) for name, *rest in connection.execute(text(IN_SQL))}
            placed = rank(HALVES, [unit(name, grp, a=a, b=b, d=d) for name, grp, a, b, d in rows])
            found = {
                one.key: (
                    None if one.score.total is None else int(one.score.total * 100),
                    one.rank,
                    one.among if one.rank else None,
                )
                for one in placed
            }
            assert found == expected, seed
            ranks = [(one.score.unit.group, one.rank) for one in placed if one.rank]
            tied += len(ranks) - len(set(ranks))
            apart += sum(one.rank is None for one in placed)
    assert tied > 200
    assert apart > 100


def test_equals_share_a_place_and_the_next_is_skipped():
    totals = {"a": "90", "b": "95", "c": "90", "d": "80", "e": None}
    placed = rank(HALVES, [unit(key, a=value, b=value) for key, value in totals.items()])
    assert [(one.key, one.rank, one.among) for one in placed] == [
        ("b", 1, 4), ("a", 2, 4), ("c", 2, 4), ("d", 4, 4), ("e", None, 4),
    ]  # fmt: skip
    assert [one.bracket for one in placed][-1] is None
    # Equal is what is published: 90.004 and 89.996 are both 90.00.
    near = rank(
        HALVES, [unit("a", a="90.008", b="90"), unit("b", a="89.992", b="90"), unit("c", a="90.01", b="90")]
    )
    assert [(one.key, one.rank) for one in near] == [("c", 1), ("a", 2), ("b", 2)]


def test_groups_rank_apart_in_the_order_they_come():
    placed = rank(
        HALVES, [unit("x", "town", a=1, b=1), unit("y", "street", a=9, b=9), unit("z", "town", a=5, b=5)]
    )
    assert [(one.score.unit.group, one.key, one.rank, one.among) for one in placed] == [
        ("town", "z", 1, 2), ("town", "x", 2, 2), ("street", "y", 1, 1),
    ]  # fmt: skip
    assert rank(HALVES, []) == ()


def test_brackets_hold_what_chance_alone_may_tell_apart():
    def brackets(*units: Unit) -> dict[str, int | None]:
        return {one.key: one.bracket for one in rank(HALVES, units)}

    # Of 20 cases 19 and 18 are nothing to tell apart by; of 20 000 a whole point is.
    few = [unit(key, a=rated(n, 20), b=rated(n, 20)) for key, n in (("a", 19), ("b", 18), ("c", 4))]
    assert brackets(*few) == {"a": 1, "b": 1, "c": 2}
    many = [unit(key, a=rated(n, 20_000), b=rated(n, 20_000)) for key, n in (("a", 19_000), ("b", 18_000))]
    assert brackets(*many) == {"a": 1, "b": 2}
    # What was entered by hand does not swing.
    assert brackets(unit("a", a="95", b="95"), unit("b", a="94.9", b="94.9")) == {"a": 1, "b": 2}


MEASURED = st.integers(1, 80).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due)))


@st.composite
def towns(draw: st.DrawFn, said: Scheme, least: int = 1) -> list[Unit]:
    found = []
    for number in range(draw(st.integers(least, 9))):
        values = {one.key: draw(st.none() | MEASURED) for one in said.indicators if one.metric}
        entered = {one.key: draw(st.none() | st.integers(0, 9)) for one in said.indicators if not one.metric}
        measured = {key: rated(*pair) if pair else None for key, pair in values.items()}
        found.append(unit(f"t{number}", draw(st.sampled_from(["", "", "town"])), **measured, **entered))
    return found


KINDS = scheme(
    target(points=30, floor=3), rate(points=40),
    rate("rework", metric="rework", rule="tiers", points=30, tiers=[[5, 30], [20, 10], [50, 1]]),
    by_hand(),
    {"key": "accident", "name": "事故", "rule": "veto", "source": "第八条", "target": 9},
)  # fmt: skip


@hypothesis_settings(max_examples=150, deadline=None)
@given(towns(KINDS))
def test_places_by_counting_who_is_strictly_better(units):
    placed = rank(KINDS, units)
    assert sorted(one.key for one in placed) == sorted(one.key for one in units)
    for group in {one.group for one in units}:
        of_group = [one for one in placed if one.score.unit.group == group]
        ranked = [one for one in of_group if one.score.total is not None]
        assert of_group[len(ranked) :] == [one for one in of_group if one.rank is None], "apart stands last"
        totals = [one.score.total or Decimal(0) for one in ranked]
        assert totals == sorted(totals, reverse=True)
        for one in ranked:
            assert one.rank == 1 + sum(total > (one.score.total or 0) for total in totals)
            assert one.among == len(ranked)
        head = None
        for before, one in pairwise([None, *ranked]):
            if before is None or one.bracket != before.bracket:
                assert one.bracket == (1 if before is None else before.bracket + 1)
                assert head is None or not level(head, one)
                head = one
            else:
                assert level(head, one)


def level(head: Placed, one: Placed) -> bool:
    apart = float((head.score.total or 0) - (one.score.total or 0))
    return apart <= CONFIDENCE * (head.score.swing**2 + one.score.swing**2) ** 0.5


@hypothesis_settings(max_examples=150, deadline=None)
@given(towns(KINDS, 2), towns(KINDS, 2))
def test_what_moved_a_unit_adds_up(before, now):
    old = {one.key: one for one in rank(KINDS, [replace(one, group="") for one in before])}
    new = {one.key: one for one in rank(KINDS, [replace(one, group="") for one in now])}
    for key in old.keys() & new.keys():
        rivals = [one.score.total for one in old.values() if one.key != key and one.score.total is not None]
        moved = why(KINDS, old[key], new[key], rivals)
        change = sum((one.points for one in moved.contributions), Decimal(0))
        if moved.total_change is None:
            assert (old[key].rank is None) or (new[key].rank is None)
            assert (moved.own, moved.others, moved.places_won) == (None, None, None)
            continue
        assert abs(change - moved.total_change) <= Decimal("0.01"), "each total is rounded once"
        assert (moved.own or 0) + (moved.others or 0) == moved.places_won == old[key].rank - new[key].rank
        # With nobody else changed, all of it is the unit's own.
        alone = rank(
            KINDS, [new[key].score.unit, *(one.score.unit for one in old.values() if one.key != key)]
        )
        now_alone = next(one for one in alone if one.key == key)
        again = why(KINDS, old[key], now_alone, rivals)
        assert (again.own, again.others) == (again.places_won, 0)
        assert moved.own == again.own
        sizes = [abs(one.points) for one in moved.contributions]
        assert sizes == sorted(sizes, reverse=True)


def test_who_may_not_know_the_others_is_told_only_of_their_own_points():
    one, two = rank(HALVES, [unit("a", a=90, b=90), unit("b", a=80, b=None)])
    moved = why(HALVES, two, replace(one, score=replace(one.score, unit=two.score.unit)), None)
    assert (moved.own, moved.others, moved.places_won) == (None, None, 1)
    assert {c.indicator.key: (c.before, c.now) for c in moved.contributions} == {
        "a": (80, 45), "b": (None, 45),
    }  # fmt: skip


@hypothesis_settings(max_examples=120, deadline=None)
@given(towns(KINDS, 2))
def test_what_it_takes_is_the_fewest_cases(units):
    """Held against trying out one case more after the other."""
    placed = rank(KINDS, [replace(one, group="") for one in units])
    for own in placed:
        rivals = [one.score.total for one in placed if one.key != own.key and one.score.total is not None]
        steps = {step.indicator.key: step for step in what_it_takes(KINDS, own, rivals)}
        if own.rank is None or own.rank == 1:
            assert steps == {}
            continue
        for line in KINDS.indicators:
            expected = fewest(own, line.key, rivals)
            found = steps.get(line.key)
            assert (found and (found.cases, found.rank, found.total)) == expected, (own.key, line.key)
        assert list(steps.values()) == sorted(
            steps.values(), key=lambda step: (step.cases, step.indicator.key)
        )


def fewest(own: Placed, key: str, rivals: list[Decimal]) -> tuple[int, int, Decimal] | None:
    line, value = KINDS.indicator(key), own.score.unit.values[key]
    if line is None or value.numerator is None or not value.denominator:
        return None
    for cases in range(1, value.denominator + 1):
        numerator = value.numerator + (cases if line.rule.more_is_better else -cases)
        if not 0 <= numerator <= value.denominator:
            return None
        changed = replace(
            own.score.unit, values={**own.score.unit.values, key: rated(numerator, value.denominator)}
        )
        total = score(KINDS, changed).total or Decimal(0)
        place = 1 + sum(other > total for other in rivals)
        if own.rank is not None and place < own.rank:
            return cases, place, total
    return None


def test_other_points_for_a_what_if_change_nothing_that_is_kept():
    units = [unit("a", a=90, b=50), unit("b", a=50, b=91)]
    assert [one.key for one in rank(HALVES, units)] == ["b", "a"]
    assert [one.key for one in what_if(HALVES, units, {"a": Decimal(80)})] == ["a", "b"]
    assert [one.key for one in what_if(HALVES, units, {"nothing": Decimal(80)})] == ["b", "a"]
    assert [one.key for one in rank(HALVES, units)] == ["b", "a"]


def test_a_fingerprint_hangs_on_everything_that_a_place_hangs_on():
    units = [unit("a", "town", a=rated(9, 10), b=50), unit("b", "town", a=None, b=rated(0, 0))]
    variant = {"suspended": "leaves", "version": 1}
    sealed = fingerprint(HALVES, variant, units)
    assert sealed == fingerprint(HALVES, dict(reversed(variant.items())), reversed(units))
    # A name is none of it: a center that is renamed keeps its place.
    assert sealed == fingerprint(HALVES, variant, [replace(units[0], name="新名"), units[1]])
    others = [
        fingerprint(scheme(rate("a", points=51), rate("b", points=49), by_hand("d")), variant, units),
        fingerprint(HALVES, {**variant, "version": 2}, units),
        fingerprint(HALVES, variant, units[:1]),
        fingerprint(HALVES, variant, [replace(units[0], key="c"), units[1]]),
        fingerprint(HALVES, variant, [replace(units[0], group="street"), units[1]]),
        *(
            fingerprint(
                HALVES, variant, [replace(units[0], values={**units[0].values, "a": value}), units[1]]
            )
            for value in (rated(8, 10), rated(90, 100), unit("x", a="90").values["a"])
        ),
        fingerprint(HALVES, variant, [units[0], unit("b", "town", a=None, b=None)]),
    ]
    assert len({sealed, *others}) == len(others) + 1


SHARES = [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (1, 16, "6.3"), (0, 5, "0.0"), (0, 0, None)]


@pytest.mark.parametrize(("numerator", "denominator", "shown"), SHARES)
def test_a_rate_is_scored_as_it_is_shown(numerator, denominator, shown):
    value = numbers.share(numerator, denominator)
    assert (None if value is None else f"{value}") == shown
    found = score(HALVES, unit("a", a=rated(numerator, denominator), b="0"))
    assert found.points.get("a") == (None if shown is None else Decimal(shown) / 2)
