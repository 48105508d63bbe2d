"""Spot checks of the last three months, drawn as the product draws: most are on duty, a few followed up."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db.models.duty import CheckedPost, Finding, SpotCheck
from db.models.roster import PostRole
from lib import clock
from lib.roster.checks.draw import BY_CHANCE, drawn
from seed.actions import managers
from seed.plan import Plan
from seed.staff import Row, Staff
from seed.writing import write

# Which towns check themselves, and how often; each draws so many of its people.
TOWNS = {"620102": 10, "620103": 3, "620105": 3, "620123": 2, "620121": 2}  # the first so many of a county
MONTHS_BACK, WANTED = (2, 1, 0), 6
FINDINGS = (Finding.ON_DUTY, Finding.OFF_DUTY, Finding.UNREACHABLE, Finding.ON_LEAVE)
CUMULATED = (86, 92, 97, 100)
FOLLOWS = ("约谈本人，说明情况并补巡查", "核实联系电话，三日内回报", "网格长上门核实在岗情况")
DAYS, DONE = 7, 0.75
DID = ("已谈话，本人作出说明", "电话已更新，当日回访在岗", "已核实，当日在外参加培训")


def write_checks(connection: Connection, plan: Plan, found: Staff, accounts: list[Row]) -> None:
    checks, checked = spot_checks(plan, found, accounts)
    write(connection, SpotCheck, checks)
    write(connection, CheckedPost, checked)


def spot_checks(plan: Plan, found: Staff, accounts: list[Row]) -> tuple[list[Row], list[Row]]:
    dice, keepers = plan.dice("spot checks"), managers(accounts)
    away = {leave["person_id"]: leave for leave in found.leaves}
    posts: dict[str, list[Row]] = {}
    for post in found.of(PostRole.FULL_TIME):
        if post["covers_id"] is None:
            posts.setdefault(post["center_code"][:9], []).append(post)
    checks: list[Row] = []
    checked: list[Row] = []
    for back in MONTHS_BACK:
        first = clock.start_of_month(plan.today, back)
        for county, count in TOWNS.items():
            for town in sorted(code for code in posts if code.startswith(county))[:count]:
                day = min(first + timedelta(days=dice.randint(4, 26)), plan.today)
                could = _could_be_drawn(posts[town], away, day)
                seed, keeper = f"{BY_CHANCE}{dice.getrandbits(128):032x}", keepers[town]
                check = {
                    "id": len(checks) + 1, "center_code": town, "day": day, "seed": seed, "wanted": WANTED,
                    "roles": PostRole.FULL_TIME.value, "drawn_from": json.dumps(sorted(could)),
                    "drawn_by_id": keeper["id"], "drawn_by": keeper["display_name"],
                    "drawn_at": _at(day, 8, 40),
                }  # fmt: skip
                checks.append(check)
                for place, key in enumerate(drawn(seed, could, WANTED), 1):
                    row = _checked(dice, plan, check, could[key], place)
                    checked.append({"id": len(checked) + 1, **row})
    return checks, checked


def _could_be_drawn(posts: list[Row], away: dict[int, Row], day: date) -> dict[int, Row]:
    """The first post of each person who is there on the day."""
    found: dict[int, Row] = {}
    for post in posts:
        leave = away.get(post["person_id"])
        on_leave = leave is not None and leave["since"] <= day <= leave["until"]
        if post["since"] <= day and (post["until"] is None or post["until"] >= day) and not on_leave:
            found.setdefault(post["person_id"], post)
    return {post["id"]: post for post in found.values()}


def _checked(dice: random.Random, plan: Plan, check: Row, post: Row, place: int) -> Row:
    """Whoever was drawn yesterday or today is partly still to be called."""
    day: date = check["day"]
    finding = dice.choices(FINDINGS, cum_weights=CUMULATED)[0]
    if day > plan.today - timedelta(days=6) and dice.random() < 0.5:
        finding = Finding.PENDING
    row: Row = {
        "spot_check_id": check["id"], "post_id": post["id"], "person_id": post["person_id"],
        "center_code": post["center_code"], "place": place, "finding": finding, "note": "",
        "checked_by": None, "checked_at": None, "follow_up": "", "follow_up_due": None, "followed_up": "",
        "followed_up_by": None, "followed_up_at": None,
    }  # fmt: skip
    if finding is not Finding.PENDING:
        row |= {"checked_by": check["drawn_by"], "checked_at": _at(day, 9, dice.randint(5, 55))}
    if finding in (Finding.OFF_DUTY, Finding.UNREACHABLE):
        due = day + timedelta(days=DAYS)
        row |= {"follow_up": dice.choice(FOLLOWS), "follow_up_due": due}
        done = day + timedelta(days=dice.randint(1, DAYS))
        if done < plan.today and dice.random() < DONE:
            row |= {
                "followed_up": dice.choice(DID), "followed_up_by": check["drawn_by"],
                "followed_up_at": _at(done, 15, 30),
            }  # fmt: skip
    return row


def _at(day: date, hour: int, minute: int) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=hour, minutes=minute)
