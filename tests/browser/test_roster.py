"""A director's day with the roster, in a real browser: somebody is moved, a vacancy is filled, a village's
messy workbook is imported, corrected and taken back, and the public notices are printed."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import openpyxl
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from db.models.account import Account, AccountState
from db.models.grid import Grid
from db.models.roster import Person, Post, PostRole
from lib.access.work import system, system_reading
from lib.fields.words import id_check
from lib.grids.coverage import standing
from lib.sealing import opened, sealed
from tests.browser.conftest import Visitor
from tests.browser.test_flows import settled
from tests.browser.test_registers import QUIET, Hand, told
from tests.running import Server

DIRECTOR, TOWN, TODAY = "jiuquanlu.director", "620102001", date(2026, 6, 30)
NEWCOMER = "安如意"


def number_of(serial: int) -> str:
    """A citizen's number that nobody holds."""
    first = f"990101199001{serial % 28 + 1:02d}{serial:03d}"
    return first + id_check(first)


def full_time(server: Server, place: int) -> tuple[int, int, str, str, str]:
    """Somebody of the town who works full time in one grid and nowhere else: the person's key, the post's,
    the name, the grid's code and name."""
    with server.inside(), system_reading() as session:
        alone = select(Post.person_id).group_by(Post.person_id).having(func.count() == 1)
        rows = session.execute(
            select(Post.person_id, Post.id, Post.name, Grid.code, Grid.name)
            .join(Grid, Grid.id == Post.grid_id)
            .where(
                Post.center_code.startswith(TOWN), Post.role == PostRole.FULL_TIME, standing(TODAY),
                Post.until.is_(None), Post.person_id.in_(alone),
            )
            .order_by(Grid.code)
        ).all()  # fmt: skip
        person, post, name, code, grid = rows[place]
        return person, post, name, code, grid


def holders(server: Server, code: str, day: date = TODAY) -> list[str]:
    """Who works full time in a grid on a day."""
    with server.inside(), system_reading() as session:
        return list(
            session.scalars(
                select(Post.name)
                .join(Grid, Grid.id == Post.grid_id)
                .where(Grid.code == code, Post.role == PostRole.FULL_TIME, standing(day))
            )
        )


def phone_of(server: Server, person_id: int) -> str:
    with server.inside(), system_reading() as session:
        person = session.get(Person, person_id)
        assert person is not None
        return opened(person.phone or "")


def count_of(server: Server) -> tuple[int, int]:
    with server.inside(), system_reading() as session:
        return (
            session.scalar(select(func.count(Person.id))) or 0,
            session.scalar(select(func.count(Post.id))) or 0,
        )


def choose(page: Page, label: str, said: str) -> None:
    """Types into a list until one of it is left, and takes that."""
    box = page.get_by_role("combobox", name=label).first
    box.click()
    box.fill(said)
    page.get_by_role("option").first.click()
    page.wait_for_timeout(QUIET)
    settled(page)


def first_row(page: Page, words: str) -> None:
    """Opens the first row of the table that stands under the words."""
    main = page.get_by_test_id("stMain")
    table, heading = main.get_by_test_id("stDataFrame"), main.get_by_text(words).first
    below = heading.bounding_box()
    assert below is not None
    for number in range(table.count()):
        box = table.nth(number).bounding_box()
        if box is not None and box["y"] > below["y"]:
            table.nth(number).scroll_into_view_if_needed()
            table.nth(number).click(position={"x": 120, "y": 35 * 1.5}, force=True)
            page.wait_for_timeout(QUIET)
            settled(page)
            return
    raise AssertionError("no table under these words")


def messy(path: Path, mended: bool, grid: tuple[str, str], known: tuple[str, str]) -> None:
    """As villages send them: titles, headings in two rows, "同上", full-width digits, a code that the program
    has damaged, a wrong number. `known` is somebody of the roster, by number and name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "6月"
    sheet["A1"] = "畅家巷社区网格队伍花名册"
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "填报单位：畅家巷社区    填报时间：2026年6月"
    sheet.merge_cells("A2:H2")
    for column, words in enumerate(("序号", "基本情况", None, None, None, "任职", None, None), 1):
        sheet.cell(3, column, words)
    sheet.merge_cells("B3:E3")
    sheet.merge_cells("F3:H3")
    for column, words in enumerate(
        ("序号", "姓 名", "公民身份号码", "手机号码", "政治面貌", "岗位类别", "责任网格", "到岗时间"), 1
    ):
        sheet.cell(4, column, words)
    code, _name = grid
    coded = code if mended else "6.20102E+14"
    rows = [
        (1, known[1], known[0], "１３８００１３８０００", "中共党员", "专职网格员", code, None),
        (2, "马 兰", number_of(2), "139-0013-9000", "群众", "协管员", code, "2026.6.1"),
        (3, "欧阳明月", number_of(3), "13700137000", "同上", "同上", "同上", "2026年6月1日"),
        (4, "𠮷", number_of(4), "13600136000" if mended else "1360013600", "群众", "居民楼长", code, 46174),
        (5, "白 雪", number_of(5), "13500135000", "群众", "协管员", coded, "20260601"),
    ]  # fmt: skip
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    book.save(path)


def test_a_director_moves_fills_imports_corrects_undoes_and_prints(
    visitor: Callable[[], Visitor], server: Server, tmp_path: Path
) -> None:
    with server.inside(), system() as session:
        session.execute(
            update(Account)
            .where(Account.username == DIRECTOR)
            .values(state=AccountState.ACTIVE, language="zh")
        )
    mover, _post, name, home, home_name = full_time(server, 0)
    leaver, _other, leaving, target, _target_name = full_time(server, 1)
    mine = visitor()
    mine.holds(server.begin_session(DIRECTOR))
    began = time.monotonic()

    # Somebody leaves.
    page = mine.open(f"/person?id={leaver}")
    settled(page)
    hand = Hand(page)
    hand.press(page.get_by_role("radio", name="离岗").or_(page.get_by_role("button", name="离岗")).first)
    hand.day("最后在岗的一天", "2026-06-29")
    hand.button("办理离岗")
    told(page, "刚改的内容还没有核对")
    told(page, "到2026年6月29日为止")
    told(page, "请尽快补岗")
    assert holders(server, target) == [leaving]
    hand.button("办理离岗")
    told(page, "已办理离岗")
    assert holders(server, target) == []
    assert holders(server, target, date(2026, 6, 29)) == [leaving]

    # Somebody else moves into the grid, and leaves theirs vacant.
    page.goto(f"{server.url}/person?id={mover}")
    settled(page)
    hand.press(page.get_by_role("radio", name="调岗").or_(page.get_by_role("button", name="调岗")).first)
    choose(page, "调到哪个网格", target)
    told(page, f"{home_name}从2026年6月30日起没有专职网格员")
    hand.button("办理调岗")
    told(page, "已办理调岗")
    assert (holders(server, home), holders(server, target)) == ([], [name])
    assert holders(server, home, date(2026, 6, 29)) == [name]

    # The vacancy stands on the director's page, and is filled from there.
    page.goto(f"{server.url}/roster?center={TOWN}")
    settled(page)
    told(page, "个网格等待补岗")
    first_row(page, "个网格等待补岗")
    expect(page.locator("h1")).to_contain_text("办理上岗")
    hand.write("姓名（必填）", NEWCOMER, end="Tab")
    hand.pick("岗位（必填）", "专职网格员")
    hand.write("身份证号", number_of(1), end="Tab")
    hand.write("联系电话", "13900139001", end="Tab")
    told(page, "将要登记")
    hand.button("保存上岗")
    told(page, "已办理上岗")
    assert holders(server, home) == [NEWCOMER]

    # A village's workbook comes with faults, is corrected, saved, and taken back.
    with server.inside(), system_reading() as session:
        known = session.scalars(select(Person).where(Person.name == NEWCOMER)).one()
        assert known.citizen_id == sealed(number_of(1))
        key = known.id
    before = count_of(server)
    sheet = tmp_path / "畅家巷社区花名册.xlsx"
    messy(sheet, False, (home, home_name), (number_of(1), NEWCOMER))
    page.goto(f"{server.url}/roster_import")
    settled(page)
    page.locator('input[type="file"]').first.set_input_files(sheet)
    told(page, "2行有2处问题")
    assert count_of(server) == before
    hand.button("换一个文件")
    messy(sheet, True, (home, home_name), (number_of(1), NEWCOMER))
    page.locator('input[type="file"]').first.set_input_files(sheet)
    told(page, "导入以后会变成什么")
    hand.button("导入全部5行")
    told(page, "已导入：新增4条，修改1条。")
    assert phone_of(server, key) == "13800138000"
    assert count_of(server) == (before[0] + 4, before[1] + 4)
    hand.button("撤销刚才的保存")
    told(page, "已撤销")
    assert phone_of(server, key) == "13900139001"
    assert count_of(server) == before

    # The board of the grid names the newcomer, with the whole number: it is posted.
    page.goto(f"{server.url}/notices?center={TOWN}&grid={home}")
    settled(page)
    hand.button("制作1个网格的公示牌")
    with page.expect_download() as made:
        hand.button("下载Word")
    path = tmp_path / "notices.docx"
    made.value.save_as(path)
    words = everything_in(path.read_bytes())
    assert NEWCOMER in words
    assert "13900139001" in words
    assert home in words
    assert number_of(1) not in words
    print(f"\na director's day: {hand.clicks} clicks, {hand.fields} fields, {time.monotonic() - began:.0f} s")


def everything_in(content: bytes) -> str:
    book = docx.Document(io.BytesIO(content))
    return "".join(node.text or "" for node in book.element.body.iter() if node.tag.endswith("}t"))
