"""What people do with the access list beside the steps of its register: apply, evaluate, propose an exit,
and say what the gate does with what is not on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from db.models.center import Center
from db.models.department import Department
from db.models.publication import GateRule
from db.models.register import Entry, Register
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem
from lib.i18n import _
from lib.lists.access.held import TEMPLATE
from lib.registers import values as whole
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.commands import make_entry, move_entry
from lib.registers.entries.opening import must_be_open
from lib.registers.seeing import no_entry, register_with_design
from lib.registers.templates import access_list as fields
from lib.registers.world import Surroundings
from lib.typed import as_typed

LONGEST_WORDS = 500


@command(Permission.FILL_REGISTERS)
def apply_for_admission(
    session: ScopedSession, register_id: int, center_code: str, typed: Mapping[str, object], submits: bool
) -> int:
    """A matter that is to be admitted, as a draft or handed in at once; returns the key of its entry. People
    of a department apply for their own. Raises NotFound, NotAllowed, BadInput."""
    register, _design = register_with_design(session, register_id)
    if register.template != TEMPLATE:
        raise NotFound(_("找不到准入清单，或它不在您的范围内。"))
    viewer = viewer_of(session)
    given = dict(typed)
    if viewer.department_id is not None:
        department = session.get(Department, viewer.department_id)
        if department is None or department.center_code != center_code:
            raise NotAllowed(_("部门只能向本级中心提出申请。"))
        given[fields.DEPARTMENT] = f"#{viewer.department_id}"
    entry_id = make_entry(session, register_id, center_code, given)
    if submits:
        entry = session.get_one(Entry, entry_id)
        move_entry(session, entry_id, "submit", "", entry.version)
    return entry_id


@command(Permission.DECIDE_ENTRIES)
def evaluate_matter(session: ScopedSession, entry_id: int, verdict: str, words: str, seen: int) -> int:
    """The evaluation of the year of a matter that is admitted; returns the version that stands now. Raises
    NotFound, NotAllowed, BadInput, Conflict."""
    entry, register, design = _admitted(session, entry_id, seen)
    choice = design.by_key[fields.VERDICT].choice(verdict) if fields.VERDICT in design.by_key else None
    if choice is None:
        raise BadInput(_("请选择评估结论。"))
    said = _said(words, _("请填写评估意见。"), "words")
    _write(session, register, design, entry, {
        fields.VERDICT: verdict, fields.EVALUATION: said, fields.EVALUATED_ON: "today",
    })  # fmt: skip
    record(
        session, viewer_of(session), "matter evaluated", f"entry {entry.id}",
        after={"register": register.id, "number": entry.serial, "verdict": verdict},
    )  # fmt: skip
    return entry.version


@command(Permission.FILL_REGISTERS)
def propose_exit(session: ScopedSession, entry_id: int, evaluation: str, reason: str, seen: int) -> str:
    """That a matter be taken off the list, with the evaluation that says so; another person decides. Returns
    the stage that it is in now. Raises NotFound, NotAllowed, WrongState, BadInput, Conflict."""
    entry, register, design = _admitted(session, entry_id, seen)
    why = _said(reason, _("请填写退出原因。"), "reason")
    words = as_typed(evaluation, LONGEST_WORDS)
    changed: dict[str, object] = {fields.EXIT_REASON: why}
    if words:
        changed |= {fields.VERDICT: fields.LEAVE, fields.EVALUATION: words, fields.EVALUATED_ON: "today"}
    elif not _evaluated_this_year(session, entry):
        _said("", _("退出要先评估：请填写评估意见。"), "evaluation")
    _write(session, register, design, entry, changed)
    return move_entry(session, entry_id, "propose_exit", why, entry.version)


@command(Permission.DECIDE_ENTRIES)
def set_gate_rule(
    session: ScopedSession, center_code: str, allows_exceptions: bool, seen: int | None
) -> None:
    """Whether a center and all below it refuse what is not on the list, or record it as an exception.
    `seen` is the version that was on the screen, None where there was none. Raises NotFound, Conflict."""
    viewer = viewer_of(session)
    if not session.scope.covers(center_code) or session.get(Center, center_code) is None:
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    row = session.scalar(select(GateRule).where(GateRule.center_code == center_code))
    if (row.version if row else None) != seen:
        raise Conflict(_("这条规则刚被别人改过。请核对后再办理。"))
    before, now = row.allows_exceptions if row else None, deployment.moment_of(session)
    if row is None:
        row = GateRule(center_code=center_code)
        session.add(row)
    row.allows_exceptions, row.changed_by, row.changed_at = allows_exceptions, viewer.name, now
    session.flush()
    record(
        session, viewer, "gate rule set", f"center {center_code}", before={"exceptions": before},
        after={"exceptions": allows_exceptions},
    )  # fmt: skip


def _admitted(session: ScopedSession, entry_id: int, seen: int) -> tuple[Entry, Register, Design]:
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    register, design = register_with_design(session, entry.register_id)
    writing.entry_of(session, register, design, entry_id)
    if register.template != TEMPLATE or entry.removed_at is not None:
        raise no_entry()
    if entry.center_code != viewer_of(session).center_code:
        raise NotAllowed(_("由准入这一事项的中心办理。"))
    must_be_open(session, register)
    writing.must_be_as_seen(entry, seen)
    if entry.state != fields.IN_FORCE:
        raise NotAllowed(_("只有已准入的事项才能评估和退出。"))
    return entry, register, design


def _said(words: str, sentence: str, field: str) -> str:
    said = as_typed(words, LONGEST_WORDS)
    if not said:
        raise BadInput(sentence, (Problem(field, sentence),))
    return said


def _evaluated_this_year(session: ScopedSession, entry: Entry) -> bool:
    on = whole.unpacked(entry.content).get(fields.EVALUATED_ON, "")
    today = clock.local(deployment.moment_of(session)).date()
    return bool(on) and date.fromisoformat(str(on)).year == today.year


def _write(
    session: ScopedSession, register: Register, design: Design, entry: Entry, changed: dict[str, object]
) -> None:
    """These fields are written here though the stage lets nothing else be changed. Raises BadInput."""
    world = Surroundings(session)
    values, problems = whole.took(design, changed, whole.unpacked(entry.content), changed.keys(), world)
    if problems:
        raise BadInput(problems[0].sentence, problems)
    writing.rewrite(session, register, design, entry, values, world)
    session.flush()
