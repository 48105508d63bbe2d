"""What the visitors of service windows said in a month, window by window."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import pressing, window_ratings
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("windows")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "windows")
    st.title(escaped(_("{center}窗口评价").format(center=center.center.name)), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        month = window_ratings.choose_month(page)
        window_ratings.add(page.viewer)
    window_ratings.ratings(page, session, center, month)
