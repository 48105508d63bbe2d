"""The roster from a file and back: whom each row means, what is wrong where, who moves, and that the same
table means the same again."""

from __future__ import annotations

import io
import json
import random
import time
import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import delete, select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.roster import Ending, Person, Post, RosterAction, RosterChange
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.cli.__main__ import main
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.fields.words import id_check
from lib.imports.bad_rows import bad_rows
from lib.imports.dry_run import State
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.suspicion import Doubt, suspicions
from lib.imports.table import Table, choose_table
from lib.roster.changes.commands import save_lines, undo_lines
from lib.roster.exporting.commands import export_roster
from lib.roster.queries import RosterFilter, find_lines
from lib.roster.tables.queries import RosterTrial, roster_columns, roster_template, try_roster
from lib.sealing import opened, sealed
from tests import makers
from tests.lib.importing import filled_in, xlsx
from tests.lib.test_imports_refusals import (
    MOST_MEMORY,
    SECONDS,
    bomb,
    bomb_of_texts,
    laughs,
    with_many_columns,
)
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE

HEAD = ("姓名", "身份证号", "联系电话", "岗位", "网格", "上岗日期", "离岗日期", "备注")
EXPORT = "EX-20260630-7F3K9Q"


def citizen(number: int, born: date = date(1980, 1, 1)) -> str:
    """A number that nobody has: there is no region 99."""
    first = f"99{number // 1000:04}{born:%Y%m%d}{number % 1000:03}"
    return first + id_check(first)


class Office:
    """A county with three small grids in one of its villages, and whoever keeps its roster."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.grids = [f"{VILLAGE}{n:03}" for n in (801, 802, 803)]
        with makers.everything(url) as session:
            for number in (801, 802, 803):
                one = makers.grid(VILLAGE, number)
                one.name = f"第{number}网格"
                session.add(one)
        self.director = makers.viewer_for_role(Role.CENTER_DIRECTOR, COUNTY)

    def table(self, content: bytes, name: str = "花名册.xlsx") -> Table:
        with reading(self.director) as session:
            return choose_table(open_file(name, content), roster_columns(session))

    def tried(
        self, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, as_of: date | None = None
    ) -> RosterTrial:
        return self.of(xlsx([head, *rows]), as_of=as_of)[1]

    def of(
        self, content: bytes, name: str = "花名册.xlsx", as_of: date | None = None, by: Viewer | None = None
    ) -> tuple[Table, RosterTrial]:
        table = self.table(content, name)
        with reading(by or self.director) as session:
            matching = match(table.headers, roster_columns(session))
            return table, try_roster(session, table, matching, as_of)

    def save(self, trial: RosterTrial, as_of: date | None = None) -> int:
        with acting(self.director) as session:
            return save_lines(
                session, ChangeSetKind.IMPORT, "花名册.xlsx", trial.changes, as_of, trial.action
            )

    def imported(self, *rows: Sequence[Any], as_of: date | None = None, head: Sequence[str] = HEAD) -> int:
        trial = self.tried(rows, head, as_of)
        assert trial.run.is_clean, [(one.place, one.sentence) for one in trial.run.faults]
        return self.save(trial, as_of)

    def state(self) -> list[tuple[Any, ...]]:
        """Everything that the roster says, without the keys of rows."""
        with makers.everything(self.url) as session:
            rows = session.execute(
                select(Person, Post, Grid.code)
                .join(Post, Post.person_id == Person.id)
                .join(Grid, Grid.id == Post.grid_id, isouter=True)
                .where(Post.center_code.startswith(COUNTY))
            ).all()
            alone = len(session.scalars(select(Person)).all())
            found = [
                (
                    p.name, opened(p.citizen_id or ""), opened(p.phone or ""), p.sex, p.born,
                    p.employer or "", p.center_code, post.role, code or "", post.center_code, post.since,
                    post.until or date.max, post.ending, post.note, post.name,
                )
                for p, post, code in rows
            ]  # fmt: skip
        return [*sorted(found, key=str), (alone,)]

    def posts(self) -> list[tuple[str, str, date, date | None]]:
        """Name, last digits of the grid, since, until; in the order in which they were made."""
        with makers.everything(self.url) as session:
            rows = session.execute(
                select(Post.name, Grid.code, Post.since, Post.until)
                .join(Grid, Grid.id == Post.grid_id, isouter=True)
                .where(Post.center_code.startswith(COUNTY))
                .order_by(Post.id)
            ).all()
        return [(name, (code or "")[-3:], since, until) for name, code, since, until in rows]


@pytest.fixture
def office(database):
    yield from prepared(database)


@pytest.fixture
def desk(sqlite_database):
    """For what does not differ between the two databases."""
    yield from prepared(sqlite_database)


def prepared(url):
    makers.plant_small(url)
    clock.set_source(lambda: MOMENT)
    yield Office(url)
    clock.set_source(None)


def emptied(url):
    with makers.everything(url) as session:
        for model in (Post, Person):
            session.execute(delete(model))


ONE = ("张三", citizen(1), "13800008001", "专职网格员", f"{VILLAGE}801", "2024-01-01", None, None)
TWO = ("李四", None, "13800008002", "民警", f"{VILLAGE}801", "2024-02-01", None, "片警")
THREE = ("王五", None, None, "书记", f"{VILLAGE}801", None, None, None)


# -- whom a row means


def test_new_people_come_with_their_posts_and_go_again(office):
    made = office.imported(ONE, TWO, THREE)
    assert office.posts() == [
        ("张三", "801", date(2024, 1, 1), None), ("李四", "801", date(2024, 2, 1), None),
        ("王五", "801", TODAY, None),
    ]  # fmt: skip
    with makers.everything(office.url) as session:
        person = session.scalars(select(Person).where(Person.name == "张三")).one()
        assert person.citizen_id == sealed(citizen(1))
        assert person.born == date(1980, 1, 1)
        assert {one.action for one in session.scalars(select(RosterChange))} == {RosterAction.JOINED}
    with acting(office.director) as session:
        assert undo_lines(session, made) == 3
    assert office.posts() == []


def test_the_same_file_again_changes_nothing(office):
    office.imported(ONE, TWO, THREE)
    before = office.state()
    for _again in range(2):
        trial = office.tried([ONE, TWO, THREE])
        assert [row.state for row in trial.run.rows] == [State.UNCHANGED] * 3
        assert office.save(trial) == 0
    assert office.state() == before


def test_another_grid_is_a_move_from_the_day_that_was_asked(office):
    office.imported(ONE)
    moved = (*ONE[:4], f"{VILLAGE}802", *ONE[5:])
    trial = office.tried([moved], as_of=date(2026, 6, 15))
    assert [row.state for row in trial.run.rows] == [State.CHANGED]
    assert any("调岗" in words for row in trial.previews for words in row.follows)
    made = office.save(trial, date(2026, 6, 15))
    expected = [
        ("张三", "801", date(2024, 1, 1), date(2026, 6, 14)), ("张三", "802", date(2026, 6, 15), None),
    ]  # fmt: skip
    assert office.posts() == expected
    # The file still says on which day the person began; imported again on any day it does nothing.
    for day in (date(2026, 6, 15), None, date(2026, 7, 20)):
        assert [row.state for row in office.tried([moved], as_of=day).run.rows] == [State.UNCHANGED]
    with acting(office.director) as session:
        undo_lines(session, made)
    assert office.posts() == [("张三", "801", date(2024, 1, 1), None)]
    later = (*ONE[:4], f"{VILLAGE}802", "2026-06-20", *ONE[6:])
    office.imported(later, as_of=date(2026, 6, 1))
    assert office.posts()[1] == ("张三", "802", date(2026, 6, 20), None)
    assert [row.state for row in office.tried([later]).run.rows] == [State.UNCHANGED]


def test_another_role_is_one_more_post(office):
    office.imported(ONE)
    office.imported((*ONE[:3], "居民楼长", f"{VILLAGE}802", "2026-01-01", None, None))
    assert office.posts() == [
        ("张三", "801", date(2024, 1, 1), None), ("张三", "802", date(2026, 1, 1), None),
    ]  # fmt: skip
    with makers.everything(office.url) as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_without_a_number_a_name_and_its_place_or_phone_are_enough_when_only_one_has_them(office):
    office.imported(TWO)
    assert [row.state for row in office.tried([TWO]).run.rows] == [State.UNCHANGED]
    # By the phone, wherever it is now.
    trial = office.tried([(*TWO[:4], f"{VILLAGE}803", *TWO[5:])])
    assert [row.state for row in trial.run.rows] == [State.CHANGED]
    # By the place: another phone, and a number that was not known yet.
    office.imported(("李四", citizen(7), "13900009999", *TWO[3:]))
    [row] = office.state()[:-1]
    assert row[:3] == ("李四", citizen(7), "13900009999")


def test_two_of_one_name_are_not_guessed_at(office):
    office.imported(("李四", citizen(2), None, *TWO[3:]), ("李四", citizen(3), None, *TWO[3:]))
    trial = office.tried([("李四", None, None, *TWO[3:])])
    assert "2人同名" in trial.run.faults[0].sentence
    assert trial.run.faults[0].place == "A2"
    # In one file too.
    trial = office.tried([("赵六", None, None, *TWO[3:]), ("赵六", None, "13800008009", *TWO[3:])])
    assert [row.state for row in trial.run.rows] == [State.WRONG, State.WRONG]
    assert all("同名、同岗位" in one.sentence for one in trial.run.faults)


def test_a_blank_says_nothing_unless_the_row_names_its_number(office):
    office.imported(TWO)
    office.imported((*TWO[:2], None, *TWO[3:7], None))
    [row] = office.state()[:-1]
    assert (row[2], row[13]) == ("13800008002", "片警")
    with makers.everything(office.url) as session:
        number = session.scalars(select(Post.id)).one()
    office.imported((f"{number}", *TWO[:2], None, *TWO[3:7], None), head=("岗位编号", *HEAD))
    [row] = office.state()[:-1]
    assert (row[2], row[13]) == ("", "")


def test_a_villages_own_line_numbers_are_no_numbers_of_posts(office):
    office.imported(ONE)
    with makers.everything(office.url) as session:
        number = session.scalars(select(Post.id)).one()
    other = ("赵六", citizen(6), "13800008006", *TWO[3:])
    trial = office.tried([(str(number), *other), ("99999", *other)], ("岗位编号", *HEAD))
    assert [one.place for one in trial.run.faults] == ["A2", "A3"]
    assert "对不上" in trial.run.faults[0].sentence
    assert "没有这个编号" in trial.run.faults[1].sentence
    assert "张三" not in trial.run.faults[0].sentence


def test_one_person_is_said_in_one_way(office):
    rows = [ONE, (*ONE[:2], None, "居民楼长", f"{VILLAGE}802", None, None, None)]
    office.imported(*rows)
    with makers.everything(office.url) as session:
        assert len(session.scalars(select(Person)).all()) == 1
    rows[1] = (*ONE[:2], "13700007777", "居民楼长", f"{VILLAGE}802", None, None, None)
    trial = office.tried(rows)
    assert [(one.place, "不一致" in one.sentence) for one in trial.run.faults] == [("C2", True), ("C3", True)]


def test_a_holder_of_the_past_is_recognized_too(office):
    past = (*ONE[:5], "2023-01-01", "2024-12-31", None)
    now = (*ONE[:5], "2025-06-01", None, None)
    office.imported(past, now)
    assert office.posts() == [
        ("张三", "801", date(2023, 1, 1), date(2024, 12, 31)), ("张三", "801", date(2025, 6, 1), None),
    ]  # fmt: skip
    assert [row.state for row in office.tried([past, now]).run.rows] == [State.UNCHANGED] * 2
    office.imported((*ONE[:5], "2025-06-01", "2026-05-31", None))
    assert office.posts()[1] == ("张三", "801", date(2025, 6, 1), date(2026, 5, 31))


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(office):
    office.imported(ONE)
    trial = office.tried([(*ONE[:7], "我的备注")])
    office.imported((*ONE[:7], "别人的备注"))
    with pytest.raises(Conflict, match="张三"):
        office.save(trial)
    assert office.state()[0][13] == "别人的备注"


# -- the same table, whole, in parts and in any order


def rows_of(chance: random.Random, count: int) -> list[tuple[Any, ...]]:
    """People of all kinds, each of whom can be told from the others."""
    roles = ["民辅警", "物业", "社区专干", "居民楼长", "网格长", "律师", "调解员"]
    found = []
    for n in range(count):
        role = chance.choice(roles)
        grid = None if role in ("律师", "调解员") else f"{VILLAGE}{chance.choice((801, 802, 803))}"
        by = chance.choice(["number", "phone", "name"])
        since = chance.choice([None, date(2024, 1, 1) + timedelta(days=chance.randrange(900))])
        until = since + timedelta(days=chance.randrange(900)) if since and chance.random() < 0.3 else None
        line = (
            f"人{n}" if by != "number" else "重名", citizen(n) if by == "number" else None,
            f"138{n:08}" if by == "phone" else None, role, grid, since, until, chance.choice([None, "备注"]),
        )  # fmt: skip
        found.append(line)
        if by == "number" and role != "网格长" and chance.random() < 0.3:
            found.append((*line[:2], f"139{n:08}", "网格长", f"{VILLAGE}801", since, None, None))
    return found


@trying(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.integers(0, 10**9), st.integers(1, 14))
def test_thrice_in_halves_and_shuffled_is_the_same(desk, seed, count):
    chance = random.Random(seed)
    rows = rows_of(chance, count)
    whole = made_by(desk, [rows])
    assert made_by(desk, [rows, rows, rows]) == whole
    half = len(rows) // 2
    assert made_by(desk, [part for part in (rows[:half], rows[half:]) if part]) == whole
    shuffled = chance.sample(rows, len(rows))
    assert made_by(desk, [shuffled]) == whole
    assert made_by(desk, [part for part in (shuffled[half:], shuffled[:half]) if part]) == whole


def made_by(office: Office, files: Sequence[Sequence[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """What stands after these files; then nothing does."""
    for rows in files:
        office.imported(*rows)
    state = office.state()
    emptied(office.url)
    return state


# -- files as villages send them


def test_a_village_sends_what_villages_send(office):
    rows = [
        ("某村网格员花名册",),
        ("填报单位：某村", None, None, "填报时间：2026年6月"),
        ("序号", "基本情况", None, None, "任职情况", None, None, None),
        (None, "网格员姓名", "公民身份号码", "联系方式", "职务", "所属网格", "任职时间", "单位"),
        (1, "张三", citizen(1), 13800008001.0, "专职", f"{VILLAGE}801", "2024年1月1日", "某社区"),
        (2, "李　四", None, "１３８０００　０８００２", "民警", "同上", 45292, "某派出所"),
        (3, "王五", None, "138-0000-8003", "物业", "第802网格", "20240105", "某物业"),
        ("合计", 3),
        ("填表人：某人",),
    ]
    content = xlsx(rows, merges=("A1:H1", "B3:D3", "E3:H3", "A3:A4"))
    table, trial = office.of(content)
    assert trial.run.is_clean, [(one.place, one.sentence) for one in trial.run.faults]
    office.save(trial)
    found = office.state()[:-1]
    assert sorted((row[2], row[8][-3:], row[10], row[5]) for row in found) == [
        ("13800008001", "801", date(2024, 1, 1), "某社区"),
        ("13800008002", "801", date(2024, 1, 1), "某派出所"),
        ("13800008003", "802", date(2024, 1, 5), "某物业"),
    ]
    assert any("同上" in note for note in table.notes)
    assert any("合计" in note for note in table.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_text_files_of_both_encodings(desk, encoding):
    text = (
        "姓名,身份证,手机,岗位类别,责任网格,到岗日期\n㐀明,"
        + citizen(4)
        + f",13800008004,辅警,{VILLAGE}803,2024/3/5\n"
    )
    _table, trial = desk.of(text.encode(encoding), "花名册.csv")
    assert trial.run.is_clean, [(one.place, one.sentence) for one in trial.run.faults]
    desk.save(trial)
    assert desk.posts() == [("㐀明", "803", date(2024, 3, 5), None)]


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 3, 5), "2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "2024年3月5号",
        45356, "２０２４－０３－０５", "2024-03-05 00:00:00",
    ],
)  # fmt: skip
def test_days_in_all_their_shapes(desk, day):
    desk.imported((*ONE[:5], day, None, None))
    assert desk.posts()[0][2] == date(2024, 3, 5)


def test_codes_that_a_spreadsheet_damaged_are_whole_again_or_refused(desk):
    grid = f"{VILLAGE}801"
    whole = f"{grid[0]}.{grid[1:]}E+14"
    trial = desk.tried([(*ONE[:4], whole, *ONE[5:]), (*TWO[:4], "6.20102E+14", *TWO[5:])])
    assert [row.state for row in trial.run.rows] == [State.NEW, State.WRONG]
    [fault] = trial.run.faults
    assert fault.place == "E3"
    assert "已经丢失" in fault.sentence
    trial = desk.tried([(ONE[0], 1.1010519491231e17, *ONE[2:])])
    assert trial.run.faults[0].place == "B2"


@pytest.mark.parametrize(
    ("said", "role"),
    [("专职", "full_time"), ("民警", "police"), ("辅警", "police"), ("物业", "property_staff"),
     ("书记", "party_secretary"), ("调解员", "mediator"), ("律师", "lawyer")],
)  # fmt: skip
def test_roles_by_their_usual_names(desk, said, role):
    grid = None if role in ("mediator", "lawyer") else ONE[4]
    desk.imported((*ONE[:3], said, grid, *ONE[5:]))
    assert desk.state()[0][7] == role


@pytest.mark.parametrize("said", ["楼长", "网格员", "兼职"])
def test_a_name_of_several_roles_has_to_be_said_more_closely(desk, said):
    [fault] = desk.tried([(*ONE[:3], said, *ONE[4:])]).run.faults
    assert fault.place == "D2"
    assert "请写明是哪一种" in fault.sentence


def test_every_problem_is_told_at_its_cell_with_numbers_masked(office):
    rows = [
        ONE,
        ("", "110105194912310021", "1380000800", "旅游", "999", "2026-13-01", None, None),
        ("赵六", citizen(1), None, "居民楼长", f"{VILLAGE}802", None, None, None),
        ("钱七", None, None, "专职网格员", None, None, None, None),
        ("孙八", None, None, "律师", f"{VILLAGE}801", "2024-05-01", "2024-04-01", None),
    ]
    trial = office.tried(rows)
    told = {one.place: one for one in trial.run.faults}
    assert set(told) >= {"A3", "B3", "C3", "D3", "E3", "F3", "B4", "E5", "G6"}
    assert {one.sheet for one in trial.run.faults} == {"Sheet1"}
    assert "*" in told["B3"].value
    assert "*" in told["C3"].value
    assert "110105194912310021" not in str(trial.run.faults)
    assert citizen(1) not in str(trial.run.faults)
    with pytest.raises(BadInput):
        trial.run.refuse_faults()
    office.save(trial)  # only the good rows
    assert [row[0] for row in office.posts()] == ["张三"]


def test_the_bad_rows_come_back_mended(office):
    table, trial = office.of(xlsx([HEAD, ONE, (*TWO[:3], "楼长", *TWO[4:])]))
    office.save(trial)
    book = openpyxl.load_workbook(io.BytesIO(bad_rows(table, trial.run)))
    sheet = book.worksheets[0]
    assert sheet.max_row == 2
    assert "请写明是哪一种" in sheet.cell(2, 9).value
    sheet.cell(2, 4).value = "居民楼长"
    made = io.BytesIO()
    book.save(made)
    _table, again = office.of(made.getvalue())
    assert again.run.is_clean
    office.save(again)
    assert [row[0] for row in office.posts()] == ["张三", "李四"]


def test_a_column_that_slipped_is_doubted(desk):
    rows = [(f"人{n}", f"138{n:08}", citizen(n), "民警", ONE[4], None, None, None) for n in range(8)]
    table, trial = desk.of(xlsx([HEAD, *rows]))
    assert not trial.changes
    doubts = suspicions(table, trial.run.matching, trial.run, today=TODAY, title="花名册")
    assert Doubt.SHIFTED in {one.doubt for one in doubts}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("炸弹.xlsx", bomb), ("文字炸弹.xlsx", bomb_of_texts), ("实体.xlsx", laughs),
        ("太宽.xlsx", with_many_columns), ("宏.xlsm", lambda: xlsx([HEAD])),
        ("旧.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600),
        ("加密.xlsx", lambda: bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le")),
    ],
)  # fmt: skip
def test_dangerous_files_are_refused_at_the_door(desk, tmp_path, name, content, capsys):
    file = tmp_path / name
    file.write_bytes(content())
    tracemalloc.start()
    began = time.perf_counter()
    assert main(["import", "roster", str(file), "--json"]) == 1
    took, (_now, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert json.loads(capsys.readouterr().out)["error"]
    assert took < SECONDS + 8
    assert peak < MOST_MEMORY
    assert desk.posts() == []


# -- out and in again


def filled(office: Office) -> None:
    office.imported(ONE, TWO, (*THREE[:7], "=1+1"))


def exported(office: Office, ending: str = "xlsx", **more: Any) -> bytes:
    with acting(office.director) as session:
        return export_roster(session, RosterFilter(COUNTY, **more), EXPORT, ending, "核对")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_comes_back_unchanged(office, ending):
    filled(office)
    content = exported(office, ending)
    assert b"13800008001" not in content
    assert citizen(1).encode() not in content
    table, trial = office.of(content, f"花名册.{ending}")
    assert table.exact
    assert [row.state for row in trial.run.rows] == [State.UNCHANGED] * 3, trial.run.faults


def test_an_edited_export_changes_what_was_edited_and_nothing_else(office):
    filled(office)
    before = office.state()
    book = openpyxl.load_workbook(io.BytesIO(exported(office)))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "岗位编号")
    columns = {cell.value: cell.column for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        assert all(cell.data_type != "f" for cell in row)
        if row[columns["姓名"] - 1].value == "李四":
            row[columns["备注"] - 1].value = "换了备注"
            row[columns["联系电话"] - 1].value = "13911112222"
    made = io.BytesIO()
    book.save(made)
    _table, trial = office.of(made.getvalue())
    assert [row.state for row in trial.run.rows].count(State.CHANGED) == 1
    office.save(trial)
    after = office.state()
    assert len(set(before) - set(after)) == 1
    changed = next(row for row in after if row[0] == "李四")
    assert (changed[2], changed[13]) == ("13911112222", "换了备注")


def test_an_export_is_asked_for_with_a_reason_and_stands_in_the_chain(office):
    filled(office)
    for reason, ending, number in ((" ", "xlsx", EXPORT), ("核对", "exe", EXPORT), ("核对", "csv", "x")):
        with pytest.raises(BadInput), acting(office.director) as session:
            export_roster(session, RosterFilter(COUNTY), number, ending, reason)
    with pytest.raises(NotFound), acting(office.director) as session:
        export_roster(session, RosterFilter("739901"), EXPORT, "csv", "核对")
    with pytest.raises(NotAllowed), acting(makers.viewer_for_role(Role.VIEWER, COUNTY)) as session:
        export_roster(session, RosterFilter(COUNTY), EXPORT, "csv", "核对")
    exported(office)
    with makers.everything(office.url) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == EXPORT)).one()
        assert '"rows":3' in str(entry.after)
        assert "sha256" in str(entry.after)
        assert "核对" in str(entry.after)


def test_many_lines_leave_through_the_county(desk):
    desk.imported(*[(f"人{n}", None, None, "居民楼长", ONE[4], None, None, None) for n in range(501)])
    town = makers.viewer_for_role(Role.CENTER_DIRECTOR, TOWN)
    with pytest.raises(NotAllowed, match="500"), acting(town) as session:
        export_roster(session, RosterFilter(TOWN), EXPORT, "csv", "核对")
    assert exported(desk)


def test_our_own_template_offers_lists_and_is_read_without_matching(office):
    with reading(office.director) as session:
        content, fields = roster_template(session), roster_columns(session)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[3]][:3] == ["姓名*", "性别", "身份证号"]
    assert len(sheet.data_validations.dataValidation) >= 5
    names = [cell.value for column in book.worksheets[1].iter_cols() for cell in column]
    assert f"{VILLAGE}801 第801网格" in names
    rows = [{"name": "张三", "role": "专职网格员", "grid": f"{VILLAGE}801 第801网格", "sex": "男"}]
    _table, trial = office.of(filled_in(content, fields, rows))
    assert trial.run.is_clean
    assert not trial.run.matching.unused
    office.save(trial)
    assert office.posts() == [("张三", "801", TODAY, None)]


def test_only_who_keeps_the_roster_tries_a_table(office):
    for ask in (roster_columns, roster_template):
        with pytest.raises(NotAllowed), reading(makers.viewer_for_role(Role.VIEWER, COUNTY)) as session:
            ask(session)
    elsewhere = makers.viewer_for_role(Role.CENTER_DIRECTOR, "739901")
    _table, trial = office.of(xlsx([HEAD, ONE]), by=elsewhere)
    assert "找不到网格" in trial.run.faults[0].sentence
    with pytest.raises(BadInput):
        office.tried([ONE], as_of=date(2020, 1, 1))


# -- at the machine


def test_the_command_line_imports_all_or_nothing(office, tmp_path, capsys):
    file = tmp_path / "表.xlsx"
    file.write_bytes(xlsx([HEAD, ONE, TWO]))
    assert main(["import", "roster", str(file), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["new"], told["dry_run"], told["change_set"]) == (2, 2, True, None)
    assert office.posts() == []
    assert main(["import", "roster", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["change_set"]
    file.write_bytes(xlsx([HEAD, (*ONE[:4], f"{VILLAGE}802", *ONE[5:])]))
    assert main(["import", "roster", str(file), "--as-of", "2026-07-01"]) == 0
    assert "更新1" in capsys.readouterr().out
    assert office.posts()[-1] == ("张三", "802", date(2026, 7, 1), None)
    with makers.everything(office.url) as session:
        assert Ending.MOVED in {one.ending for one in session.scalars(select(Post))}
    file.write_bytes(xlsx([HEAD, ("坏", None, "12", *ONE[3:])]))
    assert main(["import", "roster", str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(one["row"], one["field"]) for one in told["problems"]} >= {(2, "联系电话")}
    assert main(["import", "roster", str(file), "--as-of", "morgen"]) == 1
    assert main(["import", "roster", str(tmp_path / "nothing.xlsx")]) == 1


def test_find_lines_shows_what_was_imported(office):
    filled(office)
    with reading(office.director) as session:
        found = find_lines(session, RosterFilter(COUNTY))
    assert {row.name for row in found.rows} == {"张三", "李四", "王五"}
