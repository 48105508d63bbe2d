"""Two rounds of training a year and one of a county: sessions by town, who came and passed, and what one
county has left undone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db.models.center import Level
from db.models.roster import PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from lib import clock
from seed.actions import managers
from seed.city import ROOT, Unit
from seed.plan import Plan
from seed.staff import Row, Staff
from seed.writing import write

COUNTY = "620102"
# The county that is clearly behind; the others lie between these shares of people who pass.
BEHIND, BEHIND_SHARE, SHARES = "620123", 0.83, (0.93, 0.97)
FAILED, EXCUSED = 0.2, 0.35  # of those who do not pass
AGAIN = 0.55  # of those who are untrained, at the session that ends a round; none in the county behind
SUBJECTS = (
    "网格化服务管理规范与“一标三实”采集", "矛盾纠纷排查化解与上报", "消防安全与应急处置",
    "网格员权责清单和准入制度", "平台操作与事件办理时限",
)  # fmt: skip
TRAINERS = ("市综治中心业务科", "县（区）综治中心", "县（区）司法局", "消防救援站")


@dataclass
class Trained:
    """The rows of the three tables."""

    rounds: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)
    attendances: list[Row] = field(default_factory=list)


def write_training(
    connection: Connection, plan: Plan, units: list[Unit], found: Staff, accounts: list[Row]
) -> None:
    rows = trained(plan, units, found, accounts)
    write(connection, TrainingRound, rows.rounds)
    write(connection, TrainingSession, rows.sessions)
    write(connection, Attendance, rows.attendances)


def trained(plan: Plan, units: list[Unit], found: Staff, accounts: list[Row]) -> Trained:
    training = _Training(plan, units, found, accounts)
    for first, last in _halves(plan.today):
        half = "上半年" if first.month == 1 else "下半年"
        training.round(ROOT, f"{first.year}年{half}轮训", first, last)
    training.grid_leaders(clock.start_of_month(plan.today, 3))
    return training.rows


def _halves(today: date) -> Iterator[tuple[date, date]]:
    """The half-year before, and the one of today."""
    this = date(today.year, 1 if today.month < 7 else 7, 1)
    before = clock.start_of_month(this, 6)
    yield before, this - timedelta(days=1)
    yield this, clock.start_of_month(this, -6) - timedelta(days=1)


class _Training:
    def __init__(self, plan: Plan, units: list[Unit], found: Staff, accounts: list[Row]) -> None:
        self.plan, self.found, self.rows = plan, found, Trained()
        self.towns = {unit.code: unit for unit in units if unit.level is Level.TOWN}
        self.counties = {unit.code: unit for unit in units if unit.level is Level.COUNTY}
        self.managers = managers(accounts)
        dice = plan.dice("training shares")
        self.shares = {code: dice.uniform(*SHARES) for code in self.counties} | {BEHIND: BEHIND_SHARE}
        self.posts: dict[str, list[Row]] = {code: [] for code in self.towns}
        for post in found.of(PostRole.FULL_TIME):
            if post["covers_id"] is None:
                self.posts[post["center_code"][:9]].append(post)

    def round(self, center_code: str, name: str, first: date, last: date) -> None:
        """A session in each town; whoever is untrained then is asked once more at the end."""
        key = self._new_round(center_code, name, first, last)
        dice = self.plan.dice(f"training {name}")
        passed: set[int] = set()
        until = min(last, self.plan.today)
        for code, unit in self.towns.items():
            held = first + timedelta(days=dice.randint(10, max(11, (until - first).days - 25)))
            if held > until:
                continue
            share = self.shares[code[:6]] + dice.uniform(-0.015, 0.015)
            session = self._session(dice, key, code, unit.name + "会议室", held)
            for person_id in self._standing(code, held):
                if self._attended(dice, session, person_id, share):
                    passed.add(person_id)
        held = until - timedelta(days=dice.randint(4, 12))
        for code, county in self.counties.items():
            if code == BEHIND:
                continue
            session = self._session(dice, key, code, county.name + "综治中心", held, "补训：")
            for town in (one for one in self.towns if one.startswith(code)):
                for person_id in self._standing(town, held):
                    if person_id not in passed and dice.random() < AGAIN:
                        self._attended(dice, session, person_id, 0.9)

    def grid_leaders(self, first: date) -> None:
        """The county trains the leaders of its larger grids, in two groups."""
        last = clock.start_of_month(first, -4) - timedelta(days=1)
        name = f"城关区{first.year}年网格长专题培训"
        note = "大、中网格的网格长参加，分两批办班。"
        key = self._new_round(COUNTY, name, first, last, PostRole.GRID_LEADER, note)
        dice = self.plan.dice("training of grid leaders")
        leaders = [
            one for one in self.found.of(PostRole.GRID_LEADER) if one["center_code"].startswith(COUNTY)
        ]
        for group, days in enumerate((26, 75)):
            held = first + timedelta(days=days)
            session = self._session(dice, key, COUNTY, "城关区综治中心", held, "专题培训：")
            came = (post["person_id"] for post in leaders[group::2] if stands(post, held))
            for person_id in dict.fromkeys(came):
                self._attended(dice, session, person_id, 0.95)

    def _new_round(
        self,
        center_code: str,
        name: str,
        first: date,
        last: date,
        role: PostRole = PostRole.FULL_TIME,
        note: str = "全体专职网格员参加，考试合格方为完成。",
    ) -> int:
        rows = self.rows.rounds
        rows.append(
            {
                "id": len(rows) + 1, "center_code": center_code, "name": name, "first_day": first,
                "last_day": last, "roles": role.value, "valid_months": 12, "note": note, "made_by": "韩雪伟",
                "made_at": _at(first - timedelta(days=12), 10),
            }
        )  # fmt: skip
        return len(rows)

    def _session(
        self, dice: random.Random, key: int, code: str, place: str, held: date, before: str = ""
    ) -> Row:
        rows = self.rows.sessions
        rows.append(
            {
                "id": len(rows) + 1, "round_id": key, "center_code": code,
                "subject": before + dice.choice(SUBJECTS), "held_on": held,
                "minutes": dice.choice((120, 150, 180, 240)), "place": place,
                "trainer": dice.choice(TRAINERS), "made_by": self._keeper(code),
                "made_at": _at(held - timedelta(days=7), 10),
            }
        )  # fmt: skip
        return rows[-1]

    def _keeper(self, code: str) -> str:
        """Who writes it down: the town's manager, for a county the first of its towns'."""
        key = code if code in self.managers else next(one for one in self.towns if one.startswith(code))
        return str(self.managers[key]["display_name"])

    def _standing(self, town: str, day: date) -> list[int]:
        """Everybody with a post in the town on the day, once."""
        found = (post["person_id"] for post in self.posts[town] if stands(post, day))
        return list(dict.fromkeys(found))

    def _attended(self, dice: random.Random, session: Row, person_id: int, share: float) -> bool:
        result, score = AttendanceResult.PASSED, dice.randint(62, 98)
        if (chance := dice.random()) >= share:
            over = (chance - share) / (1 - share)
            result = AttendanceResult.ABSENT
            if over < FAILED:
                result, score = AttendanceResult.FAILED, dice.randint(35, 59)
            elif over < FAILED + EXCUSED:
                result = AttendanceResult.EXCUSED
        came = result in (AttendanceResult.PASSED, AttendanceResult.FAILED)
        rows = self.rows.attendances
        rows.append(
            {
                "id": len(rows) + 1, "session_id": session["id"], "person_id": person_id,
                "center_code": self.found.people[person_id - 1]["center_code"],
                "round_id": session["round_id"], "held_on": session["held_on"], "result": result,
                "score": score if came else None, "recorded_by": session["made_by"],
                "recorded_at": _at(session["held_on"], 16),
            }
        )  # fmt: skip
        return result is AttendanceResult.PASSED


def stands(post: Row, day: date) -> bool:
    return bool(post["since"] <= day and (post["until"] is None or post["until"] >= day))


def _at(day: date, hour: int) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=hour)
