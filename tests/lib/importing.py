"""A ledger in memory that can be imported into, and files as offices send them."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from lib.errors import Problem
from lib.fields.field import Choice, Field, Kept, Named, Refused, Values
from lib.fields.kinds import KINDS, kind_of, shown, taken
from lib.fields.words import id_check, organization_check
from lib.imports.dry_run import DryRun, Existing, dry_run
from lib.imports.file import open_file
from lib.imports.matching import Matching, match
from lib.imports.table import Table, choose_table

TODAY = date(2026, 6, 30)
CHOICES = (Choice("a", "一般", "Normal"), Choice("b", "紧急", "Urgent"), Choice("c", "特急", "Critical"))
NUMBER = Field("f1", "serial", "编号", "Number")
NAME = Field("f2", "text", "姓名", "Name", required=True)
PHONE = Field("f3", "phone", "联系电话", "Phone")
CITIZEN = Field("f4", "citizen_id", "身份证号", "ID number", unique=True)
DAY = Field("f5", "date", "登记日期", "Date")
AREA = Field("f6", "number", "面积", "Area", unit="平方米", places=2)
URGENCY = Field("f7", "choice", "紧急程度", "Urgency", choices=CHOICES)
GRID = Field("f8", "grid", "所属网格", "Grid")
REMARK = Field("f9", "long_text", "备注", "Remark")
FIELDS = (NUMBER, NAME, PHONE, CITIZEN, DAY, AREA, URGENCY, GRID, REMARK)
GRIDS = {"620102003001": "东湖第一网格", "620102003002": "东湖第二网格"}


class Places:
    today = TODAY
    own_center = "620102"

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return tuple(code for code, name in GRIDS.items() if said in (code, name, f"{name}（{code}）"))

    def words(self, what: Named, key: str, field: Field) -> str:
        return f"{GRIDS[key]}（{key}）" if key in GRIDS else ""


class Ledger:
    """Keeps rows by their number."""

    def __init__(
        self, fields: Sequence[Field] = FIELDS, key: str = "f1", rows: Mapping[str, Values] | None = None
    ) -> None:
        self.columns, self.key = tuple(fields), key
        self.rows = dict(rows or {})
        self.asked: list[Collection[str]] = []

    def before(self, keys: Collection[str]) -> Mapping[str, Existing]:
        self.asked.append(keys)
        return {
            key: Existing(1, self.rows[key], str(self.rows[key].get("f2", "")))
            for key in keys
            if key in self.rows
        }

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        values: dict[str, Kept] = dict(before.values) if before else {}
        problems = []
        for field in self.columns:
            if field.key not in typed and before:
                continue
            try:
                was = values.get(field.key, "")
                values[field.key] = taken(typed.get(field.key, ""), field, Places(), was)
            except Refused as refused:
                problems.append(Problem(field.key, refused.sentence))
        return values, tuple(problems)

    def shown(self, kept: Kept, field: Field) -> str:
        return shown(kept, field, Places())


def citizen(number: int = 0) -> str:
    first = f"620102199{number % 10}0101{number % 1000:03}"
    return first + id_check(first)


def organization(number: int) -> str:
    first = f"91620102{number % 10**9:09}"
    return first + organization_check(first)


def xlsx(rows: Sequence[Sequence[Any]], merges: Sequence[str] = (), title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    for merge in merges:
        sheet.merge_cells(merge)
    return saved(book)


def saved(book: Any) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def filled_in(content: bytes, fields: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A template of ours as somebody fills it in with a spreadsheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headed = [one for one in fields if kind_of(one).filled_in]
    for number, row in enumerate(rows, start=4):
        for column, field in enumerate(headed, start=1):
            value = row.get(field.key)
            if value not in (None, ""):
                cell = sheet[f"{get_column_letter(column)}{number}"]
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    return saved(book)


def read(
    content: bytes, target: Ledger | None = None, name: str = "台账.xlsx"
) -> tuple[Table, Matching, DryRun]:
    target = target or Ledger()
    table = choose_table(open_file(name, content), target.columns)
    matching = match(table.headers, target.columns)
    return table, matching, dry_run(table, matching, target)


assert {one.kind for one in FIELDS} <= set(KINDS)
