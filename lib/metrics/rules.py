"""Rules that the data itself must keep. Each is a metric, so that its count, its share and the list of
the rows that break it are the same thing.

They look at a row as it stands, whenever it became so; a case is placed by its report like any other.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from db.models.case import Case
from lib import clock
from lib.cases.facts import closed_before_reported
from lib.i18n import mark
from lib.metrics.metric import Metric, Predicate, Unit
from lib.metrics.variant import Terms

VILLAGE_DIGITS = 12
OUR_RULE = mark("本系统的数据质量规则；数据按原样保留，不替换、不删除")
REPORTED, CLOSED = mark("期内上报的事件"), mark("期内上报、已结案的事件")


def _everything(terms: Terms) -> ColumnElement[bool]:
    return true()


def _closed(terms: Terms) -> ColumnElement[bool]:
    return Case.closed_at.is_not(None)


def _rule(
    name: str,
    words: str,
    formula: str,
    counts: str,
    of: str,
    breaks: Predicate,
    among: Predicate = _everything,
) -> Metric:
    return Metric(
        name=name,
        words=words,
        formula=formula,
        counts=counts,
        of=of,
        unit=Unit.PERCENT,
        more_is_better=False,
        placed_by=Case.reported_at,
        population=among,
        hits=breaks,
        source=OUR_RULE,
        about_quality=True,
    )


CLOSED_EARLY = _rule(
    "closed_early",
    mark("结案早于上报"),
    mark("结案时间早于上报时间 ÷ 期内上报、已结案"),
    mark("其中结案时间早于上报时间的事件"),
    CLOSED,
    lambda terms: closed_before_reported(),
    _closed,
)
ACCEPTED_EARLY = _rule(
    "accepted_early",
    mark("受理早于上报"),
    mark("受理时间早于上报时间 ÷ 期内上报、已受理"),
    mark("其中受理时间早于上报时间的事件"),
    mark("期内上报、已受理的事件"),
    lambda terms: Case.accepted_at < Case.reported_at,
    lambda terms: Case.accepted_at.is_not(None),
)
ACCEPTED_LATE = _rule(
    "accepted_late",
    mark("受理晚于结案"),
    mark("受理时间晚于结案时间 ÷ 期内上报、已受理并结案"),
    mark("其中受理时间晚于结案时间的事件"),
    mark("期内上报、已受理并结案的事件"),
    lambda terms: Case.accepted_at > Case.closed_at,
    lambda terms: and_(Case.accepted_at.is_not(None), Case.closed_at.is_not(None)),
)
UNACCEPTED = _rule(
    "unaccepted",
    mark("未经受理即结案"),
    mark("没有受理时间 ÷ 期内上报、已结案"),
    mark("其中没有受理时间的事件"),
    CLOSED,
    lambda terms: Case.accepted_at.is_(None),
    _closed,
)
RATED_EARLY = _rule(
    "rated_early",
    mark("评价早于结案"),
    mark("结案之前已有评价 ÷ 期内上报、已评价"),
    mark("其中尚未结案或评价时间早于结案时间的事件"),
    mark("期内上报、已评价的事件"),
    lambda terms: or_(Case.closed_at.is_(None), Case.rated_at < Case.closed_at),
    lambda terms: Case.rated_at.is_not(None),
)
WITHOUT_LIMIT = _rule(
    "without_limit",
    mark("已受理但无时限"),
    mark("没有办理时限 ÷ 期内上报、已受理"),
    mark("其中没有办理时限的事件"),
    mark("期内上报、已受理的事件"),
    lambda terms: Case.due_at.is_(None),
    lambda terms: Case.accepted_at.is_not(None),
)
LIMIT_EARLY = _rule(
    "limit_early",
    mark("时限早于上报"),
    mark("办理时限早于上报时间 ÷ 期内上报、有时限"),
    mark("其中办理时限早于上报时间的事件"),
    mark("期内上报、有时限的事件"),
    lambda terms: Case.due_at < Case.reported_at,
    lambda terms: Case.due_at.is_not(None),
)
WITHOUT_GRID = _rule(
    "without_grid",
    mark("未落到网格"),
    mark("没有所在网格 ÷ 期内上报"),
    mark("其中没有所在网格的事件"),
    REPORTED,
    lambda terms: Case.grid_id.is_(None),
)
WITHOUT_VILLAGE = _rule(
    "without_village",
    mark("未落到村社"),
    mark("所在中心高于村社 ÷ 期内上报"),
    mark("其中所在中心高于村社的事件"),
    REPORTED,
    lambda terms: func.length(Case.center_code) < VILLAGE_DIGITS,
)


def _center_had_ended(terms: Terms) -> ColumnElement[bool]:
    codes: dict[date, list[str]] = defaultdict(list)
    for code, day in terms.ended:
        codes[day].append(code)
    return or_(
        false(),
        *(
            and_(Case.center_code.in_(ended), Case.reported_at >= clock.start_of_day(day + timedelta(days=1)))
            for day, ended in sorted(codes.items())
        ),
    )


CENTER_ENDED = _rule(
    "center_ended",
    mark("所在中心已撤销"),
    mark("上报时所在中心已撤销 ÷ 期内上报"),
    mark("其中上报时所在中心已撤销的事件"),
    REPORTED,
    _center_had_ended,
)
REPORTED_AHEAD = Metric(
    name="reported_ahead",
    words=mark("上报时间在将来"),
    formula=mark("上报时间晚于此刻 ÷ 全部在册"),
    counts=mark("其中上报时间晚于此刻的事件"),
    of=mark("全部在册的事件"),
    unit=Unit.PERCENT,
    more_is_better=False,
    placed_by=None,
    population=_everything,
    hits=lambda terms: Case.reported_at > terms.moment,
    source=OUR_RULE,
    about_quality=True,
    only_now=True,
)
RECORDED = Metric(
    name="recorded",
    words=mark("在册事件"),
    formula=mark("此刻登记在册的全部事件数"),
    counts=mark("全部在册的事件"),
    of=mark("只计数，不设分母"),
    unit=Unit.CASES,
    more_is_better=None,
    placed_by=None,
    population=_everything,
    source=OUR_RULE,
    about_quality=True,
    only_now=True,
)
# In the order in which they are read: moments that cannot be, what is missing, what is nowhere.
RULES = (
    CLOSED_EARLY, ACCEPTED_EARLY, ACCEPTED_LATE, RATED_EARLY, LIMIT_EARLY, REPORTED_AHEAD, UNACCEPTED,
    WITHOUT_LIMIT, WITHOUT_GRID, WITHOUT_VILLAGE, CENTER_ENDED,
)  # fmt: skip
