"""`metric` on the command line: the figure of the pages with its parts and rows, and a sentence for what
cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.account import Role
from db.models.case import Case
from db.models.indicator import Suspended, VariantVersion
from lib import clock
from lib.cli import metric as command
from lib.cli.__main__ import main
from lib.metrics import answering
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import PARTS, By
from lib.metrics.measured import Period
from lib.metrics.queries import measure, variant_in_force
from lib.replica import keeping
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN

FIRST, LAST = TODAY - timedelta(days=60), TODAY
DAYS = ("--from", str(FIRST), "--to", str(LAST))
Run = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    keeping.stop_all()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from tests.conftest import one_for_a_file

    with one_for_a_file(request, request.param, tmp_path_factory.mktemp("city")) as url:
        makers.plant(url)
        makers.plant_repeats(url)
        yield url


@pytest.fixture
def run(city: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def asked(name: str, *options: str, center: str = CITY) -> dict[str, Any]:
        code = main(["metric", name, "--center", center, *DAYS, "--json", *options])
        out = capsys.readouterr().out
        assert code == 0, out
        return dict(json.loads(out))

    return asked


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_the_figure_of_the_pages_with_its_rows(city, run, name):
    for center in (CITY, TOWN):
        found = run(name, "--rows", "--by", "center", center=center)
        with makers.eyes(city, makers.viewer_for_role(Role.LEADER, CITY)) as session:
            period = Period(FIRST, LAST)
            [expected] = measure(session, (name,), center, period, MOMENT)
            parts = measure(session, (name,), center, period, MOMENT, By.CHILD)
            variant = variant_in_force(session)
            known = {c.number: c for c in session.scalars(select(Case))}
        assert found["metric"] == name
        assert (found["center"], found["from"], found["to"]) == (center, str(FIRST), str(LAST))
        assert datetime.fromisoformat(found["as_of"]) == MOMENT
        assert found["variant"] == {"version": variant.version, **variant.choices}
        assert found["unit"] == METRICS[name].unit.value
        value = None if expected.value is None else float(expected.value)
        figures = (found["value"], found["numerator"], found["denominator"], found["small_base"])
        assert figures == (value, expected.numerator, expected.denominator, expected.small_base)
        assert {p["key"]: (p["numerator"], p["denominator"]) for p in found["parts"]} == {
            p.key: (p.numerator, p.denominator) for p in parts
        }
        assert all(p["name"] == f"中心{p['key']}" for p in found["parts"])
        rows = found["rows"]
        assert len(rows) == found["numerator"]
        assert len({row["number"] for row in rows}) == len(rows)
        assert [row["reported"] for row in rows] == sorted((row["reported"] for row in rows), reverse=True)
        for row in rows:
            case = known[row["number"]]
            assert row["center"] == case.center_code
            assert row["center"].startswith(center)
            assert (row["category"], row["source"]) == (case.category_code, case.source.value)
            for key, moment in (("reported", case.reported_at), ("due", case.due_at),
                                ("closed", case.closed_at), ("rated", case.rated_at)):  # fmt: skip
                assert (None if row[key] is None else datetime.fromisoformat(row[key])) == moment


def test_a_page_of_rows_after_the_other(run, monkeypatch):
    whole = run("received", "--rows")["rows"]
    assert len(whole) > 20
    for size in (1 if len(whole) < 40 else 7, len(whole), len(whole) - 1):
        monkeypatch.setattr(command, "PAGE", size)
        assert run("received", "--rows")["rows"] == whole


@pytest.mark.parametrize("by", By)
def test_every_way_to_part_a_figure(run, by):
    found = run("received", "--by", by.value)
    assert sum(part["numerator"] for part in found["parts"]) <= found["numerator"]
    assert found["parts"]
    assert all(part["name"] for part in found["parts"])
    if by in (*PARTS, By.CHILD, By.SOURCE, By.CATEGORY, By.WHOLE, By.HOUR):
        assert sum(part["numerator"] for part in found["parts"]) == found["numerator"]


def test_a_period_that_is_over_is_read_at_its_end(run, capsys):
    words = ["metric", "open", "--center", CITY, "--json", "--from", "2026-05-01", "--to"]
    for last, moment in (
        ("2026-05-31", "2026-05-31T23:59:59+08:00"),
        ("2026-06-30", "2026-06-30T17:00:00+08:00"),
        ("2099-12-31", "2026-06-30T17:00:00+08:00"),
    ):
        assert main([*words, last]) == 0
        assert json.loads(capsys.readouterr().out)["as_of"] == moment


def test_choices_of_counting(city, run):
    usual = run("due", "--variant", "0")
    assert usual["variant"]["version"] == 0
    stays = run("due", "--variant", "suspended=stays")
    assert stays["numerator"] == usual["numerator"] + sum(usual["excluded"].values())
    assert usual["excluded"] != {}
    assert (stays["variant"]["version"], stays["variant"]["suspended"]) == (None, "stays")
    several = "suspended=stays, satisfied=basically,rework=time,acceptance_hours=48"
    assert run("accepted", "--variant", several)["variant"] == {
        "version": None, "suspended": "stays", "satisfied": "basically", "rework": "time",
        "acceptance_hours": 48,
    }  # fmt: skip
    with makers.everything(city) as session:
        newest = (session.scalar(select(func.max(VariantVersion.version))) or 0) + 1
        session.add(makers.variant_version(newest, suspended=Suspended.STAYS, acceptance_hours=8))
    try:
        assert run("due")["variant"]["version"] == newest
        numbers = [run("due", *said)["numerator"] for said in ((), ("--variant", str(newest)))]
        assert numbers == [stays["numerator"]] * 2
        assert run("due", "--variant", "0")["numerator"] == usual["numerator"]
        # Choices are made beside those in force.
        changed = run("due", "--variant", "rework=time")["variant"]
        assert (changed["suspended"], changed["rework"]) == ("stays", "time")
    finally:
        with makers.everything(city) as session:
            session.delete(session.get_one(VariantVersion, newest))


def test_where_much_is_asked_the_replica_answers(city, run, monkeypatch):
    names = ("received", "on_time", "satisfaction", "repeat")
    small = [run(name, "--by", "month", "--rows") for name in names]
    assert keeping.replica_of(city) is None
    monkeypatch.setattr(answering, "SMALL_NUMBER", 5)
    run("received", center=TOWN)
    assert keeping.replica_of(city) is None, "a town is small"
    assert [run(name, "--by", "month", "--rows") for name in names] == small
    replica = keeping.replica_of(city)
    assert replica is not None
    assert replica.ready
    # And what was committed since is in the next answer.
    before = run("received")["numerator"]
    with makers.everything(city) as session:
        session.add(makers.case(TOWN, changed_at=clock.now()))
    assert run("received")["numerator"] == before + 1


def test_handling_times_are_the_replicas(city, run):
    found = run("handling_median", "--by", "center", center=COUNTY)
    assert keeping.replica_of(city) is not None
    keeping.stop_all()
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, CITY)) as session:
        [expected] = measure(session, ("handling_median",), COUNTY, Period(FIRST, LAST), MOMENT)
    assert expected.value is not None
    assert found["value"] == float(expected.value)


CANNOT: list[tuple[str, ...]] = [
    ("nonsense", "--center", CITY, *DAYS),
    ("", "--center", CITY, *DAYS),
    ("open", "--center", CITY, *DAYS, "--by", "month"),
    ("overdue", "--center", CITY, *DAYS, "--by", "day"),
    ("received", "--center", CITY, *DAYS, "--by", "nonsense"),
    ("received", "--center", CITY, *DAYS, "--by", ""),
    *(
        ("received", "--center", CITY, "--from", first, "--to", last)
        for first, last in (
            ("2026-06-30", "2026-06-29"),
            ("2026-06-31", "2026-07-01"),
            ("20260601", "20260630"),
            ("2026-W01-1", "2026-06-30"),
            ("2026-06-01", "2026-6-30"),
            ("2026-06-01", "２０２６-06-30"),
            ("2026-06-01T00:00", "2026-06-30"),
            ("today", ""),
            ("1899-12-31", "2026-06-30"),
            ("0001-01-01", "2026-06-30"),
            ("2026-06-01", "2101-01-01"),
            ("9999-12-31", "9999-12-31"),
        )
    ),
    *(
        ("received", "--center", CITY, *DAYS, "--variant", said)
        for said in (
            "7", "-1", "１", "99999999999999999999", "", "suspended", "suspended=maybe", "nonsense=stays",
            "acceptance_hours=0", "acceptance_hours=721", "acceptance_hours=x", "acceptance_hours=048",
            "suspended=stays,suspended=leaves", "suspended=stays,", "=",
        )
    ),
]  # fmt: skip
NOWHERE = ("739803", "7398", "5", "", "x'", "７３９９", "73990", "7399%", "000000000000")


@pytest.mark.parametrize("words", CANNOT, ids=lambda words: " ".join(words))
def test_what_cannot_be_is_said_in_one_sentence(city, capsys, words):
    assert main(["metric", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert main(["metric", *words, "--json"]) == 1
    out, err_again = capsys.readouterr()
    assert json.loads(out)["error"] == err.strip()
    assert err_again == ""


def test_a_center_that_is_nowhere(city, capsys):
    said = set()
    for code in NOWHERE:
        assert main(["metric", "received", "--center", code, *DAYS]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        said.add(err)
    assert len(said) == 1


def test_a_table_for_a_person(city, capsys):
    assert main(["metric", "on_time", "--center", COUNTY, *DAYS, "--by", "center", "--rows"]) == 0
    out = capsys.readouterr().out
    with makers.eyes(city, makers.viewer_for_role(Role.LEADER, CITY)) as session:
        [found] = measure(session, ("on_time",), COUNTY, Period(FIRST, LAST), MOMENT)
    lines = out.splitlines()
    assert f"中心{COUNTY}" in lines[0]
    assert f"{found.numerator:,} ÷ {found.denominator:,}" in lines[0]
    assert sum(line.startswith("号") for line in lines) == found.numerator
    assert any(line.startswith(f"中心{TOWN}\t") for line in lines)
