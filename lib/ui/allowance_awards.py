"""What is given by hand: the month's list, the form, and withdrawing what was a mistake."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.models.reward import AwardKind
from db.scope import ScopedSession
from lib.centers.queries import CenterCard
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.roster.rewards.awards.commands import LONGEST_REASON, give_award, withdraw_award
from lib.roster.rewards.awards.queries import AwardRow, awards_in, people_to_reward
from lib.roster.rewards.rules import MOST_POINTS
from lib.roster.rewards.words import AWARD_WORDS, cents_of, signed
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.roster_choice import choose_person
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50
PERSON, KIND, DAY = "who is rewarded", "kind of the award", "day of the award"
SCORE, AMOUNT, REASON = "points of the award", "amount of the award", "reason of the award"


def draw(page: Page, session: ScopedSession, center: CenterCard, month: date) -> None:
    found = awards_in(session, center.center.code, month, filters.page_number(), PAGE_SIZE)
    st.subheader(
        _("{month}登记{count}条奖励").format(month=numbers.month(month), count=numbers.whole(found.total)),
        anchor=False,
    )
    _form(page, session, center)
    if not found.rows:
        st.info(_("本月还没有登记。通报表扬、加减积分和一次性补助都在这里登记。"), icon=":material/info:")
        return
    event = st.dataframe(
        pd.DataFrame(
            {
                _("日期"): [one.day for one in found.rows],
                _("姓名"): [one.name for one in found.rows],
                _("单位"): [one.center_name for one in found.rows],
                _("种类"): [_(AWARD_WORDS[one.award_kind]) for one in found.rows],
                _("积分"): [signed(one.score) if one.score else "" for one in found.rows],
                _("金额（元）"): [one.cents / 100 if one.cents else None for one in found.rows],
                _("事由"): [one.reason for one in found.rows],
                _("登记人"): [one.given_by for one in found.rows],
                _("状态"): [_("已撤销") if one.withdrawn_by else _("有效") for one in found.rows],
            }
        ),
        key=f"awards {center.center.code} {month}", hide_index=True, on_select="rerun",
        selection_mode=SELECTION, placeholder=numbers.NOTHING,
        column_config={
            _("日期"): st.column_config.DateColumn(format="YYYY-MM-DD"),
            _("金额（元）"): st.column_config.NumberColumn(format="accounting"),
            _("事由"): st.column_config.TextColumn(width=260),
        },
        alt=_("当月登记的奖励"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    row = chosen_row(event, len(found.rows))
    if row is not None and not found.rows[row].withdrawn_by:
        one = found.rows[row]
        st.button(
            escaped(_("撤销{name}的{kind}").format(name=one.name, kind=_(AWARD_WORDS[one.award_kind]))),
            key="withdraw the award", icon=":material/undo:", on_click=_withdraw, args=(page, one),
        )  # fmt: skip
    st.caption(_("通报表扬按办法计积分；登记后计入当月发放表。点击一行可以撤销。"))


def _form(page: Page, session: ScopedSession, center: CenterCard) -> None:
    box = st.expander(_("登记奖励"), icon=":material/add:", key="give an award", on_change="rerun")
    if not box.open:
        return
    with box:
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            kind = st.selectbox(
                _("种类"), list(AWARD_WORDS), key=KIND, format_func=lambda one: _(AWARD_WORDS[one]), width=180
            )  # fmt: skip
            day = st.date_input(
                _("日期"), value=page.today, max_value=page.today, key=DAY, format="YYYY-MM-DD", width=160
            )  # fmt: skip
            if kind is not AwardKind.SUBSIDY:
                label = _("扣减积分") if kind is AwardKind.CRITICISM else _("积分")
                least = 0 if kind in (AwardKind.CRITICISM, AwardKind.COMMENDATION) else -MOST_POINTS
                st.number_input(
                    label, value=0, min_value=least, max_value=MOST_POINTS, step=1, key=f"{SCORE} {kind}",
                    width=140,
                )  # fmt: skip
            if kind in (AwardKind.SUBSIDY, AwardKind.COMMENDATION):
                st.text_input(_("金额（元）"), key=AMOUNT, max_chars=20, width=140)
        on = day if isinstance(day, date) else page.today
        choose_person(PERSON, lambda text: people_to_reward(session, center.center.code, on, text))
        st.text_input(_("事由"), key=REASON, max_chars=LONGEST_REASON)
        st.button(
            _("登记奖励"),
            key="write the award",
            type="primary",
            on_click=_give,
            args=(page,),
        )


def _give(page: Page) -> None:
    """What stands in the form when the button is pressed, which may be newer than what was drawn."""
    given = st.session_state
    person, kind, day = given.get(PERSON), given[KIND], given[DAY]
    score = int(given.get(f"{SCORE} {kind}", 0))
    paid = kind in (AwardKind.SUBSIDY, AwardKind.COMMENDATION)
    typed, why = str(given.get(AMOUNT, "")) if paid else "", str(given.get(REASON, ""))

    def act(session: ScopedSession) -> int:
        cents = cents_of(typed) if typed.strip() else 0
        if person is None:
            raise BadInput(_("请选择人员。"))
        if cents is None:
            raise BadInput(_("请填写金额，最小到分，例如 200 或 123.45。"))
        taken = -score if kind is AwardKind.CRITICISM else score
        return give_award(session, person, day or page.today, kind, taken, cents, why)

    press(page.viewer, _("已登记。"), act, (REASON, AMOUNT), (f"{SCORE} {kind}",))


def _withdraw(page: Page, one: AwardRow) -> None:
    press(page.viewer, _("已撤销。"), lambda session: withdraw_award(session, one.id))
