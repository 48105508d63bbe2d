"""Rows of the editor that somebody else wrote meanwhile: both sides beside each other, and the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.errors import NotFound
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.registers.changes.queries import PreviewRow
from lib.registers.entries.queries import entry_card
from lib.ui.plain import escaped
from lib.ui.register_listing import Listing
from lib.ui.register_sheet_draft import Draft, Line, line_of

MOST_SHOWN = 20


def conflicts(
    listing: Listing, current: Draft, rows: Sequence[PreviewRow], settle: Callable[[Listing, int, bool], None]
) -> None:
    """What was there when it was opened, what stands now, what was typed; the person chooses row by row."""
    st.warning(
        _("有{count}条记录在您打开之后被别人改过，请逐条选择用谁的。").format(count=len(rows)),
        icon=":material/group:",
    )
    held_lines = {line.entry_id: line for line in (*current.lines, *current.gone)}
    for row in rows[:MOST_SHOWN]:
        line = held_lines.get(row.entry_id)
        if line is None or row.entry_id is None:
            continue
        with st.container(border=True, gap="small"):
            st.markdown(escaped(_("第{number}号 {title}").format(number=row.serial, title=row.title)))
            fresh = as_it_stands(listing, listing.session, row.entry_id)
            fields = [one for one in listing.fields if fresh is not None and _differs(one, line, fresh)]
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
                        words, key=f"settle {row.entry_id} {keeps}", on_click=settle,
                        args=(listing, row.entry_id, keeps),
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


def as_it_stands(listing: Listing, session: ScopedSession, entry_id: int) -> Line | None:
    """None when it was taken out."""
    try:
        row = entry_card(session, entry_id).row
    except NotFound:
        return None
    return None if row.removed else line_of(row, listing.fields, listing.design.stage(row.state).words)
