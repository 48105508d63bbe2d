"""Decides who is trained: in a round whoever passed in one of its sessions, on a day whoever passed before
and whose training still holds.

A training holds for the months that its round says, and on the last day of them too; one without months holds
forever. Of several trainings the one that reaches furthest counts, so that no further one takes any away.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, extract, func, or_, select

from db.models.roster import Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound
from db.scope import within
from lib.grids.coverage import standing

SOON = 60  # days before the end of a training at which people are told
DEFAULT_ROLES = (PostRole.FULL_TIME,)

# -- days


def counted_on(last_day: date, today: date) -> date:
    """The day whose people a round counts: its last, or today while it runs."""
    return min(last_day, today)


def later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def holds_until(held_on: date, valid_months: int | None) -> date | None:
    """The last day of a training; None is never."""
    return None if valid_months is None else later(held_on, valid_months)


def furthest(trainings: Iterable[tuple[date, int | None]]) -> date | None:
    """The last day on which one of the trainings holds; date.max for one without end, None without any."""
    ends = [holds_until(held_on, months) or date.max for held_on, months in trainings]
    return max(ends, default=None)


# -- predicates, for whatever statement names the person


def due(roles: Collection[PostRole], day: date) -> ColumnElement[bool]:
    """The posts whose holders a round is for."""
    return and_(Post.role.in_(roles), Post.covers_id.is_(None), standing(day))


def kept_within(center_code: str, person: Any = Post.person_id) -> ColumnElement[bool]:
    """The person is kept in the center's subtree. Whoever works in several places is kept by the center above
    them, and only there it is known whether they are trained: they are counted there and not below, whoever
    asks."""
    return exists(select(Person.id).where(Person.id == person, within(Person.center_code, [center_code])))


def kept_below(length: int) -> ColumnElement[bool]:
    """The person is kept in the same part as the post, by so many digits of the code."""
    return exists(
        select(Person.id).where(
            Person.id == Post.person_id,
            func.substr(Person.center_code, 1, length) == func.substr(Post.center_code, 1, length),
        )
    )


def trained_in(round_id: Any, person: Any = Post.person_id) -> ColumnElement[bool]:
    """The person passed in one of the round's sessions."""
    return exists(
        select(Attendance.id).where(
            Attendance.person_id == person,
            Attendance.result == AttendanceResult.PASSED,
            Attendance.round_id == round_id,
        )
    )


def _passed(person: Any, day: date) -> Select[Any]:
    return (
        select(Attendance.id)
        .join(TrainingRound, TrainingRound.id == Attendance.round_id)
        .where(
            Attendance.person_id == person,
            Attendance.result == AttendanceResult.PASSED,
            Attendance.held_on <= day,
        )
    )


def _holds_on(day: date) -> ColumnElement[bool]:
    """`later(held_on, valid_months) >= day` as both databases reckon it: by months, then by days. A month
    that is too short changes nothing, for no day of it is beyond its end."""
    month = extract("year", Attendance.held_on) * 12 + extract("month", Attendance.held_on)
    reached = (month + TrainingRound.valid_months) * 32 + extract("day", Attendance.held_on)
    wanted = (day.year * 12 + day.month) * 32 + day.day
    return or_(TrainingRound.valid_months.is_(None), reached >= wanted)


def trained_on(day: date, person: Any = Post.person_id, holding: int = 0) -> ColumnElement[bool]:
    """The person had passed by the day, and that still holds so many days later."""
    return exists(_passed(person, day).where(_holds_on(day + timedelta(days=holding))))


def untrained(day: date, person: Any = Post.person_id) -> ColumnElement[bool]:
    """Never trained, or not any more."""
    return ~trained_on(day, person)


def never_trained(day: date, person: Any = Post.person_id) -> ColumnElement[bool]:
    return ~exists(_passed(person, day))


def expired(day: date, person: Any = Post.person_id) -> ColumnElement[bool]:
    return and_(exists(_passed(person, day)), ~trained_on(day, person))


def expires_soon(day: date, person: Any = Post.person_id) -> ColumnElement[bool]:
    """Trained today, and not any more in a while."""
    return and_(trained_on(day, person), ~trained_on(day, person, SOON))
