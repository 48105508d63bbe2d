"""A new figure of a register, made by choosing: what is counted, which entries, by which day."""

from __future__ import annotations

import streamlit as st

from lib.access.permissions import Permission
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _
from lib.registers.design import Design
from lib.registers.entries.finding import HOW_WORDS, Filter, How, hows
from lib.registers.figures.commands import make_figure, retire_figure
from lib.registers.figures.definition import COUNTS_WORDS, LONGEST_NAME, MADE, Counts, Definition, Which
from lib.registers.figures.queries import FigureRow
from lib.registers.queries import RegisterCard
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press

MOST_CONDITIONS = 4
UP, DOWN, NEITHER = "up", "down", "neither"


def _key(name: str) -> str:
    return f"new figure {name}"


def form(page: Page, card: RegisterCard, found: tuple[FigureRow, ...]) -> None:
    """For those who design the register."""
    if not (card.own and page.viewer.may(Permission.DESIGN_REGISTERS)):
        return
    with st.expander(_("新建指标"), expanded=not found, icon=":material/add_chart:"):
        st.caption(_("指标由这本台账的记录自动计算，可以看图、下钻，也可以用作考核指标。"))
        with st.grid(columns=3, min_column_width=220, vertical_alignment="bottom"):
            st.text_input(_("指标名称"), key=_key("name"), max_chars=LONGEST_NAME)
            st.text_input(_("英文名称（可不填）"), key=_key("name_en"), max_chars=LONGEST_NAME)
            words = {one.value: _(said) for one, said in COUNTS_WORDS.items()}
            counts = Counts(
                st.selectbox(
                    _("计算方式"), list(words), format_func=lambda one: words[one], key=_key("counts")
                )
            )
            if counts in (Counts.SUM, Counts.AVERAGE):
                _choose(_("数字字段"), _fields(card.design, quantities=True), "field")
            days = {MADE: _("登记日期")} | {
                one.key: one.words for one in _open(card.design) if one.kind in ("date", "period")
            }
            _choose(_("按哪个日期计入月份"), days, "placed_by")
            better = {NEITHER: _("不分好坏"), UP: _("越高越好"), DOWN: _("越低越好")}
            _choose(_("好坏方向"), better, "better")
        _which(card.design, "of", _("统计哪些记录（不选就是全部）"))
        if counts is Counts.SHARE:
            _which(card.design, "hits", _("其中哪些算作达标"))
        st.button(
            _("建立指标"), key=_key("make"), type="primary", icon=":material/check:", on_click=_make,
            args=(page, card.id),
        )  # fmt: skip


def _open(design: Design) -> list[Field]:
    return [one for one in design.standing if not one.seen_by and not is_masked(one)]


def _fields(design: Design, *, quantities: bool) -> dict[str, str]:
    return {one.key: one.words for one in _open(design) if kind_of(one).counts or not quantities}


def _choose(label: str, words: dict[str, str], name: str) -> None:
    st.selectbox(label, list(words), format_func=lambda one: words[one], key=_key(name))


def _which(design: Design, side: str, label: str) -> None:
    st.markdown(f"**{escaped(label)}**")
    stages = {one.key: one.words for one in design.stages}
    if len(stages) > 1:
        st.pills(
            _("状态"), list(stages), format_func=lambda one: escaped(stages[one]), selection_mode="multi",
            key=_key(f"{side} states"),
        )  # fmt: skip
    fields = {"": _("（不加条件）")} | {one.key: one.words for one in _open(design) if hows(one)}
    for number in range(MOST_CONDITIONS):
        if number and not st.session_state.get(_key(f"{side} field {number - 1}")):
            break
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            chosen = st.selectbox(
                _("条件{number}").format(number=number + 1), list(fields),
                format_func=lambda one: fields[one], key=_key(f"{side} field {number}"), width=220,
            )  # fmt: skip
            field = design.field(chosen or "")
            if field is None:
                continue
            known: dict[str, str] = {how.value: _(HOW_WORDS[how]) for how in hows(field)}
            how = st.selectbox(
                _("怎样"), list(known), format_func=known.__getitem__,
                key=_key(f"{side} how {number} {chosen}"), width=120,
            )  # fmt: skip
            if how not in (How.EMPTY, How.FILLED):
                _value(field, f"{side} said {number} {chosen}")


def _value(field: Field, name: str) -> None:
    if field.choices:
        words = [one.words for one in field.choices]
        st.selectbox(_("取值"), words, key=_key(name), width=180)
    elif field.kind == "yes_no":
        st.selectbox(_("取值"), [_("是"), _("否")], key=_key(name), width=120)
    else:
        st.text_input(_("取值"), key=_key(name), max_chars=60, width=180)


def _said(side: str) -> Which:
    given = st.session_state
    filters = []
    for number in range(MOST_CONDITIONS):
        field = given.get(_key(f"{side} field {number}")) or ""
        if not field:
            break
        how = How(given.get(_key(f"{side} how {number} {field}")) or How.IS.value)
        filters.append(Filter(field, how, str(given.get(_key(f"{side} said {number} {field}")) or "")))
    return Which(tuple(given.get(_key(f"{side} states")) or ()), tuple(filters))


def _make(page: Page, register_id: int) -> None:
    given = st.session_state
    counts = Counts(given.get(_key("counts"), Counts.ENTRIES.value))
    definition = Definition(
        name=str(given.get(_key("name"), "")).strip(),
        name_en=str(given.get(_key("name_en"), "")).strip(),
        counts=counts,
        field=str(given.get(_key("field")) or "") if counts in (Counts.SUM, Counts.AVERAGE) else "",
        of=_said("of"),
        hits=_said("hits") if counts is Counts.SHARE else Which(),
        placed_by=str(given.get(_key("placed_by")) or MADE),
        more_is_better={UP: True, DOWN: False}.get(str(given.get(_key("better")))),
    )
    done = _("已建立指标“{name}”。").format(name=definition.name)
    press(
        page.viewer, done, lambda session: make_figure(session, register_id, definition),
        (_key("name"), _key("name_en")),
    )  # fmt: skip


def retire(page: Page, card: RegisterCard, row: FigureRow) -> None:
    if not card.own or row.retired:
        return
    with st.popover(_("停用这个指标"), icon=":material/block:", type="tertiary"):
        st.markdown(_("停用后不再提供选择；已经用到它的考核照常计算。停用不能撤回。"))
        st.button(
            _("确认停用"), key=f"retire figure {row.id}", on_click=press,
            args=(page.viewer, _("已停用。"), lambda session: retire_figure(session, row.id)),
        )  # fmt: skip
