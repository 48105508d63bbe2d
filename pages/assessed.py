"""One unit in one period: its place, every point of it, and what it would take to move up."""

import streamlit as st

from lib.access.work import reading
from lib.ui import assessed, assessed_entering, assessment_selection, pressing
from lib.ui.page import open_page

page = open_page("assessed")
with reading(page.viewer) as session:
    pressing.outcome()
    card = assessed.opened(session)
    if card is not None:
        assessed.facts(card)
        assessed_entering.hand_scores(page.viewer, card)
        assessed.indicators(session, card)
        with st.grid(columns=2, min_column_width=480):
            with st.container():
                assessed.why_moved(card)
            with st.container():
                assessed.what_it_takes(card)
                assessed.neighbors(card)
        assessment_selection.nominating(session, page.viewer, card)
        assessed_entering.objecting(page.viewer, card)
