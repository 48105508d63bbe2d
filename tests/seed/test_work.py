"""What the demonstration's people were taught, did, were found doing and were given: such as the product
itself would have written it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date

import pytest
from sqlalchemy import func, select

from db.models.duty import CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid, GridSize
from db.models.reward import (
    Accountability,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    SheetState,
)
from db.models.roster import Post, PostRole, RuleKind, StaffingRule
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from lib.access.work import system_reading
from lib.grids.coverage import standing
from lib.roster.checks.candidates import candidates
from lib.roster.checks.draw import drawn
from lib.roster.rewards.counting import count, facts_kept, items_kept
from lib.roster.rewards.gathering import gather
from lib.roster.rewards.rules import load
from lib.roster.rules.rules import rules_in_force
from seed.filling import fill
from seed.plan import Plan
from seed.progress import Progress
from tests.conftest import one_for_a_file

TODAY = date(2026, 6, 30)
PLAN = Plan(cases=300, seed=7, today=TODAY, practice=True)
OWN = (Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None))


@pytest.fixture(scope="module")
def city(request, tmp_path_factory):
    with one_for_a_file(request, "sqlite", tmp_path_factory.mktemp("roster")) as url:
        fill(url, PLAN, Progress())
        yield url


@pytest.fixture
def session(city):
    with system_reading() as session:
        yield session


def held_on(session, day):
    return session.scalars(select(Post).where(*OWN, standing(day)).order_by(Post.id)).all()


def test_training_reached_nearly_everybody_but_in_one_county(session):
    rounds = session.scalars(select(TrainingRound).order_by(TrainingRound.id)).all()
    assert [one.name for one in rounds][:2] == ["2025年下半年轮训", "2026年上半年轮训"]
    assert rounds[2].center_code == "620102"
    for one in rounds[:2]:
        passed = set(
            session.scalars(
                select(Attendance.person_id).where(
                    Attendance.round_id == one.id, Attendance.result == AttendanceResult.PASSED
                )
            )
        )
        due = defaultdict(set)
        for post in held_on(session, one.last_day):
            due[post.center_code[:6]].add(post.person_id)
        shares = {code: len(people & passed) / len(people) for code, people in due.items()}
        assert all(0.78 <= share <= 0.99 for share in shares.values())
        behind = shares.pop("620123")
        assert behind < 0.86 < 0.92 < min(shares.values())
    results = Counter(session.scalars(select(Attendance.result)).all())
    assert set(results) == set(AttendanceResult)
    held = session.execute(
        select(Attendance, TrainingSession).join(TrainingSession, TrainingSession.id == Attendance.session_id)
    )
    for attendance, training in held:
        assert (attendance.held_on, attendance.round_id) == (training.held_on, training.round_id)
        assert attendance.center_code.startswith(training.center_code)
        assert training.held_on <= TODAY
        assert (attendance.score is None) == (attendance.result not in ("passed", "failed"))


def test_duty_was_done_by_whoever_was_there(session):
    patrols = session.scalar(select(func.count(Patrol.id)))
    visits = session.scalar(select(func.count(Visit.id)))
    assert 40_000 < patrols < 60_000
    assert 25_000 < visits < 40_000
    for model in (Patrol, Visit):
        wrong = session.scalar(
            select(func.count(model.id))
            .outerjoin(
                Post,
                (Post.grid_id == model.grid_id)
                & (Post.person_id == model.person_id)
                & (Post.role == PostRole.FULL_TIME)
                & (Post.since <= model.day)
                & (Post.until.is_(None) | (Post.until >= model.day)),
            )
            .where(Post.id.is_(None))
        )
        assert wrong == 0
        assert session.scalar(select(func.max(model.day))) <= TODAY
    this_month = select(Patrol.grid_id).where(Patrol.day >= TODAY.replace(day=1))
    small = session.execute(
        select(func.substr(Grid.center_code, 1, 9), Grid.id.in_(this_month)).where(
            Grid.size == GridSize.SMALL
        )
    ).all()
    towns = {town for town, _there in small}
    lacking = {town for town, there in small if not there}
    assert 0 < len(lacking) / len(towns) < 0.25
    problems = session.scalars(select(Visit).where(Visit.problem != "")).all()
    assert 0.6 < sum(visit.solved_on is not None for visit in problems) / len(problems) < 0.95
    assert session.scalar(select(func.count(Visit.id)).where(Visit.household == "")) == 0


def test_spot_checks_can_be_drawn_again(session):
    checks = session.scalars(select(SpotCheck)).all()
    assert len(checks) == 60
    findings = Counter()
    for check in checks:
        could = candidates(session, check.center_code, check.day, [PostRole.FULL_TIME], on_leave=False)
        assert json.loads(check.drawn_from) == list(could)
        rows = session.scalars(
            select(CheckedPost).where(CheckedPost.spot_check_id == check.id).order_by(CheckedPost.place)
        ).all()
        assert tuple(row.post_id for row in rows) == drawn(check.seed, could, check.wanted)
        findings.update(row.finding for row in rows)
        assert check.day <= TODAY
    assert set(findings) == set(Finding)
    asked = session.scalars(select(CheckedPost).where(CheckedPost.follow_up != "")).all()
    assert 5 < sum(row.followed_up_at is None for row in asked) < len(asked) / 2


def test_sheets_count_what_the_product_counts(session):
    decided = session.scalars(select(AllowanceRule)).one()
    rule = load(decided.definition)
    assert "〔2026〕" in decided.source
    sheets = session.scalars(select(AllowanceSheet)).all()
    assert Counter(sheet.state for sheet in sheets) == {
        SheetState.APPROVED: 11,
        SheetState.SUBMITTED: 1,
        SheetState.DRAFT: 3,
    }
    for sheet in sheets:
        assert load(sheet.rule) == rule
        assert (sheet.month.month == 6) == (sheet.state is SheetState.DRAFT)
        assert sheet.approved_by != sheet.made_by
        lines = session.scalars(select(AllowanceLine).where(AllowanceLine.sheet_id == sheet.id)).all()
        people = gather(session, sheet.center_code, sheet.month, rule)
        assert {line.person_id: facts_kept(line.counted) for line in lines} == {
            one.person_id: one.facts for one in people
        }
        for line in lines:
            counted = count(facts_kept(line.counted), rule)
            assert (line.cents, line.points) == (counted.cents, counted.points)
            assert items_kept(line.counted) == counted.items


def test_praise_and_blame_name_people_of_the_place(session):
    for model in (Award, Accountability):
        rows = session.scalars(select(model)).all()
        assert rows
        for row in rows:
            held = session.scalars(
                select(Post.id).where(Post.person_id == row.person_id, Post.center_code == row.center_code)
            ).all()
            assert held
            assert row.day <= TODAY
    lifted = session.scalars(select(Accountability.lifted_at)).all()
    assert len([one for one in lifted if one]) == 1


def test_one_county_has_its_own_number_of_households(session):
    assert session.scalar(select(func.count(StaffingRule.id))) == 4
    kind = RuleKind.HOUSEHOLDS_PER_GRID
    own, city = (rules_in_force(session, code, TODAY)[kind] for code in ("620122", "620123"))
    assert (own.least, own.most, own.center_code) == (200, 400, "620122")
    assert (city.least, city.most, city.center_code) == (300, 500, "6201")
