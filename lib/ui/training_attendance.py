"""One session of training on the screen: who attended, entered as in a spreadsheet."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.models.training import AttendanceResult
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.roster.training.commands import cancel_session, change_session, record_attendance
from lib.roster.training.marking import Mark
from lib.roster.training.planning import LONGEST_NOTE
from lib.roster.training.queries import Attending, attending
from lib.roster.training.rows import SessionRow
from lib.roster.training.words import RESULT_WORDS
from lib.ui import drafts, filters, training_form
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.training_rounds import close

PAGE_SIZE = 50


def way_back() -> None:
    st.button(
        _("回到这轮培训"), key="close the session", type="tertiary", icon=":material/arrow_back:",
        on_click=close, args=("session",),
    )  # fmt: skip


def head(viewer: Viewer, row: SessionRow) -> None:
    st.title(escaped(row.subject), anchor=False)
    facts = [
        numbers.day(row.held_on), row.center_name, row.place,
        _("{count}分钟").format(count=row.minutes), row.trainer,
    ]  # fmt: skip
    st.caption(escaped(" · ".join(one for one in facts if one)))
    if row.cancelled:
        st.info(_("这场培训已经取消。"), icon=":material/block:")
        return
    with st.grid(columns=4, min_column_width=130):
        for result, words in RESULT_WORDS.items():
            st.metric(_(words), numbers.whole(row.counts.get(result, 0)), border=True)
    if viewer.may(Permission.KEEP_ROSTER):
        _change(viewer, row)


def entry(page: Page, session: ScopedSession, row: SessionRow) -> None:
    st.subheader(_("考勤"), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text = filters.search("find", _("查找"), _("姓名"))
        words = {"": _("本轮培训岗位"), "all": _("全部在岗人员")}
        everybody = filters.choice("who", _("人员范围"), words) == "all"
    number = filters.page_number()
    found = attending(session, row.id, text, everybody, number, PAGE_SIZE)
    if not found.rows:
        st.info(_("没有符合条件的人员。"), icon=":material/person_search:")
        return
    keeps = page.viewer.may(Permission.KEEP_ROSTER) and row.held_on <= page.today
    if not keeps:
        st.dataframe(_frame(found.rows), hide_index=True, placeholder=numbers.NOTHING, alt=_("考勤表"))
    else:
        _editor(page.viewer, row, found.rows, f"attendance {row.id} {text} {everybody} {number}")
    if row.held_on > page.today:
        st.caption(_("培训还没有举办，到当天再登记。"))
    filters.pages(found.total, PAGE_SIZE)


def _frame(rows: tuple[Attending, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("姓名"): [one.name for one in rows],
            _("单位"): [one.place for one in rows],
            _("编号"): [one.person_id for one in rows],
            _("结果"): [_(RESULT_WORDS[one.result]) if one.result else None for one in rows],
            _("成绩"): pd.array([one.score for one in rows], dtype="Int64"),
        }
    )


def _editor(viewer: Viewer, row: SessionRow, rows: tuple[Attending, ...], key: str) -> None:
    """Only result and score can be changed; what comes back is held against our own rows."""
    edited = st.data_editor(
        _frame(rows), key=key, hide_index=True, num_rows="fixed", placeholder=numbers.NOTHING,
        disabled=[_("姓名"), _("单位"), _("编号")],
        column_config={
            _("结果"): st.column_config.SelectboxColumn(options=[_(word) for word in RESULT_WORDS.values()]),
            _("成绩"): st.column_config.NumberColumn(min_value=0, max_value=100, step=1),
        },
        alt=_("考勤表"),
    )  # fmt: skip
    blank = [one for one in rows if one.result is None and one.due]
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("保存考勤"), key="save the attendance", type="primary", icon=":material/save:", on_click=_save,
            args=(viewer, row.id, rows, edited, key),
        )  # fmt: skip
        if blank:
            st.button(
                _("本页未登记的{count}人都记为合格").format(count=len(blank)), key="all have passed",
                icon=":material/done_all:", on_click=_passed, args=(viewer, row.id, tuple(blank), key),
            )  # fmt: skip
    st.caption(_("翻页或查找前请先保存；清空结果即删除误登记的考勤。成绩可以不填。"))


def _save(viewer: Viewer, session_id: int, rows: tuple[Attending, ...], edited: Any, key: str) -> None:
    """All of it or nothing; only what differs is written."""
    keys = {_(words): result for result, words in RESULT_WORDS.items()}
    marks = []
    for place, one in enumerate(rows):
        result = keys.get(_text(edited.iloc[place][_("结果")]))
        score = _whole(edited.iloc[place][_("成绩")])
        if (result, score) != (one.result, one.score):
            # Whoever is taken off the list has no score either.
            marks.append(
                Mark(one.person_id, result, score if result else None, one.result, one.score, place + 1)
            )

    def act(session: ScopedSession) -> int:
        if not marks:
            raise BadInput(_("没有改动，不用保存。"))
        return record_attendance(session, session_id, marks)

    press(viewer, lambda count: _("已保存{count}人的考勤。").format(count=count), act, forgets=(key,))


def _text(said: Any) -> str:
    return said if isinstance(said, str) else ""


def _whole(said: Any) -> int | None:
    """What is no whole number is refused by the command."""
    if said is None or pd.isna(said):
        return None
    return int(said) if float(said).is_integer() else -1


def _passed(viewer: Viewer, session_id: int, rows: tuple[Attending, ...], key: str) -> None:
    marks = [Mark(one.person_id, AttendanceResult.PASSED) for one in rows]
    press(
        viewer, lambda count: _("已把{count}人记为合格。").format(count=count),
        lambda session: record_attendance(session, session_id, marks), forgets=(key,),
    )  # fmt: skip


def _change(viewer: Viewer, row: SessionRow) -> None:
    name = f"session {row.id}"
    with st.expander(_("修改或取消这场培训"), icon=":material/edit:"):
        seen = drafts.begin(name, training_form.sitting_of(row), row.seen, training_form.sitting_words())
        training_form.sitting_fields(name)
        st.button(
            _("保存修改"), key=f"{name} save", type="primary", icon=":material/save:", on_click=_changed,
            args=(viewer, row.id, seen or 0, name),
        )  # fmt: skip
        if not sum(row.counts.values()):
            st.divider()
            st.text_input(_("取消的原因"), key=f"{name} reason", max_chars=LONGEST_NOTE)
            st.button(
                _("取消这场培训"), key=f"{name} cancel", icon=":material/block:", on_click=_cancel,
                args=(viewer, row),
            )  # fmt: skip


def _changed(viewer: Viewer, session_id: int, seen: int, name: str) -> None:
    said = training_form.sitting_said(name)
    press(
        viewer, _("已保存。"), lambda session: change_session(session, session_id, said, seen),
        forgets=(drafts.base_of(name),),
    )  # fmt: skip


def _cancel(viewer: Viewer, row: SessionRow) -> None:
    why = str(st.session_state.get(f"session {row.id} reason", ""))
    press(
        viewer, _("已取消这场培训。"), lambda session: cancel_session(session, row.id, why, row.seen),
        empties=(f"session {row.id} reason",),
    )  # fmt: skip
