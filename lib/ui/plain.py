"""Words that come from data, made to stand as they are where Streamlit or Plotly reads markup.

Markdown in a name could load a picture from outside or pose as a link; Plotly knows a little HTML.
"""

from __future__ import annotations

import html
import re

_MARKS = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]()#+-.!|<>~$:"})
# Streamlit makes links of bare addresses, however escaped; a joiner without width keeps them text.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
JOINER = "\u2060"


def escaped(text: str) -> str:
    """For titles, captions, labels, messages: everything that Streamlit reads as Markdown."""
    return _ADDRESS.sub(JOINER, text).translate(_MARKS)


def in_chart(text: str) -> str:
    """For labels and hovers of a chart."""
    return html.escape(text, quote=False)
