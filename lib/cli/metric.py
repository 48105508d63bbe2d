"""`metric`: one figure with its arithmetic, its parts and its cases, for a person or for a machine."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from db.scope import ScopedSession
from lib.access.work import reading_at_the_machine
from lib.cases.queries import CaseRow
from lib.centers.queries import center_card
from lib.deployment import standing
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.metrics.answering import SMALL_CODE, SMALL_NUMBER
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import PARTS, By
from lib.metrics.headline import headline
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Metric
from lib.metrics.queries import (
    arithmetic,
    cases_behind,
    measure,
    part_names,
    variant_history,
    variant_in_force,
)
from lib.metrics.question import Side
from lib.metrics.variant import ACCEPTANCE_HOURS, CHOICES, Variant
from lib.replica import keeping
from lib.settings import settings

# The words of the command line that are not those of the code.
ALSO = {"center": By.CHILD}
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
PAGE = 5000


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("metric", help=_("一个指标：算式、各部分和背后的事件"))
    parser.add_argument("name", metavar="NAME", help=", ".join(METRICS))
    parser.add_argument("--center", required=True, metavar="CODE")
    parser.add_argument("--from", dest="first", required=True, metavar="DATE")
    parser.add_argument("--to", dest="last", required=True, metavar="DATE")
    parser.add_argument("--by", metavar="PART", help=", ".join([*ALSO, *(by.value for by in By)]))
    parser.add_argument("--variant", metavar="V", help=_("版本号，或suspended=stays,rework=time这样的选择"))
    parser.add_argument("--rows", action="store_true", help=_("列出计入分子的事件"))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    metric = METRICS.get(given.name)
    if metric is None:
        raise BadInput(
            _("没有“{name}”这个指标。可用：{names}").format(name=given.name, names=", ".join(METRICS))
        )
    period, by = _period(given.first, given.last), _by(given.by, metric)
    with reading_at_the_machine() as session:
        center = center_card(session, given.center).center
        variant = _variant(session, given.variant)
        large = headline(session)["cases"] > SMALL_NUMBER and len(center.code) < SMALL_CODE
    if large or metric.quantile is not None:
        keeping.start(settings().database_url, wait=True, progress=_tell)
        print(file=sys.stderr)
    with reading_at_the_machine() as session:
        here = standing(session)
        assert here is not None
        moment = period.stands_at(here.moment)
        answer = _answer(session, metric, center.code, period, moment, by, variant, given.rows)
    if given.json:
        print(json.dumps(answer, ensure_ascii=False, default=_plain))
    else:
        _print(metric, center.name, answer)
    return 0


def _tell(share: float) -> None:
    print(f"\r{_('装载分析副本')} {share:.0%}", end="", file=sys.stderr)


def _period(first: str, last: str) -> Period:
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise BadInput(
            _("日期要写成2026-06-30这样：{first}，{last}").format(first=first, last=last)
        ) from None
    if period.last < period.first:
        raise BadInput(_("结束日期{last}早于开始日期{first}。").format(first=first, last=last))
    if period.first < EARLIEST or period.last > LATEST:
        raise BadInput(_("日期应在1900年到2100年之间：{first}，{last}").format(first=first, last=last))
    return period


def _by(said: str | None, metric: Metric) -> By:
    if said is None:
        return By.WHOLE
    try:
        by = ALSO.get(said) or By(said)
    except ValueError:
        names = ", ".join([*ALSO, *(one.value for one in By)])
        raise BadInput(_("不能按“{said}”分。可用：{names}").format(said=said, names=names)) from None
    if by in PARTS and metric.placed_by is None:
        raise BadInput(_("“{name}”说的是此刻，不能按时段分。").format(name=_(metric.words)))
    return by


def _variant(session: ScopedSession, said: str | None) -> Variant:
    """A decided version by its number, or the one in force with some choices changed."""
    now = variant_in_force(session)
    if said is None:
        return now
    if said.isascii() and said.isdigit():
        known = {one.variant.version: one.variant for one in variant_history(session)} | {0: Variant()}
        if int(said) not in known:
            raise BadInput(_("没有第{version}版口径。").format(version=said))
        return known[int(said)]
    changed: dict[str, Any] = {}
    for pair in said.split(","):
        field, _equals, value = (part.strip() for part in pair.partition("="))
        choices = {choice.value: choice for choice in CHOICES.get(field, {})}
        if field == "acceptance_hours" and value in {str(hours) for hours in ACCEPTANCE_HOURS}:
            changed[field] = int(value)
        elif value in choices:
            changed[field] = choices[value]
        else:
            raise BadInput(_("口径里没有“{pair}”这样的选择。").format(pair=pair))
    return Variant(**{**now.__dict__, **changed, "version": 0})


def _answer(
    session: ScopedSession,
    metric: Metric,
    code: str,
    period: Period,
    moment: datetime,
    by: By,
    variant: Variant,
    with_rows: bool,
) -> dict[str, Any]:
    found = arithmetic(session, metric.name, code, period, moment, (), variant)
    answer: dict[str, Any] = {
        "metric": metric.name,
        "center": code,
        "from": f"{period.first}",
        "to": f"{period.last}",
        "as_of": moment.isoformat(),
        "variant": {**variant.__dict__},
        "formula": _(metric.formula),
        "unit": metric.unit.value,
        **_figures(found.measured),
        "small_base": found.measured.small_base,
        "excluded": dict(found.excluded),
    }
    if by is not By.WHOLE:
        parts = measure(session, (metric.name,), code, period, moment, by, None, (), variant)
        names = part_names(session, by, tuple(part.key for part in parts))
        answer["parts"] = [
            {"key": part.key, "name": names.get(part.key, part.key), **_figures(part)}
            for part in sorted(parts, key=lambda part: part.key)
        ]
    if with_rows:
        rows: list[CaseRow] = []
        behind = None
        while True:
            page = cases_behind(
                session, metric.name, Side.NUMERATOR, code, period, moment, (), variant, behind, PAGE
            )
            rows += page
            if len(page) < PAGE:
                break
            behind = page[-1].reported_at, page[-1].id
        answer["rows"] = [_row(row) for row in rows]
    return answer


def _figures(measured: Measured) -> dict[str, Any]:
    return {"value": measured.value, "numerator": measured.numerator, "denominator": measured.denominator}


def _row(row: CaseRow) -> dict[str, Any]:
    fields = ("number", "center_code", "center_name", "category", "source", "stage")
    moments = ("reported_at", "due_at", "closed_at")
    return {name: getattr(row, name) for name in (*fields, *moments)}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _print(metric: Metric, center: str, answer: dict[str, Any]) -> None:
    value = numbers.NOTHING if answer["value"] is None else f"{answer['value']}"
    base = "" if answer["denominator"] is None else f" = {answer['numerator']:,} ÷ {answer['denominator']:,}"
    print(f"{center} {_(metric.words)} {value}{base}")
    print(f"  {_(metric.formula)}")
    for words, count in answer["excluded"].items():
        print("  " + _("剔除{what}{count}件").format(what=words, count=f"{count:,}"))
    for part in answer.get("parts", ()):
        shown = numbers.NOTHING if part["value"] is None else part["value"]
        print(f"{part['name']}\t{shown}\t{part['numerator']:,}\t{part['denominator'] or ''}")
    for row in answer.get("rows", ()):
        print(
            f"{row['number']}\t{row['center_name']}\t{row['category']}\t{numbers.table_moment(row['reported_at'])}"
        )
