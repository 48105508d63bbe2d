"""A field that asks for one person: part of the name narrows the list."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.grids.words import POST_WORDS
from lib.i18n import _
from lib.roster.posted import MOST_CHOICES, Choice


def choose_person(key: str, find: Callable[[str], tuple[Choice, ...]]) -> int | None:
    """The key of the chosen person; `find` answers with those whose name holds the words."""
    text = st.text_input(_("按姓名查找"), key=f"{key} search", max_chars=60, icon=":material/search:")
    found = find(text)
    if not found:
        st.caption(_("没有姓名符合的在岗人员。"))
        return None
    words = {one.person_id: one for one in found}
    chosen = st.selectbox(
        _("人员"), list(words), key=key, format_func=lambda person: _said(words[person]), index=None,
        placeholder=_("请选择"),
    )  # fmt: skip
    if len(found) >= MOST_CHOICES:
        st.caption(_("只列出前{count}人，请输入姓名缩小范围。").format(count=MOST_CHOICES))
    return chosen


def _said(one: Choice) -> str:
    return " · ".join(part for part in (one.name, _(POST_WORDS[one.role]), one.place) if part)
