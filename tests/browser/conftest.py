"""A real Chromium on the real server; without one these tests are left out in one line.

`REQUIRE_BROWSER=1` turns a missing Chromium into a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, expect, sync_playwright

from tests.running import Server, server, small_city

__all__ = ["server", "small_city"]

HERE = Path(__file__).parent
# On two cores that other tests use too a page may take its time; what never comes still fails.
expect.set_options(timeout=20_000)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "no Chromium found: the browser tests are left out (REQUIRE_BROWSER=1 makes this a failure)"


def chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    return "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mine = [item for item in items if item.path.is_relative_to(HERE)]
    if not mine or chromium() or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    items[:] = [item for item in items if item not in mine]
    config.hook.pytest_deselected(items=mine)
    config.stash[NOTICE] = MISSING


NOTICE = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if NOTICE in config.stash:
        terminalreporter.write_line(config.stash[NOTICE])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.fail(MISSING)
    found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield found
    found.close()


class Visitor:
    """One person's browser: their own cookies, and everything that it asked for and complained of."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context, self.server = context, server
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._asked)
        context.on("console", lambda message: self._said(message.type, message.text, message.location))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _asked(self, request: Request) -> None:
        local = (self.server.url, f"ws://{self.server.host}", "data:", "blob:", "about:")
        if not request.url.startswith(local):
            self.foreign.append(request.url)

    def _said(self, kind: str, text: str, where: Any) -> None:
        # A page below the first asks for these under its own name first, and then rightly; and the
        # watcher's question has this answer when the session is over.
        known = ("/_stcore/" in where["url"] and "404" in text) or (
            where["url"].endswith("/auth/state") and "401" in text
        )
        if kind == "error" and not known:
            self.complaints.append(f"{text} {where['url']}")

    def open(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.set_default_timeout(30_000)
        page.goto(self.server.url + path)
        return page

    def holds(self, token: str) -> None:
        """Signed in, without the cost of it."""
        self.context.add_cookies(
            [
                {
                    "name": self.server.cookie_name,
                    "value": token,
                    "url": self.server.url.replace("http:", "https:"),
                    "httpOnly": True,
                    "secure": True,
                    "sameSite": "Strict",
                }
            ]
        )


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Callable[[], Visitor]]:
    """Makes browsers of their own; at the end none of them has asked elsewhere or complained."""
    made: list[Visitor] = []

    def make() -> Visitor:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        made.append(Visitor(context, server))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
    assert [address for one in made for address in one.foreign] == []
    assert [text for one in made for text in one.complaints] == []
