"""The registers that hold for the viewer: what each is for, how many entries it has, how many wait."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _, numbers
from lib.registers.queries import registers_of
from lib.ui import filters, pressing, register_catalogue
from lib.ui.page import open_page

CARDS = "cards"
TABLE = "table"

page = open_page("registers")
with reading(page.viewer) as session:
    pressing.outcome()
    rows = registers_of(session)
    waiting = sum(row.waiting for row in rows)
    title = _("{count}本台账，{waiting}条待办理") if waiting else _("{count}本台账")
    st.title(title.format(count=len(rows), waiting=numbers.whole(waiting)), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text = filters.search("q", _("查找"), _("名称、用途或单位"))
        words = {CARDS: _("卡片"), TABLE: _("表格")}
        shape = filters.tabs("as", _("显示"), words, CARDS)
        register_catalogue.new_register(page.viewer)
    found = register_catalogue.found_by(rows, text)
    if not rows and page.viewer.may(Permission.DESIGN_REGISTERS):
        st.info(_("还没有台账。点“新建台账”，从模板或空白开始。"), icon=":material/library_add:")
    elif not rows:
        st.info(_("还没有您能看的台账。需要时请联系本级负责台账的同事。"), icon=":material/inbox:")
    elif not found:
        st.info(_("没有找到这样的台账。请换一个词再查。"), icon=":material/search_off:")
    elif shape == CARDS:
        register_catalogue.catalogue_cards(page.viewer, found)
    else:
        register_catalogue.catalogue_table(page.viewer, found)
