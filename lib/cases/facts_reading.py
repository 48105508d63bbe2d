"""Reads another register's rows as cases, by a mapping; names all that cannot be read at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from db.models.case import Source, Stage
from lib.cases.facts_mapping import TIMES, FactsMapping, Words
from lib.cases.local_times import moment, read_local
from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.tables import Table, open_table

LONGEST_NUMBER, LONGEST_TITLE, LONGEST_DETAIL = 40, 200, 10_000
EVERY = 5000  # rows between two signs of life

Progress = Callable[[str, int], None]


class Fact(NamedTuple):
    """What another register says of one case, in the order of `FACT_COLUMNS`."""

    number: str
    center_code: str
    category_code: str
    source: Source
    department: str | None  # its kind; the row gets the department's id
    stage: Stage
    title: str
    detail: str | None
    reported_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Odd:
    """One row that cannot be, kept as it stands."""

    row: int
    number: str
    sentence: str


@dataclass
class Facts:
    rows: int = 0
    facts: list[Fact] = field(default_factory=list)
    impossible: list[Odd] = field(default_factory=list)
    # Of the closed cases with a flag: whether the register itself calls them late.
    flags: dict[str, bool] = field(default_factory=dict)


def read_facts(path: Path, mapping: FactsMapping, progress: Progress) -> Facts:
    """Raises BadInput with every problem; the same one in many rows is named once, with their count."""
    table = open_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    reader = _Reader(mapping, _places(table, mapping))
    for row in table.rows:
        reader.read(row.number, row.cells)
        if reader.found.rows % EVERY == 0:
            progress(_("读取"), reader.found.rows)
    if reader.problems:
        raise BadInput(
            _("文件有{count}种问题，未写入任何数据。").format(count=len(reader.problems)),
            tuple(reader.told()),
        )
    return reader.found


def _places(table: Table, mapping: FactsMapping) -> dict[str, int]:
    words = [w for w in (mapping.center, mapping.department, mapping.category, mapping.source) if w]
    wanted = [*mapping.columns.values(), *(column for w in words for column in w.columns)]
    if mapping.check:
        wanted.append(mapping.check.column)
    missing = [column for column in dict.fromkeys(wanted) if table.header.count(column) != 1]
    if missing:
        sentence = _("映射文件用到这一列，但表头里没有它（或不止一列）。")
        raise BadInput(
            _("表头与映射文件不符。"), tuple(Problem(name, sentence, table.header_row) for name in missing)
        )
    return {column: table.header.index(column) for column in wanted}


class _Unreadable(Exception):  # noqa: N818 - leaves the row, which is named already
    pass


class _Reader:
    def __init__(self, mapping: FactsMapping, places: Mapping[str, int]) -> None:
        self.mapping, self.places = mapping, places
        self.found = Facts()
        self.numbers: dict[str, int] = {}
        # (column, value, sentence) → first row, how many
        self.problems: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.times = [(f, mapping.columns[f]) for f in TIMES if f in mapping.columns]

    def told(self) -> list[Problem]:
        told = []
        for (column, value, sentence), (row, count) in self.problems.items():
            if count > 1:
                sentence = _("{sentence}（共{count}行，这是第一行）").format(sentence=sentence, count=count)
            told.append(Problem(column, sentence, row, value))
        return sorted(told, key=lambda problem: problem.row or 0)

    def _tell(self, row: int, column: str, value: str, sentence: str) -> None:
        key = (column, value[:100], sentence)
        first, count = self.problems.get(key, (row, 0))
        self.problems[key] = (first, count + 1)

    def read(self, row: int, cells: tuple[str, ...]) -> None:
        self.found.rows += 1
        mapping = self.mapping
        number = self._number(row, cells)
        title = self._text(row, cells, "title", LONGEST_TITLE)
        detail = self._text(row, cells, "detail", LONGEST_DETAIL) if "detail" in mapping.columns else ""
        if title == "":
            self._tell(row, mapping.columns["title"], "", _("标题为空。"))
        times = {name: self._time(row, cells, column, number) for name, column in self.times}
        center = self._meaning(row, cells, mapping.center)
        category = self._meaning(row, cells, mapping.category)
        source = self._meaning(row, cells, mapping.source)
        department = self._meaning(row, cells, mapping.department) if mapping.department else None
        reported, closed = times["reported_at"], times.get("closed_at")
        if reported is None and not cells[self.places[mapping.columns["reported_at"]]].strip():
            self._tell(row, mapping.columns["reported_at"], "", _("上报时间为空。"))
        if reported is not None and closed is not None and closed < reported:
            self._impossible(row, number, reported, closed)
        self._flag(row, cells, number, closed)
        if self.problems or reported is None or not (number and title and center and category and source):
            return  # nothing of the file will be written; only what is wrong is still looked for
        self.found.facts.append(
            Fact(
                number,
                center,
                category,
                Source(source),
                department,
                Stage.CLOSED if closed else mapping.open_stage,
                title,
                detail or None,
                reported,
                times.get("accepted_at"),
                times.get("due_at"),
                closed,
            )
        )

    def _number(self, row: int, cells: tuple[str, ...]) -> str:
        number = self._text(row, cells, "number", LONGEST_NUMBER)
        column = self.mapping.columns["number"]
        if not number:
            self._tell(row, column, "", _("编号为空。"))
        elif number in self.numbers:
            sentence = _("编号与第{other}行重复。").format(other=self.numbers[number])
            self._tell(row, column, number, sentence)
        else:
            self.numbers[number] = row
        return number

    def _text(self, row: int, cells: tuple[str, ...], name: str, longest: int) -> str:
        column = self.mapping.columns[name]
        text = cells[self.places[column]].strip()
        if len(text) > longest:
            self._tell(row, column, text, _("太长：最多{most}个字。").format(most=longest))
        elif not text.isprintable() and any(
            not c.isprintable() and (name != "detail" or c not in "\r\n\t") for c in text
        ):
            self._tell(row, column, text, _("含有看不见的字符，请删去。"))
        return text

    def _time(self, row: int, cells: tuple[str, ...], column: str, number: str) -> datetime | None:
        text = cells[self.places[column]].strip()
        if not text:
            return None
        try:
            found, existed = moment(read_local(text, self.mapping.time_format), self.mapping.time_zone)
        except (ValueError, OverflowError):
            sentence = _("不是“{form}”格式的时间。").format(form=self.mapping.time_format)
            self._tell(row, column, text, sentence)
            return None
        if not existed:
            sentence = _("{column}“{text}”在当地因调快时钟而不存在，按调钟的那一刻计。")
            self.found.impossible.append(Odd(row, number, sentence.format(column=column, text=text)))
        return found

    def _meaning(self, row: int, cells: tuple[str, ...], words: Words) -> str | None:
        key = tuple(cells[self.places[column]].strip() for column in words.columns)
        meaning = words.meaning.get(key)
        if meaning is not None:
            return meaning
        column, value = " / ".join(words.columns), " / ".join(key)
        if not any(key):
            if words.blank is None and words.otherwise is None:
                self._tell(row, column, "", _("为空，映射文件没有说明空白怎么办（blank）。"))
            return words.blank or words.otherwise
        if words.otherwise is None:
            sentence = _("映射文件里没有这个词，请补上，或用otherwise说明其余归到哪里。")
            self._tell(row, column, value, sentence)
        return words.otherwise

    def _impossible(self, row: int, number: str, reported: datetime, closed: datetime) -> None:
        zone = self.mapping.time_zone
        sentence = _("办结时间{closed}早于上报时间{reported}").format(
            closed=closed.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            reported=reported.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        )
        if self.mapping.keeps_impossible:
            self.found.impossible.append(Odd(row, number, sentence))
        else:
            column = self.mapping.columns["closed_at"]
            self._tell(row, column, number, sentence)

    def _flag(self, row: int, cells: tuple[str, ...], number: str, closed: datetime | None) -> None:
        check = self.mapping.check
        if check is None or closed is None:
            return
        word = cells[self.places[check.column]].strip()
        if word in (check.late, check.in_time):
            self.found.flags[number] = word == check.late
        elif word:
            self._tell(row, check.column, word, _("既不是超期也不是按期的词，请核对映射文件的[check]。"))
