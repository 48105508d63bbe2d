"""Tasks: the table of those that one's center owns or has decided, and one task that is open above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.models.scheduling import TaskState
from lib.i18n import _, numbers
from lib.scheduling.states import TASK_WORDS, UNDONE
from lib.scheduling.tasks.queries import TaskRow
from lib.ui import filters
from lib.ui.page import leave_for
from lib.ui.rounds import badge_column
from lib.ui.tables import SELECTION, chosen_row

OWNED, DECIDED, EVERY = "owned", "decided", "all"
UNDONE_ONLY, OVERDUE, WHATEVER = "undone", "overdue", "all"


def words_of(row: TaskRow) -> list[str]:
    """The state as badges, with what is overdue said beside it."""
    return [_(TASK_WORDS[row.state]), *([_("逾期")] if row.overdue else [])]


def colors() -> dict[str, str]:
    return {
        _(TASK_WORDS[TaskState.OPEN]): "blue",
        _(TASK_WORDS[TaskState.REPORTED]): "violet",
        _(TASK_WORDS[TaskState.DONE]): "green",
        _(TASK_WORDS[TaskState.DROPPED]): "gray",
        _("逾期"): "red",
    }


def owner_words(row: TaskRow) -> str:
    if not row.department:
        return row.owner
    return _("{center} · {department}").format(center=row.owner, department=row.department)


def chosen(rows: Sequence[TaskRow], code: str) -> list[TaskRow]:
    """Draws the filters and keeps what they let through."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        side = filters.tabs(
            "side",
            _("与本单位的关系"),
            {EVERY: _("全部"), OWNED: _("本单位承办"), DECIDED: _("本单位交办")},
            EVERY,
        )
        state = filters.tabs(
            "state",
            _("状态"),
            {UNDONE_ONLY: _("未办结"), OVERDUE: _("逾期"), WHATEVER: _("全部")},
            UNDONE_ONLY,
        )
    kept = []
    for row in rows:
        if side == OWNED and row.owner_code != code:
            continue
        if side == DECIDED and row.decided_by_code != code:
            continue
        if state == OVERDUE and not row.overdue:
            continue
        if state == UNDONE_ONLY and row.state not in UNDONE:
            continue
        kept.append(row)
    return kept


def task_table(rows: Sequence[TaskRow], key: str) -> None:
    """A chosen row opens its task."""
    ids = tuple(row.id for row in rows)
    drawn = st.session_state.get(f"{key} as drawn", ids)
    st.session_state[f"{key} as drawn"] = ids
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("任务"): [row.matter for row in rows],
                _("状态"): [words_of(row) for row in rows],
                _("责任单位"): [owner_words(row) for row in rows],
                _("完成时限"): [f"{row.due_on}" for row in rows],
                _("逾期天数"): [row.overdue or None for row in rows],
                _("进度"): [row.percent for row in rows],
                _("完成标准"): [row.measure for row in rows],
            }
        ),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode=SELECTION,
        placeholder=numbers.NOTHING,
        column_config={
            _("任务"): st.column_config.TextColumn(width=300, pinned=True),
            _("状态"): badge_column(colors()),
            _("进度"): st.column_config.ProgressColumn(min_value=0, max_value=100, format="%d%%", width=110),
        },
        alt=_("任务列表，点一行打开任务"),
    )
    number = chosen_row(event, len(drawn))
    if number is not None:
        _open(str(drawn[number]))


def _open(task: str) -> None:
    leave_for("tasks", {"task": task, "state": WHATEVER})
