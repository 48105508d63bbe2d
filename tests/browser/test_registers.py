"""A register from its first heading to the chart, by people of three levels in real browsers; and the gate
that keeps from gridworkers what is not on the access list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from db.models.account import Account, AccountState
from db.models.register import Entry, Register
from db.models.scheduling import Round, RoundKind, Task
from lib import clock
from lib.access.work import system, system_reading
from lib.fields.field import Kept
from lib.registers.values import unpacked
from lib.scheduling.meetings.commands import write_meeting
from tests.browser.conftest import Visitor
from tests.browser.test_flows import MARKER, place, settled
from tests.running import PATIENCE, Server

NAME, FIGURE = "困难家庭走访台账", "走访户数"
HEADINGS = (
    "户主姓名*、联系电话、困难类别*（住房、就医、就学、就业）、走访日期*、家庭人数（人）、慰问金（元）、"
    "是否低保、走访情况、走访人、备注"
)
DIRECTOR, VILLAGE, TOWN, CITY = (
    "chengguan.director", "v620102001001.duty", "jiuquanlu.director", "city.director",
)  # fmt: skip
PATIENT = 600  # seconds that a person may need for a new register
QUIET = 250  # milliseconds until a press has reached the server


class Hand:
    """What one person does in a page: every press is counted, and so is every field that is typed into."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields = page, 0, 0
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def press(self, what: Locator) -> None:
        what.click()
        self.clicks += 1
        self.page.wait_for_timeout(QUIET)
        settled(self.page)

    def button(self, words: str) -> None:
        self.press(self.page.get_by_role("button", name=words).first)

    def tab(self, words: str) -> None:
        self.press(self.page.get_by_role("radio", name=words).first)

    def link(self, words: str) -> None:
        self.press(self.page.get_by_test_id("stMain").get_by_role("link", name=words).first)

    def write(self, label: str, said: str, *, end: str = "Enter") -> None:
        # A hint beside a field carries its label too.
        box = self.page.locator("input, textarea").and_(self.page.get_by_label(label)).first
        box.fill(said)
        box.press(end)
        self.fields += 1
        self.page.wait_for_timeout(QUIET)
        settled(self.page)

    def day(self, label: str, said: str) -> None:
        self.press(self.page.get_by_role("spinbutton", name=re.compile(f"^year, {label}")).first)
        self.page.keyboard.type(said.replace("-", ""))
        self.fields += 1

    def pick(self, label: str, said: str) -> None:
        """Opens a list and takes one of it."""
        self.press(self.page.get_by_role("combobox", name=label).first)
        self.press(self.page.get_by_role("option", name=said, exact=True).first)


def told(page: Page, words: str) -> None:
    expect(page.get_by_test_id("stMain").get_by_text(words).first).to_be_visible()


def make_the_register(page: Page) -> tuple[Hand, int]:
    """Ten fields, one approval and one figure; nothing but presses and what has to be written."""
    hand = Hand(page)
    hand.button("新建台账")
    hand.write("台账名称", NAME, end="Tab")
    hand.button("新建并设计")
    expect(page.locator("h1")).to_contain_text(NAME)
    hand.press(page.get_by_role("button", name="村社工作站").first)
    hand.button("下一步：2 字段")
    hand.write("粘贴Excel表头", HEADINGS)
    told(page, "共10个字段")
    hand.tab("4 流程")
    hand.tab("一级审核：上级审核")
    hand.tab("7 检查并启用")
    told(page, "检查通过")
    hand.press(page.get_by_role("button", name="启用", exact=True))
    told(page, "第1版已启用")
    hand.link("由此计算的指标")
    expect(page.locator("h1")).to_contain_text("指标")
    register = int(place(page)["register"])
    hand.write("指标名称", FIGURE, end="Tab")
    hand.press(page.get_by_test_id("stMain").get_by_role("button", name="已通过"))
    hand.button("建立指标")
    told(page, f"已建立指标“{FIGURE}”")
    return hand, register


def fill(hand: Hand, name: str, people: str) -> None:
    hand.write("户主姓名", name, end="Tab")
    hand.pick("困难类别", "就医")
    hand.day("走访日期", "2026-06-18")
    hand.write("家庭人数", people, end="Tab")
    hand.write("走访情况", "老人常年服药，已联系社区医院上门。", end="Tab")
    hand.button("保存")
    told(hand.page, "已登记")


def entries(server: Server, register: int) -> dict[str, str]:
    """The state of each entry, by its first field."""
    return {str(said["f1"]): state for said, state in kept(server, register)}


def kept(server: Server, register: int) -> list[tuple[dict[str, Kept], str]]:
    with server.inside(), system_reading() as session:
        found = session.scalars(
            select(Entry)
            .where(Entry.register_id == register, Entry.removed_at.is_(None))
            .options(undefer(Entry.content))
        )
        return [(unpacked(one.content), one.state) for one in found]


def people_of(server: Server, register: int) -> dict[str, str]:
    """How many people each household has."""
    return {str(said["f1"]): str(said.get("f5", "")) for said, _state in kept(server, register)}


def test_a_register_from_its_first_heading_to_the_chart_and_back_from_excel(
    visitor: Callable[[], Visitor], server: Server, tmp_path: Path
) -> None:
    with server.inside(), system() as session:
        # Only the shown accounts have set a password of their own.
        people = update(Account).where(Account.username.in_((DIRECTOR, VILLAGE, TOWN, CITY)))
        session.execute(people.values(state=AccountState.ACTIVE, language="zh"))

    def at(username: str, path: str) -> Page:
        mine = visitor()
        mine.holds(server.begin_session(username))
        page = mine.open(path)
        settled(page)
        return page

    # The county makes it.
    county = at(DIRECTOR, "/registers")
    made, register = make_the_register(county)
    print(f"\na register: {made.clicks} clicks, {made.fields} fields written, {made.seconds:.0f} s")
    assert made.seconds < PATIENT
    with server.inside(), system_reading() as session:
        row = session.scalars(select(Register).where(Register.id == register)).one()
        assert (row.name, row.center_code, row.design_number) == (NAME, "620102", 1)
    # The village fills it.
    village = at(VILLAGE, f"/register?register={register}")
    hand = Hand(village)
    hand.link("新增记录")
    fill(hand, "张秀兰", "3")
    hand.button("提交")
    told(village, "已办理：提交")
    print(f"an entry: {hand.clicks} clicks, {hand.fields} fields written, {hand.seconds:.0f} s")
    assert entries(server, register) == {"张秀兰": "waiting"}

    # The town approves it where everything waits that is for it to decide.
    town = at(TOWN, "/approvals?kind=entry")
    hand = Hand(town)
    open_line(town, "张秀兰")
    hand.clicks += 1
    told(town, "老人常年服药，已联系社区医院上门。")
    hand.button("通过")
    told(town, "已办理")
    print(f"an approval: {hand.clicks} clicks, {hand.seconds:.0f} s")
    assert entries(server, register) == {"张秀兰": "kept"}

    # The chart of the county shows it, and whose it is.
    county.goto(f"{server.url}/register_figures?register={register}")
    settled(county)
    told(county, f"城关区{FIGURE}：1条")
    expect(county.locator(".st-key-figure-by-month .barlayer .point")).to_have_count(12)
    expect(county.get_by_test_id("stMain").get_by_text("酒泉路街道").first).to_be_attached()

    # The village's sheet goes out, is changed in a spreadsheet, comes back, and is taken back.
    village.goto(f"{server.url}/register?register={register}")
    settled(village)
    hand = Hand(village)
    hand.link("新增记录")
    fill(hand, "王建军", "2")
    village.goto(f"{server.url}/register?register={register}")
    settled(village)
    sheet = exported(village, tmp_path)
    change(sheet)
    brought = Hand(village)
    brought.link("导入")
    village.locator('input[type="file"]').first.set_input_files(sheet)
    told(village, "导入以后会变成什么")
    brought.button("导入全部2行")
    told(village, "已导入：新增1条，修改1条。")
    assert entries(server, register) == {"张秀兰": "kept", "王建军": "draft", "李玉梅": "draft"}
    assert people_of(server, register) == {"张秀兰": "3", "王建军": "5", "李玉梅": "4"}
    brought.button("撤销刚才的保存")
    told(village, "已撤销")
    assert people_of(server, register) == {"张秀兰": "3", "王建军": "2"}


def open_line(page: Page, title: str) -> None:
    """Opens the line of the inbox whose matter is `title`."""
    cells = page.locator('[data-testid^="glide-cell-2-"]')
    cells.first.wait_for(state="attached")
    titles = cells.all_inner_texts()
    row = next(number for number, words in enumerate(titles) if title in words)
    canvas = page.get_by_test_id("data-grid-canvas").first
    box = canvas.bounding_box()
    assert box is not None
    height = box["height"] / (len(titles) + 1)
    canvas.click(position={"x": MARKER, "y": height * (row + 1.5)}, force=True)
    page.wait_for_timeout(QUIET)
    settled(page)


def exported(page: Page, folder: Path) -> Path:
    hand = Hand(page)
    hand.button("导出")
    with page.expect_download() as made:
        hand.button("下载Excel")
    page.keyboard.press("Escape")
    path = folder / "sheet.xlsx"
    made.value.save_as(path)
    return path


def change(path: Path) -> None:
    """One more person in the household that is still open, and another household below it."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    top, names = next(
        (row, {str(cell.value).strip(): cell.column for cell in cells if cell.value})
        for row, cells in enumerate(sheet.iter_rows(), 1)
        if any(cell.value == "户主姓名" for cell in cells)
    )
    held = {str(sheet.cell(row, names["户主姓名"]).value): row for row in range(top + 1, sheet.max_row + 1)}
    assert {"张秀兰", "王建军"} <= set(held)
    number = next(column for name, column in names.items() if name.startswith("家庭人数"))
    assert sheet.cell(held["张秀兰"], number).value == 3
    sheet.cell(held["王建军"], number).value = 5
    sheet.insert_rows(top + 1)
    for name, value in (("户主姓名", "李玉梅"), ("困难类别", "就学"), ("走访日期", "2026-06-20")):
        sheet.cell(top + 1, names[name]).value = value
    sheet.cell(top + 1, names["中心代码"]).value = "620102001001"
    sheet.cell(top + 1, number).value = 4
    book.save(path)


def held_meeting(server: Server) -> int:
    """The monthly round that the clock has opened, with the city's meeting in it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with server.inside(), system_reading() as session:
            found = session.scalar(select(Round.id).where(Round.kind == RoundKind.MONTHLY))
        if found is not None:
            at = clock.start_of_day(date(2026, 6, 12)) + timedelta(hours=9)
            record = (found, at, "三楼会议室", "赵建国", "各县区主任", "", "研究物业矛盾。", None)
            with server.acting_as(CITY) as (mine, _viewer):
                write_meeting(mine, *record)  # type: ignore[arg-type]
            return found
        time.sleep(0.2)
    raise AssertionError("the clock has opened no round")


def test_the_gate_keeps_from_gridworkers_what_is_not_on_the_list(
    visitor: Callable[[], Visitor], server: Server
) -> None:
    with server.inside(), system() as session:
        mine = update(Account).where(Account.username == CITY)
        session.execute(mine.values(state=AccountState.ACTIVE, language="zh"))
    held = held_meeting(server)
    city = visitor()
    city.holds(server.begin_session(CITY))
    page = city.open("/access_list")
    settled(page)
    Hand(page).button("在兰州市启用")
    page.goto(f"{server.url}/meeting?round={held}")
    settled(page)
    hand = Hand(page)
    hand.write("任务内容", "逐户催缴物业费", end="Tab")
    hand.write("完成标准", "催缴率达到九成", end="Tab")
    hand.press(page.get_by_text("交网格员办理"))
    hand.press(page.get_by_role("button", name="交办", exact=True))
    told(page, "“逐户催缴物业费”不在《网格事项准入清单》上，不能交给网格员")
    assert tasks(server, "逐户催缴物业费") == 0
    # What was typed is still there; without gridworkers it is a task like others.
    hand.press(page.get_by_text("交网格员办理"))
    hand.press(page.get_by_role("button", name="交办", exact=True))
    told(page, "已交办给")
    assert tasks(server, "逐户催缴物业费") == 1


def tasks(server: Server, matter: str) -> int:
    with server.inside(), system_reading() as session:
        found = select(func.count()).select_from(Task).where(Task.matter == matter)
        return session.scalar(found) or 0
