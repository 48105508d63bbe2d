"""Who worked in the grids before there was a roster is carried over into it, and back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, func, insert, select, text

from db import migrate
from db.engine import close_engine, for_writing, open_engine
from tests.conftest import pointed_at

BEFORE, AFTER = "0005", "0006"
VILLAGE = "739902001001"
LONG_AGO = date(2024, 1, 1)  # since when a secretary is taken to be there: it was not written down
_numbers = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of the revision that knew no roster."""
    if request.param == "sqlite":
        url, drop = f"sqlite:///{tmp_path / 'before.db'}", lambda: None
    else:
        server, name = request.getfixturevalue("postgresql"), f"before_{next(_numbers)}"
        url, drop = server.create(name, like="template0"), lambda: server.drop(name)
    with pointed_at(url, tmp_path / "data", monkeypatch):
        with for_writing(open_engine(url)).begin() as connection:
            command.upgrade(migrate._config(connection), BEFORE)
        yield url
    close_engine(url)
    drop()


def to(url: str, revision: str) -> None:
    with for_writing(open_engine(url)).begin() as connection:
        move = command.upgrade if revision > (migrate.standing(url) or "") else command.downgrade
        move(migrate._config(connection), revision)


class Tables:
    """The tables as they stand, whatever the models say today."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.known = MetaData()
        self.known.reflect(connection)

    def write(self, table: str, *rows: dict[str, Any]) -> None:
        for row in rows:
            self.connection.execute(insert(self.known.tables[table]), row)

    def read(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        found = self.known.tables[table]
        rows = self.connection.execute(select(*(found.c[column] for column in columns)))
        return sorted((tuple(row) for row in rows), key=repr)

    def all_words(self) -> str:
        """Everything that stands in any table."""
        return repr([self.connection.execute(select(table)).all() for table in self.known.sorted_tables])


def tables(url: str) -> Any:
    """The whole block is one transaction."""
    return for_writing(open_engine(url)).begin()


def grid(number: int, **said: Any) -> dict[str, Any]:
    return {
        "id": number, "code": f"{VILLAGE}{number:03d}", "center_code": VILLAGE, "name": f"网格{number}",
        "size": "small", "setting": "rural", "households": 1, "residents": 2, "color": "blue", "version": 1,
        **said,
    }  # fmt: skip


def worker(number: int, grid_id: int, post: str, name: str, **said: Any) -> dict[str, Any]:
    return {
        "id": number, "grid_id": grid_id, "center_code": VILLAGE, "post": post, "name": name,
        "since": date(2025, 5, number), **said,
    }  # fmt: skip


def plant(url: str) -> None:
    """Keys with gaps, officials of a day and of none, and two grids without anybody."""
    with tables(url) as connection:
        here = Tables(connection)
        parent = None
        for level, length in (("city", 4), ("county", 6), ("town", 9), ("village", 12)):
            code = VILLAGE[:length]
            here.write("centers", {
                "code": code, "name": f"中心{code}", "level": level, "parent_code": parent,
                "initials": "zx", "invented": False,
            })  # fmt: skip
            parent = code
        here.write(
            "grids",
            grid(
                3,
                secretary_name="书记三",
                official_name="干部三",
                color="red",
                color_reason="隐患",
                color_since=date(2026, 2, 1),
            ),
            grid(5, secretary_name="𠮷"),
            grid(6, official_name="干部六"),
            grid(9),
        )
        here.write(
            "gridworkers",
            worker(1, 3, "full_time", "钱四", phone="13812345678", citizen_id="11010519491231002X",
                   background="villager_group_head"),
            worker(7, 3, "police", "孙七"),
            worker(8, 5, "full_time", "阿卜杜·热合曼", background="hired"),
        )  # fmt: skip


PLANTED = [
    (3, "full_time", "钱四", date(2025, 5, 1)),
    (3, "official_in_charge", "干部三", date(2026, 2, 1)),
    (3, "party_secretary", "书记三", LONG_AGO),
    (3, "police", "孙七", date(2025, 5, 7)),
    (5, "full_time", "阿卜杜·热合曼", date(2025, 5, 8)),
    (5, "party_secretary", "𠮷", LONG_AGO),
    (6, "official_in_charge", "干部六", LONG_AGO),
]


def test_everybody_in_a_grid_becomes_a_person_with_a_post(before):
    plant(before)
    to(before, AFTER)
    with tables(before) as connection:
        here = Tables(connection)
        assert here.read("posts", "grid_id", "role", "name", "since") == PLANTED
        assert set(here.read("posts", "center_code", "until", "ending", "covers_id")) == {
            (VILLAGE, None, None, None)
        }
        people, posts = here.known.tables["people"], here.known.tables["posts"]
        held = connection.execute(
            select(posts.c.name, people.c.name, people.c.center_code).join(
                people, people.c.id == posts.c.person_id
            )
        ).all()
        assert len(held) == len(PLANTED) == len(here.read("people", "id"))
        assert all(name == own and code == VILLAGE for name, own, code in held)
        # Registers name people by their key, and months of assessment name gridworkers by theirs.
        kept = {(1, "钱四", "villager_group_head"), (7, "孙七", None), (8, "阿卜杜·热合曼", "hired")}
        assert kept <= set(here.read("people", "id", "name", "background"))
        assert {(key, key) for key, _name, _from in kept} <= set(here.read("posts", "id", "person_id"))
        # Numbers lay there unsealed: they are gone from every table.
        assert "钱四" in here.all_words()
        assert "13812345678" not in here.all_words()
        assert "11010519491231002X" not in here.all_words()
        assert "gridworkers" not in here.known.tables
        assert not {"secretary_name", "official_name"} & {*here.known.tables["grids"].c.keys()}


def test_whoever_comes_next_gets_a_key_of_their_own(before):
    plant(before)
    to(before, AFTER)
    with tables(before) as connection:
        here = Tables(connection)
        last = max(key for (key,) in here.read("people", "id"))
        here.write("people", {"center_code": VILLAGE, "name": "新来", "version": 1})
        assert max(key for (key,) in here.read("people", "id")) == last + 1
        here.write("posts", {
            "person_id": last + 1, "center_code": VILLAGE, "grid_id": 9, "role": "full_time", "name": "新来",
            "since": date(2026, 6, 1), "version": 1,
        })  # fmt: skip
        assert connection.scalar(select(func.count()).select_from(here.known.tables["posts"])) == 8


def test_there_and_back_everybody_is_where_they_were(before):
    plant(before)

    def standing() -> tuple[Any, ...]:
        with tables(before) as connection:
            here = Tables(connection)
            return (
                here.read(
                    "gridworkers", "id", "grid_id", "center_code", "post", "name", "background", "since"
                ),
                here.read("grids", "id", "code", "secretary_name", "official_name", "color_since", "version"),
                {name: {*table.c.keys()} for name, table in here.known.tables.items()},
            )

    first = standing()
    to(before, AFTER)
    to(before, BEFORE)
    assert standing() == first
    to(before, AFTER)
    with tables(before) as connection:
        assert Tables(connection).read("posts", "grid_id", "role", "name", "since") == PLANTED


def test_back_go_only_those_who_hold_a_post_of_their_own_still(before):
    plant(before)
    to(before, AFTER)
    with tables(before) as connection:
        here = Tables(connection)
        # Who left, who covers, a second one in the same grid, somebody of the center, and roles that are new.
        connection.execute(text("UPDATE posts SET until = '2026-03-15' WHERE name IN ('钱四', '书记三')"))
        here.write("people", *({"id": key, "center_code": VILLAGE, "name": f"人{key}", "version": 1}
                               for key in range(60, 67)))  # fmt: skip
        for key, grid_id, role, covers in (
            (60, 3, "full_time", None), (61, 3, "full_time", None), (62, 5, "full_time", 8),
            (63, None, "lawyer", None), (64, 9, "mediator", None), (65, 9, "official_in_charge", None),
            (66, 6, "official_in_charge", 12),
        ):  # fmt: skip
            here.write("posts", {
                "id": key, "person_id": key, "center_code": VILLAGE, "grid_id": grid_id, "role": role,
                "name": f"人{key}", "since": date(2026, 3, 1), "covers_id": covers, "version": 1,
            })  # fmt: skip
    to(before, BEFORE)
    with tables(before) as connection:
        here = Tables(connection)
        assert here.read("gridworkers", "id", "grid_id", "post", "name") == [
            (60, 3, "full_time", "人60"), (7, 3, "police", "孙七"), (8, 5, "full_time", "阿卜杜·热合曼"),
        ]  # fmt: skip
        assert here.read("grids", "id", "secretary_name", "official_name") == [
            (3, None, "干部三"), (5, "𠮷", None), (6, None, "干部六"), (9, None, "人65"),
        ]  # fmt: skip


def test_after_the_way_back_a_gridworker_can_be_added(before):
    plant(before)
    to(before, AFTER)
    to(before, BEFORE)
    with tables(before) as connection:
        here = Tables(connection)
        found = worker(20, 9, "full_time", "新来")
        del found["id"]
        here.write("gridworkers", found)
        assert len(here.read("gridworkers", "id")) == 4


def test_an_empty_name_is_nobodys(before):
    plant(before)
    with tables(before) as connection:
        grids = Tables(connection).known.tables["grids"]
        connection.execute(grids.update().where(grids.c.id == 9).values(secretary_name="", official_name=""))
    to(before, AFTER)
    with tables(before) as connection:
        assert Tables(connection).read("posts", "grid_id", "role", "name", "since") == PLANTED


def test_a_database_without_anybody_is_carried_over_too(before):
    to(before, AFTER)
    with tables(before) as connection:
        assert Tables(connection).read("posts", "id") == []
    to(before, BEFORE)
    to(before, AFTER)
    if migrate.newest() == AFTER:
        assert migrate.differences(before) == []
