"""How often a person asks for numbers that are shown in part, or tries whose number one is: one at a time, so
many a day. Whoever could try without end would find out what is masked."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from db.models.audit import AuditEntry
from db.scope import ScopedSession
from db.session import as_system, take_lock
from lib import clock
from lib.access.viewer import Viewer
from lib.errors import BadInput, NotAllowed
from lib.i18n import _
from lib.sealing import sealed

MOST_A_DAY = 50
MOST_LOOKED_UP = 100
EVENT = "numbers shown"
LOOKED_UP = "number looked up"


def must_have_reason(session: ScopedSession, viewer: Viewer, reason: str) -> None:
    """Raises BadInput without a reason, and NotAllowed when the day's number is used up."""
    if not reason:
        raise BadInput(_("请写明为什么要看完整号码。"))
    take_lock(session, f"whole numbers {viewer.account_id}")  # two at once count each other
    if _count(session, viewer, AuditEntry.event == EVENT) >= MOST_A_DAY:
        raise NotAllowed(
            _("今天查看完整号码已达{most}次上限，请明天再看或联系本级管理员。").format(most=MOST_A_DAY)
        )


def must_be_few(session: ScopedSession, viewer: Viewer) -> None:
    """Raises NotAllowed when somebody has looked for so many numbers today that they may be guessing."""
    take_lock(session, f"numbers looked up {viewer.account_id}")
    if _count(session, viewer, AuditEntry.event == LOOKED_UP) >= MOST_LOOKED_UP:
        raise NotAllowed(
            _("今天按号码查找已达{most}次上限，请明天再查，或按姓名查找。").format(most=MOST_LOOKED_UP)
        )


def mark_of(number: str) -> str:
    """What the audit log calls a number: the same for the same one, and nothing that leads back to it."""
    return f"number {hashlib.sha256(sealed(number).encode()).hexdigest()[:16]}"


def has_looked_up(session: ScopedSession, viewer: Viewer, number: str) -> bool:
    """Whether this person has asked for this number within a day, which was recorded. At the machine itself
    everything is open."""
    if viewer.account_id is None:
        return True
    asked = AuditEntry.event == LOOKED_UP, AuditEntry.subject == mark_of(number)
    return _count(session, viewer, *asked) > 0


def _count(session: ScopedSession, viewer: Viewer, *which: ColumnElement[bool]) -> int:
    since = clock.now() - timedelta(days=1)
    with as_system(session):  # nobody reads the chain for this but to count their own rows
        own = AuditEntry.account_id == viewer.account_id
        return session.scalar(select(func.count()).where(own, AuditEntry.at >= since, *which)) or 0
