"""The pages of comparison, variants and quality, and the popover of kept views."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, Role
from db.models.case import Case
from db.models.indicator import Rework, VariantVersion
from db.models.view import SavedView
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.metrics.rules import RULES
from lib.ui.slopes import apart
from lib.views.addresses import COMMON, PAGES
from tests.pages.test_pages import (
    ACCOUNTS,
    GARBAGE,
    Draw,
    address,
    assert_english,
    assert_whole,
    city,
    draw,
    said,
    tokens,
    walk,
)

__all__ = ["city", "draw", "tokens"]
NAMES = ("comparison", "variants", "quality")
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_FIGURES in GRANTS[role]]
CENTERS = ("6201", "620102", "620102001", "620102001001")
OTHER = {"suspended": "stays", "satisfied": "basically", "rework": "time", "hours": "48"}
# What each page reads from its address besides center, days and narrowing, with values that it knows.
OWN = {
    "comparison": {
        "metric": ("on_time", "rework", "handling_median", "per_residents", "satisfaction"),
        "level": ("county", "town", "village"),
        "kind": ("street", "town", "zone"),
    },
    "variants": {name: (value,) for name, value in OTHER.items()},
    "quality": {},
}


@pytest.fixture
def untouched(city: Path) -> Iterator[None]:
    """What a test decides or keeps is gone after it."""
    yield
    with system() as session:
        for model in (VariantVersion, SavedView):
            session.execute(delete(model))


def headings(page: AppTest) -> list[str]:
    return [element.value for element in page.subheader]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("username", SEES)
def test_everybody_who_may_sees_it_from_their_own_center(
    draw: Draw, city: Path, username: str, name: str
) -> None:
    query = OTHER if name == "variants" else {}
    page = draw(username, name, **query)
    assert_whole(page)
    assert page.title
    english = draw(username, name, lang="en", **query)
    assert_whole(english)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("center", CENTERS)
def test_it_is_drawn_at_every_level(draw: Draw, city: Path, name: str, center: str) -> None:
    for query in ({}, {"period": "12m"}, {"period": "7d", "source": "hotline"}):
        page = draw("city.leader", name, center=center, **query, **(OTHER if name == "variants" else {}))
        assert_whole(page)
        assert page.title
        assert len(page.error) == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_filter_works_from_the_address(draw: Draw, city: Path, name: str) -> None:
    for parameter, values in OWN[name].items():
        for value in values:
            page = draw("city.leader", name, **{parameter: value})
            assert_whole(page)
            # A kind that no center of this level has counts as not said.
            assert page.session_state[f"filter {parameter}"] in (value, "")


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_in_the_address_is_no_error(draw: Draw, city: Path, name: str) -> None:
    for value in GARBAGE:
        page = draw("city.leader", name, period="12m", **dict.fromkeys(OWN[name], value))
        assert_whole(page)
        assert page.title
        assert "DROP TABLE" not in said(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_center_is_not_there(draw: Draw, city: Path, name: str) -> None:
    answers = {
        said(draw("chengguan.director", name, center=code)) for code in ("620104", "6201", "699999", "x")
    }
    assert len(answers) == 1


def test_what_is_compared_is_the_level_that_was_asked_for(draw: Draw, city: Path) -> None:
    counties = draw("city.leader", "comparison", period="12m")
    towns = draw("city.leader", "comparison", period="12m", level="town")
    assert said(counties) != said(towns)
    streets = draw("city.leader", "comparison", period="12m", level="town", kind="street")
    assert "街道" in said(streets)
    assert said(streets) != said(towns)
    village = draw("city.leader", "comparison", center="620102001001")
    assert "没有下级可以对比" in said(village)


places = st.floats(-1000, 1000, allow_nan=False).map(lambda value: round(value, 3))


@given(st.lists(places, max_size=14), st.floats(0.1, 30))
def test_labels_keep_their_order_and_stand_apart(values: list[float], least: float) -> None:
    found = apart(values, least)
    assert len(found) == len(values)
    pairs = sorted(zip(values, found, strict=True))
    moved = [place for _value, place in pairs]
    assert all(b - a >= least - 1e-6 for a, b in pairwise(sorted(moved)))
    assert all(a <= b + 1e-6 for (v, a), (w, b) in pairwise(pairs) if v < w)
    # What has room enough stays where it is.
    alone = all(b - a >= least for a, b in pairwise(sorted(values)))
    assert not alone or all(abs(value - place) < 1e-6 for value, place in pairs)


# -- variants


def test_looking_at_another_choice_writes_nothing(draw: Draw, city: Path, untouched: None) -> None:
    page = draw("city.leader", "variants", period="12m", **OTHER)
    assert_whole(page)
    assert any("返工率" in heading for heading in headings(page))
    assert len(page.dataframe) == 6
    with system_reading() as session:
        assert session.scalars(select(VariantVersion)).all() == []


def test_the_same_choice_as_now_compares_nothing(draw: Draw, city: Path) -> None:
    page = draw("city.leader", "variants", suspended="leaves", hours="24", rework="case")
    assert not page.dataframe
    assert not [b for b in page.button if b.label == "选定新口径"]


@pytest.mark.parametrize("username", ["chengguan.director", "chengguan.viewer", "jiuquanlu.director"])
def test_nobody_below_is_offered_the_decision(draw: Draw, city: Path, username: str) -> None:
    page = draw(username, "variants", rework="time")
    assert_whole(page)
    assert not [b for b in page.button if b.label == "选定新口径"]
    assert "只能由最上级中心" in said(page)


def test_a_decision_holds_at_once_and_leaves_the_address(draw: Draw, city: Path, untouched: None) -> None:
    page = draw("city.leader", "variants", period="12m", rework="time")
    (button,) = [b for b in page.button if b.label == "选定新口径"]
    button.click().run()
    assert_whole(page)
    assert "请写明理由" in page.error[0].value
    page.text_input("reason for a variant").set_value("**会议纪要** [a](http://evil.example)")
    (button,) = [b for b in page.button if b.label == "选定新口径"]
    button.click().run()
    assert_whole(page)
    assert "口径第1版" in page.success[0].value
    assert address(page) == {"period": "12m"}
    assert any("现行：口径第1版" in heading for heading in headings(page))
    assert page.dataframe[0].value.iloc[0]["理由"].startswith("**会议纪要**")
    with system_reading() as session:
        (row,) = session.scalars(select(VariantVersion)).all()
    assert row.rework is Rework.BY_TIME
    assert list(page.dataframe[0].value["选定人"]) == [row.decided_by]
    assert "口径第1版" in said(draw("chengguan.viewer", "analysis"))


def test_who_decides_against_an_old_screen_is_told(draw: Draw, city: Path, untouched: None) -> None:
    page = draw("city.leader", "variants", rework="time")
    page.text_input("reason for a variant").set_value("纪要")
    with system() as session:
        session.add(
            VariantVersion(
                version=1, center_code="6201", suspended="stays", satisfied="satisfied", rework="case",
                acceptance_hours=24, reason="先", decided_by="先", decided_at=clock.now(),
            )
        )  # fmt: skip
    (button,) = [b for b in page.button if b.label == "选定新口径"]
    button.click().run()
    assert_whole(page)
    assert "别人刚刚选定" in page.error[0].value
    assert page.text_input("reason for a variant").value == "纪要"


# -- quality


def test_a_broken_rule_is_counted_where_it_is_broken(draw: Draw, city: Path) -> None:
    page = draw("city.leader", "quality", period="12m")
    assert_whole(page)
    rules, centers = page.dataframe[0].value, page.dataframe[1].value
    assert len(rules) == len(RULES)
    assert len(centers) == len(draw("city.leader", "centers").dataframe[0].value)
    before = dict(zip(rules["规则"], rules["违反"], strict=True))
    with system() as session:
        case = session.scalars(
            select(Case)
            .where(Case.center_code.like("620102%"), Case.closed_at.is_not(None), Case.grid_id.is_not(None))
            .order_by(Case.reported_at.desc())
        ).first()
        assert case is not None
        grid, case.grid_id, case.changed_at = case.grid_id, None, clock.now()
    try:
        after = draw("city.leader", "quality", period="12m").dataframe[0].value
        assert dict(zip(after["规则"], after["违反"], strict=True)) == before | {
            "未落到网格": before["未落到网格"] + 1
        }
    finally:
        with system() as session:
            case = session.get_one(Case, case.id)
            case.grid_id, case.changed_at = grid, clock.now()


@pytest.mark.parametrize("rule", [rule.name for rule in RULES] + ["recorded"])
def test_each_rule_is_taken_apart_on_the_page_of_figures(draw: Draw, city: Path, rule: str) -> None:
    page = draw("city.leader", "figure", metric=rule, period="12m")
    assert_whole(page)
    assert ("此刻" in said(page)) is (rule in ("reported_ahead", "recorded"))


# -- kept views


def opened(draw: Draw, username: str, name: str, **query: str) -> AppTest:
    return draw(username, name, {f"views of {name}": True}, **query)


def press(page: AppTest, label: str) -> None:
    (button,) = [b for b in page.button if b.label == label]
    button.click().run()
    assert_whole(page)


def test_a_view_is_kept_opened_shared_and_thrown_away(draw: Draw, city: Path, untouched: None) -> None:
    query = {"center": "620102", "period": "12m", "metric": "rework", "level": "village", "source": "hotline"}
    page = opened(draw, "chengguan.director", "comparison", **query, evil="x", kind="nonsense")
    assert_whole(page)
    assert "还没有保存的视图" in said(page)
    press(page, "保存视图")
    assert "请填写视图名称" in page.error[0].value
    page.text_input("view name").set_value("村社返工 **x**")
    page.checkbox("view shared").check()
    press(page, "保存视图")
    assert "已保存视图" in page.success[0].value
    with system_reading() as session:
        (view,) = session.scalars(select(SavedView)).all()
    assert view.address == "center=620102&period=12m&source=hotline&metric=rework&level=village"
    # A colleague of the same center finds it, others do not.
    colleague = opened(draw, "chengguan.viewer", "comparison")
    assert "村社返工" in said(colleague)
    colleague.button(f"open view {view.id}").click().run()
    assert_whole(colleague)
    assert address(colleague) == query
    assert colleague.selectbox("filter metric").value == "rework"
    assert not [b for b in colleague.button if b.label == "删除"]
    assert "村社返工" not in said(opened(draw, "jiuquanlu.director", "comparison"))
    press(page, "取消共享")
    assert "村社返工" not in said(opened(draw, "chengguan.viewer", "comparison"))
    page.text_input("view other name").set_value("每周看")
    press(page, "重命名")
    assert "每周看" in said(page)
    press(page, "删除")
    assert "还没有保存的视图" in said(page)


def test_a_view_that_the_page_does_not_understand_any_more_says_so(
    draw: Draw, city: Path, untouched: None
) -> None:
    with system() as session:
        owner = session.scalars(select(Account).where(Account.username == "city.leader")).one()
        assert owner.role is Role.LEADER
        view = SavedView(
            center_code=owner.center_code, account_id=owner.id, page="quality", name="旧的", shared=False,
            address="center=6201&gone=//evil.example", created_at=owner.created_at,
        )  # fmt: skip
        session.add(view)
        session.flush()
        number = view.id
    page = opened(draw, "city.leader", "quality")
    page.button(f"open view {number}").click().run()
    assert_whole(page)
    assert "不适用" in page.error[0].value
    assert "gone" not in address(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_view_keeps_every_filter_that_a_page_has(draw: Draw, city: Path, name: str) -> None:
    """A filter whose name is missing in lib/views/addresses.py would be forgotten by every view."""
    query = OTHER if name == "variants" else {}
    page = draw("city.leader", name, period="12m", **query)
    assert_whole(page)
    keys = [str(getattr(element, "key", None)) for element in walk(page.main)]
    filters = {key.removeprefix("filter ") for key in keys if key.startswith("filter ")}
    assert filters <= {*COMMON, *PAGES[name]}
    assert filters >= {"period"}


def test_a_closed_popover_asks_nothing(draw: Draw, city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("lib.ui.views.views_of", lambda session, page: asked.append(page) or ())
    draw("city.leader", "quality")
    assert asked == []
    opened(draw, "city.leader", "quality")
    assert asked == ["quality"]


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_speak_english(draw: Draw, city: Path, name: str) -> None:
    query = OTHER if name == "variants" else {}
    page = draw("city.leader", name, {f"views of {name}": True}, lang="en", period="12m", **query)
    assert_whole(page)
    assert_english(page, city)
