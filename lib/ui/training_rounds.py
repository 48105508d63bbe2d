"""Rounds of training on the screen: the list with its coverage, one round with its sessions, the forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.roster import PostRole
from db.models.training import AttendanceResult
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed, numbers
from lib.roster.training.commands import cancel_round, change_round, hold_session, plan_round
from lib.roster.training.planning import LONGEST_NOTE, Plan
from lib.roster.training.queries import RoundCard, rounds_of
from lib.roster.training.rows import TrainingRow
from lib.roster.training.words import STATE_WORDS, RoundState
from lib.ui import drafts, filters, training_form
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 20
NEW = "round to plan"


def open_one(name: str, key: str, ids: tuple[int, ...]) -> None:
    """A chosen row: the address then names it."""
    row = chosen_row(st.session_state[key], len(ids))
    if row is not None:
        st.query_params[name] = str(ids[row])
        st.query_params.pop("page", None)


def close(*names: str) -> None:
    for name in (*names, "page", "find"):
        st.query_params.pop(name, None)


def way_back() -> None:
    st.button(
        _("回到培训列表"), key="close the round", type="tertiary", icon=":material/arrow_back:",
        on_click=close, args=("round",),
    )  # fmt: skip


def bar(label: str) -> Any:
    return st.column_config.ProgressColumn(label, min_value=0, max_value=100, format="%.1f%%", width=140)


def columns(rate: str) -> dict[str, Any]:
    whole = st.column_config.NumberColumn(format="localized")
    return {rate: bar(rate), _("已合格"): whole, _("应培训"): whole}


def span(row: TrainingRow) -> str:
    return _("{first}至{last}").format(first=row.first_day, last=row.last_day)


def validity(months: int | None) -> str:
    return _("长期有效") if months is None else _("{count}个月").format(count=months)


def rounds(session: ScopedSession, code: str, below: bool) -> None:
    found = rounds_of(session, code, below, filters.page_number(), PAGE_SIZE)
    if not found.rows:
        if below:
            st.info(_("下级中心没有自办的培训。"), icon=":material/info:")
        else:
            st.info(_("还没有培训安排。点“安排一轮培训”，选定岗位和起止日期。"), icon=":material/school:")
        return
    rows, key = found.rows, f"rounds of {code} {below} {filters.page_number()}"
    rate = _("覆盖率")
    st.dataframe(
        pd.DataFrame(
            {
                _("培训"): [one.name for one in rows],
                _("安排单位"): [one.center_name for one in rows],
                _("状态"): [_(STATE_WORDS[one.state]) for one in rows],
                _("起止日期"): [span(one) for one in rows],
                rate: [None if one.share.value is None else float(one.share.value) for one in rows],
                _("已合格"): [one.share.numerator for one in rows],
                _("应培训"): [one.share.denominator for one in rows],
                _("岗位"): [listed(_(POST_WORDS[role]) for role in one.roles) for one in rows],
                _("有效期"): [validity(one.valid_months) for one in rows],
            }
        ),
        key=key, hide_index=True, selection_mode=SELECTION,
        on_select=lambda: open_one("round", key, tuple(one.id for one in rows)),
        column_config=columns(rate) | {_("培训"): st.column_config.TextColumn(width=228)},
        placeholder=numbers.NOTHING, alt=_("各轮培训的覆盖率，点一行打开"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    st.caption(
        _("覆盖率 = 本轮培训合格的人 ÷ 在这些岗位上的人，按最后一天计，没结束的按今天计。点一行打开。")
    )


def head(row: TrainingRow) -> None:
    st.title(escaped(row.name), anchor=False)
    facts = [
        _(STATE_WORDS[row.state]), row.center_name,
        _("{first}至{last}").format(first=numbers.day(row.first_day), last=numbers.day(row.last_day)),
        listed(_(POST_WORDS[role]) for role in row.roles), validity(row.valid_months),
    ]  # fmt: skip
    st.caption(escaped(" · ".join(facts)))
    if row.note:
        st.text(row.note)
    missing = row.share.denominator - row.share.numerator
    with st.grid(columns=3, min_column_width=160):
        st.metric(_("覆盖率"), numbers.percent(row.share.value), border=True)
        st.metric(
            _("已合格 ÷ 应培训"),
            f"{numbers.whole(row.share.numerator)} ÷ {numbers.whole(row.share.denominator)}", border=True,
        )  # fmt: skip
        st.metric(_("还没有合格"), numbers.whole(missing), border=True)
    st.caption(_("按{day}在岗人员计算。").format(day=numbers.day(row.counted_on)))


def children(card: RoundCard) -> None:
    due = [one for one in card.children if one.share.denominator]
    if len(due) < 2:
        return
    worst = min(due, key=lambda one: one.share.value or 0)
    behind = [one for one in due if one.share.numerator < one.share.denominator]
    title = _("各下级单位都已全员合格")
    if behind:
        alike = sum(one.share.value == worst.share.value for one in due)
        words = _("{name}覆盖率最低，{rate}")
        if alike > 1:
            words = _("{name}等{count}个单位覆盖率最低，都是{rate}")
        rate = numbers.percent(worst.share.value)
        title = words.format(name=worst.name, count=alike, rate=rate)
    st.subheader(escaped(title), anchor=False)
    rate = _("覆盖率")
    rows = sorted(card.children, key=lambda one: (one.share.value is None, one.share.value or 0))
    key = f"coverage of round {card.row.id} {len(rows)}"

    def go_down() -> None:
        row = chosen_row(st.session_state[key], len(rows))
        if row is not None:
            st.query_params["center"] = rows[row].code

    st.dataframe(
        pd.DataFrame(
            {
                _("单位"): [one.name for one in rows],
                rate: [None if one.share.value is None else float(one.share.value) for one in rows],
                _("已合格"): [one.share.numerator for one in rows],
                _("应培训"): [one.share.denominator for one in rows],
            }
        ),
        key=key, hide_index=True, column_config=columns(rate), placeholder=numbers.NOTHING,
        selection_mode=SELECTION, on_select=go_down, alt=_("各下级单位的覆盖率，点一行看这个单位"),
    )  # fmt: skip


def sessions(page: Page, center: CenterCard, card: RoundCard) -> None:
    st.subheader(_("培训场次"), anchor=False)
    rows = card.sessions
    opens = page.viewer.may(Permission.READ_ROSTER)
    if rows:
        key = f"sessions of round {card.row.id} {center.center.code}"
        more: Any = {}
        if opens:
            ids = tuple(one.id for one in rows)
            more = {"on_select": lambda: open_one("session", key, ids), "selection_mode": SELECTION}
        counts = {result: [one.counts.get(result, 0) for one in rows] for result in AttendanceResult}
        st.dataframe(
            pd.DataFrame(
                {
                    _("日期"): [one.held_on for one in rows],
                    _("内容"): [one.subject for one in rows],
                    _("参加单位"): [one.center_name for one in rows],
                    _("地点"): [one.place or None for one in rows],
                    _("分钟"): [one.minutes for one in rows],
                    _("合格"): counts[AttendanceResult.PASSED],
                    _("不合格"): counts[AttendanceResult.FAILED],
                    _("缺席"): counts[AttendanceResult.ABSENT],
                    _("请假"): counts[AttendanceResult.EXCUSED],
                    _("状态"): [_("已取消") if one.cancelled else None for one in rows],
                }
            ),
            key=key, hide_index=True, placeholder=numbers.NOTHING,
            alt=_("本轮培训的场次"), **more,
        )  # fmt: skip
        if opens:
            st.caption(_("点一行登记考勤。"))
    else:
        st.info(_("还没有安排场次。"), icon=":material/event:")
    if _keeps(page.viewer, center.center.code) and card.row.state is not RoundState.CANCELLED:
        training_form.new_session(page, center, card.row, _hold)


def _keeps(viewer: Viewer, code: str) -> bool:
    return viewer.may(Permission.KEEP_ROSTER) and viewer.scope.covers(code)


def _hold(viewer: Viewer, code: str, row: TrainingRow) -> None:
    sitting = training_form.sitting_said(training_form.NEW_SESSION)
    press(
        viewer, _("已安排这场培训，举办后点开登记考勤。"),
        lambda session: hold_session(session, row.id, code, sitting),
        forgets=training_form.sitting_keys(training_form.NEW_SESSION),
    )  # fmt: skip


def plan(page: Page, code: str) -> None:
    if not _keeps(page.viewer, code):
        return
    saved = {
        "name": "", "first_day": page.today, "last_day": date(page.today.year, 12, 31),
        "roles": [PostRole.FULL_TIME], "valid_months": 12, "note": "",
    }  # fmt: skip
    with st.expander(_("安排一轮培训"), icon=":material/add:"):
        drafts.begin(NEW, saved, None, {})
        training_form.plan_fields(NEW)
        st.button(
            _("安排培训"), key="plan the round", type="primary", on_click=_plan, args=(page.viewer, code)
        )


def _plan(viewer: Viewer, code: str) -> None:
    said = training_form.plan_said(NEW)

    def done(made: int) -> str:
        st.query_params["round"] = str(made)
        return _("已安排这轮培训，请接着安排场次。")

    press(
        viewer, done, lambda session: plan_round(session, code, said), forgets=(drafts.base_of(NEW),),
    )  # fmt: skip


def change(viewer: Viewer, row: TrainingRow) -> None:
    if not _keeps(viewer, row.center_code) or row.state is RoundState.CANCELLED:
        return
    name = f"round {row.id}"
    saved = {
        "name": row.name, "first_day": row.first_day, "last_day": row.last_day, "roles": list(row.roles),
        "valid_months": row.valid_months, "note": row.note,
    }  # fmt: skip
    with st.expander(_("修改或取消这轮培训"), icon=":material/edit:"):
        seen = drafts.begin(name, saved, row.seen, training_form.plan_words())
        training_form.plan_fields(name)
        st.button(
            _("保存修改"), key=f"{name} save", type="primary", icon=":material/save:", on_click=_change,
            args=(viewer, row.id, seen or 0, name),
        )  # fmt: skip
        st.divider()
        st.text_input(_("取消的原因"), key=f"{name} reason", max_chars=LONGEST_NOTE)
        st.button(
            _("取消这轮培训"), key=f"{name} cancel", icon=":material/block:", on_click=_cancel,
            args=(viewer, row),
        )  # fmt: skip


def _change(viewer: Viewer, round_id: int, seen: int, name: str) -> None:
    said: Plan = training_form.plan_said(name)
    press(
        viewer, _("已保存。"), lambda session: change_round(session, round_id, said, seen),
        forgets=(drafts.base_of(name),),
    )  # fmt: skip


def _cancel(viewer: Viewer, row: TrainingRow) -> None:
    why = str(st.session_state.get(f"round {row.id} reason", ""))
    press(
        viewer, _("已取消这轮培训。"), lambda session: cancel_round(session, row.id, why, row.seen),
        empties=(f"round {row.id} reason",),
    )  # fmt: skip
