"""Spot checks: draw who is checked, enter what was found on the phone, see to it, prove the draw."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.errors import Told
from lib.i18n import _
from lib.roster.checks.queries import check_card, checked_in
from lib.ui import check_drawing, check_entry, check_follow, filters, pressing
from lib.ui.page import open_page, say
from lib.ui.place import place
from lib.ui.pressing import number_said

page = open_page("spot_checks")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "spot_checks")
    code = center.center.code
    if "check" in st.query_params:
        check_drawing.way_back()
        try:
            card = check_card(session, number_said("check") or 0)
            rows = checked_in(session, card.id)
        except Told as told:
            say(told)
            st.stop()
        check_drawing.head(card)
        check_entry.entry(page, card, rows)
        check_entry.results(rows)
        check_drawing.proof(session, card)
    else:
        check_follow.duty(page, session, center.center)
        words = {"checks": _("抽查记录"), "follow": _("待整改")}
        if filters.tabs("part", _("查看"), words, "checks") == "follow":
            check_follow.follow_ups(page, session, code)
        else:
            if page.viewer.may(Permission.CHECK_DUTY):
                check_drawing.form(page, session, code)
            check_drawing.checks(session, code)
