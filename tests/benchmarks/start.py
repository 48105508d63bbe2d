"""From the command to the first page that can be used, on a demonstration that stands."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from tests.benchmarks.serving import ROOT, Client, database, server, token_of


def first_page() -> tuple[float, str, float, str, float, bool]:
    """Seconds of what `make run` does with an existing environment, until the page is drawn."""
    url = database("demo")
    token = token_of(url, "chengguan.duty")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as data:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "seed",
                "--size",
                "demo",
                "--random",
                "7",
                "--today",
                "2026-06-30",
                "--if-empty",
            ],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "GRID_DATA": data},
            check=True,
        )
    with server(url) as (port, _pid):
        client = Client(port, token, "overview")
        client.click()
        taken = time.perf_counter() - started
    bare = time.perf_counter()
    with server(url, entry="tests/benchmarks/bare/Home.py") as (port, _pid):
        Client(port, "").click()
        floor = time.perf_counter() - bare
    return taken, "s", floor, "first usable page in < 5 s", 5, False
