"""The page of the roster in numbers: what it looks at, its finding, its cards and the list of vacancies."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.models.grid import GridSetting
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import CenterCard
from lib.grids.words import SETTING_WORDS
from lib.i18n import _, numbers
from lib.metrics.measured import Measured
from lib.metrics.queries import variant_in_force
from lib.metrics.spelling import value_words
from lib.roster.vacancies.queries import VacancyPage, vacancies
from lib.roster.words import ENDING_WORDS
from lib.ui import cards, filters
from lib.ui.look import Look
from lib.ui.page import Page, leave_for
from lib.ui.plain import escaped
from lib.ui.spans import choose_period
from lib.ui.tables import SELECTION, chosen_row

ROWS = (
    ("staffing", "vacancies", "completeness", "training_coverage"),
    ("turnover", "on_duty", "patrol_coverage", "visit_coverage"),
)
PAGE_SIZE = 50


def open_staffing(page: Page, session: ScopedSession, card: CenterCard) -> Look:
    """The finding above the days that were chosen; work of cases is not narrowed here."""
    head = st.container()
    look = look_at(page, session, card, "staffing")
    found = {one.metric: one for one in look.measure("staffing", "vacancies")}
    head.title(escaped(finding(card.center.name, found.get("staffing"))), anchor=False)
    day = numbers.day(day_of(look))
    note = _("{words} · 人员和岗位按{day} · 代岗不算配备").format(words=look.words, day=day)
    st.caption(escaped(note))
    return look


def look_at(page: Page, session: ScopedSession, card: CenterCard, name: str) -> Look:
    """A look whose days are chosen and which nothing else narrows."""
    with st.container(width=190):
        period = choose_period(page.today, "month")
    look = Look(page, name, session, card, period, (), variant_in_force(session), "")
    look.words = look.in_words()
    return look


def day_of(look: Look) -> date:
    """The day as of which people are counted: the last of the period, or today."""
    return min(look.period.last, look.page.today)


def finding(center: str, staffing: Measured | None) -> str:
    if staffing is None or not staffing.denominator:
        return _("{center}还没有小网格").format(center=center)
    vacant = staffing.denominator - staffing.numerator
    if not vacant:
        words = _("{center}：{count}个小网格全部配有专职网格员")
        return words.format(center=center, count=numbers.whole(staffing.denominator))
    return _("{center}：{count}个小网格空缺{vacant}个，配备率{rate}").format(
        center=center,
        count=numbers.whole(staffing.denominator),
        vacant=numbers.whole(vacant),
        rate=value_words(staffing),
    )


def figures(look: Look) -> None:
    """Each beside the same days of the month before and of last year."""
    for names in ROWS:
        cards.cards(look, names)


def vacant_grids(look: Look) -> None:
    """Which grids they are, since when, and who was the last."""
    if not look.page.viewer.may(Permission.READ_ROSTER):
        return
    st.subheader(_("空缺网格清单"), anchor=False)
    words = {"": _("全部类型"), **{one.value: _(SETTING_WORDS[one]) for one in GridSetting}}
    with st.container(width=190):
        said = filters.choice("setting", _("网格类型"), words)
    setting = GridSetting(said) if said else None
    found = vacancies(look.session, look.code, day_of(look), setting, filters.page_number(), PAGE_SIZE)
    if not found.rows:
        st.info(_("没有空缺的小网格。"), icon=":material/task_alt:")
        return
    event = st.dataframe(
        pd.DataFrame(_table(found)),
        key=f"vacancies of {look.words} {said} {filters.page_number()}",
        hide_index=True,
        placeholder=numbers.NOTHING,
        alt=_("空缺网格，共{count}个").format(count=found.total),
        on_select="rerun",
        selection_mode=SELECTION,
        column_config={
            heading: st.column_config.DateColumn(format="YYYY-MM-DD")
            for heading in (_("空缺起"), _("拟到岗"))
        },
    )
    filters.pages(found.total, PAGE_SIZE)
    st.caption(
        _("共{count}个，从未配备的在前，其余空缺越久越靠前；点任意一行，打开网格卡片。").format(
            count=numbers.whole(found.total)
        )
    )
    row = chosen_row(event, len(found.rows))
    if row is not None:
        leave_for("grid", {"code": found.rows[row].code})


def _table(found: VacancyPage) -> dict[str, list[object]]:
    rows = found.rows
    return {
        _("网格"): [row.name for row in rows],
        _("所在村社"): [row.center_name for row in rows],
        _("类型"): [_(SETTING_WORDS[row.setting]) if row.setting else None for row in rows],
        _("户数"): [row.households for row in rows],
        _("空缺起"): [row.since for row in rows],
        _("上一任"): [row.last_name or None for row in rows],
        _("去向"): [_(ENDING_WORDS[row.ending]) if row.ending else None for row in rows],
        _("代岗"): [row.covered_by or None for row in rows],
        _("拟到岗人员"): [row.next_name or None for row in rows],
        _("拟到岗"): [row.next_day for row in rows],
    }
