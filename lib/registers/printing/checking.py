"""A Word document from somebody's desk: whether it is only paper with names in braces to be filled in.

What is between braces is looked up and never evaluated. Blocks, comments, macros, embedded files, pictures
from outside and fields that fetch something are refused when the document is handed in.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Container, Iterator, Mapping
from html import unescape

from lxml import etree

from lib.errors import BadInput
from lib.i18n import _
from lib.registers.printing.sheets import cleaned

MEGABYTE = 1024 * 1024
LARGEST, LARGEST_PART, LARGEST_UNPACKED, MOST_PARTS = 2 * MEGABYTE, 2 * MEGABYTE, 12 * MEGABYTE, 200
MOST_NAMES = 500
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME = re.compile(r"\{\{([^{}]*)\}\}")
_LEFT_OVER = re.compile(r"\{\{|\{%|\{#|\{_\{|\{_%")
# Fields of Word that compute from the page alone.
CODES = frozenset(
    {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "TOC", "PAGEREF", "REF", "HYPERLINK"}
)
_FORBIDDEN_PARTS = re.compile(r"(vbaproject|/embeddings/|/activex/|\.bin$|\.docm$|/afchunk)", re.IGNORECASE)
_FORBIDDEN_TAGS = frozenset({"altChunk", "object", "control", "subDoc", "attachedTemplate", "dataBinding"})
_HEADS = re.compile(r"word/(header|footer)\d*\.xml")
BODY = "word/document.xml"


def refused(why: str) -> BadInput:
    return BadInput(_("这个Word模板不能用：{why}").format(why=why))


def check(content: bytes, names: Mapping[str, str], everywhere: Container[str]) -> tuple[str, ...]:
    """The keys that the template names. `everywhere` are those that headers and footers may name too.
    Raises BadInput that says what to change."""
    if len(content) > LARGEST:
        raise refused(_("文件最大{most}MB。").format(most=LARGEST // MEGABYTE))
    found: list[str] = []
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        _limits(package)
        for part in package.namelist():
            if not part.lower().endswith((".xml", ".rels")):
                continue
            root = _parsed(package.read(part))
            if part.endswith(".rels"):
                _relations(root)
                continue
            if part.startswith("word/"):
                _tags(root)
                _codes(root)
            found += _names(part, root, names, everywhere)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, RuntimeError,
            OSError, etree.XMLSyntaxError):  # fmt: skip
        raise refused(_("不是可以读取的docx文件，请用文字处理软件另存为docx。")) from None
    return tuple(dict.fromkeys(found))


def _limits(package: zipfile.ZipFile) -> None:
    """Before anything is unpacked."""
    parts = package.infolist()
    names = {part.filename for part in parts}
    if BODY not in names or "[Content_Types].xml" not in names or any(p.flag_bits & 1 for p in parts):
        raise refused(_("不是可以读取的docx文件，请用文字处理软件另存为docx。"))
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > LARGEST_UNPACKED
        or any(p.file_size > LARGEST_PART for p in parts if p.filename.endswith((".xml", ".rels")))
    ):
        raise refused(_("内容太大，请删去不用的页和图片。"))
    declared = package.read("[Content_Types].xml")
    if b"macroEnabled" in declared or any(_FORBIDDEN_PARTS.search(name) for name in names):
        raise refused(_("含有宏或嵌入的文件，请删去后另存为docx。"))
    if b"wordprocessingml.document.main+xml" not in declared:
        raise refused(_("不是可以读取的docx文件，请用文字处理软件另存为docx。"))


def _parsed(text: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(text, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document declares nothing")
    return root


def _relations(root: etree._Element) -> None:
    for one in root:
        if one.get("TargetMode") == "External" and not str(one.get("Type", "")).endswith("/hyperlink"):
            raise refused(_("它从外面取图片或模板，请改为直接放在文件里。"))


def _tags(root: etree._Element) -> None:
    for one in root.iter():
        if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in _FORBIDDEN_TAGS:
            raise refused(_("含有嵌入的对象或控件，请删去后另存为docx。"))


def _codes(root: etree._Element) -> None:
    """What a field of Word computes is decided by its first word; a code made by another field hides it."""
    open_codes: list[list[str]] = []
    for one in root.iter(f"{WORD}fldChar", f"{WORD}instrText", f"{WORD}fldSimple"):
        if one.tag == f"{WORD}fldSimple":
            _allowed(str(one.get(f"{WORD}instr", "")))
        elif one.tag == f"{WORD}instrText":
            if not open_codes or open_codes[-1][0] != "code":
                raise refused(_("里面的域写法不对，请删去后重新插入。"))
            open_codes[-1][1] += one.text or ""
        else:
            kind = one.get(f"{WORD}fldCharType")
            if kind == "begin":
                if open_codes and open_codes[-1][0] == "code":
                    raise refused(_("里面有嵌套的域，请改为普通文字。"))
                open_codes.append(["code", ""])
            elif open_codes and kind == "separate":
                _allowed(open_codes[-1][1])
                open_codes[-1][0] = "result"
            elif open_codes and kind == "end":
                state, code = open_codes.pop()
                if state == "code":
                    _allowed(code)


def _allowed(code: str) -> None:
    first = code.split()[0].upper() if code.split() else ""
    if first and first not in CODES:
        raise refused(_("不能用域“{code}”，只能用页码和日期。").format(code=first[:20]))


def _names(
    part: str, root: etree._Element, names: Mapping[str, str], everywhere: Container[str]
) -> Iterator[str]:
    said = list(_texts(root))
    if part == BODY or _HEADS.fullmatch(part):
        for words in said:
            yield from _of_paragraph(part, words, names, everywhere)
    elif any(_LEFT_OVER.search(words) for words in said):
        raise refused(_("花括号只能写在正文、页眉和页脚里。"))
    if any(_LEFT_OVER.search(str(value)) for one in root.iter() for value in one.attrib.values()):
        raise refused(_("花括号只能写在正文、页眉和页脚里。"))


def _texts(root: etree._Element) -> Iterator[str]:
    """The words of each paragraph, and of what stands in none."""
    inside = set()
    for paragraph in root.iter(f"{WORD}p"):
        # A text box stands within a paragraph and has its own.
        own = [one for one in paragraph.iter(f"{WORD}t") if next(one.iterancestors(f"{WORD}p")) is paragraph]
        inside |= set(own)
        yield "".join(one.text or "" for one in own)
    for one in root.iter():
        if isinstance(one.tag, str) and one not in inside and one.text and one.tag != f"{WORD}instrText":
            yield one.text


def _of_paragraph(
    part: str, words: str, names: Mapping[str, str], everywhere: Container[str]
) -> Iterator[str]:
    if len(words) > 200_000 or words.count("{{") > MOST_NAMES:
        raise refused(_("内容太大，请删去不用的页和图片。"))
    for found in NAME.finditer(words):
        key = key_of(found[1], names)
        if part != BODY and key not in everywhere:
            raise refused(
                _("页眉和页脚里不能写“{name}”，它每条记录都不一样。").format(name=found[1].strip()[:40])
            )
        yield key
    if _LEFT_OVER.search(NAME.sub("", words)):
        raise refused(_("只能写{example}这样的名称，不能写循环、条件和算式。").format(example="{{ 名称 }}"))


def key_of(said: str, names: Mapping[str, str]) -> str:
    """Raises BadInput for a name that is not known."""
    key = names.get(cleaned(said))
    if key is None:
        raise refused(_("没有“{name}”这个名称。请从可用名称中选。").format(name=said.strip()[:40]))
    return key


def canonical(patched: str, names: Mapping[str, str]) -> str:
    """The XML in which every name has become a key of ours, so that what people wrote is never read as
    anything else. Raises BadInput."""
    found = NAME.sub(lambda one: "{{ " + key_of(unescape(one[1]), names) + " }}", patched)
    if _LEFT_OVER.search(NAME.sub("", found)):
        raise refused(_("只能写{example}这样的名称，不能写循环、条件和算式。").format(example="{{ 名称 }}"))
    return found
