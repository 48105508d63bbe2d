"""What may be given to gridworkers: the access list, applications for it, and what passed its gate."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.registers.queries import register_card, register_of_template
from lib.registers.templates.access_list import ACCESS_LIST
from lib.ui import access_applying, access_gate, access_list, filters, pressing, service_list
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

HELD = "held"
APPLIED = "applications"
BESIDE = "exceptions"

page = open_page("access_list")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "access_list")
    st.title(escaped(_("{center}网格事项准入清单").format(center=center.center.name)), anchor=False)
    register = register_of_template(session, "access_list")
    if register is None:
        service_list.begin(page, center, "the access list", ACCESS_LIST, "access_list")
    else:
        views = {HELD: _("现行清单"), APPLIED: _("申请与审核"), BESIDE: _("清单外交办")}
        view = filters.tabs("view", _("查看"), views, HELD)
        if view == APPLIED:
            access_applying.applications(page, session, center, register_card(session, register))
        elif view == BESIDE:
            access_gate.exceptions(page, session, center)
        else:
            access_list.in_force(page, session, center)
