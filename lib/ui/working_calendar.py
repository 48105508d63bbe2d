"""Which days of a month are worked, and where this deployment has decided otherwise than published."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.i18n import _, mark, numbers
from lib.scheduling.calendar import UnknownCalendar, works
from lib.scheduling.planning.commands import set_calendar_day
from lib.scheduling.planning.queries import CalendarRow, own_calendar
from lib.ui.burden import choose_month
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.planning import NEEDED, plans_here
from lib.ui.pressing import press

AHEAD = 12  # months
WEEKDAYS = (
    mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"),
)  # fmt: skip
WORKED, FREE, PUBLISHED = "worked", "free", "published"
CHOICES: dict[str, str] = {WORKED: mark("上班"), FREE: mark("休息"), PUBLISHED: mark("恢复为公布的安排")}


def view(page: Page, session: ScopedSession) -> None:
    first = choose_month(page, AHEAD)
    rows = own_calendar(session)
    own = {one.day: one.works for one in rows}
    last = clock.start_of_month(first, -1) - timedelta(days=1)
    known: dict[date, bool] = {}
    unknown = ""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        try:
            known[day] = works(day, own)
        except UnknownCalendar as told:
            unknown = unknown or told.sentence
    if unknown:
        st.warning(escaped(unknown), icon=":material/help:")
    else:
        st.subheader(
            _("{month}有{count}个工作日").format(month=numbers.month(first), count=sum(known.values())),
            anchor=False,
        )
    _month(first, last, known, own)
    if plans_here(page):
        _form(page, first)
    _decided(rows)


def _month(first: date, last: date, known: dict[date, bool], own: dict[date, bool]) -> None:
    work, free, decided = _("班"), _("休"), _(NEEDED)
    weeks: list[list[str]] = []
    day = first - timedelta(days=first.weekday())
    while day <= last:
        week = []
        for _number in range(7):
            state = numbers.NOTHING if day not in known else work if known[day] else free
            inside = first <= day <= last
            week.append(f"{day.day} {state}{decided if day in own else ''}" if inside else "")
            day += timedelta(days=1)
        weeks.append(week)
    st.dataframe(
        pd.DataFrame(weeks, columns=[_(one) for one in WEEKDAYS]),
        hide_index=True,
        height="content",
        alt=_("工作日历"),
    )
    st.caption(_("带＊的是本系统自定的，其余按国家公布的放假和调休安排。"))


def _form(page: Page, first: date) -> None:
    with st.expander(_("自定某一天"), icon=":material/edit_calendar:", key="change a day"):
        with st.grid(columns=3, min_column_width=200, vertical_alignment="bottom"):
            st.date_input(_("日期"), value=max(first, page.today), key="calendar day", format="YYYY-MM-DD")
            st.selectbox(
                _("安排"), list(CHOICES), format_func=lambda one: _(CHOICES[one]), key="calendar works"
            )
            st.text_input(
                _("依据"), key="calendar reason", max_chars=100, placeholder=_("例如放假通知的文号")
            )
        st.button(_("保存这一天"), key="save the day", type="primary", on_click=_save, args=(page.viewer,))
        st.caption(_("只影响以后开的各轮；已经定下的时限不变。"))


def _save(viewer: Viewer) -> None:
    given = st.session_state
    day, said = given.get("calendar day"), given.get("calendar works")
    if not isinstance(day, date):
        return
    reason = str(given.get("calendar reason", ""))
    answer = {WORKED: True, FREE: False}.get(str(said))
    press(
        viewer,
        _("{day}已保存为：{what}。").format(day=numbers.day(day), what=_(CHOICES.get(str(said), ""))),
        lambda session: set_calendar_day(session, day, answer, reason),
        empties=("calendar reason",),
    )


def _decided(rows: tuple[CalendarRow, ...]) -> None:
    if not rows:
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [f"{one.day}" for one in rows],
                _("安排"): [_(CHOICES[WORKED if one.works else FREE]) for one in rows],
                _("依据"): [one.reason for one in rows],
                _("修改人"): [one.changed_by for one in rows],
            }
        ),
        hide_index=True,
        alt=_("自定的日子"),
    )
