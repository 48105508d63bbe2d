"""What is being typed into a form that others may write too: it stays through refusals, and when the saved
words have changed meanwhile, the person sees what changed and chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.i18n import _, numbers
from lib.ui.plain import escaped


def base_of(name: str) -> str:
    """Under this key stands what a draft began from; forgotten once it is saved."""
    return f"{name} began from"


def field_of(name: str, field: str) -> str:
    """The key of one field of a form."""
    return f"{name} {field}"


def begin(
    name: str,
    saved: Mapping[str, Any],
    seen: int | None,
    words: Mapping[str, str],
    start: Mapping[str, Any] | None = None,
) -> int | None:
    """Fills the fields of a form before it is drawn, and returns what a change has to name as seen.

    `saved` is what stands in the database, `start` what the fields begin with where that differs; `words`
    are the names of the fields. Where somebody else has saved since, it says so and offers both ways on.
    """
    given = st.session_state
    first = dict(saved) | dict(start or {})
    held = given.get(base_of(name))
    if held is None or not any(field_of(name, field) in given for field in first):
        _take(name, first, saved, seen)
    elif held[0] == saved:
        given[base_of(name)] = (dict(saved), seen)  # something else was changed, such as that it was urged
    else:
        _tell(name, first, saved, seen, words)
    found: int | None = given[base_of(name)][1]
    return found


def _take(name: str, first: Mapping[str, Any], saved: Mapping[str, Any], seen: int | None) -> None:
    for field, value in first.items():
        st.session_state[field_of(name, field)] = value
    st.session_state[base_of(name)] = (dict(saved), seen)


def _keep(name: str, saved: Mapping[str, Any], seen: int | None) -> None:
    st.session_state[base_of(name)] = (dict(saved), seen)


def _tell(
    name: str,
    first: Mapping[str, Any],
    saved: Mapping[str, Any],
    seen: int | None,
    words: Mapping[str, str],
) -> None:
    with st.container(border=True, gap="small"):
        st.warning(
            _("您打开以后，别人改过这些内容。您填写的还在下面，请核对后选择。"),
            icon=":material/sync_problem:",
        )
        before = st.session_state[base_of(name)][0]
        for field, value in saved.items():
            if value != before.get(field):
                st.markdown(
                    escaped(
                        _("“{name}”现在保存的是：{value}").format(
                            name=words.get(field, field), value=_in_words(value)
                        )
                    )
                )
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("改用已保存的内容"), key=f"{name} take", on_click=_take, args=(name, first, saved, seen)
            )
            st.button(_("保留我填写的"), key=f"{name} keep", on_click=_keep, args=(name, saved, seen))


def _in_words(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value) or numbers.NOTHING
    return str(value) if value else numbers.NOTHING


def typed(name: str, field: str) -> str:
    """What stands in a field of text."""
    said = st.session_state.get(field_of(name, field), "")
    return said if isinstance(said, str) else ""
