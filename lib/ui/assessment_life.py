"""Where a period stands in its life, and the buttons of those whose turn it is."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from db.models.assessment import AssessmentState
from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.assessment import commands
from lib.assessment.commands import OBJECTION_DAYS
from lib.assessment.entering import LONGEST_REASON
from lib.assessment.reading import AssessmentRow
from lib.assessment.states import ASSESSMENT, STATE_WORDS
from lib.assessment.units.queries import own_units
from lib.i18n import _, numbers
from lib.ui.assessment import Chosen, count_button
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.workflow import Step


def life(chosen: Chosen, row: AssessmentRow) -> None:
    """The five steps of a period, each with who and when; the one it stands at is told apart."""
    waiting = ""
    if row.state in (AssessmentState.SELF_CHECK, AssessmentState.REVIEW):
        units = own_units(chosen.session, row.id)
        if any(one.by_hand for one in row.scheme.indicators):
            done = sum(not unit.waiting for unit in units)
            waiting = _("已填齐{done}/{count}个").format(done=done, count=len(units))
    said = {
        AssessmentState.SELF_CHECK: (
            waiting or _("{person}计算").format(person=row.computed_by),
            numbers.table_moment(row.computed_at),
        ),
        AssessmentState.REVIEW: (
            _("{person}审核").format(person=row.reviewed_by) if row.reviewed_by else "", "",
        ),
        AssessmentState.OBJECTIONS: (
            _("截至{day}").format(day=row.objections_until) if row.objections_until else "", "",
        ),
        AssessmentState.PUBLISHED: (
            _("{person}公布").format(person=row.published_by) if row.published_by else "",
            numbers.table_moment(row.published_at) if row.published_at else "",
        ),
        AssessmentState.SEALED: (
            _("指纹{start}…").format(start=row.fingerprint[:8]) if row.fingerprint else "",
            numbers.table_moment(row.sealed_at) if row.sealed_at else "",
        ),
    }  # fmt: skip
    states = list(STATE_WORDS)
    here = states.index(row.state)
    with st.grid(columns=len(states), min_column_width=150):
        for number, state in enumerate(states):
            with st.container(border=True, height="stretch", gap=None):
                words = escaped(_(STATE_WORDS[state]))
                if number < here or row.state is AssessmentState.SEALED:
                    st.markdown(f":gray[:material/check_circle: {words}]")
                elif number == here:
                    st.markdown(f":blue[:material/radio_button_checked: **{words}**]")
                else:
                    st.markdown(f":gray[:material/circle: {words}]")
                st.caption(escaped(" · ".join(part for part in said[state] if part)) or numbers.NOTHING)


def actions(chosen: Chosen, row: AssessmentRow) -> None:
    """What this person may do now. Who may not sees whose turn it is, in the row of steps."""
    if not chosen.runs:
        return
    open_steps = ASSESSMENT.open_to(chosen.page.viewer, row.state)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for step in open_steps:
            _step(chosen, row, step)
        if row.state in (AssessmentState.SELF_CHECK, AssessmentState.REVIEW):
            count_button(chosen, _("重新计算"), primary=False)


def _step(chosen: Chosen, row: AssessmentRow, step: Step[AssessmentState]) -> None:
    label, viewer = _(step.words), chosen.page.viewer
    own_work = step.by_another and viewer.account_id == row.computed_by_id
    if own_work:
        st.button(
            label,
            key=f"step {step.action}",
            icon=":material/lock:",
            disabled=True,
            help=_("这一期由您计算，须由另一个人{action}。").format(action=label),
        )
        return
    if step.action == "review":
        _press_step(chosen, row, step)
        return
    with st.popover(label, key=f"open {step.action}"):
        if step.asks_reason:
            st.text_area(_("理由"), key=f"reason to {step.action}", max_chars=LONGEST_REASON)
        if step.action == "show":
            today = clock.local(clock.now()).date()
            st.date_input(
                _("异议截止日"),
                value=today + timedelta(days=OBJECTION_DAYS),
                min_value=today,
                max_value=today + timedelta(days=60),
                key="last day of objections",
            )
            st.caption(_("公示后被考核单位可以看到名次，并在截止日前对本单位的指标值提出异议。"))
        if step.action == "publish":
            st.caption(_("公布后分数不能再改，所有被考核单位都能看到结果。"))
        if step.action == "seal":
            st.caption(_("封存后留下方案、口径和数据的指纹，任何人都能复算核对，不能撤回。"))
        _press_step(chosen, row, step)


def _press_step(chosen: Chosen, row: AssessmentRow, step: Step[AssessmentState]) -> None:
    st.button(
        _(step.words), key=f"step {step.action}", type="primary", on_click=_move,
        args=(chosen.page.viewer, row.id, row.seen, step.action, step.words),
    )  # fmt: skip


def _move(viewer: Viewer, assessment_id: int, seen: int, action: str, words: str) -> None:
    given = st.session_state
    reason, until = given.get(f"reason to {action}", ""), given.get("last day of objections")

    def act(session: ScopedSession) -> None:
        day = until if action == "show" and isinstance(until, date) else None
        commands.move(session, assessment_id, action, reason, seen, day)

    empties = (f"reason to {action}",) if f"reason to {action}" in given else ()
    press(viewer, _("{action}：已完成。").format(action=_(words)), act, empties)
