"""What is allowed and yet looks like a mistake: a column that slipped, everything changed, another's file.
Nothing is refused; a person is asked to look again."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.fields.days import day_in
from lib.fields.field import Field, Named, Refused
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.imports.dry_run import DryRun, State
from lib.imports.matching import Matching
from lib.imports.repair import prepared
from lib.imports.synonyms import whole
from lib.imports.table import Table

FEW = 5  # values that say nothing about a column yet
MOST_REFUSED, MOST_CHANGED = 0.5, 0.3
FITS = 0.8
LOOKED_AT = 200  # values of a column that are tried
FAR_AHEAD = timedelta(days=3660)
# Kinds by which a value gives itself away.
TELLING = frozenset(
    {
        "phone",
        "citizen_id",
        "organization_code",
        "date",
        "period",
        "time",
        "number",
        "money",
        "yes_no",
        "choice",
    }
)


class Doubt(enum.StrEnum):
    SHIFTED = "shifted"
    REFUSED = "refused"
    ALL_CHANGED = "all_changed"
    MANY_CHANGED = "many_changed"
    SAME_DAY = "same_day"
    FUTURE = "future"
    OTHER_REGISTER = "other_register"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Suspicion:
    """`letter` is the column's, "" when it is the whole file."""

    doubt: Doubt
    sentence: str
    letter: str = ""


class _Nobody:
    """Values are tried without asking anybody; what names other things is not tried."""

    today = date(2000, 1, 1)
    own_center = ""

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return ()

    def words(self, what: Named, key: str, field: Field) -> str:
        return ""


def suspicions(
    table: Table, matching: Matching, run: DryRun, *, today: date, title: str = ""
) -> tuple[Suspicion, ...]:
    """`title` is what the register is called; files of ours say what they were exported from."""
    found: list[Suspicion] = []
    if title and table.exact and table.above and not any(whole(title) in whole(line) for line in table.above):
        sentence = _("这个文件是从“{other}”导出的，不是“{title}”，请核对。")
        found.append(Suspicion(Doubt.OTHER_REGISTER, sentence.format(other=table.above[0][:40], title=title)))
    found += _shifted(table, matching, run)
    found += _changed(table, matching, run)
    found += _days(table, matching, run, today)
    found += _repeated(table, run)
    return tuple(found)


def _values(table: Table, index: int) -> list[object]:
    return [row.cells[index] for row in table.rows if row.cells[index] is not None]


def _neighbours(matching: Matching, index: int) -> list[Field]:
    found = (matching.field(place) for place in (index - 1, index + 1) if 0 <= place < len(matching.columns))
    return [one for one in found if one is not None]


def _fits(table: Table, index: int, field: Field) -> float:
    """The share of the column's values that the field would take."""
    cells = [row.cells[index] for row in table.rows if row.cells[index] is not None][:LOOKED_AT]
    taken = 0
    for cell in cells:
        try:
            taken += bool(kind_of(field).read(prepared(cell, field), field, _Nobody()))
        except Refused:
            continue
    return taken / len(cells) if cells else 0.0


def _shifted(table: Table, matching: Matching, run: DryRun) -> list[Suspicion]:
    found = []
    refused = Counter(fault.key for fault in run.faults)
    slipped: dict[str, Counter[str]] = defaultdict(Counter)
    changed = [row for row in run.rows if row.changes and row.before is not None]
    for row in changed:
        for change in row.changes:
            for near in _neighbours(matching, matching.by_key.get(change.key, -9)):
                if change.new and row.before and row.before.values.get(near.key) == change.new:
                    slipped[change.key][near.key] += 1
    for key, index in matching.by_key.items():
        values, letter = len(_values(table, index)), table.columns[index].letter
        heading = table.columns[index].heading
        if values < FEW:
            continue
        moved = slipped[key].most_common(1)
        if moved and moved[0][1] >= FEW and moved[0][1] > MOST_REFUSED * len(changed):
            found.append(_slipped(letter, heading, _called(matching, moved[0][0])))
        elif refused[key] > MOST_REFUSED * values:
            own = matching.field(index)
            others = [
                one
                for one in _neighbours(matching, index)
                if one.kind in TELLING and own is not None and one.kind != own.kind
            ]
            fitting = next((one for one in others if _fits(table, index, one) >= FITS), None)
            if fitting is not None:
                found.append(_slipped(letter, heading, fitting.words))
            else:
                sentence = _("{letter}列“{heading}”一半以上的内容不能读入，请核对是否对应错了列。")
                found.append(
                    Suspicion(Doubt.REFUSED, sentence.format(letter=letter, heading=heading), letter)
                )
    return found


def _called(matching: Matching, key: str) -> str:
    return next((one.words for one in matching.fields if one.key == key), key)


def _slipped(letter: str, heading: str, name: str) -> Suspicion:
    sentence = _("{letter}列“{heading}”的内容像是“{name}”，整列可能错位，请核对。")
    return Suspicion(Doubt.SHIFTED, sentence.format(letter=letter, heading=heading, name=name), letter)


def _changed(table: Table, matching: Matching, run: DryRun) -> list[Suspicion]:
    standing = [row for row in run.rows if row.before is not None and row.state is not State.WRONG]
    found = []
    if len(standing) >= FEW:
        counts = Counter(change.key for row in standing for change in row.changes)
        for key, count in counts.items():
            index = matching.by_key.get(key)
            if count == len(standing) and index is not None:
                column = table.columns[index]
                sentence = _("{letter}列“{heading}”的每一行都会改变，请核对是否对应错了列。")
                sentence = sentence.format(letter=column.letter, heading=column.heading)
                found.append(Suspicion(Doubt.ALL_CHANGED, sentence, column.letter))
    changing = sum(1 for row in standing if row.changes)
    if len(standing) >= 2 * FEW and changing > MOST_CHANGED * len(standing):
        sentence = _("{count}条已有记录中有{changing}条会改变，请核对后再导入。")
        found.append(Suspicion(Doubt.MANY_CHANGED, sentence.format(count=len(standing), changing=changing)))
    return found


def _days(table: Table, matching: Matching, run: DryRun, today: date) -> list[Suspicion]:
    found = []
    for key, index in matching.by_key.items():
        field, column = matching.field(index), table.columns[index]
        if field is None or field.kind != "date":
            continue
        days = [
            day
            for row in run.rows
            if row.state in (State.NEW, State.CHANGED) and row.values
            if (day := day_in(str(row.values.get(key) or ""))) is not None
        ]
        said = {"letter": column.letter, "heading": column.heading}
        if len(days) >= 2 * FEW and len(set(days)) == 1:
            sentence = _("{letter}列“{heading}”全部是同一天（{day}），请核对。").format(day=days[0], **said)
            found.append(Suspicion(Doubt.SAME_DAY, sentence, column.letter))
        ahead = sum(1 for day in days if day > today)
        far = sum(1 for day in days if day > today + FAR_AHEAD)
        # Deadlines lie ahead; a few among days of the past are slips.
        if ahead and (2 * ahead <= len(days) or far):
            sentence = _("{letter}列“{heading}”有{count}个日期在今天以后，请核对。").format(
                count=ahead, **said
            )
            found.append(Suspicion(Doubt.FUTURE, sentence, column.letter))
    return found


def _repeated(table: Table, run: DryRun) -> list[Suspicion]:
    """New rows that hold the same in every column."""
    by_number = {row.number: row.cells for row in table.rows}
    passed = {one.index for one in run.matching.columns if one.passed_over}
    seen: dict[Sequence[str], int] = {}
    again = []
    for row in run.rows:
        if row.state is State.NEW:
            cells = tuple(str(cell) for n, cell in enumerate(by_number[row.number]) if n not in passed)
            if cells in seen:
                again.append((seen[cells], row.number))
            seen.setdefault(cells, row.number)
    if not again:
        return []
    pairs = "；".join(f"{first}＝{second}" for first, second in again[:FEW])
    sentence = _("有{count}行与前面的行完全相同（行号：{pairs}），请核对是否重复填报。")
    return [Suspicion(Doubt.REPEATED, sentence.format(count=len(again), pairs=pairs))]
