"""Counts what a person is due for a month: pure arithmetic, line by line, so that it can be read aloud.

The lines add up exactly to the amount. Whatever would fall below nothing is lifted to nothing by a line of
its own.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.models.reward import AwardKind
from db.models.roster import PostRole
from lib.roster.rewards.rules import Rule


@dataclass(frozen=True)
class Held:
    """A role that was held in the month: on how many days, each counted once, and where."""

    role: PostRole
    days: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """What was given by hand, or taken."""

    kind: AwardKind
    points: int
    cents: int
    reason: str


@dataclass(frozen=True)
class Facts:
    """What was counted for one person in one month of `month_days` days."""

    month_days: int
    held: tuple[Held, ...] = ()
    patrols: int = 0
    households: int = 0
    absences: int = 0
    untrained: bool = False
    given: tuple[Given, ...] = ()


class ItemKind(enum.StrEnum):
    BASE = "base"
    PATROLS = "patrols"
    HOUSEHOLDS = "households"
    SUBSIDY = "subsidy"
    PATROL_POINTS = "patrol_points"
    HOUSEHOLD_POINTS = "household_points"
    COMMENDATION = "commendation"
    POINTS = "points"
    CRITICISM = "criticism"
    POINTS_FLOOR = "points_floor"
    POINTS_VALUE = "points_value"
    ABSENCES = "absences"
    UNTRAINED = "untrained"
    FLOOR = "floor"


@dataclass(frozen=True)
class Item:
    """One line: `each` times `count`, divided by `of` or held at `cap` where there is one."""

    kind: ItemKind
    cents: int = 0
    points: int = 0
    each: int = 0
    count: int = 0
    of: int = 0
    cap: int | None = None
    about: str = ""


@dataclass(frozen=True)
class Counted:
    items: tuple[Item, ...]
    points: int
    cents: int


def part_of(cents: int, days: int, month_days: int) -> int:
    """cents × days ÷ month_days, half up to the cent."""
    return (2 * cents * days + month_days) // (2 * month_days)


def count(facts: Facts, rule: Rule) -> Counted:
    """What the facts come to under a rule."""
    items = [
        Item(
            ItemKind.BASE, part_of(rule.base[one.role], one.days, facts.month_days), each=rule.base[one.role],
            count=one.days, of=facts.month_days, about=one.role.value,
        )
        for one in facts.held
        if rule.base.get(one.role)
    ]  # fmt: skip
    items += [
        _capped(ItemKind.PATROLS, rule.patrol_cents, facts.patrols, rule.patrol_cap_cents),
        _capped(ItemKind.HOUSEHOLDS, rule.household_cents, facts.households, rule.household_cap_cents),
    ]
    points = [
        _scored(ItemKind.PATROL_POINTS, rule.patrol_points, facts.patrols),
        _scored(ItemKind.HOUSEHOLD_POINTS, rule.household_points, facts.households),
        *(_given(one, rule) for one in facts.given),
    ]
    scored = sum(one.points for one in points)
    if scored < 0:
        points.append(Item(ItemKind.POINTS_FLOOR, points=-scored))
        scored = 0
    items += points
    items.append(Item(ItemKind.POINTS_VALUE, scored * rule.point_cents, each=rule.point_cents, count=scored))
    items.append(
        Item(ItemKind.ABSENCES, -rule.absence_cents * facts.absences, each=rule.absence_cents,
             count=facts.absences)
    )  # fmt: skip
    if facts.untrained:
        items.append(Item(ItemKind.UNTRAINED, -rule.untrained_cents, each=rule.untrained_cents, count=1))
    due = sum(one.cents for one in items)
    if due < 0:
        items.append(Item(ItemKind.FLOOR, -due))
        due = 0
    # What brings nothing and takes nothing is not worth a line.
    return Counted(tuple(one for one in items if one.cents or one.points), scored, due)


def _capped(kind: ItemKind, each: int, number: int, cap: int | None) -> Item:
    plain = each * number
    if cap is None or plain <= cap:
        return Item(kind, plain, each=each, count=number)
    return Item(kind, cap, each=each, count=number, cap=cap)


def _scored(kind: ItemKind, each: int, number: int) -> Item:
    return Item(kind, points=each * number, each=each, count=number)


def _given(one: Given, rule: Rule) -> Item:
    usual = rule.commendation_points if one.kind is AwardKind.COMMENDATION else 0
    return Item(ItemKind(one.kind.value), one.cents, one.points + usual, about=one.reason)


# -- how it is kept with a line of a sheet


def kept(facts: Facts, items: Sequence[Item]) -> str:
    return json.dumps(
        {"facts": _plain(facts), "items": [_plain(one) for one in items]},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip


def _plain(one: Any) -> Any:
    """Only what differs from nothing, so that a sheet of a county stays small."""
    if isinstance(one, (tuple, list)):
        return [_plain(part) for part in one]
    if hasattr(one, "__dataclass_fields__"):
        said = {name: _plain(value) for name, value in vars(one).items() if value not in ("", None, ())}
        return {name: value for name, value in said.items() if value != 0 or name == "cap"}
    return one


def facts_kept(words: str) -> Facts:
    said = json.loads(words)["facts"]
    return Facts(
        **said
        | {
            "held": tuple(
                Held(PostRole(one["role"]), one.get("days", 0), tuple(one.get("places", ())))
                for one in said.get("held", ())
            ),
            "given": tuple(
                Given(
                    AwardKind(one["kind"]), one.get("points", 0), one.get("cents", 0), one.get("reason", "")
                )
                for one in said.get("given", ())
            ),
        }
    )


def items_kept(words: str) -> tuple[Item, ...]:
    return tuple(Item(**one | {"kind": ItemKind(one["kind"])}) for one in json.loads(words)["items"])
