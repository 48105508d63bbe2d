"""The product without its memory: every figure is counted anew at every click.

GRID_BENCHMARK_TIMES=10 makes ten cases out of each one in the replica before the first question.
"""

import os
import sys
from pathlib import Path

import streamlit.runtime

ROOT = str(Path(__file__).parent.parent.parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

if not streamlit.runtime.exists():
    import streamlit as st

    import lib.cases.kept
    from lib.replica.replica import Replica
    from lib.replica.store import CHECKPOINT

    os.chdir(ROOT)
    lib.cases.kept.kept = lambda session, question, count: count()
    times = int(os.environ.get("GRID_BENCHMARK_TIMES", "1"))
    load = Replica.load

    def load_and_multiply(self, *arguments):
        load(self, *arguments)
        follower, self._follower = self._follower, None  # nobody is answered before it is all there
        with follower.store.writing() as cursor:
            (highest,) = cursor.execute("SELECT max(id) FROM facts").fetchone()
            cursor.execute("CREATE TEMP TABLE once AS SELECT * FROM facts")
            for time in range(1, times):
                cursor.execute(f"INSERT INTO facts SELECT * REPLACE (id + {time * highest} AS id) FROM once")
                cursor.execute(CHECKPOINT)
            cursor.execute("DROP TABLE once")
        follower._highest = highest * times
        self._follower = follower

    if times > 1:
        Replica.load = load_and_multiply

    from lib.access.routes import ROUTES
    from lib.ui.server import MIDDLEWARE, close_pages_folder, lifespan, on_script_error

    close_pages_folder()
    app = st.App(
        f"{ROOT}/Home.py",
        routes=ROUTES,
        middleware=MIDDLEWARE,
        lifespan=lifespan,
        on_script_error=on_script_error,
    )
