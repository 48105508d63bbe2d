"""Who leads in points in a month, as the sheets have counted."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.roster.rewards.queries import points_board
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped

PAGE_SIZE = 50


def draw(page: Page, session: ScopedSession, center: CenterCard, month: date) -> None:
    number = filters.page_number()
    board = points_board(session, center.center.code, month, number, PAGE_SIZE)
    if not board.rows:
        st.info(
            _("{month}还没有积分。积分随乡镇（街道）编制发放表时计算。").format(month=numbers.month(month)),
            icon=":material/leaderboard:",
        )
        return
    first = board.rows[0]
    title = _("{count}人有积分记录").format(count=numbers.whole(board.total))
    if first.place == 1:
        title = _("{name}以{points}分居首，{count}人有积分").format(
            name=first.name, points=numbers.whole(first.points), count=numbers.whole(board.total)
        )
    st.subheader(escaped(title), anchor=False)
    st.caption(_("积分来自当月发放表的计算；还没有审批的可能再变。同分同名次。"))
    st.dataframe(
        pd.DataFrame(
            {
                _("名次"): [one.place for one in board.rows],
                _("姓名"): [one.name for one in board.rows],
                _("单位"): [one.center_name for one in board.rows],
                _("积分"): [one.points for one in board.rows],
                _("发放表"): [_("已审批") if one.approved else _("未审批") for one in board.rows],
            }
        ),
        hide_index=True, height="content" if len(board.rows) <= 15 else 560, alt=_("当月积分排名"),
    )  # fmt: skip
    filters.pages(board.total, PAGE_SIZE)
