"""The form as it will look: what is typed into it is judged at once and nothing is kept."""

from __future__ import annotations

from typing import Any

import streamlit as st

from db.scope import ScopedSession
from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.kinds import KINDS, kind_of, shown
from lib.i18n import _, listed
from lib.registers.checks import checked
from lib.registers.design import Design
from lib.registers.values import title_of, took
from lib.registers.world import Surroundings
from lib.ui.plain import escaped
from lib.ui.register_sketch import Sketch

EXAMPLES: dict[str, str] = {
    "date": "2026-06-01", "period": "2026-01-01至2026-03-31", "time": "14:30", "phone": "13800000000",
    "number": "12", "money": "1200.50",
}  # fmt: skip


def draw(sketch: Sketch, session: ScopedSession) -> None:
    st.caption(_("试填一条，看看填的人会看到什么、怎么提示。这里填的不会保存。"))
    try:
        design = checked(sketch.now)
    except BadInput:
        st.warning(
            _("设计里还有要改的地方，改好后才能试填；见“检查并启用”。"), icon=":material/construction:"
        )
        return
    typed = _form(sketch, design)
    world = Surroundings(session)
    values, problems = took(design, typed, None, {one.key for one in design.standing}, world)
    if not any(typed.values()):
        st.info(_("还没有试填。"), icon=":material/edit:")
        return
    for problem in problems:
        st.error(escaped(problem.sentence), icon=":material/error:")
    if not problems:
        st.success(
            escaped(
                _("这样填可以保存。标题：{title}").format(title=title_of(design, values, world) or _("无"))
            ),
            icon=":material/check_circle:",
        )
    results = [
        _("{name}：{value}").format(name=one.words, value=shown(values[one.key], one, world))
        for one in design.standing
        if one.kind == "formula" and values.get(one.key)
    ]
    if results:
        st.caption(escaped(_("自动算出：{results}").format(results=listed(results))))


def _form(sketch: Sketch, design: Design) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for section in dict.fromkeys(one.section for one in design.standing):
        if section:
            st.markdown(f"**{escaped(section)}**")
        with st.grid(columns=2, min_column_width=260):
            for one in design.standing:
                if one.section == section:
                    said = _input(sketch, one)
                    if KINDS[one.kind].filled_in:
                        typed[one.key] = said
    return typed


def _input(sketch: Sketch, one: Field) -> Any:
    key = sketch.key(f"sample {one.key} {one.kind}")
    label = escaped(one.words) + (" \\*" if one.required else "")
    if one.unit:
        label = _("{name}（{unit}）").format(name=label, unit=escaped(one.unit))
    hint = escaped(one.help) or None
    if not kind_of(one).filled_in:
        known = {"attachment": _("保存后上传"), "serial": _("保存时自动编号")}
        said = known.get(one.kind, _("自动计算"))
        return st.text_input(label, "", key=key, disabled=True, placeholder=said, help=hint)
    if one.kind == "long_text":
        return st.text_area(label, one.default, key=key, help=hint, max_chars=one.longest or 4000)
    if one.kind in ("choice", "choices"):
        words = {choice.key: choice.words for choice in one.choices if not choice.retired}
        if one.kind == "choices":
            return st.multiselect(
                label, list(words), key=key, format_func=lambda k: words.get(k, ""), help=hint,
                placeholder=_("请选择"),
            )  # fmt: skip
        start = list(words).index(one.default) if one.default in words else None
        return st.selectbox(
            label, list(words), index=start, key=key, format_func=lambda k: words.get(k, ""), help=hint,
            placeholder=_("请选择"),
        )  # fmt: skip
    if one.kind == "yes_no":
        answers = {"1": _("是"), "0": _("否")}
        return st.segmented_control(
            label, list(answers), key=key, format_func=lambda k: answers[k], help=hint,
            default=one.default if one.default in answers else None,
        )  # fmt: skip
    return st.text_input(
        label, one.default, key=key, placeholder=EXAMPLES.get(one.kind), help=hint, max_chars=200
    )
