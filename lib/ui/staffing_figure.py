"""A figure of the roster taken apart: its formula in words and numbers, and the grids or people behind it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.i18n import _, numbers
from lib.metrics.metric import BARE, Metric, Rows, Unit
from lib.metrics.queries import Arithmetic, arithmetic
from lib.metrics.question import Side
from lib.metrics.spelling import share_words, value_words
from lib.metrics.staffing.queries import GridsBehind, PeopleBehind, grids_behind, people_behind
from lib.roster.checks.words import FINDING_WORDS
from lib.roster.words import ENDING_WORDS
from lib.ui import filters
from lib.ui.look import Look
from lib.ui.page import Page, leave_for
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.staffing import look_at
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50


def open_figure(page: Page, session: ScopedSession) -> Look:
    """Draws where we are, the title and the days; how cases are narrowed says nothing here."""
    card = place(page, session, "figure")
    st.title(escaped(_("{center}指标算式").format(center=card.center.name)), anchor=False)
    return look_at(page, session, card, "figure")


def taken_apart(look: Look, metric: Metric) -> None:
    """The whole page of one figure."""
    found = arithmetic(look.session, metric.name, look.code, look.period, look.moment)
    _explain(look, metric, found)
    st.subheader(_("背后的网格") if metric.rows is Rows.GRIDS else _("背后的人员"), anchor=False)
    if not look.page.viewer.may(_permission(metric)):
        st.caption(_("您的角色可以看数字，不能看名单。"))
        return
    lists = sides(metric, found)
    side = Side(filters.tabs("side", _("清单"), lists, next(iter(lists))))
    _rows(look, metric, side)


def _permission(metric: Metric) -> Permission:
    return Permission.READ_GRIDS if metric.rows is Rows.GRIDS else Permission.READ_ROSTER


def _explain(look: Look, metric: Metric, found: Arithmetic) -> None:
    measured = found.measured
    left, right = st.columns([1, 2], vertical_alignment="top")
    with left:
        st.metric(_(metric.words), value_words(measured), border=True, help=_(metric.formula))
    with right:
        st.markdown(f"**{escaped(_(metric.words))} = {escaped(_(metric.formula))}**")
        share = share_words(measured)
        st.text(f"{share} = {value_words(measured)}" if share else value_words(measured))
        if measured.small_base:
            st.caption(_("人数太少，仅供参考，不与别处比较。"))
        for words, count in found.excluded:
            st.text(_("剔除{what}：{count}").format(what=words, count=numbers.whole(count)))
        st.caption(escaped(_("依据：{source}").format(source=_(metric.source))))
        first, last = numbers.day(look.period.first), numbers.day(look.period.last)
        st.caption(escaped(_("{first}至{last}").format(first=first, last=last)))


def sides(metric: Metric, found: Arithmetic) -> dict[str, str]:
    """The lists that there are for this figure, each with its number of rows."""
    count = {side: numbers.whole(number) for side, number in found.rows.items()}
    if metric.unit is Unit.YEARS:
        words = {Side.DENOMINATOR: _("计入的人员 {count}").format(count=count[Side.DENOMINATOR])}
    elif metric.unit in BARE:
        words = {Side.NUMERATOR: _("计入的网格 {count}").format(count=count[Side.NUMERATOR])}
    else:
        top, base = _("分子：{what} {count}"), _("分母：{what} {count}")
        if metric.name == "visit_coverage":
            top, base = _("走访过的网格 {count}"), _("全部小网格 {count}")
        elif metric.name == "turnover":
            base = _("分母：期初或期末在岗的人 {count}")
        words = {Side.NUMERATOR: top.format(what=_(metric.counts), count=count[Side.NUMERATOR])}
        if metric.per == 1:
            words[Side.REST] = _("分母中其余 {count}").format(count=count[Side.REST])
        words[Side.DENOMINATOR] = base.format(what=_(metric.of), count=count[Side.DENOMINATOR])
    if found.excluded:
        words[Side.EXCLUDED] = _("剔除的 {count}").format(count=count[Side.EXCLUDED])
    return {side.value: text for side, text in words.items()}


def _rows(look: Look, metric: Metric, side: Side) -> None:
    asked = (look.session, metric.name, side, look.code, look.period, look.moment)
    page = filters.page_number()
    found: GridsBehind | PeopleBehind
    if metric.rows is Rows.GRIDS:
        found = grids_behind(*asked, page, PAGE_SIZE)
        table = _grid_table(metric, found)
    else:
        found = people_behind(*asked, page, PAGE_SIZE)
        table = _people_table(metric, found)
    if not found.rows:
        st.info(_("这一部分没有内容。"), icon=":material/task_alt:")
        return
    event: Any = st.dataframe(
        pd.DataFrame(table), key=f"behind {metric.name} {side.value} {page}", hide_index=True,
        placeholder=numbers.NOTHING, alt=_("名单，共{count}行").format(count=numbers.whole(found.total)),
        on_select="rerun", selection_mode=SELECTION,
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    row = chosen_row(event, len(found.rows))
    if isinstance(found, GridsBehind):
        st.caption(_("点任意一行，打开网格卡片。"))
        if row is not None:
            leave_for("grid", {"code": found.rows[row].code})
    else:
        st.caption(_("点任意一行，打开人员页。"))
        if row is not None and (person := found.rows[row].person_id) is not None:
            leave_for("person", {"id": str(person)})


def _grid_table(metric: Metric, found: GridsBehind) -> dict[str, list[object]]:
    table: dict[str, list[object]] = {
        _("网格"): [row.name for row in found.rows],
        _("编码"): [row.code for row in found.rows],
        _("所在村社"): [row.center_name for row in found.rows],
    }
    if metric.name == "visit_coverage":
        table[_("走访户数")] = [row.numerator for row in found.rows]
        table[_("总户数")] = [row.denominator for row in found.rows]
    return table


def _people_table(metric: Metric, found: PeopleBehind) -> dict[str, list[object]]:
    table: dict[str, list[object]] = {
        _("姓名"): [row.name for row in found.rows],
        _("网格"): [row.grid_name for row in found.rows],
        _("所在村社"): [row.center_name for row in found.rows],
    }
    if metric.name == "mean_age":
        table[_("周岁")] = [row.numerator if row.denominator else None for row in found.rows]
    elif metric.name == "mean_service":
        table[_("任职满月数")] = [row.numerator for row in found.rows]
    elif metric.name == "turnover":
        table[_("离岗日")] = [row.day for row in found.rows]
        table[_("原因")] = [_(ENDING_WORDS[row.ending]) if row.ending else None for row in found.rows]
        if any(row.denominator for row in found.rows):
            table[_("计入人数")] = [row.denominator for row in found.rows]
    elif metric.name == "on_duty":
        table[_("抽查日")] = [row.day for row in found.rows]
        table[_("结果")] = [_(FINDING_WORDS[row.finding]) if row.finding else None for row in found.rows]
    return table
