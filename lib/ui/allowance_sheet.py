"""The month's sheet: of a town with its people and what can be done with it, of centers above as sums."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.reward import SheetState
from db.scope import ScopedSession
from lib import clock
from lib.centers.queries import CenterCard
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed, numbers
from lib.roster.rewards.commands import (
    LONGEST_REASON,
    TOWN,
    approve_sheet,
    make_sheet,
    recount,
    return_sheet,
    submit_sheet,
)
from lib.roster.rewards.queries import SheetCard, TownRow, sheet_card, sheets_below
from lib.roster.rewards.states import SHEET, SHEET_WORDS
from lib.roster.rewards.words import money
from lib.ui import allowance_files, allowance_line, filters
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.place import go_down
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

MONTHS, LATE_IN_THE_MONTH = 12, 25
RETURNING = "why the sheet goes back"
COLORS: dict[SheetState, Any] = {
    SheetState.DRAFT: "blue",
    SheetState.SUBMITTED: "orange",
    SheetState.APPROVED: "green",
}
ICONS = {
    SheetState.DRAFT: ":material/edit:",
    SheetState.SUBMITTED: ":material/hourglass_top:",
    SheetState.APPROVED: ":material/check_circle:",
}


def choose_month(page: Page) -> date:
    """From the address; by itself the month that is worked on: this one once it nears its end."""
    months = [clock.start_of_month(page.today, back) for back in range(MONTHS)]
    words = {f"{one:%Y-%m}": numbers.month(one) for one in months}
    usual = months[0] if page.today.day >= LATE_IN_THE_MONTH else months[1]
    with st.container(width=200):
        said = filters.choice("month", _("月份"), words, f"{usual:%Y-%m}")
    return date.fromisoformat(f"{said}-01")


def draw(page: Page, session: ScopedSession, center: CenterCard, month: date) -> None:
    code = center.center.code
    if len(code) > TOWN:
        st.info(_("发放表按乡镇（街道）编制，村（社区）人员在乡镇（街道）的表上。"), icon=":material/info:")
        if page.viewer.scope.covers(code[:TOWN]):
            st.page_link(
                BY_NAME["allowances"].file, label=_("打开乡镇（街道）发放表"), icon=":material/arrow_upward:",
                query_params={"center": code[:TOWN], "month": f"{month:%Y-%m}"},
            )  # fmt: skip
    elif len(code) < TOWN:
        _towns(sheets_below(session, code, month), month)
    else:
        card = sheet_card(session, code, month)
        if card is None:
            _nothing_yet(page, code, month)
        else:
            _town(page, session, card)


# -- above the towns


def _towns(rows: tuple[TownRow, ...], month: date) -> None:
    made = sum(sum(one.states.values()) for one in rows)
    towns, waiting = sum(one.towns for one in rows), sum(one.states[SheetState.SUBMITTED] for one in rows)
    st.subheader(
        _("{towns}个乡镇（街道）中{made}个已编制，合计{sum}").format(
            towns=towns, made=made, sum=money(sum(one.cents for one in rows))
        ),
        anchor=False,
    )
    approved = sum(one.states[SheetState.APPROVED] for one in rows)
    st.caption(
        _("{month}，{waiting}张等待审批，{approved}张已审批；金额含未审批的。点击任意一行查看下级。").format(
            month=numbers.month(month), waiting=waiting, approved=approved
        )
    )
    table: dict[str, list[Any]] = {_("单位"): [one.name for one in rows]}
    if all(one.towns == 1 for one in rows):  # each is a town
        table[_("状态")] = [_state(one) for one in rows]
    else:
        table[_("乡镇（街道）")] = [one.towns for one in rows]
        table[_("未编制")] = [one.towns - sum(one.states.values()) for one in rows]
        table |= {_(words): [one.states[state] for one in rows] for state, words in SHEET_WORDS.items()}
    table[_("人数")] = [one.people if any(one.states.values()) else None for one in rows]
    table[_("金额（元）")] = [one.cents / 100 if any(one.states.values()) else None for one in rows]
    key = f"sheets of {month}"
    st.dataframe(
        pd.DataFrame(table), key=key, hide_index=True, selection_mode=SELECTION,
        on_select=lambda: go_down(key, tuple(one.code for one in rows)),
        column_config={_("金额（元）"): st.column_config.NumberColumn(format="accounting")},
        height="content" if len(rows) <= 30 else 560, placeholder=numbers.NOTHING,
        alt=_("各单位补助发放表的办理情况和金额"),
    )  # fmt: skip


def _state(one: TownRow) -> str:
    return next((_(SHEET_WORDS[state]) for state, count in one.states.items() if count), _("未编制"))


# -- a town


def _nothing_yet(page: Page, code: str, month: date) -> None:
    st.info(
        _("{month}的发放表还没有编制。编制时按现行办法统计任职、巡查、走访、抽查、培训和奖励。").format(
            month=numbers.month(month)
        ),
        icon=":material/payments:",
    )
    if month <= page.today:
        st.button(
            _("编制发放表"), key="make the sheet", type="primary", icon=":material/calculate:",
            on_click=press, args=(page.viewer, _("已编制发放表。"), lambda s: make_sheet(s, code, month)),
        )  # fmt: skip


def _town(page: Page, session: ScopedSession, card: SheetCard) -> None:
    corrected = sum(one.corrected is not None for one in card.lines)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.subheader(
            _("{month}：{people}人，合计{sum}").format(
                month=numbers.month(card.month), people=len(card.lines), sum=money(card.total)
            ),
            anchor=False,
            width="content",
        )
        st.badge(_(SHEET_WORDS[card.state]), color=COLORS[card.state], icon=ICONS[card.state])
    told = [
        _("编制：{person} {at}").format(person=card.made_by, at=numbers.table_moment(card.made_at)),
        _("提交：{person} {at}").format(
            person=card.submitted_by, at=numbers.table_moment(card.submitted_at)
        ) if card.submitted_by else "",
        _("审批：{person} {at}").format(
            person=card.approved_by, at=numbers.table_moment(card.approved_at)
        ) if card.approved_by else "",
        _("办法依据：{source}").format(source=card.source),
        _("更正{count}人").format(count=corrected) if corrected else "",
    ]  # fmt: skip
    st.caption(escaped(" · ".join(one for one in told if one)))
    _steps(page, card)
    allowance_line.opened(page, card)
    _table(card)
    allowance_files.again(session, card)


def _steps(page: Page, card: SheetCard) -> None:
    """What this person can do with it now."""
    steps = {one.action: one for one in SHEET.open_to(page.viewer, card.state) if one.action != "correct"}
    if card.own and "approve" in steps:
        st.caption(_("您编制、更正、提交过这张发放表，或登记过本月的一次性补助，请由另一个人审批。"))
        del steps["approve"]
    acts: dict[str, tuple[Any, Any]] = {
        "recount": (_recounted, lambda s: recount(s, card.id, card.seen)),
        "submit": (_("已提交，等待审批。"), lambda s: submit_sheet(s, card.id, card.seen)),
        "approve": (_("已审批通过。"), lambda s: approve_sheet(s, card.id, card.seen)),
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for action, (done, act) in acts.items():
            if action in steps:
                st.button(
                    _(steps[action].words), key=f"sheet {action}", on_click=press,
                    args=(page.viewer, done, act),
                    type="secondary" if action == "recount" else "primary",
                )  # fmt: skip
        back = steps.get("return")
        if back is not None:
            with st.popover(_(back.words), icon=":material/undo:"):
                st.text_input(_("理由"), key=RETURNING, max_chars=LONGEST_REASON)
                st.button(
                    _(back.words), key="sheet return", on_click=_return, args=(page, card)
                )  # fmt: skip
        allowance_files.export(page, card)


def _recounted(lost: int) -> str:
    if lost:
        return _("已重新计算。{count}人的计算结果变了，原来的更正已取消，请核对。").format(count=lost)
    return _("已重新计算。")


def _return(page: Page, card: SheetCard) -> None:
    why = str(st.session_state.get(RETURNING, ""))
    press(
        page.viewer, _("已退回修改。"), lambda s: return_sheet(s, card.id, why, card.seen), (RETURNING,)
    )  # fmt: skip


def _table(card: SheetCard) -> None:
    if not card.lines:
        st.info(_("本月没有办法规定的岗位有人任职，也没有奖励。"), icon=":material/info:")
        return
    key, reasons = f"lines of {card.id}", any(one.why for one in card.lines)
    event = st.dataframe(
        pd.DataFrame(
            {
                _("姓名"): [one.name for one in card.lines],
                _("岗位"): [listed(_(POST_WORDS[role]) for role in one.roles) for one in card.lines],
                _("网格"): [listed(one.places) for one in card.lines],
                _("任职天数"): [one.days for one in card.lines],
                _("积分"): [one.points for one in card.lines],
                _("计算金额（元）"): [one.cents / 100 for one in card.lines],
                _("实发金额（元）"): [one.due / 100 for one in card.lines],
                _("更正理由"): [one.why for one in card.lines],
            }
        ),
        key=key, hide_index=True, on_select="rerun", selection_mode=SELECTION,
        height="content" if len(card.lines) <= 15 else 560, placeholder=numbers.NOTHING,
        column_config={
            _("姓名"): st.column_config.TextColumn(pinned=True),
            _("网格"): st.column_config.TextColumn(width=150 if reasons else 190),
            _("更正理由"): st.column_config.TextColumn(width=190),
            _("计算金额（元）"): st.column_config.NumberColumn(format="accounting"),
            _("实发金额（元）"): st.column_config.NumberColumn(format="accounting"),
        },
        alt=_("发放表，每人一行，点一行查看计算过程"),
    )  # fmt: skip
    row = chosen_row(event, len(card.lines))
    said = st.query_params.get(allowance_line.LINE)
    if row is not None and said != str(card.lines[row].person_id):
        st.query_params[allowance_line.LINE] = str(card.lines[row].person_id)
        st.rerun()
    st.caption(_("点击任意一行查看计算过程；编制中可以更正金额，须写明理由。"))
