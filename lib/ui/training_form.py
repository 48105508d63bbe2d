"""The fields of a round and of a session of training, and what was typed into them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from db.models.roster import PostRole
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.grids.words import POST_WORDS
from lib.i18n import _
from lib.roster.training.planning import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_WORDS,
    MOST_MINUTES,
    Plan,
    Sitting,
)
from lib.roster.training.rows import SessionRow, TrainingRow
from lib.ui.drafts import field_of, typed
from lib.ui.page import Page
from lib.ui.plain import escaped

NEW_SESSION = "session to hold"
MONTHS = (None, 3, 6, 12, 18, 24, 36, 60)
USUAL_MINUTES = 90
SITTING = ("subject", "held_on", "minutes", "place", "trainer")


def plan_words() -> dict[str, str]:
    return {
        "name": _("培训名称"), "first_day": _("开始日期"), "last_day": _("结束日期"), "roles": _("培训岗位"),
        "valid_months": _("有效期"), "note": _("说明"),
    }  # fmt: skip


def plan_fields(name: str) -> None:
    words = plan_words()
    st.text_input(words["name"], key=field_of(name, "name"), max_chars=LONGEST_NAME)
    with st.grid(columns=3, min_column_width=180, vertical_alignment="bottom"):
        st.date_input(words["first_day"], key=field_of(name, "first_day"), format="YYYY-MM-DD")
        st.date_input(words["last_day"], key=field_of(name, "last_day"), format="YYYY-MM-DD")
        held = st.session_state.get(field_of(name, "valid_months"))
        st.selectbox(
            words["valid_months"], sorted({*MONTHS, held}, key=lambda one: (one is not None, one or 0)),
            key=field_of(name, "valid_months"),
            format_func=lambda one: _("长期有效") if one is None else _("{count}个月").format(count=one),
        )  # fmt: skip
    st.multiselect(
        words["roles"], list(PostRole), key=field_of(name, "roles"),
        format_func=lambda role: _(POST_WORDS[role]),
    )  # fmt: skip
    st.text_input(words["note"], key=field_of(name, "note"), max_chars=LONGEST_NOTE)


def plan_said(name: str) -> Plan:
    given = st.session_state
    first, last = given.get(field_of(name, "first_day")), given.get(field_of(name, "last_day"))
    months = given.get(field_of(name, "valid_months"))
    roles = tuple(role for role in given.get(field_of(name, "roles"), ()) if isinstance(role, PostRole))
    return Plan(
        typed(name, "name"), _day(first), _day(last), roles, months if isinstance(months, int) else None,
        typed(name, "note"),
    )  # fmt: skip


def _day(said: Any) -> date:
    """An emptied field is refused by the command, for no round and no session lies there."""
    return said if isinstance(said, date) else date.max


def new_session(
    page: Page, center: CenterCard, row: TrainingRow, hold: Callable[[Viewer, str, TrainingRow], None]
) -> None:
    code = max(center.center.code, row.center_code, key=len)
    with st.expander(
        escaped(_("为{center}安排一场").format(center=center.center.name)), icon=":material/add:"
    ):
        start = min(max(page.today, row.first_day), row.last_day)
        st.session_state.setdefault(field_of(NEW_SESSION, "held_on"), start)
        st.session_state.setdefault(field_of(NEW_SESSION, "minutes"), USUAL_MINUTES)
        sitting_fields(NEW_SESSION)
        st.button(
            _("安排这场培训"), key="hold the session", type="primary", on_click=hold,
            args=(page.viewer, code, row),
        )  # fmt: skip


def sitting_fields(name: str) -> None:
    st.text_input(_("培训内容"), key=field_of(name, "subject"), max_chars=LONGEST_WORDS)
    with st.grid(columns=4, min_column_width=160, vertical_alignment="bottom"):
        st.date_input(_("举办日期"), key=field_of(name, "held_on"), format="YYYY-MM-DD")
        st.number_input(
            _("时长（分钟）"), min_value=1, max_value=MOST_MINUTES, step=30, key=field_of(name, "minutes")
        )
        st.text_input(_("地点"), key=field_of(name, "place"), max_chars=LONGEST_WORDS)
        st.text_input(_("授课人"), key=field_of(name, "trainer"), max_chars=LONGEST_WORDS)


def sitting_keys(name: str) -> tuple[str, ...]:
    return tuple(field_of(name, field) for field in SITTING)


def sitting_said(name: str) -> Sitting:
    given = st.session_state
    return Sitting(
        typed(name, "subject"), _day(given.get(field_of(name, "held_on"))),
        int(given.get(field_of(name, "minutes")) or 0), typed(name, "place"), typed(name, "trainer"),
    )  # fmt: skip


def sitting_of(row: SessionRow) -> dict[str, Any]:
    return {field: getattr(row, field) for field in SITTING}


def sitting_words() -> dict[str, str]:
    return {
        "subject": _("培训内容"), "held_on": _("举办日期"), "minutes": _("时长（分钟）"), "place": _("地点"),
        "trainer": _("授课人"),
    }  # fmt: skip
