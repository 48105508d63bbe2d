"""Who works where in the demonstration, and the desk at which they write: through the product's own commands,
each with their own eyes, at moments that are over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm.attributes import set_committed_value

from db.models.account import Account, Role
from db.models.audit import AuditEntry, AuditHead
from db.models.department import Department
from db.models.deployment import Deployment
from db.scope import EVERYTHING, Row, Scope, ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.fields.field import Kept, World
from lib.registers.design import By, Design, Move
from lib.registers.seeing import editable
from lib.registers.values import took
from seed.people import People
from seed.plan import Plan

FILLS = (Role.DUTY_OFFICER, Role.GRIDWORKER_MANAGER)
DECIDES = (Role.CENTER_DIRECTOR, Role.LEADER)
ABOVE = {12: 9, 9: 6, 6: 4, 4: 4}
DIRECTS = Move("direct", "", decides=True)


class Staff:
    """Everybody who writes into registers, and the desk that they share."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.invented = People(plan.dice("registers"))
        self._found: dict[tuple[str, Role], list[Viewer]] = {}
        self._of_department: dict[tuple[str, str], list[Viewer]] = {}
        rows = connection.execute(
            select(
                Account.id, Account.username, Account.display_name, Account.role, Account.center_code,
                Account.department_id, Department.kind,
            )
            .outerjoin(Department, Department.id == Account.department_id)
            .where(Account.role.in_((*FILLS, *DECIDES, Role.DEPARTMENT_HANDLER)))
            .order_by(Account.id)
        )  # fmt: skip
        for key, username, name, role, code, department, kind in rows:
            scope = Scope.of([code], department)
            viewer = Viewer(key, username, name, role, code, scope, department_id=department)
            if department is None:
                self._found.setdefault((code, role), []).append(viewer)
            else:
                self._of_department.setdefault((code, kind), []).append(viewer)
        self._codes = sorted({code for code, _role in self._found})
        self._desk = _Desk(connection)
        self._standing = self._desk.get_one(Deployment, 1)

    def center(self, said: str) -> str:
        """From "620103t1v2": the first town of that county, its second village where somebody works."""
        code, *steps = re.split(r"(?=[tv])", said)
        for step in steps:
            length = 9 if step[0] == "t" else 12
            code = [one for one in self._codes if one.startswith(code) and len(one) == length][
                int(step[1:]) - 1
            ]
        return code

    def filler(self, code: str) -> Viewer:
        return self._found[code, Role.DUTY_OFFICER][0]

    def of_department(self, code: str, kind: str) -> Viewer:
        return self._of_department[code, kind][0]

    def director(self, code: str) -> Viewer:
        return self.mover(code, DIRECTS)

    def mover(self, code: str, move: Move, done_by: tuple[int | None, ...] = ()) -> Viewer:
        """Whose turn a step is: somebody who did not bring the entry here, where that is asked for."""
        above = code[: ABOVE[len(code)]]
        centers = {By.OWN: [code], By.ABOVE: [above], By.OWN_OR_ABOVE: [code, above]}[move.by]
        roles = DECIDES if move.decides else (*FILLS, *DECIDES)
        return next(
            one
            for center in centers
            for role in roles
            for one in self._found.get((center, role), ())
            if not (move.by_another and one.account_id in done_by)
        )

    @contextmanager
    def work(self, viewer: Viewer, moment: datetime) -> Iterator[ScopedSession]:
        """What somebody does at a moment, at which the demonstration stands for them."""
        clock.set_source(lambda: moment)
        set_committed_value(self._standing, "stands_at", moment)
        self._desk.info |= {"scope": viewer.scope, "viewer": viewer}
        yield self._desk
        self._desk.flush()

    def go_home(self) -> None:
        """The clock is put back."""
        clock.set_source(None)
        self._desk.close()


class _Desk(ScopedSession):
    """All of them sit down at it in turn: what the last one wrote lies there still, for those who see it, and
    nobody writes elsewhere meanwhile. So nothing is read twice."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(
            bind=connection,
            info={"scope": EVERYTHING},
            expire_on_commit=False,
            join_transaction_mode="rollback_only",
        )
        self._lying_there: set[object] = set()

    def get(self, entity: type[Row], ident: Any, **options: Any) -> Row | None:  # type: ignore[override]
        row = None if entity is AuditHead else super().get(entity, ident, **options)
        self._lying_there.add(row)
        return row

    def add(self, instance: object, **options: Any) -> None:
        """The audit log begins with the first who signs in: its seals are made with a key of the
        installation, and the same seed makes the same bytes."""
        if not isinstance(instance, AuditEntry | AuditHead):
            super().add(instance, **options)

    def expunge(self, instance: object) -> None:
        """Where the demonstration stands is known."""
        if not isinstance(instance, Deployment):
            super().expunge(instance)


def taken(
    viewer: Viewer,
    design: Design,
    typed: Mapping[str, object],
    before: Mapping[str, Kept] | None,
    world: World,
) -> dict[str, Kept]:
    """What a person typed, as it is kept; nothing in the demonstration is typed wrong."""
    values, problems = took(design, typed, before, editable(viewer, design), world)
    assert not problems, f"{design.name}: {problems}"
    return values
