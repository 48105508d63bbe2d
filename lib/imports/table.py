"""The table in a sheet: its columns and its rows, without titles, totals, notes and signatures.

What is passed over is said. A cell that says "the same as above" holds what stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.words import narrow
from lib.i18n import _
from lib.imports.header import Header, find_header
from lib.imports.matching import is_passed_over, match
from lib.imports.sheet import Cell, Row, Sheet, is_blank, letters, shown

TOTALS = frozenset(
    {"合计", "总计", "小计", "累计", "共计", "本页小计", "本页合计", "total", "sum", "subtotal"}
)
SAME = frozenset({"同上", "〃", "″", '"', "”", "“", "''", "’’", "ditto"})
NOTHING = frozenset({"/", "//", "\\", "-", "--", "—", "——", "–", "_"})
_FOOTER = re.compile(
    r"(填表|填报|制表|审核|复核|审批|批准|负责|经办|联系|联络|统计|报送|分管|主管|单位|盖章|签字|签章|日期|备注|"
    r"说明|注|附注|填表说明|温馨提示|Note|Remark)[^：:]{0,12}[：:]",
    re.IGNORECASE,
)
MOST_NOTES = 20
STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Column:
    """`index` counts the table's columns; `place` the sheet's, both from 0."""

    index: int
    place: int
    heading: str

    @property
    def letter(self) -> str:
        return letters(self.place)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells stand as the columns do. `number` is the row's on the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`above` is what stands over the header. `exact` is a file of our own, which is read as it stands."""

    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    header_rows: tuple[int, int]
    above: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    exact: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(one.heading for one in self.columns)


def choose_table(sheets: Sequence[Sheet], fields: Sequence[Field]) -> Table:
    """Of several sheets the one that a file of ours names, or the one whose columns we know best."""
    own = [sheet for sheet in sheets if sheet.header_row is not None]
    found, best = None, (-1.0, 0)
    for sheet in own or sheets:
        try:
            table = find_table(sheet, fields)
        except BadInput:
            continue
        sure = sum(one.certainty for one in match(table.headers, fields).columns)
        if (sure, len(table.rows)) > best:
            best, found = (sure, len(table.rows)), table
    return found or find_table(sheets[0], fields)


def find_table(sheet: Sheet, fields: Sequence[Field]) -> Table:
    """Raises BadInput when there is a header and nothing under it."""
    header = find_header(sheet, fields)
    below = sheet.rows[header.last + 1 :]
    above = tuple(
        dict.fromkeys(shown(c) for row in sheet.rows[: header.first] for c in row.cells if not is_blank(c))
    )
    places = _places(header, below)
    columns = tuple(
        Column(n, place, header.names[place] if place < len(header.names) else "")
        for n, place in enumerate(places)
    )
    first, last = sheet.rows[header.first].number, sheet.rows[header.last].number
    table = Table(sheet.name, columns, (), (first, last), above, sheet.notes, sheet.exact)
    rows = _Rows(table, fields, len(places))
    rows.read(below if sheet.exact else rows.without_footers(below), header, sheet.rows)
    if not rows.found:
        raise BadInput(_("工作表“{sheet}”里只有表头，没有数据。").format(sheet=sheet.name))
    return replace(table, rows=tuple(rows.found), notes=(*sheet.notes, *rows.notes()))


def _places(header: Header, below: Sequence[Row]) -> list[int]:
    """The columns that are headed or hold something."""
    held = {place for place, name in enumerate(header.names) if name}
    for row in below:
        if len(row.cells) > len(header.names) or len(held) < len(row.cells):
            held |= {
                place
                for place, cell in enumerate(row.cells)
                if place not in held and cell is not None and place not in row.merged
            }
    return sorted(held)


class _Rows:
    """Reads the rows under a header and keeps what it passed over."""

    def __init__(self, table: Table, fields: Sequence[Field], width: int) -> None:
        self.table, self.width = table, width
        self.counting = {one.index for one in table.columns if is_passed_over(one.heading, fields)}
        self.places = [one.place for one in table.columns]
        self.found: list[TableRow] = []
        self.passed: list[str] = []
        self.empty = self.nothing = self.same = 0

    def without_footers(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Signatures and explanations under the table."""
        end = len(rows)
        while end and self._is_footer(rows[end - 1]):
            end -= 1
            self._pass_over(rows[end])
        return rows[:end]

    def _is_footer(self, row: Row) -> bool:
        values = list(dict.fromkeys(shown(cell) for cell in row.cells if not is_blank(cell)))
        if not values:
            return True
        few = len(values) <= max(1, min(4, self.width // 2))
        return few and bool(_FOOTER.match("".join(values[0].split())))

    def _pass_over(self, row: Row) -> None:
        words = next((shown(cell) for cell in row.cells if not is_blank(cell)), "")
        if words:
            self.passed.append(
                _("第{row}行“{words}…”不是数据，没有读入。").format(row=row.number, words=words[:20])
            )

    def read(self, rows: Sequence[Row], header: Header, all_rows: Sequence[Row]) -> None:
        exact = self.table.exact
        if not exact and rows and self._is_numbering(rows[0]):
            self._pass_over(rows[0])
            rows = rows[1:]
        headers = {self._words(all_rows[n].cells) for n in range(header.first, header.last + 1)}
        above: tuple[Cell, ...] = (None,) * self.width
        for row in rows:
            cells = self._cells(row.cells)
            if not exact and (
                self._is_total(cells) or self._is_across(row) or self._words(row.cells) in headers
            ):
                self._pass_over(row)
                continue
            if not exact:
                cells = tuple(self._plain(cell, over) for cell, over in zip(cells, above, strict=True))
            if all(cell is None for n, cell in enumerate(cells) if n not in self.counting):
                self.empty += 1
                continue
            self.found.append(TableRow(row.number, cells))
            above = cells

    def _cells(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        held = len(cells)
        found = [cells[place] if place < held else None for place in self.places]
        return tuple(None if isinstance(cell, str) and not cell.strip() else cell for cell in found)

    def _words(self, cells: tuple[Cell, ...]) -> tuple[str, ...]:
        return tuple(shown(cell) for cell in self._cells(cells))

    def _plain(self, cell: Cell, above: Cell) -> Cell:
        if not isinstance(cell, str) or len(cell) > 8:
            return cell
        words = cell.strip()
        if words in NOTHING:
            self.nothing += 1
            return None
        if words.casefold() in SAME and above is not None:
            self.same += 1
            return above
        return cell

    def _is_total(self, cells: tuple[Cell, ...]) -> bool:
        first = next((cell for cell in cells if cell is not None), None)
        return (
            isinstance(first, str)
            and len(first) < 20
            and narrow(first).casefold().strip("：:()") in TOTALS
        )  # fmt: skip

    def _is_numbering(self, row: Row) -> bool:
        """Under the header of a form its columns are counted: 甲, 乙, 1, 2, 3."""
        words = [narrow(shown(cell)).strip("()") for cell in row.cells if not is_blank(cell)]
        signs = [word for word in words if not (word.isascii() and word.isdigit())]
        numbers = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 4]
        return (
            len(words) >= 3
            and (len(numbers) > 3 or bool(signs))
            and signs == list(STEMS[: len(signs)])
            and numbers == list(range(1, len(words) - len(signs) + 1))
        )

    def _is_across(self, row: Row) -> bool:
        """One text over most of the table: a heading between its parts."""
        if not row.merged or self.width < 3:
            return False
        values = {shown(cell) for cell in row.cells if not is_blank(cell)}
        return len(values) == 1 and 2 * (len(row.merged) + 1) > self.width

    def notes(self) -> list[str]:
        found = self.passed[:MOST_NOTES]
        if len(self.passed) > MOST_NOTES:
            found.append(_("还有{count}行不是数据，没有读入。").format(count=len(self.passed) - MOST_NOTES))
        if self.empty:
            found.append(_("{count}个空行没有读入。").format(count=self.empty))
        if self.nothing:
            found.append(_("{count}个只写“/”或“—”的单元格按空白读入。").format(count=self.nothing))
        if self.same:
            found.append(_("{count}个“同上”按上一行的内容读入。").format(count=self.same))
        unnamed = [one.letter for one in self.table.columns if not one.heading]
        if unnamed:
            found.append(_("{letters}列没有标题。").format(letters="、".join(unnamed[:MOST_NOTES])))
        return found
