"""Are cases brought to an end in time, where not, and what is it that still lies open?"""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui import open_cases, resolution
from lib.ui.cards import cards
from lib.ui.counted_how import counted_how
from lib.ui.cross_filter import choose_part, show, tell
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.rhythm import choose_rhythm

page = open_page("resolution")
with reading(page.viewer) as session:
    look = open_look(page, session, "resolution", _("{center}办结分析"))
    resolution.say_bands(look)
    everything = look.without(*resolution.BANDED)
    open_ones, closed_ones = look.without(By.HANDLING), look.without(By.AGE, By.LADDER)
    cards(everything, ("open", "overdue", "due", "resolution", "on_time"))
    cards(everything, ("accepted", "rework", "returned", "handling_median", "handling_slow"))
    counted_how(look, "suspended", "acceptance_hours", "rework")
    with st.container(horizontal=True, gap="large"):
        by = choose_part(look)
        rhythm = choose_rhythm(look)
    with st.grid(columns=2, min_column_width=480):
        with st.container():
            tell(everything, resolution.over_time(everything, rhythm))
        with st.container():
            show(open_ones, By.LADDER, open_cases.ladder)
        for name, formula in (
            ("on_time", _("按期办结率 = 在时限内结案 ÷ 期内到期应结；括号里是分母，细线是随机波动范围")),
            ("resolution", _("办结率 = 已结案 ÷ 期内到期应结；括号里是分母，细线是随机波动范围")),
        ):
            with st.container():
                show(everything, by, resolution.rates_of(name, by, formula))
        with st.container():
            show(open_ones, By.AGE, open_cases.by_age)
        with st.container():
            show(open_ones, by, open_cases.piled_up(by))
        with st.container():
            show(closed_ones, By.HANDLING, resolution.handling_spread)
        with st.container():
            show(closed_ones, by, resolution.handled(by, look.chosen(By.HANDLING)))
