"""How rounds are planned, how much they ask of each level, and which days are worked."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import burden, filters, planning, planning_form, pressing, working_calendar
from lib.ui.page import open_page

page = open_page("planning")
with reading(page.viewer) as session:
    st.title(_("调度安排"), anchor=False)
    view = filters.tabs(
        "view",
        _("内容"),
        {"plan": _("各类调度"), "burden": _("填报负担"), "calendar": _("工作日历")},
        "plan",
    )
    if view == "burden":
        burden.view(page, session)
    elif view == "calendar":
        pressing.outcome()
        working_calendar.view(page, session)
    else:
        one = planning.choose_kind(session)
        planning.shown(one)
        pressing.outcome()
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if planning.plans_here(page):
                planning.by_hand(page, one)
            planning.link_to_rounds(one)
        if planning.plans_here(page):
            planning_form.form(page, one)
        else:
            st.caption(_("调度安排由最上级中心设定，这里只能查看。"))
