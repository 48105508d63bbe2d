"""`replica check` finds what is not the same in both, and nothing else; and what raises the generation."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models.case import Case
from db.models.deployment import Deployment
from lib import clock
from lib.cli.__main__ import main
from lib.replica import keeping, reconcile, source
from lib.replica.errors import NotInStep
from lib.replica.reconcile import Reconciled
from lib.replica.replica import Replica
from tests import makers
from tests.lib.test_case_import import MAPPING, SAMPLE
from tests.lib.test_replica import change
from tests.makers import VILLAGE


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    keeping.stop_all()


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(makers.case(VILLAGE) for _n in range(60))
    return database


@pytest.fixture
def replica(city: str) -> Iterator[Replica]:
    found = Replica(city, 7)
    found.load()
    yield found
    found.close()


def damage(replica: Replica, *statements: str) -> None:
    with replica.store().writing() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_both_are_the_same(replica):
    found = reconcile.reconcile(replica)
    assert found == Reconciled(60, 60)
    assert found.equal


@pytest.mark.parametrize("at_most", [10_000, 3])
def test_every_difference_is_found(replica, monkeypatch, at_most):
    monkeypatch.setattr(reconcile, "AT_MOST", at_most)
    damage(
        replica,
        "INSERT INTO facts BY NAME SELECT * REPLACE (-5 AS id) FROM facts WHERE id = 3",
        "INSERT INTO facts BY NAME SELECT * REPLACE (987654 AS id) FROM facts WHERE id = 3",
        "DELETE FROM facts WHERE id IN (7, 31)",
        "UPDATE facts SET handling_minutes = 5, town_code = 'x' WHERE id = 9",
        "UPDATE facts SET due_at = due_at + INTERVAL 1 SECOND WHERE id = 60",
        "UPDATE facts SET reported_day = reported_day + 1 WHERE id = 1",
    )
    found = reconcile.reconcile(replica)
    assert not found.equal
    assert asdict(found) == {
        "in_database": 60,
        "in_replica": 60,
        "missing": 2,
        "extra": 2,
        "different": 3,
        "missing_keys": [7, 31],
        "extra_keys": [-5, 987654],
        "different_keys": {1: ["reported_day"], 9: ["town_code", "handling_minutes"], 60: ["due_at"]},
    }


@pytest.mark.parametrize("column", source.COLUMNS[1:])
def test_no_column_is_left_out(sqlite_database, column):
    makers.plant_small(sqlite_database)
    with makers.everything(sqlite_database) as session:
        session.add(makers.case(VILLAGE))
    replica = Replica(sqlite_database)
    replica.load()
    damage(replica, f"UPDATE facts SET {column} = CASE WHEN {column} IS NULL THEN {OTHER[column]} END")
    found = reconcile.reconcile(replica)
    assert (found.different, found.different_keys) == (1, {1: [column]})
    replica.close()


OTHER = {
    **dict.fromkeys(source.COLUMNS, "1"),
    **dict.fromkeys(source.MOMENTS, "TIMESTAMP '2026-01-01'"),
}


def test_more_than_can_be_shown(replica):
    damage(replica, "UPDATE facts SET rework_count = 9")
    found = reconcile.reconcile(replica)
    assert (found.different, len(found.different_keys)) == (60, reconcile.SHOWN)
    damage(replica, "DELETE FROM facts")
    found = reconcile.reconcile(replica)
    assert (found.missing, len(found.missing_keys), found.different) == (60, reconcile.SHOWN, 0)


def test_what_is_committed_meanwhile_is_no_difference(replica):
    """A writer changes and adds cases all the time; one row is really wrong, and no writer touches it."""
    damage(replica, "UPDATE facts SET rework_count = 77 WHERE id = 40")
    over = threading.Event()

    def write() -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            change(replica.url, turn % 39 + 1, rework_count=turn % 100)
            if turn % 4 == 0:
                with makers.everything(replica.url) as session:
                    session.add(makers.case(VILLAGE, changed_at=clock.now()))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _n in range(2):
            found = reconcile.reconcile(replica)
            assert found.different_keys == {40: ["rework_count"]}
            assert (found.missing, found.extra, found.different) == (0, 0, 1)
    finally:
        over.set()
        writer.join()


def test_cases_that_are_rewritten_meanwhile_end_the_check(replica, city):
    with makers.everything(city) as session:
        session.get_one(Deployment, 1).cases_generation += 1
    with pytest.raises(NotInStep):
        reconcile.reconcile(replica)


def test_a_row_that_was_deleted_without_a_word_is_found(replica, city):
    with makers.everything(city) as session:
        session.delete(session.get_one(Case, 33))
    found = reconcile.reconcile(replica)
    assert (found.extra, found.extra_keys) == (1, [33])


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["replica", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_says_that_both_are_the_same(city, capsys):
    code, out, err = run(capsys, "check")
    assert (code, out) == (0, "分析副本与业务库一致：60行逐列相同。\n")
    assert "装载" in err
    code, out, _err = run(capsys, "check", "--json")
    found = json.loads(out)
    assert (code, found["equal"], found["in_database"], found["in_replica"]) == (0, True, 60, 60)
    code, out, _err = run(capsys, "status", "--json")
    found = json.loads(out)
    assert (code, found["rows"]) == (0, 60)
    assert found["memory_bytes"] > 0
    assert found["seconds_to_load"] > 0
    assert datetime.fromisoformat(found["as_of"]) <= datetime.now(UTC)
    code, out, _err = run(capsys, "status")
    assert code == 0
    assert "60行" in out


def test_the_command_says_what_is_not_the_same(city, capsys):
    replica = keeping.start(city, wait=True)
    damage(replica, "DELETE FROM facts WHERE id = 7", "UPDATE facts SET rating = 1 WHERE id = 9")
    code, out, _err = run(capsys, "check", "--json")
    found = json.loads(out)
    assert (code, found["equal"], found["missing_keys"]) == (2, False, [7])
    assert found["different_keys"] == {"9": ["rating"]}
    code, out, _err = run(capsys, "check")
    assert code == 2
    assert "缺1行，多0行，1行内容不同" in out
    assert "9: rating" in out


def test_the_command_says_why_it_cannot(city, capsys, tmp_path, monkeypatch):
    script = tmp_path / "failing.py"
    script.write_text("import sys; sys.exit('the disk is gone')")
    monkeypatch.setattr(source, "__file__", str(script))
    code, out, err = run(capsys, "check")
    assert (code, out) == (1, "")
    assert "the disk is gone" in err
    assert "Traceback" not in err


def test_without_any_data_the_commands_still_answer(database, capsys):
    assert run(capsys, "check", "--json")[0] == 0
    days = ("--from", "2026-06-01", "--to", "2026-06-30")
    assert main(["metric", "handling_median", "--center", "7399", *days]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def generation(url: str) -> int:
    with makers.everything(url) as session:
        return session.scalars(select(Deployment.cases_generation)).one()


def imported(tmp_path: Any, capsys: pytest.CaptureFixture[str], rows: int, *options: str) -> int:
    """Imports the first rows of the sample; each question for the time takes as long as is said."""
    with SAMPLE.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.reader(opened))[: rows + 1]
    path = tmp_path / f"cases{rows}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    code = main(["import", "cases", str(path), "--mapping", str(MAPPING), "--json", *options])
    answer = json.loads(capsys.readouterr().out)
    assert code == 0, answer
    return int(answer["created"])


def ticking(seconds: float) -> None:
    """A clock that goes on by so much whenever it is read."""
    passed = [0.0]

    def now() -> datetime:
        passed[0] += seconds
        return datetime(2026, 6, 30, tzinfo=UTC) + timedelta(seconds=passed[0])

    clock.set_source(now)


def test_an_import_that_took_long_has_everything_read_anew(database, tmp_path, capsys):
    makers.plant_small(database)
    assert imported(tmp_path, capsys, 5) == 5
    assert generation(database) == 0, "a quick one is seen by the next look"
    ticking(20)
    assert imported(tmp_path, capsys, 9) == 4
    assert generation(database) == 1
    assert imported(tmp_path, capsys, 9) == 0
    assert generation(database) == 1, "nothing was written"
    assert imported(tmp_path, capsys, 12, "--dry-run") == 3
    assert generation(database) == 1, "all of it was taken back"
