"""Registers on the screen: the catalogue, the list of one register in all its views, several at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.register import ChangeSetKind, Entry, Register
from db.models.view import SavedView
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.fields.field import Choice, Field
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.commands import make_register, use_draft
from lib.registers.design import By, Design, Move, Reminder, Stage, StageKind, View, ViewKind
from lib.registers.entries.queries import find_entries
from lib.registers.queries import designs_of
from lib.registers.templates import TEMPLATES
from lib.ui import bulk_filling, register_catalogue, register_export
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
READS = [name for name, role in ACCOUNTS.items() if Permission.READ_REGISTERS in GRANTS[role]]
CITY, COUNTY, TOWN, VILLAGE = "6201", "620102", "620102001", "620102001001"
NASTY = "**书包** [x](http://evil.example) $a$ <b>"
VIEWS = ("table", "cards", "calendar-f4", "board-f3", "board", "map-f6")
DESIGN = Design(
    "微心愿台账", about="群众的小心愿", icon="favorite",
    fields=(
        Field("f1", "text", "心愿", required=True),
        Field("f2", "money", "预算", most="5000"),
        Field("f3", "choice", "类别", choices=(Choice("study", "学习"), Choice("life", "生活"))),
        Field("f4", "date", "期限"),
        Field("f5", "phone", "联系电话"),
        Field("f6", "grid", "所在网格"),
        Field("f7", "text", "上级意见", seen_by=("city", "county")),
    ),
    stages=(
        Stage("draft", "待提交", kind=StageKind.DRAFT, editable=True),
        Stage("waiting", "待审核", kind=StageKind.WAITING),
        Stage("done", "已通过"),
    ),
    moves=(
        Move("submit", "提交", "", ("draft",), "waiting", By.OWN),
        Move("approve", "通过", "", ("waiting",), "done", By.ABOVE, decides=True, by_another=True),
    ),
    title=("f1",), reminders=(Reminder("f4", 7, "期限将到", ("done",)),),
    views=(
        View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.CALENDAR, "f4"), View(ViewKind.BOARD, "f3"),
        View(ViewKind.BOARD), View(ViewKind.MAP, "f6"),
    ),
)  # fmt: skip


def viewer(username: str) -> Viewer:
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small city with one register in use, thirty entries of a village in it, and one in design."""
    path = tmp_path_factory.mktemp("registers") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        with acting(viewer("city.leader")) as session:
            key = make_register(session, CITY, DESIGN)
            use_draft(session, key, designs_of(session, key)[0].seen)
            make_register(session, CITY, Design("还在设计的台账"))
        rows = [
            RowChange(
                None,
                {"f1": f"心愿{n}" if n else NASTY, "f2": str(n), "f3": "学习" if n % 2 else "生活",
                 "f4": f"2026-07-{n + 1:02}", "f5": "13800008000", "f7": "不给村里看"},
                center_code=VILLAGE,
            )
            for n in range(30)
        ]  # fmt: skip
        with acting(viewer("chengguan.director")) as session:
            save_changes(session, key, ChangeSetKind.IMPORT, "样例", rows)
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


def register() -> str:
    with system_reading() as session:
        return str(session.scalars(select(Register.id).where(Register.name == DESIGN.name)).one())


def errors(page: AppTest) -> str:
    return "\n".join(one.value for one in page.error)


def keys(page: AppTest) -> set[str]:
    return {str(one.key) for one in page.button}


def table(page: AppTest):
    return page.dataframe[0]


def open_popover(key: str) -> dict[str, bool]:
    return {key: True}


# -- the catalogue


@pytest.mark.parametrize("shape", ["cards", "table"])
@pytest.mark.parametrize("username", list(ACCOUNTS))
def test_the_catalogue_is_drawn_for_every_role(draw: Draw, username: str, shape: str) -> None:
    page = draw(username, "registers", **{"as": shape})
    assert_whole(page)
    assert page.title
    cells = str([frame.value for frame in page.dataframe])
    sees = username in READS or username == "city.administrator"
    assert ("微心愿台账" in said(page) + cells) == sees
    designs = Permission.DESIGN_REGISTERS in GRANTS[ACCOUNTS[username]]
    assert ("make register" in keys(page)) == designs


def test_what_is_being_designed_is_shown_to_those_who_design_it(draw: Draw) -> None:
    assert "还在设计的台账" in said(draw("city.leader", "registers"))
    assert "还在设计的台账" not in said(draw("chengguan.director", "registers"))


def test_the_catalogue_is_searched(draw: Draw) -> None:
    assert "微心愿台账" in said(draw("chengguan.duty", "registers", q="小心愿"))
    assert "没有找到" in said(draw("chengguan.duty", "registers", q="没有这本"))


@pytest.mark.parametrize("template", ["", *TEMPLATES])
def test_a_register_is_made_blank_or_from_a_template(draw: Draw, template: str) -> None:
    page = draw("chengguan.director", "registers")
    name = f"新台账{template}"
    page.text_input(register_catalogue.NAME).set_value(name)
    page.selectbox(register_catalogue.TEMPLATE).set_value(template)
    page.button("make register").click().run()
    assert_whole(page)
    with system_reading() as session:
        made = session.scalars(select(Register).where(Register.name == name)).one()
        assert (made.center_code, made.template, made.design_number) == (COUNTY, template, 0)
    again = draw("chengguan.director", "registers")
    again.text_input(register_catalogue.NAME).set_value(name)
    again.button("make register").click().run()
    assert "已有名为" in errors(again)


# -- the list


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("username", READS)
def test_every_view_is_drawn_for_every_role(draw: Draw, username: str, view: str) -> None:
    page = draw(username, "register", register=register(), view=view)
    assert_whole(page)
    assert not page.error
    assert "微心愿台账" in page.title[0].value


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_at_every_level(draw: Draw, center: str, view: str) -> None:
    page = draw("city.leader", "register", register=register(), view=view, center=center, month="2026-07")
    assert_whole(page)
    assert not page.error
    assert "30条" in page.title[0].value


@pytest.mark.parametrize("value", GARBAGE)
def test_an_address_that_somebody_edited_is_no_error(draw: Draw, value: str) -> None:
    names = ("state", "q", "order", "view", "month", "page", "f1", "f2", "f3", "f99")
    page = draw("city.leader", "register", register=register(), **dict.fromkeys(names, value))
    assert_whole(page)
    assert page.title


def test_a_register_that_is_not_there_says_so_and_leads_back(draw: Draw) -> None:
    for one in ("", "x", "999999", "-1"):
        page = draw("chengguan.duty", "register", register=one)
        assert_whole(page)
        assert "台账" in errors(page)


def test_filters_search_and_order_of_the_address_are_the_lists(draw: Draw) -> None:
    page = draw(
        "city.leader", "register", register=register(), f2="from~10|to~20", f3="is~study", order="-f2"
    )
    assert list(table(page).value["f2"]) == [19, 17, 15, 13, 11]
    assert {"filter 0 f2 from", "filter 1 f2 to", "filter 2 f3 is"} <= keys(page)
    page.button("filter 2 f3 is").click().run()
    assert len(table(page).value) == 11
    assert "f3" not in page.query_params
    found = draw("city.leader", "register", register=register(), q="心愿29")
    assert list(table(found).value["f1"]) == ["心愿29"]


def test_a_filter_that_the_field_cannot_hold_is_said(draw: Draw) -> None:
    page = draw("city.leader", "register", register=register(), f2="from~很多")
    assert_whole(page)
    assert "不能按" in errors(page)
    assert "filter 0 f2 from" in keys(page)


def test_what_one_may_not_see_is_nowhere(draw: Draw) -> None:
    for view in VIEWS:
        page = draw(
            "v620102001001.duty", "register", register=register(), view=view, f7="is~不给村里看", order="f7"
        )
        assert_whole(page)
        assert "不给村里看" not in said(page)
        assert "上级意见" not in said(page)
        assert "30条" in page.title[0].value  # it was not filtered by either
    assert "13800008000" not in said(draw("city.leader", "register", register=register()))


def test_the_strip_names_what_is_due(draw: Draw) -> None:
    page = draw("chengguan.duty", "register", register=register())
    assert any("期限将到（7条）" in one.label for one in page.expander)


# -- several at once


def chosen(page: AppTest, *rows: int) -> dict[str, object]:
    selection = {"rows": list(rows), "columns": [], "cells": []}
    return {str(table(page).key): {"selection": selection}}


def found(state: str = "draft") -> list[Entry]:
    with system_reading() as session:
        rows = session.scalars(select(Entry).where(Entry.state == state).order_by(Entry.id.desc())).all()
        session.expunge_all()
        return list(rows)


def test_one_value_is_written_into_the_chosen_rows_and_taken_back(draw: Draw) -> None:
    at = {"register": register()}
    preset = chosen(draw("chengguan.duty", "register", **at), 0, 2)
    page = draw("chengguan.duty", "register", preset, **at)
    page.selectbox(bulk_filling.FIELD).set_value("f2").run()
    page.text_input(f"{bulk_filling.VALUE} f2").set_value("9999").run()
    assert "fill all" not in keys(page)
    assert "不能这样修改" in errors(page)
    page.text_input(f"{bulk_filling.VALUE} f2").set_value("77").run()
    assert_whole(page)
    before = [one.content for one in found()[:3]]
    page.button("fill all").click().run()
    assert_whole(page)
    with reading(viewer("chengguan.duty")) as session:
        rows = find_entries(session, int(at["register"])).rows[:3]
    assert [row.cells["f2"] for row in rows] == ["77.00", "28.00", "77.00"]
    again = draw("chengguan.duty", "register", open_popover("change sets"), **at)
    undo = max(int(key.split()[-1]) for key in keys(again) if key.startswith("undo "))
    again.button(f"undo {undo}").click().run()
    assert "已撤销" in "".join(one.value for one in again.success)
    assert [one.content for one in found()[:3]] == before


def test_a_step_is_taken_for_the_chosen_rows_that_can_take_it(draw: Draw) -> None:
    at = {"register": register(), "order": "oldest"}
    page = draw(
        "v620102001001.duty", "register", chosen(draw("v620102001001.duty", "register", **at), 0, 1), **at
    )
    page.button("move all").click().run()
    assert_whole(page)
    assert len(found("waiting")) == 2
    above = draw(
        "jiuquanlu.director", "register", chosen(draw("jiuquanlu.director", "register", **at), 0, 1, 2), **at
    )
    assert any("保持不变" in one.value for one in above.caption)
    above.button("move all").click().run()
    assert_whole(above)
    assert len(found("done")) == 2


def test_rows_that_were_written_since_are_not_the_ones_that_were_chosen(draw: Draw) -> None:
    at = {"register": register()}
    preset = chosen(draw("chengguan.duty", "register", **at), 0)
    entry = found()[0]
    with acting(viewer("chengguan.director")) as session:
        change = RowChange(entry.id, {"f3": "学习" if "life" in entry.content else "生活"}, entry.version)
        save_changes(session, int(at["register"]), ChangeSetKind.EDITOR, "", [change])
    assert bulk_filling.FIELD not in {
        one.key for one in draw("chengguan.duty", "register", preset, **at).selectbox
    }


def test_only_those_who_fill_choose_several(draw: Draw) -> None:
    preset = chosen(draw("chengguan.viewer", "register", register=register()), 0)
    page = draw("chengguan.viewer", "register", register=register())
    assert preset
    assert bulk_filling.FIELD not in {one.key for one in page.selectbox}
    assert "change sets" not in said(page)


# -- files and views


def test_the_files_are_offered_to_those_who_may_take_them_out(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_popover("export the list")
    page = draw("chengguan.duty", "register", opened, register=register(), f2="from~20")
    assert "将导出10条" in said(page).replace("\\", "")
    assert {one.key for one in page.get("download_button")} >= {"xlsx of the list", "csv of the list"}
    assert not draw("chengguan.viewer", "register", opened, register=register()).get("download_button")
    monkeypatch.setattr(register_export, "WITHOUT_REASON", 5)
    many = draw("chengguan.duty", "register", opened, register=register())
    assert not many.get("download_button")
    many.text_input(register_export.REASON).set_value("月报").run()
    assert len(many.get("download_button")) == 2


def test_a_view_keeps_the_filters_of_this_register(draw: Draw) -> None:
    number = register()
    opened = open_popover(f"views of register {number}")
    page = draw("chengguan.duty", "register", opened, register=number, f2="from~20", order="-f2", evil="1")
    page.text_input("view name").set_value("大额").run()
    page.button("save view").click().run()
    assert_whole(page)
    with system_reading() as session:
        kept = session.scalars(select(SavedView).where(SavedView.name == "大额")).one()
    assert kept.address == f"center={COUNTY}&register={number}&order=-f2&f2=from~20"
    other = draw("chengguan.duty", "register", opened, register=number)
    other.button(f"open view {kept.id}").click().run()
    assert other.query_params["f2"] == "from~20"
