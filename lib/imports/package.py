"""Opens a .xlsx package from a stranger: everything is limited before anything is unpacked.

What is refused is said in one sentence, with what to do instead.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from lib.errors import BadInput
from lib.i18n import _
from lib.imports.sheet import MEGABYTE, MOST_ROWS

MOST_PARTS = 400
LARGEST_UNPACKED = 200 * MEGABYTE
# Tables are packed to a fifth or a twentieth; what is packed to a hundredth is packed to do harm.
SUSPECTED, TIGHTEST = 30 * MEGABYTE, 100
PIECE = 256 * 1024
LONGEST_CELL, MOST_TEXTS = 32_767, 1_000_000
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".docx", ".xlsb")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW = re.compile(rb"<row [^>]*?\br=\"(\d{1,9})\"")

# What reading a broken package or broken XML can raise.
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, IndexError,
    expat.ExpatError, OverflowError, RuntimeError,
)  # fmt: skip


def not_a_workbook(name: str) -> BadInput:
    return BadInput(
        _("“{name}”不是可以读取的xlsx文件。请用表格软件打开，另存为xlsx（不加密码）。").format(name=name)
    )


def too_long() -> BadInput:
    return BadInput(_("表格太长：最多{most}行，请分成几个文件。").format(most=MOST_ROWS))


def opened(name: str, content: bytes) -> zipfile.ZipFile:
    """The package, when it is nothing but a workbook of a bearable size. Raises BadInput."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
    except BROKEN:
        raise not_a_workbook(name) from None
    if any(part.flag_bits & 1 for part in parts):
        raise with_password(name)
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > LARGEST_UNPACKED
        or (unpacked > SUSPECTED and unpacked > TIGHTEST * len(content))
    ):
        raise BadInput(
            _("“{name}”解压后太大，不能导入。请只保留要导入的工作表和列，另存为新的xlsx。").format(name=name)
        )
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise BadInput(_("“{name}”是压缩包，不是表格。请解压后再导入其中的表格。").format(name=name))
    if any(each.lower().endswith("vbaproject.bin") for each in names):
        raise with_macros(name)
    for part in parts:
        _refuse_part(package, part, name)
    return package


def with_password(name: str) -> BadInput:
    return BadInput(_("“{name}”有密码。请用表格软件打开，去掉密码后另存为xlsx。").format(name=name))


def with_macros(name: str) -> BadInput:
    return BadInput(_("“{name}”含有宏，不能导入。请另存为不含宏的xlsx。").format(name=name))


def _refuse_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Other archives, macros under another name, and words that grow without end."""
    try:
        with package.open(part) as file:
            start = file.read(8)
            nested = part.filename.lower().endswith(ARCHIVES) or start[:4] == b"PK\x03\x04"
            if nested:
                raise BadInput(
                    _("“{name}”里嵌有别的文件，不能导入。请删去嵌入的文件，另存为新的xlsx。").format(
                        name=name
                    )
                )
            if part.filename == "[Content_Types].xml" and b"macroEnabled" in start + file.read(MEGABYTE):
                raise with_macros(name)
        if part.filename.lower().endswith((".xml", ".rels")):
            _refuse_declarations(package, part.filename)
    except BROKEN:
        raise not_a_workbook(name) from None


class _Begun(Exception):  # noqa: N818 - the first element is there, nothing can be declared any more
    pass


def _refuse_declarations(package: zipfile.ZipFile, part: str) -> None:
    def begun(_name: str, _attributes: Any) -> None:
        raise _Begun

    try:
        read_xml(package, part, begun)
    except _Begun:
        return


def read_xml(
    package: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Reads a part piece by piece; nothing of it is kept. Whoever listens may raise to stop."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    for piece in pieces(package, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def unescaped(text: str) -> str:
    """Signs that XML cannot write stand as _x000D_; an underscore that could begin one as _x005F_."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _refuse_doctype(*_told: Any) -> None:
    raise ValueError("a workbook declares nothing")


def pieces(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with package.open(part) as file:
        # Small first, so that a look at the beginning costs little.
        size = 4096
        while piece := file.read(size):
            yield piece
            size = PIECE


def refuse_too_many_texts(package: zipfile.ZipFile, part: str) -> None:
    """Counted before any is kept."""
    if package.getinfo(part).file_size > MOST_TEXTS * 8:
        count = sum(piece.count(b"<si>") + piece.count(b"<si ") for piece in pieces(package, part))
        if count > MOST_TEXTS:
            raise ValueError("too many texts")


def refuse_too_many_rows(package: zipfile.ZipFile, part: str) -> None:
    """A quick look for the last row that holds anything. The parser counts again, exactly."""
    if package.getinfo(part).file_size < MOST_ROWS * 20:
        return
    rest = b""
    for piece in pieces(package, part):
        text = rest + piece
        held = max(text.rfind(b"</v>"), text.rfind(b"</is>"))
        begun = text.rfind(b"<row ", 0, held) if held >= 0 else -1
        found = _ROW.match(text, begun) if begun >= 0 else None
        if found and int(found[1]) > MOST_ROWS:
            raise too_long()
        rest = text[-2000:]
