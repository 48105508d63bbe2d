"""Applications for the access list: what waits for a decision, the drafts, and the form for a new one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.models.department import Department
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.lists.access.commands import apply_for_admission
from lib.registers.entries.queries import EntryPage, find_entries
from lib.registers.queries import RegisterCard
from lib.registers.seeing import editable, fills
from lib.registers.templates import access_list as fields
from lib.scheduling.tasks.queries import owners_beside
from lib.ui.access_list import matter_card, open_row
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.rounds import badge_column
from lib.ui.service_list import edit_link
from lib.ui.tables import SELECTION

FIELD = "apply for"
MOST_ADMITTED, MOST_NAMED = 1000, 10
# What a yearly evaluation and an exit write.
LATER = (fields.VERDICT, fields.EVALUATION, fields.EVALUATED_ON, fields.EXIT_REASON)
SHOWN = (fields.WAITING, fields.EXIT_PROPOSED, fields.DRAFT, fields.REFUSED, fields.ENDED)
COLORS = {
    fields.WAITING: "orange", fields.EXIT_PROPOSED: "orange", fields.DRAFT: "blue",
    fields.REFUSED: "gray", fields.ENDED: "gray",
}  # fmt: skip


def applications(page: Page, session: ScopedSession, center: CenterCard, card: RegisterCard) -> None:
    code = center.center.code
    found = {state: find_entries(session, card.id, code, state) for state in SHOWN}
    waiting = found[fields.WAITING].total + found[fields.EXIT_PROPOSED].total
    st.subheader(
        _("待审核{waiting}项，起草中{drafts}项").format(waiting=waiting, drafts=found[fields.DRAFT].total),
        anchor=False,
    )
    if any(one.rows for one in found.values()):
        _table(card, found)
    else:
        st.info(_("没有在办的申请。"), icon=":material/info:")
    _yearly(page, session, card, code)
    edit_link(card.id, code)
    matter_card(page, session)
    own = code == page.viewer.center_code
    if own and fills(card.design, code) and page.viewer.may(Permission.FILL_REGISTERS) and not card.closed:
        _form(page, session, card)


def _yearly(page: Page, session: ScopedSession, card: RegisterCard, code: str) -> None:
    """What is admitted and was not evaluated this year, and what has expired and still stands here."""
    rows = find_entries(session, card.id, code, fields.IN_FORCE, page_size=MOST_ADMITTED).rows
    expired = [one for one in rows if str(one.kept.get(fields.UNTIL, "9999")) < f"{page.today}"]
    due = [
        one
        for one in rows
        if one not in expired and f"{one.kept.get(fields.EVALUATED_ON, '')}"[:4] != f"{page.today.year}"
    ]
    for found, sentence in (
        (due, _("今年还有{count}项未评估：{names}")),
        (expired, _("已到期{count}项，不能再交给网格员，请办理退出：{names}")),
    ):
        if found:
            names = "、".join(one.title for one in found[:MOST_NAMED]) + (
                "…" if len(found) > MOST_NAMED else ""
            )
            st.caption(escaped(sentence.format(count=len(found), names=names)))


def _table(card: RegisterCard, found: dict[str, EntryPage]) -> None:
    rows = [row for one in found.values() for row in one.rows]
    words = {key: card.design.stage(key).words for key in SHOWN}
    ids = tuple(row.id for row in rows)
    department = [row.cells.get(fields.DEPARTMENT, "").rpartition(" #")[0] for row in rows]
    st.dataframe(
        pd.DataFrame(
            {
                _("事项"): [row.title for row in rows],
                _("状态"): [[words[row.state]] for row in rows],
                _("申请部门"): department,
                _("期限类型"): [row.cells.get(fields.TERM, "") for row in rows],
                _("起始日期"): [row.cells.get(fields.SINCE, "") for row in rows],
                _("截止日期"): [row.cells.get(fields.UNTIL, "") for row in rows],
                _("单位"): [row.center_name for row in rows],
                _("提交人"): [row.made_by for row in rows],
            }
        ),
        key="applications", hide_index=True, on_select=lambda: open_row("applications", ids),
        selection_mode=SELECTION, placeholder=numbers.NOTHING,
        column_config={
            _("事项"): st.column_config.TextColumn(width=240, pinned=True),
            _("状态"): badge_column({words[key]: color for key, color in COLORS.items()}),
        },
        alt=_("准入和退出的申请，点一行查看和办理"),
    )  # fmt: skip


def _form(page: Page, session: ScopedSession, card: RegisterCard) -> None:
    viewer = page.viewer
    may = editable(viewer, card.design)
    shown = [one for one in card.design.standing if one.key in may and one.key not in LATER]
    with (
        st.expander(_("申请准入"), icon=":material/add:", key="apply"),
        st.form("apply for admission", enter_to_submit=False, border=False),
    ):
        with st.grid(columns=2, min_column_width=260):
            for one in shown:
                _input(page, session, one)
        with st.container(horizontal=True, gap="small"):
            for submits, label, kind in (
                (True, _("提交审核"), "primary"),
                (False, _("存为草稿"), "secondary"),
            ):
                st.form_submit_button(
                    label, key=f"apply {submits}", type=kind,  # type: ignore[arg-type]
                    icon=":material/send:" if submits else ":material/save:", on_click=_apply,
                    args=(viewer, card.id, tuple(one.key for one in shown), submits),
                )  # fmt: skip


def _input(page: Page, session: ScopedSession, one: Field) -> None:
    key, label = f"{FIELD} {one.key}", escaped(one.words) + (" *" if one.required else "")
    note = escaped(one.help) or None
    if one.key == fields.DEPARTMENT and page.viewer.department_id is not None:
        own = session.get(Department, page.viewer.department_id)
        st.text_input(label, value=own.name if own else "", key=f"{key} own", disabled=True)
    elif one.kind == "department":
        beside = {
            f"#{number}": name for number, name, _english in owners_beside(session, page.viewer.center_code)
        }
        st.selectbox(
            label, list(beside), format_func=lambda value: beside[value], key=key, index=None,
            placeholder=_("请选择"),
        )  # fmt: skip
    elif one.kind == "choice":
        words = {choice.key: choice.words for choice in one.choices if not choice.retired}
        st.selectbox(
            label, list(words), format_func=lambda value: words[value], key=key, help=note,
            index=list(words).index(one.default) if one.default in words else None, placeholder=_("请选择"),
        )  # fmt: skip
    elif one.kind == "date":
        st.date_input(
            label, key=key, help=note, format="YYYY-MM-DD",
            value=page.today if one.key == fields.SINCE else None,
        )  # fmt: skip
    elif one.kind == "long_text":
        st.text_area(label, key=key, help=note, max_chars=one.longest or None, height=80)
    else:
        st.text_input(label, key=key, help=note, max_chars=one.longest or None)


def _apply(viewer: Viewer, register_id: int, keys: tuple[str, ...], submits: bool) -> None:
    given = {key: st.session_state.get(f"{FIELD} {key}") for key in keys}
    typed = {
        key: f"{said}" if isinstance(said, date) else said for key, said in given.items() if said is not None
    }
    words = tuple(f"{FIELD} {key}" for key, said in given.items() if isinstance(said, str))
    press(
        viewer, _("已提交，等待另一个人审核。") if submits else _("已存为草稿。"),
        lambda session: apply_for_admission(session, register_id, viewer.center_code, typed, submits),
        forgets=words,
    )  # fmt: skip
