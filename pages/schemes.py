"""Schemes of assessment: what they say, since when, who decided it, and the drafts of the next ones."""

import streamlit as st

from db.models.assessment import SchemeState
from lib.access.work import reading
from lib.i18n import _
from lib.registers.figures.queries import all_figures
from lib.schemes.queries import schemes_for, wordings
from lib.ui import pressing, scheme_draft, scheme_preview, schemes
from lib.ui.page import open_page
from lib.ui.plain import escaped

page = open_page("schemes")
with reading(page.viewer) as session:
    pressing.outcome()
    found = schemes_for(session, page.today)
    in_force = sum(row.in_force is not None for row in found)
    st.title(_("考核方案：{count}个已生效").format(count=in_force), anchor=False)
    schemes.new_scheme(page)
    if not found:
        st.info(_("还没有考核方案。"), icon=":material/info:")
    else:
        schemes.listing(found)
        row = schemes.chosen(found)
        draft, held = row.in_work, row.in_force
        if held is not None:
            st.subheader(
                escaped(_("现行：{name}第{number}版").format(name=row.name, number=held.number)), anchor=False
            )
            schemes.in_words(held)
            schemes.begin_next(page, row)
        if draft is not None and schemes.may_edit(page, row.center_code):
            editing = draft.state is SchemeState.DRAFT
            title = _("起草中：{name}第{number}版") if editing else _("待审定：{name}第{number}版")
            st.subheader(escaped(title.format(name=row.name, number=draft.number)), anchor=False)
            typed = None
            if editing:
                typed = scheme_draft.edit(page, draft, all_figures(session))
            else:
                if held is not None:
                    schemes.changes(held, draft)
                schemes.in_words(draft)
            unsaved = typed is not None and scheme_draft.unsaved(draft, typed)
            schemes.decisions(page, draft, unsaved)
            scheme_preview.previewed(session, draft, typed)
        elif draft is not None and held is None:
            st.info(_("这个方案还在起草，审定后才能查看。"), icon=":material/info:")
        schemes.history(wordings(session, row.id))
