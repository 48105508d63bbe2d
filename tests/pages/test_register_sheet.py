"""Registers as a spreadsheet and from a file, on the screen: what is typed is shown, kept, saved and taken
back."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.register import ChangeSetKind, Register
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.imports.file import open_file
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import change_sets_of
from lib.registers.commands import close_register, reopen_register
from lib.registers.entries.commands import edit_entry, remove_entry
from lib.ui.importing_upload import Upload, count_key, upload_key
from lib.ui.register_sheet import changes_of
from lib.ui.sheet_draft import Draft, Line, overlaid
from tests.lib.importing import xlsx
from tests.lib.ledgers import WISHES, entries, in_use
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw
from tests.running import at_database

__all__ = ["draw"]
COUNTY, TOWN, VILLAGE = "620102", "620102001", "620102001001"
CLERK, COLLEAGUE = "v620102001001.duty", "jiuquanlu.director"
HEAD = ("编号", "填报中心", "心愿内容", "联系电话", "类别", "单价（元）", "数量")
FILLS = [name for name, role in ACCOUNTS.items() if Permission.FILL_REGISTERS in GRANTS[role]]


@pytest.fixture(scope="module")
def kept(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city with a register of ours in use."""
    path = tmp_path_factory.mktemp("sheet") / "kept.db"
    shutil.copy(small_city, path)
    with at_database(path):
        in_use(viewer("chengguan.director"), center_code=COUNTY)
    return path


@pytest.fixture
def city(kept: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "city.db"
    shutil.copy(kept, path)
    with at_database(path):
        yield path


@pytest.fixture
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def viewer(username: str) -> Viewer:
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def register_id() -> int:
    with system_reading() as session:
        return session.scalars(select(Register.id).where(Register.name == "微心愿台账")).one()


def plant(count: int = 3) -> None:
    rows = [RowChange(None, {"f2": f"心愿{n}", "f3": "13800008000", "f5": f"{n}"}) for n in range(count)]
    with acting(viewer(CLERK)) as session:
        save_changes(session, register_id(), ChangeSetKind.EDITOR, "", rows)


def wishes() -> list[str]:
    return [row.cells["f2"] for row in entries(viewer(CLERK), register_id())]


def edits(mount: int = 1, **said: Any) -> tuple[str, dict[str, Any]]:
    whole = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | said
    return f"rows of sheet register {register_id()} {mount}", whole


def sheet(draw: Draw, username: str = CLERK, **query: Any) -> AppTest:
    return draw(username, "register_sheet", register=str(register_id()), **query)


def typed(page: AppTest, mount: int = 1, **said: Any) -> AppTest:
    key, whole = edits(mount, **said)
    page.session_state[key] = whole
    page.run()
    assert_whole(page)
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def told(page: AppTest) -> str:
    return " ".join(one.value for one in (*page.error, *page.warning, *page.success))


def frame(page: AppTest, column: str) -> Any:
    return next(one.value for one in page.dataframe if column in one.value.columns)


# -- the sheet


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("username", FILLS)
def test_everybody_who_fills_sees_the_sheet_and_the_import(draw: Draw, username: str, lang: str) -> None:
    plant()
    for name in ("register_sheet", "register_import"):
        page = draw(username, name, lang=lang, register=str(register_id()))
        assert_whole(page)


@pytest.mark.parametrize("said", GARBAGE)
def test_nonsense_in_the_address_gets_a_sentence(draw: Draw, said: str) -> None:
    for name in ("register_sheet", "register_import"):
        page = draw(CLERK, name, register=said, f5=said, state=said, center=said)
        assert not page.exception
    page = draw(CLERK, "register_sheet", register=str(register_id()), f5=f"from~{said}", state=said, q=said)
    assert not page.exception


def test_an_edit_is_shown_saved_and_taken_back(draw: Draw) -> None:
    plant()
    page = typed(
        sheet(draw), edited_rows={0: {"f2": "大心愿", "f5": 9.5}, 1: {"f2": "心愿1"}},
        added_rows=[{"f2": "新心愿", "f4": "学习", "f8": "2026-07-01", "f12": True, "f13": ["老人"]}],
        deleted_rows=[2],
    )  # fmt: skip
    assert page.subheader[0].value == "将要新增1条、修改1条、删除1条"
    preview = frame(page, "改为")
    assert ("心愿2", "大心愿") in set(zip(preview["原来"], preview["改为"], strict=True))
    press(page, "save the sheet")
    assert "已保存3行改动" in told(page)
    assert wishes() == ["心愿1", "大心愿", "新心愿"]
    newest = entries(viewer(CLERK), register_id())[-1]
    assert (newest.cells["f8"], newest.kept["f12"], newest.kept["f13"]) == ("2026-07-01", "1", ("old",))
    press(page, "undo the last save")
    assert "恢复原样" in told(page)
    assert wishes() == ["心愿0", "心愿1", "心愿2"]
    with reading(viewer(CLERK)) as session:
        assert change_sets_of(session, register_id())[0].undone_by


def test_what_is_wrong_is_told_at_its_cell_and_nothing_typed_is_lost(draw: Draw) -> None:
    plant()
    wrong = {0: {"f3": "12", "f5": 99999.0}, 1: {"f2": "好的"}}
    page = typed(sheet(draw), edited_rows=wrong)
    assert "有2处要改" in told(page)
    shown = frame(page, "问题")
    assert list(shown["编号"].dropna())[:2] == [3, 3]
    assert any("不是电话号码" in str(one) for one in shown["问题"])
    assert page.button("save the sheet").disabled
    assert wishes() == ["心愿0", "心愿1", "心愿2"]
    page = typed(page, edited_rows=wrong | {0: {"f3": "13911112222", "f5": 5.0}})
    press(page, "save the sheet")
    assert wishes() == ["心愿0", "好的", "心愿2"]


def test_filters_choose_the_rows_and_do_not_drop_what_is_typed(draw: Draw) -> None:
    plant()
    page = sheet(draw, f5="from~2")
    page = typed(page, edited_rows={0: {"f2": "改了"}})
    page.query_params["f5"] = "from~1"
    page.run()
    assert "还有没保存的改动" in told(page)
    press(page, "save the sheet")
    assert wishes() == ["心愿0", "心愿1", "改了"]
    again = typed(sheet(draw, f5="from~1"), edited_rows={0: {"f2": "再改"}})
    again.query_params["f5"] = "from~0"
    again.run()
    press(again, "give up the sheet")
    assert "还有没保存的改动" not in told(again)
    assert wishes() == ["心愿0", "心愿1", "改了"]


@pytest.mark.parametrize(("mine", "expected"), [(True, "我填的"), (False, "别人填的")])
def test_who_was_quicker_is_shown_beside_and_the_person_chooses(
    draw: Draw, mine: bool, expected: str
) -> None:
    plant()
    page = typed(sheet(draw), edited_rows={0: {"f2": "我填的"}, 1: {"f2": "也是我"}})
    other = entries(viewer(CLERK), register_id())[2]
    with acting(viewer(COLLEAGUE)) as session:
        edit_entry(session, other.id, {"f2": "别人填的"}, other.version)
    page.run()
    assert "1条记录在您打开之后被别人改过" in told(page)
    beside = frame(page, "您填的")
    assert [list(beside[name]) for name in ("您打开时", "现在", "您填的")] == [
        ["心愿2"], ["别人填的"], ["我填的"],
    ]  # fmt: skip
    assert page.button("save the sheet").disabled
    press(page, f"settle {other.id} {mine}")
    press(page, "save the sheet")
    assert wishes() == ["心愿0", "也是我", expected]


def test_a_row_that_was_taken_out_meanwhile_is_let_go(draw: Draw) -> None:
    plant()
    page = typed(sheet(draw), edited_rows={0: {"f2": "我填的"}, 1: {"f2": "也是我"}})
    gone = entries(viewer(CLERK), register_id())[2]
    with acting(viewer(COLLEAGUE)) as session:
        remove_entry(session, gone.id, "重复", gone.version)
    page.run()
    assert "已删除" in " ".join(str(one) for one in frame(page, "问题")["问题"])


def test_a_person_who_comes_back_finds_what_was_typed(draw: Draw) -> None:
    plant()
    page = typed(sheet(draw), edited_rows={0: {"f2": "没存的"}}, added_rows=[{"f2": "新的"}])
    page.switch_page("pages/register_import.py").run()
    assert not page.exception
    page.switch_page("pages/register_sheet.py").run()
    assert not page.exception
    assert page.subheader[0].value == "将要新增1条、修改1条、删除0条"
    press(page, "save the sheet")
    assert wishes() == ["心愿0", "心愿1", "没存的", "新的"]


def test_what_cannot_be_edited_is_not_changed_by_a_browser(draw: Draw) -> None:
    plant()
    page = typed(sheet(draw), edited_rows={0: {"serial": 5, "f1": "WXY-1", "f7": "9"}})
    assert not page.subheader
    assert wishes() == ["心愿0", "心愿1", "心愿2"]


@pytest.mark.parametrize(
    "said",
    [
        {"edited_rows": {"x": {"f2": "1"}, "99": {"f2": "1"}, 0: "no"}, "deleted_rows": ["0", None, 77]},
        {"added_rows": ["no", {"unknown": 1}, {}], "edited_rows": None, "deleted_rows": None},
        {"edited_rows": {0: {"f14": "x", "__class__": "y", "f2": "心愿2"}}},
        {"edited_rows": {"0": {"f5": float("nan")}}, "added_rows": [{"f2": " ", "f13": []}]},
        "no", None, [],
    ],
)  # fmt: skip
def test_nonsense_from_a_browser_is_no_change(said: Any) -> None:
    fields = [one for one in WISHES.standing if one.key in ("f2", "f5", "f13")]
    draft = Draft((Line(7, 1, {"serial": 1, "f2": "心愿2"}),))
    found = overlaid(draft, said, ["f2", "f5", "f13"])
    assert changes_of(found, fields, VILLAGE) == []


def test_a_town_adds_rows_for_its_villages_and_moves_none(draw: Draw) -> None:
    plant(1)
    page = sheet(draw, COLLEAGUE)
    page = typed(
        page,
        edited_rows={0: {"center": TOWN}},
        added_rows=[{"f2": "镇的"}, {"f2": "村的", "center": VILLAGE}],
    )
    assert "已有记录不能换中心" in told(page).replace("\\", "")
    press(page, "save the sheet")
    found = [(row.center_code, row.cells["f2"]) for row in entries(viewer(COLLEAGUE), register_id())]
    assert found == [(VILLAGE, "心愿0"), (TOWN, "镇的"), (VILLAGE, "村的")]


def test_a_closed_register_is_not_edited(draw: Draw) -> None:
    with acting(viewer("chengguan.director")) as session:
        close_register(session, register_id())
    for name in ("register_sheet", "register_import"):
        page = draw(CLERK, name, register=str(register_id()))
        assert "已停用" in page.info[0].value
    with acting(viewer("chengguan.director")) as session:
        reopen_register(session, register_id())


# -- the import


def held_bytes() -> list[bytes]:
    """The files that Streamlit still keeps for anybody."""
    managers = [one for one in gc.get_objects() if isinstance(one, MemoryUploadedFileManager)]
    return [file.data for one in managers for held in one.file_storage.values() for file in held.values()]


def uploaded(draw: Draw, *rows: tuple[Any, ...], name: str = "心愿.xlsx", **preset: Any) -> AppTest:
    number = register_id()
    sheets = open_file(name, xlsx([HEAD, *rows]))
    preset = {
        upload_key(f"register {number}"): Upload(name, sheets, 1),
        count_key(f"register {number}"): 1,
    } | preset
    page = draw(CLERK, "register_import", preset, register=str(number))
    assert_whole(page)
    return page


def test_a_file_is_opened_and_its_bytes_let_go(draw: Draw) -> None:
    page = draw(CLERK, "register_import", register=str(register_id()))
    content = xlsx([HEAD, (None, None, "书包", None, None, 1, 1)])
    page.file_uploader[0].set_value(("心愿.xlsx", content, "application/octet-stream")).run()
    assert_whole(page)
    assert not page.file_uploader
    assert [one.value for one in page.metric] == ["1", "0", "0", "0"]
    assert content not in held_bytes()
    press(page, "give up the file")
    assert page.file_uploader
    for name, bad in (("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600), ("图.png", b"\x89PNG")):
        page.file_uploader[0].set_value((name, bad, "application/octet-stream")).run()
        assert not page.exception
        assert name.partition(".")[0] in told(page)


def test_new_and_changed_rows_are_shown_saved_and_taken_back_as_a_whole(draw: Draw) -> None:
    plant(2)
    page = uploaded(
        draw,
        ("WXY2026-00001", None, "改了", "138****8000", None, 0, 1),
        (None, None, "新的", None, "学习", 2, 3),
    )
    assert [one.value for one in page.metric] == ["1", "1", "0", "0"]
    assert "改了" in set(frame(page, "改为")["改为"])
    press(page, "save the import")
    assert "已导入：新增1条，修改1条。" in told(page).replace("\\", "")
    assert wishes() == ["改了", "心愿1", "新的"]
    press(page, "undo the last save")
    assert wishes() == ["心愿0", "心愿1"]


def test_problems_are_told_by_row_and_column_and_the_good_rows_come_alone(draw: Draw) -> None:
    page = uploaded(draw, (None, None, "好的", None, None, 1, 1), (None, None, None, "12", None, "贵", 1))
    faults = frame(page, "标题")
    assert {(row, letter) for row, letter in zip(faults["行"], faults["列"], strict=True)} == {
        (3, "C"), (3, "D"), (3, "F"),
    }  # fmt: skip
    assert "只导入没有问题的1行" in page.button("save the import").label
    press(page, "save the import")
    assert wishes() == ["好的"]
    assert [one.label for one in page.get("download_button")].count("下载没有导入的行") == 1


def test_a_column_is_matched_by_the_person(draw: Draw) -> None:
    number = register_id()
    sheets = open_file("表.xlsx", xlsx([("想要的东西", "数量"), ("书包", 1)]))
    preset = {
        upload_key(f"register {number}"): Upload("表.xlsx", sheets, 1),
        count_key(f"register {number}"): 1,
    }
    page = draw(CLERK, "register_import", preset, register=str(number))
    assert "必填的字段还没有对应的列" in told(page).replace("\\", "")
    assert page.button("save the import").disabled
    page.session_state["matching of file 1 Sheet1"] = {"edited_rows": {0: {"field": "心愿内容"}}}
    page.run()
    assert_whole(page)
    press(page, "save the import")
    assert wishes() == ["书包"]


def test_a_large_table_is_tried_when_the_person_says_so(draw: Draw) -> None:
    page = uploaded(draw, *[(None, None, f"心愿{n}", None, None, 1, 1) for n in range(2001)])
    assert not page.metric
    press(page, "try the import")
    assert [one.value for one in page.metric] == ["2,001", "0", "0", "0"]
    press(page, "save the import")
    assert len(wishes()) == 2001


def test_who_was_quicker_is_not_overwritten(draw: Draw) -> None:
    plant(1)
    page = uploaded(draw, ("WXY2026-00001", None, "改了", None, None, 0, 1))
    [other] = entries(viewer(CLERK), register_id())
    with acting(viewer(COLLEAGUE)) as session:
        edit_entry(session, other.id, {"f2": "别人填的"}, other.version)
    press(page, "save the import")
    assert "刚被别人改过" in told(page)
    assert wishes() == ["别人填的"]
    press(page, "try again")
    press(page, "save the import")
    assert wishes() == ["改了"]
