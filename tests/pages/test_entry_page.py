"""One entry on the screen: filled in, refused without a loss, moved on, changed by two, brought back."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.audit import AuditEntry
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.fields.field import Choice, Field
from lib.registers.attachments.commands import add_attachment
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import By, Design, Move, Rule, Stage, StageKind
from lib.registers.entries.commands import edit_entry, make_entry, move_entry
from lib.registers.entries.queries import EntryCard, entry_card
from lib.registers.queries import designs_of
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, address, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
DIRECTOR, TOWN, VILLAGE = "chengguan.director", "jiuquanlu.director", "v620102001001.duty"
COUNTY_CODE, VILLAGE_CODE = "620102", "620102001001"
DESIGN = Design(
    "心愿",
    sections=("联系",),
    fields=(
        Field("f1", "serial", "编号", default="WX"),
        Field("f2", "text", "心愿", "Wish", required=True, longest=10, help="一句话<b>*"),
        Field("f3", "phone", "电话", section="联系"),
        Field("f4", "choice", "类别", choices=(Choice("a", "学习", "Study"), Choice("b", "生活", "Life"))),
        Field("f5", "choices", "帮助", choices=(Choice("a", "送货"), Choice("b", "安装"))),
        Field("f6", "number", "数量", unit="个"),
        Field("f7", "money", "单价"),
        Field("f8", "formula", "合计", formula="[数量]×[单价]", places=2),
        Field("f9", "date", "日期"),
        Field("f10", "period", "期限"),
        Field("f11", "time", "时间"),
        Field("f12", "yes_no", "困难家庭"),
        Field("f13", "long_text", "说明"),
        Field("f14", "grid", "网格"),
        Field("f15", "attachment", "照片"),
        Field("f16", "text", "县里的话", seen_by=("county",)),
        Field("f17", "text", "镇里的话", edited_by=("town",)),
        Field("f18", "formula", "县里的数", formula="[数量]+[单价]", seen_by=("county",)),
    ),
    rules=(Rule("[合计]≤900", "合计不能超过900元。"),),
    stages=(
        Stage("draft", "待提交", "Draft", StageKind.DRAFT, editable=True),
        Stage("waiting", "待审核", "Waiting", StageKind.WAITING),
        Stage("done", "已通过", "Passed"),
    ),
    moves=(
        Move("submit", "提交", "Submit", ("draft",), "waiting", By.OWN),
        Move("approve", "通过", "Pass", ("waiting",), "done", By.ABOVE, decides=True, by_another=True),
        Move("back", "退回", "Return", ("waiting",), "draft", By.ABOVE, decides=True, asks_reason=True),
    ),
    title=("f2",),
    filled_by=("village",),
)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("entries") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def person(username: str) -> Viewer:
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def register(design: Design = DESIGN) -> int:
    with acting(person(DIRECTOR)) as session:
        key = make_register(session, COUNTY_CODE, replace(design, name=f"心愿{next(_numbers)}"))
        use_draft(session, key, designs_of(session, key)[0].seen)
    return key


def planted(register_id: int, **typed: object) -> int:
    with acting(person(VILLAGE)) as session:
        return make_entry(session, register_id, VILLAGE_CODE, {"f2": "书包", "f3": "13800008000"} | typed)


def card(entry: int, username: str = VILLAGE) -> EntryCard:
    with reading(person(username)) as session:
        return entry_card(session, entry)


def button(page: AppTest, label: str) -> Any:
    found = [one for one in page.main.button if one.label == label]
    assert len(found) == 1, (label, [one.label for one in page.main.button])
    return found[0]


def field(page: AppTest, kind: str, key: str) -> Any:
    return next(one for one in getattr(page.main, kind) if one.key == key)


def test_a_new_entry_of_every_kind_of_field(city: Path, draw: Draw) -> None:
    key = register()
    page = draw(VILLAGE, "entry", register=str(key), new="1")
    assert_whole(page)
    name = f"new entry of {key}"
    for number, text in {"f2": "想要书包", "f3": "１３９００００１１１１", "f6": "3", "f7": "¥1.5"}.items():
        field(page, "text_input", f"{name} {number}").set_value(text)
    field(page, "selectbox", f"{name} f4").set_value("学习")
    field(page, "button_group", f"{name} f5").set_value(["安装"])
    field(page, "date_input", f"{name} f9").set_value(date(2026, 7, 1))
    field(page, "date_input", f"{name} f10 from").set_value(date(2026, 7, 1))
    field(page, "date_input", f"{name} f10 to").set_value(date(2026, 7, 9))
    field(page, "time_input", f"{name} f11").set_value(time(14, 30))
    field(page, "radio", f"{name} f12").set_value("否")
    field(page, "text_area", f"{name} f13").set_value("一行\n两行")
    field(page, "text_input", f"{name} f14").set_value(VILLAGE_CODE)
    button(page, "保存").click()
    page.run()
    assert_whole(page)
    assert "entry" in address(page), said(page)
    found = card(int(address(page)["entry"]))
    assert found.row.cells | {"f14": "", "f1": ""} == {
        "f1": "", "f2": "想要书包", "f3": "139****1111", "f4": "学习", "f5": "安装", "f6": "3", "f7": "1.50",
        "f8": "4.50", "f9": "2026-07-01", "f10": "2026-07-01至2026-07-09", "f11": "14:30", "f12": "否",
        "f13": "一行\n两行", "f14": "",
    }  # fmt: skip
    assert found.row.cells["f14"].startswith(VILLAGE_CODE)
    assert "县里的" not in said(page)


def test_what_is_refused_stays_and_each_problem_stands_at_its_field(city: Path, draw: Draw) -> None:
    key = register()
    entry = planted(key)
    page = draw(VILLAGE, "entry", entry=str(entry))
    field(page, "text_input", f"entry {entry} f2").set_value("太长太长太长太长太长太长")
    field(page, "text_input", f"entry {entry} f6").set_value("很多")
    button(page, "保存").click()
    page.run()
    assert_whole(page)
    assert field(page, "text_input", f"entry {entry} f2").value == "太长太长太长太长太长太长"
    assert field(page, "text_input", f"entry {entry} f6").value == "很多"
    assert ["有2处要改" in one.value for one in page.main.error] == [True]
    told = [one.value for one in page.main.markdown if one.value.startswith(":red[")]
    assert len(told) == 2
    assert "数量" in told[1]
    field(page, "text_input", f"entry {entry} f2").set_value("书包")
    field(page, "text_input", f"entry {entry} f6").set_value("10")
    field(page, "text_input", f"entry {entry} f7").set_value("100")
    button(page, "保存").click()
    page.run()
    assert "合计不能超过900元" in said(page)
    field(page, "text_input", f"entry {entry} f7").set_value("10")
    button(page, "保存").click()
    page.run()
    assert [one.value for one in page.main.success] == ["已保存。"]
    assert not [one for one in page.main.markdown if one.value.startswith(":red[")]
    assert card(entry).row.cells["f8"] == "100.00"
    assert "= 数量 × 单价 = 10 × 10" in said(page).replace("\\", "")


def test_masked_fields_stay_as_they_are_until_they_are_typed_again(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    box = field(page, "text_input", f"entry {entry} f3")
    assert box.value == "138****8000"
    assert "13800008000" not in said(page)
    field(page, "text_input", f"entry {entry} f2").set_value("轮椅")
    button(page, "保存").click()
    page.run()
    assert card(entry).row.cells["f3"] == "138****8000"
    why = next(one for one in page.main.text_input if one.label == "查看理由（必填）")
    why.set_value("核对")
    button(page, "查看一次").click()
    page.run()
    assert "13800008000" in said(page)
    assert not any("13800008000" in str(value) for value in page.session_state._state.filtered_state.values())
    page.run()
    assert "13800008000" not in said(page)
    with system_reading() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.event == "numbers shown")).all()


def test_two_people_at_the_same_entry(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    field(page, "text_input", f"entry {entry} f2").set_value("我写的")
    with acting(person(TOWN)) as session:
        edit_entry(session, entry, {"f2": "镇里写的", "f17": "已阅"}, 1)
    button(page, "保存").click()
    page.run()
    assert card(entry).row.cells["f2"] == "镇里写的"
    assert field(page, "text_input", f"entry {entry} f2").value == "我写的"
    assert "镇里写的" in said(page)
    button(page, "保留我填写的").click()
    page.run()
    button(page, "保存").click()
    page.run()
    assert card(entry).row.cells["f2"] == "我写的"
    assert card(entry).row.cells["f17"] == "已阅"


def test_steps_keep_what_was_typed_and_ask_for_reasons(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    assert [one.label for one in page.main.button if one.key and one.key.startswith("move ")] == ["提交"]
    field(page, "text_input", f"entry {entry} f2").set_value("新书包")
    button(page, "提交").click()
    page.run()
    assert_whole(page)
    assert (card(entry).row.state, card(entry).row.cells["f2"]) == ("waiting", "新书包")
    assert not [one for one in page.main.text_input if one.key == f"entry {entry} f2"]
    above = draw(TOWN, "entry", entry=str(entry))
    button(above, "确定退回").click()
    above.run()
    assert card(entry).row.state == "waiting"
    assert above.main.error
    field(above, "text_area", f"reason to back entry {entry}").set_value("写清楚")
    button(above, "确定退回").click()
    above.run()
    assert card(entry).row.state == "draft"
    assert "写清楚" in said(above)


def test_a_step_that_is_refused_for_a_field_writes_nothing(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    field(page, "text_input", f"entry {entry} f6").set_value("许多")
    button(page, "提交").click()
    page.run()
    assert card(entry).row.state == "draft"
    assert field(page, "text_input", f"entry {entry} f6").value == "许多"
    assert "不是数字" in said(page)


def test_history_comments_removing_and_versions(city: Path, draw: Draw) -> None:
    entry = planted(register())
    with acting(person(VILLAGE)) as session:
        edit_entry(session, entry, {"f2": "轮椅"}, 1)
    page = draw(VILLAGE, "entry", entry=str(entry))
    assert "心愿：书包 → 轮椅" in said(page)
    button(page, "恢复到这一版").click()
    page.run()
    assert card(entry).row.cells["f2"] == "书包"
    assert field(page, "text_input", f"entry {entry} f2").value == "书包"
    field(page, "text_area", f"comment on entry {entry}").set_value("![图](http://x.example/a)")
    button(page, "发表留言").click()
    page.run()
    assert r"\!\[图\]" in said(page)
    button(page, "确定删除").click()
    page.run()
    assert not card(entry).row.removed
    field(page, "text_area", f"reason to remove entry {entry}").set_value("重复")
    button(page, "确定删除").click()
    page.run()
    assert_whole(page)
    assert card(entry).row.removed
    button(page, "恢复这条记录").click()
    page.run()
    assert not card(entry).row.removed


def test_files_are_added_and_removed(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    box = page.main.file_uploader[0]
    box.set_value(
        [("现场.png", b"\x89PNG\r\n\x1a\n0000", "image/png"), ("坏.pdf", b"MZ\x00", "application/pdf")]
    )
    page.run()
    button(page, "添加到记录").click()
    page.run()
    assert card(entry).attachments == ()  # all of them or none
    page.main.file_uploader[0].set_value([("现场.png", b"\x89PNG\r\n\x1a\n0000", "image/png")])
    page.run()
    button(page, "添加到记录").click()
    page.run()
    assert_whole(page)
    assert [one.name for one in card(entry).attachments] == ["现场.png"]
    button(page, "删除附件").click()
    page.run()
    assert card(entry).attachments == ()


def test_suggestions_are_chosen(city: Path, draw: Draw) -> None:
    entry = planted(register())
    page = draw(VILLAGE, "entry", entry=str(entry))
    field(page, "text_input", f"entry {entry} f14").set_value("网格")
    page.run()
    offered = field(page, "button_group", f"entry {entry} f14 suggested")
    assert offered.options
    chosen = next(one.content if hasattr(one, "content") else one for one in offered.options)
    offered.set_value(chosen)
    page.run()
    assert field(page, "text_input", f"entry {entry} f14").value == chosen
    button(page, "保存").click()
    page.run()
    assert card(entry).row.cells["f14"] == chosen


def test_a_town_writes_for_one_of_its_villages(city: Path, draw: Draw) -> None:
    key = register()
    page = draw(TOWN, "entry", register=str(key), new="1")
    name = f"new entry of {key}"
    field(page, "text_input", f"{name} f2").set_value("书包")
    button(page, "保存").click()
    page.run()
    assert "entry" not in address(page)
    assert field(page, "text_input", f"{name} f2").value == "书包"
    field(page, "text_input", f"{name} center").set_value(VILLAGE_CODE)
    button(page, "保存").click()
    page.run()
    assert card(int(address(page)["entry"])).row.center_code == VILLAGE_CODE


def test_older_designs_and_retired_fields_are_read_only(city: Path, draw: Draw) -> None:
    key = register()
    entry = planted(key, f13="旧的说明")
    with acting(person(DIRECTOR)) as session:
        now = designs_of(session, key)[0]
        fields = tuple(replace(one, retired=one.key == "f13") for one in now.design.fields)
        seen = save_draft(session, key, replace(now.design, fields=fields), None)
        use_draft(session, key, seen)
    page = draw(VILLAGE, "entry", entry=str(entry))
    assert_whole(page)
    assert "旧的说明" in said(page)
    assert not [one for one in page.main.text_area if one.key == f"entry {entry} f13"]
    assert "较早的设计" in said(page)


@pytest.mark.parametrize("username", list(ACCOUNTS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_role_sees_it_or_is_told(city: Path, draw: Draw, username: str, lang: str) -> None:
    entry = planted(register(), f6="3", f7="2", f16="县里说的")
    with acting(person(VILLAGE)) as session:
        add_attachment(session, entry, "f15", "a.png", b"\x89PNG\r\n\x1a\n1")
    seen = card(entry).row.version
    with acting(person(VILLAGE)) as session:
        move_entry(session, entry, "submit", "", seen)
    page = draw(username, "entry", lang=lang, entry=str(entry))
    assert_whole(page)
    reads = Permission.READ_REGISTERS in GRANTS[ACCOUNTS[username]]
    assert ("书包" in said(page)) == (reads and ACCOUNTS[username].value != "department_handler")
    assert "13800008000" not in said(page)


def test_nonsense_and_foreign_entries_say_the_same(city: Path, draw: Draw) -> None:
    entry = planted(register())
    answers = set()
    for value in (*GARBAGE, "0"):
        page = draw(DIRECTOR, "entry", entry=value)
        assert_whole(page)
        answers.add(page.main.error[0].value if page.main.error else said(page))
    assert len(answers) == 1
    for value in GARBAGE:
        assert_whole(draw(DIRECTOR, "entry", register=value, new=value))
    assert_whole(draw(DIRECTOR, "entry", entry=str(entry), register="x", new="1", center="%"))
