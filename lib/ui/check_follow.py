"""What spot checks found, on the screen: the rate of people on duty, and what is still to be seen to."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterRow
from lib.i18n import _, numbers
from lib.metrics.measured import Period
from lib.roster.checks.commands import LONGEST_WORDS, follow_up_done
from lib.roster.checks.queries import CheckedRow, duty_share, open_follow_ups
from lib.roster.checks.words import FINDING_WORDS
from lib.roster.shares import Share
from lib.ui import filters
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.spans import figure_address

PAGE_SIZE = 20
DAYS = 90


def finding(center: str, share: Share, waiting: int) -> str:
    words = _("{center}近{days}天抽查{checked}人次，在岗率{rate}")
    if not share.denominator:
        words = _("{center}近{days}天没有抽查结果")
    if waiting:
        words = _("{found}，还有{count}项待整改").format(found=words, count=numbers.whole(waiting))
    return words.format(
        center=center, days=DAYS, checked=numbers.whole(share.denominator), rate=numbers.percent(share.value)
    )


def duty(page: Page, session: ScopedSession, center: CenterRow) -> None:
    """The finding and its figures; the rate opens to its formula and to everybody who was checked."""
    first = page.today - timedelta(days=DAYS - 1)
    share = duty_share(session, center.code, first, page.today)
    waiting = open_follow_ups(session, center.code, page_size=1).total
    st.title(escaped(finding(center.name, share, waiting)), anchor=False)
    st.caption(_("在岗率 = 抽查时在岗的人 ÷ 应在岗的人；请假的不计入，还没填结果的不计。"))
    with st.grid(columns=3, min_column_width=160):
        with st.container(border=True, gap="xsmall", height="stretch"):
            st.metric(_("在岗率（近{count}天）").format(count=DAYS), numbers.percent(share.value))
            if page.viewer.may(Permission.READ_FIGURES):
                st.page_link(
                    BY_NAME["figure"].file, label=_("算式与明细"), icon=":material/function:",
                    query_params=figure_address("on_duty", center.code, Period(first, page.today)),
                )  # fmt: skip
        st.metric(
            _("在岗 ÷ 应在岗"), f"{numbers.whole(share.numerator)} ÷ {numbers.whole(share.denominator)}",
            border=True, height="stretch",
        )  # fmt: skip
        st.metric(_("待整改"), numbers.whole(waiting), border=True, height="stretch")


def follow_ups(page: Page, session: ScopedSession, code: str) -> None:
    found = open_follow_ups(session, code, filters.page_number(), PAGE_SIZE)
    if not found.rows:
        st.success(_("没有待整改的事项。"), icon=":material/task_alt:")
        return
    for row in found.rows:
        _card(page.viewer, row)
    filters.pages(found.total, PAGE_SIZE)


def _card(viewer: Viewer, row: CheckedRow) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**{escaped(row.name)}**", width="content")
            st.badge(_(FINDING_WORDS[row.finding]), color="red" if row.overdue else "orange")
            st.text(" · ".join(one for one in (row.center_name, row.grid_name) if one), width="content")
        limit = _("{day}到期，已逾期：{words}") if row.overdue else _("{day}前：{words}")
        st.text(limit.format(day=numbers.day(row.follow_up_due), words=row.follow_up))
        if row.note:
            st.caption(escaped(row.note))
        if not viewer.may(Permission.CHECK_DUTY):
            return
        key = f"followed {row.id}"
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.text_input(_("整改情况"), key=key, max_chars=LONGEST_WORDS)
            st.button(
                _("整改办结"), key=f"{key} done", icon=":material/task_alt:", on_click=_done,
                args=(viewer, row, key),
            )  # fmt: skip


def _done(viewer: Viewer, row: CheckedRow, key: str) -> None:
    words = str(st.session_state.get(key, ""))
    press(
        viewer, _("已办结{name}的整改。").format(name=row.name),
        lambda session: follow_up_done(session, row.id, words, row.seen), empties=(key,),
    )  # fmt: skip
