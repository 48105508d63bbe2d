"""The parts of one case's page: where it stands, its facts, what people say of it, its repeats."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from db.models.case import Stage
from lib.cases.queries import (
    NATIVE,
    RATING_WORDS,
    SOON,
    SOURCE_WORDS,
    STAGE_WORDS,
    CaseCard,
    CaseRow,
)
from lib.cases.sequence import impossible_order
from lib.i18n import _, listed, numbers
from lib.ui.cases import CASE, case_table, limit_words
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped

# A bar over each step joins the six to a line; the icon and the words say the same without color.
LINE = """<style>
[class*="st-key-stage-"] { border-top: 4px solid #8a949e; padding-top: 0.4rem; }
[class*="st-key-stage-done-"] { border-top-color: #4f8a73; }
[class*="st-key-stage-here-"] { border-top-color: #2f7fd1; }
</style>"""
ICONS = {
    "done": ":material/check_circle:",
    "here": ":material/radio_button_checked:",
    "ahead": ":material/radio_button_unchecked:",
}
RATING_COLORS = {5: "green", 4: "green", 3: "orange", 2: "red", 1: "red"}


def _limit_look(row: CaseRow, moment: datetime) -> tuple[str, str]:
    """The icon and the color of the words about the limit."""
    if row.due_at is None:
        return ":material/schedule:", "gray"
    if row.closed_at is not None:
        late = row.closed_at > row.due_at
        return (":material/history:", "orange") if late else (":material/task_alt:", "green")
    if row.suspended:
        return ":material/pause_circle:", "gray"
    if row.due_at < moment:
        return ":material/error:", "red"
    return ":material/schedule:", "orange" if row.due_at < moment + SOON else "blue"


def badges(card: CaseCard, moment: datetime) -> None:
    """What must be seen first: the limit, and what did not go straight."""
    icon, color = _limit_look(card.row, moment)
    with st.container(horizontal=True, gap="small"):
        st.badge(limit_words(card.row, moment), icon=icon, color=color)  # type: ignore[arg-type]
        if card.row.suspended and color != "gray":
            st.badge(_("挂账"), icon=":material/pause_circle:", color="gray")
        if card.rework_count:
            st.badge(
                _("返工{count}次").format(count=card.rework_count), icon=":material/replay:", color="orange"
            )
        if card.returned_count:
            st.badge(
                _("退回{count}次").format(count=card.returned_count), icon=":material/undo:", color="orange"
            )


def disorder(card: CaseCard) -> None:
    """Says plainly which moments cannot be."""
    row = card.row
    pairs = impossible_order(
        row.reported_at, card.accepted_at, row.closed_at, card.rated_at, card.rework_count > 0
    )
    if pairs:
        words = listed(
            _("{step}早于{earlier}").format(step=_(step), earlier=_(earlier)) for step, earlier in pairs
        )
        st.warning(
            _("时间异常：{words}。原样保留并计入各项数字，请原登记单位核实。").format(words=words),
            icon=":material/running_with_errors:",
        )


def stage_line(card: CaseCard) -> None:
    """The six steps: which are done, which one it is now, and when, as far as that is known."""
    st.html(LINE)
    known = {
        Stage.REPORTED: card.row.reported_at,
        Stage.ACCEPTED: card.accepted_at,
        Stage.CLOSED: card.row.closed_at,
    }
    stages = list(Stage)
    position = stages.index(card.row.stage)
    with st.grid(columns=6, min_column_width=130, gap="xsmall"):
        for number, stage in enumerate(stages):
            state = "done" if number < position or card.row.stage is Stage.CLOSED else "ahead"
            if state == "ahead" and number == position:
                state = "here"
            words = {"done": _("已完成"), "here": _("当前环节"), "ahead": _("未开始")}[state]
            at = known.get(stage)
            with st.container(key=f"stage-{state}-{number}", gap=None):
                st.markdown(f"{ICONS[state]} **{_(STAGE_WORDS[stage])}**")
                when = numbers.table_moment(at) if at else words
                st.caption(f"{words}  \n{when}" if at and state == "here" else when)


def facts(card: CaseCard) -> None:
    """What, where and whose at the left, when and how at the right."""
    row = card.row
    since = row.reported_at

    def after(at: datetime | None) -> str:
        """With the time since the report, where that is one."""
        if at is None or at < since:
            return numbers.table_moment(at)
        return _("{moment}（上报后{span}）").format(
            moment=numbers.table_moment(at), span=numbers.duration(at - since)
        )

    left, right = st.columns(2, gap="medium")
    with left:
        _pairs(
            {
                _("编号"): row.number,
                _("来源"): _(SOURCE_WORDS[row.source]),
                _("类别"): f"{card.category_group} › {row.category}" if card.category_group else row.category,
                _("所在中心"): f"{row.center_name} {row.center_code}",
                _("网格名称"): f"{row.grid_name} {row.grid_code}" if row.grid_code else numbers.NOTHING,
                _("承办部门"): row.department or numbers.NOTHING,
            }
            | ({} if card.origin == NATIVE else {_("登记来源"): card.origin}),
            _("事件的内容和地点"),
        )
    with right:
        _pairs(
            {
                _("上报时间"): numbers.table_moment(since),
                _("立案时间"): after(card.accepted_at),
                _("到期时间"): numbers.table_moment(row.due_at),
                _("结案时间"): after(row.closed_at),
                _("返工和退回"): _("返工{rework}次，退回{returned}次").format(
                    rework=card.rework_count, returned=card.returned_count
                ),
                _("挂账"): _("是") if row.suspended else _("否"),
            },
            _("事件的时间和办理"),
        )


def _pairs(words: dict[str, str], alt: str) -> None:
    st.table(
        pd.DataFrame({"": [escaped(value) for value in words.values()]}, index=list(words)),
        border="horizontal",
        hide_header=True,
        alt=alt,
    )


def rating(card: CaseCard) -> None:
    """All five steps, the given one with its color and a mark."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = _("群众评价")
        st.markdown(f"**{words}**", width="content")
        if card.rating is None:
            st.text(_("还没有评价。"), width="content")
            return
        for step, said in RATING_WORDS.items():
            if step == card.rating:
                st.badge(_(said), icon=":material/check:", color=RATING_COLORS[step])  # type: ignore[arg-type]
            else:
                st.badge(_(said), color="gray")
        st.text(numbers.table_moment(card.rated_at), width="content")


def repeats(card: CaseCard, moment: datetime) -> None:
    """The first report of the same matter, and those that came after this one."""
    if card.repeats is None and not card.repeated_by:
        return
    st.subheader(_("重复反映"), anchor=False)
    if card.repeats is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(_("本事件为重复反映，同一事项首次反映的事件："), width="content")
            st.page_link(
                BY_NAME[CASE].file,
                label=f"{escaped(card.repeats.number)} {numbers.table_moment(card.repeats.reported_at)}",
                icon=":material/link:",
                query_params={"id": str(card.repeats.id)},
            )
    if card.repeated_by:
        words = _("在您的范围内，同一事项后来又反映{count}次。").format(
            count=numbers.whole(card.repeated_count)
        )
        if card.repeated_count > len(card.repeated_by):
            words += _("这里只列出最早的{shown}次。").format(shown=len(card.repeated_by))
        st.text(words)
        case_table(card.repeated_by, moment, key=f"repeats of {card.row.id}")
