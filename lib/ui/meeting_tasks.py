"""What a meeting decides, and what the meetings before it decided and is still undone."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.i18n import _, language
from lib.scheduling.tasks.commands import LONGEST_MATTER, LONGEST_MEASURE, give_task
from lib.scheduling.tasks.queries import owners_beside, tasks_of
from lib.ui.meeting import Opened
from lib.ui.pressing import press
from lib.ui.tasks import task_table

USUAL_DAYS = 14  # until a task is due, unless somebody says otherwise


def carried_over(opened: Opened) -> None:
    """What earlier meetings of this center decided and nobody has finished."""
    code = opened.page.viewer.center_code
    found = [
        one
        for one in tasks_of(opened.session, code, undone=True)
        if one.decided_by_code == code and (opened.own is None or one.meeting_id != opened.own.id)
    ]
    if not found:
        st.caption(_("以前会议议定的任务都已办完。"))
        return
    late = sum(one.overdue > 0 for one in found)
    st.subheader(
        _("以前议定、还没办完的任务{count}项，逾期{late}项").format(count=len(found), late=late), anchor=False
    )
    task_table(found, f"carried over to {opened.row.id}")


def decided(opened: Opened, center: CenterCard) -> None:
    """The tasks of this meeting, and the form for another one."""
    if opened.own is None:
        if opened.page.viewer.may(Permission.REVIEW_REPORTS):
            st.caption(_("先保存会议记录，再交办任务。"))
        return
    found = tasks_of(opened.session, meeting_id=opened.own.id)
    st.subheader(_("本次会议议定任务{count}项").format(count=len(found)), anchor=False)
    if found:
        task_table(found, f"decided in {opened.own.id}")
    if opened.page.viewer.may(Permission.REVIEW_REPORTS):
        _form(opened, opened.own.id, center)


def _form(opened: Opened, meeting_id: int, center: CenterCard) -> None:
    names = {center.center.code: center.center.name} | {one.code: one.name for one in center.children}
    with st.expander(_("交办任务"), icon=":material/add_task:", expanded=True, key=f"give {meeting_id}"):
        with st.grid(columns=2, min_column_width=260):
            st.text_input(
                _("任务内容"), key="new task matter", max_chars=LONGEST_MATTER,
                placeholder=_("要办什么"),
            )  # fmt: skip
            st.text_input(
                _("完成标准"), key="new task measure", max_chars=LONGEST_MEASURE,
                placeholder=_("凭什么看出办好了"),
            )  # fmt: skip
        with st.grid(columns=3, min_column_width=200):
            owner = st.selectbox(
                _("责任单位"), list(names), format_func=lambda code: names[code], key="new task owner"
            )
            beside = {0: _("不指定部门")} | {
                key: name_en if language() == "en" else name
                for key, name, name_en in owners_beside(opened.session, owner)
            }
            st.selectbox(
                _("责任部门"), list(beside), format_func=lambda key: beside[key],
                key=f"new task department of {owner}",
            )  # fmt: skip
            st.date_input(
                _("完成时限"), value=opened.page.today + timedelta(days=USUAL_DAYS), key="new task due",
                format="YYYY-MM-DD",
            )  # fmt: skip
        st.button(
            _("交办"), key="give the task", type="primary", icon=":material/add_task:", on_click=_give,
            args=(opened.page.viewer, meeting_id, owner, names[owner]),
        )  # fmt: skip


def _give(viewer: Viewer, meeting_id: int, owner: str, name: str) -> None:
    given = st.session_state
    matter, measure = str(given.get("new task matter", "")), str(given.get("new task measure", ""))
    department = given.get(f"new task department of {owner}") or None
    due = given.get("new task due")
    day = due if isinstance(due, date) else clock.local(clock.now()).date()
    press(
        viewer,
        _("已交办给{owner}。").format(owner=name),
        lambda session: give_task(session, meeting_id, matter, measure, owner, department, day),
        empties=("new task matter", "new task measure"),
    )
