"""People and posts for the walk over all actions: one for each step that is taken, and a change-set that is
taken back."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from PIL import Image
from sqlalchemy import select

from db.models.account import Account
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.roster import LeaveKind, Person, Post, PostRole
from db.scope import ScopedSession
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.queries import RosterFilter
from tests import makers
from tests.makers import COUNTY, TODAY, VILLAGE
from tests.registering import acting_as

EXPORT = "EX-20260630-9H5N3S"
SINCE = date(2026, 2, 1)
TYPED = {"name": "新队员", "role": "其他力量", "since": "2026-06-01"}


def photo() -> bytes:
    """A picture that can be read."""
    written = io.BytesIO()
    Image.new("RGB", (24, 32), "gray").save(written, "PNG")
    return written.getvalue()


def prepare_roster(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by the county's director after its leader did everything before."""
    grid = session.scalars(select(Grid).where(Grid.code == f"{VILLAGE}001")).one()
    other = session.scalars(select(Grid).where(Grid.code.like(f"{COUNTY}%"), Grid.id != grid.id)).first()
    assert other is not None
    posts = {name: _held(session, grid, name) for name in ("离岗", "调岗", "交接", "请假", "更正", "照片")}
    takes_over = makers.person(VILLAGE, "接手的人")
    session.add(takes_over)
    session.flush()
    joining = {**TYPED, "grid": grid.code}
    with acting_as(session, makers.viewer_of_account(leader)):
        made = save_lines(session, ChangeSetKind.IMPORT, "花名册", [LineChange(None, joining)])
    corrected = posts["更正"]
    seen = (corrected.version, session.get_one(Person, corrected.person_id).version)
    person = session.get_one(Person, posts["照片"].person_id)
    return {
        "join": ({**joining, "name": "又一个"},),
        "leave": (posts["离岗"].id, posts["离岗"].version, TODAY),
        "lib.roster.posts.commands.move": (posts["调岗"].id, posts["调岗"].version, other.code, TODAY),
        "hand_over": (posts["交接"].id, posts["交接"].version, takes_over.id, TODAY),
        "take_leave": (posts["请假"].person_id, LeaveKind.SICK, TODAY, TODAY, takes_over.id),
        "save_lines": (
            ChangeSetKind.EDITOR, "表格", [LineChange(corrected.id, {"note": "更正过"}, seen)],
        ),
        "undo_lines": (made,),
        "show_person_numbers": (person.id, "核对电话"),
        "look_up_number": ("13800000000",),
        "set_photo": (person.id, person.version, photo()),
        "export_roster": (RosterFilter(COUNTY), EXPORT, "csv", "核对"),
    }  # fmt: skip


def _held(session: ScopedSession, grid: Grid, name: str) -> Post:
    post = makers.gridworker(session, grid, PostRole.OTHER, name)
    post.since = SINCE
    session.flush()
    return post
