"""What people typed about people stands on the pages of the roster as it was typed: no markup of it is
carried out, wherever it lies. And whose number somebody looked for is noted, and stands in no address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, cast, func, literal, select, update
from streamlit.testing.v1 import AppTest

from db.base import Base
from db.models.account import Account, AccountState
from db.models.audit import AuditEntry
from db.models.duty import CheckedPost, Patrol, SpotCheck, Visit
from db.models.grid import Grid
from db.models.reward import Accountability, AllowanceLine, AllowanceSheet, Award
from db.models.roster import Leave, Person, Post, PostRole, StaffingRule
from db.models.training import TrainingRound, TrainingSession
from lib.access import sessions
from lib.access.work import system, system_reading
from lib.audit.queries import EVENT_WORDS
from lib.sealing import opened
from tests import rostering
from tests.pages.test_pages import Draw, address, assert_whole, draw, strings, texts, walk
from tests.running import at_database, copy_city

__all__ = ["draw"]
DIRECTOR, COUNTY_DIRECTOR, TOWN = "jiuquanlu.director", "chengguan.director", "620102001"
VILLAGE = f"{TOWN}001"
BAD = "![p](http://e.example/p)<b>x</b>$y$:red[z]"
SIGNS = ("![p](", "<b>x</b>", "$y$", ":red[z")
# Here words are shown as they are, and not read as Markdown.
PLAIN = frozenset(
    {"text", "arrow_data_frame", "dataframe", "selectbox", "multiselect", "text_input", "text_area"}
)
TYPED: dict[type[Base], tuple[str, ...]] = {
    Person: ("name", "employer"),
    Post: ("name", "note"),
    Leave: ("note",),
    Grid: ("name",),
    StaffingRule: ("reason", "decided_by"),
    TrainingRound: ("name", "note", "made_by"),
    TrainingSession: ("subject", "place", "trainer"),
    SpotCheck: ("drawn_by",),
    CheckedPost: ("note", "follow_up", "followed_up"),
    Patrol: ("note", "recorded_by"),
    Visit: ("problem", "household", "recorded_by"),
    Award: ("reason", "given_by"),
    AllowanceLine: ("name", "corrected_because"),
    AllowanceSheet: ("note", "made_by", "submitted_by"),
    Accountability: ("facts", "decision", "recorded_by"),
}


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "city.db"
    copy_city(small_city, path)
    with at_database(path):
        yield path


@pytest.fixture
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in (DIRECTOR, COUNTY_DIRECTOR):
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


@pytest.fixture
def spoiled(city: Path) -> dict[str, int]:
    """Every word of the roster is markup; answers one key of each kind."""
    with system() as session:
        rostering.add_village(session, VILLAGE)
        for model, columns in TYPED.items():
            # Names of rounds are never the same twice.
            bad: Any = literal(BAD) + cast(model.id, String)  # type: ignore[attr-defined]
            there = dict.fromkeys(columns, bad)
            session.execute(update(model).values(there), execution_options={"synchronize_session": False})
        keys = {}
        for model in (Person, SpotCheck, CheckedPost, TrainingRound, TrainingSession):
            found: Any = session.scalar(select(func.min(model.id)))  # type: ignore[attr-defined]
            keys[model.__name__] = int(found or 0)
        held = select(Post.person_id).where(
            Post.center_code.startswith(TOWN), Post.role == PostRole.FULL_TIME, Post.until.is_(None)
        )
        keys["Person"] = session.scalars(held).first() or 0
    return keys


def carried_out(page: AppTest) -> list[tuple[str, str]]:
    """Words in which markup would work."""
    return [
        (element.type, words)
        for element in walk(page._tree)
        if element.type not in PLAIN
        for words in strings(element.proto)
        if any(sign in words for sign in SIGNS)
    ]


PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("roster", {}),
    ("roster", {"issue": "double"}),
    ("roster_sheet", {}),
    ("join", {}),
    ("person", {"id": "{Person}"}),
    ("grids", {}),
    ("grid", {"code": "620102001001001"}),
    ("staffing", {}),
    ("staffing_rules", {}),
    ("staffing_rules", {"kind": "one_four_x"}),
    ("duty", {}),
    ("duty", {"view": "grid"}),
    ("duty", {"view": "person"}),
    ("duty", {"view": "visits"}),
    ("duty", {"view": "patrols"}),
    ("record", {"grid": "620102001001001"}),
    ("training", {}),
    ("training", {"part": "people"}),
    ("training", {"round": "{TrainingRound}"}),
    ("training", {"session": "{TrainingSession}"}),
    ("spot_checks", {}),
    ("spot_checks", {"check": "{SpotCheck}"}),
    ("spot_checks", {"part": "follow"}),
    ("allowances", {}),
    ("allowances", {"month": "2026-05"}),
    ("allowances", {"view": "awards"}),
    ("allowances", {"view": "board"}),
    ("allowances", {"view": "rule"}),
    ("accountability", {}),
    ("notices", {}),
    ("figure", {"metric": "vacancy_rate"}),
    ("approvals", {}),
)

# Where figures and sums may be all there is.
WITHOUT_WORDS = {"staffing", "duty", "allowances", "approvals"}


@pytest.mark.parametrize("username", [DIRECTOR, COUNTY_DIRECTOR])
def test_no_markup_in_what_was_typed_is_carried_out(
    draw: Draw, spoiled: dict[str, int], username: str
) -> None:
    found, silent = [], []
    for name, query in PAGES:
        page = draw(username, name, **{key: value.format(**spoiled) for key, value in query.items()})
        assert_whole(page)
        found += [(name, query, *one) for one in carried_out(page)]
        told = texts(page)
        if not any("e.example" in words.replace("\\", "") for words in told["words"] + told["cells"]):
            silent.append((name, query))
    assert found == []
    if username == DIRECTOR:  # everything was written in this town
        assert {name for name, _query in silent} <= WITHOUT_WORDS


def test_a_number_that_is_looked_for_is_noted_and_stands_in_no_address(draw: Draw) -> None:
    with system_reading() as session:
        phone, name = next(
            (opened(sealed), name)
            for sealed, name in session.execute(
                select(Person.phone, Person.name)
                .join(Post, Post.person_id == Person.id)
                .where(Post.center_code.startswith(TOWN), Post.until.is_(None), Person.phone.is_not(None))
            )
            if sealed
        )

    def people(page: AppTest) -> set[str]:
        frames = [
            one.value for one in page.dataframe if "姓名" in one.value.columns and "岗位" in one.value.columns
        ]
        return {str(name) for frame in frames for name in frame["姓名"]}

    page = draw(DIRECTOR, "roster")
    page.text_input("filter find").set_value(phone).run()
    assert_whole(page)
    assert people(page) == {name}
    assert phone not in str(address(page))
    assert page.text_input("filter find").value == phone
    kept = address(page)["find"]
    assert people(draw(DIRECTOR, "roster", find=kept)) == {name}
    # Whoever is sent the address has not asked for the number.
    assert people(draw(COUNTY_DIRECTOR, "roster", center=TOWN, find=kept)) == set()
    with system_reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == "number looked up")).all()
        assert [row.person for row in rows] == [DIRECTOR]
        assert phone not in f"{rows[0].subject}{rows[0].after}"
    assert "number looked up" in EVENT_WORDS
