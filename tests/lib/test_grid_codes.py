import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models.grid import GridSize
from lib.grids import codes
from lib.grids.codes import next_free, problem_with, read_rule
from lib.settings import settings

VILLAGE = "620102001001"


@pytest.fixture
def follow(monkeypatch):
    """Lets a test say which rule holds."""

    def say(rule):
        monkeypatch.setenv("GRID_CODE_RULE", rule)
        settings.cache_clear()

    yield say
    settings.cache_clear()


@pytest.mark.parametrize(
    ("text", "length", "serial"),
    [("12+3", 15, 3), ("6+3+3+3", 15, 3), ("12+8", 20, 8), ("12+4", 16, 4), ("9+3+2", 14, 2)],
)
def test_a_rule_says_its_lengths(text, length, serial):
    rule = read_rule(text)
    assert (rule.length, rule.serial_digits) == (length, serial)


@pytest.mark.parametrize(
    "text", ["", "15", "12+", "11+4", "12+9", "6+3+3", "12 + 3", "12+0", "a+b", "１２+3"]
)
def test_a_rule_that_cannot_be_is_refused(text):
    with pytest.raises(ValueError, match="GRID_CODE_RULE"):
        read_rule(text)


@pytest.mark.parametrize(
    ("rule", "code", "fits"),
    [
        ("12+3", VILLAGE + "001", True),
        ("12+3", VILLAGE + "000", False),
        ("12+3", VILLAGE + "01", False),
        ("12+3", "620102001002" + "001", False),
        ("12+3", VILLAGE + "00A", False),
        ("12+3", VILLAGE + "００１", False),
        ("12+3", "6.2010200100E+14", False),
        ("12+3", "", False),
        ("6+3+3+3", VILLAGE + "999", True),
        ("12+8", VILLAGE + "00000001", True),
        ("12+8", VILLAGE + "001", False),
        ("12+4", VILLAGE + "0001", True),
    ],
)
def test_a_small_grids_code(follow, rule, code, fits):
    follow(rule)
    assert (problem_with(code, VILLAGE) is None) is fits


@pytest.mark.parametrize(
    ("code", "center", "size", "fits"),
    [
        ("620102001", "620102001", GridSize.LARGE, True),
        ("62010200102", "620102001", GridSize.LARGE, True),  # joined in a merger
        ("620102002", "620102001", GridSize.LARGE, False),
        (VILLAGE, VILLAGE, GridSize.MEDIUM, True),
        (VILLAGE + "001", VILLAGE, GridSize.MEDIUM, False),
    ],
)
def test_a_larger_grids_code_is_its_centers(code, center, size, fits):
    assert (problem_with(code, center, size) is None) is fits


@pytest.mark.parametrize(
    ("taken", "serial"),
    [
        ([], "001"),
        (["001", "002"], "003"),
        (["001", "003"], "004"),  # 002 may have been given before
        (["999"], "001"),
        (["001", "999"], "002"),
    ],
)
def test_the_next_free_serial(taken, serial):
    assert next_free(VILLAGE, [VILLAGE + t for t in taken]) == VILLAGE + serial


def test_no_serial_is_left(follow):
    follow("12+1")
    with pytest.raises(ValueError, match="no serial"):
        next_free(VILLAGE, [f"{VILLAGE}{n}" for n in range(1, 10)])


def test_a_second_large_grid_gets_a_serial():
    assert next_free("620102001", [], GridSize.LARGE) == "620102001"
    assert next_free("620102001", ["620102001"], GridSize.LARGE) == "62010200102"
    assert next_free("620102001", ["620102001", "62010200102"], GridSize.LARGE) == "62010200103"


def test_where_there_are_no_villages_zeros_take_their_place():
    assert next_free("620102", []) == "620102000000001"
    assert problem_with("620102000000001", "620102") is None


@given(
    center=st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    serials=st.sets(st.integers(1, 999), max_size=40),
)
def test_the_next_free_code_is_new_and_fits_the_rule(center, serials):
    taken = {f"{center}{serial:03d}" for serial in serials}
    code = next_free(center, taken)
    assert code not in taken
    assert codes.problem_with(code, center) is None
