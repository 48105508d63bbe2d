"""Names from data stand on screen as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.plain import escaped, in_chart

MARKUP = "\\`*_{}[]()#+-.!|<>~$:"


@pytest.mark.parametrize(
    "name", ["![x](http://evil/x.png)", "[link](http://evil)", ":red[x]", "<b>", "$x$", "# big"]
)
def test_markdown_loses_its_meaning(name):
    assert re.sub(r"\\(.)", "", escaped(name)).translate(str.maketrans("", "", MARKUP)) == re.sub(
        r"\\(.)", "", escaped(name)
    )


@given(st.text())
def test_nothing_is_lost(name):
    assert re.sub(r"\\([" + re.escape(MARKUP) + "])", r"\1", escaped(name)) == name
    assert "<" not in in_chart(name)
