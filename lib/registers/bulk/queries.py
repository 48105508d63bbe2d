"""What a person can do with several entries at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.models.register import Entry
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.registers import flow
from lib.registers.design import Move
from lib.registers.seeing import no_register, reads, register_with_design, root_of
from lib.registers.writers import writers_of

AT_ONCE = 500


@dataclass(frozen=True)
class OpenMove:
    """A step with the entries that this person may take it on; `seen` is the version of each by its key."""

    move: Move
    seen: dict[int, int]


@query(Permission.FILL_REGISTERS)
def moves_for(session: ScopedSession, register_id: int, entry_ids: tuple[int, ...]) -> tuple[OpenMove, ...]:
    """The steps that are open for at least one of the entries, in the order of the design. Raises
    NotFound."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    if register.closed_at is not None:
        return ()
    root = root_of(session)
    open_for: dict[str, dict[int, int]] = {}
    for start in range(0, len(entry_ids), AT_ONCE):
        statement = select(Entry).where(
            Entry.id.in_(entry_ids[start : start + AT_ONCE]),
            Entry.register_id == register_id,
            Entry.removed_at.is_(None),
        )
        entries = session.scalars(statement).all()
        writers = writers_of(session, design, [entry.id for entry in entries])
        for entry in entries:
            for move in flow.open_moves(viewer, entry, design, root, writers[entry.id]):
                open_for.setdefault(move.key, {})[entry.id] = entry.version
    return tuple(OpenMove(move, open_for[move.key]) for move in design.moves if move.key in open_for)
