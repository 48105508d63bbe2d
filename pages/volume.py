"""事件量: how much comes in, when, where, of what kind and from whom."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui.cards import cards
from lib.ui.cross_filter import show, tell
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.plain import escaped
from lib.ui.volume import over_time
from lib.ui.volume_parts import by_hour, by_part, choose_kind

page = open_page("volume")
with reading(page.viewer) as session:
    look = open_look(page, session, "volume", _("{center}事件量"))
    cards(look, ("received", "per_residents", "per_grid", "per_gridworker"))
    st.caption(escaped(look.days_words()))
    tell(look, over_time(look))
    kind = choose_kind(look)
    show(look, kind, lambda wide, own: by_part(wide, kind, own))
    show(look, By.HOUR, by_hour)
