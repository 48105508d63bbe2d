"""What a briefing begins with: six charts of one center, how much, how quickly and how content."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui import parts, six
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.panel import draw

page = open_page("analysis")
with reading(page.viewer) as session:
    look = open_look(page, session, "analysis", _("{center}分析总览"))
    below = By.CHILD if len(look.code) > 4 else By.TOWN
    panels = [
        six.volume_by_month(look),
        parts.ranking(look, "on_time", By.CHILD, _("按期办结率 = 在时限内结案 ÷ 期内到期应结；括号里是分母")),
        parts.ranking(look, "on_time", below, _("按期办结率靠后的中心；灰色的分母不足30件，仅供参考"))
        if below is By.TOWN
        else parts.ranking(look, "resolution", By.CHILD, _("办结率 = 已结案 ÷ 期内到期应结；括号里是分母")),
        six.category_by_source(look),
        six.satisfaction_by_month(look),
        six.volume_by_day(look),
    ]
    for left, right in zip(panels[::2], panels[1::2], strict=True):
        with st.grid(columns=2, min_column_width=480):
            for panel in (left, right):
                with st.container():
                    draw(look, panel)
