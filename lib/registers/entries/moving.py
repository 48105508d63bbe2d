"""Takes one entry on by a step of its register's workflow, with what follows from it."""

from __future__ import annotations

from db.models.register import ChangeKind, Entry
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import viewer_of
from lib.audit.chain import record
from lib.masking import masked_text
from lib.registers import flow
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.publishing.holding import follow_stage
from lib.registers.seeing import root_of
from lib.registers.world import Surroundings
from lib.registers.writers import writers_of


def move_on(
    session: ScopedSession,
    design: Design,
    entry: Entry,
    action: str,
    reason: str,
    change_set_id: int | None = None,
) -> None:
    """Takes the step, with what follows from it. Raises NotAllowed, WrongState, BadInput."""
    viewer = viewer_of(session)
    writers = writers_of(session, design, [entry.id])[entry.id]
    move = flow.take(viewer, entry, design, action, reason, root_of(session), Surroundings(session), writers)
    before, now = entry.state, deployment.moment_of(session)
    entry.state, entry.moved_by_id, entry.moved_at, entry.changed_at = (
        move.target,
        viewer.account_id,
        now,
        now,
    )
    session.flush()
    writing.note(
        session, entry, ChangeKind.MOVED, action=move.key, words=reason, before={"state": before},
        after={"state": entry.state}, change_set_id=change_set_id,
    )  # fmt: skip
    follow_stage(session, design, entry, before)
    session.flush()
    record(
        session, viewer, "entry moved", f"entry {entry.id}",
        after={"register": entry.register_id, "number": entry.serial, "state": entry.state,
               "reason": masked_text(reason)},
    )  # fmt: skip
