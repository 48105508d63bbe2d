import zipfile
from pathlib import Path

import openpyxl
import pytest

from db.models.center import Level
from lib import tables
from lib.centers.divisions import read_divisions
from lib.errors import BadInput
from lib.tables import open_table

LANZHOU = Path(__file__).parent.parent / "data" / "lanzhou_divisions.csv"

SMALL = """code,name,level,parent_code
6201,兰州市,city,62
620102,城关区,county,6201
620102001,酒泉路街道,town,620102
620102001001,大教梁社区,village,620102001
"""


def written(folder, text, name="divisions.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def problems(path, living=()):
    with pytest.raises(BadInput) as refused:
        read_divisions(path, living)
    return [(p.row, p.field, p.value) for p in refused.value.problems]


def test_the_real_list():
    found = read_divisions(LANZHOU)
    assert found.rows == 1304
    counts = {level: sum(u.level is level for u in found.units) for level in Level}
    assert counts == {Level.CITY: 1, Level.COUNTY: 9, Level.TOWN: 116, Level.VILLAGE: 1177}
    codes = {u.code for u in found.units}
    assert all(u.parent_code in codes for u in found.units if u.level is not Level.CITY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path, encoding):
    units = read_divisions(written(tmp_path, SMALL, encoding=encoding)).units
    assert [u.name for u in units] == ["兰州市", "城关区", "酒泉路街道", "大教梁社区"]


def test_chinese_headers_and_words_in_any_order(tmp_path):
    text = (
        "备注;名称;级别;上级代码;代码\n"
        ";城关区;区县;620100000000;620102000000\n"
        ";酒泉路街道;镇街;620102000000;620102001000\n"
    )
    units = read_divisions(written(tmp_path, text)).units
    assert [(u.code, u.level, u.parent_code) for u in units] == [
        ("620102", Level.COUNTY, None),
        ("620102001", Level.TOWN, "620102"),
    ]


def test_a_workbook_with_codes_as_numbers(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["code", "name", "level", "parent_code"],
        [620100000000, "兰州市", "市", 620000000000],
        [],
        [620102.0, "城关区", "区县", 6201],
        ["620102001001", "大教梁社区", "村社", 620102000000],
    ):
        book.active.append(row)
    path = tmp_path / "divisions.xlsx"
    book.save(path)
    units = read_divisions(path).units
    assert [(u.code, u.row) for u in units] == [("6201", 2), ("620102", 4), ("620102001001", 5)]


def test_a_place_with_three_levels(tmp_path):
    text = "code,name,level,parent_code\n620102,城关区,county,\n620102001001,大教梁社区,village,620102\n"
    assert read_divisions(written(tmp_path, text)).units[1].parent_code == "620102"


def test_everything_that_is_wrong_is_named_at_once(tmp_path):
    text = SMALL + (
        "6.20102E+11,丢位街道,town,620102\n"
        "620102001002,,village,620102001\n"
        "620102001003,名,hamlet,620102001\n"
        "620102001001,重复社区,village,620102001\n"
        "620102001004,上级不对,village,620102002\n"
        "620102003001,没有上级,village,620102003\n"
        f"620102001005,{'长' * 61},village,620102001\n"
        "62010200100,位数不对,village,620102001\n"
        "62010200100X,字母,village,620102001\n"
    )
    assert problems(written(tmp_path, text)) == [
        (6, "code", "6.20102E+11"),
        (7, "name", ""),
        (8, "level", "hamlet"),
        (9, "code", "620102001001"),
        (10, "parent_code", "620102002"),
        (11, "parent_code", "620102003"),
        (12, "name", "长" * 61),
        (13, "code", "62010200100"),
        (14, "code", "62010200100X"),
    ]


def test_a_former_code_has_one_successor(tmp_path):
    text = (
        "code,name,level,parent_code,former_code\n620102,城关区,county,,\n"
        "620102001,甲街道,town,620102,620102008；620102009\n620102002,乙街道,town,620102,620102009、12\n"
    )
    assert problems(written(tmp_path, text)) == [(4, "former_code", "620102009"), (4, "former_code", "12")]


def test_a_parent_may_be_there_already(tmp_path):
    text = "code,name,level,parent_code\n620102001,酒泉路街道,town,620102\n"
    path = written(tmp_path, text)
    assert problems(path) == [(2, "parent_code", "620102")]
    assert read_divisions(path, {"6201", "620102"}).units[0].parent_code == "620102"


def test_a_parent_that_the_edition_leaves_out_does_not_count(tmp_path):
    text = "code,name,level,parent_code\n620102,城关区,county,\n620102001001,大教梁社区,village,620102001\n"
    path = written(tmp_path, text)
    assert problems(path, {"620102", "620102001"}) == [(3, "parent_code", "620102001")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", b"code,name,level\n"),
        ("columns.csv", b"code,level\n6201,city\n"),
        ("twice.csv", b"code,code,name,level\n6201,6201,A,city\n"),
        ("quote.csv", b'code,name,level\n6201,"A,city\n'),
        ("broken.xlsx", b"PK\x03\x04 nothing"),
        ("broken.csv.gz", b"\x1f\x8b\x08\x00nothing"),
        ("strange.csv", b"\xff\xff\xff\xff\x80"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_divisions(path)
    assert refused.value.sentence


def test_a_missing_file(tmp_path):
    with pytest.raises(BadInput, match="找不到文件"):
        read_divisions(tmp_path / "none.csv")


def packed(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_workbooks_that_would_fill_the_machine_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_UNPACKED", 1000)
    for parts in (
        {"xl/worksheets/sheet1.xml": b"0" * 2000},
        {f"part{n}.xml": b"" for n in range(201)},
        {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'},
    ):
        with pytest.raises(BadInput):
            list(open_table(packed(tmp_path / "bomb.xlsx", parts)).rows)


def test_a_workbook_may_lie_about_its_size(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["code", "name", "level"])
    book.active.cell(row=tables.MOST_ROWS + 5, column=1, value="6201")
    book.save(tmp_path / "long.xlsx")
    with pytest.raises(BadInput, match="太长"):
        list(open_table(tmp_path / "long.xlsx").rows)


def test_a_county_of_another_city_is_no_second_root(tmp_path):
    path = written(tmp_path, SMALL + "620201,嘉峪关市,county,6202\n")
    assert problems(path) == [(6, "parent_code", "6202")]
