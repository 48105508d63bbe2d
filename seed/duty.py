"""What gridworkers did of late: patrols of their grids, households that they visited, and what
was found there."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from db.models.duty import Campaign, Patrol, Visit
from db.models.grid import GridSetting
from db.models.roster import PostRole
from lib import clock
from seed.actions import managers
from seed.grids import SmallGrid
from seed.plan import Plan
from seed.rewards import MONTHS_BACK, PAID
from seed.staff import Row, Staff
from seed.writing import write

# Towns that pay by what was done have entered it since the first month that they paid.
DAYS = 35
# Beyond so many cases the demonstration is a whole city, where more is entered.
WHOLE_CITY = 200_000
PATROLS, VISITS = {False: 6.5, True: 24.0}, {False: 4.4, True: 16.0}  # of a grid in the five weeks
SETTINGS = {GridSetting.URBAN: 1.15, GridSetting.RURAL: 0.85, GridSetting.DEDICATED: 1.1}
EAGER = (0.75, 1.25)  # how a town differs from the others
SILENT = 0.05  # towns that have hardly begun to enter it
NOTED = 0.06
NOTES = (
    "巡查消防通道，劝离占道车辆一辆", "清理楼道杂物", "劝阻露天焚烧一起", "检查出租房屋登记",
    "提醒独居老人用火用电安全", "检查商户燃气软管", "排查河道边坡安全",
)  # fmt: skip
CAMPAIGNS = (
    Campaign.DAILY, Campaign.RETURNING_HOME, Campaign.STATIONED, Campaign.IN_THE_GRID, Campaign.PAIRED,
)  # fmt: skip
CUMULATED = (62, 68, 76, 92, 100)
WITH_PROBLEM, SOLVED = 0.07, 0.86
PROBLEMS = (
    "反映楼道照明损坏", "希望办理老年优待证", "与邻居因漏水有争议", "反映暖气温度不足", "希望加装无障碍扶手",
    "咨询城乡低保条件", "反映夜间噪声", "孩子入学材料不齐", "家中燃气软管老化", "反映路面破损积水",
)  # fmt: skip


def write_duty(
    connection: Connection, plan: Plan, small: list[SmallGrid], found: Staff, accounts: list[Row]
) -> None:
    done = _Duty(plan, found, accounts)
    write(connection, Patrol, list(done.patrols(small)))
    write(connection, Visit, list(done.visits(small)))


class _Duty:
    def __init__(self, plan: Plan, found: Staff, accounts: list[Row]) -> None:
        self.plan, self.found, self.managers = plan, found, managers(accounts)
        self.whole_city = plan.cases > WHOLE_CITY
        paid = (plan.today - clock.start_of_month(plan.today, MONTHS_BACK)).days + 1
        self.days = [plan.today - timedelta(days=back) for back in range(paid)]
        self.evenings = {day: clock.start_of_day(day) + timedelta(hours=16, minutes=40) for day in self.days}
        dice = plan.dice("how eager towns are")
        self.eager = {
            code: 0.12 if dice.random() < SILENT else dice.uniform(*EAGER) for code in self.managers
        }
        self.holders: dict[int, list[Row]] = defaultdict(list)
        self.away = {leave["person_id"]: leave for leave in found.leaves}
        for post in found.of(PostRole.FULL_TIME):
            if post["until"] is None or post["until"] >= self.days[-1]:
                self.holders[post["grid_id"]].append(post)

    def _holder(self, grid_id: int, day: date) -> int | None:
        """Who was there on the day: the holder, who covers when they are away, or nobody."""
        for post in self.holders[grid_id]:
            if post["since"] <= day and (post["until"] is None or post["until"] >= day):
                leave = self.away.get(post["person_id"])
                if leave is None or not leave["since"] <= day <= leave["until"]:
                    return int(post["person_id"])
        return None

    def _taken_days(
        self, dice: random.Random, grid: SmallGrid, often: float, *, at_least: int
    ) -> Iterator[tuple[date, int]]:
        """Days and who worked on them, oldest first."""
        town = grid.village.code[:9]
        days = self.days if town in PAID else self.days[:DAYS]
        wanted = often * SETTINGS[grid.setting] * self.eager[town] * dice.uniform(0.6, 1.4) * len(days) / DAYS
        times = int(wanted + dice.random())
        # Whoever is eager at all has been there this month.
        if wanted > 1:
            times = max(times, at_least)
        for day in sorted(dice.sample(days, min(times, len(days)))):
            person_id = self._holder(grid.id, day)
            if person_id is not None:
                yield day, person_id

    def patrols(self, small: list[SmallGrid]) -> Iterator[Row]:
        dice, number = self.plan.dice("patrols"), 0
        for grid in small:
            keeper, code = self.managers[grid.village.code[:9]], grid.village.code
            for day, person_id in self._taken_days(dice, grid, PATROLS[self.whole_city], at_least=2):
                number += 1
                noted = dice.random() < NOTED
                yield {
                    "id": number, "grid_id": grid.id, "person_id": person_id, "center_code": code, "day": day,
                    "minutes": 30 + 5 * int(dice.random() * 20),
                    "problems": 1 + int(dice.random() * 1.3) if noted else 0,
                    "note": dice.choice(NOTES) if noted else "", "recorded_by_id": keeper["id"],
                    "recorded_by": keeper["display_name"], "recorded_at": self.evenings[day],
                }  # fmt: skip

    def visits(self, small: list[SmallGrid]) -> Iterator[Row]:
        dice, number = self.plan.dice("visits"), 0
        for grid in small:
            keeper, code = self.managers[grid.village.code[:9]], grid.village.code
            for day, person_id in self._taken_days(dice, grid, VISITS[self.whole_city], at_least=1):
                number += 1
                problem = dice.choice(PROBLEMS) if dice.random() < WITH_PROBLEM else ""
                solved = day + timedelta(days=int(dice.random() * 9))
                kept = problem and solved <= self.plan.today and dice.random() < SOLVED
                yield {
                    "id": number, "grid_id": grid.id, "person_id": person_id, "center_code": code, "day": day,
                    "household": _household(dice, grid), "problem": problem,
                    "campaign": dice.choices(CAMPAIGNS, cum_weights=CUMULATED)[0],
                    "solved_on": solved if kept else None, "recorded_by_id": keeper["id"],
                    "recorded_by": keeper["display_name"], "recorded_at": self.evenings[day],
                }  # fmt: skip


def _household(dice: random.Random, grid: SmallGrid) -> str:
    """The door in a town, the number of the household in a village, the unit in a tower or market."""
    if grid.setting is GridSetting.URBAN:
        at = int(dice.random() * grid.households)
        block, rest = divmod(at, 60)
        unit, door = divmod(rest, 20)
        return f"{block + 1}号楼{unit + 1}单元{door // 4 + 1}0{door % 4 + 1}"
    number = 1 + int(dice.random() * grid.households)
    return f"{number}号商户" if grid.setting is GridSetting.DEDICATED else f"{number}户"
