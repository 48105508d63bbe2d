"""What this installation is, and the moment its figures stand at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update

from db.models.deployment import Deployment, DeploymentKind
from db.scope import ScopedSession
from db.session import as_system
from lib import clock

# Whoever keeps a copy of the cases looks back this far at least; what was written earlier than that when
# it is committed would stay unseen. The copies look back further, because clocks differ.
LONG = timedelta(seconds=30)


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


def moment_of(session: ScopedSession) -> datetime:
    """The moment that the deployment works at: of a demonstration the one that it stands at."""
    here = standing(session)
    return here.moment if here else clock.now()


def today_of(session: ScopedSession) -> date:
    """The local day that the deployment works on."""
    return clock.local(moment_of(session)).date()


def raise_cases_generation(session: ScopedSession) -> None:
    """Whoever keeps a copy of the cases reads all of them anew. For what deletes cases, or took long."""
    with as_system(session):
        session.execute(
            update(Deployment).values(cases_generation=Deployment.cases_generation + 1),
            execution_options={"synchronize_session": False},
        )


def raise_when_long(session: ScopedSession, changed_at: datetime) -> None:
    """At the end of a transaction that wrote cases with this `changed_at`."""
    if clock.now() - changed_at > LONG:
        raise_cases_generation(session)
