"""Are people content with what was done for them, and where are those who are not?"""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui import satisfaction
from lib.ui.cards import cards
from lib.ui.counted_how import counted_how
from lib.ui.cross_filter import choose_part, show, tell
from lib.ui.discontent import discontent
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.rhythm import choose_rhythm

page = open_page("satisfaction")
with reading(page.viewer) as session:
    look = open_look(page, session, "satisfaction", _("{center}满意度分析"))
    satisfaction.say_step(look)
    step, everybody = look.chosen(By.RATING), look.without(By.RATING)
    cards(everybody, ("satisfaction", "rated", "response", "repeat", "rework"))
    counted_how(look, "satisfied", "rework")
    with st.container(horizontal=True, gap="large"):
        by = choose_part(look)
        rhythm = choose_rhythm(look)
    show(everybody, by, satisfaction.five_steps(by, step))
    with st.grid(columns=2, min_column_width=480):
        with st.container():
            tell(everybody, satisfaction.over_time(everybody, rhythm))
        with st.container():
            tell(everybody, satisfaction.steps_over_time(everybody, rhythm))
        for part in (by, By.DEPARTMENT if by is By.CATEGORY else By.CATEGORY):
            with st.container():
                show(look, part, discontent(part))
