import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models.center import Level
from lib.centers.codes import DamagedCode, read_code, read_code_above
from lib.centers.pinyin import initials


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("6201", Level.CITY, "6201"),
        ("620100000000", Level.CITY, "6201"),
        ("620102", Level.COUNTY, "620102"),
        ("620102000000", Level.COUNTY, "620102"),
        ("620102001000", Level.TOWN, "620102001"),
        ("620102001001", Level.VILLAGE, "620102001001"),
        ("６２０１０２", Level.COUNTY, "620102"),
        (" 620102 ", Level.COUNTY, "620102"),
        ("'620102", Level.COUNTY, "620102"),
        ("620102.0", Level.COUNTY, "620102"),
        ("620102001001.00", Level.VILLAGE, "620102001001"),
        ("6.20102E+11", Level.COUNTY, "620102"),
        ("6.20102001e+11", Level.TOWN, "620102001"),
        ("6.20102001001E+11", Level.VILLAGE, "620102001001"),
        ("6.201E+3", Level.CITY, "6201"),
    ],
)
def test_a_code_is_read_or_repaired(text, level, code):
    assert read_code(text, level) == code


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("", Level.COUNTY, "数字"),
        ("62010A", Level.COUNTY, "数字"),
        ("620102.5", Level.COUNTY, "数字"),
        ("6.20102E+11", Level.TOWN, "科学计数法"),
        ("6.20102E+11", Level.VILLAGE, "科学计数法"),
        ("6.2E+11", Level.CITY, "科学计数法"),
        ("6.20102E+2", Level.COUNTY, "科学计数法"),
        ("62010", Level.COUNTY, "6位"),
        ("620102001", Level.COUNTY, "6位"),
        ("620102001000", Level.COUNTY, "前6位"),
        ("620102001001", Level.TOWN, "前9位"),
        ("620102001000", Level.VILLAGE, "全为0"),
        ("620102000000", Level.TOWN, "全为0"),
        ("6201020010011", Level.VILLAGE, "12位"),
    ],
)
def test_a_code_that_lost_something_is_named(text, level, words):
    with pytest.raises(DamagedCode, match=words):
        read_code(text, level)


@pytest.mark.parametrize(
    ("text", "code", "above"),
    [
        ("620102", "620102001", "620102"),
        ("620102000000", "620102001", "620102"),
        ("6.20102E+11", "620102001", "620102"),
        ("6201", "620102", "6201"),
        ("62", "6201", "62"),
        ("620000000000", "6201", "62"),
    ],
)
def test_a_parents_code(text, code, above):
    assert read_code_above(text, code) == above


@pytest.mark.parametrize("text", ["620103", "620102001", "6201030000", "abc"])
def test_a_parents_code_that_is_not_the_start(text):
    with pytest.raises(DamagedCode):
        read_code_above(text, "620102001")


@given(st.text(max_size=30), st.sampled_from(list(Level)))
def test_whatever_stands_in_a_cell_is_read_or_named(text, level):
    try:
        code = read_code(text, level)
    except DamagedCode:
        return
    assert code.isascii()
    assert code.isdigit()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("城关区", "cgq"), ("重庆市", "cqs"), ("重庆路街道", "cqljd"), ("长宁区", "cnq"), ("会稽山", "kjs"),
        ("218社区", "218sq"), ("忠和镇", "zhz"), ("阿干镇", "agz"), ("Ｂ区（新）", "bqx"), ("", ""),
        ("多切斯特 Dorchester", "dqstdorchester"), ("吕家庄", "ljz"),
    ],
)  # fmt: skip
def test_initials(name, letters):
    assert initials(name) == letters


@given(st.text(max_size=60))
def test_initials_are_plain_and_short(name):
    letters = initials(name)
    assert len(letters) <= 60
    assert letters == letters.lower()
    assert letters.isalnum() or letters == ""
    assert letters.isascii()
