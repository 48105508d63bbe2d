"""What stands in a form before anybody has written into it."""

from __future__ import annotations

from dataclasses import dataclass

from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotAllowed
from lib.fields.field import Field, Kept, Refused
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.registers.design import Design
from lib.registers.seeing import editable, fills, no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings


@dataclass(frozen=True)
class BlankEntry:
    """`cells` and `kept` are the defaults, in words and as they would be kept."""

    register_id: int
    design: Design
    fields: tuple[Field, ...]
    may_edit: frozenset[str]
    cells: dict[str, str]
    kept: dict[str, Kept]
    # Whether the viewer's own center has entries in it.
    own: bool


@query(Permission.FILL_REGISTERS)
def blank_entry(session: ScopedSession, register_id: int) -> BlankEntry:
    """A new entry as the viewer would begin to write it. Raises NotFound, NotAllowed."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    if register.closed_at is not None:
        raise NotAllowed(_("这本台账已停用，只能查看。"))
    world = Surroundings(session)
    fields = tuple(one for one in seen(viewer, design) if not one.retired)
    kept: dict[str, Kept] = {}
    for one in fields:
        if one.default and kind_of(one).filled_in:
            try:
                kept[one.key] = kind_of(one).read(one.default, one, world)
            except Refused:  # what was named as default is not there for this person
                continue
    cells = {one.key: kind_of(one).show(kept[one.key], one, world) for one in fields if kept.get(one.key)}
    return BlankEntry(
        register_id, design, fields, editable(viewer, design), cells, kept, fills(design, viewer.center_code)
    )
