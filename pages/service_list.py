"""What is done for people at a center: the service list, as of a day, and how it is edited and published."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.registers.queries import register_card, register_of_template
from lib.registers.templates.service_list import SERVICE_LIST
from lib.ui import filters, list_papers, pressing, service_editions, service_list
from lib.ui.list_days import day_said
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

ITEMS = "items"
COMPARED = "compare"
DRAFTED = "draft"

page = open_page("service_list")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "service_list")
    name = center.center.name
    st.title(escaped(_("{center}便民服务清单").format(center=name)), anchor=False)
    register = register_of_template(session, "service_list")
    if register is None:
        service_list.begin(page, center, "the service list", SERVICE_LIST, "service_list")
    else:
        card = register_card(session, register)
        views = {ITEMS: _("现行事项"), COMPARED: _("两个日期比较"), DRAFTED: _("起草与公布")}
        view = filters.tabs("view", _("查看"), views, ITEMS)
        if view == COMPARED:
            service_editions.compare(page, session, center, card)
        elif view == DRAFTED:
            service_editions.drafting(page, session, center, card)
        else:
            rows = service_list.holding(page, session, center, card)
            list_papers.service_button(page, card, name, rows, day_said("on", page.today))
