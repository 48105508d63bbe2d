"""One field: only the settings that its kind has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from lib.errors import Problem
from lib.fields.field import Choice, Field
from lib.fields.kinds import KINDS
from lib.i18n import _
from lib.registers.checks import LONGEST_LABEL
from lib.registers.design import Design
from lib.registers.designing import (
    SETTINGS,
    as_kind,
    changed,
    doubled,
    dropped,
    in_keys,
    in_labels,
    moved,
    renamed,
    with_choices,
)
from lib.registers.guessing import headings
from lib.registers.reckoning import usable
from lib.ui import register_inputs as inputs
from lib.ui.plain import escaped
from lib.ui.register_sketch import Cells, Line, Sketch, Table

LIMITS_EXAMPLE = {"number": "0", "money": "0", "date": "2026-01-01", "period": "2026-01-01"}


def draw(sketch: Sketch, used: Collection[str], links: dict[int, str], problems: tuple[Problem, ...]) -> None:
    one = sketch.now.by_key[sketch.looked_at]
    _choose(sketch)
    _buttons(sketch, one, used)
    for problem in problems:
        if problem.field == one.key:
            st.error(escaped(problem.sentence), icon=":material/error:")
    if one.retired:
        st.caption(_("这个字段已停用：新记录不再填写，旧记录里仍可查看。"))
    _words(sketch, one, used)
    settings = SETTINGS[one.kind]
    _ticks(sketch, one, settings)
    if "choices" in settings:
        _choices(sketch, one)
    if "formula" in settings:
        formula(sketch, one, problems)
    if "links_to" in settings:
        words = {str(key): name for key, name in links.items()}
        inputs.choice(
            sketch, f"{one.key} links_to", _("关联哪本台账"), words, str(one.links_to or ""),
            _field(one.key, "links_to", lambda said: int(said) if said else None),
        )  # fmt: skip
    _limits(sketch, one, settings)
    with st.expander(
        _("谁能看、谁能填"), icon=":material/visibility:", key=sketch.key(f"{one.key} levels box")
    ):
        hint = _("不选表示各级都可以")
        inputs.levels(
            sketch, f"{one.key} seen_by", _("能看到的级别"), one.seen_by, _field(one.key, "seen_by"), hint
        )
        if KINDS[one.kind].filled_in:
            inputs.levels(
                sketch, f"{one.key} edited_by", _("能填写的级别"), one.edited_by,
                _field(one.key, "edited_by"), hint,
            )  # fmt: skip


def _field(key: str, name: str, read: Any = None) -> inputs.Put:
    return lambda design, said: changed(design, key, **{name: read(said) if read else said})


def _choose(sketch: Sketch) -> None:
    key = sketch.key("chosen field")
    numbers = {one.key: n for n, one in enumerate(sketch.now.fields, start=1)}
    st.session_state[key] = sketch.looked_at

    def words(one: str) -> str:
        found = sketch.now.field(one)
        if found is None:
            return ""
        kind = _(KINDS[found.kind].title)
        return _("{number} {name}（{kind}）").format(number=numbers.get(one, ""), name=found.words, kind=kind)

    st.selectbox(
        _("设置哪个字段"), list(numbers), key=key, format_func=words,
        on_change=lambda: sketch.choose(str(st.session_state[key])),
    )  # fmt: skip


def _buttons(sketch: Sketch, one: Field, used: Collection[str]) -> None:
    def button(name: str, label: str, icon: str, act: Any) -> None:
        st.button(
            label,
            key=sketch.key(f"{name} field"),
            icon=f":material/{icon}:",
            on_click=sketch.change,
            args=(act,),
        )

    with st.container(horizontal=True, gap="small"):
        button("up", _("上移"), "arrow_upward", lambda design: moved(design, one.key, -1))
        button("down", _("下移"), "arrow_downward", lambda design: moved(design, one.key, 1))
        copy = _("{name}（副本）").format(name=one.label)[:LONGEST_LABEL]
        button("double", _("复制"), "content_copy", lambda design: doubled(design, one.key, copy))
        if one.retired:
            button("back", _("恢复"), "undo", lambda design: changed(design, one.key, retired=False))
        elif one.key in used:
            button("retire", _("停用"), "block", lambda design: dropped(design, one.key, used))
        else:
            button("drop", _("删除"), "delete", lambda design: dropped(design, one.key, used))


def _words(sketch: Sketch, one: Field, used: Collection[str]) -> None:
    def name(design: Design, said: Any) -> Design:
        return renamed(design, lambda found: changed(found, one.key, label=said or one.label))

    def name_en(design: Design, said: Any) -> Design:
        return renamed(design, lambda found: changed(found, one.key, label_en=said))

    key = one.key
    with st.grid(columns=2, min_column_width=150):
        inputs.text(sketch, f"{key} label", _("名称"), one.label, name, most=LONGEST_LABEL)
        inputs.text(sketch, f"{key} label_en", _("英文名称"), one.label_en, name_en, most=80)
        fixed = key in used
        inputs.choice(
            sketch, f"{key} kind", _("种类"), {name: _(kind.title) for name, kind in KINDS.items()}, one.kind,
            lambda design, said: as_kind(design, key, said), disabled=fixed,
            hint=_("已启用的字段不能改种类；请停用它，再新增一个") if fixed else "",
        )  # fmt: skip
        inputs.text(sketch, f"{key} section", _("分组"), one.section, _field(key, "section"), most=20)
    inputs.text(sketch, f"{key} help", _("填写说明（显示在字段旁）"), one.help, _field(key, "help"), most=200)


def _ticks(sketch: Sketch, one: Field, settings: frozenset[str]) -> None:
    ticks = (
        ("required", _("必填"), ""),
        ("unique", _("不可重复"), _("同一单位内不能有两条记录填得一样")),
        ("masked", _("脱敏显示"), _("平时只显示一部分，查看全部要写理由")),
    )
    with st.container(horizontal=True, gap="medium"):
        for name, label, hint in ticks:
            if name in settings:
                inputs.yes(
                    sketch, f"{one.key} {name}", label, getattr(one, name), _field(one.key, name), hint
                )
        inputs.yes(sketch, f"{one.key} exported", _("可以导出"), one.exported, _field(one.key, "exported"))


def _limits(sketch: Sketch, one: Field, settings: frozenset[str]) -> None:
    key = one.key
    with st.grid(columns=2, min_column_width=150, vertical_alignment="bottom"):
        if "unit" in settings:
            inputs.text(
                sketch, f"{key} unit", _("单位"), one.unit, _field(key, "unit"), most=10, example=_("户")
            )
        if "places" in settings:
            inputs.number(sketch, f"{key} places", _("小数位数"), one.places, _field(key, "places"), 4)
        if "least" in settings:
            example = LIMITS_EXAMPLE[one.kind]
            for name, label in (("least", _("最小（最早）")), ("most", _("最大（最晚）"))):
                inputs.text(
                    sketch, f"{key} {name}", label, getattr(one, name), _field(key, name), most=20,
                    example=example,
                )  # fmt: skip
        if "longest" in settings:
            inputs.number(
                sketch,
                f"{key} longest",
                _("最多几个字（0为不限）"),
                one.longest,
                _field(key, "longest"),
                4000,
            )
        if "default" in settings:
            _default(sketch, one)


def _default(sketch: Sketch, one: Field) -> None:
    put, name = _field(one.key, "default"), f"{one.key} default"
    if one.kind in ("choice", "yes_no", "center"):
        words = {"": _("无")}
        if one.kind == "choice":
            words |= {choice.key: choice.words for choice in one.choices if not choice.retired}
        elif one.kind == "yes_no":
            words |= {"1": _("是"), "0": _("否")}
        else:
            words |= {"own": _("本单位")}
        inputs.choice(sketch, name, _("默认值"), words, one.default, put)
        return
    label = _("编号前缀") if one.kind == "serial" else _("默认值")
    example = {"serial": "WXY", "date": _("今天")}.get(one.kind, "")
    inputs.text(sketch, name, label, one.default, put, example=example)


def _choices(sketch: Sketch, one: Field) -> None:
    key = sketch.key(f"{one.key} more choices")
    st.text_input(
        _("添加选项（用顿号隔开，按回车）"), key=key, max_chars=2000, placeholder=_("学习、生活、就业"),
        on_change=_more, args=(sketch, one.key, key),
    )  # fmt: skip
    if not one.choices:
        return
    column = st.column_config
    table = Table(
        f"choices of {one.key}",
        partial(_choice_rows, key=one.key),
        lambda design, lines, gone: _put_choices(design, lines, one.key),
    )
    sketch.grid(
        table,
        {
            "label": column.TextColumn(_("选项"), max_chars=LONGEST_LABEL),
            "label_en": column.TextColumn(_("英文"), max_chars=80),
            "retired": column.CheckboxColumn(_("停用"), help=_("停用的选项不能再选，旧记录仍显示")),
        },
        alt=_("选项表"),
    )


def _more(sketch: Sketch, field: str, key: str) -> None:
    said = headings(str(st.session_state.get(key) or ""))
    sketch.change(
        lambda design: replace(
            design,
            fields=tuple(with_choices(one, said) if one.key == field else one for one in design.fields),
        )
    )
    st.session_state[key] = ""


def _choice_rows(design: Design, key: str) -> list[Cells]:
    one = design.field(key)
    return [
        {"label": choice.label, "label_en": choice.label_en, "retired": choice.retired, "key": choice.key}
        for choice in (one.choices if one else ())
    ]


def _put_choices(design: Design, lines: list[Line], key: str) -> Design:
    one = design.field(key)
    if one is None:
        return design
    kept: list[Choice] = []
    for line in lines:
        was = one.choice(line.key)
        if was:
            label = line.said("label") or was.label
            kept.append(Choice(was.key, label, line.said("label_en"), line.true("retired")))
    found = replace(one, choices=tuple(kept))
    for line in lines:
        if not line.key and line.said("label"):
            found = with_choices(found, [line.said("label")])
    return changed(design, key, choices=found.choices)


def formula(sketch: Sketch, one: Field, problems: tuple[Problem, ...]) -> None:
    """The formula with the names of fields; a click on a name writes it at the end."""
    inputs.text(
        sketch, f"{one.key} formula", _("公式"), in_labels(one.formula, sketch.now),
        lambda design, said: changed(design, one.key, formula=in_keys(said, design, of_today=False)),
        most=300, example=_("[单价]×[数量]"),
    )  # fmt: skip
    names = {key: field.words for key, field in usable(sketch.now).items() if key != one.key}
    key = sketch.key(f"{one.key} into the formula")
    st.session_state[key] = None
    st.pills(
        _("点字段名加到公式末尾"), list(names), key=key, format_func=lambda name: escaped(names[name]),
        on_change=_insert, args=(sketch, one.key, key),
    )  # fmt: skip
    if one.formula and not any(problem.field == one.key for problem in problems):
        st.success(
            escaped(_("可以计算：{formula}").format(formula=in_labels(one.formula, sketch.now))),
            icon=":material/check_circle:",
        )


def _insert(sketch: Sketch, field: str, key: str) -> None:
    said = st.session_state.get(key)

    def act(design: Design) -> Design:
        one, named = design.by_key[field], design.field(str(said))
        if named is None:
            return design
        written = f"{in_labels(one.formula, design)}[{named.label}]"
        return changed(design, field, formula=in_keys(written, design, of_today=False))

    sketch.change(act)
