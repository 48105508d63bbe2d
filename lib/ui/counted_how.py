"""One line under the figures: how this deployment counts where cities count differently."""

from __future__ import annotations

import streamlit as st

from lib.i18n import _, listed
from lib.metrics.variant import version_words, words_of
from lib.ui.look import Look
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped


def counted_how(look: Look, *questions: str) -> None:
    """The choices that move the figures of this page, and the way to where they are made."""
    choices = listed(words_of(name, getattr(look.variant, name)) for name in questions)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = _("{variant}：{choices}").format(variant=version_words(look.variant), choices=choices)
        st.caption(escaped(words), width="content")
        entry = BY_NAME.get("variants")
        if entry is not None and look.page.viewer.may(entry.permission):
            st.page_link(entry.file, label=_("口径设置与影响"), icon=":material/tune:")
