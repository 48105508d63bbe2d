"""Keeps what was counted over cases until a case changes, at most a minute.

The key holds the viewer's scope, so nobody is answered from another's rows. The minute bounds how
long a commit that comes in out of turn can stay unseen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from sqlalchemy import func, select

from db.models.case import Case
from db.scope import ScopedSession
from db.session import as_system
from lib import clock
from lib.settings import settings

Answer = TypeVar("Answer")
AT_MOST = 2000
VERSION = "version of the cases"

_kept: OrderedDict[Hashable, object] = OrderedDict()
_lock = Lock()


def kept(session: ScopedSession, question: Hashable, count: Callable[[], Answer]) -> Answer:
    """The answer to `question` as this session's viewer sees it; answers are never changed after."""
    key = (session.scope, question, _version(session))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[return-value]
    answer = count()
    with _lock:
        _kept[key] = answer
        while len(_kept) > AT_MOST:
            _kept.popitem(last=False)
    return answer


def _version(session: ScopedSession) -> Hashable:
    """Changes when a case does, and every minute; asked once for all figures of one page."""
    if VERSION not in session.info:
        with as_system(session):
            changed = session.scalar(select(func.max(Case.changed_at)))
            newest = session.scalar(select(func.max(Case.id)))
        minute = clock.now().replace(second=0, microsecond=0)
        session.info[VERSION] = (settings().database_url, changed, newest, minute)
    return session.info[VERSION]  # type: ignore[no-any-return]
