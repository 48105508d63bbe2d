"""`score` and `assess` on the command line: a bulletin checked by hand, a month counted and not kept, and
a sentence for what cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.assessment import AssessedUnit, Assessment
from db.models.audit import AuditEntry
from lib import clock
from lib.assessment.queries import assessment, ranking
from lib.cli.__main__ import main
from lib.metrics import answering
from lib.replica import keeping
from tests import makers
from tests.assessing import definition, person, rate
from tests.lib.test_assessment import begin, computed, entered, plant, rows, sealed
from tests.makers import CITY, COUNTY, MOMENT, TOWN

SCHEME = """
name = "2026年街道月度考核"
object = "town"
source = "兰网格办〔2026〕3号"

[[indicators]]
key = "on_time"
name = "按期办结率"
metric = "on_time"
rule = "target"
points = 40
target = 95
each = 2
source = "第五条"
least_base = 30

[[indicators]]
key = "satisfaction"
name = "满意率"
metric = "satisfaction"
rule = "rate"
points = 60
source = "第六条"

[[indicators]]
key = "petition"
name = "越级上访"
rule = "deduction"
points = 5
each = 1
source = "第七条"
"""
VALUES = """unit,group,on_time,satisfaction,petition
甲街道,街道,96.5%,98,0
乙街道,街道,９４．５,98.5％,
丙街道,街道,,90,2
丁街道,街道,,,0
戊镇,镇,100,"1,00",9
己镇,镇,95,95,0
"""
# Worked out with pencil and paper: 40 + 58.8; 39 + 59.1; (54 × 100 ÷ 60) − 2; nothing; 100 − 5; 40 + 57.
EXPECTED = [
    ("甲街道", "98.80", 1, 3), ("乙街道", "98.10", 2, 3), ("丙街道", "88.00", 3, 3),
    ("丁街道", None, None, 3), ("己镇", "97.00", 1, 2), ("戊镇", "95.00", 2, 2),
]  # fmt: skip
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(sqlite_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """What the machine reads, and with which code the command ended."""

    def scored(values: str = VALUES, scheme: str = SCHEME, *options: str) -> dict[str, Any]:
        toml, table = tmp_path / "scheme.toml", tmp_path / "values.csv"
        toml.write_bytes(scheme.encode("utf-8", "surrogateescape"))
        table.write_text(values)
        code = main(["score", "--scheme", str(toml), "--values", str(table), "--json", *options])
        found = dict(json.loads(capsys.readouterr().out))
        assert (code == 1) is ("error" in found)
        return found

    return scored


def test_a_small_bulletin_by_hand(run):
    found = run()
    assert found["scheme"] == "2026年街道月度考核"
    assert [(one["unit"], one["total"], one["rank"], one["among"]) for one in found["units"]] == EXPECTED
    units = {one["unit"]: one for one in found["units"]}
    assert units["乙街道"]["points"] == {"on_time": "39.00", "satisfaction": "59.10"}
    assert units["乙街道"]["nothing_due"] == ["petition"]
    assert units["丙街道"]["points"] == {"satisfaction": "54.00", "petition": "-2.00"}
    assert units["丙街道"]["scale"].startswith("1.6666")
    assert units["丁街道"]["apart"]
    assert units["丁街道"]["bracket"] is None
    assert units["戊镇"]["points"]["petition"] == "-5.00"


def test_a_bulletin_with_numerators_and_denominators(run):
    """A rate is made of its two sides, and a small base is marked; a stated value holds as stated."""
    head = "unit,on_time,on_time.numerator,on_time.denominator,satisfaction,petition\n"
    found = run(head + "甲,,27,28,100,0\n乙,,0,0,100,0\n丙,96,96,100,100,0\n")
    units = {one["unit"]: one for one in found["units"]}
    assert (units["甲"]["points"]["on_time"], units["甲"]["small_base"]) == ("40.00", ["on_time"])
    assert (units["乙"]["nothing_due"], units["乙"]["total"]) == (["on_time"], "100.00")
    assert units["丙"]["small_base"] == []


def test_for_a_person_it_prints_groups_and_places(sqlite_database, tmp_path, capsys):
    (tmp_path / "s.toml").write_text(SCHEME)
    (tmp_path / "v.csv").write_text(VALUES)
    assert main(["score", "--scheme", str(tmp_path / "s.toml"), "--values", str(tmp_path / "v.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "街道", "  第1名\t甲街道\t98.8", "  第2名\t乙街道\t98.1", "  第3名\t丙街道\t88",
        "  不参加排名\t丁街道\t—",
        "镇", "  第1名\t己镇\t97", "  第2名\t戊镇\t95",
    ]  # fmt: skip


HEAD = "unit,on_time,satisfaction,petition\n"
BAD_VALUES: list[tuple[str, list[tuple[str, int | None, str]]]] = [
    ("unit,on_time,petition\n甲,95,0\n", [("satisfaction", 1, "缺少")]),
    ("name,on_time,satisfaction,petition\n甲,95,9,0\n", [("unit", 1, "缺少"), ("name", 1, "没有“name”")]),
    ("unit,on_time,satisfaction,petition,luck\n甲,95,9,0,7\n", [("luck", 1, "没有“luck”这个指标")]),
    ("unit,on_time,on_time,satisfaction,petition\n甲,95,9,0,7\n", [("on_time", 1, "两次")]),
    ("unit,on_time.numerator,satisfaction,petition\n甲,95,9,0\n", [("on_time", 1, "同时给出")]),
    (HEAD + "甲,many,98,0\n乙,95,-,0\n", [("on_time", 2, "不是数字"), ("satisfaction", 3, "不是数字")]),
    (HEAD + "甲,nan,1e999,1_0\n",
     [("on_time", 2, "不是数字"), ("satisfaction", 2, "不是数字"), ("petition", 2, "不是数字")]),
    (HEAD + "甲,95,98,0\n\n乙,95,98,0\n甲,90,98,0\n", [("unit", 5, "写了两次")]),
    (HEAD + " ,95,98,0\n", [("unit", 2, "不能空着")]),
    ("unit,on_time.numerator,on_time.denominator,satisfaction,petition\n甲,-1,2.5,98,0\n",
     [("on_time.numerator", 2, "整数"), ("on_time.denominator", 2, "整数")]),
]  # fmt: skip


@pytest.mark.parametrize(("values", "faults"), BAD_VALUES)
def test_every_faulty_cell_is_named(run, values, faults):
    problems = run(values)["problems"]
    assert [(one["field"], one["row"]) for one in problems] == [(field, row) for field, row, _why in faults]
    for one, (_field, _row, why) in zip(problems, faults, strict=True):
        assert why in one["sentence"]


@pytest.mark.parametrize(
    ("values", "sentence"), [("", "没有内容"), (HEAD, "没有单位"), ('unit,"on_time\n', "引号")]
)
def test_a_table_that_is_none(run, values, sentence):
    assert sentence in run(values)["error"]


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("not = [toml", "不是TOML文件"),
        ("\udcff\udcfe", "不是TOML文件"),
        ("a = " + "[" * 5000, "不是TOML文件"),
        ("x = 'y'\n" * 200_000, "太大"),
        ("", "object"),
        (SCHEME.replace("points = 40", "points = 41"), "应为100，现在是101"),
        (SCHEME.replace('metric = "on_time"', 'metric = "luck"'), "indicators[1].metric"),
        (SCHEME.replace("each = 2", "each = inf"), "indicators[1].each"),
        (SCHEME + "colour = 1\n", "indicators[3].colour"),
    ],
)  # fmt: skip
def test_a_scheme_that_is_none(run, scheme, sentence):
    found = run(VALUES, scheme)
    assert sentence in found["error"]


def test_files_that_are_not_there(sqlite_database, tmp_path, capsys):
    (tmp_path / "s.toml").write_text(SCHEME)
    for scheme, values in (("s.toml", "nothing.csv"), ("nothing.toml", "s.toml"), (".", "s.toml")):
        given = ["score", "--scheme", str(tmp_path / scheme), "--values", str(tmp_path / values)]
        assert main([*given, "--json"]) == 1
        assert "error" in json.loads(capsys.readouterr().out)
        assert main(given) == 1
        assert capsys.readouterr().err


@pytest.fixture
def city(database: str) -> Iterator[str]:
    plant(database)
    clock.set_source(lambda: MOMENT)
    yield database
    keeping.stop_all()


def assessed(capsys: pytest.CaptureFixture[str], *options: str, month: str = "2026-05") -> dict[str, Any]:
    code = main(["assess", "--month", month, "--json", *options])
    found = dict(json.loads(capsys.readouterr().out))
    assert (code == 1) is ("error" in found)
    return found


NAME = ("--scheme", "镇街月度考核")


def test_a_month_is_counted_as_the_pages_count_it_and_not_kept(city, capsys):
    scheme_id = begin(city)
    first = assessed(capsys, *NAME)
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(Assessment.id))) == 0
        assert session.scalar(select(func.count(AssessedUnit.id))) == 0
        events = session.scalar(select(func.count(AuditEntry.seq)))
    assert first["state"] is None
    number = computed(city, scheme_id)
    with makers.eyes(city, person(city)) as session:
        places = {one.key: one for one in ranking(session, number)}
    assert [one["key"] for one in first["units"] if one["rank"] is None] == [
        key for key, one in places.items() if one.rank is None
    ]  # fmt: skip
    for one in first["units"]:
        place = places[one["key"]]
        total = None if place.total is None else f"{place.total:.2f}"
        assert (one["unit"], one["total"], one["rank"], one["among"], one["bracket"]) == (
            place.name, total, place.rank, place.among, place.bracket,
        )  # fmt: skip
        assert {*one["points"], *one["nothing_due"]} == {"on_time", "satisfaction", "petition"}
    assert (first["center"], first["version"]) == (CITY, 1)
    assert (first["from"], first["to"]) == ("2026-05-01", "2026-05-31")
    assert first["as_of"] == "2026-05-31T23:59:59+08:00"
    # What was entered since then counts, and a second look is the same.
    entered(city, number, "3", TOWN)
    second = assessed(capsys, *NAME, "--center", CITY)
    assert second["state"] == "self_check"
    (town,) = [one for one in second["units"] if one["key"] == TOWN]
    assert town["points"]["petition"] == "-3.00"
    assert assessed(capsys, *NAME) == second
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(AuditEntry.seq))) == (events or 0) + 2


def test_the_fingerprint_is_that_of_the_seal(city, capsys):
    number = sealed(city, begin(city))
    with makers.eyes(city, person(city)) as session:
        expected = assessment(session, number).fingerprint
    found = assessed(capsys, *NAME)
    assert (found["state"], found["fingerprint"]) == ("sealed", expected)
    held = rows(city, number)
    assert {one["key"]: one["rank"] for one in found["units"]} == {key: row[2] for key, row in held.items()}


def test_where_much_is_asked_the_replica_answers(city, capsys, monkeypatch):
    begin(city)
    small = assessed(capsys, *NAME)
    assert keeping.replica_of(city) is None
    monkeypatch.setattr(answering, "SMALL_NUMBER", 5)
    assert assessed(capsys, *NAME) == small
    assert keeping.replica_of(city) is not None


def test_a_month_that_runs_is_counted_as_far_as_it_has_come(city, capsys):
    begin(city)
    assert assessed(capsys, *NAME, month="2026-06")["as_of"] == "2026-06-30T17:00:00+08:00"
    assert "还没有开始" in assessed(capsys, *NAME, month="2026-07")["error"]


def test_what_cannot_be_assessed_is_a_sentence(city, capsys):
    begin(city)
    for month in (
        "2026-13",
        "2026-00",
        "2026-5",
        "２０２６-05",
        "2026-05-01",
        "May",
        "",
        "0001-01",
        "9999-12",
    ):
        assert "不是月份" in assessed(capsys, *NAME, month=month)["error"]
    assert "可用：镇街月度考核" in assessed(capsys, "--scheme", "别的")["error"]
    assert "没有已生效" in assessed(capsys, *NAME, month="2025-12")["error"]
    assert "没有名为" in assessed(capsys, *NAME, "--center", COUNTY)["error"]
    begin(city, center_code=COUNTY)
    assert "7399、739902" in assessed(capsys, *NAME)["error"]
    found = assessed(capsys, *NAME, "--center", COUNTY)
    assert {one["key"] for one in found["units"]} == {"739902001", "739902002", "739902999"}


def test_a_quarter_is_counted_by_any_of_its_months(city, capsys):
    lines = definition(rate(points=100))["indicators"]
    begin(city, *lines, name="季度考核", rhythm="quarter")
    found = assessed(capsys, "--scheme", "季度考核", month="2026-05")
    assert (found["from"], found["to"]) == ("2026-04-01", "2026-06-30")
    assert main(["assess", "--month", "2026-05", "--scheme", "季度考核"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "2026-04-01至2026-06-30，截至2026-06-30 17:00"
    assert sum(line.startswith("  第") for line in out) == sum(
        one["rank"] is not None for one in found["units"]
    )
