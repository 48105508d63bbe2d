"""The pages of analysis where nothing has happened yet: a deployment with centers, people and no case."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lib.ui.menu import ANALYSIS, MENU, Entry
from tests.pages.test_pages import Draw, assert_whole, draw, tokens
from tests.running import at_database

__all__ = ["draw", "tokens"]


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("pages") / "city.db"
    shutil.copy(small_city, path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM cases")
        file.commit()
    with at_database(path):
        yield path


@pytest.mark.parametrize("entry", [e for e in MENU if e.section == ANALYSIS], ids=lambda entry: entry.name)
@pytest.mark.parametrize("center", ["6201", "620102001", "620102001001"])
def test_every_page_is_drawn(draw: Draw, entry: Entry, center: str) -> None:
    page = draw("city.leader", entry.name, center=center)
    assert_whole(page)
    assert page.title
    assert not page.error
