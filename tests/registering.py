"""Registers for the tests: one of each county and of each city, with entries of every center in every stage,
a published list, an access list, figures, files and change-sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from docx import Document
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.models.account import Account, Role
from db.models.audit import AuditEntry, AuditHead
from db.models.publication import GateException, GateRule, PublishedItem
from db.models.register import ChangeSetKind, Register, RegisterDesign
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.fields.field import Choice, Field
from lib.registers.attachments.commands import add_attachment
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.commands import make_register, use_draft
from lib.registers.design import By as Turn
from lib.registers.design import Design, Move, Reminder, Rule, Stage, StageKind, View, ViewKind
from lib.registers.entries.commands import comment_on, make_entry, move_entry
from lib.registers.figures.commands import make_figure
from lib.registers.figures.definition import Counts, Definition, Which
from lib.registers.printing.commands import add_template
from lib.registers.publishing.commands import propose_edition
from lib.registers.templates.access_list import ACCESS_LIST
from lib.registers.templates.service_list import NAME, SERVICE_LIST
from tests import makers
from tests.makers import MOMENT, TODAY

TEXT, NUMBER, DAY, CHOICE, SECRET, PHONE, FILE, CENTER = "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"


def design(name: str = "走访台账") -> Design:
    """One field of most kinds, one that only counties see, one approval from above."""
    return Design(
        name,
        fields=(
            Field(TEXT, "text", "事项", required=True),
            Field(NUMBER, "number", "户数", least="0", most="1000"),
            Field(DAY, "date", "日期"),
            Field(CHOICE, "choice", "类别", choices=(Choice("a", "日常"), Choice("b", "重点"))),
            Field(SECRET, "text", "县区意见", seen_by=("county", "city"), edited_by=("county", "city")),
            Field(PHONE, "phone", "电话"),
            Field(FILE, "attachment", "照片"),
            Field(CENTER, "center", "地点"),
        ),
        rules=(Rule("空([户数]) 或 [户数]≥0", "户数不能为负。"),),
        stages=(
            Stage("draft", "待提交", kind=StageKind.DRAFT, editable=True),
            Stage("waiting", "待审核", kind=StageKind.WAITING),
            Stage("done", "已通过"),
        ),
        moves=(
            Move("submit", "提交", sources=("draft",), target="waiting"),
            Move("approve", "通过", sources=("waiting",), target="done", by=Turn.ABOVE, decides=True,
                 by_another=True),
            Move("return", "退回", sources=("waiting",), target="draft", by=Turn.ABOVE, decides=True,
                 asks_reason=True),
        ),
        reminders=(Reminder(DAY, 30, "快到日期了", ("done",)),),
        views=(View(ViewKind.TABLE), View(ViewKind.CALENDAR, DAY), View(ViewKind.MAP, CENTER)),
        title=(TEXT,),
    )  # fmt: skip


def document() -> bytes:
    """A Word template with one placeholder."""
    written = io.BytesIO()
    made = Document()
    made.add_paragraph("{{ 事项 }}")
    made.save(written)
    return written.getvalue()


@contextmanager
def acting_as(session: ScopedSession, viewer: Viewer) -> Iterator[None]:
    """The same transaction with a person's eyes."""
    before = dict(session.info)
    session.flush()
    session.info.update(scope=viewer.scope, viewer=viewer)
    try:
        yield
        session.flush()
    finally:
        session.info.clear()
        session.info.update(before)


def _without_audit(session: Session, _context: object, _instances: object) -> None:
    for one in list(session.new):
        if isinstance(one, AuditEntry | AuditHead):
            session.expunge(one)


@contextmanager
def unrecorded(session: ScopedSession) -> Iterator[None]:
    """What the tests begin with stands in no audit chain."""
    event.listen(session, "before_flush", _without_audit)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "before_flush", _without_audit)


def used(session: ScopedSession, viewer: Viewer, made: Design, template: str = "") -> int:
    """A register that is in use."""
    with acting_as(session, viewer):
        key = make_register(session, viewer.center_code, made, template)
        draft = session.scalars(select(RegisterDesign).where(RegisterDesign.register_id == key)).one()
        use_draft(session, key, draft.version)
    return key


def plant_registers(url: str) -> None:
    """After `makers.plant`."""
    with makers.everything(url) as session, unrecorded(session):
        people = {
            (one.center_code, one.role): makers.viewer_of_account(one)
            for one in session.scalars(select(Account))
        }
        for code in makers.codes():
            if len(code) in (4, 6):
                _register(session, people[code, Role.CENTER_DIRECTOR], code)
        for code in makers.codes():
            if len(code) < 12 or code.endswith("001"):
                _entries(session, people, code)


def _register(session: ScopedSession, director: Viewer, code: str) -> None:
    key = used(session, director, design(f"走访台账{code}"))
    with acting_as(session, director):
        make_figure(session, key, Definition(f"条数{code}"))
        make_figure(session, key, Definition(f"通过率{code}", counts=Counts.SHARE, hits=Which(("done",))))
        add_template(session, key, f"走访单{code}", document())
        make_register(session, code, design(f"没有启用的{code}"))
    for template, made in (("service_list", SERVICE_LIST), ("access_list", ACCESS_LIST)):
        used(session, director, made, template)
    session.add(GateRule(center_code=code, allows_exceptions=True, changed_by="某人", changed_at=MOMENT))
    session.add(
        GateException(
            center_code=code, matter=f"清单外{code}", basis="文1号", subject="task 1", allowed_by="某人",
            allowed_at=MOMENT,
        )
    )  # fmt: skip
    session.flush()


def _nearest(session: ScopedSession, code: str, template: str) -> int:
    held = select(Register.id).where(Register.design_number > 0, Register.template == template)
    return (
        session.scalars(
            held.where(Register.center_code.in_((code[:6], code[:4]))).order_by(Register.center_code.desc())
        ).first()
        or 0
    )


def _entries(session: ScopedSession, people: dict[tuple[str, Role], Viewer], code: str) -> None:
    """One that waits, one that is drafted with all that can hang on it, one of a change-set, and what is
    published."""
    director = people.get((code, Role.CENTER_DIRECTOR)) or people[code, Role.DUTY_OFFICER]
    leader = people.get((code, Role.LEADER)) or director
    key, listed = _nearest(session, code, ""), _nearest(session, code, "service_list")
    values = {NUMBER: "3", DAY: "2026-07-01", CHOICE: "重点", PHONE: "13800008000", CENTER: code}
    with acting_as(session, director):
        waits = make_entry(session, key, code, {TEXT: f"走访{code}", **values})
        move_entry(session, waits, "submit", "", 1)
        drafted = make_entry(session, key, code, {TEXT: f"再访{code}", SECRET: f"意见{code}", **values})
        add_attachment(session, drafted, FILE, "照片.png", PICTURE)
        save_changes(
            session, key, ChangeSetKind.IMPORT, f"表{code}.xlsx",
            [RowChange(None, {TEXT: f"导入{code}"}, center_code=code)],
        )  # fmt: skip
    with acting_as(session, leader):
        comment_on(session, drafted, f"请核对{code}")
    with acting_as(session, director):
        item = make_entry(session, listed, code, {NAME: f"服务{code}", "f2": "其他"})
    made = session.get(Register, listed)
    assert made is not None
    session.add(
        PublishedItem(
            register_id=listed, entry_id=item, center_code=code, design_number=1,
            content=f'{{"{NAME}":"旧服务{code}"}}', title=f"旧服务{code}", since=date(2026, 1, 1),
            published_by="某人", published_at=MOMENT,
        )
    )  # fmt: skip
    session.flush()
    with acting_as(session, director):
        propose_edition(session, listed, code, TODAY, "")


# The smallest picture there is.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
TYPED: list[dict[str, Any]] = [{TEXT: "又访"}, {TEXT: ""}, {NUMBER: "２０"}, {"f99": "x"}, {}]
