"""Lists of a register's entries: filters in an address, counts, reminders, steps for several, files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.register import ChangeSetKind, Entry
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system_reading
from lib.errors import BadInput, NotAllowed, NotFound
from lib.exports.commands import new_export_id
from lib.fields.field import Choice, Field
from lib.fields.kinds import KINDS
from lib.registers.bulk.queries import moves_for
from lib.registers.changes.commands import move_all, save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.commands import close_register, make_register, use_draft
from lib.registers.counting.queries import count_by_place, count_by_state
from lib.registers.design import By, Design, Move, Reminder, Stage, StageKind
from lib.registers.entries.address import parameters, said_filters
from lib.registers.entries.finding import Filter, How, hows
from lib.registers.entries.queries import find_entries
from lib.registers.exporting import commands as exporting
from lib.registers.exporting.commands import export_entries
from lib.registers.queries import designs_of
from lib.registers.reminders.queries import reminders_of
from lib.tables import open_table
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

SIBLING = "739902002001"
FIELDS = (
    Field("f1", "serial", "编号", default="XW"),
    Field("f2", "text", "心愿", required=True),
    Field("f3", "choice", "类别", choices=(Choice("study", "学习"), Choice("life", "生活"))),
    Field("f4", "money", "预算"),
    Field("f5", "date", "期限"),
    Field("f6", "phone", "电话"),
    Field("f7", "period", "实施期"),
    Field("f8", "center", "办理单位"),
    Field("f9", "text", "内部意见", seen_by=("city", "county")),
    Field("f10", "text", "不外传", exported=False),
    Field("f11", "text", "旧字段", retired=True),
    Field("f12", "number", "数量", unit="件"),
)
DESIGN = Design(
    "微心愿", fields=FIELDS, title=("f2",),
    stages=(
        Stage("draft", "待提交", kind=StageKind.DRAFT, editable=True),
        Stage("waiting", "待审核", kind=StageKind.WAITING),
        Stage("done", "已通过"),
    ),
    moves=(
        Move("submit", "提交", "", ("draft",), "waiting", By.OWN),
        Move("approve", "通过", "", ("waiting",), "done", By.ABOVE, decides=True, by_another=True),
    ),
    reminders=(
        Reminder("f5", 7, "期限将到", ("done",)), Reminder("f5", 0, "今天到期"),
        Reminder("f7", 3, "实施期将满"),
    ),
)  # fmt: skip


PEOPLE = [(code, Role.CENTER_DIRECTOR) for code in (CITY, COUNTY, TOWN, VILLAGE, SIBLING)]


@pytest.fixture
def city(database):
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(makers.account(role, code) for code, role in (*PEOPLE, (COUNTY, Role.VIEWER)))
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(code: str, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    with system_reading() as session:
        wanted = select(Account).where(Account.center_code == code, Account.role == role)
        return makers.viewer_of_account(session.scalars(wanted).one())


def opened(design: Design = DESIGN, code: str = CITY) -> int:
    with acting(person(code)) as session:
        key = make_register(session, code, design)
        use_draft(session, key, designs_of(session, key)[0].seen)
    return key


def filled(register_id: int, code: str, *rows: dict[str, str]) -> list[int]:
    with acting(person(code)) as session:
        changes = [RowChange(None, {"f2": "书包", **row}, center_code=code) for row in rows]
        save_changes(session, register_id, ChangeSetKind.IMPORT, "样例", changes)
    with system_reading() as session:
        found = session.scalars(select(Entry.id).order_by(Entry.id.desc()).limit(len(rows))).all()
    return sorted(found)


def versions(keys: list[int]) -> dict[int, int]:
    with system_reading() as session:
        return {one.id: one.version for one in session.scalars(select(Entry).where(Entry.id.in_(keys)))}


# -- filters in the address


@given(
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(list(How)), st.text(min_size=1, max_size=20)),
        max_size=12,
    )
)
def test_filters_come_back_from_the_address_as_they_went_in(drawn):
    wanted = [
        Filter(field.key, how, "" if how in (How.EMPTY, How.FILLED) else said)
        for field, how, said in drawn
        if how in hows(field) and said.strip()
    ]
    found = said_filters(parameters(wanted, FIELDS), FIELDS)
    assert set(found) == set(wanted)


@pytest.mark.parametrize(
    "said", ["", "~", "is", "is~", "is~  ", "near~3", "IS~3", "has~" + "长" * 61, "has~学习"]
)
def test_what_an_address_says_wrongly_counts_as_not_said(said):
    assert said_filters({"f3": said, "f99": "is~1"}, FIELDS) == ()


def test_several_filters_of_a_field_stand_in_one_parameter():
    wanted = (Filter("f5", How.FROM, "2026-01-01"), Filter("f5", How.TO, "2026-03-31"))
    assert parameters(wanted, FIELDS) == {"f5": "from~2026-01-01|to~2026-03-31"}


# -- counts


def test_entries_are_counted_by_state_and_place_within_the_scope(city):
    key = opened()
    mine = filled(key, VILLAGE, {"f3": "学习", "f8": VILLAGE}, {"f3": "生活"}, {"f3": "生活", "f4": "90"})
    filled(key, SIBLING, {"f3": "学习", "f8": SIBLING})
    with acting(person(VILLAGE)) as session:
        move_all(session, key, versions(mine[:1]), "submit", "")
    with reading(person(COUNTY)) as session:
        assert count_by_state(session, key) == {"draft": 3, "waiting": 1}
        assert count_by_state(session, key, TOWN, (Filter("f3", How.IS, "life"),)) == {"draft": 2}
        assert count_by_state(session, key, search="没有") == {}
        places = [(one.code, one.count, one.own) for one in count_by_place(session, key, COUNTY)]
        assert places == [(TOWN, 3, False), (SIBLING[:9], 1, False)]
        named = [(one.code, one.count) for one in count_by_place(session, key, COUNTY, "f8")]
        assert named == [(TOWN, 1), (SIBLING[:9], 1)]
        with pytest.raises(BadInput, match="不能按这个字段画地图"):
            count_by_place(session, key, COUNTY, "f2")
    with reading(person(VILLAGE)) as session:
        assert sum(count_by_state(session, key).values()) == 3
        assert [(one.code, one.count, one.own) for one in count_by_place(session, key, VILLAGE)] == [
            (VILLAGE, 3, True)
        ]
        with pytest.raises(BadInput):
            count_by_state(session, key, filters=(Filter("f9", How.IS, "x"),))


# -- reminders


def day(ahead: int) -> str:
    return f"{TODAY + timedelta(days=ahead)}"


def test_reminders_name_what_is_near_and_not_finished(city):
    key = opened()
    keys = filled(
        key, VILLAGE, {"f5": day(-3)}, {"f5": day(0)}, {"f5": day(7)}, {"f5": day(8)},
        {"f7": f"{day(-90)}至{day(3)}"}, {"f7": f"{day(-90)}至{day(4)}"}, {"f7": f"{day(-9)}至{day(-1)}"},
    )  # fmt: skip
    with reading(person(TOWN)) as session:
        near, due, period = reminders_of(session, key)
    assert (near.sentence, near.total, near.overdue) == ("期限将到", 3, 1)
    assert [row.days_left for row in near.rows] == [-3, 0, 7]
    assert [row.id for row in due.rows] == [keys[1]]
    assert [(row.id, row.days_left) for row in period.rows] == [(keys[4], 3)]
    with acting(person(VILLAGE)) as session:
        move_all(session, key, versions(keys[:1]), "submit", "")
    with acting(person(TOWN)) as session:
        move_all(session, key, versions(keys[:1]), "approve", "")
    with reading(person(TOWN)) as session:
        assert [row.days_left for row in reminders_of(session, key)[0].rows] == [0, 7]
    with reading(person(SIBLING)) as session:
        assert reminders_of(session, key) == ()
    with acting(person(CITY)) as session:
        close_register(session, key)
    with reading(person(TOWN)) as session:
        assert reminders_of(session, key) == ()


def test_a_reminder_of_a_field_that_one_does_not_see_says_nothing(city):
    fields = (*FIELDS[:4], Field("f5", "date", "期限", seen_by=("city", "county")))
    key = opened(Design("甲", fields=fields, title=("f2",), reminders=(Reminder("f5", 7, "将到"),)))
    filled(key, COUNTY, {"f5": day(1)})
    with reading(person(COUNTY)) as session:
        assert len(reminders_of(session, key)) == 1
    filled(key, TOWN, {})
    with reading(person(TOWN)) as session:
        assert reminders_of(session, key) == ()


# -- several at once


def test_steps_for_several_say_on_which_they_can_be_taken(city):
    key = opened()
    keys = filled(key, VILLAGE, {}, {}, {})
    with acting(person(VILLAGE)) as session:
        move_all(session, key, versions(keys[:2]), "submit", "")
    with reading(person(VILLAGE)) as session:
        found = {one.move.key: set(one.seen) for one in moves_for(session, key, tuple(keys))}
    assert found == {"submit": {keys[2]}}  # nobody decides on what they brought there
    with reading(person(TOWN)) as session:
        steps = moves_for(session, key, tuple(keys))
        assert {one.move.key: one.seen for one in steps} == {"approve": versions(keys[:2])}
    with acting(person(TOWN)) as session:
        assert move_all(session, key, steps[0].seen, "approve", "") == 2
    with reading(person(SIBLING)) as session:
        assert moves_for(session, key, tuple(keys)) == ()


# -- files


def exported(viewer: Viewer, register_id: int, ending: str = "csv", **more) -> bytes:
    with acting(viewer) as session:
        return export_entries(session, register_id, new_export_id(), ending, **more)


def rows_of(
    made: bytes, tmp_path: Path, ending: str = "csv"
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    path = tmp_path / f"out.{ending}"
    path.write_bytes(made)
    table = open_table(path)
    return table.header, [row.cells for row in table.rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_holds_the_whole_list_and_can_be_read_again(city, tmp_path, ending):
    key = opened()
    row = {
        "f3": "学习",
        "f4": "1234.5",
        "f5": "2026-07-01",
        "f6": "13800008000",
        "f9": "内部",
        "f10": "秘密",
        "f12": "3",
    }
    filled(key, VILLAGE, row, *({"f2": f"=心愿{n}"} for n in range(60)))
    header, rows = rows_of(exported(person(COUNTY), key, ending), tmp_path, ending)
    assert header == (
        "记录编号", "中心代码", "所在中心", "状态", "编号", "心愿", "类别", "预算（元）", "期限", "电话",
        "实施期", "办理单位", "内部意见", "数量（件）",
    )  # fmt: skip
    assert len(rows) == 61
    last = dict(zip(header, rows[-1], strict=True))
    assert (last["记录编号"], last["中心代码"], last["状态"]) == ("1", VILLAGE, "待提交")
    assert (last["类别"], last["电话"]) == ("学习", "138****8000")
    assert (float(last["预算（元）"]), last["期限"][:10], float(last["数量（件）"])) == (
        1234.5,
        "2026-07-01",
        3,
    )
    assert rows[0][5] == "=心愿59"
    # What was written is read as the same values.
    for field in FIELDS[2:5]:
        heading = "预算（元）" if field.kind == "money" else field.label
        assert KINDS[field.kind].read(last[heading], field, None) in ("study", "1234.5", "2026-07-01")


def test_a_file_shows_no_more_than_the_list(city, tmp_path):
    key = opened()
    filled(key, VILLAGE, {"f9": "内部", "f4": "10"}, {"f4": "90"})
    filled(key, SIBLING, {"f4": "95"})
    header, rows = rows_of(exported(person(TOWN), key, filters=(Filter("f4", How.FROM, "50"),)), tmp_path)
    assert "内部意见" not in header
    assert "不外传" not in header
    assert len(rows) == 1


def test_who_took_what_out_stands_in_the_chain_and_in_the_file(city):
    key = opened()
    filled(key, VILLAGE, {})
    viewer = person(COUNTY)
    with acting(viewer) as session:
        number = new_export_id()
        made = export_entries(session, key, number, "csv", words="状态：待提交", reason="月报")
    text = made.decode("utf-8-sig")
    assert number in text
    assert viewer.name in text
    with system_reading() as session:
        row = session.scalars(select(AuditEntry).where(AuditEntry.event == "exported")).one()
    after = json.loads(row.after)
    assert (row.subject, after["rows"], after["reason"], after["kind"]) == (number, 1, "月报", "csv")
    assert len(after["sha256"]) == 64


def test_many_rows_leave_only_with_a_reason(city, monkeypatch):
    monkeypatch.setattr(exporting, "WITHOUT_REASON", 2)
    key = opened()
    filled(key, VILLAGE, {}, {}, {})
    with pytest.raises(BadInput, match="请写明用途"):
        exported(person(COUNTY), key)
    with pytest.raises(BadInput, match="请写明用途"):
        exported(person(COUNTY), key, reason="   ")
    assert exported(person(COUNTY), key, reason="月报")
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    with pytest.raises(BadInput, match="一次最多导出2行"):
        exported(person(COUNTY), key, reason="月报")


def test_long_lists_are_fetched_in_parts(city, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 2)
    key = opened()
    filled(key, VILLAGE, *({"f2": f"心愿{n}"} for n in range(5)))
    _header, rows = rows_of(exported(person(COUNTY), key), tmp_path)
    assert [row[0] for row in rows] == ["5", "4", "3", "2", "1"]


def test_only_those_who_may_take_entries_out(city):
    closed = opened(Design("不导出", fields=FIELDS[:3], title=("f2",), exported=False))
    key = opened()
    with pytest.raises(NotAllowed):
        exported(person(COUNTY, Role.VIEWER), key)
    with pytest.raises(NotAllowed, match="不能导出"):
        exported(person(COUNTY), closed)
    with pytest.raises(NotFound):
        exported(person(COUNTY), 987_654)
    for ending in ("docx", "", "../x"):
        with pytest.raises(BadInput):
            exported(person(COUNTY), key, ending)


def test_find_and_file_agree_on_search_and_order(city, tmp_path):
    key = opened()
    filled(key, VILLAGE, *({"f2": f"心愿{n}", "f4": str(n)} for n in (3, 1, 2)), {"f2": "别的"})
    asked = {"search": "心愿", "order": "f4", "downward": False}
    with reading(person(COUNTY)) as session:
        shown = [row.title for row in find_entries(session, key, **asked).rows]
    _header, rows = rows_of(exported(person(COUNTY), key, **asked), tmp_path)
    assert shown == [row[5] for row in rows] == ["心愿1", "心愿2", "心愿3"]
