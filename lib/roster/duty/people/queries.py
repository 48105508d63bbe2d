"""What each person did in a span of days: patrols, visits, the households of their grids that they saw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, distinct, func, select

from db.models.duty import Patrol, Visit
from db.models.grid import Grid
from db.models.roster import Person, Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.grids.coverage import standing
from lib.grids.staff import sees_names
from lib.masking import masked_name
from lib.roster.duty.counting import Coverage, added, coverage_of, keyed, small_grids
from lib.typed import offset_of


@dataclass(frozen=True)
class PersonDuty:
    """`coverage` is of the grids in which the person is the full-time gridworker, or covers for them, on the
    last day; `patrol_days` are days with a patrol."""

    person_id: int | None
    name: str
    coverage: Coverage
    visited: int
    visits: int
    problems: int
    patrol_days: int


@dataclass(frozen=True)
class PersonDuties:
    total: int
    rows: tuple[PersonDuty, ...] = ()


@query(Permission.READ_GRIDS)
def duty_by_person(
    session: ScopedSession, center_code: str, first: date, last: date, page: int = 1, page_size: int = 50
) -> PersonDuties:
    """Everybody who is a full-time gridworker on the last day or has patrolled or visited, the least covered
    first; those who have no grid of their own come last."""
    visits: dict[int, dict[int, tuple[int, int, int]]] = defaultdict(dict)
    for person_id, grid_id, households, count, problems in session.execute(
        select(
            Visit.person_id, Visit.grid_id, func.count(distinct(Visit.household)), func.count(Visit.id),
            func.sum(case((Visit.problem != "", 1), else_=0)),
        )
        .where(
            within(Visit.center_code, [center_code]), Visit.day.between(first, last),
            Visit.person_id.is_not(None),
        )
        .group_by(Visit.person_id, Visit.grid_id)
    ):  # fmt: skip
        if person_id is not None:
            visits[person_id][grid_id] = households, count, int(problems)
    days = {
        person_id: count
        for person_id, count in session.execute(
            select(Patrol.person_id, func.count(distinct(Patrol.day)))
            .where(within(Patrol.center_code, [center_code]), Patrol.day.between(first, last))
            .group_by(Patrol.person_id)
        )
        if person_id is not None
    }
    own: dict[int, dict[int, int]] = defaultdict(dict)
    for person_id, grid_id, households in session.execute(
        select(Post.person_id, Grid.id, Grid.households)
        .join(Grid, Grid.id == Post.grid_id)
        .where(small_grids(center_code), Post.role == PostRole.FULL_TIME, standing(last))
    ):
        own[person_id][grid_id] = households
    found = [
        _of(person_id, visits[person_id], own.get(person_id, {}), days.get(person_id, 0))
        for person_id in sorted({*visits, *days, *own})
    ]
    found.sort(key=lambda one: (not one.coverage.households, one.coverage.share or 0, one.person_id))
    start = offset_of(page, page_size, len(found))
    return PersonDuties(len(found), _named(session, found[start : start + page_size]))


def _of(
    person_id: int, visits: dict[int, tuple[int, int, int]], own: dict[int, int], patrol_days: int
) -> PersonDuty:
    """`visits` are the households, visits and problems in each grid; `own` the households that each grid of
    their own has."""
    parts = [coverage_of(visits.get(grid, (0, 0, 0))[0], households) for grid, households in own.items()]
    visited, count, problems = (sum(row[place] for row in visits.values()) for place in range(3))
    return PersonDuty(person_id, "", added(parts), visited, count, problems, patrol_days)


def _named(session: ScopedSession, rows: list[PersonDuty]) -> tuple[PersonDuty, ...]:
    """Of whom another center keeps only the name is told; who sees no names gets no key either."""
    keys = [one.person_id for one in rows if one.person_id is not None]
    names: dict[int, str] = keyed(
        session.execute(
            select(Post.person_id, Post.name).where(Post.person_id.in_(keys)).order_by(Post.since, Post.id)
        )
    )
    theirs = set(session.scalars(select(Person.id).where(Person.id.in_(keys))))
    viewer = viewer_of(session)
    whole, opens = sees_names(viewer), viewer.may(Permission.READ_ROSTER)
    return tuple(
        PersonDuty(
            one.person_id if opens and one.person_id in theirs else None,
            names.get(one.person_id or 0, "") if whole else masked_name(names.get(one.person_id or 0, "")),
            one.coverage, one.visited, one.visits, one.problems, one.patrol_days,
        )
        for one in rows
    )  # fmt: skip
