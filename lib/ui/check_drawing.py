"""Drawing a spot check on the screen: the form with how many can be drawn, the list, the proof of a draw."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from db.models.duty import Finding
from db.models.roster import PostRole
from db.scope import ScopedSession
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed, numbers
from lib.roster.checks.commands import DAYS_AHEAD, LONGEST_WORDS, MOST_DRAWN, draw
from lib.roster.checks.draw import LONGEST_SEED
from lib.roster.checks.queries import (
    CheckRow,
    check_card,
    checks_of,
    count_candidates,
    draws_on,
    repeat_draw,
)
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE, USUAL = 20, 5
DAY, ROLES, WANTED, SEED, AWAY, REASON = (
    f"draw {name}" for name in ("day", "roles", "wanted", "seed", "away", "reason")
)


def form(page: Page, session: ScopedSession, code: str) -> None:
    given = st.session_state
    for key, start in ((DAY, page.today), (ROLES, [PostRole.FULL_TIME]), (WANTED, USUAL)):
        given.setdefault(key, start)
    with st.expander(_("抽取一次"), icon=":material/casino:"):
        with st.grid(columns=3, min_column_width=170, vertical_alignment="bottom"):
            st.date_input(
                _("抽查日期"), key=DAY, min_value=page.today, format="YYYY-MM-DD",
                max_value=page.today + timedelta(days=DAYS_AHEAD),
            )  # fmt: skip
            st.number_input(_("抽查人数"), min_value=1, max_value=MOST_DRAWN, key=WANTED)
            st.text_input(
                _("指定种子（可不填）"), key=SEED, max_chars=LONGEST_SEED, placeholder=_("不填则随机生成"),
                help=_("公开抽取时，可填会上当场产生的号码，例如彩票开奖号码。抽取后不能更改。"),
            )  # fmt: skip
        st.multiselect(_("抽查岗位"), list(PostRole), key=ROLES, format_func=lambda one: _(POST_WORDS[one]))
        st.toggle(_("当天请假的人员也参加抽取"), key=AWAY)
        day, roles = _day_said(page), _roles_said()
        count = count_candidates(session, code, day, roles, bool(given.get(AWAY)))
        wanted = min(int(given.get(WANTED) or 0), count)
        st.markdown(
            _("符合条件的在岗人员**{count}**人，将抽取**{wanted}**人。").format(
                count=numbers.whole(count), wanted=numbers.whole(wanted)
            )
        )
        before = draws_on(session, code, day)
        if before:
            st.warning(
                _("本中心这一天已抽取{count}次。再抽会另记一次，前面的结果保留。").format(count=before),
                icon=":material/history:",
            )
            st.text_input(_("再次抽取的理由"), key=REASON, max_chars=LONGEST_WORDS)
        st.button(
            _("抽取"), key="draw now", type="primary", icon=":material/casino:", disabled=not count,
            on_click=_draw, args=(page, code),
        )  # fmt: skip


def _day_said(page: Page) -> date:
    said = st.session_state.get(DAY)
    return said if isinstance(said, date) else page.today


def _roles_said() -> tuple[PostRole, ...]:
    return tuple(one for one in st.session_state.get(ROLES, ()) if isinstance(one, PostRole))


def _draw(page: Page, code: str) -> None:
    given, viewer, made = st.session_state, page.viewer, []

    def act(session: ScopedSession) -> CheckRow:
        made.append(
            draw(
                session, code, _day_said(page), _roles_said(), int(given.get(WANTED) or 0),
                str(given.get(SEED, "")), bool(given.get(AWAY)), str(given.get(REASON, "")),
            )
        )  # fmt: skip
        return check_card(session, made[0])

    press(
        viewer,
        lambda card: _("已从{count}人中抽取{drawn}人。").format(
            count=numbers.whole(card.candidates), drawn=numbers.whole(sum(card.counts.values()))
        ),
        act, empties=(SEED, REASON),
    )  # fmt: skip
    if made:
        st.query_params["check"] = str(made[0])


def _open(key: str, ids: tuple[int, ...]) -> None:
    row = chosen_row(st.session_state[key], len(ids))
    if row is not None:
        st.query_params["check"] = str(ids[row])
        st.query_params.pop("page", None)


def checks(session: ScopedSession, code: str) -> None:
    found = checks_of(session, code, filters.page_number(), PAGE_SIZE)
    if not found.rows:
        st.info(
            _("本中心和下级还没有抽取过。上级抽到这里的人，结果计入上面的在岗率。"), icon=":material/info:"
        )
        return
    rows, key = found.rows, f"checks of {code} {filters.page_number()}"
    st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [one.day for one in rows],
                _("单位"): [one.center_name for one in rows],
                _("当日第几次"): [one.turn for one in rows],
                _("候选"): [one.candidates for one in rows],
                _("抽取"): [sum(one.counts.values()) for one in rows],
                _("待抽查"): [one.counts.get(Finding.PENDING, 0) for one in rows],
                _("在岗率"): [one.duty.words if one.duty.denominator else None for one in rows],
                _("抽取人"): [one.drawn_by for one in rows],
            }
        ),
        key=key, hide_index=True, selection_mode=SELECTION, placeholder=numbers.NOTHING,
        on_select=lambda: _open(key, tuple(one.id for one in rows)), alt=_("抽查记录，点一行打开"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    st.caption(_("点一行填写结果、核对抽取过程。"))


def way_back() -> None:
    st.button(
        _("回到抽查列表"), key="close the check", type="tertiary", icon=":material/arrow_back:",
        on_click=close,
    )  # fmt: skip


def close() -> None:
    for name in ("check", "item", "page"):
        st.query_params.pop(name, None)


def head(card: CheckRow) -> None:
    title = _("{center}{day}履职抽查").format(center=card.center_name, day=numbers.day(card.day))
    st.title(escaped(title), anchor=False)
    facts = [
        listed(_(POST_WORDS[role]) for role in card.roles),
        _("{count}人中抽取{drawn}人").format(
            count=numbers.whole(card.candidates), drawn=numbers.whole(sum(card.counts.values()))
        ),
        _("{name}抽取").format(name=card.drawn_by),
    ]
    if card.turn > 1:
        facts.append(_("当日第{turn}次抽取").format(turn=card.turn))
    st.caption(escaped(" · ".join(facts)))
    if card.duty.denominator:
        st.markdown(escaped(_("在岗率：{share}").format(share=card.duty.words)))


def proof(session: ScopedSession, card: CheckRow) -> None:
    """The draw once more, from what was kept; whoever doubts it can do the same without this page."""
    shown = f"proof of check {card.id}"
    with st.container(border=True):
        st.subheader(_("抽取过程可以复核"), anchor=False)
        st.caption(_("种子由抽取人指定：") if card.by_hand else _("种子由系统随机生成："))
        st.code(card.seed, language=None)
        st.button(
            _("重新计算"), key="repeat the draw", icon=":material/replay:",
            on_click=lambda: st.session_state.update({shown: True}),
        )  # fmt: skip
        if not st.session_state.get(shown):
            return
        again = repeat_draw(session, card.id)
        if again.same:
            st.success(_("重新计算的结果与当时抽取的完全一致。"), icon=":material/verified:")
        else:
            st.error(
                _("重新计算的结果与保存的名单不一致，名单可能被改动过，请报告安全审计员。"),
                icon=":material/gpp_bad:",
            )
        st.caption(
            _("算法：对每个候选岗位计算“种子:岗位编号”的SHA-256，按结果从小到大排列，取前{count}个。").format(
                count=card.wanted
            )
        )
        st.dataframe(
            pd.DataFrame(
                {
                    _("顺序"): [one.place for one in again.lots],
                    _("岗位编号"): [one.post_id for one in again.lots],
                    _("抽中"): [_("是") if one.drawn else None for one in again.lots],
                    "SHA-256": [one.digest for one in again.lots],
                }
            ),
            hide_index=True, height="content" if len(again.lots) < 10 else 330,
            placeholder=numbers.NOTHING, alt=_("全部候选岗位的抽取顺序"),
        )  # fmt: skip
