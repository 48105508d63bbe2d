"""One replica for each process: started with the server, loaded beside it, loaded again when it must be."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.replica.errors import NotInStep

if TYPE_CHECKING:
    from lib.replica.replica import Replica

log = logging.getLogger("grid.replica")

PAUSE = 30.0  # seconds after a load that failed before a question tries again


@dataclass
class _Kept:
    replica: Replica
    loading: threading.Thread | None = None
    not_before: float = 0.0


_replicas: dict[str, _Kept] = {}
_lock = threading.Lock()


def replica_of(url: str) -> Replica | None:
    """The replica of this database; None where none was started, as in tests and on the command line."""
    found = _replicas.get(url)
    return found.replica if found else None


def start(url: str, *, wait: bool = False, progress: Callable[[float], None] | None = None) -> Replica:
    """Makes the replica and loads it, in the background unless told to wait. Raises NotInStep when it
    was told to wait and it could not be loaded."""
    # Here and not above: a command line that needs no replica does not wait for DuckDB.
    from lib.replica.replica import Replica

    with _lock:
        if not _replicas:
            atexit.register(stop_all)
        kept = _replicas.get(url)
        if kept is None:
            kept = _replicas[url] = _Kept(Replica(url))
    if not wait:
        renew(kept.replica)
        return kept.replica
    if (loading := kept.loading) is not None:
        loading.join()
    try:
        kept.replica.look()
    except NotInStep:
        kept.replica.load(progress or (lambda share: None))
    return kept.replica


def renew(replica: Replica) -> None:
    """Loads all of it again in the background; once, however many ask, and not again and again when it
    cannot be done."""
    with _lock:
        kept = _replicas.get(replica.url)
        if kept is None or kept.replica is not replica or kept.loading or time.monotonic() < kept.not_before:
            return
        kept.loading = threading.Thread(target=_load, args=(kept,), name="replica", daemon=True)
        kept.loading.start()


def _load(kept: _Kept) -> None:
    try:
        kept.replica.load()
    except Exception:
        if kept.replica.closed:
            return  # as it was told to
        # Without it people are answered from the database where that is quick enough; a question after
        # the pause tries again.
        kept.not_before = time.monotonic() + PAUSE
        log.exception("the replica could not be loaded")
    finally:
        kept.loading = None


def in_step(url: str) -> Replica | None:
    """The replica with everything that is committed by now; None when it cannot answer."""
    replica = replica_of(url)
    if replica is None:
        return None
    try:
        replica.look()
    except NotInStep:
        renew(replica)
        return None
    return replica


def stop(url: str) -> None:
    """Throws the replica away and waits for what still works on it."""
    with _lock:
        kept = _replicas.pop(url, None)
    if kept is not None:
        loading = kept.loading
        kept.replica.close()
        if loading is not None:
            loading.join(timeout=30)


def stop_all() -> None:
    """Before the interpreter ends: a thread that is then still in DuckDB would take the process down."""
    for url in list(_replicas):
        stop(url)
