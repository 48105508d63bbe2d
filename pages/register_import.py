"""Rows for one register from a file: checked whole, shown before, saved at once, taken back as a whole."""

import streamlit as st

from lib.access.work import reading
from lib.errors import Told
from lib.i18n import _
from lib.registers.changes.queries import import_columns
from lib.ui import pressing, register_changes, register_import, register_upload
from lib.ui.page import open_page, say
from lib.ui.plain import escaped
from lib.ui.register_links import REGISTER, link
from lib.ui.register_listing import register_said

page = open_page("register_import")
with reading(page.viewer) as session:
    pressing.outcome()
    card = register_said(session)
    if card is not None:
        st.title(escaped(_("{name}：从表格导入").format(name=card.design.words)), anchor=False)
        register_changes.way_back(page.viewer, card.id)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            link(page.viewer, REGISTER, _("回到列表"), {"register": str(card.id)}, ":material/table_view:")
            register_import.template_button(page.viewer, card)
            register_import.left_out(card.id)
        if card.closed:
            st.info(_("这本台账已停用，只能查看。"), icon=":material/block:")
            st.stop()
        upload = st.session_state.get(register_upload.upload_key(card.id))
        fields = import_columns(session, card.id)
        if upload is None:
            register_upload.ask(card.id)
            st.caption(
                escaped(
                    _("可以导入的列：{names}。带编号的行修改已有记录，没有编号的行新增。").format(
                        names=register_import.headings(fields)
                    )
                )
            )
            st.stop()
        try:
            table = register_upload.table_of(upload, fields)
        except Told as told:
            say(told)
            st.button(_("换一个文件"), key="other file", on_click=register_upload.give_up, args=(card.id,))
            st.stop()
        register_upload.about(upload, table)
        matching = register_upload.matched(upload, table, fields)
        tried = register_import.trial(session, card.id, upload, table, matching)
        if tried is not None:
            register_import.outcome(page, card, upload, table, tried)
            register_import.decision(page, card.id, upload, table, tried)
