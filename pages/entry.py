"""One entry of a register: filled in, moved through its stages, with its files and its history."""

import streamlit as st

from lib.access.work import reading
from lib.ui import pressing, register_entry, register_files, register_form, register_past, register_print
from lib.ui.page import open_page

page = open_page("entry")
with reading(page.viewer) as session:
    below = register_form.ACTED_BELOW in st.session_state  # its outcome stands beside the button
    if "new" in st.query_params and "entry" not in st.query_params:
        blank = register_entry.open_blank(page, session)
        if blank is None or not below:
            pressing.outcome()
        if blank is not None:
            filling, center = blank
            register_entry.head_of_new(filling)
            register_form.form(page.viewer, session, filling, center=center)
    else:
        opened = register_entry.open_entry(page, session)
        if opened is None or not opened.card.may_edit:
            st.session_state.pop(register_form.ACTED_BELOW, None)
            below = False
        if not below:
            pressing.outcome()
        if opened is not None:
            card = opened.card
            register_entry.head(opened)
            bar, shown = st.container(horizontal=True, gap="small"), st.container()
            seen: int | None = card.row.version
            if card.may_edit:
                seen = register_form.form(page.viewer, session, opened.filling)
            else:
                register_form.table(opened.filling)
            with bar:
                register_entry.steps(opened, seen)
                if not card.row.removed and card.design.exported:
                    register_print.print_button(
                        page.viewer, session, card.register_id, (card.row.id,), f"print {card.row.id}"
                    )
                register_past.whole_numbers(opened, shown)
            register_past.retired(opened)
            register_files.files(opened, session)
            register_past.comments(opened)
            register_past.history(opened, session, seen)
