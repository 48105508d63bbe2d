"""Rules of staffing, public notices and a grid's people as of a day, on the screen."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from PIL import Image
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.audit import AuditEntry
from db.models.grid import Grid, GridSize
from db.models.roster import Ending, Person, Post, PostRole, RuleKind, StaffingRule
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system, system_reading
from lib.sealing import opened
from lib.ui.notices import READY, ROLES
from lib.ui.roster_rules import KIND, MOST, REASON
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_whole, draw, said, texts
from tests.running import at_database

__all__ = ["draw"]
CITY, COUNTY, TOWN, VILLAGE = "6201", "620102", "620102001", "620102001001"
GRID = f"{VILLAGE}001"
TODAY = date(2026, 6, 30)
READS = [name for name, role in ACCOUNTS.items() if Permission.READ_GRIDS in GRANTS[role]]
POSTS = [name for name, role in ACCOUNTS.items() if Permission.EXPORT_ROSTER in GRANTS[role]]


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("notices") / "city.db"
    shutil.copy(small_city, path)
    shutil.copytree(small_city.parent / "data", path.parent / "data", dirs_exist_ok=True)
    with at_database(path):
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


def cells(page: AppTest) -> str:
    return "\n".join(texts(page)["cells"])


@pytest.mark.parametrize("username", ACCOUNTS)
@pytest.mark.parametrize("name", ["notices", "staffing_rules", "grids", "grid"])
def test_every_role_gets_the_page_or_a_sentence(draw: Draw, username: str, name: str) -> None:
    page = draw(username, name, code=GRID, day="2026-03-15")
    assert_whole(page)
    allowed = POSTS if name == "notices" else READS
    assert (username in allowed) != ("您的角色看不到" in said(page))


@pytest.mark.parametrize("name", ["notices", "staffing_rules", "grids", "grid"])
@pytest.mark.parametrize("nonsense", GARBAGE)
def test_nonsense_in_the_address(draw: Draw, name: str, nonsense: str) -> None:
    keys = ("center", "code", "grid", "find", "day", "kind", "page")
    assert_whole(draw("chengguan.director", name, **dict.fromkeys(keys, nonsense)))
    assert_whole(draw("chengguan.director", name, **dict.fromkeys(keys[1:], nonsense)))


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
def test_at_every_level(draw: Draw, center: str) -> None:
    rules = draw("city.leader", "staffing_rules", center=center)
    assert_whole(rules)
    assert "不符合配备规则" in rules.title[0].value
    notices = draw("city.leader", "notices", center=center)
    assert_whole(notices)
    assert "个网格的公示牌" in notices.title[0].value


def test_the_screen_masks_and_the_file_does_not(draw: Draw) -> None:
    with system_reading() as session:
        post = session.scalars(
            select(Post).join(Grid, Grid.id == Post.grid_id).where(
                Grid.code == GRID, Post.role == PostRole.FULL_TIME, Post.until.is_(None)
            )
        ).one()  # fmt: skip
        name, phone = post.name, opened(session.get(Person, post.person_id).phone or "")
    assert len(phone) == 11
    page = draw("jiuquanlu.director", "notices", grid=GRID)
    assert_whole(page)
    shown = (said(page) + cells(page)).replace("\\", "")
    assert name in shown
    assert phone not in shown
    assert f"{phone[:3]}****{phone[-4:]}" in shown
    page.button("make the notices").click().run()
    assert_whole(page)
    _wanted, export_id, content = page.session_state[READY]
    words = "\n".join(text for text in docx.Document(io.BytesIO(content)).element.itertext())
    assert name in words
    assert phone in words
    with system_reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == export_id)).one()
        assert '"grids":1' in str(entry.after)
    # Another choice needs another file.
    page.multiselect(f"{ROLES} zh").set_value([PostRole.LAWYER.value]).run()
    assert READY not in page.session_state
    page.multiselect(f"{ROLES} zh").set_value([]).run()
    page.button("make the notices").click().run()
    assert "请至少选择一类上牌人员" in said(page)


def test_a_photo_is_shown_and_what_is_none_is_left_out(draw: Draw) -> None:
    held: list[int] = []
    with system() as session:
        for number in ("003", "004"):
            held += session.scalars(
                select(Post.person_id).join(Grid, Grid.id == Post.grid_id).where(
                    Grid.code == f"{VILLAGE}{number}", Post.role == PostRole.FULL_TIME,
                    Post.until.is_(None),
                )
            ).all()  # fmt: skip
        content = io.BytesIO()
        Image.new("RGB", (30, 40), (90, 140, 90)).save(content, "PNG")
        for key, photo in zip(held, (content.getvalue(), b"no picture"), strict=True):
            found = session.get(Person, key)
            assert found is not None
            found.photo = photo
    shown, left_out = (draw("jiuquanlu.director", "notices", grid=f"{VILLAGE}{n}") for n in ("003", "004"))
    for page in (shown, left_out):
        assert_whole(page)
    assert len(shown.get("image")) == 1
    assert len(left_out.get("image")) == 0


def test_a_grid_without_a_gridworker_is_told_before_it_is_posted(draw: Draw) -> None:
    with system() as session:
        post = session.scalars(
            select(Post).join(Grid, Grid.id == Post.grid_id).where(
                Grid.code == f"{VILLAGE}002", Post.role == PostRole.FULL_TIME, Post.until.is_(None)
            )
        ).one()  # fmt: skip
        post.until, post.ending = date(2026, 6, 29), Ending.LEFT
    page = draw("jiuquanlu.director", "notices", center=VILLAGE)
    assert "1个还没有专职网格员" in page.title[0].value
    page.button("make the notices").click().run()
    words = "\n".join(docx.Document(io.BytesIO(page.session_state[READY][2])).element.itertext())
    assert "下列1个网格没有专职网格员，未制作公示牌" in words
    rules = draw("jiuquanlu.director", "staffing_rules", center=VILLAGE, kind="full_time_per_grid")
    assert "没有专职网格员，应有1人。" in cells(rules)
    before = draw(
        "jiuquanlu.director", "staffing_rules", center=VILLAGE, kind="full_time_per_grid", day="2026-06-29"
    )
    assert "没有专职网格员，应有1人。" not in cells(before)
    # The grid as it was, and as it is.
    then = draw("jiuquanlu.director", "grid", code=f"{VILLAGE}002", day="2026-06-29")
    assert post.name in cells(then)
    assert "按2026年6月29日的在岗人员显示" in said(then)
    assert post.name not in cells(draw("jiuquanlu.director", "grid", code=f"{VILLAGE}002"))
    listed = draw("jiuquanlu.director", "grids", center=VILLAGE, gap="vacant")
    assert "有1个符合条件" in listed.title[0].value
    listed = draw("jiuquanlu.director", "grids", center=VILLAGE, gap="vacant", day="2026-06-29")
    assert "有0个符合条件" in listed.title[0].value


def test_a_rule_is_decided_with_what_would_follow(draw: Draw) -> None:
    page = draw("chengguan.director", "staffing_rules")
    page.selectbox(KIND).set_value(RuleKind.HOUSEHOLDS_PER_GRID.value).run()
    page.number_input(MOST).set_value(310).run()
    assert_whole(page)
    assert "按新标准“300至310户”" in said(page)
    page.text_input(REASON).set_value("城网办〔2026〕3号").run()
    page.button("decide the rule").click().run()
    assert_whole(page)
    assert "已设定“每个网格的户数”为300至310户" in said(page)
    with system_reading() as session:
        row = session.scalars(select(StaffingRule)).one()
        assert (row.center_code, row.least, row.most, row.reason) == (COUNTY, 300, 310, "城网办〔2026〕3号")
    below = draw("jiuquanlu.director", "staffing_rules", kind="households_per_grid")
    assert "城关区规定，自2026年6月30日起" in said(below)
    assert "多于规定的310户" in cells(below)
    with system_reading() as session:
        wide = session.scalars(
            select(Grid).where(
                Grid.center_code.startswith(TOWN), Grid.size == GridSize.SMALL, Grid.households > 310
            )
        ).first()
    assert wide is not None
    seen = draw("chengguan.viewer", "staffing_rules")
    assert "decide the rule" not in {button.key for button in seen.button}


def test_a_filled_grid_leads_to_its_people_and_its_notice(draw: Draw) -> None:
    page = draw("jiuquanlu.director", "grid", code=GRID)
    assert_whole(page)
    assert "点击表中任意一行打开人员档案" in said(page)
    assert "制作公示牌" in said(page)
    viewer = said(draw("chengguan.viewer", "grid", code=GRID))
    assert "点击表中任意一行打开人员档案" not in viewer
    assert "制作公示牌" not in viewer
