"""Questions whose answers become documents."""

from __future__ import annotations

from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.reports import notice, pack
from lib.reports.notice import Notice
from lib.reports.pack import Pack


@query(Permission.READ_ROUNDS)
def meeting_pack(session: ScopedSession, round_id: int, center_code: str) -> Pack:
    """All that a meeting of a center is held over in a round. Raises NotFound, NotReady."""
    return pack.gather(session, round_id, center_code)


@query(Permission.READ_ASSESSMENT)
def monthly_notice(session: ScopedSession, assessment_id: int) -> Notice:
    """All that a notice says of an assessment whose places are shown, for those who assess. Raises NotFound,
    NotAllowed, WrongState, NotReady, and BadInput where its totals do not agree."""
    return notice.gather(session, assessment_id)
