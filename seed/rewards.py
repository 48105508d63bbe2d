"""Points and praise of the last months, sheets of allowances counted by the product's own arithmetic, and
a few people who were called to account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from db.models.account import Role
from db.models.center import CODE_LENGTH, Level
from db.models.reward import (
    Accountability,
    AccountabilityKind,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    AwardKind,
    SheetState,
)
from db.models.roster import PostRole
from db.scope import EVERYTHING, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.roster.rewards.counting import count, kept
from lib.roster.rewards.gathering import gather
from lib.roster.rewards.rules import load
from seed.actions import managers
from seed.city import ROOT
from seed.plan import Plan
from seed.staff import Row, Staff
from seed.writing import write

# Towns that make their sheets with the product already; their patrols go back to its first month.
PAID = tuple(f"620102{serial:03d}" for serial in range(1, 7))
MONTHS_BACK = 2
STILL_ASKED, DRAFTED = PAID[4], PAID[:3]  # the town whose last month is not approved yet; this month's drafts
AWARDED = 0.05  # of the people in those towns, each month; elsewhere a tenth of it
REASONS: dict[AwardKind, tuple[tuple[str, int, int], ...]] = {
    AwardKind.POINTS: (
        ("排查发现燃气泄漏隐患并及时上报", 8, 0), ("化解邻里纠纷一起", 5, 0), ("协助寻回走失老人", 6, 0),
        ("未按时参加工作例会", -3, 0),
    ),
    AwardKind.COMMENDATION: (("汛期值守表现突出，街道通报表扬", 0, 0), ("群众致信感谢", 0, 0)),
    AwardKind.CRITICISM: (("信息采集不实被退回两次", -8, 0),),
    AwardKind.SUBSIDY: (("节假日值班补助", 0, 20_000), ("通信补助", 0, 5_000)),
}  # fmt: skip
KINDS, CUMULATED = tuple(REASONS), (50, 68, 74, 100)
WITHDRAWN = 0.04
CALLED: tuple[tuple[str, AccountabilityKind, int, str, str], ...] = (
    ("620102001", AccountabilityKind.TALK, 75, "两次抽查不在岗，未请假。", "由街道综治中心主任提醒谈话。"),
    ("620102003", AccountabilityKind.CRITICISM, 52, "重点隐患漏报，经上级检查发现。", "在全街道通报批评。"),
    ("620103001", AccountabilityKind.DEDUCTION, 40, "巡查记录与实际不符。", "扣减当月补助，限期改正。"),
    ("620105001", AccountabilityKind.TALK, 33, "群众诉求未按时回复，引发来访。", "提醒谈话并向群众说明。"),
    ("620121100", AccountabilityKind.SUSPENSION, 21, "连续失联三天，无人代岗。", "暂停岗位，由邻格代管。"),
    ("620123100", AccountabilityKind.TALK, 60, "未参加上半年轮训和补训。", "提醒谈话，下期必须参加。"),
)  # fmt: skip
LIFTED = 3  # the place of the one that was taken back


def write_rewards(connection: Connection, plan: Plan, found: Staff, accounts: list[Row]) -> None:
    write(connection, Award, list(_awards(plan, found, accounts)))
    write(connection, Accountability, list(_called(plan, found, accounts)))
    sheets(connection, plan, accounts)


def directors(accounts: list[Row]) -> dict[str, Row]:
    """Who approves what a town pays, and who calls to account."""
    return {
        account["center_code"]: account
        for account in reversed(accounts)
        if account["role"] is Role.CENTER_DIRECTOR and len(account["center_code"]) == CODE_LENGTH[Level.TOWN]
    }


def _people_of(found: Staff, day: date, town: str = "") -> list[Row]:
    """The full-time posts that somebody held on a day."""
    return [
        post
        for post in found.of(PostRole.FULL_TIME)
        if post["covers_id"] is None
        and post["center_code"].startswith(town)
        and post["since"] <= day
        and (post["until"] is None or post["until"] >= day)
    ]


def _awards(plan: Plan, found: Staff, accounts: list[Row]) -> Iterator[Row]:
    dice, keepers, number = plan.dice("awards"), managers(accounts), 0
    for back in range(MONTHS_BACK, -1, -1):
        first = clock.start_of_month(plan.today, back)
        last = min(clock.start_of_month(first, -1) - timedelta(days=1), plan.today)
        for post in _people_of(found, first):
            if dice.random() >= AWARDED * (1 if post["center_code"].startswith(PAID) else 0.1):
                continue
            number += 1
            kind = dice.choices(KINDS, cum_weights=CUMULATED)[0]
            reason, points, cents = dice.choice(REASONS[kind])
            day = first + timedelta(days=dice.randint(0, (last - first).days))
            keeper, withdrawn = keepers[post["center_code"][:9]], dice.random() < WITHDRAWN
            yield {
                "id": number, "person_id": post["person_id"], "center_code": post["center_code"], "day": day,
                "kind": kind, "points": points, "cents": cents, "reason": reason, "given_by_id": keeper["id"],
                "given_by": keeper["display_name"], "given_at": _at(day, 15),
                "withdrawn_by": keeper["display_name"] if withdrawn else None,
                "withdrawn_at": _at(day, 16) if withdrawn else None,
            }  # fmt: skip


def _called(plan: Plan, found: Staff, accounts: list[Row]) -> Iterator[Row]:
    dice, keepers = plan.dice("accountability"), directors(accounts)
    for number, (town, kind, days, facts, decision) in enumerate(CALLED, 1):
        day = plan.today - timedelta(days=days)
        post, director = dice.choice(_people_of(found, day, town)), keepers[town]
        lifted = number == LIFTED
        yield {
            "id": number, "person_id": post["person_id"], "center_code": post["center_code"], "day": day,
            "kind": kind, "facts": facts, "decision": decision, "recorded_by_id": director["id"],
            "recorded_by": director["display_name"], "recorded_at": _at(day, 16),
            "lifted_because": "经复核，当日系设备故障，记录属实。" if lifted else "",
            "lifted_by": director["display_name"] if lifted else None,
            "lifted_at": _at(day + timedelta(days=9), 10) if lifted else None,
        }  # fmt: skip


def sheets(connection: Connection, plan: Plan, accounts: list[Row]) -> None:
    """Two months that are over, and drafts of the one that is not."""
    seed = Viewer(None, "seed", "seed", Role.LEADER, ROOT, EVERYTHING)
    with ScopedSession(
        bind=connection,
        info={"scope": EVERYTHING, "viewer": seed},
        expire_on_commit=False,
        join_transaction_mode="rollback_only",
    ) as session:
        decided = session.scalars(select(AllowanceRule)).one()
        rows: list[Row] = []
        for back in range(MONTHS_BACK, -1, -1):
            month = clock.start_of_month(plan.today, back)
            for town in PAID if back else DRAFTED:
                rows.append(_sheet(plan, accounts, town, month, decided, len(rows) + 1))
        write(connection, AllowanceSheet, rows)
        rule, lines = load(decided.definition), list[Row]()
        for sheet in rows:
            for one in gather(session, sheet["center_code"], sheet["month"], rule):
                found = count(one.facts, rule)
                lines.append(
                    {
                        "id": len(lines) + 1, "sheet_id": sheet["id"], "person_id": one.person_id,
                        "center_code": one.center_code, "name": one.name,
                        "counted": kept(one.facts, found.items), "points": found.points, "cents": found.cents,
                    }
                )  # fmt: skip
            session.expunge_all()
        write(connection, AllowanceLine, lines)


def _sheet(
    plan: Plan, accounts: list[Row], town: str, month: date, decided: AllowanceRule, number: int
) -> Row:
    keeper, director = managers(accounts)[town], directors(accounts)[town]
    over = clock.start_of_month(month, -1)
    is_over = over <= plan.today
    asked = is_over and town == STILL_ASKED and over == clock.start_of_month(plan.today)
    state = SheetState.APPROVED if is_over else SheetState.DRAFT
    if asked:
        state = SheetState.SUBMITTED
    made = over + timedelta(days=1) if is_over else plan.today - timedelta(days=1)
    return {
        "id": number, "center_code": town, "month": month, "state": state, "rule": decided.definition,
        "note": decided.source, "worked_on": json.dumps([keeper["id"]]), "made_by_id": keeper["id"],
        "made_by": keeper["display_name"], "made_at": _at(made, 9),
        "submitted_by_id": keeper["id"] if is_over else None,
        "submitted_by": keeper["display_name"] if is_over else None,
        "submitted_at": _at(made, 15) if is_over else None,
        "approved_by": director["display_name"] if state is SheetState.APPROVED else None,
        "approved_at": _at(made + timedelta(days=1), 10) if state is SheetState.APPROVED else None,
    }  # fmt: skip


def _at(day: date, hour: int) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=hour)
