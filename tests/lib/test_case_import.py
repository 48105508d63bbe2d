import csv
import io
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import AuditEntry, Case, CaseCategory, Center, Department
from lib.access.work import system, system_reading
from lib.cases.facts import closed_before_reported, closed_late
from lib.cli.__main__ import main

DATA = Path(__file__).parent.parent / "data"
SAMPLE = DATA / "boston311_sample.csv"
MAPPING = Path(__file__).parent.parent.parent / "seed" / "mappings" / "boston311_2015.toml"

with SAMPLE.open(encoding="utf-8", newline="") as opened:
    ROWS = list(csv.DictReader(opened))


@pytest.fixture
def bring(tmp_path, database, capsys):
    def run(source=SAMPLE, *options, mapping=MAPPING):
        path = source
        if not isinstance(source, Path):
            path = tmp_path / "cases.csv"
            path.write_text(source, encoding="utf-8")
        if not isinstance(mapping, Path):
            (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
            mapping = tmp_path / "mapping.toml"
        code = main(["import", "cases", str(path), "--mapping", str(mapping), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def text_of(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, ROWS[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def counted(*columns, where=None):
    with system_reading() as session:
        question = select(*columns, func.count()).group_by(*columns)
        rows = session.execute(question if where is None else question.where(where)).all()
        return {tuple(map(str, row[:-1])): row[-1] for row in rows}


def test_the_cut_is_taken_over_as_it_stands(bring):
    code, answer = bring()
    assert code == 0, answer
    odd = [r["case_id"] for r in ROWS if r["closed_dt"] and r["closed_dt"] < r["open_dt"]]
    assert (answer["rows"], answer["created"], answer["updated"], answer["unchanged"]) == (600, 600, 0, 0)
    assert sorted(o["number"] for o in answer["impossible"]) == sorted(odd)
    assert all(ROWS[o["row"] - 2]["case_id"] == o["number"] for o in answer["impossible"])
    flagged = [r for r in ROWS if r["closed_dt"] and r["ontime"]]
    assert answer["check"] == {"compared": len(flagged), "equal": len(flagged), "different": []}
    with system_reading() as session:
        late = set(session.scalars(select(Case.number).where(closed_late())))
        kept = set(session.scalars(select(Case.number).where(closed_before_reported())))
    flags = {r["case_id"]: r["ontime"] for r in flagged}
    assert {n for n in flags if n in late} == {n for n, flag in flags.items() if flag == "OVERDUE"}
    assert kept == set(odd)


def test_every_word_of_the_register_has_its_place(bring):
    bring()
    with system_reading() as session:
        names = dict(session.execute(select(Center.code, Center.name)).all())
        categories = dict(session.execute(select(CaseCategory.code, CaseCategory.name_en)).all())
        assert session.scalar(select(func.count(Department.id))) == 17
        roots = session.scalars(select(Center.code).where(Center.parent_code.is_(None))).all()
    assert roots == ["9902"]
    assert len(names) == 1 + 24
    by_place = counted(Case.center_code)
    assert sorted(by_place.values()) == sorted(Counter(r["neighborhood"] for r in ROWS).values())
    assert by_place[("990299",)] == sum(not r["neighborhood"] for r in ROWS)
    pairs = Counter(
        (categories[code[:6]], categories[code])
        for (code,), n in counted(Case.category_code).items()
        for _i in range(n)
    )
    assert pairs == Counter((r["subject"], r["reason"]) for r in ROWS)


def test_a_second_time_changes_nothing(bring):
    bring()
    before = counted(Case.number, Case.changed_at, Case.id)
    code, answer = bring()
    assert code == 0
    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 0, 600)
    assert counted(Case.number, Case.changed_at, Case.id) == before
    assert len(counted(AuditEntry.seq)) == 1


def test_a_newer_file_changes_only_what_is_new(bring):
    with_open = [dict(r) for r in ROWS]
    one = next(r for r in with_open if not r["closed_dt"] and r["target_dt"])
    bring(text_of(with_open[:-1]))
    with system() as session:
        case = session.scalars(select(Case).where(Case.number == one["case_id"])).one()
        case.rework_count = 2
    one |= {"closed_dt": "2016-02-01 10:00:00", "ontime": "", "case_status": "Closed"}
    code, answer = bring(text_of(reversed(with_open)))
    assert code == 0
    assert (answer["created"], answer["updated"], answer["unchanged"]) == (1, 1, 598)
    with system_reading() as session:
        case = session.scalars(select(Case).where(Case.number == one["case_id"])).one()
        assert case.stage == "closed"
        assert case.closed_at.isoformat() == "2016-02-01T15:00:00+00:00"
        assert case.rework_count == 2  # what this product knows stays


def test_a_dry_run_says_the_same_and_writes_nothing(bring):
    _code, dry = bring(SAMPLE, "--dry-run")
    assert counted(Case.id) == counted(Center.code) == counted(AuditEntry.seq) == {}
    _code, wet = bring()
    assert dry | {"dry_run": False} == wet


def test_the_registers_own_flag_is_held_against_ours(bring):
    rows = [dict(r) for r in ROWS]
    wrong = [r for r in rows if r["closed_dt"] and r["ontime"] == "ONTIME"][:2]
    for row in wrong:
        row["ontime"] = "OVERDUE"
    _code, answer = bring(text_of(rows))
    assert answer["check"]["different"] == sorted(r["case_id"] for r in wrong)
    assert answer["check"]["equal"] == answer["check"]["compared"] - 2


def test_the_second_of_the_limit_is_in_time(bring):
    rows = [dict(r) for r in ROWS if r["target_dt"] and r["closed_dt"]][:2]
    for row, closed, flag in zip(rows, ("10:00:00", "10:00:01"), ("ONTIME", "OVERDUE"), strict=True):
        day = row["open_dt"][:10].replace("2015", "2016")
        row |= {"target_dt": f"{day} 10:00:00", "closed_dt": f"{day} {closed}", "ontime": flag}
    _code, answer = bring(text_of(rows))
    assert answer["check"] == {"compared": 2, "equal": 2, "different": []}


def test_everything_that_is_wrong_is_named_at_once(bring):
    rows = [dict(r) for r in ROWS[:12]]
    rows[0]["neighborhood"] = rows[3]["neighborhood"] = "Atlantis"
    rows[1]["open_dt"] = "01/02/2015"
    rows[2]["case_id"] = rows[4]["case_id"]
    rows[5]["source"] = ""
    rows[6]["reason"] = "Dragons"
    rows[7]["type"] = "x" * 201
    rows[8]["case_id"] = ""
    rows[9]["open_dt"] = ""
    rows[10]["department"] = "NASA"
    rows[11]["type"] = "bell\x07"
    code, answer = bring(text_of(rows))
    assert code == 1
    assert [(p["row"], p["field"], p["value"][:9]) for p in answer["problems"]] == [
        (2, "neighborhood", "Atlantis"),
        (3, "open_dt", "01/02/201"),
        (6, "case_id", rows[4]["case_id"][:9]),
        (7, "source", ""),
        (8, "subject / reason", f"{rows[6]['subject']} / Dragons"[:9]),
        (9, "type", "x" * 9),
        (10, "case_id", ""),
        (11, "open_dt", ""),
        (12, "department", "NASA"),
        (13, "type", "bell\x07"),
    ]
    assert "共2行" in answer["problems"][0]["sentence"]
    assert counted(Case.id) == counted(Center.code) == {}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('time_zone = "America/New_York"', 'time_zone = "America/Atlantis"', "file.time_zone"),
        ('number = "case_id"', 'numbr = "case_id"', "columns"),
        ('"Twitter" = "online"', '"Twitter" = "bird"', "source.values"),
        ('open = "assigned"', 'open = "closed"', "stage.open"),
        (
            'closed_before_reported = "keep"',
            'closed_before_reported = "drop"',
            "impossible.closed_before_reported",
        ),
        ('late = "OVERDUE"', 'lte = "OVERDUE"', "check.late"),
        ('blank = "990299"', 'blnk = "990299"', "center.blnk"),
        ('level = "city"', 'level = "town"', "root.level"),
        ("[file]", "[fil", ""),
    ],
)
def test_a_slip_in_the_mapping_is_named(bring, old, new, place):
    text = MAPPING.read_text(encoding="utf-8")
    assert old in text
    code, answer = bring(SAMPLE, mapping=text.replace(old, new))
    assert code == 1
    assert [p["field"] for p in answer["problems"]] == ([place] if place else [])


def test_a_register_may_refuse_what_cannot_be(bring):
    text = MAPPING.read_text(encoding="utf-8").replace('reported = "keep"', 'reported = "refuse"')
    code, answer = bring(SAMPLE, mapping=text)
    assert code == 1
    assert len(answer["problems"]) == sum(
        bool(r["closed_dt"]) and r["closed_dt"] < r["open_dt"] for r in ROWS
    )


def test_a_column_that_is_not_there(bring):
    code, answer = bring(text_of(ROWS).replace("neighborhood", "district", 1))
    assert code == 1
    assert [(p["row"], p["field"]) for p in answer["problems"]] == [(1, "neighborhood")]


def test_cases_go_to_what_became_of_their_center(bring):
    bring()
    with system() as session:
        session.add(Center(code="990250", name="新区", level="county", parent_code="9902", initials="xq"))
        session.flush()
        old = session.get_one(Center, "990201")
        old.ended_on, old.successor_code = date(2026, 1, 1), "990250"
        for case in session.scalars(select(Case).where(Case.center_code == "990201")):
            case.center_code = "990250"
    _code, answer = bring()
    assert (answer["updated"], answer["unchanged"]) == (0, 600)


@pytest.mark.slow
def test_the_whole_register(bring):
    """Needs GRID_TEST_BOSTON311: where the whole file of 2015 lies."""
    code, answer = bring(Path(os.environ["GRID_TEST_BOSTON311"]))
    assert code == 0
    assert (answer["rows"], answer["created"], len(answer["impossible"])) == (121_145, 121_145, 197)
    assert answer["check"] == {"compared": 101_190, "equal": 101_190, "different": []}
    _code, again = bring(Path(os.environ["GRID_TEST_BOSTON311"]))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 121_145)
