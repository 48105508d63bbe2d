"""What a register's entries add up to: figures made without a programmer, with the entries behind them."""

import streamlit as st

from lib.access.work import reading
from lib.errors import NotFound
from lib.i18n import _
from lib.registers.figures.queries import figures_of
from lib.registers.queries import register_card
from lib.ui import pressing, register_figure_form, register_figures
from lib.ui.page import open_page, say
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("register_figures")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "register_figures")
    try:
        card = register_card(session, pressing.number_said("register") or 0)
    except NotFound as told:
        say(told)
        st.stop()
    st.title(escaped(_("{name}的指标").format(name=card.design.words)), anchor=False)
    register_figures.way_to_register(card.id)
    found = tuple(one for one in figures_of(session, card.id) if not one.retired)
    if not found:
        st.info(
            _("这本台账还没有指标。指标把记录变成数：条数、占比、合计或平均值，按月、按单位看图。"),
            icon=":material/query_stats:",
        )
    register_figure_form.form(page, card, found)
    if found:
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            row = register_figures.choose(found)
            looked = register_figures.look(page, session, center, card.design, row)
        if register_figures.headline(looked):
            register_figures.by_month(looked)
            register_figures.by_center(looked)
            register_figures.behind(looked)
        register_figure_form.retire(page, card, row)
