"""The inbox and a register's figures on the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models.account import Account, AccountState
from db.models.register import Entry, RegisterMetric
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system
from lib.registers.entries.commands import make_entry, move_entry
from lib.registers.figures.commands import make_figure
from lib.registers.figures.definition import Counts, Definition, Which
from lib.registers.queries import registers_of
from lib.ui.approvals import REASON
from lib.ui.register_figure_form import _key
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw, said
from tests.registering import DAY, NUMBER, TEXT, design, used
from tests.running import at_database

__all__ = ["draw"]
COUNTY, TOWN, VILLAGE = "620102", "620102001", "620102001001"
MORE = ("chengguan.leader", "chengguan.director", "jiuquanlu.director")
READS = [name for name, role in ACCOUNTS.items() if Permission.READ_REGISTERS in GRANTS[role]]


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With a register of a county, two entries that wait for a town, and two figures."""
    path = tmp_path_factory.mktemp("inbox") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        with system() as session:
            people = {one.username: viewer_of_account(one) for one in session.scalars(select(Account))}
            key = used(session, people["chengguan.director"], design("走访台账"))
        village = people[f"v{VILLAGE}.duty"]
        for number in range(2):
            with acting(village) as session:
                values = {TEXT: f"看望{number}", NUMBER: "3", DAY: "2026-06-02"}
                entry = make_entry(session, key, VILLAGE, values)
                move_entry(session, entry, "submit", "", 1)
        with acting(people["chengguan.director"]) as session:
            make_figure(session, key, Definition("条数", "Count"))
            done = Which(("done",))
            make_figure(session, key, Definition("通过率", "Share", counts=Counts.SHARE, hits=done))
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in (*ACCOUNTS, *MORE, f"v{VILLAGE}.duty"):
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def viewer(username: str) -> Viewer:
    with system() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def register() -> int:
    with reading(viewer("chengguan.director")) as session:
        return next(one.id for one in registers_of(session) if one.name == "走访台账")


@pytest.mark.parametrize("username", ACCOUNTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_inbox_is_drawn_for_everybody(draw: Draw, username: str, language: str) -> None:
    for address in ({}, {"kind": "entry"}, dict.fromkeys(("kind", "open", "page"), GARBAGE[0])):
        assert_whole(draw(username, "approvals", lang=language, **address))


@pytest.mark.parametrize("username", READS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_are_drawn_for_those_who_read_registers(draw: Draw, username: str, language: str) -> None:
    for address in (
        {}, {"figure": "2", "side": "hit"}, {"period": "year"}, {"period": "last_year"},
        dict.fromkeys(("figure", "side", "period", "page"), GARBAGE[0]),
    ):  # fmt: skip
        assert_whole(draw(username, "register_figures", lang=language, register=str(register()), **address))


def test_a_town_decides_one_after_the_other(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "approvals")
    assert "有2件事项等您办理" in said(page)
    with system() as session:
        waiting = [
            one.id for one in session.scalars(select(Entry).order_by(Entry.id)) if one.state == "waiting"
        ]
    page = draw("jiuquanlu.director", "approvals", open=f"entry-{waiting[0]}")
    assert "看望0" in said(page)
    page.button("decide return").click().run()
    assert_whole(page)
    assert "请填写理由" in said(page)
    page.text_input(f"{REASON} entry-{waiting[0]}").set_value("户数不对")
    page.button("decide return").click().run()
    assert_whole(page)
    # The next one is open at once.
    assert page.query_params["open"] == f"entry-{waiting[1]}"
    page.button("decide approve").click().run()
    assert_whole(page)
    assert "没有等您办理的事项" in said(page)
    with system() as session:
        assert [session.get_one(Entry, key).state for key in waiting] == ["draft", "done"]


def test_a_figure_is_made_by_choosing(draw: Draw) -> None:
    page = draw("chengguan.director", "register_figures", register=str(register()))
    page.text_input(_key("name")).set_value("户数合计").run()
    page.selectbox(_key("counts")).set_value("sum").run()
    page.selectbox(_key("field")).set_value(NUMBER).run()
    page.selectbox(_key("placed_by")).set_value(DAY).run()
    page.button(_key("make")).click().run()
    assert_whole(page)
    assert "已建立指标“户数合计”" in said(page)
    with system() as session:
        made = session.scalars(select(RegisterMetric).where(RegisterMetric.name == "户数合计")).one()
    page = draw("chengguan.director", "register_figures", register=str(register()), figure=str(made.id))
    assert_whole(page)
    assert "户数合计：6.00" in said(page).replace("\\", "")
    page.text_input(_key("name")).set_value("户数合计").run()
    page.button(_key("make")).click().run()
    assert "已有名为“户数合计”的指标" in said(page)


def test_who_does_not_design_makes_no_figure(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "register_figures", register=str(register()))
    assert_whole(page)
    assert _key("make") not in {one.key for one in page.button}
