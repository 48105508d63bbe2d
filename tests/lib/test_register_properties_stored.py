"""What holds for every design and every entry in a real database: written and taken back, taken out as a file
and brought in again, found as a plain look through all of them finds it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.register import ChangeKind, ChangeSetKind, Entry, EntryChange, EntryValue
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.errors import BadInput
from lib.exports.commands import new_export_id
from lib.fields.amounts import number_in
from lib.fields.field import Field, Kept, Named, Refused
from lib.fields.kinds import KINDS, is_masked, kind_of
from lib.i18n import speaking
from lib.imports.dry_run import State
from lib.imports.file import open_file
from lib.imports.matching import heading_of, match
from lib.imports.table import choose_table
from lib.registers.changes.commands import save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import Tried, import_columns, preview_changes, try_import
from lib.registers.design import Design
from lib.registers.entries import paging
from lib.registers.entries.commands import (
    edit_entry,
    make_entry,
    move_entry,
    remove_entry,
    restore_entry,
    return_to_version,
)
from lib.registers.entries.finding import Filter, How, hows
from lib.registers.entries.queries import find_entries
from lib.registers.entries.rows import EntryRow
from lib.registers.exporting.commands import export_entries
from lib.registers.seeing import register_with_design
from lib.registers.values import unpacked
from lib.registers.world import Surroundings
from lib.typed import as_typed, plain
from tests import makers
from tests.lib import register_strategies as some
from tests.lib.ledgers import in_use, people
from tests.makers import COUNTY, MOMENT, TOWN, VILLAGE

HEALTH = list(HealthCheck)
PLACES = (VILLAGE, TOWN, COUNTY)
NAMED = {"center": Named.CENTER, "grid": Named.GRID, "department": Named.DEPARTMENT, "person": Named.PERSON,
         "case": Named.CASE, "link": Named.ENTRY}  # fmt: skip
NUMBERS = itertools.count()
Each = Callable[[st.DataObject], None]


@dataclass
class Office:
    """A county, whose director fills for all below, and what its entries can name."""

    url: str
    director: Viewer
    linked: int
    here: dict[str, Sequence[str]]
    times: int

    def each(self, act: Each) -> None:
        """Tries it as often as the database is quick. Nothing is made smaller: that takes minutes."""
        few = 20 if self.url.startswith("sqlite") else 6
        given(st.data())(
            # The same ones in every usual run; the slow variant looks for new ones.
            trying(max_examples=few * self.times, derandomize=self.times == 1, deadline=None,
                   suppress_health_check=HEALTH, database=None,
                   phases=[Phase.generate])(act)
        )()  # fmt: skip


@pytest.fixture(params=[1, pytest.param(20, marks=pytest.mark.slow)], ids=["few", "many"])
def times(request) -> int:
    return int(request.param)


@pytest.fixture
def office(database, times) -> Iterator[Office]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    (director,) = people(database, (Role.CENTER_DIRECTOR, COUNTY))
    with makers.everything(database) as session:
        department = makers.department(COUNTY)
        grids = [makers.grid(code, 7) for code in (VILLAGE, f"{TOWN}002")]
        session.add_all([department, *grids])
        session.flush()
        workers = [makers.gridworker(session, one) for one in grids]
        cases = [makers.case(code) for code in (VILLAGE, TOWN)]
        session.add_all(cases)
        session.flush()
        keys = {
            "center": [VILLAGE, TOWN], "grid": [one.code for one in grids],
            "department": [f"{department.id}"],
            "person": [f"{one.person_id}" for one in workers], "case": [f"{one.id}" for one in cases],
        }  # fmt: skip
    linked = in_use(director, Design("被关联的", fields=(Field("f1", "text", "名称"),)))
    with acting(director) as session:
        keys["link"] = [f"{make_entry(session, linked, VILLAGE, {'f1': name})}" for name in ("甲 #2", "")]
    with reading(director) as session:
        world = Surroundings(session)
        here = {
            kind: [world.words(NAMED[kind], key, Field("f1", kind, "", links_to=linked)) for key in known]
            for kind, known in keys.items()
        }
    assert all(all(words) for words in here.values())
    yield Office(database, director, linked, here, times)
    clock.set_source(None)


class Book:
    """A register with entries of any kinds."""

    def __init__(self, office: Office, data: st.DataObject, rows: int = 4) -> None:
        self.office, self.data, self.by = office, data, office.director
        drawn: Design = data.draw(some.designs(links_to=office.linked))
        self.design = replace(drawn, name=f"台账{next(NUMBERS)}")
        self.id = in_use(self.by, self.design)
        with reading(self.by) as session:
            self.design = register_with_design(session, self.id)[1]
        self.set = self.save([RowChange(None, self.typed(), center_code=self.place()) for _n in range(rows)])

    def typed(self) -> dict[str, Any]:
        return self.data.draw(some.entry(self.design, self.office.here))

    def place(self) -> str:
        return self.data.draw(st.sampled_from(PLACES))

    def save(self, rows: Sequence[RowChange]) -> int:
        """What the register refuses is no case of this."""
        with acting(self.by) as session:
            try:
                return save_changes(session, self.id, ChangeSetKind.EDITOR, "", rows)
            except BadInput:
                session.rollback()
        assume(False)
        raise AssertionError

    def entries(self) -> dict[int, dict[str, Any]]:
        """All that stands, whatever it is."""
        with makers.everything(self.office.url) as session:
            found = session.scalars(select(Entry).where(Entry.register_id == self.id).order_by(Entry.id))
            return {
                one.id: {
                    "content": unpacked(one.content), "title": one.title, "state": one.state,
                    "serial": one.serial,
                    "removed": one.removed_at is not None, "center": one.center_code,
                    "found by": sorted(
                        (v.field, v.position, v.words or "", v.number or 0, v.center_code,
                         v.department_id or 0)
                        for v in session.scalars(select(EntryValue).where(EntryValue.entry_id == one.id))
                    ),
                }
                for one in found
            }  # fmt: skip

    def versions(self) -> dict[int, int]:
        with makers.everything(self.office.url) as session:
            return dict(
                session.execute(select(Entry.id, Entry.version).where(Entry.register_id == self.id)).all()
            )

    def must_be_found_by_what_is_held(self) -> None:
        for one in self.entries().values():
            wanted = [
                (
                    int(field.key[1:]),
                    place,
                    words or "",
                    number or 0,
                    one["center"],
                    self.by.department_id or 0,
                )
                for field in self.design.fields
                if not one["removed"]
                for place, (words, number) in enumerate(
                    kind_of(field).keys(one["content"].get(field.key, ""), field)
                    if one["content"].get(field.key)
                    else ()
                )
            ]
            assert one["found by"] == sorted(wanted)

    def rows(self) -> tuple[EntryRow, ...]:
        with reading(self.by) as session:
            return find_entries(session, self.id, downward=False, page_size=1000).rows

    def other(self, one: EntryRow) -> dict[str, Any]:
        """Another value for one field, that is taken."""
        typed = self.typed()
        assume(typed)
        key = self.data.draw(st.sampled_from(sorted(typed)))
        return {key: typed[key]}


def without(found: dict[int, dict[str, Any]], *names: str) -> dict[int, dict[str, Any]]:
    return {
        key: {name: value for name, value in one.items() if name not in names} for key, one in found.items()
    }


def test_what_is_taken_back_is_exactly_what_stood(office):
    def each(data: st.DataObject) -> None:
        book = Book(office, data)
        book.must_be_found_by_what_is_held()
        stood, seen = book.entries(), book.versions()
        first, second, third, *_rest = stood
        language = data.draw(st.sampled_from(("zh", "en")))
        with speaking(language):
            made = book.save(
                [
                    RowChange(first, book.typed(), seen[first]),
                    RowChange(second, book.typed(), seen[second]),
                    RowChange(third, {}, seen[third], remove=True),
                    RowChange(None, book.typed(), center_code=book.place()),
                ]
            )
            book.must_be_found_by_what_is_held()
            with acting(book.by) as session:
                undo_changes(session, made)
        book.must_be_found_by_what_is_held()
        now = book.entries()
        new = next(key for key in now if key not in stood)
        assert now.pop(new)["removed"]
        assert now == stood
        with acting(book.by) as session:
            undo_changes(session, book.set) if book.versions() == seen else None

    office.each(each)


def test_history_adds_up_to_every_version_and_leads_back_to_it(office):
    def each(data: st.DataObject) -> None:
        book = Book(office, data, rows=1)
        (key,) = book.entries()
        stood = {book.versions()[key]: book.entries()[key]["content"]}
        for _n in range(3):
            typed = book.typed()
            with acting(book.by) as session:
                try:
                    edit_entry(session, key, typed, book.versions()[key])
                except BadInput:
                    session.rollback()
            stood[book.versions()[key]] = book.entries()[key]["content"]
        with acting(book.by) as session:
            remove_entry(session, key, "误填", book.versions()[key])
        assert book.entries()[key]["found by"] == []
        with acting(book.by) as session:
            restore_entry(session, key, book.versions()[key])
        book.must_be_found_by_what_is_held()
        holds = dict(book.entries()[key]["content"])
        with makers.everything(office.url) as session:
            changes = session.scalars(
                select(EntryChange).where(EntryChange.entry_id == key).order_by(EntryChange.id.desc())
            ).all()
            for one in changes:
                if one.version in stood:
                    assert {name: kept for name, kept in holds.items() if kept} == stood[one.version]
                if one.kind is ChangeKind.EDITED:
                    after = unpacked(one.after)
                    assert all(holds.get(name, "") == kept for name, kept in after.items())
                    holds |= unpacked(one.before)
            assert changes[-1].kind is ChangeKind.MADE
            assert unpacked(changes[-1].after) == stood[changes[-1].version]
        for version, content in stood.items():
            with speaking(data.draw(st.sampled_from(("zh", "en")))), acting(book.by) as session:
                return_to_version(session, key, version, book.versions()[key])
            assert book.entries()[key]["content"] == content
            book.must_be_found_by_what_is_held()

    office.each(each)


# -- out as a file and in again


def exported(book: Book, ending: str) -> bytes:
    with acting(book.by) as session:
        return export_entries(session, book.id, new_export_id(), ending, downward=False, reason="核对")


def brought(book: Book, name: str, content: bytes) -> Tried:
    with reading(book.by) as session:
        columns = import_columns(session, book.id)
        table = choose_table(open_file(name, content), columns)
        return try_import(session, book.id, table, match(table.headers, columns))


def test_what_is_taken_out_and_brought_in_again_changes_nothing(office):
    def each(data: st.DataObject) -> None:
        book = Book(office, data)
        with speaking(data.draw(st.sampled_from(("zh", "en")))):
            for ending in ("xlsx", "csv"):
                tried = brought(book, f"台账.{ending}", exported(book, ending))
                assert [fault.sentence for fault in tried.run.faults] == []
                assert tried.run.blocks == ()
                assert [
                    (row.state, [(one.key, one.old, one.new) for one in row.changes])
                    for row in tried.run.rows
                ] == [(State.UNCHANGED, [])] * 4
                assert tried.changes == ()
                known = {one.key for one in tried.run.matching.columns if one.key}
                filled = {one.key for one in book.design.standing if KINDS[one.kind].filled_in}
                assert filled <= known

    office.each(each)


def test_one_cell_that_is_changed_outside_is_one_change(office):
    def each(data: st.DataObject) -> None:
        book = Book(office, data)
        rows = book.rows()
        # The library that changes the file here takes such words for signs; a spreadsheet does not.
        assume("_x0" not in str(book.entries()))
        place = data.draw(st.integers(0, len(rows) - 1))
        other = book.other(rows[place])
        ((key, said),) = other.items()
        one = book.design.by_key[key]
        before = book.entries()[rows[place].id]["content"]
        with reading(book.by) as session:
            judged = preview_changes(
                session, book.id, [RowChange(rows[place].id, other, rows[place].version)]
            )
        assume(not judged[0].problems)
        assume(judged[0].kind == "edited")
        with speaking(data.draw(st.sampled_from(("zh", "en")))), reading(book.by) as session:
            world = Surroundings(session)
            cell = kind_of(one).show(kind_of(one).read(said, one, world), one, world)
            heading = heading_of(replace(one, required=False))
            workbook = openpyxl.load_workbook(io.BytesIO(exported(book, "xlsx")))
            sheet = workbook.worksheets[0]
            at, column = next(
                (cells[0].row, each.column)
                for cells in sheet.iter_rows()
                for each in cells
                if each.value == heading
            )
            changed = sheet.cell(at + 1 + place, column)
            changed.value, changed.data_type = cell, "s"
            written = io.BytesIO()
            workbook.save(written)
            tried = brought(book, "台账.xlsx", written.getvalue())
        assert [(row.number, [c.sentence for c in row.faults]) for row in tried.run.rows if row.faults] == []
        formulas = {each.key for each in book.design.fields if each.kind == "formula"}
        for number, row in enumerate(tried.run.rows):
            keys = {each.key for each in row.changes} - formulas
            assert keys == ({key} if number == place else set())
        book.save(tried.changes)
        after = book.entries()[rows[place].id]["content"]
        assert {name for name in {**before, **after} if before.get(name) != after.get(name)} - formulas == {
            key
        }

    office.each(each)


# -- found as a plain look finds it


def folded(text: str) -> str:
    """Databases make letters of ASCII alike, and no others."""
    return "".join(chr(ord(sign) + 32) if "A" <= sign <= "Z" else sign for sign in text)


def has(text: str, said: str) -> bool:
    """As it was typed, or with narrow signs."""
    return any(words and folded(words) in folded(text) for words in (as_typed(said, 60), plain(said)))


def holds(one: Field, asked: Filter, kept: Kept, world: Surroundings) -> bool:
    """What the words of a filter say, of one value."""
    if asked.how is How.EMPTY:
        return not kept
    if not kept or asked.how is How.FILLED:
        return bool(kept)
    if asked.how is How.HAS:
        # A formula's number is asked for as a number, and not by its digits.
        return (one.kind != "formula" or number_in(str(kept)) is None) and has(str(kept)[:100], asked.said)
    number = number_in(str(kept)) if one.kind in ("number", "money", "formula") else None
    if number is not None or one.kind in ("number", "money"):
        wanted = number_in(asked.said.replace(",", ""))
        return wanted is not None and compare(asked.how, number, wanted)
    if one.kind in ("formula", "serial"):
        return compare(asked.how, str(kept), asked.said)
    if one.kind == "period" and asked.how is not How.IS:
        return compare(asked.how, str(kept)[:10], asked.said)
    wanted_words = kind_of(one).read(asked.said, one, world)
    if one.kind == "choices":
        return wanted_words[0] in kept
    return compare(asked.how, kept, wanted_words)


def compare(how: How, left: Any, right: Any) -> bool:
    return {How.IS: left == right, How.FROM: left >= right, How.TO: left <= right}[how]


def said_of(
    draw: Callable[..., Any], one: Field, how: How, kept: list[Kept], office: Office, world: Surroundings
) -> str:
    """What somebody may look for: what is there, a part of it, or something else."""
    present = [each for each in kept if each]
    if how is How.HAS:
        words = str(draw(st.sampled_from(present or ["甲"])))[:100]
        start = draw(st.integers(0, max(len(words) - 1, 0)))
        return words[start : start + draw(st.integers(1, 5))].strip() or "甲"
    if present and (draw(st.booleans()) or one.kind in ("serial", "formula")):
        some_kept = draw(st.sampled_from(present))
        if one.kind == "choices":
            return str(draw(st.sampled_from(some_kept)))
        if one.kind == "formula":
            return str(some_kept)
        if one.kind == "period" and how is not How.IS:
            return str(some_kept)[:10]
        return kind_of(one).show(some_kept, one, world)
    if one.kind in ("serial", "formula"):
        return "甲"
    typed = draw(some.typed(one, office.here).filter(lambda said: said not in ("", [], ())))
    if one.kind == "period" and how is not How.IS:
        return f"{draw(some.DAYS)}"
    try:
        kept_typed = kind_of(one).read(typed, one, world)
    except Refused:
        assume(False)
    assume(bool(kept_typed))  # blanks are nothing to look for
    return kind_of(one).show(kept_typed, one, world) if one.kind != "choices" else "".join(kept_typed[:1])


def value_of(one: Field, kept: Kept) -> Any:
    """What an entry is ordered by: numbers before words."""
    words, number = kind_of(one).keys(kept, one)[0]
    return (0, number, "") if number is not None else (1, 0, words)


def in_order(
    rows: list[EntryRow], order: Field | str, downward: bool, contents: dict[int, dict[str, Kept]]
) -> list[int]:
    if not order:
        return sorted((one.id for one in rows), reverse=downward)
    if isinstance(order, str):
        return [
            one.id for one in sorted(rows, key=lambda row: (getattr(row, order), row.id), reverse=downward)
        ]
    held = {
        one.id: value_of(order, contents[one.id][order.key])
        for one in rows
        if contents[one.id].get(order.key)
    }
    first = sorted(held, key=lambda key: (held[key], key), reverse=downward)
    return [*first, *sorted((one.id for one in rows if one.id not in held), reverse=True)]


@pytest.mark.parametrize("few", [2000, 2])
def test_filters_find_what_a_plain_look_finds_in_the_same_order(office, monkeypatch, few):
    monkeypatch.setattr(paging, "FEW", few)

    def each(data: st.DataObject) -> None:
        book = Book(office, data, rows=7)
        if book.design.moves:
            key, version = data.draw(st.sampled_from(sorted(book.versions().items())))
            with acting(book.by) as session:
                session.get_one(Entry, key)
                if session.get_one(Entry, key).center_code == COUNTY:
                    move_entry(session, key, "submit", "", version)
        rows, stands = book.rows(), book.entries()
        contents = {key: one["content"] for key, one in stands.items()}
        with reading(book.by) as session:
            world = Surroundings(session)
            for _n in range(6):
                some_fields = data.draw(st.lists(st.sampled_from(book.design.fields), max_size=2))
                filters = []
                for one in some_fields:
                    for how in (
                        sorted(data.draw(st.sets(st.sampled_from(hows(one)), max_size=2)))
                        if hows(one)
                        else ()
                    ):
                        held = [content.get(one.key, "") for content in contents.values()]
                        ends = how in (How.EMPTY, How.FILLED)
                        filters.append(
                            Filter(
                                one.key,
                                how,
                                "" if ends else said_of(data.draw, one, how, held, office, world),
                            )
                        )
                center = data.draw(st.sampled_from(("", VILLAGE, TOWN, COUNTY)))
                state = data.draw(st.sampled_from(("", book.design.start.key, "waiting")))
                search = data.draw(
                    st.sampled_from(["", "", "#2", "3", *(one.title[:4].strip() for one in rows)])
                )
                orders: list[Field | str] = [
                    "", "changed_at", "center_code", "state",
                    *(one for one in book.design.fields if kind_of(one).sorts and not is_masked(one)),
                ]  # fmt: skip
                order, downward = data.draw(st.sampled_from(orders)), data.draw(st.booleans())
                wanted = [
                    row for row in rows
                    if row.center_code.startswith(center) and state in ("", row.state)
                    and searched(row, search)
                    and all(
                        holds(book.design.by_key[each.field], each, contents[row.id].get(each.field, ""),
                              world)
                        for each in filters
                    )
                ]  # fmt: skip
                expected = in_order(wanted, order, downward, contents)
                found: list[int] = []
                for page in range(1, len(expected) // 3 + 2):
                    part = find_entries(
                        session, book.id, center, state, tuple(filters), search,
                        order if isinstance(order, str) else order.key, downward, page, 3,
                    )  # fmt: skip
                    assert part.total == len(expected), (filters, order)
                    found += [one.id for one in part.rows if one.id not in found]
                assert found == expected, (filters, order, downward)

    office.each(each)


def searched(row: EntryRow, search: str) -> bool:
    number = search.lstrip("#第").removesuffix("号")
    by_number = number.isascii() and number.isdigit() and row.serial == int(number)
    return not search or has(row.title, search) or by_number
