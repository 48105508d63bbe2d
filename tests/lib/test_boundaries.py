"""Outlines of centers: what is taken, what is refused, what stays of it, and who sees it."""

from __future__ import annotations

import csv
import itertools
import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.audit import AuditEntry
from db.models.boundary import CenterBoundary
from db.models.center import Center
from db.models.deployment import Deployment, DeploymentKind
from lib import clock
from lib.access.work import system, system_reading
from lib.centers.boundaries import LARGEST, MOST_PROBLEMS, Known, read_boundaries
from lib.centers.boundary_writer import LEAST, MOST, MOST_TOGETHER
from lib.centers.codes import DamagedCode, read_any_code
from lib.centers.outlines import area, as_geometry, read_outline
from lib.centers.queries import boundaries_of_children
from lib.centers.thinning import thin
from lib.cli.__main__ import main
from lib.errors import BadInput
from tests import makers
from tests.lib import shapes
from tests.makers import CITY, COUNTY, MOMENT, TOWN, Role

CODES = sorted(code for row in shapes.COUNTIES for code in row)
TOWNS = ("620102001", "620102002")
DOCUMENT = shapes.lanzhou(depth=5)
SQUARE = [[103.0, 36.0], [104.0, 36.0], [104.0, 37.0], [103.0, 37.0], [103.0, 36.0]]
KNOWN = Known("6201", frozenset([*CODES, "6201", *TOWNS]), {"620199": "620123", "620198": ""})


def plant():
    """The city, its nine counties, two towns, one center that ended, and a root beside them."""
    with system() as session:
        for code in ("6201", "9902", *CODES, *TOWNS, "620199", "620198"):
            level = makers.LEVELS[len(code)]
            parent = code[: makers.PARENT_LENGTH[len(code)]] if len(code) > 4 else None
            session.add(
                Center(code=code, name=f"中心{code}", level=level, parent_code=parent, initials=f"z{code}")
            )
        session.flush()
        old, gone = (session.get_one(Center, code) for code in ("620199", "620198"))
        old.ended_on = gone.ended_on = date(2020, 1, 1)
        old.successor_code = "620123"
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code="6201", stands_at=None, created_at=MOMENT)
        )


@pytest.fixture
def bring(tmp_path, database, capsys):
    plant()
    return bringing(tmp_path, capsys)


@pytest.fixture
def bring_to_sqlite(tmp_path, sqlite_database, capsys):
    """For what does not differ between the databases."""
    plant()
    return bringing(tmp_path, capsys)


def bringing(tmp_path, capsys):
    """Imports a document or the bytes of a file; answers the exit code and what it said."""

    def run(document, *options):
        path = tmp_path / "outlines.geojson"
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        code = main(["import", "boundaries", str(path), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def everything():
    with system_reading() as session:
        rows = session.execute(select(*CenterBoundary.__table__.columns)).all()
        return sorted(map(tuple, rows)), len(session.scalars(select(AuditEntry.seq)).all())


def one(code, *rings, **properties):
    return shapes.collection(shapes.feature(code, shapes.polygon(*(rings or [SQUARE])), **properties))


def rings_of(code):
    with system_reading() as session:
        return read_outline(code, session.get_one(CenterBoundary, code).geometry).rings


def test_the_shapes_are_of_the_counties_of_the_demonstration():
    path = Path(__file__).parent.parent / "data" / "lanzhou_divisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert sorted(row["code"] for row in csv.DictReader(file) if row["level"] == "county") == CODES


def test_a_file_is_taken_once(bring):
    document = shapes.lanzhou(depth=8)
    code, answer = bring(document)
    assert code == 0, answer
    assert (answer["features"], answer["added"], answer["updated"], answer["unchanged"]) == (9, 9, 0, 0)
    assert answer["read"] > 9000 > answer["kept"]
    rows, entries = everything()
    assert [row[0] for row in rows] == CODES
    assert entries == 1
    before = everything()
    code, again = bring(document)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 9)
    assert everything() == before


def test_a_dry_run_says_the_same_and_writes_nothing(bring):
    _code, dry = bring(DOCUMENT, "--dry-run")
    assert everything() == ([], 0)
    _code, wet = bring(DOCUMENT)
    assert dry | {"dry_run": False} == wet


def test_a_newer_file_changes_only_what_is_new(bring):
    clock.set_source(lambda: MOMENT)
    bring(one("620102"))
    clock.set_source(lambda: MOMENT + timedelta(days=1))
    moved = [[x + 0.5, y] for x, y in SQUARE]
    both = shapes.collection(
        shapes.feature("620102", shapes.polygon(SQUARE)), shapes.feature("620103", shapes.polygon(moved))
    )
    _code, answer = bring(both)
    assert (answer["added"], answer["updated"], answer["unchanged"]) == (1, 0, 1)
    _code, answer = bring(one("620102", moved))
    assert (answer["added"], answer["updated"], answer["unchanged"]) == (0, 1, 0)
    rows, entries = everything()
    assert [row[0] for row in rows] == ["620102", "620103"]
    assert entries == 3
    assert rings_of("620102") == rings_of("620103")
    with system_reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert (last.event, last.center_code, last.subject) == (
            "boundaries imported", "6201", "outlines.geojson",
        )  # fmt: skip
        assert json.loads(last.after) == {"added": 0, "unchanged": 0, "updated": 1}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("620102", "620102"), (620102, "620102"), (620102.0, "620102"), ("620102000000", "620102"),
        (620102000000, "620102"), ("620102000", "620102"), ("156620102", "620102"), (156620102, "620102"),
        ("156620102001", "620102001"), ("156620102001000", "620102001"), ("620102001", "620102001"),
        ("620102001000", "620102001"), ("620100", "6201"), ("6201", "6201"), ("620100000000", "6201"),
        (" ６２０１０２ ", "620102"), ("'620102", "620102"),
    ],
)  # fmt: skip
def test_a_code_is_known_however_it_is_written(bring_to_sqlite, written, code):
    status, answer = bring_to_sqlite(one(written))
    assert status == 0, answer
    assert [row[0] for row in everything()[0]] == [code]


@pytest.mark.parametrize("text", ["", "62", "62010", "6201021", "1234567890123", "6.20102E+11", "六二", "x1"])
def test_what_is_no_code(text):
    with pytest.raises(DamagedCode):
        read_any_code(text)


def test_the_property_is_the_first_that_holds_digits_or_the_one_that_is_named(bring_to_sqlite):
    shape = shapes.polygon(SQUARE)
    named = {"type": "Feature", "geometry": shape, "id": "620105"}
    properties = {"code": "", "adcode": None, "gb": "156620102", "id": 620103, "ADCODE99": "620104"}
    bring_to_sqlite(shapes.collection({**named, "properties": properties}))
    assert [row[0] for row in everything()[0]] == ["620102"]
    bring_to_sqlite(shapes.collection({**named, "properties": properties}), "--property", "ADCODE99")
    assert [row[0] for row in everything()[0]] == ["620102", "620104"]
    bring_to_sqlite(shapes.collection({**named, "properties": None}))  # a feature's own id is the last
    assert [row[0] for row in everything()[0]] == ["620102", "620104", "620105"]
    code, answer = bring_to_sqlite(one("620102"), "--property", "CODE")
    assert code == 1
    assert "没有属性“CODE”" in answer["problems"][0]["sentence"]


WRONG_FILES = {
    "nothing": (b" \n", "没有内容"),
    "no JSON": (b'{"type": "FeatureCollection",\n "features": [}', "第2行第15列"),
    "text": ("中心,代码\n城关,620102\n".encode("gb18030"), "不是有效的JSON"),
    "a list": (json.dumps(DOCUMENT["features"]).encode(), "只是一个列表"),
    "an object without type": (b'{"features": []}', '缺少"type"'),
    "a number": (b"620102", '缺少"type"'),
    "TopoJSON": (b'{"type": "Topology", "arcs": [], "objects": {}}', "TopoJSON"),
    "a bare geometry": (json.dumps(shapes.polygon(SQUARE)).encode(), "FeatureCollection"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "没有要素"),
    "features that are none": (b'{"type": "FeatureCollection", "features": {"a": 1}}', "没有要素"),
    "Excel": (b"PK\x03\x04\x14\x00\x06\x00", "Excel"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
    "a shapefile": (b"\x00\x00\x27\x0a\x00\x00", "shp"),
    "KML": (b"\xef\xbb\xbf<?xml version='1.0'?><kml/>", "KML"),
    "too deep": (b"[" * 200_000 + b"]" * 200_000, "层次太深"),
    "deep inside": (b'{"type":"FeatureCollection","features":' + b"[" * 200_000, "层次太深"),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_file_that_is_none(bring_to_sqlite, what):
    content, words = WRONG_FILES[what]
    code, answer = bring_to_sqlite(content)
    assert (code, answer["problems"]) == (1, [])
    assert words in answer["error"]
    assert everything() == ([], 0)


def test_a_file_that_is_too_large_or_not_there(bring_to_sqlite, tmp_path, capsys):
    path = tmp_path / "large.geojson"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert main(["import", "boundaries", str(path)]) == 1
    assert "50 MB" in capsys.readouterr().err
    assert main(["import", "boundaries", str(tmp_path)]) == 1
    assert main(["import", "boundaries", str(tmp_path / "nowhere.json")]) == 1
    assert "找不到文件" in capsys.readouterr().err


def test_other_encodings_are_read(bring_to_sqlite):
    """Only names can hold anything but plain letters, and they are not needed."""
    text = json.dumps(one("620102"), ensure_ascii=False)
    for content in (text.encode("gb18030"), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert bring_to_sqlite(content)[0] == 0
    assert len(everything()[0]) == 1


def multi(*polygons):
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def turned(ring):
    return [[y, x] for x, y in ring]


def in_meters(ring):
    return [[(x - 102) * 90_000 + 500_000, y * 111_000] for x, y in ring]


HOLE = [[103.4, 36.4], [103.6, 36.4], [103.6, 36.6], [103.4, 36.4]]
WRONG_SHAPES = {
    "none": (None, "", "没有几何图形"),
    "a point": ({"type": "Point", "coordinates": [103, 36]}, "", "Polygon或MultiPolygon"),
    "a line": ({"type": "LineString", "coordinates": SQUARE}, "", "Polygon或MultiPolygon"),
    "several things": ({"type": "GeometryCollection", "geometries": []}, "", "Polygon或MultiPolygon"),
    "a list": ([1, 2], "", "Polygon或MultiPolygon"),
    "no coordinates": ({"type": "Polygon"}, "", "没有坐标"),
    "empty": (multi(), "", "没有坐标"),
    "an empty polygon": (multi([SQUARE], []), "coordinates[1]", "层次"),
    "too flat": (shapes.polygon(*SQUARE), "coordinates[0]", "层次"),
    "too deep": (shapes.polygon([SQUARE]), "coordinates[0]", "层次"),
    "a point of words": (shapes.polygon([*SQUARE[:-1], ["103", "36"]]), "coordinates[0]", "不是数字"),
    "encoded": (shapes.polygon(["@@CB@DFA", "x"]), "coordinates[0]", "层次"),
    "null": (shapes.polygon([*SQUARE[:-1], [None, 36]]), "coordinates[0]", "不是数字"),
    "true": (shapes.polygon([*SQUARE[:-1], [True, 36]]), "coordinates[0]", "不是数字"),
    "NaN": (shapes.polygon([*SQUARE[:-1], [float("nan"), 36], SQUARE[0]]), "coordinates[0]", "NaN"),
    "infinite": (shapes.polygon(SQUARE, [*HOLE[:-1], [float("inf"), 36]]), "coordinates[1]", "NaN"),
    "as large as infinite": (shapes.polygon([*SQUARE[:-1], [10**400, 36]]), "coordinates[0]", "NaN"),
    "half a point": (shapes.polygon([*SQUARE[:-1], [103.0]]), "coordinates[0]", "经度和纬度"),
    "three points": (shapes.polygon(SQUARE[:2] + SQUARE[:1]), "coordinates[0]", "至少要有4个点"),
    "no points": (multi([SQUARE], [[]]), "coordinates[1][0]", "至少要有4个点"),
    "a piece is missing": (
        shapes.polygon([[103 + i / 10, 36 + (i % 2) / 50] for i in range(9)]), "coordinates[0]", "没有闭合",
    ),
    "a line back and forth": (shapes.polygon([[103, 36], [104, 36], [103.5, 36], [103, 36]]), "", "没有面积"),
    "a spot": (shapes.polygon([[103, 36], [103.000001, 36], [103, 36.000001], [103, 36]]), "", "没有面积"),
    "swapped": (shapes.polygon(turned(SQUARE)), "", "写反了"),
    "swapped in the far west": (shapes.polygon([[39, 76], [39, 77], [40, 77], [39, 76]]), "", "写反了"),
    "meters": (shapes.polygon(in_meters(SQUARE)), "", "以米为单位"),
    "zones of meters": (shapes.polygon([[x + 35e6, y] for x, y in in_meters(SQUARE)]), "", "以米为单位"),
    "out of the world": (shapes.polygon([*SQUARE[:-1], [203.0, 36.5], SQUARE[0]]), "", "±180"),
    "over the pole": (shapes.polygon([*SQUARE[:-1], [103.0, 90.5], SQUARE[0]]), "", "±90"),
    "a slip to zero": (shapes.polygon([*SQUARE[:-1], [0, 0], SQUARE[0]]), "", "超过30度"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_SHAPES)
def test_a_shape_that_is_none(bring_to_sqlite, what):
    shape, path, words = WRONG_SHAPES[what]
    good = shapes.feature("620103", shapes.polygon(SQUARE))
    code, answer = bring_to_sqlite(shapes.collection(good, shapes.feature("620102", shape)))
    assert code == 1
    (problem,) = answer["problems"]
    assert problem["field"] == f"第2个要素 {path}".strip()
    assert words in problem["sentence"]
    assert everything() == ([], 0)


WRONG_CENTERS = {
    "unknown": ("620188", "系统里没有这个中心"),
    "of another root": ("9902", "不在本系统（6201）的范围内"),
    "of another city": ("630102", "不在本系统（6201）的范围内"),
    "the province": ("620000", "不在本系统"),
    "that was replaced": ("620199", "由620123接续"),
    "that ended": ("620198", "已撤销"),
    "no digits": ("城关", "没有中心的代码"),
    "no code": (None, "没有中心的代码"),
    "true": (True, "没有中心的代码"),
    "a list": (["620102"], "没有中心的代码"),
    "letters": ("620100_JD", "只能是数字"),
    "a number of somebody's own": (17, "这里有2位"),
    "damaged by a spreadsheet": ("6.20102E+11", "科学计数法"),
    "odd characters": ("620102\ud800\x1b[31m", "只能是数字"),
}


@pytest.mark.parametrize("what", WRONG_CENTERS)
def test_a_center_that_is_none(bring_to_sqlite, what):
    written, words = WRONG_CENTERS[what]
    code, answer = bring_to_sqlite(one(written))
    assert code == 1
    (problem,) = answer["problems"]
    assert problem["field"] == "第1个要素"
    assert words in problem["sentence"]
    assert everything() == ([], 0)


def test_everything_that_is_wrong_is_named_at_once(bring):
    shape = shapes.polygon(SQUARE)
    document = shapes.collection(
        shapes.feature("620102", shape),
        shapes.feature("620188", {"type": "Point", "coordinates": [103, 36]}),  # two things at once
        shapes.feature("620102000000", shape),
        "a word",
        shapes.feature("620103", shapes.polygon(turned(SQUARE))),
        {"type": "Feature", "properties": [], "geometry": shape},
    )
    code, answer = bring(document)
    assert code == 1
    assert answer["error"].startswith("边界文件有6处问题")
    assert [problem["field"] for problem in answer["problems"]] == [
        "第2个要素", "第2个要素", "第3个要素", "第4个要素", "第5个要素", "第6个要素",
    ]  # fmt: skip
    assert "第1个要素是同一个中心" in answer["problems"][2]["sentence"]
    assert all(problem["sentence"].endswith("。") for problem in answer["problems"])
    assert everything() == ([], 0)


def test_a_thousand_problems_are_counted_and_some_are_shown(bring_to_sqlite):
    wrong = shapes.feature("620188", shapes.polygon(SQUARE))
    code, answer = bring_to_sqlite(shapes.collection(*[wrong] * 1000))
    assert code == 1
    assert "1000处" in answer["error"]
    assert len(answer["problems"]) == MOST_PROBLEMS


def test_a_database_without_centers(sqlite_database, tmp_path, capsys):
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps(DOCUMENT))
    assert main(["import", "boundaries", str(path)]) == 1
    assert "请先导入区划表" in capsys.readouterr().err


def test_a_ring_without_its_last_point_is_closed_and_that_is_said(bring_to_sqlite, tmp_path, capsys):
    code, answer = bring_to_sqlite(one("620102", SQUARE[:-1], HOLE[:-1]))
    assert (code, answer["closed"]) == (0, 2)
    assert all(ring[0] == ring[-1] for ring in rings_of("620102"))
    open_again = one("620103", SQUARE[:-1])
    (tmp_path / "open.geojson").write_text(json.dumps(open_again))
    assert main(["import", "boundaries", str(tmp_path / "open.geojson")]) == 0
    said = capsys.readouterr().out
    assert "新增1" in said
    assert "1个环" in said


def test_rings_wind_as_they_should_and_heights_are_left_out(bring_to_sqlite):
    up = [[x, y, 1500.0] for x, y in SQUARE]
    bring_to_sqlite(one("620102", up[::-1], HOLE))
    outer, hole = (np.array(ring) for ring in rings_of("620102"))
    assert area(outer) == pytest.approx(1)
    assert area(hole) == pytest.approx(-0.02)


def test_specks_and_repeated_points_go(bring_to_sqlite):
    doubled = [point for point in SQUARE for _time in range(2)]
    speck = [[110, 30], [110.000001, 30], [110, 30.000001], [110, 30]]
    bring_to_sqlite(shapes.collection(shapes.feature("620102", multi([doubled], [speck]))))
    (ring,) = rings_of("620102")
    assert sorted(set(ring)) == sorted(set(map(tuple, SQUARE)))
    assert len(ring) == 5


# -- thinning


def polygons_of(document):
    found = {}
    for feature in document["features"]:
        geometry = feature["geometry"]
        listed = geometry["coordinates"]
        listed = [listed] if geometry["type"] == "Polygon" else listed
        found[str(feature["properties"]["adcode"])] = [[np.array(r)[:-1] for r in p] for p in listed]
    return found


def bounds(rings):
    points = np.concatenate(rings)
    return np.array([points.min(axis=0), points.max(axis=0)])


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.lists(st.integers(12, 300), min_size=9, max_size=9))
@example(1, 8, [12] * 9)
@example(126, 7, [12, 12, 14, 12, 50, 12, 12, 12, 12])
@example(126, 7, [50] * 9)
def test_thin_outlines_keep_their_form(seed, depth, most):
    given_ = polygons_of(shapes.lanzhou(depth=depth, seed=seed))
    found = dict(zip(given_, thin(list(given_.values()), most), strict=True))
    sides = Counter()
    corners = {code: {tuple(p) for polygon in listed for ring in polygon for p in ring}
               for code, listed in given_.items()}  # fmt: skip
    for (code, polygons), limit in zip(found.items(), most, strict=True):
        # A common border is as fine as both may have it, so the coarsest of the neighbors counts.
        coarsest = min(n for c, n in zip(given_, most, strict=True) if corners[c] & corners[code])
        rings = [ring for polygon in polygons for ring in polygon]
        assert sum(len(ring) + 1 for ring in rings) <= limit
        before = bounds([polygon[0] for polygon in given_[code]])
        extent = np.ptp(before, axis=0).max()
        largest = max(given_[code], key=lambda polygon: area(polygon[0]))
        assert area(max(polygons, key=lambda polygon: area(polygon[0]))[0]) == pytest.approx(
            area(largest[0]), rel=0.35 if coarsest < 50 else 0.1
        )
        if len(polygons) == len(given_[code]):  # no island was left out
            off = np.abs(bounds([polygon[0] for polygon in polygons]) - before).max()
            assert off <= extent * (0.15 if coarsest < 50 else 0.05)
        for polygon in polygons:
            assert area(polygon[0]) > 0
            assert all(area(hole) < 0 for hole in polygon[1:])
            assert all(len(set(map(tuple, ring))) == len(ring) >= 3 for ring in polygon)
        kept = {tuple(point) for ring in rings for point in ring}
        assert kept <= corners[code]
        for ring in rings:
            closed = [tuple(point) for point in [*ring, ring[0]]]
            sides.update(frozenset(pair) for pair in itertools.pairwise(closed))
    # Neighbors still have the very same points: every inner side is there twice.
    assert set(sides.values()) <= {1, 2}
    if min(most) >= 40:
        assert sum(n == 2 for n in sides.values()) >= 12


def test_nothing_is_taken_from_what_is_simple():
    square = np.array(SQUARE)[:-1]
    ((thinned,),) = thin([[[square]]], [400])[0:1]
    assert sorted(map(tuple, thinned[0])) == sorted(map(tuple, square))


def test_borders_that_meet_in_single_points_are_thinned_each_for_itself():
    """Two sources drew the same border; every other point is common, so no stretch of it is."""
    line = [(103 + i / 1000, 36 + random.Random(i).uniform(0, 0.01)) for i in range(1001)]
    other = [p if i % 2 else (p[0], p[1] + 0.001) for i, p in enumerate(line)]
    north = np.array([*line, (104, 37), (103, 37)])
    south = np.array([*other[::-1], (103, 35), (104, 35)])
    both = thin([[[north]], [[south]]], [100, 100])
    assert all(len(polygons[0][0]) < 100 for polygons in both)


def test_a_sliver_between_coarse_neighbors_stays_an_area():
    """Its two long borders belong to centers that need few points of them."""
    wave = [(103 + i / 500, 36 + 0.0004 * (i % 2)) for i in range(501)]
    over = [(x, y + 0.0006) for x, y in wave]
    north = np.array([*over, (104, 38), (103, 38)])
    sliver = np.array([*wave, *over[::-1]])
    south = np.array([*wave[::-1], (103, 34), (104, 34)])
    _north, ((kept,),), _south = thin([[[north]], [[sliver]], [[south]]], [8, 400, 8])
    assert len(kept) >= 3
    assert area(kept) > 0


def test_a_hole_that_is_larger_than_the_land_leaves_the_land():
    hole = np.array([[x * 2, y * 2] for x, y in SQUARE[::-1]])[:-1]
    (((kept, *_holes),),) = thin([[[np.array(shapes.loop(103.5, 36.5, 0.1))[:-1], hole]]], [24])
    assert 0 < area(kept) < 1


def test_many_islands_do_not_crowd_out_the_land():
    land = np.array(shapes.loop(103.5, 36.5, 0.4, depth=8))[:-1]
    chance = random.Random(3)
    islands = [
        [np.array(shapes.loop(104.5 + chance.random(), 36 + chance.random(), 0.002, depth=2, seed=n))[:-1]]
        for n in range(600)
    ]
    (polygons,) = thin([[[land], *islands]], [MOST])
    assert sum(len(ring) + 1 for polygon in polygons for ring in polygon) <= MOST
    assert max(len(polygon[0]) for polygon in polygons) > MOST / 4


def test_one_outline_and_all_children_of_a_county_stay_light(bring_to_sqlite):
    """Twenty towns whose borders have far more points than anybody can see."""
    with system() as session:
        session.add_all(
            Center(code=f"620123{n:03d}", name=f"镇{n}", level="town", parent_code="620123", initials="z")
            for n in range(100, 120)
        )
    longitudes = tuple(103.5 + n / 5 for n in range(6))
    rings = shapes.cells(longitudes, (36.6, 36.4, 36.2, 36.0, 35.8), depth=9)
    towns = [shapes.feature(f"620123{100 + n}", shapes.polygon(r)) for n, r in enumerate(rings.values())]
    code, answer = bring_to_sqlite(shapes.collection(*towns))
    assert (code, answer["added"]) == (0, 20)
    assert answer["read"] > 40_000
    most = MOST_TOGETHER // 20
    assert LEAST < most < MOST
    assert all(len(ring) <= most for n in range(100, 120) for ring in rings_of(f"620123{n}"))
    code, answer = bring_to_sqlite(one("620122", shapes.loop(104.2, 36.6, 0.3, depth=11)))
    assert answer["read"] > 8000
    assert LEAST < answer["kept"] <= MOST_TOGETHER // 9


# -- who sees it, and what becomes of it


def seen_by(url, center_code, asked, role=Role.LEADER):
    with makers.eyes(url, makers.viewer_for_role(role, center_code)) as session:
        return [outline.center_code for outline in boundaries_of_children(session, asked)]


def test_everybody_sees_the_children_of_their_own(database):
    makers.plant(database)
    towns = [f"{COUNTY}{serial}" for serial in makers.SERIALS]
    for role in Role:
        assert seen_by(database, CITY, CITY, role) == list(makers.COUNTIES)
        assert seen_by(database, CITY, COUNTY, role) == towns
        assert seen_by(database, COUNTY, COUNTY, role) == towns
        for foreign in (CITY, "739901", "739901001", "740001", "", "7", "x'", f"{COUNTY}555"):
            assert seen_by(database, COUNTY, foreign, role) == []
        assert seen_by(database, TOWN, COUNTY, role) == []
        assert seen_by(database, TOWN, TOWN, role) == [f"{TOWN}{serial}" for serial in makers.SERIALS]


def test_an_ended_center_and_one_without_an_outline_are_not_drawn(database):
    makers.plant(database)
    with makers.everything(database) as session:
        session.get_one(Center, f"{COUNTY}002").ended_on = makers.TODAY
        session.delete(session.get_one(CenterBoundary, f"{COUNTY}001"))
    assert seen_by(database, CITY, COUNTY) == [f"{COUNTY}999"]


DIVISIONS = """code,name,level,parent_code,former_code
6201,兰州市,city,62,
620105,安宁区,county,6201,
620105001,培黎街道,town,620105,{培黎}
620122,皋兰县,county,6201,
{rest}"""
BEFORE = {"培黎": "", "rest": "620122102,忠和镇,town,620122,\n620122103,九合镇,town,620122,\n"}
MERGED = {"培黎": "620122102", "rest": "620105100,九合镇,town,620105,620122103\n"}


def test_outlines_go_with_their_centers_and_keep_none_of_them_back(database, tmp_path, capsys):
    """A town that moves takes its outline along; where two merge that of the one that stays, stays."""
    path = tmp_path / "divisions.csv"
    path.write_text(DIVISIONS.format(**BEFORE), encoding="utf-8")
    assert main(["import", "divisions", str(path)]) == 0
    towns = {"620105001": 103.0, "620122102": 104.0, "620122103": 105.0}
    squares = {code: [[x + east - 103, y] for x, y in SQUARE] for code, east in towns.items()}
    document = shapes.collection(*(shapes.feature(c, shapes.polygon(r)) for c, r in squares.items()))
    outlines = tmp_path / "towns.geojson"
    outlines.write_text(json.dumps(document))
    assert main(["import", "boundaries", str(outlines)]) == 0
    before = {code: rings_of(code) for code in towns}
    path.write_text(DIVISIONS.format(**MERGED), encoding="utf-8")
    assert main(["import", "divisions", str(path)]) == 0, capsys.readouterr()
    assert [row[0] for row in everything()[0]] == ["620105001", "620105100"]
    assert rings_of("620105001") == before["620105001"]
    assert rings_of("620105100") == before["620122103"]
    # A town that ends for good is not held back by its outline.
    path.write_text(DIVISIONS.format(培黎="", rest=""), encoding="utf-8")
    assert main(["import", "divisions", str(path)]) == 0, capsys.readouterr()


# -- anything at all


def places(value, path=()):
    """Every place in a document, the deep ones thinned out so that all kinds are met."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:3]):
            yield from places(inner, (*path, number))


SMALL = shapes.collection(
    *(shapes.feature(code, shapes.polygon(SQUARE, HOLE)) for code in CODES[:2]),
    shapes.feature(CODES[2], multi([SQUARE], [[[x + 2, y] for x, y in SQUARE]])),
)
PLACES = list(places(SMALL))
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just([]), st.just({}),
    st.sampled_from([
        1e400, -1e308, 1e-320, 10**30, "620102", "NaN", [[]], [[[[[]]]]], {"type": "Polygon"}, [SQUARE],
        SQUARE, SQUARE[::-1], [103.0], [103, 36, 0, 0, 0], {"coordinates": {}}, "MultiPolygon", "Point",
        "Topology", "FeatureCollection", "\ud800", "\x00", 0, -0.0, 180, 90, 1e6,
    ]),
)  # fmt: skip


def changed(document, path, action, odd):
    """A copy of the document with something else, nothing, or everything twice at one place."""
    if not path:
        return odd if action == "put" else document
    copy = json.loads(json.dumps(document))
    try:
        inner = copy
        for step in path[:-1]:
            inner = inner[step]
        if action == "put":
            inner[path[-1]] = odd
        elif action == "drop":
            del inner[path[-1]]
        elif isinstance(inner, list):
            inner.extend(inner[:])
    except (KeyError, IndexError, TypeError):  # an earlier change took the place away
        return document
    return copy


CHANGES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["put", "put", "drop", "twice"]), ODD),
    min_size=1,
    max_size=4,
)


@hypothesis_settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHANGES)
def test_whatever_a_file_holds_it_is_taken_or_refused(bring_to_sqlite, changes):
    document = SMALL
    for path, action, odd in changes:
        document = changed(document, path, action, odd)
    before = everything()
    code, answer = bring_to_sqlite(json.dumps(document).encode())
    if code:
        assert answer["error"]
        assert everything() == before
    else:
        for written, geometry, _moment in everything()[0]:
            for ring in read_outline(written, geometry).rings:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert abs(area(np.array(ring))) > 0
        assert all(abs(x) <= 180 and abs(y) <= 90 for x, y in rings_of(everything()[0][0][0])[0])
    if code == 0 and answer["added"] == answer["updated"] == 0:
        assert everything() == before


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=300), st.tuples(st.binary(max_size=8), st.integers(0, 2000))))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b'{"type": "FeatureCollection", "features": [' + b"9" * 5000 + b"]}")
def test_whatever_bytes_come_they_are_refused_in_words(tmp_path, given_):
    content = given_
    if isinstance(given_, tuple):  # a good file with a few bytes in the wrong place
        good = json.dumps(SMALL).encode()
        content = good[: given_[1]] + given_[0] + good[given_[1] + len(given_[0]) :]
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    refusal = None
    try:
        found = read_boundaries(path, KNOWN).found
    except BadInput as refused:
        refusal = refused
    if refusal is None:
        assert found
        assert all(json.loads(as_geometry(boundary.polygons)) for boundary in found)
    else:
        assert refusal.sentence.endswith("。")
        json.dumps([vars(problem) for problem in refusal.problems], ensure_ascii=False).encode()
