"""Leaving, moving, handing over, being away: each step shows what follows before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from db.models.roster import LeaveKind
from db.scope import ScopedSession
from lib.errors import Told
from lib.i18n import _, mark
from lib.roster.people.queries import PersonCard, PostRow
from lib.roster.posts.commands import hand_over, leave, move, take_leave
from lib.roster.posts.consequences import Follows
from lib.roster.posts.queries import (
    Candidate,
    candidates,
    grids_to_hold,
    preview_hand_over,
    preview_leave_taken,
    preview_leaving,
    preview_move,
)
from lib.roster.words import LEAVE_WORDS
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.roster_join import candidate_words, grid_words
from lib.ui.roster_person import post_words
from lib.ui.roster_undo import remember

NOBODY = 0
MOVE, HAND_OVER, LEAVE, AWAY = "move", "hand_over", "leave", "away"
STEP_WORDS = {MOVE: mark("调岗"), HAND_OVER: mark("交接"), LEAVE: mark("离岗"), AWAY: mark("请假")}


def steps(page: Page, session: ScopedSession, card: PersonCard) -> None:
    """The steps that fit what the person holds today."""
    own = [one for one in card.posts if one.standing and one.own]
    if not own:
        return
    st.subheader(_("办理"), anchor=False)
    step = st.segmented_control(
        _("办理事项"), list(STEP_WORDS), format_func=lambda key: _(STEP_WORDS[key]),
        key=f"step of {card.id}", label_visibility="collapsed",
    )  # fmt: skip
    if step is None:
        st.caption(_("选择要办理的事项；办理之前会先列出随之发生的变化。"))
        return
    with st.container(border=True):
        post = own[0]
        if len(own) > 1 and step != AWAY:
            post = st.selectbox(_("哪个岗位"), own, format_func=post_words, key=f"post of {card.id}")
        {MOVE: _move, HAND_OVER: _hand_over, LEAVE: _leave, AWAY: _away}[step](page, session, card, post)


def _day(label: str, key: str, default: date) -> date:
    st.session_state.setdefault(key, default)
    found = st.date_input(label, key=key, format="YYYY-MM-DD")
    return found if isinstance(found, date) else default


def _outlook(preview: Callable[[], Follows]) -> bool:
    """What follows, or why it cannot be done; says whether it can."""
    try:
        found = preview()
    except Told as told:
        say(told)
        return False
    st.markdown("**" + escaped(_("随之发生")) + "**")
    st.markdown("\n".join(f"- {escaped(one)}" for one in found.done))
    for one in found.notes:
        st.warning(escaped(one), icon=":material/info:")
    return True


def _button(
    page: Page, words: str, said: str, may: bool, act: Callable[[ScopedSession], Any], card: PersonCard,
    *asked: str,
) -> None:  # fmt: skip
    """`asked` are the fields that the preview was made from."""

    def done(made: int) -> str:
        remember(made)
        st.session_state[f"step of {card.id}"] = None  # forgotten, it would stay lit on screen
        return said

    st.button(
        words, key="take the step", type="primary", disabled=not may, on_click=press,
        args=(page.viewer, done, act), kwargs={"seen": {key: st.session_state.get(key) for key in asked}},
    )  # fmt: skip


def _move(page: Page, session: ScopedSession, card: PersonCard, post: PostRow) -> None:
    grids = {one.code: one for one in grids_to_hold(session, _town(card)) if one.code != post.grid_code}
    if not grids:
        st.info(_("您的范围内没有别的网格。"))
        return
    with st.grid(columns=2, min_column_width=240):
        code = st.selectbox(
            _("调到哪个网格"), list(grids), index=None, format_func=lambda one: grid_words(grids[one]),
            key=f"move {card.id} to", placeholder=_("空缺的网格排在前面"),
        )  # fmt: skip
        day = _day(_("从哪一天起"), f"move {card.id} on", page.today)
    if code is None:
        return
    may = _outlook(lambda: preview_move(session, post.id, post.seen, code, day))
    _button(
        page, _("办理调岗"), _("已办理调岗。"), may,
        lambda acting: move(acting, post.id, post.seen, code, day), card,
        f"move {card.id} to", f"move {card.id} on",
    )  # fmt: skip


def _candidates(session: ScopedSession, card: PersonCard) -> dict[int, Candidate]:
    return {one.id: one for one in candidates(session, _town(card)) if one.id != card.id}


def _town(card: PersonCard) -> str:
    return card.center_code[:9]


def _hand_over(page: Page, session: ScopedSession, card: PersonCard, post: PostRow) -> None:
    people = _candidates(session, card)
    with st.grid(columns=2, min_column_width=240):
        to = st.selectbox(
            _("交给谁"), list(people), index=None, key=f"hand over {card.id} to",
            format_func=lambda key: candidate_words(people[key]),
            placeholder=_("接手的人还不在册时，请先办理离岗，再办理上岗"),
        )  # fmt: skip
        day = _day(_("从哪一天起由其负责"), f"hand over {card.id} on", page.today)
    ends = st.toggle(_("接手的人同时卸下原来的同类岗位"), value=True, key=f"hand over {card.id} ends")
    if to is None:
        return
    may = _outlook(lambda: preview_hand_over(session, post.id, post.seen, to, day, ends))
    _button(
        page, _("办理交接"), _("已办理交接。"), may,
        lambda acting: hand_over(acting, post.id, post.seen, to, day, ends), card,
        f"hand over {card.id} to", f"hand over {card.id} on", f"hand over {card.id} ends",
    )  # fmt: skip


def _leave(page: Page, session: ScopedSession, card: PersonCard, post: PostRow) -> None:
    last = _day(_("最后在岗的一天"), f"leave {card.id} on", page.today)
    everything = st.toggle(
        _("所有岗位都离岗"), value=True, key=f"leave {card.id} everything",
        help=_("关闭后只结束上面选的岗位。"),
    )  # fmt: skip
    may = _outlook(lambda: preview_leaving(session, post.id, post.seen, last, everything))
    _button(
        page, _("办理离岗"), _("已办理离岗，履历保留。"), may,
        lambda acting: leave(acting, post.id, post.seen, last, everything), card,
        f"leave {card.id} on", f"leave {card.id} everything",
    )  # fmt: skip


def _away(page: Page, session: ScopedSession, card: PersonCard, post: PostRow) -> None:
    people = _candidates(session, card)
    with st.grid(columns=3, min_column_width=180):
        said = st.selectbox(
            _("假别"), list(LeaveKind), format_func=lambda one: _(LEAVE_WORDS[one]),
            key=f"away {card.id} kind",
        )  # fmt: skip
        kind = said or LeaveKind.SICK
        since = _day(_("从"), f"away {card.id} since", page.today)
        until = _day(_("到"), f"away {card.id} until", page.today + timedelta(days=6))
    cover = st.selectbox(
        _("由谁代岗"), [NOBODY, *people], key=f"away {card.id} cover",
        format_func=lambda key: (
            candidate_words(people[key]) if key in people else _("暂不安排")
        ),
    )  # fmt: skip
    note = st.text_input(_("备注"), key=f"away {card.id} note", max_chars=200)
    chosen = cover or None
    may = _outlook(lambda: preview_leave_taken(session, card.id, kind, since, until, chosen))
    _button(
        page, _("登记请假"), _("已登记请假。"), may,
        lambda acting: take_leave(acting, card.id, kind, since, until, chosen, note), card,
        *(f"away {card.id} {name}" for name in ("kind", "since", "until", "cover", "note")),
    )  # fmt: skip
