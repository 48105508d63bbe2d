"""What holds for every table, every code and every day, tried at random."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from lib.exports.comma_separated import csv_bytes
from lib.exports.sheet import Column, ColumnKind, Sheet
from lib.exports.workbook import workbook_bytes
from lib.fields.field import Choice, Field, Refused
from lib.fields.kinds import kind_of
from lib.fields.words import id_check
from lib.imports.bad_rows import bad_rows
from lib.imports.dry_run import State
from lib.imports.matching import heading_of
from lib.imports.repair import CODES, KEPT_DIGITS, code_in_number, code_in_words, prepared
from lib.imports.sheet import ERRORS
from lib.imports.sheet_reader import Style, number_in_cell
from lib.imports.synonyms import COUNTERS, whole
from lib.imports.table import NOTHING, SAME, TOTALS
from lib.imports.template import template
from lib.sealing import opened
from lib.settings import settings
from tests.lib.importing import GRIDS, Ledger, Places, citizen, filled_in, organization, read

SHEET_ZERO = date(1899, 12, 30)
USUAL = trying(max_examples=300, deadline=None)
MANY = trying(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = trying(
    max_examples=60, deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large,
    ],
)  # fmt: skip
ALWAYS_NEW = ""


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("GRID_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def days_are_read_in_every_shape(day: date) -> None:
    serial = (day - SHEET_ZERO).days
    cell = number_in_cell(str(serial), Style.DAY)
    shapes = [
        day, datetime.combine(day, time()), datetime.combine(day, time(13, 5)), cell, f"{day}",
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"), f"{day} 00:00:00", serial, float(serial),
    ]  # fmt: skip
    field = Field("f1", "date", "日期")
    for shape in shapes:
        typed = prepared(shape, field)
        assert kind_of(field).read(typed, field, Places()) == f"{day}", shape


DAYS = st.dates(date(1930, 1, 1), date(2110, 1, 1))


@USUAL
@given(DAYS)
def test_days_are_read_in_every_shape(day):
    days_are_read_in_every_shape(day)


@pytest.mark.slow
@MANY
@given(DAYS)
def test_ten_thousand_days(day):
    days_are_read_in_every_shape(day)


def a_code_is_whole_or_refused(digits: str, kept: int) -> None:
    """As a spreadsheet writes a long number with `kept` of its digits."""
    rounded = f"{Decimal(digits):.{kept - 1}E}"
    mantissa, _sign, exponent = rounded.partition("E")
    exponent_number = int(exponent)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    for written in (rounded, f"{mantissa}E+{exponent_number:02}", f"{mantissa}e{exponent_number}"):
        try:
            assert code_in_words(written) == digits
        except Refused:
            # Refused only where a digit is gone, or could be.
            assert kept < len(digits) or digits.endswith("0")
    if kept >= len(digits) and not digits.endswith("0"):
        assert code_in_words(rounded) == digits


def a_number_is_a_code_or_refused(digits: str) -> None:
    assert code_in_words(digits) == digits
    assert code_in_words(digits + ".0") == digits
    if len(digits) <= KEPT_DIGITS:
        assert code_in_number(int(digits)) == code_in_number(float(int(digits))) == digits
        return
    kept = int(digits[:KEPT_DIGITS].ljust(len(digits), "0"))
    with pytest.raises(Refused):
        code_in_number(kept)
    with pytest.raises(Refused):
        code_in_number(float(kept))
    if digits[KEPT_DIGITS:].strip("0"):
        assert code_in_number(int(digits)) == digits


CODE = st.from_regex(r"[1-9][0-9]{5,19}", fullmatch=True)


@USUAL
@given(CODE, st.integers(2, 20))
def test_a_code_is_whole_or_refused(digits, kept):
    a_code_is_whole_or_refused(digits, kept)
    a_number_is_a_code_or_refused(digits)


@pytest.mark.slow
@MANY
@given(CODE, st.integers(2, 20))
def test_ten_thousand_codes(digits, kept):
    a_code_is_whole_or_refused(digits, kept)
    a_number_is_a_code_or_refused(digits)


FULL_WIDTH = str.maketrans("0123456789Xx-", "０１２３４５６７８９Ｘｘ－")
CITIZEN, PHONE = Field("f1", "citizen_id", "身份证号"), Field("f2", "phone", "联系电话")


def kept(field: Field, said: object) -> str:
    found = kind_of(field).read(prepared(said, field), field, Places())  # type: ignore[arg-type]
    return opened(str(found))


def refused(field: Field, said: object) -> bool:
    try:
        kept(field, said)
    except Refused:
        return True
    return False


def a_citizens_number_is_taken_whole_or_refused(day: date, serial: int, place: int, digit: int) -> None:
    """GB 11643: whatever a hand does to one sign, or to two that stand beside each other, is seen."""
    first = f"990101{day:%Y%m%d}{serial:03}"
    number = first + id_check(first)
    for written in (
        number,
        number.lower(),
        f" {number}\n",
        number.translate(FULL_WIDTH),
        f"{number[:6]} {number[6:]}",
    ):
        assert kept(CITIZEN, written) == number
    other = number[:place] + str(digit) + number[place + 1 :]
    assert other == number or refused(CITIZEN, other)
    swapped = number[:place] + number[place + 1 : place + 2] + number[place] + number[place + 2 :]
    assert swapped == number or refused(CITIZEN, swapped)
    for wrong in (
        number[:-1],
        number + "0",
        number[:17] + "Y",
        float(number[:17] + "0"),
        int(number[:15] + "000"),
    ):
        assert refused(CITIZEN, wrong)


NUMBERS = (
    st.dates(date(1900, 1, 1), date(2026, 6, 30)), st.integers(0, 999), st.integers(0, 16), st.integers(0, 9),
)  # fmt: skip


@USUAL
@given(*NUMBERS)
def test_a_citizens_number_is_taken_whole_or_refused(day, serial, place, digit):
    a_citizens_number_is_taken_whole_or_refused(day, serial, place, digit)


@pytest.mark.slow
@MANY
@given(*NUMBERS)
def test_ten_thousand_citizens_numbers(day, serial, place, digit):
    a_citizens_number_is_taken_whole_or_refused(day, serial, place, digit)


def a_phone_is_the_same_in_every_shape(mobile: str, area: str, local: str, place: int) -> None:
    shapes = [
        mobile, int(mobile), float(mobile), f"{mobile}.0", f"+86 {mobile}", f"86-{mobile}", f" {mobile}\n",
        mobile.translate(FULL_WIDTH), f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}",
        f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}", f"{mobile[0]}.{mobile[1:]}E+10",
    ]  # fmt: skip
    assert {kept(PHONE, one) for one in shapes} == {mobile}
    fixed = f"{area}-{local}"
    assert {kept(PHONE, one) for one in (fixed, fixed.translate(FULL_WIDTH), f"{area}—{local}")} == {fixed}
    for wrong in (
        mobile[:-1],
        mobile + "0",
        "2" + mobile[1:],
        "12" + mobile[2:],
        mobile[:place] + "x" + mobile[place:],
    ):
        assert refused(PHONE, wrong)


PHONES = (
    st.from_regex(r"1[3-9][0-9]{8}[1-9]", fullmatch=True), st.from_regex(r"0[1-9][0-9]{1,2}", fullmatch=True),
    st.from_regex(r"[2-8][0-9]{6,7}", fullmatch=True), st.integers(0, 11),
)  # fmt: skip


@USUAL
@given(*PHONES)
def test_a_phone_is_the_same_in_every_shape(mobile, area, local, place):
    a_phone_is_the_same_in_every_shape(mobile, area, local, place)


@pytest.mark.slow
@MANY
@given(*PHONES)
def test_ten_thousand_phones(mobile, area, local, place):
    a_phone_is_the_same_in_every_shape(mobile, area, local, place)


TAKEN = TOTALS | {one.casefold() for one in SAME} | NOTHING | ERRORS
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"]), min_size=1, max_size=12
).filter(
    lambda text: (
        whole(text) not in TAKEN and text.casefold() not in TAKEN and "：" not in text and ":" not in text
    )
)
LABELS = st.text(
    st.sampled_from(
        "街道社区网格小区楼栋单元户主居民企业商户隐患整改时限来源事项负责名称编码数值情况甲乙丙丁"
        "ABCxyz129（）·-"
    ),
    min_size=1,
    max_size=10,
).filter(lambda text: any(sign.isalnum() for sign in text) and whole(text) not in COUNTERS)
VALUES = {
    "text": WORDS,
    "long_text": st.lists(WORDS, min_size=1, max_size=3).map("\n".join),
    "number": st.decimals(-10**9, 10**9, places=2, allow_nan=False).map(float),
    "money": st.decimals(0, 10**8, places=2, allow_nan=False).map(float),
    "date": st.dates(date(1930, 1, 1), date(2110, 1, 1)),
    "time": st.times().map(lambda moment: f"{moment:%H:%M}"),
    "period": st.tuples(DAYS, st.integers(0, 900)).map(
        lambda two: f"{two[0]}至{two[0] + timedelta(days=two[1])}"
    ),
    "choice": st.sampled_from(["一般", "紧急", "特急"]),
    "choices": st.lists(st.sampled_from(["一般", "紧急", "特急"]), min_size=1, unique=True).map("、".join),
    "yes_no": st.sampled_from(["是", "否"]),
    "phone": st.from_regex(r"1[3-9][0-9]{9}|0931-[0-9]{8}", fullmatch=True),
    "citizen_id": st.integers(0, 999).map(citizen),
    "organization_code": st.integers(0, 10**9 - 1).map(organization),
    "grid": st.sampled_from([f"{name}（{code}）" for code, name in GRIDS.items()]),
}  # fmt: skip
CHOICES = (Choice("a", "一般"), Choice("b", "紧急"), Choice("c", "特急"))


@st.composite
def tables(draw):
    """Fields of any kinds and rows of them; the first is never empty."""
    labels = draw(st.lists(LABELS, min_size=2, max_size=7, unique_by=whole))
    kinds = [draw(st.sampled_from(sorted(VALUES))) for _label in labels]
    fields = tuple(
        Field(
            f"f{n}", kind, label, required=n == 1, places=2,
            choices=CHOICES if kind.startswith("choice") else (),
            unit=draw(st.sampled_from(["", "平方米", "人"])) if kind == "number" else "",
        )
        for n, (kind, label) in enumerate(zip(kinds, labels, strict=True), start=1)
    )  # fmt: skip
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    one.key: VALUES[one.kind] if one.required else st.none() | VALUES[one.kind]
                    for one in fields
                }
            ),
            min_size=1,
            max_size=6,
        )
    )
    return fields, rows


def same(run, fields, rows):
    assert [fault.sentence for fault in run.faults] == []
    wanted = [
        {
            one.key: kind_of(one).read("" if row[one.key] is None else row[one.key], one, Places())
            for one in fields
        }
        for row in rows
    ]
    assert [dict(row.values) for row in run.rows] == wanted


@FILES
@given(tables())
def test_any_table_comes_back_through_a_template(made):
    fields, rows = made
    content = filled_in(template("台账", fields, {}), fields, rows)
    _table, matching, run = read(content, Ledger(fields, ALWAYS_NEW))
    assert matching.by_key == {one.key: n for n, one in enumerate(fields)}
    same(run, fields, rows)


def exported(fields, rows):
    """As the product exports entries: numbers and days as such, all else as text."""
    columns = []
    for one in fields:
        values = [row[one.key] for row in rows]
        if one.kind == "date":
            columns.append(Column(heading_of(one), ColumnKind.DAY, tuple(values)))
        elif one.kind in ("number", "money"):
            numbers = tuple(None if value is None else Decimal(repr(value)) for value in values)
            columns.append(Column(heading_of(one), ColumnKind.DECIMAL, numbers))
        else:
            kind = ColumnKind.CODE if one.kind in CODES else ColumnKind.TEXT
            columns.append(Column(heading_of(one), kind, tuple(value or None for value in values)))
    return Sheet("台账", (("范围", "城关区"),), tuple(columns), "EX-1")


@FILES
@given(tables(), st.booleans())
def test_any_table_comes_back_through_an_export(made, as_text):
    fields, rows = made
    sheet = exported(fields, rows)
    content, name = (csv_bytes(sheet), "a.csv") if as_text else (workbook_bytes(sheet), "a.xlsx")
    table, matching, run = read(content, Ledger(fields, ALWAYS_NEW), name)
    assert table.exact
    assert matching.by_key == {one.key: n for n, one in enumerate(fields)}
    same(run, fields, rows)


@FILES
@given(tables(), st.lists(WORDS, min_size=6, max_size=6))
def test_any_wrong_rows_come_back_as_they_were(made, words):
    """One more column takes no words, so that every row is wrong."""
    fields, rows = made
    assume(all(whole(one.label) != "必错" for one in fields))
    wrong = Field("f99", "organization_code", "必错")
    fields = (*fields, wrong)
    rows = [{**row, "f99": word} for row, word in zip(rows, words, strict=False)]
    target = Ledger(fields, ALWAYS_NEW)
    table, _matching, run = read(filled_in(template("台账", fields, {}), fields, rows), target)
    assert run.counts[State.WRONG] == len(rows)
    again, matching, repeated = read(bad_rows(table, run), target)
    assert matching.by_key == {one.key: n for n, one in enumerate(fields)}
    assert [row.cells[:-1] for row in again.rows] == [row.cells for row in table.rows]
    assert [(one.key, one.sentence) for one in repeated.faults] == [
        (one.key, one.sentence) for one in run.faults
    ]
