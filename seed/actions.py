"""The history of the last weeks, as the product keeps it: who wrote down what happened in the roster."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from db.models.account import Role
from db.models.center import CODE_LENGTH, Level
from db.models.roster import Ending, PostRole, RosterAction, RosterRow
from lib import clock
from seed.plan import Plan
from seed.staff import Row, Staff

WEEKS = 6
ENDED = {
    Ending.LEFT: RosterAction.LEFT,
    Ending.TERM_OVER: RosterAction.LEFT,
    Ending.MOVED: RosterAction.MOVED,
    Ending.HANDED_OVER: RosterAction.HANDED_OVER,
}
# What happened to one row: on which day, what, which table, the row, and its values before if it stood.
Happened = tuple[date, RosterAction, RosterRow, Row, Row | None]


def managers(accounts: list[Row]) -> dict[str, Row]:
    """Who keeps the roster of each town."""
    return {
        account["center_code"]: account
        for account in reversed(accounts)
        if account["role"] is Role.GRIDWORKER_MANAGER
        and len(account["center_code"]) == CODE_LENGTH[Level.TOWN]
    }


def roster_changes(plan: Plan, found: Staff, accounts: list[Row]) -> list[Row]:
    """Posts that somebody has ended are one version further."""
    dice, keep = plan.dice("history of the roster"), managers(accounts)
    rows: list[Row] = []
    # In the order in which it was written down; of one day what ended comes first.
    for day, action, kind, row, before in sorted(_happened(plan, found), key=lambda one: one[0]):
        manager = keep[row["center_code"][:9]]
        after = "{}"
        if before is not None:
            row["version"] += 1
            after = _dumped({key: row[key] for key in before})
        rows.append(
            {
                "id": len(rows) + 1,
                "center_code": row["center_code"],
                "person_id": row["id"] if kind is RosterRow.PERSON else row["person_id"],
                "action": action,
                "row": kind,
                "row_id": row["id"],
                "day": day,
                "before": "" if before is None else _dumped(before),
                "after": after,
                "version": row.get("version", 1),
                "done_by_id": manager["id"],
                "done_by": manager["display_name"],
                "done_at": _written(plan, day, dice.randint(8 * 60 + 30, 16 * 60 + 50)),
            }
        )
    return rows


def _written(plan: Plan, day: date, minutes: int) -> datetime:
    """On the day itself, or today what is only to come."""
    return clock.start_of_day(min(day, plan.today)) + timedelta(minutes=minutes)


def _dumped(values: Row) -> str:
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _happened(plan: Plan, found: Staff) -> Iterator[Happened]:
    first = plan.today - timedelta(weeks=WEEKS)
    full_time = found.of(PostRole.FULL_TIME)
    of_person: dict[int, list[Row]] = defaultdict(list)
    came_after: dict[tuple[int, date], Ending] = {}
    for post in full_time:
        of_person[post["person_id"]].append(post)
        if post["until"] is not None and post["covers_id"] is None:
            came_after[post["grid_id"], post["until"] + timedelta(days=1)] = post["ending"]
    for post in full_time:
        if post["covers_id"] is not None:
            yield post["since"], RosterAction.COVERED, RosterRow.POST, post, None
            continue
        if post["until"] is not None and first <= post["until"] < plan.today:
            yield post["until"], ENDED[post["ending"]], RosterRow.POST, post, {"ending": None, "until": None}
        if first <= post["since"] <= plan.today:
            alone = of_person[post["person_id"]] == [post]
            action = RosterAction.JOINED if alone else RosterAction.MOVED
            if came_after.get((post["grid_id"], post["since"])) is Ending.HANDED_OVER:
                action = RosterAction.HANDED_OVER
            if alone:
                yield post["since"], action, RosterRow.PERSON, found.holder(post), None
            yield post["since"], action, RosterRow.POST, post, None
    for leave in found.leaves:
        yield leave["since"], RosterAction.AWAY, RosterRow.LEAVE, leave, None
