"""Everything that waits for the reader's decision, of all kinds, with what exactly would be decided."""

import streamlit as st

from lib.access.work import reading
from lib.approvals.queries import waiting_for_me
from lib.i18n import _
from lib.ui import approvals, filters, pressing
from lib.ui.page import open_page

page = open_page("approvals")
with reading(page.viewer) as session:
    pressing.outcome()
    waiting = waiting_for_me(session)
    st.title(
        _("有{count}件事项等您办理").format(count=len(waiting)) if waiting else _("没有等您办理的事项"),
        anchor=False,
    )
    if waiting:
        shown = approvals.kinds(waiting)
        one = approvals.opened(shown)
        if one is not None:
            approvals.card(page, session, one, shown)
        approvals.table(shown, page)
        st.caption(_("点击任意一行查看内容并办理。自己提交的事项由别人办理，不在这里。"))
        filters.clear(_("清除筛选"), "kind")
    else:
        st.info(
            _("下级提交的台账、清单、调度材料、会议记录、任务销号和考核事项会出现在这里。"),
            icon=":material/inbox:",
        )
