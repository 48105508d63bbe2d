"""The figures of another city's real register, held against pandas.

Boston publishes its 311 requests. A cut of 2015 lies beside the tests; where the whole year lies says
GRID_TEST_BOSTON311.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.cli.__main__ import main
from tests import makers

SAMPLE = Path(__file__).parent.parent / "data" / "boston311_sample.csv"
MAPPING = Path(__file__).parent.parent.parent / "seed" / "mappings" / "boston311_2015.toml"
# A working day in Boston's morning: some are closed by then, some late, some not yet due.
STANDS_AT = datetime(2015, 12, 30, 15, 0, tzinfo=UTC)
Ask = Callable[..., Any]


@pytest.fixture
def ask(database: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    """One answer of the command line."""

    def run(*words: str) -> Any:
        code = main([*words, "--json"])
        printed = capsys.readouterr().out
        assert code == 0, printed
        return json.loads(printed)

    return run


def by_pandas(path: Path) -> pd.DataFrame:
    """By the name of each neighborhood: what the register itself says, in its own clock's moments."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in ("open_dt", "target_dt", "closed_dt"):
        wall = pd.to_datetime(rows[column].where(rows[column] != ""), format="%Y-%m-%d %H:%M:%S")
        first = wall.notna()  # of an hour that came twice the first
        zone = wall.dt.tz_localize("America/New_York", ambiguous=first, nonexistent="shift_forward")
        rows[column] = zone.dt.tz_convert("UTC")
    now = pd.Timestamp(STANDS_AT)
    known = rows["open_dt"] <= now
    due = rows["target_dt"].notna() & (rows["target_dt"] <= now)
    closed = rows["closed_dt"].notna() & (rows["closed_dt"] <= now)
    figures = pd.DataFrame(
        {
            "place": rows["neighborhood"],
            "total": known,
            "closed": closed,
            "due": due,
            "closed of due": due & closed,
            "on time": due & closed & (rows["closed_dt"] <= rows["target_dt"]),
            "overdue": known & ~closed & rows["target_dt"].notna() & (rows["target_dt"] < now),
        }
    )
    return figures.groupby("place").sum()


# What the command line is asked for, and which of its two numbers is the column of pandas.
ASKED = {
    "total": ("received", "numerator"),
    "closed": ("closed", "numerator"),
    "due": ("resolution", "denominator"),
    "closed of due": ("resolution", "numerator"),
    "on time": ("on_time", "numerator"),
    "overdue": ("overdue", "numerator"),
}


def places() -> dict[str, str]:
    """The code of each neighborhood, as the mapping says."""
    import tomllib

    center = tomllib.loads(MAPPING.read_text(encoding="utf-8"))["center"]
    return {one.get("value", ""): one["code"] for one in center["values"]} | {"": center["blank"]}


def hold_against_pandas(ask: Ask, url: str, path: Path) -> pd.DataFrame:
    ask("import", "cases", str(path), "--mapping", str(MAPPING))
    with makers.everything(url) as session:
        session.add(makers.deployment("9902", STANDS_AT))
    expected = by_pandas(path)
    codes = places()
    for column, (metric, side) in ASKED.items():
        answer = ask(
            "metric",
            metric,
            "--center",
            "9902",
            "--from",
            "2000-01-01",
            "--to",
            "2040-12-31",
            "--by",
            "child",
        )
        found = {part["key"]: part[side] for part in answer["parts"] if part[side]}
        wanted = {codes[name]: int(n) for name, n in expected[column].items() if n}
        assert found == wanted, column
        assert answer[side] == expected[column].sum(), column
    return expected


def test_the_figures_of_the_cut_equal_those_of_pandas(ask, database):
    expected = hold_against_pandas(ask, database, SAMPLE)
    assert len(expected) >= 20
    assert (expected.sum() > 20).all()  # every figure has something to say


def test_every_neighborhood_alone_equals_its_part(ask, database):
    expected = hold_against_pandas(ask, database, SAMPLE)
    for name, code in list(places().items())[::5]:
        words = ["--center", code, "--from", "2000-01-01", "--to", "2040-12-31"]
        answer = ask("metric", "on_time", *words, "--rows")
        wanted = expected.loc[name] if name in expected.index else expected.iloc[0] * 0
        assert (answer["numerator"], answer["denominator"]) == (wanted["on time"], wanted["due"])
        numbers = {row["number"] for row in answer["rows"]}
        rows = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
        own = set(rows["case_id"][rows["neighborhood"] == name])
        assert len(answer["rows"]) == len(numbers) == answer["numerator"]
        assert numbers <= own


def test_pandas_reads_the_clock_as_the_register_does():
    """The oracle's own edge: the hour that came twice, and a closing on the second of the limit."""
    header = "case_id,open_dt,target_dt,closed_dt,neighborhood\n"
    rows = (
        "1,2015-11-01 01:30:00,2015-11-01 03:00:00,2015-11-01 03:00:00,A\n"
        "2,2015-11-01 01:30:00,2015-11-01 03:00:00,2015-11-01 03:00:01,A\n"
        "3,2015-11-01 01:30:00,,,A\n"
        "4,2015-12-30 10:00:00,2015-12-30 09:59:59,,A\n"
        "5,2015-12-30 10:00:01,2015-12-30 10:00:00,,A\n"
    )
    found = by_pandas(io.StringIO(header + rows)).loc["A"]  # type: ignore[arg-type]
    assert found.to_dict() == {
        "total": 4,
        "closed": 2,
        "due": 4,
        "closed of due": 2,
        "on time": 1,
        "overdue": 1,
    }


@pytest.mark.slow
def test_the_figures_of_the_whole_year_equal_those_of_pandas(ask, database):
    expected = hold_against_pandas(ask, database, Path(os.environ["GRID_TEST_BOSTON311"]))
    assert expected["total"].sum() > 100_000
