"""Training and spot checks on the screen: planning, entering attendance, drawing, recording, following up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.duty import CheckedPost, Finding, SpotCheck
from db.models.roster import Person, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from db.scope import Scope
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, system, system_reading
from lib.roster.checks.commands import draw as draw_lots
from lib.roster.training.commands import hold_session, plan_round, record_attendance
from lib.roster.training.marking import Mark
from lib.roster.training.planning import Plan, Sitting
from lib.roster.training.queries import attending
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw, said, texts
from tests.running import at_database

__all__ = ["draw"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_GRIDS in GRANTS[role]]
SEES_PEOPLE = [name for name, role in ACCOUNTS.items() if Permission.READ_ROSTER in GRANTS[role]]
TOWN = "620102001"
SHEET = "姓名,人员编号,考勤结果,成绩\n{name},{number},合格,88\n查无此人,,合格,60\n"


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small city with a round, its session with one attendance, and a spot check."""
    path = tmp_path_factory.mktemp("training") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        with acting(viewer("jiuquanlu.director")) as session:
            plan = Plan("年度轮训", date(2026, 1, 1), date(2026, 12, 31), (PostRole.FULL_TIME,), 12)
            key = plan_round(session, TOWN, plan)
            sitting = hold_session(session, key, TOWN, Sitting("隐患排查", date(2026, 6, 20), 90))
            first = attending(session, sitting).rows[0]
            record_attendance(session, sitting, [Mark(first.person_id, AttendanceResult.PASSED, 91)])
            draw_lots(session, TOWN, date(2026, 6, 30), (PostRole.FULL_TIME,), 3, "2026077期")
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def viewer(username: str) -> Viewer:
    with system_reading() as session:
        a = session.scalars(select(Account).where(Account.username == username)).one()
        return Viewer(a.id, a.username, a.display_name, a.role, a.center_code, Scope.of([a.center_code]))


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def told(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.error, *page.success))


def everything(page: AppTest) -> str:
    found = texts(page)
    return "\n".join([*found["words"], *found["cells"]])


def click(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


ADDRESSES = (
    ("training", {}), ("training", {"round": "1"}), ("training", {"session": "1"}),
    ("training", {"part": "below"}), ("training", {"part": "people", "lack": "soon"}),
    ("training", {"round": "987654"}), ("training", {"session": "x", "page": "9"}),
    ("spot_checks", {}), ("spot_checks", {"check": "1"}), ("spot_checks", {"part": "follow"}),
    ("spot_checks", {"check": "987654"}), ("spot_checks", {"check": "1", "item": "987654"}),
)  # fmt: skip


@pytest.mark.parametrize("username", [*SEES])
def test_every_address_is_drawn_for_every_role(draw: Draw, username: str) -> None:
    for name, query in ADDRESSES:
        if name == "spot_checks" and username not in SEES_PEOPLE:
            continue
        page = draw(username, name, **query)
        assert_whole(page)
        if "987654" in query.values() and "item" not in query:
            assert "找不到" in told(page)
    for code in ("6201", "620102", TOWN, f"{TOWN}001"):
        for name in ("training", "spot_checks"):
            if name == "training" or username in SEES_PEOPLE:
                assert_whole(draw(username, name, center=code))


@pytest.mark.parametrize("nonsense", GARBAGE)
def test_nonsense_in_the_address_is_no_fault(draw: Draw, nonsense: str) -> None:
    for name in ("round", "session", "part", "lack", "page", "find", "who"):
        assert_whole(draw("jiuquanlu.director", "training", **{name: nonsense}))
    for name in ("check", "item", "part", "page"):
        assert_whole(draw("jiuquanlu.director", "spot_checks", **{name: nonsense}))


def test_who_only_reads_numbers_is_told_no_names(draw: Draw) -> None:
    with system_reading() as session:
        person = session.scalars(
            select(Person.name).join(Attendance, Attendance.person_id == Person.id)
        ).first()
    page = draw("chengguan.viewer", "training", center=TOWN, round="1")
    assert_whole(page)
    assert "覆盖率" in said(page)
    assert person not in everything(page)
    page = draw("chengguan.viewer", "training", center=TOWN, session="1", part="people")
    assert person not in everything(page)
    assert person in everything(draw("jiuquanlu.director", "training", session="1"))
    assert not keys(page) & {"plan the round", "save the attendance", "hold the session"}


def test_a_round_is_planned_and_a_session_held(draw: Draw) -> None:
    page = draw("chengguan.grids", "training")
    click(page, "plan the round")
    assert "请填写培训名称" in told(page)
    page.text_input("round to plan name").set_value("<b>防汛*专题").run()
    click(page, "plan the round")
    assert "已安排这轮培训" in told(page)
    with system_reading() as session:
        row = session.scalars(select(TrainingRound).where(TrainingRound.name == "<b>防汛*专题")).one()
        assert (row.center_code, row.roles, row.valid_months) == ("620102", "full_time", 12)
    page = draw("chengguan.grids", "training", round=str(row.id))
    page.text_input("session to hold subject").set_value("预警转移").run()
    click(page, "hold the session")
    assert "已安排这场培训" in told(page)
    page = draw("chengguan.grids", "training", round=str(row.id))
    page.text_input(f"round {row.id} note").set_value("汛期前完成").run()
    click(page, f"round {row.id} save")
    assert "已保存" in told(page)
    page.text_input(f"round {row.id} reason").set_value("改为线上").run()
    click(page, f"round {row.id} cancel")
    with system_reading() as session:
        row = session.scalars(select(TrainingRound).where(TrainingRound.id == row.id)).one()
        assert (row.note, row.cancelled_at is not None) == ("汛期前完成", True)


def test_attendance_is_entered_as_in_a_spreadsheet(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "training", session="1")
    editor = "attendance 1  False 1"
    click(page, "save the attendance")
    assert "没有改动" in told(page)
    edits = {"edited_rows": {1: {"结果": "不合格", "成绩": 40}, 2: {"结果": "缺席"}}}
    page.session_state[editor] = edits | {"added_rows": [], "deleted_rows": []}
    page.run()
    click(page, "save the attendance")
    assert "已保存2人的考勤" in told(page)
    page.session_state[editor] = {"edited_rows": {2: {"成绩": 70}}, "added_rows": [], "deleted_rows": []}
    page.run()
    click(page, "save the attendance")
    assert "只有合格和不合格的人员填成绩" in told(page)
    click(page, "all have passed")
    with system_reading() as session:
        counted = dict(
            session.execute(select(Attendance.result, func.count()).group_by(Attendance.result)).all()
        )
    assert counted[AttendanceResult.FAILED] == counted[AttendanceResult.ABSENT] == 1
    assert counted[AttendanceResult.PASSED] > 10


def test_a_sheet_of_attendance_is_shown_with_its_problems_and_saved(draw: Draw) -> None:
    with acting(viewer("jiuquanlu.director")) as session:
        sitting = hold_session(session, 1, TOWN, Sitting("补训", date(2026, 6, 25), 60))
        one = attending(session, sitting).rows[3]
    page = draw("jiuquanlu.director", "training", session=str(sitting))
    content = SHEET.format(name=one.name, number=one.person_id).encode()
    page.file_uploader[0].set_value(("考勤.csv", content, "text/csv")).run()
    assert_whole(page)
    assert any("没有在岗的“查无此人”" in cell for cell in texts(page)["cells"])
    click(page, "save the import")
    assert "新增1条" in told(page)
    with system_reading() as session:
        row = session.scalars(select(Attendance).where(Attendance.session_id == sitting)).one()
        assert (row.person_id, row.score) == (one.person_id, 88)
        assert session.get(TrainingSession, sitting).version == 1


def test_a_draw_is_made_proved_and_recorded(draw: Draw) -> None:
    page = draw("chengguan.grids", "spot_checks")
    page.number_input("draw wanted").set_value(2).run()
    page.text_input("draw seed").set_value("会上抽签0630").run()
    click(page, "draw now")
    assert "中抽取2人" in told(page)
    with system_reading() as session:
        check = session.scalars(select(SpotCheck).where(SpotCheck.center_code == "620102")).one()
        rows = session.scalars(
            select(CheckedPost).where(CheckedPost.spot_check_id == check.id).order_by(CheckedPost.place)
        ).all()
        first, second = [row.id for row in rows]
    page = draw("chengguan.grids", "spot_checks", check=str(check.id))
    click(page, "repeat the draw")
    assert "完全一致" in told(page)
    assert "会上抽签0630" in said(page)
    click(page, f"finding {first} on_duty")
    assert "在岗" in told(page)
    page.text_input(f"finding {second} follow").set_value("").run()
    click(page, f"finding {second} off_duty")
    assert "请写明怎样整改" in told(page)
    page.text_input(f"finding {second} follow").set_value("约谈").run()
    click(page, f"finding {second} off_duty")
    assert "都已填写" in said(page)
    page = draw("chengguan.grids", "spot_checks", part="follow")
    click(page, f"followed {second} done")
    assert "请写明整改情况" in told(page)
    page.text_input(f"followed {second}").set_value("已返岗").run()
    click(page, f"followed {second} done")
    with system_reading() as session:
        row = session.scalars(select(CheckedPost).where(CheckedPost.id == second)).one()
        assert (row.finding, row.followed_up) == (Finding.OFF_DUTY, "已返岗")


def test_a_second_draw_of_a_day_asks_why(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "spot_checks", center=TOWN)
    assert "已抽取1次" in said(page)
    click(page, "draw now")
    assert "确需再抽请写明理由" in told(page)
    page.text_input("draw reason").set_value("抽中人员请假").run()
    click(page, "draw now")
    assert "当日第2次抽取" in said(page)


def test_who_may_not_draw_sees_no_buttons(draw: Draw) -> None:
    page = draw("v620102001001.duty", "spot_checks", part="follow")
    assert_whole(page)
    assert not {key for key in keys(page) if key.startswith(("draw", "finding", "followed"))}
