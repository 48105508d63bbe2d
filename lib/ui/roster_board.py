"""What a director sees first: the finding, what calls for attention, the centers below, the vacancies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from db.models.center import Level
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import CenterRow
from lib.grids.queries import Gap
from lib.i18n import _, numbers
from lib.roster.board.queries import Board
from lib.roster.queries import Issue
from lib.roster.vacancies.queries import vacancies as find_vacancies
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, leave_for
from lib.ui.place import go_down
from lib.ui.plain import escaped
from lib.ui.roster_table import ISSUE_HINTS, ISSUE_WORDS
from lib.ui.tables import SELECTION, chosen_row

MOST_VACANCIES = 50


def finding(board: Board) -> str:
    whole = board.whole
    said = {"center": whole.name, "grids": numbers.whole(whole.grids), "vacant": numbers.whole(whole.vacant)}
    if not whole.grids:
        return _("{center}还没有小网格").format(**said)
    if whole.vacant:
        return _("{center}的{grids}个小网格中有{vacant}个没有专职网格员").format(**said)
    return _("{center}的{grids}个小网格都有专职网格员").format(**said)


def doors(page: Page, center_code: str, day: date) -> None:
    """What can be done from here."""
    viewer = page.viewer
    if viewer.may(Permission.KEEP_ROSTER) and day == page.today:
        for name, label, icon in (
            ("join", _("办理上岗"), ":material/person_add:"),
            ("roster_sheet", _("表格编辑"), ":material/table_edit:"),
            ("roster_import", _("导入花名册"), ":material/upload_file:"),
        ):
            if name in BY_NAME:
                st.page_link(BY_NAME[name].file, label=label, icon=icon, query_params={"center": center_code})
    for name, label, icon in (
        ("notices", _("公示牌"), ":material/badge:"),
        ("staffing_rules", _("配备规则"), ":material/rule:"),
        ("staffing", _("队伍概况"), ":material/groups:"),
    ):
        if name in BY_NAME and viewer.may(BY_NAME[name].permission):
            st.page_link(BY_NAME[name].file, label=label, icon=icon, query_params={"center": center_code})


def issues(board: Board, counts: Mapping[Issue, int], day: Mapping[str, str]) -> None:
    """Cards: what lacks people, and what is amiss with people; each leads to its grids or narrows the list
    below. `day` is what the address says of the day."""
    whole = board.whole
    lacking = numbers.whole(whole.incomplete) if whole.urban else numbers.NOTHING
    with st.grid(columns=7, min_column_width=112):
        _grids(
            _("专职空缺"), numbers.whole(whole.vacant), whole.vacant,
            _("{count}个小网格中没有专职网格员的").format(count=numbers.whole(whole.grids)),
            {"center": whole.code, "gap": Gap.VACANT.value, **day},
        )  # fmt: skip
        _grids(
            _("配备缺项"), lacking, whole.incomplete,
            _("{count}个城市小网格中按“1+4+X”四类兼职不齐的").format(count=numbers.whole(whole.urban)),
            {"center": whole.code, "gap": Gap.INCOMPLETE.value, **day},
        )  # fmt: skip
        for issue, count in counts.items():
            with st.container(border=True, gap="xsmall", height="stretch"):
                hint = _("{issue}；按岗位计，一人两岗算两个。").format(issue=_(ISSUE_HINTS[issue]))
                st.metric(_(ISSUE_WORDS[issue]), numbers.whole(count), help=hint)
                if count:
                    st.button(
                        _("看名单"), key=f"issue {issue.value}", type="tertiary",
                        icon=":material/filter_list:", on_click=_narrow, args=(issue,),
                    )  # fmt: skip


def _grids(label: str, value: str, count: int, hint: str, leads: dict[str, str]) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.metric(label, value, help=hint)
        if count:
            gap = leads["gap"]
            if st.button(_("看网格"), key=f"gap {gap}", type="tertiary", icon=":material/grid_view:"):
                leave_for("grids", leads)


def _narrow(issue: Issue) -> None:
    st.query_params["issue"] = issue.value
    st.query_params.pop("page", None)


def places(page: Page, session: ScopedSession, center: CenterRow, board: Board, day: date) -> None:
    """The vacancies and the centers below; a town fills its vacancies itself and sees them first."""
    fills = center.level in (Level.TOWN, Level.VILLAGE)
    if fills:
        vacancies(page, session, center.code, day)
    parts(board)
    if not fills:
        vacancies(page, session, center.code, day)


def parts(board: Board) -> None:
    """The centers below; a chosen row leads down."""
    if not board.parts or (len(board.parts) == 1 and board.parts[0].code == board.whole.code):
        return
    rows = sorted(board.parts, key=lambda one: (-one.vacant, -one.incomplete, one.code))
    codes, key = tuple(one.code for one in rows), f"parts of {board.whole.code}"
    st.subheader(_("各中心配备情况"), anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("中心"): [one.name for one in rows],
                _("小网格"): [one.grids for one in rows],
                _("专职网格员"): [one.full_time for one in rows],
                _("专职空缺"): [one.vacant for one in rows],
                _("城市小网格"): [one.urban or None for one in rows],
                _("“1+4+X”缺项"): [one.incomplete if one.urban else None for one in rows],
                _("在岗岗位"): [one.posts for one in rows],
            }
        ),
        key=key, hide_index=True, placeholder=numbers.NOTHING, on_select=lambda: go_down(key, codes),
        selection_mode=SELECTION,
        column_config={_("中心"): st.column_config.TextColumn(pinned=True, width="medium")}
        | dict.fromkeys(
            (_("小网格"), _("专职网格员"), _("城市小网格"), _("“1+4+X”缺项"), _("在岗岗位")),
            st.column_config.NumberColumn(format="localized"),
        ),
        alt=_("各中心配备情况，点一行进入该中心"),
    )  # fmt: skip


def vacancies(page: Page, session: ScopedSession, center_code: str, day: date) -> None:
    """The grids that nobody works in full time; a chosen one is filled."""
    found = find_vacancies(session, center_code, day, page_size=MOST_VACANCIES)
    if not found.total:
        return
    st.subheader(_("{count}个网格等待补岗").format(count=numbers.whole(found.total)), anchor=False)
    event = st.dataframe(
        pd.DataFrame(
            {
                _("网格"): [one.name for one in found.rows],
                _("所在中心"): [one.center_name for one in found.rows],
                _("空缺自"): [one.since.isoformat() if one.since else None for one in found.rows],
                _("上一任"): [one.last_name or None for one in found.rows],
                _("户数"): [one.households for one in found.rows],
                _("网格代码"): [one.code for one in found.rows],
            }
        ),
        key=f"vacancies of {center_code} {day}", hide_index=True, placeholder=numbers.NOTHING,
        on_select="rerun", selection_mode=SELECTION,
        alt=_("没有专职网格员的网格，点一行办理补岗"),
    )  # fmt: skip
    may = page.viewer.may(Permission.KEEP_ROSTER) and day == page.today
    st.caption(_("点击一行办理补岗。") if may else escaped(_("补岗由本级网格员管理人员办理。")))
    row = chosen_row(event, len(found.rows))
    if row is not None:
        chosen = found.rows[row]
        if may:
            leave_for("join", {"center": chosen.center_code, "grid": chosen.code})
        leave_for("grid", {"code": chosen.code})
