"""Checks a whole table before a line of it is written: what is new, what changes from what to what, what is
wrong and where.

A blank cell in a column that is there empties the value of an existing row (where the field is required it is
refused); a value is left as it is only when its column is not in the file at all.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from lib.errors import BadInput, Problem
from lib.fields.field import Field, Kept, Refused
from lib.fields.kinds import kind_of
from lib.fields.words import narrow
from lib.i18n import _
from lib.imports.faults import Fault as Fault  # whoever looks at a run looks at its faults
from lib.imports.faults import fault_at
from lib.imports.matching import Matching
from lib.imports.repair import prepared
from lib.imports.table import Table, TableRow

BETWEEN_TWO_WORDS = 200  # rows after which progress is told


@dataclass(frozen=True)
class Existing:
    """A row that is there already. `version` is compared again when it is written."""

    version: int
    values: Mapping[str, Kept]
    label: str


@dataclass(frozen=True)
class Recognized:
    """Which existing row a row of the file means, and the field by which that was told. Two rows with one
    `key` mean the same, which is wrong at both; "" is like no other. `refusal` says why it cannot be told."""

    key: str
    field: str
    existing: Existing | None = None
    refusal: str = ""


NOBODY = Recognized("", "")

# By their numbers on the sheet what the rows say, and which existing rows they mean; the others are new.
Rows = Mapping[int, Mapping[str, object]]
Recognize = Callable[[Rows], Mapping[int, Recognized]]


def no_such_number() -> str:
    return _("没有这个编号的记录，或它不在您的范围内。新增的行请把编号留空。")


class Target(Protocol):
    """What is imported into."""

    @property
    def columns(self) -> tuple[Field, ...]:
        """What can be imported."""
        ...

    @property
    def key(self) -> str:
        """The field that recognizes an existing row; "" when rows are always new."""
        ...

    def before(self, keys: Collection[str]) -> Mapping[str, Existing]:
        """The existing rows by their keys, as the file writes them. What is not there is left out."""
        ...

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        """Reads one row as a whole; each is asked for once, in their order. Fields that are not in `typed`
        stay as they are. A problem's `field` is the field's key, or "" when it is of the whole row."""
        ...

    def shown(self, kept: Kept, field: Field) -> str: ...


class State(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Change:
    key: str
    old: Kept
    new: Kept


@dataclass(frozen=True)
class DryRow:
    """One line of the file. `values` is what would be kept; `before` what is there now."""

    number: int
    state: State
    key: str = ""
    before: Existing | None = None
    values: Mapping[str, Kept] | None = None
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DryRun:
    """`blocks` are sentences for which nothing can be imported, whatever the rows hold."""

    matching: Matching
    rows: tuple[DryRow, ...]
    blocks: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Mapping[State, int]:
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in State}

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for row in self.rows for fault in row.faults)

    @property
    def writable(self) -> tuple[DryRow, ...]:
        return tuple(row for row in self.rows if row.state in (State.NEW, State.CHANGED))

    @property
    def is_clean(self) -> bool:
        return not self.blocks and not self.counts[State.WRONG]

    def refuse_faults(self) -> None:
        """Raises BadInput with all that is wrong."""
        if self.is_clean:
            return
        problems = tuple(fault.problem for fault in self.faults)
        if self.blocks:
            raise BadInput(self.blocks[0], problems)
        raise BadInput(_("有{count}行有问题，没有导入。").format(count=self.counts[State.WRONG]), problems)


def dry_run(
    table: Table,
    matching: Matching,
    target: Target,
    progress: Callable[[float], None] | None = None,
    recognize: Recognize | None = None,
) -> DryRun:
    """Reads every row of the table as the target would keep it; writes nothing. Where one column is not
    enough to recognize an existing row, `recognize` looks at all of them."""
    run = _Run(table, matching, target, recognize)
    rows = []
    for count, row in enumerate(table.rows):
        if progress is not None and count % BETWEEN_TWO_WORDS == 0:
            progress(count / len(table.rows))
        rows.append(run.row(row))
    rows = run.refuse_repeated(rows)
    if progress is not None:
        progress(1.0)
    return DryRun(matching, tuple(rows), tuple(run.blocks))


def with_problems(run: DryRun, table: Table, problems: Mapping[int, Sequence[Problem]]) -> DryRun:
    """The same, with what only the whole has shown, told at its rows."""
    lines = {row.number: row for row in table.rows}
    return replace(
        run,
        rows=tuple(
            _refused(row, [fault_at(table, run.matching, lines[row.number], one) for one in told])
            if (told := problems.get(row.number))
            else row
            for row in run.rows
        ),
    )


def _refused(row: DryRow, faults: Iterable[Fault]) -> DryRow:
    return replace(row, state=State.WRONG, values=None, changes=(), faults=(*row.faults, *faults))


class _Run:
    def __init__(self, table: Table, matching: Matching, target: Target, recognize: Recognize | None) -> None:
        self.table, self.matching, self.target = table, matching, target
        self.fields = {one.key: one for one in matching.fields}
        self.index = matching.by_key
        self.places = [(self.fields[key], index) for key, index in self.index.items()]
        self.missing = {one.key for one in matching.missing}
        self.blocks: list[str] = []
        if not self.index:
            self.blocks.append(_("没有一列能对应到字段，请先对应各列。"))
        self.unread: dict[int, list[Fault]] = {}
        self.typed = {row.number: self._typed(row) for row in table.rows}
        self.known = (recognize or self._by_key)(self.typed)
        named = sum(1 for one in self.known.values() if one.existing or one.refusal or not recognize)
        if self.missing and named < len(table.rows):
            names = "、".join(one.words for one in matching.missing)
            self.blocks.append(_("缺少必填的列：{names}。").format(names=names))

    def _typed(self, row: TableRow) -> dict[str, object]:
        typed: dict[str, object] = {}
        for field, index in self.places:
            try:
                typed[field.key] = prepared(row.cells[index], field)
            except Refused as refused:
                typed[field.key] = ""
                problem = Problem(field.key, refused.sentence)
                self.unread.setdefault(row.number, []).append(self.fault(row, problem))
        return typed

    def _by_key(self, rows: Rows) -> Mapping[int, Recognized]:
        key = self.target.key
        if key not in self.index:
            return {}
        said = {number: narrow(str(typed[key])) for number, typed in rows.items()}
        said = {number: words for number, words in said.items() if words}
        existing = self.target.before(set(said.values())) if said else {}
        refusal = "" if kind_of(self.fields[key]).filled_in else no_such_number()
        return {
            number: Recognized(words, key, existing.get(words), "" if words in existing else refusal)
            for number, words in said.items()
        }

    def row(self, row: TableRow) -> DryRow:
        faults = self.unread.get(row.number, [])
        known = self.known.get(row.number, NOBODY)
        before = known.existing
        if known.refusal:
            faults.append(self.fault(row, Problem(known.field, known.refusal)))
        values, problems = self.target.take(self.typed[row.number], before)
        told = {fault.key for fault in faults}
        faults += [
            self.fault(row, problem)
            for problem in problems
            if problem.field not in told and (problem.field not in self.missing or before is not None)
        ]
        if faults or problems:
            return DryRow(row.number, State.WRONG, known.key, before, None, (), tuple(faults))
        if before is None:
            return DryRow(row.number, State.NEW, known.key, None, values)
        changes = tuple(
            Change(name, before.values.get(name, ""), new)
            for name, new in values.items()
            if (new or "") != (before.values.get(name, "") or "")
        )
        state = State.CHANGED if changes else State.UNCHANGED
        return DryRow(row.number, state, known.key, before, values, changes)

    def fault(self, row: TableRow, problem: Problem) -> Fault:
        return fault_at(self.table, self.matching, row, problem)

    def refuse_repeated(self, rows: list[DryRow]) -> list[DryRow]:
        """The same key twice, or the same value twice where each may be there once: wrong at both rows."""
        groups: dict[tuple[str, Kept], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            known = self.known.get(row.number, NOBODY)
            if known.key:
                groups[known.field, known.key].append(place)
            for field, _index in self.places:
                value = row.values.get(field.key) if row.values and field.unique else None
                if value and field.key != known.field:
                    groups[field.key, value].append(place)
        found = list(rows)
        for (name, _value), places in groups.items():
            if len(places) > 1:
                for place in places:
                    others = [rows[other].number for other in places if other != place][:5]
                    sentence = _("与第{rows}行重复。").format(rows="、".join(map(str, others)))
                    fault = self.fault(self.table.rows[place], Problem(name, sentence))
                    found[place] = _refused(found[place], (fault,))
        return found
