"""What the parts of a pack say, each in one sentence: the titles of its slides and of its charts."""

from __future__ import annotations

from datetime import date

from db.models.center import Level
from db.models.scheduling import TaskState
from lib.i18n import _, listed, mark, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.spelling import value_words
from lib.reports.pack import Pack, Parts, Places
from lib.reports.words import (
    MOST_NAMED,
    before_words,
    change_sentence,
    counted_words,
    period_words,
)
from lib.scheduling.states import UNDONE

CHILD_WORDS: dict[Level, str] = {
    Level.COUNTY: mark("县区"),
    Level.TOWN: mark("镇街"),
    Level.VILLAGE: mark("村社"),
}


def children_words(pack: Pack) -> str:
    return _(CHILD_WORDS[pack.children]).lower() if pack.children else ""


def figure_sentence(pack: Pack, metric: str) -> str:
    line = pack.figure(metric)
    said = _("{period}{metric}{value}").format(
        period=period_words(pack.period), metric=_(METRICS[metric].words), value=counted_words(line.now)
    )
    changed = change_sentence(line.now, line.before, before_words(pack.period))
    return _("{first}，{second}").format(first=said, second=changed) if changed else said


def of_trend(pack: Pack) -> str:
    """The lowest and the highest month of the first rate."""
    told = [(month, one) for month, values in pack.trend for one in values if one.metric == "on_time"]
    firm = [(month, one) for month, one in told if one.value is not None and not one.small_base]
    if not firm:
        return _("近13个月的{metric}基数都小，不作比较").format(metric=_(METRICS["on_time"].words))
    low, high = (pick(firm, key=lambda pair: pair[1].value or 0) for pick in (min, max))
    return _("近13个月{metric}：{low}最低，{low_value}；{high}最高，{high_value}").format(
        metric=_(METRICS["on_time"].words),
        low=month_words(low[0]),
        low_value=value_words(low[1]),
        high=month_words(high[0]),
        high_value=value_words(high[1]),
    )


def month_words(key: str) -> str:
    return numbers.month(date.fromisoformat(f"{key}-01"))


def of_parts(pack: Pack, parts: Parts) -> str:
    metric = METRICS[parts.metric]
    words = _(metric.words)
    firm = [one for one in parts.rows if not one.small_base]
    if not parts.rows:
        return _("各{children}都没有应计的{metric}").format(children=children_words(pack), metric=words)
    if not firm:
        return _("各{children}{metric}的基数都小，不作比较").format(
            children=children_words(pack), metric=words
        )
    worst, best = firm[0], firm[-1]
    if worst.value == best.value:
        return _("{metric}：{count}个{children}都是{value}").format(
            metric=words, count=len(firm), children=children_words(pack), value=counted_words(worst)
        )
    if metric.more_is_better is True:
        sentence = _("{metric}：{name}最低，{value}；{other}最高，{other_value}")
    else:
        sentence = _("{metric}：{name}最高，{value}；{other}最低，{other_value}")
    return sentence.format(
        metric=words,
        name=pack.names[worst.key],
        value=counted_words(worst),
        other=pack.names[best.key],
        other_value=counted_words(best),
    )


def of_unusual(pack: Pack) -> str:
    if not pack.compared:
        return _("还没有足够的历史数据判断平常区间")
    if not pack.unusual:
        return _("{count}项比率都在平常区间内").format(count=pack.compared)
    names = list(dict.fromkeys(pack.names[one.now.key] for one in pack.unusual))
    said = _("{count}项比率超出平常区间：{names}") if len(names) <= MOST_NAMED else _(
        "{count}项比率超出平常区间，涉及{names}等{number}个单位"
    )  # fmt: skip
    return said.format(count=len(pack.unusual), names=listed(names[:MOST_NAMED]), number=len(names))


def of_places(places: Places | None) -> str:
    if places is None:
        return _("还没有公示或公布的考核排名")
    moved = [one for one in places.rows if one.places_won]
    if not moved:
        return _("名次与上期相比没有变化")
    risen = max(moved, key=lambda one: one.places_won or 0)
    fallen = min(moved, key=lambda one: one.places_won or 0)
    said = []
    if (won := risen.places_won or 0) > 0:
        said.append(_("{name}上升最多，升{places}位至第{rank}名").format(
            name=risen.name, places=won, rank=risen.rank
        ))  # fmt: skip
    if (lost := -(fallen.places_won or 0)) > 0:
        said.append(_("{name}下降最多，降{places}位至第{rank}名").format(
            name=fallen.name, places=lost, rank=fallen.rank
        ))  # fmt: skip
    return _("；").join(said)


def of_tasks(pack: Pack) -> str:
    if pack.met_at is None:
        return _("此前没有会议记录")
    if not pack.tasks:
        return _("上次会议没有交办任务")
    done = sum(one.state is TaskState.DONE for one in pack.tasks)
    late = sum(one.overdue > 0 for one in pack.tasks)
    said = _("上次会议交办{count}项任务，已销号{done}项").format(count=len(pack.tasks), done=done)
    return _("{said}，逾期{late}项").format(said=said, late=late) if late else said


def of_carried(pack: Pack) -> str:
    if not pack.carried:
        return _("没有结转的任务")
    late = sum(one.overdue > 0 for one in pack.carried)
    said = _("以前会议结转{count}项未完成任务").format(count=len(pack.carried))
    return _("{said}，其中逾期{late}项").format(said=said, late=late) if late else said


def of_overdue(pack: Pack) -> str:
    line = pack.figure("overdue")
    count = line.now.numerator if line.now else 0
    if not count:
        return _("没有超期未结的事件")
    said = _("超期未结{count}件").format(count=numbers.whole(count))
    if pack.overdue is None or not pack.overdue.rows:
        return said
    most = pack.overdue.rows[0]
    return _("{said}，{name}最多，{most}件").format(
        said=said, name=pack.names[most.key], most=numbers.whole(most.numerator)
    )


def agenda(pack: Pack) -> tuple[tuple[str, str], ...]:
    """The points of the meeting, each with what stands at its head."""
    open_tasks = sum(one.state in UNDONE for one in (*pack.tasks, *pack.carried))
    points = [(_("通报本期指标"), figure_sentence(pack, "on_time"))]
    if pack.children is not None:
        points += [
            (_("研判异常"), of_unusual(pack)),
            (_("通报名次变化"), of_places(pack.places)),
        ]
    return (
        *points,
        (_("检查任务落实"), _("{said}；未完成任务共{count}项").format(said=of_tasks(pack), count=open_tasks)),
        (_("研究未结事项"), of_overdue(pack)),
        (_("部署下步工作"), _("会上议定，交办任务并明确责任单位、时限和衡量标准")),
    )
