"""The roster of a center: what calls for the director's attention, the centers below, everybody on a post."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _, numbers
from lib.roster.board.queries import staffing_board
from lib.roster.queries import count_issues, find_lines
from lib.ui import filters, pressing, roster_board, roster_bulk, roster_export, roster_table
from lib.ui.list_days import day
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("roster")
with reading(page.viewer) as session:
    pressing.outcome()
    card = place(page, session, "roster")
    center = card.center
    title = st.container()
    doors = st.container(horizontal=True, gap="small", vertical_alignment="bottom")
    with doors, st.container(width=180):
        on = day("day", _("截至日期"), page.today)
    board = staffing_board(session, center.code, on)
    with title:
        st.title(escaped(roster_board.finding(board)), anchor=False)
        if on != page.today:
            st.info(_("这是{day}的在岗情况。").format(day=numbers.day(on)), icon=":material/history:")
    with doors:
        roster_board.doors(page, center.code, on)
    roster_board.issues(
        board, count_issues(session, center.code, on), {"day": f"{on}"} if on != page.today else {}
    )
    wanted = roster_table.wanted(page.viewer, center.code, on)
    # Who searches or opens a list finds it in the first screen, before the centers and the vacancies.
    people_first = roster_table.is_narrowed(wanted)
    if not people_first:
        roster_board.places(page, session, center, board, on)
    st.subheader(_("在岗人员"), anchor=False)
    number = filters.page_number()
    found = find_lines(session, wanted, number, roster_table.PAGE_SIZE)
    keeps = page.viewer.may(Permission.KEEP_ROSTER) and on == page.today
    chosen = roster_table.table(found, f"roster {center.code} {number}", several=keeps)
    roster_export.files(page, wanted, found.total)
    if keeps:
        roster_bulk.actions(page, session, chosen.several)
    if people_first:
        roster_board.places(page, session, center, board, on)
if chosen.opened is not None:
    roster_table.open_person(chosen.opened, on, page.today)
