"""Patrols and visits on the screen: the day's answer at every level, writing down by phone, correcting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.duty import Campaign, Patrol, Visit
from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.ui import duty_entry
from lib.ui.duty_answer import OVER
from tests.lib.importing import xlsx
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, address, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_GRIDS in GRANTS[role]]
RECORDS = [name for name, role in ACCOUNTS.items() if Permission.RECORD_DUTY in GRANTS[role]]
VILLAGE, TOWN, COUNTY, CITY = "620102001001", "620102001", "620102", "6201"
OFFICER = "v620102001001.duty"
VIEWS = ("child", "grid", "person", "campaign", "visits", "patrols")


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("duty") / "city.db"
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


@pytest.fixture(scope="module")
def grid(city: Path) -> tuple[str, int]:
    """A grid of the village with a gridworker: its code and its key."""
    with system_reading() as session:
        found = session.execute(
            select(Grid.code, Grid.id)
            .join(Post, Post.grid_id == Grid.id)
            .where(
                Grid.center_code == VILLAGE, Grid.size == GridSize.SMALL, Post.role == PostRole.FULL_TIME,
                Post.until.is_(None), Post.covers_id.is_(None),
            )
            .order_by(Grid.code)
        ).first()  # fmt: skip
        assert found is not None
        return found[0], found[1]


def visits(grid_id: int, household: str) -> list[Visit]:
    with system_reading() as session:
        rows = session.scalars(
            select(Visit).where(Visit.grid_id == grid_id, Visit.household == household)
        ).all()
        session.expunge_all()
        return list(rows)


def click(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def told(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.success, *page.error))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("username", SEES)
def test_every_view_is_drawn_for_every_role(draw: Draw, username: str, view: str) -> None:
    page = draw(username, "duty", view=view)
    assert_whole(page)
    assert page.title
    assert not page.error
    if view in ("visits", "patrols") and Permission.READ_ROSTER not in GRANTS[ACCOUNTS[username]]:
        assert "走访记录" not in said(page)


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize("only", ["", "left", OVER])
def test_every_level_answers_for_its_grids(draw: Draw, center: str, only: str) -> None:
    page = draw("city.leader", "duty", center=center, view="grid", only=only)
    assert_whole(page)
    assert len(page.metric) == 3
    with system_reading() as session:
        grids = session.scalars(
            select(Grid.id).where(Grid.center_code.startswith(center), Grid.size == "small")
        )
        every = set(grids)
        done = set(session.scalars(select(Patrol.grid_id).where(Patrol.day == "2026-06-30"))) & every
    assert f"{len(done):,} ÷ {len(every):,}个" in "\n".join(one.value for one in page.caption)


@pytest.mark.parametrize("name", ["duty", "record"])
def test_an_address_that_somebody_edited_is_no_error(draw: Draw, name: str) -> None:
    for value in GARBAGE:
        keys = ("view", "on", "only", "find", "campaign", "found", "span", "grid", "what", "by", "center")
        page = draw("chengguan.director", name, **dict.fromkeys(keys, value))
        assert_whole(page)


def test_who_sees_no_names_is_shown_none(draw: Draw) -> None:
    page = draw("chengguan.viewer", "duty", center=VILLAGE, view="person")
    names = list(page.dataframe[0].value["姓名"])
    assert names
    assert all("*" in name for name in names)
    whole = draw("chengguan.director", "duty", center=VILLAGE, view="person")
    assert not any("*" in name for name in whole.dataframe[0].value["姓名"])


@pytest.mark.parametrize("username", RECORDS)
def test_the_phone_page_is_drawn_for_all_who_record(draw: Draw, username: str, grid: tuple[str, int]) -> None:
    for query in ({}, {"grid": grid[0]}, {"grid": grid[0], "what": "patrol"}):
        page = draw(username, "record", **query)
        assert_whole(page)
        assert page.title


def test_a_grid_is_chosen_once_and_stays_in_the_address(draw: Draw, grid: tuple[str, int]) -> None:
    page = click(draw(OFFICER, "record"), f"choose grid {grid[0]}")
    assert address(page)["grid"] == grid[0]
    assert "save the visit" in {one.key for one in page.button}
    assert "grid" not in address(click(page, "another grid"))


def test_a_foreign_grid_and_none_say_the_same(draw: Draw) -> None:
    answers = {
        "\n".join(one.value for one in draw(OFFICER, "record", grid=code).error)
        for code in ("620102001002001", "999999999999999")
    }
    assert len(answers) == 1
    assert "找不到这个网格" in answers.pop()


def test_a_visit_is_written_down_told_and_taken_back(draw: Draw, grid: tuple[str, int]) -> None:
    page = draw(OFFICER, "record", grid=grid[0])
    page.text_input(duty_entry.HOUSEHOLD).set_value("９-9－９01")
    click(page, "save the visit")
    assert "已登记走访" in told(page)
    assert page.text_input(duty_entry.HOUSEHOLD).value == ""
    [row] = visits(grid[1], "9-9-901")
    assert (row.recorded_by_id is not None, row.campaign) == (True, Campaign.DAILY)
    page.text_input(duty_entry.HOUSEHOLD).set_value("9-9-901")
    click(page, "save the visit")
    assert "登记过" in told(page)
    assert page.text_input(duty_entry.HOUSEHOLD).value == "9-9-901"  # nothing typed is lost
    click(page, f"take back visit {row.id}")
    assert visits(grid[1], "9-9-901") == []


def test_a_problem_is_asked_for_written_and_solved(draw: Draw, grid: tuple[str, int]) -> None:
    page = draw(OFFICER, "record", grid=grid[0], campaign="paired")
    page.session_state[duty_entry.FOUND] = True
    page.run()
    page.text_input(duty_entry.HOUSEHOLD).set_value("8-8")
    click(page, "save the visit")
    assert "请写明发现了什么问题" in told(page)
    page.text_area(duty_entry.PROBLEM).set_value("楼道[堆物](http://x)")
    click(page, "save the visit")
    [row] = visits(grid[1], "8-8")
    assert (row.problem, row.campaign, row.solved_on) == ("楼道[堆物](http://x)", Campaign.PAIRED, None)
    click(page, f"solve {row.id}")
    assert visits(grid[1], "8-8")[0].solved_on is not None


def test_a_patrol_is_written_down_with_three_taps(draw: Draw, grid: tuple[str, int]) -> None:
    page = draw(OFFICER, "record", grid=grid[0], what="patrol")
    page.number_input(duty_entry.PROBLEMS).set_value(3)
    page.text_input(duty_entry.NOTE).set_value("三处飞线")
    click(page, "save the patrol")
    assert "已登记巡查" in told(page)
    with system_reading() as session:
        row = session.scalars(select(Patrol).where(Patrol.note == "三处飞线")).one()
        assert (row.grid_id, row.problems, row.minutes) == (grid[1], 3, None)
    click(page, f"take back patrol {row.id}")
    with system_reading() as session:
        assert session.scalars(select(Patrol).where(Patrol.note == "三处飞线")).all() == []


def test_a_record_is_corrected_from_the_list(draw: Draw, grid: tuple[str, int]) -> None:
    page = draw(OFFICER, "record", grid=grid[0])
    page.text_input(duty_entry.HOUSEHOLD).set_value("7-7")
    click(page, "save the visit")
    [row] = visits(grid[1], "7-7")
    listed = draw(OFFICER, "duty", view="visits", find="7-7")
    assert list(listed.dataframe[0].value["户号"]) == ["7-7"]
    listed.session_state[listed.dataframe[0].key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    listed.run()
    assert_whole(listed)
    listed.text_input(f"visit {row.id} household").set_value("7-8")
    click(listed, f"save visit {row.id}")
    assert "已更正" in told(listed)
    assert len(visits(grid[1], "7-8")) == 1
    assert visits(grid[1], "7-7") == []


@pytest.mark.parametrize("what", ["visits", "patrols", "nothing"])
def test_a_table_is_imported_only_by_who_records(draw: Draw, what: str) -> None:
    page = draw("chengguan.duty", "duty_import", what=what)
    assert_whole(page)
    assert len(page.file_uploader) == 1
    refused = draw("chengguan.viewer", "duty_import", what=what)
    assert_whole(refused)
    assert not refused.file_uploader


def test_a_table_is_checked_shown_saved_and_taken_back(draw: Draw, grid: tuple[str, int]) -> None:
    with system_reading() as session:
        name = session.scalars(
            select(Post.name).where(
                Post.grid_id == grid[1], Post.role == PostRole.FULL_TIME, Post.until.is_(None),
                Post.covers_id.is_(None),
            )
        ).first()  # fmt: skip
    head = ("日期", "网格代码", "网格员", "户号", "发现问题")
    rows = [
        ("2026年6月30日", grid[0], name, "５-5-1", "漏水"),
        ("2026-06-30", grid[0], "没有此人", "5-5-2", None),
    ]
    page = draw(OFFICER, "duty_import")
    file = ("走访.xlsx", xlsx([head, *rows]), "application/octet-stream")
    page.file_uploader[0].set_value(file).run()
    assert_whole(page)
    assert [one.value for one in page.metric] == ["1", "0", "0", "1"]
    shown = [frame.value for frame in page.dataframe if "户号" in frame.value.columns]
    assert [list(one["户号"]) for one in shown] == [["5-5-1"]]
    assert list(shown[0]["网格员"]) == [name]
    click(page, "save the import")
    assert "新增1条" in told(page)
    assert len(visits(grid[1], "5-5-1")) == 1
    click(page, "undo the last save")
    assert visits(grid[1], "5-5-1") == []
