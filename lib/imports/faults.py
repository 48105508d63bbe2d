"""What is wrong with a cell of a file or with a whole row, told where the person finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.errors import Problem
from lib.fields.kinds import is_masked
from lib.i18n import _
from lib.imports.matching import Matching
from lib.imports.repair import in_part
from lib.imports.sheet import shown
from lib.imports.table import Table, TableRow
from lib.masking import masked_text


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


def fault_at(table: Table, matching: Matching, row: TableRow, problem: Problem) -> Fault:
    """The problem at its cell; the heading stands beside, so that the sentence does not say it again."""
    key, sentence = problem.field, masked_text(problem.sentence)
    field = next((one for one in matching.fields if one.key == key), None)
    if field is not None:
        sentence = sentence.removeprefix(_("“{label}”：{sentence}").format(label=field.words, sentence=""))
    index = matching.by_key.get(key)
    if index is None:
        return Fault(table.sheet, row.number, "", field.words if field else "", key, "", sentence)
    column = table.columns[index]
    value, words = in_part(row.cells[index], field), shown(row.cells[index])
    if field is not None and is_masked(field):
        # Sentences say in quotes what was found, the longest ones cut off.
        sentence = re.sub(
            "“([^“”]{2,})”", lambda said: f"“{value}”" if words.startswith(said[1]) else said[0], sentence
        )
    return Fault(table.sheet, row.number, column.letter, column.heading, key, value, sentence)
