"""What happened to an entry, what was said beside it, and what of it is not shown at first."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.models.register import ChangeKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.work import acting
from lib.errors import Told
from lib.fields.kinds import is_masked
from lib.i18n import _, mark, numbers
from lib.registers.entries.commands import comment_on, return_to_version, show_whole
from lib.registers.entries.queries import Happening, history_of
from lib.ui import drafts
from lib.ui.page import say
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_entry import Opened

FIRST_SHOWN = 15
KIND_WORDS: dict[ChangeKind, str] = {
    ChangeKind.MADE: mark("登记"),
    ChangeKind.EDITED: mark("修改"),
    ChangeKind.MOVED: mark("办理"),
    ChangeKind.REMOVED: mark("删除"),
    ChangeKind.RESTORED: mark("恢复"),
    ChangeKind.COMMENTED: mark("留言"),
}
ICONS: dict[ChangeKind, str] = {
    ChangeKind.MADE: ":material/add_circle:",
    ChangeKind.EDITED: ":material/edit:",
    ChangeKind.MOVED: ":material/arrow_forward:",
    ChangeKind.REMOVED: ":material/delete:",
    ChangeKind.RESTORED: ":material/restore_from_trash:",
    ChangeKind.COMMENTED: ":material/chat:",
}


def retired(opened: Opened) -> None:
    """What the entry says in fields that are not in use any more; to be read."""
    card = opened.card
    found = [one for one in card.fields if one.retired and card.row.cells.get(one.key)]
    if not found:
        return
    with st.expander(_("已停用的字段（{count}项，只能查看）").format(count=len(found))):
        for one in found:
            st.markdown(f"{escaped(one.words)}  \n**{escaped(card.row.cells[one.key])}**")


def whole_numbers(opened: Opened, below: DeltaGenerator) -> None:
    """The masked fields in full, for this once, `below` the button. What is shown is kept nowhere: the next
    click hides it."""
    card, viewer = opened.card, opened.page.viewer
    masked = {one.key: one for one in card.fields if is_masked(one) and card.row.cells.get(one.key)}
    if not masked or not viewer.may(Permission.SEE_WHOLE_NUMBERS):
        return
    with st.popover(_("查看完整号码"), key="open unmasking", icon=":material/visibility:"):
        with st.form("unmasking", clear_on_submit=True, border=False):
            why = st.text_input(_("查看理由（必填）"), max_chars=200)
            asked = st.form_submit_button(_("查看一次"), type="primary")
        st.caption(_("查看的人、时间和理由会记入审计日志。"))
    if not asked:
        return
    try:
        with acting(viewer) as session:
            found = show_whole(session, card.row.id, why)
    except Told as told:
        with below:
            say(told)
        return
    with below.container(border=True, gap="xsmall"):
        st.caption(_("只显示这一次，下一次点击后隐藏。"))
        for key, words in found.items():
            if key in masked:
                st.markdown(f"{escaped(masked[key].words)}  **{escaped(words)}**")


def comments(opened: Opened) -> None:
    key = f"comment on entry {opened.card.row.id}"
    with st.container(gap="small"):
        st.text_area(
            _("留言"), key=key, max_chars=500, height=80, on_change="ignore",
            placeholder=_("能看到这条记录的人都能看到留言"),
        )  # fmt: skip
        st.button(_("发表留言"), key="comment", icon=":material/chat:", on_click=_comment, args=(opened, key))


def _comment(opened: Opened, key: str) -> None:
    words = str(st.session_state.get(key) or "")
    press(
        opened.page.viewer, _("已留言。"),
        lambda session: comment_on(session, opened.card.row.id, words), empties=(key,),
    )  # fmt: skip


def history(opened: Opened, session: ScopedSession, seen: int | None) -> None:
    """The newest first, with what was changed in words, and the way back to what it was."""
    found = history_of(session, opened.card.row.id)
    st.subheader(_("办理和修改记录"), anchor=False)
    all_key = f"all of entry {opened.card.row.id}"
    shown = found if st.session_state.get(all_key) else found[:FIRST_SHOWN]
    newest = max(
        (one.version for one in found if one.kind in (ChangeKind.MADE, ChangeKind.EDITED)), default=0
    )
    for number, one in enumerate(shown):
        with st.container(border=True, gap="xsmall", key=f"happening {number}"):
            _happening(opened, one, newest, seen, number)
    if len(found) > FIRST_SHOWN:
        st.toggle(_("显示全部{count}条").format(count=len(found)), key=all_key)


def _happening(opened: Opened, one: Happening, newest: int, seen: int | None, number: int) -> None:
    action = one.action if one.kind is ChangeKind.MOVED else _(KIND_WORDS[one.kind])
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"{ICONS[one.kind]} **{escaped(action)}**", width="content")
        st.caption(escaped(f"{one.done_by}　{numbers.table_moment(one.done_at)}"), width="stretch")
        written = one.kind in (ChangeKind.MADE, ChangeKind.EDITED)
        if written and one.version < newest and opened.card.may_edit and seen is not None:
            st.button(
                _("恢复到这一版"), key=f"return {number}", type="tertiary", icon=":material/history:",
                on_click=_return, args=(opened, one.version, seen),
            )  # fmt: skip
    if one.words:
        st.markdown(escaped(one.words))
    if one.kind is ChangeKind.MADE:
        pairs = [
            _("{field}：{after}").format(field=label, after=after) for label, _before, after in one.changed
        ]
        st.caption(escaped("；".join(pairs)))
        return
    for label, before, after in one.changed:
        said = _("{field}：{before} → {after}").format(
            field=label, before=before or numbers.NOTHING, after=after or numbers.NOTHING
        )
        st.markdown(escaped(said))


def _return(opened: Opened, version: int, seen: int) -> None:
    row = opened.card.row
    press(
        opened.page.viewer, _("已恢复到选定的那一版，作为一次新的修改。"),
        lambda session: return_to_version(session, row.id, version, seen),
        forgets=(drafts.base_of(opened.filling.name),),
    )  # fmt: skip
