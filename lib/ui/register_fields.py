"""The fields of a design: a line of headings becomes them, a grid orders and names them, a panel beside it
has the settings of the one that is looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import streamlit as st

from lib.errors import Problem
from lib.fields.field import Field
from lib.fields.kinds import KINDS
from lib.i18n import _, listed
from lib.registers.checks import LONGEST_LABEL
from lib.registers.design import Design
from lib.registers.designing import (
    SETTINGS,
    added,
    as_kind,
    dropped,
    ordered,
    renamed,
    with_sections,
)
from lib.registers.guessing import guess, guessed
from lib.ui import register_field
from lib.ui.plain import escaped
from lib.ui.register_sketch import Cells, Line, Sketch, Table

ICONS: dict[str, str] = {
    "text": "short_text", "long_text": "notes", "number": "123", "money": "payments", "date": "event",
    "time": "schedule", "period": "date_range", "choice": "radio_button_checked", "choices": "checklist",
    "yes_no": "toggle_on", "phone": "call", "citizen_id": "badge", "organization_code": "domain",
    "person": "person", "grid": "grid_view", "center": "account_tree", "department": "corporate_fare",
    "case": "assignment", "link": "link", "attachment": "attach_file", "formula": "function",
    "serial": "tag",
}  # fmt: skip


def draw(sketch: Sketch, used: Collection[str], links: dict[int, str], problems: tuple[Problem, ...]) -> None:
    """`used` are the keys of fields that a design in use has; `links` the registers that can be linked to."""
    _adding(sketch)
    if not sketch.now.fields:
        st.info(
            _("还没有字段。把Excel里的表头复制到上面，按回车即可一次加好；也可以点“添加字段”逐个添加。"),
            icon=":material/lightbulb:",
        )
        return
    if sketch.now.field(sketch.looked_at) is None:
        sketch.looked_at = sketch.now.fields[0].key
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _grid(sketch, used)
    with right, st.container(border=True, key="field panel"):
        register_field.draw(sketch, used, links, problems)


def _adding(sketch: Sketch) -> None:
    key = sketch.key("headings")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            _("粘贴Excel表头，或输入字段名（用顿号隔开），按回车添加"), key=key, max_chars=4000,
            placeholder=_("姓名*、电话、金额（元）、类别（学习、生活、就业）、走访日期、备注"),
            help=_("系统按名称猜出种类，可以再改。名称后加*表示必填，括号里写单位或选项。"),
            icon=":material/content_paste:", on_change=_paste, args=(sketch, key),
        )  # fmt: skip
        kinds = sketch.key("new kind")
        st.menu_button(
            _("添加字段"), list(KINDS), key=kinds, icon=":material/add:",
            format_func=lambda one: f":material/{ICONS[one]}: {_(KINDS[one].title)}",
            on_click=_add, args=(sketch, kinds),
        )  # fmt: skip


def _paste(sketch: Sketch, key: str) -> None:
    said = str(st.session_state.get(key) or "")
    found = guessed(said, [label for one in sketch.now.fields for label in (one.label, one.label_en)])
    if found:
        sketch.change(lambda design: added(design, found))
        sketch.looked_at = sketch.now.fields[-len(found)].key
    st.session_state[key] = ""


def _add(sketch: Sketch, key: str) -> None:
    kind = st.session_state.get(key)
    if kind in KINDS:
        label = free_label(sketch.now, _(KINDS[kind].title))
        sketch.change(lambda design: added(design, [Field("", kind, label)]))
        sketch.looked_at = sketch.now.fields[-1].key


def free_label(design: Design, label: str) -> str:
    taken = {name for one in design.fields for name in (one.label, one.label_en)}
    numbers = (f"{label}{number}" for number in range(2, len(taken) + 3))
    return label if label not in taken else next(one for one in numbers if one not in taken)


def _grid(sketch: Sketch, used: Collection[str]) -> None:
    kinds = {name: _(kind.title) for name, kind in KINDS.items()}
    column = st.column_config
    config: dict[str, Any] = {
        "number": column.NumberColumn(_("序号"), width=66, step=1, help=_("改序号可以换位置")),
        "label": column.TextColumn(_("名称"), max_chars=LONGEST_LABEL, width=130),
        "kind": column.SelectboxColumn(
            _("种类"), options=list(kinds), format_func=lambda one: kinds.get(str(one), str(one)), width=110
        ),
        "section": column.TextColumn(
            _("分组"), max_chars=20, width=80, help=_("同一分组的字段在表单里放在一起；直接写分组名称")
        ),
        "required": column.CheckboxColumn(_("必填"), width=84),
        "retired": column.CheckboxColumn(_("停用"), width=84, help=_("用过的字段只停用、不删除，随时可恢复")),
    }  # fmt: skip
    table = Table("fields", _rows, lambda design, lines, gone: _put(design, lines, gone, used))
    sketch.grid(table, config, alt=_("字段表，一行一个字段"))
    st.caption(
        _(
            "共{count}个字段。可以直接在表里改，最下面一行新增；选中行后按Delete删除（用过的改为停用）。"
        ).format(count=len(sketch.now.standing))
    )
    kept = [
        was.label
        for was in sketch.base.fields
        if was.key in used and (line := _typed_kind(sketch, was.key)) and line != was.kind
    ]
    if kept:
        st.warning(
            escaped(
                _("“{name}”已有记录使用，种类不能改。请停用它，再新增一个字段。").format(name=listed(kept))
            ),
            icon=":material/lock:",
        )


def _typed_kind(sketch: Sketch, key: str) -> str:
    changes = st.session_state.get(sketch.grid_key("fields")) or {}
    for number, cells in dict(changes.get("edited_rows") or {}).items():
        rows = sketch.base.fields
        if str(number).isdecimal() and int(number) < len(rows) and rows[int(number)].key == key:
            return str(cells.get("kind") or "")
    return ""


def _rows(design: Design) -> list[Cells]:
    return [
        {
            "number": number, "label": one.label, "kind": one.kind, "section": one.section,
            "required": one.required, "retired": one.retired, "key": one.key,
        }
        for number, one in enumerate(design.fields, start=1)
    ]  # fmt: skip


def _put(design: Design, lines: list[Line], gone: list[str], used: Collection[str]) -> Design:
    """What the grid says, in the order of its numbers."""

    def act(design: Design) -> Design:
        for key in gone:
            design = dropped(design, key, used)
        retired = {one.key for one in design.fields} & set(gone)
        for line in lines:
            if line.key and line.typed & {"label", "kind", "section", "required", "retired"}:
                design = _line(design, line, used)
        places: list[tuple[Any, bool]] = [
            (line.cells.get("number"), "number" in line.typed) for line in lines if line.key
        ]
        keys = [line.key for line in lines if line.key]
        order = [keys[number] for number in ordered(places)] + [one for one in gone if one in retired]
        by_key = design.by_key
        design = replace(design, fields=tuple(by_key[key] for key in order))
        for line in lines:
            if not line.key:
                design = _new(design, line)
        return with_sections(design)

    return renamed(design, act)


def _line(design: Design, line: Line, used: Collection[str]) -> Design:
    one = design.by_key[line.key]
    kind = line.said("kind")
    if kind in KINDS and kind != one.kind and line.key not in used:
        design = as_kind(design, line.key, kind)
        one = design.by_key[line.key]
    changed = replace(
        one,
        label=line.said("label")[:LONGEST_LABEL] or one.label,
        section=line.said("section")[:20],
        required=line.true("required") and "required" in SETTINGS[one.kind],
        retired=line.true("retired"),
    )
    fields = tuple(changed if other.key == line.key else other for other in design.fields)
    title = tuple(key for key in design.title if not (changed.retired and key == line.key))
    return replace(design, fields=fields, title=title)


def _new(design: Design, line: Line) -> Design:
    """A row that was written at the end; a name without a kind gets the kind that it sounds like."""
    kind = line.said("kind")
    label = line.said("label")[:LONGEST_LABEL]
    if not label and kind not in KINDS:
        return design
    guessed_one = guess(label) if label else None
    if kind in KINDS or guessed_one is None or not guessed_one.label:
        kind = kind if kind in KINDS else "text"
        guessed_one = Field("", kind, label or free_label(design, _(KINDS[kind].title)))
    required = line.true("required") or guessed_one.required
    required = required and "required" in SETTINGS[guessed_one.kind]
    return added(design, [replace(guessed_one, section=line.said("section")[:20], required=required)])
