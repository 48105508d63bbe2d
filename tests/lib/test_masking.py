"""What is masked never shows more than it may."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.masking import TWO_SIGN_FAMILIES, masked_name, masked_phone


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("张", "*"),
        ("𠮷", "*"),  # one sign, though it takes two units of UTF-16
        ("葛\U000e0100", "*"),  # one sign and the selector of its shape
        ("张三", "张*"),
        ("𠮷野", "𠮷*"),
        ("王\U00030edd", "王*"),
        ("张三丰", "张**"),
        ("张 三", "张*"),
        ("张\u3000三", "张*"),
        (" 张三丰 ", "张**"),
        ("欧阳", "欧*"),  # somebody of the family 欧 whose name is 阳
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳上官明月", "欧阳**"),
        ("上官婉儿", "上官**"),
        ("司马𠮷", "司马*"),
        ("阿卜杜·热合曼", "阿**"),
        ("古丽米热·买买提江", "古**"),
        ("Li Ming", "L**"),
        ("\u200b", ""),
        ("\u200b李\u200d", "*"),
    ],
)
def test_names_as_they_are_shown(name, shown):
    assert masked_name(name) == shown


def test_families_of_two_signs_are_whole_families():
    """The list is written as one long word: one sign too many would tear all behind it apart."""
    assert all(len(family) == 2 and family.isalpha() for family in TWO_SIGN_FAMILIES)
    assert {"欧阳", "司马", "诸葛", "公孙", "赫连", "东郭", "淳于", "太叔", "仲孙"} <= TWO_SIGN_FAMILIES


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.characters(
    min_codepoint=0x20000, max_codepoint=0x2A6D6
)
FAMILY = st.sampled_from(sorted(TWO_SIGN_FAMILIES)) | HAN


@given(name=st.text(st.characters(exclude_characters="*"), max_size=30) | st.text(HAN, max_size=8))
def test_at_most_the_family_and_two_stars_of_a_name_are_shown(name):
    shown = masked_name(name)
    family, stars = shown.rstrip("*"), len(shown) - len(shown.rstrip("*"))
    signs = [sign for sign in name if not sign.isspace() and category(sign)[0] != "M"]
    assert stars <= 2
    assert (stars > 0) == (shown != "")
    assert len(family) <= 1 or (family in TWO_SIGN_FAMILIES and len(signs) > 2)
    assert len(family) < len(signs) or not shown
    assert all(sign in signs for sign in family)


@given(family=FAMILY, given_names=st.lists(st.text(HAN, min_size=2, max_size=6), min_size=2, max_size=2))
def test_who_is_of_one_family_is_not_told_apart(family, given_names):
    assume(all(family + name[0] not in TWO_SIGN_FAMILIES for name in given_names))
    first, second = (masked_name(family + name) for name in given_names)
    assert first == second == family + "**"


@given(family=FAMILY, name=HAN)
def test_a_name_of_one_sign_is_one_star(family, name):
    """But for 欧阳: without a third sign it is no family of two."""
    assert masked_name(family + name) == family + "*"
    assert masked_name(name) == "*"
