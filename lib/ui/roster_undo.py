"""The last change of this person to the roster, and the way back from it."""

from __future__ import annotations

import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.i18n import _, mark, numbers
from lib.roster.changes.commands import undo_lines
from lib.roster.changes.queries import recent_sets
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press

LAST = "last change of the roster"
KIND_WORDS: dict[ChangeSetKind, str] = {
    ChangeSetKind.EDITOR: mark("表格编辑"),
    ChangeSetKind.IMPORT: mark("导入"),
    ChangeSetKind.BULK: mark("批量修改"),
}


def remember(change_set_id: int) -> None:
    """To be called when something was saved; 0 when nothing was other."""
    if change_set_id:
        st.session_state[LAST] = change_set_id


def batches(page: Page, session: ScopedSession) -> None:
    """What was changed lately by whom, and the way back."""
    box = st.popover(_("改动批次"), icon=":material/history:", key="roster sets", on_change="rerun")
    if not box.open:
        return
    with box:
        found = recent_sets(session)
        if not found:
            st.caption(_("还没有批量的改动。"))
        for one in found:
            words = _("{moment} {person} {source}：新增{made}、修改{edited}、删除{removed}").format(
                moment=numbers.moment(one.done_at), person=one.done_by, made=one.made, edited=one.edited,
                removed=one.removed, source=one.source or _(KIND_WORDS[one.kind]),
            )  # fmt: skip
            st.markdown(escaped(words))
            if one.undone_at is not None:
                st.caption(escaped(_("{person}已撤销").format(person=one.undone_by or "")))
            elif one.own:
                st.button(
                    _("撤销这一批"), key=f"undo {one.id}", icon=":material/undo:", on_click=_undo,
                    args=(page, one.id),
                )  # fmt: skip


def way_back(page: Page) -> None:
    """A button that takes back what was saved last in this sitting."""
    last = st.session_state.get(LAST)
    if last:
        st.button(
            _("撤销刚才的办理"), key="undo the roster", icon=":material/undo:", on_click=_undo,
            args=(page, int(last)), help=_("之后没有人再改过时可以撤销"),
        )  # fmt: skip


def _undo(page: Page, change_set_id: int) -> None:
    press(
        page.viewer, _("已撤销，恢复到办理之前。"), lambda session: undo_lines(session, change_set_id),
        forgets=(LAST,),
    )  # fmt: skip
