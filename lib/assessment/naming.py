"""What a unit is called to a reader: gridworkers are people, and whoever only looks at numbers sees people's
names in part."""

from __future__ import annotations

from collections.abc import Callable

from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.masking import masked_name
from lib.schemes.scheme import Subject


def called(session: ScopedSession, subject: Subject) -> Callable[[str], str]:
    """Makes the name of a unit of this kind into what the reader may know of it."""
    if subject is Subject.GRIDWORKER and not viewer_of(session).may(Permission.READ_ROSTER):
        return masked_name
    return str
