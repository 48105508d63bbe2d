"""Entering what a spot check found, one person after the other, with buttons for a thumb."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from db.models.duty import Finding
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.grids.words import POST_WORDS
from lib.i18n import _, numbers
from lib.roster.checks.commands import LONGEST_WORDS, record_finding
from lib.roster.checks.queries import CheckedRow, CheckRow
from lib.roster.checks.words import FINDING_WORDS, TO_FOLLOW
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press

ICONS = {
    Finding.ON_DUTY: ":material/check_circle:", Finding.OFF_DUTY: ":material/person_off:",
    Finding.UNREACHABLE: ":material/phone_disabled:", Finding.ON_LEAVE: ":material/event_busy:",
}  # fmt: skip
DAYS_TO_FOLLOW = 3
BUTTONS = "findings"
FOR_THUMBS = f"<style>.st-key-{BUTTONS} button {{min-height: 3.5rem}}</style>"


def entry(page: Page, card: CheckRow, rows: tuple[CheckedRow, ...]) -> None:
    """The person that the address names, or the first one that waits."""
    if not page.viewer.may(Permission.CHECK_DUTY):
        return
    if page.today < card.day:
        st.info(_("到{day}当天填写结果。").format(day=numbers.day(card.day)), icon=":material/event:")
        return
    number = number_said("item")
    row = next((one for one in rows if one.id == number), None)
    if row is None:
        row = next((one for one in rows if one.finding is Finding.PENDING), None)
    if row is None:
        st.success(_("这次抽查的结果都已填写。"), icon=":material/task_alt:")
        return
    done = sum(one.finding is not Finding.PENDING for one in rows)
    st.progress(done / len(rows), _("已填{done}人，共{all}人").format(done=done, all=len(rows)))
    name = f"finding {row.id}"
    with st.container(border=True):
        st.markdown(f"### {escaped(row.name)}")
        st.text(" · ".join(one for one in (_(POST_WORDS[row.role]), row.center_name, row.grid_name) if one))
        st.page_link(
            BY_NAME["person"].file, label=_("打开人员页（联系电话）"), icon=":material/contact_page:",
            query_params={"id": str(row.person_id)},
        )  # fmt: skip
        if row.followed_up_by:
            st.info(_("这一项已经办结整改，不能再改结果。"), icon=":material/task_alt:")
            return
        st.session_state.setdefault(f"{name} note", row.note)
        st.session_state.setdefault(f"{name} follow", row.follow_up or _("了解原因，督促到岗"))
        due = row.follow_up_due or page.today + timedelta(days=DAYS_TO_FOLLOW)
        st.session_state.setdefault(f"{name} due", due)
        st.text_input(_("说明"), key=f"{name} note", max_chars=LONGEST_WORDS)
        st.html(FOR_THUMBS)
        with st.container(key=BUTTONS), st.grid(columns=2, min_column_width=130):
            for finding, icon in ICONS.items():
                st.button(
                    _(FINDING_WORDS[finding]), key=f"{name} {finding.value}", icon=icon, width="stretch",
                    type="primary" if finding is Finding.ON_DUTY else "secondary",
                    on_click=_record, args=(page.viewer, row, finding),
                )  # fmt: skip
        with st.grid(columns=2, min_column_width=180, vertical_alignment="bottom"):
            st.text_input(_("不在岗或联系不上时怎样整改"), key=f"{name} follow", max_chars=LONGEST_WORDS)
            st.date_input(_("整改期限"), key=f"{name} due", format="YYYY-MM-DD")


def _record(viewer: Viewer, row: CheckedRow, finding: Finding) -> None:
    name, given = f"finding {row.id}", st.session_state
    note, follow = str(given.get(f"{name} note", "")), str(given.get(f"{name} follow", ""))
    due = given.get(f"{name} due")
    press(
        viewer,
        _("{name}：{finding}。").format(name=row.name, finding=_(FINDING_WORDS[finding])),
        lambda session: record_finding(session, row.id, finding, note, follow, due, row.seen),
        forgets=(f"{name} note", f"{name} follow", f"{name} due"),
    )  # fmt: skip
    if f"{name} note" not in given:
        st.query_params.pop("item", None)  # on to the next one


def results(rows: tuple[CheckedRow, ...]) -> None:
    st.subheader(_("抽中名单"), anchor=False)
    ids = tuple(one.id for one in rows)
    key = f"results {ids[0] if ids else 0} {sum(one.seen for one in rows)}"

    def choose() -> None:
        event = st.session_state[key]["selection"]
        places = [*event.get("rows", ()), *(cell[0] for cell in event.get("cells", ()))]
        if places and 0 <= places[0] < len(ids):
            st.query_params["item"] = str(ids[places[0]])

    st.dataframe(
        pd.DataFrame(
            {
                _("顺序"): [one.place for one in rows],
                _("姓名"): [one.name for one in rows],
                _("结果"): [_(FINDING_WORDS[one.finding]) for one in rows],
                _("单位"): [one.center_name for one in rows],
                _("网格"): [one.grid_name or None for one in rows],
                _("说明"): [one.note or None for one in rows],
                _("整改"): [follow_words(one) or None for one in rows],
                _("填写人"): [one.checked_by or None for one in rows],
            }
        ),
        key=key, hide_index=True, placeholder=numbers.NOTHING, on_select=choose,
        selection_mode=["single-row", "single-cell"], alt=_("抽中的人员和结果，点一行填写"),
    )  # fmt: skip
    st.caption(_("点一行填写或更正这一个人的结果。"))


def follow_words(row: CheckedRow) -> str:
    if row.finding not in TO_FOLLOW:
        return ""
    if row.followed_up_by:
        return _("已办结：{words}").format(words=row.followed_up)
    if row.overdue:
        return _("{day}到期，已逾期：{words}").format(day=numbers.day(row.follow_up_due), words=row.follow_up)
    return _("{day}前：{words}").format(day=numbers.day(row.follow_up_due), words=row.follow_up)
