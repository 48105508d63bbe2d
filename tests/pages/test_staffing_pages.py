"""The roster in numbers on the screen: its finding, its pictures, each figure with what stands behind it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import reading, system_reading
from lib.deployment import moment_of
from lib.i18n import numbers
from lib.metrics.comparison import moved
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Rows
from lib.metrics.queries import measure
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.roster.shares import Share
from lib.roster.vacancies.queries import vacancies
from lib.ui.check_follow import finding as checked_words
from lib.ui.staffing import finding
from lib.ui.staffing_map import map_title
from lib.ui.staffing_parts import left_words
from lib.ui.training_people import finding as trained_words
from tests import makers
from tests.pages.test_pages import ACCOUNTS, Draw, address, assert_whole, draw, said, texts, tokens
from tests.running import at_database

__all__ = ["draw", "tokens"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_FIGURES in GRANTS[role]]
CENTERS = ("6201", "620102", "620102001", "620102001001")
YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small city, some of whose gridworkers have left."""
    path = tmp_path_factory.mktemp("staffing") / "city.db"
    shutil.copy(small_city, path)
    with closing(sqlite3.connect(path)) as file:
        file.execute(
            "UPDATE posts SET until = '2026-05-20', ending = 'left'"
            " WHERE role = 'full_time' AND until IS NULL AND since < '2026-04-01' AND id % 23 = 0"
        )
        file.commit()
    with at_database(path):
        yield path


def leader(code: str) -> Viewer:
    return makers.viewer_for_role(ACCOUNTS["city.leader"], code)


def plain(page: AppTest) -> str:
    """The title without the marks that keep it from being read as Markdown."""
    return str(page.title[0].value).replace("\\", "")


def now() -> Any:
    with system_reading() as session:
        return moment_of(session)


def test_the_title_is_the_finding_and_every_picture_has_its_table(draw: Draw) -> None:
    page = draw("city.leader", "staffing")
    assert_whole(page)
    with reading(leader("6201")) as session:
        [staffing] = measure(session, ("staffing",), "6201", YEAR, now())
    missing = (staffing.denominator or 0) - staffing.numerator
    assert missing
    assert plain(page) == f"兰州市：7,507个小网格空缺{missing}个，配备率{staffing.rate}%"
    assert len(page.get("plotly_chart")) == 6
    assert len(page.get("metric")) == 8
    assert all(element.value for element in page.subheader)
    with reading(leader("6201")) as session:
        found = {m.key: m.numerator for m in measure(session, ("vacancies",), "6201", YEAR, now(), By.CHILD)}
        listed = vacancies(session, "6201")
    table = page.dataframe[0].value  # the one under the map is open
    assert sorted(table["空缺网格"]) == sorted(found.values())
    assert list(page.dataframe[-1].value["上一任"]) == [row.last_name or None for row in listed.rows]
    assert listed.total == missing


@pytest.mark.parametrize("username", SEES)
@pytest.mark.parametrize("center", ["", *CENTERS])
def test_it_is_drawn_for_all_who_read_figures_at_every_level(draw: Draw, username: str, center: str) -> None:
    page = draw(username, "staffing", **({"center": center} if center else {}))
    assert_whole(page)
    names = Permission.READ_ROSTER in GRANTS[ACCOUNTS[username]]
    listed = [one for one in page.subheader if one.value == "空缺网格清单"]
    assert len(listed) <= names


def test_who_may_not_see_names_gets_none(draw: Draw) -> None:
    page = draw("chengguan.viewer", "staffing")
    assert_whole(page)
    with reading(leader("620102")) as session:
        names = [row.last_name for row in vacancies(session, "620102").rows]
    assert names
    cells = "\n".join([*texts(page)["cells"], said(page)])
    assert not [name for name in names if name in cells]
    behind = draw("chengguan.viewer", "figure", metric="turnover", center="620102", period="year")
    assert_whole(behind)
    assert not behind.dataframe
    assert "不能看名单" in said(behind)
    assert draw("chengguan.viewer", "figure", metric="vacancies", center="620102").dataframe


@pytest.mark.parametrize(
    "query",
    [
        {"period": "12m"}, {"period": "custom", "first": "2025-02-30", "last": "x"}, {"period": "nothing"},
        {"period": "custom", "first": "2025-03-01", "last": "2025-03-31"}, {"setting": "urban"},
        {"setting": "<b>"}, {"page": "99999"}, {"page": "-1"}, {"source": "hotline", "age": "1"},
        {"period": "custom", "first": "2030-01-01", "last": "2031-01-01"},
    ],
)  # fmt: skip
def test_whatever_the_address_says(draw: Draw, query: dict[str, str]) -> None:
    assert_whole(draw("city.leader", "staffing", center="620102", **query))
    assert_whole(draw("city.leader", "figure", metric="turnover", center="620102", **query))


def test_a_past_month_is_read_as_it_was(draw: Draw) -> None:
    page = draw("city.leader", "staffing", period="custom", first="2026-04-01", last="2026-04-30")
    assert_whole(page)
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    with reading(leader("6201")) as session:
        [then] = measure(session, ("staffing",), "6201", april, now())
        [today] = measure(session, ("staffing",), "6201", YEAR, now())
    assert then.numerator > today.numerator
    assert finding("兰州市", then) == plain(page)


def test_the_finding_in_words() -> None:
    assert finding("甲", None) == "甲还没有小网格"
    assert finding("甲", Measured("staffing", "6201", 0, 0)) == "甲还没有小网格"
    assert finding("甲", Measured("staffing", "6201", 1200, 1200)) == "甲：1,200个小网格全部配有专职网格员"
    assert finding("甲", Measured("staffing", "6201", 7, 9)) == "甲：9个小网格空缺2个，配备率77.8%"


def test_none_is_named_above_its_like() -> None:
    keys = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert left_words(keys, [0, 3, 1, 0, 0]).endswith("2026年2月最多，3人")
    assert left_words(keys, [0, 3, 3, 0, 1]).endswith("2026年2月、2026年3月最多，各3人")
    assert left_words(keys, [1, 1, 1, 1, 0]) == "5个月共有4名专职网格员离岗，最多的月份1人"
    assert left_words(keys, [0, 0, 1_200, 0, 0]) == "5个月共有1,200名专职网格员离岗，都在2026年3月"
    vacant = [("甲", Measured("vacancies", "1", 2, None)), ("乙", Measured("vacancies", "2", 2, None))]
    less = ("丙", Measured("vacancies", "3", 1, None))
    more = [("丁", vacant[0][1]), ("戊", vacant[0][1])]
    assert map_title([]) == "下级中心都没有空缺网格"
    assert map_title([less]) == "下级中心中只有丙有空缺，1个"
    assert map_title(vacant) == "2个下级中心有空缺，各2个"
    assert map_title([vacant[0], less]) == "2个下级中心有空缺，甲最多，2个"
    assert map_title([*vacant, less]) == "3个下级中心有空缺，甲、乙最多，各2个"
    assert map_title([*vacant, *more, less]) == "5个下级中心有空缺，最多的4个各2个"


def test_training_and_checks_say_their_finding() -> None:
    assert trained_words("甲", Share(0, 0)) == "甲今天没有在岗的专职网格员"
    assert trained_words("甲", Share(0, 1_200)) == "甲：1,200名专职网格员全部经过培训"
    assert trained_words("甲", Share(1, 30)) == "甲：30名专职网格员中1人未培训或已过期"
    assert checked_words("甲", Share(0, 0), 0) == "甲近90天没有抽查结果"
    assert checked_words("甲", Share(0, 0), 2) == "甲近90天没有抽查结果，还有2项待整改"
    assert checked_words("甲", Share(5, 6), 0) == "甲近90天抽查6人次，在岗率83.3%"


@pytest.mark.parametrize("name", ["training_coverage", "patrol_coverage", "visit_coverage"])
def test_days_without_any_record_are_compared_with_nothing(name: str) -> None:
    now, then = Measured(name, "", 60, 100), Measured(name, "", 0, 100)
    assert moved(now, then) is None
    assert moved(then, now) == -60
    assert moved(now, replace(then, numerator=1)) == 59
    assert moved(Measured("staffing", "", 60, 100), Measured("staffing", "", 0, 100)) == 60


@pytest.mark.parametrize("name", ROSTER_METRICS)
@pytest.mark.parametrize("center", ["6201", "620102001"])
def test_every_figure_opens_with_what_stands_behind_it(draw: Draw, name: str, center: str) -> None:
    page = draw("city.leader", "figure", metric=name, center=center, period="year")
    assert_whole(page)
    with reading(leader(center)) as session:
        found = next(iter(measure(session, (name,), center, YEAR, now())), None)
    said_there = said(page)
    assert ROSTER_METRICS[name].formula in said_there.replace("\\", "")
    if found is not None:
        assert numbers.whole(found.numerator) in said_there
    heading = "背后的网格" if ROSTER_METRICS[name].rows is Rows.GRIDS else "背后的人员"
    assert heading in [one.value for one in page.subheader]


def test_a_cell_of_a_table_leads_to_its_figure(draw: Draw) -> None:
    key = "cells of vacancies by center of 兰州市 · 2026年6月1日至2026年6月30日"
    chosen = {"selection": {"rows": [], "columns": [], "cells": [(0, "空缺网格")]}}
    opened = draw("city.leader", "staffing", {key: chosen})
    with reading(leader("6201")) as session:
        found = measure(session, ("vacancies",), "6201", YEAR, now(), By.CHILD)
    most = max(found, key=lambda one: one.numerator)
    assert address(opened) == {
        "metric": "vacancies", "center": most.key, "first": "2026-06-01", "last": "2026-06-30",
        "period": "custom",
    }  # fmt: skip
