"""From a list of cases to one of them and back, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_flows import MakeVisitor, choose, place, settled, went
from tests.running import Server


@pytest.mark.parametrize("how", ["button", "link"])
def test_from_a_list_to_a_case_and_back(visitor: MakeVisitor, server: Server, how: str) -> None:
    mine = visitor()
    mine.holds(server.begin_session("chengguan.director", "zh"))
    page = mine.open("/cases?center=620102&kind=all")
    heading = settled(page)
    title = choose(page)
    page.wait_for_url("**/case?id=*")
    expect(page.locator("h1")).to_have_text(title)
    settled(page)
    opened = page.url
    if how == "button":
        page.go_back()
    else:
        page.get_by_test_id("stMain").get_by_role("link", name="返回事件").click()
    went(page, center="620102", kind="all")
    expect(page.locator("h1")).to_have_text(heading)
    settled(page)
    assert place(page) == {"center": "620102", "kind": "all"}
    # The row is no longer chosen there; chosen once more it opens once more.
    assert choose(page) == title
    page.wait_for_url(opened)
    expect(page.locator("h1")).to_have_text(title)
