"""What a scheme of assessment says: whom it assesses, by which indicators, and how values become points."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lib.i18n import _, mark
from lib.metrics.dimensions import Only
from lib.schemes.scoring import RULE_WORDS, Rule, RuleKind


class Subject(enum.StrEnum):
    """Whom a scheme assesses."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    DEPARTMENT = "department"
    GRIDWORKER = "gridworker"
    WINDOW = "window"
    GRID = "grid"


SUBJECT_WORDS: dict[Subject, str] = {
    Subject.COUNTY: mark("县区"),
    Subject.TOWN: mark("镇街"),
    Subject.VILLAGE: mark("村社"),
    Subject.DEPARTMENT: mark("部门"),
    Subject.GRIDWORKER: mark("网格员"),
    Subject.WINDOW: mark("窗口"),
    Subject.GRID: mark("网格"),
}


class Rhythm(enum.StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


RHYTHM_WORDS: dict[Rhythm, str] = {
    Rhythm.MONTH: mark("每月"),
    Rhythm.QUARTER: mark("每季度"),
    Rhythm.YEAR: mark("每年"),
}


class NothingDue(enum.StrEnum):
    """What becomes of a unit that has nothing due in one of its indicators."""

    LEAVES = "leaves"
    """The indicator leaves, and the points of the others are scaled up to the whole."""
    APART = "apart"
    """The unit is listed apart."""


class Published(enum.StrEnum):
    """Who sees whose place when the result is published."""

    EVERYBODY = "everybody"
    NEIGHBORS = "neighbors"
    """Each unit its own place and those next to it; those above see everything below them."""


PUBLISHED_WORDS: dict[Published, str] = {
    Published.EVERYBODY: mark("全部公开"),
    Published.NEIGHBORS: mark("只看本单位和前后名次"),
}
NEIGHBORS = 2  # places shown above and below one's own
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Indicator:
    """One line of a scheme. Without a metric its value is entered by hand, with evidence."""

    key: str
    name: str
    rule: Rule
    source: str
    metric: str | None = None
    # Below this many cases behind it a value is marked, and the unit's place with it.
    least_base: int = 0
    # The most that can be entered by hand.
    most: Decimal | None = None
    # Which cases of the metric count.
    only: Only = ()

    @property
    def by_hand(self) -> bool:
        return self.metric is None


@dataclass(frozen=True)
class Scheme:
    name: str
    subject: Subject
    indicators: tuple[Indicator, ...]
    source: str
    rhythm: Rhythm = Rhythm.MONTH
    nothing_due: NothingDue = NothingDue.LEAVES
    published: Published = Published.EVERYBODY
    whole: Decimal = WHOLE
    # What a total is called, such as a number of stars; the best first.
    grades: tuple[tuple[Decimal, str], ...] = ()
    # How many of each group can be selected; a scheme with quotas assesses those who were nominated.
    quotas: Mapping[str, int] = field(default_factory=dict)

    # Up to which place how many points and how much money (cents) a result earns; the best first.
    rewards: tuple[tuple[int, int, int], ...] = ()

    def reward(self, rank: int | None) -> tuple[int, int]:
        """Points and cents for a place; nothing for what is not ranked."""
        if rank is None:
            return 0, 0
        return next(((points, cents) for last, points, cents in self.rewards if rank <= last), (0, 0))

    def grade(self, total: Decimal | None) -> str:
        """What the total is called; nothing where it reaches no grade."""
        if total is None:
            return ""
        return next((name for least, name in self.grades if total >= least), "")

    def indicator(self, key: str) -> Indicator | None:
        return next((one for one in self.indicators if one.key == key), None)

    def weighed(self, points: Mapping[str, Decimal]) -> Scheme:
        """The same scheme with other points for some indicators; for a what-if, which need not add up.

        What a rule takes off for each unit, its floor and its tiers change in the same proportion: else
        a point more or less would be the same for all, and another weight would move no place.
        """
        changed = tuple(
            replace(one, rule=one.rule.weighed(points[one.key])) if one.key in points else one
            for one in self.indicators
        )
        return replace(self, indicators=changed)


def written(scheme: Scheme) -> dict[str, Any]:
    """What `read` reads; numbers as text, so that they come back exactly."""
    return {
        "name": scheme.name,
        "object": scheme.subject.value,
        "source": scheme.source,
        "rhythm": scheme.rhythm.value,
        "nothing_due": scheme.nothing_due.value,
        "published": scheme.published.value,
        "whole": plain(scheme.whole),
        "indicators": [_written(one) for one in scheme.indicators],
        **({"grades": [[plain(least), name] for least, name in scheme.grades]} if scheme.grades else {}),
        **({"quotas": dict(scheme.quotas)} if scheme.quotas else {}),
        **({"rewards": [list(one) for one in scheme.rewards]} if scheme.rewards else {}),
    }


def _written(one: Indicator) -> dict[str, Any]:
    rule = one.rule
    found: dict[str, Any] = {
        "key": one.key,
        "name": one.name,
        "source": one.source,
        "rule": rule.kind.value,
        "more_is_better": rule.more_is_better,
        "least_base": one.least_base,
    }
    if one.metric is not None:
        found["metric"] = one.metric
    if one.most is not None:
        found["most"] = plain(one.most)
    if one.only:
        found["only"] = {by.value: key for by, key in one.only}
    if rule.kind is not RuleKind.VETO:
        found["points"] = plain(rule.points)
    if rule.kind in (RuleKind.TARGET, RuleKind.VETO):
        found["target"] = plain(rule.target)
    if rule.kind in (RuleKind.TARGET, RuleKind.BONUS, RuleKind.DEDUCTION):
        found["each"] = plain(rule.each)
    if rule.kind is RuleKind.TARGET:
        found["floor"] = plain(rule.floor)
    if rule.kind is RuleKind.TIERS:
        found["tiers"] = [[plain(least), plain(points)] for least, points in rule.tiers]
    return found


def plain(number: Decimal) -> str:
    """Without needless zeros and never in powers of ten, so that equal numbers are equal text."""
    return f"{number.normalize():f}"


def canonical(scheme: Scheme) -> str:
    """The same text for the same scheme, whatever database or file it came from."""
    return json.dumps(written(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rule_words(indicator: Indicator) -> str:
    """The rule in one sentence, as the notice prints it."""
    rule = indicator.rule
    points, target, each, floor = (plain(n) for n in (rule.points, rule.target, rule.each, rule.floor))
    sentences = {
        RuleKind.RATE: _("满分{points}分，得分＝比率×满分") if rule.more_is_better
        else _("满分{points}分，得分＝（100%－比率）×满分"),
        RuleKind.TARGET: _("目标{target}，达到得{points}分，每低1扣{each}分，最低{floor}分")
        if rule.more_is_better
        else _("目标{target}，不超过得{points}分，每高1扣{each}分，最低{floor}分"),
        RuleKind.TIERS: _("满分{points}分，分档：{tiers}"),
        RuleKind.BONUS: _("每1加{each}分，最多加{points}分"),
        RuleKind.DEDUCTION: _("每1扣{each}分，最多扣{points}分"),
        RuleKind.VETO: _("达到{target}即一票否决，总分为0"),
    }  # fmt: skip
    sign = "≥" if rule.more_is_better else "≤"
    tiers = "，".join(
        _("{sign}{least}得{points}分").format(sign=sign, least=plain(least), points=plain(gives))
        for least, gives in rule.tiers
    )
    said = sentences[rule.kind].format(points=points, target=target, each=each, floor=floor, tiers=tiers)
    return _("{kind}：{rule}").format(kind=_(RULE_WORDS[rule.kind]), rule=said)
