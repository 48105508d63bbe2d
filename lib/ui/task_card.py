"""One task: what is to be seen when it is done, how far it has come, and what may be done to it now."""

from __future__ import annotations

import streamlit as st

from db.models.scheduling import TaskState
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotFound
from lib.i18n import _, numbers
from lib.scheduling.states import TASK, UNDONE
from lib.scheduling.tasks.commands import LONGEST_EVIDENCE, LONGEST_WORDS, move_task, report_progress
from lib.scheduling.tasks.queries import TaskRow
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.rounds import badges
from lib.ui.tasks import colors, owner_words, words_of
from lib.workflow import Step

ICONS = {"report": "task_alt", "confirm": "verified", "reopen": "undo", "drop": "block"}


def card(page: Page, rows: tuple[TaskRow, ...]) -> None:
    """The task that the address names, among those that the reader sees here."""
    if "task" not in st.query_params:
        return
    number = number_said("task")
    row = next((one for one in rows if one.id == number), None)
    if row is None:
        say(NotFound(_("找不到这项任务，或它不在您的范围内。")))
        st.button(_("关闭"), key="close the task", icon=":material/close:", on_click=_close)
        return
    with st.container(border=True):
        st.subheader(escaped(row.matter), anchor=False)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            badges(words_of(row), colors())
            st.text(_limit(row), width="content")
        facts = (
            (_("责任单位"), owner_words(row)),
            (_("完成标准"), row.measure),
            (_("进度"), f"{row.percent}%"),
            *(((_("交网格员办理"), row.admitted_as or _("清单外例外")),) if row.for_gridworkers else ()),
        )
        with st.grid(columns=len(facts), min_column_width=180):
            for name, value in facts:
                with st.container(gap="xsmall"):
                    st.caption(name)
                    st.text(value)
        _progress(row)
        if _owns(page.viewer, row):
            _report(page, row)
        _steps(page, row)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if row.round_id:
                st.page_link(
                    BY_NAME["meeting"].file, label=_("打开会议"), icon=":material/groups:",
                    query_params={"round": str(row.round_id)},
                )  # fmt: skip
            st.button(
                _("关闭"), key="close the task", icon=":material/close:", type="tertiary", on_click=_close
            )


def _close() -> None:
    st.query_params.pop("task", None)


def _limit(row: TaskRow) -> str:
    if row.overdue:
        return _("{day}到期，已逾期{days}天").format(day=row.due_on, days=row.overdue)
    return _("{day}到期").format(day=row.due_on)


def _progress(row: TaskRow) -> None:
    if not row.progress:
        st.caption(_("还没有填报进展。"))
    for one in row.progress:
        with st.container(gap=None):
            st.markdown(
                f"**{one.percent}%** {escaped(one.words)}"
                + (escaped(_("（佐证：{evidence}）").format(evidence=one.evidence)) if one.evidence else "")
            )
            st.caption(escaped(f"{one.done_by} {numbers.table_moment(one.done_at)}"))


def _owns(viewer: Viewer, row: TaskRow) -> bool:
    """Somebody of a department sees no task but those of the department."""
    own = row.owner_code == viewer.center_code
    return own and viewer.may(Permission.WORK_ON_TASKS) and row.state in UNDONE


def _report(page: Page, row: TaskRow) -> None:
    """The form for a step on the way; what is typed stays when it is refused."""
    name = f"progress of {row.id}"
    st.session_state.setdefault(f"{name} percent", row.percent)
    with st.form(name, enter_to_submit=False, border=False):
        with st.grid(columns=3, min_column_width=180, vertical_alignment="bottom"):
            st.number_input(_("完成比例（%）"), min_value=0, max_value=100, step=5, key=f"{name} percent")
            st.text_input(_("进展"), key=f"{name} words", max_chars=LONGEST_WORDS)
            st.text_input(
                _("佐证材料"), key=f"{name} evidence", max_chars=LONGEST_EVIDENCE,
                placeholder=_("文号、照片编号或存放位置"),
            )  # fmt: skip
        st.form_submit_button(
            _("填报进展"), key=f"{name} send", icon=":material/trending_up:", on_click=_send,
            args=(page.viewer, row.id, row.seen),
        )  # fmt: skip


def _send(viewer: Viewer, task_id: int, seen: int) -> None:
    given, name = st.session_state, f"progress of {task_id}"
    percent = int(given.get(f"{name} percent", 0))
    words, evidence = str(given.get(f"{name} words", "")), str(given.get(f"{name} evidence", ""))
    press(
        viewer,
        _("进展已填报：{percent}%。").format(percent=percent),
        lambda session: report_progress(session, task_id, percent, words, evidence, seen),
        empties=(f"{name} words", f"{name} evidence"),
    )


def _steps(page: Page, row: TaskRow) -> None:
    """What may be done now, by those whose turn it is."""
    decides = page.viewer.scope.covers(row.decided_by_code)
    steps = [
        one
        for one in TASK.open_to(page.viewer, row.state)
        if (_owns(page.viewer, row) if one.action == "report" else decides)
    ]
    if not steps:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for step in steps:
            _step(page, row, step)


def _step(page: Page, row: TaskRow, step: Step[TaskState]) -> None:
    label = _(step.words)
    if step.by_another and page.viewer.account_id == row.reported_by_id:
        st.button(
            label, key=f"{step.action} {row.id}", icon=":material/lock:", disabled=True,
            help=_("这项任务由您申请销号，须由另一个人{action}。").format(action=label),
        )  # fmt: skip
        return
    if not step.asks_reason:
        _press_step(page, row, step)
        return
    with st.popover(label, icon=f":material/{ICONS[step.action]}:", key=f"open {step.action} {row.id}"):
        st.text_area(_("理由"), key=f"reason to {step.action} {row.id}", max_chars=LONGEST_WORDS)
        _press_step(page, row, step)


def _press_step(page: Page, row: TaskRow, step: Step[TaskState]) -> None:
    st.button(
        _(step.words), key=f"{step.action} {row.id}", icon=f":material/{ICONS[step.action]}:",
        type="primary" if step.action in ("report", "confirm") else "secondary", on_click=_move,
        args=(page.viewer, row.id, step.action, _(step.words), row.seen),
    )  # fmt: skip


def _move(viewer: Viewer, task_id: int, action: str, label: str, seen: int) -> None:
    key = f"reason to {action} {task_id}"
    reason = str(st.session_state.get(key, ""))
    press(
        viewer,
        _("{action}：已完成。").format(action=label),
        lambda session: move_task(session, task_id, action, reason, seen),
        empties=(key,) if reason else (),
    )
