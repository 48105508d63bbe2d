"""What a file that somebody adds to an entry may be: decided by what is in it, never by what it is called."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib

from lib.access.viewer import Viewer
from lib.errors import BadInput
from lib.i18n import _
from lib.registers.design import Design
from lib.registers.seeing import level_of, seen

MEGABYTE = 1024 * 1024
LARGEST, MOST_FILES = 10 * MEGABYTE, 20
LONGEST_NAME = 120
MIMES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
    "mp4": "video/mp4",
}
ENDINGS = ("pdf", "png", "jpg", "jpeg", "docx", "xlsx", "txt", "mp4")
_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_PACKAGES = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MOST_PARTS = 2000
# What a machine gives a meaning of its own.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.ASCII)
_SIGNS = re.compile(r'[\\/:*?"<>|]+')


def attachable(viewer: Viewer, design: Design) -> frozenset[str]:
    """The keys of the fields into which the viewer may put files, as `seeing.editable` says of the others."""
    level = level_of(viewer.center_code)
    return frozenset(
        one.key
        for one in seen(viewer, design)
        if one.kind == "attachment" and not one.retired and (not one.edited_by or level in one.edited_by)
    )


def kind_of_content(content: bytes) -> str:
    """pdf, png, jpg, docx, xlsx, txt or mp4. Raises BadInput for everything else, and for macros."""
    if not content:
        raise BadInput(_("文件是空的，请重新选择。"))
    if len(content) > LARGEST:
        raise BadInput(_("文件最大{most}MB，请压缩或拆分后再上传。").format(most=LARGEST // MEGABYTE))
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[4:8] == b"ftyp":
        return "mp4"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    if _is_text(content):
        return "txt"
    raise _unknown()


def _unknown() -> BadInput:
    return BadInput(
        _("只能上传PDF、图片（png、jpg）、Word（docx）、Excel（xlsx）、文本（txt）和视频（mp4）。")
    )


def _kind_of_package(content: bytes) -> str:
    """What is packed is looked at by the names of its parts; nothing but the list of their kinds is
    unpacked."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
        names = {part.filename for part in parts}
        kind = next((kind for part, kind in _PACKAGES.items() if part in names), "")
        if not kind or "[Content_Types].xml" not in names or len(parts) > _MOST_PARTS:
            raise _unknown()
        with package.open("[Content_Types].xml") as file:
            declared = file.read(MEGABYTE)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError):
        raise _unknown() from None
    if b"macroEnabled" in declared or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput(_("文件含有宏，不能上传。请另存为不含宏的文件。"))
    return kind


def _is_text(content: bytes) -> bool:
    for code in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        return not any(unicodedata.category(sign) in ("Cc", "Cn") and sign not in "\r\n\t" for sign in text)
    return False


def safe_name(name: str, kind: str) -> str:
    """A name that leads nowhere, hides nothing and ends as the file is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(
        sign for sign in last if sign.isprintable() and unicodedata.category(sign) not in ("Cf", "Cs", "Co")
    )
    stem, _dot, ending = _SIGNS.sub(" ", visible).rpartition(".")
    if ending.lower() not in ENDINGS:
        stem = f"{stem}.{ending}" if stem else ending
    plain = " ".join(stem.split()).strip(" .")[: LONGEST_NAME - len(kind) - 8].strip(" .") or _("附件")
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    return f"{plain}.{kind}"


def free_name(name: str, taken: set[str]) -> str:
    """The same name with a number behind it where another file has it."""
    stem, _dot, ending = name.rpartition(".")
    found, number = name, 1
    while found.casefold() in {one.casefold() for one in taken}:
        number += 1
        found = f"{stem} ({number}).{ending}"
    return found
