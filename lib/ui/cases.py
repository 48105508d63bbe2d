"""A table of cases, the same wherever cases are listed; a chosen row opens its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from db.models.case import Stage
from lib.cases.queries import SOURCE_WORDS, STAGE_WORDS, CaseRow
from lib.i18n import _, numbers
from lib.ui.menu import BY_NAME
from lib.ui.page import leave_for, way_back
from lib.ui.tables import SELECTION, chosen_row

CASE = "case"


def limit_words(row: CaseRow, moment: datetime) -> str:
    """How the case stands against its limit, in words."""
    if row.due_at is None:
        return _("受理后起算") if row.stage is Stage.REPORTED else _("无时限")
    if row.closed_at is not None:
        late = row.closed_at - row.due_at
        if late.total_seconds() > 0:
            return _("超期{span}结案").format(span=numbers.duration(late))
        return _("按期结案")
    if row.suspended:
        return _("挂账")
    left = row.due_at - moment
    if left.total_seconds() < 0:
        return _("已超期{span}").format(span=numbers.duration(left))
    return _("还剩{span}").format(span=numbers.duration(left))


def case_table(
    rows: Sequence[CaseRow],
    moment: datetime,
    key: str = "cases",
    more: Mapping[str, Sequence[object]] | None = None,
) -> None:
    """What, how late, whose turn and where come first; the closing time only where one is.

    Two tables of one page need two keys. When a row is chosen the page ends here. `more` are columns of
    the list's own, behind the title.
    """
    table: dict[str, Sequence[object]] = {
        _("事件标题"): [row.title for row in rows],
        **(more or {}),
        _("时限"): [limit_words(row, moment) for row in rows],
        _("环节"): [_(STAGE_WORDS[row.stage]) for row in rows],
        _("承办部门"): [row.department or numbers.NOTHING for row in rows],
        _("所在中心"): [row.center_name for row in rows],
        _("网格名称"): [row.grid_name or numbers.NOTHING for row in rows],
        _("到期时间"): [numbers.table_moment(row.due_at) for row in rows],
        _("上报时间"): [numbers.table_moment(row.reported_at) for row in rows],
    }
    if any(row.closed_at for row in rows):
        table[_("结案时间")] = [numbers.table_moment(row.closed_at) for row in rows]
    table |= {
        _("类别"): [row.category for row in rows],
        _("来源"): [_(SOURCE_WORDS[row.source]) for row in rows],
        _("编号"): [row.number for row in rows],
    }
    # A case may have been added since the table was drawn; what was clicked is what stood there then.
    ids = tuple(row.id for row in rows)
    drawn = st.session_state.get(f"{key} as drawn", ids)
    st.session_state[f"{key} as drawn"] = ids
    chosen = st.dataframe(
        pd.DataFrame(table),
        key=key,
        height="content",
        hide_index=True,
        on_select="rerun",
        selection_mode=SELECTION,
        column_config={_("事件标题"): st.column_config.TextColumn(width=300)},
        alt=_("事件列表，点一行打开事件"),
    )
    st.caption(_("点击表中任意一行打开事件。"))
    number = chosen_row(chosen, len(drawn))
    if number is not None:
        leave_for(CASE, {"id": str(drawn[number])})


def back_to_the_list() -> None:
    """A link to the list with its filters; nothing when the case was opened by its address."""
    back = way_back()
    if back is not None:
        name, query = back
        entry = BY_NAME[name]
        st.page_link(
            entry.file,
            label=_("返回{page}").format(page=_(entry.title)),
            icon=":material/arrow_back:",
            query_params=query,
        )
