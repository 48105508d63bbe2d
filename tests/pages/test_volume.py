"""How much comes in: the page of volume, and the cards that several pages share."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.models.case import Case, Source
from db.scope import within
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system_reading
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.ui.cards import Against, change_of, explanation
from lib.ui.steps import steps_of, usual_step
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
CENTERS = ("6201", "620102", "620102001", "620102001001")
TODAY = date(2026, 6, 30)


def charts(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def count(center: str, first: date, last: date, *conditions: Any) -> int:
    """Straight from the table."""
    start, end = clock.start_of_day(first), clock.start_of_day(last + timedelta(days=1))
    with system_reading() as session:
        return session.scalars(
            select(func.count(Case.id)).where(
                within(Case.center_code, [center]),
                Case.reported_at >= start,
                Case.reported_at < end,
                *conditions,
            )
        ).one()


@pytest.mark.parametrize("username", SEES)
def test_everybody_who_may_sees_it_from_their_own_center(draw: Draw, username: str) -> None:
    for lang in ("zh", "en"):
        page = draw(username, "volume", lang=lang)
        assert_whole(page)
        assert page.title
        assert len(page.metric) == 4
        assert charts(page)


@pytest.mark.parametrize("center", CENTERS)
@pytest.mark.parametrize("part", ["place", "matter", "source", "department"])
def test_every_part_adds_up_at_every_level(draw: Draw, center: str, part: str) -> None:
    page = draw("city.leader", "volume", center=center, part=part, period="12m")
    assert_whole(page)
    series, parts, hours = charts(page)
    total = count(center, date(2025, 7, 1), TODAY)
    assert total > 0
    assert sum(series["data"][0]["y"]) == total
    assert sum(sum(row) for row in hours["data"][0]["z"]) == total
    drawn = sum(parts["data"][0]["x"])
    rest = re.search(r"共([0-9,]+)件，未画出", said(page))
    assert drawn + (int(rest[1].replace(",", "")) if rest else 0) == total


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_the_steps_add_up_however_fine(draw: Draw, step: str) -> None:
    page = draw("city.leader", "volume", step=step, period="year")
    assert_whole(page)
    now, beside = charts(page)[0]["data"]
    assert sum(now["y"]) == count("6201", date(2026, 1, 1), TODAY)
    before = step == "day"  # days stand beside those just before, weeks and months beside last year
    first, last = (date(2025, 7, 4), date(2025, 12, 31)) if before else (date(2025, 1, 1), date(2025, 6, 30))
    # The day is not over at five in the afternoon, and its fellow is read until then.
    late = Case.reported_at >= clock.start_of_day(last) + timedelta(hours=17, seconds=1)
    assert sum(beside["y"]) == count("6201", first, last) - count("6201", last, last, late)


def test_a_narrowed_part_stays_among_the_others(draw: Draw) -> None:
    page = draw("city.leader", "volume", part="source", source="hotline", period="12m")
    assert_whole(page)
    series, parts, _hours = charts(page)
    hotline = count("6201", date(2025, 7, 1), TODAY, Case.source == Source.HOTLINE)
    assert sum(series["data"][0]["y"]) == hotline
    assert sum(parts["data"][0]["x"]) == count("6201", date(2025, 7, 1), TODAY)
    bars = parts["data"][0]
    colors = dict(zip((key for _kind, key in bars["customdata"]), bars["marker"]["color"], strict=True))
    assert [key for key, color in colors.items() if color == colors["hotline"]] == ["hotline"]


def test_a_group_is_taken_apart_into_its_categories(draw: Draw) -> None:
    page = draw("city.leader", "volume", part="matter", group="03", period="12m")
    assert_whole(page)
    parts = charts(page)[1]["data"][0]
    assert {kind for kind, _key in parts["customdata"] if kind} == {"category"}
    assert all(key.startswith("03") for _kind, key in parts["customdata"] if key)
    assert sum(parts["x"]) == count("6201", date(2025, 7, 1), TODAY, Case.category_code.startswith("03"))


def test_an_hour_or_a_weekday_narrows_the_rest_and_gets_a_frame(draw: Draw) -> None:
    for hour in ("1-09", "3"):
        page = draw("city.leader", "volume", hour=hour, period="90d")
        assert_whole(page)
        series, _parts, hours = charts(page)
        row = hours["data"][0]["z"][int(hour[0]) - 1]
        assert sum(series["data"][0]["y"]) == (row[9] if len(hour) > 1 else sum(row))
        assert len(hours["layout"]["shapes"]) == 1
        assert sum(map(sum, hours["data"][0]["z"])) > sum(row)  # the others are still there


def test_nonsense_in_the_address_is_no_error(draw: Draw) -> None:
    names = ("step", "part", "hour", "period", "source", "group", "department", "grid")
    for value in (*GARBAGE, "1-99", "8"):
        page = draw("city.leader", "volume", **dict.fromkeys(names, value))
        assert_whole(page)
        assert page.title
        assert charts(page) or "期内没有接报事件" in said(page)  # there may be a grid 8


def test_the_working_days_of_each_period_are_said(draw: Draw) -> None:
    page = draw("city.leader", "volume", period="30d")
    words = said(page).replace("\\", "")
    for days in (
        "本期2026-06-01至2026-06-30，21个工作日",
        "上期2026-05-02至2026-05-31",
        "去年同期2025-06-01",
    ):
        assert days in words


def clicking(customdata: list[str], query: dict[str, str]) -> dict[str, str]:
    """The address after a click on a point of a chart."""

    def script(customdata: list[str]) -> None:
        import streamlit as st

        from lib.ui.panel import _clicked

        st.session_state["chart"] = {"selection": {"points": [{"customdata": customdata}]}}
        _clicked("chart")

    page = AppTest.from_function(script, kwargs={"customdata": customdata})
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return address(page)


def test_a_click_on_a_bar_chooses_its_days(city: Path) -> None:
    chosen = {"period": "custom", "first": "2026-06-01", "last": "2026-06-07"}
    assert clicking(["days", "2026-06-01 2026-06-07"], {"period": "90d", "step": "week"}) == {
        **chosen,
        "step": "week",
    }
    for nonsense in ("", "2026-06-07 2026-06-01", "x y", "2026-06-01"):
        assert clicking(["days", nonsense], {"period": "90d"}) == {"period": "90d"}


# -- steps


@pytest.mark.parametrize("by", [By.DAY, By.WEEK, By.MONTH])
@pytest.mark.parametrize("days", [1, 6, 45, 200, 800])
def test_steps_hold_each_day_once(by: By, days: int) -> None:
    for last in (TODAY, date(2024, 2, 29), date(2025, 12, 31)):
        period = Period(last - timedelta(days=days - 1), last)
        steps = steps_of(period, by)
        every = [step.period.first + timedelta(days=n) for step in steps for n in range(step.period.days)]
        assert every == [period.first + timedelta(days=n) for n in range(days)]
        assert len({step.key for step in steps}) == len(steps)


def test_a_step_that_is_cut_off_says_so() -> None:
    week, rest = steps_of(Period(date(2026, 6, 24), date(2026, 6, 29)), By.WEEK)
    assert (week.key, week.ends, week.words) == ("2026-06-22", True, "2026年6月22日起的一周（5天）")
    assert (rest.key, rest.ends, rest.words) == ("2026-06-29", False, "2026年6月29日起的一周（1天）")
    (month,) = steps_of(Period(date(2026, 6, 1), TODAY), By.MONTH)
    assert (month.key, month.ends, month.words) == ("2026-06", True, "2026年6月")


@pytest.mark.parametrize(
    ("days", "by"), [(1, By.DAY), (45, By.DAY), (46, By.WEEK), (200, By.WEEK), (201, By.MONTH)]
)
def test_the_usual_step(days: int, by: By) -> None:
    assert usual_step(days) is by


# -- cards


def measured(metric: str, numerator: int, denominator: int | None = None, hours: float = 0) -> Measured:
    return Measured(metric, "6201", numerator, denominator, "", hours * 60 or None)


@pytest.mark.parametrize(
    ("now", "then", "words", "color"),
    [
        (measured("received", 110), measured("received", 100), "▲10.0%", "gray"),  # work is neither
        (measured("overdue", 110), measured("overdue", 100), "▲10.0%", "red"),
        (measured("overdue", 90), measured("overdue", 100), "▼10.0%", "green"),
        (measured("on_time", 96, 100), measured("on_time", 95, 100), "▲1.0个百分点", "green"),
        (measured("on_time", 94, 100), measured("on_time", 95, 100), "▼1.0个百分点", "red"),
        (measured("on_time", 19, 20), measured("on_time", 9, 100), "▲86.0个百分点", "gray"),  # a small base
        (measured("on_time", 95, 100), measured("on_time", 9, 20), "▲50.0个百分点", "gray"),
        (measured("on_time", 95, 100), measured("on_time", 950, 1000), "持平", "gray"),
        (measured("rework", 5, 100), measured("rework", 4, 100), "▲1.0个百分点", "red"),
        (
            measured("handling_median", 50, 50, 5),
            measured("handling_median", 50, 50, 7.5),
            "▼2.5小时",
            "green",
        ),
        (measured("per_grid", 150, 1000), measured("per_grid", 100, 1000), "▲50.0%", "gray"),
        (measured("received", 0), measured("received", 0), "持平", "gray"),
    ],
)
def test_a_change_is_colored_only_where_it_is_known_to_be_better_or_worse(
    now: Measured, then: Measured, words: str, color: str
) -> None:
    change = change_of(now, then)
    assert change is not None
    assert (change.words, change.color) == (words, color)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (None, measured("received", 1)),
        (measured("received", 1), None),
        (measured("received", 1), measured("received", 0)),  # no share of nothing
        (measured("on_time", 0, 0), measured("on_time", 9, 10)),
        (measured("on_time", 9, 10), measured("on_time", 0, 0)),
        (measured("handling_median", 0, 0), measured("handling_median", 50, 50, 7.5)),
        (measured("per_grid", 3, 0), measured("per_grid", 2, 0)),
    ],
)
def test_nothing_is_compared_with_nothing(now: Measured | None, then: Measured | None) -> None:
    assert change_of(now, then) is None


def test_the_help_of_a_card_shows_both_sums() -> None:
    then = {Against.BEFORE: measured("on_time", 90, 100), Against.LAST_YEAR: None}
    words = explanation("on_time", measured("on_time", 95, 100), then).replace("\\", "")
    assert "95.0% = 95 ÷ 100" in words
    assert "上期：90.0% = 90 ÷ 100" in words
    assert "去年同期：—" in words
