"""Public notices: whole numbers on paper for those who may, masked ones on screen, and who took what."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from datetime import date, timedelta
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.center import Center
from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import Person, Post, PostRole
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, NotAllowed, NotFound
from lib.i18n import speaking
from lib.reports.grid_notice import MOST_LINES, notice_bytes
from lib.roster.notices.board import DUTIES, ORDER, USUAL, Board, Notices, Posted
from lib.roster.notices.commands import print_notices
from lib.roster.notices.queries import board_of, postable_grids
from lib.sealing import sealed
from tests import makers
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE

EXPORT = "EX-20260630-7F3K9Q"
OTHER_TOWN = "739901001"
GRID = f"{VILLAGE}001"


@pytest.fixture
def city(database):
    makers.plant_small(database)
    with makers.everything(database) as session:
        for code, phone in ((TOWN, "0931-1234567"), (COUNTY, "0931-7654321")):
            session.get(Center, code).phone = phone
        grid = session.scalars(select(Grid).where(Grid.code == GRID)).one()
        for role, phone in ((PostRole.FULL_TIME, "13800008001"), (PostRole.POLICE, "13800008002")):
            held = makers.gridworker(session, grid, role, f"某{role.value}")
            session.get(Person, held.person_id).phone = sealed(phone)
        makers.gridworker(session, grid, PostRole.LAWYER, "某律师")
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def director(code: str = TOWN, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def printed(
    codes=(GRID,), center: str = TOWN, roles=USUAL, *, also_vacant: bool = False, by: Viewer | None = None
) -> bytes:
    with acting(by or director()) as session:
        return print_notices(session, center, codes, roles, also_vacant, EXPORT, notice_bytes)


def words_of(content: bytes) -> str:
    """Everything in the document, its foot too, in the order in which it stands."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        names = [name for name in package.namelist() if name.endswith(".xml")]
        parts = [ElementTree.fromstring(package.read(name)) for name in names if "word/" in name]
    return "\n".join(text for part in parts for text in part.itertext())


def pages_in(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").count(b"<w:pageBreakBefore") + 1


def test_the_paper_has_whole_numbers_and_the_screen_masked_ones(city):
    paper = words_of(printed())
    for said in ("13800008001", "13800008002", "0931-1234567", "12345", GRID, EXPORT, "支部", *DUTIES):
        assert said in paper
    assert "某律师" not in paper
    with makers.eyes(city, director()) as session:
        board = board_of(session, GRID, USUAL)
    assert [one.phone for one in board.staff] == ["138****8001", "138****8002"]
    assert (board.supervision, board.vacant) == ("0931-1234567", False)
    assert board.places == (f"中心{TOWN}", f"中心{VILLAGE}")


def test_only_the_chosen_roles_and_only_their_phones_are_posted(city):
    paper = words_of(printed(roles={PostRole.LAWYER: False, PostRole.FULL_TIME: False}))
    assert "某律师" in paper
    assert "某full_time" in paper
    assert "138" not in paper
    assert "某police" not in paper


def test_who_took_it_and_what_it_was_is_recorded(city):
    content = printed()
    with makers.everything(city) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "exported")).one()
        assert entry.subject == EXPORT
        for said in (hashlib.sha256(content).hexdigest(), '"grids":1', '"people":2', "公示牌"):
            assert said in str(entry.after)
        assert "138" not in str(entry.after).replace(hashlib.sha256(content).hexdigest(), "")


def test_nobody_posts_an_empty_board(city):
    codes = [f"{TOWN}{serial}001" for serial in ("001", "002", "999")]
    content = printed(codes)
    assert pages_in(content) == 2  # the list and the one grid that has its gridworker
    paper = words_of(content)
    assert "下列2个网格没有专职网格员，未制作公示牌" in paper
    assert "本批公示牌共1个网格、2名上牌人员" in paper
    both = printed(codes, also_vacant=True)
    assert pages_in(both) == 4
    assert "配备前请勿张贴" in words_of(both)
    with pytest.raises(BadInput):
        printed(codes[1:])
    assert pages_in(printed()) == 1


def test_who_stands_in_is_posted_and_who_has_left_is_not(city):
    with makers.everything(city) as session:
        own = session.scalars(select(Post).where(Post.role == PostRole.FULL_TIME)).one()
        grid = session.get(Grid, own.grid_id)
        covering = makers.gridworker(session, grid, PostRole.FULL_TIME, "某代岗人")
        covering.covers_id = own.id
        gone = makers.gridworker(session, grid, PostRole.POLICE, "某离岗人")
        gone.since, gone.until = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
        session.get(Person, covering.person_id).phone = None
    content = printed()
    paper = words_of(content)
    assert "某代岗人（代岗）" in paper
    assert "某离岗人" not in paper
    with makers.eyes(city, director()) as session:
        assert board_of(session, GRID, USUAL).without_phone == ("某代岗人",)


def test_the_number_of_the_nearest_center_that_has_one(city):
    with makers.everything(city) as session:
        session.get(Center, TOWN).phone = None
        session.get(Center, VILLAGE).phone = "0931-0000000"
    with makers.eyes(city, director()) as session:
        assert board_of(session, GRID, USUAL).supervision == "0931-7654321"


def test_only_ones_own_grids_and_only_with_the_permission(city):
    for role in (Role.VIEWER, Role.DUTY_OFFICER):
        with pytest.raises(NotAllowed):
            printed(by=director(role=role))
    for by in (director(OTHER_TOWN), director("7400", Role.LEADER)):
        with pytest.raises(NotFound):
            printed(by=by)
        with pytest.raises(NotFound), makers.eyes(city, by) as session:
            board_of(session, GRID, USUAL)
        with makers.eyes(city, by) as session:
            assert postable_grids(session, TOWN) == ()
    with pytest.raises(NotFound):
        printed((GRID, f"{OTHER_TOWN}001001"))
    with pytest.raises(NotFound):
        printed(center=f"{TOWN}002")
    for codes, roles in (((), USUAL), ((GRID,), {}), ([f"{n}" for n in range(501)], USUAL)):
        with pytest.raises(BadInput):
            printed(codes, roles=roles)
    with makers.everything(city) as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.event == "exported")).all() == []


def test_the_grids_to_choose_from(city):
    with makers.eyes(city, director(COUNTY)) as session:
        found = postable_grids(session, COUNTY)
        assert len(found) == 9
        assert {one.code for one in found if one.staffed} == {GRID}
        assert [one.code for one in postable_grids(session, TOWN, "001001")] == [GRID]
        assert len(postable_grids(session, COUNTY, f"中心{TOWN}")) == 3
        assert postable_grids(session, COUNTY, "%") == ()
        assert len(postable_grids(session, COUNTY, limit=2)) == 2


def picture(wide: int, high: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (wide, high), (90, 140, 90)).save(content, "JPEG")
    return content.getvalue()


def pictures_in(content: bytes) -> int:
    parts = docx.Document(io.BytesIO(content)).part.package.iter_parts()
    return sum(part.partname.startswith("/word/media/") for part in parts)


def test_a_photo_is_shown_and_what_is_none_is_left_out(city):
    with makers.everything(city) as session:
        for role, photo in ((PostRole.FULL_TIME, picture(300, 400)), (PostRole.POLICE, b"no picture")):
            post = session.scalars(select(Post).where(Post.role == role)).one()
            session.get(Person, post.person_id).photo = photo
    assert pictures_in(printed()) == 1
    with makers.everything(city) as session:
        post = session.scalars(select(Post).where(Post.role == PostRole.FULL_TIME)).one()
        session.get(Person, post.person_id).photo = picture(30, 40) + b"\0" * 400_000
    assert pictures_in(printed()) == 0


def board(number: int, lines: int) -> Board:
    staff = tuple(
        Posted(ORDER[place % len(ORDER)], f"人员{number}", "13800008000", place % 5 == 4)
        for place in range(lines)
    )
    return Board(
        f"{VILLAGE}{number:03d}", f"第{number}网格", ("某镇", "某村"), GridSize.SMALL, GridSetting.URBAN,
        None, 400, 1000, None, "", "0931-1234567", staff, not lines,
    )  # fmt: skip


def test_a_hundred_grids_in_a_moment():
    boards = tuple(board(number, 8) for number in range(100))
    told = []
    started = time.monotonic()
    content = notice_bytes(
        Notices("某镇", TODAY, boards), EXPORT, lambda done, total: told.append((done, total))
    )
    assert time.monotonic() - started < 5
    assert pages_in(content) == 101
    assert told == [(number, 100) for number in range(1, 101)]
    assert docx.Document(io.BytesIO(content)).core_properties.keywords == EXPORT


NAMES = st.text(min_size=1, max_size=100)


@settings(max_examples=40, deadline=None)
@given(NAMES, NAMES, st.lists(NAMES, max_size=MOST_LINES + 5), st.sampled_from(["zh", "en"]))
def test_whatever_people_are_called_becomes_a_document(name, party, people, tongue):
    staff = tuple(Posted(ORDER[n % len(ORDER)], one, one) for n, one in enumerate(people))
    made = Board(
        "739902001001001", name, (name,), GridSize.SMALL, None, None, 0, 0, None, party, "", staff, not staff
    )
    with speaking(tongue):
        content = notice_bytes(Notices(name, date(2026, 6, 30), (made, made), (made,)), EXPORT)
    document = docx.Document(io.BytesIO(content))
    assert len(document.tables) >= 3 * 2 + 1
    words = words_of(content)
    for one in people[:MOST_LINES]:
        plain = "".join(sign for sign in one if sign.isalnum())
        assert plain in "".join(sign for sign in words if sign.isalnum())
