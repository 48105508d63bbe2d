"""Scheduling on the screen: what waits, filling in, reviewing, meeting, tasks, and how rounds are planned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.case import Case
from db.models.scheduling import (
    CalendarDay,
    Meeting,
    Report,
    ReportState,
    Round,
    RoundKind,
    RoundPlan,
    Task,
    TaskState,
)
from db.scope import Scope
from lib import clock
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, system, system_reading
from lib.scheduling.clockwork import Clockwork
from lib.scheduling.commands import save_report
from lib.scheduling.content import read
from lib.scheduling.opening import planned
from lib.scheduling.planning.commands import plan_rounds
from seed.accounts import TOWN_BESIDE
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, address, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_ROUNDS in GRANTS[role]]
MORE = ("city.director", "chengguan.leader")
PAGES = ("rounds", "tasks", "planning", "report", "meeting")
VILLAGE, TOWN, COUNTY, CITY = "620102001001", "620102001", "620102", "6201"


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small city with the rounds that are open on its day."""
    path = tmp_path_factory.mktemp("scheduling") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        Clockwork().look()
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in (*ACCOUNTS, *MORE):
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def viewer(username: str) -> Viewer:
    with system_reading() as session:
        a = session.scalars(select(Account).where(Account.username == username)).one()
        return Viewer(a.id, a.username, a.display_name, a.role, a.center_code, Scope.of([a.center_code]))


def round_of(kind: RoundKind) -> int:
    with system_reading() as session:
        return session.scalars(select(Round.id).where(Round.kind == kind).order_by(Round.id)).first() or 0


def report_of(code: str, kind: RoundKind) -> Report:
    with system_reading() as session:
        statement = (
            select(Report)
            .join(Round, Round.id == Report.round_id)
            .where(Report.center_code == code, Round.kind == kind)
            .order_by(Report.id)
        )
        found = session.scalars(statement).first()
        assert found is not None
        session.expunge(found)
        return found


def click(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def errors(page: AppTest) -> str:
    return "\n".join(one.value for one in page.error)


def field(report: Report, key: str, what: str = "value") -> str:
    return f"report {report.id} {what} {key}"


# -- who sees what


@pytest.mark.parametrize("username", [*SEES, *MORE])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_for_every_role(draw: Draw, username: str, name: str) -> None:
    with system_reading() as session:
        own = session.scalars(
            select(Report.id)
            .join(Account, Account.center_code == Report.center_code)
            .where(Account.username == username)
            .order_by(Report.id)
        ).first()
    query = {
        "report": {"report": str(own)},
        "meeting": {"round": str(round_of(RoundKind.MONTHLY))},
    }.get(name, {})
    page = draw(username, name, **query)
    assert_whole(page)
    assert page.title
    assert not page.error


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize("kind", list(RoundKind))
def test_rounds_are_drawn_at_every_level(draw: Draw, center: str, kind: RoundKind) -> None:
    page = draw("city.leader", "rounds", center=center, kind=kind.value)
    assert_whole(page)
    assert not page.error
    assert page.selectbox("choose kind").value is kind


@pytest.mark.parametrize("view", ["plan", "burden", "calendar"])
@pytest.mark.parametrize("username", SEES)
def test_every_view_of_the_plan_is_drawn(draw: Draw, username: str, view: str) -> None:
    page = draw(username, "planning", view=view)
    assert_whole(page)
    assert page.dataframe


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("rounds", ("kind", "round")),
        ("report", ("report",)),
        ("meeting", ("round",)),
        ("tasks", ("task", "side", "state")),
        ("planning", ("view", "kind", "month")),
    ],
)
def test_an_address_that_somebody_edited_is_no_error(
    draw: Draw, name: str, parameters: tuple[str, ...]
) -> None:
    for value in GARBAGE:
        page = draw("city.leader", name, **dict.fromkeys(parameters, value))
        assert_whole(page)
        assert page.title


def test_a_foreign_report_and_none_say_the_same(draw: Draw) -> None:
    foreign = report_of("620104", RoundKind.MONTHLY)
    answers = {
        said(draw("chengguan.director", "report", report=one)) for one in (str(foreign.id), "999999", "x", "")
    }
    assert len(answers) == 1
    assert "找不到" in answers.pop()


def test_only_those_who_may_act_find_the_buttons(draw: Draw) -> None:
    acts = {
        name: keys(draw(name, "rounds", kind="monthly"))
        for name in ("city.leader", "chengguan.director", "chengguan.viewer", "chengguan.duty")
    }
    assert {"urge", "close the round"} <= acts["city.leader"]
    assert "urge" in acts["chengguan.director"]
    assert "close the round" not in acts["chengguan.director"]
    assert not {"urge", "close the round"} & (acts["chengguan.viewer"] | acts["chengguan.duty"])
    own = report_of(COUNTY, RoundKind.MONTHLY)
    assert "submit the report" in keys(draw("chengguan.duty", "report", report=str(own.id)))
    assert "submit the report" not in keys(draw("chengguan.viewer", "report", report=str(own.id)))
    assert "submit the report" not in keys(draw("city.leader", "report", report=str(own.id)))


# -- rounds


def test_what_waits_for_me_leads_to_my_report(draw: Draw) -> None:
    page = draw("v620102001001.duty", "rounds")
    waiting = [button for button in page.button if (button.key or "").startswith("open report ")]
    with system_reading() as session:
        open_ones = session.scalars(
            select(Report.id).where(Report.center_code == VILLAGE, Report.state == ReportState.OPEN)
        ).all()
    assert {int(b.key.rsplit(" ")[-1]) for b in waiting} == set(open_ones)
    assert f"等我填报：{len(open_ones)}份" in said(page)
    click(page, f"open report {open_ones[0]}")
    assert address(page) == {"report": str(open_ones[0])}


def test_the_chain_counts_what_stands_in_the_database(draw: Draw) -> None:
    page = draw("city.leader", "rounds", kind="monthly")
    with system_reading() as session:
        levels = session.execute(
            select(Report.level, Report.state).where(Report.round_id == round_of(RoundKind.MONTHLY))
        ).all()
    for number, level in enumerate(("village", "town", "county", "city")):
        asked = [state for name, state in levels if name == level]
        done = [state for state in asked if state in (ReportState.SUBMITTED, ReportState.ACCEPTED)]
        assert page.metric[number].value == f"{len(done):,} / {len(asked):,}"


def test_all_late_ones_are_urged_at_once(draw: Draw) -> None:
    page = click(draw("jiuquanlu.director", "rounds", kind="annual"), "urge")
    with system_reading() as session:
        urged = session.scalars(
            select(Report).where(Report.round_id == round_of(RoundKind.ANNUAL), Report.urged_times > 0)
        ).all()
    assert urged
    codes = {one.center_code for one in urged}
    assert VILLAGE in codes
    assert not codes & {TOWN, COUNTY, CITY}  # nobody urges themselves, or those above
    assert {code[:9] for code in codes} == {TOWN, TOWN_BESIDE}  # for which the director stands in
    assert f"已向{len(urged)}个逾期未报的单位催报" in page.success[0].value
    village = draw("v620102001001.duty", "report", report=str(report_of(VILLAGE, RoundKind.ANNUAL).id))
    assert "被催报" in said(village)


def test_the_choice_stands_in_the_address(draw: Draw) -> None:
    page = draw("city.leader", "rounds")
    page.selectbox("choose kind").set_value(RoundKind.WEEKLY).run()
    assert_whole(page)
    assert address(page)["kind"] == "weekly"
    again = draw("city.leader", "rounds", round=str(round_of(RoundKind.WEEKLY)))
    assert again.selectbox("choose kind").value is RoundKind.WEEKLY
    page.selectbox("go below").set_value(COUNTY).run()
    assert address(page)["center"] == COUNTY


def test_a_chosen_row_opens_the_report(draw: Draw) -> None:
    number = round_of(RoundKind.MONTHLY)
    rows = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page = draw("chengguan.director", "rounds", {f"below {number} {COUNTY}": rows}, kind="monthly")
    assert_whole(page)
    with system_reading() as session:
        chosen = session.get_one(Report, int(address(page)["report"]))
    assert chosen.center_code.startswith(COUNTY)
    assert len(chosen.center_code) == 9


# -- a report


def test_a_report_is_refused_filled_in_and_handed_in(draw: Draw) -> None:
    report = report_of(VILLAGE, RoundKind.MONTHLY)
    page = draw("v620102001001.duty", "report", report=str(report.id))
    page.text_input(field(report, "patrols")).set_value("三十一")
    page.text_input(field(report, "received")).set_value("7")
    click(page, "submit the report")
    for words in ("“巡查次数”应填不小于0的数字", "“接报事件”与系统数不一致", "“情况分析”还没有填"):
        assert words in errors(page)
    assert page.text_input(field(report, "patrols")).value == "三十一"
    page.text_input(field(report, "patrols")).set_value("31")
    page.text_input(field(report, "received", "reason")).set_value("有1件重复登记")
    page.text_area(field(report, "situation")).set_value("总体平稳 <b>![x](http://evil.example/a)</b>")
    click(page, "save the draft")
    assert "草稿已保存" in page.success[0].value
    assert report_of(VILLAGE, RoundKind.MONTHLY).state is ReportState.OPEN
    click(page, "submit the report")
    assert "已提交" in page.success[0].value
    assert "submit the report" not in keys(page)
    kept = report_of(VILLAGE, RoundKind.MONTHLY)
    content = read(kept.content)
    assert kept.state is ReportState.SUBMITTED
    assert dict(content.values)["patrols"] == "31"
    assert dict(content.reasons) == {"received": "有1件重复登记"}
    town = report_of(TOWN, RoundKind.MONTHLY)
    above = draw("jiuquanlu.director", "report", report=str(town.id))
    assert above.text_input(field(town, "patrols")).value == "31"
    assert "下级合计31" in said(above).replace("\\", "")


def test_the_figures_lead_to_their_arithmetic(draw: Draw) -> None:
    report = report_of(COUNTY, RoundKind.MONTHLY)
    page = draw("chengguan.director", "report", report=str(report.id))
    links = [one.proto for one in page.get("page_link") if "metric=received" in one.proto.query_string]
    assert len(links) == 1
    query = links[0].query_string
    for part in ("center=620102", "first=2026-05-01", "last=2026-05-31", "period=custom"):
        assert part in query
    figure = draw(
        "chengguan.director", "figure", metric="received", center=COUNTY, first="2026-05-01",
        last="2026-05-31", period="custom",
    )  # fmt: skip
    with system_reading() as session:
        cases = session.scalars(
            select(Case.id).where(
                Case.center_code.startswith(COUNTY),
                Case.reported_at >= clock.start_of_day(date(2026, 5, 1)),
                Case.reported_at < clock.start_of_day(date(2026, 6, 1)),
            )
        ).all()
    assert f"{len(cases)} 件" in links[0].label.replace("\\", "")
    assert str(len(cases)) in said(figure)


def test_who_saved_in_between_is_not_overwritten_unseen(draw: Draw) -> None:
    report = report_of(VILLAGE, RoundKind.VILLAGE_TALK)
    page = draw("v620102001001.duty", "report", report=str(report.id))
    page.text_area(field(report, "agreed")).set_value("我写的")
    with acting(viewer("v620102001001.duty")) as session:
        save_report(session, report.id, {"agreed": "别人写的"}, {}, report.version)
    click(page, "save the draft")
    assert "刚被别人改过" in errors(page)
    assert page.text_area(field(report, "agreed")).value == "我写的"
    assert "别人写的" in said(page)
    assert read(report_of(VILLAGE, RoundKind.VILLAGE_TALK).content).values == {"agreed": "别人写的"}
    name = f"report {report.id}"
    click(page, f"{name} keep")
    click(page, "save the draft")
    assert read(report_of(VILLAGE, RoundKind.VILLAGE_TALK).content).values == {"agreed": "我写的"}
    with acting(viewer("v620102001001.duty")) as session:
        save_report(
            session, report.id, {"agreed": "再改"}, {}, report_of(VILLAGE, RoundKind.VILLAGE_TALK).version
        )
    page.text_area(field(report, "agreed")).set_value("我又写")
    click(page, "save the draft")
    click(page, f"{name} take")
    assert page.text_area(field(report, "agreed")).value == "再改"


def test_the_level_above_returns_with_a_reason_and_accepts(draw: Draw) -> None:
    report = report_of(VILLAGE, RoundKind.DAILY)
    click(draw("v620102001001.duty", "report", report=str(report.id)), "submit the report")
    page = draw("jiuquanlu.director", "report", report=str(report.id))
    click(page, "step return")
    assert "请填写理由后再退回" in errors(page)
    page.text_area("reason to return").set_value("巡查次数没有写")
    click(page, "step return")
    assert report_of(VILLAGE, RoundKind.DAILY).state is ReportState.RETURNED
    village = draw("v620102001001.duty", "report", report=str(report.id))
    assert "被退回：巡查次数没有写" in said(village).replace("\\", "")
    click(village, "submit the report")
    click(draw("jiuquanlu.director", "report", report=str(report.id)), "step accept")
    assert report_of(VILLAGE, RoundKind.DAILY).state is ReportState.ACCEPTED
    assert "step accept" not in keys(draw("v620102001001.duty", "report", report=str(report.id)))


def test_what_has_changed_since_names_the_case(draw: Draw) -> None:
    report = report_of(COUNTY, RoundKind.WEEKLY)
    click(draw("chengguan.director", "report", report=str(report.id)), "submit the report")
    assert "数据已变" not in said(draw("chengguan.director", "report", report=str(report.id)))
    with system() as session:
        case = session.scalars(
            select(Case).where(
                Case.center_code.startswith(COUNTY),
                Case.reported_at >= clock.start_of_day(date(2026, 6, 22)),
                Case.reported_at < clock.start_of_day(date(2026, 6, 29)),
            )
        ).first()
        assert case is not None
        number, key, moment = case.number, case.id, case.reported_at
        case.reported_at = clock.start_of_day(date(2026, 3, 1))
        case.changed_at = clock.now()
    try:
        page = draw("chengguan.director", "report", report=str(report.id))
        assert_whole(page)
        assert "数据已变：接报事件" in said(page).replace("\\", "")
        assert f"id={key}" in {one.proto.query_string for one in page.get("page_link")}
        assert number in said(page).replace("\\", "")
        hidden = draw("chengguan.viewer", "report", report=str(report.id))
        assert f"id={key}" not in {one.proto.query_string for one in hidden.get("page_link")}
    finally:
        with system() as session:
            case = session.get_one(Case, key)
            case.reported_at, case.changed_at = moment, clock.now()


def test_a_round_that_is_closed_is_only_read(draw: Draw) -> None:
    page = click(draw("city.leader", "rounds", kind="public_order"), "close the round")
    assert "已结束" in page.success[0].value
    assert "urge" not in keys(page)
    report = report_of(COUNTY, RoundKind.PUBLIC_ORDER)
    own = draw("chengguan.director", "report", report=str(report.id))
    assert "submit the report" not in keys(own)
    assert "这一轮已经结束" in said(own)


# -- meetings and tasks


def test_a_meeting_is_written_signed_by_another_and_gives_a_task(draw: Draw) -> None:
    number = str(round_of(RoundKind.COUNTY_REVIEW))
    page = draw("chengguan.director", "meeting", round=number)
    name = f"meeting of {number}"
    page.text_area(f"{name} present").set_value("甲、乙")
    page.text_area(f"{name} absent").set_value("乙")
    click(page, "write the meeting")
    assert "“乙”既在出席又在缺席名单中" in errors(page)
    assert page.text_area(f"{name} present").value == "甲、乙"
    page.text_area(f"{name} absent").set_value("丙")
    page.text_area(f"{name} minutes").set_value("一、通报情况\n二、议定事项")
    click(page, "write the meeting")
    assert "会议记录已保存" in page.success[0].value
    sign = page.button("sign the meeting")
    assert sign.disabled
    assert "另一个人签发" in said(page)

    click(page, "give the task")
    assert "请填写任务内容" in errors(page)
    page.text_input("new task matter").set_value("补齐网格员")
    page.text_input("new task measure").set_value("配备率100%")
    page.selectbox("new task owner").set_value(TOWN).run()
    click(page, "give the task")
    assert "已交办给" in page.success[0].value
    assert page.text_input("new task matter").value == ""
    other = click(draw("chengguan.leader", "meeting", round=number), "sign the meeting")
    assert "已签发" in other.success[0].value
    assert "write the meeting" not in keys(other)
    with system_reading() as session:
        row = session.scalars(select(Meeting).where(Meeting.round_id == int(number))).one()
        assert row.signed_at is not None
        assert session.scalars(select(Task.center_code).where(Task.meeting_id == row.id)).all() == [TOWN]


def task() -> Task:
    with system_reading() as session:
        found = session.scalars(select(Task).order_by(Task.id)).first()
        assert found is not None
        session.expunge(found)
        return found


def test_a_task_goes_its_way_until_another_person_closes_it(draw: Draw) -> None:
    row = task()
    town = draw("jiuquanlu.director", "tasks", task=str(row.id))
    name = f"progress of {row.id}"
    assert row.matter in said(town)
    click(town, f"report {row.id}")
    assert "带佐证材料的进展" in errors(town)
    town.number_input(f"{name} percent").set_value(80)
    click(town, f"{name} send")
    assert "请写明进展" in errors(town)
    assert town.number_input(f"{name} percent").value == 80
    town.text_input(f"{name} words").set_value("已补5人")
    town.text_input(f"{name} evidence").set_value("名册2号")
    click(town, f"{name} send")
    assert "进展已填报：80%" in town.success[0].value
    click(town, f"report {row.id}")
    assert task().state is TaskState.REPORTED
    assert f"confirm {row.id}" not in keys(town)
    above = draw("chengguan.director", "tasks", task=str(row.id))
    click(above, f"reopen {row.id}")
    assert "请填写理由" in errors(above)
    click(above, f"confirm {row.id}")
    assert task().state is TaskState.DONE
    listed = draw("chengguan.director", "tasks")
    assert not listed.dataframe
    assert len(draw("chengguan.director", "tasks", state="all").dataframe[0].value) == 1
    assert not draw("chengguan.director", "tasks", state="all", side="owned").dataframe


def test_a_foreign_task_and_none_say_the_same(draw: Draw) -> None:
    answers = {errors(draw("v620102001001.duty", "tasks", task=one)) for one in (str(task().id), "9999", "x")}
    assert answers == {"找不到这项任务，或它不在您的范围内。"}


# -- planning


def opened(draw: Draw, username: str = "city.leader", kind: str = "weekly", **preset: Any) -> AppTest:
    return draw(username, "planning", {f"change plan {kind}": True, **preset}, kind=kind)


def test_a_plan_is_refused_in_words_and_kept_when_it_is_right(draw: Draw) -> None:
    page = opened(draw)
    assert_whole(page)
    page.session_state["plan weekly town fields"] = {
        "edited_rows": {2: {"name": " "}},
        "added_rows": [{"name": "走访户数", "kind": "number"}],
        "deleted_rows": [1],
    }
    page.number_input("plan weekly town days").set_value(3)
    click(page, "save the plan")
    assert "镇街指挥所第2项的“项目”：应填写文字" in errors(page)
    assert page.number_input("plan weekly town days").value == 3
    page.session_state["plan weekly town fields"] = {
        "edited_rows": {},
        "added_rows": [{"name": "走访户数", "kind": "number"}],
        "deleted_rows": [1],
    }
    click(page, "save the plan")
    assert "已保存" in page.success[0].value
    with system_reading() as session:
        plan = planned(session, CITY)[RoundKind.WEEKLY]
    (town,) = [ask for level, ask in plan.plan.asks.items() if level.value == "town"]
    assert [one.name for one in town.fields] == ["接报事件", "下步打算", "走访户数"]
    assert town.days == 3
    assert plan.active


def test_who_was_quicker_with_a_plan_is_not_overwritten_unseen(draw: Draw) -> None:
    page = opened(draw, kind="daily")
    with acting(viewer("city.director")) as session:
        said_now = {
            "opens_after": 0,
            "levels": [{"level": "village", "days": 0, "hour": "17:00", "fields": []}],
        }
        plan_rounds(session, RoundKind.DAILY, said_now, True, None)
    page.number_input("plan daily village days").set_value(1)
    click(page, "save the plan")
    assert "别人刚刚改过" in errors(page)
    assert page.number_input("plan daily village days").value == 1
    click(page, "plan daily keep")
    click(page, "save the plan")
    assert "已保存" in page.success[0].value
    with system_reading() as session:
        row = session.scalars(select(RoundPlan).where(RoundPlan.kind == RoundKind.DAILY)).one()
    assert '"days":1' in row.definition


def test_only_the_top_plans(draw: Draw) -> None:
    for username in ("chengguan.director", "city.leader"):
        page = opened(draw, username)
        assert ("save the plan" in keys(page)) is (username == "city.leader")
        assert ("open the round" in keys(page)) is (username == "city.leader")


def test_a_round_is_opened_by_hand_once(draw: Draw) -> None:
    page = draw("city.leader", "planning", kind="city_analysis")
    page.date_input("day to open city_analysis").set_value(date(2026, 5, 20)).run()
    assert "2026年4月的市级分析会" in said(page)
    click(page, "open the round")
    assert "已开轮" in page.success[0].value
    click(page, "open the round")
    assert "已经开过了" in errors(page)


def test_a_day_is_worked_otherwise_than_published(draw: Draw) -> None:
    page = draw("city.leader", "planning", view="calendar")
    before = page.subheader[0].value
    page.date_input("calendar day").set_value(date(2026, 6, 30))
    page.selectbox("calendar works").set_value("free")
    click(page, "save the day")
    assert "请写明依据" in errors(page)
    page.text_input("calendar reason").set_value("政府通知3号")
    click(page, "save the day")
    assert page.subheader[0].value != before
    with system_reading() as session:
        assert session.get_one(CalendarDay, date(2026, 6, 30)).works is False
    assert "30 休＊" in list(page.dataframe[0].value.iloc[4])
    unknown = draw("city.leader", "planning", view="calendar", month="2027-06")
    assert_whole(unknown)
    assert unknown.warning
    assert "尚未公布" in unknown.warning[0].value


def test_the_burden_adds_up(draw: Draw) -> None:
    page = draw("chengguan.viewer", "planning", view="burden")
    table = page.dataframe[0].value
    assert len(table)
    assert (table.iloc[:, 2] == table.iloc[:, 3] + table.iloc[:, 4]).all()
    assert_whole(page)
    assert page.get("plotly_chart")
