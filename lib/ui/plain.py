"""Words that come from data, made to stand as they are where Streamlit or Plotly reads markup.

Markdown in a name could load a picture from outside or pose as a link; Plotly knows a little HTML.
"""

from __future__ import annotations

import html

_MARKS = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]()#+-.!|<>~$:"})


def escaped(text: str) -> str:
    """For titles, captions, labels, messages: everything that Streamlit reads as Markdown."""
    return text.translate(_MARKS)


def in_chart(text: str) -> str:
    """For labels and hovers of a chart."""
    return html.escape(text, quote=False)
