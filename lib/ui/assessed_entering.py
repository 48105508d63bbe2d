"""What a unit's own people do: enter what no data tells, and object to what is wrong."""

from __future__ import annotations

import streamlit as st

from db.models.assessment import AssessmentState
from db.scope import ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.assessment.commands import enter_score
from lib.assessment.entering import LONGEST_EVIDENCE, LONGEST_REASON
from lib.assessment.objections.commands import object_to
from lib.assessment.queries import UnitCard
from lib.i18n import _, numbers
from lib.schemes.scheme import Indicator, plain
from lib.ui.assessment_work import objection_words
from lib.ui.plain import escaped
from lib.ui.pressing import press


def hand_scores(viewer: Viewer, card: UnitCard) -> None:
    """Each value that is entered by hand, with its evidence; a form while it can be entered."""
    lines = [one for one in card.assessment.scheme.indicators if one.by_hand]
    if not lines:
        return
    state = card.assessment.state
    reviews = state is AssessmentState.REVIEW and viewer.scope.covers(card.assessment.center_code)
    open_now = state is AssessmentState.SELF_CHECK or reviews
    may = open_now and viewer.may(Permission.ENTER_SCORES)
    waiting = [one for one in lines if one.key not in card.entered]
    label = _("手工填报：还有{count}项").format(count=len(waiting)) if waiting else _("手工填报：已填齐")
    with st.expander(
        label, expanded=bool(waiting and may), icon=":material/edit_note:", key=f"by hand {card.key}"
    ):
        if not open_now:
            st.caption(_("填报已经结束。"))
        for one in lines:
            _hand_score(viewer, card, one, may)


def _hand_score(viewer: Viewer, card: UnitCard, one: Indicator, may: bool) -> None:
    entered = card.entered.get(one.key)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{escaped(one.name)}**")
        if entered is not None:
            st.caption(
                escaped(
                    _("已填{value} · 佐证：{evidence} · {person} {moment}").format(
                        value=entered.value,
                        evidence=entered.evidence,
                        person=entered.entered_by,
                        moment=numbers.table_moment(entered.entered_at),
                    )
                )
            )
        if not may:
            return
        value_key, evidence_key = f"value of {one.key} {card.key}", f"evidence of {one.key} {card.key}"
        most = _("，最多{most}").format(most=plain(one.most)) if one.most is not None else ""
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            with st.container(width=200):
                st.text_input(_("值（没有发生填0{most}）").format(most=most), key=value_key, max_chars=20)
            with st.container(width=480):
                st.text_input(
                    _("佐证材料（文件名称、编号或会议记录）"), key=evidence_key, max_chars=LONGEST_EVIDENCE
                )
            st.button(
                _("填报"), key=f"enter {one.key} {card.key}", on_click=_enter,
                args=(viewer, card.assessment.id, card.key, one.key, one.name, value_key, evidence_key),
            )  # fmt: skip


def _enter(
    viewer: Viewer, number: int, unit: str, key: str, name: str, value_key: str, evidence_key: str
) -> None:
    value, evidence = st.session_state.get(value_key, ""), st.session_state.get(evidence_key, "")
    press(
        viewer,
        _("已填报“{name}”。").format(name=name),
        lambda session: enter_score(session, number, unit, key, value, evidence),
        (value_key, evidence_key),
    )


def objecting(viewer: Viewer, card: UnitCard) -> None:
    """What was objected to, and the form for it while objections are heard."""
    row = card.assessment
    names = {one.key: one.name for one in row.scheme.indicators}
    today = clock.local(clock.now()).date()
    heard = row.state is AssessmentState.OBJECTIONS and (
        row.objections_until is None or today <= row.objections_until
    )
    if card.objections or heard:
        st.subheader(_("异议"), anchor=False)
    for one in card.objections:
        with st.container(border=True, gap="xsmall"):
            objection_words(one, names.get(one.indicator, one.indicator))
    if not heard:
        return
    if card.center_code != viewer.center_code or not viewer.may(Permission.ENTER_SCORES):
        st.caption(_("异议由本单位自己提出，截止日为{day}。").format(day=numbers.day(row.objections_until)))
        return
    raised = {one.indicator for one in card.objections}
    left = [one.key for one in row.scheme.indicators if one.key not in raised]
    if not left:
        return
    with st.expander(_("提出异议"), icon=":material/forum:", key=f"object {card.key}"):
        st.caption(
            _("每项指标只能提一次，由另一个人答复；截止日为{day}。").format(
                day=numbers.day(row.objections_until)
            )
        )
        st.selectbox(_("指标"), left, format_func=lambda key: names[key], key=f"objected to {card.key}")
        st.text_area(_("理由"), key=f"why object {card.key}", max_chars=LONGEST_REASON)
        st.button(
            _("提出异议"), key=f"raise {card.key}", type="primary", on_click=_object,
            args=(viewer, row.id, card.key),
        )  # fmt: skip


def _object(viewer: Viewer, number: int, unit: str) -> None:
    given = st.session_state
    indicator, why_key = given.get(f"objected to {unit}", ""), f"why object {unit}"

    def act(session: ScopedSession) -> None:
        object_to(session, number, unit, indicator, given.get(why_key, ""))

    press(viewer, _("异议已提出，答复后在本页显示。"), act, (why_key,))
