"""What a table of patrols or of visits from outside would write down: its columns, and what is wrong with its
rows. Rows are always new; what stands already is told at its row."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from db.models.duty import Campaign
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import viewer_of
from lib.errors import Problem
from lib.fields.field import Choice, Field, Kept, Named, Refused
from lib.fields.kinds import shown, taken
from lib.i18n import _, mark, speaking
from lib.imports.dry_run import DryRow, DryRun, Existing, Fault, State, dry_run
from lib.imports.matching import Matching
from lib.imports.repair import in_part
from lib.imports.table import Table, TableRow
from lib.masking import masked_text
from lib.roster.duty.ground import Ground, Place
from lib.roster.duty.judging import problems_of, twins
from lib.roster.duty.records import (
    LONGEST_WORDS,
    MOST_MINUTES,
    MOST_PROBLEMS,
    Patrolled,
    Recorded,
    Visited,
    household_number,
    tidied,
)
from lib.roster.duty.words import CAMPAIGN_WORDS

DAY, GRID, PERSON, HOUSEHOLD, CAMPAIGN = "day", "grid", "person", "household", "campaign"
PROBLEM, SOLVED, MINUTES, PROBLEMS, NOTE = "problem", "solved_on", "minutes", "problems", "note"
MOST_SHOWN = 200


class What(enum.StrEnum):
    """What the table is about."""

    VISITS = "visits"
    PATROLS = "patrols"


WHAT_WORDS: dict[What, str] = {What.VISITS: mark("走访"), What.PATROLS: mark("日巡查")}
TITLE_WORDS: dict[What, str] = {What.VISITS: mark("走访登记表"), What.PATROLS: mark("日巡查登记表")}


def columns_of(what: What) -> tuple[Field, ...]:
    """The columns that a table may have."""
    about_person = _("填姓名。这一天须在该网格有岗位或代岗；同名的在姓名后写“#编号”。")
    day = _field(DAY, "date", mark("日期"), required=True)
    grid = _field(GRID, "grid", mark("网格代码"), required=True, help=_("填网格代码，也可以填全称。"))
    person = _field(PERSON, "person", mark("网格员"), required=True, help=about_person)
    if what is What.PATROLS:
        return (
            day,
            grid,
            person,
            _field(MINUTES, "number", mark("时长"), unit=_("分钟"), least="1", most=f"{MOST_MINUTES}"),
            _field(PROBLEMS, "number", mark("发现问题数"), least="0", most=f"{MOST_PROBLEMS}"),
            _field(NOTE, "long_text", mark("备注"), longest=LONGEST_WORDS),
        )
    campaigns = tuple(_choice(one.value, words) for one, words in CAMPAIGN_WORDS.items())
    return (
        day,
        grid,
        person,
        _field(HOUSEHOLD, "text", mark("户号"), required=True, help=_("户号或门牌号，同一户每次写得一样。")),
        _field(CAMPAIGN, "choice", mark("走访类型"), choices=campaigns, help=_("不填就是日常走访。")),
        _field(PROBLEM, "long_text", mark("发现问题"), longest=LONGEST_WORDS),
        _field(SOLVED, "date", mark("解决日期")),
    )


def _english(words: str) -> str:
    with speaking("en"):
        return _(words)


def _field(
    key: str,
    kind: str,
    words: str,
    *,
    required: bool = False,
    help: str = "",  # noqa: A002 - as the field calls it
    unit: str = "",
    least: str = "",
    most: str = "",
    longest: int = 0,
    choices: tuple[Choice, ...] = (),
) -> Field:
    return Field(
        key, kind, words, _english(words), help, required=required, unit=unit, least=least, most=most,
        longest=longest, choices=choices,
    )  # fmt: skip


def _choice(key: str, words: str) -> Choice:
    return Choice(key, words, _english(words))


class DutyTarget:
    """Patrols or visits as an import sees them. It is also the world that its fields ask."""

    key = ""

    def __init__(self, session: ScopedSession, what: What) -> None:
        self.what, self.columns = what, columns_of(what)
        self.ground, self.today = Ground(session), deployment.today_of(session)
        self.own_center = viewer_of(session).center_code
        self._names: dict[str, str] = {}

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return tuple(one.code for one in self.ground.find(said)) if what is Named.GRID else ()

    def words(self, what: Named, key: str, field: Field) -> str:
        found = self.ground.find(key) if what is Named.GRID else []
        return f"{found[0].code} {found[0].name}" if found else ""

    def before(self, keys: Collection[str]) -> Mapping[str, Existing]:
        return {}

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        values: dict[str, Kept] = {}
        problems = []
        for field in self.columns:
            if field.key == PERSON:
                continue
            try:
                values[field.key] = taken(typed.get(field.key, ""), field, self)
            except Refused as refused:
                problems.append(Problem(field.key, refused.sentence))
        if HOUSEHOLD in values:
            values[HOUSEHOLD] = household_number(str(values[HOUSEHOLD]))
        try:
            values[PERSON] = self._person(str(typed.get(PERSON) or ""), values)
        except Refused as refused:
            problems.append(Problem(PERSON, refused.sentence))
        if not problems:
            problems = problems_of(self.recorded(values), self.ground, self.today)
        return values, tuple(problems)

    def _person(self, said: str, values: Mapping[str, Kept]) -> str:
        """The key of whoever is called so among those who hold or cover a post in the grid on the day; "" as
        long as grid or day are not known. Raises Refused."""
        name, _sign, number = (part.strip() for part in said.partition("#"))
        if not name and not number:
            raise Refused(_("这一项必填。"))
        if not values.get(GRID) or not values.get(DAY):
            return ""
        place, day = self._place(values), date.fromisoformat(str(values[DAY]))
        if day > self.today:
            return ""  # the day itself says why
        there = self.ground.people(place, day)
        found = [
            one for one in there if (not name or one.name == name) and number in ("", f"{one.person_id}")
        ]
        if len(found) == 1:
            self._names[f"{found[0].person_id}"] = found[0].name
            return f"{found[0].person_id}"
        if found:
            numbers = "、".join(f"#{one.person_id}" for one in found[:5])
            raise Refused(
                _("这个网格有多人叫“{name}”，请在姓名后写明编号：{numbers}。").format(
                    name=name[:20], numbers=numbers
                )
            )
        raise Refused(
            _(
                "“{name}”这一天在“{grid}”没有岗位，也没有代岗。请核对姓名、日期和网格，或先在花名册中办理。"
            ).format(name=said[:20], grid=place.name[:40])
        )

    def _place(self, values: Mapping[str, Kept]) -> Place:
        return self.ground.find(str(values[GRID]))[0]

    def recorded(self, values: Mapping[str, Kept], row: int | None = None) -> Recorded:
        """What is written down of values in which nothing is wrong by itself."""

        def words(key: str) -> str:
            return str(values.get(key) or "")

        grid_id, person_id = self._place(values).id, int(words(PERSON) or 0)
        day = date.fromisoformat(words(DAY))
        if self.what is What.PATROLS:
            minutes, problems = words(MINUTES), words(PROBLEMS)
            said: Recorded = Patrolled(
                grid_id,
                person_id,
                day,
                int(minutes) if minutes else None,
                int(problems or 0),
                words(NOTE),
                row,
            )
        else:
            solved = words(SOLVED)
            said = Visited(
                grid_id, person_id, day, words(HOUSEHOLD), Campaign(words(CAMPAIGN) or Campaign.DAILY),
                words(PROBLEM), date.fromisoformat(solved) if solved else None, row,
            )  # fmt: skip
        return tidied(said)

    def shown(self, kept: Kept, field: Field) -> str:
        return self._names.get(str(kept), "") if field.key == PERSON else shown(kept, field, self)


@dataclass(frozen=True)
class Trial:
    """What an import would do; `changes` are for `record_many`, one for each line that can be written, and
    `shown` the first of them in words, as the columns stand."""

    run: DryRun
    changes: tuple[Recorded, ...]
    shown: tuple[tuple[str, ...], ...] = ()


def tried(
    session: ScopedSession,
    what: What,
    table: Table,
    matching: Matching,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """Holds the table against the grids and their people, and against what is written down already."""
    target = DutyTarget(session, what)
    run = dry_run(table, matching, target, progress)
    good = [row for row in run.rows if row.state is State.NEW]
    rows = [target.recorded(row.values or {}, row.number) for row in good]
    again = {good[place].number: problem for place, problem in twins(session, rows).items()}
    lines = {row.number: row for row in table.rows}
    checked = tuple(
        _wrong(row, _fault(lines[row.number], again[row.number], table, matching))
        if row.number in again
        else row
        for row in run.rows
    )
    kept = tuple(one for one in rows if one.row not in again)
    previewed = [row for row in checked if row.state is State.NEW][:MOST_SHOWN]
    shown_rows = tuple(
        tuple(target.shown((row.values or {}).get(one.key, ""), one) for one in target.columns)
        for row in previewed
    )
    return Trial(DryRun(matching, checked, run.blocks), kept, shown_rows)


def _wrong(row: DryRow, fault: Fault) -> DryRow:
    return replace(row, state=State.WRONG, values=None, changes=(), faults=(fault,))


def _fault(line: TableRow, problem: Problem, table: Table, matching: Matching) -> Fault:
    sentence = masked_text(problem.sentence)
    index = matching.by_key.get(problem.field)
    if index is None:
        return Fault(table.sheet, line.number, "", "", problem.field, "", sentence)
    column = table.columns[index]
    value = in_part(line.cells[index], matching.field(index))
    return Fault(table.sheet, line.number, column.letter, column.heading, problem.field, value, sentence)
