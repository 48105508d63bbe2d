"""The records of patrols and visits: found by filters of the address, corrected by whoever wrote them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.duty import Campaign
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.roster.duty.commands import (
    correct_patrol,
    correct_visit,
    remove_patrol,
    remove_visit,
    solve_problem,
)
from lib.roster.duty.listing.queries import (
    DutyFilter,
    Found,
    PatrolRow,
    VisitRow,
    find_patrols,
    find_visits,
)
from lib.roster.duty.records import LONGEST_HOUSEHOLD, LONGEST_WORDS, MOST_MINUTES, MOST_PROBLEMS
from lib.roster.duty.words import CAMPAIGN_WORDS
from lib.ui import filters
from lib.ui.duty_answer import Days
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50
FIND, CAMPAIGN, FOUND, SPAN = "find", "campaign", "found", "span"
MONTH, ONE_DAY, ALWAYS = "month", "day", "all"
NAMES = (FIND, CAMPAIGN, FOUND, SPAN)


def _wanted(center: CenterCard, days: Days, visits: bool) -> DutyFilter:
    """Draws the filters."""
    found = {
        Found.ANYTHING: _("全部"), Found.PROBLEM: _("发现问题的"), Found.OPEN: _("问题未解决的"),
        Found.SOLVED: _("问题已解决的"), Found.NOTHING: _("没有问题的"),
    }  # fmt: skip
    if not visits:
        found = {key: words for key, words in found.items() if key not in (Found.OPEN, Found.SOLVED)}
    with st.grid(columns=4, min_column_width=160, vertical_alignment="bottom"):
        text = filters.search(FIND, _("查找"), _("网格、姓名或户号") if visits else _("网格或姓名"))
        span = filters.choice(
            SPAN, _("时间"), {MONTH: _("本月至当天"), ONE_DAY: _("当天"), ALWAYS: _("不限")}, MONTH
        )  # fmt: skip
        said = filters.choice(
            FOUND, _("发现问题"), {one.value: words for one, words in found.items()}, Found.ANYTHING.value
        )
        campaign = ""
        if visits:
            campaign = filters.choice(
                CAMPAIGN,
                _("走访类型"),
                {"": _("全部类型")} | {one.value: _(words) for one, words in CAMPAIGN_WORDS.items()},
            )
    filters.clear(_("清除筛选"), *NAMES)
    first, last = {MONTH: (days.first, days.day), ONE_DAY: (days.day, days.day)}.get(span, (None, None))
    return DutyFilter(
        center.center.code, first, last, text, campaign=Campaign(campaign) if campaign else None,
        found=Found(said),
    )  # fmt: skip


def visits(page: Page, session: ScopedSession, center: CenterCard, days: Days) -> None:
    wanted, number = _wanted(center, days, visits=True), filters.page_number()
    found = find_visits(session, wanted, number, PAGE_SIZE)
    if not found.rows:
        _nothing(page)
        return
    st.caption(_("共{count}条").format(count=numbers.whole(found.total)))
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [f"{one.day}" for one in found.rows],
                _("网格"): [one.grid_name for one in found.rows],
                _("户号"): [one.household for one in found.rows],
                _("网格员"): [one.person for one in found.rows],
                _("走访类型"): [_(CAMPAIGN_WORDS[one.campaign]) for one in found.rows],
                _("发现问题"): [one.problem or None for one in found.rows],
                _("解决日期"): [_solved(one) for one in found.rows],
                _("所在中心"): [one.center_name for one in found.rows],
                _("登记人"): [one.recorded_by for one in found.rows],
            }
        ),
        key=f"visits {wanted} {number}", hide_index=True, on_select="rerun", selection_mode=SELECTION,
        placeholder=numbers.NOTHING, height="content" if len(found.rows) <= 15 else 560,
        column_config={_("发现问题"): st.column_config.TextColumn(width="medium")},
        alt=_("走访记录，点一行办理"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    row = chosen_row(event, len(found.rows))
    if row is not None and page.viewer.may(Permission.RECORD_DUTY):
        _visit_card(page, found.rows[row])
    else:
        st.caption(_("点击一行可以登记解决、更正或撤销。"))


def _solved(row: VisitRow) -> str | None:
    if not row.problem:
        return None
    return f"{row.solved_on}" if row.solved_on else _("未解决")


def _nothing(page: Page) -> None:
    sentence = _("没有符合条件的记录。请放宽筛选，或换一天。")
    if page.viewer.may(Permission.RECORD_DUTY):
        sentence += _("要登记请打开“登记巡查走访”。")
    st.info(sentence, icon=":material/search_off:")


def _visit_card(page: Page, row: VisitRow) -> None:
    """What can be done with the visit that was chosen."""
    with st.container(border=True):
        st.markdown(f"**{escaped(row.grid_name)} · {escaped(row.household)}**")
        if row.problem and row.solved_on is None:
            key = f"solved on {row.id}"
            with st.container(horizontal=True, vertical_alignment="bottom"):
                st.date_input(
                    _("哪一天解决的"), value=page.today, min_value=row.day, max_value=page.today, key=key,
                    format="YYYY-MM-DD",
                )  # fmt: skip
                st.button(
                    _("登记解决"), key=f"solve visit {row.id}", type="primary", icon=":material/task_alt:",
                    on_click=_solve, args=(page.viewer, row, key),
                )  # fmt: skip
        if not row.own:
            st.caption(_("由登记的人，或负责履职抽查的人更正。"))
            return
        names = {
            key: f"visit {row.id} {key}" for key in ("day", "household", "campaign", "problem", "solved")
        }
        with st.form(f"correct visit {row.id}", border=False):
            with st.grid(columns=3, min_column_width=160):
                st.date_input(
                    _("日期"), value=row.day, max_value=page.today, key=names["day"], format="YYYY-MM-DD"
                )  # fmt: skip
                st.text_input(
                    _("户号"), value=row.household, max_chars=LONGEST_HOUSEHOLD, key=names["household"]
                )  # fmt: skip
                st.selectbox(
                    _("走访类型"), list(Campaign), index=list(Campaign).index(row.campaign),
                    format_func=lambda one: _(CAMPAIGN_WORDS[one]), key=names["campaign"],
                )  # fmt: skip
            st.text_area(
                _("发现问题"), value=row.problem, max_chars=LONGEST_WORDS, height=80, key=names["problem"]
            )  # fmt: skip
            st.date_input(
                _("解决日期"), value=row.solved_on, max_value=page.today, key=names["solved"],
                format="YYYY-MM-DD",
            )  # fmt: skip
            st.form_submit_button(
                _("保存更正"), icon=":material/save:", on_click=_correct_visit, key=f"save visit {row.id}",
                args=(page.viewer, row, names),
            )  # fmt: skip
        st.button(
            _("撤销这条走访"), key=f"remove visit {row.id}", icon=":material/undo:", on_click=_remove,
            args=(page.viewer, row),
        )  # fmt: skip


def _solve(viewer: Viewer, row: VisitRow, key: str) -> None:
    day: date = st.session_state[key]
    press(viewer, _("已登记问题解决。"), lambda session: solve_problem(session, row.id, row.seen, day))


def _correct_visit(viewer: Viewer, row: VisitRow, names: dict[str, str]) -> None:
    said = {name: st.session_state.get(key) for name, key in names.items()}
    press(
        viewer, _("已更正。"),
        lambda session: correct_visit(
            session, row.id, row.seen, said["day"] or row.day, str(said["household"] or ""),
            said["campaign"] or row.campaign, str(said["problem"] or ""), said["solved"],
        ),
    )  # fmt: skip


def _remove(viewer: Viewer, row: VisitRow | PatrolRow) -> None:
    act = remove_visit if isinstance(row, VisitRow) else remove_patrol
    press(viewer, _("已撤销。"), lambda session: act(session, row.id, row.seen))


def patrols(page: Page, session: ScopedSession, center: CenterCard, days: Days) -> None:
    wanted, number = _wanted(center, days, visits=False), filters.page_number()
    found = find_patrols(session, wanted, number, PAGE_SIZE)
    if not found.rows:
        _nothing(page)
        return
    st.caption(_("共{count}条").format(count=numbers.whole(found.total)))
    event: Any = st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [f"{one.day}" for one in found.rows],
                _("网格"): [one.grid_name for one in found.rows],
                _("网格员"): [one.person for one in found.rows],
                _("时长（分钟）"): [one.minutes for one in found.rows],
                _("发现问题数"): [one.problems for one in found.rows],
                _("备注"): [one.note or None for one in found.rows],
                _("所在中心"): [one.center_name for one in found.rows],
                _("登记人"): [one.recorded_by for one in found.rows],
            }
        ),
        key=f"patrols {wanted} {number}", hide_index=True, on_select="rerun", selection_mode=SELECTION,
        placeholder=numbers.NOTHING, height="content" if len(found.rows) <= 15 else 560,
        alt=_("巡查记录，点一行办理"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    row = chosen_row(event, len(found.rows))
    if row is not None and found.rows[row].own:
        _patrol_card(page, found.rows[row])
    else:
        st.caption(_("点击自己登记的一行可以更正或撤销。"))


def _patrol_card(page: Page, row: PatrolRow) -> None:
    names = {key: f"patrol {row.id} {key}" for key in ("day", "minutes", "problems", "note")}
    with st.container(border=True):
        st.markdown(f"**{escaped(row.grid_name)}**")
        with st.form(f"correct patrol {row.id}", border=False):
            with st.grid(columns=3, min_column_width=160):
                st.date_input(
                    _("日期"), value=row.day, max_value=page.today, key=names["day"], format="YYYY-MM-DD"
                )  # fmt: skip
                st.number_input(
                    _("时长（分钟）"), min_value=1, max_value=MOST_MINUTES, value=row.minutes,
                    key=names["minutes"],
                )  # fmt: skip
                st.number_input(
                    _("发现问题数"), min_value=0, max_value=MOST_PROBLEMS, value=row.problems,
                    key=names["problems"],
                )  # fmt: skip
            st.text_input(_("备注"), value=row.note, max_chars=LONGEST_WORDS, key=names["note"])
            st.form_submit_button(
                _("保存更正"), icon=":material/save:", on_click=_correct_patrol, key=f"save patrol {row.id}",
                args=(page.viewer, row, names),
            )  # fmt: skip
        st.button(
            _("撤销这次巡查"), key=f"remove patrol {row.id}", icon=":material/undo:", on_click=_remove,
            args=(page.viewer, row),
        )  # fmt: skip


def _correct_patrol(viewer: Viewer, row: PatrolRow, names: dict[str, str]) -> None:
    said = {name: st.session_state.get(key) for name, key in names.items()}
    minutes = None if said["minutes"] is None else int(said["minutes"])
    press(
        viewer, _("已更正。"),
        lambda session: correct_patrol(
            session, row.id, row.seen, said["day"] or row.day, minutes, int(said["problems"] or 0),
            str(said["note"] or ""),
        ),
    )  # fmt: skip
