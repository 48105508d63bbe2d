"""One report: where it stands, what has changed in the data since, its review and its history."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from db.models.center import CODE_LENGTH, Level
from db.models.scheduling import ReportState
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotFound
from lib.i18n import _, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import UNIT_WORDS, Unit
from lib.scheduling.commands import LONGEST_REASON, review_report
from lib.scheduling.figures import Figure, Restated
from lib.scheduling.plan import Field
from lib.scheduling.queries import ReportCard, report_card
from lib.scheduling.states import REPORT, WAITING
from lib.ui.cases import back_to_the_list
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.rounds import badges, due_words, round_words, state_colors, state_words
from lib.workflow import Step

NOBODY = 0


@dataclass(frozen=True)
class Opened:
    """A report, and whether the reader fills it in or reviews it now."""

    page: Page
    session: ScopedSession
    card: ReportCard

    @property
    def open(self) -> bool:
        return self.card.round.closed_at is None

    @property
    def fills(self) -> bool:
        may = self.page.viewer.may(Permission.FILL_REPORTS)
        return self.card.own and may and self.open and self.card.state in WAITING

    @property
    def reviews(self) -> bool:
        return self.card.reviews and self.open and self.page.viewer.may(Permission.REVIEW_REPORTS)


def open_report(page: Page, session: ScopedSession) -> Opened | None:
    """The report that the address names; None, with a way on, where it names none."""
    try:
        return Opened(page, session, report_card(session, number_said("report") or NOBODY))
    except NotFound as told:
        st.title(_("填报材料"), anchor=False)
        say(told)
        st.page_link(BY_NAME["rounds"].file, label=_("打开调度"), icon=":material/event_repeat:")
        return None


# -- figures in words


def value_words(field: Field, said: str | None) -> str:
    """A value with the sign of its unit."""
    if not said:
        return numbers.NOTHING
    unit = METRICS[field.metric].unit if field.metric in METRICS else None
    if said.isdigit():
        said = numbers.whole(int(said))
    if unit is Unit.PERCENT:
        return f"{said}%"
    if unit is Unit.HOURS:
        return _("{count}小时").format(count=said)
    return f"{said} {_(UNIT_WORDS[unit])}" if unit else said


def figure_words(field: Field, figure: Figure | None) -> str:
    """What the product has counted, a rate with both its sides."""
    if figure is None or figure.value is None:
        return numbers.NOTHING
    said = value_words(field, figure.value)
    if METRICS[field.metric].unit is Unit.PERCENT and figure.denominator:
        return f"{said} = {numbers.whole(figure.numerator)} ÷ {numbers.whole(figure.denominator)}"
    return said


# -- where it stands


def head(opened: Opened) -> None:
    """Whose report of which round, its state and its limit."""
    card, row = opened.card, opened.card.round
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        back_to_the_list()
        st.page_link(
            BY_NAME["rounds"].file,
            label=_("整轮情况"),
            icon=":material/event_repeat:",
            query_params={
                "kind": row.kind.value,
                "round": str(row.id),
                "center": opened.page.viewer.scope.prefixes[0],
            },
        )
        if not card.own and len(card.center_code) < CODE_LENGTH[Level.VILLAGE]:
            st.page_link(
                BY_NAME["rounds"].file,
                label=escaped(_("{center}下级情况").format(center=card.center_name)),
                icon=":material/account_tree:",
                query_params={"kind": row.kind.value, "round": str(row.id), "center": card.center_code},
            )
    st.title(
        escaped(_("{center}：{round}").format(center=card.center_name, round=round_words(row))), anchor=False
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badges(state_words(card.state, card.late), state_colors())
        st.text(_limit(opened), width="content")
    if card.state is ReportState.RETURNED and card.return_reason:
        st.warning(escaped(_("被退回：{reason}").format(reason=card.return_reason)), icon=":material/undo:")
    if not opened.open:
        st.info(_("这一轮已经结束，只能查看。"), icon=":material/lock:")


def _limit(opened: Opened) -> str:
    card = opened.card
    due = numbers.table_moment(card.due_at)
    if card.submitted_at is not None and card.state not in WAITING:
        return _("时限{due} · {person}于{moment}提交").format(
            due=due, person=card.submitted_by or "", moment=numbers.table_moment(card.submitted_at)
        )
    said = _("时限{due} · {left}").format(due=due, left=due_words(card.due_at, opened.page.moment))
    if card.urged_at is not None:
        said += _(" · {moment}被催报").format(moment=numbers.table_moment(card.urged_at))
    return said


# -- what the data of today gives otherwise


def restated(opened: Opened) -> None:
    """What was handed in stays; beside it stands what has changed since, and because of which cases."""
    found = opened.card.restated
    if not found:
        return
    with st.container(border=True, gap="small"):
        st.markdown(
            f":orange-badge[:material/history: {escaped(_('提交后数据有变化'))}] "
            + escaped(_("已提交的数不变，下面是按现在的数据、同一时点、同一口径重算的结果。"))
        )
        for one in found:
            _restated(opened, one)


def _restated(opened: Opened, one: Restated) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(
            "**"
            + escaped(
                _("数据已变：{name} {old} → {new}").format(
                    name=_(one.field.name),
                    old=figure_words(one.field, one.submitted),
                    new=figure_words(one.field, one.today),
                )
            )
            + "**",
            width="content",
        )
        if one.cases:
            st.text(_("因事件"), width="content")
        may = opened.page.viewer.may(Permission.READ_CASES)
        for key, number in one.cases:
            if may:
                st.page_link(BY_NAME["case"].file, label=escaped(number), query_params={"id": str(key)})
            else:
                st.text(number, width="content")
        if one.more:
            st.text(_("另有{count}件").format(count=one.more), width="content")


# -- review


def review(opened: Opened) -> None:
    """Accepting or returning, for those who stand one level above."""
    if not opened.reviews:
        return
    steps = [one for one in REPORT.open_to(opened.page.viewer, opened.card.state) if one.action != "submit"]
    if not steps:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for step in steps:
            _step(opened, step)


def _step(opened: Opened, step: Step[ReportState]) -> None:
    card, viewer, label = opened.card, opened.page.viewer, _(step.words)
    if step.by_another and viewer.account_id == card.submitted_by_id:
        st.button(
            label, key=f"step {step.action}", icon=":material/lock:", disabled=True,
            help=_("这份材料由您提交，须由另一个人{action}。").format(action=label),
        )  # fmt: skip
        return
    if not step.asks_reason:
        _press_step(opened, step)
        return
    with st.popover(label, icon=":material/undo:", key=f"open {step.action}"):
        st.text_area(_("退回理由"), key=f"reason to {step.action}", max_chars=LONGEST_REASON)
        _press_step(opened, step)


def _press_step(opened: Opened, step: Step[ReportState]) -> None:
    st.button(
        _(step.words), key=f"step {step.action}", type="primary", on_click=_review,
        args=(opened.page.viewer, opened.card.id, step.action, _(step.words), opened.card.seen),
    )  # fmt: skip


def _review(viewer: Viewer, report_id: int, action: str, label: str, seen: int) -> None:
    reason = str(st.session_state.get(f"reason to {action}", ""))
    empties = (f"reason to {action}",) if reason else ()
    press(
        viewer,
        _("{action}：已完成。").format(action=label),
        lambda session: review_report(session, report_id, action, reason, seen),
        empties,
    )


# -- history


def history(opened: Opened) -> None:
    steps = opened.card.steps
    if not steps:
        return
    words = {action: _(step.words) for action, step in REPORT.steps.items()} | {"urge": _("催报")}
    with st.expander(_("办理经过：{count}步").format(count=len(steps)), icon=":material/history:"):
        st.dataframe(
            pd.DataFrame(
                {
                    _("时间"): [numbers.table_moment(one.done_at) for one in steps],
                    _("办理"): [words.get(one.action, one.action) for one in steps],
                    _("办理人"): [one.done_by for one in steps],
                    _("说明"): [one.words or numbers.NOTHING for one in steps],
                }
            ),
            hide_index=True,
            alt=_("这份材料的办理经过"),
        )
