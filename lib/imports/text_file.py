"""Reads a .csv or .txt: which encoding, which separator, and our own notes above the table."""

from __future__ import annotations

import csv
import io
import re

from lib.errors import BadInput
from lib.i18n import _
from lib.imports.package import too_long
from lib.imports.sheet import MOST_COLUMNS, MOST_ROWS, Cell, Row, Sheet, without_blanks_at_the_end
from lib.imports.sheet_reader import too_wide
from lib.tables import NOTE

SEPARATORS = ",\t;"
LOOKED_AT = 60  # lines that decide which separator it is
_QUOTED = re.compile(r'"[^"]*"')
# What no table holds: files of another kind that happen to decode.
_STRANGE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_GUARDED = re.compile(r"'([0-9]+[Xx]?|[=+\-@＝＋－＠].*)", re.DOTALL)


def read_text(name: str, content: bytes) -> tuple[Sheet, ...]:
    """The one sheet of a text file. Raises BadInput."""
    text = _decoded(name, content)
    title = name.rsplit(".", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[Row] = []
    own, header, number = False, None, 0
    last_line = 0
    try:
        for cells in reader:
            number, last_line = last_line + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            note = cells[0].startswith(NOTE) and not any(cells[1:])
            if note and (own or not rows):
                own = True
                rows.append(Row(number, (cells[0].removeprefix(NOTE),)))
                continue
            if own and header is None:
                header = number
            if len(rows) >= MOST_ROWS:
                raise too_long()
            found = without_blanks_at_the_end(_cell(cell, own) for cell in cells)
            if len(found) > MOST_COLUMNS:
                raise too_wide()
            rows.append(Row(number, found))
    except csv.Error as error:
        raise BadInput(
            _("第{line}行附近的引号或分隔符不对，请用表格软件重新保存为CSV（{why}）。").format(
                line=reader.line_num, why=error
            )
        ) from None
    if not rows:
        raise BadInput(_("文件“{name}”里没有内容。").format(name=name))
    return (Sheet(title, tuple(rows), (), header, own),)


def _cell(text: str, own: bool) -> Cell:
    """Exports put an apostrophe before what a spreadsheet would compute or turn into a number; people put one
    before numbers."""
    if own:
        text = text.removeprefix("'")
    elif text.startswith("'") and (found := _GUARDED.fullmatch(text)):
        text = found[1]
    return text if text.strip() else None


def _decoded(name: str, content: bytes) -> str:
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _STRANGE.search(text):
            return text.removeprefix("\ufeff")
    raise BadInput(_("文件“{name}”的编码无法识别，请另存为UTF-8编码的CSV，或直接用xlsx。").format(name=name))


def _candidates(content: bytes) -> tuple[str, ...]:
    """UTF-8 is tried first: text of another encoding almost never happens to be valid UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    start = content[:2000]
    if start.count(b"\0") > len(start) // 4:
        return ("utf-16-le", "utf-16-be")
    return ("utf-8-sig", "gb18030")


def _separator(text: str) -> str:
    """The one that most lines have most of; a title alone in its line has none."""
    counts = dict.fromkeys(SEPARATORS, 0)
    for line in text[:200_000].splitlines()[:LOOKED_AT]:
        if not line.startswith(NOTE):
            bare = _QUOTED.sub("", line)
            for sign in SEPARATORS:
                counts[sign] += bare.count(sign)
    return max(SEPARATORS, key=lambda sign: counts[sign])
