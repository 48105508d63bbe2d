"""The two lists on the screen: drawn for everybody, edited, published; and the gate of a meeting."""

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
from db.models.publication import GateException, Publication, PublicationState, PublishedItem
from db.models.register import Entry, Register
from db.models.scheduling import Meeting, Round, RoundKind, Task
from lib import clock
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, system, system_reading
from lib.registers.entries.commands import make_entry
from lib.registers.queries import register_of_template
from lib.registers.templates import access_list as access
from lib.registers.templates import service_list as service
from lib.scheduling.clockwork import Clockwork
from lib.scheduling.meetings.commands import write_meeting
from lib.ui.access_applying import FIELD
from lib.ui.service_editions import REASON
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw, said
from tests.pages.test_scheduling_pages import viewer
from tests.running import at_database

__all__ = ["draw"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_REGISTERS in GRANTS[role]]
MORE = ("city.director", "chengguan.leader")
PAGES = {"service_list": ("items", "compare", "draft"), "access_list": ("held", "applications", "exceptions")}
TODAY = date(2026, 6, 30)
COUNTY, CITY, TOWN, VILLAGE = "620102", "6201", "620102001", "620102001001"


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("lists") / "city.db"
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


def click(page: AppTest, key: str) -> AppTest:
    page.button(key).click().run()
    assert_whole(page)
    return page


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def errors(page: AppTest) -> str:
    return "\n".join(one.value for one in page.error)


def register(template: str) -> int:
    with system_reading() as session:
        return session.scalars(select(Register.id).where(Register.template == template)).one()


def newest(model: Any) -> Any:
    with system_reading() as session:
        found = session.scalars(select(model).order_by(model.id.desc())).first()
        if found is not None:
            session.expunge(found)
        return found


# The tests of this file stand in an order: the city has no lists at first.


@pytest.mark.parametrize("username", [*SEES, *MORE])
@pytest.mark.parametrize("name", PAGES)
def test_without_a_list_the_page_says_what_to_do(draw: Draw, username: str, name: str) -> None:
    page = draw(username, name)
    assert_whole(page)
    assert "还没有启用" in said(page)
    designs = Permission.DESIGN_REGISTERS in GRANTS[viewer(username).role]
    assert any(key.startswith("start the") for key in keys(page)) is designs


def test_a_list_is_started_from_its_page(draw: Draw) -> None:
    click(draw("city.director", "service_list"), "start the service list")
    click(draw("city.director", "access_list"), "start the access list")
    with acting(viewer("chengguan.director")) as session:
        assert register_of_template(session, "service_list") == register("service_list")
        assert register_of_template(session, "access_list") == register("access_list")


def test_an_edition_goes_from_the_draft_over_another_person_to_everybody(draw: Draw) -> None:
    for name, visits in (("低保申请", "1"), ("公租房申请", "3")):
        with acting(viewer("chengguan.duty")) as session:
            make_entry(
                session, register("service_list"), COUNTY,
                {service.NAME: name, service.KIND: "民政救助", service.VISITS: visits, service.AGENT: "是"},
            )  # fmt: skip
    page = draw("chengguan.duty", "service_list", view="draft")
    assert "新增2项" in said(page)
    page.date_input("day of the edition").set_value(TODAY)
    page.text_input("words of the edition").set_value("年度调整")
    page = click(page, "propose the edition")
    assert not errors(page)
    assert newest(Publication).words == "年度调整"
    assert not {"publish the edition", "reject the edition"} & keys(page)
    assert "publish the edition" not in keys(draw("chengguan.viewer", "service_list", view="draft"))
    page = click(draw("chengguan.director", "service_list", view="draft"), "reject the edition")
    assert "退回理由" in errors(page)
    page = draw("chengguan.director", "service_list", view="draft")
    page.text_input(REASON).set_value("同意")
    click(page, "publish the edition")
    assert newest(Publication).state is PublicationState.PUBLISHED
    village = draw("v620102001001.duty", "service_list")
    assert "共2项：本级0项，继承上级2项" in said(village)
    assert "最多跑一次1项" in said(village)
    one = draw("v620102001001.duty", "service_list", once="1")
    assert list(one.dataframe[0].value["事项"]) == ["低保申请"]
    found = draw("v620102001001.duty", "service_list", find="公租")
    assert list(found.dataframe[0].value["事项"]) == ["公租房申请"]
    before = draw("chengguan.duty", "service_list", on="2026-06-29")
    assert not before.dataframe
    compared = draw("chengguan.duty", "service_list", view="compare")
    assert "新增2项" in said(compared)
    with system_reading() as session:
        item = session.scalars(select(PublishedItem.id).where(PublishedItem.title == "低保申请")).one()
    assert "2026年6月30日起有效" in said(draw("chengguan.duty", "service_list", item=str(item)))
    opened = draw("chengguan.duty", "service_list", view="draft", edition=str(newest(Publication).id))
    assert "第1版的变化" in said(opened)


def fill(page: AppTest, name: str, term: str = "standing") -> AppTest:
    page.text_input(f"{FIELD} {access.MATTER}").set_value(name)
    page.selectbox(f"{FIELD} {access.DUTY}").set_value("information")
    page.text_area(f"{FIELD} {access.REASON}").set_value("需要入户")
    page.text_input(f"{FIELD} {access.BASIS}").set_value("某文1号")
    page.selectbox(f"{FIELD} {access.FREQUENCY}").set_value("monthly")
    page.text_input(f"{FIELD} {access.PAYER}").set_value("区财政")
    page.selectbox(f"{FIELD} {access.TERM}").set_value(term)
    return page


def test_a_department_applies_and_the_grid_office_admits(draw: Draw) -> None:
    page = draw("chengguan.housing", "access_list", view="applications")
    page = click(fill(page, "出租房登记", "temporary"), "apply True")
    assert "临时事项必须填写截止日期" in errors(page)
    assert page.text_input(f"{FIELD} {access.MATTER}").value == "出租房登记"
    page.selectbox(f"{FIELD} {access.TERM}").set_value("standing")
    page = click(page, "apply True")
    assert not errors(page)
    entry = newest(Entry)
    assert (entry.title, entry.state) == ("出租房登记", access.WAITING)
    assert entry.department_id == viewer_of("chengguan.housing").department_id
    own = keys(draw("chengguan.housing", "access_list", view="applications", matter=str(entry.id)))
    assert f"admit matter {entry.id}" not in own
    page = draw("chengguan.director", "access_list", view="applications", matter=str(entry.id))
    click(page, f"admit matter {entry.id}")
    assert newest(PublishedItem).title == "出租房登记"
    for username in ("v620102001001.duty", "chengguan.housing", "chengguan.viewer"):
        assert "共1项" in said(draw(username, "access_list"))
    assert "共0项" in said(draw("city.leader", "access_list"))


def viewer_of(username: str) -> Any:
    with system_reading() as session:
        found = session.scalars(select(Account).where(Account.username == username)).one()
        session.expunge(found)
        return found


def test_evaluation_and_exit_from_the_card_of_a_matter(draw: Draw) -> None:
    entry = newest(Entry).id
    assert "今年还有1项未评估：出租房登记" in said(draw("chengguan.duty", "access_list", view="applications"))
    page = draw("chengguan.director", "access_list", matter=str(entry))
    page.text_area(f"evaluation of {entry}").set_value("仍有需要")
    page = click(page, f"record evaluation {entry}")
    assert not errors(page)
    assert "仍有需要" in newest(Entry).content
    assert "未评估" not in said(draw("chengguan.duty", "access_list", view="applications"))
    with system_reading() as session:
        other = session.scalars(select(Entry.id).where(Entry.title == "低保申请")).one()
    assert "低保申请" not in said(draw("chengguan.duty", "access_list", matter=str(other)))
    page = draw("chengguan.duty", "access_list", matter=str(entry))
    assert f"evaluation of {entry}" not in {one.key for one in page.text_area}
    page = click(page, f"propose exit {entry}")
    assert "退出原因" in errors(page)
    page.text_area(f"exit reason of {entry}").set_value("数据已共享")
    click(page, f"propose exit {entry}")
    assert newest(Entry).state == access.EXIT_PROPOSED
    page = draw("chengguan.director", "access_list", view="applications", matter=str(entry))
    page.text_area(f"reason to stay {entry}").set_value("再用一年")
    click(page, f"stay matter {entry}")
    assert newest(Entry).state == access.IN_FORCE


def meeting() -> int:
    """The county's meeting of its month."""
    boss: Viewer = viewer("chengguan.director")
    with system_reading() as session:
        number = session.scalars(select(Round.id).where(Round.kind == RoundKind.MONTHLY)).first()
        held = session.scalars(
            select(Meeting).where(Meeting.center_code == COUNTY, Meeting.round_id == number)
        ).first()
    if held is None:
        with acting(boss) as session:
            write_meeting(session, number or 0, clock.now(), "三楼", "主任", "甲", "", "一", None)
    return number or 0


def test_the_gate_stops_a_task_that_is_not_on_the_list(draw: Draw) -> None:
    number = str(meeting())
    tasks = newest(Task)
    page = draw("chengguan.director", "meeting", round=number)
    page.text_input("new task matter").set_value("代收水费")
    page.text_input("new task measure").set_value("收完")
    page.toggle("new task for gridworkers").set_value(True).run()
    assert_whole(page)
    page.selectbox(f"new task item of {COUNTY}").set_value(0).run()
    page = click(page, "give the task")
    assert "不在《网格事项准入清单》上" in errors(page)
    assert getattr(newest(Task), "id", None) == getattr(tasks, "id", None)
    with system_reading() as session:
        item = session.scalars(select(PublishedItem.id).where(PublishedItem.title == "出租房登记")).one()
    page.selectbox(f"new task item of {COUNTY}").set_value(item).run()
    page = click(page, "give the task")
    assert not errors(page)
    assert (newest(Task).for_gridworkers, newest(Task).published_item_id) == (True, item)
    click(draw("chengguan.director", "access_list", view="exceptions"), "turn the rule")
    page = draw("chengguan.director", "meeting", round=number)
    page.text_input("new task matter").set_value("代收水费")
    page.text_input("new task measure").set_value("收完")
    page.toggle("new task for gridworkers").set_value(True).run()
    page.selectbox(f"new task item of {COUNTY}").set_value(0).run()
    page.text_input("new task basis").set_value("会议纪要3号")
    page = click(page, "give the task")
    assert not errors(page)
    assert newest(GateException).basis == "会议纪要3号"
    shown = draw("city.leader", "access_list", view="exceptions")
    assert "清单外交办1次" in said(shown)
    assert "turn the rule" not in keys(draw("chengguan.duty", "access_list", view="exceptions"))


@pytest.mark.parametrize("username", [*SEES, *MORE])
@pytest.mark.parametrize(("name", "view"), [(name, view) for name, views in PAGES.items() for view in views])
def test_every_view_is_drawn_for_every_role(draw: Draw, username: str, name: str, view: str) -> None:
    page = draw(username, name, view=view)
    assert_whole(page)
    assert page.title
    assert not page.error


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
@pytest.mark.parametrize(("name", "view"), [(name, view) for name, views in PAGES.items() for view in views])
def test_every_view_is_drawn_at_every_level(draw: Draw, center: str, name: str, view: str) -> None:
    page = draw("city.leader", name, view=view, center=center)
    assert_whole(page)
    assert not page.error


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        (
            "service_list",
            ("view", "find", "on", "kind", "department", "channel", "once", "agent", "whose", "item"),
        ),
        ("service_list", ("before", "after", "edition")),
        ("access_list", ("view", "on", "kind", "matter", "first", "last")),
    ],
)
def test_an_address_that_somebody_edited_is_no_error(
    draw: Draw, name: str, parameters: tuple[str, ...]
) -> None:
    for value in GARBAGE:
        assert_whole(draw("chengguan.director", name, **dict.fromkeys(parameters, value)))
