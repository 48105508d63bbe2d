"""The charts page: one subject by month and by child center, each with its table."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.centers.queries import CenterCard
from lib.i18n import _, listed, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Metric
from lib.metrics.queries import By, Measured, Period, measure
from lib.ui import charts, filters
from lib.ui.period import Shown
from lib.ui.plain import escaped, in_chart

SUBJECTS: dict[str, tuple[str, ...]] = {
    "volume": ("received",),
    "resolution": ("resolution", "on_time"),
    "satisfaction": ("satisfaction",),
}


def subjects() -> dict[str, str]:
    return {"volume": _("接报量"), "resolution": _("办结率"), "satisfaction": _("满意率")}


def choose_span() -> int:
    """How many months to show, up to the chosen one."""
    words = {"13": _("近13个月"), "6": _("近6个月"), "25": _("近25个月")}
    return int(filters.choice("months", _("时间"), words, "13"))


def _months_of(span: Period) -> list[str]:
    found, day = [], span.first
    while day <= span.last:
        found.append(f"{day:%Y-%m}")
        day = clock.start_of_month(day, -1)
    return found


def _hover(measured: Measured | None, key: str) -> str:
    if measured is None:
        return key
    metric = METRICS[measured.metric]
    if not metric.is_rate:
        return f"<b>{key}</b><br>{_(metric.words)} {numbers.whole(measured.numerator)}"
    sums = f"{numbers.whole(measured.numerator)} ÷ {numbers.whole(measured.denominator or 0)}"
    return f"<b>{key}</b><br>{_(metric.words)} {numbers.percent(measured.rate)}<br>{sums}"


def draw_months(session: ScopedSession, card: CenterCard, subject: str, shown: Shown, months: int) -> None:
    span = Period(clock.start_of_month(shown.period.first, months - 1), shown.period.last)
    keys = _months_of(span)
    running = "" if shown.past else keys[-1]
    found = {
        (m.metric, m.key): m
        for m in measure(session, SUBJECTS[subject], card.center.code, span, shown.moment, By.MONTH)
    }
    names = SUBJECTS[subject]
    title = _month_title(card, names[-1], keys, running, found)
    if subject == "volume":
        values = [found[("received", k)].numerator if ("received", k) in found else 0 for k in keys]
        hover = [_hover(found.get(("received", k)), k) for k in keys]
        figure = charts.bars_by_month(keys, values, hover, _("件"), running)
    else:
        series = []
        for name in names:
            rates = [found[(name, k)].rate if (name, k) in found else None for k in keys]
            series.append(
                (
                    _(METRICS[name].words),
                    keys,
                    [None if rate is None else float(rate) for rate in rates],
                    [_hover(found.get((name, k)), k) for k in keys],
                )
            )
        figure = charts.months(series, "%")
    charts.draw(figure, title, key=f"months {subject}")
    formulas = listed(_(METRICS[name].formula) for name in names)
    state = _("截至{moment}").format(moment=numbers.moment(shown.moment))
    if not shown.past:
        state = _("{month}未完，{state}").format(month=numbers.month(shown.period.first), state=state)
    st.caption(f"{formulas} · {state}")
    table: dict[str, list[object]] = {_("月份"): list(keys)}
    for name in names:
        table |= _columns(name, [found.get((name, k)) for k in keys])
    with st.expander(_("查看数据表")):
        st.dataframe(pd.DataFrame(table), hide_index=True, alt=title)


def _columns(name: str, column: list[Measured | None]) -> dict[str, list[object]]:
    metric = METRICS[name]
    words = _(metric.words)
    if not metric.is_rate:
        return {words: [m.numerator if m else 0 for m in column]}
    return {
        f"{words} (%)": [float(m.rate) if m and m.rate is not None else None for m in column],
        _("{metric}分子").format(metric=words): [m.numerator if m else 0 for m in column],
        _("{metric}分母").format(metric=words): [(m.denominator or 0) if m else 0 for m in column],
    }


def _month_title(
    card: CenterCard, name: str, keys: list[str], running: str, found: dict[tuple[str, str], Measured]
) -> str:
    """The last whole month against the one before; one sentence that says the finding."""
    whole = [key for key in keys if key != running and (name, key) in found]
    metric = METRICS[name]
    center, words = card.center.name, _(metric.words)
    if len(whole) < 2:
        return _("{center}{metric}").format(center=center, metric=words)
    last, before = found[(name, whole[-1])], found[(name, whole[-2])]
    if metric.is_rate:
        if last.rate is None or before.rate is None:
            return _("{center}{metric}").format(center=center, metric=words)
        moved = numbers.points(last.rate, before.rate)
        value = numbers.percent(last.rate)
    else:
        moved = numbers.change(last.numerator, before.numerator)
        value = _("{count}件").format(count=numbers.whole(last.numerator))
    return _("{center}{month}{metric}{value}，比上月{moved}").format(
        center=center,
        month=numbers.month(date.fromisoformat(f"{whole[-1]}-01")),
        metric=words,
        value=value,
        moved=moved or _("持平"),
    )


def _children_title(month: Period, metric: Metric, bars: list[charts.Bar]) -> str:
    """Who is highest and who lowest; small bases are no finding."""

    def value_of(bar: charts.Bar) -> str:
        return f"{bar.value:.1f}%" if metric.is_rate else bar.words

    firm = [bar for bar in bars if not bar.faded]
    if len(firm) < 2:
        return _("{month}{metric}：各中心基数都小，不作比较").format(
            month=numbers.month(month.first), metric=_(metric.words)
        )
    best, worst = max(firm, key=lambda bar: bar.value), min(firm, key=lambda bar: bar.value)
    return _("{month}{metric}：{best}最高{best_value}，{worst}最低{worst_value}").format(
        month=numbers.month(month.first),
        metric=_(metric.words),
        best=best.name,
        best_value=value_of(best),
        worst=worst.name,
        worst_value=value_of(worst),
    )


def draw_children(session: ScopedSession, card: CenterCard, subject: str, shown: Shown) -> None:
    """The last whole month, child by child, the whole as a line."""
    if not card.children:
        return
    month = shown.period
    if not shown.past:
        last_day = month.first - timedelta(days=1)
        month = Period(clock.start_of_month(last_day), last_day)
    name = SUBJECTS[subject][-1]
    metric = METRICS[name]
    found = {m.key: m for m in measure(session, (name,), card.center.code, month, shown.moment, By.CHILD)}
    (whole,) = measure(session, (name,), card.center.code, month, shown.moment)
    names = {child.code: child.name for child in card.children}
    bars: dict[str, charts.Bar] = {}
    absent = []
    for code, child in names.items():
        m = found.get(code)
        if not metric.is_rate:
            count = m.numerator if m else 0
            bars[code] = charts.Bar(
                in_chart(child), float(count), numbers.whole(count), _hover(m, in_chart(child))
            )
        elif m is None or m.rate is None:
            absent.append(child)
        else:
            words = f"{numbers.percent(m.rate)}  ({numbers.whole(m.denominator or 0)})"
            bars[code] = charts.Bar(
                in_chart(child), float(m.rate), words, _hover(m, in_chart(child)), m.small_base
            )
    largest = sorted(bars.values(), key=lambda bar: -bar.value)[:30]
    if not largest:
        st.caption(_("{month}没有可比的下级中心。").format(month=numbers.month(month.first)))
        return
    title = _children_title(month, metric, list(bars.values()))
    line = (
        (float(whole.rate), _("全部 {rate}").format(rate=numbers.percent(whole.rate)))
        if metric.is_rate and whole.rate is not None
        else None
    )
    figure = charts.ranked_bars(
        largest, "%" if metric.is_rate else _("件"), line, 100 if metric.is_rate else None
    )
    charts.draw(figure, title, key=f"children {subject}")
    if metric.is_rate:
        st.caption(
            _("括号里是分母；灰色的分母不到{least}件，只供参考，标题不拿它们作比较。").format(
                least=metric.least_base
            )
        )
    if len(bars) > len(largest):
        st.caption(_("图中只画前{count}个，表里是全部。").format(count=len(largest)))
    if absent:
        st.caption(
            _("{month}没有到期或评价，不参与比较：{names}").format(
                month=numbers.month(month.first), names=escaped(listed(absent))
            )
        )
    ordered = sorted(names, key=lambda code: -bars[code].value if code in bars else 1.0)
    with st.expander(_("查看数据表")):
        st.dataframe(
            pd.DataFrame(
                {_("名称"): [names[c] for c in ordered]} | _columns(name, [found.get(c) for c in ordered])
            ),
            hide_index=True,
            alt=title,
        )
