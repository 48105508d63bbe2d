"""The check at every request and frame: is this session good, without any hashing of passwords."""

from __future__ import annotations

import time
from statistics import median

from tests.benchmarks.serving import database, token_of


def check() -> tuple[float, str, float, str, float, bool]:
    """Milliseconds of `sessions.identify`, against one bare look-up by primary key."""
    import os

    from sqlalchemy import text

    from db.engine import open_engine
    from lib.access import sessions
    from lib.settings import settings

    url = database("city")
    token = token_of(url, "city.leader")
    os.environ["DATABASE_URL"] = url
    settings.cache_clear()
    found, bare = [], []
    hashed = sessions.hash_token(token)
    question = text("SELECT account_id FROM sign_in_sessions WHERE token_hash = :hash")
    for _round in range(300):
        started = time.perf_counter()
        assert sessions.identify(token) is not None
        found.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        with open_engine(url).connect() as connection:
            connection.execute(question, {"hash": hashed}).one()
        bare.append((time.perf_counter() - started) * 1000)
    return median(found), "ms", median(bare), "sign-in check without hashing < 5 ms", 5, False
