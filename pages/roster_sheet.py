"""The roster of a center as a spreadsheet: changed and added many at once, shown old to new, saved once."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import pressing, roster_table, roster_undo, sheet
from lib.ui.list_days import day
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.roster_sheet import RosterSheet

page = open_page("roster_sheet")
with reading(page.viewer) as session:
    pressing.outcome()
    card = place(page, session, "roster_sheet")
    st.title(escaped(_("{center}花名册：表格编辑").format(center=card.center.name)), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(
            BY_NAME["roster"].file, label=_("返回花名册"), icon=":material/arrow_back:",
            query_params={"center": card.center.code},
        )  # fmt: skip
        roster_undo.batches(page, session)
        roster_undo.way_back(page)
    wanted = roster_table.wanted(page.viewer, card.center.code, page.today)
    with st.container(width=260):
        as_of = day("from", _("调岗从哪一天起"), page.today)
    people = RosterSheet(page, session, wanted, as_of)
    draft = sheet.held(people)
    sheet.editor(people, draft)
    sheet.outlook(people, draft)
