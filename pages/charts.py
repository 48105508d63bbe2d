"""Charts: volume, resolution and satisfaction, by month and by child center."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import filters, trends
from lib.ui.page import open_page
from lib.ui.period import choose_month
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("charts")
with reading(page.viewer) as session:
    card = place(page, session, "charts")
    st.title(_("{center}图表").format(center=escaped(card.center.name)), anchor=False)
    with st.grid(columns=3, min_column_width=200, vertical_alignment="bottom"):
        subject = filters.tabs("subject", _("内容"), trends.subjects(), "volume")
        span = trends.choose_span()
        shown = choose_month(page, session, card)
    trends.draw_months(session, card, subject, shown, span)
    trends.draw_children(session, card, subject, shown)
