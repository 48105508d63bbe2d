"""The people of one grid as of a day: who holds which post since when, and who stands in for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.grids.staff import StaffRow
from lib.grids.words import BACKGROUND_WORDS, POST_WORDS
from lib.i18n import _, numbers
from lib.ui import list_days
from lib.ui.menu import BY_NAME
from lib.ui.tables import SELECTION, chosen_row


def as_of(day: date, today: date) -> None:
    """The day to read the staff as of, and a sentence where it is not today."""
    with st.container(width=220):
        list_days.day("day", _("截至日期"), today)
    if day != today:
        words = _("按{day}的在岗人员显示；户数、颜色和事件是今天的。")
        st.caption(words.format(day=numbers.day(day)))


def staff(rows: Sequence[StaffRow], code: str, day: date) -> int | None:
    """The table of the staff; answers the person of the chosen row, where that is the viewer's to open."""
    if not rows:
        st.caption(_("当天没有登记在岗人员。"))
        return None
    table: dict[str, list[Any]] = {
        _("岗位"): [_said(one) for one in rows],
        _("姓名"): [one.name for one in rows],
        _("人员身份"): [_(BACKGROUND_WORDS[one.background]) if one.background else "" for one in rows],
        _("电话"): [one.phone for one in rows],
        _("起始日期"): [one.since.isoformat() for one in rows],
        _("截止日期"): [one.until.isoformat() if one.until else _("在岗") for one in rows],
    }
    if not any(one.person_id for one in rows) or "person" not in BY_NAME:
        st.dataframe(pd.DataFrame(table), hide_index=True, alt=_("网格的人员"))
        return None
    event = st.dataframe(
        pd.DataFrame(table), key=f"staff of {code} {day}", hide_index=True, on_select="rerun",
        selection_mode=SELECTION, alt=_("网格的人员，点一行打开人员档案"),
    )  # fmt: skip
    st.caption(_("点击表中任意一行打开人员档案。"))
    row = chosen_row(event, len(rows))
    return None if row is None else rows[row].person_id


def _said(one: StaffRow) -> str:
    words = _(POST_WORDS[one.role])
    return _("{post}（代岗）").format(post=words) if one.covers else words
