"""Reads a scheme from a file or from the database: one function, which refuses it as a whole and names
everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lib.errors import BadInput
from lib.i18n import _
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Unit
from lib.metrics.registered import figure_of, metric_of
from lib.metrics.staffing.catalogue import OF_A_GRID, ROSTER_METRICS
from lib.schemes.checks import Checked
from lib.schemes.scheme import (
    SUBJECT_WORDS,
    WHOLE,
    Indicator,
    NothingDue,
    Published,
    Rhythm,
    Scheme,
    Subject,
)
from lib.schemes.scoring import Rule, RuleKind

PLACES = (Subject.COUNTY, Subject.TOWN, Subject.VILLAGE)


def metrics_for(subject: Subject) -> tuple[str, ...]:
    """The metrics that exist for these units. Of windows it is what their visitors said. A department is no
    place, so nothing can be divided by what lies in it."""
    work = [name for name, metric in METRICS.items() if not metric.about_quality and not metric.only_now]
    if subject is Subject.WINDOW:
        return ("satisfaction", "rated")
    if subject in (Subject.DEPARTMENT, Subject.GRIDWORKER):
        return tuple(name for name in work if METRICS[name].base is None)
    return tuple(work)


def roster_metrics_for(subject: Subject) -> tuple[str, ...]:
    """The metrics of the roster that exist for these units: places, grids and their gridworkers."""
    if subject in PLACES:
        return tuple(ROSTER_METRICS)
    return tuple(one.name for one in OF_A_GRID) if subject in (Subject.GRID, Subject.GRIDWORKER) else ()


def _exists(metric: str, subject: Subject) -> bool:
    """Entries of registers belong to centers, so that other units have none."""
    if metric in ROSTER_METRICS:
        return metric in roster_metrics_for(subject)
    if figure_of(metric) is not None:
        return subject in PLACES and metric_of(metric) is not None
    return metric in metrics_for(subject)


def read(said: Mapping[str, Any]) -> Scheme:
    """A scheme from what a file or the database says. Raises BadInput with a problem for each fault."""
    checked = Checked(said)
    subject = checked.word("object", Subject)
    scheme = Scheme(
        name=checked.text("name", 60),
        subject=subject or Subject.VILLAGE,
        indicators=tuple(_indicator(one, subject) for one in checked.parts("indicators")),
        source=checked.text("source", 200),
        rhythm=checked.word("rhythm", Rhythm, Rhythm.MONTH) or Rhythm.MONTH,
        nothing_due=checked.word("nothing_due", NothingDue, NothingDue.LEAVES) or NothingDue.LEAVES,
        published=checked.word("published", Published, Published.EVERYBODY) or Published.EVERYBODY,
        whole=checked.number("whole", WHOLE, least=Decimal(1)),
        grades=checked.grades("grades"),
        quotas=checked.counts("quotas"),
        rewards=checked.rewards("rewards"),
    )
    checked.nothing_else()
    _adds_up(checked, scheme)
    if checked.problems:
        raise BadInput(checked.problems[0].sentence, tuple(checked.problems))
    return scheme


def _indicator(checked: Checked, subject: Subject | None) -> Indicator:
    kind = checked.word("rule", RuleKind) or RuleKind.RATE
    metric = checked.text("metric", 40, needed=False) or None
    better = _better(checked, metric, kind)
    rule = Rule(
        kind,
        points=Decimal(0) if kind is RuleKind.VETO else checked.number("points", least=Decimal("0.01")),
        more_is_better=better,
        target=_target(checked, kind),
        each=_each(checked, kind),
        floor=checked.number("floor", Decimal(0)) if kind is RuleKind.TARGET else Decimal(0),
        tiers=checked.tiers("tiers", better) if kind is RuleKind.TIERS else (),
    )
    if kind is RuleKind.TARGET and not 0 <= rule.floor <= rule.points:
        checked.wrong("floor", _("保底分应在0和满分之间"))
    if any(points > rule.points or points < 0 for _least, points in rule.tiers):
        checked.wrong("tiers", _("各档得分应在0和满分之间"))
    known = metric_of(metric or "")
    if kind is RuleKind.RATE and known is not None and known.unit is not Unit.PERCENT:
        checked.wrong("rule", _("“按比率得分”只能用于百分率指标"))
    if metric is not None and subject is not None and not _exists(metric, subject):
        checked.wrong("metric", _("没有可用于{subject}的指标“{metric}”").format(
            subject=_(SUBJECT_WORDS[subject]), metric=metric))  # fmt: skip
    only = checked.narrowing("only")
    if only and metric is None:
        checked.wrong("only", _("手工填报的指标不能限定事件"))
    if only and metric in ROSTER_METRICS:
        checked.wrong("only", _("队伍指标不能限定事件"))
    found = Indicator(
        key=checked.key("key"),
        name=checked.text("name", 40),
        rule=rule,
        source=checked.text("source", 200),
        metric=metric,
        least_base=int(checked.number("least_base", Decimal(_least_base(metric)), least=Decimal(0))),
        most=checked.number("most", least=Decimal(0)) if "most" in checked.said else None,
        only=only,
    )
    checked.nothing_else()
    return found


def _target(checked: Checked, kind: RuleKind) -> Decimal:
    if kind is RuleKind.TARGET:
        return checked.number("target")
    return checked.number("target", Decimal(1)) if kind is RuleKind.VETO else Decimal(0)


def _each(checked: Checked, kind: RuleKind) -> Decimal:
    if kind in (RuleKind.TARGET, RuleKind.BONUS, RuleKind.DEDUCTION):
        return checked.number("each", least=Decimal("0.0001"))
    return Decimal(0)


def _least_base(metric: str | None) -> int:
    found = metric_of(metric or "")
    return found.least_base if found is not None and found.has_base else 0


def _better(checked: Checked, metric: str | None, kind: RuleKind) -> bool:
    """A metric knows which way is better; of what is neither, and of what is entered, the scheme says."""
    found = metric_of(metric or "")
    known = found.more_is_better if found is not None else None
    said = checked.yes_or_no("more_is_better")
    if known is not None and said is not None and known is not said and kind not in (
        RuleKind.BONUS, RuleKind.DEDUCTION, RuleKind.VETO,
    ):  # fmt: skip
        checked.wrong("more_is_better", _("这个指标的好坏方向已由指标库确定，不能反着计分"))
    return known if known is not None else True if said is None else said


def _adds_up(checked: Checked, scheme: Scheme) -> None:
    keys = [one.key for one in scheme.indicators]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        checked.wrong("indicators", _("指标代号“{key}”用了不止一次").format(key=key))
    if not scheme.indicators:
        checked.wrong("indicators", _("方案里没有指标"))
        return
    weighing = sum((one.rule.points for one in scheme.indicators if one.rule.weighs), Decimal(0))
    if weighing != scheme.whole:
        checked.wrong(
            "points",
            _("各项指标满分之和应为{whole}，现在是{sum}").format(
                whole=f"{scheme.whole.normalize():f}", sum=f"{weighing.normalize():f}"
            ),
        )
