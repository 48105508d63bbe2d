"""Cases of a center: what is open, overdue, due soon; newest first, a page at a time."""

from datetime import UTC, datetime

import streamlit as st

from lib.access.work import reading
from lib.cases.queries import BY_LIMIT, Kind, count_cases, find_cases
from lib.i18n import _, numbers
from lib.ui import filters
from lib.ui.cases import case_table
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped

PAGE_SIZE = 30


def behind() -> tuple[datetime, int] | None:
    """The last row of the page before, as the address says it; nonsense means the first page."""
    seconds, _dot, number = st.query_params.get("behind", "").partition(".")
    if not (seconds.isascii() and seconds.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(seconds) > 10 or len(number) > 18:
        return None
    return datetime.fromtimestamp(int(seconds), UTC), int(number)


page = open_page("cases")
with reading(page.viewer) as session:
    card = place(page, session, "cases")
    words = {
        Kind.OPEN.value: _("在办"),
        Kind.OVERDUE.value: _("超期未结"),
        Kind.DUE_SOON.value: _("24小时内到期"),
        Kind.TODAY.value: _("今日上报"),
        Kind.ALL.value: _("全部"),
        Kind.IMPOSSIBLE.value: _("时间异常"),
    }
    title = st.container()
    kind = Kind(filters.tabs("kind", _("事件状态"), words, Kind.OPEN.value))
    total = count_cases(session, card.center.code, kind, page.moment, page.start_of_today)
    title.title(
        _("{center}：{kind}事件{count}件").format(
            center=escaped(card.center.name), kind=words[kind.value], count=numbers.whole(total)
        ),
        anchor=False,
    )
    order = _("按到期时间，超期最久的在前") if kind in BY_LIMIT else _("按上报时间从新到旧")
    st.caption(_("截至{moment}，{order}。").format(moment=numbers.moment(page.moment), order=order))
    if kind is Kind.IMPOSSIBLE:
        st.caption(_("结案早于上报的事件：原样保留并计入各项数字，请原登记单位核实。"))
    rows = find_cases(
        session,
        card.center.code,
        kind,
        page.moment,
        page.start_of_today,
        behind=behind(),
        page_size=PAGE_SIZE,
    )
    if rows:
        case_table(rows, page.moment)
    else:
        st.info(_("这里没有这样的事件。可以换一个范围，或从上方路径换一个中心。"), icon=":material/task_alt:")
    with st.container(horizontal=True):
        here = {"center": card.center.code, "kind": kind.value}
        if behind() is not None:
            st.page_link(
                "pages/cases.py", label=_("回到开头"), icon=":material/first_page:", query_params=here
            )
        if len(rows) == PAGE_SIZE:
            last = rows[-1]
            moment = last.due_at if kind in BY_LIMIT and last.due_at else last.reported_at
            mark = f"{int(moment.timestamp())}.{last.id}"
            st.page_link(
                "pages/cases.py",
                label=_("后面{count}件").format(count=PAGE_SIZE),
                icon=":material/navigate_next:",
                query_params={**here, "behind": mark},
            )
