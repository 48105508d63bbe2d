"""The reports of the level below: who is in, who is late, and what those who review them do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.models.scheduling import ReportState
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.i18n import _, numbers
from lib.scheduling.commands import close_round, urge_late
from lib.scheduling.queries import ReportRow
from lib.scheduling.states import WAITING
from lib.ui.menu import BY_NAME
from lib.ui.page import leave_for
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.rounds import Chosen, badge_column, round_words, state_colors, state_words
from lib.ui.tables import SELECTION, chosen_row

# What asks something of the reader comes first.
ORDER = (ReportState.SUBMITTED, ReportState.RETURNED, ReportState.OPEN, ReportState.ACCEPTED)


def actions(chosen: Chosen) -> None:
    """What may be done to the round as a whole, and its meeting."""
    row, viewer = chosen.row, chosen.page.viewer
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if viewer.may(Permission.REVIEW_REPORTS) and row.closed_at is None:
            _urge(chosen)
            if viewer.scope.covers(chosen.page.deployment.root_code):
                _close(chosen)
        if row.own_report is not None:
            st.page_link(
                BY_NAME["report"].file,
                label=_("本单位材料"),
                icon=":material/edit_note:",
                query_params={"report": str(row.own_report)},
            )
        st.page_link(
            BY_NAME["meeting"].file,
            label=_("本轮会议"),
            icon=":material/groups:",
            query_params={"round": str(row.id)},
        )
        st.page_link(
            BY_NAME["pack"].file,
            label=_("会议材料"),
            icon=":material/co_present:",
            query_params={"round": str(row.id), "center": chosen.center.center.code},
        )
    if row.closed_at is not None:
        st.info(
            _("这一轮已于{moment}结束，只能查看。").format(moment=numbers.moment(row.closed_at)),
            icon=":material/lock:",
        )


def _urge(chosen: Chosen) -> None:
    row = chosen.row
    below = row.late - _own_is_late(chosen)
    st.button(
        _("一键催报"),
        key="urge",
        icon=":material/campaign:",
        type="primary",
        disabled=below <= 0,
        help=_("向您范围内{count}个逾期未报的单位催报一次。").format(count=below)
        if below > 0
        else _("没有逾期未报的下级单位。"),
        on_click=_urge_now,
        args=(chosen.page.viewer, row.id),
    )


def _own_is_late(chosen: Chosen) -> bool:
    row = chosen.row
    return row.own_due is not None and row.own_due < chosen.page.moment and row.own_state in WAITING


def _urge_now(viewer: Viewer, round_id: int) -> None:
    press(viewer, _urged, lambda session: urge_late(session, round_id))


def _urged(count: int) -> str:
    if not count:
        return _("没有逾期未报的下级单位，没有发出催报。")
    return _("已向{count}个逾期未报的单位催报。").format(count=numbers.whole(count))


def _close(chosen: Chosen) -> None:
    with st.popover(_("结束本轮"), icon=":material/lock:"):
        waiting = chosen.row.asked - chosen.row.handed_in
        st.markdown(
            escaped(
                _("结束后不能再上报、审核和催报，不能撤回。现在还有{count}个单位没有上报。").format(
                    count=numbers.whole(waiting)
                )
            )
        )
        st.button(
            _("确认结束"), key="close the round", type="primary", on_click=_close_now,
            args=(chosen.page.viewer, chosen.row.id, round_words(chosen.row)),
        )  # fmt: skip


def _close_now(viewer: Viewer, round_id: int, words: str) -> None:
    press(viewer, _("{round}已结束。").format(round=words), lambda session: close_round(session, round_id))


def below(chosen: Chosen) -> None:
    """The table of the next level; its rows open the reports."""
    rows = sorted(chosen.card.below, key=lambda one: (not one.late, ORDER.index(one.state), one.center_code))
    if not rows:
        st.caption(_("这一轮在这个中心以下没有要上报的单位。"))
        return
    st.subheader(escaped(_below_words(chosen, rows)), anchor=False)
    # A report may be handed in between two draws; what was clicked is what stood there then.
    key = f"below {chosen.row.id} {chosen.center.center.code}"
    ids = tuple(one.id for one in rows)
    drawn = st.session_state.get(f"{key} as drawn", ids)
    st.session_state[f"{key} as drawn"] = ids
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("单位"): [one.center_name for one in rows],
                _("状态"): [state_words(one.state, one.late) for one in rows],
                _("时限"): [numbers.table_moment(one.due_at) for one in rows],
                _("上报时间"): [numbers.table_moment(one.submitted_at) for one in rows],
                _("上报人"): [one.submitted_by or numbers.NOTHING for one in rows],
                _("催报次数"): [one.urged_times for one in rows],
            }
        ),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode=SELECTION,
        column_config={
            _("单位"): st.column_config.TextColumn(width=260, pinned=True),
            _("状态"): badge_column(state_colors()),
        },
        alt=_("下级上报情况，点一行打开材料"),
    )
    st.caption(_("点击表中任意一行打开材料。"))
    number = chosen_row(event, len(drawn))
    if number is not None:
        leave_for("report", {"report": str(drawn[number])})


def _below_words(chosen: Chosen, rows: list[ReportRow]) -> str:
    review = sum(one.state is ReportState.SUBMITTED for one in rows)
    if chosen.card.reviews and review and chosen.page.viewer.may(Permission.REVIEW_REPORTS):
        return _("下级{count}个单位，{review}份等您审核").format(count=len(rows), review=review)
    late = sum(one.late and one.state in WAITING for one in rows)
    if late:
        return _("下级{count}个单位，{late}个逾期未报").format(count=len(rows), late=late)
    return _("下级{count}个单位").format(count=len(rows))
