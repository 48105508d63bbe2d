"""The roster from a file, on the screen: what is found is shown, corrected, saved and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.grid import Grid, GridSize
from db.models.roster import Person, Post
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.imports.file import open_file
from lib.ui.importing_upload import Upload, count_key, upload_key
from lib.ui.roster_import import KEY
from tests.lib.importing import xlsx
from tests.pages.test_pages import ACCOUNTS, Draw, assert_whole, draw
from tests.running import at_database

__all__ = ["draw"]
DIRECTOR = "chengguan.director"
HEAD = ("姓名", "联系电话", "岗位", "网格", "备注")
KEEPS = [name for name, role in ACCOUNTS.items() if Permission.KEEP_ROSTER in GRANTS[role]]


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "city.db"
    shutil.copy(small_city, path)
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


def grids() -> list[str]:
    with system_reading() as session:
        wanted = select(Grid.code).where(Grid.size == GridSize.SMALL, Grid.center_code.startswith("620102"))
        return list(session.scalars(wanted.order_by(Grid.code).limit(2)))


def called(name: str) -> list[tuple[str, bool]]:
    """Whoever is called so: in which grid, and whether for good."""
    with system_reading() as session:
        rows = session.execute(
            select(Grid.code, Post.until)
            .join(Grid, Grid.id == Post.grid_id)
            .join(Person, Person.id == Post.person_id)
            .where(Person.name == name)
            .order_by(Post.id)
        )
        return [(code, until is None) for code, until in rows]


def uploaded(draw: Draw, *rows: tuple[Any, ...], head: tuple[str, ...] = HEAD, number: int = 1) -> AppTest:
    sheets = open_file("队伍.xlsx", xlsx([head, *rows]))
    preset = {upload_key(KEY): Upload("队伍.xlsx", sheets, number), count_key(KEY): number}
    page = draw(DIRECTOR, "roster_import", preset)
    assert_whole(page)
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def told(page: AppTest) -> str:
    return " ".join(one.value for one in (*page.error, *page.warning, *page.success)).replace("\\", "")


def frame(page: AppTest, column: str) -> Any:
    return next(one.value for one in page.dataframe if column in one.value.columns)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("username", KEEPS)
def test_everybody_who_keeps_the_roster_sees_the_page(draw: Draw, username: str, lang: str) -> None:
    assert_whole(draw(username, "roster_import", lang=lang))


def test_a_file_is_opened_checked_saved_and_taken_back(draw: Draw) -> None:
    page = draw(DIRECTOR, "roster_import")
    content = xlsx([HEAD, ("甲某某", "13800008001", "物业", grids()[0], None)])
    page.file_uploader[0].set_value(("队伍.xlsx", content, "application/octet-stream")).run()
    assert_whole(page)
    assert [one.value for one in page.metric] == ["1", "0", "0", "0"]
    assert "138****8001" in set(frame(page, "改为")["改为"])
    press(page, "save the import")
    assert "已导入：新增1条，修改0条。" in told(page)
    assert called("甲某某") == [(grids()[0], True)]
    press(page, "undo the last save")
    assert called("甲某某") == []


def test_a_move_is_shown_before_it_is_made(draw: Draw) -> None:
    first, second = grids()
    head, line = (*HEAD, "上岗日期"), ("甲某某", "13800008001", "物业", first, None, "2026-01-01")
    press(uploaded(draw, line, head=head), "save the import")
    page = uploaded(draw, (*line[:3], second, *line[4:]), head=head, number=2)
    assert [one.value for one in page.metric] == ["0", "1", "0", "0"]
    assert "调岗" in "".join(frame(page, "变动")["变动"])
    press(page, "save the import")
    assert called("甲某某") == [(first, False), (second, True)]


def test_problems_are_told_by_row_and_column_and_the_good_rows_come_alone(draw: Draw) -> None:
    page = uploaded(draw, ("甲某某", None, "物业", grids()[0], None), ("乙某某", "12", "楼长", "999", None))
    faults = frame(page, "标题")
    assert set(zip(faults["行"], faults["列"], strict=True)) == {(3, "B"), (3, "C"), (3, "D")}
    assert "只导入没有问题的1行" in page.button("save the import").label
    press(page, "save the import")
    assert called("甲某某")
    assert [one.label for one in page.get("download_button")].count("下载没有导入的行") == 1


def test_a_column_is_matched_by_the_person(draw: Draw) -> None:
    page = uploaded(draw, ("甲某某", "物业", grids()[0]), head=("谁", "岗位", "网格"))
    assert "必填的字段还没有对应的列" in told(page)
    assert page.button("save the import").disabled
    page.session_state["matching of file 1 Sheet1"] = {"edited_rows": {0: {"field": "姓名"}}}
    page.run()
    press(page, "save the import")
    assert called("甲某某")
