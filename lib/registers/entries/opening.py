"""Whether a register is written into now, and under which design."""

from __future__ import annotations

from sqlalchemy import select

from db.models.register import Register
from db.scope import ScopedSession
from lib.errors import Conflict, NotAllowed
from lib.i18n import _


def must_be_open(session: ScopedSession, register: Register) -> None:
    """Whoever writes asks this first: from here on until the transaction ends the design that was read is
    the one in use. Raises NotAllowed, Conflict."""
    now = session.scalar(
        select(Register.design_number).where(Register.id == register.id).with_for_update(read=True)
    )
    if now != register.design_number:
        raise Conflict(_("这本台账的设计刚刚改过。请刷新页面后再办理；您填写的内容仍在。"))
    if register.closed_at is not None:
        raise NotAllowed(_("这本台账已停用，只能查看。"))
