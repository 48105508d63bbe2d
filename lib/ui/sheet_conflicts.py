"""Rows of the editor that somebody else wrote meanwhile: both sides beside each other, and the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.ui.plain import escaped
from lib.ui.register_changes import Outcome
from lib.ui.sheet_draft import Draft, Line

if TYPE_CHECKING:
    from lib.ui.sheet import Sheet

MOST_SHOWN = 20


def conflicts(
    sheet: Sheet, current: Draft, rows: Sequence[Outcome], settle: Callable[[Sheet, int, bool], None]
) -> None:
    """What was there when it was opened, what stands now, what was typed; the person chooses row by row."""
    st.warning(
        _("有{count}条记录在您打开之后被别人改过，请逐条选择用谁的。").format(count=len(rows)),
        icon=":material/group:",
    )
    held_lines = {line.key: line for line in (*current.lines, *current.gone)}
    for row in rows[:MOST_SHOWN]:
        line = held_lines.get(row.key)
        if line is None or row.key is None:
            continue
        with st.container(border=True, gap="small"):
            st.markdown(escaped(_("第{number}号 {title}").format(number=row.serial, title=row.title)))
            fresh = sheet.fresh(sheet.session, row.key)
            fields = [one for one in sheet.fields if fresh is not None and _differs(one, line, fresh)]
            st.dataframe(
                pd.DataFrame(
                    {
                        _("字段"): [one.words for one in fields],
                        _("您打开时"): [_said(line.shown.get(one.key)) for one in fields],
                        _("现在"): [_said(fresh.shown.get(one.key)) if fresh else "" for one in fields],
                        _("您填的"): [_said(line.typed.get(one.key)) for one in fields],
                    }
                ),
                hide_index=True, placeholder=numbers.NOTHING, alt=_("两边不同的地方"),
            )  # fmt: skip
            mine = _("用我填的") if row.kind != "removed" else _("仍然删除")
            with st.container(horizontal=True, gap="small"):
                for words, keeps in ((mine, True), (_("用现在的"), False)):
                    st.button(
                        words, key=f"settle {row.key} {keeps}", on_click=settle,
                        args=(sheet, row.key, keeps),
                    )  # fmt: skip


def _differs(one: Field, line: Line, fresh: Line) -> bool:
    return one.key in line.typed or line.shown.get(one.key) != fresh.shown.get(one.key)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)
