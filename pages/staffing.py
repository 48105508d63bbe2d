"""The roster in numbers: how many posts are filled, where they are vacant, who is trained, and who leaves."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui.page import open_page
from lib.ui.panel import draw
from lib.ui.place import place
from lib.ui.staffing import figures, open_staffing, vacant_grids
from lib.ui.staffing_map import vacancy_map
from lib.ui.staffing_parts import MONTHS, by_age, by_center, by_month, by_service

page = open_page("staffing")
with reading(page.viewer) as session:
    look = open_staffing(page, session, place(page, session, "staffing"))
    figures(look)
    for panel in (vacancy_map(look), by_center(look, "staffing"), by_center(look, "training_coverage")):
        if panel is not None:
            draw(look, panel)
    left, right = st.columns(2)
    for column, panel in ((left, by_age(look)), (right, by_service(look))):
        if panel is not None:
            with column:
                draw(look, panel)
    leaving = by_month(look)
    if leaving is not None:
        draw(look, leaving)
    else:
        st.caption(_("{count}个月没有专职网格员离岗").format(count=MONTHS))
    vacant_grids(look)
