"""The workflow of a design: one of the usual ones by a click, or its stages and steps in two grids; and how
it goes, in a picture of words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from lib.errors import Problem
from lib.i18n import _, listed
from lib.registers.design import (
    BY_WORDS,
    KEPT,
    STAGE_WORDS,
    By,
    Design,
    Move,
    Publishing,
    Stage,
    StageKind,
)
from lib.registers.needs import kept_needs, shown_needs
from lib.registers.usual_flows import FLOW_WORDS, Flow, flow_of, with_flow
from lib.ui.plain import escaped
from lib.ui.register_sketch import Cells, Line, Sketch, Table

Color = Literal["gray", "orange", "green", "red"]
COLORS: dict[StageKind, Color] = {
    StageKind.DRAFT: "gray",
    StageKind.WAITING: "orange",
    StageKind.DONE: "green",
    StageKind.REFUSED: "red",
}
LONGEST = 20


def draw(sketch: Sketch, problems: tuple[Problem, ...]) -> None:
    key = sketch.key("flow")
    now = flow_of(sketch.now)
    st.session_state[key] = now.value if now else None
    st.segmented_control(
        _("常用流程"), [flow.value for flow in Flow], key=key,
        format_func=lambda one: _(FLOW_WORDS[Flow(one)]), on_change=sketch.take, args=(key, _usual),
    )  # fmt: skip
    _picture(sketch.now)
    for problem in problems:
        if problem.field in ("stages", "moves"):
            st.error(escaped(problem.sentence), icon=":material/error:")
    with st.expander(
        _("自己调整状态和步骤"), expanded=now is None, icon=":material/tune:", key=sketch.key("own flow")
    ):
        _stages(sketch)
        _moves(sketch)


def _usual(design: Design, said: Any) -> Design:
    return with_flow(design, Flow(said)) if said in set(Flow) else design


def _picture(design: Design) -> None:
    """Each stage, and behind it the steps that lead on from there."""
    with st.container(border=True, gap="small"):
        for stage in design.stages or KEPT:
            steps = [move for move in design.moves if stage.key in move.sources]
            if not steps:
                with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                    _badge(stage)
                    st.caption(_("到此为止"), width="content")
            for move in steps:
                with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                    _badge(stage)
                    arrow = ":material/arrow_forward:"
                    marks = _("{step}（{marks}）").format(step=move.words, marks=_marks(move))
                    st.markdown(f"{arrow} {escaped(marks)} {arrow}", width="content")
                    _badge(design.stage(move.target))


def _badge(stage: Stage) -> None:
    words = f"{stage.words} · {_('公布有效')}" if stage.in_force else stage.words
    st.badge(escaped(words), color=COLORS[stage.kind])


def _marks(move: Move) -> str:
    said = [_(BY_WORDS[move.by])]
    said += [_("须另一人")] if move.by_another else []
    said += [_("填理由")] if move.asks_reason else []
    return listed(said)


# -- the grids


def _stages(sketch: Sketch) -> None:
    kinds = {kind.value: _(words) for kind, words in STAGE_WORDS.items()}
    column = st.column_config
    config: dict[str, Any] = {
        "label": column.TextColumn(_("状态"), max_chars=LONGEST),
        "label_en": column.TextColumn(_("英文"), max_chars=40),
        "kind": column.SelectboxColumn(
            _("性质"), options=list(kinds), format_func=lambda one: kinds.get(str(one), str(one))
        ),
        "editable": column.CheckboxColumn(_("可以填写")),
    }  # fmt: skip
    if sketch.now.publishing is Publishing.ENTRY:
        config["in_force"] = column.CheckboxColumn(_("公布有效"))
    st.caption(_("状态：第一行是新记录所在的状态，必须可以填写。"))
    sketch.grid(Table("stages", _stage_rows, _put_stages), config, alt=_("状态表"))


def _stage_rows(design: Design) -> list[Cells]:
    return [
        {
            "label": one.label, "label_en": one.label_en, "kind": one.kind.value, "editable": one.editable,
            "in_force": one.in_force, "key": one.key,
        }
        for one in design.stages or KEPT
    ]  # fmt: skip


def _free(start: str, taken: set[str]) -> str:
    key = next(f"{start}{n}" for n in range(1, len(taken) + 2) if f"{start}{n}" not in taken)
    taken.add(key)
    return key


def _put_stages(design: Design, lines: list[Line], _gone: list[str]) -> Design:
    before = {one.key: one for one in design.stages or KEPT}
    taken, found = set(before), []
    for line in lines:
        was = before.get(line.key)
        kind = line.said("kind")
        found.append(
            Stage(
                line.key or _free("s", taken),
                line.said("label")[:LONGEST] or (was.label if was else _("新状态")),
                line.said("label_en"),
                StageKind(kind) if kind in set(StageKind) else StageKind.WAITING,
                line.true("editable"),
                line.true("in_force"),
            )
        )
    return replace(design, stages=tuple(found))


def _moves(sketch: Sketch) -> None:
    stages = {one.key: one.words for one in sketch.now.stages or KEPT}
    by = {one.value: _(words) for one, words in BY_WORDS.items()}
    column = st.column_config
    st.caption(_("步骤：谁可以把记录从哪个状态办到哪个状态。“须有审核权限”的步骤，只负责填写的人不能办。"))
    sketch.grid(
        Table("moves", _move_rows, _put_moves),
        {
            "label": column.TextColumn(_("步骤"), max_chars=LONGEST),
            "label_en": column.TextColumn(_("英文"), max_chars=40),
            "sources": column.MultiselectColumn(
                _("从"), options=list(stages), format_func=lambda one: stages.get(one, one)
            ),
            "target": column.SelectboxColumn(
                _("到"), options=list(stages), format_func=lambda one: stages.get(str(one), str(one))
            ),
            "by": column.SelectboxColumn(
                _("由谁办"), options=list(by), format_func=lambda one: by.get(str(one), str(one))
            ),
            "decides": column.CheckboxColumn(_("须有审核权限")),
            "by_another": column.CheckboxColumn(_("须另一人")),
            "asks_reason": column.CheckboxColumn(_("填理由")),
            "needs": column.TextColumn(_("办理条件")),
            "needs_words": column.TextColumn(_("不符合时提示")),
        },
        alt=_("步骤表"),
    )


def _move_rows(design: Design) -> list[Cells]:
    return [
        {
            "label": one.label, "label_en": one.label_en, "sources": list(one.sources), "target": one.target,
            "by": one.by.value, "decides": one.decides, "by_another": one.by_another,
            "asks_reason": one.asks_reason, "needs": shown_needs(one, design), "needs_words": one.needs_words,
            "key": one.key,
        }
        for one in design.moves
    ]  # fmt: skip


def _put_moves(design: Design, lines: list[Line], _gone: list[str]) -> Design:
    before = {one.key: one for one in design.moves}
    taken, found = set(before), []
    for line in lines:
        was = before.get(line.key)
        said = line.cells.get("sources")
        sources = [one for one in said if isinstance(one, str)] if isinstance(said, (list, tuple)) else []
        by = line.said("by")
        found.append(
            Move(
                line.key or _free("m", taken),
                line.said("label")[:LONGEST] or (was.label if was else _("新步骤")),
                line.said("label_en"),
                tuple(dict.fromkeys(sources)),
                line.said("target"),
                By(by) if by in set(By) else By.OWN,
                line.true("decides"),
                line.true("asks_reason"),
                line.true("by_another"),
                kept_needs(line.said("needs"), design),
                line.said("needs_words"),
                was.needs_words_en if was and was.needs_words == line.said("needs_words") else "",
            )
        )
    return replace(design, moves=tuple(found))
