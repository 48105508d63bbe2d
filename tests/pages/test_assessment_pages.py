"""The pages of assessment: ranking, one unit's card, schemes; drawn by the real script without a browser."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account
from db.models.assessment import Assessment, AssessmentScheme, AssessmentState, SchemeVersion
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system_reading
from lib.assessment.commands import compute, enter_score, move
from lib.assessment.queries import assessment, preview, ranking
from lib.assessment.units.queries import own_units
from lib.errors import BadInput
from lib.schemes.commands import change_draft, draft_scheme, move_draft
from lib.schemes.queries import wordings
from lib.schemes.reading import read
from lib.schemes.templates import Template, definition
from lib.ui.scheme_lines import edited, lines_of, place_words, rows_of
from tests import makers
from tests.pages.test_pages import (
    ACCOUNTS,
    GARBAGE,
    Draw,
    address,
    assert_whole,
    city,
    draw,
    said,
    tokens,
)

__all__ = ["city", "draw", "tokens"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_ASSESSMENT in GRANTS[role]]
TOWN, FOREIGN = "620102001", "620102005"
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def viewer(username: str) -> Viewer:
    with system_reading() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return makers.viewer_of_account(account)


def towns() -> dict[str, Any]:
    """Two rates, one of them by a target, and one value that people enter."""
    return {
        "name": "街道考核", "object": "town", "source": "办法第一条",
        "indicators": [
            {"key": "on_time", "name": "按期办结率", "metric": "on_time", "rule": "target", "points": "40",
             "target": "95", "each": "2", "source": "第五条"},
            {"key": "satisfaction", "name": "满意率", "metric": "satisfaction", "rule": "rate",
             "points": "60", "source": "第六条"},
            {"key": "petition", "name": "越级上访", "rule": "deduction", "points": "5", "each": "1",
             "most": "10", "source": "第七条"},
        ],
    }  # fmt: skip


def step(who: Viewer, number: int, action: str, reason: str = "", until: date | None = None) -> None:
    with reading(who) as session:
        seen = assessment(session, number).seen
    with acting(who) as session:
        move(session, number, action, reason, seen, until)


def in_force(said_definition: dict[str, Any], first: date = date(2026, 1, 1)) -> int:
    leader, director = viewer("city.leader"), viewer("city.director")
    with acting(leader) as session:
        version = draft_scheme(session, "6201", said_definition, first)
        move_draft(session, version, "propose", "试行", 1)
    with acting(director) as session:
        move_draft(session, version, "approve", "", 2)
    with system_reading() as session:
        return session.scalars(select(SchemeVersion.scheme_id).where(SchemeVersion.id == version)).one()


@pytest.fixture(scope="module")
def months(city: Path) -> dict[str, int]:
    """Towns: March in self-check, April sealed, May open for objections. Villages: April shown to
    neighbors alone."""
    leader, director = viewer("city.leader"), viewer("city.director")
    scheme = in_force(towns())
    found = {"scheme": scheme}
    for name, month in (("april", APRIL), ("may", MAY)):
        with acting(leader) as session:
            found[name] = compute(session, scheme, month)
            for one in ranking(session, found[name]):
                enter_score(session, found[name], one.key, "petition", "0", "信访台账")
        step(leader, found[name], "review")
    today = clock.local(clock.now()).date()
    step(director, found["april"], "show", until=today)
    step(director, found["may"], "show", until=today + timedelta(days=10))
    with acting(leader) as session:
        found["march"] = compute(session, scheme, MARCH)
    villages = definition(Template.VILLAGES, "村社考核")
    villages["indicators"] = [one for one in villages["indicators"] if "metric" in one]
    found["village scheme"] = in_force(villages)
    with acting(leader) as session:
        found["villages"] = compute(session, found["village scheme"], APRIL)
    step(leader, found["villages"], "review")
    step(director, found["villages"], "show", until=today)
    real = clock.now()
    clock.set_source(lambda: real + timedelta(days=2))
    try:
        step(director, found["april"], "publish")
        step(leader, found["april"], "seal")
    finally:
        clock.set_source(None)
    return found


def month_of(months: dict[str, int], name: str) -> dict[str, str]:
    scheme = "village scheme" if name == "villages" else "scheme"
    return {"scheme": str(months[scheme]), "month": str(months[name])}


def press(page: AppTest, key: str) -> None:
    page.button(key).click().run()
    assert_whole(page)


# -- before there is anything


@pytest.mark.parametrize("name", ["assessment", "assessed", "schemes"])
def test_without_any_scheme_the_pages_say_what_to_do(draw: Draw, city: Path, name: str) -> None:
    with system_reading() as session:
        if session.scalars(select(AssessmentScheme.id)).first() is not None:
            pytest.skip("another test has made one already")
    for username in SEES:
        page = draw(username, name)
        assert_whole(page)
        assert page.title
        assert page.info
    assert draw("city.leader", "schemes").button("draft scheme")


# -- the ranking


@pytest.mark.parametrize("name", ["march", "april", "may", "villages"])
@pytest.mark.parametrize("username", SEES)
def test_everybody_who_may_sees_every_period(
    draw: Draw, months: dict[str, int], username: str, name: str
) -> None:
    page = draw(username, "assessment", **month_of(months, name))
    assert_whole(page)
    assert page.title
    assert not page.error
    assert address(page)["month"] == {"march": "2026-03", "may": "2026-05"}.get(name, "2026-04")
    assert_whole(draw(username, "assessment", lang="en", **month_of(months, name)))


def test_the_table_shows_the_places_that_the_commands_gave(draw: Draw, months: dict[str, int]) -> None:
    page = draw("city.leader", "assessment", group="street", **month_of(months, "may"))
    with reading(viewer("city.leader")) as session:
        rows = [one for one in ranking(session, months["may"]) if one.group == "street"]
    ranked = [one for one in rows if one.rank is not None]
    table = page.dataframe[0].value
    assert list(table["单位"]) == [one.name for one in ranked]
    assert list(table["名次"]) == [one.rank for one in ranked]
    assert list(table["总分"]) == [float(one.total or 0) for one in ranked]
    assert len(set(table["较上期"])) > 1
    apart = [one.name for one in rows if one.rank is None]
    if apart:
        assert list(page.dataframe[1].value["单位"]) == apart


def test_a_town_knows_no_place_before_they_are_shown(draw: Draw, months: dict[str, int]) -> None:
    page = draw("jiuquanlu.director", "assessment", **month_of(months, "march"))
    assert "公示以后才能看到名次" in said(page)
    (table,) = page.dataframe
    assert list(table.value.columns) == ["单位", "待填报"]
    assert list(table.value["待填报"]) == ["越级上访"] * 2  # their own, and the one they stand in for
    assert not page.get("plotly_chart")
    shown = draw("jiuquanlu.director", "assessment", **month_of(months, "april"))
    assert "公示以后" not in said(shown)
    assert len(shown.dataframe[0].value) > 10


def test_a_village_sees_its_neighbors_alone(draw: Draw, months: dict[str, int]) -> None:
    page = draw("v620102001001.duty", "assessment", **month_of(months, "villages"))
    assert_whole(page)
    tables = [table.value for table in page.dataframe]
    assert all(len(table) <= 5 for table in tables)
    with reading(viewer("v620102001001.duty")) as session:
        (own,) = ranking(session, months["villages"])
    assert ("本方案只公布本单位和前后名次" in said(page)) is True
    assert own.key == "620102001001"


@pytest.mark.parametrize("name", ["assessment", "assessed", "schemes"])
def test_nonsense_in_the_address_is_no_error(draw: Draw, months: dict[str, int], name: str) -> None:
    for value in GARBAGE:
        for username in ("city.leader", "jiuquanlu.director"):
            parameters = ("scheme", "month", "group", "assessment", "unit")
            page = draw(username, name, **dict.fromkeys(parameters, value))
            assert_whole(page)
            assert page.title
            assert "DROP TABLE" not in said(page)


def test_who_counted_is_told_that_another_must_go_on(draw: Draw, months: dict[str, int]) -> None:
    own = draw("city.leader", "assessment", **month_of(months, "may"))
    assert own.button("step publish").disabled
    page = draw("chengguan.director", "assessment", **month_of(months, "may"))
    assert not [b for b in page.button if str(b.key).startswith("step ")]


def test_a_period_is_counted_returned_and_refused_on_screen(draw: Draw, months: dict[str, int]) -> None:
    query = {"scheme": str(months["village scheme"]), "month": "2026-05"}
    page = draw("city.leader", "assessment", **query)
    assert "还没有计算" in said(page)
    press(page, "count the period")
    assert "已计算" in page.success[0].value
    assert address(page)["month"] == "2026-05"
    press(page, "step review")
    assert page.success
    press(page, "step return")
    assert "请填写理由" in page.error[0].value
    page.text_area("reason to return").set_value("数据有误，退回核对")
    press(page, "step return")
    assert page.success
    with system_reading() as session:
        row = session.scalars(
            select(Assessment).where(
                Assessment.scheme_id == months["village scheme"], Assessment.first == MAY
            )
        ).one()
    assert row.state is AssessmentState.SELF_CHECK


def test_review_names_what_is_still_missing(draw: Draw, months: dict[str, int]) -> None:
    page = draw("city.leader", "assessment", **month_of(months, "march"))
    press(page, "step review")
    assert "没有填报" in page.error[0].value


def test_other_points_are_tried_and_nothing_is_kept(draw: Draw, months: dict[str, int]) -> None:
    number = months["may"]
    preset = {f"what if {number}": True, f"points of on_time in {number}": 95.0}
    page = draw("city.leader", "assessment", preset, group="street", **month_of(months, "may"))
    assert_whole(page)
    table = page.dataframe[-1].value
    assert "新名次" in table.columns
    assert list(table["新名次"]) == sorted(table["新名次"])
    again = draw("city.leader", "assessment", group="street", **month_of(months, "may"))
    assert "新名次" not in again.dataframe[-1].value.columns


def test_a_sealed_month_is_counted_again_by_anybody(draw: Draw, months: dict[str, int]) -> None:
    for username in ("jiuquanlu.director", "city.leader"):
        page = draw(username, "assessment", **month_of(months, "april"))
        press(page, "recompute")
        assert "复算一致" in page.success[0].value
    press(page, "restate")
    assert "都与封存时相同" in page.success[0].value


# -- one unit


@pytest.mark.parametrize("name", ["march", "april", "may"])
def test_a_unit_is_taken_apart(draw: Draw, months: dict[str, int], name: str) -> None:
    for username in ("jiuquanlu.director", "city.leader", "chengguan.viewer"):
        page = draw(username, "assessed", assessment=str(months[name]), unit=TOWN)
        assert_whole(page)
        assert not page.error
        lines = page.dataframe[0].value
        assert list(lines["指标"]) == ["按期办结率", "满意率", "越级上访"]
        shown = name != "march" or username == "city.leader"
        assert ("名次还没有公示" in page.title[0].value) is not shown
        assert_whole(draw(username, "assessed", lang="en", assessment=str(months[name]), unit=TOWN))


def test_a_foreign_unit_and_no_unit_are_one_answer(draw: Draw, months: dict[str, int]) -> None:
    answers = {
        said(draw("jiuquanlu.director", "assessed", assessment=str(months["may"]), unit=unit))
        for unit in (FOREIGN, "620102", "nowhere")
    }
    assert len(answers) == 1
    assert "找不到这一期考核" in answers.pop()


def test_a_line_opens_its_figure(draw: Draw, months: dict[str, int]) -> None:
    key = f"lines of {months['may']} {TOWN}"
    row = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page = draw("jiuquanlu.director", "assessed", {key: row}, assessment=str(months["may"]), unit=TOWN)
    assert_whole(page)
    assert address(page) | {"metric": "on_time", "center": TOWN, "first": "2026-05-01"} == address(page)


def test_a_value_is_entered_with_its_evidence(draw: Draw, months: dict[str, int]) -> None:
    query = {"assessment": str(months["march"]), "unit": TOWN}
    page = draw("jiuquanlu.director", "assessed", **query)
    field, evidence = f"value of petition {TOWN}", f"evidence of petition {TOWN}"
    page.text_input(field).set_value("99")
    page.text_input(evidence).set_value("**台账** [a](http://evil.example)")
    press(page, f"enter petition {TOWN}")
    assert "最多填10" in page.error[0].value
    assert page.text_input(field).value == "99"
    page.text_input(field).set_value("1")
    press(page, f"enter petition {TOWN}")
    assert "已填报" in page.success[0].value
    with reading(viewer("jiuquanlu.director")) as session:
        assert {unit.key: unit.waiting for unit in own_units(session, months["march"])}[TOWN] == ()
    assert not [
        b for b in draw("chengguan.viewer", "assessed", **query).button if str(b.key).startswith("enter")
    ]


def test_an_objection_is_raised_answered_and_moves_the_place(draw: Draw, months: dict[str, int]) -> None:
    query = {"assessment": str(months["may"]), "unit": TOWN}
    page = draw("jiuquanlu.director", "assessed", **query)
    press(page, f"raise {TOWN}")
    assert "写明异议理由" in page.error[0].value
    page.text_area(f"why object {TOWN}").set_value("有两件已按期办结")
    press(page, f"raise {TOWN}")
    assert "异议已提出" in page.success[0].value
    answering = draw("city.leader", "assessment", **month_of(months, "may"))
    (reply,) = [i for i in answering.text_input if str(i.key).startswith("reply ")]
    number = str(reply.key).removeprefix("reply ")
    reply.set_value("经核查属实")
    press(answering, f"uphold {number}")
    assert "应填不小于0的数字" in answering.error[0].value
    answering.text_input(f"value {number}").set_value("100")
    press(answering, f"uphold {number}")
    assert "已答复" in answering.success[0].value
    after = draw("jiuquanlu.director", "assessed", **query).dataframe[0].value
    assert after["值"].iloc[0] == "100%"
    assert after["得分"].iloc[0] == 40.0
    assert "异议成立后改定" in after["备注"].iloc[0]


# -- schemes


@pytest.mark.parametrize("username", SEES)
def test_everybody_reads_what_they_are_assessed_by(draw: Draw, months: dict[str, int], username: str) -> None:
    page = draw(username, "schemes", scheme=str(months["scheme"]))
    assert_whole(page)
    assert "街道考核" in list(page.dataframe[0].value["方案"])
    assert "目标95" in page.dataframe[1].value["计分规则"].iloc[0]
    edits = Permission.EDIT_SCHEMES in GRANTS[ACCOUNTS[username]]
    assert bool([b for b in page.button if b.key == "draft scheme"]) is edits
    assert bool([b for b in page.button if b.key == "draft next"]) is (username == "city.leader")
    assert_whole(draw(username, "schemes", lang="en", scheme=str(months["scheme"])))


@pytest.mark.parametrize("template", list(Template))
def test_each_template_is_a_scheme_and_goes_through_the_editor(template: Template) -> None:
    scheme = read(definition(template))
    again = read({**definition(template), "indicators": lines_of(edited(rows_of(scheme), {}))})
    assert again == scheme


def draft(name: str, who: str = "city.leader") -> tuple[int, int]:
    """A draft and its scheme."""
    with acting(viewer(who)) as session:
        version = draft_scheme(session, "6201", {**towns(), "name": name}, date(2026, 7, 1))
    with system_reading() as session:
        return version, session.scalars(
            select(SchemeVersion.scheme_id).where(SchemeVersion.id == version)
        ).one()


def kept(scheme: int) -> Any:
    with reading(viewer("city.leader")) as session:
        return wordings(session, scheme)[0]


def test_a_scheme_is_begun_from_a_template(draw: Draw, months: dict[str, int]) -> None:
    page = draw("city.leader", "schemes")
    page.text_input("name of the scheme").set_value("**县区** 考核")
    page.selectbox("template").set_value(Template.COUNTIES)
    press(page, "draft scheme")
    assert "已起草" in page.success[0].value
    assert "**县区** 考核" in list(page.dataframe[0].value["方案"])
    again = draw("city.leader", "schemes")
    again.text_input("name of the scheme").set_value("**县区** 考核")
    press(again, "draft scheme")
    assert "已有名为" in again.error[0].value


def test_a_draft_is_edited_refused_with_words_and_saved(draw: Draw, months: dict[str, int]) -> None:
    version, scheme = draft("试编辑")
    key = f"lines of draft {version} 1"
    wrong = {"edited_rows": {0: {"points": 50.0}}, "added_rows": [], "deleted_rows": []}
    page = draw("city.leader", "schemes", {key: wrong}, scheme=str(scheme))
    assert_whole(page)
    assert page.button(f"propose {version}").disabled
    press(page, f"save draft {version}")
    assert "现在是110" in page.error[0].value
    assert kept(scheme).scheme.indicator("on_time").rule.points == 40
    added = {"name": "返工率", "metric": "rework", "rule": "tiers", "points": 10.0, "tiers": "3：10，5：5",
             "source": "第八条"}  # fmt: skip
    right = {"edited_rows": {0: {"points": 30.0}}, "added_rows": [added], "deleted_rows": [2]}
    page = draw("city.leader", "schemes", {key: right}, scheme=str(scheme))
    press(page, f"save draft {version}")
    assert "草稿已保存" in page.success[0].value
    found = kept(scheme).scheme
    assert [one.name for one in found.indicators] == ["按期办结率", "满意率", "返工率"]
    assert [f"{points}" for _least, points in found.indicators[2].rule.tiers] == ["10", "5"]


def test_the_second_of_two_sees_the_difference(draw: Draw, months: dict[str, int]) -> None:
    version, scheme = draft("两人同改")
    page = draw("city.leader", "schemes", scheme=str(scheme))
    assert_whole(page)
    other = {**towns(), "name": "两人同改"}
    other["indicators"][0] |= {"points": "50"}
    other["indicators"][1] |= {"points": "50"}
    with acting(viewer("city.director")) as session:
        change_draft(session, version, other, date(2026, 7, 1), 1)
    page.text_input(f"source of draft {version} 1").set_value("我的依据")
    press(page, f"save draft {version}")
    assert "您的修改没有保存" in page.error[0].value
    assert "按期办结率" in page.error[0].value
    assert page.text_input(f"source of draft {version} 1").value == "我的依据"
    assert "在您打开之后改过这份草稿" in page.warning[0].value
    press(page, f"read anew {version}")
    assert not page.warning
    assert page.text_input(f"source of draft {version} 2").value == "办法第一条"
    page.text_input(f"source of draft {version} 2").set_value("我的依据")
    press(page, f"save draft {version}")
    assert kept(scheme).scheme.source == "我的依据"
    assert kept(scheme).scheme.indicator("on_time").rule.points == 50


def test_who_drafted_does_not_decide(draw: Draw, months: dict[str, int]) -> None:
    version, scheme = draft("须另一人审定", "city.director")
    with acting(viewer("city.director")) as session:
        move_draft(session, version, "propose", "试行", 1)
    own = viewer("city.director")
    assert own.account_id == kept(scheme).drafted_by_id
    page = draw("city.leader", "schemes", scheme=str(scheme))
    assert not page.button(f"approve {version}").disabled
    press(page, f"refuse {version}")
    assert "请填写理由" in page.error[0].value
    press(page, f"approve {version}")
    assert page.success
    assert kept(scheme).state.value == "in_force"
    version, scheme = draft("自己起草")
    with acting(viewer("city.leader")) as session:
        move_draft(session, version, "propose", "试行", 1)
    page = draw("city.leader", "schemes", scheme=str(scheme))
    assert page.button(f"approve {version}").disabled


def test_a_preview_ranks_and_writes_nothing(draw: Draw, months: dict[str, int]) -> None:
    version, scheme = draft("预览用")
    with system_reading() as session:
        before = len(session.scalars(select(Assessment.id)).all())
    page = draw("city.leader", "schemes", {f"preview {version}": True}, scheme=str(scheme), group="street")
    assert_whole(page)
    table = page.dataframe[-1].value
    assert [name for name in table.columns if name.endswith("名次")] == [
        "2026年5月名次", "2026年4月名次", "2026年3月名次",
    ]  # fmt: skip
    with reading(viewer("city.leader")) as session:
        found = preview(session, version)
        held = {one.key: one.total for one in ranking(session, months["april"])}
    assert {one.key: one.total for one in found[1].places} == held
    with system_reading() as session:
        assert len(session.scalars(select(Assessment.id)).all()) == before


def test_a_preview_of_what_is_typed_is_not_what_is_kept(months: dict[str, int]) -> None:
    version, _scheme = draft("另一套分值")
    other = {**towns(), "name": "另一套分值"}
    other["indicators"][0] |= {"points": "90"}
    other["indicators"][1] |= {"points": "10"}
    with reading(viewer("city.leader")) as session:
        kept_places = preview(session, version, 1)[0].places
        typed_places = preview(session, version, 1, other)[0].places
        assert [one.total for one in kept_places] != [one.total for one in typed_places]
        other["indicators"][1] |= {"points": "1"}
        with pytest.raises(BadInput):
            preview(session, version, 1, other)


# -- rows of the editor


@pytest.mark.parametrize(
    "changes",
    [
        None,
        [],
        {"edited_rows": {"x": {"points": 1}, "99": {"points": 1}, 0: "no"}, "deleted_rows": ["0", None]},
        {"added_rows": ["no", {"unknown": 1}, {}], "edited_rows": None},
        {"edited_rows": {0: {"evil": "x", "__class__": "y"}}},
    ],
)
def test_what_an_editor_must_not_say_changes_nothing(changes: Any) -> None:
    rows = rows_of(read(towns()))
    assert edited(rows, changes) == rows


def test_a_cell_that_is_wrong_is_called_as_the_screen_calls_it() -> None:
    rows = rows_of(read(towns()))
    changes = {"edited_rows": {0: {"tiers": "nonsense", "target": float("nan")}}}
    with pytest.raises(BadInput) as caught:
        read({**towns(), "indicators": lines_of(edited(rows, changes))})
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"indicators[1].target", "indicators[1].tiers"}
    assert place_words("indicators[1].tiers") == "第1行“分档（值:得分）”"
    assert json.dumps(lines_of(rows))  # nothing in it that a definition could not hold
