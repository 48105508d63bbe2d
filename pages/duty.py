"""Patrols and visits: which grids were patrolled on a day, how far the month's visits reach, what is open."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _
from lib.roster.duty.queries import duty_of
from lib.ui import duty_answer, duty_records, filters, list_days, pressing
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("duty")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "duty")
    title = st.container()
    with st.grid(columns=4, min_column_width=180, vertical_alignment="bottom"):
        day = min(list_days.day("on", _("哪一天"), page.today), page.today)
        if page.viewer.may(Permission.RECORD_DUTY):
            st.page_link(
                BY_NAME["record"].file, label=_("登记巡查走访"), icon=":material/edit_location:"
            )  # fmt: skip
            st.page_link(
                BY_NAME["duty_import"].file, label=_("导入巡查走访"), icon=":material/upload_file:"
            )  # fmt: skip
    filters.clear(_("回到今天"), "on")
    days = duty_answer.Days(day, page.today)
    answer = duty_of(session, center.center.code, days.day, days.first, days.day)
    title.title(escaped(duty_answer.title(center, answer, days)), anchor=False)
    if not answer.grids:
        st.info(_("巡查和走访登记到小网格。请先在“网格”中核对。"), icon=":material/grid_off:")
        st.stop()
    duty_answer.figures(center, answer, days)
    view = duty_answer.views(center, page.viewer.may(Permission.READ_ROSTER))
    match view:
        case "child":
            duty_answer.by_child(session, center, days)
        case "grid":
            duty_answer.by_grid(session, center, days)
        case "person":
            duty_answer.by_person(page, session, center, days)
        case "campaign":
            duty_answer.by_campaign(session, center, days)
        case "visits":
            duty_records.visits(page, session, center, days)
        case _other:
            duty_records.patrols(page, session, center, days)
