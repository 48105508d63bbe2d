"""What a round asks of each level, and until when: data that is edited on screen.

A field is filled in by the product from a metric, or asked of people as a number or as words. Limits are
working days after the round opens, by the working calendar.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from db.models.center import Level
from db.models.scheduling import RoundKind
from lib.errors import BadInput
from lib.i18n import _, mark
from lib.metrics.catalogue import METRICS
from lib.schemes.checks import Checked

KIND_WORDS: dict[RoundKind, str] = {
    RoundKind.DAILY: mark("日巡查上报"),
    RoundKind.WEEKLY: mark("周例会部署"),
    RoundKind.MONTHLY: mark("月分析调度"),
    RoundKind.ANNUAL: mark("年总结考核"),
    RoundKind.PUBLIC_ORDER: mark("双月治安稳定分析研判"),
    RoundKind.CITY_ANALYSIS: mark("市级分析会"),
    RoundKind.COUNTY_REVIEW: mark("县级评议会"),
    RoundKind.TOWN_JOINT: mark("镇街联席会"),
    RoundKind.VILLAGE_TALK: mark("村社说事会"),
}


class Every(enum.StrEnum):
    """How long the period of a round is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TWO_MONTHS = "two_months"
    YEAR = "year"


EVERY: dict[RoundKind, Every] = {
    RoundKind.DAILY: Every.DAY,
    RoundKind.WEEKLY: Every.WEEK,
    RoundKind.MONTHLY: Every.MONTH,
    RoundKind.ANNUAL: Every.YEAR,
    RoundKind.PUBLIC_ORDER: Every.TWO_MONTHS,
    RoundKind.CITY_ANALYSIS: Every.MONTH,
    RoundKind.COUNTY_REVIEW: Every.MONTH,
    RoundKind.TOWN_JOINT: Every.MONTH,
    RoundKind.VILLAGE_TALK: Every.MONTH,
}


class FieldKind(enum.StrEnum):
    METRIC = "metric"
    NUMBER = "number"
    WORDS = "words"


FIELD_WORDS: dict[FieldKind, str] = {
    FieldKind.METRIC: mark("系统指标"),
    FieldKind.NUMBER: mark("数字"),
    FieldKind.WORDS: mark("文字"),
}


@dataclass(frozen=True)
class Field:
    """One thing that is asked. What a metric fills in can be corrected with a reason; numbers of lower
    levels are added up for the level above."""

    key: str
    name: str
    kind: FieldKind
    metric: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Ask:
    """What is asked of a level. `days` working days after the round opens, until `hour`; with no days the
    report is due on the day that the round opens, whether it is worked or not."""

    fields: tuple[Field, ...]
    days: int
    hour: time


@dataclass(frozen=True)
class Plan:
    """`opens_after`: days after the last day of the period; 0 is that day itself."""

    opens_after: int
    asks: Mapping[Level, Ask]

    @property
    def levels(self) -> tuple[Level, ...]:
        """From the lowest up, as a round goes."""
        return tuple(level for level in reversed(Level) if level in self.asks)


def period_before(every: Every, day: date, opens_after: int) -> tuple[date, date]:
    """The newest period whose round is open on that day: first and last day."""
    first, last = _period_at(every, day)
    if last + timedelta(days=opens_after) > day:
        first, last = _period_at(every, first - timedelta(days=1))
    return first, last


def _period_at(every: Every, day: date) -> tuple[date, date]:
    if every is Every.DAY:
        return day, day
    if every is Every.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = {Every.MONTH: 1, Every.TWO_MONTHS: 2, Every.YEAR: 12}[every]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    index = first.month - 1 + months
    after = date(first.year + index // 12, index % 12 + 1, 1)
    return first, after - timedelta(days=1)


def read_plan(said: Mapping[str, Any]) -> Plan:
    """Raises BadInput with a problem for each fault."""
    checked = Checked(said)
    opens = int(checked.number("opens_after"))
    if not 0 <= opens <= 31:
        checked.wrong("opens_after", _("应在0到31天之间"))
    asks: dict[Level, Ask] = {}
    for part in checked.parts("levels"):
        level = part.word("level", Level)
        ask = _ask(part)
        if level in asks:
            part.wrong("level", _("同一级写了两次"))
        if level is not None:
            asks[level] = ask
        part.nothing_else()
    if not asks:
        checked.wrong("levels", _("至少要有一级填报"))
    checked.nothing_else()
    if checked.problems:
        raise BadInput(checked.problems[0].sentence, tuple(checked.problems))
    return Plan(opens, asks)


def _ask(part: Checked) -> Ask:
    days = int(part.number("days"))
    if not 0 <= days <= 60:
        part.wrong("days", _("应在0到60个工作日之间"))
    said = part.text("hour", 5)
    try:
        hour = time.fromisoformat(said)
    except ValueError:
        part.wrong("hour", _("应写成18:00这样的时间"))
        hour = time(18)
    fields = tuple(_field(one) for one in part.parts("fields"))
    keys = [one.key for one in fields]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        part.wrong("fields", _("项目代号“{key}”用了不止一次").format(key=key))
    return Ask(fields, days, hour)


def _field(part: Checked) -> Field:
    kind = part.word("kind", FieldKind) or FieldKind.WORDS
    metric = part.text("metric", 40, needed=False)
    if kind is FieldKind.METRIC and (metric not in METRICS or METRICS[metric].about_quality):
        part.wrong("metric", _("没有这个指标"))
    if kind is not FieldKind.METRIC and metric:
        part.wrong("metric", _("只有系统指标才写指标名"))
    found = Field(part.key("key"), part.text("name", 40), kind, metric, bool(part.yes_or_no("needed")))
    part.nothing_else()
    return found


def written_plan(plan: Plan) -> str:
    """The same text for the same plan."""
    said = {
        "opens_after": plan.opens_after,
        "levels": [
            {
                "level": level.value,
                "days": plan.asks[level].days,
                "hour": f"{plan.asks[level].hour:%H:%M}",
                "fields": [_written(one) for one in plan.asks[level].fields],
            }
            for level in plan.levels
        ],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _written(one: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"key": one.key, "name": one.name, "kind": one.kind.value, "needed": one.needed}
    return found | ({"metric": one.metric} if one.metric else {})
