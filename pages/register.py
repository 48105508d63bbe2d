"""The entries of one register: found, filtered, seen as a table, cards, calendar, board or map, changed
several at once, and taken out as a file."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _, numbers
from lib.registers.design import ViewKind
from lib.registers.seeing import fills
from lib.ui import (
    filters,
    pressing,
    register_bulk,
    register_calendar,
    register_cards,
    register_export,
    register_map,
    register_reminders,
    register_table,
)
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.register_links import DESIGN, ENTRY, FIGURES, IMPORT, SHEET, leads, link
from lib.ui.register_listing import PAGE_SIZE, Listing, listing_of, register_said, saved_views


def ways_in(listing: Listing) -> None:
    """What can be done with the whole register, beside its title."""
    may_fill = page.viewer.may(Permission.FILL_REGISTERS) and not listing.card.closed
    here = {"register": str(listing.id)}
    if may_fill and fills(listing.design, listing.code) and leads(page.viewer, ENTRY):
        link(
            page.viewer, ENTRY, _("新增记录"), {**here, "new": "1", "center": listing.code}, ":material/add:"
        )
    if may_fill:
        link(page.viewer, SHEET, _("表格编辑"), listing.address(), ":material/edit_note:")
        link(page.viewer, IMPORT, _("导入"), here, ":material/upload_file:")
    if listing.card.own and leads(page.viewer, DESIGN):
        link(page.viewer, DESIGN, _("设计"), here, ":material/design_services:")
    if leads(page.viewer, FIGURES):
        link(page.viewer, FIGURES, _("指标"), here, ":material/query_stats:")
    register_export.files(listing)
    register_bulk.batches(listing)
    saved_views(listing)


def table(listing: Listing) -> None:
    may_change = register_bulk.may_change(listing)
    found = listing.find(number=listing.number)
    chosen = register_table.entry_table(listing, found.rows, "entries", several=may_change)
    filters.pages(found.total, PAGE_SIZE)
    if may_change:
        register_bulk.actions(listing, chosen)
    else:
        st.caption(_("点击表中任意一行打开记录。"))


def nothing(listing: Listing) -> None:
    if listing.filters or listing.search or listing.state:
        st.info(_("没有符合条件的记录。请放宽筛选，或从上方路径换一个中心。"), icon=":material/search_off:")
    else:
        st.info(_("这里还没有记录。点“新增记录”填写，或从Excel导入。"), icon=":material/inbox:")


page = open_page("register")
with reading(page.viewer) as session:
    pressing.outcome()
    card = register_said(session)
    if card is not None:
        here = place(page, session, "register")
        with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
            title = st.container(width="content")
            actions = st.container(horizontal=True, gap="small", width="content", vertical_alignment="center")
        about = st.container()
        listing = listing_of(page, session, card, here)
        title.title(
            _("{center}{name}：{count}条").format(
                center=escaped(here.center.name), name=escaped(card.design.words),
                count=numbers.whole(listing.total),
            ),
            anchor=False,
        )  # fmt: skip
        with about:
            if card.design.about_words:
                st.caption(escaped(card.design.about_words))
            if card.closed:
                st.info(_("这本台账已停用，只能查看。"), icon=":material/block:")
            register_reminders.strip(listing)
        with actions:
            ways_in(listing)
        kind = listing.view.kind
        if kind is ViewKind.CALENDAR:
            register_calendar.draw(listing, listing.view.by)
        elif kind is ViewKind.MAP:
            register_map.draw(listing, listing.view.by)
        elif not listing.total:
            nothing(listing)
        elif kind is ViewKind.CARDS:
            register_cards.cards(listing)
        elif kind is ViewKind.BOARD:
            register_cards.board(listing, listing.view.by)
        else:
            table(listing)
