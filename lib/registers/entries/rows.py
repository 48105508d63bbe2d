"""An entry as a list shows it: what the viewer sees of it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.models.register import Entry
from lib.fields.field import Field, Kept
from lib.fields.kinds import is_masked, shown
from lib.registers import values as whole
from lib.registers.world import Surroundings


@dataclass(frozen=True)
class EntryRow:
    """`cells` are the fields that the viewer sees, in words, by their keys."""

    id: int
    serial: int
    title: str
    center_code: str
    center_name: str
    state: str
    cells: dict[str, str]
    # The values as they are kept, for editors and charts; of masked fields only what is shown.
    kept: dict[str, Kept]
    made_by: str
    made_at: datetime
    changed_at: datetime
    version: int
    removed: bool


def rows_of(
    found: Sequence[tuple[Entry, str]], fields: Sequence[Field], world: Surroundings
) -> tuple[EntryRow, ...]:
    """Entries, each with the name of its center."""
    contents = [whole.unpacked(entry.content) for entry, _name in found]
    world.know(fields, contents)
    masked = {one.key for one in fields if is_masked(one)}
    rows = []
    for (entry, name), values in zip(found, contents, strict=True):
        cells = {one.key: shown(values[one.key], one, world) for one in fields if values.get(one.key)}
        kept = {key: cells[key] if key in masked else values[key] for key in cells}
        rows.append(
            EntryRow(
                entry.id, entry.serial, entry.title, entry.center_code, name, entry.state, cells, kept,
                entry.made_by, entry.made_at, entry.changed_at, entry.version, entry.removed_at is not None,
            )
        )  # fmt: skip
    return tuple(rows)
