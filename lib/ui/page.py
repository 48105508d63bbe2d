"""The first line of every page: who is asking, may they, and which center is it about.

Streamlit can be made to run a file of `pages/` by itself, so each page asks here again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

import streamlit as st

from lib import clock
from lib.access import sessions
from lib.access.viewer import Viewer
from lib.access.work import system, system_reading
from lib.audit.chain import record
from lib.deployment import Standing, standing
from lib.errors import Told
from lib.i18n import _, set_language_source
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped

LANGUAGE = "language of the viewer"
LAST_CENTER = "center that was looked at last"
HERE = "page that is looked at"
CAME_FROM = "page that a row was opened on, its address, and what was opened"


@dataclass(frozen=True)
class Run:
    """Who is asking and of which deployment, as it was when this rerun began."""

    viewer: Viewer | None
    deployment: Standing | None


_run: ContextVar[Run | None] = ContextVar("run", default=None)


@contextmanager
def running() -> Iterator[Run]:
    """Reads anew, at every rerun, whose session the gate bound to this socket. For the whole rerun:
    the frame and the page in it are drawn for the same person."""
    token_hash = st.user.get("session")
    found = sessions.viewer_for(str(token_hash)) if token_hash else None
    if found is not None:
        st.session_state[LANGUAGE] = found.language
    with system_reading() as session:
        run = Run(found, standing(session))
    token = _run.set(run)
    try:
        yield run
    finally:
        _run.reset(token)


def _language() -> str:
    return str(st.session_state.get(LANGUAGE, "zh"))


set_language_source(_language)


@dataclass(frozen=True)
class Page:
    """What a page needs to begin with."""

    viewer: Viewer
    deployment: Standing
    moment: datetime

    @property
    def today(self) -> date:
        return clock.local(self.moment).date()

    @property
    def start_of_today(self) -> datetime:
        return clock.start_of_day(self.today)


def open_page(name: str) -> Page:
    """Stops the page with a sentence when nobody has signed in or the role may not see it."""
    run = _run.get()
    if run is None:  # the file was run by itself, without the frame around it
        with running() as run:
            pass
    asking = run.viewer
    if asking is None or asking.must_change_password:
        refuse(_("请先登录。"))
    entry = BY_NAME[name]
    if not asking.may(entry.permission):
        _note_refusal(asking, name)
        refuse(_("您的角色看不到“{page}”。需要时请联系本级系统管理员。").format(page=_(entry.title)))
    if run.deployment is None:
        refuse(_("系统还没有数据。请管理员先运行初始化命令（见说明文件）。"))
    _come_back(name)
    return Page(asking, run.deployment, run.deployment.moment)


def leave_for(name: str, query: dict[str, str]) -> NoReturn:
    """Ends the page and opens another one, which can lead back to where its row was chosen."""
    here = st.session_state.get(HERE)
    if here != name:
        st.session_state[CAME_FROM] = (here, st.query_params.to_dict(), query)
    st.switch_page(BY_NAME[name].file, query_params=query)


def way_back() -> tuple[str, dict[str, str]] | None:
    """The page that the row was chosen on, with its address; None when there was no such page."""
    name, query, _opened = st.session_state.get(CAME_FROM, (None, {}, {}))
    return (name, query) if name in BY_NAME else None


def _come_back(name: str) -> None:
    """Streamlit puts what was opened into the address of the page that is left. Who goes back there
    by the browser's own button finds the address as it was."""
    st.session_state[HERE] = name
    here, query, opened = st.session_state.get(CAME_FROM, (None, {}, {}))
    if here == name and st.query_params.to_dict() == opened:
        st.query_params.from_dict(query)


def _note_refusal(asking: Viewer, name: str) -> None:
    """Into the history, once for each page and visit."""
    noted = st.session_state.setdefault("pages refused", set())
    if name not in noted:
        noted.add(name)
        with system() as session:
            record(session, asking, "refused", f"page {name}", result="refused")


def refuse(sentence: str) -> NoReturn:
    """Says why and ends the page."""
    st.info(sentence, icon=":material/lock:")
    st.stop()


def say(told: Told) -> None:
    """A sentence for the person, where they are looking."""
    st.error(escaped(told.sentence), icon=":material/error:")


def center_in_address(page: Page) -> str:
    """The center that the address names, or the one that was looked at last, or the viewer's own."""
    said = st.query_params.get("center", "")
    last = st.session_state.get(LAST_CENTER, "")
    if said:
        return str(said)
    return str(last) if page.viewer.scope.covers(str(last) or "none") else page.viewer.scope.prefixes[0]
