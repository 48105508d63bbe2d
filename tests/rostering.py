"""The roster for the tests: in every center somebody with a post, a leave, training, a spot check, patrols,
visits, awards and a call to account; rules of every county, a sheet of every town in each state, and
change-sets that can be taken back. Every word carries the code of its center."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.duty import Campaign, CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid, GridSize
from db.models.register import ChangeSetKind
from db.models.reward import (
    Accountability,
    AccountabilityKind,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    AwardKind,
    SheetState,
)
from db.models.roster import Leave, LeaveKind, Person, Post, PostRole, RuleKind, StaffingRule
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.duty.batches.commands import record_many
from lib.roster.duty.records import Visited
from lib.roster.rewards.counting import Facts, kept
from lib.roster.rewards.rules import USUAL, dump
from tests import makers
from tests.makers import MOMENT, TODAY
from tests.registering import acting_as, unrecorded

SINCE = date(2026, 1, 5)
FIRST_MONTH = date(2026, 4, 1)
DAY = timedelta(days=1)


def plant_roster(url: str) -> None:
    """After `makers.plant`."""
    with makers.everything(url) as session, unrecorded(session):
        viewers = {
            (one.center_code, one.role): makers.viewer_of_account(one)
            for one in session.scalars(select(Account))
        }
        rounds: dict[str, int] = {}
        for code in makers.codes():
            if len(code) < 12:
                rounds[code] = _rules(session, code)
        for code in makers.codes():
            held = _person(session, code)
            nearest = rounds.get(code) or rounds[code[:9]]
            _trained_and_checked(session, code, nearest, held)
            _rewarded(session, code, held)
            if held.grid_id is not None:
                _on_duty(session, code, held)
            if len(code) == 9:
                _sheets(session, code)
        for code in makers.codes():
            if len(code) in (4, 6):
                _works_in_two(session, code)
            if len(code) == 9:
                _change_sets(session, viewers[code, Role.CENTER_DIRECTOR], code)


def add_village(session: ScopedSession, code: str) -> None:
    """Somebody in a village of a city that stands already, with all that is written about them."""
    held = _person(session, code)
    _trained_and_checked(session, code, _rules(session, code[:9]), held)
    _rewarded(session, code, held)
    _on_duty(session, code, held)
    _sheets(session, code[:9], code)


def _rules(session: ScopedSession, code: str) -> int:
    """What descends from this center; returns the key of its round of training."""
    made = TrainingRound(
        center_code=code, name=f"轮训{code}", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31),
        roles=PostRole.FULL_TIME.value, valid_months=12, note=f"备注{code}", made_by=f"某人{code}",
        made_at=MOMENT,
    )  # fmt: skip
    session.add(made)
    session.add(
        AllowanceRule(
            center_code=code, since=date(2026, 1, 1), definition=dump(USUAL), source=f"文{code}",
            decided_by=f"某人{code}", decided_at=MOMENT,
        )
    )  # fmt: skip
    session.add_all(
        StaffingRule(
            center_code=code, kind=kind, least=least, most=most, watched=True, refuses=False,
            since=date(2026, 1, 1), reason=f"文{code}", decided_by=f"某人{code}", decided_at=MOMENT,
        )
        for kind, least, most in ((RuleKind.GRIDS_PER_PERSON, 0, 2), (RuleKind.HOUSEHOLDS_PER_GRID, 2, 3))
    )  # fmt: skip
    session.flush()
    return made.id


def _person(session: ScopedSession, code: str) -> Post:
    """Somebody away now, with a post in the first small grid or, where there is none, for the center."""
    grid = session.scalars(
        select(Grid).where(Grid.center_code == code, Grid.size == GridSize.SMALL).order_by(Grid.code)
    ).first()
    person = makers.person(code, f"队员{code}", employer=f"单位{code}", born=date(1980, 3, 5))
    session.add(person)
    session.flush()
    role = PostRole.FULL_TIME if grid else PostRole.MEDIATOR
    held = makers.post(grid, person, role, SINCE)
    held.note = f"备注{code}"
    session.add_all(
        [
            held,
            Leave(
                person_id=person.id, center_code=code, kind=LeaveKind.SICK, since=TODAY - DAY,
                until=TODAY + DAY, note=f"病假{code}",
            ),
        ]
    )  # fmt: skip
    session.flush()
    return held


def _works_in_two(session: ScopedSession, code: str) -> None:
    """Who works full time under two centers is kept by the one above both, who alone may open their card."""
    grids = session.scalars(
        select(Grid).where(Grid.center_code.startswith(code), Grid.size == GridSize.SMALL).order_by(Grid.code)
    ).all()
    length = {4: 6, 6: 9}[len(code)]
    of_each = {grid.center_code[:length]: grid for grid in grids}
    person = makers.person(code, f"两处{code}", phone="13900000000", born=date(1990, 3, 5))
    session.add(person)
    session.flush()
    posts = [makers.post(grid, person, PostRole.FULL_TIME, SINCE) for grid in [*of_each.values()][:2]]
    # To those below, whose it is, the name says no code of the center above.
    for post in posts:
        post.name = f"两处{post.center_code}"
    session.add_all(posts)
    session.flush()


def _trained_and_checked(session: ScopedSession, code: str, round_id: int, held: Post) -> None:
    sitting = TrainingSession(
        round_id=round_id, center_code=code, subject=f"课{code}", held_on=TODAY - 9 * DAY, minutes=90,
        place=f"会议室{code}", trainer=f"讲师{code}", made_by=f"某人{code}", made_at=MOMENT,
    )  # fmt: skip
    # The numbers of all posts that could be drawn; here all of one person's center.
    drawn_from = sorted(session.scalars(select(Post.id).where(Post.center_code == code)))
    check = SpotCheck(
        center_code=code, day=TODAY - DAY, seed=f"种子{code}", wanted=1, roles=held.role.value,
        drawn_from=json.dumps(drawn_from), drawn_by=f"某人{code}", drawn_at=MOMENT,
    )  # fmt: skip
    session.add_all([sitting, check])
    session.flush()
    session.add_all(
        [
            Attendance(
                session_id=sitting.id, person_id=held.person_id, center_code=code, round_id=round_id,
                held_on=sitting.held_on, result=AttendanceResult.PASSED, score=90,
                recorded_by=f"某人{code}", recorded_at=MOMENT,
            ),
            CheckedPost(
                spot_check_id=check.id, post_id=held.id, person_id=held.person_id, center_code=code, place=1,
                finding=Finding.OFF_DUTY, note=f"未在岗{code}", checked_by=f"某人{code}", checked_at=MOMENT,
                follow_up=f"督促{code}", follow_up_due=TODAY,
            ),
        ]
    )  # fmt: skip


def _rewarded(session: ScopedSession, code: str, held: Post) -> None:
    session.add_all(
        [
            Award(
                person_id=held.person_id, center_code=code, day=TODAY - DAY, kind=AwardKind.POINTS, points=5,
                cents=0, reason=f"好{code}", given_by=f"某人{code}", given_at=MOMENT,
            ),
            Accountability(
                person_id=held.person_id, center_code=code, day=TODAY - DAY, kind=AccountabilityKind.TALK,
                facts=f"脱岗{code}", decision=f"约谈{code}", recorded_by=f"某人{code}", recorded_at=MOMENT,
            ),
        ]
    )  # fmt: skip


def _on_duty(session: ScopedSession, code: str, held: Post) -> None:
    session.add(
        Patrol(
            grid_id=held.grid_id, person_id=held.person_id, center_code=code, day=TODAY, minutes=30,
            problems=1, note=f"巡查{code}", recorded_by=f"某人{code}", recorded_at=MOMENT,
        )
    )  # fmt: skip
    session.add(
        Visit(
            grid_id=held.grid_id, person_id=held.person_id, center_code=code, day=TODAY - DAY,
            household=f"户{code}", campaign=Campaign.PAIRED, problem=f"漏水{code}",
            recorded_by=f"某人{code}", recorded_at=MOMENT,
        )
    )  # fmt: skip


def _sheets(session: ScopedSession, code: str, of: str = "") -> None:
    """One month in each state; the person of the town, or of one of its villages, is on every one."""
    person = session.scalars(select(Person).where(Person.name == f"队员{of or code}")).one()
    for month, state in enumerate(SheetState, FIRST_MONTH.month):
        approved = state is SheetState.APPROVED
        submitted = f"某人{code}" if state is not SheetState.DRAFT else None
        sheet = AllowanceSheet(
            center_code=code, month=date(2026, month, 1), state=state, rule=dump(USUAL), note=f"文{code}",
            made_by=f"某人{code}", made_at=MOMENT, submitted_by=submitted,
            submitted_at=MOMENT if submitted else None, approved_by=f"某人{code}" if approved else None,
            approved_at=MOMENT if approved else None,
        )  # fmt: skip
        session.add(sheet)
        session.flush()
        session.add(
            AllowanceLine(
                sheet_id=sheet.id, person_id=person.id, center_code=code, name=person.name,
                counted=kept(Facts(30), ()), points=month, cents=100 * month,
            )
        )  # fmt: skip


def _change_sets(session: ScopedSession, director: Viewer, code: str) -> None:
    """Somebody who joins in the town's first village, and a household that was visited there."""
    grid = session.scalars(
        select(Grid).where(Grid.center_code == f"{code}001", Grid.size == GridSize.SMALL).order_by(Grid.code)
    ).first()
    assert grid is not None
    person = session.scalars(select(Post.person_id).where(Post.grid_id == grid.id, Post.since == SINCE)).one()
    typed = {"name": f"新人{code}", "role": "其他力量", "grid": grid.code, "since": "2026-06-01"}
    with acting_as(session, director):
        save_lines(session, ChangeSetKind.IMPORT, f"花名册{code}.xlsx", [LineChange(None, typed)])
        record_many(session, f"走访{code}.xlsx", [Visited(grid.id, person, TODAY, f"户表{code}", row=1)])
