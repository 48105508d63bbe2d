"""One person: who they are, what they did since when, and the steps that a director takes with them."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.centers.queries import center_card
from lib.errors import NotFound
from lib.i18n import _, numbers
from lib.roster.people.queries import person_card
from lib.ui import pressing, roster_person, roster_steps, roster_undo
from lib.ui.list_days import day, day_said
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page, say
from lib.ui.place import links_up
from lib.ui.plain import escaped

page = open_page("person")
with reading(page.viewer) as session:
    pressing.outcome()
    number = pressing.number_said("id")
    on = day_said("day", page.today)
    try:
        if number is None:
            raise NotFound(_("找不到这个人，或他不在您的范围内。请从花名册中重新选择。"))
        card = person_card(session, number, on)
    except NotFound as told:
        say(told)
        st.page_link(BY_NAME["roster"].file, label=_("打开花名册"), icon=":material/contacts:")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center"):
        links_up(BY_NAME["roster"].file, center_card(session, card.center_code).path)
        st.page_link(BY_NAME["roster"].file, label=_("花名册"), query_params={"center": card.center_code})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title(escaped(card.name), anchor=False)
        with st.container(width=180):
            day("day", _("截至日期"), page.today)
    if on != page.today:
        st.info(_("这是{day}的情况。").format(day=numbers.day(on)), icon=":material/history:")
    roster_person.facts(page, card)
    roster_person.posts(card, on)
    if page.viewer.may(Permission.KEEP_ROSTER) and on == page.today:
        roster_steps.steps(page, session, card)
    roster_undo.way_back(page)
    roster_person.leaves(card)
    roster_person.beside(page, session, card)
    roster_person.changes(card)
