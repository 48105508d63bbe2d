"""What the city and one county have decided about staffing and allowances."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db.models.reward import AllowanceRule
from db.models.roster import PostRole, RuleKind, StaffingRule
from lib import clock
from lib.roster.rewards.rules import Rule, dump
from seed.city import ROOT
from seed.plan import Plan
from seed.writing import write

DECIDED_BY = "赵建国"
# Its villages are small and lie far apart.
OWN_HOUSEHOLDS = "620122"
SOURCE = "兰网格办〔2026〕9号"
ALLOWANCES = Rule(
    {
        PostRole.FULL_TIME: 60_000, PostRole.GRID_LEADER: 20_000, PostRole.ASSISTANT: 15_000,
        PostRole.RESIDENT_BUILDING_LEADER: 5_000,
    },
    patrol_cents=300, patrol_cap_cents=8_000, household_cents=200, household_cap_cents=10_000,
    patrol_points=1, household_points=1, commendation_points=10, point_cents=50, absence_cents=5_000,
    untrained_cents=10_000,
)  # fmt: skip


def write_rules(connection: Connection, plan: Plan) -> None:
    year = date(plan.today.year, 1, 1)
    began, first = clock.start_of_month(year, 24), "兰网格办〔2024〕1号"
    decided = [
        (ROOT, RuleKind.FULL_TIME_PER_GRID, 1, 1, True, began, first),
        (ROOT, RuleKind.GRIDS_PER_PERSON, 0, 1, False, began, first),
        (ROOT, RuleKind.HOUSEHOLDS_PER_GRID, 300, 500, False, began, first),
        (OWN_HOUSEHOLDS, RuleKind.HOUSEHOLDS_PER_GRID, 200, 400, False, year,
         "自然村居住分散，按县网格办会议纪要从少设定"),
    ]  # fmt: skip
    write(
        connection, StaffingRule,
        [
            {
                "id": number, "center_code": code, "kind": kind, "least": least, "most": most,
                "watched": True, "refuses": refuses, "since": since, "reason": reason,
                "decided_by": DECIDED_BY, "decided_at": _before(since),
            }
            for number, (code, kind, least, most, refuses, since, reason) in enumerate(decided, 1)
        ],
    )  # fmt: skip
    write(
        connection, AllowanceRule,
        [
            {
                "id": 1, "center_code": ROOT, "since": year, "definition": dump(ALLOWANCES), "source": SOURCE,
                "decided_by": DECIDED_BY, "decided_at": _before(year),
            }
        ],
    )  # fmt: skip


def _before(day: date) -> datetime:
    return clock.start_of_day(day) - timedelta(days=12, hours=-10)
