"""Who may sign in: 1287 people on the four levels, 557 in departments, nine of them for showing.

Nobody has a password here. The nine get random ones when the server starts for the first time,
so that the same seed always makes the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from db.models.account import AccountState, AreaRelation, Role
from db.models.center import Level
from seed.city import LATIN, ROOT, Unit
from seed.people import People
from seed.plan import Plan, shared_out

VERTICAL, HORIZONTAL = 1287, 557
# How often each role occurs at one center of a level; villages have one duty officer or nobody.
POSTS = {
    Level.CITY: {
        Role.LEADER: 5,
        Role.CENTER_DIRECTOR: 2,
        Role.DUTY_OFFICER: 12,
        Role.GRIDWORKER_MANAGER: 3,
        Role.SYSTEM_ADMINISTRATOR: 2,
        Role.SECURITY_AUDITOR: 1,
        Role.VIEWER: 5,
    },
    Level.COUNTY: {
        Role.CENTER_DIRECTOR: 1,
        Role.LEADER: 2,
        Role.DUTY_OFFICER: 6,
        Role.GRIDWORKER_MANAGER: 1,
        Role.SYSTEM_ADMINISTRATOR: 1,
        Role.SECURITY_AUDITOR: 1,
        Role.VIEWER: 1,
    },
    Level.TOWN: {Role.CENTER_DIRECTOR: 1, Role.DUTY_OFFICER: 2, Role.GRIDWORKER_MANAGER: 1},
}
WORDS = {
    Role.SYSTEM_ADMINISTRATOR: "administrator",
    Role.SECURITY_AUDITOR: "auditor",
    Role.LEADER: "leader",
    Role.CENTER_DIRECTOR: "director",
    Role.DUTY_OFFICER: "duty",
    Role.GRIDWORKER_MANAGER: "grids",
    Role.VIEWER: "viewer",
}
SHOWN_TOWN, TOWN_BESIDE = "620102001", "620102002"
# The nine accounts that the sign-in page shows, in its order.
SHOWN = (
    "chengguan.duty",
    "chengguan.director",
    "chengguan.grids",
    "chengguan.housing",
    "chengguan.viewer",
    "jiuquanlu.director",
    "city.leader",
    "city.administrator",
    "city.auditor",
)
REASONS = {
    AreaRelation.ACTING: "该岗位暂缺，临时代管",
    AreaRelation.IN_CHARGE: "按工作分工分管",
    AreaRelation.ASSIGNED: "包抓重点社区（村）",
}


@dataclass(frozen=True)
class Accounts:
    """The rows of the three tables."""

    accounts: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    shown: list[dict[str, Any]]


def account_rows(plan: Plan, units: list[Unit], departments: list[dict[str, Any]]) -> Accounts:
    people = People(plan.dice("accounts"))
    dice = people.dice
    rows: list[dict[str, Any]] = []
    taken: dict[str, int] = defaultdict(int)

    def add(center_code: str, role: Role, word: str, department_id: int | None = None) -> None:
        taken[word] += 1
        username = word if taken[word] == 1 else f"{word}{taken[word]}"
        rows.append(
            {
                "id": len(rows) + 1,
                "username": username,
                "display_name": people.name(),
                "center_code": center_code,
                "department_id": department_id,
                "role": role,
                "state": AccountState.ACTIVE if username in SHOWN else AccountState.INVITED,
                "created_at": plan.stands_at - timedelta(days=dice.randrange(1, 700)),
            }
        )

    for unit in units:
        for role, count in POSTS.get(unit.level, {}).items():
            for _ in range(count):
                add(unit.code, role, f"{_latin(unit.code)}.{WORDS[role]}")
    villages = [unit for unit in units if unit.level is Level.VILLAGE]
    staffed = {unit.code for unit in dice.sample(villages, VERTICAL - len(rows))}
    for unit in villages:
        if unit.code in staffed:
            add(unit.code, Role.DUTY_OFFICER, f"v{unit.code}.duty")
    weights = [3.0 if row["center_code"] == ROOT else dice.uniform(0.8, 1.6) for row in departments]
    for row, count in zip(departments, shared_out(HORIZONTAL, weights, 1), strict=True):
        word = f"{_latin(row['center_code'])}.{row['kind'].replace('_', '')}"
        for _ in range(count):
            add(row["center_code"], Role.DEPARTMENT_HANDLER, word, row["id"])
    numbers = {row["username"]: row["id"] for row in rows}
    shown = [
        {"account_id": numbers[username], "position": position, "password": None}
        for position, username in enumerate(SHOWN)
    ]
    return Accounts(rows, _areas(plan, units, rows), shown)


def _latin(code: str) -> str:
    """Towns repeat their names, so all but the shown one go by their code."""
    if code in LATIN:
        return LATIN[code][0]
    return "jiuquanlu" if code == SHOWN_TOWN else f"t{code}"


def _areas(plan: Plan, units: list[Unit], accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Officials who see more than their own center: a neighboring town or village."""
    dice = plan.dice("areas")
    beside = _neighbors(units)
    rows: list[dict[str, Any]] = []

    def give(account: dict[str, Any], code: str, relation: AreaRelation) -> None:
        since = plan.today - timedelta(days=dice.randrange(20, 300))
        until = None
        rows.append(
            {
                "id": len(rows) + 1,
                "account_id": account["id"],
                "center_code": code,
                "relation": relation,
                "reason": REASONS[relation],
                "since": since,
                "until": until,
            }
        )

    for account in accounts:
        code, role = account["center_code"], account["role"]
        if code == SHOWN_TOWN and role is Role.CENTER_DIRECTOR:
            give(account, TOWN_BESIDE, AreaRelation.ACTING)
        elif role is Role.CENTER_DIRECTOR and code in beside and dice.random() < 0.09:
            give(account, beside[code], AreaRelation.ACTING)
        elif role is Role.GRIDWORKER_MANAGER and code in beside and dice.random() < 0.06:
            give(account, beside[code], AreaRelation.IN_CHARGE)
        elif len(code) == 12 and code in beside and dice.random() < 0.03:
            give(account, beside[code], AreaRelation.ASSIGNED)
    return rows


def _neighbors(units: list[Unit]) -> dict[str, str]:
    """For each town or village the next one under the same center."""
    return {
        unit.code: after.code
        for unit, after in pairwise(units)
        if unit.parent_code == after.parent_code and len(unit.code) >= 9
    }
