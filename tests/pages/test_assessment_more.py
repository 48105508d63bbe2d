"""Beside the ranking: what is worth a look, nominations and selections, and what places have earned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.assessment import SchemeVersion
from db.models.case import CaseCategory
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.work import acting, reading, system, system_reading
from lib.assessment.commands import compute, enter_score
from lib.assessment.integrity.queries import findings, looks
from lib.assessment.queries import ranking
from lib.assessment.selection.commands import nominate
from lib.assessment.selection.queries import nominations, rewards
from lib.errors import BadInput
from lib.schemes.queries import wordings
from lib.schemes.reading import read
from lib.ui.scheme_rewards import rewards_of
from tests import makers
from tests.pages.test_assessment_pages import (
    APRIL,
    FOREIGN,
    MAY,
    SEES,
    TOWN,
    draft,
    in_force,
    press,
    step,
    towns,
    viewer,
)
from tests.pages.test_pages import ACCOUNTS, Draw, assert_whole, city, draw, said, tokens

__all__ = ["city", "draw", "tokens"]
THIRD = "620102007"
STEPS = [[1, 10, 1_234_550 // 2], [12, 5, 20_000]]


@pytest.fixture(scope="module")
def months(city: Path) -> dict[str, int]:
    """April published with what it earned; May in review, with places for one street."""
    leader, director = viewer("city.leader"), viewer("city.director")
    copy_texts()
    veto = {"key": "accident", "name": "安全事故", "rule": "veto", "target": "1", "source": "第八条"}
    said_definition = {**towns(), "quotas": {"street": 1}, "rewards": STEPS}
    said_definition["indicators"] = [*said_definition["indicators"][:2], veto]
    for line, least in zip(said_definition["indicators"], ("2", "1", "0"), strict=False):
        line["least_base"] = least
    found = {"scheme": in_force(said_definition)}
    for name, month in (("april", APRIL), ("may", MAY)):
        with acting(leader) as session:
            found[name] = compute(session, found["scheme"], month)
            rows = ranking(session, found[name])
            best = next(one.key for one in rows if one.group == "street" and one.rank == 1)
            for one in rows:
                enter_score(
                    session, found[name], one.key, "accident", "1" if one.key == best else "0", "通报"
                )
        step(leader, found[name], "review")
    step(director, found["april"], "show", until=clock.local(clock.now()).date())
    real = clock.now()
    clock.set_source(lambda: real + timedelta(days=2))
    try:
        step(director, found["april"], "publish")
    finally:
        clock.set_source(None)
    return found


def copy_texts() -> None:
    """Twelve reports of one town that say the same."""
    with system() as session:
        category = session.scalars(select(CaseCategory.code).order_by(CaseCategory.code)).first()
        for day in range(1, 13):
            case = makers.case(
                TOWN + "001", str(category), reported_at=datetime(2026, 5, day, 4, tzinfo=UTC),
                due_at=datetime(2026, 5, day + 9, tzinfo=UTC),
            )  # fmt: skip
            case.title, case.detail = "**路灯** 不亮", "路灯不亮"
            session.add(case)


def of(months: dict[str, int], name: str) -> dict[str, str]:
    return {"scheme": str(months["scheme"]), "month": str(months[name])}


def plainly(page: AppTest) -> str:
    """Without the backslashes that keep words from being read as marks."""
    return said(page).replace("\\", "")


# -- what is worth a look


@pytest.mark.parametrize("username", SEES)
def test_hints_are_for_those_who_read_cases_and_counted_when_opened(
    draw: Draw, months: dict[str, int], username: str
) -> None:
    closed = draw(username, "assessment", **of(months, "may"))
    assert "不是结论" not in said(closed)
    key = f"looks {months['may']}"
    for lang in ("zh", "en"):
        page = draw(username, "assessment", {key: True}, lang=lang, **of(months, "may"))
        assert_whole(page)
        assert not page.error
    reads = Permission.READ_CASES in GRANTS[ACCOUNTS[username]]
    page = draw(username, "assessment", {key: True}, **of(months, "may"))
    assert ("不是结论" in said(page)) is reads
    if reads:
        with reading(viewer(username)) as session:
            found = findings(session, months["may"])
        assert ("没有发现需要核对的情况" in said(page)) is not found
        assert all(one.reason in said(page) for one in found)


def test_a_finding_opens_to_its_cases_and_is_looked_into(draw: Draw, months: dict[str, int]) -> None:
    number = months["may"]
    with reading(viewer("city.leader")) as session:
        found = findings(session, number)
    place = next(n for n, one in enumerate(found) if one.unit_key == TOWN and one.kind.value == "same_text")
    key = f"{number} same_text {TOWN} {place}"
    preset = {f"looks {number}": True, f"cases of {key}": True}
    page = draw("city.leader", "assessment", preset, **of(months, "may"))
    assert_whole(page)
    links = [link for link in page.get("page_link") if "路灯" in link.proto.label]
    assert len(links) == 10
    assert {link.proto.query_string for link in links} == {f"id={one}" for one in found[place].cases[:10]}
    press(page, f"record {key}")
    assert "请写明核查结果" in page.error[0].value
    page.text_area(f"result of {key}").set_value("**抽查**5件属实")
    press(page, f"record {key}")
    assert "已记录" in page.success[0].value
    assert "抽查" in said(page)
    assert not page.text_area(f"result of {key}").value
    with reading(viewer("jiuquanlu.director")) as session:
        assert [one.result for one in looks(session, number)] == ["**抽查**5件属实"]
    # Those who are assessed read what was seen, and have no form for it.
    town = draw("jiuquanlu.director", "assessment", {f"looks {number}": True}, **of(months, "may"))
    assert "抽查" in said(town)
    assert not [one for one in town.button if str(one.key).startswith("record ")]


# -- nominations


def test_one_nominates_another_selects_and_the_quota_holds(draw: Draw, months: dict[str, int]) -> None:
    number = months["may"]
    page = draw("jiuquanlu.director", "assessed", assessment=str(number), unit=TOWN)
    press(page, f"propose {TOWN}")
    assert "请写明推荐理由" in page.error[0].value
    page.text_area(f"why nominate {TOWN}").set_value("连续三月 *第一*")
    press(page, f"propose {TOWN}")
    assert "参评" in page.success[0].value
    assert not [one for one in page.button if str(one.key).startswith("propose ")]
    assert "待评定" in said(page)
    own = draw("city.leader", "assessed", assessment=str(number), unit=FOREIGN)
    own.text_area(f"why nominate {FOREIGN}").set_value("满意率高")
    press(own, f"propose {FOREIGN}")
    with acting(viewer("city.director")) as session:
        nominate(session, number, THIRD, "办得快")

    page = draw("city.leader", "assessment", **of(months, "may"))
    (table,) = [one.value for one in page.dataframe if "推荐理由" in one.value.columns]
    assert set(table["推荐理由"]) == {"连续三月 *第一*", "满意率高", "办得快"}
    assert "街道：名额1个，已评上0个，推荐3个" in said(page)
    with reading(viewer("city.leader")) as session:
        by_unit = {one.unit_key: one.id for one in nominations(session, number)}
    choice, select_key = f"decide in {number} street", f"select {number} street"
    page.selectbox(choice).set_value(by_unit[FOREIGN]).run()
    assert page.button(select_key).disabled
    assert "由您推荐" in page.button(select_key).help
    page.selectbox(choice).set_value(by_unit[TOWN]).run()
    assert not page.button(select_key).disabled
    press(page, select_key)
    assert "已评上" in page.success[0].value
    page.selectbox(choice).set_value(by_unit[THIRD]).run()
    press(page, select_key)
    assert "名额是1个，已经评满" in page.error[0].value
    press(page, f"pass over {number} street")
    assert "未评上" in page.success[0].value
    with reading(viewer("city.leader")) as session:
        decided = {one.unit_key: one.selected for one in nominations(session, number)}
    assert decided == {TOWN: True, FOREIGN: None, THIRD: False}
    assert "街道：名额1个，已评上1个，推荐3个" in said(page)
    town = draw("jiuquanlu.director", "assessment", **of(months, "may"))
    assert "满意率高" not in said(town)
    assert not [one for one in town.selectbox if str(one.key).startswith("decide in")]
    assert "评上（" in said(draw("jiuquanlu.director", "assessed", assessment=str(number), unit=TOWN))


# -- rewards and marks


@pytest.mark.parametrize("username", ["city.leader", "jiuquanlu.director", "chengguan.viewer"])
def test_what_was_earned_stands_below_the_published_ranking(
    draw: Draw, months: dict[str, int], username: str
) -> None:
    page = draw(username, "assessment", group="street", **of(months, "april"))
    assert_whole(page)
    with reading(viewer(username)) as session:
        found = rewards(session, months["april"])
        rows = [one for one in ranking(session, months["april"]) if one.group == "street"]
    assert "第1名积10分、6,172.75元" in plainly(page)
    tables = [one.value for one in page.dataframe if "金额（元）" in one.value.columns]
    assert bool(tables) is bool(found)
    assert found or username != "city.leader"
    if found:
        (table,) = tables
        assert list(table["单位"]) == [*(one.name for one in found), "合计"]
        assert table["金额（元）"].iloc[-1] == sum(one.cents for one in found) / 100
        assert table["积分"].iloc[-1] == sum(one.points for one in found)
    # Of every unit everybody reads what makes its place less firm.
    places = page.dataframe[0].value
    assert [bool(note) for note in places["备注"]] == [bool(one.marks) for one in rows if one.rank]
    assert sum("一票否决：安全事故" in note for note in places["备注"]) == 1
    assert any("基数小" in note for note in places["备注"])


def test_rewards_are_edited_refused_and_kept(draw: Draw, months: dict[str, int]) -> None:
    version, scheme = draft("奖励试编辑")
    key = f"rewards of draft {version} 1"

    def saved(rows: list[dict[str, Any]], seen: int = 1) -> Any:
        change = {"edited_rows": {}, "added_rows": rows, "deleted_rows": []}
        page = draw("city.leader", "schemes", {key: change}, scheme=str(scheme))
        assert_whole(page)
        press(page, f"save draft {version}")
        return page

    first, second = {"last": 1, "points": 10, "yuan": 12_000.5}, {"last": 3, "yuan": 200}
    for wrong in ([second, first], [{**first, "yuan": 0.001}], [{**first, "points": -1}], [second, second],
                  [{"points": 5}]):  # fmt: skip
        assert "奖励" in saved(wrong).error[0].value
    # A browser of one's own can say anything; what is no number stays what it is, and is refused.
    odd = {"added_rows": [{"last": "**x**", "points": [1], "yuan": "nan"}]}
    assert rewards_of(read(towns()), odd) == [["**x**", [1], "nan"]]
    with pytest.raises(BadInput):
        read({**towns(), "rewards": rewards_of(read(towns()), odd)})
    assert "草稿已保存" in saved([{**first, "yuan": 500.5}, second]).success[0].value
    with reading(viewer("city.leader")) as session:
        (kept,) = wordings(session, scheme)
    assert kept.scheme.rewards == ((1, 10, 50_050), (3, 0, 20_000))
    again = draw("city.leader", "schemes", scheme=str(scheme))
    assert_whole(again)
    assert again.button(f"propose {version}").disabled is False  # what is kept counts as no change
    with system_reading() as session:
        assert session.get_one(SchemeVersion, version).definition
    held = draw("city.leader", "schemes", scheme=str(months["scheme"]))
    assert "奖励：第1名积10分、6,172.75元；第2至12名积5分、200元" in plainly(held)
    assert read({**towns(), "rewards": STEPS}).rewards[0][2] == 617_275
