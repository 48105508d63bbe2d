"""`assess`: a period by the scheme that holds for it, counted from the cases as they are; nothing is kept."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from db.models.assessment import Assessment
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.work import reading_at_the_machine
from lib.assessment.measuring import measured_units, period_of
from lib.assessment.places import overrides
from lib.assessment.result import Placed, fingerprint, rank
from lib.cli.replica import loaded
from lib.cli.score import printed, told
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.metrics.answering import is_large
from lib.metrics.measured import Period
from lib.metrics.queries import variant_in_force
from lib.metrics.registered import metric_named
from lib.metrics.variant import Variant
from lib.schemes.queries import Wording, scheme_for_month, schemes_for

MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
EARLIEST, LATEST = 1900, 2100


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("assess", help=_("按已生效的考核方案计算一期得分和排名，不写入"))
    parser.add_argument("--month", required=True, metavar="MONTH", help=_("考核期内的一个月，如2026-06"))
    parser.add_argument("--scheme", required=True, metavar="NAME", help=_("考核方案的名称"))
    parser.add_argument("--center", metavar="CODE", help=_("组织考核的中心的代码，方案重名时要写"))
    parser.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Everything that was given is checked before anything is counted."""
    month = _month(given.month)
    with reading_at_the_machine() as session:
        wording = _wording(session, given.scheme, given.center, month)
        period = period_of(wording.scheme.rhythm, month)
        if clock.start_of_day(period.first) > deployment.moment_of(session):
            raise BadInput(_("{first}还没有开始，没有可计算的数据。").format(first=numbers.day(period.first)))
        large = is_large(session, wording.center_code)
    metrics = [metric_named(one.metric) for one in wording.scheme.indicators if one.metric is not None]
    if large or any(metric.quantile is not None for metric in metrics):
        loaded()
    with reading_at_the_machine() as session:
        counted = _count(session, wording, period)
    if given.json:
        print(json.dumps(_answer(wording, period, counted), ensure_ascii=False))
    else:
        _print(wording, period, counted)
    return 0


def _month(said: str) -> date:
    found = MONTH.fullmatch(said)
    if found is None or not 1 <= int(found[2]) <= 12 or not EARLIEST <= int(found[1]) <= LATEST:
        raise BadInput(_("“{said}”不是月份。月份要写成2026-06这样。").format(said=said))
    return date(int(found[1]), int(found[2]), 1)


def _wording(session: ScopedSession, name: str, center_code: str | None, month: date) -> Wording:
    """Schemes of different centers can have one name; then the center must be said. Raises BadInput and
    NotFound."""
    known = schemes_for(session, month)
    found = [one for one in known if one.name == name and center_code in (None, one.center_code)]
    if not found:
        names = "、".join(dict.fromkeys(one.name for one in known)) or numbers.NOTHING
        raise BadInput(_("没有名为“{name}”的考核方案。可用：{names}").format(name=name, names=names))
    if len(found) > 1:
        codes = "、".join(one.center_code for one in found)
        raise BadInput(
            _("有{count}个中心的方案都叫“{name}”，请用--center写明是哪一个：{codes}").format(
                count=len(found), name=name, codes=codes
            )
        )
    return scheme_for_month(session, found[0].id, month)


@dataclass(frozen=True)
class _Counted:
    placed: tuple[Placed, ...]
    variant: Variant
    moment: datetime
    fingerprint: str
    # Where the assessment of this period stands; nothing when none was begun.
    state: str | None


def _count(session: ScopedSession, wording: Wording, period: Period) -> _Counted:
    """As the assessment counts, with the values that were entered for it so far."""
    scheme, variant = wording.scheme, variant_in_force(session)
    begun = session.scalar(
        select(Assessment).where(Assessment.scheme_id == wording.scheme_id, Assessment.first == period.first)
    )
    entered = overrides(session, begun.id) if begun is not None else {}
    moment = period.stands_at(deployment.moment_of(session))
    found = measured_units(session, scheme, wording.center_code, period, moment, variant, entered)
    if not found:
        raise BadInput(_("没有可考核的单位。"))
    units = [unit for _member, unit in found]
    made = fingerprint(scheme, variant.written, units)
    return _Counted(rank(scheme, units), variant, moment, made, None if begun is None else begun.state.value)


def _answer(wording: Wording, period: Period, counted: _Counted) -> dict[str, Any]:
    return {
        "scheme": wording.scheme.name,
        "version": wording.number,
        "center": wording.center_code,
        "from": f"{period.first}",
        "to": f"{period.last}",
        "as_of": clock.local(counted.moment).isoformat(timespec="seconds"),
        "variant": counted.variant.written,
        "state": counted.state,
        "fingerprint": counted.fingerprint,
        "units": [{"key": one.key, **told(wording.scheme, one)} for one in counted.placed],
    }


def _print(wording: Wording, period: Period, counted: _Counted) -> None:
    moment = numbers.table_moment(counted.moment)
    print(_("{first}至{last}，截至{moment}").format(first=period.first, last=period.last, moment=moment))
    printed(wording.scheme, counted.placed)
