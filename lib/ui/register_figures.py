"""Figures of one register: the value with its arithmetic, by month and by center, and the entries behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Metric, Unit
from lib.metrics.queries import measure
from lib.metrics.registered import metric_named
from lib.metrics.spelling import share_words, unit_words, value_words
from lib.registers.design import Design
from lib.registers.figures.definition import Counts
from lib.registers.figures.queries import FigureRow, entries_behind
from lib.ui import bars, charts, filters, series
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, leave_for
from lib.ui.plain import escaped, in_chart
from lib.ui.tables import SELECTION, chosen_row

MONTHS = 12
MOST_BARS = 40


@dataclass(frozen=True)
class Looked:
    """One figure that is looked at: over which months, for which center."""

    page: Page
    session: ScopedSession
    center: CenterCard
    design: Design
    row: FigureRow
    metric: Metric
    period: Period

    def measured(self, by: By = By.WHOLE) -> tuple[Measured, ...]:
        return measure(
            self.session, (self.row.metric,), self.center.center.code, self.period, self.page.moment, by
        )

    @property
    def unit(self) -> str:
        return unit_words(self.metric)


def sums(one: Measured) -> str:
    """The numbers that the value is made of."""
    share = share_words(one)
    return f"{share} = {value_words(one)}" if share else value_words(one)


def choose(found: Sequence[FigureRow]) -> FigureRow:
    words = {f"{one.id}": one.definition.words for one in found}
    said = filters.choice("figure", _("指标"), words, f"{found[0].id}")
    return next(one for one in found if f"{one.id}" == said)


def period(page: Page) -> Period:
    """The last months with the running one, or this year, or last."""
    words = {"months": _("近12个月"), "month": _("本月"), "year": _("今年"), "last_year": _("去年")}
    said = filters.tabs("period", _("时段"), words, "months")
    today = page.today
    if said == "month":
        return Period(clock.start_of_month(today), today, monthly=True)
    if said == "year":
        return Period(today.replace(month=1, day=1), today)
    if said == "last_year":
        first = today.replace(year=today.year - 1, month=1, day=1)
        return Period(first, today.replace(month=1, day=1) - timedelta(days=1))
    return Period(clock.start_of_month(today, MONTHS - 1), today)


def look(page: Page, session: ScopedSession, center: CenterCard, design: Design, row: FigureRow) -> Looked:
    return Looked(page, session, center, design, row, metric_named(row.metric), period(page))


def headline(looked: Looked) -> bool:
    """The value with its arithmetic, as every figure of the product shows it; whether there is one."""
    whole = next(iter(looked.measured()), None)
    st.subheader(
        escaped(
            _("{center}{name}：{value}").format(
                center=looked.center.center.name, name=looked.metric.words,
                value=value_words(whole),
            )
        ),
        anchor=False,
    )  # fmt: skip
    first, last = numbers.day(looked.period.first), numbers.day(looked.period.last)
    st.caption(
        escaped(
            _("{first}至{last} · {formula}").format(first=first, last=last, formula=looked.metric.formula)
        )
    )
    if whole is not None and whole.denominator is not None:
        st.text(sums(whole))
    if whole is not None and whole.small_base:
        st.caption(_("基数小，只供参考。"))
    if whole is None or whole.value is None:
        st.info(
            _("这个时段里还没有计入的记录，有了以后这里自动出图。可以换一个时段。"),
            icon=":material/hourglass_empty:",
        )
        return False
    return True


def by_month(looked: Looked) -> None:
    found = {one.key: one for one in looked.measured(By.MONTH)}
    keys = _months(looked.period)
    counted = looked.metric.unit in (Unit.ENTRIES, Unit.AMOUNT)
    values = [_number(found.get(key), counted) for key in keys]
    said = [sums(found[key]) if key in found else numbers.NOTHING for key in keys]
    line = series.Line(
        looked.metric.words, keys, values,
        [f"{in_chart(key)}<br>{in_chart(words)}" for key, words in zip(keys, said, strict=True)],
        small=[key in found and found[key].small_base for key in keys],
    )  # fmt: skip
    running = f"{looked.page.today:%Y-%m}" if keys[-1] == f"{looked.page.today:%Y-%m}" else ""
    figure = (
        series.bars(line, looked.unit, running)
        if counted
        else series.lines([line], looked.unit, from_zero=True, unfinished=running)
    )
    st.plotly_chart(
        figure, key="figure by month", config=charts.CONFIG_QUIET,
        alt=_("{name}按月的变化，数据见下表").format(name=looked.metric.words),
    )  # fmt: skip
    with st.expander(_("数据表")):
        st.dataframe(
            _frame([(key, found.get(key)) for key in keys], _("月份"), looked), hide_index=True,
            alt=_("按月数据表"), placeholder=numbers.NOTHING,
        )  # fmt: skip


def _number(one: Measured | None, counted: bool) -> float | None:
    if one is None:
        return 0 if counted else None
    return None if one.value is None else float(one.value)


def _months(period: Period) -> list[str]:
    found, month = [], clock.start_of_month(period.first)
    while month <= period.last:
        found.append(f"{month:%Y-%m}")
        month = clock.start_of_month(month, -1)
    return found


def _frame(rows: Sequence[tuple[str, Measured | None]], heading: str, looked: Looked) -> pd.DataFrame:
    return pd.DataFrame(
        {
            heading: [name for name, _one in rows],
            looked.metric.words: [value_words(one) for _name, one in rows],
            _("算式"): [sums(one) if one else numbers.NOTHING for _name, one in rows],
        }
    )


def by_center(looked: Looked) -> None:
    names = {child.code: child.name for child in looked.center.children}
    if not names:
        return
    found = {one.key: one for one in looked.measured(By.CHILD)}
    rows = [(names[code], found.get(code)) for code in names]
    shown = sorted(
        (row for row in rows if row[1] is not None and row[1].value is not None),
        key=lambda row: -float(row[1].value or 0) if row[1] else 0.0,
    )
    st.subheader(_("各下级单位"), anchor=False)
    if shown:
        st.plotly_chart(
            bars.ranked([_bar(name, one, looked) for name, one in shown[:MOST_BARS] if one], looked.unit),
            key="figure by center", config=charts.CONFIG_QUIET,
            alt=_("{name}各下级单位的比较，数据见下表").format(name=looked.metric.words),
        )  # fmt: skip
    else:
        st.info(_("这个时段里下级单位都没有记录。"), icon=":material/search_off:")
    with st.expander(_("数据表")):
        st.dataframe(
            _frame(rows, _("单位"), looked), hide_index=True, alt=_("各下级单位数据表"),
            placeholder=numbers.NOTHING,
        )  # fmt: skip


def _bar(name: str, one: Measured, looked: Looked) -> bars.Bar:
    words = value_words(one)
    hover = f"{in_chart(name)}<br>{in_chart(sums(one))}"
    return bars.Bar(name, float(one.value or 0), words, hover, faded=one.small_base)


def behind(looked: Looked) -> None:
    """Exactly the entries that were counted."""
    st.subheader(_("背后的记录"), anchor=False)
    hit: bool | None = None
    if looked.row.definition.counts is Counts.SHARE:
        words = {"all": _("分母"), "hit": _("达标的"), "rest": _("未达标的")}
        hit = {"all": None, "hit": True, "rest": False}[filters.tabs("side", _("哪些记录"), words, "all")]
    found = entries_behind(
        looked.session, looked.row.id, looked.center.center.code, looked.period.first, looked.period.last,
        looked.page.moment, hit, filters.page_number(),
    )  # fmt: skip
    if not found.rows:
        st.info(_("没有这样的记录。"), icon=":material/search_off:")
        return
    shown = [one for one in looked.design.standing if any(one.key in row.cells for row in found.rows)][:6]
    table = {
        _("编号"): [f"{row.serial}" for row in found.rows],
        _("单位"): [row.center_name for row in found.rows],
    }
    table |= {one.words: [row.cells.get(one.key, "") for row in found.rows] for one in shown}
    table[_("状态")] = [looked.design.stage(row.state).words for row in found.rows]
    event = st.dataframe(
        pd.DataFrame(table), key="entries behind", hide_index=True, on_select="rerun",
        selection_mode=SELECTION, alt=_("背后的{count}条记录").format(count=found.total),
    )  # fmt: skip
    filters.pages(found.total, 50)
    st.caption(_("共{count}条，点击任意一行打开。").format(count=found.total))
    row = chosen_row(event, len(found.rows))
    if row is not None:
        leave_for("entry", {"entry": f"{found.rows[row].id}"})


def way_to_register(register_id: int) -> None:
    st.page_link(
        BY_NAME["register"].file, label=_("打开台账"), icon=":material/table_view:",
        query_params={"register": f"{register_id}"},
    )  # fmt: skip
