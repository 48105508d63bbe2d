"""What a person sees hangs on nothing that lies outside of their scope.

Two databases that differ there alone give the same bytes for every declared question: no count, no
rank, no choice in a list and no kept answer tells of the difference. The second database is the first
one with random changes, which are taken back afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, select, update

from db.base import GivenToDepartment
from db.engine import for_writing, open_engine
from db.models.account import Account, AccountArea, AccountState, AreaRelation, Role, SignInSession
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentScheme,
    AssessmentState,
    HandScore,
    Objection,
    ObjectionState,
    PublishedRanking,
    SchemeVersion,
)
from db.models.audit import AuditEntry
from db.models.boundary import CenterBoundary
from db.models.case import Case, CaseCategory
from db.models.center import Center, CodeChange
from db.models.department import Department
from db.models.deployment import Deployment
from db.models.duty import Campaign, CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid, GridColor, GridSetting
from db.models.publication import GateException, GateRule, Publication, PublishedItem
from db.models.register import (
    Attachment,
    ChangeSet,
    Entry,
    EntryChange,
    EntryValue,
    Register,
    RegisterDesign,
    RegisterMetric,
)
from db.models.reward import (
    Accountability,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    AwardKind,
    SheetState,
)
from db.models.roster import Leave, Person, Post, PostRole, RosterChange, StaffingRule
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.models.view import SavedView
from db.scope import EVERYTHING, Scope, ScopedSession
from lib import clock
from lib.access.guard import DECLARED
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.cases import kept
from lib.metrics.answering import REPLICA
from lib.registers.design import loaded, written
from lib.replica import keeping
from lib.schemes.scheme import canonical
from tests import assessing, makers, registering, rostering, scheduling
from tests.lib import asking
from tests.makers import CITY, COUNTY, MOMENT, TOWN, VILLAGE

EXCEPTIONS = {
    # Whoever may check the chain checks all of it: a part of a chain proves nothing.
    "lib.audit.queries.check_chain",
    # Anybody may have a sealed month counted again from all of its inputs; only whether the fingerprint
    # is the same is told, and no place.
    "lib.assessment.queries.recompute",
}
# A ranking tells the places of others on purpose. They descend as one row of the center that assesses,
# written when the places are shown; the rows of the units themselves change no answer even there.
PUBLISHED = "lib.assessment.queries.ranking"
VIEWERS = [
    *((COUNTY, role) for role in Role),
    *((TOWN, role) for role in (Role.CENTER_DIRECTOR, Role.SECURITY_AUDITOR, Role.DEPARTMENT_HANDLER)),
    *((place, Role.LEADER) for place in ("739999", "739901999")),
    (VILLAGE, Role.DUTY_OFFICER),
]


class Outside:
    """Changes rows that none of the viewer's scopes covers, and nothing else."""

    def __init__(self, session: ScopedSession, viewer: Viewer, chance: random.Random) -> None:
        self.session, self.viewer, self.chance = session, viewer, chance
        centers = [code for code in makers.codes() if not viewer.scope.covers(code)]
        self.centers = centers
        # The centers above are seen by name and their rules hold here: they stay as they are.
        self.apart = [code for code in centers if code not in viewer.scope.above()]

    def change(self) -> None:
        moves: list[Callable[[], None]] = [
            self.add_cases, self.change_cases, self.delete_cases, self.add_grids, self.change_grids,
            self.staff, self.more_staff, self.add_people, self.change_people, self.name_centers,
            self.end_centers,
            self.add_center, self.departments, self.history, self.add_areas, self.sign_ins, self.codes,
            self.outlines, self.views, self.places, self.words_on_places, self.schemes, self.months,
            self.registers, self.entries, self.add_entries, self.figures, self.editions, self.papers,
            self.gate, self.leaves, self.training, self.checks, self.duty, self.rewards, self.sheets,
            self.rules_of_people,
        ]  # fmt: skip
        for move in self.chance.sample(moves, self.chance.randint(1, 6)):
            move()
        self.session.flush()

    def outside(self, model: Any) -> Any:
        """Rows outside; of a department's cases also those of its own place that others were given."""
        theirs = model.center_code.in_(self.centers)
        if issubclass(model, GivenToDepartment) and self.viewer.department_id is not None:
            theirs |= model.department_id.is_distinct_from(self.viewer.department_id)
        return theirs

    def some(self, model: Any, most: int = 8) -> list[Any]:
        found = self.session.scalars(select(model).where(self.outside(model))).all()
        return self.chance.sample(list(found), min(len(found), most))

    def place(self) -> str:
        return self.chance.choice(self.centers)

    def add_cases(self) -> None:
        category = select(CaseCategory.code).limit(1)
        code = self.session.scalars(category).one()
        grids = self.session.scalars(select(Grid.id)).all()
        for _n in range(self.chance.randint(1, 9)):
            # Facts from outside may name a grid of another place; the case still happened there.
            one = makers.random_case(self.chance, self.place(), code, grid_id=self.chance.choice(grids))
            one.changed_at = MOMENT + timedelta(seconds=self.chance.randrange(9))
            self.session.add(one)

    def change_cases(self) -> None:
        every = self.session.scalars(select(Case.id)).all()
        for one in self.some(Case):
            one.repeat_of_id = self.chance.choice([None, *every])
            one.title = f"改{self.chance.random()}"
            one.suspended = not one.suspended
            one.due_at = MOMENT + timedelta(hours=self.chance.randrange(-900, 900))
            one.reported_at -= timedelta(days=self.chance.randrange(40))

    def delete_cases(self) -> None:
        # What one of the viewer's own cases repeats stays: that it repeats something is its own fact.
        stay = set(self.session.scalars(select(Case.repeat_of_id).where(~self.outside(Case))))
        doomed = [one.id for one in self.some(Case, 30) if one.id not in stay]
        self.session.execute(update(Case).where(Case.repeat_of_id.in_(doomed)).values(repeat_of_id=None))
        self.session.execute(delete(Case).where(Case.id.in_(doomed)))

    def add_grids(self) -> None:
        villages = [code for code in self.centers if len(code) == 12]
        for serial in range(50, 50 + self.chance.randint(1, 5)):
            color = self.chance.choice(list(GridColor))
            setting = self.chance.choice(list(GridSetting))
            self.session.add(makers.grid(self.chance.choice(villages), serial, setting=setting, color=color))
        self.session.flush()

    def change_grids(self) -> None:
        for one in self.some(Grid):
            one.name, one.households = f"改{self.chance.random()}", self.chance.randrange(9999)
            one.color, one.color_reason = GridColor.RED, "改"

    def staff(self) -> None:
        for held in self.some(Post, 20):
            # What was written about a post keeps it.
            kind = self.chance.randrange(3 if self.is_named(held) else 4)
            if kind == 0:
                held.name = f"改{self.chance.random()}"
            elif kind == 1:
                held.role = self.chance.choice(list(PostRole))
            elif kind == 2:
                held.since, held.until = makers.TODAY - timedelta(days=9), makers.TODAY - timedelta(days=1)
            else:
                self.session.delete(held)
        # Among them those who hold a post in the viewer's own village and are kept by their town.
        for one in self.some(Person, 60):
            one.name, one.phone, one.background = f"改{self.chance.random()}", None, None

    def is_named(self, held: Post) -> bool:
        named = exists(select(CheckedPost.id).where(CheckedPost.post_id == held.id))
        return bool(self.session.scalar(select(named)))

    def more_staff(self) -> None:
        """Facts from outside may name a grid or a person of another place."""
        grids = self.session.scalars(select(Grid.id)).all()
        people = self.session.scalars(select(Person.id)).all()
        for _n in range(self.chance.randint(1, 6)):
            self.session.add(
                Post(
                    person_id=self.chance.choice(people), grid_id=self.chance.choice(grids),
                    center_code=self.place(), role=self.chance.choice(list(PostRole)),
                    name=f"新{self.chance.random()}", since=makers.TODAY,
                )
            )  # fmt: skip
        self.session.add(makers.person(self.place(), f"新{self.chance.random()}"))

    def add_people(self) -> None:
        for number in range(self.chance.randint(1, 6)):
            self.session.add(makers.account(Role.LEADER, self.place(), username=f"more.{number}"))
        self.session.flush()

    def change_people(self) -> None:
        for one in self.some(Account):
            one.display_name, one.state = f"改{self.chance.random()}", AccountState.DISABLED
            one.last_sign_in_at = MOMENT

    def name_centers(self) -> None:
        for code in self.chance.sample(self.apart, 5):
            one = self.session.get_one(Center, code)
            one.name, one.initials, one.phone = f"改{self.chance.random()}", "zx", "1"

    def end_centers(self) -> None:
        for code in self.chance.sample(self.apart, 3):
            one = self.session.get_one(Center, code)
            one.ended_on, one.successor_code = makers.TODAY, self.chance.choice(self.apart)

    def add_center(self) -> None:
        parent = self.chance.choice([code for code in self.apart if 4 < len(code) < 12])
        self.session.add(makers.center(parent + "555"))

    def departments(self) -> None:
        for code in self.chance.sample(self.apart, 3):
            self.session.add(makers.department(code, f"kind {self.chance.random()}"))
        self.session.execute(
            update(Department).where(Department.center_code.in_(self.apart)).values(name="改", name_en="改")
        )

    def history(self) -> None:
        last = self.session.scalar(select(func.max(AuditEntry.seq))) or 0
        # Numbers of the chain run through all places; those of one's own rows do not change.
        for number in range(1, self.chance.randint(2, 5)):
            self.session.add(makers.audit_entry(last + number, self.place(), "refused"))

    def add_areas(self) -> None:
        for one in self.some(Account, 3):
            place = self.chance.choice([code for code in self.apart if len(code) == 6])
            taken = select(AccountArea).where(
                AccountArea.account_id == one.id, AccountArea.center_code == place
            )
            if self.session.scalars(taken).first() is None:
                self.session.add(makers.area(one.id, place, AreaRelation.ASSIGNED))
        for one in self.some(AccountArea, 5):
            one.reason = f"改{self.chance.random()}"

    def sign_ins(self) -> None:
        for one in self.some(Account):
            self.session.execute(
                update(SignInSession).where(SignInSession.account_id == one.id).values(ended_at=MOMENT)
            )

    def codes(self) -> None:
        for one in self.some(CodeChange):
            one.old_name = "改"

    def views(self) -> None:
        for one in self.some(SavedView):
            one.name, one.shared, one.page = f"改{self.chance.random()}", True, "analysis"
        owner = self.chance.choice(self.some(Account, 1) or [None])
        if owner is not None:
            self.session.add(makers.saved_view(owner, f"新{self.chance.random()}", shared=True))

    def places(self) -> None:
        for one in self.some(AssessedUnit, 20):
            if self.chance.random() < 0.8:
                one.name, one.inputs, one.neighbors = f"改{self.chance.random()}", "{}", "[]"
                one.total, one.rank = (None, None) if one.total is not None else (self.chance.randrange(9), 1)
                one.among, one.bracket, one.grade = self.chance.randrange(99), 9, "改"
            else:
                self.session.delete(one)

    def words_on_places(self) -> None:
        for one in self.some(HandScore):
            one.value, one.evidence = f"{self.chance.randrange(20)}", "改"
        for said in self.some(Objection):
            said.state, said.reply, said.value = ObjectionState.UPHELD, "改", "1"
            said.replied_by, said.replied_at = "改", MOMENT

    def schemes(self) -> None:
        apart = SchemeVersion.center_code.in_(self.apart)
        changed = assessing.scheme(name=f"改{self.chance.random()}", object="village")
        self.session.execute(
            update(SchemeVersion).where(apart).values(definition=canonical(changed), reason="改")
        )
        more = AssessmentScheme(
            center_code=self.chance.choice(self.apart), name=changed.name, created_at=MOMENT
        )
        self.session.add(more)
        self.session.execute(
            update(AssessmentScheme)
            .where(AssessmentScheme.center_code.in_(self.apart))
            .values(name=AssessmentScheme.name + f"{self.chance.random()}")
        )

    def months(self) -> None:
        apart = Assessment.center_code.in_(self.apart)
        self.session.execute(
            update(Assessment).where(apart).values(moment=MOMENT - timedelta(days=9), computed_by="改")
        )
        gone = PublishedRanking.center_code.in_(self.apart)
        self.session.execute(delete(PublishedRanking).where(gone))

    def registers(self) -> None:
        """What they are called and how they are designed."""
        apart = Register.center_code.in_(self.apart)
        self.session.execute(
            update(Register)
            .where(apart)
            .values(name=Register.name + f"{self.chance.random()}", closed_at=MOMENT, template="")
        )
        for one in self.session.scalars(
            select(RegisterDesign).where(RegisterDesign.center_code.in_(self.apart))
        ):
            found = loaded(one.definition)
            fields = tuple(replace(each, label=f"{each.label}改") for each in found.fields)
            changed = replace(found, name=f"改{self.chance.random()}", fields=fields, read_by=("city",))
            one.definition, one.made_by = written(changed), "改"

    def entries(self) -> None:
        for one in self.some(Entry, 20):
            one.title, one.content = f"改{self.chance.random()}", f'{{"f1":"改{self.chance.random()}"}}'
            one.state = self.chance.choice(["draft", "waiting", "done"])
            one.changed_at, one.removed_at = MOMENT, self.chance.choice([None, MOMENT])
        for held in self.some(EntryValue, 30):
            if held.words is not None:
                held.words = self.chance.choice(["2026-07-01", "a", "13800008000", "意见"])
            else:
                held.number = self.chance.randrange(99) * 10_000
        for done in self.some(EntryChange, 20):
            done.words, done.done_by, done.after = "改", "改", '{"f1":"改"}'

    def add_entries(self) -> None:
        """Also into registers that the viewer writes into."""
        for key in self.session.scalars(select(Register.id).where(Register.design_number > 0)).all():
            made = Entry(
                register_id=key, center_code=self.place(), serial=900 + self.chance.randrange(10**6),
                design_number=1, state=self.chance.choice(["draft", "waiting"]), content='{"f1":"新"}',
                title="新", made_by="改", made_at=MOMENT, moved_at=MOMENT, changed_at=MOMENT,
            )  # fmt: skip
            self.session.add(made)
            self.session.flush()
            self.session.add(
                EntryValue(
                    entry_id=made.id, field=1, position=0, register_id=key, center_code=made.center_code,
                    words="新",
                )
            )  # fmt: skip

    def figures(self) -> None:
        self.session.execute(
            update(RegisterMetric)
            .where(RegisterMetric.center_code.in_(self.apart))
            .values(name="改", made_by="改", retired_at=self.chance.choice([None, MOMENT]))
        )

    def editions(self) -> None:
        self.session.execute(
            update(Publication)
            .where(Publication.center_code.in_(self.apart))
            .values(words="改", changes="[]", proposed_by="改")
        )
        self.session.execute(
            update(PublishedItem)
            .where(PublishedItem.center_code.in_(self.apart))
            .values(title="改", content='{"f1":"改"}', published_by="改")
        )

    def papers(self) -> None:
        for one in self.some(ChangeSet, 9):
            one.source, one.made, one.done_by = "改", 99, "改"
        for file in self.some(Attachment, 9):
            file.name, file.size, file.content = f"改{self.chance.random()}.png", 1, b"x"

    def gate(self) -> None:
        self.session.execute(
            update(GateRule)
            .where(GateRule.center_code.in_(self.apart))
            .values(allows_exceptions=False, changed_by="改")
        )
        for one in self.some(GateException, 9):
            one.matter, one.allowed_by = f"改{self.chance.random()}", "改"

    def leaves(self) -> None:
        for one in self.some(Leave, 20):
            one.until, one.note = makers.TODAY - timedelta(days=1), f"改{self.chance.random()}"
        for done in self.some(RosterChange, 20):
            done.before, done.after, done.done_by = '{"name":"改"}', '{"name":"又改"}', "改"

    def training(self) -> None:
        for one in self.some(Attendance, 20):
            one.result, one.score = self.chance.choice(
                [(AttendanceResult.ABSENT, None), (AttendanceResult.FAILED, 1)]
            )
            one.held_on = makers.TODAY - timedelta(days=self.chance.randrange(900))
        for held in self.some(TrainingSession, 9):
            held.subject, held.held_on, held.trainer = f"改{self.chance.random()}", makers.TODAY, "改"
        self.session.execute(
            update(TrainingRound)
            .where(TrainingRound.center_code.in_(self.apart))
            .values(roles=PostRole.MEDIATOR.value, last_day=makers.TODAY, note="改")
        )

    def checks(self) -> None:
        for one in self.some(CheckedPost, 20):
            one.finding, one.note = self.chance.choice([Finding.ON_DUTY, Finding.UNREACHABLE]), "改"
            one.followed_up, one.followed_up_by, one.followed_up_at = "改", "改", MOMENT
        for check in self.some(SpotCheck, 9):
            check.seed, check.drawn_from, check.day = f"改{self.chance.random()}", "[]", makers.TODAY

    def duty(self) -> None:
        """Facts from outside may name a grid or a person of another place."""
        grids = self.session.scalars(select(Grid.id)).all()
        people = self.session.scalars(select(Person.id)).all()
        for one in self.some(Patrol, 20):
            one.problems, one.note, one.day = self.chance.randrange(9), "改", makers.TODAY - timedelta(days=9)
        for seen in self.some(Visit, 20):
            seen.household, seen.problem = f"改{self.chance.random()}", self.chance.choice(["", "改"])
        for _n in range(self.chance.randint(1, 4)):
            named = {"grid_id": self.chance.choice(grids), "person_id": self.chance.choice(people)}
            told = {"center_code": self.place(), "recorded_by": "改", "recorded_at": MOMENT}
            self.session.add(Patrol(day=makers.TODAY, minutes=1, problems=0, **named, **told))
            self.session.add(
                Visit(day=makers.TODAY, household=f"新{self.chance.random()}", campaign=Campaign.DAILY,
                      **named, **told)
            )  # fmt: skip

    def rewards(self) -> None:
        people = self.session.scalars(select(Person.id)).all()
        for one in self.some(Award, 20):
            one.points, one.cents, one.reason = self.chance.randrange(99), 1, "改"
        for called in self.some(Accountability, 20):
            called.facts, called.lifted_because, called.lifted_at = "改", "改", MOMENT
        self.session.add(
            Award(
                person_id=self.chance.choice(people), center_code=self.place(), day=makers.TODAY,
                kind=AwardKind.POINTS, points=99, cents=0, reason="改", given_by="改", given_at=MOMENT,
            )
        )  # fmt: skip

    def sheets(self) -> None:
        for one in self.some(AllowanceLine, 20):
            one.points, one.cents, one.name = self.chance.randrange(999), self.chance.randrange(999), "改"
        for sheet in self.some(AllowanceSheet, 9):
            sheet.state, sheet.approved_by, sheet.approved_at = SheetState.APPROVED, "改", MOMENT
            sheet.note = f"改{self.chance.random()}"

    def rules_of_people(self) -> None:
        apart = StaffingRule.center_code.in_(self.apart)
        self.session.execute(update(StaffingRule).where(apart).values(least=0, most=99, decided_by="改"))
        theirs = AllowanceRule.center_code.in_(self.apart)
        self.session.execute(update(AllowanceRule).where(theirs).values(definition="{}", decided_by="改"))

    def outlines(self) -> None:
        for one in self.some(CenterBoundary):
            if self.chance.random() < 0.5:
                one.geometry = makers.boundary(one.center_code, self.chance.randrange(90, 99)).geometry
            else:
                self.session.delete(one)


@contextmanager
def taken_back(session: ScopedSession) -> Iterator[None]:
    step = session.begin_nested()
    try:
        yield
    finally:
        session.info.update(scope=EVERYTHING)
        step.rollback()
        session.expunge_all()


def answers(
    session: ScopedSession, viewer: Viewer, objects: asking.Objects, seed: int, about: str = "", most: int = 8
) -> dict[str, str]:
    """Some of the questions that the viewer may ask, about places inside and outside."""
    chance = random.Random(seed)
    own = [code for code in makers.codes() if viewer.scope.covers(code)]
    session.expunge_all()
    asking.look_with(session, viewer)
    session.info.pop(kept.VERSION, None)
    if seed % 2:
        kept._kept.clear()  # what was kept must not tell, and must not hide what would tell
    found = {}
    questions = [
        (name, one)
        for name, one in asking.declared().items()
        if name.startswith(about) and not one.changes and name not in EXCEPTIONS
        if one.permission in GRANTS[viewer.role]
    ]
    for name, one in chance.sample(questions, min(most, len(questions))):
        for time in range(3):
            centers = own if time < 2 else list(objects.accounts)
            asked = asking.arguments_for(one.function, objects, centers, chance)
            found[f"{name} {asked.arguments}"] = asking.answer(one.function, session, asked)
    return found


def compare(database: str, pairs: int, seed: int, about: str = "") -> int:
    """How many answers were held against each other; `about` is how the names of the questions begin."""
    makers.plant(database)
    makers.plant_repeats(database)
    assessing.plant_assessments(database)
    scheduling.plant_rounds(database)
    registering.plant_registers(database)
    rostering.plant_roster(database)
    clock.set_source(lambda: MOMENT)
    compared = 0
    with ScopedSession(
        for_writing(open_engine(database)), info={"scope": EVERYTHING}, expire_on_commit=False
    ) as session:
        objects = asking.objects_of(session)
        official = objects.viewers[TOWN, Role.LEADER]
        viewers = [objects.viewers[key] for key in VIEWERS]
        viewers.append(
            replace(official, scope=Scope.of([TOWN, "739999002"]))
        )  # with an area beside their own
        for number in range(pairs):
            chance = random.Random(seed + number)
            viewer = chance.choice(viewers)
            with taken_back(session):
                first = answers(session, viewer, objects, number, about)
                session.info.update(scope=EVERYTHING)
                session.expunge_all()
                Outside(session, viewer, chance).change()
                second = answers(session, viewer, objects, number, about)
            for question, answer in first.items():
                assert second[question] == answer, (viewer.role, viewer.scope, question)
            compared += len(first)
    return compared


def test_what_lies_outside_changes_no_answer(database):
    pairs = 50 if database.startswith("sqlite") else 12
    assert compare(database, pairs, seed=1) > pairs * 10


def test_what_lies_outside_changes_no_answer_about_people(sqlite_database):
    assert compare(sqlite_database, 40, seed=7_000, about="lib.roster.") > 300


@pytest.mark.slow
def test_what_lies_outside_changes_no_answer_at_length(sqlite_database):
    assert compare(sqlite_database, 5_000, seed=100_000) > 50_000


def test_the_comparison_sees_a_difference(sqlite_database):
    """The same changes are seen by somebody whose scope they lie in."""
    makers.plant(sqlite_database)
    makers.plant_repeats(sqlite_database)
    assessing.plant_assessments(sqlite_database)
    scheduling.plant_rounds(sqlite_database)
    registering.plant_registers(sqlite_database)
    rostering.plant_roster(sqlite_database)
    clock.set_source(lambda: MOMENT)
    seen = 0
    with ScopedSession(
        for_writing(open_engine(sqlite_database)), info={"scope": EVERYTHING}, expire_on_commit=False
    ) as session:
        objects = asking.objects_of(session)
        small, city = objects.viewers[TOWN, Role.LEADER], objects.viewers[CITY, Role.LEADER]
        for number in range(12):
            with taken_back(session):
                first = answers(session, city, objects, number, most=40)
                session.info.update(scope=EVERYTHING)
                session.expunge_all()
                Outside(session, small, random.Random(number)).change()
                seen += first != answers(session, city, objects, number, most=40)
    assert seen >= 7


def test_what_lies_outside_changes_no_answer_of_the_replica(sqlite_database):
    """What is changed is committed here and stays; a replica follows what was committed."""
    makers.plant(sqlite_database)
    makers.plant_repeats(sqlite_database)
    assessing.plant_assessments(sqlite_database)
    scheduling.plant_rounds(sqlite_database)
    registering.plant_registers(sqlite_database)
    rostering.plant_roster(sqlite_database)
    clock.set_source(lambda: MOMENT)
    with makers.everything(sqlite_database) as session:
        objects = asking.objects_of(session)
    viewers = [objects.viewers[key] for key in VIEWERS if Permission.READ_FIGURES in GRANTS[key[1]]]
    city = objects.viewers[CITY, Role.LEADER]
    replica = keeping.start(sqlite_database, wait=True)
    seen = 0

    def figures(viewer: Viewer, number: int) -> dict[str, str]:
        with makers.eyes(sqlite_database, viewer) as session:
            found = answers(session, viewer, objects, number, "lib.metrics.queries")
            assert session.info[REPLICA] is replica
            return found

    try:
        for number in range(1, 8):
            chance = random.Random(number)
            viewer = chance.choice(viewers)
            first, whole = figures(viewer, number), figures(city, number)
            with makers.everything(sqlite_database) as session:
                outside = Outside(session, viewer, chance)
                for move in (outside.add_cases, outside.change_cases):
                    move()
                if number % 3 == 0:
                    outside.delete_cases()
                    session.execute(update(Deployment).values(cases_generation=number))
            if number % 3 == 0:
                replica.load()
            for question, answer in figures(viewer, number).items():
                assert first[question] == answer, (viewer.role, viewer.scope, question)
            seen += whole != figures(city, number)
    finally:
        keeping.stop(sqlite_database)
    assert seen >= 3  # the same changes are seen by somebody whose scope they lie in


def test_the_exceptions_are_declared_questions():
    asking.guarded_modules()
    assert set(DECLARED) >= EXCEPTIONS


def test_places_change_for_all_when_what_is_published_changes_and_only_then(sqlite_database):
    """A town knows its neighbors' places from the published ranking and from nowhere else."""
    makers.plant(sqlite_database)
    assessing.plant_assessments(sqlite_database)
    scheduling.plant_rounds(sqlite_database)
    registering.plant_registers(sqlite_database)
    rostering.plant_roster(sqlite_database)
    with makers.everything(sqlite_database) as session:
        objects = asking.objects_of(session)
        row = session.scalars(
            select(Assessment).where(
                Assessment.center_code == CITY, Assessment.state == AssessmentState.OBJECTIONS
            )
        ).one()
        town, number = objects.viewers[TOWN, Role.VIEWER], row.id

    def asked() -> str:
        with makers.eyes(sqlite_database, town) as session:
            return asking.answer(
                DECLARED[PUBLISHED].function, session, asking.Asked({"assessment_id": number}, ())
            )

    before = asked()
    foreign = [code for code in makers.codes() if len(code) == 9 and code.startswith(CITY) and code != TOWN]
    assert all(code in before for code in foreign)
    with makers.everything(sqlite_database) as session:
        theirs = AssessedUnit.unit_key.in_(foreign)
        session.execute(update(AssessedUnit).where(theirs).values(total=1, rank=1, name="改"))
    assert asked() == before
    with makers.everything(sqlite_database) as session:
        session.execute(delete(PublishedRanking).where(PublishedRanking.assessment_id == number))
    assert asked() != before
    assert not any(code in asked() for code in foreign)
