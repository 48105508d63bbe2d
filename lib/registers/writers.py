"""Whose words an entry holds: they do not decide on it, whoever has handed it in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from db.models.register import ChangeKind, EntryChange
from db.scope import ScopedSession
from lib.registers.design import Design, StageKind

AT_ONCE = 500


def writers_of(session: ScopedSession, design: Design, entry_ids: Sequence[int]) -> dict[int, set[int]]:
    """The accounts that have written into each entry since another person last accepted it.

    What is filled in where nothing stood, once it was handed in, belongs to the decision: a result, a yearly
    evaluation. What is changed then is somebody's words. What a new design has computed anew is nobody's.
    """
    if not any(move.by_another for move in design.moves):
        return {key: set() for key in entry_ids}
    computed = {one.key for one in design.fields if one.kind == "formula"}
    found = {key: _Entry(design.start.kind) for key in entry_ids}
    for start in range(0, len(entry_ids), AT_ONCE):
        changes = session.scalars(
            select(EntryChange)
            .where(
                EntryChange.entry_id.in_(entry_ids[start : start + AT_ONCE]),
                EntryChange.kind.in_((ChangeKind.MADE, ChangeKind.EDITED, ChangeKind.MOVED)),
            )
            .order_by(EntryChange.id)
        )
        for one in changes:
            entry = found[one.entry_id]
            if one.kind is ChangeKind.MOVED:
                move = design.move(one.action)
                entry.moves(
                    design.stage(json.loads(one.after).get("state", "")).kind,
                    accepted=move is not None and move.by_another,
                )
            elif one.done_by_id is not None:
                entry.is_written(one.done_by_id, json.loads(one.before), json.loads(one.after), computed)
    return {key: entry.writers for key, entry in found.items()}


@dataclass
class _Entry:
    stage: StageKind
    writers: set[int] = field(default_factory=set)
    # Who has written what stands in each field.
    authors: dict[str, int] = field(default_factory=dict)

    def moves(self, stage: StageKind, *, accepted: bool) -> None:
        self.stage = stage
        if accepted and stage is StageKind.DONE:
            self.writers.clear()

    def is_written(
        self, account_id: int, before: dict[str, object], after: Iterable[str], computed: set[str]
    ) -> None:
        keys = [key for key in after if key not in computed]
        drafts = self.stage is StageKind.DRAFT
        if any(drafts or (before.get(key) and self.authors.get(key) != account_id) for key in keys):
            self.writers.add(account_id)
        self.authors |= dict.fromkeys(keys, account_id)
