"""Who was called to account: the list, the one that is open, the form, and lifting it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.centers.queries import CenterCard
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.roster.accountability.commands import (
    LONGEST_DECISION,
    LONGEST_FACTS,
    LONGEST_REASON,
    call_to_account,
    lift_accountability,
)
from lib.roster.accountability.queries import AccountabilityRow, accountability_in, people_to_account
from lib.roster.accountability.words import SANCTION_WORDS
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.roster_choice import choose_person
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50
PERSON, SANCTION, DAY = "who is called to account", "what follows", "day of it"
FACTS, DECISION, REASON = "facts of it", "decision on it", "why it is lifted"


def form(page: Page, session: ScopedSession, center: CenterCard) -> None:
    box = st.expander(_("登记责任追究"), icon=":material/add:", key="call to account", on_change="rerun")
    if not box.open:
        return
    with box:
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.selectbox(
                _("处理方式"), list(SANCTION_WORDS), key=SANCTION,
                format_func=lambda one: _(SANCTION_WORDS[one]), width=180,
            )  # fmt: skip
            day = st.date_input(
                _("日期"), value=page.today, max_value=page.today, key=DAY, format="YYYY-MM-DD", width=160
            )  # fmt: skip
        on = day if isinstance(day, date) else page.today
        choose_person(PERSON, lambda text: people_to_account(session, center.center.code, on, text))
        st.text_area(_("事实"), key=FACTS, max_chars=LONGEST_FACTS, height=100)
        st.text_area(_("处理决定和依据"), key=DECISION, max_chars=LONGEST_DECISION, height=80)
        st.button(
            _("登记责任追究"), key="write it down", type="primary", on_click=_record,
            args=(page,),
        )  # fmt: skip


def _record(page: Page) -> None:
    """What stands in the form when the button is pressed, which may be newer than what was drawn."""
    given = st.session_state
    person, sanction, day = given.get(PERSON), given[SANCTION], given[DAY]
    found, decision = (str(given.get(key, "")) for key in (FACTS, DECISION))

    def act(session: ScopedSession) -> int:
        if person is None:
            raise BadInput(_("请选择人员。"))
        return call_to_account(session, person, day or page.today, sanction, found, decision)

    press(page.viewer, _("已登记。"), act, (FACTS, DECISION))


def listing(page: Page, session: ScopedSession, center: CenterCard) -> None:
    words = {"all": _("全部"), "standing": _("未解除")}
    lifted = filters.tabs("state", _("状态"), words, "all") == "all"
    found = accountability_in(session, center.center.code, lifted, filters.page_number(), PAGE_SIZE)
    if not found.rows:
        st.info(_("没有责任追究记录。"), icon=":material/info:")
        return
    st.subheader(_("共{count}条").format(count=numbers.whole(found.total)), anchor=False)
    event = st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [one.day for one in found.rows],
                _("姓名"): [one.name for one in found.rows],
                _("单位"): [one.center_name for one in found.rows],
                _("处理方式"): [_(SANCTION_WORDS[one.sanction]) for one in found.rows],
                _("事实"): [one.found for one in found.rows],
                _("登记人"): [one.recorded_by for one in found.rows],
                _("状态"): [_("已解除") if one.lifted_by else _("未解除") for one in found.rows],
            }
        ),
        key=f"accountability {center.center.code}", hide_index=True, on_select="rerun",
        selection_mode=SELECTION,
        column_config={
            _("日期"): st.column_config.DateColumn(format="YYYY-MM-DD"),
            _("事实"): st.column_config.TextColumn(width=320),
        },
        alt=_("责任追究记录，点一行查看全文"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    row = chosen_row(event, len(found.rows))
    if row is not None:
        _card(page, found.rows[row])
    st.caption(_("只有有权限的人能看到这一页；别处不显示，也不计入积分补助。点击一行查看全文和解除。"))


def _card(page: Page, one: AccountabilityRow) -> None:
    with st.container(border=True):
        st.subheader(
            escaped(_("{name}：{kind}").format(name=one.name, kind=_(SANCTION_WORDS[one.sanction]))),
            anchor=False,
        )
        st.caption(
            escaped(
                " · ".join(
                    (
                        one.center_name,
                        numbers.day(one.day),
                        one.recorded_by,
                        numbers.table_moment(one.recorded_at),
                    )
                )
            )
        )
        st.markdown(escaped(_("事实：{words}").format(words=one.found)))
        st.markdown(escaped(_("处理决定和依据：{words}").format(words=one.decision)))
        if one.lifted_by:
            told = _("{person}于{at}解除，理由：{reason}").format(
                person=one.lifted_by, at=numbers.moment(one.lifted_at), reason=one.lifted_because
            )
            st.info(escaped(told), icon=":material/undo:")
            return
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.text_input(_("解除理由"), key=f"{REASON} {one.id}", max_chars=LONGEST_REASON, width=360)
            st.button(_("解除责任追究"), key="lift it", on_click=_lift, args=(page, one))


def _lift(page: Page, one: AccountabilityRow) -> None:
    key = f"{REASON} {one.id}"
    why = str(st.session_state.get(key, ""))
    press(page.viewer, _("已解除。"), lambda session: lift_accountability(session, one.id, why), (key,))
