"""The people of the demonstration: which posts they hold, what became of them, and what they did."""

from __future__ import annotations

from sqlalchemy import Connection

from db.models.roster import Leave, Person, Post, RosterChange
from seed.actions import roster_changes
from seed.careers import careers
from seed.checks import write_checks
from seed.city import Unit
from seed.describing import described
from seed.duty import write_duty
from seed.grids import SmallGrid
from seed.plan import Plan
from seed.rewards import write_rewards
from seed.rules import write_rules
from seed.staff import Row, Staff, staff
from seed.supporting import supporting
from seed.training import write_training
from seed.writing import write


def roster(plan: Plan, units: list[Unit], small: list[SmallGrid], grids: list[Row]) -> Staff:
    found = staff(plan, small, grids)
    supporting(plan, found, units, grids)
    careers(plan, found, grids)
    described(plan, found, units)
    return found


def write_roster(connection: Connection, plan: Plan, found: Staff, accounts: list[Row]) -> None:
    """After the accounts, whose names stand in the history."""
    changes = roster_changes(plan, found, accounts)
    write(connection, Person, found.people)
    write(connection, Post, found.posts)
    write(connection, Leave, found.leaves)
    write(connection, RosterChange, changes)


def write_work(
    connection: Connection, plan: Plan, units: list[Unit], small: list[SmallGrid], found: Staff,
    accounts: list[Row],
) -> None:  # fmt: skip
    """What the people were taught, did, were found doing and were given for it."""
    if not plan.practice:
        return
    write_rules(connection, plan)
    write_training(connection, plan, units, found, accounts)
    write_duty(connection, plan, small, found, accounts)
    write_checks(connection, plan, found, accounts)
    write_rewards(connection, plan, found, accounts)
