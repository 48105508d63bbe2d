"""Where a question about cases is answered: from the replica, or from the database while there is none."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Row, func, select

from db.models.case import Case
from db.scope import ScopedSession
from db.session import as_system
from lib import clock
from lib.cases import kept
from lib.errors import NotReady
from lib.i18n import _
from lib.replica.errors import NotInStep
from lib.replica.keeping import in_step, renew, replica_of
from lib.settings import settings

if TYPE_CHECKING:  # what asks nothing of the replica does not load DuckDB
    from lib.replica.replica import Replica

Answer = TypeVar("Answer")
REPLICA = "replica of this look"
# While the replica is being loaded the database answers what takes it less than about a second.
SMALL_CODE = 9  # digits: a town and what lies below
SMALL_NUMBER = 300_000  # cases in all


@dataclass(frozen=True)
class Freshness:
    """Where figures come from, and what they know of."""

    from_replica: bool
    as_of: datetime


def replica_for(session: ScopedSession) -> Replica | None:
    """Looked up once for all questions of a page, so that they all know the same."""
    if REPLICA not in session.info:
        replica = in_step(settings().database_url)
        session.info[REPLICA] = replica
        if replica is not None:
            session.info[kept.VERSION] = ("replica", replica.number, replica.version)
    found: Replica | None = session.info[REPLICA]
    return found


def freshness(session: ScopedSession) -> Freshness:
    """As of when this page's figures stand. The database itself always stands at now."""
    replica = replica_for(session)
    if replica is not None and replica.as_of is not None:
        return Freshness(True, replica.as_of)
    return Freshness(False, clock.now())


def answer(session: ScopedSession, statement: Any, center_code: str) -> Sequence[Row[Any]]:
    """Rows for a statement that asks `Case` and nothing else, narrowed to the session's scope.

    Raises NotReady when only the replica could answer in good time and is still being loaded.
    """
    replica = replica_for(session)
    if replica is not None:
        try:
            return replica.read(statement, session.scope)
        except NotInStep:
            renew(replica)
            raise NotReady(_("统计数据正在重新准备，完成后自动显示。")) from None
    refuse_large(session, center_code)
    return session.execute(statement).all()


def refuse_large(session: ScopedSession, center_code: str) -> None:
    """Raises NotReady for what would keep the database busy while a replica is on its way."""
    replica = replica_of(settings().database_url)
    if replica is None or not is_large(session, center_code):
        return
    share = f"{int(replica.share_loaded * 100)}%"
    raise NotReady(_("正在准备统计数据（已完成{share}），完成后自动显示。").format(share=share))


def is_large(session: ScopedSession, center_code: str) -> bool:
    """Whether the database alone would be slow to answer about this area."""
    return len(center_code) < SMALL_CODE and _cases(session) > SMALL_NUMBER


def _cases(session: ScopedSession) -> int:
    """About how many cases there are in all: the highest key, which costs nothing to find."""
    with as_system(session):
        return session.scalar(select(func.max(Case.id))) or 0


def replica_is_ready() -> bool:
    """Whether what was refused a moment ago would now be answered."""
    replica = replica_of(settings().database_url)
    return replica is None or replica.ready


def kept_answer(session: ScopedSession, question: Hashable, count: Callable[[], Answer]) -> Answer:
    """The answer as it was counted before, as long as no case has changed."""
    replica_for(session)
    return kept.kept(session, question, count)
