"""20,000 people with 14 columns come in: read, matched and checked whole against the floor of reading the
same file with openpyxl and doing nothing with it."""

from __future__ import annotations

import io
import os
import random
import shutil
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.pages import Result
from tests.benchmarks.serving import database

ROWS, ROUNDS = 20_000, 3
HEAD = (
    "序号", "姓名", "性别", "身份证号", "联系电话", "岗位", "网格", "上岗日期", "离岗日期", "工作单位",
    "政治面貌", "人员身份", "备注", "所在中心",
)  # fmt: skip
ROLES = ("社区专干", "民辅警", "物业服务人员", "新就业群体党员", "其他力量", "网格长", "指导员", "协管员")


def _citizen(number: int, born: date) -> str:
    """There is no region 99."""
    from lib.fields.words import id_check

    first = f"99{number // 1000:04}{born:%Y%m%d}{number % 1000:03}"
    return first + id_check(first)


def _file(grids: list[str]) -> bytes:
    from tests.lib.importing import xlsx

    chance = random.Random(7)
    rows: list[tuple[Any, ...]] = []
    for n in range(ROWS):
        number = _citizen(n, date(1960, 1, 1) + timedelta(days=chance.randrange(15_000)))
        rows.append(
            (
                n + 1, chr(0x5F20 + n % 50) + chr(0x4E00 + n % 700), "男" if int(number[16]) % 2 else "女",
                number, f"138{n:08}", ROLES[n % len(ROLES)], chance.choice(grids),
                date(2024, 1, 1) + timedelta(days=n % 700), None, f"单位{n % 50}", "群众",
                "聘用人员", f"备注{n}", None,
            )
        )  # fmt: skip
    return xlsx([HEAD, *rows])


def _bare(content: bytes) -> float:
    import openpyxl

    began = time.perf_counter()
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    assert sum(1 for _row in book.worksheets[0].iter_rows(values_only=True)) == ROWS + 1
    return time.perf_counter() - began


def _checked(content: bytes, again: bool = False) -> tuple[float, Any]:
    from db.models.account import Role
    from lib.access.work import at_the_machine
    from lib.imports.dry_run import State
    from lib.imports.file import open_file
    from lib.imports.matching import match
    from lib.imports.table import choose_table
    from lib.roster.tables.queries import roster_columns, try_roster

    began = time.perf_counter()
    with at_the_machine("6201", Role.CENTER_DIRECTOR) as session:
        fields = roster_columns(session)
        table = choose_table(open_file("roster.xlsx", content), fields)
        tried = try_roster(session, table, match(table.headers, fields))
    took = time.perf_counter() - began
    assert tried.run.counts[State.UNCHANGED if again else State.NEW] == ROWS
    return took, tried


def _saved(tried: Any) -> tuple[float, int]:
    from db.models.account import Role
    from db.models.register import ChangeSetKind
    from lib.access.work import at_the_machine
    from lib.roster.changes.commands import save_lines

    began = time.perf_counter()
    with at_the_machine("6201", Role.CENTER_DIRECTOR) as session:
        made = save_lines(session, ChangeSetKind.IMPORT, "roster.xlsx", tried.changes, None, tried.action)
    return time.perf_counter() - began, made


def _undone(made: int) -> float:
    from db.models.account import Role
    from lib.access.work import at_the_machine
    from lib.roster.changes.commands import undo_lines

    began = time.perf_counter()
    with at_the_machine("6201", Role.CENTER_DIRECTOR) as session:
        undo_lines(session, made)
    return time.perf_counter() - began


def _prepared(folder: str) -> bytes:
    """A demo of its own; the file for its grids."""
    from sqlalchemy import select

    from db.models.grid import Grid, GridSize
    from lib.access.work import system_reading
    from lib.settings import settings

    path = Path(folder) / "roster.db"
    shutil.copy(database("demo").removeprefix("sqlite:///"), path)
    os.environ["DATABASE_URL"] = f"sqlite:///{path}"
    os.environ["GRID_DATA"] = folder
    settings.cache_clear()
    with system_reading() as session:
        codes = session.scalars(select(Grid.code).where(Grid.size == GridSize.SMALL).order_by(Grid.code))
        return _file(list(codes))


def new_people() -> Result:
    """Nobody of the file is known."""
    return _measured(again=False)


def known_people() -> Result:
    """Everybody is there already and nothing has changed."""
    return _measured(again=True)


def _measured(*, again: bool) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        content = _prepared(folder)
        if again:
            _saved(_checked(content)[1])
        pairs = [(_bare(content), _checked(content, again)[0]) for _round in range(ROUNDS)]
    floor, ours = (statistics.median(one) for one in zip(*pairs, strict=True))
    return ours, "s", floor, "at most 3 x openpyxl's reading", 3.0, True


def saving() -> Result:
    """What follows when somebody presses the button, and what it takes to take all of it back."""
    with tempfile.TemporaryDirectory() as folder:
        took, made = _saved(_checked(_prepared(folder))[1])
        back = _undone(made)
    return took, "s", back, "written in a minute (floor: taken back)", 60.0, False


ROSTER_IMPORT = {
    "roster-import": new_people, "roster-import-again": known_people, "roster-import-save": saving,
}  # fmt: skip
