"""Files from strangers: each is refused in one sentence, soon, and without filling the memory."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from time import perf_counter

import pytest
import xlsxwriter

from lib.errors import BadInput
from lib.imports.file import OLD_CONTAINER, PASSWORD, open_file
from lib.imports.sheet import LARGEST_FILE, MEGABYTE
from tests.lib.importing import read, xlsx

SECONDS, MOST_MEMORY = 2.0, 50 * MEGABYTE  # a second on a quiet machine
PLAIN = xlsx([["姓名"], ["甲"]])


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """The package with parts that say something else; "__" stands for a slash, "_dot_" for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): value for name, value in parts.items()}
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, value in named.items():
            if value is not None:
                new.writestr(name, value)
    return made.getvalue()


def sheet_of(body: bytes, after: bytes = b"") -> bytes:
    xml = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + body + b"</sheetData>" + after + b"</worksheet>"
    )
    return changed(PLAIN, xl__worksheets__sheet1_dot_xml=xml)


def bomb() -> bytes:
    return sheet_of(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * (150 * MEGABYTE) + b"</t></is></c></row>"
    )


def bomb_of_spaces() -> bytes:
    return changed(PLAIN, xl__worksheets__sheet1_dot_xml=b" " * (29 * MEGABYTE))


def bomb_of_texts() -> bytes:
    texts = b"<sst>" + b"<si><t>abc</t></si>" * 1_500_000 + b"</sst>"
    return changed(PLAIN, xl__sharedStrings_dot_xml=texts)


def one_long_text() -> bytes:
    return changed(
        PLAIN, xl__sharedStrings_dot_xml=b"<sst><si><t>" + b"a" * (20 * MEGABYTE) + b"</t></si></sst>"
    )


def laughs() -> bytes:
    declared = (
        b'<?xml version="1.0"?>'
        + b"<!-- "
        + b"x" * 9000
        + b" --><!DOCTYPE a ["
        + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(12))
    )
    return changed(PLAIN, xl__sharedStrings_dot_xml=declared + b"]><sst><si><t>&e11;</t></si></sst>")


def foreign_file() -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return changed(PLAIN, docProps__app_dot_xml=declared + b"<a>&e;</a>")


def with_many_columns() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(3):
            for column in range(16_384):
                sheet.write_number(row, column, 1)
    return made.getvalue()


def with_many_empty_cells() -> bytes:
    row = b"".join(b'<c r="%s1" s="1"/>' % name for name in names())
    rows = (b'<row r="%d">' % n + row + b"</row>" for n in range(1, 100))
    return sheet_of(b"".join(rows))


def names() -> list[bytes]:
    from lib.imports.sheet import letters

    return [letters(n).encode() for n in range(16_384)]


def with_many_rows() -> bytes:
    rows = (
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d"><v>7</v></c></row>' % (n, n, n, n)
        for n in range(1, 300_001)
    )
    return sheet_of(b"".join(rows))


def with_a_far_row() -> bytes:
    return sheet_of(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    )


def with_merges_over_each_other() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="CV%d"><v>1</v></c></row>' % (n, n) for n in range(1, 2000))
    merges = b'<mergeCell ref="A1:XFD1048576"/>' * 1000
    return sheet_of(rows, b"<mergeCells>" + merges + b"</mergeCells>")


def with_a_password() -> bytes:
    return OLD_CONTAINER + b"\0" * 2000 + PASSWORD + b"\0" * 2000


def encrypted_zip() -> bytes:
    content = bytearray(PLAIN)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("台账.xlsx", PLAIN)
    return made.getvalue()


def macros_in_the_types() -> bytes:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as package:
        types = package.read("[Content_Types].xml")
    types = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return changed(PLAIN, **{"[Content_Types]_dot_xml": types})


def long_text() -> bytes:
    return b"a,b\r\n" + b"1,2\r\n" * 100_001


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.xlsx", bomb, "太大"),
    ("a.xlsx", bomb_of_spaces, "不是可以读取的"),
    ("a.xlsx", bomb_of_texts, "太大|不是可以读取的"),
    ("a.xlsx", one_long_text, "不是可以读取的"),
    ("a.xlsx", laughs, "不是可以读取的"),
    ("a.xlsx", foreign_file, "不是可以读取的"),
    ("a.xlsx", with_many_columns, "最多200列"),
    ("a.xlsx", with_many_empty_cells, "最多200列"),
    ("a.xlsx", with_many_rows, "最多100000行"),
    ("a.xlsx", with_a_far_row, "最多100000行"),
    ("a.xlsx", with_merges_over_each_other, "不是可以读取的"),
    ("a.xlsx", with_a_password, "密码"),
    ("a.xls", with_a_password, "密码"),
    ("a.xlsx", encrypted_zip, "密码"),
    ("a.xls", lambda: OLD_CONTAINER + b"\0" * 5000, "另存为xlsx"),
    ("a.et", lambda: OLD_CONTAINER + b"\0" * 5000, "另存为xlsx"),
    ("a.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "另存为xlsx"),
    ("a.xlsm", lambda: PLAIN, "宏"),
    ("a.xlsx", lambda: changed(PLAIN, xl__vbaProject_dot_bin=b"x"), "宏"),
    ("a.xlsx", macros_in_the_types, "宏"),
    ("a.xlsx", lambda: changed(PLAIN, xl__embeddings__a_dot_xlsx=PLAIN), "嵌有"),
    ("a.xlsx", lambda: changed(PLAIN, xl__media__image1_dot_png=PLAIN), "嵌有"),
    ("a.xlsx", zipped, "压缩包"),
    ("a.zip", zipped, "压缩包"),
    ("a.xlsx", lambda: PLAIN[: len(PLAIN) // 2], "不是可以读取的"),
    ("a.xlsx", lambda: changed(PLAIN, xl__workbook_dot_xml=None), "不是可以读取的"),
    ("a.xlsx", lambda: changed(PLAIN, **{"_rels___dot_rels": b"<Relationships/>"}), "不是可以读取的"),
    ("a.xlsx", lambda: sheet_of(b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>'), "不是可以读取的"),
    ("a.xlsx", lambda: sheet_of(b'<row r="2"/><row r="1"/>'), "不是可以读取的"),
    ("a.xlsx", lambda: sheet_of(b'<row r="1"><c r="A1"><v>1e999</v></c></row>'), "不是可以读取的"),
    ("a.xlsx", lambda: sheet_of(b'<row r="1"><c><v>' + b"9" * 5000 + b"</v></c></row>"), "不是可以读取的"),
    ("a.xlsx", lambda: sheet_of(b""), "没有内容"),
    ("a.xlsx", lambda: xlsx([]), "没有内容"),
    ("a.xlsx", lambda: b"", "没有内容"),
    ("a.csv", lambda: b" \r\n ", "没有内容"),
    ("a.csv", lambda: "\ufeff".encode(), "没有内容"),
    ("a.csv", lambda: b",,,\r\n,,,", "没有内容"),
    ("a.csv", lambda: b"a" * (LARGEST_FILE + 1), "20 MB"),
    ("a.csv", long_text, "最多100000行"),
    ("a.csv", lambda: b",".join(b"%d" % n for n in range(300)), "最多200列"),
    ("a.csv", lambda: b'a,"b"c,d', "引号"),
    ("a.csv", lambda: b'a,"' + b"x" * 200_000, "引号"),
    ("a.csv", lambda: random.Random(1).randbytes(5000), "编码"),
    ("a.csv", lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100), "编码"),
    ("a.pdf", lambda: b"%PDF-1.7 ...", "不是表格"),
    ("a", lambda: b"abc", "不是表格"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "made", "words"),
    REFUSED,
    ids=[f"{n}-{name}-{words}" for n, (name, _made, words) in enumerate(REFUSED)],
)
def test_it_is_refused_soon_and_without_filling_the_memory(name, made, words):
    content = made()
    begun = perf_counter()
    with pytest.raises(BadInput, match=words) as refused:
        open_file(name, content)
    took = perf_counter() - begun
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match=words):
            open_file(name, content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < SECONDS
    assert peak < MOST_MEMORY
    assert refused.value.sentence.count("。") <= 2


def test_mere_formatting_out_to_the_last_column_is_no_harm():
    row = b"".join(b'<c r="%s1" s="0"/>' % name for name in names()[2:])
    begin = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c><c r="B1"/>'
    rows = [begin % "姓名".encode() + row + b"</row>"] + [
        begin.replace(b'"1"', b'"%d"' % n) % b"abc" + row + b"</row>" for n in range(2, 20)
    ]
    (sheet,) = open_file("a.xlsx", sheet_of(b"".join(rows)))
    assert [row.cells for row in sheet.rows] == [("姓名",), *[("abc",)] * 18]
    far = b'<row r="1"><c r="A1"><v>1</v></c></row>' + b'<row r="1048576"><c r="A1048576" s="0"/></row>'
    assert len(open_file("a.xlsx", sheet_of(far))[0].rows) == 1
    merged = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert len(open_file("a.xlsx", sheet_of(far, merged))[0].rows) == 1


def test_other_programs_write_with_a_prefix_and_without_references():
    xml = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row><x:c t="inlineStr"><x:is><x:r><x:t>\xe5\xa7\x93</x:t></x:r><x:r><x:t>\xe5\x90\x8d'
        b"</x:t></x:r><x:rPh><x:t>xing</x:t></x:rPh></x:is></x:c></x:row><x:row/>"
        b'<x:row><x:c t="str"><x:f>A1</x:f><x:v>abc</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    table, matching, _run = read(changed(PLAIN, xl__worksheets__sheet1_dot_xml=xml))
    assert matching.by_key == {"f2": 0}
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("abc",))]


def test_a_workbook_that_is_called_old_is_read():
    assert open_file("a.xls", PLAIN)[0].rows[0].cells == ("姓名",)
