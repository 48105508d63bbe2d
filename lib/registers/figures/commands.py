"""What people do with a register's figures: make one, retire one."""

from __future__ import annotations

from sqlalchemy import select

from db.models.register import RegisterMetric
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotFound, Problem
from lib.i18n import _
from lib.registers.figures.definition import PREFIX, Definition, checked, written
from lib.registers.seeing import no_register, register_with_design

MOST = 40


@command(Permission.DESIGN_REGISTERS)
def make_figure(session: ScopedSession, register_id: int, definition: Definition) -> str:
    """A figure that is counted from the register's entries; returns the name it has among the metrics. Raises
    NotFound, BadInput."""
    register, design = register_with_design(session, register_id)
    if not session.scope.covers(register.center_code):
        raise no_register()
    wanted = checked(definition, design)
    standing = session.scalars(
        select(RegisterMetric).where(
            RegisterMetric.register_id == register_id, RegisterMetric.retired_at.is_(None)
        )
    ).all()
    if any(one.name == wanted.name for one in standing):
        sentence = _("这本台账已有名为“{name}”的指标。").format(name=wanted.name)
        raise BadInput(sentence, (Problem("name", sentence, value=wanted.name),))
    if len(standing) >= MOST:
        raise BadInput(_("一本台账最多{most}个指标，请先停用不用的。").format(most=MOST))
    viewer = viewer_of(session)
    row = RegisterMetric(
        register_id=register_id, center_code=register.center_code, name=wanted.name,
        definition=written(wanted), made_by=viewer.name, made_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "figure made", f"register {register_id}",
        after={"indicator": row.id, "name": wanted.name},
    )  # fmt: skip
    return f"{PREFIX}{row.id}"


@command(Permission.DESIGN_REGISTERS)
def retire_figure(session: ScopedSession, metric_id: int) -> None:
    """It is offered no more; where it is used it goes on counting. Raises NotFound, BadInput."""
    row = session.get(RegisterMetric, metric_id)
    if row is None or not session.scope.covers(row.center_code):
        raise NotFound(_("找不到这个指标，或它不在您的范围内。"))
    if row.retired_at is not None:
        raise BadInput(_("这个指标已经停用。"))
    row.retired_at = clock.now()
    session.flush()
    record(
        session, viewer_of(session), "figure retired", f"register {row.register_id}",
        after={"indicator": row.id, "name": row.name},
    )  # fmt: skip
