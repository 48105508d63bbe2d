"""Scheduling where no round was opened yet: every page says so and leads on."""

from __future__ import annotations

import pytest

from tests.pages.test_pages import Draw, assert_whole, city, draw, tokens

__all__ = ["city", "draw", "tokens"]


@pytest.mark.parametrize("username", ["city.leader", "jiuquanlu.director", "chengguan.housing"])
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("rounds", {}),
        ("rounds", {"kind": "annual", "round": "1"}),
        ("report", {"report": "1"}),
        ("meeting", {"round": "1"}),
        ("tasks", {"task": "1"}),
        ("planning", {"view": "plan"}),
        ("planning", {"view": "burden"}),
        ("planning", {"view": "calendar"}),
    ],
)
def test_pages_without_rounds(draw: Draw, username: str, name: str, query: dict[str, str]) -> None:
    page = draw(username, name, **query)
    assert_whole(page)
    assert page.title
    assert page.get("page_link") or page.button
