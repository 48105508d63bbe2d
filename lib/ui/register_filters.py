"""Filters on any field of a register, kept in the address: how one is added, shown and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from lib.fields.field import Field
from lib.i18n import _, mark
from lib.registers.entries.address import LONGEST_SAID, parameters, said_filters
from lib.registers.entries.finding import HOW_WORDS, MOST_FILTERS, Filter, How, hows
from lib.ui import filters
from lib.ui.plain import escaped

FIELD, HOW, VALUE = "field to filter by", "how to filter", "value to filter by"
DAYS: dict[How, str] = {How.IS: mark("等于"), How.FROM: mark("不早于"), How.TO: mark("不晚于")}
OF_DAYS = ("date", "time", "period")
WITHOUT_VALUE = (How.EMPTY, How.FILLED)


def how_words(field: Field, how: How) -> str:
    return _(DAYS[how]) if field.kind in OF_DAYS and how in DAYS else _(HOW_WORDS[how])


def value_words(field: Field, said: str) -> str:
    """What was said, with the words of a choice instead of its key."""
    if field.kind == "yes_no":
        return {"1": _("是"), "0": _("否")}.get(said, said)
    found = field.choice(said)
    return found.words if found else said


def words_of(fields: Sequence[Field], wanted: Sequence[Filter]) -> str:
    """All filters in one line, for a file that leaves the product."""
    known = {one.key: one for one in fields}
    return "；".join(filter_words(known[one.field], one) for one in wanted)


def filter_words(field: Field, one: Filter) -> str:
    said = value_words(field, one.said)
    return (
        _("{field}{how}{value}")
        .format(field=field.words, how=f" {how_words(field, one.how)} ", value=said)
        .strip()
    )


def adding(fields: Sequence[Field]) -> None:
    """Opens to one more filter."""
    known = {one.key: one for one in fields if hows(one)}
    if not known:
        return
    box = st.popover(_("筛选"), icon=":material/filter_alt:", key="add a filter", on_change="rerun")
    if not box.open:
        return
    with box:
        key = st.selectbox(_("字段"), list(known), format_func=lambda key: known[key].words, key=FIELD)
        field = known[key]
        how = st.selectbox(
            _("条件"), list(hows(field)), format_func=lambda how: how_words(field, how), key=f"{HOW} {key}"
        )
        if how not in WITHOUT_VALUE:
            _value(field)
        st.button(
            _("添加筛选"),
            key="put the filter",
            type="primary",
            on_click=_add,
            args=(list(fields), field, how),
        )


def _value(field: Field) -> None:
    key = f"{VALUE} {field.key}"
    if field.kind in ("choice", "choices"):
        words = {one.key: one.words for one in field.choices}
        st.selectbox(_("内容"), list(words), format_func=lambda one: words[one], key=key)
    elif field.kind == "yes_no":
        words = {"1": _("是"), "0": _("否")}
        st.selectbox(_("内容"), list(words), format_func=lambda one: words[one], key=key)
    elif field.kind in ("date", "period"):
        st.date_input(_("日期"), value=None, key=key, format="YYYY-MM-DD")
    else:
        st.text_input(_("内容"), key=key, max_chars=LONGEST_SAID, help=_help(field))


def _help(field: Field) -> str | None:
    if field.kind in ("center", "grid"):
        return _("请填代码或全称。")
    if field.kind in ("person", "department", "link", "case"):
        return _("请填编号（如#12）或全称。")
    return None


def _said() -> dict[str, str]:
    return {str(name): str(value) for name, value in st.query_params.items()}


def _add(fields: Sequence[Field], field: Field, how: How) -> None:
    typed: Any = st.session_state.get(f"{VALUE} {field.key}")
    said = "" if how in WITHOUT_VALUE else f"{typed}" if isinstance(typed, date) else str(typed or "").strip()
    if not said and how not in WITHOUT_VALUE:
        return
    held = said_filters(_said(), fields)
    if len(held) < MOST_FILTERS:
        _write(field, [one for one in held if one.field == field.key] + [Filter(field.key, how, said)])


def _remove(fields: Sequence[Field], field: Field, one: Filter) -> None:
    held = said_filters(_said(), fields)
    _write(field, [other for other in held if other.field == field.key and other != one])


def _write(field: Field, wanted: Sequence[Filter]) -> None:
    st.query_params.pop(filters.PAGE, None)
    found = parameters(wanted, [field]).get(field.key, "")
    if found:
        st.query_params[field.key] = found
    else:
        st.query_params.pop(field.key, None)


def narrow_to(fields: Sequence[Field], one: Filter) -> None:
    """To be called by a callback: the list shows what holds to this filter alone of its field."""
    field = next((field for field in fields if field.key == one.field), None)
    if field is not None:
        _write(field, [one])


def chips(fields: Sequence[Field], wanted: Sequence[Filter]) -> None:
    """What is filtered by, each with a way to take it away; and a way to take all away."""
    names = ("q", "order", *(one.key for one in fields))
    if not wanted and not any(name in st.query_params for name in names):
        return
    known = {one.key: one for one in fields}
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for number, one in enumerate(wanted):
            field = known[one.field]
            st.button(
                escaped(filter_words(field, one)),
                key=f"filter {number} {one.field} {one.how.value}",
                icon=":material/close:",
                icon_position="right",
                help=_("去掉这个筛选"),
                on_click=_remove,
                args=(fields, field, one),
            )
        filters.clear(_("清除筛选"), *names)
