"""Everybody on a post: the filters of the roster, its table, and the way to a person."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.roster import PostRole
from lib.access.viewer import Viewer
from lib.grids.words import POST_WORDS
from lib.i18n import _, mark, numbers
from lib.roster.numbers import number_in
from lib.roster.people.commands import look_up_number
from lib.roster.queries import Issue, LineRow, RosterFilter, RosterPage
from lib.sealing import opened, sealed
from lib.ui import filters
from lib.ui.page import leave_for
from lib.ui.pressing import look
from lib.ui.tables import MANY, SELECTION, chosen_row

PAGE_SIZE = 50
MOST_WITHOUT_SCROLLING = 14
ISSUE_WORDS: dict[Issue, str] = {
    Issue.DOUBLE: mark("一人多岗"),
    Issue.ENDING: mark("60天内到期"),
    Issue.UNTRAINED: mark("需要培训"),
    Issue.NO_PHONE: mark("没有电话"),
    Issue.AWAY: mark("无人代岗"),
}


def _kept(viewer: Viewer) -> Callable[[str], str]:
    """What the address keeps of what was looked for: it is passed on and stays in browsers, so that a number
    stands sealed in it. That somebody looks for a number is recorded."""

    def kept(words: str) -> str:
        number = number_in(words)
        if number:
            look(viewer, lambda session: look_up_number(session, number))
        return sealed(number) or words

    return kept


ISSUE_HINTS: dict[Issue, str] = {
    Issue.DOUBLE: mark("一个人同时担任几个岗位"),
    Issue.ENDING: mark("60天内任期届满的岗位"),
    Issue.UNTRAINED: mark("专职网格员从未培训合格，或者合格已过有效期"),
    Issue.NO_PHONE: mark("没有登记联系电话"),
    Issue.AWAY: mark("请假期间没有安排人代岗"),
}


def wanted(viewer: Viewer, center_code: str, day: date) -> RosterFilter:
    """The filters, drawn, and what they ask for."""
    with st.grid(columns=3, min_column_width=200, vertical_alignment="bottom"):
        text = filters.search(
            "find", _("查找"), _("姓名、网格，或完整的电话、身份证号"), _kept(viewer), opened
        )
        role = filters.choice(
            "role", _("岗位"), {"": _("全部岗位")} | {one.value: _(word) for one, word in POST_WORDS.items()}
        )
        issue = filters.choice(
            "issue", _("需要处理"), {"": _("不限")} | {one.value: _(w) for one, w in ISSUE_WORDS.items()}
        )
    filters.clear(_("清除筛选"), "find", "role", "issue")
    return RosterFilter(
        center_code, day, text, (PostRole(role),) if role else (), Issue(issue) if issue else None
    )


def is_narrowed(wanted: RosterFilter) -> bool:
    """Whether somebody asked for some of the people only."""
    return bool(wanted.text or wanted.roles or wanted.issue)


@dataclass(frozen=True)
class Chosen:
    """A cell opens its person; the boxes at the left choose several."""

    opened: LineRow | None = None
    several: tuple[LineRow, ...] = ()


def table(found: RosterPage, key: str, *, several: bool) -> Chosen:
    """The people, and what was chosen among them. Rows that somebody has written meanwhile make another
    table, so that what was chosen is never applied to what was not seen."""
    if not found.rows:
        st.info(
            _("没有符合条件的人员。请放宽筛选；名单为空时，可在上方导入花名册或办理上岗。"),
            icon=":material/person_search:",
        )
        return Chosen()
    hint = _("共{count}个岗位，点一格查看此人。")
    if several:
        hint = _("共{count}个岗位，点一格查看此人；勾选左边的方框可批量填写。")
    st.caption(hint.format(count=numbers.whole(found.total)))
    rows = found.rows
    drawn = zlib.crc32(repr([(row.post_id, row.seen) for row in rows]).encode())
    table: dict[str, list[str | None]] = {
        _("姓名"): [row.name for row in rows],
        _("岗位"): [_(POST_WORDS[row.role]) for row in rows],
        _("网格"): [row.grid_name or numbers.NOTHING for row in rows],
        _("性别"): [row.cells["sex"] for row in rows],
        _("联系电话"): [row.cells["phone"] for row in rows],
        _("人员身份"): [row.cells["background"] for row in rows],
        _("上岗日期"): [row.since.isoformat() for row in rows],
        _("离岗日期"): [row.until.isoformat() if row.until else None for row in rows],
        _("网格代码"): [row.grid_code or None for row in rows],
    }
    if any(row.covers for row in rows):
        table[_("说明")] = [_("代岗") if row.covers else None for row in rows]
    width = {
        _("姓名"): 92, _("岗位"): 122, _("网格"): 158, _("性别"): 50, _("联系电话"): 106,
        _("人员身份"): 96, _("上岗日期"): 94, _("离岗日期"): 94, _("网格代码"): 138,
    }  # fmt: skip
    chosen = st.dataframe(
        pd.DataFrame(table),
        key=f"{key} {drawn}",
        hide_index=True,
        placeholder=numbers.NOTHING,
        height="content" if len(rows) <= MOST_WITHOUT_SCROLLING else 500,
        on_select="rerun",
        selection_mode=MANY if several else SELECTION,
        column_config={
            label: st.column_config.TextColumn(width=pixels, pinned=label == _("姓名"))
            for label, pixels in width.items()
        },
        alt=_("在岗人员，点一行查看此人"),
    )
    filters.pages(found.total, PAGE_SIZE)
    if not several:
        row = chosen_row(chosen, len(rows))
        return Chosen(rows[row] if row is not None else None)
    selection: Any = chosen["selection"]
    boxes = [n for n in selection.get("rows", ()) if isinstance(n, int) and 0 <= n < len(rows)]
    cells = [cell[0] for cell in selection.get("cells", ())]
    opened = next((n for n in cells if isinstance(n, int) and 0 <= n < len(rows)), None)
    return Chosen(rows[opened] if opened is not None else None, tuple(rows[n] for n in boxes))


def open_person(row: LineRow, day: date, today: date) -> None:
    """The person behind a line; whom a center above keeps can only be read about in the grid."""
    if row.person_id is None:
        if row.grid_code:
            leave_for("grid", {"code": row.grid_code})
        return
    leave_for("person", {"id": str(row.person_id)} | ({"day": f"{day}"} if day != today else {}))
