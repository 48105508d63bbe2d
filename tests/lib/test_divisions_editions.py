from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.models.center import CODE_LENGTH, Change, Level
from lib.centers.editions import PARKED, Unit, compare, in_order, plain_name

LEVEL = {length: level for level, length in CODE_LENGTH.items()}


def unit(code, name, *former, invented=False):
    parent = next((code[:n] for n in (9, 6, 4) if n < len(code)), None)
    return Unit(code, name, LEVEL[len(code)], parent, former, invented=invented)


CITY = [unit("6201", "兰州市"), unit("620105", "安宁区"), unit("620122", "皋兰县")]
ZHONGHE = [
    unit("620122102", "忠和镇"),
    unit("620122102200", "崖川村委会"),
    unit("620122102201", "平岘村民委员会"),
]
ANNING = [unit("620105001", "培黎街道"), unit("620105001001", "费家营社区")]


def moved(plan):
    return dict(plan.moves)


@pytest.mark.parametrize(
    ("old", "new", "moves", "kinds"),
    [
        pytest.param(ZHONGHE, ZHONGHE, {}, [], id="nothing"),
        pytest.param(
            ANNING,
            [unit("620105001", "培黎街道"), unit("620105001001", "费家营西社区")],
            {},
            [Change.RENAMED],
            id="renamed",
        ),
        pytest.param(
            ZHONGHE,
            [unit("620105100", "忠和镇"), unit("620105100202", "崖川村"), unit("620105100204", "平岘村委会")],
            {"620122102": "620105100", "620122102200": "620105100202", "620122102201": "620105100204"},
            [Change.MOVED] * 3,
            id="town moves to another county with its villages",
        ),
        pytest.param(
            ZHONGHE,
            [
                unit("620122180", "忠和街道"),
                unit("620122180001", "崖川社区"),
                unit("620122180002", "平岘社区"),
            ],
            {"620122102": "620122180", "620122102200": "620122180001", "620122102201": "620122180002"},
            [Change.MOVED] * 3,
            id="town becomes a street and villages become communities",
        ),
        pytest.param(
            ZHONGHE + ANNING,
            [*ANNING, unit("620105001200", "崖川村"), unit("620105001201", "平岘村")],
            {"620122102": "620105001", "620122102200": "620105001200", "620122102201": "620105001201"},
            [Change.MERGED, Change.MOVED, Change.MOVED],
            id="town vanishes and its villages appear under another town",
        ),
        pytest.param(
            [*ANNING, unit("620105001002", "水挂庄社区")],
            [unit("620105001", "培黎街道"), unit("620105001001", "费家营社区", "620105001002")],
            {"620105001002": "620105001001"},
            [Change.MERGED],
            id="village named as part of another",
        ),
        pytest.param(
            [*ANNING, unit("620105001002", "水挂庄社区")],
            [
                unit("620105001", "培黎街道"),
                unit("620105001009", "新社区", "620105001001", "620105001002"),
            ],
            {"620105001001": "620105001009", "620105001002": "620105001009"},
            [Change.MOVED, Change.MERGED],
            id="two become a new one",
        ),
        pytest.param(
            [*ANNING, unit("620105001002", "水挂庄社区")],
            ANNING,
            {},
            [Change.ENDED],
            id="no successor",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105001001", "王家庄村"), unit("620105002", "乙街道"),
             unit("620105002001", "王家庄村")],
            [unit("620105001", "甲街道"), unit("620105002", "乙街道"), unit("620105003", "丙街道"),
             unit("620105003001", "王家庄村")],
            {},
            [Change.ENDED, Change.ENDED],
            id="a name that two gave up decides nothing",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105001001", "王家庄村"), unit("620105002", "乙街道"),
             unit("620105002001", "王家庄村")],
            [unit("620105001", "甲街道"), unit("620105001002", "王家庄村"), unit("620105002", "乙街道"),
             unit("620105002002", "王家庄村")],
            {"620105001001": "620105001002", "620105002001": "620105002002"},
            [Change.MOVED, Change.MOVED],
            id="within its own parent the name decides",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105001001", "忠和村"), unit("620105001002", "忠和社区")],
            [unit("620105001", "甲街道"), unit("620105001003", "忠和社区居委会"),
             unit("620105001004", "忠和村委会")],
            {"620105001001": "620105001004", "620105001002": "620105001003"},
            [Change.MOVED, Change.MOVED],
            id="a village and a community of one name are two",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105002", "乙街道")],
            [unit("620105001", "乙街道", "620105002"), unit("620105002", "甲街道", "620105001")],
            {"620105002": "620105001", "620105001": "620105002"},
            [Change.MOVED, Change.MOVED],
            id="two exchange their codes",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105001190", "示范社区", invented=True)],
            [unit("620105001", "甲街道")],
            {},
            [],
            id="an invented unit stays",
        ),
        pytest.param(
            [unit("620105001", "甲街道"), unit("620105001190", "示范社区", invented=True)],
            [unit("620105009", "甲街道")],
            {"620105001": "620105009", "620105001190": "620105009190"},
            [Change.MOVED, Change.MOVED],
            id="an invented unit goes along",
        ),
    ],
)  # fmt: skip
def test_what_an_edition_did(old, new, moves, kinds):
    plan = compare(CITY + old, CITY + new)
    assert moved(plan) == moves
    assert sorted(change.kind for change in plan.changes) == sorted(kinds)


def test_a_part_split_off_takes_nothing_along():
    new = [*ANNING, unit("620105002", "新街道", "620105001")]
    plan = compare(CITY + ANNING, CITY + new)
    assert not plan.moves
    assert [u.code for u in plan.added] == ["620105002"]


@pytest.mark.parametrize(
    ("name", "level", "plain"),
    [
        ("费家营社区居民委员会", Level.VILLAGE, "费家营"),
        ("费家营社区居委会", Level.VILLAGE, "费家营"),
        ("费家营社区", Level.VILLAGE, "费家营"),
        ("崖川村民委员会", Level.VILLAGE, "崖川"),
        ("崖川村委会", Level.VILLAGE, "崖川"),
        ("村", Level.VILLAGE, "村"),
        ("忠和镇", Level.TOWN, "忠和"),
    ],
)
def test_names_without_their_endings(name, level, plain):
    assert plain_name(name, level)[0] == plain


codes = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=14, unique=True
)
names = st.sampled_from(["甲", "乙", "丙", "丁", "戊"])


@st.composite
def edition(draw):
    """Counties, towns and villages, some of them with former codes, every parent present."""
    found = {"6201": unit("6201", "兰州市")}
    for county, town, village in draw(codes):
        path = [f"6201{county:02d}", f"6201{county:02d}{town:03d}"]
        if village:
            path.append(f"{path[1]}{village:03d}")
        for code in path:
            if code not in found:
                ending = {6: "县", 9: "镇", 12: "村"}[len(code)]
                found[code] = unit(
                    code, draw(names) + ending, invented=len(code) == 12 and draw(st.booleans())
                )
    return list(found.values())


@st.composite
def two_editions(draw):
    old = draw(edition())
    new = [replace(u, invented=False) for u in draw(edition())]
    free = {u.code for u in old}
    for n, one in enumerate(new):
        candidates = sorted(c for c in free if len(c) == len(one.code) and c != one.code)
        if candidates and draw(st.booleans()):
            former = draw(st.sampled_from(candidates))
            free.discard(former)
            new[n] = replace(one, former=(former,))
    return old, new


def carried_out(old, plan):
    """The living units afterwards."""
    living = {u.code: u for u in old}
    changed = {u.code: u for u in (*plan.added, *plan.updated)}
    for code in [*plan.moves, *(u.code for u in plan.ended)]:
        if code not in changed:
            living.pop(code, None)
    return list((living | changed).values())


@settings(max_examples=400, deadline=None)
@given(two_editions())
def test_an_edition_applied_twice_changes_nothing(editions):
    old, new = editions
    plan = compare(old, new)
    assert compare(carried_out(old, plan), new).empty


@settings(max_examples=400, deadline=None)
@given(two_editions())
def test_every_row_ends_at_a_living_center(editions):
    """Rows at centers without a successor make the import refuse; all others must arrive."""
    old, new = editions
    plan = compare(old, new)
    living = {u.code for u in carried_out(old, plan)}
    refused = {u.code for u in plan.ended}
    for one in old:
        if one.code not in refused:
            assert plan.moves.get(one.code, one.code) in living
    assert {u.code for u in new} <= living


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from("ABCDEFGHXYZ")))
def test_moves_one_by_one_are_the_moves_at_once(moves):
    rows = {code: code for code in "ABCDEFGHXYZ"}  # row → where it is
    for code, target in in_order(moves):
        for row, place in rows.items():
            if place == code:
                rows[row] = target
    assert rows == {row: moves.get(row, row) for row in rows}
    assert PARKED not in rows.values()
