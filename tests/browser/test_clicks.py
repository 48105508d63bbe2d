"""A click on a bar narrows the page: only a browser knows whether the chart really hands it on."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.test_flows import MakeVisitor, place, settled
from tests.running import Server


def at_rest(bar: Locator) -> FloatRect:
    """Where a bar is once the charts around it have found their places."""
    before = None
    for _try in range(50):
        now = bar.bounding_box()
        if now is not None and now == before:
            return now
        before = now
        bar.page.wait_for_timeout(200)
    raise AssertionError("the chart does not come to rest")


def click_bar(page: Page, chart: str, bar: int, trace: int) -> None:
    """`chart` is how its key begins; bars are counted from below."""
    bars = page.locator(f'[class*="st-key-{chart}"] .barlayer .trace').nth(trace).locator(".point path")
    bars.nth(bar).wait_for(state="attached")
    settled(page)
    bars.nth(bar).scroll_into_view_if_needed()
    box = at_rest(bars.nth(bar))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize(
    ("path", "chart", "bar", "trace", "kind", "value"),
    [
        ("resolution", "ladder", 0, 0, "ladder", "late5"),
        ("resolution", "open-by-age", 0, 0, "age", "6"),
        ("resolution", "handling-spread", 5, 0, "handling", "0"),
        ("resolution?part=source", "handling-by-source", 0, 1, "source", None),
        ("resolution?period=12m&part=source", "on_time-by-source", 0, 0, "source", None),
        ("satisfaction?period=12m", "five-steps", 2, 1, "rating", "4"),
        ("satisfaction?period=12m&part=source", "discontent-by-source", 0, 0, "source", None),
    ],
)
def test_a_click_on_a_bar_narrows(
    visitor: MakeVisitor, server: Server, path: str, chart: str, bar: int, trace: int, kind: str,
    value: str | None,
) -> None:  # fmt: skip
    mine = visitor()
    mine.holds(server.begin_session("city.leader", "zh"))
    page = mine.open(f"/{path}")
    click_bar(page, chart, bar, trace)
    page.wait_for_url(lambda address: kind in parse_qs(urlsplit(address).query))
    page.get_by_role("button", name="清除筛选").wait_for()
    assert value in (None, place(page)[kind])


def test_what_is_clicked_once_more_is_let_go(visitor: MakeVisitor, server: Server) -> None:
    mine = visitor()
    mine.holds(server.begin_session("city.leader", "zh"))
    page = mine.open("/satisfaction?period=12m&rating=4")
    page.get_by_role("button", name="清除筛选").wait_for()
    click_bar(page, "five-steps", 2, 1)
    page.wait_for_url(lambda address: "rating" not in parse_qs(urlsplit(address).query))
    expect(page.get_by_role("button", name="清除筛选")).to_have_count(0)
