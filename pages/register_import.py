"""Rows for one register from a file: checked whole, shown before, saved at once, taken back as a whole."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.registers.changes.queries import import_columns
from lib.ui import importing, pressing, register_changes
from lib.ui.page import open_page
from lib.ui.plain import escaped
from lib.ui.register_import import importing as importing_of
from lib.ui.register_links import REGISTER, link
from lib.ui.register_listing import register_said

page = open_page("register_import")
with reading(page.viewer) as session:
    pressing.outcome()
    card = register_said(session)
    if card is not None:
        st.title(escaped(_("{name}：从表格导入").format(name=card.design.words)), anchor=False)
        what = importing_of(card)
        register_changes.way_back(page.viewer, card.id)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            link(page.viewer, REGISTER, _("回到列表"), {"register": str(card.id)}, ":material/table_view:")
            importing.template_button(page.viewer, what)
            importing.left_out(what)
        if card.closed:
            st.info(_("这本台账已停用，只能查看。"), icon=":material/block:")
            st.stop()
        fields = import_columns(session, card.id)
        about = _("可以导入的列：{names}。带编号的行修改已有记录，没有编号的行新增。")
        importing.flow(page, session, what, fields, about.format(names=importing.headings(fields)))
