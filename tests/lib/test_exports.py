"""What leaves the product: nothing in it runs, nothing in it is lost, and it says where it comes from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import time
import unicodedata
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import acting, system_reading
from lib.audit.chain import verify
from lib.audit.words import values_in_words
from lib.errors import NotAllowed
from lib.exports import commands
from lib.exports.comma_separated import csv_bytes
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind, Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.i18n.numbers import share
from lib.masking import masked_text
from lib.tables import open_table
from tests import makers
from tests.makers import COUNTY, MOMENT

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
EXPORT = "EX-20260630-7F3K9Q"
NAMES = ("城关区", "七里河区", "皋兰县", "兰州新区")
RATES = (Decimal("87.3"), Decimal("91.0"), Decimal("69.9"), None)
FACTS = facts_of(
    filters="来源：12345热线, 类别 “噪声”", period="2026年6月", as_of=MOMENT, center="兰州市",
    metric="办结率", formula="已结案 ÷ 期内到期应结", variant="第3版", exported_by="某人", exported_at=MOMENT,
)  # fmt: skip
DANGEROUS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","看")', "+1+1", "-1+1",
    "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", "\r\n=1", "\x00=1+1", "\x00", "＝1＋1", "＋1", "－1", "＠A",
    " =1", "\u3000=1", "\u00a0=1", "\u200b=1", "\ufeff=1", "  \t x", "﹦1", "\u2066=1", "=", "-", "'", "'=1",
    "''",
]  # fmt: skip
HARMLESS = [
    "", "普通文字", "3#楼", "# 注", "# =1+1", "a,b;c\td", '他说"好"', "两行\n文字", "1-2", "6.20102E+11", "—",
    "620102003001", "inf", "nan", "１２", "<r><t>x</t></r>", "<r>&broken</r>", "<r></r>", "<f>1</f>", "&amp;",
    "_x0041_", "_x000D_", "]]>", "http://x.example", "mailto:x@x.example", "{=1}", "{SUM(1)}", "TRUE",
    " 前后 ",
]  # fmt: skip
RARE = [
    "㐀", "𠮷野家", "𰻝面", "𱁬", "〇", "阿卜杜·热合曼", "👨\u200d👩\u200d👧\u200d👦", "e\u0301\u0323",
    "שלום", "ﷺ",
    "\u202eabc\u202c", "明", "\u2028", "\u0085", "\U0010ffff", "\ue000", "長" * 100,
]  # fmt: skip
TEXT_KINDS = (ColumnKind.TEXT, ColumnKind.CODE)


def stored(text: str) -> str:
    """What is documented: one kind of line end, and U+FFFD for what no file can hold."""
    ends = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        "\ufffd"
        if (ord(c) < 32 and c not in "\t\n") or 0xD800 <= ord(c) < 0xE000 or c in "\ufffe\uffff"
        else c
        for c in ends
    )


def computes(cell: str) -> bool:
    """Whether a spreadsheet might run it: our own reading, apart from the product's."""
    for sign in cell:
        if sign in "=+-@＝＋－＠﹦\t\r\n\0":
            return True
        if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf") and sign != "\ufffd":
            return False
    return False


def sheet(*columns: Column, title: str = "皋兰县办结率最低", drawing: Drawing | None = None) -> Sheet:
    return Sheet(title, FACTS, columns, EXPORT, drawing)


def of_texts(texts: list[str], heading: str = "内容") -> Sheet:
    """The texts in every column that can hold text, behind a key that is never empty."""
    keys = Column("序", ColumnKind.CODE, tuple(f"k{n}" for n in range(len(texts))))
    return sheet(keys, *(Column(heading, kind, tuple(texts)) for kind in TEXT_KINDS))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name).decode() for name in package.namelist()}


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def imported(tmp_path, content: bytes, ending: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    path = tmp_path / f"{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    path.write_bytes(content)
    table = open_table(path)
    found = table.header, [row.cells for row in table.rows]
    path.unlink()
    return found


def assert_safe_and_whole(tmp_path, texts: list[str], heading: str = "内容") -> None:
    told = of_texts(texts, heading)
    as_csv, as_xlsx = csv_bytes(told), workbook_bytes(told)
    expected = [(f"k{n}", stored(text), stored(text)) for n, text in enumerate(texts)]

    rows = csv_rows(as_csv)
    start = rows.index([]) + 1
    assert all(len(row) == 1 and row[0].startswith("# ") for row in rows[: start - 1])
    for row, text in zip(rows[start + 1 :], texts, strict=True):
        assert not any(computes(cell) for cell in row), row
        assert row[1] in (stored(text), "'" + stored(text))
        assert row[1].startswith("'") or not computes(text)
        assert row[2] == ("'" + stored(text) if text else "")
    assert not any(computes(cell) for cell in rows[start])
    assert imported(tmp_path, as_csv, "csv")[1] == expected

    for name, xml in parts(as_xlsx).items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(r"<f[ >/]", xml), name
            assert "hyperlink" not in xml
            assert re.findall(r'<c [^>]*t="(?!s")[^>]*>', xml) == []
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=3) for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    for cell in cells:
        assert cell.quotePrefix or cell.number_format == "@" or not computes(str(cell.value or ""))
    assert imported(tmp_path, as_xlsx, "xlsx")[1] == expected


def test_what_is_dangerous_harmless_and_rare_is_safe_and_whole(tmp_path):
    assert_safe_and_whole(tmp_path, DANGEROUS + HARMLESS + RARE)
    assert_safe_and_whole(tmp_path, ["\ud800", "a\udfffb", "\ufffe\uffff", "\x0b\x0c\x1f\x7f", "\x1b[31m"])
    for heading in ("=1+1", "＠x", "<r>x</r>", "𠮷率"):
        assert_safe_and_whole(tmp_path, ["x"], heading)


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=12)
PAYLOADS = st.one_of(
    st.builds(
        "{}{}{}".format,
        st.text(st.sampled_from(" \u3000\u00a0\n\u200b\ufeff"), max_size=2),
        st.sampled_from(list("=+-@\t\r\0＝＋－＠")),
        ANYTHING,
    ),
    ANYTHING,
    st.builds("<r>{}</r>".format, ANYTHING),
)


def test_a_thousand_payloads(tmp_path):
    """Sheets of 40, in both kinds of files and in both kinds of columns."""
    tried: list[str] = []

    @given(texts=st.lists(PAYLOADS, min_size=40, max_size=40))
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def sheets(texts: list[str]) -> None:
        assert_safe_and_whole(tmp_path, texts)
        tried.extend(texts)

    sheets()
    assert len(tried) >= 1000
    assert sum(computes(text) for text in tried) >= 200


@pytest.mark.parametrize("text", [*DANGEROUS, *HARMLESS, "\ud800", "城!A1", "='数据'!A1", "x!$B$2", "&R&G"])
def test_no_text_breaks_the_title_the_facts_or_the_chart(text):
    told = Sheet(
        text, ((text, text),), (Column(text, "text", (text,)), Column(text, "count", (3,))), text,
        Drawing(DrawingKind.BAR, 0, (1,), text),
    )  # fmt: skip
    rows = csv_rows(csv_bytes(told))
    assert not any(computes(cell) for row in rows for cell in row)
    files = parts(workbook_bytes(told))
    assert not any(re.search(r"<f[ >/]", xml) for name, xml in files.items() if "worksheets/" in name)
    formulas = re.findall(r"<c:f>(.*?)</c:f>", files["xl/charts/chart1.xml"])
    assert formulas
    assert all(re.fullmatch(r"('?)(数据|说明)\1!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", f) for f in formulas), (
        formulas
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))
    assert (book.worksheets[0]["A1"].value or "") == stored(text)
    # The reader leaves the signs that keep `_x0041_` what it is.
    assert (book.properties.title or "").replace("_x005F", "") == stored(text)


def test_the_check_of_this_file_would_see_a_formula():
    assert all(computes(text) or text.startswith("'") for text in DANGEROUS)
    assert not any(computes(text) for text in HARMLESS)
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    made = io.BytesIO()
    book.save(made)
    assert re.search(r"<f[ >/]", parts(made.getvalue())["xl/worksheets/sheet1.xml"])


KINDS = (
    Column("区县", ColumnKind.TEXT, NAMES),
    Column("代码", ColumnKind.CODE, ("620102003001", "620103", "0931", "62010200300100123456")),
    Column("到期应结", ColumnKind.COUNT, (12_345, 2, -7, None)),
    Column("办结率", ColumnKind.PERCENT, RATES),
    Column("平均时长", ColumnKind.HOURS, (36.5, Decimal("0.1"), 1e-7, float("nan"))),
    Column("生效日", ColumnKind.DAY, (date(2026, 6, 30), date(2000, 2, 29), date(1899, 1, 1), None)),
    Column("上报", ColumnKind.MOMENT, (MOMENT, MOMENT + timedelta(seconds=59), None, NEW_YEAR)),
)  # fmt: skip


def test_each_kind_of_column_as_text():
    rows = csv_rows(csv_bytes(sheet(*KINDS)))
    start = rows.index([]) + 1
    assert rows[start] == ["区县", "代码", "到期应结", "办结率（%）", "平均时长（小时）", "生效日", "上报"]
    assert rows[start + 1] == [
        "城关区", "'620102003001", "12345", "87.3", "36.5", "2026-06-30", "2026-06-30 17:00:00",
    ]  # fmt: skip
    assert rows[start + 3][2] == "-7"  # a number below zero is no formula
    assert rows[start + 3][4] == "0.0000001"
    assert rows[start + 4] == ["兰州新区", "'62010200300100123456", "", "", "", "", "2026-01-01 08:00:00"]


def wall(hour: int) -> datetime:
    """What a wall clock shows; spreadsheets know no time zones."""
    return datetime(2026, 6, 30, hour, tzinfo=UTC).replace(tzinfo=None)


def test_each_kind_of_column_in_a_workbook():
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheet(*KINDS)))).worksheets[0]
    assert [cell.value for cell in page[3]] == [
        "区县", "代码", "到期应结", "办结率", "平均时长（小时）", "生效日", "上报",
    ]  # fmt: skip
    assert [cell.value for cell in page[4]] == [
        "城关区", "620102003001", 12345, 0.873, 36.5, wall(0), wall(17),
    ]  # fmt: skip
    assert [cell.number_format for cell in page[4]] == [
        "General", "@", "#,##0", "0.0%", "#,##0.0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip
    assert [cell.data_type for cell in page[4]] == ["s", "s", "n", "n", "n", "d", "d"]
    assert page["B7"].value == "62010200300100123456"
    assert page["F6"].value == "1899-01-01"
    assert page["G5"].value == wall(17) + timedelta(seconds=59)
    assert [page[f"{letter}7"].value for letter in "CDEF"] == [None] * 4
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:G7"
    assert page.print_title_rows == "$3:$3"
    for letter, column in zip("ABCDEFG", KINDS, strict=True):
        assert page.column_dimensions[letter].width > 2 * len(column.heading)
    assert page.column_dimensions["B"].width > 20


def test_every_tenth_of_a_percent_is_exact():
    rates = [share(n, 1000) for n in range(1001)]
    page = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(sheet(Column("率", ColumnKind.PERCENT, tuple(rates)))))
    ).worksheets[0]
    shown = [cell.value for cell in page["A"][3:]]
    assert [Decimal(repr(value)) * 100 for value in shown] == rates


def test_what_stands_beside_the_table():
    told = sheet(*KINDS)
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))
    assert book.sheetnames == ["数据", "说明"]
    expected = [
        ("标题", "皋兰县办结率最低"), ("范围", "兰州市"), ("统计期间", "2026年6月"),
        ("数据截至", "2026年6月30日 17:00"), ("筛选条件", "来源：12345热线, 类别 “噪声”"), ("指标", "办结率"),
        ("计算公式", "已结案 ÷ 期内到期应结"), ("口径版本", "第3版"), ("导出人", "某人"),
        ("导出时间", "2026年6月30日 17:00"), ("数据行数", "4"), ("空白单元格", "没有应计的数，不等于0"),
        ("导出编号", EXPORT),
    ]  # fmt: skip
    assert list(book["说明"].iter_rows(values_only=True)) == expected
    assert book["数据"]["A1"].value == told.title
    assert all(f"{label}：{text}" in book["数据"]["A2"].value for label, text in expected[1:])
    assert (book.properties.title, book.properties.keywords) == (told.title, EXPORT)
    assert book.custom_doc_props["导出编号"].value == EXPORT
    assert EXPORT in book["数据"].oddFooter.left.text
    content = csv_bytes(told)
    assert content.startswith(b"\xef\xbb\xbf# ")
    notes = content.decode("utf-8-sig").split("\r\n\r\n")[0].split("\r\n")
    assert notes[0] == "# 皋兰县办结率最低"
    assert notes[4] == "# 筛选条件：来源：12345热线， 类别 “噪声”"
    assert notes[-2] == f"# 导出编号：{EXPORT}"
    assert not any(sign in note for note in notes for sign in ',;\t"')


def test_other_programs_read_the_text_file():
    told = sheet(*KINDS, Column("地址", ColumnKind.TEXT, ("3#楼", "a,b", '"', "# x")))
    frame = pd.read_csv(io.BytesIO(csv_bytes(told)), comment="#", dtype={"代码": str})
    assert list(frame["区县"]) == list(NAMES)
    assert list(frame["地址"]) == ["3#楼", "a,b", '"', "# x"]
    assert frame["办结率（%）"].tolist()[:3] == [87.3, 91.0, 69.9]
    assert frame["办结率（%）"].isna().tolist() == [False, False, False, True]
    assert frame["代码"].str.removeprefix("'").tolist() == list(KINDS[1].values)


def test_both_files_come_back_through_our_own_reader(tmp_path):
    header, rows = imported(tmp_path, csv_bytes(sheet(*KINDS)), "csv")
    assert header == tuple(column.heading_with_unit for column in KINDS)
    assert rows[3][:2] == ("兰州新区", "62010200300100123456")
    header, rows = imported(tmp_path, workbook_bytes(sheet(*KINDS)), "xlsx")
    assert header[:4] == ("区县", "代码", "到期应结", "办结率")
    assert rows[0] == (
        "城关区", "620102003001", "12345", "0.873", "36.5", "2026-06-30 00:00:00", "2026-06-30 17:00:00",
    )  # fmt: skip
    plain = "名称,备注\r\n'甲,# 乙\r\n".encode()
    assert imported(tmp_path, plain, "csv") == (("名称", "备注"), [("'甲", "# 乙")])  # not one of ours


@pytest.mark.parametrize("kind", DrawingKind)
def test_the_chart_is_the_spreadsheets_own_and_points_at_the_cells(kind):
    more = Column("上月", ColumnKind.PERCENT, (Decimal("80"), Decimal("90.5"), None, Decimal("70")))
    told = sheet(KINDS[0], KINDS[3], more, drawing=Drawing(kind, 0, (1, 2), "占到期应结的比例"))
    content = workbook_bytes(told)
    assert not [name for name in parts(content) if "media" in name]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["数据", "图", "说明"]
    (chart,) = book["图"]._charts
    assert type(chart).__name__ == ("LineChart" if kind is DrawingKind.LINE else "BarChart")
    if kind is not DrawingKind.LINE:
        assert chart.type == ("col" if kind is DrawingKind.COLUMN else "bar")
        assert chart.grouping == ("stacked" if kind is DrawingKind.STACKED_BAR else "clustered")
        assert chart.y_axis.scaling.min == 0
    assert chart.title.tx.strRef.f == "数据!$A$1"
    assert chart.title.tx.strRef.strCache.pt[0].v == told.title
    assert chart.x_axis.title.tx.strRef.f == "数据!$A$3"
    assert chart.y_axis.title.tx.strRef.strCache.pt[0].v == "占到期应结的比例"
    first, second = chart.series
    assert (first.tx.strRef.f, second.tx.strRef.f) == ("数据!$B$3", "数据!$C$3")
    assert (first.cat.strRef.f, first.val.numRef.f) == ("数据!$A$4:$A$7", "数据!$B$4:$B$7")
    assert second.val.numRef.f == "数据!$C$4:$C$7"
    assert [point.v for point in first.cat.strRef.strCache.pt] == list(NAMES)
    assert [(p.idx, float(p.v)) for p in first.val.numRef.numCache.pt] == [(0, 0.873), (1, 0.91), (2, 0.699)]
    assert [(p.idx, float(p.v)) for p in second.val.numRef.numCache.pt] == [(0, 0.8), (1, 0.905), (3, 0.7)]
    assert EXPORT in book["图"].cell(row=29, column=1).value


def test_bars_below_zero_are_not_cut_and_digits_stay_names():
    changes = Column("变化", ColumnKind.COUNT, (-3, 5))
    codes = Column("代码", ColumnKind.CODE, ("inf", "620102"))
    told = sheet(codes, changes, drawing=Drawing(DrawingKind.COLUMN, 0, (1,), "件"))
    (chart,) = openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))["图"]._charts
    assert chart.y_axis.scaling.min is None
    assert [point.v.strip() for point in chart.series[0].cat.strRef.strCache.pt] == ["inf", "620102"]


def test_a_sheet_without_rows_or_columns(tmp_path):
    empty = sheet(
        Column("区县", ColumnKind.TEXT, ()), Column("件", ColumnKind.COUNT, ()),
        drawing=Drawing(DrawingKind.BAR, 0, (1,), "件"),
    )  # fmt: skip
    assert imported(tmp_path, csv_bytes(empty), "csv") == (("区县", "件"), [])
    assert imported(tmp_path, workbook_bytes(empty), "xlsx") == (("区县", "件"), [])
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(empty)))
    assert book.sheetnames == ["数据", "说明"]  # no rows, no chart
    assert ("数据行数", "0") in empty.lines
    assert openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheet()))).sheetnames == ["数据", "说明"]
    assert csv_rows(csv_bytes(sheet()))[0] == ["# 皋兰县办结率最低"]


def test_a_sheet_that_contradicts_itself_is_a_bug():
    with pytest.raises(TypeError):
        Column("代码", ColumnKind.CODE, (620102,))
    with pytest.raises(TypeError):
        Column("上报", ColumnKind.MOMENT, (datetime(2026, 6, 30),))  # noqa: DTZ001
    with pytest.raises(TypeError):
        Column("生效日", ColumnKind.DAY, (MOMENT,))
    with pytest.raises(TypeError):
        Column("件", ColumnKind.COUNT, (True,))
    with pytest.raises(ValueError, match="equally long"):
        sheet(KINDS[0], Column("件", ColumnKind.COUNT, (1,)))
    for drawing in (
        Drawing(DrawingKind.BAR, 0, (0,), "x"), Drawing(DrawingKind.BAR, 0, (), "x"),
        Drawing(DrawingKind.BAR, 0, (9,), "x"), Drawing(DrawingKind.BAR, 9, (2,), "x"),
        Drawing(DrawingKind.BAR, 0, (2, 3), "x"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="chart"):
            sheet(*KINDS, drawing=drawing)


def test_text_longer_than_a_cell_is_cut_visibly():
    texts = ("长" * 40_000, "𠮷" * 40_000, "短")
    content = workbook_bytes(sheet(Column("备注", ColumnKind.TEXT, texts)))
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    for row in (4, 5):
        text = page.cell(row=row, column=1).value
        assert len(text.encode("utf-16-le")) <= 2 * 32_767
        assert text.endswith("…")
    assert page["A6"].value == "短"
    assert csv_rows(csv_bytes(sheet(Column("备注", ColumnKind.TEXT, texts))))[-2] == [texts[1]]


def test_twenty_thousand_rows(tmp_path):
    count = 20_000
    columns = (
        Column("编码", ColumnKind.CODE, tuple(f"6201020010{n:05d}" for n in range(count))),
        Column("内容", ColumnKind.TEXT, tuple(f"第{n}号楼前路灯不亮，居民反映多次" for n in range(count))),
        Column("件", ColumnKind.COUNT, tuple(range(count))),
        Column("率", ColumnKind.PERCENT, tuple(Decimal(n % 1001) / 10 for n in range(count))),
        Column("上报", ColumnKind.MOMENT, (MOMENT,) * count),
    )
    started = time.process_time()
    told = sheet(*columns)
    as_csv, as_xlsx = csv_bytes(told), workbook_bytes(told)
    assert time.process_time() - started < 20
    _header, rows = imported(tmp_path, as_xlsx, "xlsx")
    assert [row[0] for row in rows] == list(columns[0].values)
    _header, rows = imported(tmp_path, as_csv, "csv")
    assert [row[:3] for row in rows] == list(
        zip(columns[0].values, columns[1].values, map(str, range(count)), strict=True)
    )


@pytest.mark.parametrize(
    "title",
    [
        "../../etc/passwd", "CON", 'a"b\r\nSet-Cookie: x', "\u202egpj.exe", "x" * 300, "𠮷" * 300, "",
        "a/b\\c:d*?|", "\x00",
    ],
)  # fmt: skip
def test_the_files_name_is_only_a_name(title):
    name = sheet(title=title).file_name("xlsx")
    assert name.endswith(f"{EXPORT}.xlsx")
    assert len(name.encode()) <= 255
    assert not re.search(r'[\x00-\x1f/\\:*?"<>|\u202e]', name)
    assert not name.startswith((".", " "))
    assert (
        sheet(title="城关区6月办结率87.3%，最低").file_name("csv")
        == f"城关区6月办结率87.3%，最低 {EXPORT}.csv"
    )


# -- who took it out


def test_numbers_say_the_local_day_and_do_not_repeat(sqlite_database):
    clock.set_source(lambda: datetime(2026, 6, 29, 16, 30, tzinfo=UTC))  # past midnight in Lanzhou
    made = {commands.new_export_id() for _time in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"EX-20260630-[2-9A-HJKMNP-Z]{6}", number) for number in made)
    assert set("".join(number[-6:] for number in made)) == set(commands.SIGNS)


@pytest.mark.parametrize("register", [commands.register_export, commands.register_case_export])
def test_an_export_is_in_the_chain_with_its_digest(database, register):
    makers.plant_small(database)
    told = sheet(*KINDS)
    content = csv_bytes(told)
    digest = hashlib.sha256(content).hexdigest()
    assert EXPORT in content.decode()
    viewer = makers.viewer_for_role(Role.DUTY_OFFICER, COUNTY)
    with acting(viewer) as session:
        searched = "搜索 13812348000 和 11010119900307123X，城关区 620102003001"
        number = register(session, EXPORT, "csv", "charts", "办结率", searched, told.row_count, digest)
    assert number == EXPORT
    with makers.everything(database) as session:
        row = session.scalars(select(AuditEntry)).one()
        assert (row.event, row.subject, row.center_code, row.person) == (
            "exported",
            EXPORT,
            COUNTY,
            viewer.username,
        )
        after = json.loads(row.after or "")
        assert row.before is None
    assert after == {
        "page": "charts", "what": "办结率", "kind": "csv", "rows": 4, "sha256": digest,
        "filters": "搜索 138****8000 和 110101****123X，城关区 620102003001",
    }  # fmt: skip
    assert values_in_words(row.after or "").startswith("筛选条件 搜索")
    with system_reading() as session:
        assert verify(session).holds


def test_a_number_that_is_none_is_not_recorded(sqlite_database):
    makers.plant_small(sqlite_database)
    viewer = makers.viewer_for_role(Role.LEADER, COUNTY)
    good = (EXPORT, "csv", "charts", "x", "", 1, "0a" * 32)
    for place, wrong in ((0, "EX-20260630-0O1I"), (0, EXPORT + "\n"), (6, "0A" * 32), (6, "abc"), (5, -1)):
        arguments = [wrong if n == place else value for n, value in enumerate(good)]
        with pytest.raises(ValueError, match="number"), acting(viewer) as session:
            commands.register_export(session, *arguments)
    with makers.everything(sqlite_database) as session:
        assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("role", Role)
def test_who_may_take_out_what(sqlite_database, role):
    makers.plant_small(sqlite_database)
    viewer = makers.viewer_for_role(role, COUNTY)
    assert (Permission.EXPORT_FIGURES in GRANTS[role]) == (Permission.READ_FIGURES in GRANTS[role])
    takes_cases = role in (Role.LEADER, Role.CENTER_DIRECTOR, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER)
    arguments = (EXPORT, "xlsx", "cases", "在办事件", "", 3, "0a" * 32)
    for register, may in (
        (commands.register_export, Permission.READ_FIGURES in GRANTS[role]),
        (commands.register_case_export, takes_cases),
    ):
        if may:
            with acting(viewer) as session:
                assert register(session, *arguments) == EXPORT
        else:
            with pytest.raises(NotAllowed), acting(viewer) as session:
                register(session, *arguments)


def test_only_numbers_of_people_are_masked():
    codes = "620102003001 620102003001001 20260630000123"
    assert masked_text(codes) == codes
    assert masked_text("电话13800000000。") == "电话138****0000。"
