"""How many entries there are: in each stage, and in each place below a center."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from db.models.center import Center
from db.models.grid import Grid
from db.models.register import Entry, EntryValue
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.kinds import is_masked
from lib.i18n import _
from lib.registers.entries.finding import Filter, conditions, searched, standing
from lib.registers.seeing import no_register, reads, register_with_design, seen
from lib.registers.world import Surroundings

# How long the code of the next level below is; a village has grids.
BELOW = {4: 6, 6: 9, 9: 12, 12: 15}
PLACES = ("center", "grid")


@query(Permission.READ_REGISTERS)
def count_by_state(
    session: ScopedSession,
    register_id: int,
    center_code: str = "",
    filters: tuple[Filter, ...] = (),
    search: str = "",
) -> dict[str, int]:
    """The entries of a center and below that hold to all filters, by the stage that they are in. Raises
    NotFound, BadInput."""
    wanted, _fields = _wanted(session, register_id, center_code, "", filters, search)
    rows = session.execute(select(Entry.state, func.count(Entry.id)).where(*wanted).group_by(Entry.state))
    return dict(rows.all())


@dataclass(frozen=True)
class PlaceCount:
    """`own` says that it is the center itself and not one below."""

    code: str
    name: str
    count: int
    own: bool


@query(Permission.READ_REGISTERS)
def count_by_place(
    session: ScopedSession,
    register_id: int,
    center_code: str,
    field: str = "",
    state: str = "",
    filters: tuple[Filter, ...] = (),
    search: str = "",
) -> tuple[PlaceCount, ...]:
    """The same by the centers right below, the most first: those whose entries they are, or those that a
    field names by a center or a grid. What it names elsewhere is not counted. Raises NotFound, BadInput."""
    wanted, fields = _wanted(session, register_id, center_code, state, filters, search)
    length = BELOW.get(len(center_code), 15)
    if field:
        one = next((one for one in fields if one.key == field), None)
        if one is None or one.kind not in PLACES or is_masked(one):
            raise BadInput(_("不能按这个字段画地图。"))
        part = func.substr(EntryValue.words, 1, length)
        statement = (
            select(part, func.count(Entry.id))
            .select_from(Entry)
            .join(
                EntryValue,
                (EntryValue.entry_id == Entry.id)
                & (EntryValue.register_id == register_id)
                & (EntryValue.field == int(field[1:])),
            )
            .where(*wanted, EntryValue.words.startswith(center_code, autoescape=True))
        )
    else:
        part = func.substr(Entry.center_code, 1, length)
        statement = select(part, func.count(Entry.id)).where(*wanted)
    counts: dict[str, int] = dict(session.execute(statement.group_by(part)).all())
    names = _names(session, counts)
    found = [
        PlaceCount(code, names.get(code, code), count, code == center_code) for code, count in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.code)))


def _names(session: ScopedSession, codes: Iterable[str]) -> dict[str, str]:
    known = list(codes)
    centers = session.execute(select(Center.code, Center.name).where(Center.code.in_(known)))
    grids = session.execute(select(Grid.code, Grid.name).where(Grid.code.in_(known)))
    return dict(grids.all()) | dict(centers.all())


def _wanted(
    session: ScopedSession,
    register_id: int,
    center_code: str,
    state: str,
    filters: tuple[Filter, ...],
    search: str,
) -> tuple[list[ColumnElement[bool]], tuple[Field, ...]]:
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    fields = seen(viewer, design)
    wanted = standing(register_id, center_code)
    wanted += [Entry.state == state] if state else []
    wanted += conditions(register_id, fields, filters, Surroundings(session))
    wanted += [searched(search)] if search.strip() else []
    return wanted, fields
