"""Reads a .csv or .xlsx file into rows of text that know their number on the sheet.

Files come from strangers: sizes are limited before anything is unpacked, and what cannot be read
is said in a sentence. Whatever a cell holds arrives as text; no code is ever a number.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lib.errors import BadInput
from lib.i18n import _

MEGABYTE = 1024 * 1024
LARGEST_TEXT = 500 * MEGABYTE
LARGEST_WORKBOOK = 10 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_PARTS = 200
MOST_ROWS = 100_000  # of a workbook; a text file is read row by row and may have more
MOST_COLUMNS = 200
# A spreadsheet keeps fifteen digits of a number and forgets the rest.
KEPT_DIGITS = 15
# Our own exports tell above the table what it shows: in a text file in lines that begin like this,
# in a workbook in the rows before the one that carries this name.
NOTE = "# "
HEADER_NAME = "export_header"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is what the spreadsheet shows at its left edge; the header is usually row 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The first row that is not empty is the header. The rows are read once, as they are asked for."""

    header: tuple[str, ...]
    header_row: int
    rows: Iterator[Row]


def open_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """Empty rows are passed over but counted. Raises BadInput when the file cannot be read."""
    rows = _refusing(path, encoding, delimiter)
    header = next(rows, None)
    if header is not None and _is_note(header):
        rows = map(_without_apostrophes, itertools.dropwhile(_is_note, rows))
        header = next(rows, None)
    if header is None:
        raise BadInput(_("文件“{name}”里没有内容。").format(name=path.name))
    width = len(header.cells)
    names = tuple(cell.strip() for cell in header.cells)
    same_width = (Row(row.number, (row.cells + ("",) * width)[:width]) for row in rows)
    return Table(names, header.number, same_width)


def _is_note(row: Row) -> bool:
    return row.cells[0].startswith(NOTE) and not any(row.cells[1:])


def _without_apostrophes(row: Row) -> Row:
    """Exports put one before what a spreadsheet would compute or turn into a number."""
    return Row(row.number, tuple(cell.removeprefix("'") for cell in row.cells))


def _refusing(path: Path, encoding: str | None, delimiter: str | None) -> Iterator[Row]:
    try:
        if path.suffix.lower() == ".xlsx":
            rows = _workbook_rows(path)
        else:
            rows = _text_rows(_text(path, encoding), delimiter)
        yield from (row for row in rows if any(cell.strip() for cell in row.cells))
    except FileNotFoundError:
        raise BadInput(_("找不到文件“{name}”。").format(name=path)) from None
    except OSError as error:
        raise BadInput(
            _("无法读取文件“{name}”：{why}").format(name=path.name, why=error.strerror or error)
        ) from None


def _text(path: Path, encoding: str | None) -> str:
    with path.open("rb") as file:
        packed = gzip.GzipFile(fileobj=file) if path.suffix.lower() == ".gz" else file
        try:
            content = packed.read(LARGEST_TEXT + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BadInput(_("压缩文件“{name}”不完整，请重新下载。").format(name=path.name)) from None
    if len(content) > LARGEST_TEXT:
        raise BadInput(
            _("文件“{name}”太大：最多{most} MB，请分开导入。").format(
                name=path.name, most=LARGEST_TEXT // MEGABYTE
            )
        )
    for candidate in (encoding,) if encoding else _candidates(content):
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise BadInput(_("不认识编码“{name}”。").format(name=candidate)) from None
    raise BadInput(
        _("文件“{name}”的编码无法识别，请另存为UTF-8编码的CSV，或直接用xlsx。").format(name=path.name)
    )


def _candidates(content: bytes) -> tuple[str, ...]:
    """UTF-8 is tried first: text of another encoding almost never happens to be valid UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _text_rows(text: str, delimiter: str | None) -> Iterator[Row]:
    first_line = text.lstrip("\r\n")[:10_000].split("\n", 1)[0]
    if delimiter is None:
        delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MOST_COLUMNS:
                raise _too_wide()
            yield Row(number, tuple(cells))
    except csv.Error as error:
        raise BadInput(
            _("第{line}行附近的引号或分隔符不对，请用表格软件重新保存为CSV（{why}）。").format(
                line=reader.line_num, why=error
            )
        ) from None


def _too_wide() -> BadInput:
    return BadInput(_("表格太宽：最多{most}列，请只保留需要的列。").format(most=MOST_COLUMNS))


def _workbook_rows(path: Path) -> Iterator[Row]:
    import openpyxl  # half a second that a .csv need not wait for

    content = path.read_bytes() if path.stat().st_size <= LARGEST_WORKBOOK else b""
    _refuse_bombs(content, path.name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size that a file claims is not believed
        above = _rows_above_header(book)
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > MOST_ROWS:
                raise BadInput(_("表格太长：最多{most}行，请改用CSV。").format(most=MOST_ROWS))
            if number <= above:
                continue
            if len(cells) > MOST_COLUMNS:
                raise _too_wide()
            yield Row(number, tuple(_as_text(cell) for cell in cells))
    except BadInput:
        raise
    except Exception as error:  # a broken workbook fails in every way a parser can
        raise _not_a_workbook(path.name) from error


def _rows_above_header(book: Any) -> int:
    named = book.defined_names.get(HEADER_NAME)
    found = re.search(r"\$(\d{1,7})", named.attr_text or "") if named is not None else None
    return int(found[1]) - 1 if found else 0


def _not_a_workbook(name: str) -> BadInput:
    return BadInput(
        _("“{name}”不是可以读取的xlsx文件。请用表格软件打开，另存为xlsx（不加密码）。").format(name=name)
    )


def _refuse_bombs(content: bytes, name: str) -> None:
    """A small file can unpack to more than the machine holds, or define words that grow without end."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if (
                len(parts) > MOST_PARTS
                or sum(part.file_size for part in parts) > LARGEST_UNPACKED
                or any(part.flag_bits & 1 for part in parts)
            ):
                raise BadInput(
                    _("“{name}”太大或已加密：最多{most} MB，请改用CSV。").format(
                        name=name, most=LARGEST_WORKBOOK // MEGABYTE
                    )
                )
            for part in parts:
                with package.open(part) as file:  # never yields more than the size that was declared
                    start = file.read(4096).replace(b"\x00", b"")
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise _not_a_workbook(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise _not_a_workbook(name) from None


def _as_text(cell: Any) -> str:
    """A whole number without a fraction; one that lost digits stays visibly damaged."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        whole = isinstance(cell, int) or cell.is_integer()
        return str(int(cell)) if whole and abs(cell) < 10**KEPT_DIGITS else repr(float(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
