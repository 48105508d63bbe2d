"""The six charts, the figure that opens, and the map: what they say, where they lead, what goes out."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from db.models.audit import AuditEntry
from db.models.case import Case
from lib.access.work import system_reading
from lib.deployment import standing
from lib.i18n import numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.metrics.queries import measure
from lib.ui import spans
from tests import makers
from tests.pages.test_pages import ACCOUNTS, Draw, address, assert_whole, city, draw, said, tokens

__all__ = ["city", "draw", "tokens"]
COUNTY = "620102"


def reading(code: str) -> Any:
    """A leader's own look at the same database."""
    from lib.access.work import reading

    return reading(makers.viewer_for_role(ACCOUNTS["city.leader"], code))


def moment_of_the_city() -> Any:
    with system_reading() as session:
        found = standing(session)
    assert found is not None
    return found.moment


def test_six_charts_with_findings_and_their_tables(draw: Draw) -> None:
    page = draw("city.leader", "analysis")
    assert_whole(page)
    assert len(page.subheader) == 6
    assert all(element.value for element in page.subheader)
    assert len(page.get("plotly_chart")) == 6
    # A table is sent when somebody opens it.
    assert not page.dataframe


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_figure_opens(draw: Draw, name: str) -> None:
    page = draw("city.leader", "figure", metric=name, center=COUNTY, period="90d")
    assert_whole(page)
    moment = moment_of_the_city()
    with reading(COUNTY) as session:
        period = spans.span_period("90d", moment.astimezone(tz=None).date())
        period = Period(period.first, period.last)
        (found,) = measure(session, (name,), COUNTY, period, period.stands_at(moment))
    said_there = said(page)
    assert numbers.whole(found.numerator) in said_there
    if found.denominator:
        assert numbers.whole(found.denominator) in said_there
    assert METRICS[name].formula in said_there.replace("\\", "")


def test_the_list_behind_a_figure_is_as_long_as_its_count(draw: Draw) -> None:
    page = draw("city.leader", "figure", metric="overdue", center="620102001")
    assert_whole(page)
    with reading("620102001") as session:
        (found,) = measure(session, ("overdue",), "620102001", Period(date(2026, 6, 1), date(2026, 6, 30)),
                           moment_of_the_city())  # fmt: skip
    shown = 0
    while True:
        if page.dataframe:
            shown += len(page.dataframe[0].value)
        more = [link for link in page.get("page_link") if "后面" in link.proto.label]
        if not more:
            break
        query = dict(pair.split("=") for pair in more[0].proto.query_string.split("&"))
        page = draw("city.leader", "figure", **query)
    assert shown == found.numerator


def test_a_viewer_sees_the_number_and_not_the_cases(draw: Draw) -> None:
    page = draw("chengguan.viewer", "figure", metric="received", center=COUNTY)
    assert_whole(page)
    assert "不能看事件清单" in said(page)
    assert not page.dataframe


def test_a_cell_of_the_overview_opens_its_figure(draw: Draw) -> None:
    listed = draw("city.leader", "overview")
    frame = listed.dataframe[0].value
    heading = next(name for name in frame.columns if name.startswith("按期办结率"))
    cell = {"selection": {"rows": [], "columns": [], "cells": [[0, heading]]}}
    page = draw("city.leader", "overview", {"table of 6201": cell})
    assert_whole(page)
    found = address(page)
    assert found["metric"] == "on_time"
    assert found["center"].startswith("6201")
    assert len(found["center"]) == 6


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-06-30", "2026-06-01", "结束日期早于开始日期"),
        ("yesterday", "2026-06-01", "日期要写成"),
        ("1900-01-01", "2026-06-01", "最多十年"),
    ],
)
def test_an_impossible_period_gets_a_sentence(draw: Draw, first: str, last: str, sentence: str) -> None:
    page = draw("city.leader", "analysis", period="custom", first=first, last=last)
    assert_whole(page)
    assert any(sentence in error.value for error in page.error)


def test_the_map_has_a_part_for_every_child(draw: Draw) -> None:
    page = draw("city.leader", "map", metric="received")
    assert_whole(page)
    with system_reading() as session:
        counties = {code[:6] for code in session.scalars(select(Case.center_code).distinct())} - {"6201"}
    assert len(counties) == 9
    figure = page.get("plotly_chart")[0].proto.spec
    with reading("6201") as session:
        found = measure(session, ("received",), "6201", Period(date(2026, 6, 1), date(2026, 6, 30)),
                        moment_of_the_city(), By.CHILD)  # fmt: skip
    for one in found:
        if len(one.key) == 6:
            assert one.key in figure


def test_what_is_taken_out_is_noted_and_says_what_it_is(draw: Draw) -> None:
    """The file is made when the button's own callable is asked, as the browser does."""
    from lib.ui import panel, six
    from lib.ui.look import Look

    made: list[tuple[bytes, str]] = []

    def taken(look: Look, sheet: Any, kind: str, make: Any) -> Any:
        write = original(look, sheet, kind, make)
        made.append((write(), kind))
        return write

    original = panel._written
    panel._written = taken
    try:
        key = "table of volume by day of 兰州市 · 2026年6月1日至2026年6月30日"
        page = draw("city.leader", "analysis", {key: True})
    finally:
        panel._written = original
    assert_whole(page)
    assert {kind for _bytes, kind in made} == {"xlsx", "csv"}
    book = openpyxl.load_workbook(io.BytesIO(next(b for b, kind in made if kind == "xlsx")))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("默认口径" in cell for cell in cells)
    assert any(cell.startswith("EX-") or "EX-" in cell for cell in cells)
    assert str(six.DAYS) in " ".join(cells)
    with system_reading() as session:
        noted = session.scalar(select(func.count(AuditEntry.seq)).where(AuditEntry.event == "exported"))
    assert noted == 2
