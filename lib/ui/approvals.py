"""The inbox: what waits for one person, the one that is open with its preview, and the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.approvals.queries import preview_of
from lib.approvals.waiting import KIND_WORDS, Action, Kind, Line, Waiting
from lib.i18n import _, listed, numbers
from lib.registers.entries.commands import move_entry
from lib.registers.publishing.commands import decide_edition
from lib.roster.rewards.commands import approve_sheet, return_sheet
from lib.scheduling.commands import review_report
from lib.scheduling.meetings.commands import sign_meeting
from lib.scheduling.tasks.commands import move_task
from lib.schemes.commands import move_draft
from lib.ui import filters
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

EVERY = "all"
REASON = "reason of the decision"
OPEN = "open"
LONGEST_REASON = 300
AGREES = {"approve", "accept", "confirm", "sign", "admit"}


def decide(one: Waiting, action: str, reason: str) -> Callable[[ScopedSession], Any]:
    """The command of the noun that the thing belongs to."""
    known: dict[Kind, Callable[[ScopedSession], Any]] = {
        Kind.ENTRY: lambda s: move_entry(s, one.id, action, reason, one.seen),
        Kind.EDITION: lambda s: decide_edition(s, one.id, action == "accept", reason, one.seen),
        Kind.REPORT: lambda s: review_report(s, one.id, action, reason, one.seen),
        Kind.MEETING: lambda s: sign_meeting(s, one.id, one.seen),
        Kind.TASK: lambda s: move_task(s, one.id, action, reason, one.seen),
        Kind.SCHEME: lambda s: move_draft(s, one.id, action, reason, one.seen),
        Kind.ALLOWANCES: lambda s: (
            approve_sheet(s, one.id, one.seen)
            if action == "approve"
            else return_sheet(s, one.id, reason, one.seen)
        ),
    }
    return known[one.kind]


def name_of(one: Waiting) -> str:
    """What stands in the address for it."""
    return f"{one.kind.value}-{one.id}"


def kinds(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Draws the tabs with their counts and keeps the chosen kind."""
    counts = Counter(one.kind for one in waiting)
    words = {EVERY: _("全部 {count}").format(count=len(waiting))}
    words |= {kind.value: f"{_(KIND_WORDS[kind])} {counts[kind]}" for kind in Kind if counts[kind]}
    chosen = filters.tabs("kind", _("种类"), words, EVERY)
    return [one for one in waiting if chosen in (EVERY, one.kind.value)]


def opened(waiting: Sequence[Waiting]) -> Waiting | None:
    """The one that the address names; when it has been decided, the next one."""
    said = st.query_params.get(OPEN, "")
    return next((one for one in waiting if name_of(one) == said), None)


def table(waiting: Sequence[Waiting], page: Page) -> None:
    """One line each; a chosen line is opened above."""
    shown = pd.DataFrame(
        {
            _("种类"): [_(KIND_WORDS[one.kind]) for one in waiting],
            _("事项"): [one.title for one in waiting],
            _("所属"): [one.about for one in waiting],
            _("单位"): [one.center_name for one in waiting],
            _("提交人"): [one.asked_by for one in waiting],
            _("等待自"): [numbers.table_moment(one.since) for one in waiting],
            _("已等天数"): [max((page.moment - one.since).days, 0) for one in waiting],
        }
    )
    event = st.dataframe(
        shown, key="what waits", hide_index=True, on_select="rerun", selection_mode=SELECTION,
        height="content" if len(waiting) <= 15 else 560,
        column_config={
            _("种类"): st.column_config.TextColumn(width=125),
            _("事项"): st.column_config.TextColumn(width=260),
        },
        alt=_("等待我办理的{count}件事项").format(count=len(waiting)),
    )  # fmt: skip
    row = chosen_row(event, len(waiting))
    if row is not None and st.query_params.get(OPEN) != name_of(waiting[row]):
        st.query_params[OPEN] = name_of(waiting[row])
        st.rerun()


def card(page: Page, session: ScopedSession, one: Waiting, waiting: Sequence[Waiting]) -> None:
    """All that is decided on, what was changed in it, and the buttons."""
    with st.container(border=True):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(_(KIND_WORDS[one.kind]), color="blue")
            st.subheader(escaped(one.title), anchor=False, width="content")
        told = [one.about, one.center_name, one.asked_by, numbers.table_moment(one.since)]
        st.caption(escaped(" · ".join(words for words in told if words)))
        _preview(preview_of(session, one.kind, one.id))
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            _buttons(page, one, waiting)
            st.page_link(
                BY_NAME[one.page].file, label=_("打开原页面"), icon=":material/open_in_new:",
                query_params=dict(one.address),
            )  # fmt: skip
            st.button(
                _("关闭"), key="close what waits", icon=":material/close:", type="tertiary", on_click=_close
            )


def _close() -> None:
    st.query_params.pop(OPEN, None)


def _preview(lines: Sequence[Line]) -> None:
    if not lines:
        return
    now = [_wrapped(one.now) for one in lines]
    columns = {_("内容"): now}
    if any(one.before is not None for one in lines):
        columns = {_("修改前"): [_wrapped(one.before or "") for one in lines], _("现在"): now}
    st.table(
        pd.DataFrame(columns, index=[escaped(one.label) for one in lines]),
        border="horizontal", hide_header=len(columns) == 1, height="content" if len(lines) <= 30 else 700,
        alt=_("待审内容，共{count}项").format(count=len(lines)),
    )  # fmt: skip


def _wrapped(words: str) -> str:
    """Whoever decides reads all of it, in its own lines."""
    return escaped(words).replace("\n", "  \n")


def _buttons(page: Page, one: Waiting, waiting: Sequence[Waiting]) -> None:
    if not one.actions:
        st.caption(_("请在原页面办理。"))
        return
    asking = listed([action.words for action in one.actions if action.asks_reason])
    if asking:
        st.text_input(
            escaped(_("意见（{steps}时必填）").format(steps=asking)), key=_reason(one),
            max_chars=LONGEST_REASON, width=360,
        )  # fmt: skip
    following = _next(one, waiting)
    for action in one.actions:
        st.button(
            escaped(action.words), key=f"decide {action.key}", on_click=_decide,
            args=(page, one, action, following),
            type="primary" if action.key in AGREES else "secondary",
        )  # fmt: skip


def _reason(one: Waiting) -> str:
    """What is typed for one is not given for another."""
    return f"{REASON} {name_of(one)}"


def _next(one: Waiting, waiting: Sequence[Waiting]) -> Waiting | None:
    place = list(waiting).index(one)
    rest = [*waiting[place + 1 :], *waiting[:place]]
    return rest[0] if rest else None


def _decide(page: Page, one: Waiting, action: Action, following: Waiting | None) -> None:
    """After a decision the next one is open, so that a person can go through all of them."""
    reason = str(st.session_state.get(_reason(one), ""))
    done = _("已办理：{title}（{step}）。").format(title=one.title, step=action.words)
    press(page.viewer, done, _then_next(decide(one, action.key, reason), following), (_reason(one),))


def _then_next(
    act: Callable[[ScopedSession], Any], following: Waiting | None
) -> Callable[[ScopedSession], Any]:
    def acted(session: ScopedSession) -> Any:
        answer = act(session)
        if following is None:
            st.query_params.pop(OPEN, None)
        else:
            st.query_params[OPEN] = name_of(following)
        return answer

    return acted
