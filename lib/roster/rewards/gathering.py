"""Collects what is counted for the people of a town in a month: posts, patrols, visits, checks, training and
awards.

Only what lies in the town counts, whoever asks: a county leader who counts again finds the same numbers.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from db.models.duty import CheckedPost, Finding, Patrol, Visit
from db.models.grid import Grid
from db.models.reward import AllowanceLine, Award
from db.models.roster import Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound
from db.scope import ScopedSession, within
from lib import clock
from lib.roster.rewards.counting import Facts, Given, Held
from lib.roster.rewards.rules import Rule
from lib.roster.roles import read_roles
from lib.roster.training.coverage import furthest

ABSENT = (Finding.OFF_DUTY, Finding.UNREACHABLE)


@dataclass(frozen=True)
class Gathered:
    """One person of the town: the lowest center that all of it lies in, and what is counted."""

    person_id: int
    center_code: str
    name: str
    facts: Facts


def people_and_cents(session: ScopedSession, sheet_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many people each sheet pays, and how much in all."""
    paid = func.coalesce(AllowanceLine.corrected_cents, AllowanceLine.cents)
    found = session.execute(
        select(AllowanceLine.sheet_id, func.count(AllowanceLine.id), func.sum(paid))
        .where(AllowanceLine.sheet_id.in_(sheet_ids))
        .group_by(AllowanceLine.sheet_id)
    )
    return {sheet_id: (people, int(cents or 0)) for sheet_id, people, cents in found}


@dataclass(frozen=True)
class Month:
    first: date

    @property
    def days(self) -> int:
        return calendar.monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        return self.first.replace(day=self.days)


def gather(session: ScopedSession, town: str, month: date, rule: Rule) -> tuple[Gathered, ...]:
    """Everybody who held a post that the rule pays, or was given something, by center and name."""
    span = Month(month)
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in session.scalars(
        select(Post)
        .where(
            within(Post.center_code, [town]),
            Post.role.in_(rule.base),
            Post.since <= span.last,
            or_(Post.until.is_(None), Post.until >= span.first),
        )
        .order_by(Post.since, Post.id)
    ):
        posts[post.person_id].append(post)
    awards: dict[int, list[Award]] = defaultdict(list)
    for award in session.scalars(
        select(Award)
        .where(
            within(Award.center_code, [town]),
            Award.day.between(span.first, span.last),
            Award.withdrawn_at.is_(None),
        )
        .order_by(Award.day, Award.id)
    ):
        awards[award.person_id].append(award)
    wanted = set(posts) | set(awards)
    grids = _grid_names(session, [one for held in posts.values() for one in held])
    names = names_of(session, wanted, town)
    patrols, households = _patrols(session, town, span), _households(session, town, span)
    absences, untrained = _absences(session, town, span), _untrained(session, town, span, posts)
    found = [
        Gathered(
            person, _lowest([*posts[person], *awards[person]]), names.get(person, ""),
            Facts(
                span.days, _held(posts[person], span, grids), patrols.get(person, 0),
                households.get(person, 0), absences.get(person, 0), person in untrained,
                tuple(Given(one.kind, one.points, one.cents, one.reason) for one in awards[person]),
            ),
        )
        for person in wanted
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.center_code, one.name, one.person_id)))


def names_of(session: ScopedSession, people: Iterable[int], center_code: str) -> dict[int, str]:
    """What people are called, as on their newest post here."""
    rows = session.execute(
        select(Post.person_id, Post.name)
        .where(within(Post.center_code, [center_code]), Post.person_id.in_(sorted(people)))
        .order_by(Post.since, Post.id)
    )
    return {row[0]: row[1] for row in rows}


def _grid_names(session: ScopedSession, posts: Iterable[Post]) -> dict[int, str]:
    keys = sorted({one.grid_id for one in posts if one.grid_id is not None})
    found: dict[int, str] = {}
    for start in range(0, len(keys), 500):
        rows = session.execute(select(Grid.id, Grid.name).where(Grid.id.in_(keys[start : start + 500])))
        found |= {row[0]: row[1] for row in rows}
    return found


def _held(posts: Sequence[Post], span: Month, grids: Mapping[int, str]) -> tuple[Held, ...]:
    """Whoever holds one role twice at once, or covers for somebody in it, holds it once."""
    days: dict[PostRole, set[date]] = defaultdict(set)
    places: dict[PostRole, dict[str, None]] = defaultdict(dict)
    for post in posts:
        first, last = max(post.since, span.first), min(post.until or span.last, span.last)
        days[post.role] |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
        if name := grids.get(post.grid_id or 0):
            places[post.role][name] = None
    return tuple(Held(role, len(days[role]), tuple(places[role])) for role in PostRole if role in days)


def _lowest(rows: Iterable[Post | Award]) -> str:
    """The lowest center that all of them lie in."""
    codes = {one.center_code for one in rows}
    return codes.pop() if len(codes) == 1 else min(code[:9] for code in codes)


def _patrols(session: ScopedSession, town: str, span: Month) -> dict[int, int]:
    """A grid's patrol on a day counts once, however often it was written down."""
    once = (
        select(Patrol.person_id, Patrol.grid_id, Patrol.day)
        .where(
            within(Patrol.center_code, [town]),
            Patrol.day.between(span.first, span.last),
            Patrol.person_id.is_not(None),
        )
        .distinct()
        .subquery()
    )
    return _counts(session, once)


def _households(session: ScopedSession, town: str, span: Month) -> dict[int, int]:
    """A household counts once a month, however often it was visited."""
    once = (
        select(Visit.person_id, Visit.grid_id, Visit.household)
        .where(
            within(Visit.center_code, [town]),
            Visit.day.between(span.first, span.last),
            Visit.person_id.is_not(None),
        )
        .distinct()
        .subquery()
    )
    return _counts(session, once)


def _counts(session: ScopedSession, once: Any) -> dict[int, int]:
    rows = session.execute(select(once.c.person_id, func.count()).group_by(once.c.person_id))
    return {row[0]: row[1] for row in rows}


def _absences(session: ScopedSession, town: str, span: Month) -> dict[int, int]:
    """By the day on which it was found: a check that a center above has drawn is not seen from here."""
    rows = session.execute(
        select(CheckedPost.person_id, func.count())
        .where(
            within(CheckedPost.center_code, [town]),
            CheckedPost.finding.in_(ABSENT),
            CheckedPost.checked_at >= clock.start_of_day(span.first),
            CheckedPost.checked_at < clock.start_of_day(span.last + timedelta(days=1)),
        )
        .group_by(CheckedPost.person_id)
    )
    return {row[0]: row[1] for row in rows}


def _untrained(
    session: ScopedSession, town: str, span: Month, posts: Mapping[int, Sequence[Post]]
) -> frozenset[int]:
    """Whose round is over and who has passed none that still holds at the end of the month. A round asks
    only those who held the post on its last day. Of whom the town does not keep, because they work elsewhere
    too or have moved on, it is not known here, and nothing is held against them."""
    rounds = [
        (one.center_code, frozenset(read_roles(one.roles)), one.last_day)
        for one in session.scalars(
            select(TrainingRound).where(
                TrainingRound.cancelled_at.is_(None), TrainingRound.last_day <= span.last
            )
        )
    ]
    asked = {
        person
        for person, held in posts.items()
        for post in held
        if post.covers_id is None
        and any(
            post.role in roles and post.center_code.startswith(code) and post.since <= last
            for code, roles, last in rounds
        )
    }
    asked &= set(session.scalars(select(Person.id).where(within(Person.center_code, [town]))))
    passed: dict[int, list[tuple[date, int | None]]] = defaultdict(list)
    if asked:
        for person, held_on, months in session.execute(
            select(Attendance.person_id, Attendance.held_on, TrainingRound.valid_months)
            .join(TrainingRound, TrainingRound.id == Attendance.round_id)
            .where(
                within(Attendance.center_code, [town]),
                Attendance.result == AttendanceResult.PASSED,
                Attendance.held_on <= span.last,
            )
        ):
            passed[person].append((held_on, months))
    return frozenset(person for person in asked if (furthest(passed.get(person, ())) or date.min) < span.last)
