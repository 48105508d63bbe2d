"""Beginnings for schemes as the field uses them; whoever drafts changes what differs at home.

Each is a definition as `read` reads it, in the words of whoever drafts. The documents that they rest on
have to be named by the people of the place; until then the source says what to name.
"""

from __future__ import annotations

import enum
from typing import Any

from lib.i18n import _, mark
from lib.schemes.scheme import Subject
from lib.schemes.scoring import RuleKind


class Template(enum.StrEnum):
    COUNTIES = "counties"
    TOWNS = "towns"
    VILLAGES = "villages"
    DEPARTMENTS = "departments"
    GRIDWORKERS = "gridworkers"
    WINDOWS = "windows"
    STARS = "stars"
    FIVE_STRONG = "five strong"
    FIVE_EXCELLENT = "five excellent"
    THREE_ZEROS = "three zeros"


TEMPLATE_WORDS: dict[Template, str] = {
    Template.COUNTIES: mark("县区月度考核"),
    Template.TOWNS: mark("镇街月度考核"),
    Template.VILLAGES: mark("村社月度考核"),
    Template.DEPARTMENTS: mark("部门月度考核"),
    Template.GRIDWORKERS: mark("网格员月度考核"),
    Template.WINDOWS: mark("窗口月度排名"),
    Template.STARS: mark("星级网格季度评定"),
    Template.FIVE_STRONG: mark("“五强”乡镇（街道）年度评选"),
    Template.FIVE_EXCELLENT: mark("“五优”村（社区）年度评选"),
    Template.THREE_ZEROS: mark("“三零”村社月度评定"),
}


def definition(template: Template, name: str = "") -> dict[str, Any]:
    """The template's wording, under another name if one is given."""
    found = _definitions()[template]
    return {**found, "name": name.strip() or _(TEMPLATE_WORDS[template])}


def _line(key: str, name: str, rule: RuleKind, points: str, **more: Any) -> dict[str, Any]:
    source = _("待填写：依据文件的条款")
    return {"key": key, "name": name, "rule": rule.value, "points": points, "source": source, **more}


def _rate(metric: str, name: str, points: str, target: str = "", each: str = "2") -> dict[str, Any]:
    """A rate with a target, or by its share of the points."""
    if not target:
        return _line(metric, name, RuleKind.RATE, points, metric=metric)
    return _line(metric, name, RuleKind.TARGET, points, metric=metric, target=target, each=each)


def _entered(key: str, name: str, rule: RuleKind, points: str, each: str = "1") -> dict[str, Any]:
    return _line(key, name, rule, points, each=each, more_is_better=rule is RuleKind.BONUS)


def _judged(key: str, name: str, points: str) -> dict[str, Any]:
    """A criterion that people mark out of its points: one point for each."""
    return _line(key, name, RuleKind.TARGET, points, target=points, each="1", most=points)


def _none_of(key: str, name: str, points: str, each: str) -> dict[str, Any]:
    """All points for none of what should not happen."""
    return _line(key, name, RuleKind.TARGET, points, target="0", each=each, more_is_better=False)


def _veto(key: str, name: str) -> dict[str, Any]:
    source = _("待填写：依据文件的条款")
    return {"key": key, "name": name, "rule": RuleKind.VETO.value, "target": "1", "source": source}


def _scheme(subject: Subject, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    source = _("待填写：考核办法的名称和文号")
    return {"object": subject.value, "source": source, "indicators": list(lines), **more}


def _usual() -> tuple[dict[str, Any], ...]:
    return (
        _rate("accepted", _("及时受理率"), "10", "98", "1"),
        _rate("on_time", _("按期办结率"), "40", "95"),
        _rate("satisfaction", _("满意率"), "30", "95"),
        _rate("rework", _("返工率"), "10", "3"),
        _rate("repeat", _("重复率"), "10", "5"),
        _entered("bonus", _("经验推广"), RuleKind.BONUS, "5"),
        _entered("deduction", _("督办通报"), RuleKind.DEDUCTION, "5"),
    )


def _definitions() -> dict[Template, dict[str, Any]]:
    vetoes = (_veto("accident", _("较大以上安全事故")), _veto("criminal", _("命案等重大刑事案件")))
    strong = (
        _judged("party", _("党建引领"), "20"),
        _judged("governance", _("社会治理"), "20"),
        _judged("service", _("为民服务"), "20"),
        _judged("safety", _("平安建设"), "20"),
        _judged("team", _("队伍建设"), "20"),
    )
    stars = (_("五星"), _("四星"), _("三星"), _("二星"), _("一星"))
    return {
        Template.COUNTIES: _scheme(Subject.COUNTY, *_usual(), *vetoes),
        Template.TOWNS: _scheme(
            Subject.TOWN,
            *(one for one in _usual() if one["key"] != "rework"),
            _rate("returned", _("退回率"), "10", "5"),
        ),
        Template.VILLAGES: _scheme(Subject.VILLAGE, *_usual(), published="neighbors"),
        Template.DEPARTMENTS: _scheme(
            Subject.DEPARTMENT,
            _rate("accepted", _("及时受理率"), "20", "98", "1"),
            _rate("on_time", _("按期办结率"), "50", "95"),
            _rate("satisfaction", _("满意率"), "30", "95"),
            _entered("deduction", _("督办通报"), RuleKind.DEDUCTION, "5"),
        ),
        Template.GRIDWORKERS: _scheme(
            Subject.GRIDWORKER,
            _rate("on_time", _("按期办结率"), "50", "95"),
            _rate("satisfaction", _("满意率"), "30", "95"),
            _judged("patrol", _("巡查走访"), "20"),
            _entered("penalty", _("履职抽查扣分"), RuleKind.DEDUCTION, "10"),
            published="neighbors",
        ),
        Template.WINDOWS: _scheme(
            Subject.WINDOW,
            _rate("satisfaction", _("窗口满意率"), "100", "95"),
        ),
        Template.STARS: _scheme(
            Subject.GRID,
            _rate("on_time", _("按期办结率"), "50", "95"),
            _rate("satisfaction", _("满意率"), "50", "95"),
            rhythm="quarter",
            grades=[[least, name] for least, name in zip(("95", "90", "80", "70", "60"), stars, strict=True)],
        ),
        Template.FIVE_STRONG: _scheme(
            Subject.TOWN,
            *strong,
            *vetoes,
            rhythm="year",
            quotas={"street": 5, "town": 5},
        ),
        Template.FIVE_EXCELLENT: _scheme(
            Subject.VILLAGE,
            *strong,
            *vetoes,
            rhythm="year",
            quotas={"residents": 20, "villagers": 50},
        ),
        Template.THREE_ZEROS: _scheme(
            Subject.VILLAGE,
            _none_of("petition", _("越级上访件数"), "40", "20"),
            _none_of("accident", _("安全事故起数"), "30", "30"),
            _none_of("criminal", _("刑事案件起数"), "30", "30"),
            grades=[["100", _("三零")]],
        ),
    }  # fmt: skip
