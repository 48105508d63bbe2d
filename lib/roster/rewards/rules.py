"""What a rule of allowances says, how it is kept and checked, and which one holds for a center in a month.

Money is always whole cents. A rule names what it pays: a role that it does not name gets nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.reward import AllowanceRule
from db.models.roster import PostRole
from db.scope import ScopedSession
from lib.errors import BadInput, Problem
from lib.i18n import _, mark
from lib.roster.rules.rules import codes_over

MOST_CENTS = 5_000_000
MOST_POINTS = 1000


@dataclass(frozen=True)
class Rule:
    """`base` is what a role gets for a whole month; a cap of None is none. Amounts are cents."""

    base: Mapping[PostRole, int] = field(default_factory=dict)
    patrol_cents: int = 0
    patrol_cap_cents: int | None = None
    household_cents: int = 0
    household_cap_cents: int | None = None
    patrol_points: int = 0
    household_points: int = 0
    commendation_points: int = 0
    point_cents: int = 0
    absence_cents: int = 0
    untrained_cents: int = 0


# What each number of a rule is called where it is entered and read.
NUMBER_WORDS: dict[str, str] = {
    "patrol_cents": mark("每次巡查补助（元）"),
    "patrol_cap_cents": mark("巡查补助每月封顶（元）"),
    "household_cents": mark("每走访一户补助（元）"),
    "household_cap_cents": mark("走访补助每月封顶（元）"),
    "patrol_points": mark("每次巡查积分"),
    "household_points": mark("每走访一户积分"),
    "commendation_points": mark("每次通报表扬积分"),
    "point_cents": mark("每1分折合（元）"),
    "absence_cents": mark("抽查脱岗或失联每次扣减（元）"),
    "untrained_cents": mark("没有有效培训合格记录每月扣减（元）"),
}
MAY_BE_NONE = ("patrol_cap_cents", "household_cap_cents")
# What a new rule begins as, so that nobody starts from an empty form.
USUAL = Rule(
    {PostRole.FULL_TIME: 60_000, PostRole.GRID_LEADER: 20_000, PostRole.RESIDENT_BUILDING_LEADER: 5_000},
    patrol_cents=300, patrol_cap_cents=8_000, household_cents=200, household_cap_cents=10_000,
    patrol_points=1, household_points=1, commendation_points=10, point_cents=50,
    absence_cents=5_000, untrained_cents=10_000,
)  # fmt: skip


def is_money(name: str) -> bool:
    return name.endswith("_cents")


def check(rule: Rule) -> tuple[Problem, ...]:
    """Everything that is wrong with it, each with its field."""
    problems = []
    for role, cents in rule.base.items():
        if not _whole(cents, MOST_CENTS):
            problems.append(Problem(f"base {role}", _("基础补助应是0到50,000元之间的金额，最小到分。")))
    for name, words in NUMBER_WORDS.items():
        value = getattr(rule, name)
        if value is None and name in MAY_BE_NONE:
            continue
        if is_money(name) and not _whole(value, MOST_CENTS):
            problems.append(Problem(name, _("“{what}”应在0到50,000元之间，最小到分。").format(what=_(words))))
        elif not is_money(name) and not _whole(value, MOST_POINTS):
            problems.append(Problem(name, _("“{what}”应是0到1,000之间的整数。").format(what=_(words))))
    if not problems and not any(rule.base.values()) and not rule.patrol_cents and not rule.household_cents:
        problems.append(Problem("base", _("办法没有规定任何补助，请至少填写一项。")))
    return tuple(problems)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def read(said: Mapping[str, Any]) -> Rule:
    """A rule from what a form or the database says. Raises BadInput with a problem for each fault."""
    known = {one.name for one in fields(Rule)}
    unknown = sorted(set(said) - known)
    base = said.get("base", {})
    if unknown or not isinstance(base, Mapping) or not set(base) <= set(PostRole):
        raise BadInput(_("补助办法的内容不对，请从页面重新填写。"))
    numbers = {name: value for name, value in said.items() if name != "base"}
    kept = {PostRole(role): cents for role, cents in base.items()}
    rule = Rule({role: kept[role] for role in PostRole if role in kept}, **numbers)
    if problems := check(rule):
        raise BadInput(_("补助办法有{count}处不对。").format(count=len(problems)), problems)
    return rule


def dump(rule: Rule) -> str:
    """How a rule is kept: the same rule is always the same words."""
    said = asdict(rule) | {"base": {role.value: cents for role, cents in rule.base.items()}}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(kept: str) -> Rule:
    return read(json.loads(kept))


def held_rule(session: ScopedSession, center_code: str, month: date) -> AllowanceRule | None:
    """The newest decision of the nearest center that has decided, as of a month."""
    rows = session.scalars(
        select(AllowanceRule)
        .where(AllowanceRule.center_code.in_(codes_over(center_code)), AllowanceRule.since <= month)
        .order_by(AllowanceRule.center_code.desc(), AllowanceRule.since.desc(), AllowanceRule.id.desc())
        .limit(1)
    )
    return rows.first()
