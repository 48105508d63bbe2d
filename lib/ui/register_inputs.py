"""The inputs of the designer: each shows what the design says and changes it when the person is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from db.models.center import Level
from lib.centers.queries import LEVEL_WORDS
from lib.i18n import _
from lib.registers.design import Design
from lib.ui.register_sketch import Sketch

Put = Callable[[Design, Any], Design]


def text(
    sketch: Sketch, name: str, label: str, value: str, put: Put, *, most: int = 200, hint: str = "",
    example: str = "", lines: bool = False,
) -> None:  # fmt: skip
    key = sketch.key(name)
    st.session_state[key] = value
    write = st.text_area if lines else st.text_input
    write(
        label, key=key, max_chars=most, help=hint or None, placeholder=example or None,
        on_change=sketch.take, args=(key, lambda design, said: put(design, str(said or "").strip())),
    )  # fmt: skip


def choice(
    sketch: Sketch, name: str, label: str, words: Mapping[str, str], value: str, put: Put, *,
    disabled: bool = False, hint: str = "",
) -> None:  # fmt: skip
    """One of several; a value that is not among them any more is shown as none."""
    key = sketch.key(name)
    st.session_state[key] = value if value in words else None
    st.selectbox(
        label, list(words), index=0 if value in words else None, key=key,
        format_func=lambda one: words.get(one, ""),
        disabled=disabled, placeholder=_("请选择"), help=hint or None, on_change=sketch.take,
        args=(key, lambda design, said: put(design, said if said in words else "")),
    )  # fmt: skip


def several(
    sketch: Sketch, name: str, label: str, words: Mapping[str, str], value: tuple[str, ...], put: Put,
    hint: str = "",
) -> None:  # fmt: skip
    key = sketch.key(name)
    st.session_state[key] = [one for one in value if one in words]
    st.multiselect(
        label, list(words), key=key, format_func=lambda one: words.get(one, ""), placeholder=_("请选择"),
        help=hint or None, on_change=sketch.take,
        args=(key, lambda design, said: put(design, tuple(one for one in said or () if one in words))),
    )  # fmt: skip


def yes(sketch: Sketch, name: str, label: str, value: bool, put: Put, hint: str = "") -> None:
    key = sketch.key(name)
    st.session_state[key] = value
    st.checkbox(
        label, key=key, help=hint or None, on_change=sketch.take,
        args=(key, lambda design, said: put(design, bool(said))),
    )  # fmt: skip


def number(sketch: Sketch, name: str, label: str, value: int, put: Put, most: int, hint: str = "") -> None:
    key = sketch.key(name)
    st.session_state[key] = min(max(value, 0), most)
    st.number_input(
        label, min_value=0, max_value=most, step=1, key=key, help=hint or None, on_change=sketch.take,
        args=(key, lambda design, said: put(design, int(said or 0))),
    )  # fmt: skip


def levels(sketch: Sketch, name: str, label: str, value: tuple[str, ...], put: Put, hint: str = "") -> None:
    """Nobody named is everybody."""
    words = {level.value: _(LEVEL_WORDS[level]) for level in reversed(Level)}
    key = sketch.key(name)
    st.session_state[key] = [one for one in words if one in value]
    st.pills(
        label, list(words), selection_mode="multi", key=key, format_func=lambda one: words[one],
        help=hint or None, on_change=sketch.take,
        args=(key, lambda design, said: put(design, tuple(one for one in words if one in (said or ())))),
    )  # fmt: skip
