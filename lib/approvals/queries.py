"""Questions of the inbox: what waits for this person's decision, and what exactly would be decided."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select

from db.models.assessment import Nomination, Objection, SchemeState, SchemeVersion
from db.models.center import Center
from db.models.register import ChangeKind
from db.models.scheduling import Meeting, Task, TaskProgress
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.approvals import gathering
from lib.approvals.waiting import Kind, Line, Waiting
from lib.i18n import _, numbers
from lib.registers.entries.queries import entry_card, history_of
from lib.registers.publishing.editions import ItemChange
from lib.registers.publishing.queries import edition_card
from lib.roster.rewards.queries import sheet_by_id
from lib.roster.rewards.words import money, spoken
from lib.schemes.differences import differences
from lib.schemes.reading import read

# Whoever may not read these elsewhere reads them as little here; entries and editions ask for themselves.
NEEDS: dict[Kind, Permission] = {
    Kind.SCHEME: Permission.EDIT_SCHEMES,
    Kind.TASK: Permission.READ_ROUNDS,
    Kind.MEETING: Permission.READ_ROUNDS,
    Kind.OBJECTION: Permission.RUN_ASSESSMENT,
    Kind.NOMINATION: Permission.RUN_ASSESSMENT,
    Kind.ALLOWANCES: Permission.PREPARE_ALLOWANCES,
}


@query(Permission.READ_CENTERS)
def waiting_for_me(session: ScopedSession) -> tuple[Waiting, ...]:
    """What waits for the viewer's decision, what waits longest first; of each kind at most 200 a register."""
    found = [one for gather in gathering.ALL for one in gather(session)]
    codes = {one.center_code for one in found}
    names: dict[str, str] = dict(
        session.execute(select(Center.code, Center.name).where(Center.code.in_(codes))).all()
    )
    named = [replace(one, center_name=names.get(one.center_code, one.center_code)) for one in found]
    return tuple(sorted(named, key=lambda one: (one.since, one.kind, one.id)))


@query(Permission.READ_CENTERS)
def preview_of(session: ScopedSession, kind: Kind, item_id: int) -> tuple[Line, ...]:
    """What would be decided, line by line, with what was there before where there is something. Raises
    NotFound, NotAllowed."""
    if kind in NEEDS:
        viewer_of(session).must(NEEDS[kind])
    look = {
        Kind.ENTRY: _entry,
        Kind.EDITION: _edition,
        Kind.SCHEME: _scheme,
        Kind.TASK: _task,
        Kind.MEETING: _meeting,
        Kind.OBJECTION: _objection,
        Kind.NOMINATION: _nomination,
        Kind.ALLOWANCES: _allowances,
    }.get(kind)
    return tuple(look(session, item_id)) if look else ()


def _entry(session: ScopedSession, entry_id: int) -> list[Line]:
    """All that it says; what was changed since it was last decided on shows what it was."""
    card = entry_card(session, entry_id)
    was: dict[str, str] = {}
    for one in history_of(session, entry_id):
        if one.kind is ChangeKind.MOVED and was:
            break
        if one.kind is ChangeKind.EDITED:
            was |= {label: before for label, before, _after in one.changed}
    return [
        Line(field.words, card.row.cells[field.key], was.get(field.words))
        for field in card.fields
        if field.key in card.row.cells
    ] + [Line(_("附件"), one.name) for one in card.attachments]


def _edition(session: ScopedSession, publication_id: int) -> list[Line]:
    lines = []
    for one in edition_card(session, publication_id).differences:
        if one.kind is ItemChange.REMOVED:
            lines.append(Line(one.title, _("（取消）"), one.title))
        lines += [
            Line(f"{one.title} · {label}", now, None if one.kind is ItemChange.NEW else before)
            for label, before, now in one.changed
            if one.kind is not ItemChange.REMOVED
        ]
    return lines


def _scheme(session: ScopedSession, version_id: int) -> list[Line]:
    row = session.get(SchemeVersion, version_id)
    if row is None or not session.scope.covers(row.center_code):
        return []
    held = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.scheme_id == row.scheme_id, SchemeVersion.state == SchemeState.IN_FORCE)
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).first()
    new = read(json.loads(row.definition))
    lines = [Line(_("开始月份"), numbers.month(row.first_month)), Line(_("理由"), row.reason or "")]
    if held is None:
        return [*lines, *(Line(one.name, f"{one.rule.points}") for one in new.indicators)]
    changed = differences(read(json.loads(held.definition)), new)
    return lines + [Line(_("改动"), words) for words in changed]


def _task(session: ScopedSession, task_id: int) -> list[Line]:
    row = session.get(Task, task_id)
    if row is None:
        return []
    steps = session.scalars(
        select(TaskProgress).where(TaskProgress.task_id == task_id).order_by(TaskProgress.id.desc()).limit(5)
    )
    lines = [Line(_("任务内容"), row.matter), Line(_("完成标准"), row.measure)]
    for one in steps:
        proof = _("（佐证：{evidence}）").format(evidence=one.evidence) if one.evidence else ""
        lines.append(
            Line(f"{numbers.moment(one.done_at)} {one.done_by}", f"{one.percent}% {one.words}{proof}")
        )
    return lines


def _meeting(session: ScopedSession, meeting_id: int) -> list[Line]:
    row = session.get(Meeting, meeting_id)
    if row is None:
        return []
    said = (
        (_("主持人"), row.chair),
        (_("出席"), row.present),
        (_("缺席"), row.absent),
        (_("纪要"), row.minutes),
    )
    return [Line(label, words) for label, words in said if words]


def _objection(session: ScopedSession, objection_id: int) -> list[Line]:
    row = session.get(Objection, objection_id)
    return [Line(_("理由"), row.reason), Line(_("指标"), row.indicator)] if row else []


def _nomination(session: ScopedSession, nomination_id: int) -> list[Line]:
    row = session.get(Nomination, nomination_id)
    return [Line(_("理由"), row.reason)] if row else []


def _allowances(session: ScopedSession, sheet_id: int) -> list[Line]:
    """The sum, then everybody; what was corrected shows what was counted and why it is not paid so."""
    card = sheet_by_id(session, sheet_id)
    lines = [
        Line(_("发放合计"), _("{count}人，{sum}").format(count=len(card.lines), sum=money(card.total))),
        Line(_("办法依据"), card.source),
        Line(_("编制"), f"{card.made_by} {numbers.moment(card.made_at)}"),
    ]
    for one in sorted(card.lines, key=lambda line: line.corrected is None):
        arithmetic = "\n".join(spoken(item) for item in one.items)
        if one.corrected is None:
            lines.append(Line(one.name, f"{money(one.due)}\n{arithmetic}"))
        else:
            why = _("更正理由：{reason}").format(reason=one.why)
            lines.append(Line(one.name, f"{money(one.due)}\n{why}", f"{money(one.cents)}\n{arithmetic}"))
    return lines
