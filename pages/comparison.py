"""Centers side by side: ranked, against the same days of last year, and month by month."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.metrics.dimensions import By
from lib.ui import comparison_change, comparison_parts, filters
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.panel import draw

page = open_page("comparison")
with reading(page.viewer) as session:
    look = open_look(page, session, "comparison", _("{center}下级中心对比"))
    levels = comparison_parts.levels_of(look.code)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.container(width=220):
            metric = comparison_parts.choose_metric()
        level = filters.tabs("level", _("比较层级"), levels, next(iter(levels))) if levels else ""
        kinds: dict[str, str] = {}
        if level:
            beside = comparison_parts.Beside(look, metric, By(level))
            kinds = comparison_parts.groups_of(list(beside.names))
        if len(kinds) > 1:
            kind = filters.tabs("kind", _("分组"), {"": _("全部"), **kinds}, "")
            beside = comparison_parts.Beside(look, metric, By(level), kind, beside.names)
    if not level:
        st.info(_("这是最末级的中心，没有下级可以对比。请从上方的路径选择上级中心。"), icon=":material/info:")
    elif not beside.names and not beside.now:
        st.info(_("这一级没有中心。"), icon=":material/info:")
    else:
        with st.grid(columns=2, min_column_width=480):
            for panel in (
                comparison_parts.ranking(beside),
                comparison_change.against_last_year(beside),
            ):
                with st.container():
                    draw(look, panel)
        draw(look, comparison_change.by_month(beside))
        if len(kinds) > 1:
            st.caption(_("排名在同一分组内进行：县区与功能区，街道、镇与乡，社区与行政村分别排名。"))
