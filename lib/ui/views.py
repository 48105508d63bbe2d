"""The popover beside the filters in which people keep what they look at, and open it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import Told
from lib.i18n import _
from lib.metrics.dimensions import NARROWING, Only
from lib.ui.plain import escaped
from lib.views import commands
from lib.views.addresses import PAGES, read, written
from lib.views.queries import ViewRow, views_of

if TYPE_CHECKING:
    from lib.ui.look import Look

NAME, SHARED, CHOSEN, OTHER_NAME = "view name", "view shared", "view chosen", "view other name"
OUTCOME = "what became of a view"
WITHOUT_SCROLLING = 6  # views in the popover


@dataclass(frozen=True)
class Kept:
    """What is kept under a name: `taken` says what the address says and the page has understood."""

    viewer: Viewer
    page: str
    taken: Callable[[], dict[str, str]]


def views_menu(look: Look) -> None:
    """The views of a page of analysis."""
    if look.name in PAGES:
        menu(look.session, Kept(look.page.viewer, look.name, partial(_taken, look.code, look.only)))


def menu(session: ScopedSession, kept: Kept) -> None:
    """Asks nothing until somebody opens it."""
    popover = st.popover(
        _("视图"), icon=":material/bookmarks:", key=f"views of {kept.page}", on_change="rerun"
    )
    if not popover.open:
        return
    with popover:
        _outcome()
        rows = views_of(session, kept.page)
        if not rows:
            st.caption(_("还没有保存的视图。"))
        with st.container(height="content" if len(rows) <= WITHOUT_SCROLLING else 320, border=False):
            for row in rows:
                _row(kept.page, row)
        _saving(kept)
        own = {row.id: row for row in rows if row.own}
        if own:
            _keeping(kept, own)


def _outcome() -> None:
    kind, sentence = st.session_state.pop(OUTCOME, ("", ""))
    if kind == "done":
        st.success(escaped(sentence), icon=":material/check:")
    elif kind == "told":
        st.error(escaped(sentence), icon=":material/error:")


def _row(page: str, row: ViewRow) -> None:
    label = row.name if row.own else _("{name}（{owner}共享）").format(name=row.name, owner=row.owner)
    st.button(
        escaped(label),
        key=f"open view {row.id}",
        icon=":material/groups:" if row.shared else ":material/bookmark:",
        width="stretch",
        on_click=_open,
        args=(page, row.address),
    )


def _open(page: str, address: str) -> None:
    """The address becomes the view's, as far as the page still knows what stands there."""
    try:
        st.query_params.from_dict(read(page, address))
    except Told:
        st.session_state[OUTCOME] = ("told", _("这个视图的网址已不适用，请重新保存。"))


def _saving(kept: Kept) -> None:
    st.text_input(_("将当前页面存为"), key=NAME, max_chars=commands.LONGEST_NAME)
    st.checkbox(_("共享给本中心的同事"), key=SHARED)
    st.button(
        _("保存视图"),
        key="save view",
        icon=":material/bookmark_add:",
        type="primary",
        on_click=_save,
        args=(kept,),
    )


def _save(kept: Kept) -> None:
    name, shared = st.session_state.get(NAME, ""), bool(st.session_state.get(SHARED))
    address = written(kept.page, kept.taken())

    def save(session: ScopedSession) -> None:
        commands.save_view(session, kept.page, name, address, shared)

    if _done(kept.viewer, save, _("已保存视图“{name}”。").format(name=name.strip())):
        st.session_state[NAME], st.session_state[SHARED] = "", False


def _taken(code: str, only: Only) -> dict[str, str]:
    """What the address says and the page has taken: what it did not understand is not kept."""
    said = {str(name): str(value) for name, value in st.query_params.items()}
    narrowing = {by.value for by in NARROWING}
    taken = {
        name: value
        for name, value in said.items()
        if name not in narrowing and st.session_state.get(f"filter {name}", value) == value
    }
    return {**taken, **{by.value: key for by, key in only}, "center": code}


def _keeping(kept: Kept, own: dict[int, ViewRow]) -> None:
    """Rename, share, throw away: one's own."""
    viewer = kept.viewer
    with st.expander(_("管理我的视图"), key="keep views"):
        chosen = st.selectbox(_("哪一个"), list(own), format_func=lambda number: own[number].name, key=CHOSEN)
        row = own[chosen]
        st.text_input(_("新名称"), key=OTHER_NAME, max_chars=commands.LONGEST_NAME)
        buttons = st.container(horizontal=True, gap="small")
    with buttons:
        st.button(_("重命名"), key="rename view", on_click=_rename, args=(viewer, row.id))
        st.button(
            _("取消共享") if row.shared else _("共享"),
            key="share view",
            on_click=_act,
            args=(viewer, partial(_share, row.id, not row.shared), _("已修改。")),
        )
        st.button(
            _("删除"),
            key="delete view",
            icon=":material/delete:",
            on_click=_act,
            args=(viewer, partial(_delete, row.id), _("已删除视图“{name}”。").format(name=row.name)),
        )


def _share(view_id: int, shared: bool, session: ScopedSession) -> None:
    commands.share_view(session, view_id, shared)


def _delete(view_id: int, session: ScopedSession) -> None:
    commands.delete_view(session, view_id)


def _act(viewer: Viewer, act: Callable[[ScopedSession], None], sentence: str) -> None:
    _done(viewer, act, sentence)


def _rename(viewer: Viewer, view_id: int) -> None:
    name = st.session_state.get(OTHER_NAME, "")

    def rename(session: ScopedSession) -> None:
        commands.rename_view(session, view_id, name)

    if _done(viewer, rename, _("已修改。")):
        st.session_state[OTHER_NAME] = ""


def _done(viewer: Viewer, act: Callable[[ScopedSession], None], sentence: str) -> bool:
    """Does it and keeps what to say about it for the redrawn popover."""
    try:
        with acting(viewer) as session:
            act(session)
    except Told as told:
        st.session_state[OUTCOME] = ("told", told.sentence)
        return False
    st.session_state[OUTCOME] = ("done", sentence)
    return True
