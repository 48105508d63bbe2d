"""The numbers of a register's entries, given one after the other to whoever writes, whatever they see."""

from __future__ import annotations

from sqlalchemy import func, select

from db.models.register import Entry
from db.scope import ScopedSession
from db.session import as_system, take_lock


def next_serial(session: ScopedSession, register_id: int) -> int:
    """The first free number. Nobody else gets one until this transaction ends."""
    take_lock(session, f"entries of {register_id}")
    with as_system(
        session
    ):  # a village does not see the entries of the next one, and yet counts on from them
        last = session.scalar(select(func.max(Entry.serial)).where(Entry.register_id == register_id))
    return (last or 0) + 1
