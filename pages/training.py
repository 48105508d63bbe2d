"""Training: the rounds of a center and how far each has come, their sessions, and who is not trained."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.errors import Told
from lib.i18n import _
from lib.roster.training.queries import round_card, session_card
from lib.ui import filters, pressing, training_attendance, training_import, training_people, training_rounds
from lib.ui.page import open_page, say
from lib.ui.place import place
from lib.ui.pressing import number_said

page = open_page("training")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "training")
    code = center.center.code
    sees_people = page.viewer.may(Permission.READ_ROSTER)
    if "session" in st.query_params and sees_people:
        training_attendance.way_back()
        try:
            sitting = session_card(session, number_said("session") or 0)
        except Told as told:
            say(told)
            st.stop()
        training_attendance.head(page.viewer, sitting)
        if not sitting.cancelled:
            training_attendance.entry(page, session, sitting)
            training_import.draw(page, session, sitting)
    elif "round" in st.query_params:
        training_rounds.way_back()
        try:
            card = round_card(session, number_said("round") or 0, code)
        except Told as told:
            say(told)
            st.stop()
        training_rounds.head(card.row)
        training_rounds.children(card)
        training_rounds.sessions(page, center, card)
        if sees_people:
            training_people.of_round(session, code, card.row)
        training_rounds.change(page.viewer, card.row)
    else:
        training_people.counts(session, center.center, sees_people)
        words = {"rounds": _("培训安排"), "below": _("下级自办的培训")}
        if sees_people:
            words["people"] = _("未培训人员")
        part = filters.tabs("part", _("查看"), words, "rounds")
        if part == "people":
            training_people.people(session, code)
        else:
            training_rounds.plan(page, code)
            training_rounds.rounds(session, code, part == "below")
