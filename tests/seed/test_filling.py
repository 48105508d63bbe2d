"""The whole demonstration: its figures, that it repeats, and that it never touches other people's data."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from db import migrate
from db.base import Base
from db.engine import for_writing, open_engine
from lib.cli import figures
from lib.settings import settings
from seed import filling
from seed.__main__ import main
from seed.filling import AlreadyFilled, fill
from seed.plan import SIZES, Plan
from seed.progress import Progress
from tests.seed.conftest import PLAN

FIGURES = {
    "centers": {"city": 1, "county": 9, "town": 114, "village": 1180},
    "grids": {"large": 110, "medium": 1086, "small": 7507, "urban": 2945, "rural": 3823, "dedicated": 739},
    "gridworkers": {"urban": 2945, "rural": 3823, "dedicated": 739},
    "accounts": {"vertical": 1287, "horizontal": 557},
    "cases": 2000,
}


def content(url: str) -> dict[str, str]:
    """One hash for each table, over its rows in the order of the key, alike on both databases."""
    found = {}
    with open_engine(url).connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns)).all()
            lines = [repr([str(value) for value in row]) for row in rows]
            found[table.name] = hashlib.sha256("\n".join(lines).encode()).hexdigest() + f" {len(rows)}"
    return found


def test_both_databases_hold_the_same_city_at_its_published_figures(database, filled_file, capsys):
    # What is sealed is the same under the same key alone.
    settings().data_folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(filled_file.parent / "data" / "fields.key", settings().data_folder)
    fill(database, PLAN, Progress())
    assert content(database) == content(f"sqlite:///{filled_file}")
    parser = argparse.ArgumentParser()
    figures.add(parser.add_subparsers())
    for arguments in (["figures", "--json"], ["figures"]):
        given = parser.parse_args(arguments)
        assert given.run(given) == 0
        if given.json:
            assert json.loads(capsys.readouterr().out) == FIGURES
    assert "村社 1,180" in capsys.readouterr().out
    assert migrate.differences(database) == []
    with for_writing(open_engine(database)).begin() as connection:  # keys go on behind the seeded ones
        key = connection.execute(
            text(
                "INSERT INTO departments (center_code, kind, name, name_en) "
                "VALUES ('620102001', 'street', '街道办', 'Street office') RETURNING id"
            )
        ).scalar()
        assert key == connection.execute(text("SELECT count(*) FROM departments")).scalar()


def test_another_seed_is_another_city(sqlite_database, filled_file):
    fill(sqlite_database, Plan(2_000, 8, PLAN.today), Progress())
    one, other = content(sqlite_database), content(f"sqlite:///{filled_file}")
    assert one["case_categories"] == other["case_categories"]
    for table in ("grids", "people", "posts", "leaves", "roster_changes", "accounts", "cases"):
        assert one[table] != other[table]


def test_an_interrupted_run_leaves_nothing_and_a_finished_one_is_never_touched(database, capsys, monkeypatch):
    class Interrupted(Exception):
        pass

    def stop_halfway(connection, batches):
        yield len(next(batches))
        raise Interrupted

    monkeypatch.setitem(SIZES, "demo", PLAN.cases)
    empty = content(database)
    with monkeypatch.context() as patch:
        patch.setattr(filling, "write_cases", stop_halfway)
        with pytest.raises(Interrupted):
            main(["--size", "demo"])
    assert content(database) == empty
    assert migrate.differences(database) == []

    assert main(["--size", "demo"]) == 0
    full = content(database)
    capsys.readouterr()
    assert main(["--size", "demo", "--random", "8"]) == 1
    said = capsys.readouterr()
    assert "已经有数据" in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert main(["--size", "demo", "--random", "8", "--if-empty"]) == 0
    said = capsys.readouterr()
    assert said.err == said.out == ""
    assert content(database) == full


def test_centers_without_a_deployment_are_refused_too(sqlite_database):
    with for_writing(open_engine(sqlite_database)).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO centers (code, name, level, initials, invented) "
                "VALUES ('6209', '酒泉市', 'city', 'jqs', false)"
            )
        )
    with pytest.raises(AlreadyFilled):
        fill(sqlite_database, PLAN, Progress())


def test_another_day_stands_still_there(sqlite_database):
    fill(sqlite_database, Plan(300, 7, date(2025, 3, 1)), Progress())
    with open_engine(sqlite_database).connect() as connection:
        deployment = connection.execute(Base.metadata.tables["deployment"].select()).one()
        newest = connection.execute(text("SELECT max(changed_at), min(reported_at) FROM cases")).one()
    assert deployment.stands_at == deployment.created_at == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert newest[0] <= "2025-03-01 09:00:00"
    assert newest[1] >= "2023-02-28 16:00:00"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--random", "-1"],
        ["--random", "x"],
        ["--today", "30.6."],
        ["--today", "1999-12-31"],
        ["--size", "big"],
    ],
)
def test_wrong_arguments_are_named(wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(wrong)
    assert stopped.value.code == 2
    assert wrong[0] in capsys.readouterr().err
