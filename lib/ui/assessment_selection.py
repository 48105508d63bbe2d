"""Selections: who was nominated in each group and how many places there are, and who decides on them;
and what the published places earn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.models.assessment import AssessmentState
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.assessment.queries import UnitCard
from lib.assessment.reading import AssessmentRow
from lib.assessment.selection.commands import LONGEST_REASON, nominate, select_unit
from lib.assessment.selection.queries import NominationRow, nominations, rewards
from lib.assessment.states import OPEN
from lib.assessment.words import group_words
from lib.i18n import _, numbers
from lib.ui.assessment import Chosen
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.scheme_rewards import rewards_words, yuan_words

DECIDED = (AssessmentState.REVIEW, AssessmentState.OBJECTIONS)  # when it can be decided


# -- beside the ranking


def selection(chosen: Chosen, row: AssessmentRow) -> None:
    """Group by group the quota, how many are selected, and who is nominated."""
    quotas = row.scheme.quotas
    if not quotas:
        return
    found = nominations(chosen.session, row.id)
    if not found and row.state not in OPEN:
        return
    st.subheader(
        _("评选：推荐{count}个，已评上{selected}个").format(
            count=len(found), selected=sum(one.selected is True for one in found)
        ),
        anchor=False,
    )
    if not found and chosen.page.viewer.may(Permission.ENTER_SCORES):
        st.caption(_("还没有推荐。点开一个单位，可以推荐它参评。"))
    for group in dict.fromkeys([*quotas, *(one.group for one in found)]):
        _group(chosen, row, group, [one for one in found if one.group == group])


def _group(chosen: Chosen, row: AssessmentRow, group: str, found: Sequence[NominationRow]) -> None:
    """Who does not stand over all units sees their own nominations alone, and no count of the rest."""
    most = row.scheme.quotas.get(group, 0)
    sentence = (
        _("{group}：名额{most}个，已评上{selected}个，推荐{count}个")
        if chosen.assesses
        else _("{group}：名额{most}个；您范围内推荐{count}个，已评上{selected}个")
    )
    st.markdown(
        "**"
        + escaped(
            sentence.format(
                group=group_words(group), most=most, count=len(found),
                selected=sum(one.selected is True for one in found),
            )
        )
        + "**"
    )  # fmt: skip
    if not found:
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("名次"): [one.rank for one in found],
                _("单位"): [one.name for one in found],
                _("评定"): [decision_words(one) for one in found],
                _("推荐理由"): [one.reason for one in found],
                _("推荐人"): [one.nominated_by for one in found],
                _("推荐时间"): [numbers.table_moment(one.nominated_at) for one in found],
                _("评定人"): [one.decided_by for one in found],
            }
        ),
        key=f"nominations of {row.id} {group}",
        hide_index=True,
        placeholder=numbers.NOTHING,
        column_config={_("推荐理由"): st.column_config.TextColumn(width="large")},
        alt=_("参评推荐"),
    )
    if chosen.runs and row.state in DECIDED:
        _decide(chosen.page.viewer, row, group, found)


def decision_words(one: NominationRow) -> str:
    if one.selected is None:
        return _("待评定")
    return _("评上") if one.selected else _("未评上")


def _decide(viewer: Viewer, row: AssessmentRow, group: str, found: Sequence[NominationRow]) -> None:
    """The undecided first; what is decided can be decided otherwise while the period is open."""
    by_id = {one.id: one for one in sorted(found, key=lambda one: one.selected is not None)}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.container(width=320):
            number = st.selectbox(
                _("评定哪个单位"), list(by_id), key=f"decide in {row.id} {group}",
                format_func=lambda key: _("{unit}（{decision}）").format(
                    unit=by_id[key].name, decision=decision_words(by_id[key])),
            )  # fmt: skip
        one = by_id[number]
        own = viewer.account_id is not None and one.nominated_by_id == viewer.account_id
        why = _("“{unit}”由您推荐，须由另一个人评定。").format(unit=one.name) if own else None
        for label, selected, key in ((_("评上"), True, "select"), (_("不评"), False, "pass over")):
            st.button(
                label, key=f"{key} {row.id} {group}", icon=":material/lock:" if own else None,
                disabled=own or one.selected is selected, help=why,
                on_click=_select, args=(viewer, one.id, one.name, selected, one.seen),
            )  # fmt: skip


def _select(viewer: Viewer, number: int, name: str, selected: bool, seen: int) -> None:
    sentence = _("{unit}已评上。") if selected else _("{unit}未评上，已记录。")
    press(
        viewer,
        sentence.format(unit=name),
        lambda session: select_unit(session, number, selected, seen),
    )


# -- on a unit's card


def nominating(session: ScopedSession, viewer: Viewer, card: UnitCard) -> None:
    """Whether the unit is nominated, and the form for it while the period is open."""
    row = card.assessment
    if not row.scheme.quotas:
        return
    found = next((one for one in nominations(session, row.id) if one.unit_key == card.key), None)
    may = viewer.may(Permission.ENTER_SCORES) and row.state in OPEN
    if found is None and not may:
        return
    st.subheader(_("评选"), anchor=False)
    if found is not None:
        words = _("{person}于{moment}推荐：{reason}").format(
            person=found.nominated_by, moment=numbers.table_moment(found.nominated_at), reason=found.reason
        )
        st.markdown(escaped(words))
        decided = _("（{person}）").format(person=found.decided_by) if found.decided_by else ""
        st.caption(escaped(decision_words(found) + decided))
        return
    with st.expander(_("推荐参评"), icon=":material/how_to_vote:", key=f"nominate {card.key}"):
        st.caption(
            _("{group}的名额是{most}个。每个单位只能推荐一次，由组织考核的另一个人评定。").format(
                group=group_words(card.placed.score.unit.group),
                most=row.scheme.quotas.get(card.placed.score.unit.group, 0),
            )
        )
        field = f"why nominate {card.key}"
        st.text_area(_("推荐理由"), key=field, max_chars=LONGEST_REASON)
        st.button(
            _("推荐"), key=f"propose {card.key}", type="primary", on_click=_nominate,
            args=(viewer, row.id, card.key, card.placed.score.unit.name, field),
        )  # fmt: skip


def _nominate(viewer: Viewer, number: int, unit: str, name: str, field: str) -> None:
    why = st.session_state.get(field, "")

    def act(session: ScopedSession) -> None:
        nominate(session, number, unit, why)

    press(viewer, _("已推荐{unit}参评。").format(unit=name), act, (field,))


# -- rewards


def earned(chosen: Chosen, row: AssessmentRow) -> None:
    """What places earn, and once they are published what they have earned, with the sum."""
    words = rewards_words(row.scheme)
    if not words:
        return
    found = rewards(chosen.session, row.id) if row.state not in OPEN else ()
    if found:
        points, cents = sum(one.points for one in found), sum(one.cents for one in found)
        sentence = (
            _("奖励：{count}个单位，共积{points}分、{yuan}")
            if chosen.assesses
            else _("奖励：您范围内{count}个单位，共积{points}分、{yuan}")
        )
        st.subheader(
            escaped(
                sentence.format(count=len(found), points=numbers.whole(points), yuan=yuan_words(cents))
            ),
            anchor=False,
        )  # fmt: skip
    st.caption(escaped(_("奖励标准：{rewards}。一票否决和基数小的单位不奖励。").format(rewards=words)))
    if row.state not in OPEN and not found:
        st.caption(_("本期您范围内没有单位得到奖励。"))
    if not found:
        return
    total: dict[str, list[Any]] = {
        _("单位"): [*(one.name for one in found), _("合计")],
        _("名次"): [*(one.reason for one in found), ""],
        _("积分"): [*(one.points for one in found), points],
        _("金额（元）"): [*(one.cents / 100 for one in found), cents / 100],
    }
    st.dataframe(
        pd.DataFrame(total),
        key=f"rewards of {row.id}",
        hide_index=True,
        column_config={
            _("积分"): st.column_config.NumberColumn(format="localized"),
            _("金额（元）"): st.column_config.NumberColumn(format="localized"),
        },
        alt=_("各单位的奖励积分和金额，末行是合计"),
    )
