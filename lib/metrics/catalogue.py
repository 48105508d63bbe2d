"""Every metric of the product. Nothing else computes a count or a rate of cases."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Integer, and_, literal, true, type_coerce

from db.models.case import Case
from db.models.indicator import Rework, Suspended
from db.spans import seconds_between
from lib.cases.facts import closed_before_reported, closed_by, closed_in_time, open_at, overdue_at
from lib.i18n import mark
from lib.metrics.metric import Base, Exclusion, Metric, Unit
from lib.metrics.rules import RECORDED, RULES
from lib.metrics.variant import Terms

SUSPENDED = Exclusion(
    mark("挂账事件"),
    lambda terms: Case.suspended.is_(True),
    lambda variant: variant.suspended is Suspended.LEAVES,
)
IMPOSSIBLE = Exclusion(mark("结案早于上报的事件"), lambda terms: closed_before_reported())
COUNTED_ALONE = mark("只计数，不设分母")
OUR_RULE = mark("本系统的统计规则")

RECEIVED = Metric(
    name="received",
    words=mark("接报事件"),
    formula=mark("期内上报的事件数"),
    counts=mark("期内上报的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=None,
    placed_by=Case.reported_at,
    population=lambda terms: true(),
    source=mark("事件按上报时间归入时段"),
)
OPEN = Metric(
    name="open",
    words=mark("在办事件"),
    formula=mark("此刻尚未结案的事件数"),
    counts=mark("已上报、尚未结案的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=False,
    placed_by=None,
    population=lambda terms: open_at(terms.moment),
    of_open=True,
    source=OUR_RULE,
)
OVERDUE = Metric(
    name="overdue",
    words=mark("超期未结"),
    formula=mark("此刻尚未结案、已过时限、没有挂账的事件数"),
    counts=mark("尚未结案、已过时限、没有挂账的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=False,
    placed_by=None,
    population=lambda terms: overdue_at(terms.moment),
    of_open=True,
    source=OUR_RULE,
)
DUE = Metric(
    name="due",
    words=mark("到期应结"),
    formula=mark("期内到期的事件数"),
    counts=mark("时限落在期内的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=None,
    placed_by=Case.due_at,
    population=lambda terms: true(),
    exclusions=(SUSPENDED,),
    source=mark("办结率、按期办结率的共同分母"),
)
CLOSED = Metric(
    name="closed",
    words=mark("结案事件"),
    formula=mark("期内结案的事件数"),
    counts=mark("期内结案的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=None,
    placed_by=Case.closed_at,
    population=lambda terms: closed_by(terms.moment),
    source=mark("返工率、参评率、办理时长的共同基数"),
)
ACCEPTED = Metric(
    name="accepted",
    words=mark("及时受理率"),
    formula=mark("及时受理 ÷ 期内上报"),
    counts=mark("在受理时限内受理的事件"),
    of=mark("期内上报的事件"),
    unit=Unit.PERCENT,
    more_is_better=True,
    placed_by=Case.reported_at,
    population=lambda terms: true(),
    hits=lambda terms: and_(
        Case.accepted_at.is_not(None),
        Case.accepted_at <= terms.moment,
        seconds_between(Case.reported_at, Case.accepted_at) <= terms.variant.acceptance_hours * 3600,
    ),
    later=Case.accepted_at,
    source=mark("及时受理率 = 及时受理 ÷ 接报；尚在受理时限内、还未受理的也计入分母"),
)
RESOLUTION = Metric(
    name="resolution",
    words=mark("办结率"),
    formula=mark("已结案 ÷ 期内到期应结"),
    counts=mark("其中已结案的事件"),
    of=mark("时限落在期内的事件"),
    unit=Unit.PERCENT,
    more_is_better=True,
    placed_by=Case.due_at,
    population=lambda terms: true(),
    hits=lambda terms: closed_by(terms.moment),
    exclusions=(SUSPENDED,),
    later=Case.closed_at,
    source=mark("办结率 = 办结 ÷ 应结"),
)
ON_TIME = Metric(
    name="on_time",
    words=mark("按期办结率"),
    formula=mark("在时限内结案 ÷ 期内到期应结"),
    counts=mark("其中在时限内结案的事件"),
    of=mark("时限落在期内的事件"),
    unit=Unit.PERCENT,
    more_is_better=True,
    placed_by=Case.due_at,
    population=lambda terms: true(),
    hits=lambda terms: and_(closed_by(terms.moment), closed_in_time()),
    exclusions=(SUSPENDED,),
    source=mark("按期办结率 = 按期办结 ÷ 应结"),
)


def _rework_weights(terms: Terms) -> tuple[ColumnElement[int], ColumnElement[int]] | None:
    if terms.variant.rework is Rework.BY_CASE:
        return None
    return type_coerce(Case.rework_count, Integer), Case.rework_count + literal(1)


REWORK = Metric(
    name="rework",
    words=mark("返工率"),
    formula=mark("返工 ÷ 期内结案"),
    counts=mark("其中返过工的事件（按次计时为返工次数）"),
    of=mark("期内结案的事件（按次计时为处置次数）"),
    unit=Unit.PERCENT,
    more_is_better=False,
    placed_by=Case.closed_at,
    population=lambda terms: closed_by(terms.moment),
    hits=lambda terms: Case.rework_count > 0,
    weights=_rework_weights,
    source=mark("返工率 = 返工 ÷ 处置，按件或按次"),
)
RETURNED = Metric(
    name="returned",
    words=mark("退回率"),
    formula=mark("被退回过 ÷ 期内上报"),
    counts=mark("其中被退回过的事件"),
    of=mark("期内上报的事件"),
    unit=Unit.PERCENT,
    more_is_better=False,
    placed_by=Case.reported_at,
    population=lambda terms: true(),
    hits=lambda terms: Case.returned_count > 0,
    source=OUR_RULE,
)
SATISFACTION = Metric(
    name="satisfaction",
    words=mark("满意率"),
    formula=mark("评价满意 ÷ 期内有效评价"),
    counts=mark("其中评价为满意的事件"),
    of=mark("期内作出有效评价的事件"),
    unit=Unit.PERCENT,
    more_is_better=True,
    placed_by=Case.rated_at,
    population=lambda terms: Case.rating.is_not(None),
    hits=lambda terms: Case.rating >= terms.variant.lowest_satisfied,
    source=mark("满意率 = 满意 ÷ 有效评价，五级评价"),
)
RATED = Metric(
    name="rated",
    words=mark("有效评价"),
    formula=mark("期内作出的评价数"),
    counts=mark("期内作出有效评价的事件"),
    of=COUNTED_ALONE,
    unit=Unit.CASES,
    more_is_better=None,
    placed_by=Case.rated_at,
    population=lambda terms: Case.rating.is_not(None),
    source=OUR_RULE,
)
RESPONSE = Metric(
    name="response",
    words=mark("参评率"),
    formula=mark("已评价 ÷ 期内结案"),
    counts=mark("其中群众作出评价的事件"),
    of=mark("期内结案的事件"),
    unit=Unit.PERCENT,
    more_is_better=True,
    placed_by=Case.closed_at,
    population=lambda terms: closed_by(terms.moment),
    hits=lambda terms: and_(Case.rated_at.is_not(None), Case.rated_at <= terms.moment),
    later=Case.rated_at,
    source=OUR_RULE,
)
REPEAT = Metric(
    name="repeat",
    words=mark("重复率"),
    formula=mark("重复反映 ÷ 期内上报"),
    counts=mark("其中与此前事件重复的"),
    of=mark("期内上报的事件"),
    unit=Unit.PERCENT,
    more_is_better=False,
    placed_by=Case.reported_at,
    population=lambda terms: true(),
    hits=lambda terms: Case.repeat_of_id.is_not(None),
    source=mark("重复事件只关联、不删除"),
)
HANDLING_MEDIAN = Metric(
    name="handling_median",
    words=mark("办理时长中位数"),
    formula=mark("期内结案事件从上报到结案的工作小时，取中位数"),
    counts=mark("期内结案的事件"),
    of=mark("期内结案的事件"),
    unit=Unit.HOURS,
    more_is_better=False,
    placed_by=Case.closed_at,
    population=lambda terms: closed_by(terms.moment),
    exclusions=(IMPOSSIBLE,),
    quantile=0.5,
    source=mark("工作小时按国务院公布的放假和调休安排计算"),
)
HANDLING_SLOW = Metric(
    name="handling_slow",
    words=mark("办理时长90分位"),
    formula=mark("期内结案事件从上报到结案的工作小时，九成事件不超过此数"),
    counts=mark("期内结案的事件"),
    of=mark("期内结案的事件"),
    unit=Unit.HOURS,
    more_is_better=False,
    placed_by=Case.closed_at,
    population=lambda terms: closed_by(terms.moment),
    exclusions=(IMPOSSIBLE,),
    quantile=0.9,
    source=mark("工作小时按国务院公布的放假和调休安排计算"),
)


def _each(name: str, words: str, formula: str, of: str, base: Base, per: int = 1) -> Metric:
    return Metric(
        name=name,
        words=words,
        formula=formula,
        counts=mark("期内上报的事件"),
        of=of,
        unit=Unit.EACH,
        more_is_better=None,
        placed_by=Case.reported_at,
        population=lambda terms: true(),
        base=base,
        per=per,
        source=mark("人口、网格和网格员按现状"),
    )


PER_RESIDENTS = _each(
    "per_residents",
    mark("千人事件数"),
    mark("期内上报 ÷ 小网格常住人口 × 1000"),
    mark("小网格常住人口"),
    Base.RESIDENTS,
    per=1000,
)
PER_GRID = _each(
    "per_grid",
    mark("格均事件数"),
    mark("期内上报 ÷ 小网格数"),
    mark("小网格"),
    Base.GRIDS,
)
PER_GRIDWORKER = _each(
    "per_gridworker",
    mark("网格员人均事件数"),
    mark("期内上报 ÷ 专职网格员数"),
    mark("专职网格员"),
    Base.GRIDWORKERS,
)

METRICS = {
    metric.name: metric
    for metric in (
        RECEIVED, OPEN, OVERDUE, DUE, CLOSED, ACCEPTED, RESOLUTION, ON_TIME, REWORK, RETURNED, SATISFACTION,
        RATED, RESPONSE, REPEAT, HANDLING_MEDIAN, HANDLING_SLOW, PER_RESIDENTS, PER_GRID, PER_GRIDWORKER,
        RECORDED, *RULES,
    )
}  # fmt: skip
