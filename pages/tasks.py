"""Tasks that a center owns or has decided: what is undone, what is overdue, and what may be done."""

import streamlit as st

from lib.access.work import reading
from lib.i18n import _
from lib.scheduling.states import UNDONE
from lib.scheduling.tasks.queries import tasks_of
from lib.ui import filters, pressing, task_card, tasks
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("tasks")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "tasks")
    rows = tasks_of(session, center.center.code)
    undone = [row for row in rows if row.state in UNDONE]
    st.title(
        escaped(
            _("{center}还有{count}项任务未办结，逾期{late}项").format(
                center=center.center.name, count=len(undone), late=sum(row.overdue > 0 for row in undone)
            )
            if undone
            else _("{center}没有未办结的任务").format(center=center.center.name)
        ),
        anchor=False,
    )
    task_card.card(page, rows)
    shown = tasks.chosen(rows, center.center.code)
    filters.clear(_("清除筛选"), "side", "state")
    if shown:
        tasks.task_table(shown, f"tasks of {center.center.code}")
        st.caption(_("点击表中任意一行打开任务。"))
    else:
        st.info(_("没有符合条件的任务。任务在会议中交办。"), icon=":material/search_off:")
