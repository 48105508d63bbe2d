"""A table of cases, the same wherever cases are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from db.models.case import Stage
from lib.cases.queries import SOURCE_WORDS, STAGE_WORDS, CaseRow
from lib.i18n import _, numbers


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


def case_table(rows: Sequence[CaseRow], moment: datetime) -> None:
    """What, how late, whose turn and where come first; the closing time only where one is."""
    table: dict[str, list[str]] = {
        _("事件标题"): [row.title for row in rows],
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
    st.dataframe(
        pd.DataFrame(table),
        height="content",
        hide_index=True,
        column_config={_("事件标题"): st.column_config.TextColumn(width=300)},
        alt=_("事件列表"),
    )
