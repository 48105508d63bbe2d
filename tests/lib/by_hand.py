"""Every metric once more in plain Python, one case after the other, as its sentence says it.

It shares nothing with the product but the names of things: no statement, no predicate, no calendar
arithmetic. What differs between the two is wrong in one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

from db.models.case import Case
from db.models.grid import Grid, GridSize
from db.models.indicator import Rework, Satisfied, Suspended
from db.models.roster import Post, PostRole
from db.scope import Scope
from lib.metrics.dimensions import By, Only
from lib.metrics.measured import Period
from lib.metrics.variant import Variant

ZONE = ZoneInfo("Asia/Shanghai")
SECOND = timedelta(seconds=1)
SLOTS = ((time(8, 30), time(12)), (time(14, 30), time(18)))
WORKING_DAY = 7 * 60  # minutes
PLACES = {By.COUNTY: 6, By.TOWN: 9, By.VILLAGE: 12}
PERIODS = (By.MONTH, By.WEEK, By.DAY)
# The moment that puts a case into a period; nothing for what stands now.
PLACED_BY = {
    "received": "reported_at", "open": None, "overdue": None, "due": "due_at", "closed": "closed_at",
    "accepted": "reported_at", "resolution": "due_at", "on_time": "due_at", "rework": "closed_at",
    "returned": "reported_at",
    "satisfaction": "rated_at", "rated": "rated_at", "response": "closed_at", "repeat": "reported_at",
    "handling_median": "closed_at", "handling_slow": "closed_at", "per_residents": "reported_at",
    "per_grid": "reported_at", "per_gridworker": "reported_at", "recorded": None, "reported_ahead": None,
    "closed_early": "reported_at", "accepted_early": "reported_at", "accepted_late": "reported_at",
    "unaccepted": "reported_at", "rated_early": "reported_at", "without_limit": "reported_at",
    "limit_early": "reported_at", "without_grid": "reported_at", "without_village": "reported_at",
    "center_ended": "reported_at",
}  # fmt: skip
COUNTS = ("received", "open", "overdue", "due", "closed", "rated", "recorded")
# What a case must have before a rule of the data says anything about it.
MUST_HAVE = {
    "closed_early": ("closed_at",), "accepted_early": ("accepted_at",), "unaccepted": ("closed_at",),
    "accepted_late": ("accepted_at", "closed_at"), "rated_early": ("rated_at",),
    "without_limit": ("accepted_at",), "limit_early": ("due_at",),
}  # fmt: skip
HANDLING = {"handling_median": Fraction(1, 2), "handling_slow": Fraction(9, 10)}
EACH = ("per_residents", "per_grid", "per_gridworker")
WITHOUT_SUSPENDED = ("due", "resolution", "on_time")
Row = tuple[int, int | None, float | None]
"""Numerator, denominator, minutes."""


@dataclass(frozen=True)
class City:
    """All rows of a database that a metric can hang on."""

    cases: tuple[Case, ...]
    grids: tuple[Grid, ...]
    posts: tuple[Post, ...]
    # The local day that the database stands at.
    today: date
    # Where each department is and of which kind; whose each category is.
    departments: dict[int, tuple[str, str]]
    categories: dict[str, str]
    # The last day of each center that is no more.
    ended: dict[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One question; a viewer's department stands in the scope."""

    scope: Scope
    center: str
    period: Period
    moment: datetime
    by: By = By.WHOLE
    second: By | None = None
    only: Only = ()
    variant: Variant = field(default_factory=Variant)

    @property
    def until(self) -> datetime:
        return self.moment.replace(microsecond=0)


def wall(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def end_of(by: By, moment: datetime) -> datetime:
    """The last second of the local month, week or day that the moment lies in."""
    day = wall(moment).date()
    if by is By.MONTH:
        after = (first_of_month(day) + timedelta(days=31)).replace(day=1)
    else:
        after = monday(day) + timedelta(days=7) if by is By.WEEK else day + timedelta(days=1)
    return datetime.combine(after, time(), ZONE) - SECOND


@cache
def working_minutes(start: datetime, end: datetime) -> int:
    """Whole minutes of the slots of worked days that lie between the two, both cut to the minute."""
    start, end = wall(start).replace(second=0), wall(end).replace(second=0)
    total, day = timedelta(), start.date()
    while day <= end.date():
        if chinese_calendar.is_workday(day):
            for opens, closes in SLOTS:
                begins = max(start, datetime.combine(day, opens, ZONE))
                total += max(min(end, datetime.combine(day, closes, ZONE)) - begins, timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60


def handled_in(case: Case) -> int | None:
    if case.closed_at is None or case.closed_at < case.reported_at:
        return None
    return working_minutes(case.reported_at, case.closed_at)


def band(value: Any, ends: Iterable[Any]) -> str:
    """How many of the ends the value lies beyond."""
    return str(sum(value > end for end in ends))


def rung(case: Case, now: datetime) -> str:
    """How a case stands against its limit."""
    if case.suspended:
        return "suspended"
    if case.due_at is None:
        return "none"
    left = (case.due_at - now) / timedelta(days=1)
    if left >= 0:
        return "calm" if left >= 3 else "soon3" if left >= 1 else "soon1"
    return "late" + band(-left, (1, 3, 7, 15, 30))


def child_length(center: str) -> int:
    return {4: 6, 6: 9}.get(len(center), 12)


def part_of(city: City, asked: Asked, by: By | None, case: Case, placed: datetime | None) -> str | None:
    """The key of the part that a case lies in; nothing when it lies in none."""
    if by is None:
        return ""
    if by is By.WHOLE:
        return asked.center
    if by is By.CHILD:
        return case.center_code[: child_length(asked.center)]
    if by in PLACES:
        return case.center_code[: max(PLACES[by], len(asked.center))]
    if by in PERIODS:
        assert placed is not None
        day = wall(placed).date()
        return {By.MONTH: f"{day:%Y-%m}", By.WEEK: f"{monday(day)}", By.DAY: f"{day}"}[by]
    if by is By.HANDLING:
        minutes = handled_in(case)
        return None if minutes is None else band(minutes, [d * WORKING_DAY for d in (1, 3, 5, 10, 20)])
    if by is By.DEPARTMENT:
        place, kind = city.departments.get(case.department_id or 0, ("", ""))
        return kind if place and handed_down(asked.scope, place) else ""
    if by is By.GROUP:
        return group_of(city, asked.scope, case.category_code)
    reported = wall(case.reported_at)
    # A case of exactly so many days is in the next band: the age is measured from its start.
    age = (asked.until - case.reported_at) + SECOND / 2
    return {
        By.HOUR: f"{reported.isoweekday()}-{reported.hour:02d}",
        By.CATEGORY: case.category_code,
        By.SOURCE: case.source.value,
        By.GRID: "" if case.grid_id is None else str(case.grid_id),
        By.RATING: None if case.rating is None else str(case.rating),
        By.AGE: band(age / timedelta(days=1), (1, 3, 7, 15, 30, 90)),
        By.LADDER: rung(case, asked.until),
    }[by]


def handed_down(scope: Scope, place: str) -> bool:
    """Whether a rule of this place is known to those who see the scope."""
    return scope.everything or any(place.startswith(p) or p.startswith(place) for p in scope.prefixes)


def group_of(city: City, scope: Scope, category: str) -> str:
    known = [code for code, place in city.categories.items() if handed_down(scope, place)]
    if category not in known:
        return ""
    return min((code for code in known if category.startswith(code)), key=len)


def kept_by(city: City, asked: Asked, case: Case) -> bool:
    """Whether a case is one that the viewer sees, in the center, and not narrowed away."""
    if not asked.scope.everything:
        if not case.center_code.startswith(asked.scope.prefixes):
            return False
        if asked.scope.department_id not in (None, case.department_id):
            return False
    if not case.center_code.startswith(asked.center):
        return False
    for by, wanted in asked.only:
        key = part_of(city, asked, by, case, None)
        if by is By.HOUR and "-" not in wanted and key is not None:
            key = key[0]
        if key != wanted:
            return False
    return True


def counted_in(name: str, asked: Asked, case: Case) -> bool:
    """Whether a case is in the population: placed in the period, and known of at the moment."""
    now, placed_by = asked.until, PLACED_BY[name]
    if any(getattr(case, moment) is None for moment in MUST_HAVE.get(name, ())):
        return False
    if name in ("recorded", "reported_ahead"):
        return True
    if placed_by is None:
        is_open = case.reported_at <= now and (case.closed_at is None or case.closed_at > now)
        if name == "open":
            return is_open
        return is_open and not case.suspended and case.due_at is not None and case.due_at < now
    placed = getattr(case, placed_by)
    return (
        placed is not None
        and placed <= now
        and asked.period.first <= wall(placed).date() <= asked.period.last
    )


def left_out(name: str, asked: Asked, case: Case) -> bool:
    if name in WITHOUT_SUSPENDED:
        return asked.variant.suspended is Suspended.LEAVES and case.suspended
    impossible = case.closed_at is not None and case.closed_at < case.reported_at
    return name in HANDLING and impossible


def breaks(name: str, city: City, case: Case, now: datetime) -> bool:
    """Whether a case breaks a rule of the data."""
    reported, accepted, closed = case.reported_at, case.accepted_at, case.closed_at
    if name == "center_ended":
        return wall(reported).date() > city.ended.get(case.center_code, date.max)
    return {
        "closed_early": closed is not None and closed < reported,
        "accepted_early": accepted is not None and accepted < reported,
        "accepted_late": None not in (accepted, closed) and accepted > closed,  # type: ignore[operator]
        "unaccepted": accepted is None,
        "rated_early": closed is None or (case.rated_at is not None and case.rated_at < closed),
        "without_limit": case.due_at is None,
        "limit_early": case.due_at is not None and case.due_at < reported,
        "without_grid": case.grid_id is None,
        "without_village": len(case.center_code) != 12,
        "reported_ahead": reported > now,
    }[name]


RULES = (*MUST_HAVE, "without_grid", "without_village", "reported_ahead", "center_ended")


def hit(name: str, variant: Variant, case: Case, now: datetime, city: City) -> bool:
    """Whether a case that is counted is one of those that the rate asks for."""
    if name in RULES:
        return breaks(name, city, case, now)

    def by_now(moment: datetime | None) -> bool:
        return moment is not None and moment <= now

    if name == "accepted":
        limit = case.reported_at + timedelta(hours=variant.acceptance_hours)
        return by_now(case.accepted_at) and case.accepted_at <= limit  # type: ignore[operator]
    if name == "resolution":
        return by_now(case.closed_at)
    if name == "on_time":
        return by_now(case.closed_at) and case.closed_at <= case.due_at  # type: ignore[operator]
    if name == "rework":
        return case.rework_count > 0
    if name == "returned":
        return case.returned_count > 0
    if name == "satisfaction":
        return (case.rating or 0) >= (3 if variant.satisfied is Satisfied.BASICALLY else 4)
    if name == "response":
        return by_now(case.rated_at)
    if name == "repeat":
        return case.repeat_of_id is not None
    return True


def sides_of(city: City, asked: Asked, name: str) -> dict[str, set[int]]:
    """The ids of the cases on each side of the whole."""
    found: dict[str, set[int]] = {"numerator": set(), "rest": set(), "denominator": set(), "excluded": set()}
    for case in city.cases:
        if not kept_by(city, asked, case) or not counted_in(name, asked, case):
            continue
        if left_out(name, asked, case):
            found["excluded"].add(case.id)
            continue
        found["denominator"].add(case.id)
        counts = hit(name, asked.variant, case, asked.until, city)
        found["numerator" if counts else "rest"].add(case.id)
    return found


def quantile(values: list[int], share: Fraction) -> float:
    """Between the two values that the share falls between, in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def is_gridworker(post: Post, day: date) -> bool:
    """Who holds a grid of their own on the day; the first and the last one are worked on."""
    if post.role is not PostRole.FULL_TIME or post.covers_id is not None:
        return False
    return post.since <= day and (post.until is None or day <= post.until)


def base_of(city: City, asked: Asked, name: str, key: tuple[str, str]) -> int:
    """What lies in the place of a part; parts that are no place rest on what the whole rests on."""
    lengths = {By.CHILD: child_length(asked.center)}
    lengths |= {by: max(length, len(asked.center)) for by, length in PLACES.items()}
    parts = list(zip((asked.by, asked.second), key, strict=True))
    places = [(lengths[by], code) for by, code in parts if by in lengths]
    grids = [code for by, code in (*parts, *asked.only) if by is By.GRID]

    def here(code: str, grid_id: int | None) -> bool:
        mine = asked.scope.everything or code.startswith(asked.scope.prefixes)
        inside = code.startswith(asked.center) and all(code[:n] == place for n, place in places)
        return mine and inside and all(grid == str(grid_id) for grid in grids)

    if name == "per_gridworker":
        return sum(here(p.center_code, p.grid_id) for p in city.posts if is_gridworker(p, city.today))
    small = [grid for grid in city.grids if grid.size is GridSize.SMALL and here(grid.center_code, grid.id)]
    return len(small) if name == "per_grid" else sum(grid.residents for grid in small)


def by_hand(city: City, asked: Asked, name: str) -> dict[tuple[str, str], Row]:
    """The metric in all its parts."""
    placed_by = PLACED_BY[name]
    cases: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in city.cases:
        if kept_by(city, asked, case) and counted_in(name, asked, case) and not left_out(name, asked, case):
            placed = getattr(case, placed_by) if placed_by else None
            parts = [part_of(city, asked, by, case, placed) for by in (asked.by, asked.second)]
            if None not in parts:
                cases[str(parts[0]), str(parts[1])].append(case)
    if asked.by is By.WHOLE and asked.second is None:
        cases[asked.center, ""]  # the whole is there even when it is empty
    return {key: figure(city, asked, name, key, found) for key, found in cases.items()}


def figure(city: City, asked: Asked, name: str, key: tuple[str, str], cases: list[Case]) -> Row:
    count = len(cases)
    if name in COUNTS:
        return count, None, None
    if name in EACH:
        return count, base_of(city, asked, name, key), None
    if name in HANDLING:
        minutes = [working_minutes(c.reported_at, c.closed_at) for c in cases if c.closed_at]
        return count, count, quantile(minutes, HANDLING[name]) if minutes else None
    hits = [c for c in cases if hit(name, asked.variant, c, own_end(asked, name, c), city)]
    if name == "rework" and asked.variant.rework is Rework.BY_TIME:
        return sum(c.rework_count for c in hits), sum(c.rework_count + 1 for c in cases), None
    return len(hits), count, None


def own_end(asked: Asked, name: str, case: Case) -> datetime:
    """In a series each period is counted at its own end."""
    periods = [by for by in (asked.by, asked.second) if by in PERIODS]
    placed_by = PLACED_BY[name] if periods else None
    return min([asked.until, *(end_of(by, getattr(case, placed_by)) for by in periods if placed_by)])
