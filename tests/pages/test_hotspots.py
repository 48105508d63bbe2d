"""Hot spots and repeats on the screen: what is said, where it leads, and who sees the cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.case import Case
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.cases import kept
from tests.pages.test_pages import (
    ACCOUNTS,
    GARBAGE,
    Draw,
    address,
    assert_whole,
    city,
    draw,
    said,
    tokens,
)

__all__ = ["city", "draw", "tokens"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_FIGURES in GRANTS[role]]
TODAY = date(2026, 6, 30)


def charts(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def cases_since(days: int) -> list[Case]:
    with system_reading() as session:
        since = clock.start_of_day(TODAY - timedelta(days=days - 1))
        return list(session.scalars(select(Case).where(Case.reported_at >= since)))


@pytest.mark.parametrize("username", SEES)
def test_everybody_who_may_sees_it_from_their_own_center(draw: Draw, username: str) -> None:
    for lang in ("zh", "en"):
        page = draw(username, "hotspots", lang=lang, period="12m")
        assert_whole(page)
        assert page.title
        assert len(page.metric) == 3
    may = Permission.READ_CASES in GRANTS[ACCOUNTS[username]]
    assert ("不能看事件清单" in said(draw(username, "hotspots"))) is not may


@pytest.mark.parametrize("center", ["6201", "620102", "620102001", "620102001001"])
@pytest.mark.parametrize("query", [{}, {"group": "03"}, {"category": "0301"}, {"period": "7d"}], ids=str)
def test_it_is_drawn_at_every_level(draw: Draw, center: str, query: dict[str, str]) -> None:
    page = draw("city.leader", "hotspots", center=center, **query)
    assert_whole(page)
    assert page.title
    assert not page.error


def test_the_bars_are_the_pairs_with_the_most(draw: Draw) -> None:
    page = draw("city.leader", "hotspots", period="12m")
    assert_whole(page)
    bars = charts(page)[0]["data"][0]
    since = clock.start_of_day(date(2025, 7, 1))
    cases = [c for c in cases_since(365) if c.reported_at >= since and c.grid_id is not None]
    pairs = Counter((c.grid_id, c.category_code) for c in cases)
    most = sorted(pairs.values(), reverse=True)[:15]
    assert list(reversed(bars["x"])) == most
    assert {kind for kind, _key in bars["customdata"]} == {"grid"}
    assert all(text.startswith(f"{n}件") for n, text in zip(bars["x"], bars["text"], strict=True))


def test_the_grids_are_those_with_the_most_and_the_chosen_one_stays_among_them(draw: Draw) -> None:
    grids = Counter(str(c.grid_id) for c in cases_since(90) if c.grid_id is not None)
    most = sorted(grids.values(), reverse=True)[:15]
    chosen = max(grids, key=lambda key: grids[key])
    for query in ({}, {"grid": chosen}):
        page = draw("city.leader", "hotspots", **query)
        assert_whole(page)
        bars = charts(page)[-1]["data"][0]
        assert list(reversed(bars["x"])) == most
    assert len(set(bars["marker"]["color"])) == 2
    pairs = charts(page)[0]["data"][0]
    assert {key for _kind, key in pairs["customdata"]} == {chosen}


def test_the_rule_of_the_early_sign_stands_beside_the_chart(draw: Draw) -> None:
    words = said(draw("city.leader", "hotspots"))
    assert "升温：本期不少于3件，且超过此前3期平均件数的2倍" in words.replace("\\", "")


@pytest.fixture
def matters(city: Path) -> Iterator[dict[int, int]]:
    """Two matters of the last weeks that came up again, three times and once; by their first report."""
    ids = [case.id for case in sorted(cases_since(90), key=lambda case: case.reported_at)]
    first, again, other, once = ids[3], ids[10:13], ids[5], ids[20]
    links = {**dict.fromkeys(again, first), once: other}
    with system() as session:
        before = {number: session.get_one(Case, number).repeat_of_id for number in links}
        for number, link in links.items():
            session.get_one(Case, number).repeat_of_id = link
    kept._kept.clear()  # the links were made without the change that would tell of them
    yield {first: 3, other: 1}
    kept._kept.clear()
    with system() as session:
        for number, link in before.items():
            session.get_one(Case, number).repeat_of_id = link


def test_a_repeated_matter_opens_its_first_report(draw: Draw, matters: dict[int, int]) -> None:
    page = draw("city.leader", "hotspots")
    assert_whole(page)
    times = list(page.dataframe[-1].value["重复反映次数"])
    assert times[0] == 3
    assert sorted(times, reverse=True) == times
    row = {"selection": {"rows": [0], "columns": [], "cells": []}}
    opened = draw("city.leader", "hotspots", {"matters of 兰州市 · 2026年4月2日至2026年6月30日": row})
    assert_whole(opened)
    assert matters[int(address(opened)["id"])] == 3


def test_nonsense_in_the_address_is_no_error(draw: Draw) -> None:
    names = ("period", "grid", "category", "group", "hour", "handling")
    for value in GARBAGE:
        page = draw("city.leader", "hotspots", **dict.fromkeys(names, value))
        assert_whole(page)
        assert page.title


def test_a_time_without_cases_says_so(draw: Draw) -> None:
    page = draw("city.leader", "hotspots", period="custom", first="2001-01-01", last="2001-01-31")
    assert_whole(page)
    words = said(page)
    assert "无法判断热点" in words
    assert "没有重复反映的事项" in words
