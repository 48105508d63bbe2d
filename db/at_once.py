"""Thousands of rows in one statement, for what hangs on rows that a person has just written.

A row costs a tenth of what it costs as an object; who writes it is asked the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from db.base import Base, GivenToDepartment, InCenter
from db.scope import OutsideScope, ScopedSession
from db.session import as_system


def add_at_once(session: ScopedSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows of a table whose rows lie in centers. They are not read back, so the session does not know
    them as objects. Raises OutsideScope."""
    if not issubclass(model, InCenter) or getattr(model, "scope_column", "center_code") != "center_code":
        raise OutsideScope(f"{model.__name__} lies in no center")
    if not rows:
        return
    scope = session.scope
    if not scope.everything:
        for code in {row["center_code"] for row in rows}:
            if not isinstance(code, str) or not scope.covers(code):
                raise OutsideScope(f"{model.__name__} lies outside the scope")
        given = issubclass(model, GivenToDepartment) and scope.department_id is not None
        if given and {row["department_id"] for row in rows} != {scope.department_id}:
            raise OutsideScope(f"{model.__name__} was not given to the department")
    with as_system(session):
        # Nothing is written as nothing, so that all rows are one statement.
        session.execute(insert(model), list(rows), execution_options={"render_nulls": True})
