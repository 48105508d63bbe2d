"""Buttons of a page that act: the action runs before the page is drawn, and its outcome stands on top.

What was typed stays when it is refused; when it is taken, the named fields are emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, Told
from lib.i18n import _
from lib.ui.plain import escaped

OUTCOME = "what became of the last action"
MOST_SENTENCES = 12


def press(
    viewer: Viewer,
    done: str | Callable[[Any], str],
    act: Callable[[ScopedSession], Any],
    empties: tuple[str, ...] = (),
    forgets: tuple[str, ...] = (),
    seen: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """To be called by a callback. `done` says what was done, or makes it from what the action answers;
    `empties` are text fields, `forgets` other keys of the session. `seen` is what fields said when the button
    was drawn: whoever types and presses at once is shown what follows from it first."""
    if any(st.session_state.get(key) != said for key, said in seen.items()):
        st.session_state[OUTCOME] = ("told", (_("刚改的内容还没有核对，请看下面列出的结果，再按一次。"),))
        return
    try:
        with acting(viewer) as session:
            answer = act(session)
    except BadInput as bad:
        st.session_state[OUTCOME] = (
            "told",
            tuple(dict.fromkeys([bad.sentence, *(problem.sentence for problem in bad.problems)])),
        )
        return
    except Told as told:
        st.session_state[OUTCOME] = ("told", (told.sentence,))
        return
    st.session_state[OUTCOME] = ("done", (done(answer) if callable(done) else done,))
    for key in empties:
        st.session_state[key] = ""
    for key in forgets:
        st.session_state.pop(key, None)


def look(viewer: Viewer, act: Callable[[ScopedSession], Any]) -> None:
    """To be called by a callback, for what is recorded before it is shown: only a refusal is told."""
    try:
        with acting(viewer) as session:
            act(session)
    except Told as told:
        st.session_state[OUTCOME] = ("told", (told.sentence,))


def outcome() -> None:
    """What became of the last action. The box is always there, so that what is below keeps its place."""
    with st.container():
        kind, sentences = st.session_state.pop(OUTCOME, ("", ()))
        if kind == "done":
            st.success(escaped("".join(sentences)), icon=":material/check_circle:")
        elif kind == "told":
            for sentence in sentences[:MOST_SENTENCES]:
                st.error(escaped(sentence), icon=":material/error:")


def number_said(name: str) -> int | None:
    """A key that the address names; None when it names none."""
    said = st.query_params.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
