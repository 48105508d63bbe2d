"""The page of one case: every kind of it, who may open it, and the way from a list and back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Role
from db.models.case import Case, Stage
from db.models.department import Department
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.cases.queries import RATING_WORDS, STAGE_WORDS
from lib.deployment import standing
from lib.ui.plain import escaped
from tests.pages.test_pages import (
    ACCOUNTS,
    Draw,
    address,
    assert_english,
    assert_whole,
    city,
    draw,
    said,
    texts,
    tokens,
    walk,
)

__all__ = ["city", "draw", "tokens"]
NOT_THERE = "找不到这个事件，或它不在您的范围内。"
COUNTY = "620102"


@pytest.fixture(scope="module")
def cases(city: Path) -> dict[str, int]:
    """One case of every kind in one county, and one of another."""
    with system() as session:
        found: dict[str, Case] = {}

        def newest(name: str, *where: Any) -> None:
            own = Case.center_code.like(f"{COUNTY}%"), Case.id.not_in([case.id for case in found.values()])
            found[name] = session.scalars(
                select(Case).where(*own, *where).order_by(Case.id.desc()).limit(1)
            ).one()

        now = standing(session)
        assert now is not None
        housing = session.scalars(
            select(Department.id).where(Department.center_code == COUNTY, Department.kind == "housing")
        ).one()
        newest("overdue", Case.closed_at.is_(None), ~Case.suspended, Case.due_at < now.moment)
        newest("suspended", Case.suspended, Case.closed_at.is_(None))
        newest("reported", Case.closed_at.is_(None))
        newest("late", Case.closed_at > Case.due_at)
        newest("rated", Case.rating == 5, Case.closed_at < Case.due_at, Case.grid_id.is_not(None))
        newest("without a grid", Case.grid_id.is_(None))
        newest("impossible", Case.rating.is_(None), Case.closed_at < Case.due_at)
        newest("of the department", Case.department_id == housing)
        found["reported"].stage = Stage.REPORTED
        found["reported"].accepted_at = found["reported"].due_at = None
        foreign = session.scalars(select(Case).where(Case.center_code.like("620104%")).limit(1)).one()
        session.flush()
        found["impossible"].closed_at = found["impossible"].reported_at - timedelta(hours=3)
        found["late"].repeat_of_id = found["rated"].id
        foreign.repeat_of_id = found["rated"].id
        found["suspended"].number = "**n** $x$ www.evil.example"
        found["suspended"].title = "**x** [a](http://evil.example/a) $b$"
        return {name: case.id for name, case in found.items()} | {"foreign": foreign.id}


def pairs(page: AppTest) -> dict[str, str]:
    """The facts, by their names."""
    return {name: row.iloc[0] for table in page.table for name, row in table.value.iterrows()}


def steps(page: AppTest) -> list[str]:
    return [m.value for m in page.markdown if any(f"**{word}**" in m.value for word in STAGE_WORDS.values())]


def links(page: AppTest) -> dict[str, tuple[str, str]]:
    """What the links say, their page and what they ask for."""
    found = [element.proto for element in walk(page.main) if element.type == "page_link"]
    return {link.label: (link.page, link.query_string) for link in found}


@pytest.mark.parametrize("kind", ["reported", "overdue", "suspended", "late", "rated", "without a grid"])
def test_a_case_of_every_kind_is_shown_whole_in_both_languages(
    draw: Draw, city: Path, cases: dict[str, int], kind: str
) -> None:
    page = draw("city.leader", "case", id=str(cases[kind]))
    assert_whole(page)
    with system_reading() as session:
        case = session.get_one(Case, cases[kind])
    assert page.title[0].value == escaped(case.title)
    assert pairs(page)["编号"] == escaped(case.number)
    assert case.detail in [text.value for text in page.text]
    done = list(Stage).index(case.stage)
    shown = steps(page)
    assert len(shown) == 6
    for number, step in enumerate(shown):
        expected = "radio_button_unchecked" if number > done else "radio_button_checked"
        if number < done or case.stage is Stage.CLOSED:
            expected = "check_circle"
        assert f":material/{expected}:" in step
    assert not page.warning
    english = draw("city.leader", "case", lang="en", id=str(cases[kind]))
    assert_whole(english)
    assert_english(english, city)


def test_the_limit_stands_in_words(draw: Draw, cases: dict[str, int]) -> None:
    for kind, words in (
        ("reported", "受理后起算"),
        ("overdue", "已超期"),
        ("suspended", "挂账"),
        ("late", "超期"),
        ("rated", "按期结案"),
    ):
        page = draw("city.leader", "case", id=str(cases[kind]))
        badges = [m.value for m in page.markdown if "-badge[" in m.value]
        assert any(words in badge for badge in badges), (kind, badges)


def test_the_rating_is_one_of_five_steps(draw: Draw, cases: dict[str, int]) -> None:
    page = draw("city.leader", "case", id=str(cases["rated"]))
    words = [m.value for m in page.markdown if any(f"{word}]" in m.value for word in RATING_WORDS.values())]
    assert len(words) == 5
    assert [":green-badge" in word and "check" in word for word in words] == [True, *[False] * 4]
    assert "还没有评价。" in said(draw("city.leader", "case", id=str(cases["overdue"])))


def test_an_impossible_order_is_said_plainly(draw: Draw, cases: dict[str, int]) -> None:
    page = draw("city.leader", "case", id=str(cases["impossible"]))
    assert_whole(page)
    assert "结案早于上报" in page.warning[0].value
    assert numbers_in_order(pairs(page)) is False


def numbers_in_order(facts: dict[str, str]) -> bool:
    return facts["上报时间"] <= facts["结案时间"]


def test_what_people_typed_stays_text(draw: Draw, cases: dict[str, int]) -> None:
    page = draw("city.leader", "case", id=str(cases["suspended"]))
    assert (
        page.title[0].value.replace("\\", "").replace("\u2060", "") == "**x** [a](http://evil.example/a) $b$"
    )
    assert "http://" not in page.title[0].value.replace("\\", "")
    assert "**" not in pairs(page)["编号"]
    assert "www." not in pairs(page)["编号"].replace("\\", "")


# -- who may open it


@pytest.mark.parametrize("username", ACCOUNTS)
def test_each_role_opens_its_own_cases_alone(draw: Draw, cases: dict[str, int], username: str) -> None:
    own = cases["of the department" if ACCOUNTS[username] is Role.DEPARTMENT_HANDLER else "rated"]
    page = draw(username, "case", id=str(own))
    assert_whole(page)
    if Permission.READ_CASES not in GRANTS[ACCOUNTS[username]]:
        assert "您的角色看不到“事件详情”" in page.info[0].value
        assert not page.title
        assert not page.table
    elif username.startswith(("city.", "chengguan.")):
        assert page.title
        assert pairs(page)["编号"]
        opens_grids = Permission.READ_GRIDS in GRANTS[ACCOUNTS[username]]
        assert ("打开网格卡片" in links(page)) == opens_grids
    else:
        assert NOT_THERE in page.error[0].value


@pytest.mark.parametrize("username", ["chengguan.director", "chengguan.housing", "v620102001001.duty"])
def test_a_foreign_case_no_case_and_nonsense_say_the_same(
    draw: Draw, cases: dict[str, int], username: str
) -> None:
    answers = set()
    asked = [
        str(cases["foreign"]),
        "999999",
        "0",
        "",
        "-1",
        "x",
        "１",
        "²",
        "9" * 17,
        "9" * 18,
        "9" * 40,
        "\x00",
    ]
    if username != "chengguan.director":
        asked.append(str(cases["reported"]))  # near, but not given to the department or in the village
    for number in asked:
        page = draw(username, "case", id=number)
        assert_whole(page)
        assert len(page.error) == 1
        assert not page.title
        assert not page.table
        answers.add(said(page))
    assert len(answers) == 1
    assert NOT_THERE in answers.pop()


def test_repeats_are_named_as_far_as_they_are_ones_own(draw: Draw, cases: dict[str, int]) -> None:
    for username, count in (("city.leader", 2), ("chengguan.director", 1)):
        page = draw(username, "case", id=str(cases["rated"]))
        assert len(page.dataframe[0].value) == count
        assert f"又反映{count}次" in said(page)
    page = draw("chengguan.director", "case", id=str(cases["late"]))
    (link,) = [target for words, target in links(page).items() if words.startswith("SJ")]
    assert link == ("case", f"id={cases['rated']}")


# -- from a list and back


def choose(page: AppTest, key: str, row: int) -> AppTest:
    page.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def test_a_chosen_row_opens_the_case_and_leads_back(draw: Draw) -> None:
    page = draw("city.leader", "cases", center=COUNTY, kind="overdue")
    title = page.dataframe[0].value.iloc[1, 0]
    page = choose(page, "cases", 1)
    assert_whole(page)
    assert page.title[0].value == escaped(title)
    with system_reading() as session:
        number = session.scalars(select(Case.id).where(Case.number == pairs(page)["编号"])).one()
    assert address(page) == {"id": str(number)}
    target, query = links(page)["返回事件"]
    assert target == "cases"
    assert set(query.split("&")) == {f"center={COUNTY}", "kind=overdue"}
    # Streamlit leaves the case in the address of the list; the browser's own button leads there.
    page.switch_page("pages/cases.py")
    page.query_params["id"] = str(number)
    page.run()
    assert_whole(page)
    assert address(page) == {"center": COUNTY, "kind": "overdue"}


def test_a_row_opens_what_stood_there_when_it_was_chosen(draw: Draw) -> None:
    """Between drawing and choosing a case may come in and move all rows down."""
    page = draw("city.leader", "cases", center=COUNTY, kind="all")
    title = page.dataframe[0].value.iloc[2, 0]
    with system() as session:
        newest = session.scalars(
            select(Case).where(Case.center_code.like("620104%")).order_by(Case.id.desc()).limit(1)
        ).one()
        where = newest.center_code, newest.reported_at
        newest.center_code, newest.reported_at = (
            COUNTY,
            clock.now().replace(year=2026, month=6, day=30, hour=1),
        )
    try:
        assert choose(page, "cases", 2).title[0].value == escaped(title)
        fresh = draw("city.leader", "cases", center=COUNTY, kind="all")
        assert fresh.dataframe[0].value.iloc[2, 0] != title
    finally:
        with system() as session:
            newest = session.get_one(Case, newest.id)
            newest.center_code, newest.reported_at = where


def test_rows_of_a_grid_and_of_repeats_open_cases_too(draw: Draw, cases: dict[str, int]) -> None:
    page = draw("city.leader", "case", id=str(cases["rated"]))
    grid = pairs(page)["网格名称"].split()[-1]
    page = choose(page, f"repeats of {cases['rated']}", 1)
    assert_whole(page)
    assert address(page)["id"] in {str(cases["late"]), str(cases["foreign"])}
    assert not [words for words in links(page) if words.startswith("返回")]
    page = draw("city.leader", "grid", code=grid)
    titles = list(page.dataframe[-1].value.iloc[:, 0])
    page = choose(page, f"cases of grid {grid}", 0)
    assert_whole(page)
    assert page.title[0].value == escaped(titles[0])
    assert links(page)["返回网格卡片"] == ("grid", f"code={grid}")


def test_the_words_of_the_page_are_found(draw: Draw, cases: dict[str, int]) -> None:
    """The check for English reads the tables of facts too."""
    words = texts(draw("city.leader", "case", id=str(cases["rated"])))
    assert {"编号", "上报时间"} <= set(words["words"])
    assert any("620102" in cell for cell in words["cells"])
