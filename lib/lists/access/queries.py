"""Questions about the access list: what gridworkers do on a day, and what was let through beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from db.models.center import Center
from db.models.department import Department
from db.models.publication import GateException
from db.scope import ScopedSession, within
from lib import clock
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.fields.kinds import shown
from lib.i18n import _, language
from lib.lists.access.held import admitted_on, rule_for
from lib.registers.design import loaded
from lib.registers.seeing import reads, seen
from lib.registers.templates import access_list as fields
from lib.registers.values import unpacked
from lib.registers.world import Surroundings


@dataclass(frozen=True)
class Matter:
    """An item of the list that holds; `id` is what an assignment names. What the viewer may not see is
    empty."""

    id: int
    entry_id: int
    name: str
    duty: str
    duty_words: str
    department: str
    reason: str
    basis: str
    work: str
    frequency: str
    payer: str
    temporary: bool
    since: date
    # The first day on which it does not hold any more.
    until: date | None
    center_code: str
    center_name: str


@dataclass(frozen=True)
class Duty:
    """One of the kinds of duty, also when nothing of it is admitted."""

    key: str
    words: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class ExceptionRow:
    matter: str
    basis: str
    subject: str
    center_name: str
    allowed_by: str
    allowed_at: datetime


@dataclass(frozen=True)
class ExceptionsOfDepartment:
    department: str
    rows: tuple[ExceptionRow, ...]


@dataclass(frozen=True)
class GateRuleRow:
    """The rule that counts for a center, and whose it is; `seen` is the version of its own, if it has one."""

    allows_exceptions: bool
    center_code: str
    center_name: str
    changed_by: str
    changed_at: datetime | None
    seen: int | None


@query(Permission.READ_REGISTERS)
def admitted_matters(session: ScopedSession, center_code: str, day: date) -> tuple[Matter, ...]:
    """What may be given to the gridworkers of a center on a day. Raises NotFound."""
    _must_cover(session, center_code)
    viewer, world = viewer_of(session), Surroundings(session)
    found = []
    for held in admitted_on(session, center_code, day):
        design = loaded(held.definition)
        if not reads(viewer, held.register, design):
            continue
        values, item = unpacked(held.item.content), held.item
        visible = {one.key: one for one in seen(viewer, design)}
        said = {key: shown(values.get(key, ""), one, world) for key, one in visible.items()}
        kept = {key: str(values.get(key, "")) for key in visible}
        found.append(
            Matter(
                item.id, item.entry_id, item.title, kept.get(fields.DUTY, ""), said.get(fields.DUTY, ""),
                said.get(fields.DEPARTMENT, "").rpartition(" #")[0], said.get(fields.REASON, ""),
                said.get(fields.BASIS, ""), said.get(fields.HOW, ""), said.get(fields.FREQUENCY, ""),
                said.get(fields.PAYER, ""), kept.get(fields.TERM) == fields.TEMPORARY, item.since,
                item.until, item.center_code, held.center_name,
            )
        )  # fmt: skip
    return tuple(found)


@query(Permission.READ_REGISTERS)
def duty_list(session: ScopedSession, center_code: str, day: date) -> tuple[Duty, ...]:
    """What the gridworkers of a center do, by kind of duty. Raises NotFound."""
    matters = admitted_matters(session, center_code, day)
    known: dict[str, str] = {}
    for held in admitted_on(session, center_code, day):
        one = loaded(held.definition).field(fields.DUTY)
        known |= {choice.key: choice.words for choice in (one.choices if one else ()) if not choice.retired}
    known = known or {
        one.key: one.words
        for field in fields.ACCESS_LIST.fields
        if field.key == fields.DUTY
        for one in field.choices
    }
    for matter in matters:
        known.setdefault(matter.duty, matter.duty_words or _("未分类"))
    return tuple(
        Duty(key, words, tuple(one for one in matters if one.duty == key)) for key, words in known.items()
    )


@query(Permission.READ_REGISTERS)
def exceptions_of(
    session: ScopedSession, center_code: str, first: date, last: date
) -> tuple[ExceptionsOfDepartment, ...]:
    """What was given to gridworkers beside the list from a day to a day, by the department that it came
    from; the most come first. Raises NotFound."""
    _must_cover(session, center_code)
    department = Department.name_en if language() == "en" else Department.name
    rows = session.execute(
        select(GateException, Center.name, department)
        .join(Center, Center.code == GateException.center_code)
        .outerjoin(Department, Department.id == GateException.department_id)
        .where(
            within(GateException.center_code, [center_code]),
            GateException.allowed_at >= clock.start_of_day(first),
            GateException.allowed_at < clock.start_of_day(last + timedelta(days=1)),
        )
        .order_by(GateException.allowed_at.desc(), GateException.id.desc())
    )
    found: dict[str, list[ExceptionRow]] = {}
    for one, center_name, name in rows:
        found.setdefault(name or _("未指定部门"), []).append(
            ExceptionRow(one.matter, one.basis, one.subject, center_name, one.allowed_by, one.allowed_at)
        )
    return tuple(
        ExceptionsOfDepartment(name, tuple(held))
        for name, held in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


@query(Permission.READ_REGISTERS)
def gate_rule_of(session: ScopedSession, center_code: str) -> GateRuleRow:
    """What the gate of a center does with what is not on the list. Raises NotFound."""
    _must_cover(session, center_code)
    row = rule_for(session, center_code)
    if row is None:
        return GateRuleRow(False, "", "", "", None, None)
    center = session.get(Center, row.center_code)
    return GateRuleRow(
        row.allows_exceptions, row.center_code, center.name if center else "", row.changed_by, row.changed_at,
        row.version if row.center_code == center_code else None,
    )  # fmt: skip


def _must_cover(session: ScopedSession, center_code: str) -> None:
    if not session.scope.covers(center_code) or session.get(Center, center_code) is None:
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
