"""热点与重复: where the same comes up again and again, and what is reported once more."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui.cards import cards
from lib.ui.cross_filter import show, tell
from lib.ui.hotspots import grids, kinds_of_rates, matters, pairs, repeat_rate
from lib.ui.look import open_look
from lib.ui.page import open_page

page = open_page("hotspots")
with reading(page.viewer) as session:
    # Three months: in fewer days hardly anything comes up twice in one grid.
    look = open_look(page, session, "hotspots", _("{center}热点与重复"), "90d")
    cards(look, ("received", "repeat", "per_grid"))
    tell(look, pairs(look))
    place, matter = kinds_of_rates(look)
    with st.grid(columns=2, min_column_width=480):
        with st.container():
            show(look, place, lambda wide, own: repeat_rate(wide, place, own))
        with st.container():
            show(look, matter, lambda wide, own: repeat_rate(wide, matter, own))
    show(look, By.GRID, grids)
    matters(look)
