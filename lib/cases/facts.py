"""The predicates on cases that lists, metrics and imports share; each rule stands here once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from db.models.case import Case


def is_open() -> ColumnElement[bool]:
    return Case.closed_at.is_(None)


def open_at(moment: datetime) -> ColumnElement[bool]:
    """Reported and not yet closed at `moment`, which may lie in the past."""
    return and_(Case.reported_at <= moment, or_(Case.closed_at.is_(None), Case.closed_at > moment))


def closed_by(moment: datetime) -> ColumnElement[bool]:
    return and_(Case.closed_at.is_not(None), Case.closed_at <= moment)


def closed_late() -> ColumnElement[bool]:
    """Closed after its limit. A case without a limit is never late; on the very second is in time."""
    return and_(Case.closed_at.is_not(None), Case.due_at.is_not(None), Case.closed_at > Case.due_at)


def closed_in_time() -> ColumnElement[bool]:
    """Closed, and not late."""
    return and_(Case.closed_at.is_not(None), or_(Case.due_at.is_(None), Case.closed_at <= Case.due_at))


def overdue_at(moment: datetime) -> ColumnElement[bool]:
    """Still open at `moment` though its limit had passed; a suspended case's clock stands still."""
    return and_(open_at(moment), ~Case.suspended, Case.due_at < moment)


def closed_before_reported() -> ColumnElement[bool]:
    """What cannot be, but came in so; kept as it stands and shown as what it is."""
    return and_(Case.closed_at.is_not(None), Case.closed_at < Case.reported_at)
