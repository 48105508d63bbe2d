"""What an edition of a list changes: what stands in the register against what is published."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from db.models.publication import PublishedItem
from db.models.register import Entry
from db.scope import ScopedSession
from lib.i18n import mark
from lib.registers.design import Design, StageKind
from lib.registers.values import unpacked


class ItemChange(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


CHANGE_WORDS: dict[ItemChange, str] = {
    ItemChange.NEW: mark("新增"),
    ItemChange.CHANGED: mark("修改"),
    ItemChange.REMOVED: mark("取消"),
}


@dataclass(frozen=True)
class Change:
    """One item of an edition. `item_id` is what holds until then; `content` is what holds from then on."""

    kind: ItemChange
    entry_id: int
    title: str
    item_id: int | None = None
    design_number: int = 0
    content: str = ""


def written(changes: Sequence[Change]) -> str:
    return json.dumps([asdict(one) for one in changes], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> tuple[Change, ...]:
    return tuple(Change(**one | {"kind": ItemChange(one["kind"])}) for one in json.loads(text))


def differences(
    session: ScopedSession, register_id: int, design: Design, center_code: str
) -> tuple[Change, ...]:
    """What a center's next edition would change. What is being filled in or decided on stays as it is."""
    held = {
        one.entry_id: one
        for one in session.scalars(
            select(PublishedItem).where(
                PublishedItem.register_id == register_id,
                PublishedItem.center_code == center_code,
                PublishedItem.until.is_(None),
            )
        )
    }
    found = []
    for entry in session.scalars(
        select(Entry)
        .where(Entry.register_id == register_id, Entry.center_code == center_code)
        .order_by(Entry.serial)
    ):
        old = held.get(entry.id)
        kind = design.stage(entry.state).kind
        if entry.removed_at is not None or kind is StageKind.REFUSED:
            if old is not None:
                found.append(Change(ItemChange.REMOVED, entry.id, old.title, old.id))
        elif kind is StageKind.DONE and (old is None or unpacked(old.content) != unpacked(entry.content)):
            found.append(
                Change(
                    ItemChange.NEW if old is None else ItemChange.CHANGED, entry.id, entry.title,
                    old.id if old else None, entry.design_number, entry.content,
                )
            )  # fmt: skip
    return tuple(found)
