"""The meeting pack on the screen, and the buttons that hand out documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models.scheduling import Round, RoundKind
from lib.access.permissions import GRANTS, Permission
from lib.access.work import system_reading
from lib.scheduling.clockwork import Clockwork
from tests.pages.test_pages import ACCOUNTS, GARBAGE, Draw, assert_english, assert_whole, draw, said, tokens
from tests.running import at_database

__all__ = ["draw", "tokens"]
SEES = [name for name, role in ACCOUNTS.items() if Permission.READ_ROUNDS in GRANTS[role]]
CENTERS = ("6201", "620102", "620102001", "620102001001")


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("pack") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        Clockwork().look()
        yield path


def round_of(kind: RoundKind = RoundKind.MONTHLY) -> str:
    with system_reading() as session:
        return str(session.scalars(select(Round.id).where(Round.kind == kind)).one())


@pytest.mark.parametrize("username", SEES)
def test_who_sees_rounds_sees_the_pack_of_their_own_center(draw: Draw, username: str) -> None:
    page = draw(username, "pack", round=round_of())
    assert_whole(page)
    assert "会议议程" in said(page)
    buttons = [one.proto.label for one in page.get("download_button")]
    assert buttons == ["下载Word", "下载PPT"]


@pytest.mark.parametrize("center", CENTERS)
def test_a_pack_of_every_level(draw: Draw, center: str) -> None:
    page = draw("city.leader", "pack", round=round_of(), center=center)
    assert_whole(page)
    headings = said(page)
    assert ("异常情况" in headings) is (center != CENTERS[-1])
    if len(center) <= 6:
        assert len(page.get("plotly_chart")) == 5


@pytest.mark.parametrize("kind", list(RoundKind))
def test_a_pack_of_every_kind_of_round(draw: Draw, kind: RoundKind) -> None:
    assert_whole(draw("city.leader", "pack", round=round_of(kind), center="620102"))


@pytest.mark.parametrize("number", ["", "0", "987654", "-1", "x", *GARBAGE])
def test_a_round_that_is_not_there_leads_on(draw: Draw, number: str) -> None:
    page = draw("city.leader", "pack", round=number)
    assert_whole(page)
    assert "找不到这一轮调度" in said(page)


@pytest.mark.parametrize("center", CENTERS)
def test_in_english_nothing_of_the_pack_stays_chinese(draw: Draw, city: Path, center: str) -> None:
    page = draw("city.leader", "pack", lang="en", round=round_of(), center=center)
    assert_whole(page)
    assert_english(page, city)
