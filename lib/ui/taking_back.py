"""The way back from the change-set that somebody saved last on a screen."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.i18n import _
from lib.ui.pressing import press

Undo = Callable[[ScopedSession, int], int]


def last_set(key: str) -> str:
    """Under this key stands the change-set of a list that was saved last on this screen."""
    return f"last change set of {key}"


def way_back(viewer: Viewer, key: str, undo: Undo) -> None:
    """Takes back what was saved last, as long as nobody has touched it."""
    made = st.session_state.get(last_set(key))
    if not made:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("刚才保存的一批还没有人动过时，可以整批撤销。"), width="content")
        st.button(
            _("撤销刚才的保存"), key="undo the last save", icon=":material/undo:", on_click=take_back,
            args=(viewer, key, undo, int(made)),
        )  # fmt: skip


def take_back(viewer: Viewer, key: str, undo: Undo, made: int) -> None:
    """To be called by a callback."""
    press(
        viewer,
        lambda count: _("已撤销，{count}条恢复原样。").format(count=count),
        lambda session: undo(session, made),
        forgets=(last_set(key),),
    )
