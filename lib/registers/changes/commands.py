"""Many rows at once, as one person's change: saved whole or not at all, and taken back whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from db.models.register import ChangeKind, ChangeSet, ChangeSetKind, Entry, EntryChange, Register
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, Told
from lib.fields.field import Kept
from lib.i18n import _
from lib.masking import masked_text
from lib.registers import values as whole
from lib.registers.changes.judging import Judged, RowChange, judged
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.commands import LONGEST_WORDS
from lib.registers.entries.moving import move_on
from lib.registers.entries.opening import must_be_open
from lib.registers.entries.twins import Wanted, hold_still, refuse, twins
from lib.registers.seeing import editable, no_register, reads, register_with_design
from lib.registers.world import Surroundings
from lib.typed import as_typed

MOST_ROWS = 100_000
MOST_NAMED = 20


def subject_of(register_id: int) -> str:
    return f"register {register_id}"


def _writable(session: ScopedSession, register_id: int) -> tuple[Register, Design]:
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        raise no_register()
    must_be_open(session, register)
    return register, design


@command(Permission.FILL_REGISTERS)
def save_changes(
    session: ScopedSession, register_id: int, kind: ChangeSetKind, source: str, rows: Sequence[RowChange]
) -> int:
    """Writes all rows or none; returns the key of the change-set, 0 when nothing would be other. Every
    problem is in the BadInput, with the place of its row; rows that somebody else has written meanwhile
    are named in the Conflict. Raises NotFound, NotAllowed, BadInput, Conflict."""
    register, design = _writable(session, register_id)
    if len(rows) > MOST_ROWS:
        raise BadInput(_("一次最多改{most}行，请分几次。").format(most=MOST_ROWS))
    hold_still(session, register, design)
    world = Surroundings(session)
    found = judged(session, register, design, rows, world)
    _refuse(found)
    wanted = [one for one in found if not one.nothing]
    if not wanted:
        return 0
    made = _change_set(session, register_id, kind, as_typed(source, 200))
    _write(session, register, design, wanted, world, made)
    record(
        session, viewer_of(session), "rows changed", f"register {register_id}",
        after={"set": made.id, "kind": kind.value, "made": made.made, "edited": made.edited,
               "removed": made.removed, "source": masked_text(made.source)},
    )  # fmt: skip
    return made.id


def _refuse(found: list[Judged]) -> None:
    if conflicts := [one for one in found if one.conflict and one.entry is not None]:
        numbers = "、".join(f"{one.entry.serial}" for one in conflicts[:MOST_NAMED] if one.entry)
        raise Conflict(
            _("这些记录刚被别人改过：第{numbers}号。请核对后再保存；您填写的内容仍在。").format(
                numbers=numbers
            )
        )
    if problems := [problem for one in found for problem in one.problems]:
        sentence = _("第{row}行{sentence}").format(row=problems[0].row, sentence=problems[0].sentence)
        if len(problems) > 1:
            sentence += _("（共{count}处要改，什么都没有写入）").format(count=len(problems))
        raise BadInput(sentence, tuple(problems))


def _change_set(session: ScopedSession, register_id: int, kind: ChangeSetKind, source: str) -> ChangeSet:
    viewer = viewer_of(session)
    made = ChangeSet(
        center_code=viewer.center_code, subject=subject_of(register_id), kind=kind, source=source,
        done_by_id=viewer.account_id, done_by=viewer.name, done_at=deployment.moment_of(session),
        made=0, edited=0, removed=0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _write(
    session: ScopedSession,
    register: Register,
    design: Design,
    rows: list[Judged],
    world: Surroundings,
    made: ChangeSet,
) -> None:
    """What goes first makes room for what changes and comes."""
    gone = [one.entry for one in rows if one.entry is not None and one.change.remove]
    if gone:
        writing.take_out_all(session, gone, made.source or _("在表格中删除"), made.id)
    rewritten = [(one.entry, one.after) for one in rows if one.entry is not None and not one.change.remove]
    made.removed = len(gone)
    made.edited = writing.rewrite_all(session, register, design, rewritten, world, made.id)
    new = [writing.New(one.change.center_code, one.after) for one in rows if one.entry is None]
    if new:
        made.made = len(writing.new_entries(session, register, design, new, world, made.id))
    session.flush()


@command(Permission.FILL_REGISTERS)
def move_all(
    session: ScopedSession, register_id: int, seen_entries: Mapping[int, int], action: str, reason: str
) -> int:
    """The same step for several entries, all or none; `seen_entries` is the version of each by its key.
    Returns how many. Raises NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    register, design = _writable(session, register_id)
    why, refused = as_typed(reason, LONGEST_WORDS), []
    if not seen_entries:
        return 0
    made = _change_set(session, register_id, ChangeSetKind.BULK, "")
    for entry_id, version in sorted(seen_entries.items()):
        entry = writing.entry_of(session, register, design, entry_id)
        writing.must_be_as_seen(entry, version)
        try:
            move_on(session, design, entry, action, why, made.id)
        except Told as told:
            sentence = _("第{number}号：{why}").format(number=entry.serial, why=told.sentence)
            refused.append(Problem("", sentence, row=entry.serial))
    if refused:
        sentence = _("有{count}条不能这样办理，什么都没有改。{first}").format(
            count=len(refused), first=refused[0].sentence
        )
        raise BadInput(sentence, tuple(refused))
    made.edited = len(seen_entries)
    session.flush()
    return len(seen_entries)


@command(Permission.FILL_REGISTERS)
def undo_changes(session: ScopedSession, change_set_id: int) -> int:
    """Takes a change-set back while nobody has touched its rows since; returns how many rows. Who did it may,
    and who decides at the same center. Raises NotFound, NotAllowed, BadInput, Conflict."""
    made = session.get(ChangeSet, change_set_id)
    if made is None or not made.subject.startswith("register "):
        raise NotFound(_("找不到这批改动，或它不在您的范围内。"))
    viewer = viewer_of(session)
    decides = viewer.may(Permission.DECIDE_ENTRIES) and viewer.center_code == made.center_code
    if made.done_by_id != viewer.account_id and not decides:
        raise NotAllowed(_("由做这批改动的人，或本单位负责审核的人撤销。"))
    if made.undone_at is not None:
        raise BadInput(_("这批改动已经撤销过了。"))
    register, design = _writable(session, int(made.subject.removeprefix("register ")))
    changes = session.scalars(
        select(EntryChange).where(EntryChange.change_set_id == change_set_id).order_by(EntryChange.id.desc())
    ).all()
    if any(one.kind is ChangeKind.MOVED for one in changes):
        raise BadInput(_("批量办理的步骤不能撤销，请用“退回”等步骤改正。"))
    entries = {one.id: one for one in _touched(session, changes)}
    later = [
        entries[one.entry_id] for one in changes
        if one.entry_id in entries and entries[one.entry_id].version != one.version
    ]  # fmt: skip
    if later or len(entries) < len({one.entry_id for one in changes}):
        numbers = "、".join(f"{one.serial}" for one in later[:MOST_NAMED])
        raise Conflict(
            _("不能撤销：第{numbers}号记录后来又被改过或已不在您的范围内。请逐条改正。").format(
                numbers=numbers or "…"
            )
        )
    _take_back(session, register, design, entries, changes)
    made.undone_by, made.undone_at = viewer.name, clock.now()
    session.flush()
    record(
        session, viewer, "rows restored", f"register {register.id}",
        after={"set": made.id, "rows": len(changes)},
    )  # fmt: skip
    return len(changes)


def _touched(session: ScopedSession, changes: Sequence[EntryChange]) -> list[Entry]:
    keys = sorted({one.entry_id for one in changes})
    return [
        entry
        for start in range(0, len(keys), 500)
        for entry in session.scalars(select(Entry).where(Entry.id.in_(keys[start : start + 500])))
    ]


def _take_back(
    session: ScopedSession,
    register: Register,
    design: Design,
    entries: Mapping[int, Entry],
    changes: Sequence[EntryChange],
) -> None:
    """What came goes, what changed is as it was, what went comes back. Raises NotAllowed, BadInput."""
    of = {
        kind: [(entries[one.entry_id], one) for one in changes if one.kind is kind]
        for kind in (ChangeKind.MADE, ChangeKind.EDITED, ChangeKind.REMOVED)
    }
    for entry, _change in (*of[ChangeKind.MADE], *of[ChangeKind.EDITED]):
        writing.must_be_editable(entry, design)
    hold_still(session, register, design)
    made = [entry for entry, _change in of[ChangeKind.MADE]]
    if made:
        writing.take_out_all(session, made, _("撤销导入或批量改动"))
    world = Surroundings(session)
    rewritten = _as_before(session, design, of[ChangeKind.EDITED], world)
    wanted = [Wanted(entry.center_code, values, entry.id) for entry, values in rewritten]
    refuse(twins(session, register, design, wanted, {entry.id for entry, _values in rewritten}))
    writing.rewrite_all(session, register, design, rewritten, world)
    removed = [entry for entry, _change in of[ChangeKind.REMOVED]]
    if removed:
        writing.bring_back_all(session, register, design, removed)


def _as_before(
    session: ScopedSession, design: Design, edited: list[tuple[Entry, EntryChange]], world: Surroundings
) -> list[tuple[Entry, dict[str, Kept]]]:
    """What the entries held, with the formulas of today."""
    may, fields = editable(viewer_of(session), design), design.by_key
    computing = whole.Computing(design, world.today)
    found = []
    for entry, change in edited:
        before = whole.unpacked(change.before)
        if any(key in fields and key not in may and fields[key].kind != "formula" for key in before):
            raise NotAllowed(_("这批改动里有您不能填写的字段，请由改动的人撤销。"))
        values = whole.unpacked(entry.content) | before
        values |= computing.computed(values)
        found.append((entry, {key: kept for key, kept in values.items() if kept}))
    world.know([one for one in design.standing if one.key in design.title], [values for _e, values in found])
    return found
