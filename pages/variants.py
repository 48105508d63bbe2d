"""How this deployment counts, since when and why, and what another choice would change."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.metrics.variant import TOUCHES, version_words
from lib.ui import filters, variants
from lib.ui.comparison_parts import levels_of
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.panel import draw

page = open_page("variants")
with reading(page.viewer) as session:
    look = open_look(page, session, "variants", _("{center}统计口径"))
    variants.outcome()
    st.subheader(_("现行：{version}").format(version=version_words(look.variant)), anchor=False)
    variants.in_force(look)
    variants.history(look)
    st.subheader(_("换一种口径的影响"), anchor=False)
    other = variants.choose(look)
    questions = variants.changed(look.variant, other)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if questions:
            variants.decide(look, other)
        filters.clear(_("回到现行口径"), *variants.ADDRESS.values())
    levels = levels_of(look.code)
    if not questions:
        st.caption(
            _("在上面改选一项或几项，即可查看各中心的数字和名次如何变化；仅供查看，不作改动，不留痕迹。")
        )
    elif not levels:
        st.info(_("这是最末级的中心，没有下级可以对比。请从上方的路径选择上级中心。"), icon=":material/info:")
    else:
        level = filters.tabs("level", _("比较层级"), levels, next(iter(levels)))
        for question in questions:
            for name in TOUCHES[question]:
                draw(look, variants.effect(look, other, name, By(level)))
