"""The map of centers: what is drawn, where the names stand, and which center a click means."""

from __future__ import annotations

import html
import itertools
import json
import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.centers.boundary_writer import MOST_TOGETHER
from lib.centers.outlines import area, as_geometry, inside, places_for_name, read_outline
from lib.centers.thinning import thin
from lib.ui import charts, maps
from lib.ui.plain import in_chart
from tests.lib import shapes
from tests.lib.test_boundaries import polygons_of

CODES = sorted(code for row in shapes.COUNTIES for code in row)
RED, BLUE = charts.STATE_COLORS["blocked"], charts.STATE_COLORS["normal"]


def outlines_of(document):
    found = polygons_of(document)
    thinned = thin(list(found.values()), [MOST_TOGETHER // len(found)] * len(found))
    return tuple(read_outline(code, as_geometry(p)) for code, p in zip(found, thinned, strict=True))


def twenty():
    rings = shapes.cells(tuple(103 + n / 5 for n in range(6)), tuple(36.8 - n / 5 for n in range(5)))
    towns = [shapes.feature(620123100 + n, shapes.polygon(ring)) for n, ring in enumerate(rings.values())]
    return outlines_of(shapes.collection(*towns))


NINE, TWENTY = outlines_of(shapes.lanzhou()), twenty()


def shades(outlines, name="城关区", words="按期96.1%<br>超期9件"):
    return {
        one.center_code: maps.Shade(name, RED, words, f"<b>{name}</b><br>当月接报1,170件<br>{words}")
        for one in outlines
    }


def outline_map(*given, **more):
    """Held against plotly's schema."""
    return maps.outline_map(*given, **more).checked()


def parts(figure):
    """The filled areas and the unseen points."""
    return [d for d in figure.data if d.mode == "lines"], [d for d in figure.data if d.mode == "markers"]


def points_of(trace):
    return np.column_stack([np.asarray(trace["x"], float), np.asarray(trace["y"], float)])


@pytest.mark.parametrize("outlines", [NINE, TWENTY], ids=["nine counties", "twenty towns"])
def test_a_map_is_light_and_fetches_nothing(outlines):
    figure = outline_map(outlines, shades(outlines), None)
    text = figure.to_json()
    assert len(text) < 60_000
    assert {trace["type"] for trace in json.loads(text)["data"]} == {"scatter"}
    assert not {"geo", "map", "mapbox", "images"} & set(json.loads(text)["layout"])
    assert "http" not in text


def test_shapes_are_as_wide_as_they_are():
    figure = outline_map(NINE, shades(NINE), None)
    every = np.array([point for one in NINE for ring in one.rings for point in ring])
    middle = np.radians((every[:, 1].min() + every[:, 1].max()) / 2)
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.scaleratio == pytest.approx(1 / np.cos(middle))
    assert not figure.layout.xaxis.visible
    (west, east), (south, north) = figure.layout.xaxis.range, figure.layout.yaxis.range
    assert (west, south) == tuple(every.min(axis=0))
    assert (east, north) == pytest.approx(tuple(every.max(axis=0)))


def test_holes_and_islands_are_rings_of_one_area():
    filled, _strewn = parts(outline_map(NINE, shades(NINE), None))
    gaps = {len(trace["x"]): int(np.isnan(points_of(trace)).any(axis=1).sum()) for trace in filled}
    assert sorted(gaps.values()) == [0] * 6 + [1] * 3
    assert all(trace["fill"] == "toself" for trace in filled)
    with_hole = next(one for one in NINE if one.center_code == "620121")
    island = read_outline("620104", as_geometry([[np.array(with_hole.rings[1])[:-1]]]))
    middle = np.array(island.rings[0]).mean(axis=0)
    assert not inside([np.array(r) for r in with_hole.rings], middle[:1], middle[1:])[0]


def test_the_unseen_points_lie_in_their_areas_and_every_part_has_one():
    filled, strewn = parts(outline_map(NINE, shades(NINE), None))
    assert len(filled) == len(strewn) == 9
    for trace in strewn:
        (code,) = set(trace["customdata"])
        rings = [np.array(ring) for one in NINE if one.center_code == code for ring in one.rings]
        points = points_of(trace)
        assert inside(rings, points[:, 0], points[:, 1]).all()
        outer = [ring for ring in rings if area(ring) > 0]
        assert all(inside([ring], points[:, 0], points[:, 1]).any() for ring in outer)
        assert trace["marker"]["opacity"] == 0
        assert trace["selected"]["marker"]["opacity"] == trace["unselected"]["marker"]["opacity"] == 0
        assert trace["hovertext"].startswith("<b>城关区</b>")
    assert sum(len(trace["x"]) for trace in strewn) < maps.MOST_POINTS * 1.2


def test_the_nearest_point_says_almost_everywhere_which_center_it_is():
    """What the browser does with a click, done here for many."""
    figure = outline_map(NINE, shades(NINE), None)
    _filled, strewn = parts(figure)
    points = np.concatenate([points_of(trace) for trace in strewn])
    codes = [code for trace in strewn for code in trace["customdata"]]
    shrink = np.array([1 / figure.layout.yaxis.scaleratio, 1])
    chance = random.Random(5)
    right = asked = 0
    for one in NINE:
        rings = [np.array(ring) for ring in one.rings]
        low, high = np.concatenate(rings).min(axis=0), np.concatenate(rings).max(axis=0)
        for _time in range(300):
            place = np.array([chance.uniform(low[0], high[0]), chance.uniform(low[1], high[1])])
            if inside(rings, place[:1], place[1:])[0]:
                asked += 1
                nearest = int(np.hypot(*((points - place) * shrink).T).argmin())
                right += codes[nearest] == one.center_code
    assert asked > 1500
    assert right / asked > 0.92


def boxes(figure, width=640, height=460):
    """The labels' boxes in pixels, worked out from what is written."""
    (west, east), (south, north) = figure.layout.xaxis.range, figure.layout.yaxis.range
    ratio = figure.layout.yaxis.scaleratio
    scale = min((width - 12) / ((east - west) / ratio), (height - 12) / (north - south))
    found = []
    for note in figure.layout.annotations:
        lines = [re.sub(r"<[^>]*>", "", line) for line in note.text.split("<br>")]
        wide = max(sum(1 if ord(c) > 0x2E80 else 0.58 for c in html.unescape(line)) for line in lines)
        half = np.array([wide * 12 / 2, (14 + 12 * (len(lines) - 1)) * 1.2 / 2])
        middle = np.array([(note.x - west) * scale / ratio, (note.y - south) * scale])
        found.append((middle, half))
    return found


@pytest.mark.parametrize("outlines", [NINE, TWENTY], ids=["nine counties", "twenty towns"])
@pytest.mark.parametrize("width", [640, 320])
@pytest.mark.parametrize("name", ["城关区", "积石山保安族东乡族撒拉族自治县", "A & B <i>"])
def test_labels_never_touch(outlines, width, name):
    values = shades(outlines, in_chart(name))
    figure = outline_map(outlines, values, outlines[4].center_code, width=width)
    for (one, half), (other, other_half) in itertools.combinations(boxes(figure, width), 2):
        assert not np.all(np.abs(one - other) < half + other_half)
    if name == "城关区":
        assert len(figure.layout.annotations) >= (8 if width == 640 else 5)
    assert all(in_chart(name) in note.text for note in figure.layout.annotations)


def test_words_go_where_there_is_room():
    figure = outline_map(NINE, shades(NINE), None)
    lines = [note.text.count("<br>") for note in figure.layout.annotations]
    assert max(lines) == 2
    assert min(lines) == 0
    small = outline_map(NINE, shades(NINE), None, height=200)
    assert sum(note.text.count("<br>") for note in small.layout.annotations) < sum(lines)
    none = outline_map(NINE, shades(NINE, words=""), None)
    assert {note.text.count("<br>") for note in none.layout.annotations} == {0}


def test_a_name_wider_than_its_area_stands_on_its_color():
    values = shades(NINE)
    values["620171"] = maps.Shade("兰州新区管理委员会", charts.GRID_COLORS["yellow"], "", "x")
    figure = outline_map(NINE, values, "620171")
    (note,) = [note for note in figure.layout.annotations if "管理委员会" in note.text]
    assert note.bgcolor == charts.GRID_COLORS["yellow"]
    assert note.font.color == "#1b2733"  # white would not be read on yellow


def test_the_chosen_center_is_drawn_last_with_a_border_of_its_own():
    filled, _strewn = parts(outline_map(NINE, shades(NINE), "620102"))
    widths = [trace["line"]["width"] for trace in filled]
    assert widths[-1] > 2 * max(widths[:-1])
    unknown = outline_map(NINE, shades(NINE), "999999")
    assert unknown.to_json() == outline_map(NINE, shades(NINE), None).to_json()


def test_an_area_without_a_value_is_empty_and_says_nothing():
    values = shades(NINE)
    del values["620102"]
    figure = outline_map(NINE, values, "620102")
    filled, strewn = parts(figure)
    assert (len(filled), len(strewn)) == (9, 8)
    assert "620102" not in {code for trace in strewn for code in trace["customdata"]}
    assert filled[-1]["fillcolor"] == "rgba(0,0,0,0)"


def test_areas_beside_each_other_are_drawn_by_color_at_once():
    """As the rectangles that stand for many grids are."""
    values = {
        one.center_code: maps.Shade(one.center_code, (RED, BLUE)[n % 2], "", f"hover {one.center_code}")
        for n, one in enumerate(TWENTY)
    }
    chosen = TWENTY[4].center_code
    filled, strewn = parts(outline_map(TWENTY, values, chosen, stretched=True))
    assert sorted(trace["fillcolor"] for trace in filled) == sorted([RED, RED, BLUE])
    assert filled[-1]["line"]["width"] > filled[0]["line"]["width"]
    assert sum(len(trace["x"]) for trace in filled) == sum(len(r) + 1 for o in TWENTY for r in o.rings) - 3
    (trace,) = strewn
    assert [f"hover {code}" for code in trace["customdata"]] == list(trace["hovertext"])
    rings = {one.center_code: [np.array(ring) for ring in one.rings] for one in TWENTY}
    for code, point in zip(trace["customdata"], points_of(trace), strict=True):
        assert inside(rings[code], point[:1], point[1:])[0]
    assert set(trace["customdata"]) == set(rings)


def test_a_map_of_nothing_and_of_one():
    assert parts(outline_map((), {}, None)) == ([], [])
    one = NINE[:1]
    filled, strewn = parts(outline_map(one, shades(one), None))
    assert len(filled) == len(strewn) == 1


def test_a_click_answers_with_the_code_or_what_the_shade_says():
    values = shades(NINE)
    values["620102"] = maps.Shade("城关区", RED, "", "x", ("center", "620102"))
    _filled, strewn = parts(outline_map(NINE, values, None))
    said = {json.dumps(trace["customdata"][0]) for trace in strewn}
    assert said == {json.dumps(code) for code in CODES if code != "620102"} | {'["center", "620102"]'}


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_names_stand_inside(seed, depth):
    for one in outlines_of(shapes.lanzhou(depth=depth, seed=seed)):
        rings = [np.array(ring) for ring in one.rings]
        places = places_for_name(rings)
        assert inside(rings, places[:, 0], places[:, 1]).all()
