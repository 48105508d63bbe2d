"""A small demonstration: everything at its published figures, but two thousand cases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.engine import close_engine
from seed.cases import COLUMNS, Ground, cases, ground
from seed.city import department_rows, units
from seed.filling import fill
from seed.grids import small_grids
from seed.plan import Plan
from seed.progress import Progress
from tests.conftest import pointed_at

PLAN = Plan(cases=2_000, seed=7, today=date(2026, 6, 30))
# In every twentieth of the small grids, so that many of them meet at one matter.
CROWDED = Plan(cases=40_000, seed=7, today=date(2026, 6, 30))


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Path:
    """An SQLite file that is filled once and copied for each test that reads it."""
    path = tmp_path_factory.mktemp("seed") / "filled.db"
    shutil.copy(empty_sqlite, path)
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patch, pointed_at(url, path.parent / "data", patch):
        fill(url, PLAN, Progress())
    close_engine(url)
    return path


@pytest.fixture
def filled(tmp_path: Path, filled_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    path = tmp_path / "filled.db"
    shutil.copy(filled_file, path)
    url = f"sqlite:///{path}"
    # With the key that its numbers were sealed by.
    shutil.copytree(filled_file.parent / "data", tmp_path / "data")
    with pointed_at(url, tmp_path / "data", monkeypatch):
        yield url
    close_engine(url)


@pytest.fixture(scope="session")
def crowded_ground() -> Ground:
    found = units()
    return ground(CROWDED, found, small_grids(CROWDED, found)[::20], department_rows(found))


@pytest.fixture(scope="session")
def crowded(crowded_ground: Ground) -> list[dict[str, Any]]:
    """The rows as they are written, oldest first."""
    return [dict(zip(COLUMNS, row, strict=True)) for batch in cases(CROWDED, crowded_ground) for row in batch]
