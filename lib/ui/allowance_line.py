"""One person of a sheet: the arithmetic as it would be read aloud, and the correction of what it comes to."""

from __future__ import annotations

import streamlit as st

from db.models.reward import SheetState
from db.scope import ScopedSession
from lib.errors import BadInput
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed
from lib.roster.rewards.commands import LONGEST_REASON, correct_line
from lib.roster.rewards.queries import LineRow, SheetCard
from lib.roster.rewards.words import amount, cents_of, money, signed, spoken
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press

LINE = "person"  # in the address


def opened(page: Page, card: SheetCard) -> None:
    """The person that the address names, if they are on the sheet."""
    said = st.query_params.get(LINE, "")
    one = next((line for line in card.lines if str(line.person_id) == said), None)
    if one is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.subheader(
                escaped(_("{name}：{sum}").format(name=one.name, sum=money(one.due))),
                anchor=False,
                width="content",
            )
            st.button(
                _("关闭"), key="close the line", icon=":material/close:", type="tertiary", on_click=_close
            )
        st.caption(escaped(" · ".join(w for w in (_roles(one), listed(one.places)) if w)))
        if one.items:
            st.markdown("\n".join(f"- {escaped(spoken(item))}" for item in one.items))
        else:
            st.caption(_("本月没有可以计算的项目。"))
        st.markdown(
            escaped(_("积分{points}，计算金额{sum}").format(points=signed(one.points), sum=money(one.cents)))
        )
        if one.corrected is not None:
            st.warning(
                escaped(_("已更正为{sum}。理由：{reason}").format(sum=money(one.corrected), reason=one.why)),
                icon=":material/edit:",
            )
        if card.state is SheetState.DRAFT:
            _correction(page, card, one)


def _roles(one: LineRow) -> str:
    return listed(_(POST_WORDS[role]) for role in one.roles)


def _close() -> None:
    st.query_params.pop(LINE, None)


def keys_of(one: LineRow) -> tuple[str, str]:
    """What is typed for one person is not given for another."""
    return f"corrected amount {one.id}", f"corrected why {one.id}"


def _correction(page: Page, card: SheetCard, one: LineRow) -> None:
    typed, why = keys_of(one)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            _("更正为（元）"), key=typed, max_chars=20, width=160, placeholder=amount(one.due)
        )  # fmt: skip
        st.text_input(_("理由"), key=why, max_chars=LONGEST_REASON, width=320)
        st.button(_("更正金额"), key="correct the line", on_click=_correct, args=(page, card, one, False))
        if one.corrected is not None:
            st.button(
                _("取消更正"), key="take the correction back", on_click=_correct, args=(page, card, one, True)
            )


def _correct(page: Page, card: SheetCard, one: LineRow, back: bool) -> None:
    typed, why = (str(st.session_state.get(key, "")) for key in keys_of(one))

    def act(session: ScopedSession) -> int:
        cents = None if back else cents_of(typed)
        if cents is None and not back:
            raise BadInput(_("请填写更正后的金额，最小到分，例如 600 或 123.45。"))
        return correct_line(session, one.id, cents, why, card.seen)

    done = _("已取消更正：{name}。") if back else _("已更正：{name}。")
    press(page.viewer, done.format(name=one.name), act, keys_of(one))
