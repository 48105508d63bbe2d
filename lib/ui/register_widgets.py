"""One field of a form: the widget of its kind, what it begins with, and what was put into it.

What cannot be a widget of its own kind, such as a field that is shown in part, is a line of text: every kind
reads what people type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import streamlit as st

from db.scope import ScopedSession
from lib.fields.field import Field, Kept
from lib.fields.kinds import is_masked
from lib.i18n import _
from lib.registers.design import Design
from lib.registers.naming.labels import heading
from lib.registers.naming.queries import suggestions
from lib.registers.world import KINDS as NAMED
from lib.ui import drafts
from lib.ui.plain import escaped

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2119, 12, 31)
MOST_LETTERS, MOST_LINES = 1000, 6000
MOST_SUGGESTED = 8
MOST_AS_PILLS = 12
WIDE = ("long_text", "choices", "attachment")
FROM, TO = "from", "to"


@dataclass(frozen=True)
class Filling:
    """What a form is about: an entry, or a new one where `entry_id` is None."""

    register_id: int
    entry_id: int | None
    design: Design
    fields: tuple[Field, ...]
    may_edit: frozenset[str]
    cells: dict[str, str]
    kept: dict[str, Kept]
    seen: int | None

    @property
    def name(self) -> str:
        """The beginning of the keys of this form's fields."""
        return f"entry {self.entry_id}" if self.entry_id else f"new entry of {self.register_id}"


def as_text(one: Field) -> bool:
    return is_masked(one) or one.kind not in ("date", "period", "time", "choice", "choices", "yes_no")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def begins_with(one: Field, filling: Filling) -> dict[str, Any]:
    """What stands in the widgets of a field, by the names of its widgets."""
    words, kept = filling.cells.get(one.key, ""), filling.kept.get(one.key, "")
    if as_text(one):
        return {one.key: words}
    if one.kind == "choices":
        keys = (kept,) if isinstance(kept, str) else kept
        return {one.key: [found.words for key in keys if (found := one.choice(key))]}
    if one.kind == "date":
        return {one.key: _day(str(kept))}
    if one.kind == "period":
        first, _slash, last = str(kept).partition("/")
        return {f"{one.key} {FROM}": _day(first), f"{one.key} {TO}": _day(last)}
    if one.kind == "time":
        return {one.key: time.fromisoformat(str(kept)) if kept else None}
    return {one.key: words if one.kind == "yes_no" else words or None}


def names_of(one: Field) -> dict[str, str]:
    """What the widgets of a field are called where somebody else has changed it."""
    if one.kind == "period" and not as_text(one):
        return {
            f"{one.key} {FROM}": _("{field}起").format(field=one.words),
            f"{one.key} {TO}": _("{field}止").format(field=one.words),
        }
    return {one.key: one.words}


def put_into(one: Field, name: str) -> object:
    """What the person has put into the widgets of a field, as its kind reads it."""
    if one.kind == "period" and not as_text(one):
        return tuple(st.session_state.get(drafts.field_of(name, f"{one.key} {end}")) for end in (FROM, TO))
    return st.session_state.get(drafts.field_of(name, one.key))


def draw(one: Field, filling: Filling, session: ScopedSession) -> None:
    key, label = drafts.field_of(filling.name, one.key), label_of(one)
    if not as_text(one):
        DRAWN[one.kind](one, key, label, filling)
    elif one.kind == "long_text" and not is_masked(one):
        st.text_area(label, key=key, height=120, max_chars=MOST_LINES, help=_help(one), on_change="ignore")
    elif one.kind in NAMED and not is_masked(one):
        named(
            label, key, lambda said: suggestions(session, filling.register_id, one.key, said), hint=_help(one)
        )
    else:
        st.text_input(label, key=key, max_chars=MOST_LETTERS, help=_help(one), on_change="ignore")


def label_of(one: Field) -> str:
    name = heading(one)
    return escaped(_("{name}（必填）").format(name=name) if one.required else name)


def _help(one: Field) -> str | None:
    return escaped(one.help) or None


def named(label: str, key: str, suggest: Callable[[str], tuple[str, ...]], hint: str | None = None) -> None:
    """A box that looks for what is typed while it is typed, and offers what it may mean."""
    st.text_input(
        label, key=key, max_chars=MOST_LETTERS, help=hint, icon=":material/search:", live="400ms",
        placeholder=_("输入名称、代码或编号，从下面选"),
    )  # fmt: skip
    said = str(st.session_state.get(key) or "").strip()
    if not said:
        return
    found = suggest(said)
    if said in found:
        return
    if not found:
        st.caption(_("您的范围内没有找到，请换一个写法。"))
        return
    chosen = f"{key} suggested"
    st.session_state[chosen] = None
    st.pills(
        _("可能是"), list(found[:MOST_SUGGESTED]), key=chosen, label_visibility="collapsed",
        format_func=escaped, on_change=_choose, args=(key, chosen),
    )  # fmt: skip


def _choose(key: str, chosen: str) -> None:
    if st.session_state.get(chosen):
        st.session_state[key] = st.session_state[chosen]


def _date(one: Field, key: str, label: str, _filling: Filling) -> None:
    st.date_input(
        label, value=None, key=key, min_value=FIRST_DAY, max_value=LAST_DAY, format="YYYY-MM-DD",
        help=_help(one), on_change="ignore",
    )  # fmt: skip


def _period(one: Field, key: str, label: str, _filling: Filling) -> None:
    first, last = st.columns(2, gap="small")
    for place, end, words in ((first, FROM, _("{field} 起")), (last, TO, _("{field} 止"))):
        place.date_input(
            words.format(field=label), value=None, key=f"{key} {end}", min_value=FIRST_DAY,
            max_value=LAST_DAY, format="YYYY-MM-DD", help=_help(one), on_change="ignore",
        )  # fmt: skip


def _time(one: Field, key: str, label: str, _filling: Filling) -> None:
    st.time_input(label, value=None, key=key, help=_help(one), on_change="ignore")


def _options(one: Field, held: list[str]) -> list[str]:
    """What can be chosen, and what the entry holds though it cannot be chosen any more."""
    found = [each.words for each in one.choices if not each.retired]
    return [*found, *(words for words in held if words not in found)]


def _held(key: str) -> list[str]:
    held = st.session_state.get(key)
    return list(held) if isinstance(held, (list, tuple)) else [held] if held else []


def _choice(one: Field, key: str, label: str, _filling: Filling) -> None:
    st.selectbox(
        label, _options(one, _held(key)), index=None, key=key, help=_help(one), on_change="ignore",
        placeholder=_("请选择"),
    )  # fmt: skip


def _choices(one: Field, key: str, label: str, _filling: Filling) -> None:
    options = _options(one, _held(key))
    if len(options) <= MOST_AS_PILLS:
        st.pills(
            label, options, selection_mode="multi", key=key, help=_help(one), on_change="ignore",
            format_func=escaped,
        )  # fmt: skip
    else:
        st.multiselect(label, options, key=key, help=_help(one), on_change="ignore", placeholder=_("请选择"))


def _yes_no(one: Field, key: str, label: str, _filling: Filling) -> None:
    if st.session_state.get(key) not in ("", _("是"), _("否")):  # the language was changed meanwhile
        st.session_state[key] = ""
    st.radio(
        label, ["", _("是"), _("否")], key=key, horizontal=True, help=_help(one), on_change="ignore",
        format_func=lambda said: said or _("未填"),
    )  # fmt: skip


DRAWN: dict[str, Callable[[Field, str, str, Filling], None]] = {
    "date": _date,
    "period": _period,
    "time": _time,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
}
