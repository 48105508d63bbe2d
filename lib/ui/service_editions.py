"""Editions of the service list on the screen: what two days differ in, the draft, and who decides on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from db.models.publication import PublicationState
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.errors import Told
from lib.i18n import _, mark, numbers
from lib.registers.publishing.commands import LONGEST_WORDS, decide_edition, propose_edition
from lib.registers.publishing.editions import CHANGE_WORDS, ItemChange
from lib.registers.publishing.queries import (
    EditionCard,
    EditionRow,
    ItemDifference,
    differences_between,
    draft_differences,
    edition_card,
    editions_of,
)
from lib.registers.queries import RegisterCard
from lib.ui.list_days import day
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.rounds import badge_column
from lib.ui.service_list import edit_link

WORDS, DAY, REASON = "words of the edition", "day of the edition", "reason about the edition"
STATE_WORDS: dict[PublicationState, str] = {
    PublicationState.PROPOSED: mark("待审核"),
    PublicationState.PUBLISHED: mark("已公布"),
    PublicationState.REJECTED: mark("已退回"),
}


def compare(page: Page, session: ScopedSession, center: CenterCard, card: RegisterCard) -> None:
    """What holds on one day and did not on another."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        before = day("before", _("从"), page.today - timedelta(days=365))
        after = day("after", _("到"), page.today)
    found = differences_between(session, card.id, center.center.code, before, after)
    st.subheader(
        _("{before}与{after}相比：{what}").format(
            before=numbers.day(before), after=numbers.day(after), what=counted(found)
        ),
        anchor=False,
    )
    differences(found, "compared")


def counted(found: Sequence[ItemDifference]) -> str:
    if not found:
        return _("没有变化")
    counts = {kind: sum(one.kind is kind for one in found) for kind in ItemChange}
    return "、".join(
        _("{what}{count}项").format(what=_(CHANGE_WORDS[kind]), count=count)
        for kind, count in counts.items()
        if count
    )


def differences(found: Sequence[ItemDifference], key: str) -> None:
    """A line for each field of an item that is otherwise; what is new or gone is told by its name."""
    if not found:
        return
    lines: list[tuple[str, str, str, str, str]] = []
    for one in found:
        words = _(CHANGE_WORDS[one.kind])
        if one.kind is ItemChange.CHANGED:
            lines += [(words, one.title, name, old, new) for name, old, new in one.changed]
        else:
            said = "；".join(
                f"{name}：{new or old}" for name, old, new in one.changed if one.title not in (old, new)
            )
            new = one.kind is ItemChange.NEW
            lines.append((words, one.title, "", "" if new else said, said if new else ""))
    names = (_("变化"), _("事项"), _("内容"), _("原来"), _("改为"))
    colors = {ItemChange.NEW: "green", ItemChange.CHANGED: "blue", ItemChange.REMOVED: "gray"}
    st.dataframe(
        pd.DataFrame(
            {
                name: [[line[0]] if not place else line[place] for line in lines]
                for place, name in enumerate(names)
            }
        ),
        key=f"differences {key}", hide_index=True, placeholder=numbers.NOTHING,
        column_config={
            names[0]: badge_column({_(CHANGE_WORDS[kind]): color for kind, color in colors.items()}),
            names[1]: st.column_config.TextColumn(width=200),
            names[2]: st.column_config.TextColumn(width=110),
            names[3]: st.column_config.TextColumn(width=280),
            names[4]: st.column_config.TextColumn(width=280),
        },
        alt=_("每个事项的变化"),
    )  # fmt: skip


def drafting(page: Page, session: ScopedSession, center: CenterCard, card: RegisterCard) -> None:
    """The draft beside what holds, the edition that waits, and all editions there were."""
    code = center.center.code
    found = editions_of(session, card.id, code)
    waiting = next((one for one in found if one.state is PublicationState.PROPOSED), None)
    proposed = None
    if waiting is not None:
        proposed = edition_card(session, waiting.id)
        _waiting(page.viewer, proposed)
    draft = draft_differences(session, card.id, code)
    st.subheader(_("起草稿与已公布的相比：{what}").format(what=counted(draft)), anchor=False)
    st.caption(_("在台账里新增、修改、删除事项；这里核对后整版提出公布，由另一个人审核。"))
    edit_link(card.id, code)
    if proposed is not None and proposed.differences == draft:
        st.caption(_("与上面待审核的这一版相同。"))
    else:
        differences(draft, "draft")
    may = page.viewer.may(Permission.FILL_REGISTERS) and page.viewer.department_id is None
    if draft and may and waiting is None:
        _propose(page, card.id, code, found)
    _history(session, found)


def _propose(page: Page, register_id: int, code: str, found: Sequence[EditionRow]) -> None:
    newest = max(
        (one.effective_on for one in found if one.state is PublicationState.PUBLISHED), default=page.today
    )
    st.session_state.setdefault(DAY, max(newest, page.today))
    with st.container(border=True), st.form("propose an edition", enter_to_submit=False, border=False):
        with st.grid(columns=2, min_column_width=240):
            st.date_input(_("生效日期"), key=DAY, format="YYYY-MM-DD")
            st.text_input(
                _("说明"), key=WORDS, max_chars=LONGEST_WORDS, placeholder=_("为什么调整，依据什么文件")
            )
        st.form_submit_button(
            _("提出公布"), key="propose the edition", type="primary", icon=":material/send:",
            on_click=_send, args=(page.viewer, register_id, code, page.today),
        )  # fmt: skip


def _send(viewer: Viewer, register_id: int, code: str, today: date) -> None:
    chosen, words = st.session_state.get(DAY), str(st.session_state.get(WORDS) or "")
    on = chosen if isinstance(chosen, date) else today
    press(
        viewer, _("已提出公布，等待另一个人审核。"),
        lambda session: propose_edition(session, register_id, code, on, words),
        empties=(WORDS,), forgets=(DAY,),
    )  # fmt: skip


def _waiting(viewer: Viewer, card: EditionCard) -> None:
    row = card.row
    with st.container(border=True):
        st.subheader(
            _("待审核：第{number}版，{day}起生效，{what}").format(
                number=row.number, day=numbers.day(row.effective_on), what=counted(card.differences)
            ),
            anchor=False,
        )
        st.caption(escaped(_said(row)))
        differences(card.differences, f"edition {row.id}")
        if not card.may_decide:
            if viewer.may(Permission.DECIDE_ENTRIES):
                st.caption(_("这一版由您提出，须由另一个人审核。"))
            return
        st.text_input(_("审核意见（退回时必填）"), key=REASON, max_chars=LONGEST_WORDS)
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("审核通过并公布"), key="publish the edition", type="primary", icon=":material/verified:",
                on_click=_decide, args=(viewer, row, True),
            )  # fmt: skip
            st.button(
                _("退回"), key="reject the edition", icon=":material/undo:", on_click=_decide,
                args=(viewer, row, False),
            )  # fmt: skip


def _decide(viewer: Viewer, row: EditionRow, accept: bool) -> None:
    words = str(st.session_state.get(REASON) or "")
    done = _("第{number}版已公布。") if accept else _("第{number}版已退回。")
    press(
        viewer, done.format(number=row.number),
        lambda session: decide_edition(session, row.id, accept, words, row.seen), empties=(REASON,),
    )  # fmt: skip


def _said(row: EditionRow) -> str:
    said = [
        _("{person}于{moment}提出").format(
            person=row.proposed_by, moment=numbers.table_moment(row.proposed_at)
        )
    ]
    if row.words:
        said.append(row.words)
    if row.decided_by:
        said.append(
            _("{person}于{moment}审核").format(
                person=row.decided_by, moment=numbers.table_moment(row.decided_at)
            )
        )
    if row.decision_words:
        said.append(row.decision_words)
    return " · ".join(said)


def _history(session: ScopedSession, found: Sequence[EditionRow]) -> None:
    """Every edition; one is opened by its number in the address."""
    done = [one for one in found if one.state is not PublicationState.PROPOSED]
    with st.expander(_("历次版本（{count}）").format(count=len(done)), icon=":material/history:"):
        for one in done:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(
                    escaped(
                        _("第{number}版 · {state} · {day}生效 · {count}项变化").format(
                            number=one.number, state=_(STATE_WORDS[one.state]), day=one.effective_on,
                            count=one.count,
                        )
                    ),
                    width="content",
                )  # fmt: skip
                st.button(
                    _("查看变化"), key=f"open edition {one.id}", type="tertiary", on_click=_open,
                    args=(one.id,),
                )  # fmt: skip
            st.caption(escaped(_said(one)))
    opened = number_said("edition")
    if opened is None:
        return
    try:
        card = edition_card(session, opened)
    except Told as told:
        say(told)
        return
    st.subheader(_("第{number}版的变化").format(number=card.row.number), anchor=False)
    differences(card.differences, f"opened {opened}")


def _open(edition: int) -> None:
    st.query_params["edition"] = str(edition)
