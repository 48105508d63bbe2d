"""How many grids were patrolled on a day, how many households were visited in a span of days, and what was
found: for a center, and for each of its children and grids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from db.models.center import Center
from db.models.duty import Campaign, Visit
from db.models.grid import Grid
from db.scope import ScopedSession, within
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.roster.duty.counting import (
    Coverage,
    coverage_by,
    coverage_of,
    keyed,
    patrolled_on,
    small_grids,
    still_open,
    visited_by_grid,
)
from lib.typed import offset_of


@dataclass(frozen=True)
class Answer:
    """What a center is asked for first: patrols of a day, coverage of a span of days, what is still open."""

    grids: int
    patrolled: int
    coverage: Coverage
    open_problems: int


@query(Permission.READ_GRIDS)
def duty_of(session: ScopedSession, center_code: str, day: date, first: date, last: date) -> Answer:
    """One center with all below it."""
    grids, patrolled = session.execute(
        select(func.count(Grid.id), func.coalesce(func.sum(case((patrolled_on(day), 1), else_=0)), 0)).where(
            small_grids(center_code)
        )
    ).one()
    found = session.execute(
        coverage_by(func.substr(Grid.center_code, 1, len(center_code)), center_code, first, last)
    ).one_or_none()
    problems = session.scalar(
        select(func.count(Visit.id)).where(within(Visit.center_code, [center_code]), still_open(day))
    )
    return Answer(
        int(grids), int(patrolled), Coverage(*map(int, found[1:])) if found else Coverage(), problems or 0
    )


@dataclass(frozen=True)
class ChildRow:
    code: str
    name: str
    answer: Answer


@query(Permission.READ_GRIDS)
def duty_by_child(
    session: ScopedSession, center_code: str, code_length: int, day: date, first: date, last: date
) -> tuple[ChildRow, ...]:
    """The centers right below, in the order of codes; those without small grids are left out."""
    of_grid = func.substr(Grid.center_code, 1, code_length)
    covered = {
        str(row[0]): Coverage(*map(int, row[1:]))
        for row in session.execute(coverage_by(of_grid, center_code, first, last))
    }
    patrolled: dict[str, int] = keyed(
        session.execute(
            select(of_grid, func.count(Grid.id))
            .where(small_grids(center_code), patrolled_on(day))
            .group_by(of_grid)
        )
    )
    of_visit = func.substr(Visit.center_code, 1, code_length)
    problems: dict[str, int] = keyed(
        session.execute(
            select(of_visit, func.count(Visit.id))
            .where(within(Visit.center_code, [center_code]), still_open(day))
            .group_by(of_visit)
        )
    )
    names: dict[str, str] = keyed(
        session.execute(
            select(Center.code, Center.name).where(
                within(Center.code, [center_code]), func.length(Center.code) == code_length
            )
        )
    )
    return tuple(
        ChildRow(
            code, names.get(code, code),
            Answer(covered[code].grids, patrolled.get(code, 0), covered[code], problems.get(code, 0)),
        )
        for code in sorted(covered)
    )  # fmt: skip


@dataclass(frozen=True)
class GridDuty:
    code: str
    name: str
    center_name: str
    patrolled: bool
    coverage: Coverage


@dataclass(frozen=True)
class GridDuties:
    """`total` counts all grids, `rows` are one page of them."""

    total: int
    rows: tuple[GridDuty, ...] = ()


@query(Permission.READ_GRIDS)
def duty_by_grid(
    session: ScopedSession,
    center_code: str,
    day: date,
    first: date,
    last: date,
    not_patrolled: bool = False,
    over: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> GridDuties:
    """Small grids, the least covered first; those alone that were not patrolled on the day, or of which more
    numbers were visited than they have households."""
    visited = visited_by_grid(center_code, first, last)
    number = func.coalesce(visited.c.visited, 0)
    wanted = [small_grids(center_code)]
    if not_patrolled:
        wanted.append(~patrolled_on(day))
    if over:
        wanted.append(number > Grid.households)
    statement = (
        select(Grid.code, Grid.name, Center.name, patrolled_on(day), number, Grid.households)
        .join(Center, Center.code == Grid.center_code)
        .join(visited, visited.c.grid_id == Grid.id, isouter=True)
        .where(*wanted)
    )
    total = session.scalar(
        select(func.count(Grid.id)).join(visited, visited.c.grid_id == Grid.id, isouter=True).where(*wanted)
    )
    if not total:
        return GridDuties(0)
    # In ten-thousandths, because both databases divide whole numbers in the same way.
    share = case((Grid.households > 0, number * 10_000 / Grid.households), else_=0)
    rows = session.execute(
        statement.order_by(share, Grid.code).limit(page_size).offset(offset_of(page, page_size, total))
    )
    return GridDuties(
        total,
        tuple(
            GridDuty(code, name, center, bool(done), coverage_of(int(found), households))
            for code, name, center, done, found, households in rows
        ),
    )


@dataclass(frozen=True)
class CampaignRow:
    """`households` are counted once each, whatever the number of visits."""

    campaign: Campaign
    visits: int
    households: int
    problems: int
    solved: int


@query(Permission.READ_GRIDS)
def duty_by_campaign(
    session: ScopedSession, center_code: str, first: date, last: date
) -> tuple[CampaignRow, ...]:
    """All campaigns, also those nobody was visited for."""
    below = within(Visit.center_code, [center_code]), Visit.day.between(first, last)
    found = {
        campaign: (visits, int(problems), int(solved))
        for campaign, visits, problems, solved in session.execute(
            select(
                Visit.campaign, func.count(Visit.id), func.sum(case((Visit.problem != "", 1), else_=0)),
                func.sum(case((Visit.solved_on.is_not(None), 1), else_=0)),
            )
            .where(*below)
            .group_by(Visit.campaign)
        )
    }  # fmt: skip
    each = select(Visit.campaign, Visit.grid_id, Visit.household).where(*below).distinct().subquery()
    households: dict[Campaign, int] = keyed(
        session.execute(select(each.c.campaign, func.count()).group_by(each.c.campaign))
    )
    return tuple(
        CampaignRow(
            one, *(found.get(one, (0, 0, 0))[:1]), households.get(one, 0), *found.get(one, (0, 0, 0))[1:]
        )
        for one in Campaign
    )
