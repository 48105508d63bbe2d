"""Tables of patrols and visits: what each row means, what is wrong where, written once and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.models.account import Role
from db.models.duty import Campaign, Patrol, Visit
from db.models.grid import Grid
from lib import clock
from lib.access.work import acting, reading
from lib.errors import NotAllowed
from lib.imports.dry_run import State
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.table import choose_table
from lib.roster.duty.batches.commands import record_many, undo_records
from lib.roster.duty.batches.queries import record_template, try_records
from lib.roster.duty.importing import Trial, What, columns_of
from tests import makers
from tests.lib.importing import filled_in, xlsx
from tests.lib.ledgers import people
from tests.makers import MOMENT, TODAY, TOWN, VILLAGE

VISITS = ("日期", "网格代码", "网格员", "户号", "走访类型", "发现问题", "解决日期")
PATROLS = ("日期", "网格", "网格员", "时长(分钟)", "发现问题数", "备注")


class Office:
    def __init__(self, url: str) -> None:
        self.url = url
        self.officer, self.handler = people(url, (Role.DUTY_OFFICER, TOWN), (Role.VIEWER, TOWN))
        with makers.everything(url) as session:
            grid = session.scalars(select(Grid).where(Grid.center_code == VILLAGE)).one()
            self.grid, self.code = grid.id, grid.code
            held = [makers.gridworker(session, grid, name=name) for name in ("张三", "同名", "同名")]
            for one in held:
                one.since = date(2026, 6, 1)
            self.zhang, self.first, self.second = (one.person_id for one in held)

    def tried(self, rows: Sequence[Sequence[Any]], what: What = What.VISITS) -> Trial:
        head = VISITS if what is What.VISITS else PATROLS
        return self.of(xlsx([["某镇登记表"], head, *rows]), what)

    def of(self, content: bytes, what: What) -> Trial:
        with reading(self.officer) as session:
            fields = columns_of(what)
            table = choose_table(open_file("表.xlsx", content), fields)
            return try_records(session, what, table, match(table.headers, fields))

    def save(self, trial: Trial) -> int:
        with acting(self.officer) as session:
            return record_many(session, "表.xlsx", trial.changes)


@pytest.fixture
def office(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield Office(database)
    clock.set_source(None)


def faults(trial: Trial) -> set[tuple[int, str]]:
    return {(one.row, one.key) for one in trial.run.faults}


def test_a_messy_table_is_read_written_once_and_taken_back(office):
    trial = office.tried(
        [
            ["2026年6月29日", office.code, "张三", "３－２－401", "联户交心", "漏水", "2026/6/30"],
            [date(2026, 6, 30), float(office.code), "同上", 501, None, "/", None],
            ["合计", None, None, 2, None, None, None],
        ]
    )
    assert (trial.run.is_clean, trial.run.counts[State.NEW]) == (True, 2)
    made = office.save(trial)
    with makers.everything(office.url) as session:
        rows = session.scalars(select(Visit).order_by(Visit.day)).all()
        kept = [
            (one.day, one.person_id, one.household, one.campaign, one.problem, one.solved_on) for one in rows
        ]
        assert kept == [
            (date(2026, 6, 29), office.zhang, "3-2-401", Campaign.PAIRED, "漏水", TODAY),
            (TODAY, office.zhang, "501", Campaign.DAILY, "", None),
        ]  # fmt: skip
    again = office.tried(
        [["2026-06-29", office.code, "张三", "3-2-401"], ["2026-06-28", office.code, "张三", "1"]]
    )
    assert faults(again) == {(3, "household")}
    assert [one.row for one in again.changes] == [4]
    with acting(office.officer) as session:
        assert undo_records(session, made) == 2
    with makers.everything(office.url) as session:
        assert session.scalars(select(Visit)).all() == []


def test_every_fault_is_told_at_its_cell(office):
    trial = office.tried(
        [
            ["2026-07-01", office.code, "张三", "1"],  # 3: after today
            ["2026-05-31", office.code, "张三", "2"],  # 4: before the post
            ["2026-06-30", "000000000000001", "张三", "3"],  # 5: no such grid
            ["2026-06-30", office.code, "李四", "4"],  # 6: nobody of that name
            ["2026-06-30", office.code, "同名", "5"],  # 7: two of that name
            ["2026-06-30", office.code, "张三", None],  # 8: no household
            ["2026-06-30", office.code, "张三", "7", "串门"],  # 9: no such campaign
            ["2026-06-30", office.code, "张三", "8", None, None, "2026-06-30"],  # 10: nothing to solve
            ["2026-06-30", office.code, "张三", "9", None, "漏", "2026-06-01"],  # 11: solved before
            ["2026-06-30", office.code, "张三", "１0"],  # 12 and 13: twice
            ["2026-06-30", office.code, "张三", "10"],
            ["不是日期", office.code, "张三", "11"],  # 14
            ["2026-06-30", office.code, f"同名#{office.second}", "12"],  # 15: right
        ]
    )
    assert faults(trial) == {
        (3, "day"), (4, "person"), (5, "grid"), (6, "person"), (7, "person"), (8, "household"),
        (9, "campaign"), (10, "solved_on"), (11, "solved_on"), (12, "household"), (13, "household"),
        (14, "day"),
    }  # fmt: skip
    assert [(one.row, one.person_id) for one in trial.changes] == [(15, office.second)]
    assert all(one.sentence and (one.letter or not one.heading) for one in trial.run.faults)
    by_row = {one.row: one for one in trial.run.faults}
    assert (by_row[6].letter, by_row[6].heading) == ("C", "网格员")
    assert f"#{office.first}" in by_row[7].sentence


def test_patrols_are_read_with_their_numbers(office):
    trial = office.tried(
        [
            ["2026-06-30", office.code, "张三", "45", "2", "消防通道"],
            ["2026-06-30", f"网格{VILLAGE}", "张三", None, None, None],
            ["2026-06-30", office.code, "张三", "0", "0", None],
            ["2026-06-30", office.code, "张三", "30", "-1", None],
        ],
        What.PATROLS,
    )
    assert faults(trial) == {(5, "minutes"), (6, "problems")}
    office.save(trial)
    with makers.everything(office.url) as session:
        rows = session.scalars(select(Patrol).order_by(Patrol.problems)).all()
        assert [(one.minutes, one.problems, one.note) for one in rows] == [(None, 0, ""), (45, 2, "消防通道")]
    assert faults(office.tried([["2026-06-30", office.code, "张三", 45, 2, "消防通道"]], What.PATROLS)) == {
        (3, "day")
    }


@pytest.mark.parametrize("what", list(What))
def test_our_own_template_is_read_back(office, what):
    with reading(office.officer) as session:
        content = record_template(session, what)
    row = {"day": "2026-06-30", "grid": office.code, "person": "张三", "household": "3-1", "minutes": "20"}
    trial = office.of(filled_in(content, columns_of(what), [row]), what)
    assert trial.run.is_clean
    assert len(trial.changes) == 1
    assert trial.changes[0].grid_id == office.grid


def test_a_missing_column_blocks_and_who_may_not_record_is_refused(office):
    with reading(office.officer) as session:
        fields = columns_of(What.VISITS)
        table = choose_table(
            open_file("表.xlsx", xlsx([("日期", "网格代码", "户号"), ["2026-06-30", office.code, "1"]])),
            fields,
        )
        trial = try_records(session, What.VISITS, table, match(table.headers, fields))
        assert trial.run.blocks
        assert trial.changes == ()
    with pytest.raises(NotAllowed), reading(office.handler) as session:
        try_records(session, What.VISITS, table, match(table.headers, fields))
