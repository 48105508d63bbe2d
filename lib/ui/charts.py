"""The look that all charts share. Charts are plain Plotly dictionaries: fast to make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.ui.plain import in_chart

# Readable on white and on the dark ground, and apart from each other for the color-blind.
STATE_COLORS = {
    "blocked": "#c8322b",
    "soon": "#a86000",
    "normal": "#2b78c5",
    "done": "#527566",
    "unknown": "#6b7785",
}
GRID_COLORS = {"red": "#d1352b", "yellow": "#e0a100", "blue": "#2b78c5"}
ACCENT, MUTED = "#2b78c5", "#5d6f82"
CONFIG_QUIET = {"displayModeBar": False}
INK = {"light": "#1b2733", "dark": "#e8edf2"}
# Up to six parts of a whole, apart from each other for the color-blind; the rest is "other", in grey.
PARTS = {
    "light": ("#2b78c5", "#a86000", "#47705d", "#8a5fb5", "#b0436e", "#4f7186"),
    "dark": ("#6fb1f2", "#f0b254", "#8fc2a9", "#c3a3ea", "#ef8fb3", "#a9c4d6"),
}
OTHER = "#8793a0"
# From bad to good, for the five steps of a rating.
STEPS = {"1": "#c8322b", "2": "#d98452", "3": "#b9b08a", "4": "#7fa8cf", "5": "#2b78c5"}
# One hue from light to dark for magnitudes, on a light and on a dark ground.
RAMP = {
    "light": [[0, "#eef4fa"], [0.5, "#7db0de"], [1, "#0b4f94"]],
    "dark": [[0, "#17222d"], [0.5, "#2f6fae"], [1, "#b9dcff"]],
}


def ink_on(color: str) -> str:
    """Dark or white, whichever is read more easily on this ground."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue  # WCAG's relative luminance
    return INK["light"] if (brightness + 0.05) ** 2 > 1.05 * 0.06 else "#ffffff"


def axis(layout: dict[str, Any], name: str, *, title: str = "", **more: Any) -> None:
    """Sets up an axis; it takes the room that its words need."""
    found = {**layout[name], "automargin": True, **more}
    if title:
        found["title"] = {**found["title"], "text": title}
    layout[name] = found


def layout_of(height: int, margin: dict[str, int]) -> dict[str, Any]:
    """Words in the theme's full ink: its default for axes is too faint to read from a projector."""
    ink = INK[theme()]
    axis = {"tickfont": {"color": ink, "size": 12}, "title": {"font": {"color": ink}}}
    return {
        "height": height,
        "margin": margin,
        "dragmode": False,
        "hoverlabel": {"align": "left"},
        "font": {"color": ink},
        "xaxis": axis,
        "yaxis": axis,
    }


def periods(layout: dict[str, Any], keys: Sequence[str], most: int = 6) -> None:
    """Labels for a few of the periods, evenly, so that none is slanted or runs into the next."""
    step = max(1, -(-len(keys) // most))
    chosen = list(keys)[::step]
    # A day without its year: the title says which.
    words = [key[5:] if len(key) == 10 else key for key in chosen]
    axis(layout, "xaxis", type="category", tickmode="array", tickvals=chosen, ticktext=words, tickangle=0)


CLOSING = "）》”：，、；。):,.;"  # no line begins with one


def wrapped(name: str, width: int = 4) -> str:
    """A name in lines of about so many Chinese characters; words in letters and numbers stay whole."""
    lines: list[str] = [""]
    taken = 0.0
    for part in re.findall(r"[!-~]+|[^!-~]", name):
        size = len(part) * 0.55 if part[0] < "\u2000" else 1.0
        if lines[-1] and taken + size > width and part[0] not in CLOSING:
            lines.append("")
            taken = 0.0
        lines[-1] += part
        taken += size
    return "<br>".join(in_chart(line.strip()) for line in lines)


def theme() -> str:
    return "dark" if st.context.theme.type == "dark" else "light"


def line_colors() -> list[str]:
    """Up to three lines, readable on the ground of the reader's theme."""
    return ["#6fb1f2", "#8fc2a9", "#f0b254"] if theme() == "dark" else ["#2b78c5", "#47705d", "#a86000"]
