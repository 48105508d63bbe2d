"""What people do in a round: fill in, submit, review, urge, close; and how rounds are planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from db.models.scheduling import Report, ReportState, ReportStep, Round
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import Conflict, NotAllowed, NotFound, WrongState
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.metrics.queries import variant_in_force
from lib.scheduling import content as contents
from lib.scheduling.content import Content
from lib.scheduling.figures import cases_of, filled, packed
from lib.scheduling.reading import ask_of, moment_of, report_at, reviews, round_at
from lib.scheduling.states import REPORT, WAITING
from lib.typed import as_typed

LONGEST_REASON = 300


@command(Permission.FILL_REPORTS)
def save_report(
    session: ScopedSession, report_id: int, values: Mapping[str, str], reasons: Mapping[str, str], seen: int
) -> int:
    """Keeps what was typed so far, and returns what the next change must have seen. Raises NotFound,
    NotAllowed, WrongState, BadInput, Conflict."""
    row, found = _own(session, report_id, seen)
    kept, why = contents.checked(ask_of(found, row), values, reasons, whole=False)
    row.content = contents.written(Content(kept, why))
    session.flush()
    record(session, viewer_of(session), "report drafted", f"report {row.id}", after={"fields": sorted(kept)})
    return row.version


@command(Permission.FILL_REPORTS)
def submit_report(
    session: ScopedSession, report_id: int, values: Mapping[str, str], reasons: Mapping[str, str], seen: int
) -> None:
    """Hands a report in: its figures are counted now and do not follow the data any more. Raises NotFound,
    NotAllowed, WrongState, BadInput, Conflict, NotReady."""
    row, found = _own(session, report_id, seen)
    viewer = viewer_of(session)
    step = REPORT.take("submit", viewer, row.state)
    ask = ask_of(found, row)
    kept, why = contents.checked(ask, values, reasons, whole=True)
    moment, variant, now = moment_of(session, found), variant_in_force(session), deployment.moment_of(session)
    figures = filled(session, row, found, ask, moment, variant)
    # What repeats the product's own figure corrects nothing.
    kept = {key: said for key, said in kept.items() if key not in figures or figures[key].value != said}
    why = {key: said for key, said in why.items() if key in kept}
    row.cases = packed(cases_of(session, row, found, ask, moment, variant))
    row.content = contents.written(Content(kept, why, figures, moment, variant.written))
    row.submitted_by_id, row.submitted_by, row.submitted_at = viewer.account_id, viewer.name, now
    row.state = step.target
    row.decided_by = row.decided_at = row.return_reason = None
    _note(session, row, "submit", "", now)
    session.flush()
    record(
        session, viewer, "report submitted", f"report {row.id}",
        after={"round": found.id, "corrected": sorted(key for key in kept if key in figures)},
    )  # fmt: skip


@command(Permission.REVIEW_REPORTS)
def review_report(session: ScopedSession, report_id: int, action: str, reason: str, seen: int) -> ReportState:
    """Accepts a report of the level below, or returns it with a reason. Raises NotFound, NotAllowed,
    WrongState, BadInput, Conflict."""
    row = report_at(session, report_id)
    found = round_at(session, row.round_id)
    viewer = viewer_of(session)
    if action not in ("accept", "return"):
        raise NotFound(_("没有这个操作。"))
    if not reviews(session, row.center_code):
        raise NotAllowed(_("这份材料由上一级审核。"))
    _still_open(found)
    why = as_typed(reason, LONGEST_REASON)
    step = REPORT.take(action, viewer, row.state, why, (row.submitted_by_id,))
    _seen(row, seen)
    before = row.state
    row.decided_by, row.decided_at = viewer.name, deployment.moment_of(session)
    row.state = step.target
    row.return_reason = why if action == "return" else None
    _note(session, row, action, why, row.decided_at)
    session.flush()
    record(
        session, viewer, "report reviewed", f"report {row.id}", before={"state": before.value},
        after={"state": row.state.value, "reason": masked_text(why)},
    )  # fmt: skip
    return row.state


@command(Permission.REVIEW_REPORTS)
def urge_late(session: ScopedSession, round_id: int) -> int:
    """Urges every center below the viewer's that is late, all at once; how many. Raises NotFound,
    WrongState."""
    found = round_at(session, round_id)
    _still_open(found)
    viewer = viewer_of(session)
    now = deployment.moment_of(session)
    late = session.scalars(
        select(Report).where(
            Report.round_id == round_id,
            Report.state.in_(WAITING),
            Report.due_at < now,
            Report.center_code != viewer.center_code,
        )
    ).all()
    for row in late:
        row.urged_at, row.urged_times = now, row.urged_times + 1
        _note(session, row, "urge", "", now)
    session.flush()
    record(session, viewer, "reports urged", f"round {round_id}", after={"centers": len(late)})
    return len(late)


@command(Permission.REVIEW_REPORTS)
def close_round(session: ScopedSession, round_id: int) -> None:
    """Ends a round: nothing is handed in any more. For those at its top. Raises NotFound, NotAllowed,
    WrongState."""
    found = round_at(session, round_id)
    if not session.scope.covers(found.center_code):
        raise NotAllowed(_("只有组织这一轮调度的中心才能结束它。"))
    _still_open(found)
    found.closed_at = deployment.moment_of(session)
    session.flush()
    record(session, viewer_of(session), "round closed", f"round {round_id}")


def _own(session: ScopedSession, report_id: int, seen: int) -> tuple[Report, Round]:
    row = report_at(session, report_id)
    found = round_at(session, row.round_id)
    if row.center_code != viewer_of(session).center_code:
        raise NotAllowed(_("只能填报本单位的材料。"))
    _still_open(found)
    if row.state not in WAITING:
        REPORT.take("submit", viewer_of(session), row.state)
    _seen(row, seen)
    return row, found


def _seen(row: Report, seen: int) -> None:
    if row.version != seen:
        raise Conflict(_("这份材料刚被别人改过。请核对页面上的新内容后再办理；您填写的内容仍在。"))


def _still_open(found: Round) -> None:
    if found.closed_at is not None:
        raise WrongState(
            _("这一轮调度已于{moment}结束，不能再办理。").format(moment=numbers.moment(found.closed_at))
        )


def _note(session: ScopedSession, row: Report, action: str, words: str, at: datetime) -> None:
    session.add(
        ReportStep(
            report_id=row.id, center_code=row.center_code, action=action, words=words,
            done_by=viewer_of(session).name, done_at=at,
        )
    )  # fmt: skip
