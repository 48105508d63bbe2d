"""`metric`: one figure with its arithmetic, its parts and its cases, for a person or for a machine."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.models.case import Case
from db.scope import ScopedSession
from lib import clock
from lib.access.work import reading_at_the_machine
from lib.centers.queries import center_card
from lib.cli.replica import loaded
from lib.cli.roster_rows import rows_of_roster
from lib.deployment import moment_of
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.metrics.answering import is_large
from lib.metrics.catalogue import METRICS
from lib.metrics.commands import LEAST_HOURS, MOST_HOURS
from lib.metrics.dimensions import PARTS, By
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import UNIT_WORDS, Metric, Rows, Unit
from lib.metrics.queries import (
    arithmetic,
    cases_behind,
    measure,
    part_names,
    variant_history,
    variant_in_force,
)
from lib.metrics.question import Side
from lib.metrics.spelling import unit_words
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.variant import CHOICES, Variant

# The words of the command line that are not those of the code.
ALSO = {"center": By.CHILD}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
PAGE = 5000


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("metric", help=_("一个指标：算式、各部分和背后的事件"))
    parser.add_argument("name", metavar="NAME", help=", ".join([*METRICS, *ROSTER_METRICS]))
    parser.add_argument("--center", required=True, metavar="CODE", help=_("所在中心的代码"))
    parser.add_argument("--from", dest="first", required=True, metavar="DATE", help=_("第一天，如2026-06-01"))
    parser.add_argument("--to", dest="last", required=True, metavar="DATE", help=_("最后一天，含当天"))
    parser.add_argument("--by", metavar="PART", help=", ".join(_ways()))
    parser.add_argument("--variant", metavar="V", help=_("版本号，或suspended=stays,rework=time这样的选择"))
    parser.add_argument("--rows", action="store_true", help=_("列出计入分子的事件"))
    parser.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
    parser.set_defaults(run=run)


def _ways() -> list[str]:
    return [*ALSO, *(by.value for by in By)]


def run(given: argparse.Namespace) -> int:
    """Everything that was given is checked before anything is counted."""
    metric = METRICS.get(given.name) or ROSTER_METRICS.get(given.name)
    if metric is None:
        names = ", ".join([*METRICS, *ROSTER_METRICS])
        raise BadInput(_("没有“{name}”这个指标。可用：{names}").format(name=given.name, names=names))
    period, by = _period(given.first, given.last), _by(given.by, metric)
    with reading_at_the_machine() as session:
        center = center_card(session, given.center).center
        version, variant = _variant(session, given.variant)
        large = metric.name in METRICS and is_large(session, center.code)
    if large or metric.quantile is not None or by is By.HANDLING:
        loaded()
    with reading_at_the_machine() as session:
        moment = period.stands_at(moment_of(session))
        asked = _Asked(session, metric, center.code, period, moment, version, variant)
        answer = asked.answer()
        if given.by is not None:
            answer["parts"] = asked.parts(by)
        if given.rows:
            answer["rows"] = asked.rows()
    if given.json:
        print(json.dumps(answer, ensure_ascii=False, default=_plain))
    else:
        _print(metric, center.name, answer)
    return 0


def _day(said: str) -> date:
    try:
        if DAY.fullmatch(said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise BadInput(_("“{said}”不是日期。日期要写成2026-06-30这样。").format(said=said))


def _period(first: str, last: str) -> Period:
    period = Period(_day(first), _day(last))
    if period.last < period.first:
        raise BadInput(_("结束日期{last}早于开始日期{first}。").format(first=first, last=last))
    if period.first < EARLIEST or period.last > LATEST:
        raise BadInput(_("日期应在1900年到2100年之间：{first}，{last}").format(first=first, last=last))
    return period


def _by(said: str | None, metric: Metric) -> By:
    if said is None:
        return By.WHOLE
    if said not in _ways():
        raise BadInput(_("不能按“{said}”细分。可用：{names}").format(said=said, names=", ".join(_ways())))
    by = ALSO.get(said) or By(said)
    if by in PARTS and metric.placed_by is None and metric.name in METRICS:
        raise BadInput(_("“{name}”反映的是当前情况，不能按时间细分。").format(name=_(metric.words)))
    return by


def _variant(session: ScopedSession, said: str | None) -> tuple[int | None, Variant]:
    """A decided version with its number, or the one in force with some choices changed, without one."""
    now = variant_in_force(session)
    if said is None:
        return now.version, now
    if said.isascii() and said.isdigit():
        known = {one.variant.version: one.variant for one in variant_history(session)} | {0: Variant()}
        if int(said) not in known:
            raise BadInput(_("没有第{version}版统计口径。").format(version=said))
        return int(said), known[int(said)]
    changed: dict[str, Any] = {}
    for pair in said.split(","):
        question, _equals, value = (part.strip() for part in pair.partition("="))
        choices = {choice.value: choice for choice in CHOICES.get(question, {})}
        if question == "acceptance_hours" and value in map(str, range(LEAST_HOURS, MOST_HOURS + 1)):
            choices[value] = int(value)
        if value not in choices or question in changed:
            raise BadInput(_("统计口径没有“{pair}”这一选项。").format(pair=pair))
        changed[question] = choices[value]
    return None, Variant(**{**now.choices, **changed})


@dataclass(frozen=True)
class _Asked:
    session: ScopedSession
    metric: Metric
    code: str
    period: Period
    moment: datetime
    version: int | None
    variant: Variant

    def answer(self) -> dict[str, Any]:
        """The figure. Values are numbers, or null where there is nothing that they could rest on."""
        found = arithmetic(
            self.session, self.metric.name, self.code, self.period, self.moment, (), self.variant
        )
        return {
            "metric": self.metric.name,
            "center": self.code,
            "from": self.period.first,
            "to": self.period.last,
            "as_of": self.moment,
            "variant": {"version": self.version, **self.variant.choices},
            "formula": _(self.metric.formula),
            **_figures(found.measured),
            "unit": self.metric.unit.value,
            "small_base": found.measured.small_base,
            "excluded": dict(found.excluded),
        }

    def parts(self, by: By) -> list[dict[str, Any]]:
        found = measure(
            self.session, (self.metric.name,), self.code, self.period, self.moment, by, None, (), self.variant
        )
        names = part_names(self.session, by, tuple(part.key for part in found))
        return [
            {"key": part.key, "name": names.get(part.key, part.key), **_figures(part)}
            for part in sorted(found, key=lambda part: part.key)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """All cases of the numerator, the newest report first, or the grids and people there."""
        if self.metric.name in ROSTER_METRICS:
            return rows_of_roster(self.session, self.metric, self.code, self.period, self.moment)
        rows: list[dict[str, Any]] = []
        behind = None
        while True:
            page = cases_behind(
                self.session, self.metric.name, Side.NUMERATOR, self.code, self.period, self.moment, (),
                self.variant, behind, PAGE,
            )  # fmt: skip
            more = select(Case.id, Case.category_code, Case.rated_at)
            beside: dict[int, Any] = {
                row.id: row for row in self.session.execute(more.where(Case.id.in_([one.id for one in page])))
            }
            rows += [
                {
                    "number": one.number,
                    "center": one.center_code,
                    "center_name": one.center_name,
                    "category": beside[one.id].category_code,
                    "category_name": one.category,
                    "source": one.source,
                    "reported": one.reported_at,
                    "due": one.due_at,
                    "closed": one.closed_at,
                    "rated": beside[one.id].rated_at,
                }
                for one in page
            ]
            if len(page) < PAGE:
                return rows
            behind = page[-1].reported_at, page[-1].id


def _figures(measured: Measured) -> dict[str, Any]:
    return {"value": measured.value, "numerator": measured.numerator, "denominator": measured.denominator}


def _plain(value: object) -> object:
    """Decimals have one digit behind the point at most, so as floats they read the same."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return clock.local(value).isoformat(timespec="seconds")
    return str(value)


def _shown(metric: Metric, figures: dict[str, Any]) -> str:
    value, base = figures["value"], figures["denominator"]
    if value is None:
        return numbers.NOTHING
    shown = f"{value:,}{unit_words(metric)}"
    if metric.unit is Unit.HOURS:
        return f"{shown}\t{base:,}{_(UNIT_WORDS[Unit.CASES])}"
    return shown if base is None else f"{shown} = {figures['numerator']:,} ÷ {base:,}"


def _print(metric: Metric, center: str, answer: dict[str, Any]) -> None:
    print(f"{center} {_(metric.words)} {_shown(metric, answer)}")
    moment = numbers.table_moment(answer["as_of"])
    period = _("{first}至{last}，截至{moment}").format(first=answer["from"], last=answer["to"], moment=moment)
    print(f"  {period}")
    print(f"  {_(metric.formula)}")
    for words, count in answer["excluded"].items():
        said = _("剔除{what}{count}件") if metric.rows is Rows.CASES else _("剔除{what}：{count}")
        print("  " + said.format(what=words, count=f"{count:,}"))
    if answer["small_base"]:
        print("  " + _("分母过小，不宜比较。"))
    for part in answer.get("parts", ()):
        print(f"{part['name']}\t{_shown(metric, part)}")
    for row in answer.get("rows", ()):
        if metric.name in ROSTER_METRICS:
            print("\t".join(str(cell) for cell in row.values()))
            continue
        moments = [numbers.table_moment(row[name]) for name in ("reported", "due", "closed", "rated")]
        print("\t".join((row["number"], row["center_name"], row["category_name"], *moments)))
