"""Allowances and accountability on the screen: who sees them, a sheet to the payroll, awards, rules."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.reward import (
    Accountability,
    AllowanceLine,
    AllowanceRule,
    AllowanceSheet,
    Award,
    AwardKind,
    SheetState,
)
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.work import acting, reading, system, system_reading
from lib.roster.accountability.commands import call_to_account
from lib.roster.posted import choices
from lib.roster.rewards.awards.commands import give_award
from lib.roster.rewards.commands import make_sheet, set_allowance_rule
from lib.roster.rewards.queries import SheetCard, sheet_card
from lib.roster.rewards.rules import USUAL, dump
from lib.ui import accountability, allowance_awards, allowance_rule
from lib.ui.allowance_line import keys_of
from tests.makers import TODAY, viewer_of_account
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, address, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
CITY, COUNTY, TOWN, VILLAGE = "6201", "620102", "620102001", "620102001001"
JUNE = date(2026, 6, 1)
MORE = ("jiuquanlu.grids", "chengguan.leader")
SECRET = "连续三天未到岗"
PREPARES = [name for name, role in ACCOUNTS.items() if Permission.PREPARE_ALLOWANCES in GRANTS[role]]
ACCOUNTS_FOR = [name for name, role in ACCOUNTS.items() if Permission.READ_ACCOUNTABILITY in GRANTS[role]]


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("rewards") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        with acting(viewer("city.leader")) as session:
            set_allowance_rule(
                session, CITY, json.loads(dump(USUAL)), date(2026, 1, 1), "兰网格办〔2026〕9号"
            )
        with acting(viewer("jiuquanlu.grids")) as session:
            make_sheet(session, TOWN, date(2026, 5, 1))
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


def viewer(username: str):
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def card(username: str = "jiuquanlu.director") -> SheetCard:
    with reading(viewer(username)) as session:
        found = sheet_card(session, TOWN, JUNE)
        assert found is not None
        return found


def somebody() -> int:
    with reading(viewer("jiuquanlu.director")) as session:
        return choices(session, TOWN, TODAY)[0].person_id


def no_sheets() -> None:
    with system() as session:
        for model in (AllowanceLine, AllowanceSheet, Award):
            session.execute(delete(model))


def click(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def keys(page: AppTest) -> set[str]:
    return {one.key for one in page.button}


def told(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.success, *page.error))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", ["sheet", "board", "awards", "rule"])
@pytest.mark.parametrize("username", PREPARES)
def test_every_view_is_drawn_for_every_role(draw: Draw, username: str, view: str, language: str) -> None:
    page = draw(username, "allowances", lang=language, view=view)
    assert_whole(page)
    assert page.title
    assert not page.error


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize("view", ["sheet", "board", "awards", "rule"])
def test_every_view_is_drawn_at_every_level(draw: Draw, center: str, view: str) -> None:
    for month in ("2026-06", "2025-08"):
        page = draw("city.leader", "allowances", center=center, view=view, month=month)
        assert_whole(page)
        assert not page.error


def test_an_address_that_somebody_edited_is_no_error(draw: Draw) -> None:
    for value in GARBAGE:
        query = dict.fromkeys(("view", "month", "person", "page"), value)
        for name in ("allowances", "accountability"):
            assert_whole(draw("jiuquanlu.director", name, **query))


@pytest.mark.parametrize("username", ACCOUNTS)
def test_who_may_not_sees_no_page(draw: Draw, username: str) -> None:
    for name, seen in (("allowances", PREPARES), ("accountability", ACCOUNTS_FOR)):
        page = draw(username, name)
        assert_whole(page)
        assert bool(page.title) is (username in seen)


def test_accountability_is_told_to_few(draw: Draw) -> None:
    with acting(viewer("jiuquanlu.director")) as session:
        person = somebody()
        call_to_account(session, person, TODAY, "talk", SECRET, "约谈")
    page = draw("jiuquanlu.director", "accountability")
    assert any(SECRET in str(table.value) for table in page.dataframe)
    for name in ("allowances", "roster", "approvals"):
        for view in ("sheet", "board", "awards", "rule"):
            page = draw("jiuquanlu.grids", name, view=view, person=str(person))
            assert SECRET not in said(page)
            assert "责任追究" not in said(page)
    assert not draw("jiuquanlu.grids", "accountability").dataframe


def test_somebody_is_called_to_account_and_that_is_lifted(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "accountability", {"call to account": True})
    page.selectbox(accountability.PERSON).select(somebody())
    page.text_area(accountability.FACTS).set_value("一月内两次脱岗")
    click(page, "write it down")
    assert "请填写处理决定和依据" in told(page)
    assert page.text_area(accountability.FACTS).value == "一月内两次脱岗"
    page.text_area(accountability.DECISION).set_value("约谈提醒")
    click(page, "write it down")
    with system_reading() as session:
        row = session.scalars(select(Accountability).where(Accountability.facts == "一月内两次脱岗")).one()
        assert row.recorded_by_id == viewer("jiuquanlu.director").account_id
    page.session_state[f"accountability {TOWN}"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    page.text_input(f"{accountability.REASON} {row.id}").set_value("申诉成立")
    click(page, "lift it")
    assert "已解除" in told(page)


def test_a_sheet_goes_from_making_to_the_payroll(draw: Draw) -> None:
    no_sheets()
    page = draw("jiuquanlu.grids", "allowances", center=TOWN, month="2026-06")
    click(page, "make the sheet")
    assert "已编制发放表" in told(page)
    line = next(one for one in card().lines if one.items)
    page = draw("jiuquanlu.grids", "allowances", center=TOWN, month="2026-06", person=str(line.person_id))
    assert "÷ 30天" in "".join(one.value for one in page.markdown)
    amount, why = keys_of(line)
    for typed, reason, answer in (
        ("五百", "请假两天", "请填写更正后的金额"), ("500", "", "请填写理由"),
        ("５00.5", "请假两天", "已更正"),
    ):  # fmt: skip
        page.text_input(amount).set_value(typed)
        page.text_input(why).set_value(reason)
        click(page, "correct the line")
        assert answer in told(page)
    assert next(one for one in card().lines if one.id == line.id).due == 50_050
    click(page, "sheet recount")
    click(page, "sheet submit")
    assert not {"sheet recount", "sheet approve", "correct the line"} & keys(page)

    inbox = draw("jiuquanlu.director", "approvals")
    sheet = card()
    inbox = draw("jiuquanlu.director", "approvals", open=f"allowances-{sheet.id}")
    assert any("更正理由" in str(table.value) for table in inbox.table)
    page = draw("jiuquanlu.director", "allowances", center=TOWN, month="2026-06")
    click(inbox, "decide approve")
    assert card().state is SheetState.APPROVED
    click(page, "sheet approve")  # the second of two windows is told
    assert "刚被别人改过" in told(page)
    page = draw(
        "jiuquanlu.grids", "allowances", {"count again": True, "export the sheet": True}, center=TOWN,
        month="2026-06",
    )  # fmt: skip
    assert "结果与发放表一致" in told(page)


def test_one_who_worked_on_it_is_not_asked_to_approve(draw: Draw) -> None:
    no_sheets()
    page = draw("jiuquanlu.director", "allowances", center=TOWN, month="2026-06")
    click(page, "make the sheet")
    page = draw("jiuquanlu.grids", "allowances", center=TOWN, month="2026-06")
    click(page, "sheet submit")
    page = draw("jiuquanlu.director", "allowances", center=TOWN, month="2026-06")
    assert "sheet approve" not in keys(page)
    assert "请由另一个人审批" in said(page)
    page = draw("chengguan.leader", "allowances", center=TOWN, month="2026-06")
    assert "sheet approve" in keys(page)
    click(page, "sheet return")
    assert "请填写理由" in told(page)


def test_an_award_is_given_and_withdrawn(draw: Draw) -> None:
    no_sheets()
    page = draw("jiuquanlu.grids", "allowances", {"give an award": True}, view="awards", month="2026-06")
    page.selectbox(allowance_awards.KIND).select(AwardKind.CRITICISM).run()
    click(page, "write the award")
    assert "请选择人员" in told(page)
    page.selectbox(allowance_awards.PERSON).select(somebody())
    page.number_input(f"{allowance_awards.SCORE} {AwardKind.CRITICISM}").set_value(5)
    page.text_input(allowance_awards.REASON).set_value("巡查记录不实")
    click(page, "write the award")
    assert "已登记" in told(page)
    with system_reading() as session:
        row = session.scalars(select(Award)).one()
        assert (row.points, row.cents, row.reason) == (-5, 0, "巡查记录不实")
    page.session_state[f"awards {TOWN} 2026-06-01"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    click(page, "withdraw the award")
    with system_reading() as session:
        assert session.scalars(select(Award)).one().withdrawn_by


def test_a_rule_shows_its_effect_and_is_set(draw: Draw) -> None:
    no_sheets()
    with acting(viewer("jiuquanlu.grids")) as session:
        give_award(session, somebody(), TODAY, AwardKind.POINTS, 7, 0, "好")
    click(draw("jiuquanlu.grids", "allowances", center=TOWN, month="2026-06"), "make the sheet")
    page = draw("jiuquanlu.grids", "allowances", {"a new rule": True}, view="rule", center=TOWN)
    assert "set the rule" not in keys(page)
    page = draw("jiuquanlu.director", "allowances", {"a new rule": True}, view="rule", center=TOWN)
    assert "0人不同" in "".join(one.value for one in page.info)
    field = next(one for one in page.number_input if one.label == "每1分折合（元）")
    field.set_value(0.005).run()
    assert "最小到分" in told(page)
    field = next(one for one in page.number_input if one.label == "每1分折合（元）")
    field.set_value(9.5).run()
    assert "0人不同" not in "".join(one.value for one in page.info)
    click(page, "set the rule")
    assert "请填写依据" in told(page)
    page.text_input(allowance_rule.SOURCE).set_value("街道办会议纪要3号")
    click(page, "set the rule")
    with system_reading() as session:
        row = session.scalars(select(AllowanceRule).where(AllowanceRule.center_code == TOWN)).one()
        assert (row.source, row.since) == ("街道办会议纪要3号", JUNE)
    assert "街道办会议纪要3号" in said(draw("jiuquanlu.director", "allowances", view="rule", center=TOWN))


def test_a_row_of_the_towns_leads_down(draw: Draw) -> None:
    page = draw("chengguan.leader", "allowances", center=COUNTY, month="2026-06")
    page.session_state["sheets of 2026-06-01"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    assert address(page)["center"].startswith(COUNTY)
