"""The design whose names a template may write."""

from __future__ import annotations

from sqlalchemy import select

from db.models.register import Register, RegisterDesign
from db.scope import ScopedSession
from lib.registers.design import Design, loaded
from lib.registers.seeing import no_register


def newest_design(session: ScopedSession, register_id: int) -> Design:
    """The design in use of a register that the viewer designs, or its draft where none is. Raises
    NotFound."""
    register = session.get(Register, register_id)
    if register is None or not session.scope.covers(register.center_code):
        raise no_register()
    text = session.scalar(
        select(RegisterDesign.definition).where(
            RegisterDesign.register_id == register_id,
            RegisterDesign.number == (register.design_number or 1),
        )
    )
    if text is None:
        raise no_register()
    return loaded(text)
