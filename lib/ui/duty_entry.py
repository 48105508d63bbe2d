"""Writing down a patrol or a visit with a phone in one hand: my grid, what I did, the household, save."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from db.models.duty import Campaign
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.errors import BadInput, NotFound
from lib.i18n import _, numbers
from lib.roster.duty.commands import record_patrol, record_visit, remove_patrol, remove_visit, solve_problem
from lib.roster.duty.listing.queries import (
    DutyFilter,
    DutyGrid,
    PatrolRow,
    VisitRow,
    find_patrols,
    find_visits,
    grid_on_duty,
    grids_to_record,
)
from lib.roster.duty.records import LONGEST_HOUSEHOLD, LONGEST_WORDS, MOST_MINUTES, MOST_PROBLEMS
from lib.roster.duty.words import CAMPAIGN_WORDS
from lib.ui import filters
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import press

VISIT, PATROL = "visit", "patrol"
HOUSEHOLD, PROBLEM, FOUND, DAY = "household visited", "problem found", "was a problem found", "day of duty"
MINUTES, PROBLEMS, NOTE = "minutes of the patrol", "problems of the patrol", "note of the patrol"
GRID, FIND, BY = "grid", "find", "by"
FEW, MOST, NEWEST = 12, 20, 10
# Fingers need more room than a mouse.
CSS = """<style>
.st-key-duty_entry { max-width: 480px; margin: 0 auto; width: 100%; }
.st-key-duty_entry [data-testid="stButton"] button,
.st-key-duty_entry [data-testid="stFormSubmitButton"] button { min-height: 3rem; }
.st-key-duty_entry [data-testid="stButtonGroup"] button { min-height: 3rem; }
.st-key-duty_entry [data-testid="stTextInput"] input { min-height: 3rem; font-size: 1.2rem; }
</style>"""


def grid_in_address(session: ScopedSession, day: date) -> DutyGrid | None:
    """The grid that the address names; the only one that the viewer has needs no name."""
    code = st.query_params.get(GRID, "")
    if not code:
        own = grids_to_record(session, limit=2)
        if len(own) != 1:
            return None
        code = own[0].code
    try:
        return grid_on_duty(session, code, day)
    except NotFound as told:
        say(told)
        return None


def choose_grid(session: ScopedSession) -> None:
    """All of a few; of many those that are looked for."""
    st.title(_("登记巡查走访"), anchor=False)
    found = grids_to_record(session, limit=MOST + 1)
    if len(found) > FEW:
        text = filters.search(FIND, _("查找网格"), _("网格名称、代码或网格员"))
        found = grids_to_record(session, text, MOST + 1)
    if not found:
        st.info(_("没有找到网格。请换一个词再查，或请管理员核对您的范围。"), icon=":material/search_off:")
        return
    st.caption(_("先选网格，以后打开这个网址就不用再选。"))
    several = len({one.center_name for one in found}) > 1
    for one in found[:MOST]:
        words = _("{grid} · {center}").format(grid=one.name, center=one.center_name) if several else one.name
        st.button(
            escaped(words), key=f"choose grid {one.code}", width="stretch", on_click=_choose,
            args=(one.code,), help=one.code,
        )  # fmt: skip
    if len(found) > MOST:
        st.caption(_("只列出前{most}个，请输入名称查找。").format(most=MOST))


def _choose(code: str) -> None:
    for name in (FIND, BY):
        st.query_params.pop(name, None)
    st.query_params[GRID] = code


def chosen_day(page: Page) -> date:
    """The day that is written down for; today unless somebody says another one."""
    said = st.session_state.get(DAY)
    return said if isinstance(said, date) and said <= page.today else page.today


def entry(page: Page, session: ScopedSession, grid: DutyGrid) -> None:
    """The form for the grid, the latest entries of the day below it."""
    day = chosen_day(page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(escaped(grid.name), anchor=False)
        st.button(
            _("换网格"), key="another grid", icon=":material/swap_horiz:", type="tertiary",
            on_click=_forget_grid,
        )  # fmt: skip
    what = filters.tabs("what", _("登记什么"), {VISIT: _("走访"), PATROL: _("日巡查")}, VISIT, wide=True)
    if not grid.people:
        st.warning(
            _("这个网格在{day}没有人在岗，不能登记。请先在花名册中办理上岗或代岗。").format(
                day=numbers.day(day)
            ),
            icon=":material/person_off:",
        )
        _day_of(page)
        return
    names = {str(one.id): one.name for one in grid.people}
    first = str(grid.people[0].id)
    person = first
    if len(names) > 1:
        person = filters.choice(BY, _("巡查、走访人"), names, first)
    if what == VISIT:
        _visit(page, grid, int(person), day)
    else:
        _patrol(page, grid, int(person), day)
    _latest(page, session, grid, day, what)


def _forget_grid() -> None:
    for name in (GRID, BY):
        st.query_params.pop(name, None)


def _day_of(page: Page) -> None:
    st.date_input(
        _("哪一天"), value=st.session_state.get(DAY, page.today), key=DAY, max_value=page.today,
        format="YYYY-MM-DD",
    )  # fmt: skip


def _visit(page: Page, grid: DutyGrid, person: int, day: date) -> None:
    # Said each time: what is forgotten after saving is then put back on the screen, too.
    st.session_state.setdefault(FOUND, False)
    st.session_state.setdefault(PROBLEM, "")
    found = st.segmented_control(
        _("是否发现问题"), [False, True], format_func=lambda yes: _("有问题") if yes else _("没有问题"),
        key=FOUND, required=True, width="stretch",
    )  # fmt: skip
    words = {one.value: _(said) for one, said in CAMPAIGN_WORDS.items()}
    with st.form("visit to record", border=False):
        st.text_input(
            _("户号或门牌号"), key=HOUSEHOLD, max_chars=LONGEST_HOUSEHOLD, placeholder=_("如3-2-401"),
            autocomplete="off",
        )  # fmt: skip
        if found:
            st.text_area(_("什么问题"), key=PROBLEM, max_chars=LONGEST_WORDS, height=110)
        campaign = st.query_params.get("campaign", "")
        chosen = Campaign(campaign) if campaign in words else Campaign.DAILY
        st.form_submit_button(
            _("保存走访"), type="primary", icon=":material/check:", width="stretch", key="save the visit",
            on_click=_save_visit, args=(page.viewer, grid.id, person, day, chosen, bool(found)),
        )  # fmt: skip
    with st.expander(
        _("{day} · {campaign}").format(day=numbers.day(day), campaign=words[chosen.value]),
        icon=":material/tune:",
    ):
        _day_of(page)
        filters.choice("campaign", _("走访类型"), words, Campaign.DAILY.value)


def _save_visit(viewer: Viewer, grid: int, person: int, day: date, campaign: Campaign, found: bool) -> None:
    household = str(st.session_state.get(HOUSEHOLD, ""))
    problem = str(st.session_state.get(PROBLEM, "")) if found else ""

    def act(session: ScopedSession) -> int:
        if found and not problem.strip():
            raise BadInput(_("请写明发现了什么问题；没有问题请选“没有问题”。"))
        return record_visit(session, grid, person, day, household, campaign, problem)

    press(
        viewer, _("已登记走访{household}。").format(household=household.strip()), act,
        empties=(HOUSEHOLD,), forgets=(PROBLEM, FOUND),
    )  # fmt: skip


def _patrol(page: Page, grid: DutyGrid, person: int, day: date) -> None:
    for key, empty in ((PROBLEMS, 0), (MINUTES, None), (NOTE, "")):
        st.session_state.setdefault(key, empty)
    with st.form("patrol to record", border=False):
        st.number_input(
            _("发现几个问题"), min_value=0, max_value=MOST_PROBLEMS, step=1, key=PROBLEMS
        )  # fmt: skip
        st.number_input(
            _("巡查时长（分钟，可以不填）"), min_value=1, max_value=MOST_MINUTES, value=None, step=10,
            key=MINUTES,
        )  # fmt: skip
        st.text_input(_("备注（可以不填）"), key=NOTE, max_chars=LONGEST_WORDS, autocomplete="off")
        st.form_submit_button(
            _("保存巡查"), type="primary", icon=":material/check:", width="stretch", key="save the patrol",
            on_click=_save_patrol, args=(page.viewer, grid.id, person, day),
        )  # fmt: skip
    with st.expander(numbers.day(day), icon=":material/tune:"):
        _day_of(page)


def _save_patrol(viewer: Viewer, grid: int, person: int, day: date) -> None:
    said: dict[str, Any] = {key: st.session_state.get(key) for key in (PROBLEMS, MINUTES, NOTE)}
    minutes = None if said[MINUTES] is None else int(said[MINUTES])
    press(
        viewer, _("已登记巡查。"),
        lambda session: record_patrol(
            session, grid, person, day, minutes, int(said[PROBLEMS] or 0), str(said[NOTE] or "")
        ),
        forgets=(PROBLEMS, MINUTES, NOTE),
    )  # fmt: skip


def _latest(page: Page, session: ScopedSession, grid: DutyGrid, day: date, what: str) -> None:
    """What was written down for the grid on this day, the newest first."""
    wanted = DutyFilter(grid.center_code, day, day, grid_code=grid.code)
    rows: tuple[VisitRow | PatrolRow, ...]
    if what == VISIT:
        visits = find_visits(session, wanted, page_size=NEWEST)
        rows, total = visits.rows, visits.total
        words = _("{day}已走访{count}户次") if total else _("{day}还没有走访记录")
    else:
        patrols = find_patrols(session, wanted, page_size=NEWEST)
        rows, total = patrols.rows, patrols.total
        words = _("{day}已巡查{count}次") if total else _("{day}还没有巡查记录")
    st.subheader(words.format(day=numbers.day(day), count=total), anchor=False)
    for row in rows:
        with st.container(border=True, gap="xsmall"):
            if isinstance(row, VisitRow):
                _visited(page, row)
            else:
                _patrolled(page, row)
    if total > len(rows):
        st.caption(_("只列出最近{count}条，其余在“巡查走访”里。").format(count=len(rows)))


def _visited(page: Page, row: VisitRow) -> None:
    about = [_(CAMPAIGN_WORDS[row.campaign]), row.person]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escaped(row.household)}**  \n:small[{escaped(' · '.join(about))}]")
        if row.own:
            st.button(
                _("撤销"), key=f"take back visit {row.id}", icon=":material/undo:", on_click=_take_back,
                args=(page.viewer, row),
            )  # fmt: skip
    if row.problem:
        state = _("已解决") if row.solved_on else _("未解决")
        st.markdown(escaped(_("问题（{state}）：{problem}").format(state=state, problem=row.problem)))
        if row.solved_on is None:
            st.button(
                _("今天已解决"), key=f"solve {row.id}", icon=":material/task_alt:", on_click=_solve,
                args=(page.viewer, row, page.today), width="stretch",
            )  # fmt: skip


def _patrolled(page: Page, row: PatrolRow) -> None:
    about = [_("发现{count}个问题").format(count=row.problems) if row.problems else _("没有发现问题")]
    about += [_("{minutes}分钟").format(minutes=row.minutes)] if row.minutes else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{escaped(row.person)}**  \n:small[{escaped(' · '.join([*about, row.note]).strip(' ·'))}]"
        )
        if row.own:
            st.button(
                _("撤销"), key=f"take back patrol {row.id}", icon=":material/undo:", on_click=_take_back,
                args=(page.viewer, row),
            )  # fmt: skip


def _take_back(viewer: Viewer, row: VisitRow | PatrolRow) -> None:
    if isinstance(row, VisitRow):
        done = _("已撤销走访{household}。").format(household=row.household)
        press(viewer, done, lambda session: remove_visit(session, row.id, row.seen))
    else:
        press(viewer, _("已撤销这次巡查。"), lambda session: remove_patrol(session, row.id, row.seen))


def _solve(viewer: Viewer, row: VisitRow, day: date) -> None:
    press(
        viewer, _("已记录问题解决。"), lambda session: solve_problem(session, row.id, row.seen, day)
    )  # fmt: skip
