"""What those who assess do beside the ranking: other weights, objections that wait, and counting again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from db.models.assessment import AssessmentState, ObjectionState
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.assessment.entering import LONGEST_REASON
from lib.assessment.objections.commands import reply_to
from lib.assessment.objections.queries import ObjectionRow
from lib.assessment.queries import recompute, restatement, with_other_points
from lib.assessment.reading import AssessmentRow, RankRow
from lib.assessment.states import OBJECTION, OBJECTION_WORDS, OPEN
from lib.i18n import _, numbers
from lib.metrics.metric import Unit
from lib.metrics.registered import metric_of
from lib.schemes.scheme import Indicator, Scheme, plain
from lib.schemes.scoring import RuleKind
from lib.ui.assessment import Chosen, total_words
from lib.ui.plain import escaped
from lib.ui.pressing import press

MOST_RESTATED = 200


def names_of(scheme: Scheme) -> Mapping[str, str]:
    return {one.key: one.name for one in scheme.indicators}


# -- objections


def waiting_of(found: Sequence[ObjectionRow]) -> int:
    return sum(one.state == ObjectionState.OPEN.value for one in found)


def answers(chosen: Chosen, row: AssessmentRow, found: Sequence[ObjectionRow]) -> None:
    """Objections, the open ones first, each with its reply or the form for one."""
    if not found:
        if row.state is AssessmentState.OBJECTIONS:
            st.caption(_("还没有单位提出异议。"))
        return
    waiting = waiting_of(found)
    label = _("异议：{count}件待答复").format(count=waiting) if waiting else _("异议：已全部答复")
    with st.expander(label, expanded=bool(waiting), icon=":material/forum:", key="objections"):
        for one in found:
            _objection(chosen, row, one)


def _objection(chosen: Chosen, row: AssessmentRow, one: ObjectionRow) -> None:
    name = names_of(row.scheme).get(one.indicator, one.indicator)
    with st.container(border=True, gap="xsmall"):
        objection_words(one, name)
        if one.state != ObjectionState.OPEN.value or not chosen.runs or row.state not in OPEN:
            return
        if one.raised_by_id == chosen.page.viewer.account_id:
            st.caption(_("您提出的异议由另一个人答复。"))
            return
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            with st.container(width=420):
                st.text_input(_("答复"), key=f"reply {one.id}", max_chars=LONGEST_REASON)
            with st.container(width=180):
                st.text_input(
                    _("改为的值（成立时填）"), key=f"value {one.id}", max_chars=20,
                    help=_("认定成立时，用这个值代替原来的值，名次随即更新。"),
                )  # fmt: skip
            for step in OBJECTION.steps.values():
                st.button(
                    _(step.words),
                    key=f"{step.action} {one.id}",
                    on_click=_reply,
                    args=(chosen.page.viewer, one.id, step.action, one.unit_name),
                )


def objection_words(one: ObjectionRow, indicator: str) -> None:
    """Who objects to what and why, and what was replied."""
    st.markdown(
        escaped(
            _("{unit}对“{indicator}”提出异议：{reason}").format(
                unit=one.unit_name, indicator=indicator, reason=one.reason
            )
        )
    )
    state = _(OBJECTION_WORDS[ObjectionState(one.state)])
    said = [f"{one.raised_by} {numbers.table_moment(one.raised_at)}", state]
    if one.reply:
        said.append(_("{person}答复：{reply}").format(person=one.replied_by, reply=one.reply))
    if one.value is not None:
        said.append(_("改为{value}").format(value=one.value))
    st.caption(escaped(" · ".join(said)))


def _reply(viewer: Viewer, objection_id: int, action: str, unit: str) -> None:
    given = st.session_state
    reply, value = given.get(f"reply {objection_id}", ""), given.get(f"value {objection_id}", "")
    press(
        viewer,
        _("已答复{unit}的异议，名次已更新。").format(unit=unit),
        lambda session: reply_to(session, objection_id, action, reply, value),
    )


# -- what if


def what_if(chosen: Chosen, row: AssessmentRow, group: Sequence[RankRow]) -> None:
    """Other points for the indicators and the places that they would make. Nothing is kept."""
    if not chosen.assesses or not group:
        return
    box = st.expander(
        _("试算：换一套分值会怎样"), icon=":material/tune:", on_change="rerun", key=f"what if {row.id}"
    )
    if not box.open:
        return
    with box:
        st.caption(
            _(
                "只看不存：改动任何一项分值，下面比较新旧名次；不改动方案，也不留痕迹。扣分、保底分和分档得分按比例随满分变动。"
            )
        )
        points = _other_points(row)
        if not points:
            st.caption(_("分值与方案相同。"))
            return
        found = with_other_points(chosen.session, row.id, tuple(sorted(points.items())))
        _compared([one for one in found if one.group == group[0].group], row)


def _other_points(row: AssessmentRow) -> dict[str, Decimal]:
    lines = [one for one in row.scheme.indicators if one.rule.kind is not RuleKind.VETO]
    changed = {}
    with st.grid(columns=min(len(lines), 5) or 1, min_column_width=160):
        for one in lines:
            now = float(one.rule.points)
            said = st.number_input(
                escaped(one.name), min_value=0.0, max_value=1000.0, value=now, step=1.0,
                key=f"points of {one.key} in {row.id}",
            )  # fmt: skip
            if said != now:
                changed[one.key] = Decimal(str(said))
    return changed


def _compared(found: Sequence[RankRow], row: AssessmentRow) -> None:
    ranked = sorted((one for one in found if one.rank is not None), key=lambda one: (one.rank or 0, one.key))
    moved = [one for one in ranked if one.places_won]
    if not moved:
        sentence = _("名次都不变。")
    else:
        most = max(moved, key=lambda one: abs(one.places_won or 0))
        sentence = _("{count}个单位的名次有变化，变化最大的是{name}：第{before}名变为第{now}名").format(
            count=len(moved), name=most.name, before=most.rank_before, now=most.rank
        )
    st.markdown(f"**{escaped(sentence)}**")
    st.dataframe(
        pd.DataFrame(
            {
                _("单位"): [one.name for one in ranked],
                _("原名次"): [one.rank_before for one in ranked],
                _("新名次"): [one.rank for one in ranked],
                _("名次变化"): [_arrow(one.places_won) for one in ranked],
                _("原总分"): [_number(one.total_before) for one in ranked],
                _("新总分"): [_number(one.total) for one in ranked],
            }
        ),
        key=f"compared of {row.id}",
        hide_index=True,
        placeholder=numbers.NOTHING,
        column_config={
            name: st.column_config.NumberColumn(format="%.2f") for name in (_("原总分"), _("新总分"))
        },
        alt=_("换分值前后的名次"),
    )


def _arrow(won: int | None) -> str:
    return numbers.NOTHING if won is None else f"▲{won}" if won > 0 else f"▼{-won}" if won < 0 else "0"


def _number(total: Decimal | None) -> float | None:
    return None if total is None else float(total)


# -- counting again


def count_again(chosen: Chosen, row: AssessmentRow) -> None:
    """Of a sealed month: the fingerprint made anew, and what the cases of today would say otherwise."""
    if row.state is not AssessmentState.SEALED:
        return
    with st.expander(_("复算与更正对照"), icon=":material/fingerprint:", key=f"again {row.id}"):
        st.caption(_("封存时的指纹。任何人都可以按封存的方案、口径和数据重新计算，结果应当完全一样。"))
        st.code(row.fingerprint or "", language=None)
        with st.container(horizontal=True, gap="small"):
            again = st.button(_("复算"), key="recompute", icon=":material/replay:")
            compare = chosen.runs and st.button(
                _("对照现在的数据"), key="restate", icon=":material/compare_arrows:"
            )
        if again:
            _recomputed(chosen.session, row)
        if compare:
            _restated(chosen.session, row)


def _recomputed(session: ScopedSession, row: AssessmentRow) -> None:
    found = recompute(session, row.id)
    st.code(found.fingerprint, language=None)
    if found.matches and found.places_follow:
        st.success(
            _("复算一致：{count}个单位的指纹与封存时相同，名次也由这些数据得出。").format(count=found.units),
            icon=":material/verified:",
        )
    else:
        st.error(
            _("复算不一致：封存后的数据或名次被改动过，请联系安全审计员核查。"), icon=":material/gpp_bad:"
        )


def _restated(session: ScopedSession, row: AssessmentRow) -> None:
    found = restatement(session, row.id)
    if not found:
        st.success(_("按现在的数据计算，各项值都与封存时相同。"), icon=":material/check_circle:")
        return
    st.warning(
        _("封存以后有{count}处数据变化。已公布的结果不变，下表只作对照。").format(count=len(found)),
        icon=":material/history:",
    )
    shown = found[:MOST_RESTATED]
    st.dataframe(
        pd.DataFrame(
            {
                _("单位"): [one.name for one in shown],
                _("指标"): [one.indicator.name for one in shown],
                _("封存值"): [value_words(one.indicator, one.sealed.value) for one in shown],
                _("现值"): [value_words(one.indicator, one.today.value) for one in shown],
                _("封存总分"): [total_words(one.total_sealed) for one in shown],
                _("现总分"): [total_words(one.total_today) for one in shown],
                _("封存名次"): [one.rank_sealed for one in shown],
                _("现名次"): [one.rank_today for one in shown],
            }
        ),
        hide_index=True,
        placeholder=numbers.NOTHING,
        alt=_("封存值与现值的对照"),
    )


def value_words(indicator: Indicator, value: Decimal | None) -> str:
    """A value with the sign of its unit."""
    if value is None:
        return numbers.NOTHING
    metric = metric_of(indicator.metric or "")
    unit = metric.unit if metric is not None else None
    said = plain(value)
    if unit is Unit.HOURS:
        return _("{count}小时").format(count=said)
    return f"{said}%" if unit is Unit.PERCENT else said
