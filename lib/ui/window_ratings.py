"""The windows of a center in a month: what their visitors said, entered as in a spreadsheet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.metrics.ranking import ranks
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.windows.commands import LONGEST_NAME, MOST_VISITORS, close_window, enter_ratings, open_window
from lib.windows.queries import WindowRow, windows_of
from lib.windows.steps import STEP_WORDS

MONTHS = 12
NAME, TABLE = "name of the window", "ratings of windows"


def choose_month(page: Page) -> date:
    """One of the last months, from the address; the last that is over where nothing is said."""
    months = [clock.start_of_month(page.today, back) for back in range(MONTHS)]
    words = {f"{one:%Y-%m}": numbers.month(one) for one in months}
    said = filters.choice("month", _("月份"), words, f"{months[1]:%Y-%m}")
    return date.fromisoformat(f"{said}-01")


def ratings(page: Page, session: ScopedSession, center: CenterCard, month: date) -> None:
    found = windows_of(session, center.center.code, month)
    if not found:
        st.info(_("这里还没有窗口。请先在本单位新增窗口，再填报群众评价。"), icon=":material/info:")
        return
    rated = [one for one in found if one.satisfaction.denominator]
    best = max(rated, key=lambda one: one.satisfaction.value or 0, default=None)
    title = _("{count}个窗口，{rated}个有评价").format(count=len(found), rated=len(rated))
    if best is not None:
        title = _("{name}满意率最高，{rate}").format(
            name=best.name if best.center_code == center.center.code else best.center_name + best.name,
            rate=numbers.percent(best.satisfaction.value),
        )
    st.subheader(escaped(title), anchor=False)
    st.caption(_("满意率 = 满意的评价 ÷ 全部评价，按现行统计口径；没有评价的窗口不排名。"))
    own = [one for one in found if one.center_code == page.viewer.center_code]
    if own and page.viewer.may(Permission.ENTER_SCORES):
        _editor(page.viewer, own, month)
        found = tuple(one for one in found if one not in own)
    if found:
        st.dataframe(
            _frame(list(found)), hide_index=True, alt=_("各窗口的五级评价和满意率"),
            placeholder=numbers.NOTHING,
        )  # fmt: skip


def _frame(rows: list[WindowRow]) -> pd.DataFrame:
    places = ranks([one.satisfaction for one in rows])
    table: dict[str, list[Any]] = {
        _("单位"): [one.center_name for one in rows],
        _("窗口"): [one.name for one in rows],
    }
    for step, words in STEP_WORDS.items():
        table[_(words)] = [one.counts[step] for one in rows]
    table[_("满意率（%）")] = [
        None if one.satisfaction.value is None else float(one.satisfaction.value) for one in rows
    ]
    table[_("名次")] = [places.get(str(one.id)) for one in rows]
    table[_("填报人")] = [one.entered_by for one in rows]
    return pd.DataFrame(table)


def _editor(viewer: Viewer, rows: list[WindowRow], month: date) -> None:
    """Only the five numbers can be changed; what comes back is held against our own rows."""
    key = f"{TABLE} {month}"
    fixed = [_("单位"), _("窗口"), _("满意率（%）"), _("名次"), _("填报人")]
    edited = st.data_editor(
        _frame(rows), key=key, hide_index=True, disabled=fixed, num_rows="fixed",
        column_config={
            _(words): st.column_config.NumberColumn(min_value=0, max_value=MOST_VISITORS, step=1)
            for words in STEP_WORDS.values()
        },
        alt=_("各窗口的五级评价和满意率"),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("保存评价"), key="save the ratings", type="primary", icon=":material/save:", on_click=_save,
            args=(viewer, rows, month, edited, key),
        )  # fmt: skip
        with st.popover(_("停用窗口"), icon=":material/block:"):
            for one in rows:
                st.button(
                    _("停用{name}").format(name=escaped(one.name)), key=f"close window {one.id}",
                    on_click=_close, args=(viewer, one),
                )  # fmt: skip


def _save(viewer: Viewer, rows: list[WindowRow], month: date, edited: Any, key: str) -> None:
    """All of it or nothing; only what differs is written."""
    changed: list[tuple[WindowRow, dict[str, int]]] = []
    for place, row in enumerate(rows):
        said = {step: edited.iloc[place][_(words)] for step, words in STEP_WORDS.items()}
        counts = {step: _whole(number) for step, number in said.items()}
        if counts != row.counts:
            changed.append((row, counts))

    def act(session: ScopedSession) -> None:
        if not changed:
            raise BadInput(_("没有改动，不用保存。"))
        for row, counts in changed:
            enter_ratings(session, row.id, month, counts, row.seen)

    press(
        viewer, _("已保存{count}个窗口的评价。").format(count=len(changed)), act, forgets=(key,)
    )  # fmt: skip


def _whole(number: Any) -> int:
    """An empty cell is nobody; what is no whole number is refused by the command."""
    if number is None or pd.isna(number):
        return 0
    return int(number) if float(number).is_integer() else -1


def _close(viewer: Viewer, one: WindowRow) -> None:
    press(
        viewer, _("已停用{name}。").format(name=one.name), lambda session: close_window(session, one.id)
    )  # fmt: skip


def add(viewer: Viewer) -> None:
    if not viewer.may(Permission.ENTER_SCORES):
        return
    with st.popover(_("新增窗口"), icon=":material/add:", key="add a window"):
        st.text_input(_("窗口名称"), key=NAME, max_chars=LONGEST_NAME)
        st.button(_("新增到本单位"), key="open the window", type="primary", on_click=_add, args=(viewer,))


def _add(viewer: Viewer) -> None:
    name = str(st.session_state.get(NAME, ""))
    press(
        viewer, _("已新增窗口。"),
        lambda session: open_window(session, viewer.center_code, name), empties=(NAME,),
    )  # fmt: skip
