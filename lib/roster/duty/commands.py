"""What people do with patrols and visits: write them down, correct what they wrote, solve what was found."""

from __future__ import annotations

from datetime import date

from db.models.duty import Campaign, Patrol, Visit
from db.models.roster import Person, RosterAction
from db.scope import ScopedSession
from db.session import take_lock
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.errors import Conflict, NotAllowed, NotFound, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.duty.ground import Ground
from lib.roster.duty.judging import no_grid, problems_of, twins, wrong_solved
from lib.roster.duty.records import Patrolled, Recorded, Visited, tidied
from lib.roster.duty.writing import SUBJECT, noted, refuse, row_of, said_of
from lib.roster.history import History


@command(Permission.RECORD_DUTY)
def record_patrol(
    session: ScopedSession,
    grid_id: int,
    person_id: int,
    day: date,
    minutes: int | None = None,
    problems: int = 0,
    note: str = "",
) -> int:
    """A patrol by somebody who holds or covers a post in the grid on that day; returns its key. Raises
    NotFound, BadInput."""
    return _record(session, Patrolled(grid_id, person_id, day, minutes, problems, note), "patrol recorded")


@command(Permission.RECORD_DUTY)
def record_visit(
    session: ScopedSession,
    grid_id: int,
    person_id: int,
    day: date,
    household: str,
    campaign: Campaign = Campaign.DAILY,
    problem: str = "",
    solved_on: date | None = None,
) -> int:
    """A visit by somebody who holds or covers a post in the grid on that day; returns its key. The same
    person visits a household once a day. Raises NotFound, BadInput."""
    said = Visited(grid_id, person_id, day, household, campaign, problem, solved_on)
    return _record(session, said, "visit recorded")


def _record(session: ScopedSession, said: Recorded, event: str) -> int:
    one, ground = tidied(said), Ground(session)
    place = ground.place(one.grid_id)
    if place is None:
        raise NotFound(no_grid())
    if not ground.holds(place, one.person_id, one.day) and session.get(Person, one.person_id) is None:
        raise NotFound(_("找不到这名人员，或不在您的范围内。"))
    take_lock(session, SUBJECT)
    refuse([*problems_of(one, ground, deployment.today_of(session)), *twins(session, [one]).values()])
    row = row_of(viewer_of(session), one, place.center_code, deployment.moment_of(session))
    history = History(session, RosterAction.RECORDED, one.day)
    history.add(row)
    history.write()
    noted(session, event, row, after=said_of(row))
    return row.id


@command(Permission.RECORD_DUTY)
def correct_patrol(
    session: ScopedSession,
    patrol_id: int,
    seen: int,
    day: date,
    minutes: int | None,
    problems: int,
    note: str,
) -> int:
    """What was written down wrongly, by whoever wrote it or who checks duty; returns what the next change
    must have seen. Raises NotFound, NotAllowed, BadInput, Conflict."""
    row = _patrol(session, patrol_id, seen)
    said = Patrolled(row.grid_id, row.person_id or 0, day, minutes, problems, _unmasked(note, row.note))
    return _correct(session, row, said, "patrol corrected")


@command(Permission.RECORD_DUTY)
def correct_visit(
    session: ScopedSession,
    visit_id: int,
    seen: int,
    day: date,
    household: str,
    campaign: Campaign,
    problem: str,
    solved_on: date | None,
) -> int:
    """As `correct_patrol`."""
    row = _visit(session, visit_id, seen)
    problem = _unmasked(problem, row.problem)
    said = Visited(row.grid_id, row.person_id or 0, day, household, campaign, problem, solved_on)
    return _correct(session, row, said, "visit corrected")


def _unmasked(said: str, before: str) -> str:
    """What is still written as it was shown stays as it was."""
    return before if said == masked_text(before) else said


def _correct(session: ScopedSession, row: Patrol | Visit, said: Recorded, event: str) -> int:
    _must_be_theirs(session, row)
    one = tidied(said)
    take_lock(session, SUBJECT)
    problems = problems_of(one, Ground(session), deployment.today_of(session))
    if one.day == row.day:  # it was asked when it was written; posts are corrected too
        problems = [problem for problem in problems if problem.field != "person"]
    refuse([*problems, *twins(session, [one], {row.id}).values()])
    before, history = said_of(row), History(session, RosterAction.CORRECTED, one.day)
    values: dict[str, object] = {"day": one.day}
    if isinstance(one, Patrolled):
        values |= {"minutes": one.minutes, "problems": one.problems, "note": one.note}
    else:
        values |= {
            "household": one.household,
            "campaign": one.campaign,
            "problem": one.problem,
            "solved_on": one.solved_on,
        }
    if history.change(row, **values):
        history.write()
        noted(session, event, row, before=before, after=said_of(row))
    return row.version


@command(Permission.RECORD_DUTY)
def remove_patrol(session: ScopedSession, patrol_id: int, seen: int) -> None:
    """Takes back one that never was, by whoever wrote it or who checks duty. Raises NotFound, NotAllowed,
    Conflict."""
    _remove(session, _patrol(session, patrol_id, seen), "patrol removed")


@command(Permission.RECORD_DUTY)
def remove_visit(session: ScopedSession, visit_id: int, seen: int) -> None:
    """As `remove_patrol`."""
    _remove(session, _visit(session, visit_id, seen), "visit removed")


def _remove(session: ScopedSession, row: Patrol | Visit, event: str) -> None:
    _must_be_theirs(session, row)
    noted(session, event, row, before=said_of(row))
    history = History(session, RosterAction.CORRECTED, row.day)
    history.remove(row)
    history.write()


@command(Permission.RECORD_DUTY)
def solve_problem(session: ScopedSession, visit_id: int, seen: int, day: date) -> int:
    """What a visit found is solved on a day; returns what the next change must have seen. Raises NotFound,
    BadInput, Conflict."""
    row = _visit(session, visit_id, seen)
    why = wrong_solved(row, day, deployment.today_of(session))
    if row.solved_on is not None:
        why = _("这个问题已在{day}解决，不用再登记。").format(day=row.solved_on)
    if why:
        refuse([Problem("solved_on", why, value=f"{day}")])
    before, history = said_of(row), History(session, RosterAction.RECORDED, day)
    history.change(row, solved_on=day)
    history.write()
    noted(session, "problem solved", row, before=before, after=said_of(row))
    return row.version


def _patrol(session: ScopedSession, patrol_id: int, seen: int) -> Patrol:
    row = session.get(Patrol, patrol_id)
    if row is None:
        raise NotFound(_("找不到这条登记，或它不在您的范围内。"))
    _must_be_as_seen(row, seen)
    return row


def _visit(session: ScopedSession, visit_id: int, seen: int) -> Visit:
    row = session.get(Visit, visit_id)
    if row is None:
        raise NotFound(_("找不到这条登记，或它不在您的范围内。"))
    _must_be_as_seen(row, seen)
    return row


def _must_be_as_seen(row: Patrol | Visit, seen: int) -> None:
    if row.version != seen:
        raise Conflict(_("这条登记刚被别人改过或核销。请刷新页面，核对后再改。"))


def _must_be_theirs(session: ScopedSession, row: Patrol | Visit) -> None:
    viewer = viewer_of(session)
    own = row.recorded_by_id is not None and row.recorded_by_id == viewer.account_id
    if not own and not viewer.may(Permission.CHECK_DUTY):
        raise NotAllowed(_("由登记的人，或负责履职抽查的人更正。"))
