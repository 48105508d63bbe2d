"""Patrols and visits from a file: checked whole, shown before, saved at once, taken back as a whole."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.roster.duty.batches.commands import undo_records
from lib.roster.duty.importing import columns_of
from lib.ui import duty_import, importing, pressing, taking_back
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page

page = open_page("duty_import")
with reading(page.viewer) as session:
    pressing.outcome()
    st.title(_("导入巡查走访"), anchor=False)
    about = duty_import.chosen()
    what = duty_import.importing(about)
    taking_back.way_back(page.viewer, what.key, undo_records)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.page_link(BY_NAME["duty"].file, label=_("巡查走访"), icon=":material/directions_walk:")
        importing.template_button(page.viewer, what)
        duty_import.batches(page, session)
        importing.left_out(what)
    importing.flow(page, session, what, columns_of(about), _(duty_import.ABOUT[about]))
