"""Opens a spreadsheet that somebody hands over: .xlsx, .csv or .txt, or a sentence why not.

Files come from strangers. What cannot be read safely is refused before it is unpacked, and with what to do.
"""

from __future__ import annotations

from lib.errors import BadInput
from lib.i18n import _
from lib.imports.package import with_macros, with_password
from lib.imports.sheet import LARGEST_FILE, MEGABYTE, Sheet
from lib.imports.text_file import read_text
from lib.imports.workbook import read_workbook

OLD_CONTAINER = bytes.fromhex("D0CF11E0A1B11AE1")
PASSWORD = "EncryptedPackage".encode("utf-16-le")
WITH_MACROS = (".xlsm", ".xltm", ".xlam")
OLD = (".xls", ".et", ".xlt")
TEXTS = (".csv", ".txt", ".tsv")


def open_file(name: str, content: bytes) -> tuple[Sheet, ...]:
    """The sheets of the file that can be seen and hold something. Raises BadInput."""
    ending = "." + name.rpartition(".")[2].lower()
    if len(content) > LARGEST_FILE:
        raise BadInput(
            _("文件“{name}”太大：最多{most} MB，请分开导入。").format(
                name=name, most=LARGEST_FILE // MEGABYTE
            )
        )
    if not content.strip():
        raise BadInput(_("文件“{name}”里没有内容。").format(name=name))
    if ending in WITH_MACROS:
        raise with_macros(name)
    if content.startswith(OLD_CONTAINER):
        raise with_password(name) if PASSWORD in content else _old(name)
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(name, content)
    if ending in OLD:
        raise _old(name)
    if ending in TEXTS:
        return read_text(name, content)
    raise BadInput(_("“{name}”不是表格，请用xlsx或csv文件。").format(name=name))


def _old(name: str) -> BadInput:
    return BadInput(_("“{name}”是旧格式。请用表格软件打开，另存为xlsx再导入。").format(name=name))
