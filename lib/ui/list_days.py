"""Days in the address of a list: as of which it is shown, and from when to when."""

from __future__ import annotations

from datetime import date

import streamlit as st

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def day_said(name: str, default: date) -> date:
    """The day that the address names; what is no day counts as not said."""
    try:
        day = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return default
    return day if EARLIEST <= day <= LATEST else default


def day(name: str, label: str, default: date) -> date:
    """A field for a day that lives in the address."""
    key = f"day {name}"
    st.session_state[key] = day_said(name, default)
    found = st.date_input(
        label, key=key, on_change=_write, args=(name, default), min_value=EARLIEST, max_value=LATEST,
        format="YYYY-MM-DD",
    )  # fmt: skip
    return found if isinstance(found, date) else default


def _write(name: str, default: date) -> None:
    chosen = st.session_state[f"day {name}"]
    if isinstance(chosen, date) and chosen != default:
        st.query_params[name] = f"{chosen}"
    else:
        st.query_params.pop(name, None)
