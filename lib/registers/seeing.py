"""Who sees and changes what of a register: the one place that knows levels and fields."""

from __future__ import annotations

from sqlalchemy import select

from db.models.center import CODE_LENGTH
from db.models.register import Register, RegisterDesign
from db.scope import ScopedSession
from lib import deployment
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotFound
from lib.fields.field import Field
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.registers.design import Design, loaded

LEVEL_OF = {length: level.value for level, length in CODE_LENGTH.items()}


def level_of(code: str) -> str:
    return LEVEL_OF.get(len(code), "")


def no_register() -> NotFound:
    return NotFound(_("找不到这本台账，或它不在您的范围内。"))


def no_entry() -> NotFound:
    return NotFound(_("找不到这条记录，或它不在您的范围内。"))


def reads(viewer: Viewer, register: Register, design: Design) -> bool:
    """Whether the viewer reads entries at all: by level, or as the center that made the register."""
    if not viewer.may(Permission.READ_REGISTERS):
        return False
    level = level_of(viewer.center_code)
    allowed = not design.read_by or level in (*design.read_by, *design.filled_by)
    return allowed or viewer.center_code == register.center_code


def seen(viewer: Viewer, design: Design) -> tuple[Field, ...]:
    """The fields that the viewer may know of, retired ones too."""
    level = level_of(viewer.center_code)
    return tuple(one for one in design.fields if not one.seen_by or level in one.seen_by)


def editable(viewer: Viewer, design: Design) -> frozenset[str]:
    """The keys of the fields that the viewer may fill in."""
    level = level_of(viewer.center_code)
    return frozenset(
        one.key
        for one in seen(viewer, design)
        if not one.retired and kind_of(one).filled_in and (not one.edited_by or level in one.edited_by)
    )


def fills(design: Design, center_code: str) -> bool:
    """Whether a center has entries in this register."""
    return not design.filled_by or level_of(center_code) in design.filled_by


def register_with_design(session: ScopedSession, register_id: int) -> tuple[Register, Design]:
    """The register and the design that is in use. Raises NotFound."""
    register = session.get(Register, register_id)
    if register is None or register.design_number == 0:
        raise no_register()
    return register, design_of(session, register_id, register.design_number)


def design_of(session: ScopedSession, register_id: int, number: int) -> Design:
    text = session.scalar(
        select(RegisterDesign.definition).where(
            RegisterDesign.register_id == register_id, RegisterDesign.number == number
        )
    )
    if text is None:
        raise no_register()
    return loaded(text)


def root_of(session: ScopedSession) -> str:
    """The center above which there is nobody."""
    here = deployment.standing(session)
    return here.root_code if here else ""
