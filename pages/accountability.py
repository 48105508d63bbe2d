"""Who was called to account below a center, and writing it down; for few eyes."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import accountability, pressing
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("accountability")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "accountability")
    st.title(escaped(_("{center}责任追究").format(center=center.center.name)), anchor=False)
    accountability.form(page, session, center)
    accountability.listing(page, session, center)
