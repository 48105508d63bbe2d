"""How often a person asks for numbers that are shown in part: one record at a time, so many a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from db.models.audit import AuditEntry
from db.scope import ScopedSession
from db.session import as_system, take_lock
from lib import clock
from lib.access.viewer import Viewer
from lib.errors import BadInput, NotAllowed
from lib.i18n import _

MOST_A_DAY = 50
EVENT = "numbers shown"


def must_have_reason(session: ScopedSession, viewer: Viewer, reason: str) -> None:
    """Raises BadInput without a reason, and NotAllowed when the day's number is used up."""
    if not reason:
        raise BadInput(_("请写明为什么要看完整号码。"))
    take_lock(session, f"whole numbers {viewer.account_id}")  # two at once count each other
    since = clock.now() - timedelta(days=1)
    with as_system(session):  # nobody reads the chain for this but to count their own rows
        asked = session.scalar(
            select(func.count()).where(
                AuditEntry.account_id == viewer.account_id, AuditEntry.event == EVENT, AuditEntry.at >= since
            )
        )
    if (asked or 0) >= MOST_A_DAY:
        raise NotAllowed(
            _("今天查看完整号码已达{most}次上限，请明天再看或联系本级管理员。").format(most=MOST_A_DAY)
        )
