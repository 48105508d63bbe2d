"""What holds for every design and every entry, tried at random: kept as typed, shown and read as kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from lib.errors import BadInput
from lib.fields.field import LONGEST_KEY, Choice, Field, Kept, Refused
from lib.fields.kinds import KINDS, is_masked, kind_of, shown, taken
from lib.fields.words import ORGANIZATION_SIGNS, id_check, organization_check
from lib.i18n import speaking
from lib.registers.checks import checked
from lib.registers.design import Design, loaded, written
from lib.registers.entries.rows import EntryRow
from lib.registers.values import Computing, packed, title_of, took, unpacked
from lib.settings import settings
from lib.ui.register_sheet import changes_of, line_of
from lib.ui.register_widgets import Filling, as_text, begins_with
from lib.ui.sheet_draft import Draft, overlaid
from tests.lib import register_strategies as some
from tests.lib.register_strategies import Town
from tests.makers import MOMENT

TOWN = Town()
HERE = {
    kind: ("739902001001 某村",) if kind in ("center", "grid") else ("张三 #12", "李#四 #2")
    for kind in some.HERE
}
FILLED = [name for name, kind in KINDS.items() if kind.filled_in]
HEALTH = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
]
FEW = trying(max_examples=60, derandomize=True, deadline=None, suppress_health_check=HEALTH)
USUAL = trying(max_examples=300, derandomize=True, deadline=None, suppress_health_check=HEALTH)
MANY = trying(max_examples=10_000, deadline=None, suppress_health_check=HEALTH)
LANGUAGES = ("zh", "en")


@pytest.fixture(autouse=True)
def _own_key(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GRID_DATA", str(tmp_path_factory.mktemp("data")))
    settings.cache_clear()
    yield
    settings.cache_clear()


def read(said: object, one: Field, before: Kept = "") -> Kept:
    try:
        return taken(said, one, TOWN, before)
    except Refused as refused:
        raise AssertionError(f"{one.kind} {said!r}: {refused.sentence}") from None


def what_is_shown_is_read_again(one: Field, said: object) -> None:
    """In the language in which it was typed and in the other, in part and whole, as words and as a cell."""
    try:
        kept = taken(said, one, TOWN)
    except Refused:
        assume(False)
    for language in LANGUAGES:
        with speaking(language):
            words, whole = shown(kept, one, TOWN), shown(kept, one, TOWN, whole=True)
            assert read(words, one, kept) == kept
            assert read(whole, one, kept) == kept
            assert read(f" {words}\n", one, kept) == kept
        for other in LANGUAGES:
            with speaking(other):
                assert read(whole, one) == kept, (language, other)
        with speaking(language):
            if kept and not is_masked(one):
                assert read(kind_of(one).cell(kept, one, TOWN), one) == kept
    assert all(words is None or len(words) <= LONGEST_KEY for words, _n in kind_of(one).keys(kept, one))
    assert bool(kind_of(one).keys(kept, one)) == bool(kept)
    # One sign is not hidden, and what is a word of two languages shows its first.
    whole = shown(kept, one, TOWN, whole=True)
    if is_masked(one) and len(whole) > 1 and set(whole[1:]) != {"*"}:
        assert whole not in shown(kept, one, TOWN)


@pytest.mark.parametrize("kind", FILLED)
@FEW
@given(data=st.data())
def test_what_is_shown_of_a_value_is_read_again_as_the_same_value(kind, data):
    one = data.draw(some.fields(1, kind, 1))
    what_is_shown_is_read_again(one, data.draw(some.typed(one, HERE)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILLED)
@trying(max_examples=3000, deadline=None, suppress_health_check=HEALTH)
@given(data=st.data())
def test_thousands_of_values_of_each_kind(kind, data):
    one = data.draw(some.fields(1, kind, 1))
    what_is_shown_is_read_again(one, data.draw(some.typed(one, HERE)))


@given(data=st.data())
@FEW
def test_whatever_is_typed_is_kept_or_refused_in_a_sentence(data):
    """Nothing else ever comes of it."""
    one = data.draw(some.fields(1, data.draw(st.sampled_from(FILLED)), 1))
    rubbish = st.one_of(
        some.WORDS, st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.times(),
        st.datetimes(),
        st.decimals(allow_nan=True), st.lists(some.WORDS, max_size=3), st.tuples(st.none(), st.dates()),
    )  # fmt: skip
    said = data.draw(rubbish)
    try:
        kept = taken(said, one, TOWN)
    except Refused as refused:
        told = refused.sentence
        assert told
    else:
        assert taken(shown(kept, one, TOWN, whole=True), one, TOWN) == kept


# -- one entry as a whole


def usable(design: Design) -> Design:
    try:
        return loaded(written(checked(design)))
    except BadInput as bad:
        raise AssertionError([one.sentence for one in bad.problems]) from None


def keys_of(design: Design) -> set[str]:
    return {one.key for one in design.standing}


@st.composite
def kept_entries(draw: st.DrawFn) -> tuple[Design, dict[str, Kept]]:
    design = usable(draw(some.designs(links_to=1)))
    values, problems = took(design, draw(some.entry(design, HERE)), None, keys_of(design), TOWN)
    assume(not problems)
    return design, values


@USUAL
@given(kept_entries())
def test_an_entry_that_is_handed_back_as_it_was_shown_is_as_it_was(found):
    design, values = found
    assert unpacked(packed(values)) == values
    for language in LANGUAGES:
        with speaking(language):
            again = {one.key: shown(values.get(one.key, ""), one, TOWN) for one in design.standing}
            assert took(design, again, values, keys_of(design), TOWN) == (values, ())
            assert took(design, {}, values, keys_of(design), TOWN) == (values, ())
            assert took(design, again, values, (), TOWN) == (values, ())
            assert (
                Computing(design, TOWN.today).computed(values).items()
                <= ({one.key: "" for one in design.fields} | values).items()
            )
    with speaking("en"):
        title = title_of(design, values, TOWN)
    assert title == title_of(design, values, TOWN)


def row(design: Design, values: dict[str, Kept]) -> EntryRow:
    """As a list hands it over."""
    cells = {one.key: shown(values[one.key], one, TOWN) for one in design.fields if values.get(one.key)}
    kept = {
        one.key: cells[one.key] if is_masked(one) else values[one.key]
        for one in design.fields
        if one.key in cells
    }
    return EntryRow(7, 3, "题", "739902001001", "某村", "kept", cells, kept, "某人", MOMENT, MOMENT, 2, False)


def put(one: Field, widgets: dict[str, Any]) -> object:
    """What the widgets of a field hold, together."""
    return widgets[one.key] if one.key in widgets else tuple(widgets.values())


@USUAL
@given(kept_entries(), st.sampled_from(LANGUAGES))
def test_the_form_hands_over_what_it_began_with(found, language):
    design, values = found
    with speaking(language):
        seen = row(design, values)
        filling = Filling(1, 7, design, design.fields, frozenset(keys_of(design)), seen.cells, seen.kept, 2)
        for one in design.standing:
            if not KINDS[one.kind].filled_in:
                continue
            widgets = begins_with(one, filling)
            if (
                one.kind in ("date", "period")
                and not as_text(one)
                and values.get(one.key)
                and None in widgets.values()
            ):
                continue  # a day that no widget can show stays as it is while nobody touches it
            assert (read(put(one, widgets), one, values.get(one.key, "")) or "") == values.get(one.key, "")


def as_a_browser_sends(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


@USUAL
@given(kept_entries(), st.sampled_from(LANGUAGES), st.data())
def test_the_editor_tells_exactly_what_was_changed(found, language, data):
    design, values = found
    other = data.draw(some.entry(design, HERE))
    with speaking(language):
        fields = design.standing
        line = line_of(row(design, values), fields, "")
        columns = [one.key for one in fields]
        same = {key: as_a_browser_sends(line.shown[key]) for key in columns}
        untouched = overlaid(Draft((line, line)), {"edited_rows": {"1": same}}, columns)
        assert changes_of(untouched, fields, "") == []
        for key, said in other.items():
            cell = as_a_browser_sends(said)
            changed = overlaid(untouched, {"edited_rows": {"0": {key: cell}}}, columns)
            wanted = changes_of(changed, fields, "")
            one = design.by_key[key]
            after, problems = took(design, {key: cell}, values, {key}, TOWN)
            if after == values or problems:
                continue
            assert [(each.entry_id, each.seen, each.row, list(each.typed)) for each in wanted] == [
                (7, 2, 1, [key])
            ]
            assert took(design, wanted[0].typed, values, keys_of(design), TOWN)[0] == after
            assert {name for name in after if after[name] != values.get(name)} <= {key} | formulas(design), (
                one
            )


def formulas(design: Design) -> set[str]:
    return {one.key for one in design.standing if one.kind == "formula"}


# -- numbers with a check sign, days, amounts


def one_wrong_sign_is_found(number: str, place: int, sign: str) -> None:
    field = Field("f1", "citizen_id", "身份证号")
    assert kind_of(field).show(read(number, field), field, TOWN) == number
    place %= 18
    assume(number[place] != sign)
    wrong = number[:place] + sign + number[place + 1 :]
    with pytest.raises(Refused):
        taken(wrong, field, TOWN)


@USUAL
@given(some.CITIZENS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_sign_in_an_id_number_is_found(number, place, sign):
    one_wrong_sign_is_found(number, place, sign)


@pytest.mark.slow
@MANY
@given(some.CITIZENS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_ten_thousand_id_numbers(number, place, sign):
    one_wrong_sign_is_found(number, place, sign)


def two_neighbors_exchanged_are_found(number: str, place: int) -> None:
    field = Field("f1", "organization_code", "信用代码")
    for written_so in (number, number.lower(), number.translate(some.WIDE), f" {number[:8]} {number[8:]} "):
        assert read(written_so, field) == number
    assume(number[place] != number[place + 1])
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(Refused):
        taken(wrong, field, TOWN)


@USUAL
@given(some.ORGANIZATIONS, st.integers(0, 15))
def test_two_exchanged_signs_of_an_organization_are_found(number, place):
    two_neighbors_exchanged_are_found(number, place)


@pytest.mark.slow
@MANY
@given(some.ORGANIZATIONS, st.integers(0, 15))
def test_ten_thousand_organizations(number, place):
    two_neighbors_exchanged_are_found(number, place)


def test_the_check_signs_are_those_of_the_standards():
    """Numbers that are printed in GB 11643 and that stand on real licenses."""
    assert id_check("11010519491231002") == "X"
    assert id_check("44052418800101001") == "4"
    assert organization_check("91350100M000100Y4") == "3"
    assert len(set(ORGANIZATION_SIGNS)) == 31


def a_phone_is_whole_or_hidden(said: str) -> None:
    field = Field("f1", "phone", "电话")
    kept = read(said, field)
    assert isinstance(kept, str)
    for written_so in (said.translate(some.WIDE), f" {said}", said.replace("-", "—")):
        assert read(written_so, field) == kept
    if len(kept) == 11 and kept.startswith("1"):
        for written_so in (f"+86{kept}", f"86-{kept}", f"{kept[:3]} {kept[3:7]} {kept[7:]}", f"{kept}.0"):
            assert read(written_so, field) == kept
    part = shown(kept, field, TOWN)
    assert part.count("*") == 4
    assert kept not in part
    assert read(part, field, kept) == kept
    with pytest.raises(Refused):
        taken(part, field, TOWN)


@USUAL
@given(some.PHONES)
def test_phones(said):
    a_phone_is_whole_or_hidden(said)


@pytest.mark.slow
@MANY
@given(some.PHONES)
def test_ten_thousand_phones(said):
    a_phone_is_whole_or_hidden(said)


def a_day_is_read_in_every_shape(day: date, said: object) -> None:
    field = Field("f1", "date", "日期")
    assert read(said, field) == day.isoformat() == f"{day}"
    assert kind_of(field).value(f"{day}", field) == day


WRITTEN_DAYS = some.DAYS.flatmap(lambda day: st.tuples(st.just(day), some.written_day(day)))


@USUAL
@given(WRITTEN_DAYS)
def test_days_of_every_year_are_read_in_every_shape(found):
    a_day_is_read_in_every_shape(*found)


@pytest.mark.slow
@MANY
@given(WRITTEN_DAYS)
def test_ten_thousand_days_of_every_year(found):
    a_day_is_read_in_every_shape(*found)


@USUAL
@given(st.data(), st.sampled_from(("number", "money")))
def test_an_amount_is_the_number_that_was_written(data, kind):
    one = replace(data.draw(some.fields(1, kind)), masked=False)
    assume(not one.unit.isdigit())
    number = data.draw(some.amounts(one))
    plain = f"{number:f}"
    for said in (plain, plain.translate(some.WIDE), f"{number:,f}", f"{number:,f} {kind_of(one).unit(one)}"):
        assert Decimal(str(read(said, one) or "0")) == number, said
    if kind == "money":
        tens = number / 10_000
        for said in (
            f"¥{plain}",
            f"￥{number:,f}元",
            f"{tens:f}万",
            f"{tens:f} 万元",
            f"{tens:f}万元".translate(some.WIDE),
        ):
            assert Decimal(str(read(said, one) or "0")) == number, said
    words, ten_thousandths = kind_of(one).keys(read(plain, one), one)[0]
    assert (words, ten_thousandths) == (None, int(number * 10_000))


@USUAL
@given(some.DAYS, some.DAYS)
def test_a_period_is_from_the_first_to_the_last_day(one_day, other):
    field = Field("f1", "period", "起止")
    first, last = sorted((one_day, other))
    for said in (
        f"{first}至{last}", f"{first} ~ {last}", f"{first}/{last}", f"{first} to {last}", (first, last),
        [first, last],
        f"{first.year:04}年{first.month}月{first.day}日到{last.year:04}年{last.month}月{last.day}日",
        f"{first.year:04}.{first.month}.{first.day}—{last.year:04}.{last.month}.{last.day}",
    ):  # fmt: skip
        assert read(said, field) == f"{first}/{last}", said
    assume(first != last)
    with pytest.raises(Refused):
        taken((last, first), field, TOWN)


def test_a_retired_choice_stays_and_is_not_chosen_anew():
    held = Choice("a", "旧", retired=True), Choice("b", "新")
    for kind, before in (("choice", "a"), ("choices", ("a",))):
        one = Field("f1", kind, "类别", choices=held)
        assert read("旧", one, before) == before
        with pytest.raises(Refused):
            taken("旧", one, TOWN)
    several = Field("f1", "choices", "类别", choices=held)
    assert read("旧、新", several, ("a",)) == ("a", "b")
