"""Checks a whole table before a line of it is written: what is new, what changes from what to what, what is
wrong and where.

A blank cell in a column that is there empties the value of an existing row (where the field is required it is
refused); a value is left as it is only when its column is not in the file at all.
"""

from __future__ import annotations

import enum
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from lib.errors import BadInput, Problem
from lib.fields.field import Field, Kept, Refused
from lib.fields.kinds import is_masked, kind_of
from lib.fields.words import narrow
from lib.i18n import _
from lib.imports.matching import Matching
from lib.imports.repair import in_part, prepared
from lib.imports.sheet import shown
from lib.imports.table import Table, TableRow
from lib.masking import masked_text

BETWEEN_TWO_WORDS = 200  # rows after which progress is told


@dataclass(frozen=True)
class Existing:
    """A row that is there already. `version` is compared again when it is written."""

    version: int
    values: Mapping[str, Kept]
    label: str


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
        """Reads one row as a whole. Fields that are not in `typed` stay as they are. A problem's `field` is
        the field's key, or "" when it is of the whole row."""
        ...

    def shown(self, kept: Kept, field: Field) -> str: ...


class State(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands in the file, and how to mend it. `letter` is "" when it is the
    whole row. The value is shown in part where its field is masked."""

    sheet: str
    row: int
    letter: str
    heading: str
    key: str
    value: str
    sentence: str

    @property
    def place(self) -> str:
        return f"{self.letter}{self.row}"

    @property
    def problem(self) -> Problem:
        return Problem(self.heading, self.sentence, self.row, self.value)


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
    table: Table, matching: Matching, target: Target, progress: Callable[[float], None] | None = None
) -> DryRun:
    """Reads every row of the table as the target would keep it; writes nothing."""
    run = _Run(table, matching, target)
    rows = []
    for count, row in enumerate(table.rows):
        if progress is not None and count % BETWEEN_TWO_WORDS == 0:
            progress(count / len(table.rows))
        rows.append(run.row(row))
    rows = run.refuse_repeated(rows)
    if progress is not None:
        progress(1.0)
    return DryRun(matching, tuple(rows), tuple(run.blocks))


class _Run:
    def __init__(self, table: Table, matching: Matching, target: Target) -> None:
        self.table, self.target = table, target
        self.fields = {one.key: one for one in matching.fields}
        self.places = [(self.fields[key], index) for key, index in matching.by_key.items()]
        self.index = matching.by_key
        self.missing = {one.key for one in matching.missing}
        self.blocks: list[str] = []
        if not self.index:
            self.blocks.append(_("没有一列能对应到字段，请先对应各列。"))
        self.keys = self._keys()
        self.existing = target.before(set(self.keys.values())) if self.keys else {}
        if self.missing and len(self.keys) < len(table.rows):
            names = "、".join(one.words for one in matching.missing)
            self.blocks.append(_("缺少必填的列：{names}。").format(names=names))

    def _keys(self) -> dict[int, str]:
        """Row → the key it names."""
        place = self.index.get(self.target.key)
        if place is None:
            return {}
        found = {}
        for row in self.table.rows:
            try:
                said = narrow(str(prepared(row.cells[place], self.fields[self.target.key])))
            except Refused:
                continue  # the row itself says why
            if said:
                found[row.number] = said
        return found

    def row(self, row: TableRow) -> DryRow:
        faults: list[Fault] = []
        typed: dict[str, object] = {}
        for field, index in self.places:
            try:
                typed[field.key] = prepared(row.cells[index], field)
            except Refused as refused:
                typed[field.key] = ""
                faults.append(self.fault(row, field.key, refused.sentence))
        key = self.keys.get(row.number, "")
        before = self.existing.get(key)
        if key and before is None and not kind_of(self.fields[self.target.key]).filled_in:
            sentence = _("没有这个编号的记录，或它不在您的范围内。新增的行请把编号留空。")
            faults.append(self.fault(row, self.target.key, sentence))
        values, problems = self.target.take(typed, before)
        known = {fault.key for fault in faults}
        faults += [
            self.fault(row, problem.field, problem.sentence)
            for problem in problems
            if problem.field not in known and (problem.field not in self.missing or before is not None)
        ]
        if faults or problems:
            return DryRow(row.number, State.WRONG, key, before, None, (), tuple(faults))
        if before is None:
            return DryRow(row.number, State.NEW, key, None, values)
        changes = tuple(
            Change(name, before.values.get(name, ""), new)
            for name, new in values.items()
            if (new or "") != (before.values.get(name, "") or "")
        )
        state = State.CHANGED if changes else State.UNCHANGED
        return DryRow(row.number, state, key, before, values, changes)

    def fault(self, row: TableRow, key: str, sentence: str) -> Fault:
        index = self.index.get(key)
        field = self.fields.get(key)
        sentence = masked_text(sentence)
        if index is None:
            name = field.words if field else ""
            return Fault(self.table.sheet, row.number, "", name, key, "", sentence)
        column = self.table.columns[index]
        value, words = in_part(row.cells[index], field), shown(row.cells[index])
        if field is not None and is_masked(field):
            # Sentences say in quotes what was found, the longest ones cut off.
            sentence = re.sub(
                "“([^“”]{2,})”", lambda said: f"“{value}”" if words.startswith(said[1]) else said[0], sentence
            )
        return Fault(self.table.sheet, row.number, column.letter, column.heading, key, value, sentence)

    def refuse_repeated(self, rows: list[DryRow]) -> list[DryRow]:
        """The same key twice, or the same value twice where each may be there once: wrong at both rows."""
        key = self.target.key
        groups: dict[tuple[str, Kept], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            if row.key:
                groups[key, row.key].append(place)
            for field, _index in self.places:
                value = row.values.get(field.key) if row.values and field.unique else None
                if value and field.key != key:
                    groups[field.key, value].append(place)
        found = list(rows)
        for (name, _value), places in groups.items():
            if len(places) > 1:
                for place in places:
                    others = [rows[other].number for other in places if other != place][:5]
                    sentence = _("与第{rows}行重复。").format(rows="、".join(map(str, others)))
                    fault = self.fault(self.table.rows[place], name, sentence)
                    wrong = replace(found[place], state=State.WRONG, values=None, changes=())
                    found[place] = replace(wrong, faults=(*found[place].faults, fault))
        return found
