"""Rounds of scheduling: what waits for me, how far the chain has come, and who below is late."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import pressing, rounds, rounds_below
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("rounds")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "rounds")
    title = st.container()
    rounds.waiting(page, session)
    chosen = rounds.choose(page, session, center)
    if chosen is None:
        title.title(_("调度"), anchor=False)
    else:
        title.title(escaped(rounds.finding(chosen)), anchor=False)
        rounds.chain(chosen)
        rounds_below.actions(chosen)
        rounds_below.below(chosen)
