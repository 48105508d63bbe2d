"""Closure and satisfaction: drawn wherever they may be, and saying what was counted."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.models.indicator import Rework, Satisfied, Suspended, VariantVersion
from lib import clock
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.work import reading, system, system_reading
from lib.deployment import standing
from lib.exports.sheet import Sheet
from lib.i18n import numbers
from lib.metrics.dimensions import AGES, HANDLING_DAYS, LADDER, By
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import measure
from lib.ui import panel
from lib.ui.charts import STATE_COLORS, STEPS
from lib.ui.look import Look
from tests import makers
from tests.pages.test_pages import ACCOUNTS, Draw, address, assert_whole, city, draw, said, tokens
from tests.running import at_database

__all__ = ["city", "draw", "tokens"]
CITY, COUNTY, TOWN, VILLAGE = "6201", "620102", "620102001", "620102001001"
PARTS = {"resolution": 8, "satisfaction": 5}  # charts
PAGES = tuple(PARTS)
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
DAYS = {"period": "custom", "first": "2026-06-01", "last": "2026-06-30"}
YEAR = Period(date(2025, 7, 1), date(2026, 6, 30))
READERS = [name for name, role in ACCOUNTS.items() if Permission.READ_FIGURES in GRANTS[role]]


def figures(
    names: tuple[str, ...], by: By = By.WHOLE, second: By | None = None, **more: Any
) -> list[Measured]:
    """Counted beside the page, as a leader of the city sees it."""
    with system_reading() as session:
        now = standing(session)
    assert now is not None
    viewer = makers.viewer_for_role(ACCOUNTS["city.leader"], CITY)
    with reading(viewer) as session:
        code = more.pop("center", CITY)
        period = more.pop("period", JUNE)
        return list(measure(session, names, code, period, period.stands_at(now.moment), by, second, **more))


def number(names: str, **more: Any) -> Measured:
    (found,) = figures((names,), **more)
    return found


def chart(page: AppTest, key: str) -> dict[str, Any]:
    """The one chart whose key begins so."""
    (found,) = [
        one.proto.spec
        for one in page.get("plotly_chart")
        if one.proto.id.partition("-")[2].partition("-")[2].startswith(key)
    ]
    spec: dict[str, Any] = json.loads(found)
    return spec


def heading(page: AppTest, words: str) -> str:
    """The one finding that says this."""
    (found,) = [one.value.replace("\\", "") for one in page.subheader if words in one.value]
    return found


def legend(found: dict[str, Any]) -> list[str]:
    return [trace["name"] for trace in found["data"]]


@contextmanager
def copy_of(city: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """The code works on a copy; the sign-ins are in it too."""
    with closing(sqlite3.connect(city)) as source, closing(sqlite3.connect(folder / "copy.db")) as copy:
        source.backup(copy)
        with at_database(folder / "copy.db"):
            yield copy


# -- wherever they may be


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("code", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize("username", READERS)
def test_every_reader_at_every_level(
    draw: Draw, tokens: dict[str, str], username: str, code: str, name: str
) -> None:
    page = draw(username, name, center=code, period="12m")
    assert_whole(page)
    viewer = sessions.viewer_for(tokens[username])
    assert viewer is not None
    if viewer.scope.covers(code):
        assert page.title
        assert len(page.get("plotly_chart")) + len(page.info) == PARTS[name]
        assert page.get("plotly_chart") or len(code) > 6  # where little happens
        assert "口径" in said(page)
    else:
        assert "找不到这个中心" in page.error[0].value
        assert not page.get("plotly_chart")


@pytest.mark.parametrize("name", PAGES)
def test_without_cases_each_chart_says_so(draw: Draw, city: Path, tmp_path: Path, name: str) -> None:
    with copy_of(city, tmp_path) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")
        copy.execute("DELETE FROM cases")
        copy.commit()
        page = draw("city.leader", name)
        assert_whole(page)
        assert not page.get("plotly_chart")
        assert len(page.info) == PARTS[name]
        assert page.title


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        {"part": "group", "every": "week"},
        {"part": "category", "source": "hotline"},
        {"part": "source", "group": "city"},
        {"part": "department", "department": "housing"},
        {"part": "grid", "center": VILLAGE, "period": "12m"},
        {"age": "6", "ladder": "late5", "handling": "0", "part": "department"},
        {"age": "0"},
        {"ladder": "suspended", "center": COUNTY},
        {"handling": "5", "part": "source"},
        {"rating": "1", "part": "category", "period": "90d"},
        {"rating": "5", "every": "week", "center": TOWN},
        {"hour": "1-09", "period": "7d"},
        {"period": "custom", "first": "2025-01-10", "last": "2025-02-20"},
        {"period": "last_month", "part": "source"},
    ],
    ids=str,
)
def test_every_filter_of_the_address(draw: Draw, name: str, query: dict[str, str]) -> None:
    page = draw("city.leader", name, **query)
    assert_whole(page)
    assert len(page.get("plotly_chart")) + len(page.info) == PARTS[name]
    if "part" in query:
        assert page.segmented_control("filter part").value == query["part"]
    if "every" in query:
        assert page.segmented_control("filter every").value == "week"


@pytest.mark.parametrize("name", PAGES)
def test_nonsense_in_the_address_counts_as_not_said(draw: Draw, name: str) -> None:
    plain = draw("city.leader", name)
    nonsense = {
        "part": "grid", "every": "year", "age": "7", "ladder": "late6", "handling": "²", "rating": "0",
        "hour": "8-25", "category": "no such", "group": "<b>", "department": "*", "source": "unknown",
        "grid": "99999999999", "period": "forever",
    }  # fmt: skip
    page = draw("city.leader", name, **nonsense)
    assert_whole(page)
    assert [heading.value for heading in page.subheader] == [heading.value for heading in plain.subheader]


# -- what the charts say


def test_the_ladder_has_every_open_case_on_its_rung(draw: Draw) -> None:
    page = draw("city.leader", "resolution", **DAYS)
    (bars,) = chart(page, "ladder")["data"]
    counts = dict(zip([key for _kind, key in bars["customdata"]], bars["x"], strict=True))
    assert list(reversed(list(counts))) == list(LADDER)
    assert sum(counts.values()) == number("open").numerator
    late = sum(count for rung, count in counts.items() if rung.startswith("late"))
    assert late == number("overdue").numerator > 0
    colors = dict(zip(counts, bars["marker"]["color"], strict=True))
    assert {colors[rung] for rung in LADDER if rung.startswith("late")} == {STATE_COLORS["blocked"]}
    assert (colors["soon1"], colors["calm"]) == (STATE_COLORS["soon"], STATE_COLORS["normal"])
    assert colors["suspended"] == colors["none"] == STATE_COLORS["unknown"]


def test_a_band_keeps_its_chart_and_narrows_the_others(draw: Draw) -> None:
    whole = draw("city.leader", "resolution", **DAYS)
    page = draw("city.leader", "resolution", ladder="late5", **DAYS)
    rungs = [chart(one, "ladder")["data"][0] for one in (whole, page)]
    assert rungs[0]["x"] == rungs[1]["x"]
    assert rungs[0]["marker"]["opacity"] != rungs[1]["marker"]["opacity"]
    count = number("open", only=((By.LADDER, "late5"),)).numerator
    ages = chart(page, "open by age")["data"]
    assert sum(sum(trace["x"]) for trace in ages) == count
    assert len(ages[0]["y"]) == len(AGES) + 1
    assert any("超期逾30天" in button.label for button in page.button)
    # The rates go on counting every case.
    assert [m.value for m in page.metric] == [m.value for m in whole.metric]
    assert "仍按全部事件计算" in said(page)


def test_handling_bands_are_all_closed_cases(draw: Draw) -> None:
    page = draw("city.leader", "resolution", **DAYS)
    (bars,) = chart(page, "handling spread")["data"]
    assert len(bars["x"]) == len(HANDLING_DAYS) + 1
    by_band = {m.key: m.numerator for m in figures(("closed",), By.HANDLING)}
    assert {
        key: count for (_kind, key), count in zip(bars["customdata"], bars["x"], strict=True) if count
    } == (by_band)
    # What was closed before it was reported has no handling time, and no band.
    assert sum(by_band.values()) == number("handling_median").numerator <= number("closed").numerator
    median = number("handling_median").minutes
    assert median is not None
    (marked,) = [words for words in bars["text"] if "中位数" in words]
    expected = sum(median > days * 7 * 60 for days in HANDLING_DAYS)
    assert bars["customdata"][bars["text"].index(marked)][1] == str(expected)


def test_what_runs_is_marked_and_no_finding(draw: Draw) -> None:
    page = draw("city.leader", "resolution", period="month")
    found = chart(page, "rates by month")
    assert found["data"][0]["x"][-1] == "2026-06"
    assert [note["text"] for note in found["layout"]["annotations"]].count("未完") == 1
    assert heading(page, "月按期办结率").startswith("2026年5月")
    over = draw("city.leader", "resolution", period="last_month")
    notes = chart(over, "rates by month")["layout"]["annotations"]
    assert all(note["text"] != "未完" for note in notes)


def test_parts_without_anything_due_stand_apart(draw: Draw, city: Path, tmp_path: Path) -> None:
    with copy_of(city, tmp_path) as copy:
        copy.execute("UPDATE cases SET due_at = NULL WHERE center_code LIKE '620104%'")
        copy.commit()
        page = draw("city.leader", "resolution", period="12m")
        assert_whole(page)
        assert "西固区没有应计的事件，不排名" in said(page).replace("\\", "")
        (bars,) = chart(page, "on_time by child")["data"]
        assert "西固区" not in bars["y"]
        assert len(bars["y"]) == 8
        firm = [
            m for m in figures(("on_time",), By.CHILD, period=YEAR) if len(m.key) == 6 and not m.small_base
        ]
        lowest = min(firm, key=lambda m: (m.rate or 0, m.key))
        assert bars["y"][-1] in heading(page, "按期办结率最低")
        assert bars["text"][-1].startswith(f"{lowest.rate}%")
        widths = zip(bars["error_x"]["array"], bars["error_x"]["arrayminus"], strict=True)
        assert all(high + low > 0 for high, low in widths)


def test_five_steps_add_up_and_the_least_content_come_first(draw: Draw) -> None:
    page = draw("city.leader", "satisfaction", period="12m")
    found = chart(page, "five steps")
    assert legend(found) == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    assert [trace["marker"]["color"] for trace in found["data"]] == [STEPS[n] for n in "54321"]
    for bar in range(len(found["data"][0]["y"])):
        assert abs(sum(trace["x"][bar] for trace in found["data"]) - 100) < 0.5
    rates = [m for m in figures(("satisfaction",), By.CHILD, period=YEAR) if len(m.key) == 6]
    firm = sorted((m for m in rates if not m.small_base), key=lambda m: (m.value, m.key))
    assert len(firm) > 3
    beside = [note["text"] for note in found["layout"]["annotations"]]
    shown = [words for words in beside if words[0].isdigit()]  # from the lowest bar to the highest
    expected = [f"{m.rate}% · {numbers.whole(m.denominator or 0)}件" for m in firm]
    assert [words.rpartition(" · ")[0] for words in reversed(shown)][: len(firm)] == expected


def test_a_step_narrows_only_where_it_says_something(draw: Draw) -> None:
    whole = draw("city.leader", "satisfaction", period="12m")
    page = draw("city.leader", "satisfaction", period="12m", rating="2")
    assert [m.value for m in page.metric] == [m.value for m in whole.metric]
    steps = [chart(one, "five steps")["data"] for one in (whole, page)]
    assert [trace["x"] for trace in steps[0]] == [trace["x"] for trace in steps[1]]
    assert [trace["marker"]["opacity"][-1] for trace in steps[1]] == [0.5, 0.5, 0.5, 1.0, 0.5]
    given = number("rated", only=((By.RATING, "2"),), period=YEAR).numerator
    assert given > 0
    assert sum(chart(page, "discontent by child")["data"][0]["x"]) == given
    assert f"期内评价为不满意的共{given}件" in said(page)


@pytest.mark.parametrize(
    ("satisfied", "words", "steps"),
    [
        (Satisfied.SATISFIED, "“满意”及以上算满意", "基本满意、不满意、非常不满意"),
        (Satisfied.BASICALLY, "“基本满意”也算满意", "不满意、非常不满意"),
    ],
)
def test_how_it_is_counted_is_said_and_holds(
    draw: Draw, city: Path, tmp_path: Path, satisfied: Satisfied, words: str, steps: str
) -> None:
    with copy_of(city, tmp_path):
        with system() as session:
            choices = (CITY, Suspended.STAYS, satisfied, Rework.BY_CASE, 48, "check", "check", clock.now())
            names = (
                "center_code", "suspended", "satisfied", "rework", "acceptance_hours", "reason", "decided_by",
                "decided_at",
            )  # fmt: skip
            session.add(VariantVersion(version=7, **dict(zip(names, choices, strict=True))))
        page = draw("city.leader", "satisfaction", period="12m")
        assert words in said(page)
        assert f"期内评价为{steps}的" in said(page)
        closing_page = draw("city.leader", "resolution")
        assert "挂账事件计入分母" in said(closing_page)
        assert "口径第7版" in said(closing_page)
        assert "48小时内受理算及时" in said(closing_page)


# -- the way to the cases


def opened(draw: Draw, name: str, key: str, column: str, row: int, **query: str) -> dict[str, str]:
    """Where a cell of an opened table leads."""
    words = "兰州市 · 2026年6月1日至2026年6月30日"
    table = draw("city.leader", name, {f"table of {key} of {words}": True}, **DAYS, **query)
    (heading,) = [one for one in table.dataframe[0].value.columns if one.startswith(column)]
    cell = {"selection": {"rows": [], "columns": [], "cells": [[row, heading]]}}
    preset = {f"table of {key} of {words}": True, f"cells of {key} of {words}": cell}
    page = draw("city.leader", name, preset, **DAYS, **query)
    assert_whole(page)
    return address(page)


def test_a_rung_leads_to_its_arithmetic(draw: Draw) -> None:
    found = opened(draw, "resolution", "ladder ", "在办事件", LADDER.index("late5"))
    assert (found["metric"], found["ladder"], found["center"]) == ("open", "late5", CITY)
    figure = draw("city.leader", "figure", **found)
    count = number("open", only=((By.LADDER, "late5"),)).numerator
    assert count > 0
    assert f"计入的事件 {numbers.whole(count)}" in said(figure)


def test_an_age_and_a_state_lead_there_together(draw: Draw) -> None:
    found = opened(draw, "resolution", "open by age ", "挂账", len(AGES))
    assert (found["metric"], found["age"], found["ladder"]) == ("open", str(len(AGES)), "suspended")
    late = opened(draw, "resolution", "open by age ", "超期未结", len(AGES))
    assert (late["metric"], late["age"]) == ("overdue", str(len(AGES)))


def test_a_step_of_a_center_leads_to_its_cases(draw: Draw) -> None:
    found = opened(draw, "satisfaction", "five steps by child  ", "非常满意", 0)
    assert (found["metric"], found["rating"]) == ("rated", "5")
    assert len(found["center"]) == 6


def test_the_discontent_lead_to_those_who_do_not_count_as_satisfied(draw: Draw) -> None:
    found = opened(draw, "satisfaction", "discontent by child  ", "不算满意的评价", 0)
    assert (found["metric"], found["side"]) == ("satisfaction", "rest")
    figure = draw("city.leader", "figure", **found)
    rate = number("satisfaction", center=found["center"])
    assert f"分母中其余 {(rate.denominator or 0) - rate.numerator}" in said(figure)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("resolution", {}),
        ("resolution", {"part": "category", "handling": "1", "every": "week"}),
        ("satisfaction", {"part": "source"}),
    ],
)
def test_every_table_opens_and_goes_out(
    draw: Draw, monkeypatch: pytest.MonkeyPatch, name: str, query: dict[str, str]
) -> None:
    written: list[bytes] = []

    def write(look: Look, sheet: Sheet, kind: str, make: Callable[[Sheet], bytes]) -> Callable[[], bytes]:
        written.append(make(sheet))
        return lambda: written[-1]

    monkeypatch.setattr(panel, "_written", write)
    closed = draw("city.leader", name, period="12m", **query)
    keys = [one.proto.id.partition("-")[2].partition("-")[2] for one in closed.get("plotly_chart")]
    assert len(keys) == PARTS[name]
    page = draw("city.leader", name, {f"table of {key}": True for key in keys}, period="12m", **query)
    assert_whole(page)
    assert len(page.dataframe) == PARTS[name]
    assert len(written) == 2 * PARTS[name]
    books = [file for file in written if file.startswith(b"PK")]
    assert len(books) == PARTS[name]
    for file in books:
        with zipfile.ZipFile(io.BytesIO(file)) as book:
            assert any(part.startswith("xl/charts/chart") for part in book.namelist())
