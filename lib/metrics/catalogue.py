"""Every metric of the product. Nothing else computes a count or a rate of cases."""

from __future__ import annotations

from sqlalchemy import and_, true

from db.models.case import Case
from lib.cases.facts import closed_by, closed_in_time, open_at, overdue_at
from lib.i18n import mark
from lib.metrics.metric import Metric, Unit

SATISFIED = 4  # of five steps: very satisfied and satisfied; "basically satisfied" does not count

RECEIVED = Metric(
    "received",
    mark("接报事件"),
    mark("期内上报的事件数"),
    Unit.CASES,
    None,
    Case.reported_at,
    lambda moment: true(),
)
OPEN = Metric(
    "open",
    mark("在办事件"),
    mark("此刻尚未结案的事件数"),
    Unit.CASES,
    False,
    None,
    open_at,
)
OVERDUE = Metric(
    "overdue",
    mark("超期未结"),
    mark("此刻尚未结案、已过时限、没有挂账的事件数"),
    Unit.CASES,
    False,
    None,
    overdue_at,
)
RESOLUTION = Metric(
    "resolution",
    mark("办结率"),
    mark("已结案 ÷ 期内到期应结（挂账的不计）"),
    Unit.PERCENT,
    True,
    Case.due_at,
    lambda moment: and_(~Case.suspended, closed_by(moment)),
    lambda moment: ~Case.suspended,
    asks_closing=True,
)
ON_TIME = Metric(
    "on_time",
    mark("按期办结率"),
    mark("在时限内结案 ÷ 期内到期应结（挂账的不计）"),
    Unit.PERCENT,
    True,
    Case.due_at,
    lambda moment: and_(~Case.suspended, closed_by(moment), closed_in_time()),
    lambda moment: ~Case.suspended,
)
SATISFACTION = Metric(
    "satisfaction",
    mark("满意率"),
    mark("评价为“非常满意”或“满意” ÷ 期内有效评价"),
    Unit.PERCENT,
    True,
    Case.rated_at,
    lambda moment: Case.rating >= SATISFIED,
    lambda moment: Case.rating.is_not(None),
)

METRICS = {metric.name: metric for metric in (RECEIVED, OPEN, OVERDUE, RESOLUTION, ON_TIME, SATISFACTION)}
