"""What is masked never shows more than it may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.masking import masked_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812348000", "138****8000"), ("", ""), (None, ""), ("0931-8888888", "****"), ("110", "****")],
)
def test_phones_as_they_are_shown(phone, shown):
    assert masked_phone(phone) == shown


@given(phone=st.text(max_size=30))
def test_at_most_seven_characters_of_a_phone_are_shown(phone):
    shown = masked_phone(phone)
    assert shown == "" if not phone else "****" in shown
    assert len(shown.replace("****", "", 1)) in (0, 7)
