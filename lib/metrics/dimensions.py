"""By what figures are broken down. The same expression groups a figure and narrows its rows, so that
a part of a chart and the list behind it cannot disagree."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, literal, null, or_

from db.local_time import Part, local_part
from db.models.case import Case, Source
from db.spans import code_head, handling_minutes
from lib import working_time
from lib.cases.queries import RATING_WORDS, SOURCE_WORDS
from lib.i18n import _, mark
from lib.metrics.metric import Metric
from lib.metrics.variant import Terms
from lib.settings import settings


class By(enum.StrEnum):
    WHOLE = "whole"
    CHILD = "child"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    """Hour and weekday of the report."""
    CATEGORY = "category"
    GROUP = "group"
    """The group that a category belongs to."""
    SOURCE = "source"
    DEPARTMENT = "department"
    """The kind of department, the same in every county."""
    GRID = "grid"
    RATING = "rating"
    AGE = "age"
    """How long a case has been open."""
    LADDER = "ladder"
    """How a case stands against its limit."""
    HANDLING = "handling"
    """How long a closed case took, in working time."""


PARTS = {By.MONTH: Part.MONTH, By.WEEK: Part.WEEK, By.DAY: Part.DAY}
LENGTHS = {By.COUNTY: 6, By.TOWN: 9, By.VILLAGE: 12}
# What can narrow a figure besides its center and period.
NARROWING = (
    By.SOURCE, By.CATEGORY, By.GROUP, By.DEPARTMENT, By.GRID, By.HOUR, By.RATING, By.AGE, By.LADDER,
    By.HANDLING,
)  # fmt: skip
AGES = (1, 3, 7, 15, 30, 90)  # days, the upper end of each band but the last
LATE = (1, 3, 7, 15, 30)  # days past the limit
HANDLING_DAYS = (1, 3, 5, 10, 20)  # working days

Only = tuple[tuple[By, str], ...]
"""What a figure is narrowed to: each kind at most once."""


def child_length(center_code: str) -> int:
    """How many digits the codes of the next level have; a village's cases stay together."""
    return {4: 6, 6: 9, 9: 12}.get(len(center_code), 12)


def place_length(by: By | None, center_code: str) -> int | None:
    """How many digits of a center's code tell the part; None where parts are no places. No part lies
    above the center that is asked for: its county is told to nobody who asks for a town."""
    if by is By.CHILD:
        return child_length(center_code)
    return max(LENGTHS[by], len(center_code)) if by in LENGTHS else None


def _band(value: Any, ends: tuple[Any, ...]) -> ColumnElement[str]:
    """Words that are numbers: 0 for what is at most the first end, 1 for the next, and one more for what
    lies beyond; nothing for nothing."""
    whens = [(value <= end, literal(str(n), String)) for n, end in enumerate(ends)]
    return case((value.is_(None), null()), *whens, else_=literal(str(len(ends)), String))


def key_of(by: By, metric: Metric | None, center_code: str, terms: Terms) -> ColumnElement[Any]:
    """What cases are grouped by. Raises KeyError for a period of a metric that has none."""
    if length := place_length(by, center_code):
        return code_head(Case.center_code, length)
    if by in PARTS:
        if metric is None or metric.placed_by is None:
            raise KeyError(by)
        return local_part(PARTS[by], metric.placed_by, settings().time_zone)
    moment = terms.moment
    known: dict[By, Any] = {
        By.WHOLE: lambda: literal(center_code, String),
        By.HOUR: lambda: local_part(Part.HOUR, Case.reported_at, settings().time_zone),
        By.CATEGORY: lambda: Case.category_code,
        By.GROUP: lambda: Case.category_code,
        By.SOURCE: lambda: Case.source,
        By.DEPARTMENT: lambda: Case.department_id,
        By.GRID: lambda: Case.grid_id,
        By.RATING: lambda: Case.rating,
        # Older is earlier: the ends are moments, and the youngest band comes first.
        By.AGE: lambda: case(
            *(
                (Case.reported_at > moment - timedelta(days=d), literal(str(n), String))
                for n, d in enumerate(AGES)
            ),
            else_=literal(str(len(AGES)), String),
        ),
        By.LADDER: lambda: _ladder(terms),
        By.HANDLING: lambda: _band(
            handling_minutes(Case.closed_at),
            tuple(days * working_time.minutes_of_a_day() for days in HANDLING_DAYS),
        ),
    }
    found: ColumnElement[Any] = known[by]()
    return found


def _ladder(terms: Terms) -> ColumnElement[str]:
    """From "suspended" and "no limit" over what is not yet late to what is late the longest."""
    moment = terms.moment
    late = [
        (Case.due_at >= moment - timedelta(days=days), literal(f"late{n}", String))
        for n, days in enumerate(LATE)
    ]
    return case(
        (Case.suspended, literal("suspended", String)),
        (Case.due_at.is_(None), literal("none", String)),
        (Case.due_at >= moment + timedelta(days=3), literal("calm", String)),
        (Case.due_at >= moment + timedelta(days=1), literal("soon3", String)),
        (Case.due_at >= moment, literal("soon1", String)),
        *late,
        else_=literal(f"late{len(LATE)}", String),
    )


LADDER = ("none", "suspended", "calm", "soon3", "soon1", *(f"late{n}" for n in range(len(LATE) + 1)))


@dataclass(frozen=True)
class Known:
    """What the viewer's database says of the things that cases point to."""

    # The kind of each department, by its key.
    departments: dict[int, str]
    # The code of the group of each category, by its own code.
    groups: dict[str, str]


def narrowed(only: Only, center_code: str, terms: Terms, known: Known) -> list[ColumnElement[bool]]:
    """The conditions that `only` puts on cases."""
    return [_narrowed(by, value, center_code, terms, known) for by, value in only]


def _narrowed(by: By, value: str, center_code: str, terms: Terms, known: Known) -> ColumnElement[bool]:
    if by is By.DEPARTMENT:
        ids = [number for number, kind in known.departments.items() if kind == value]
        if value:
            return Case.department_id.in_(ids)
        return or_(Case.department_id.is_(None), Case.department_id.not_in(list(known.departments)))
    if by is By.GRID:
        return Case.grid_id == int(value) if value else Case.grid_id.is_(None)
    if by is By.GROUP:
        members = [code for code, group in known.groups.items() if group == value]
        return Case.category_code.in_(members) if value else Case.category_code.not_in(list(known.groups))
    if by is By.RATING:
        return Case.rating == int(value)
    key = key_of(by, None, center_code, terms)
    if by is By.HOUR and len(value) == 1:  # a whole weekday
        return key.in_([f"{value}-{hour:02d}" for hour in range(24)])
    return key == value


BY_WORDS: dict[By, str] = {
    By.CHILD: mark("下级中心"),
    By.COUNTY: mark("县区"),
    By.TOWN: mark("镇街"),
    By.VILLAGE: mark("村社"),
    By.MONTH: mark("月"),
    By.WEEK: mark("周"),
    By.DAY: mark("日"),
    By.HOUR: mark("星期和钟点"),
    By.CATEGORY: mark("类别"),
    By.GROUP: mark("大类"),
    By.SOURCE: mark("来源"),
    By.DEPARTMENT: mark("部门"),
    By.GRID: mark("网格"),
    By.RATING: mark("评价"),
    By.AGE: mark("在办时长"),
    By.LADDER: mark("超期阶梯"),
    By.HANDLING: mark("办理时长"),
}
WEEKDAYS = (mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"))


def band_words(by: By, key: str) -> str:
    """The words of a band, an hour, a source or a rating; other keys have names that the database knows."""
    if by is By.SOURCE:
        return _(SOURCE_WORDS[Source(key)])
    if by is By.RATING:
        return _(RATING_WORDS[int(key)])
    if by is By.HOUR:
        weekday, _dash, hour = key.partition("-")
        day = _(WEEKDAYS[int(weekday) - 1])
        return _("{weekday}{hour}时").format(weekday=day, hour=int(hour)) if hour else day
    if by is By.LADDER:
        return _ladder_words(key)
    number = int(key)
    if by is By.AGE:
        words = _("{count}天内"), _("{first}至{last}天"), _("超过{count}天")
    else:
        words = _("{count}个工作日内"), _("{first}至{last}个工作日"), _("超过{count}个工作日")
    return _of_ends(AGES if by is By.AGE else HANDLING_DAYS, number, words)


def _of_ends(ends: tuple[int, ...], number: int, words: tuple[str, str, str]) -> str:
    """A band by its own ends: what lies in the bands before it does not belong to it."""
    up_to, between, beyond = words
    if number == 0:
        return up_to.format(count=ends[0])
    if number == len(ends):
        return beyond.format(count=ends[-1])
    return between.format(first=ends[number - 1], last=ends[number])


def _ladder_words(key: str) -> str:
    known = {
        "none": _("无时限"),
        "suspended": _("挂账"),
        "calm": _("3天后到期"),
        "soon3": _("1至3天内到期"),
        "soon1": _("24小时内到期"),
    }
    if key in known:
        return known[key]
    words = _("超期{count}天内"), _("超期{first}至{last}天"), _("超期逾{count}天")
    return _of_ends(LATE, int(key.removeprefix("late")), words)


def is_key(by: By, key: str) -> bool:
    """Whether an address may narrow to this; what is a name in the database is checked there."""
    if by is By.RATING:
        return key in {"1", "2", "3", "4", "5"}
    if by is By.SOURCE:
        return key in {source.value for source in Source}
    if by is By.LADDER:
        return key in LADDER
    if by in (By.AGE, By.HANDLING):
        return key in {str(n) for n in range(len(AGES if by is By.AGE else HANDLING_DAYS) + 1)}
    if by is By.GRID:
        return key.isascii() and key.isdigit() and len(key) <= 9
    if by is By.HOUR:
        weekday, dash, hour = key.partition("-")
        hours = {f"{n:02d}" for n in range(24)} if dash else {""}
        return weekday in {"1", "2", "3", "4", "5", "6", "7"} and hour in hours
    return key.isascii() and key.isprintable() and len(key) <= 40
