"""Every page as every role, drawn by the real script without a browser."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from google.protobuf.message import Message
from sqlalchemy import select
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState, Role
from db.models.grid import Grid, GridSize
from lib.access import sessions
from lib.access.permissions import GRANTS
from lib.access.work import system, system_reading
from lib.i18n import LANGUAGES, catalogue
from lib.ui.menu import BY_NAME, FIRST, MENU, Entry
from lib.ui.server import close_pages_folder
from tests.running import HOME, at_database, copy_city

# One account for each role, on different levels, and two with something of their own.
ACCOUNTS = {
    "city.leader": Role.LEADER,
    "chengguan.director": Role.CENTER_DIRECTOR,
    "chengguan.duty": Role.DUTY_OFFICER,
    "chengguan.grids": Role.GRIDWORKER_MANAGER,
    "chengguan.housing": Role.DEPARTMENT_HANDLER,
    "chengguan.viewer": Role.VIEWER,
    "city.administrator": Role.SYSTEM_ADMINISTRATOR,
    "city.auditor": Role.SECURITY_AUDITOR,
    "jiuquanlu.director": Role.CENTER_DIRECTOR,  # stands in for the neighbor town too
    "v620102001001.duty": Role.DUTY_OFFICER,  # a village
}
# Together they see every page, and the sentence for a page that they may not see.
IN_ENGLISH = ("city.leader", "chengguan.director", "city.administrator", "city.auditor")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
HAN_OR_MARK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff65]")

Draw = Callable[..., AppTest]


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("pages") / "city.db"
    copy_city(small_city, path)
    with at_database(path):
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    """The hash that the gate binds to each account's socket."""
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


class ClosedFolder(PagesManager):
    """AppTest opens the folder `pages` anew before each run; the server has closed it at its start."""


@pytest.fixture
def draw(tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Draw:
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", ClosedFolder)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    close_pages_folder()

    def drawing(
        username: str, name: str, preset: Mapping[str, Any] | None = None, lang: str = "zh", **query: Any
    ) -> AppTest:
        with system() as session:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.language = lang
        page = AppTest.from_file(HOME / "Home.py", default_timeout=60)
        page.user = {"session": tokens[username]}
        for key, value in query.items():
            page.query_params[key] = value
        for key, value in (preset or {}).items():
            page.session_state[key] = value
        if name != FIRST:
            page.switch_page(BY_NAME[name].file)
        return page.run()

    return drawing


# -- what is on a page


def texts(page: AppTest) -> dict[str, list[str]]:
    """All words of a page, by where they stand; the cells of tables apart."""
    found: dict[str, list[str]] = {"words": [], "cells": []}
    for element in walk(page._tree):
        if element.type in ("dataframe", "table"):
            frame = element.value
            found["words"] += [str(name) for name in frame.columns]
            if element.type == "table":  # the names of its rows are ours too
                found["words"] += [str(name) for name in frame.index]
            for name in frame.columns:
                for cell in frame[name]:
                    found["cells"] += cell if isinstance(cell, list) else [str(cell)]
        found["words"] += strings(element.proto)
    return found


def walk(node: Any) -> Iterator[Any]:
    for child in node.children.values():
        if hasattr(child, "children"):
            if isinstance(child.proto, Message):
                yield child
            yield from walk(child)
        else:
            yield child


SILENT = {
    "id",
    "key",
    "form_id",
    "page_script_hash",
    "url",
    "data",
    "user_key",
    "page",
    "query_string",
    "hash",
}


def strings(message: Any) -> list[str]:
    """Every text in a message but identifiers."""
    if not isinstance(message, Message):
        return []
    found = []
    for descriptor, value in message.ListFields():
        if descriptor.name in SILENT:
            continue
        for one in value if isinstance(value, (list, tuple)) or hasattr(value, "__len__") else [value]:
            if isinstance(one, Message):
                found += strings(one)
            elif isinstance(one, str):
                found.append(one)
        if isinstance(value, str):
            found.append(value)
    return [deeper for text in found for deeper in unfolded(text) if len(deeper) > 1]


def unfolded(text: str) -> list[str]:
    """The texts inside of one that is JSON, such as a chart; otherwise the text."""
    if not text.startswith(("{", "[")):
        return [text]
    try:
        waiting = [json.loads(text)]
    except ValueError:
        return [text]
    found = []
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [value for key, value in part.items() if key != "bdata"]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str):
            found.append(part)
    return found


def address(page: AppTest) -> dict[str, str]:
    """What the address bar holds behind the question mark."""
    return {k: v if isinstance(v, str) else v[0] for k, v in page.query_params.items()}


def said(page: AppTest) -> str:
    """All words of the main part, for comparing."""
    return "\n".join(text for element in walk(page.main) for text in strings(element.proto))


def assert_whole(page: AppTest) -> None:
    assert not page.exception, page.exception[0].stack_trace
    assert page.sidebar.children, "drawn without the frame"
    assert not [e.value for e in page.error if "页面出错" in e.value or "went wrong" in e.value]
    for chart in page.get("plotly_chart"):
        go.Figure(json.loads(chart.proto.spec))  # every property is one that plotly knows


# -- who sees what


# Without its key in the address such a page says that there is no such thing.
ABOUT_ONE = (
    "grid", "case", "entry", "person", "register", "register_sheet", "register_import", "register_figures",
)  # fmt: skip


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.name)
@pytest.mark.parametrize(
    ("username", "lang"),
    [(username, "zh") for username in ACCOUNTS] + [(username, "en") for username in IN_ENGLISH],
)
def test_each_page_is_drawn_or_refused_with_our_own_sentence(
    draw: Draw, city: Path, username: str, entry: Entry, lang: str
) -> None:
    role = ACCOUNTS[username]
    page = draw(username, entry.name, lang=lang)
    assert_whole(page)
    refused = [i.value for i in page.info if "您的角色看不到" in i.value or "Your role cannot" in i.value]
    if entry.permission in GRANTS[role]:
        assert not refused
        assert page.title or (entry.name in ABOUT_ONE and page.error)
    else:
        words = catalogue(lang).get("您的角色看不到“{page}”。需要时请联系本级系统管理员。") or (
            "您的角色看不到“{page}”。需要时请联系本级系统管理员。"
        )
        title = catalogue(lang).get(entry.title, entry.title)
        assert [i.value for i in page.info] == [words.format(page=title)]
        assert not page.title
        assert not page.dataframe
        assert not page.metric
        assert not page.main.button
    if lang == "en":
        assert_english(page, city)


def test_the_roles_differ(draw: Draw) -> None:
    """The table above would be vain if everybody saw everything."""
    refused = {(role, entry.name) for role in Role for entry in MENU if entry.permission not in GRANTS[role]}
    assert len(refused) >= 15
    assert (Role.SYSTEM_ADMINISTRATOR, "cases") in refused
    assert (Role.LEADER, "audit") in refused


# -- English


@cache
def names_in(path: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """What is data and not words of ours: whole values, and names that stand inside sentences."""
    whole: set[str] = set()
    inside: set[str] = set()
    with closing(sqlite3.connect(path)) as connection:
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [r[1] for r in connection.execute(f"PRAGMA table_info({table})")]
            for column in columns:
                values = {
                    str(r[0])
                    for r in connection.execute(f"SELECT DISTINCT {column} FROM {table}")
                    if isinstance(r[0], str) and CHINESE.search(r[0])
                }
                whole |= values
                if column.endswith("name") or "reason" in column:
                    inside |= values
    return frozenset(whole), tuple(sorted(inside, key=len, reverse=True))


def assert_english(page: AppTest, path: Path) -> None:
    whole, inside = names_in(path)
    found = texts(page)
    left = [cell for cell in found["cells"] if CHINESE.search(cell) and not known(cell, whole, inside)]
    left += [t for t in found["words"] if HAN_OR_MARK.search(t) and not known(t, whole, inside)]
    assert not left, left[:10]


def known(text: str, whole: frozenset[str], inside: tuple[str, ...]) -> bool:
    """Whether nothing Chinese is left of it without the data and the name of the other language."""
    if text in whole or text == LANGUAGES["zh"]:
        return True
    rest = text.replace("\\", "").replace("<br>", "")  # charts lay long names in lines
    for name in inside:
        if name in rest:
            rest = rest.replace(name, "")
            if not HAN_OR_MARK.search(rest):
                return True
    return not HAN_OR_MARK.search(rest.replace("、", "").replace("；", "").replace("，", ""))


@pytest.mark.parametrize(
    ("username", "name", "query"),
    [
        ("city.leader", "overview", {"center": "620102001"}),
        ("city.leader", "overview", {"center": "620102001001"}),
        ("city.leader", "overview", {"center": "nowhere"}),
        ("city.leader", "centers", {"center": "620102"}),
        ("city.leader", "centers", {"find": "cgq"}),
        ("city.leader", "centers", {"find": "nothing like it"}),
        ("city.leader", "grids", {"color": "red", "gap": "no_official"}),
        ("city.leader", "grids", {"find": "nothing like it"}),
        ("city.leader", "grid", {"code": "nowhere"}),
        ("city.leader", "cases", {"kind": "overdue"}),
        ("city.leader", "cases", {"kind": "all", "center": "620102"}),
        ("city.leader", "cases", {"kind": "impossible"}),
        ("city.leader", "analysis", {"period": "12m", "source": "hotline"}),
        ("city.leader", "analysis", {"center": "620102001"}),
        ("city.leader", "figure", {"metric": "on_time", "period": "90d"}),
        ("city.leader", "figure", {"metric": "handling_median", "center": "620102", "hour": "1"}),
        ("city.leader", "map", {"metric": "per_grid", "level": "town", "center": "620102"}),
        ("city.administrator", "accounts", {"account": "3"}),
        ("city.administrator", "accounts", {"account": "999999"}),
        ("city.administrator", "accounts", {"find": "nothing like it"}),
        ("city.auditor", "audit", {"event": "signed in"}),
        ("city.auditor", "audit", {"find": "nothing like it"}),
    ],
)
def test_deeper_places_are_drawn_in_both_languages(
    draw: Draw, city: Path, username: str, name: str, query: dict[str, str]
) -> None:
    assert_whole(draw(username, name, **query))
    english = draw(username, name, lang="en", **query)
    assert_whole(english)
    assert_english(english, city)


@pytest.fixture(scope="module")
def grid_codes(city: Path) -> dict[str, str]:
    """A grid of each color and size, in the city and in one county."""
    with system_reading() as session:
        rows = session.execute(
            select(Grid.code, Grid.color, Grid.size)
            .where(Grid.center_code.like("620102%"))
            .order_by(Grid.code)
        ).all()
        found = {f"{row.size.value} {row.color.value}": row.code for row in reversed(rows)}
        foreign = session.scalars(
            select(Grid.code)
            .where(Grid.center_code.like("620104%"), Grid.size == GridSize.SMALL)
            .order_by(Grid.code)
        ).first()
    assert foreign is not None
    return {**found, "foreign": foreign}


def test_cards_of_grids_of_every_kind(draw: Draw, city: Path, grid_codes: dict[str, str]) -> None:
    assert len(grid_codes) >= 4
    for kind, code in grid_codes.items():
        page = draw("city.leader", "grid", code=code)
        assert_whole(page)
        assert page.title, kind
        assert code in said(page)
        english = draw("city.leader", "grid", lang="en", code=code)
        assert_whole(english)
        assert_english(english, city)


# -- links


def test_a_link_opens_the_view_it_was_copied_from(draw: Draw) -> None:
    page = draw("city.leader", "grids", center="620102", color="red", find="a", size="small", order="name")
    assert page.selectbox("filter color").value == "red"
    assert page.selectbox("filter order").value == "name"
    assert page.text_input("filter find").value == "a"
    assert "城关区" in said(page)
    page = draw("city.leader", "grids", center="620102", page="3")
    assert page.query_params["page"] == "3"
    first, third = draw("city.leader", "grids", center="620102"), page
    assert list(first.dataframe[0].value.iloc[:, 1]) != list(third.dataframe[0].value.iloc[:, 1])
    page = draw("city.leader", "analysis", period="90d", source="hotline", center="620102")
    assert "城关区" in said(page)
    assert page.selectbox("filter period").value == "90d"
    assert page.selectbox("filter source").value == "hotline"
    page = draw("chengguan.director", "cases", kind="overdue")
    everything = draw("chengguan.director", "cases", kind="all")
    assert page.title[0].value != everything.title[0].value


def test_a_filter_that_is_used_stands_in_the_address(draw: Draw) -> None:
    page = draw("city.leader", "grids", center="620102", page="2")
    page.selectbox("filter color").set_value("yellow").run()
    assert_whole(page)
    assert address(page) == {"center": "620102", "color": "yellow"}
    page.text_input("filter find").set_value("社区").run()
    assert address(page) == {"center": "620102", "color": "yellow", "find": "社区"}
    (clear,) = [b for b in page.button if b.label == "清除筛选"]
    clear.click().run()
    assert address(page) == {"center": "620102"}


def test_the_language_button_changes_the_words(draw: Draw) -> None:
    page = draw("chengguan.viewer", "me")
    page.button("language-en").click().run()
    assert_whole(page)
    with system_reading() as session:
        chosen = session.scalar(select(Account.language).where(Account.username == "chengguan.viewer"))
    assert chosen == "en"
    assert page.button("language-zh").label == "中文"


GARBAGE = [
    "",
    "x" * 5000,
    "'; DROP TABLE grids; --",
    "%\\_",
    "\x00",
    "𠮷\u200d\u202e",
    "<script>alert(1)</script>![a](http://evil.example/a){center}{0}%s",
    "-1",
    "²",
    "999999",
    "9" * 18,
    "9" * 40,
    "99999999999.999999999999999999",
    ["a", "b"],
]
# For each page somebody who sees it, and what its address may hold besides the center.
PLACES = {
    "overview": ("city.leader", ()),
    "centers": ("city.leader", ("find",)),
    "grids": ("city.leader", ("find", "size", "setting", "color", "gap", "order", "page")),
    "grid": ("city.leader", ("code",)),
    "cases": ("city.leader", ("kind", "behind")),
    "case": ("city.leader", ("id",)),
    "analysis": (
        "city.leader",
        ("center", "period", "first", "last", "source", "group", "department", "hour"),
    ),
    "figure": ("city.leader", ("metric", "side", "behind", "first", "last", "grid", "rating", "ladder")),
    "map": ("city.leader", ("metric", "level", "period", "category")),
    "accounts": ("city.administrator", ("find", "role", "state", "page", "account")),
    "audit": ("city.auditor", ("find", "event", "page")),
    "me": ("city.leader", ()),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_address_that_somebody_edited_is_no_error(draw: Draw, name: str) -> None:
    username, parameters = PLACES[name]
    for value in GARBAGE if len(parameters) else ():
        assert_whole(draw(username, name, **dict.fromkeys(parameters, value)))
    # An unknown center ends the page early, so it comes by itself.
    for value in GARBAGE if name == "overview" else ("\x00", "9" * 40, "%", ["620102", "x"]):
        page = draw(username, name, center=value)
        assert_whole(page)
        assert "DROP TABLE" not in said(page)


@pytest.mark.parametrize("name", ["overview", "centers", "grids", "cases", "analysis", "figure", "map"])
def test_a_foreign_center_and_no_center_say_the_same(draw: Draw, name: str) -> None:
    answers = set()
    for code in ("620104", "620104001", "6201", "699999", "620102999", "1", "nowhere", "62010200100"):
        page = draw("chengguan.director", name, center=code)
        assert_whole(page)
        assert len(page.error) == 1
        assert not page.title
        assert not page.dataframe
        answers.add(said(page))
    assert len(answers) == 1


def test_a_foreign_grid_and_no_grid_say_the_same(draw: Draw, grid_codes: dict[str, str]) -> None:
    foreign, code = grid_codes["foreign"], next(iter(grid_codes.values()))
    assert draw("chengguan.director", "grid", code=code).title
    answers = {said(draw("chengguan.director", "grid", code=c)) for c in (foreign, "9" * 15, "nowhere", "")}
    assert len(answers) == 1


def test_a_foreign_account_and_no_account_say_the_same(draw: Draw) -> None:
    with system_reading() as session:
        above = session.scalars(select(Account.id).where(Account.username == "city.leader")).one()
    answers = {
        said(draw("chengguan.director", "accounts", account=a)) for a in (str(above), "999999", "x", "0")
    }
    assert len(answers) == 1
    assert "找不到这个账号" in answers.pop()


def test_a_chosen_row_of_grids_opens_the_card(draw: Draw) -> None:
    rows = {"selection": {"rows": [2], "columns": [], "cells": []}}
    listed = draw("city.leader", "grids", center="620102001")
    name, code = listed.dataframe[0].value.iloc[2, 0], listed.dataframe[0].value.iloc[2, 1]
    page = draw("city.leader", "grids", {"grids 620102001 1": rows}, center="620102001")
    assert_whole(page)
    assert address(page) == {"code": code}
    assert page.title[0].value == name


# -- without Home.py


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.name)
@pytest.mark.parametrize("identity", [{}, {"session": "0" * 64}])
def test_a_page_file_by_itself_asks_to_sign_in(city: Path, entry: Entry, identity: dict[str, Any]) -> None:
    page = AppTest.from_file(HOME / entry.file, default_timeout=60)
    page.user = identity
    page.run()
    assert not page.exception
    assert [i.value for i in page.info] == ["请先登录。"]
    assert said(page) == "请先登录。\n:material/lock:"


def test_home_without_an_identity_shows_nothing(city: Path) -> None:
    page = AppTest.from_file(HOME / "Home.py", default_timeout=60).run()
    assert [i.value for i in page.info] == ["请先登录。"]
    assert not page.sidebar.children


def test_an_invited_account_sees_no_page(draw: Draw, tokens: dict[str, str]) -> None:
    username = "v620102001001.duty"
    try:
        with system() as session:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.INVITED
        for name in ("overview", "me"):
            page = draw(username, name)
            assert [i.value for i in page.info] == ["请先登录。"]
            assert not page.title
    finally:
        with system() as session:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
