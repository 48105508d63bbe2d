"""A month's assessment of a whole city: from 2.4 million cases to places."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from typing import Any

from tests.benchmarks.analysis import replica
from tests.benchmarks.pages import Result, _against_constant

MONTH = date(2026, 5, 1)
RATES = ("accepted", "resolution", "on_time", "rework", "returned", "satisfaction", "response", "repeat")
TIMES = ("handling_median", "handling_slow")
COUNTS = ("received", "closed", "due", "rated")
SOURCES = ("hotline", "appeal", "petition", "patrol", "online", "letter")


class _Enough(Exception):
    """Nothing that was measured stays."""


def _definition(subject: str) -> dict[str, Any]:
    """Twenty indicators: rates, counts, handling times, and one rate for each of six sources."""
    lines: list[dict[str, Any]] = []
    for name in RATES:
        lines.append({"key": name, "name": name, "metric": name, "rule": "rate", "points": "5"})
    for name in SOURCES:
        lines.append(
            {"key": f"on_time_{name}", "name": name, "metric": "on_time", "rule": "target", "points": "5",
             "target": "95", "each": "1", "only": {"source": name}}
        )  # fmt: skip
    for name in (*TIMES, *COUNTS):
        lines.append(
            {"key": name, "name": name, "metric": name, "rule": "tiers", "points": "5",
             "tiers": [["1000", "5"], ["10", "3"]], **({} if name in TIMES else {"more_is_better": True})}
        )  # fmt: skip
    for line in lines:
        line["source"] = "x"
        if line["rule"] == "tiers" and line["metric"] in TIMES:
            line["tiers"] = [["10", "5"], ["100", "3"]]
    assert len(lines) == 20
    return {"name": f"speed {subject}", "object": subject, "source": "x", "indicators": lines}


def _computed(*subjects: str) -> float:
    """Seconds to measure, score, rank and write all of it; the better of two runs."""
    from db.models.account import Role
    from db.models.assessment import AssessmentScheme, SchemeState, SchemeVersion
    from db.scope import EVERYTHING
    from db.session import unit_of_work
    from lib import clock
    from lib.access.viewer import Viewer
    from lib.assessment.commands import compute
    from lib.cases import kept
    from lib.schemes.reading import read
    from lib.schemes.scheme import canonical

    leader = Viewer(None, "benchmark", "benchmark", Role.LEADER, "6201", EVERYTHING)
    runs = []
    with replica() as made:
        for _run in range(2):
            with suppress(_Enough), unit_of_work(made.url, EVERYTHING, viewer=leader) as session:
                keys = []
                for subject in subjects:
                    scheme = read(_definition(subject))
                    row = AssessmentScheme(center_code="6201", name=scheme.name, created_at=clock.now())
                    session.add(row)
                    session.flush()
                    session.add(
                        SchemeVersion(
                            scheme_id=row.id, center_code="6201", number=1, state=SchemeState.IN_FORCE,
                            definition=canonical(scheme), first_month=MONTH, drafted_by="x",
                            drafted_at=clock.now(), decided_by="y", decided_at=clock.now(),
                        )
                    )  # fmt: skip
                    keys.append(row.id)
                session.flush()
                kept._kept.clear()
                started = time.perf_counter()
                for key in keys:
                    compute(session, key, MONTH)
                runs.append(time.perf_counter() - started)
                raise _Enough
    return min(runs)


def month() -> Result:
    words = "1,180 villages, 114 towns and 9 counties × 20 indicators in < 3 s"
    return _computed("village", "town", "county"), "s", 3.0, words, 1, True


def gridworkers() -> Result:
    return _computed("gridworker"), "s", 10.0, "7,507 gridworkers × 20 indicators in < 10 s", 1, True


def ranking_page() -> Result:
    """Of a demonstration, whose months have been assessed; the places are read and not counted."""
    value, unit, floor, _words, _limit, of_ratio = _against_constant("assessment", "", "city.leader", "demo")
    words = "the ranking page < 2 × the same widgets with constant data"
    return value, unit, floor, words, 2, of_ratio


ASSESSING = {"assessment-month": month, "assessment-gridworkers": gridworkers, "ranking-page": ranking_page}
