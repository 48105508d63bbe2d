"""Rules of validation: chosen from lists, or written with the names of fields; each is read back at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lib.errors import Problem
from lib.fields.expression import HELP
from lib.i18n import _
from lib.registers.design import Design, Rule
from lib.registers.designing import in_keys, in_labels
from lib.registers.reckoning import LONGEST_WORDS, usable
from lib.ui import register_inputs as inputs
from lib.ui.plain import escaped
from lib.ui.register_sketch import Sketch

SIGNS = ("≥", "≤", ">", "<", "=", "≠")
SIGN_KEYS = ("first field", "sign", "second field", "value")


def draw(sketch: Sketch, problems: tuple[Problem, ...]) -> None:
    _from_lists(sketch)
    if not sketch.now.rules:
        st.info(
            _("还没有校验规则。规则用来检查几个字段之间的关系，如结束日期不早于开始日期；不需要可以跳过。"),
            icon=":material/lightbulb:",
        )
    for number, rule in enumerate(sketch.now.rules):
        with st.container(border=True, gap="small"):
            _rule(sketch, number, rule, problems)
    if sketch.now.rules:
        _names(sketch)


def _from_lists(sketch: Sketch) -> None:
    """A rule between two fields, or a field and a value, without writing anything."""
    names = {key: one.words for key, one in usable(sketch.now).items()}
    if not names:
        st.caption(_("请先添加字段。"))
        return
    first, sign, second, value = (sketch.key(name) for name in SIGN_KEYS)
    nothing = ""
    with st.grid(columns=5, min_column_width=150, vertical_alignment="bottom"):
        st.selectbox(_("字段"), list(names), key=first, format_func=lambda one: names.get(one, ""))
        st.selectbox(_("应当"), SIGNS, key=sign)
        st.selectbox(
            _("另一个字段"), [nothing, *names], key=second,
            format_func=lambda one: names.get(one, _("（填右边的值）")),
        )  # fmt: skip
        st.text_input(_("或者一个值"), key=value, max_chars=60, placeholder="100")
        st.button(
            _("添加规则"), key=sketch.key("add rule"), icon=":material/add:", on_click=_add, args=(sketch,)
        )
    st.button(
        _("自己写一条"), key=sketch.key("write rule"), type="tertiary", icon=":material/edit:",
        on_click=sketch.change,
        args=(lambda design: replace(design, rules=(*design.rules, Rule("", ""))),),
    )  # fmt: skip


def _add(sketch: Sketch) -> None:
    first, sign, second, value = (str(st.session_state.get(sketch.key(name)) or "") for name in SIGN_KEYS)

    def act(design: Design) -> Design:
        fields = usable(design)
        one, other = fields.get(first), fields.get(second)
        if one is None or (other is None and not value.strip()):
            return design
        said = value.strip().replace('"', "")
        number = said.replace(".", "", 1).removeprefix("-").isdecimal()
        beside = f"[{other.label}]" if other else (said if number else f'"{said}"')
        written = f"[{one.label}]{sign}{beside}"
        sentence = _("“{first}”应当{sign}{second}，请核对。").format(
            first=one.label, sign=sign, second=f"“{other.label}”" if other else said
        )
        rule = Rule(in_keys(written, design, of_today=True), sentence)
        return replace(design, rules=(*design.rules, rule))

    sketch.change(act)
    st.session_state[sketch.key("value")] = ""


def _rule(sketch: Sketch, number: int, rule: Rule, problems: tuple[Problem, ...]) -> None:
    def put(name: str) -> Any:
        def act(design: Design, said: Any) -> Design:
            if name == "holds":
                said = in_keys(str(said), design, of_today=True)
            rules = list(design.rules)
            if number < len(rules):
                rules[number] = replace(rules[number], **{name: said})
            return replace(design, rules=tuple(rules))

        return act

    def gone(design: Design) -> Design:
        return replace(design, rules=design.rules[:number] + design.rules[number + 1 :])

    shown = in_labels(rule.holds, sketch.now)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        inputs.text(
            sketch, f"rule {number} holds", _("第{number}条：应当满足").format(number=number + 1), shown,
            put("holds"), most=300, example=_("[结束日期]≥[开始日期]"),
        )  # fmt: skip
        st.button(
            _("删除"), key=sketch.key(f"drop rule {number}"), icon=":material/delete:",
            on_click=sketch.change, args=(gone,),
        )  # fmt: skip
    with st.grid(columns=2, min_column_width=260):
        inputs.text(
            sketch, f"rule {number} sentence", _("不满足时提示"), rule.sentence, put("sentence"),
            most=LONGEST_WORDS, example=_("结束日期不能早于开始日期。"),
        )  # fmt: skip
        inputs.text(
            sketch, f"rule {number} sentence_en", _("英文提示（可不填）"), rule.sentence_en,
            put("sentence_en"), most=LONGEST_WORDS,
        )  # fmt: skip
    wrong = [one.sentence for one in problems if one.field == f"rules[{number + 1}]"]
    for sentence in wrong:
        st.error(escaped(sentence), icon=":material/error:")
    if not wrong and rule.holds:
        st.success(escaped(_("读懂了：{rule}").format(rule=shown)), icon=":material/check_circle:")


def _names(sketch: Sketch) -> None:
    names = {key: one.words for key, one in usable(sketch.now).items()}
    key = sketch.key("into the rule")
    st.session_state[key] = None
    st.pills(
        _("点字段名加到最后一条规则末尾"), list(names), key=key,
        format_func=lambda name: escaped(names[name]),
        on_change=_insert, args=(sketch, key),
    )  # fmt: skip
    st.caption(escaped(_(HELP)))


def _insert(sketch: Sketch, key: str) -> None:
    said = str(st.session_state.get(key) or "")

    def act(design: Design) -> Design:
        one = design.field(said)
        if one is None or not design.rules:
            return design
        last = design.rules[-1]
        written = in_keys(f"{in_labels(last.holds, design)}[{one.label}]", design, of_today=True)
        return replace(design, rules=(*design.rules[:-1], replace(last, holds=written)))

    sketch.change(act)
