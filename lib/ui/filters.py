"""Filters that live in the address: a link that is sent opens the same view.

What the address says is held against the allowed words; an unknown one counts as not said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

PAGE = "page"


def _write(name: str, default: str, kept: Callable[[str], str] = str) -> None:
    value = st.session_state[f"filter {name}"]
    chosen = kept(value) if isinstance(value, str) else default
    st.query_params.pop(PAGE, None)  # another filter, another first page
    st.query_params.pop("behind", None)
    if chosen == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen


def _read(name: str, words: Mapping[str, str], default: str) -> None:
    said = st.query_params.get(name, default)
    st.session_state[f"filter {name}"] = said if said in words else default


def choice(name: str, label: str, words: Mapping[str, str], default: str = "") -> str:
    """A drop-down. `words` maps what stands in the address to what stands on screen."""
    _read(name, words, default)
    chosen = st.selectbox(
        label,
        list(words),
        format_func=lambda value: words[value],
        key=f"filter {name}",
        on_change=_write,
        args=(name, default),
    )
    return chosen or default


def tabs(name: str, label: str, words: Mapping[str, str], default: str, wide: bool = False) -> str:
    """A row of words of which one is chosen; a wide one is for fingers."""
    _read(name, words, default)
    chosen = st.segmented_control(
        label,
        list(words),
        format_func=lambda value: words[value],
        key=f"filter {name}",
        required=True,
        width="stretch" if wide else "content",
        on_change=_write,
        args=(name, default),
    )
    return chosen or default


def search(
    name: str,
    label: str,
    placeholder: str,
    kept: Callable[[str], str] = str,
    said: Callable[[str], str] = str,
) -> str:
    """A search box. `kept` makes the words into what stands in the address, `said` makes them out of it."""
    st.session_state[f"filter {name}"] = said(st.query_params.get(name, ""))
    return (
        st.text_input(
            label,
            key=f"filter {name}",
            placeholder=placeholder,
            max_chars=60,
            icon=":material/search:",
            on_change=_write,
            args=(name, "", kept),
        )
        or ""
    )


def _write_page(key: str) -> None:
    number = int(st.session_state[key])
    if number <= 1:
        st.query_params.pop(PAGE, None)
    else:
        st.query_params[PAGE] = str(number)


def page_number() -> int:
    said = st.query_params.get(PAGE, "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 and int(said) > 0 else 1


def pages(total: int, page_size: int) -> None:
    """The row of page numbers under a table; nothing when one page holds all."""
    count = -(-total // page_size)
    if count <= 1:
        return
    current = min(page_number(), count)
    key = f"page {current} of {count}"
    st.pagination(count, default=current, key=key, on_change=_write_page, args=(key,))


def clear(label: str, *names: str) -> None:
    """A button that forgets the named filters; shown only when one is set."""
    if any(name in st.query_params for name in names):
        st.button(label, icon=":material/filter_alt_off:", type="tertiary", on_click=_forget, args=(names,))


def _forget(names: tuple[str, ...]) -> None:
    for name in (*names, PAGE):
        st.query_params.pop(name, None)
