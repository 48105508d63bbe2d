"""What a round asks as long as nobody has planned it otherwise."""

from __future__ import annotations

from datetime import time

from db.models.center import Level
from db.models.scheduling import RoundKind
from lib.i18n import mark
from lib.metrics.catalogue import METRICS
from lib.scheduling.plan import Ask, Field, FieldKind, Plan


def _filled(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, METRICS[name].words, FieldKind.METRIC, name) for name in names)


def _number(key: str, name: str) -> Field:
    return Field(key, name, FieldKind.NUMBER)


def _words(key: str, name: str, *, needed: bool = False) -> Field:
    return Field(key, name, FieldKind.WORDS, needed=needed)


_VISITS = (
    _number("patrols", mark("巡查次数")),
    _number("visits", mark("走访户数")),
)
_WORK = _filled("received", "closed", "due", "resolution", "on_time", "satisfaction", "rework", "overdue")
_SITUATION = _words("situation", mark("情况分析"), needed=True)
_PROBLEMS = _words("problems", mark("存在问题"))
_NEXT = _words("next_steps", mark("下步打算"))
_AGREED = _words("agreed", mark("议定事项"), needed=True)
NOON, EVENING = time(12), time(18)

USUAL: dict[RoundKind, Plan] = {
    RoundKind.DAILY: Plan(
        0,
        {Level.VILLAGE: Ask((*_filled("received"), *_VISITS, _words("found", mark("发现问题"))), 0, EVENING)},
    ),
    RoundKind.WEEKLY: Plan(
        1,
        {
            Level.TOWN: Ask((*_filled("received", "overdue"), _NEXT), 1, NOON),
            Level.COUNTY: Ask((*_filled("received", "overdue", "on_time"), _NEXT), 2, NOON),
        },
    ),
    RoundKind.MONTHLY: Plan(
        1,
        {
            Level.VILLAGE: Ask((*_WORK, *_VISITS, _SITUATION, _PROBLEMS), 2, EVENING),
            Level.TOWN: Ask((*_WORK, *_VISITS, _SITUATION, _PROBLEMS, _NEXT), 4, EVENING),
            Level.COUNTY: Ask((*_WORK, *_VISITS, _SITUATION, _PROBLEMS, _NEXT), 6, EVENING),
            Level.CITY: Ask((*_WORK, _SITUATION, _PROBLEMS, _NEXT), 8, EVENING),
        },
    ),
    RoundKind.ANNUAL: Plan(
        1,
        {
            Level.VILLAGE: Ask((*_WORK, _SITUATION), 5, EVENING),
            Level.TOWN: Ask((*_WORK, _SITUATION, _PROBLEMS), 10, EVENING),
            Level.COUNTY: Ask((*_WORK, _SITUATION, _PROBLEMS), 15, EVENING),
            Level.CITY: Ask((*_WORK, _SITUATION, _PROBLEMS), 20, EVENING),
        },
    ),
    RoundKind.PUBLIC_ORDER: Plan(
        1,
        {
            Level.COUNTY: Ask((*_filled("received", "repeat", "overdue"), _SITUATION, _PROBLEMS), 5, EVENING),
            Level.CITY: Ask((*_filled("received", "repeat", "overdue"), _SITUATION, _NEXT), 8, EVENING),
        },
    ),
    RoundKind.CITY_ANALYSIS: Plan(1, {Level.CITY: Ask((*_WORK, _AGREED), 10, EVENING)}),
    RoundKind.COUNTY_REVIEW: Plan(1, {Level.COUNTY: Ask((*_WORK, _AGREED), 8, EVENING)}),
    RoundKind.TOWN_JOINT: Plan(1, {Level.TOWN: Ask((*_filled("received", "overdue"), _AGREED), 6, EVENING)}),
    RoundKind.VILLAGE_TALK: Plan(
        1,
        {
            Level.VILLAGE: Ask(
                (*_filled("received"), _number("attended", mark("参会人数")), _AGREED), 5, EVENING
            )
        },
    ),
}
