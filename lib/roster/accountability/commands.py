"""Writes down that somebody was called to account, and lifts it. Few may know of it: the audit chain says who
did something here and when, and neither about whom nor what."""

from __future__ import annotations

from datetime import date

from db.models.reward import Accountability, AccountabilityKind
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotFound, Problem, WrongState
from lib.i18n import _
from lib.roster.posted import post_on
from lib.typed import as_typed

LONGEST_FACTS, LONGEST_DECISION, LONGEST_REASON = 1000, 500, 500
EARLIEST = date(2000, 1, 1)


@command(Permission.READ_ACCOUNTABILITY)
def call_to_account(
    session: ScopedSession,
    person_id: int,
    day: date,
    sanction: AccountabilityKind,
    found: str,
    decision: str,
) -> int:
    """At the center where the person worked on the day; returns its key. Raises NotFound, BadInput."""
    post = post_on(session, person_id, day)
    what, decided = as_typed(found, LONGEST_FACTS), as_typed(decision, LONGEST_DECISION)
    problems = []
    if not what:
        problems.append(Problem("found", _("请填写事实。")))
    if not decided:
        problems.append(Problem("decision", _("请填写处理决定和依据。")))
    if not EARLIEST <= day <= deployment.today_of(session):
        problems.append(Problem("day", _("日期不能晚于今天。")))
    if problems:
        raise BadInput(_("没有登记，请先改正下面的内容。"), tuple(problems))
    viewer = viewer_of(session)
    row = Accountability(
        person_id=person_id, center_code=post.center_code, day=day, kind=sanction, facts=what,
        decision=decided, recorded_by_id=viewer.account_id, recorded_by=viewer.name,
        recorded_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, viewer, "restricted record", f"restricted {row.id}")
    return row.id


@command(Permission.READ_ACCOUNTABILITY)
def lift_accountability(session: ScopedSession, accountability_id: int, reason: str) -> None:
    """It stays, with why it was lifted. Raises NotFound, WrongState, BadInput."""
    row = session.get(Accountability, accountability_id)
    if row is None:
        raise NotFound(_("找不到这条记录，或它不在您的范围内。"))
    if row.lifted_at is not None:
        raise WrongState(_("这条记录已经解除。"))
    why = as_typed(reason, LONGEST_REASON)
    if not why:
        sentence = _("请填写解除理由。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    viewer = viewer_of(session)
    row.lifted_because, row.lifted_by, row.lifted_at = why, viewer.name, deployment.moment_of(session)
    session.flush()
    record(session, viewer, "restricted record", f"restricted {row.id}")
