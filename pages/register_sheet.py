"""The entries of one register as a spreadsheet: changed, added and taken out many at once, saved once."""

from dataclasses import replace

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _
from lib.ui import pressing, register_bulk, register_changes, sheet
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.register_links import REGISTER, link
from lib.ui.register_listing import listing_of, register_said
from lib.ui.register_sheet import RegisterSheet

page = open_page("register_sheet")
with reading(page.viewer) as session:
    pressing.outcome()
    card = register_said(session)
    if card is not None:
        here = place(page, session, "register_sheet")
        words = _("{center}{name}：表格编辑").format(center=here.center.name, name=card.design.words)
        st.title(escaped(words), anchor=False)
        # One table, whatever the design shows entries as.
        listing = listing_of(page, session, replace(card, design=replace(card.design, views=())), here)
        with st.container(horizontal=True, gap="small"):
            link(page.viewer, REGISTER, _("回到列表"), listing.address(), ":material/table_view:")
            register_bulk.batches(listing)
        register_changes.way_back(page.viewer, listing.id)
        if card.closed or not page.viewer.may(Permission.FILL_REGISTERS):
            st.info(_("这本台账已停用，只能查看。"), icon=":material/block:")
        else:
            entries = RegisterSheet(listing)
            draft = sheet.held(entries)
            sheet.editor(entries, draft)
            sheet.outlook(entries, draft)
