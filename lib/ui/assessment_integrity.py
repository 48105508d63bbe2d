"""Beside a ranking: what in the cases is worth a look, the cases themselves, and what was seen by those who
looked. A list of reasons and no verdict."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.models.assessment import FindingKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.assessment.integrity.commands import LONGEST_RESULT, look_into
from lib.assessment.integrity.findings import KIND_WORDS, Finding
from lib.assessment.integrity.queries import Look, findings, looks
from lib.assessment.measuring import LEVELS
from lib.assessment.reading import AssessmentRow
from lib.cases.queries import cases_by_id
from lib.i18n import _, numbers
from lib.ui.assessment import Chosen
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped
from lib.ui.pressing import press

MOST_CASES = 10
MOST_SHOWN = 30


def worth_a_look(chosen: Chosen, row: AssessmentRow) -> None:
    """Counted when somebody opens it, for those who may read cases."""
    if not chosen.page.viewer.may(Permission.READ_CASES):
        return
    box = st.expander(
        _("数据核查提示"), icon=":material/fact_check:", on_change="rerun", key=f"looks {row.id}"
    )
    if not box.open:
        return
    with box:
        st.caption(
            _("按固定规则列出值得核对的情况，只供核对，不是结论，也不影响得分；核对后可以记下核查结果。")
        )
        if row.scheme.subject not in LEVELS:
            st.caption(_("这类考核对象不按中心统计，不生成提示。"))
            return
        found = findings(chosen.session, row.id)
        seen = looks(chosen.session, row.id)
        if not found:
            st.info(_("没有发现需要核对的情况。"), icon=":material/info:")
            return
        for number, one in enumerate(found[:MOST_SHOWN]):
            _finding(chosen, row, one, number, _newest(seen, one))
        if len(found) > MOST_SHOWN:
            st.caption(_("另有{count}条没有列出。").format(count=len(found) - MOST_SHOWN))


def _newest(seen: Sequence[Look], finding: Finding) -> Look | None:
    """The looks come with the newest first."""
    return next((one for one in seen if (one.kind, one.unit_key) == (finding.kind, finding.unit_key)), None)


def _finding(chosen: Chosen, row: AssessmentRow, one: Finding, number: int, seen: Look | None) -> None:
    key = f"{row.id} {one.kind.value} {one.unit_key} {number}"
    with st.container(border=True, gap="xsmall"):
        words = _("{kind} · {unit} · {count}件").format(
            kind=_(KIND_WORDS[one.kind]), unit=one.name, count=numbers.whole(one.count)
        )
        st.markdown(f"**{escaped(words)}**")
        st.caption(escaped(one.reason))
        if seen is not None:
            st.markdown(
                ":material/task_alt: "
                + escaped(
                    _("核查结果：{result}（{person} {moment}）").format(
                        result=seen.result, person=seen.looked_by, moment=numbers.table_moment(seen.looked_at)
                    )
                )
            )
        with st.container(horizontal=True, gap="small"):
            box = st.popover(_("查看事件"), icon=":material/list:", on_change="rerun", key=f"cases of {key}")
            if box.open:
                with box:
                    _cases(chosen, one)
            if chosen.runs and one.center_code != chosen.page.viewer.center_code:
                with st.popover(_("记录核查结果"), icon=":material/edit_note:", key=f"look into {key}"):
                    _form(chosen.page.viewer, row, one, key)


def _cases(chosen: Chosen, one: Finding) -> None:
    """The newest of the cases, each with the way to it."""
    for case in cases_by_id(chosen.session, one.cases[:MOST_CASES]):
        st.page_link(
            BY_NAME["case"].file,
            label=escaped(f"{case.number} {case.title}"),
            query_params={"id": str(case.id)},
        )
    if one.count > MOST_CASES:
        st.caption(_("列出最近{shown}件，共{count}件。").format(shown=MOST_CASES, count=one.count))


def _form(viewer: Viewer, row: AssessmentRow, one: Finding, key: str) -> None:
    field = f"result of {key}"
    st.text_area(_("核查结果"), key=field, max_chars=LONGEST_RESULT)
    st.button(
        _("记录"), key=f"record {key}", type="primary", on_click=_record,
        args=(viewer, row.id, one.unit_key, one.kind, one.name, field),
    )  # fmt: skip


def _record(viewer: Viewer, number: int, unit: str, kind: FindingKind, name: str, field: str) -> None:
    said = st.session_state.get(field, "")

    def act(session: ScopedSession) -> None:
        look_into(session, number, unit, kind, said)

    press(viewer, _("已记录对{unit}的核查结果。").format(unit=name), act, (field,))
