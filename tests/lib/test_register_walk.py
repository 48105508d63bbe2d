"""Random walks over everything that writes entries: after each step what entries are found by is what they
hold, their history tells how they came to hold it, and no citizen's number stands anywhere in clear."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.register import (
    Attachment,
    ChangeKind,
    ChangeSet,
    ChangeSetKind,
    Entry,
    EntryChange,
    EntryValue,
    RegisterDesign,
)
from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import Told
from lib.fields.field import Choice, Field
from lib.fields.kinds import kind_of
from lib.fields.words import id_check
from lib.registers.attachments.commands import add_attachment, remove_attachment
from lib.registers.changes.commands import move_all, save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import Design, Move, Stage, StageKind, loaded
from lib.registers.entries.commands import (
    comment_on,
    edit_entry,
    make_entry,
    move_entry,
    remove_entry,
    restore_entry,
    return_to_version,
    show_whole,
)
from lib.registers.values import unpacked
from tests import makers
from tests.makers import COUNTY, MOMENT, TOWN
from tests.registering import PICTURE

STEPS = {"sqlite": 160, "postgresql": 60}
FIRST_17 = [f"99000019900101{number:03}" for number in range(6)]
NUMBERS = [f"{first}{id_check(first)}" for first in FIRST_17]
DESIGN = Design(
    "随走",
    fields=(
        Field("f1", "text", "名称", unique=True),
        Field("f2", "number", "数", most="100"),
        Field("f3", "formula", "倍", formula="[数]×2"),
        Field("f4", "citizen_id", "身份证号"),
        Field("f5", "choices", "类", choices=tuple(Choice(key, f"类{key}") for key in "abc")),
        Field("f6", "serial", "号", default="W"),
        Field("f7", "attachment", "附件"),
        Field("f8", "money", "钱"),
        Field("f9", "period", "期"),
        Field("f10", "long_text", "文"),
    ),
    stages=(
        Stage("draft", "草稿", kind=StageKind.DRAFT, editable=True),
        Stage("waiting", "待审", kind=StageKind.WAITING),
        Stage("done", "完成"),
    ),
    moves=(
        Move("submit", "提交", sources=("draft",), target="waiting"),
        Move("approve", "通过", sources=("waiting",), target="done", decides=True, by_another=True),
        Move("again", "重填", sources=("done", "waiting"), target="draft"),
    ),
)


@dataclass
class Walk:
    url: str
    chance: random.Random
    people: list[Viewer]
    key: int = 0
    done: dict[str, int] = field(default_factory=dict)

    def typed(self) -> dict[str, object]:
        values: dict[str, list[object]] = {
            "f1": ["", *(f"名{number}" for number in range(40))],
            "f2": ["", "1", "７"],
            "f4": ["", *NUMBERS],
            "f5": ["", "类a", "类a、类c"],
            "f8": ["", "1.50", "3万"],
            "f9": ["", "2026-01-01至2026-02-01"],
            "f10": ["", "长" * 150],
            "f99": ["x"],
        }
        found = {key: self.chance.choice(values[key]) for key in self.chance.sample(sorted(values), 3)}
        if self.chance.random() < 0.1:
            found |= self.chance.choice([{"f2": "x"}, {"f2": "101"}, {"f4": "123"}, {"f5": "无"}])
        return found

    def entry(self, session: ScopedSession) -> Entry:
        return self.chance.choice(session.scalars(select(Entry).order_by(Entry.id)).all())

    def make(self, session: ScopedSession) -> None:
        make_entry(session, self.key, self.chance.choice([COUNTY, TOWN]), self.typed())

    def edit(self, session: ScopedSession) -> None:
        one = self.entry(session)
        edit_entry(session, one.id, self.typed(), one.version)

    def move(self, session: ScopedSession) -> None:
        one = self.entry(session)
        action = self.chance.choice(["submit", "approve", "again"])
        move_entry(session, one.id, action, "", one.version)

    def move_several(self, session: ScopedSession) -> None:
        seen = {one.id: one.version for one in (self.entry(session), self.entry(session))}
        move_all(session, self.key, seen, self.chance.choice(["submit", "again"]), "")

    def remove(self, session: ScopedSession) -> None:
        one = self.entry(session)
        remove_entry(session, one.id, "误填", one.version)

    def restore(self, session: ScopedSession) -> None:
        one = self.entry(session)
        restore_entry(session, one.id, one.version)

    def go_back(self, session: ScopedSession) -> None:
        one = self.entry(session)
        return_to_version(session, one.id, self.chance.randrange(1, one.version + 1), one.version)

    def save(self, session: ScopedSession) -> None:
        rows = [RowChange(None, self.typed(), center_code=TOWN) for _n in range(self.chance.randrange(3))]
        for one in {self.entry(session), self.entry(session), self.entry(session)}:
            seen = one.version - (self.chance.random() < 0.1)
            rows.append(RowChange(one.id, self.typed(), seen, remove=self.chance.random() < 0.2))
        save_changes(session, self.key, self.chance.choice(list(ChangeSetKind)), f"表{NUMBERS[0]}.xlsx", rows)

    def undo(self, session: ScopedSession) -> None:
        sets = session.scalars(select(ChangeSet.id).order_by(ChangeSet.id.desc()).limit(3)).all()
        if sets:
            undo_changes(session, self.chance.choice(sets))

    def attach(self, session: ScopedSession) -> None:
        content = PICTURE + self.chance.randbytes(4)
        add_attachment(session, self.entry(session).id, "f7", f"{NUMBERS[1]}.png", content)

    def detach(self, session: ScopedSession) -> None:
        files = session.scalars(select(Attachment.id).order_by(Attachment.id)).all()
        if files:
            remove_attachment(session, self.chance.choice(files))

    def comment(self, session: ScopedSession) -> None:
        comment_on(session, self.entry(session).id, "请核对")

    def show(self, session: ScopedSession) -> None:
        show_whole(session, self.entry(session).id, f"核对{NUMBERS[2]}")

    def redesign(self, session: ScopedSession) -> None:
        row = session.scalars(
            select(RegisterDesign)
            .where(RegisterDesign.register_id == self.key, RegisterDesign.used_since.is_not(None))
            .order_by(RegisterDesign.number.desc())
        ).first()
        assert row is not None
        design = loaded(row.definition)
        changed = {
            "f3": replace(design.by_key["f3"], formula=f"[数]×{self.chance.randrange(2, 5)}"),
            "f8": replace(design.by_key["f8"], retired=not design.by_key["f8"].retired),
            "f2": replace(design.by_key["f2"], most=self.chance.choice(["100", "5"])),
        }
        key = self.chance.choice(sorted(changed))
        fields = tuple(changed[key] if one.key == key else one for one in design.fields)
        use_draft(
            session, self.key, save_draft(session, self.key, replace(design, fields=fields), None)
        )  # fmt: skip

    def step(self) -> None:
        moves: list[Callable[[ScopedSession], None]] = [
            self.make, self.make, self.edit, self.edit, self.move, self.move, self.move_several, self.remove,
            self.restore, self.go_back, self.save, self.save, self.undo, self.attach, self.detach,
            self.comment, self.show, self.redesign,
        ]  # fmt: skip
        one, viewer = self.chance.choice(moves), self.chance.choice(self.people)
        try:
            with acting(viewer) as session:
                one(session)
            self.done[one.__name__] = self.done.get(one.__name__, 0) + 1
        except Told:
            pass
        with makers.everything(self.url) as session:
            holds_together(session, one.__name__)


def holds_together(session: ScopedSession, after: str) -> None:
    """What entries are found by, their titles and numbers, and their history, held against what they hold."""
    definitions = {
        row.number: loaded(row.definition)
        for row in session.scalars(select(RegisterDesign))
        if row.used_since
    }
    fields = definitions[max(definitions)].by_key
    found: dict[int, set[tuple[int, int, str | None, int | None]]] = {}
    for row in session.scalars(select(EntryValue)):
        found.setdefault(row.entry_id, set()).add((row.field, row.position, row.words, row.number))
    told: dict[int, dict[str, object]] = {}
    versions: dict[int, int] = {}
    for change in session.scalars(select(EntryChange).order_by(EntryChange.id)):
        if change.kind in (ChangeKind.MADE, ChangeKind.EDITED):
            before, held = unpacked(change.before), told.setdefault(change.entry_id, {})
            assert {key: held.get(key, "") for key in before} == before, after
            held |= unpacked(change.after)
        assert change.version >= versions.get(change.entry_id, 0), after
        versions[change.entry_id] = change.version
    serials = []
    for entry in session.scalars(select(Entry)):
        values = unpacked(entry.content)
        serials.append(entry.serial)
        assert {key: kept for key, kept in told[entry.id].items() if kept} == values, after
        expected = {
            (int(key[1:]), position, words, number)
            for key, kept in values.items()
            for position, (words, number) in enumerate(kind_of(fields[key]).keys(kept, fields[key]))
        }
        assert found.get(entry.id, set()) == (set() if entry.removed_at else expected), (after, entry.id)
        assert entry.version == versions[entry.id], (after, entry.id)
    assert sorted(serials) == list(range(1, len(serials) + 1)), after


@pytest.fixture
def walked(database) -> Iterator[Walk]:
    makers.plant_small(database)
    with makers.everything(database) as session:
        roles = (Role.CENTER_DIRECTOR, Role.LEADER, Role.DUTY_OFFICER)
        found = [makers.account(role, COUNTY) for role in roles]
        session.add_all([*found, town := makers.account(Role.CENTER_DIRECTOR, TOWN)])
        session.flush()
        people = [makers.viewer_of_account(one) for one in session.scalars(select(Account))]
        assert town.id
    clock.set_source(lambda: MOMENT)
    walk = Walk(database, random.Random(11), people)
    with acting(next(one for one in people if one.center_code == COUNTY)) as session:
        walk.key = make_register(session, COUNTY, DESIGN)
        use_draft(session, walk.key, 1)
        make_entry(session, walk.key, TOWN, {"f1": "第一", "f4": NUMBERS[0]})
    yield walk
    clock.set_source(None)


def test_a_random_walk_leaves_everything_in_step(walked):
    for _step in range(STEPS[make_url(walked.url).get_backend_name()]):
        walked.step()
    assert len(walked.done) >= 12, walked.done
    with makers.everything(walked.url) as session:
        assert session.scalar(select(func.count(AuditEntry.seq)))
        written = json.dumps(
            [
                *session.execute(select(Entry.content, Entry.title)).all(),
                *session.execute(select(EntryChange.before, EntryChange.after)).all(),
                *session.execute(select(EntryValue.words)).all(),
                *session.execute(select(AuditEntry.before, AuditEntry.after, AuditEntry.subject)).all(),
            ],
            default=lambda row: [str(one) for one in row],
        )
        assert "sealed:" in written
        # A file may be called by a number; that is what somebody called it, and the audit masks it.
        held = {number: number in written for number in NUMBERS if number != NUMBERS[1]}
        audited = str(session.execute(select(AuditEntry.before, AuditEntry.after, AuditEntry.subject)).all())
    assert not any(held.values()), held
    assert not any(number in audited for number in NUMBERS)
    if walked.url.startswith("sqlite"):
        path = Path(make_url(walked.url).database or "")
        content = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
        assert NUMBERS[4].encode() not in content
        assert NUMBERS[5].encode() not in content
