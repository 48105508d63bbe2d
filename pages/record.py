"""Writing down a patrol or a visit, made for a phone: my grid is remembered in the address."""

import streamlit as st

from lib.access.work import reading
from lib.ui import duty_entry, pressing
from lib.ui.page import open_page

page = open_page("record")
st.html(duty_entry.CSS)
with reading(page.viewer) as session, st.container(key="duty_entry"):
    pressing.outcome()
    grid = duty_entry.grid_in_address(session, duty_entry.chosen_day(page))
    if grid is None:
        duty_entry.choose_grid(session)
    else:
        duty_entry.entry(page, session, grid)
