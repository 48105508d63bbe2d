"""How this deployment counts, who decided it, and what another choice would change. Looking writes
nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import Told
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics import commands
from lib.metrics.catalogue import METRICS
from lib.metrics.commands import choose_variant
from lib.metrics.comparison import moved
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.metric import UNIT_WORDS, Unit
from lib.metrics.queries import variant_history
from lib.metrics.spelling import value_words
from lib.metrics.variant import (
    ACCEPTANCE_HOURS,
    CHOICES,
    QUESTIONS,
    TOUCHES,
    Variant,
    version_words,
    words_of,
)
from lib.ui import filters, parts, slopes
from lib.ui.cards import change_of
from lib.ui.comparison_change import MOODS, MOST
from lib.ui.comparison_parts import KINDS, Beside
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import escaped

HOURS = "hours"  # what the address calls the hours for accepting
ADDRESS = {question: HOURS if question == "acceptance_hours" else question for question in QUESTIONS}
REASON, OUTCOME = "reason for a variant", "what became of a variant"


def in_force(look: Look) -> None:
    """One card for each question, with the choice that holds."""
    with st.grid(columns=len(QUESTIONS), min_column_width=200):
        for question, words in QUESTIONS.items():
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.caption(_(words))
                st.markdown(f"**{escaped(words_of(question, getattr(look.variant, question)))}**")
                st.caption(escaped(_("涉及：{metrics}").format(metrics=metric_words(question))))


def metric_words(question: str) -> str:
    return listed(_(METRICS[name].words) for name in TOUCHES[question])


def history(look: Look) -> None:
    """Every decision: what, since when, by whom and why."""
    decisions = variant_history(look.session)
    if not decisions:
        st.caption(_("还没有人选定过口径，按默认口径统计。"))
        return
    table: dict[str, list[Any]] = {
        _("版本"): [version_words(one.variant) for one in decisions],
        _("选定时间"): [numbers.table_moment(one.decided_at) for one in decisions],
        _("选定人"): [one.decided_by for one in decisions],
        _("理由"): [one.reason for one in decisions],
    }
    for question, words in QUESTIONS.items():
        table[_(words)] = [words_of(question, getattr(one.variant, question)) for one in decisions]
    st.dataframe(pd.DataFrame(table), hide_index=True, alt=_("历次选定的统计口径，最近的在前"))


def choose(look: Look) -> Variant:
    """Another answer to each question, from the address; what is not said is as it is."""
    found: dict[str, Any] = {}
    with st.grid(columns=len(QUESTIONS), min_column_width=200, vertical_alignment="bottom"):
        for question, label in QUESTIONS.items():
            now = getattr(look.variant, question)
            if question == "acceptance_hours":
                hours = sorted({*ACCEPTANCE_HOURS, now})
                words = {str(number): words_of(question, number) for number in hours}
                found[question] = int(filters.choice(ADDRESS[question], _(label), words, str(now)))
            else:
                words = {value.value: words_of(question, value) for value in CHOICES[question]}
                said = filters.choice(ADDRESS[question], _(label), words, now.value)
                found[question] = type(now)(said)
    return replace(look.variant, **found)


def changed(now: Variant, then: Variant) -> list[str]:
    """The questions that are answered otherwise."""
    return [question for question in QUESTIONS if getattr(now, question) != getattr(then, question)]


@dataclass(frozen=True)
class Effect:
    """One center in one metric, counted both ways."""

    code: str
    now: Measured | None
    then: Measured | None
    by: Decimal
    rank_now: int | None
    rank_then: int | None


def effect(look: Look, other: Variant, name: str, by: By) -> Panel:
    """Center by center the figure as it is counted and as it would be, the largest change first."""
    metric = METRICS[name]
    now = Beside(look, metric, by)
    then = Beside(replace(look, variant=other), metric, by, names=now.names)
    effects = _effects(now, then)
    shown = [one for one in effects if one.by][:MOST]
    change_words = _("变化（个百分点）") if metric.unit is Unit.PERCENT else _("变化（件）")
    both = [(one.now, one.then) for one in effects]
    columns = [
        Column(_("名称"), ColumnKind.TEXT, tuple(now.called[one.code] for one in effects)),
        Column(_("现行口径"), KINDS[metric.unit], tuple(m.value if m else None for m, _other in both)),
        Column(_("新口径"), KINDS[metric.unit], tuple(m.value if m else None for _own, m in both)),
        Column(change_words, ColumnKind.DECIMAL, tuple(one.by for one in effects)),
    ]
    if metric.is_rate:
        columns += [
            Column(_("现行名次"), ColumnKind.COUNT, tuple(one.rank_now for one in effects)),
            Column(_("新名次"), ColumnKind.COUNT, tuple(one.rank_then for one in effects)),
            Column(_("名次变化"), ColumnKind.COUNT, tuple(_rise(one) for one in effects)),
        ]
        for heading, base, measured in (
            (_("现行分子"), _("现行分母"), [m for m, _other in both]),
            (_("新分子"), _("新分母"), [m for _own, m in both]),
        ):
            columns += [
                Column(heading, ColumnKind.COUNT, tuple(m.numerator if m else 0 for m in measured)),
                Column(base, ColumnKind.COUNT, tuple((m.denominator or 0) if m else 0 for m in measured)),
            ]
    return Panel(
        f"effect on {name} {by.value} {other}",
        _sentence(now, then, effects),
        _explained(now, effects, len(shown)),
        slopes.slopes(
            [_slope(now, one) for one in shown], _("现行口径"), _("新口径"), max(160, 30 * len(shown) + 90)
        ),
        tuple(columns),
        (name,),
        Drawing(DrawingKind.BAR, 0, (1, 2), _(UNIT_WORDS[metric.unit])) if effects else None,
        # Only what holds can be taken apart on the page of figures.
        cell=lambda column, row: (
            look.figure_address(name, center_code=effects[row].code)
            if column == 1 or (metric.is_rate and column in (7, 8))
            else None
        ),
        clicks=True,
        expanded=True,
    )


def _effects(now: Beside, then: Beside) -> list[Effect]:
    found = []
    for code in {*now.now, *then.now}:
        own, other = now.now.get(code), then.now.get(code)
        by = moved(other, own)
        found.append(Effect(code, own, other, by or Decimal(0), now.ranks.get(code), then.ranks.get(code)))
    return sorted(found, key=lambda one: (-abs(one.by), one.code))


def _rise(one: Effect) -> int | None:
    """Places won; places lost are below zero."""
    if one.rank_now is None or one.rank_then is None:
        return None
    return one.rank_now - one.rank_then


def _slope(beside: Beside, one: Effect) -> slopes.Slope:
    name = beside.called[one.code]
    change = change_of(one.then, one.now)
    places = ""
    if beside.metric.is_rate and one.rank_now != one.rank_then:
        places = _("，名次{now}→{then}").format(
            now=one.rank_now or numbers.NOTHING, then=one.rank_then or numbers.NOTHING
        )
    words = change.words if change else ""
    return slopes.Slope(
        float(one.now.value or 0) if one.now else 0.0,
        float(one.then.value or 0) if one.then else 0.0,
        MOODS[change.color] if change else "same",
        f"{name} {value_words(one.now) if one.now else numbers.NOTHING}",
        f"{value_words(one.then) if one.then else numbers.NOTHING} {name} {words}{places}",
        parts.hover(f"{name} {words}{places}", one.now, one.then),
        ("center", one.code),
    )


def _sentence(now: Beside, then: Beside, effects: list[Effect]) -> str:
    """What becomes of the whole, and who is moved the most."""
    whole, other = now.whole, then.whole
    if whole is None or other is None or not any(one.by for one in effects):
        return _("{metric}：换口径后各中心都不变").format(metric=now.words)
    sentence = _("{metric}：全部由{value}变为{other}").format(
        metric=now.words, value=value_words(whole), other=value_words(other)
    )
    most = effects[0]
    change = change_of(most.then, most.now)
    if change is not None and change.words:
        sentence += _("；{name}变化最大，{change}").format(name=now.called[most.code], change=change.words)
    return sentence


def _explained(now: Beside, effects: list[Effect], shown: int) -> str:
    said = [_("{metric} = {formula}").format(metric=now.words, formula=_(now.metric.formula))]
    places = sum(one.rank_now != one.rank_then for one in effects)
    if now.metric.is_rate and places:
        said.append(_("{count}个中心的名次有变化，名次在同一分组内排").format(count=places))
    elif now.metric.is_rate:
        said.append(_("各中心的名次都不变"))
    rest = sum(bool(one.by) for one in effects) - shown
    if rest > 0:
        said.append(_("图中为变化最大的{shown}个，其余{rest}个见数据表").format(shown=shown, rest=rest))
    return _("；").join(said)


def decide(look: Look, other: Variant) -> None:
    """The button for those who may; nobody else needs to see more than whose turn it would be."""
    viewer = look.page.viewer
    if not viewer.may(Permission.CHOOSE_VARIANT) or not viewer.scope.covers(look.page.deployment.root_code):
        st.caption(_("统计口径在本系统内统一，只能由最上级中心的领导或中心主任选定；您可以先查看影响。"))
        return
    words = _("选定为{version}").format(version=_next(look.variant))
    with st.popover(words, icon=":material/gavel:", key="decide"):
        st.text_input(_("理由（例如文件名称和文号）"), key=REASON, max_chars=commands.LONGEST_REASON)
        st.button(
            _("选定新口径"),
            key="choose variant",
            type="primary",
            on_click=_choose,
            args=(viewer, look.variant.version, other),
        )
        st.caption(_("选定后所有指标立即按新口径统计，历次口径均留存，选定操作记入审计日志。"))


def _next(variant: Variant) -> str:
    return version_words(replace(variant, version=variant.version + 1))


def _choose(viewer: Viewer, seen_version: int, other: Variant) -> None:
    reason = st.session_state.get(REASON, "")
    try:
        with acting(viewer) as session:
            version = choose_variant(session, **other.choices, reason=reason, seen_version=seen_version)
    except Told as told:
        st.session_state[OUTCOME] = ("told", told.sentence)
        return
    st.session_state[REASON] = ""
    st.session_state[OUTCOME] = (
        "done",
        _("已选定口径第{version}版，所有指标立即按新口径统计。").format(version=version),
    )
    for name in ADDRESS.values():
        st.query_params.pop(name, None)


def outcome() -> None:
    """What became of the decision, above everything else; what was typed stays."""
    kind, sentence = st.session_state.pop(OUTCOME, ("", ""))
    if kind == "done":
        st.success(escaped(sentence), icon=":material/check:")
    elif kind == "told":
        st.error(escaped(sentence), icon=":material/error:")
