"""A file into a register: which rows it means, what is wrong where, and how it is written and taken back."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from db.models.account import Role
from db.models.register import ChangeSetKind
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.cli.__main__ import main
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.fields.field import Field
from lib.imports.bad_rows import bad_rows
from lib.imports.dry_run import State
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.table import Table, choose_table
from lib.registers.changes.commands import save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import Tried, import_columns, template_of, try_import
from lib.registers.design import Design
from lib.registers.entries.commands import edit_entry, move_entry
from tests import makers
from tests.lib.importing import filled_in, xlsx
from tests.lib.ledgers import CITIZEN, entries, in_use, people
from tests.makers import COUNTY, MOMENT, TOWN, VILLAGE

HEAD = ("编号", "填报中心", "心愿内容", "联系电话", "类别", "单价（元）", "数量", "截止日期", "合同号")


class Office:
    """A village that fills the register, and the county above it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.director, self.village = people(
            url, (Role.CENTER_DIRECTOR, COUNTY), (Role.DUTY_OFFICER, VILLAGE)
        )
        self.id = in_use(self.director)

    def tried(self, rows: Sequence[Sequence[Any]], by: Viewer | None = None) -> tuple[Table, Tried]:
        return self.of(xlsx([HEAD, *rows]), by)

    def of(self, content: bytes, by: Viewer | None = None) -> tuple[Table, Tried]:
        with reading(by or self.village) as session:
            fields = import_columns(session, self.id)
            table = choose_table(open_file("表.xlsx", content), fields)
            return table, try_import(session, self.id, table, match(table.headers, fields))

    def save(self, tried: Tried, by: Viewer | None = None) -> int:
        with acting(by or self.village) as session:
            return save_changes(session, self.id, ChangeSetKind.IMPORT, "表.xlsx", tried.changes)


@pytest.fixture
def office(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield Office(database)
    clock.set_source(None)


def test_the_columns_are_the_number_the_center_and_what_the_viewer_fills_in(office):
    with reading(office.village) as session:
        below = [one.key for one in import_columns(session, office.id)]
    with reading(office.director) as session:
        above = [one.key for one in import_columns(session, office.id)]
    filled = ["f2", "f3", "f4", "f5", "f6", "f8", "f9", "f10", "f11", "f12", "f13"]
    assert below == ["f1", *filled]
    assert above == ["f1", "center", *filled, "f14"]


def test_new_rows_come_in_for_their_centers_with_defaults_and_full_numbers(office):
    rows = [
        (None, None, "书包", "13800008000", "学习", 10.5, None, "2026年7月1日", "A"),
        (None, VILLAGE, "轮椅", None, "生活", 3, 2, None, None),
        (None, f"中心{TOWN}", "路灯", None, None, None, None, None, "A"),
    ]
    _table, tried = office.tried(rows, office.director)
    # The county itself has no entries in this register.
    assert [row.state for row in tried.run.rows] == [State.WRONG, State.NEW, State.NEW]
    assert "填写" in tried.run.faults[0].sentence
    rows[0] = (None, f"{TOWN} 某镇", *rows[0][2:])
    rows[2] = (None, VILLAGE, *rows[2][2:])
    _table, tried = office.tried(rows, office.director)
    assert tried.run.is_clean
    made = office.save(tried, office.director)
    found = entries(office.director, office.id)
    assert [(one.center_code, one.cells["f6"]) for one in found] == [
        (TOWN, "1"),
        (VILLAGE, "2"),
        (VILLAGE, "1"),
    ]
    assert (found[0].cells["f8"], found[0].cells["f7"], found[0].cells["f3"]) == (
        "2026-07-01", "10.50", "138****8000",
    )  # fmt: skip
    with acting(office.director) as session:
        assert undo_changes(session, made) == 3
    assert entries(office.director, office.id) == ()


def test_rows_with_a_number_change_what_is_there_and_only_what_differs(office):
    with acting(office.village) as session:
        held = {"f3": "13800008000", "f9": CITIZEN}
        rows = [RowChange(None, {"f2": name, **held}) for name in ("甲", "乙", "丙")]
        save_changes(session, office.id, ChangeSetKind.EDITOR, "", rows)
    one, two, three = entries(office.village, office.id)
    _table, tried = office.tried(
        [
            (one.cells["f1"], None, "甲甲", "138****8000", None, None, 1, None, None),
            (two.cells["f1"], None, "乙", "13800008000", None, None, 1, None, None),
            ("WXY2026-00099", None, "没有", None, None, None, None, None, None),
            (three.cells["f1"], None, "丙", "", None, None, 1, None, None),
        ]
    )
    assert [row.state for row in tried.run.rows] == [
        State.CHANGED, State.UNCHANGED, State.WRONG, State.CHANGED,
    ]  # fmt: skip
    assert "新增的行请把编号留空" in tried.run.faults[0].sentence
    assert [row.changed for row in tried.previews] == [
        (("f2", "心愿内容", "甲", "甲甲"),), (("f3", "联系电话", "138****8000", ""),),
    ]  # fmt: skip
    office.save(tried)
    found = entries(office.village, office.id)
    assert [row.cells["f2"] for row in found] == ["甲甲", "乙", "丙"]
    assert [row.cells.get("f3") for row in found] == ["138****8000", "138****8000", None]
    # What was not in the file stays.
    assert {row.cells["f9"] for row in found} == {"110105********002X"}


def test_every_problem_is_told_at_its_cell_and_the_good_rows_can_come_alone(office):
    table, tried = office.tried(
        [
            (None, None, "好的", None, None, 1, 1, None, "A"),
            (None, None, None, "12", "旅游", "很贵", 1, "2026-13-01", None),
            (None, None, "贵的", None, None, 5000, 2, None, None),
            (None, None, "再来", None, None, 1, 1, None, "A"),
        ]
    )
    told = {(one.row, one.letter, one.key) for one in tried.run.faults}
    assert told == {
        (3, "C", "f2"), (3, "D", "f3"), (3, "E", "f4"), (3, "F", "f5"), (3, "H", "f8"), (4, "", "f7"),
        (5, "I", "f11"),
    }  # fmt: skip
    assert any("第2行重复" in one.sentence for one in tried.run.faults)
    with pytest.raises(BadInput, match="3行有问题"):
        tried.run.refuse_faults()
    office.save(tried)
    assert [row.cells["f2"] for row in entries(office.village, office.id)] == ["好的"]
    sheet = openpyxl.load_workbook(io.BytesIO(bad_rows(table, tried.run))).worksheets[0]
    assert sheet.max_row == 4
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == [None, "贵的", "再来"]


def test_the_bad_rows_come_in_once_they_are_mended(office):
    table, tried = office.tried([(None, None, None, "12", None, 1, 1, None, None)])
    book = openpyxl.load_workbook(io.BytesIO(bad_rows(table, tried.run)))
    book.worksheets[0].cell(2, 3).value, book.worksheets[0].cell(2, 4).value = "好了", "13800008000"
    made = io.BytesIO()
    book.save(made)
    _table, again = office.of(made.getvalue())
    assert again.run.is_clean
    office.save(again)
    assert [row.cells["f2"] for row in entries(office.village, office.id)] == ["好了"]


def test_our_own_template_is_read_without_matching(office):
    with reading(office.director) as session:
        content = template_of(session, office.id)
        fields = import_columns(session, office.id)
    rows = [{"center": VILLAGE, "f2": "书包", "f4": "学习", "f9": CITIZEN, "f12": "是", "f13": "老人、儿童"}]
    _table, tried = office.of(filled_in(content, fields, rows), office.director)
    assert tried.run.is_clean
    assert not tried.run.matching.unused
    office.save(tried, office.director)
    [row] = entries(office.director, office.id)
    assert (row.center_code, row.kept["f4"], row.kept["f12"], row.kept["f13"]) == (
        VILLAGE, "study", "1", ("old", "young"),
    )  # fmt: skip


def test_what_stands_where_it_cannot_be_changed_or_was_changed_meanwhile_is_not_overwritten(office):
    with acting(office.village) as session:
        rows = [RowChange(None, {"f2": name}) for name in ("甲", "乙")]
        save_changes(session, office.id, ChangeSetKind.EDITOR, "", rows)
    one, two = entries(office.village, office.id)
    with acting(office.village) as session:
        move_entry(session, one.id, "submit", "", one.version)
    lines = [(row.cells["f1"], None, "改了", None, None, None, 1, None, None) for row in (one, two)]
    _table, tried = office.tried(lines)
    assert [row.state for row in tried.run.rows] == [State.WRONG, State.CHANGED]
    assert "待审核" in tried.run.faults[0].sentence
    with acting(office.village) as session:
        edit_entry(session, two.id, {"f2": "别人改的"}, two.version)
    with pytest.raises(Conflict, match="第2号"):
        office.save(tried)
    assert [row.cells["f2"] for row in entries(office.village, office.id)] == ["甲", "别人改的"]


def test_what_is_decided_on_comes_back_untouched_with_the_rest_of_its_sheet(office):
    with acting(office.village) as session:
        held = {"f3": "13800008000", "f4": "学习", "f5": "10.5", "f8": "2026-07-01", "f9": CITIZEN}
        rows = [RowChange(None, {"f2": name, **held}) for name in ("甲", "乙")]
        save_changes(session, office.id, ChangeSetKind.EDITOR, "", rows)
    one, two = entries(office.village, office.id)
    with acting(office.village) as session:
        move_entry(session, one.id, "submit", "", one.version)

    def line(row, name, price):
        return (row.cells["f1"], None, name, "138****8000", "学习", price, 1, "2026-07-01", None)

    _table, tried = office.tried([line(one, "甲", 10.5), line(two, "乙乙", 10.5)])
    assert [row.state for row in tried.run.rows] == [State.UNCHANGED, State.CHANGED]
    office.save(tried)
    assert [row.cells["f2"] for row in entries(office.village, office.id)] == ["甲", "乙乙"]
    # Anything else is refused, whether it could be read or not.
    for price in (11, "很贵", None):
        _table, tried = office.tried([line(one, "甲", price)])
        assert [row.state for row in tried.run.rows] == [State.WRONG]
        assert "待审核" in tried.run.faults[0].sentence


def test_an_existing_row_stays_in_its_center(office):
    with acting(office.village) as session:
        save_changes(session, office.id, ChangeSetKind.EDITOR, "", [RowChange(None, {"f2": "甲"})])
    [one] = entries(office.village, office.id)
    line = (one.cells["f1"], TOWN, "甲", None, None, None, 1, None, None)
    _table, tried = office.tried([line], office.director)
    assert tried.run.faults[0].sentence == "已有的记录不能换中心。"
    _table, tried = office.tried([(line[0], "739901", *line[2:])], office.director)
    assert "找不到中心" in tried.run.faults[0].sentence


def test_a_register_without_automatic_numbers_knows_entries_by_their_own(office):
    plain = in_use(office.director, Design("简单台账", fields=(Field("f1", "text", "事项", required=True),)))
    with reading(office.village) as session:
        fields = import_columns(session, plain)
    assert [one.key for one in fields] == ["number", "f1"]
    for rows, expected in (([(None, "一"), (None, "二")], ["一", "二"]), ([("第2号", "三")], ["一", "三"])):
        with acting(office.village) as session:
            table = choose_table(open_file("表.xlsx", xlsx([("编号", "事项"), *rows])), fields)
            tried = try_import(session, plain, table, match(table.headers, fields))
            assert tried.run.is_clean
            save_changes(session, plain, ChangeSetKind.IMPORT, "表.xlsx", tried.changes)
        assert [row.cells["f1"] for row in entries(office.village, plain)] == expected


def test_only_who_fills_it_and_reads_it_asks(office):
    [viewer, stranger] = people(office.url, (Role.VIEWER, VILLAGE), (Role.DUTY_OFFICER, "740001"))
    with pytest.raises(NotAllowed), reading(viewer) as session:
        import_columns(session, office.id)
    for ask in (import_columns, template_of):
        with pytest.raises(NotFound), reading(stranger) as session:
            ask(session, office.id)


# -- at the machine


def test_the_command_line_imports_all_or_nothing(office, tmp_path, capsys):
    file = tmp_path / "表.xlsx"
    file.write_bytes(xlsx([HEAD, (None, VILLAGE, "书包", None, None, 1, 1, None, None)]))
    assert main(["import", "register", str(office.id), str(file), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["new"], told["dry_run"], told["change_set"]) == (1, 1, True, None)
    assert entries(office.director, office.id) == ()
    assert main(["import", "register", str(office.id), str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["change_set"]
    [row] = entries(office.director, office.id)
    assert (row.center_code, row.made_by) == (VILLAGE, "cli")
    assert main(["import", "register", str(office.id), str(file)]) == 0
    assert "新增1" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"not a workbook", xlsx([("心愿内容",), (None,)])])
def test_the_command_line_says_why_a_file_cannot_be_taken(office, tmp_path, capsys, content):
    file = tmp_path / "表.xlsx"
    file.write_bytes(content)
    assert main(["import", "register", str(office.id), str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]
    assert main(["import", "register", str(office.id), str(tmp_path / "nothing.xlsx")]) == 1
    assert "打不开" in capsys.readouterr().err
    assert main(["import", "register", "999", str(file)]) == 1


def test_the_command_line_writes_nothing_when_a_row_is_wrong(office, tmp_path, capsys):
    file = tmp_path / "表.xlsx"
    good, bad = (None, VILLAGE, "书包", *[None] * 6), (None, VILLAGE, None, "12", *[None] * 5)
    file.write_bytes(xlsx([HEAD, good, bad]))
    assert main(["import", "register", str(office.id), str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(one["row"], one["field"]) for one in told["problems"]} == {(3, "心愿内容"), (3, "联系电话")}
    assert entries(office.director, office.id) == ()
