"""How entries are called, in which views they are shown, and when somebody is reminded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lib.errors import Problem
from lib.fields.kinds import is_masked
from lib.i18n import _
from lib.registers.checks import BY_VIEW
from lib.registers.design import VIEW_WORDS, Design, Reminder, View, ViewKind
from lib.registers.reckoning import LONGEST_WORDS
from lib.ui import register_inputs as inputs
from lib.ui.plain import escaped
from lib.ui.register_sketch import Cells, Line, Sketch, Table


def draw(sketch: Sketch, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        if problem.field in ("views", "reminders", "title"):
            st.error(escaped(problem.sentence), icon=":material/error:")
    _title(sketch)
    _views(sketch)
    _reminders(sketch)


def _title(sketch: Sketch) -> None:
    design = sketch.now
    open_to_all = {one.key: one.words for one in design.standing if not is_masked(one) and not one.seen_by}
    inputs.several(
        sketch, "title", _("标题由哪些字段组成"), open_to_all, design.title,
        lambda found, said: replace(found, title=said),
        _("列表、提醒和待办里用标题称呼一条记录；不选用第一个有内容的文字字段"),
    )  # fmt: skip


def _views(sketch: Sketch) -> None:
    design = sketch.now
    words = {kind.value: _(said) for kind, said in VIEW_WORDS.items()}
    inputs.several(
        sketch, "views", _("用哪些方式查看"), words, tuple(one.kind.value for one in design.views), _chosen,
        _("看板按状态或单选字段分列，日历要有日期字段，地图要有网格或中心字段"),
    )  # fmt: skip
    with st.grid(columns=3, min_column_width=220):
        for view in design.views:
            if view.kind in BY_VIEW:
                names = {one.key: one.words for one in design.standing if one.kind in BY_VIEW[view.kind]}
                if view.kind is ViewKind.BOARD:
                    names = {"": _("按状态分列"), **names}
                label = _("{view}按哪个字段").format(view=words[view.kind.value])
                inputs.choice(
                    sketch, f"view {view.kind.value}", label, names, view.by, _by(view.kind),
                )  # fmt: skip


def _chosen(design: Design, said: Any) -> Design:
    held = {one.kind.value: one for one in design.views}
    kinds = [kind for kind in ViewKind if kind.value in said] or [ViewKind.TABLE]
    return replace(
        design, views=tuple(held.get(kind.value) or View(kind, _first(design, kind)) for kind in kinds)
    )


def _first(design: Design, kind: ViewKind) -> str:
    if kind is ViewKind.BOARD:
        return ""
    return next((one.key for one in design.standing if one.kind in BY_VIEW.get(kind, ())), "")


def _by(kind: ViewKind) -> inputs.Put:
    return lambda design, said: replace(
        design, views=tuple(replace(one, by=said) if one.kind is kind else one for one in design.views)
    )


def _reminders(sketch: Sketch) -> None:
    days = {one.key: one.words for one in sketch.now.standing if one.kind in ("date", "period")}
    st.markdown(f"**{_('到期提醒')}**")
    if not days and not sketch.now.reminders:
        st.caption(_("有了日期字段，就可以设提前几天提醒。"))
        return
    stages = {one.key: one.words for one in sketch.now.stages}
    column = st.column_config
    sketch.grid(
        Table("reminders", _rows, _put),
        {
            "field": column.SelectboxColumn(
                _("日期字段"), options=list(days), format_func=lambda one: days.get(str(one), "")
            ),
            "days_before": column.NumberColumn(_("提前几天"), min_value=0, max_value=366, step=1),
            "sentence": column.TextColumn(_("提醒内容"), max_chars=LONGEST_WORDS, width="large"),
            "unless": column.MultiselectColumn(
                _("在这些状态不提醒"), options=list(stages), format_func=lambda one: stages.get(one, one)
            ),
        },
        alt=_("到期提醒表"),
    )


def _rows(design: Design) -> list[Cells]:
    return [
        {
            "field": one.field, "days_before": one.days_before, "sentence": one.sentence,
            "unless": list(one.unless), "key": str(number),
        }
        for number, one in enumerate(design.reminders)
    ]  # fmt: skip


def _put(design: Design, lines: list[Line], _gone: list[str]) -> Design:
    found = []
    for line in lines:
        days, unless = line.cells.get("days_before"), line.cells.get("unless")
        number = int(days) if isinstance(days, (int, float)) and days == days and abs(days) < 10_000 else 0
        stages = [one for one in unless if isinstance(one, str)] if isinstance(unless, (list, tuple)) else []
        found.append(Reminder(line.said("field"), number, line.said("sentence"), tuple(stages)))
    return replace(design, reminders=tuple(found))
