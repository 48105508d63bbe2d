"""Questions about meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models.center import Center
from db.models.scheduling import Meeting, MeetingState
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission


@dataclass(frozen=True)
class MeetingRow:
    """`seen` is what a change must name."""

    id: int
    round_id: int
    center_code: str
    center_name: str
    state: MeetingState
    held_at: datetime
    place: str
    chair: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    minutes: str
    written_by: str
    written_by_id: int | None
    signed_by: str | None
    signed_at: datetime | None
    seen: int


@query(Permission.READ_ROUNDS)
def meetings_of(session: ScopedSession, round_id: int) -> tuple[MeetingRow, ...]:
    """The meetings that were held in a round, by the centers that the reader sees."""
    rows = session.execute(
        select(Meeting, Center.name)
        .join(Center, Center.code == Meeting.center_code)
        .where(Meeting.round_id == round_id)
        .order_by(Meeting.center_code)
    ).all()
    return tuple(_row(one, name) for one, name in rows)


def _row(one: Meeting, name: str) -> MeetingRow:
    return MeetingRow(
        one.id, one.round_id, one.center_code, name, one.state, one.held_at, one.place, one.chair,
        tuple(one.present.splitlines()), tuple(one.absent.splitlines()), one.minutes, one.written_by,
        one.written_by_id, one.signed_by, one.signed_at, one.version,
    )  # fmt: skip
