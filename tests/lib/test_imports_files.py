"""The files that we hand out: templates, and what is asked about a file before it is imported."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from lib.exports.comma_separated import csv_bytes
from lib.exports.sheet import Column, ColumnKind, Sheet
from lib.exports.workbook import workbook_bytes
from lib.fields.field import Field
from lib.i18n import speaking
from lib.imports.dry_run import State
from lib.imports.suspicion import Doubt, suspicions
from lib.imports.template import template
from lib.settings import settings
from tests.lib.importing import (
    FIELDS,
    GRIDS,
    TODAY,
    Ledger,
    citizen,
    filled_in,
    read,
    xlsx,
)
from tests.lib.test_imports import existing

LISTS = {"f8": [f"{name}（{code}）" for code, name in GRIDS.items()]}


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("GRID_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_tells_what_goes_where_and_is_read_back(language):
    with speaking(language):
        content = template("=重点人员台账", FIELDS, {"f8": LISTS["f8"] * 40})
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [page.sheet_state for page in book.worksheets] == ["visible", "hidden"]
    assert sheet.freeze_panes == "A4"
    assert sheet["A3"].value == ("姓名*" if language == "zh" else "Name*")
    assert all(cell.comment for cell in sheet[3])
    assert sheet["A1"].data_type == "s"
    assert sheet["A1"].quotePrefix
    assert [cell.font.color is not None and cell.font.color.rgb == "FFB3261E" for cell in sheet[3]][:2] == [
        True, False,
    ]  # fmt: skip
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["F4"].formula1 == ('"一般,紧急,特急"' if language == "zh" else '"Normal,Urgent,Critical"')
    assert rules["G4"].type == "list"
    assert book.worksheets[1]["A80"].value == LISTS["f8"][1]
    assert all(rule.promptTitle for rule in rules.values())
    # Columns that look the same stand together.
    formats = {
        column: one.number_format
        for one in sheet.column_dimensions.values()
        for column in range(one.min, one.max + 1)
    }
    assert [formats[n] for n in range(1, 9)] == ["@", "@", "@", "yyyy-mm-dd", "General", "@", "@", "@"]
    rows = [
        {"f2": "张三", "f3": "13800138000", "f4": citizen(1), "f5": date(2026, 6, 1), "f6": 12.5,
         "f7": "一般" if language == "zh" else "Urgent", "f8": LISTS["f8"][0], "f9": "=1+1"},
        {"f2": "李四"},
    ]  # fmt: skip
    table, matching, run = read(filled_in(content, FIELDS, rows))
    assert matching.unused == matching.missing == ()
    assert {one.certainty for one in matching.columns} == {1.0}
    assert run.is_clean
    assert run.rows[0].values["f8"] == "620102003001"
    assert run.rows[0].values["f9"] == "=1+1"
    assert table.header_rows == (3, 3)


def test_an_export_is_read_as_it_stands():
    columns = (
        Column("编号", ColumnKind.CODE, ("2026-00001", "2026-00002")),
        Column("姓名", ColumnKind.TEXT, ("同上", "合计")),
        Column("备注", ColumnKind.TEXT, ("/", "=1+1")),
        Column("面积（平方米）", ColumnKind.DECIMAL, (Decimal("10.5"), None)),
        Column("登记日期", ColumnKind.DAY, (date(2026, 6, 1), None)),
    )
    sheet = Sheet("重点人员台账共2条", (("范围", "城关区"),), columns, "EX-1")
    for name, content in (("a.xlsx", workbook_bytes(sheet)), ("a.csv", csv_bytes(sheet))):
        table, matching, run = read(content, Ledger(rows=existing()), name)
        assert table.exact
        assert [row.state for row in run.rows] == [State.CHANGED, State.CHANGED]
        assert [row.values["f2"] for row in run.rows] == ["同上", "合计"]
        assert [row.values["f9"] for row in run.rows] == ["/", "=1+1"]
        assert [row.values["f6"] for row in run.rows] == ["10.5", ""]
        assert [row.values["f5"] for row in run.rows] == ["2026-06-01", ""]
        asked = suspicions(table, matching, run, today=TODAY, title="重点人员台账")
        assert Doubt.OTHER_REGISTER not in {one.doubt for one in asked}
        (other, *_rest) = suspicions(table, matching, run, today=TODAY, title="消防隐患台账")
        assert other.doubt is Doubt.OTHER_REGISTER


def doubts(rows, target=None):
    table, matching, run = read(xlsx(rows), target)
    return {(one.doubt.value, one.letter) for one in suspicions(table, matching, run, today=TODAY)}


def people(count=12, day=date(2026, 6, 1)):
    return [[f"人{n}", f"138{n:08}", citizen(n), f"{day + timedelta(days=n % 5)}", n] for n in range(count)]


def test_a_good_file_raises_no_doubt():
    assert doubts([["姓名", "联系电话", "身份证号", "登记日期", "面积"], *people()]) == set()


def test_a_column_that_slipped_is_noticed():
    header = ["姓名", "身份证号", "联系电话", "登记日期", "面积"]
    assert doubts([header, *people()]) >= {("shifted", "B"), ("shifted", "C")}
    header = ["姓名", "联系电话", "身份证号", "面积", "登记日期"]
    assert ("shifted", "D") in doubts([header, *people()])
    rows = [[row[0], "没有", *row[2:]] for row in people()]
    assert ("refused", "B") in doubts([["姓名", "联系电话", "身份证号", "登记日期", "面积"], *rows])


def test_values_of_the_neighbour_in_existing_rows_are_noticed():
    fields = (FIELDS[0], FIELDS[1], Field("f21", "text", "街道"), Field("f22", "text", "社区"))
    rows = {
        f"2026-{n:05}": {"f1": f"2026-{n:05}", "f2": f"人{n}", "f21": f"街道{n}", "f22": f"社区{n}"}
        for n in range(1, 9)
    }
    told = doubts(
        [
            ["编号", "姓名", "街道", "社区"],
            *([key, row["f2"], row["f22"], "无"] for key, row in rows.items()),
        ],
        Ledger(fields, rows=rows),
    )
    assert ("shifted", "C") in told


def test_much_that_changes_is_asked_about():
    rows = [[key, row["f2"], 11 if n < 7 else 10] for n, (key, row) in enumerate(existing().items())]
    assert doubts([["编号", "姓名", "面积"], *rows], Ledger(rows=existing())) == {("many_changed", "")}
    rows = [[key, row["f2"], 11] for key, row in existing().items()]
    told = doubts([["编号", "姓名", "面积"], *rows], Ledger(rows=existing()))
    assert told == {("many_changed", ""), ("all_changed", "C")}
    rows = [[key, row["f2"], 11 if n < 6 else 10] for n, (key, row) in enumerate(existing().items())]
    assert doubts([["编号", "姓名", "面积"], *rows], Ledger(rows=existing())) == set()


def test_days_that_cannot_be_right_are_asked_about():
    header = ["姓名", "登记日期"]
    assert doubts([header, *([f"人{n}", "2026-06-01"] for n in range(10))]) == {("same_day", "B")}
    days = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-09-04"]
    assert doubts([header, *([f"人{n}", day] for n, day in enumerate(days))]) == {("future", "B")}
    # A column of deadlines lies ahead as a whole.
    assert doubts([header, *([f"人{n}", f"2026-09-{n + 1:02}"] for n in range(10))]) == set()
    assert doubts([header, *([f"人{n}", f"2062-09-{n + 1:02}"] for n in range(10))]) == {("future", "B")}


def test_lines_that_stand_there_twice_are_asked_about():
    rows = [["序号", "姓名", "备注"], [1, "甲", "x"], [2, "甲", "x"], [3, "乙", "x"]]
    assert doubts(rows) == {("repeated", "")}
