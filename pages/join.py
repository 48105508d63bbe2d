"""Somebody new on a post, or a further post of somebody known: written, previewed, saved once."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import pressing, roster_join, roster_undo
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("join")
with reading(page.viewer) as session:
    pressing.outcome()
    card = place(page, session, "join")
    st.title(escaped(_("在{center}办理上岗").format(center=card.center.name)), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(
            BY_NAME["roster"].file, label=_("返回花名册"), icon=":material/arrow_back:",
            query_params={"center": card.center.code},
        )  # fmt: skip
        roster_undo.way_back(page)
    roster_join.form(page, session, card.center.code)
