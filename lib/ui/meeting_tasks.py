"""What a meeting decides, and what the meetings before it decided and is still undone."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.i18n import _, language
from lib.lists.access.gate import LONGEST_BASIS
from lib.lists.access.queries import admitted_matters, gate_rule_of
from lib.scheduling.tasks.commands import LONGEST_MATTER, LONGEST_MEASURE, give_task
from lib.scheduling.tasks.queries import owners_beside, tasks_of
from lib.ui.meeting import Opened
from lib.ui.pressing import press
from lib.ui.tasks import task_table

GRIDWORKERS, ITEM, BASIS = "new task for gridworkers", "new task item of", "new task basis"
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
        _for_gridworkers(opened, owner)
        st.button(
            _("交办"), key="give the task", type="primary", icon=":material/add_task:", on_click=_give,
            args=(opened.page.viewer, meeting_id, owner, names[owner]),
        )  # fmt: skip


def _for_gridworkers(opened: Opened, owner: str) -> None:
    """What gridworkers are to do is chosen from the access list; what is not on it needs a basis."""
    viewer = opened.page.viewer
    if not viewer.may(Permission.READ_REGISTERS):
        return
    if not st.toggle(_("交网格员办理"), key=GRIDWORKERS, help=_("只能交办准入清单上的事项")):
        return
    matters = admitted_matters(opened.session, owner, opened.page.today)
    words = {0: _("不在清单上")} | {one.id: f"{one.name}（{one.duty_words}）" for one in matters}
    with st.grid(columns=2, min_column_width=260):
        chosen = st.selectbox(
            _("准入事项"), [*(one.id for one in matters), 0], format_func=lambda key: words[key],
            key=f"{ITEM} {owner}",
        )  # fmt: skip
        if not chosen:
            allowed = gate_rule_of(opened.session, owner).allows_exceptions
            st.text_input(
                _("清单外依据"), key=BASIS, max_chars=LONGEST_BASIS, disabled=not allowed,
                placeholder=_("作为例外登记，填写文件名称、文号")
                if allowed
                else _("本单位不允许例外，请先办理准入"),
            )  # fmt: skip


def _give(viewer: Viewer, meeting_id: int, owner: str, name: str) -> None:
    given = st.session_state
    gridworkers, item = bool(given.get(GRIDWORKERS, False)), given.get(f"{ITEM} {owner}") or None
    basis = str(given.get(BASIS) or "")
    matter, measure = str(given.get("new task matter", "")), str(given.get("new task measure", ""))
    department = given.get(f"new task department of {owner}") or None
    due = given.get("new task due")
    day = due if isinstance(due, date) else clock.local(clock.now()).date()
    press(
        viewer,
        _("已交办给{owner}。").format(owner=name),
        lambda session: give_task(
            session, meeting_id, matter, measure, owner, department, day, gridworkers, item, basis
        ),
        empties=("new task matter", "new task measure"),
        forgets=(GRIDWORKERS, BASIS),
    )
