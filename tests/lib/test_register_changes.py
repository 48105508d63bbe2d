"""Many rows at once: saved whole or not at all, shown before, taken back while nobody has touched them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from db.at_once import add_at_once
from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.register import ChangeSetKind, Entry, EntryChange, EntryValue
from db.scope import OutsideScope
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.registers.changes.commands import move_all, save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import PreviewRow, change_sets_of, preview_changes
from lib.registers.entries.commands import edit_entry, make_entry, move_entry, remove_entry
from lib.registers.entries.finding import Filter, How
from lib.registers.entries.queries import history_of
from lib.registers.values import unpacked
from tests import makers
from tests.lib.ledgers import CITIZEN, WISHES, entries, in_use, people
from tests.makers import COUNTY, MOMENT, TOWN, VILLAGE


class Ledger:
    """The register, who fills it and who looks from above."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.director, self.village, self.colleague, self.town, self.above = people(
            url, (Role.CENTER_DIRECTOR, COUNTY), (Role.DUTY_OFFICER, VILLAGE), (Role.DUTY_OFFICER, VILLAGE),
            (Role.DUTY_OFFICER, TOWN), (Role.CENTER_DIRECTOR, VILLAGE),
        )  # fmt: skip
        self.id = in_use(self.director)

    def save(self, rows: Sequence[RowChange], by: Viewer | None = None) -> int:
        with acting(by or self.village) as session:
            return save_changes(session, self.id, ChangeSetKind.EDITOR, "", rows)

    def preview(self, rows: Sequence[RowChange], by: Viewer | None = None) -> tuple[PreviewRow, ...]:
        with reading(by or self.village) as session:
            return preview_changes(session, self.id, rows)

    def undo(self, made: int, by: Viewer | None = None) -> int:
        with acting(by or self.village) as session:
            return undo_changes(session, made)

    def some(self, count: int = 3) -> int:
        return self.save([RowChange(None, {"f2": f"心愿{n}", "f5": f"{n}"}) for n in range(count)])

    def found(self, *filters: Filter) -> list[int]:
        return [one.serial for one in entries(self.village, self.id, *filters)]


@pytest.fixture
def ledger(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield Ledger(database)
    clock.set_source(None)


def test_new_rows_are_numbered_computed_found_and_noted(ledger):
    made = ledger.save(
        [
            RowChange(
                None, {"f2": "书包", "f3": "13800008000", "f4": "学习", "f5": "10.5", "f6": 3, "f12": True}
            ),
            RowChange(None, {"f2": "轮椅", "f9": CITIZEN, "f13": ["儿童", "老人"], "f5": 2}),
        ]
    )
    first, second = entries(ledger.village, ledger.id)
    assert (first.serial, first.cells["f1"], first.title, first.center_code) == (
        1, "WXY2026-00001", "书包", VILLAGE,
    )  # fmt: skip
    assert (first.cells["f7"], first.cells["f3"], first.kept["f12"]) == ("31.50", "138****8000", "1")
    assert (second.cells["f6"], second.kept["f13"], second.cells["f9"][-4:]) == (
        "1",
        ("old", "young"),
        "002X",
    )
    assert ledger.found(Filter("f5", How.FROM, "10")) == [1]
    assert ledger.found(Filter("f13", How.IS, "老人")) == [2]
    with reading(ledger.village) as session:
        [happening] = history_of(session, second.id)
        [listed] = change_sets_of(session, ledger.id)
    assert (happening.change_set_id, happening.version) == (made, 1)
    assert (listed.id, listed.made, listed.edited, listed.removed, listed.own) == (made, 2, 0, 0, True)


def test_one_save_writes_new_changed_and_removed_rows_and_one_audit_row(ledger):
    ledger.some()
    one, two, three = entries(ledger.village, ledger.id)
    rows = [
        RowChange(one.id, {"f5": "99"}, one.version),
        RowChange(two.id, {}, two.version, remove=True),
        RowChange(three.id, {"f2": three.cells["f2"]}, three.version),
        RowChange(None, {"f2": "新"}),
    ]
    assert [row.kind for row in ledger.preview(rows)] == ["edited", "removed", "same", "new"]
    [before, *_rest] = ledger.preview(rows)
    assert before.changed == (("f5", "单价", "0", "99"), ("f7", "合计", "0.00", "99.00"))
    made = ledger.save(rows)
    assert [(one.serial, one.version) for one in entries(ledger.village, ledger.id)] == [
        (1, 2),
        (3, 1),
        (4, 1),
    ]
    assert ledger.found(Filter("f5", How.IS, "99")) == [1]
    assert ledger.found(Filter("f5", How.IS, "1")) == []  # the removed one is not found any more
    with makers.everything(ledger.url) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.event == "rows changed")).all()
        assert json.loads(noted[-1].after) | {"source": ""} == {
            "set": made, "kind": "editor", "made": 1, "edited": 1, "removed": 1, "source": "",
        }  # fmt: skip


def test_nothing_is_written_when_a_row_is_wrong_and_every_problem_is_told_at_its_row(ledger):
    rows = [
        RowChange(None, {"f2": "好的"}),
        RowChange(None, {"f2": "", "f3": "12", "f5": "60000", "f10": "000"}),
        RowChange(None, {"f2": "贵的", "f5": "5000", "f6": "2"}),
        RowChange(10**6, {"f2": "没有"}, 1),
        RowChange(None, {"f2": "别处"}, center_code=COUNTY),
        RowChange(None, {"f2": "表格行"}, center_code="740001", row=88),
    ]
    with pytest.raises(BadInput) as refused:
        ledger.save(rows)
    told = {(one.row, one.field) for one in refused.value.problems}
    assert told == {
        (2, "f2"), (2, "f3"), (2, "f5"), (2, "f10"), (3, "f7"), (4, ""), (5, "center"), (88, "center"),
    }  # fmt: skip
    assert [{one.field for one in row.problems} for row in ledger.preview(rows)][:3] == [
        set(), {"f2", "f3", "f5", "f10"}, {"f7"},
    ]  # fmt: skip
    assert entries(ledger.village, ledger.id) == ()
    assert ledger.save([]) == 0


def test_a_row_that_somebody_else_wrote_meanwhile_is_a_conflict_and_nothing_is_lost(ledger):
    ledger.some()
    one, two, _three = entries(ledger.village, ledger.id)
    with acting(ledger.colleague) as session:
        edit_entry(session, one.id, {"f5": "7"}, one.version)
    rows = [RowChange(one.id, {"f5": "8"}, one.version), RowChange(two.id, {"f5": "9"}, two.version)]
    preview = ledger.preview(rows)
    assert [row.conflict for row in preview] == [True, False]
    assert (preview[0].changed[0], preview[0].version) == (("f5", "单价", "7", "8"), 2)
    with pytest.raises(Conflict, match="第1号"):
        ledger.save(rows)
    assert [row.cells["f5"] for row in entries(ledger.village, ledger.id)] == ["7", "1", "2"]
    ledger.save([replace(rows[0], seen=preview[0].version), rows[1]])
    assert [row.cells["f5"] for row in entries(ledger.village, ledger.id)] == ["8", "9", "2"]


def test_the_same_entry_twice_is_refused(ledger):
    ledger.some(1)
    [one] = entries(ledger.village, ledger.id)
    rows = [RowChange(one.id, {"f5": "1"}, one.version), RowChange(one.id, {"f6": "2"}, one.version)]
    with pytest.raises(BadInput, match="第1行是同一条记录"):
        ledger.save(rows)


def test_what_may_be_there_once_is_held_within_the_rows_and_against_the_register(ledger):
    ledger.save([RowChange(None, {"f2": "甲", "f11": "A"}), RowChange(None, {"f2": "乙", "f11": "B"})])
    rows = [RowChange(None, {"f2": "丙", "f11": "C"}), RowChange(None, {"f2": "丁", "f11": "C"})]
    with pytest.raises(BadInput, match="第1行重复"):
        ledger.save(rows)
    with pytest.raises(BadInput, match="第1号记录"):
        ledger.save([RowChange(None, {"f2": "丙", "f11": "A"})])
    # Another center counts for itself.
    ledger.save([RowChange(None, {"f2": "丙", "f11": "A"})], ledger.town)
    one, two = entries(ledger.village, ledger.id)
    with pytest.raises(BadInput, match="第2号记录"):
        ledger.save([RowChange(one.id, {"f11": "B"}, one.version)])
    # Two that change places, and a new one in the place of one that goes.
    ledger.save([RowChange(one.id, {"f11": "B"}, one.version), RowChange(two.id, {"f11": "A"}, two.version)])
    one, two = entries(ledger.village, ledger.id)
    assert (one.cells["f11"], two.cells["f11"]) == ("B", "A")
    made = ledger.save(
        [RowChange(one.id, {}, one.version, remove=True), RowChange(None, {"f2": "戊", "f11": "B"})]
    )
    assert [row.cells["f11"] for row in entries(ledger.village, ledger.id)] == ["A", "B"]
    assert ledger.undo(made) == 2
    assert [row.cells["f11"] for row in entries(ledger.village, ledger.id)] == ["B", "A"]


def test_single_writing_is_held_to_the_same(ledger):
    ledger.save([RowChange(None, {"f2": "甲", "f11": "A"}), RowChange(None, {"f2": "乙", "f11": "B"})])
    one, two = entries(ledger.village, ledger.id)
    with pytest.raises(BadInput, match="第1号记录"), acting(ledger.village) as session:
        make_entry(session, ledger.id, VILLAGE, {"f2": "丙", "f11": "A"})
    with pytest.raises(BadInput, match="第1号记录"), acting(ledger.village) as session:
        edit_entry(session, two.id, {"f11": "A"}, two.version)
    with acting(ledger.village) as session:
        assert edit_entry(session, two.id, {"f11": "B"}, two.version) == two.version
    with acting(ledger.village) as session:
        remove_entry(session, one.id, "重复", one.version)
    with acting(ledger.village) as session:
        edit_entry(session, two.id, {"f11": "A"}, two.version)


def test_undo_puts_everything_back_as_it_was(ledger):
    ledger.some()
    before = [(row.serial, row.cells) for row in entries(ledger.village, ledger.id)]
    one, two, _three = entries(ledger.village, ledger.id)
    made = ledger.save(
        [
            RowChange(one.id, {"f5": "99", "f4": "生活", "f8": "2026-07-01"}, one.version),
            RowChange(two.id, {}, two.version, remove=True),
            RowChange(None, {"f2": "新"}),
        ]
    )
    assert ledger.undo(made) == 3
    assert [(row.serial, row.cells) for row in entries(ledger.village, ledger.id)] == before
    assert ledger.found(Filter("f5", How.IS, "1")) == [2]
    assert ledger.found(Filter("f4", How.FILLED)) == []
    with pytest.raises(BadInput, match="已经撤销"):
        ledger.undo(made)
    with reading(ledger.village) as session:
        newest = change_sets_of(session, ledger.id)[0]
    assert (newest.id, newest.undone_by) == (made, ledger.village.name)


def test_undo_is_refused_once_a_row_was_touched(ledger):
    first = ledger.some()
    one = entries(ledger.village, ledger.id)[0]
    with acting(ledger.colleague) as session:
        edit_entry(session, one.id, {"f5": "7"}, one.version)
    with pytest.raises(Conflict, match="第1号"):
        ledger.undo(first)
    assert len(entries(ledger.village, ledger.id)) == 3
    again = entries(ledger.village, ledger.id)[1]
    second = ledger.save([RowChange(again.id, {"f5": "55"}, again.version)])
    with acting(ledger.village) as session:
        move_entry(session, again.id, "submit", "", again.version + 1)
    with pytest.raises(Conflict, match="第2号"):
        ledger.undo(second)


def test_undo_is_for_who_did_it_and_for_who_decides_there(ledger):
    made = ledger.some(1)
    for stranger, expected in ((ledger.colleague, NotAllowed), (ledger.town, NotAllowed)):
        with pytest.raises(expected):
            ledger.undo(made, stranger)
    [elsewhere] = people(ledger.url, (Role.CENTER_DIRECTOR, "739901001001"))
    with pytest.raises(NotFound):
        ledger.undo(made, elsewhere)
    assert ledger.undo(made, ledger.above) == 1
    assert entries(ledger.village, ledger.id) == ()


def test_steps_of_many_are_taken_together_or_not_at_all_and_not_taken_back(ledger):
    ledger.some()
    one, two, three = entries(ledger.village, ledger.id)
    with acting(ledger.village) as session:
        move_entry(session, three.id, "submit", "", three.version)
    seen = {one.id: one.version, two.id: two.version, three.id: three.version + 1}
    with pytest.raises(BadInput, match="第3号"), acting(ledger.village) as session:
        move_all(session, ledger.id, seen, "submit", "")
    assert [row.state for row in entries(ledger.village, ledger.id)] == ["draft", "draft", "waiting"]
    with acting(ledger.village) as session:
        assert move_all(session, ledger.id, {one.id: 1, two.id: 1}, "submit", "") == 2
    with reading(ledger.village) as session:
        newest = change_sets_of(session, ledger.id)[0]
    with pytest.raises(BadInput, match="退回"):
        ledger.undo(newest.id)
    with pytest.raises(BadInput, match="待审核"):
        ledger.save([RowChange(one.id, {"f5": "3"}, 2)])


def test_what_a_level_may_not_see_it_neither_writes_nor_is_shown(ledger):
    ledger.save([RowChange(None, {"f2": "书包", "f14": "村里写的"})])
    [one] = entries(ledger.village, ledger.id)
    with makers.everything(ledger.url) as session:
        assert "f14" not in unpacked(session.scalars(select(Entry)).one().content)
    rows = [RowChange(one.id, {"f14": "县里写的", "f5": "1"}, one.version)]
    [seen_above] = ledger.preview(rows, ledger.director)
    assert [key for key, *_rest in seen_above.changed] == ["f5", "f7", "f14"]
    made = ledger.save(rows, ledger.director)
    assert "f14" not in entries(ledger.village, ledger.id)[0].cells
    assert entries(ledger.director, ledger.id)[0].cells["f14"] == "县里写的"
    assert ledger.undo(made, ledger.director) == 1


def test_masked_values_that_nobody_touched_stay(ledger):
    ledger.save([RowChange(None, {"f2": "书包", "f3": "13800008000", "f9": CITIZEN})])
    [one] = entries(ledger.village, ledger.id)
    rows = [RowChange(one.id, {"f3": one.cells["f3"], "f9": one.cells["f9"], "f2": "大书包"}, one.version)]
    assert [key for key, *_rest in ledger.preview(rows)[0].changed] == ["f2"]
    ledger.save(rows)
    assert ledger.found(Filter("f3", How.IS, "13800008000")) == [1]
    assert ledger.found(Filter("f9", How.IS, CITIZEN)) == [1]


def test_what_hangs_on_entries_is_held_to_the_scope(ledger):
    ledger.some(1)
    [one] = entries(ledger.village, ledger.id)
    line = {"entry_id": one.id, "field": 2, "position": 9, "register_id": ledger.id, "words": "x",
            "number": None, "department_id": None}  # fmt: skip
    with pytest.raises(OutsideScope), acting(ledger.village) as session:
        add_at_once(session, EntryValue, [line | {"center_code": TOWN}])
    with acting(ledger.village) as session:
        add_at_once(session, EntryValue, [line | {"center_code": VILLAGE}])
    with makers.everything(ledger.url) as session:
        assert session.scalar(select(func.count()).where(EntryValue.position == 9)) == 1


def test_a_sheet_of_a_thousand_rows_is_written_without_asking_for_each(ledger):
    made = ledger.save(
        [RowChange(None, {"f2": f"心愿{n}", "f10": f"{VILLAGE}001", "f11": f"{n}"}) for n in range(1200)]
    )
    assert len(entries(ledger.village, ledger.id)) == 1200
    with makers.everything(ledger.url) as session:
        noted = select(func.count()).where(EntryChange.change_set_id == made)
        assert session.scalar(noted) == 1200
        assert session.scalar(select(func.count()).where(EntryValue.field == 10)) == 1200
    assert ledger.undo(made) == 1200
    with makers.everything(ledger.url) as session:
        assert session.scalar(select(func.count()).select_from(EntryValue)) == 0


def test_a_department_writes_many_rows_of_its_own_and_sees_no_others(ledger):
    with makers.everything(ledger.url) as session:
        department = makers.department(VILLAGE)
        session.add(department)
        session.flush()
        clerk = makers.account(
            Role.DEPARTMENT_HANDLER, VILLAGE, username="clerk", department_id=department.id
        )
        session.add(clerk)
        session.flush()
        handler = makers.viewer_of_account(clerk)
    ledger.some(1)
    made = ledger.save([RowChange(None, {"f2": "部门的", "f5": "1"})], handler)
    [own] = entries(handler, ledger.id)
    ledger.save([RowChange(own.id, {"f5": "2"}, own.version)], handler)
    assert [one.cells["f5"] for one in entries(handler, ledger.id)] == ["2"]
    assert [one.serial for one in entries(handler, ledger.id, Filter("f5", How.IS, "2"))] == [2]
    others = entries(ledger.village, ledger.id)[0]
    with pytest.raises(BadInput, match="找不到这条记录"):
        ledger.save([RowChange(others.id, {"f5": "2"}, others.version)], handler)
    with pytest.raises(Conflict):
        ledger.undo(made, handler)
    line = {"entry_id": own.id, "field": 2, "position": 9, "register_id": ledger.id, "words": "x",
            "number": None, "center_code": VILLAGE, "department_id": None}  # fmt: skip
    with pytest.raises(OutsideScope), acting(handler) as session:
        add_at_once(session, EntryValue, [line])


def test_a_design_without_titles_takes_its_first_words(ledger):
    other = in_use(ledger.director, replace(WISHES, name="另一本", title=()))
    with acting(ledger.village) as session:
        save_changes(session, other, ChangeSetKind.IMPORT, "表.xlsx", [RowChange(None, {"f2": "书包"})])
    assert [row.title for row in entries(ledger.village, other)] == ["书包"]
