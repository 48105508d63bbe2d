"""Charts: volume, resolution and satisfaction, by month and by child center."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import filters, trends
from lib.ui.page import open_page
from lib.ui.place import place

page = open_page("charts")
with reading(page.viewer) as session:
    card = place(page, session, "charts")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        subject = filters.tabs("subject", _("内容"), trends.subjects(), "volume")
        span = trends.choose_span(page)
    trends.draw_months(page, session, card, subject, span)
    trends.draw_children(page, session, card, subject, span)
