"""One figure taken apart: formula, numbers, exclusions, variant, and exactly the cases behind it."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.i18n import _
from lib.metrics.catalogue import METRICS
from lib.metrics.queries import arithmetic
from lib.metrics.question import Side
from lib.metrics.registered import metric_named
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.ui import filters
from lib.ui.arithmetic import explain, metric_in_address, rows, sides
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.staffing_figure import open_figure, taken_apart

page = open_page("figure")
with reading(page.viewer) as session:
    metric = metric_in_address()
    if metric is None and "metric" in st.query_params:
        st.error(_("没有这个指标。请从下面选择一个。"), icon=":material/error:")
    if "first" in st.query_params and "period" not in st.query_params:
        st.query_params["period"] = "custom"
    of_roster = metric is not None and metric.name in ROSTER_METRICS
    look = (
        open_figure(page, session) if of_roster else open_look(page, session, "figure", _("{center}指标算式"))
    )
    names = {name: _(one.words) for name, one in (METRICS | ROSTER_METRICS).items()}
    metric = metric_named(filters.choice("metric", _("指标"), names, "received"))
    if of_roster:
        taken_apart(look, metric)
        st.stop()
    if metric.only_now:
        look = look.at_this_moment()
        st.caption(_("这个数只反映此刻，与所选统计期间无关。"))
    found = arithmetic(session, metric.name, look.code, look.period, look.moment, look.only, look.variant)
    explain(look, metric, found)
    st.subheader(_("背后的事件"), anchor=False)
    if page.viewer.may(Permission.READ_CASES):
        lists = sides(metric, found)
        side = Side(filters.tabs("side", _("清单"), lists, Side.NUMERATOR.value))
        rows(look, metric, side, found.rows[side])
    else:
        st.caption(_("您的角色可以看数字，不能看事件清单。"))
