"""All registers that hold for the viewer, and how a new one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.i18n import _, numbers
from lib.registers.commands import make_register
from lib.registers.design import Design
from lib.registers.queries import RegisterRow
from lib.registers.templates import TEMPLATES
from lib.ui.page import leave_for
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_links import DESIGN, REGISTER, leads, link
from lib.ui.tables import SELECTION, chosen_row

NAME, TEMPLATE, MADE = "name of the register", "template of the register", "register that was made"
LONGEST_NAME = 40
NARROWEST = 270  # pixels of a card


def new_register(viewer: Viewer) -> None:
    """A blank one, or one from a template, for the viewer's own center; its design is then drafted."""
    if not viewer.may(Permission.DESIGN_REGISTERS):
        return
    made = st.session_state.pop(MADE, None)
    if made is not None and leads(viewer, DESIGN):
        leave_for(DESIGN, {"register": str(made)})
    with st.popover(_("新建台账"), icon=":material/add:", key="new register", type="primary"):
        words = {"": _("空白台账，自己设计字段")} | {key: one.words for key, one in TEMPLATES.items()}
        chosen = st.selectbox(_("从哪里开始"), list(words), format_func=lambda one: words[one], key=TEMPLATE)
        if chosen and TEMPLATES[chosen].about_words:
            st.caption(escaped(TEMPLATES[chosen].about_words))
        st.text_input(
            _("台账名称（可不填，用模板的名称）") if chosen else _("台账名称"),
            key=NAME,
            max_chars=LONGEST_NAME,
        )
        st.button(_("新建并设计"), key="make register", type="primary", on_click=_make, args=(viewer,))


def _make(viewer: Viewer) -> None:
    name, template = str(st.session_state.get(NAME, "")).strip(), st.session_state.get(TEMPLATE) or ""
    press(
        viewer,
        _kept,
        lambda session: make_register(session, viewer.center_code, begun(name, template), template),
        empties=(NAME,),
    )


def begun(name: str, template: str) -> Design:
    """What a new register begins with; a template keeps all but its name."""
    if template not in TEMPLATES:
        return Design(name)
    return replace(TEMPLATES[template], name=name, name_en="") if name else TEMPLATES[template]


def _kept(register_id: int) -> str:
    """The page that is drawn next opens the new register."""
    st.session_state[MADE] = register_id
    return _("已新建，请设计字段。")


def found_by(rows: Sequence[RegisterRow], text: str) -> list[RegisterRow]:
    """By a part of the name, of what it is for, or of the center."""
    said = text.strip().casefold()
    return [row for row in rows if said in f"{row.name} {row.about} {row.center_name}".casefold()]


def catalogue_cards(viewer: Viewer, rows: Sequence[RegisterRow]) -> None:
    with st.grid(columns=3, min_column_width=NARROWEST):
        for row in rows:
            _card(viewer, row)


def _card(viewer: Viewer, row: RegisterRow) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        icon = f":material/{row.icon}:" if row.icon.replace("_", "").isalnum() else ":material/table_view:"
        name, here = row.name, {"register": str(row.id)}
        link(viewer, REGISTER if row.in_use else DESIGN, name, here, icon)
        if row.about:
            st.caption(escaped(row.about))
        _badges(row)
        if row.in_use:
            told = _("{count}条").format(count=numbers.whole(row.entries))
            if row.changed_at is not None:
                told = _("{count} · 最近修改{moment}").format(
                    count=told, moment=numbers.moment(row.changed_at)
                )
            st.markdown(escaped(told))
        st.caption(escaped(_("{center}建立").format(center=row.center_name)))
        if row.in_use and row.drafted and leads(viewer, DESIGN):
            link(viewer, DESIGN, _("继续设计"), here, ":material/design_services:")


def _badges(row: RegisterRow) -> None:
    with st.container(horizontal=True, gap="small"):
        if row.waiting:
            words = _("{count}条待办理").format(count=numbers.whole(row.waiting))
            st.badge(words, icon=":material/pending_actions:", color="orange")
        if row.closed:
            st.badge(_("已停用"), icon=":material/block:", color="gray")
        if not row.in_use:
            st.badge(_("设计中"), icon=":material/edit_note:", color="blue")
        elif row.drafted:
            st.badge(_("有未启用的设计"), icon=":material/edit_note:", color="blue")


def catalogue_table(viewer: Viewer, rows: Sequence[RegisterRow]) -> None:
    table = pd.DataFrame(
        {
            _("台账"): [row.name for row in rows],
            _("用途"): [row.about for row in rows],
            _("建立单位"): [row.center_name for row in rows],
            _("记录数"): [row.entries for row in rows],
            _("待办理"): [row.waiting for row in rows],
            _("最近修改"): [numbers.table_moment(row.changed_at) for row in rows],
            _("状态"): [_state(row) for row in rows],
        }
    )
    chosen: Any = st.dataframe(
        table,
        key=f"registers {len(rows)}",
        hide_index=True,
        height="content" if len(rows) <= 20 else 620,
        on_select="rerun",
        selection_mode=SELECTION,
        column_config={_("台账"): st.column_config.TextColumn(width=220, pinned=True)},
        alt=_("台账目录，点一行打开"),
    )
    number = chosen_row(chosen, len(rows))
    if number is not None:
        name = REGISTER if rows[number].in_use else DESIGN
        if leads(viewer, name):
            leave_for(name, {"register": str(rows[number].id)})


def _state(row: RegisterRow) -> str:
    if row.closed:
        return _("已停用")
    if not row.in_use:
        return _("设计中")
    return _("有未启用的设计") if row.drafted else _("使用中")
