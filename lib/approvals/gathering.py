"""Finds what waits for one person, kind by kind. Each asks the same rule that the command will ask, so that
nothing is offered which would be refused, and nobody is offered their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import or_, select

from db.models.assessment import (
    Assessment,
    AssessmentScheme,
    AssessmentState,
    Nomination,
    Objection,
    ObjectionState,
    SchemeState,
    SchemeVersion,
)
from db.models.publication import Publication, PublicationState
from db.models.register import Entry, Register
from db.models.reward import AllowanceSheet, SheetState
from db.models.scheduling import Meeting, MeetingState, Report, ReportState, Round, Task, TaskState
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.approvals.waiting import Action, Kind, Waiting
from lib.assessment.states import ASSESSMENT
from lib.i18n import _, numbers
from lib.registers import flow
from lib.registers.design import Design, StageKind
from lib.registers.seeing import design_of, reads, root_of
from lib.registers.writers import writers_of
from lib.roster.rewards.gathering import people_and_cents
from lib.roster.rewards.states import SHEET
from lib.roster.rewards.words import money
from lib.roster.rewards.workers import workers_of
from lib.scheduling.plan import KIND_WORDS
from lib.scheduling.reading import parent_of
from lib.scheduling.states import MEETING, REPORT, TASK
from lib.schemes.states import SCHEME
from lib.workflow import Step, Workflow

MOST = 200


def _actions(
    workflow: Workflow[Any], viewer: Viewer, state: Any, *keys: str, own: bool = False
) -> tuple[Action, ...]:
    steps: list[Step[Any]] = [one for one in workflow.open_to(viewer, state) if one.action in keys]
    return tuple(
        Action(one.action, _(one.words), one.asks_reason) for one in steps if not (one.by_another and own)
    )


def entries(session: ScopedSession) -> Iterator[Waiting]:
    """Entries in a stage of decision, with the deciding steps that are this person's."""
    viewer, root = viewer_of(session), root_of(session)
    if not viewer.may(Permission.DECIDE_ENTRIES):
        return
    for register in session.scalars(
        select(Register).where(Register.design_number > 0, Register.closed_at.is_(None)).order_by(Register.id)
    ):
        design = design_of(session, register.id, register.design_number)
        if not reads(viewer, register, design):
            continue
        stages = [one.key for one in design.stages if one.kind is StageKind.WAITING]
        if not stages:
            continue
        rows = session.scalars(
            select(Entry)
            .where(Entry.register_id == register.id, Entry.state.in_(stages), Entry.removed_at.is_(None))
            .order_by(Entry.moved_at, Entry.id)
            .limit(MOST)
        ).all()
        writers = writers_of(session, design, [row.id for row in rows])
        for row in rows:
            yield from _entry(viewer, design, row, root, writers[row.id])


def _entry(
    viewer: Viewer, design: Design, row: Entry, root: str, writers: Collection[int]
) -> Iterator[Waiting]:
    moves = [one for one in flow.open_moves(viewer, row, design, root, writers) if one.decides]
    if moves:
        yield Waiting(
            Kind.ENTRY, row.id, row.title or _("第{number}号").format(number=row.serial), design.words,
            row.center_code, "", row.made_by, row.moved_at, "entry", (("entry", f"{row.id}"),), row.version,
            tuple(Action(one.key, one.words, one.asks_reason) for one in moves),
        )  # fmt: skip


def editions(session: ScopedSession) -> Iterator[Waiting]:
    """New editions of lists that somebody else has proposed."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.DECIDE_ENTRIES):
        return
    rows = session.execute(
        select(Publication, Register)
        .join(Register, Register.id == Publication.register_id)
        .where(Publication.state == PublicationState.PROPOSED)
        .order_by(Publication.proposed_at)
        .limit(MOST)
    )
    for row, register in rows:
        own = row.proposed_by_id == viewer.account_id
        if not own and session.scope.covers(row.center_code):
            design = design_of(session, register.id, register.design_number)
            if not reads(viewer, register, design):
                continue
            yield Waiting(
                Kind.EDITION, row.id,
                _("第{number}版，自{day}起").format(number=row.number, day=numbers.day(row.effective_on)),
                design.words, row.center_code, "", row.proposed_by, row.proposed_at, "service_list",
                (("center", row.center_code), ("edition", f"{row.id}")), row.version,
                (Action("accept", _("审定公布")), Action("refuse", _("退回修改"), asks_reason=True)),
            )  # fmt: skip


def reports(session: ScopedSession) -> Iterator[Waiting]:
    """Reports of the level below that were handed in."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.REVIEW_REPORTS):
        return
    rows = session.execute(
        select(Report, Round)
        .join(Round, Round.id == Report.round_id)
        .where(Report.state == ReportState.SUBMITTED, Round.closed_at.is_(None))
        .order_by(Report.submitted_at)
        .limit(MOST)
    )
    for row, found in rows:
        # Those above could review it too; it is the next level's to do.
        if parent_of(row.center_code) != viewer.center_code or row.center_code == viewer.center_code:
            continue
        own = row.submitted_by_id == viewer.account_id
        actions = _actions(REPORT, viewer, row.state, "accept", "return", own=own)
        if actions and row.submitted_at is not None:
            yield Waiting(
                Kind.REPORT, row.id,
                _("{first}至{last}").format(first=numbers.day(found.first), last=numbers.day(found.last)),
                _(KIND_WORDS[found.kind]), row.center_code, "", row.submitted_by or "", row.submitted_at,
                "report", (("report", f"{row.id}"),), row.version, actions,
            )  # fmt: skip


def meetings(session: ScopedSession) -> Iterator[Waiting]:
    """Minutes of the own center that somebody else has written."""
    viewer = viewer_of(session)
    rows = session.scalars(
        select(Meeting)
        .where(Meeting.state == MeetingState.HELD, Meeting.center_code == viewer.center_code)
        .order_by(Meeting.held_at)
        .limit(MOST)
    )
    for row in rows:
        own = row.written_by_id == viewer.account_id
        if actions := _actions(MEETING, viewer, row.state, "sign", own=own):
            yield Waiting(
                Kind.MEETING, row.id, numbers.day(row.held_at.date()), row.place, row.center_code, "",
                row.written_by, row.held_at, "meeting", (("round", f"{row.round_id}"),), row.version, actions,
            )  # fmt: skip


def tasks(session: ScopedSession) -> Iterator[Waiting]:
    """Tasks of the own meetings that their owners say are done."""
    viewer = viewer_of(session)
    rows = session.scalars(
        select(Task)
        .where(Task.state == TaskState.REPORTED, Task.decided_by_code == viewer.center_code)
        .order_by(Task.due_on)
        .limit(MOST)
    )
    for row in rows:
        own = row.reported_by_id == viewer.account_id
        if actions := _actions(TASK, viewer, row.state, "confirm", "reopen", own=own):
            yield Waiting(
                Kind.TASK, row.id, row.matter, row.measure, row.center_code, "", "", row.decided_at, "tasks",
                (("task", f"{row.id}"),), row.version, actions,
            )  # fmt: skip


def schemes(session: ScopedSession) -> Iterator[Waiting]:
    """Wordings of schemes that somebody else has proposed."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.EDIT_SCHEMES):
        return
    rows = session.execute(
        select(SchemeVersion, AssessmentScheme.name)
        .join(AssessmentScheme, AssessmentScheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.state == SchemeState.PROPOSED)
        .order_by(SchemeVersion.drafted_at)
        .limit(MOST)
    )
    for row, name in rows:
        own = row.drafted_by_id == viewer.account_id
        actions = _actions(SCHEME, viewer, row.state, "approve", "refuse", own=own)
        if any(one.key == "approve" for one in actions) and session.scope.covers(row.center_code):
            yield Waiting(
                Kind.SCHEME, row.id, _("{name}（第{number}版）").format(name=name, number=row.number), "",
                row.center_code, "", row.drafted_by, row.drafted_at, "schemes",
                (("scheme", f"{row.scheme_id}"),), row.version, actions,
            )  # fmt: skip


def assessments(session: ScopedSession) -> Iterator[Waiting]:
    """Months that another person has counted and that can be shown or published; on their own page, where
    all that belongs to the decision stands."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.RUN_ASSESSMENT):
        return
    states = (AssessmentState.REVIEW, AssessmentState.OBJECTIONS)
    rows = session.execute(
        select(Assessment, AssessmentScheme.name)
        .join(AssessmentScheme, AssessmentScheme.id == Assessment.scheme_id)
        .where(Assessment.state.in_(states), Assessment.center_code == viewer.center_code)
        .order_by(Assessment.first)
        .limit(MOST)
    )
    for row, name in rows:
        own = row.computed_by_id == viewer.account_id
        steps = _actions(ASSESSMENT, viewer, row.state, "show", "publish", own=own)
        if steps and row.computed_at is not None:
            yield Waiting(
                Kind.ASSESSMENT, row.id, f"{name} · {numbers.month(row.first)}",
                "、".join(one.words for one in steps), row.center_code, "", "", row.computed_at, "assessment",
                (("scheme", f"{row.scheme_id}"), ("month", f"{row.first:%Y-%m}")),
            )  # fmt: skip


def objections(session: ScopedSession) -> Iterator[Waiting]:
    """Objections of units to the own assessments, and nominations that nobody has decided."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.RUN_ASSESSMENT):
        return
    rows = session.execute(
        select(Objection, Assessment)
        .join(Assessment, Assessment.id == Objection.assessment_id)
        .where(
            Objection.state == ObjectionState.OPEN,
            Assessment.center_code == viewer.center_code,
            or_(Objection.raised_by_id.is_(None), Objection.raised_by_id != viewer.account_id),
        )
        .order_by(Objection.raised_at)
        .limit(MOST)
    )
    for row, assessment in rows:
        yield Waiting(
            Kind.OBJECTION, row.id, row.reason[:60], row.unit_key, row.center_code, "", row.raised_by,
            row.raised_at, "assessed", (("assessment", f"{assessment.id}"), ("unit", row.unit_key)),
        )  # fmt: skip
    found = session.execute(
        select(Nomination, Assessment)
        .join(Assessment, Assessment.id == Nomination.assessment_id)
        .where(
            Nomination.selected.is_(None),
            Assessment.center_code == viewer.center_code,
            or_(Nomination.nominated_by_id.is_(None), Nomination.nominated_by_id != viewer.account_id),
        )
        .order_by(Nomination.nominated_at)
        .limit(MOST)
    )
    for nomination, assessment in found:
        yield Waiting(
            Kind.NOMINATION, nomination.id, nomination.reason[:60], nomination.unit_key,
            nomination.center_code, "", nomination.nominated_by, nomination.nominated_at, "assessment",
            (("scheme", f"{assessment.scheme_id}"), ("month", f"{assessment.first:%Y-%m}")),
        )  # fmt: skip


def allowances(session: ScopedSession) -> Iterator[Waiting]:
    """Monthly sheets that others have submitted and that this person never worked on."""
    viewer = viewer_of(session)
    if not viewer.may(Permission.APPROVE_ALLOWANCES):
        return
    rows = session.scalars(
        select(AllowanceSheet)
        .where(AllowanceSheet.state == SheetState.SUBMITTED)
        .order_by(AllowanceSheet.submitted_at, AllowanceSheet.id)
        .limit(MOST)
    ).all()
    sums = people_and_cents(session, [row.id for row in rows])
    for row in rows:
        people, cents = sums.get(row.id, (0, 0))
        if viewer.account_id in workers_of(session, row) or row.submitted_at is None:
            continue
        yield Waiting(
            Kind.ALLOWANCES, row.id, _("{month}补助发放表").format(month=numbers.month(row.month)),
            _("{count}人，{sum}").format(count=people, sum=money(cents)), row.center_code, "",
            row.submitted_by or "", row.submitted_at, "allowances",
            (("center", row.center_code), ("month", f"{row.month:%Y-%m}")), row.version,
            _actions(SHEET, viewer, row.state, "approve", "return"),
        )  # fmt: skip


ALL = (entries, editions, reports, meetings, tasks, schemes, assessments, objections, allowances)
