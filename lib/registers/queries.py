"""Questions about registers themselves: which there are, and how they are and were designed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models.center import Center
from db.models.register import Entry, Register, RegisterDesign
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.registers.design import Design, StageKind, loaded
from lib.registers.seeing import no_register, reads, register_with_design


@dataclass(frozen=True)
class RegisterRow:
    """`entries` and `waiting` count what the viewer reads; what waits is in a stage of decision."""

    id: int
    name: str
    about: str
    icon: str
    center_code: str
    center_name: str
    template: str
    entries: int
    waiting: int
    changed_at: datetime | None
    closed: bool
    in_use: bool
    drafted: bool


@query(Permission.READ_CENTERS)
def registers_of(session: ScopedSession) -> tuple[RegisterRow, ...]:
    """The registers that hold for the viewer, by name: those that they read, and, for those who design,
    those that they design."""
    viewer = viewer_of(session)
    designs = viewer.may(Permission.DESIGN_REGISTERS)
    if not designs and not viewer.may(Permission.READ_REGISTERS):
        return ()
    counts = _counts(session) if viewer.may(Permission.READ_REGISTERS) else {}
    drafts = set(
        session.scalars(select(RegisterDesign.register_id).where(RegisterDesign.used_since.is_(None)))
    )
    found = []
    rows = session.execute(
        select(Register, Center.name, RegisterDesign.definition)
        .join(Center, Center.code == Register.center_code)
        .outerjoin(
            RegisterDesign,
            (RegisterDesign.register_id == Register.id) & (RegisterDesign.number == Register.design_number),
        )
        .order_by(Register.name, Register.id)
    )
    for register, center_name, definition in rows:
        design = loaded(definition) if definition else None
        own = designs and session.scope.covers(register.center_code)
        read = design is not None and reads(viewer, register, design)
        if not own and not read:
            continue
        waiting = {one.key for one in design.stages if one.kind is StageKind.WAITING} if design else set()
        states = counts.get(register.id, {}) if read else {}
        found.append(
            RegisterRow(
                register.id, design.words if design else register.name, design.about_words if design else "",
                design.icon if design else "edit_note", register.center_code, center_name, register.template,
                sum(number for number, _at in states.values()),
                sum(number for state, (number, _at) in states.items() if state in waiting),
                max((at for _number, at in states.values()), default=None),
                register.closed_at is not None, design is not None, own and register.id in drafts,
            )
        )  # fmt: skip
    return tuple(found)


def _counts(session: ScopedSession) -> dict[int, dict[str, tuple[int, datetime]]]:
    """Each register is named, so that the index by registers serves and not the one by centers."""
    registers = session.scalars(select(Register.id).where(Register.design_number > 0)).all()
    rows = session.execute(
        select(Entry.register_id, Entry.state, func.count(), func.max(Entry.changed_at))
        .where(Entry.removed_at.is_(None), Entry.register_id.in_(registers))
        .group_by(Entry.register_id, Entry.state)
    )
    found: dict[int, dict[str, tuple[int, datetime]]] = {}
    for register_id, state, number, at in rows:
        found.setdefault(register_id, {})[state] = (number, at)
    return found


@dataclass(frozen=True)
class RegisterCard:
    id: int
    design: Design
    design_number: int
    center_code: str
    center_name: str
    template: str
    closed: bool
    # Whether the viewer may change how it is designed.
    own: bool


@query(Permission.READ_REGISTERS)
def register_card(session: ScopedSession, register_id: int) -> RegisterCard:
    """A register that is in use and that the viewer reads. Raises NotFound."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    center = session.get(Center, register.center_code)
    return RegisterCard(
        register.id, design, register.design_number, register.center_code, center.name if center else "",
        register.template, register.closed_at is not None,
        viewer.may(Permission.DESIGN_REGISTERS) and session.scope.covers(register.center_code),
    )  # fmt: skip


@query(Permission.READ_REGISTERS)
def register_of_template(session: ScopedSession, template: str) -> int | None:
    """The key of the register in use that was made from a template: the viewer's nearest one, if any."""
    found = session.execute(
        select(Register.id, Register.center_code)
        .where(Register.template == template, Register.design_number > 0, Register.closed_at.is_(None))
        .order_by(func.length(Register.center_code).desc(), Register.id)
    ).all()
    own = viewer_of(session).center_code
    nearest = [one for one in found if own.startswith(one.center_code)] or found[-1:]
    return nearest[0].id if nearest else None


@dataclass(frozen=True)
class DesignRow:
    """One wording of a register; `seen` is the version that a change of a draft must have seen."""

    number: int
    design: Design
    used_since: datetime | None
    made_by: str
    made_at: datetime
    seen: int


@query(Permission.DESIGN_REGISTERS)
def designs_of(session: ScopedSession, register_id: int) -> tuple[DesignRow, ...]:
    """All wordings of a register that the viewer designs, the newest first. Raises NotFound."""
    register = session.get(Register, register_id)
    if register is None or not session.scope.covers(register.center_code):
        raise no_register()
    rows = session.scalars(
        select(RegisterDesign)
        .where(RegisterDesign.register_id == register_id)
        .order_by(RegisterDesign.number.desc())
    )
    return tuple(
        DesignRow(row.number, loaded(row.definition), row.used_since, row.made_by, row.made_at, row.version)
        for row in rows
    )
