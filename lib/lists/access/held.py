"""What of the access list holds for a center on a day, with the list of each item told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from db.models.center import Center
from db.models.publication import GateRule, PublishedItem
from db.models.register import Register, RegisterDesign
from db.scope import ScopedSession
from lib.registers.publishing.holding import chain, holds_on

TEMPLATE = "access_list"


@dataclass(frozen=True)
class Held:
    """A published item, the name of its center, and the list it stands on with its design as text."""

    item: PublishedItem
    center_name: str
    register: Register
    definition: str


def admitted_on(session: ScopedSession, center_code: str, day: date) -> Sequence[Held]:
    """All that a center may give to gridworkers on a day: what it, or a center above, has admitted."""
    return _found(session, PublishedItem.center_code.in_(chain(center_code)), holds_on(day))


def admitted_item(session: ScopedSession, center_code: str, item_id: int, day: date) -> Held | None:
    found = _found(
        session,
        PublishedItem.id == item_id,
        PublishedItem.center_code.in_(chain(center_code)),
        holds_on(day),
    )
    return found[0] if found else None


def _found(session: ScopedSession, *wanted: ColumnElement[bool]) -> Sequence[Held]:
    statement = (
        select(PublishedItem, Center.name, Register, RegisterDesign.definition)
        .join(Center, Center.code == PublishedItem.center_code)
        .join(Register, Register.id == PublishedItem.register_id)
        .join(
            RegisterDesign,
            (RegisterDesign.register_id == Register.id) & (RegisterDesign.number == Register.design_number),
        )
        .where(Register.template == TEMPLATE, *wanted)
        .order_by(PublishedItem.center_code, PublishedItem.id)
    )
    return [
        Held(item, name, register, definition)
        for item, name, register, definition in session.execute(statement)
    ]


def list_for(session: ScopedSession, center_code: str) -> Register | None:
    """The access list in use that is nearest to a center."""
    found = session.scalars(
        select(Register).where(
            Register.template == TEMPLATE,
            Register.design_number > 0,
            Register.closed_at.is_(None),
            Register.center_code.in_(chain(center_code)),
        )
    ).all()
    return max(found, key=lambda one: (len(one.center_code), -one.id), default=None)


def rule_for(session: ScopedSession, center_code: str) -> GateRule | None:
    """The rule of the center itself, or of the nearest one above that has one."""
    found = session.scalars(select(GateRule).where(GateRule.center_code.in_(chain(center_code)))).all()
    return max(found, key=lambda one: len(one.center_code), default=None)
