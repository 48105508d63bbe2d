"""The grids and people that a metric of the roster rests on, one row each with what it counts on both sides.

The same rows are added up for the figure and listed behind it, so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, extract, func, literal, not_, or_, select

from db.models.duty import CheckedPost, Finding, Patrol, Visit
from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import Person, Post, PostRole
from db.scope import within
from db.spans import code_head
from lib import clock
from lib.grids.coverage import incomplete, standing, vacant
from lib.metrics.dimensions import By, place_length
from lib.roster.training.coverage import trained_on

CHECKED = (Finding.ON_DUTY, Finding.OFF_DUTY, Finding.UNREACHABLE)
NOTHING = literal(0)


@dataclass(frozen=True)
class Spot:
    """Where, by what parts, and from when to when; what stands is read on the last day."""

    center_code: str
    first: date
    last: date
    by: By = By.WHOLE

    def part(self, center_code: Any, grid_id: Any) -> ColumnElement[Any]:
        """The key of the part that a row lies in."""
        if self.by is By.GRID:
            return grid_id  # type: ignore[no-any-return]
        length = place_length(self.by, self.center_code)
        return code_head(center_code, length or len(self.center_code))


Source = Callable[[Spot], Select[Any]]


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _small_grids(spot: Spot, numerator: Any, denominator: Any, *conditions: Any) -> Select[Any]:
    return select(
        spot.part(Grid.center_code, Grid.id).label("part"),
        Grid.id.label("row_id"),
        Grid.center_code.label("center_code"),
        Grid.id.label("grid_id"),
        numerator.label("numerator"),
        denominator.label("denominator"),
        NOTHING.label("left_out"),
    ).where(within(Grid.center_code, [spot.center_code]), Grid.size == GridSize.SMALL, *conditions)


def _staffing(spot: Spot) -> Select[Any]:
    return _small_grids(spot, _flag(not_(vacant(spot.last))), literal(1))


def _vacancies(spot: Spot) -> Select[Any]:
    return _small_grids(spot, _flag(vacant(spot.last)), literal(1))


def _completeness(spot: Spot) -> Select[Any]:
    urban = Grid.setting == GridSetting.URBAN
    return _small_grids(spot, _flag(not_(incomplete(spot.last))), literal(1), urban)


def _patrols(spot: Spot) -> Select[Any]:
    patrolled = exists(
        select(Patrol.id).where(Patrol.grid_id == Grid.id, Patrol.day.between(spot.first, spot.last))
    )
    return _small_grids(spot, _flag(patrolled), literal(1))


def _visits(spot: Spot) -> Select[Any]:
    visited = (
        select(Visit.grid_id, func.count(Visit.household.distinct()).label("households"))
        .where(within(Visit.center_code, [spot.center_code]), Visit.day.between(spot.first, spot.last))
        .group_by(Visit.grid_id)
        .subquery()
    )
    number = func.coalesce(visited.c.households, 0)
    # Numbers beyond the households that a grid has are misspelled: they cover nobody.
    covered = case((number > Grid.households, Grid.households), else_=number)
    found = _small_grids(spot, covered, Grid.households)
    return found.join_from(Grid, visited, visited.c.grid_id == Grid.id, isouter=True)


def full_time(center_code: str) -> tuple[ColumnElement[bool], ...]:
    """The posts of full-time gridworkers of an area; who only covers for somebody has none there."""
    return within(Post.center_code, [center_code]), Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None)


def _people(spot: Spot) -> Any:
    """Everybody with a post in a part on the day, there once, with one of the posts. What is known of people
    is known where they are kept: whoever works in several parts counts for the center above them alone."""
    part = spot.part(Post.center_code, Post.grid_id)
    kept = [Person.id == Post.person_id, within(Person.center_code, [spot.center_code])]
    if spot.by is not By.GRID:
        kept.append(spot.part(Person.center_code, None) == part)
    return (
        select(
            part.label("part"),
            Post.person_id.label("row_id"),
            func.min(Post.center_code).label("center_code"),
            func.min(Post.grid_id).label("grid_id"),
        )
        .where(*full_time(spot.center_code), standing(spot.last), exists(select(Person.id).where(*kept)))
        .group_by(part, Post.person_id)
        .subquery()
    )


def _of_people(people: Any, numerator: Any, denominator: Any, left_out: Any = NOTHING) -> Select[Any]:
    return select(
        people.c.part,
        people.c.row_id,
        people.c.center_code,
        people.c.grid_id,
        numerator.label("numerator"),
        denominator.label("denominator"),
        left_out.label("left_out"),
    )


def _trained(spot: Spot) -> Select[Any]:
    people = _people(spot)
    return _of_people(people, _flag(trained_on(spot.last, people.c.row_id)), literal(1))


def _ages(spot: Spot) -> Select[Any]:
    people = _people(spot)
    known = Person.born.is_not(None)
    return _of_people(
        people, case((known, whole_years(Person.born, spot.last)), else_=0), _flag(known), _flag(not_(known))
    ).join_from(people, Person, Person.id == people.c.row_id, isouter=True)


def _service(spot: Spot) -> Select[Any]:
    """From the first post in the part on, whatever lies between."""
    part = spot.part(Post.center_code, Post.grid_id)
    held = standing(spot.last)
    people = (
        select(
            part.label("part"),
            Post.person_id.label("row_id"),
            func.min(case((held, Post.center_code))).label("center_code"),
            func.min(case((held, Post.grid_id))).label("grid_id"),
            func.min(Post.since).label("since"),
        )
        .where(*full_time(spot.center_code), Post.since <= spot.last)
        .group_by(part, Post.person_id)
        .having(func.max(_flag(held)) == 1)
        .subquery()
    )
    return _of_people(people, whole_months(people.c.since, spot.last), literal(1))


def _checks(spot: Spot) -> Select[Any]:
    start, end = clock.start_of_day(spot.first), clock.start_of_day(spot.last + timedelta(days=1))
    return (
        select(
            spot.part(CheckedPost.center_code, Post.grid_id).label("part"),
            CheckedPost.id.label("row_id"),
            CheckedPost.center_code.label("center_code"),
            Post.grid_id.label("grid_id"),
            _flag(CheckedPost.finding == Finding.ON_DUTY).label("numerator"),
            _flag(CheckedPost.finding.in_(CHECKED)).label("denominator"),
            _flag(CheckedPost.finding == Finding.ON_LEAVE).label("left_out"),
        )
        .join(Post, Post.id == CheckedPost.post_id, isouter=True)
        .where(
            within(CheckedPost.center_code, [spot.center_code]),
            CheckedPost.checked_at >= start,
            CheckedPost.checked_at < end,
        )
    )


def whole_months(since: Any, day: date) -> ColumnElement[int]:
    """How many months were full on a day."""
    months = day.year * 12 + day.month - extract("year", since) * 12 - extract("month", since)
    return months - case((extract("day", since) > day.day, 1), else_=0)


def whole_years(born: Any, day: date) -> ColumnElement[int]:
    """How many birthdays there were; one of 29 February falls on 1 March in other years."""
    early = or_(
        extract("month", born) > day.month,
        and_(extract("month", born) == day.month, extract("day", born) > day.day),
    )
    return day.year - extract("year", born) - case((early, 1), else_=0)


SOURCES: dict[str, Source] = {
    "staffing": _staffing,
    "vacancies": _vacancies,
    "completeness": _completeness,
    "training_coverage": _trained,
    "visit_coverage": _visits,
    "patrol_coverage": _patrols,
    "on_duty": _checks,
    "mean_age": _ages,
    "mean_service": _service,
}
