"""One metric over the area: centers or grids by color, on their outlines or as rectangles."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui import filters
from lib.ui.field import choose_metric, field, legend, levels
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.panel import draw

page = open_page("map")
with reading(page.viewer) as session:
    look = open_look(page, session, "map", _("{center}地图"))
    with st.grid(columns=2, min_column_width=260):
        metric = choose_metric()
        words = levels(look)
        if not page.viewer.may(Permission.READ_GRIDS):
            words = {key: text for key, text in words.items() if key != By.GRID.value} or words
        by = By(filters.tabs("level", _("层级"), words, next(iter(words))))
    draw(look, field(look, metric, by))
    legend(look, metric, by)
