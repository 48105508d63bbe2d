"""People and posts from a file: checked whole, shown before, saved at once, taken back as a whole."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.roster.changes.commands import undo_lines
from lib.roster.tables.queries import roster_columns
from lib.ui import importing, pressing, roster_import, roster_undo, taking_back
from lib.ui.page import open_page

page = open_page("roster_import")
with reading(page.viewer) as session:
    pressing.outcome()
    st.title(_("花名册导入"), anchor=False)
    taking_back.way_back(page.viewer, roster_import.KEY, undo_lines)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        what = roster_import.importing(roster_import.as_of(page))
        importing.template_button(page.viewer, what)
        roster_undo.batches(page, session)
        importing.left_out(what)
    about = _(
        "用岗位编号认出原有的岗位；没有编号的，按身份证号、再按姓名和网格或电话辨认；认不出的是新上岗。"
        "有岗位编号的行，空白表示清空；没有编号的行，空白表示不改。"
    )
    importing.flow(page, session, what, roster_columns(session), about)
