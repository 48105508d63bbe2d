"""The roster: a town's page in the city against the demonstration, and the vacancies of the whole city."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from tests.benchmarks.pages import Result
from tests.benchmarks.serving import database, server, token_of, when_ready

TOWN_DIRECTOR = "jiuquanlu.director"
ROUNDS, QUESTIONS = 40, 15
# A day on which posts stood empty; today every grid has somebody.
PAST = date(2026, 3, 22)


def town() -> Result:
    """Milliseconds of a rerun, in turns on both databases, which hold the same people."""
    city, demo = database("city"), database("demo")
    with server(city) as (port, _pid), server(demo) as (demo_port, _demo_pid):
        client = when_ready(port, token_of(city, TOWN_DIRECTOR), "roster")
        floor = when_ready(demo_port, token_of(demo, TOWN_DIRECTOR), "roster")
        for _warm in range(5):
            client.click()
            floor.click()
        assert client.elements
        assert floor.elements
        times: tuple[list[float], list[float]] = ([], [])
        for _round in range(ROUNDS):
            times[0].append(client.click())
            times[1].append(floor.click())
    words = "a town's roster in the city ≤ 2 × in the demonstration"
    return statistics.median(times[0]), "ms", statistics.median(times[1]), words, 2, True


@contextmanager
def _city() -> Iterator[Any]:
    """A director's eyes on the whole city."""
    from db.models.account import Role
    from db.scope import Scope
    from lib.access.viewer import Viewer
    from lib.settings import settings

    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = database("city")
    settings.cache_clear()
    try:
        yield Viewer(None, "x", "x", Role.LEADER, "6201", Scope.of(["6201"]))
    finally:
        if before is None:
            os.environ.pop("DATABASE_URL")
        else:
            os.environ["DATABASE_URL"] = before
        settings.cache_clear()


def vacancies() -> Result:
    """The slower of two days: today, when all posts are filled, and one on which some stood empty."""
    from lib.access.work import reading
    from lib.roster.vacancies.queries import vacancies as ask

    found = []
    with _city() as viewer:
        for day in (None, PAST):
            times = []
            for _round in range(QUESTIONS):
                with reading(viewer) as session:
                    started = time.perf_counter()
                    answer = ask(session, "6201", day)
                    times.append((time.perf_counter() - started) * 1000)
            assert (answer.total > 0) == (day is PAST)
            found.append(statistics.median(times))
    return max(found), "ms", 100.0, "the vacancies of 7,507 grids < 100 ms", 1, True


ROSTER = {"roster-town": town, "roster-vacancies": vacancies}
