"""Opens rounds by the clock. Of all processes on a database one does it, by a lease that it renews."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from db.models.scheduling import Lease
from db.scope import ScopedSession
from lib import clock
from lib.access.work import system
from lib.deployment import standing
from lib.scheduling.opening import open_due

log = logging.getLogger("grid.scheduling")

NAME = "rounds"
EVERY = timedelta(minutes=1)
# Longer than the pause between two looks, so that whoever holds it keeps it, and short enough that another
# process takes over soon after this one has gone.
HELD_FOR = timedelta(minutes=3)


def take_lease(session: ScopedSession, name: str, holder: str, now: datetime) -> bool:
    """Whether the lease is this holder's from now on. Two that ask at once never both get it. Raises
    IntegrityError when another one makes it at the same moment."""
    taken = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until < now))
        .values(holder=holder, until=now + HELD_FOR)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount:  # type: ignore[attr-defined]
        return True
    if session.get(Lease, name) is not None:
        return False
    session.add(Lease(name=name, holder=holder, until=now + HELD_FOR))
    session.flush()
    return True


class Clockwork:
    """Starts with the server and looks once a minute."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()[:40]} {os.getpid()} {secrets.token_hex(6)}"
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)

    def start(self) -> None:
        self._scheduler.add_job(
            self.look, "interval", seconds=EVERY.total_seconds(), next_run_time=datetime.now(UTC),
            max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for a look that is under way."""
        self._scheduler.shutdown(wait=True)

    def look(self) -> None:
        """Opens what is due. What goes wrong is logged; the next look tries again."""
        try:
            with system() as session:
                here = standing(session)
                if here is None or not take_lease(session, NAME, self.holder, clock.now()):
                    return
            with system() as session:
                opened, problems = open_due(session, here.root_code, here.moment)
                for one in opened:
                    log.info("round opened: %s %s", one.kind.value, one.first)
            for sentence in problems:
                log.warning("a round could not be opened: %s", sentence)
        except IntegrityError:
            return  # another process was quicker; it is at it now
        except Exception:
            log.exception("the clock could not look after the rounds")
