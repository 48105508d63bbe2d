"""What this installation is, and the moment its figures stand at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.models.deployment import Deployment, DeploymentKind
from db.scope import ScopedSession
from db.session import as_system
from lib import clock


@dataclass(frozen=True)
class Standing:
    """`stands_at` is None in a real deployment, whose figures follow the clock."""

    demonstration: bool
    root_code: str
    stands_at: datetime | None

    @property
    def moment(self) -> datetime:
        """The moment that "today", "open" and "overdue" are counted from."""
        return self.stands_at or clock.now()


def standing(session: ScopedSession) -> Standing | None:
    """None before the first start or `init` has filled the database."""
    with as_system(session):
        row = session.get(Deployment, 1)
        if row is None:
            return None
        found = Standing(row.kind is DeploymentKind.DEMONSTRATION, row.root_code, row.stands_at)
        session.expunge(row)
        return found
