"""一屏尽览: one center at a glance, what is wrong there, and the way down to where it is wrong."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.ui.overview import children, figures, needs_me, picture, summary
from lib.ui.page import open_page
from lib.ui.period import choose_month
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("overview")
with reading(page.viewer) as session:
    card = place(page, session, "overview")
    shown = None
    if page.viewer.may(Permission.READ_FIGURES):
        heading, side = st.columns([5, 1], vertical_alignment="bottom")
        with side:
            shown = choose_month(page, session, card)
        with heading:
            summary(card, shown)
        figures(page, session, card, shown)
        if not shown.past:
            needs_me(page, session, card)
        picture(session, card, shown)
    else:
        st.title(escaped(card.center.name), anchor=False)
    children(page, session, card, shown)
