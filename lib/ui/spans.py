"""Which days a page of analysis is about: a preset that moves with the calendar, or two dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import streamlit as st

from lib import clock
from lib.errors import Told
from lib.i18n import _
from lib.metrics.comparison import Against, Days
from lib.metrics.measured import Period
from lib.ui import filters
from lib.ui.plain import escaped

CUSTOM = "custom"
EARLIEST, LONGEST = date(1950, 1, 1), 3660  # days
SPANS = ("30d", "7d", "90d", "month", "last_month", "year", "12m", CUSTOM)


def span_words() -> dict[str, str]:
    return {
        "7d": _("近7天"),
        "30d": _("近30天"),
        "90d": _("近90天"),
        "month": _("本月至今"),
        "last_month": _("上月"),
        "year": _("今年以来"),
        "12m": _("近12个月"),
        CUSTOM: _("自选日期"),
    }


def span_period(span: str, today: date) -> Period:
    """The days of a preset that ends today or, of the last month, at its end."""
    month = clock.start_of_month(today)
    if span == "month":
        return Period(month, today, monthly=True)
    if span == "last_month":
        return Period(clock.start_of_month(today, 1), month - timedelta(days=1), monthly=True)
    if span == "year":
        return Period(date(today.year, 1, 1), today)
    if span == "12m":
        return Period(clock.start_of_month(today, 11), today)
    return Period(today - timedelta(days=int(span.removesuffix("d")) - 1), today)


def read_days(first: str, last: str) -> Period:
    """The days that an address names. Raises Told with what is wrong about them."""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise Told(_("日期要写成2026-06-30这样。请重新选择起止日期。")) from None
    if period.last < period.first:
        raise Told(_("结束日期早于开始日期。请重新选择起止日期。"))
    if period.first < EARLIEST or period.days > LONGEST:
        raise Told(_("时间范围最多十年，且不早于1950年。请重新选择起止日期。"))
    return period


def choose_period(today: date, default: str = "30d") -> Period:
    """The drop-down of presets, with two dates beside it when they are chosen freely."""
    words = span_words()
    span = filters.choice("period", _("统计期间"), {key: words[key] for key in SPANS}, default)
    if span != CUSTOM:
        return span_period(span, today)
    usual = span_period("30d", today)
    first = st.query_params.get("first", f"{usual.first}")
    last = st.query_params.get("last", f"{usual.last}")
    try:
        period = read_days(first, last)
    except Told as told:
        st.error(escaped(told.sentence), icon=":material/error:")
        period = usual
    for name, label, value in (("first", _("开始"), period.first), ("last", _("结束"), period.last)):
        st.session_state[f"day {name}"] = value
        st.date_input(label, key=f"day {name}", on_change=_write_day, args=(name,), min_value=EARLIEST)
    return period


def _write_day(name: str) -> None:
    st.query_params[name] = f"{st.session_state[f'day {name}']}"


def days_words(period: Period, moment: datetime) -> str:
    """The working days of a period and of those it is compared with."""
    against = Against.of(period, moment)
    words = []
    for label, span in (
        (_("本期"), period),
        (_("上期"), against.before),
        (_("去年同期"), against.last_year),
    ):
        days = Days.of(span)
        text = _("{label}{first}至{last}，{worked}个工作日").format(
            label=label, first=f"{span.first:%Y-%m-%d}", last=f"{span.last:%Y-%m-%d}", worked=days.worked
        )
        words.append(text if days.known else text + _("（该年放假安排未公布，按周一至周五计）"))
    return " · ".join(words)


def figure_address(metric: str, center_code: str, period: Period) -> dict[str, str]:
    """Where the figure of a center and a period is taken apart."""
    return {"metric": metric, "center": center_code, "first": f"{period.first}", "last": f"{period.last}"}
