"""The files of an entry: what is there, adding one, taking one away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.fields.field import Field
from lib.i18n import _, language, numbers, speaking
from lib.registers.attachments.commands import add_attachment, remove_attachment, take_attachment
from lib.registers.attachments.files import ENDINGS, LARGEST, MEGABYTE, MIMES, MOST_FILES
from lib.registers.attachments.queries import fields_to_attach
from lib.registers.entries.queries import AttachmentRow
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_entry import Opened
from lib.ui.uploading import upload_box


def files(opened: Opened, session: ScopedSession) -> None:
    """Every field for files with what is in it."""
    card = opened.card
    fields = [one for one in card.fields if one.kind == "attachment"]
    open_now = fields_to_attach(session, card.row.id)
    for one in fields:
        there = [file for file in card.attachments if file.field == one.key]
        if one.retired and not there:
            continue
        st.subheader(escaped(one.words), anchor=False)
        if one.help:
            st.caption(escaped(one.help))
        for file in there:
            _file(opened.page.viewer, file, removable=one.key in open_now)
        if not there:
            st.caption(_("还没有附件。"))
        if one.key in open_now:
            _adding(opened, one)


def _size(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(size // 1024, 1)} KB"


def _file(viewer: Viewer, file: AttachmentRow, *, removable: bool) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"file {file.id}"):
        ending = file.name.rpartition(".")[2]
        st.download_button(
            escaped(file.name), _taken(viewer, file.id), file_name=file.name,
            mime=MIMES.get(ending, "application/octet-stream"), key=f"take file {file.id}", type="tertiary",
            icon=":material/attach_file:",
        )  # fmt: skip
        words = _("{size}，{person}，{moment}").format(
            size=_size(file.size), person=file.added_by, moment=numbers.table_moment(file.added_at)
        )
        st.caption(escaped(words), width="content")
        if removable:
            st.button(
                _("删除附件"), key=f"remove file {file.id}", type="tertiary", icon=":material/delete:",
                on_click=_remove, args=(viewer, file),
            )  # fmt: skip


def _taken(viewer: Viewer, file_id: int) -> Callable[[], bytes]:
    """The file is read when somebody takes it, and that is noted."""
    tongue = language()

    def read() -> bytes:
        with speaking(tongue), acting(viewer) as session:
            return take_attachment(session, file_id).content

    return read


def _remove(viewer: Viewer, file: AttachmentRow) -> None:
    press(viewer, _("已删除附件。"), lambda session: remove_attachment(session, file.id))


def _uploader(opened: Opened, one: Field) -> str:
    """Another key after each upload, so that the box is empty again."""
    name = f"files of {opened.card.row.id} {one.key}"
    return f"{name} {st.session_state.get(name, 0)}"


def _adding(opened: Opened, one: Field) -> None:
    key = _uploader(opened, one)
    chosen = upload_box(
        escaped(_("上传到“{field}”").format(field=one.words)), ENDINGS, key, LARGEST // MEGABYTE, several=True
    )
    limits = _("每个不超过{most}MB，每条记录最多{count}个。按文件内容认定种类。")
    st.caption(limits.format(most=LARGEST // MEGABYTE, count=MOST_FILES))
    if chosen:
        st.button(
            _("添加到记录"), key=f"add {key}", type="primary", icon=":material/upload_file:", on_click=_add,
            args=(opened, one, key),
        )  # fmt: skip


def _add(opened: Opened, one: Field, key: str) -> None:
    chosen = st.session_state.get(key) or []
    row = opened.card.row

    def act(session: ScopedSession) -> int:
        for file in chosen:
            add_attachment(session, row.id, one.key, file.name, file.getvalue())
        return len(chosen)

    def done(count: int) -> str:
        name = key.rpartition(" ")[0]
        st.session_state[name] = st.session_state.get(name, 0) + 1
        return _("已添加{count}个附件。").format(count=count)

    press(opened.page.viewer, done, act)
