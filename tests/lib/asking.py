"""Asks every declared question and action with arguments made from the names of their parameters.

The probe and the comparison of databases share it. A parameter that is not in the table ends the
tests with a sentence that says what to add.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import io
import itertools
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select

from db.base import HandedDown
from db.models.account import Account, AccountArea, AccountState, AreaRelation, Role, SignInSession
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentScheme,
    FindingKind,
    Nomination,
    Objection,
    SchemeVersion,
)
from db.models.case import Case
from db.models.center import Level
from db.models.department import Department
from db.models.duty import Campaign, CheckedPost, Finding, Patrol, SpotCheck, Visit
from db.models.grid import Grid, GridColor, GridSetting, GridSize
from db.models.indicator import Rework, Satisfied, Suspended
from db.models.publication import GateException, Publication, PublishedItem
from db.models.register import (
    Attachment,
    ChangeSet,
    ChangeSetKind,
    Entry,
    PrintTemplate,
    Register,
    RegisterMetric,
)
from db.models.reward import (
    Accountability,
    AccountabilityKind,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    AwardKind,
)
from db.models.roster import LeaveKind, Person, Post, PostRole, RosterAction, RuleKind, StaffingRule
from db.models.scheduling import Meeting, Report, Round, RoundKind, Task
from db.models.training import AttendanceResult, TrainingRound, TrainingSession
from db.models.view import SavedView
from db.models.window import ServiceWindow
from db.scope import ScopedSession
from lib.access.guard import DECLARED, Declared
from lib.access.viewer import Viewer
from lib.approvals.waiting import Kind as Decided
from lib.assessment.states import ASSESSMENT, OBJECTION
from lib.cases.queries import Kind
from lib.errors import Told
from lib.grids.queries import Gap, GridFilter, Order
from lib.imports.file import open_file
from lib.imports.matching import match
from lib.imports.table import find_table
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.metrics.queries import VARIANT
from lib.metrics.question import Side
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.variant import Variant
from lib.registers.changes.judging import RowChange
from lib.registers.entries.finding import Filter, How
from lib.registers.figures.definition import Counts, Definition
from lib.reports.grid_notice import notice_bytes
from lib.roster.changes.change import LineChange
from lib.roster.duty.importing import What, columns_of
from lib.roster.duty.listing.queries import DutyFilter, Found
from lib.roster.duty.records import Patrolled, Visited
from lib.roster.fields import roster_fields
from lib.roster.queries import Issue, RosterFilter
from lib.roster.training.marking import Mark
from lib.roster.training.planning import Plan, Sitting
from lib.roster.training.sheet import COLUMNS as ATTENDANCE
from lib.roster.training.words import Lack
from lib.scheduling.plan import written_plan
from lib.scheduling.states import REPORT, TASK
from lib.scheduling.usual import USUAL
from lib.schemes.states import SCHEME
from tests import assessing, makers, registering
from tests.lib.prepared_rewards import RULE
from tests.lib.prepared_roster import photo
from tests.makers import MOMENT, TODAY

LIB = Path(__file__).parent.parent.parent / "lib"


def guarded_modules() -> list[ModuleType]:
    """Where questions and actions live: each noun's `queries` and `commands`, and the scope's own."""
    paths = [*LIB.rglob("queries.py"), *LIB.rglob("commands.py"), LIB / "access" / "scope.py"]
    names = [".".join(path.relative_to(LIB.parent).with_suffix("").parts) for path in sorted(paths)]
    return [importlib.import_module(name) for name in names]


# Read by the sign-in and the gate, before there is a viewer whose permission could be asked for.
BEFORE_ANYBODY_HAS_SIGNED_IN = {"lib.access.scope.areas_of", "lib.access.scope.scope_of"}


def undeclared(module: ModuleType, declared: dict[str, Declared]) -> list[str]:
    """The public functions that take a session first and do not say which permission they need."""
    found = []
    for name, function in vars(module).items():
        if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.__name__:
            continue
        first = next(iter(inspect.signature(function).parameters.values()), None)
        full = f"{module.__name__}.{name}"
        if (
            first is not None
            and (first.name == "session" or "ScopedSession" in str(first.annotation))
            and full not in BEFORE_ANYBODY_HAS_SIGNED_IN
            and (full not in declared or declared[full].function is not function)
        ):
            found.append(full)
    return found


def declared() -> dict[str, Declared]:
    guarded_modules()
    return dict(sorted(DECLARED.items()))


@dataclass
class Objects:
    """What the city holds, by the code of the center that it belongs to."""

    accounts: dict[str, list[int]] = field(default_factory=dict)
    areas: dict[str, list[int]] = field(default_factory=dict)
    departments: dict[str, list[int]] = field(default_factory=dict)
    grids: dict[str, list[str]] = field(default_factory=dict)
    # The keys of a center's grids as words, as figures are broken down by them.
    grid_keys: dict[str, list[str]] = field(default_factory=dict)
    cases: dict[str, list[int]] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    views: dict[str, list[int]] = field(default_factory=dict)
    schemes: dict[str, list[int]] = field(default_factory=dict)
    wordings: dict[str, list[int]] = field(default_factory=dict)
    assessments: dict[str, list[int]] = field(default_factory=dict)
    objections: dict[str, list[int]] = field(default_factory=dict)
    nominations: dict[str, list[int]] = field(default_factory=dict)
    reports: dict[str, list[int]] = field(default_factory=dict)
    meetings: dict[str, list[int]] = field(default_factory=dict)
    tasks: dict[str, list[int]] = field(default_factory=dict)
    windows: dict[str, list[int]] = field(default_factory=dict)
    registers: dict[str, list[int]] = field(default_factory=dict)
    entries: dict[str, list[int]] = field(default_factory=dict)
    change_sets: dict[str, list[int]] = field(default_factory=dict)
    attachments: dict[str, list[int]] = field(default_factory=dict)
    print_templates: dict[str, list[int]] = field(default_factory=dict)
    figures: dict[str, list[int]] = field(default_factory=dict)
    editions: dict[str, list[int]] = field(default_factory=dict)
    # Rows of the roster, each kind by the name of its table.
    roster: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    # Where people hold posts, whoever keeps them.
    works_at: dict[int, set[str]] = field(default_factory=dict)
    # The assessments, most of them from above, in which a center is a unit.
    assessed_in: dict[str, list[int]] = field(default_factory=dict)
    viewers: dict[tuple[str, Role], Viewer] = field(default_factory=dict)
    home_of: dict[tuple[str, int], str] = field(default_factory=dict)


def objects_of(session: ScopedSession) -> Objects:
    found = Objects()
    people = {a.id: a for a in session.scalars(select(Account).order_by(Account.id))}
    for person in people.values():
        found.accounts.setdefault(person.center_code, []).append(person.id)
        found.viewers[person.center_code, person.role] = makers.viewer_of_account(person)
    for area in session.scalars(select(AccountArea).order_by(AccountArea.id)):
        found.areas.setdefault(area.center_code, []).append(area.id)
    for one in session.scalars(select(Department).order_by(Department.id)):
        found.departments.setdefault(one.center_code, []).append(one.id)
    for grid in session.scalars(select(Grid).order_by(Grid.id)):
        found.grids.setdefault(grid.center_code, []).append(grid.code)
        found.grid_keys.setdefault(grid.center_code, []).append(str(grid.id))
    for number, code in session.execute(select(Case.id, Case.center_code).order_by(Case.id)):
        found.cases.setdefault(code, []).append(number)
    for model, held in (
        (SavedView, found.views), (AssessmentScheme, found.schemes), (SchemeVersion, found.wordings),
        (Assessment, found.assessments), (Objection, found.objections),
        (Nomination, found.nominations), (Report, found.reports), (Meeting, found.meetings),
        (Task, found.tasks), (ServiceWindow, found.windows), (Register, found.registers),
        (Entry, found.entries), (ChangeSet, found.change_sets), (Attachment, found.attachments),
        (PrintTemplate, found.print_templates), (RegisterMetric, found.figures),
        (Publication, found.editions),
    ):  # fmt: skip
        keyed: Any = model
        for number, code in session.execute(select(keyed.id, keyed.center_code).order_by(keyed.id)):
            held.setdefault(code, []).append(number)
    for keyed in OF_THE_ROSTER:
        held = found.roster.setdefault(keyed.__name__, {})
        for number, code in session.execute(select(keyed.id, keyed.center_code).order_by(keyed.id)):
            held.setdefault(code, []).append(number)
    for number, code in session.execute(select(Post.person_id, Post.center_code)):
        found.works_at.setdefault(number, set()).add(code)
    places = select(AssessedUnit.unit_key, AssessedUnit.assessment_id).order_by(AssessedUnit.id)
    for code, number in session.execute(places):
        found.assessed_in.setdefault(code, []).append(number)
    for row in session.scalars(select(SignInSession)):
        found.marks.setdefault(people[row.account_id].center_code, []).append(row.token_hash[:16])
    for model in {*HAVE_ID.values(), *DECIDED.values(), *ALSO_KEYS.values()}:
        for number, code in session.execute(select(model.id, model.center_code)):
            found.home_of[model.__name__, number] = code
    return found


# Classes of answers that carry the key of a row.
HAVE_ID: dict[str, Any] = {
    "AccountRow": Account, "AreaRow": AccountArea, "CaseRow": Case, "GridRow": Grid, "ViewRow": SavedView,
    "SchemeRow": AssessmentScheme, "Wording": SchemeVersion, "AssessmentRow": Assessment,
    "ObjectionRow": Objection, "NominationRow": Nomination, "RoundRow": Round, "ReportRow": Report,
    "ReportCard": Report, "MeetingRow": Meeting, "TaskRow": Task, "WindowRow": ServiceWindow,
    "RegisterRow": Register, "RegisterCard": Register, "EntryRow": Entry, "ChangeSetRow": ChangeSet,
    "AttachmentRow": Attachment, "TemplateRow": PrintTemplate, "FigureRow": RegisterMetric,
    "EditionRow": Publication, "ItemRow": PublishedItem, "Matter": PublishedItem, "Reminded": Entry,
    "ExceptionRow": GateException, "PersonCard": Person, "Candidate": Person, "PostRow": Post,
    "RosterSet": ChangeSet, "TrainingRow": TrainingRound, "SessionRow": TrainingSession,
    "CheckRow": SpotCheck, "CheckedRow": CheckedPost, "PatrolRow": Patrol, "VisitRow": Visit,
    "Worker": Person, "DutyGrid": Grid, "RecordedBatch": ChangeSet, "LineRow": AllowanceLine,
    "SheetCard": AllowanceSheet, "RuleRow": AllowanceRule, "AwardRow": Award,
    "AccountabilityRow": Accountability, "Decision": StaffingRule, "VacantGrid": Grid, "GridBehind": Grid,
    "PersonBehind": Person,
}  # fmt: skip
# Keys of other rows that answers carry, whatever they are answers to.
ALSO_KEYS: dict[str, Any] = {
    "person_id": Person, "post_id": Post, "check_id": SpotCheck, "checked_id": CheckedPost,
}  # fmt: skip
OF_THE_ROSTER: tuple[Any, ...] = (
    Person, Post, TrainingRound, TrainingSession, SpotCheck, CheckedPost, Patrol, Visit, AllowanceSheet,
    AllowanceLine, Award, Accountability,
)  # fmt: skip

# What waits for a decision has the key of what is decided.
DECIDED: dict[str, Any] = {
    "entry": Entry, "edition": Publication, "report": Report, "meeting": Meeting, "task": Task,
    "scheme": SchemeVersion, "assessment": Assessment, "objection": Objection, "nomination": Nomination,
    "allowances": AllowanceSheet,
}  # fmt: skip
# Answers that say a rule which may be one from above, and what is called as a register from above is.
RULES_WITHOUT_KEY = {"Design", "Definition", "GateRuleRow", "Rule", "RuleRow"}
CALLED_BY_THEIR_REGISTER = {"Waiting": "about", "Prints": "register"}


def _model_of(one: dict[str, Any]) -> Any:
    """The table in which the key of an answer stands."""
    if one.get("class") == "Waiting":
        return DECIDED.get(one["kind"])
    if one.get("class") == "PersonBehind" and one["finding"] is not None:
        return CheckedPost
    return HAVE_ID.get(one.get("class", ""))


NOBODY = 987_654  # the key of nothing
NOWHERE = ["7398", "739803", "739803001", "739803001001", "5", "７３９９", "739902001001001", "x'"]

Chance = random.Random


def _table(words: str, fields: Any) -> Any:
    return find_table(open_file("表.csv", words.encode())[0], fields)


# What figures are narrowed to; the numbers of grids are also those of foreign ones.
KEYS: dict[By, list[str]] = {
    By.SOURCE: ["hotline", "patrol"], By.CATEGORY: ["A1", "C1"], By.GROUP: ["A1", ""],
    By.DEPARTMENT: ["housing", "nothing", ""], By.GRID: [*(str(n) for n in range(1, 99, 7)), ""],
    By.HOUR: ["1", "7-23", "2-08"], By.RATING: ["1", "5"], By.AGE: ["0", "3", "6"],
    By.LADDER: ["none", "suspended", "calm", "late0", "late5"], By.HANDLING: ["0", "2", "5"],
}  # fmt: skip
# Parameters that name an object: what to ask for in these centers, and what to ask for that is nowhere.
NAMES_AN_OBJECT: dict[str, tuple[Callable[[Objects, str], list[Any]], Any]] = {
    "center_code": (lambda o, code: [code], "739803"),
    "account_id": (lambda o, code: o.accounts.get(code, []), NOBODY),
    "area_id": (lambda o, code: o.areas.get(code, []), NOBODY),
    "department_id": (lambda o, code: o.departments.get(code, []), NOBODY),
    "code": (lambda o, code: o.grids.get(code, []), "739803001001001"),
    "grid_code": (lambda o, code: o.grids.get(code, []), "739803001001001"),
    "case_id": (lambda o, code: o.cases.get(code, []), NOBODY),
    "ids": (lambda o, code: [tuple(o.cases.get(code, []))], (NOBODY,)),
    "mark": (lambda o, code: o.marks.get(code, []), "f" * 16),
    "keys": (lambda o, code: [(key,) for key in (code, *o.grid_keys.get(code, ()))], ("739803",)),
    "view_id": (lambda o, code: o.views.get(code, []), NOBODY),
    "scheme_id": (lambda o, code: o.schemes.get(code, []), NOBODY),
    "version_id": (lambda o, code: o.wordings.get(code, []), NOBODY),
    "assessment_id": (lambda o, code: o.assessments.get(code, []), NOBODY),
    "nomination_id": (lambda o, code: o.nominations.get(code, []), NOBODY),
    "objection_id": (lambda o, code: o.objections.get(code, []), NOBODY),
    "unit_key": (lambda o, code: [code], "739803"),
    "report_id": (lambda o, code: o.reports.get(code, []), NOBODY),
    "meeting_id": (lambda o, code: o.meetings.get(code, []), NOBODY),
    "window_id": (lambda o, code: o.windows.get(code, []), NOBODY),
    "task_id": (lambda o, code: o.tasks.get(code, []), NOBODY),
    "owner_code": (lambda o, code: [code], "739803"),
    "register_id": (lambda o, code: o.registers.get(code, []), NOBODY),
    "entry_id": (lambda o, code: o.entries.get(code, []), NOBODY),
    "entry_ids": (lambda o, code: [tuple(found[:2])] if (found := o.entries.get(code)) else [], (NOBODY,)),
    "change_set_id": (lambda o, code: o.change_sets.get(code, []), NOBODY),
    "attachment_id": (lambda o, code: o.attachments.get(code, []), NOBODY),
    "template_id": (lambda o, code: o.print_templates.get(code, []), NOBODY),
    "metric_id": (lambda o, code: o.figures.get(code, []), NOBODY),
    "publication_id": (lambda o, code: o.editions.get(code, []), NOBODY),
    "seen_entries": (
        lambda o, code: [dict.fromkeys(found[1:2], 1)] if (found := o.entries.get(code)) else [],
        {NOBODY: 1},
    ),
    "wanted": (lambda o, code: [GridFilter(center_code=code)], GridFilter(center_code="739803")),
}


def _rows_of(model: Any) -> tuple[Callable[[Objects, str], list[Any]], Any]:
    return lambda o, code: o.roster[model.__name__].get(code, []), NOBODY


def _in_grids(make: Callable[[str, str], Any]) -> tuple[Callable[[Objects, str], list[Any]], Any]:
    """What is said of a grid by its code, and of a center's people by their name."""
    return (
        lambda o, code: [make(grid, f"队员{code}") for grid in o.grids.get(code, ())],
        make(NO_GRID, f"队员{NO_GRID[:12]}"),
    )


NO_GRID = "739803001001001"
SOMEBODY = {"name": "又一人", "role": "其他力量", "since": "2026-06-01"}


def _lines(o: Objects, code: str) -> list[Any]:
    """A line of somebody else, a new one in a grid, and a new one of somebody known."""
    return [
        *(((LineChange(key, {"note": "又"}, (1, 1)),)) for key in o.roster["Post"].get(code, ())),
        *((LineChange(None, {**SOMEBODY, "grid": grid}),) for grid in o.grids.get(code, ())),
        *(
            (LineChange(None, {**SOMEBODY, "grid": f"{makers.VILLAGE}001"}, person_id=key),)
            for key in o.roster["Person"].get(code, ())
        ),
    ]


def _lines_of_nobody(rows: tuple[LineChange, ...]) -> tuple[LineChange, ...]:
    return tuple(
        dataclasses.replace(
            one,
            post_id=None if one.post_id is None else NOBODY,
            person_id=None if one.person_id is None else NOBODY,
            typed=one.typed if one.person_id or "grid" not in one.typed else {**one.typed, "grid": NO_GRID},
        )
        for one in rows
    )


def _on_duty(o: Objects, code: str) -> list[Any]:
    people = o.roster["Person"].get(code, ())
    grids = [int(key) for key in o.grid_keys.get(code, ())]
    return [
        (made,) for person in people for grid in grids
        for made in (Patrolled(grid, person, TODAY, 30, row=1), Visited(grid, person, TODAY, "户又", row=1))
    ]  # fmt: skip


# A name behind the place of the function, or of its package, is looked for before the name alone.
NAMES_AN_OBJECT |= {
    "person_id": _rows_of(Person), "to_person_id": _rows_of(Person), "cover_id": _rows_of(Person),
    "post_id": _rows_of(Post), "session_id": _rows_of(TrainingSession), "check_id": _rows_of(SpotCheck),
    "checked_id": _rows_of(CheckedPost), "patrol_id": _rows_of(Patrol), "visit_id": _rows_of(Visit),
    "sheet_id": _rows_of(AllowanceSheet), "line_id": _rows_of(AllowanceLine), "award_id": _rows_of(Award),
    "accountability_id": _rows_of(Accountability),
    "grid_id": (lambda o, code: [int(key) for key in o.grid_keys.get(code, ())], NOBODY),
    "grid_codes": (lambda o, code: [tuple(found[:2])] if (found := o.grids.get(code)) else [], (NO_GRID,)),
    "lib.roster.training.round_id": _rows_of(TrainingRound),
    "lib.roster.wanted": (lambda o, code: [RosterFilter(code)], RosterFilter("739803")),
    "lib.roster.duty.wanted": (
        lambda o, code: [DutyFilter(code, None, None)], DutyFilter("739803", None, None),
    ),
    "lib.roster.changes.rows": (_lines, _lines_of_nobody),
    "lib.roster.posts.typed": _in_grids(lambda grid, name: {**SOMEBODY, "grid": grid}),
    "lib.roster.duty.rows": (
        _on_duty,
        lambda rows: tuple(dataclasses.replace(one, grid_id=NOBODY, person_id=NOBODY) for one in rows),
    ),
    "marks": (
        lambda o, code: [
            (Mark(key, AttendanceResult.PASSED, 90),) for key in o.roster["Person"].get(code, ())
        ],
        (Mark(NOBODY, AttendanceResult.PASSED, 90),),
    ),
    "lib.roster.tables.table": _in_grids(
        lambda grid, name: _table(
            f"姓名,岗位,网格,上岗日期\n又一人,其他力量,{grid},2026-06-01\n", roster_fields()
        )
    ),
    "lib.roster.duty.table": _in_grids(
        lambda grid, name: _table(
            f"日期,网格代码,网格员,户号\n2026-06-30,{grid},{name},户又\n", columns_of(What.VISITS)
        )
    ),
    "lib.roster.training.table": (
        lambda o, code: [
            _table(f"人员编号,姓名,考勤结果\n{key},队员{code},合格\n", ATTENDANCE)
            for key in o.roster["Person"].get(code, ())
        ],
        _table(f"人员编号,姓名,考勤结果\n{NOBODY},队员{NO_GRID},合格\n", ATTENDANCE),
    ),
}  # fmt: skip
# All other parameters: one of the values that they can have.
SAYS_HOW: dict[str, Callable[[Chance], Any]] = {
    "text": lambda c: c.choice(["", "某", "739901", "7399", "%", "zx7399", "\x00", "事件"]),
    "role": lambda c: c.choice(list(Role)),
    "state": lambda c: c.choice([None, *AccountState]),
    "event": lambda c: c.choice(["", "refused", "area added"]),
    "first": lambda c: c.choice([None, TODAY - timedelta(days=1), TODAY]),
    "last": lambda c: c.choice([None, TODAY, TODAY + timedelta(days=1)]),
    "page": lambda c: c.choice([1, 1, 2, 0]),
    "page_size": lambda c: c.choice([50, 3]),
    "limit": lambda c: c.choice([50, 5]),
    "order": lambda c: c.choice(list(Order)),
    "descending": lambda c: c.random() < 0.5,
    "kind": lambda c: c.choice(list(Kind)),
    "moment": lambda c: MOMENT - timedelta(days=c.choice([0, 1, 31])),
    "start_of_today": lambda c: MOMENT - timedelta(hours=17),
    "behind": lambda c: c.choice([None, (MOMENT - timedelta(days=9), 99)]),
    "names": lambda c: tuple(c.sample(sorted(METRICS), c.choice([1, 1, 2, 3]))),
    "period": lambda c: Period(TODAY - timedelta(days=c.choice([0, 29, 90])), TODAY),
    "by": lambda c: c.choice(list(By)),
    "second": lambda c: c.choice(list(By)) if c.random() < 0.2 else None,
    "only": lambda c: tuple((by, c.choice(KEYS[by])) for by in c.sample(list(KEYS), c.choice([0, 0, 1, 2]))),
    "variant": lambda c: c.choice([None, Variant(Suspended.STAYS, Satisfied.BASICALLY, Rework.BY_TIME, 2)]),
    "side": lambda c: c.choice(list(Side)),
    "name": lambda c: c.choice([*METRICS, "nothing"]),
    "code_length": lambda c: c.choice([9, 12]),
    "username": lambda c: f"new.{c.randrange(10**9)}",
    "display_name": lambda c: "某人",
    "reason": lambda c: c.choice(["", "文〔2026〕1号"]),
    "relation": lambda c: c.choice(list(AreaRelation)),
    "until": lambda c: None,
    "language": lambda c: c.choice(["zh", "en", "xx"]),
    "export_id": lambda c: f"EX-20260630-{''.join(c.choices('23456789ABCDEFGHJKMNPQRSTUVWXYZ', k=6))}",
    "what": lambda c: c.choice(["办结率按区县", "在办事件"]),
    "filters": lambda c: c.choice(["", "12345热线", "=1+1", "\x00"]),
    "rows": lambda c: c.choice([0, 9, 20_000]),
    "digest": lambda c: f"{c.getrandbits(256):064x}",
    "level": lambda c: c.choice(list(Level)),
    "suspended": lambda c: c.choice(list(Suspended)),
    "satisfied": lambda c: c.choice(list(Satisfied)),
    "rework": lambda c: c.choice(list(Rework)),
    "acceptance_hours": lambda c: c.choice([24, 48, 0]),
    "seen_version": lambda c: c.choice([0, 1]),
    "address": lambda c: c.choice(["center=7399", "center=7399&period=7d", "", "next=//evil.example"]),
    "shared": lambda c: c.random() < 0.5,
    "definition": lambda c: c.choice([assessing.definition(name=f"方案{c.randrange(10**6)}"), {}]),
    "first_month": lambda c: c.choice([date(2026, 1, 1), date(2026, 7, 31)]),
    "day": lambda c: c.choice([TODAY, date(2025, 12, 31)]),
    "group": lambda c: c.choice(["street", "residents", "nothing"]),
    "months": lambda c: c.choice([1, 2, 0]),
    "month": lambda c: c.choice([*assessing.MONTHS.values(), TODAY, date(2025, 12, 31)]),
    "seen": lambda c: c.choice([1, 1, 1, 1, 1, 2]),
    "indicator": lambda c: c.choice(["on_time", "petition", "petition", "nothing"]),
    "value": lambda c: c.choice(["0", "７.5", "3", "99", "", "nan"]),
    "evidence": lambda c: c.choice(["", "会议记录", "文〔2026〕1号"]),
    "result": lambda c: c.choice(["", "核实无误"]),
    "selected": lambda c: c.random() < 0.5,
    "reply": lambda c: c.choice(["", "核实无误"]),
    "points": lambda c: c.choice([(), (("on_time", Decimal(9)), ("nothing", Decimal(1)))]),
    # A round belongs to the whole deployment; what people see and do in it is their own part.
    "round_id": lambda c: c.choice([1, 1, 1, 2, NOBODY]),
    "values": lambda c: c.choice([{"situation": "平稳", "patrols": "3"}, {}, {"nothing": "1"}]),
    "reasons": lambda c: {},
    "held_at": lambda c: MOMENT,
    "place": lambda c: c.choice(["", "会议室"]),
    "chair": lambda c: c.choice(["", "主任"]),
    "present": lambda c: c.choice(["", "甲、乙"]),
    "absent": lambda c: c.choice(["", "甲", "丙"]),
    "minutes": lambda c: c.choice(["", "一、二"]),
    "active": lambda c: c.random() < 0.5,
    "works": lambda c: c.choice([True, False, None]),
    "matter": lambda c: c.choice(["", "整改"]),
    "measure": lambda c: c.choice(["", "完成"]),
    "due_on": lambda c: c.choice([TODAY, date(2100, 1, 1)]),
    "percent": lambda c: c.choice([10, 100, 101]),
    "words": lambda c: c.choice(["", "已整改"]),
    "counts": lambda c: c.choice([{"satisfied": 3, "basically": 1}, {}, {"satisfied": -1}, {"x": 1}]),
    "open_window.name": lambda c: c.choice(["", f"窗口{c.randrange(10**6)}"]),
    "enter_ratings.month": lambda c: c.choice([TODAY, TODAY, date(2020, 1, 1)]),
    "enter_ratings.seen": lambda c: c.choice([None, 1]),
    "undone": lambda c: c.random() < 0.5,
    # Words that mean something else here than in other functions.
    "rounds.kind": lambda c: c.choice([None, *RoundKind]),
    "open_by_hand.kind": lambda c: c.choice(list(RoundKind)),
    "plan_rounds.kind": lambda c: c.choice(list(RoundKind)),
    "plan_rounds.definition": lambda c: c.choice([json.loads(written_plan(USUAL[RoundKind.WEEKLY])), {}]),
    "plan_rounds.seen": lambda c: c.choice([None, None, 1]),
    "write_meeting.seen": lambda c: c.choice([None, 1]),
    "review_report.action": lambda c: c.choice([*REPORT.steps, "nothing"]),
    "move_task.action": lambda c: c.choice([*TASK.steps, "nothing"]),
    "move_task.reason": lambda c: c.choice(["", "材料不全"]),
    "burden.first": lambda c: TODAY - timedelta(days=29),
    "burden.last": lambda c: TODAY,
    "part_names.by": lambda c: c.choice([By.WHOLE, By.CHILD, By.TOWN, By.CATEGORY, By.DEPARTMENT, By.GRID]),
    "save_view.page": lambda c: c.choice(["analysis", "comparison", "overview"]),
    "save_view.name": lambda c: c.choice(["某视图", "", f"视图{c.randrange(10**6)}"]),
    "rename_view.name": lambda c: c.choice(["某视图", "", f"视图{c.randrange(10**6)}"]),
    "views_of.page": lambda c: c.choice(["analysis", "nowhere"]),
    "register_export.kind": lambda c: c.choice(["csv", "xlsx"]),
    "register_export.page": lambda c: c.choice(["charts", "overview"]),
    "register_case_export.kind": lambda c: c.choice(["csv", "xlsx"]),
    "register_case_export.page": lambda c: "cases",
    "preview.definition": lambda c: c.choice([None, assessing.definition(), {}]),
    "enter_score.indicator": lambda c: c.choice(["petition", "petition", "petition", "on_time"]),
    "enter_score.evidence": lambda c: c.choice(["会议记录", "会议记录", "文〔2026〕1号", ""]),
    "look_into.kind": lambda c: c.choice(list(FindingKind)),
    "object_to.reason": lambda c: c.choice(["", "核对有误", "数据漏统"]),
    "move_draft.action": lambda c: c.choice([*SCHEME.steps, "nothing"]),
    "move.action": lambda c: c.choice([*ASSESSMENT.steps, "nothing"]),
    "reply_to.action": lambda c: c.choice([*OBJECTION.steps, "nothing"]),
}
SAYS_HOW |= {
    "design": lambda c: c.choice([registering.design(f"台账{c.randrange(10**6)}"), registering.design("")]),
    "template": lambda c: c.choice(["", "service_list", "nothing"]),
    "save_draft.seen": lambda c: c.choice([None, 1]),
    "typed": lambda c: c.choice(registering.TYPED),
    "action": lambda c: c.choice(["submit", "approve", "return", "nothing"]),
    "version": lambda c: c.choice([1, 2]),
    "search": lambda c: c.choice(["", "走访", "7399", "%", "3"]),
    "downward": lambda c: c.random() < 0.5,
    "removed": lambda c: c.random() < 0.2,
    "field_key": lambda c: c.choice([registering.FILE, registering.CENTER, registering.SECRET, "f99"]),
    "content": lambda c: c.choice([registering.PICTURE, b"x", registering.document()]),
    "said": lambda c: c.choice(["", "7399", "739901", "中心", "某"]),
    "ending": lambda c: c.choice(["xlsx", "csv", "exe"]),
    "effective_on": lambda c: c.choice([TODAY, date(2100, 1, 1)]),
    "accept": lambda c: c.random() < 0.5,
    "day_before": lambda c: date(2025, 12, 1),
    "day_after": lambda c: TODAY,
    "most": lambda c: c.choice([50, 1]),
    "hit": lambda c: c.choice([None, True, False]),
    "item_id": lambda c: c.choice([*range(1, 40), NOBODY]),
    "for_gridworkers": lambda c: c.random() < 0.5,
    "basis": lambda c: c.choice(["", "文〔2026〕1号"]),
    "verdict": lambda c: c.choice(["keep", "leave", "nothing"]),
    "evaluation": lambda c: c.choice(["", "效果不好"]),
    "submits": lambda c: c.random() < 0.5,
    "allows_exceptions": lambda c: c.random() < 0.5,
    "set_gate_rule.seen": lambda c: c.choice([None, 1]),
    "find_entries.state": lambda c: c.choice(["", "waiting", "nothing"]),
    "find_entries.order": lambda c: c.choice(
        ["", registering.NUMBER, registering.SECRET, registering.PHONE, "state"]
    ),
    "export_entries.state": lambda c: c.choice(["", "draft"]),
    "export_entries.order": lambda c: c.choice(["", registering.NUMBER]),
    "count_by_place.state": lambda c: c.choice(["", "draft"]),
    "count_by_place.field": lambda c: c.choice(["", registering.CENTER, registering.SECRET]),
    "make_figure.definition": lambda c: c.choice(
        [Definition(f"数{c.randrange(10**6)}"), Definition("", counts=Counts.SUM, field=registering.SECRET)]
    ),
    "count_entries.first": lambda c: date(2026, 1, 1),
    "count_entries.last": lambda c: TODAY,
    "count_entries.by": lambda c: c.choice([(), (9,), ("month",), (12, "month")]),
    "entries_behind.first": lambda c: date(2026, 1, 1),
    "entries_behind.last": lambda c: TODAY,
    "exceptions_of.first": lambda c: date(2026, 1, 1),
    "exceptions_of.last": lambda c: TODAY,
    "save_changes.kind": lambda c: c.choice(list(ChangeSetKind)),
    "source": lambda c: c.choice(["", "表.xlsx"]),
    "preview_of.kind": lambda c: c.choice(list(Decided)),
    "register_print.template": lambda c: c.choice(["", "走访单"]),
    "entries": lambda c: c.choice([1, 200]),
    "progress": lambda c: None,
}
# Rows of a sheet, and what a list is narrowed to; the field that only counties see is among them.
_ROWS = ((RowChange(None, {registering.TEXT: "又"}),), (RowChange(None, {registering.TEXT: ""}),), ())
_FILTERS = (
    (), (Filter(registering.TEXT, How.HAS, "7399"),), (Filter(registering.SECRET, How.FILLED),),
    (Filter(registering.PHONE, How.IS, "13800008000"), Filter(registering.NUMBER, How.FROM, "2")),
    (Filter("f99", How.IS, "x"),),
)  # fmt: skip
for name in ("save_changes", "preview_changes"):
    SAYS_HOW[f"{name}.rows"] = lambda c: c.choice(_ROWS)
for name in ("find_entries", "count_by_state", "count_by_place", "export_entries"):
    SAYS_HOW[f"{name}.filters"] = lambda c: c.choice(_FILTERS)
_TABLE = find_table(open_file("表.csv", "事项,户数\n又访,3\n".encode())[0], registering.design().standing)
SAYS_HOW |= {
    "table": lambda c: _TABLE,
    "matching": lambda c: match(_TABLE.headers, registering.design().standing),
}
_DAYS = (date(2026, 6, 1), TODAY, date(2026, 7, 1))
_CHANCE_WORDS: dict[str, tuple[Any, ...]] = {
    "lib.metrics.staffing.name": (*ROSTER_METRICS, "nothing"),
    "lib.roster.seen": (1, 1, 1, 2), "as_of": (None, TODAY), "last_day": (TODAY, date(2026, 6, 1)),
    "everything": (True, False), "ends_others": (True, False), "note": ("", "某"),
    "lib.roster.posts.kind": tuple(LeaveKind), "lib.roster.changes.kind": tuple(ChangeSetKind),
    "lib.roster.rules.kind": tuple(RuleKind), "breaches.kind": (None, *RuleKind),
    "lib.roster.changes.action": (RosterAction.CORRECTED, RosterAction.JOINED),
    "since": _DAYS, "lib.roster.until": (TODAY, date(2026, 7, 2)),
    "lib.roster.first": (date(2026, 6, 1), TODAY), "lib.roster.last": (TODAY,),
    "roles": ((PostRole.FULL_TIME,), (PostRole.FULL_TIME, PostRole.MEDIATOR), ()),
    "lib.roster.notices.roles": ({PostRole.FULL_TIME: True, PostRole.PARTY_SECRETARY: False}, {}),
    "write": (notice_bytes,), "also_vacant": (True, False),
    "lib.roster.checks.wanted": (1, 3, 0), "seed": ("", "2026077期"), "on_leave": (True, False),
    "finding": tuple(Finding), "follow_up": ("", "督促到岗"),
    "lib.roster.minutes": (None, 30), "problems": (0, 2), "household": ("户9", ""),
    "campaign": tuple(Campaign), "problem": ("", "漏水"), "solved_on": (None, TODAY),
    "number": ("13800000000", "1380000", ""), "set_photo.content": (None, photo(), b"x"),
    "not_patrolled": (True, False), "over": (True, False), "lib.roster.duty.what": tuple(What),
    "try_records.what": (What.VISITS,),
    "plan": (
        Plan("又一轮", date(2026, 1, 1), date(2026, 12, 31), (PostRole.FULL_TIME,), 12),
        Plan("", date(2026, 1, 1), date(2025, 12, 31), (), None),
    ),
    "sitting": (Sitting("隐患排查", date(2026, 6, 20), 90, "会议室", "讲师"), Sitting("", TODAY, 0)),
    "below": (True, False), "lack": tuple(Lack), "all_roles": (True, False),
    "setting": (None, *GridSetting),
    "lib.roster.rewards.definition": (RULE, {}), "award_kind": tuple(AwardKind), "score": (0, 5),
    "cents": (0, 100), "correct_line.cents": (None, 200),
    "lib.roster.rewards.month": (*(date(2026, month, 1) for month in (3, 4, 5, 6)),),
    "sanction": tuple(AccountabilityKind), "found": ("", "脱岗"), "decision": ("", "约谈"),
    "lifted": (True, False), "least": (0, 1), "lib.roster.rules.most": (0, 2, 9),
    "watched": (True, False), "refuses": (True, False), "decide_rule.seen": (None, None, 1),
}  # fmt: skip
SAYS_HOW |= {name: (lambda c, values=values: c.choice(values)) for name, values in _CHANCE_WORDS.items()}
SAYS_HOW |= {
    "lib.metrics.queries.names": lambda c: tuple(
        c.sample(sorted(c.choice([METRICS, ROSTER_METRICS])), c.choice([1, 1, 2, 3]))
    ),
    "lib.roster.tables.matching": lambda c: match(("姓名", "岗位", "网格", "上岗日期"), roster_fields()),
    "lib.roster.duty.matching": lambda c: match(
        ("日期", "网格代码", "网格员", "户号"), columns_of(What.VISITS)
    ),
    "lib.roster.training.matching": lambda c: match(("人员编号", "姓名", "考勤结果"), ATTENDANCE),
}
OPTIONAL = {"department_id", "grid_code", "template_id", "person_id", "cover_id", "round_id"}


@dataclass(frozen=True)
class Asked:
    """One call; `foreign` names the parameters whose object is none of the viewer's."""

    arguments: dict[str, Any]
    about: tuple[str, ...]


def parameters_of(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)[1:]


def known_as(function: Callable[..., Any], name: str, table: dict[str, Any]) -> str:
    """The name under which a table has a parameter: that of its function, of its packages, or its own."""
    parts = function.__module__.split(".")
    places = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    for found in (f"{function.__name__}.{name}", *(f"{place}.{name}" for place in places), name):
        if found in table:
            return found
    return ""


def says_how(function: Callable[..., Any], name: str) -> Callable[[Chance], Any] | None:
    """How a value is chosen, where the parameter names no object; the nearer of both tables holds."""
    how, names = known_as(function, name, SAYS_HOW), known_as(function, name, NAMES_AN_OBJECT)
    return SAYS_HOW[how] if how and (not names or (how != name and len(how) > len(names))) else None


def arguments_for(
    function: Callable[..., Any], objects: Objects, centers: list[str], chance: Chance
) -> Asked:
    """Arguments that name objects of these centers, as far as the function names any."""
    arguments: dict[str, Any] = {}
    about = []
    parameters = parameters_of(function)
    if {"assessment_id", "unit_key"} <= {*parameters} and chance.random() < 0.5:
        # A unit in an assessment that it belongs to; whose assessment that is says nothing of the unit.
        units = [(number, code) for code in centers for number in objects.assessed_in.get(code, ())]
        if units:
            arguments["assessment_id"], arguments["unit_key"] = chance.choice(units)
            about.append("unit_key")
    for name in parameters:
        if name in arguments:
            continue
        if how := says_how(function, name):
            arguments[name] = how(chance)
        elif named := known_as(function, name, NAMES_AN_OBJECT):
            find, nothing = NAMES_AN_OBJECT[named]
            taken = inspect.signature(function).parameters[name]
            if name in OPTIONAL and "None" in str(taken.annotation) and chance.random() < 0.5:
                if taken.default is None:
                    continue
                arguments[name] = None
                continue
            there = list(itertools.chain.from_iterable(find(objects, code) for code in centers))
            if not there and callable(nothing):  # nothing there that could be said of anybody
                there = [()]
            value = chance.choice(there) if there else nothing
            if name == "wanted":
                value = varied(value, chance)
            arguments[name] = value
            about.append(name)
        else:
            raise LookupError(
                f"{function.__module__}.{function.__name__} takes a parameter {name!r} that the probe does "
                "not know. Add it to SAYS_HOW in tests/lib/asking.py with some of its values or, if it "
                "names a row, to NAMES_AN_OBJECT with the rows of a center and one that does not exist."
            )
    return Asked(arguments, tuple(about))


def varied(wanted: Any, chance: Chance) -> Any:
    if isinstance(wanted, RosterFilter):
        return dataclasses.replace(
            wanted,
            day=chance.choice([None, TODAY, date(2026, 1, 31)]),
            text=chance.choice(["", "", "队员", "739901", "13800000000", "人员7399"]),
            roles=chance.choice([(), (PostRole.FULL_TIME,), (PostRole.MEDIATOR, PostRole.ASSISTANT)]),
            issue=chance.choice([None, None, *Issue]),
            grid_code=chance.choice(["", "", "739901001001001", f"{makers.VILLAGE}001"]),
        )
    if isinstance(wanted, DutyFilter):
        return dataclasses.replace(
            wanted,
            first=chance.choice([None, date(2026, 6, 1)]),
            last=chance.choice([None, TODAY]),
            text=chance.choice(["", "", "队员", "739901", "户7399", "网格"]),
            grid_code=chance.choice(["", "", "739901001001001", f"{makers.VILLAGE}001"]),
            campaign=chance.choice([None, None, *Campaign]),
            found=chance.choice([Found.ANYTHING, *Found]),
        )
    return dataclasses.replace(
        wanted,
        text=chance.choice(["", "", "网格", "739901", "人员"]),
        size=chance.choice([None, *GridSize]),
        setting=chance.choice([None, None, *GridSetting]),
        colors=tuple(chance.sample(list(GridColor), chance.choice([0, 0, 2]))),
        gap=chance.choice([None, None, *Gap]),
    )


def with_nothing(function: Callable[..., Any], asked: Asked, name: str) -> Asked:
    """The same call about something that does not exist."""
    _find, nothing = NAMES_AN_OBJECT[known_as(function, name, NAMES_AN_OBJECT)]
    if callable(nothing):
        nothing = nothing(asked.arguments[name])
    if name == "wanted":
        nothing = dataclasses.replace(asked.arguments[name], center_code=nothing.center_code)
    return Asked({**asked.arguments, name: nothing}, asked.about)


def words_in(value: Any) -> Iterator[str]:
    """All words that stand somewhere in what is asked for."""
    if isinstance(value, str):
        yield from [value] if value else []
    elif isinstance(value, dict):
        yield from words_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from words_in(part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from words_in([getattr(value, one.name) for one in dataclasses.fields(value)])


LETTERS = str.maketrans("0123456789", "abcdefghij")


def canonical(value: Any) -> Any:
    """An answer as plain values, the same for the same answer."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: canonical(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"class": type(value).__name__, **fields}
    if isinstance(value, dict):
        return {str(canonical(k)): canonical(v) for k, v in sorted(value.items(), key=lambda i: str(i[0]))}
    if isinstance(value, (list, tuple)):
        return [canonical(part) for part in value]
    if isinstance(value, frozenset):
        return sorted(canonical(part) for part in value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return str(value.replace(microsecond=0))  # these could look like a code too
    if isinstance(value, (date, time, Decimal)):
        return str(value)
    if isinstance(value, float):
        return f"{round(value, 6)!r}".translate(LETTERS)  # its digits could look like a code
    if isinstance(value, bytes):
        return in_file(value)
    assert value is None or isinstance(value, (str, int, bool)), type(value)
    return value


def in_file(content: bytes) -> list[str]:
    """The words of a file, without when and by what it was written."""
    if not content.startswith(b"PK"):
        return [content.decode("utf-8", "replace")]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [name for name in package.namelist() if "docProps" not in name and name.endswith(".xml")]
        return [" ".join(re.findall(r">([^<]+)<", package.read(name).decode())) for name in sorted(parts)]


def answer(function: Callable[..., Any], session: ScopedSession, asked: Asked) -> str:
    """What a person would get: the canonical answer, or the kind and the sentence of the refusal."""
    try:
        found = canonical(function(session, **asked.arguments))
    except Told as told:
        found = {"told": type(told).__name__, "sentence": told.sentence}
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


CODE = re.compile(r"(局|类)?(?<!\d)((?:7399|7400)\d*)")


def foreign_in(text: str, viewer: Viewer, objects: Objects) -> set[str]:
    """Codes in an answer that lie outside the viewer's scope, and keys of foreign rows.

    Names of departments and categories may be of centers above: rules descend, and so do schemes and
    where their months stand, with the names of who wrote them.
    """
    found = set()
    said = _without_deciders_above(json.loads(text), viewer)
    told = json.dumps(_without_rules_from_above(said, viewer, objects), ensure_ascii=False)
    for handed_down, code in CODE.findall(told):
        seen = viewer.scope.covers(code) or (handed_down and code in viewer.scope.above())
        if not seen:
            found.add(handed_down + code)
    for one in _dictionaries(said):
        kind = one.get("class")
        if kind is not None and "id" in one:
            model = _model_of(one)
            assert model, f"add {kind} to HAVE_ID in tests/lib/asking.py: it carries a row's key"
            home = objects.home_of.get((model.__name__, one["id"]))
            known = model is Person and works_there(one["id"], "person_id", viewer, objects)
            if home is None or not (viewer.scope.covers(home) or known or _descends(one, viewer, objects)):
                found.add(f"{kind} {one['id']}")
        for name, also in ALSO_KEYS.items():
            key = one.get(name)
            home = objects.home_of.get((also.__name__, key), "")
            if (
                key is not None
                and not viewer.scope.covers(home)
                and not works_there(key, name, viewer, objects)
            ):
                found.add(f"{kind}.{name} {key}")
    return found


def works_there(key: int, name: str, viewer: Viewer, objects: Objects) -> bool:
    """Whether it is somebody with a post of the viewer's: known by it, though a center above keeps them."""
    return name == "person_id" and any(viewer.scope.covers(one) for one in objects.works_at.get(key, ()))


def _without_deciders_above(value: Any, viewer: Viewer) -> Any:
    """A task says which center above has decided it."""
    if isinstance(value, list):
        return [_without_deciders_above(part, viewer) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_deciders_above(part, viewer)
        for key, part in value.items()
        if not (key == "decided_by_code" and part in viewer.scope.above())
    }


def _descends(one: dict[str, Any], viewer: Viewer, objects: Objects) -> bool:
    """Whether it is a rule of a center above the viewer."""
    if one.get("class") in RULES_WITHOUT_KEY and "id" not in one:
        return True
    model = _model_of(one)
    home = objects.home_of.get((model.__name__, one.get("id"))) if model is not None else None
    return model is not None and issubclass(model, HandedDown) and home in viewer.scope.above()


def _without_rules_from_above(value: Any, viewer: Viewer, objects: Objects) -> Any:
    """Rules from above without the codes of the centers above; what else they carry stays."""
    if isinstance(value, list):
        return [_without_rules_from_above(part, viewer, objects) for part in value]
    if not isinstance(value, dict):
        return value
    inside = {key: _without_rules_from_above(part, viewer, objects) for key, part in value.items()}
    above = viewer.scope.above()
    if value.get("class") in CALLED_BY_THEIR_REGISTER:
        told_by = CALLED_BY_THEIR_REGISTER[value["class"]]
        inside[told_by] = _without(inside[told_by], above)
    return _without(inside, above) if _descends(value, viewer, objects) else inside


def _without(value: Any, above: tuple[str, ...]) -> Any:
    """What a rule says, with the parts it is made of, less the codes of the centers above."""
    if isinstance(value, str):
        return CODE.sub(lambda m: "" if m[2] in above else m[0], value)
    if isinstance(value, list):
        return [_without(part, above) for part in value]
    if isinstance(value, dict):
        return {key: part if "class" in value and key == "class" else _without(part, above)
                for key, part in value.items()}  # fmt: skip
    return value


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _dictionaries(part)


def look_with(session: ScopedSession, viewer: Viewer) -> None:
    """The eyes of another person, who remembers nothing of what the one before has seen."""
    session.info.update(scope=viewer.scope, viewer=viewer)
    session.info.pop(VARIANT, None)


@contextmanager
def turned_to(session: ScopedSession, viewer: Viewer) -> Iterator[ScopedSession]:
    """The same connection with another person's eyes; what they change is taken back."""
    session.expunge_all()
    look_with(session, viewer)
    step = session.begin_nested()
    try:
        yield session
    finally:
        if step.is_active:
            step.rollback()
        session.expunge_all()
