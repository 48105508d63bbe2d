"""Links between the pages of registers."""

from __future__ import annotations

import streamlit as st

from lib.access.viewer import Viewer
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped

ENTRY, REGISTER, DESIGN, FIGURES = "entry", "register", "register_design", "register_figures"
SHEET, IMPORT = "register_sheet", "register_import"


def leads(viewer: Viewer, name: str) -> bool:
    """Whether the viewer may open the page."""
    return name in BY_NAME and viewer.may(BY_NAME[name].permission)


def link(viewer: Viewer, name: str, words: str, query: dict[str, str], icon: str | None = None) -> None:
    """A link for those who may open the page, and only its words for everybody else."""
    if leads(viewer, name):
        st.page_link(BY_NAME[name].file, label=escaped(words), icon=icon, query_params=query)
    else:
        st.markdown(escaped(words))
