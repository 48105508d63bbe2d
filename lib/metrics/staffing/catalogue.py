"""Every metric of the roster: the same object as a metric of cases, but grids and people stand behind it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from lib.i18n import mark
from lib.metrics.catalogue import COUNTED_ALONE
from lib.metrics.dimensions import LENGTHS, By
from lib.metrics.metric import Exclusion, Metric, Rows, Unit
from lib.metrics.variant import Terms

AS_OF = mark("人员和岗位按期末当日，期未满的按今天；网格和户数按现状；代岗不算配备")
AS_KEPT = mark(
    "人员和岗位按期末当日，期未满的按今天；代岗不算；同时在几个下级单位任职的，只计入共同的上级单位"
)
IN_PERIOD = mark("期未满的算到今天；网格和户数按现状")
IN_PLACE = mark("按本单位范围内的专职岗位计：同一人只计一次，在单位内调岗不算离岗")
# By what they can be broken down: places, grids and months.
PARTED_BY = (By.WHOLE, By.CHILD, *LENGTHS, By.GRID, By.MONTH)


def _no_cases(terms: Terms) -> ColumnElement[bool]:
    raise TypeError("the roster holds no cases")


def _metric(
    name: str, words: str, formula: str, counts: str, of: str, unit: Unit, rows: Rows, **more: Any
) -> Metric:
    usual: dict[str, Any] = {
        "more_is_better": True, "least_base": 1, "counted_whole": True, "source": AS_OF,
    }  # fmt: skip
    return Metric(
        name=name, words=words, formula=formula, counts=counts, of=of, unit=unit, rows=rows, placed_by=None,
        population=_no_cases, **{**usual, **more},
    )  # fmt: skip


STAFFING = _metric(
    "staffing",
    mark("网格员配备率"),
    mark("配有专职网格员的小网格 ÷ 小网格"),
    mark("配有专职网格员的小网格"),
    mark("小网格"),
    Unit.PERCENT,
    Rows.GRIDS,
)
VACANCIES = _metric(
    "vacancies",
    mark("空缺网格"),
    mark("没有专职网格员的小网格数"),
    mark("没有专职网格员的小网格"),
    COUNTED_ALONE,
    Unit.GRIDS,
    Rows.GRIDS,
    more_is_better=False,
)
COMPLETENESS = _metric(
    "completeness",
    mark("“1+4+X”配齐率"),
    mark("四类兼职力量都有人的城市小网格 ÷ 城市小网格"),
    mark("四类兼职力量都有人的城市小网格"),
    mark("城市小网格"),
    Unit.PERCENT,
    Rows.GRIDS,
)
TRAINING_COVERAGE = _metric(
    "training_coverage",
    mark("培训覆盖率"),
    mark("培训合格且在有效期内的专职网格员 ÷ 专职网格员"),
    mark("培训合格且在有效期内的专职网格员"),
    mark("专职网格员"),
    Unit.PERCENT,
    Rows.PEOPLE,
    recorded=True,
    adds_up=False,
    source=AS_KEPT,
)
VISIT_COVERAGE = _metric(
    "visit_coverage",
    mark("走访覆盖率"),
    mark("期内走访过的户数 ÷ 小网格总户数，同一户只计一次，每个网格最多计到其户数"),
    mark("走访过的户"),
    mark("小网格的户"),
    Unit.PERCENT,
    Rows.GRIDS,
    recorded=True,
    source=IN_PERIOD,
)
PATROL_COVERAGE = _metric(
    "patrol_coverage",
    mark("巡查覆盖率"),
    mark("期内至少巡查过一次的小网格 ÷ 小网格"),
    mark("巡查过的小网格"),
    mark("小网格"),
    Unit.PERCENT,
    Rows.GRIDS,
    recorded=True,
    source=IN_PERIOD,
)
TURNOVER = _metric(
    "turnover",
    mark("网格员离岗率"),
    mark("期内离岗的专职网格员 ÷ 期初、期末平均人数，即离岗人数 ÷ （期初人数＋期末人数） × 2"),
    mark("离岗的专职网格员"),
    mark("期初人数＋期末人数"),
    Unit.PERCENT,
    Rows.PEOPLE,
    more_is_better=False,
    per=2,
    least_base=40,
    adds_up=False,
    source=IN_PLACE,
)
ON_DUTY = _metric(
    "on_duty",
    mark("抽查在岗率"),
    mark("期内抽查在岗的人次 ÷ 期内抽查的人次，请假的不计"),
    mark("抽查在岗的人次"),
    mark("抽查的人次"),
    Unit.PERCENT,
    Rows.PEOPLE,
    counted_whole=False,
    least_base=10,
    exclusions=(Exclusion(mark("请假的人次"), _no_cases),),
    source=mark("按抽查得出结果的日子归入时段；不在岗和联系不上都算不在岗"),
)
MEAN_AGE = _metric(
    "mean_age",
    mark("平均年龄"),
    mark("专职网格员周岁之和 ÷ 知道出生日期的专职网格员"),
    mark("周岁之和"),
    mark("知道出生日期的专职网格员"),
    Unit.YEARS,
    Rows.PEOPLE,
    more_is_better=None,
    entry_unit=mark("岁"),
    exclusions=(Exclusion(mark("不知道出生日期的专职网格员"), _no_cases),),
    adds_up=False,
    source=AS_KEPT,
)
MEAN_SERVICE = _metric(
    "mean_service",
    mark("平均任职年限"),
    mark("专职网格员任职满月数之和 ÷ 人数 ÷ 12，从在本单位首次任专职网格员算起"),
    mark("任职满月数之和"),
    mark("专职网格员"),
    Unit.YEARS,
    Rows.PEOPLE,
    more_is_better=None,
    per=12,
    adds_up=False,
)
ROSTER_METRICS = {
    one.name: one
    for one in (
        STAFFING, VACANCIES, COMPLETENESS, TRAINING_COVERAGE, VISIT_COVERAGE, PATROL_COVERAGE, TURNOVER,
        ON_DUTY, MEAN_AGE, MEAN_SERVICE,
    )
}  # fmt: skip
# What can be said of one grid and of its gridworker.
OF_A_GRID = (STAFFING, VACANCIES, COMPLETENESS, TRAINING_COVERAGE, VISIT_COVERAGE, PATROL_COVERAGE, ON_DUTY)
