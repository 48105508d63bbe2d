"""Reads a sheet of attendance: whom each row means, and what it would change in a session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models.roster import Person, Post
from db.models.training import Attendance, AttendanceResult, TrainingSession
from db.scope import ScopedSession, within
from lib import deployment
from lib.access.guard import viewer_of
from lib.errors import Problem
from lib.fields.field import Choice, Field, Kept, Named, Refused
from lib.fields.kinds import shown, taken
from lib.fields.words import narrow
from lib.grids.coverage import standing
from lib.i18n import _, listed
from lib.imports.dry_run import Change, DryRow, DryRun, Existing, Fault, State, dry_run
from lib.imports.matching import Matching
from lib.imports.table import Table
from lib.roster.training.marking import Mark, fault, recorded

NUMBER, NAME, RESULT, SCORE = "number", "name", "result", "score"
MOST_NAMED = 5
COLUMNS = (
    Field(
        NUMBER, "text", "人员编号", "Person number", longest=12,
        help="花名册中的编号；有重名时必须填写，没有重名可以不填。",
    ),
    Field(NAME, "text", "姓名", "Name", required=True, longest=100),
    Field(
        RESULT, "choice", "考勤结果", "Result", required=True,
        choices=(
            Choice("passed", "合格", "Passed"), Choice("failed", "不合格", "Failed"),
            Choice("absent", "缺席", "Absent"), Choice("excused", "请假", "Excused"),
        ),
    ),
    Field(SCORE, "number", "成绩", "Score", least="0", most="100"),
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What an import would do. `changes` are for `record_attendance`, one for each row that would change
    something."""

    run: DryRun
    changes: tuple[Mark, ...]


class AttendanceTarget:
    """A session as an import sees it. Rows say whom they mean by number, or by a name that only one person of
    the session's center has on its day."""

    columns = COLUMNS
    key = ""

    def __init__(self, session: ScopedSession, sitting: TrainingSession) -> None:
        self.today, self.own_center = deployment.today_of(session), viewer_of(session).center_code
        inside = [sitting.center_code]
        self.names = {
            key: name
            for key, name in session.execute(
                select(Person.id, Person.name).where(within(Person.center_code, inside))
            )
            if isinstance(key, int)
        }
        here = set(
            session.scalars(
                select(Post.person_id).where(within(Post.center_code, inside), standing(sitting.held_on))
            )
        )
        self.called: dict[str, list[int]] = defaultdict(list)
        for key in sorted(here & self.names.keys()):
            self.called[narrow(self.names[key])].append(key)

    # Nothing of a sheet of attendance stands elsewhere.
    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return ()

    def words(self, what: Named, key: str, field: Field) -> str:
        return ""

    def before(self, keys: Collection[str]) -> Mapping[str, Existing]:
        return {}

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        values: dict[str, Kept] = {}
        problems = []
        for field in COLUMNS:
            try:
                values[field.key] = taken(typed.get(field.key, ""), field, self)
            except Refused as refused:
                problems.append(Problem(field.key, refused.sentence))
        try:
            values[NUMBER] = str(self._meant(str(values.get(NUMBER, "")), str(values.get(NAME, ""))))
        except Refused as refused:
            where = NUMBER if values.get(NUMBER) else NAME
            if all(one.field != where for one in problems):
                problems.append(Problem(where, refused.sentence))
        if not problems and (wrong := fault(_mark(values))):
            problems.append(Problem(SCORE, wrong))
        return values, tuple(problems)

    def shown(self, kept: Kept, field: Field) -> str:
        return shown(kept, field, self)

    def _meant(self, number: str, name: str) -> int:
        """Whose row it is. Raises Refused."""
        said = narrow(number).lstrip("#")
        if said:
            key = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
            if key not in self.names:
                raise Refused(_("没有这个编号的人员，或他不属于这场培训的中心。"))
            if name and narrow(self.names[key]) != narrow(name):
                raise Refused(_("编号和姓名不是同一个人，请核对。"))
            return key
        found = self.called.get(narrow(name), [])
        if len(found) > 1:
            raise Refused(
                _("有{count}人同名，请填写人员编号（{numbers}）。").format(
                    count=len(found), numbers=listed(str(key) for key in found[:MOST_NAMED])
                )
            )
        if not found:
            raise Refused(_("这场培训的中心里没有在岗的“{name}”，请核对姓名。").format(name=name[:30]))
        return found[0]


def _mark(values: Mapping[str, Kept], there: Attendance | None = None, row: int | None = None) -> Mark:
    score = str(values.get(SCORE, ""))
    return Mark(
        int(str(values[NUMBER])), AttendanceResult(str(values[RESULT])), int(score) if score else None,
        there.result if there else None, there.score if there else None, row,
    )  # fmt: skip


def tried(
    session: ScopedSession,
    sitting: TrainingSession,
    table: Table,
    matching: Matching,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """Holds the sheet against the session; somebody who stands in it twice is a problem at both rows."""
    run = dry_run(table, matching, AttendanceTarget(session, sitting), progress)
    there = recorded(session, sitting.id)
    lines: dict[Kept, list[int]] = defaultdict(list)
    for row in run.writable:
        lines[(row.values or {})[NUMBER]].append(row.number)
    rows, marks = [], []
    for row in run.rows:
        if row.values is None:
            rows.append(row)
            continue
        others = [number for number in lines[row.values[NUMBER]] if number != row.number]
        if others:
            rows.append(_twice(row, others, table, matching))
            continue
        mark = _mark(row.values, there.get(int(str(row.values[NUMBER]))), row.number)
        found = _compared(row, mark)
        rows.append(found)
        if found.state is not State.UNCHANGED:
            marks.append(mark)
    return Trial(DryRun(matching, tuple(rows), run.blocks), tuple(marks))


def _compared(row: DryRow, mark: Mark) -> DryRow:
    if mark.before is None:
        return row
    changes = []
    if mark.result is not mark.before:
        changes.append(Change(RESULT, mark.before.value, mark.result.value if mark.result else ""))
    if mark.score != mark.score_before:
        changes.append(Change(SCORE, _number(mark.score_before), _number(mark.score)))
    return replace(row, state=State.CHANGED if changes else State.UNCHANGED, changes=tuple(changes))


def _number(score: int | None) -> str:
    return "" if score is None else str(score)


def _twice(row: DryRow, others: list[int], table: Table, matching: Matching) -> DryRow:
    sentence = _("与第{rows}行重复。").format(rows=listed(str(number) for number in others[:MOST_NAMED]))
    place = matching.by_key.get(NAME)
    letter = table.columns[place].letter if place is not None else ""
    heading = table.columns[place].heading if place is not None else ""
    wrong = Fault(table.sheet, row.number, letter, heading, NAME, str((row.values or {})[NAME]), sentence)
    return replace(row, state=State.WRONG, values=None, changes=(), faults=(wrong,))
