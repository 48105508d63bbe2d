"""Points and allowances: a town's sheet for a month, who leads in points, what was given, the rule."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.ui import allowance_awards, allowance_board, allowance_rule, allowance_sheet, filters, pressing
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("allowances")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "allowances")
    st.title(escaped(_("{center}积分补助").format(center=center.center.name)), anchor=False)
    views = {
        "sheet": _("发放表"),
        "board": _("积分榜"),
        "awards": _("奖励登记"),
        "rule": _("办法"),
    }
    with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
        view = filters.tabs("view", _("内容"), views, "sheet")
        month = allowance_sheet.choose_month(page)
    draw = {
        "sheet": allowance_sheet.draw,
        "board": allowance_board.draw,
        "awards": allowance_awards.draw,
        "rule": allowance_rule.draw,
    }[view]
    draw(page, session, center, month)
