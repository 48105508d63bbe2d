"""Buttons that print entries as Word, and the templates of a register."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.exports.commands import new_export_id
from lib.i18n import _, language, numbers, speaking
from lib.registers.printing.commands import add_template, register_print, remove_template
from lib.registers.printing.queries import entries_to_print, names_for_templates, templates_of
from lib.registers.printing.rendering import rendered
from lib.registers.printing.sheets import Prints
from lib.reports.entry_paper import entry_paper, sample_template
from lib.ui.documents import WORD
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.uploading import upload_box

OWN_LAYOUT = 0
TEMPLATE_NAME = "name of the print template"


def print_button(
    viewer: Viewer, session: ScopedSession, register_id: int, entry_ids: Sequence[int], key: str
) -> None:
    """Hands out one document with all the entries. Nothing for those who may not take anything out."""
    if not viewer.may(Permission.EXPORT_REGISTERS) or not entry_ids:
        return
    words = {OWN_LAYOUT: _("内置版式")} | {one.id: one.name for one in templates_of(session, register_id)}
    with st.popover(_("打印"), key=f"open {key}", icon=":material/print:"):
        chosen = OWN_LAYOUT
        if len(words) > 1:
            chosen = st.selectbox(
                _("版式"), list(words), format_func=lambda one: words[one], key=f"template of {key}"
            )
        export_id = new_export_id()
        st.download_button(
            _("下载Word（{count}条）").format(count=len(entry_ids)),
            _written(viewer, register_id, tuple(entry_ids), chosen, words[chosen], export_id),
            file_name=f"{export_id}.docx", mime=WORD, key=key, type="primary", icon=":material/download:",
        )  # fmt: skip
        st.caption(_("号码按规定遮挡。页上有导出编号，并记入审计日志。"))


def _written(
    viewer: Viewer, register_id: int, entry_ids: tuple[int, ...], template_id: int, name: str, export_id: str
) -> Callable[[], bytes]:
    """Makes the document when it is asked for, and notes who took it."""
    tongue = language()

    def made() -> bytes:
        with speaking(tongue):
            with reading(viewer) as session:
                prints = entries_to_print(session, register_id, entry_ids, template_id or None)
            write = rendered if prints.template is not None else entry_paper
            content = write(prints, export_id)
            digest = hashlib.sha256(content).hexdigest()
            with acting(viewer) as session:
                register_print(session, register_id, export_id, name, len(prints.entries), digest)
        return content

    return made


def templates(viewer: Viewer, session: ScopedSession, register_id: int, register: str) -> None:
    """For those who design: the Word templates, adding one, and what it can name."""
    found = templates_of(session, register_id)
    if not found:
        st.caption(_("还没有打印模板，打印时用内置版式。"))
    for one in found:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(escaped(one.name), width="content")
            st.caption(escaped(f"{one.added_by}　{numbers.table_moment(one.added_at)}"), width="content")
            st.button(
                _("删除模板"), key=f"remove template {one.id}", type="tertiary", icon=":material/delete:",
                on_click=_remove, args=(viewer, one.id),
            )  # fmt: skip
    names = names_for_templates(session, register_id)
    st.download_button(
        _("下载示范模板"), lambda: sample_template(Prints(register, (), "", ""), names),
        file_name="template.docx", mime=WORD, key="sample of a template", icon=":material/download:",
    )  # fmt: skip
    with st.expander(_("模板里可以写的名称（{count}个）").format(count=len(names))):
        st.caption(escaped(_("在Word里写{example}，打印时换成记录的内容。").format(example="{{ 名称 }}")))
        st.markdown(escaped("　".join(f"{{{{ {name} }}}}" for name, _words in names)))
    st.text_input(_("模板名称"), key=TEMPLATE_NAME, max_chars=60, on_change="ignore")
    times = st.session_state.get("templates added", 0)
    key = f"template file {times}"
    chosen = upload_box(_("Word模板（docx，不超过2MB，不含宏）"), ["docx"], key, 2, several=False)
    if chosen:
        st.button(
            _("添加模板"), key="add a template", type="primary", on_click=_add,
            args=(viewer, register_id, key),
        )  # fmt: skip


def _add(viewer: Viewer, register_id: int, key: str) -> None:
    chosen = st.session_state.get(key)
    name = str(st.session_state.get(TEMPLATE_NAME) or "")

    def done(_made: int) -> str:
        st.session_state["templates added"] = st.session_state.get("templates added", 0) + 1
        return _("已添加模板。")

    if chosen is not None:
        press(
            viewer, done, lambda session: add_template(session, register_id, name, chosen.getvalue()),
            empties=(TEMPLATE_NAME,),
        )  # fmt: skip


def _remove(viewer: Viewer, template_id: int) -> None:
    press(viewer, _("已删除模板。"), lambda session: remove_template(session, template_id))
