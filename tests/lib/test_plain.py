"""Names from data stand on screen as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.plain import JOINER, escaped, in_chart

MARKUP = "\\`*_{}[]()#+-.!|<>~$:"


@pytest.mark.parametrize(
    "name", ["![x](http://evil/x.png)", "[link](http://evil)", ":red[x]", "<b>", "$x$", "# big"]
)
def test_markdown_loses_its_meaning(name):
    assert re.sub(r"\\(.)", "", escaped(name)).translate(str.maketrans("", "", MARKUP)) == re.sub(
        r"\\(.)", "", escaped(name)
    )


@pytest.mark.parametrize(
    "name", ["见http://evil.example/a", "HTTPS://evil.example", "WWW.evil.example", "a.b@evil.example"]
)
def test_an_address_is_no_link(name):
    """What makes Streamlit's Markdown see a link, as its own source has it."""
    shown = escaped(name).replace("\\", "")
    assert not re.search(r"(https?://|www(?=\.))([-.\w]+)|[-.\w+]+@[-\w]+", shown, re.IGNORECASE)
    assert re.search(r"(https?://|www(?=\.))([-.\w]+)|[-.\w+]+@[-\w]+", name, re.IGNORECASE)


@given(st.text())
def test_nothing_is_lost(name):
    shown = re.sub(r"\\([" + re.escape(MARKUP) + "])", r"\1", escaped(name))
    assert shown.replace(JOINER, "") == name.replace(JOINER, "")
    assert "<" not in in_chart(name)
