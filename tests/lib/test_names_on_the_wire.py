"""Names and phones of people leave the server masked: what a page sends is searched, not what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.center import Center
from db.models.grid import Grid, GridColor, GridSetting
from db.models.roster import Person, Post, PostRole
from db.scope import within
from lib.access.permissions import GRANTS
from lib.access.work import system_reading
from lib.grids.coverage import standing
from lib.masking import masked_name, masked_phone
from lib.sealing import opened
from lib.ui.menu import MENU
from tests.running import PLAN, Server, Tab, tab

COUNTY = "620102"
VIEWER, DIRECTOR = "chengguan.viewer", "chengguan.director"
SHORTEST = 3  # names of two signs also occur inside of other words
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002a6df]+")


@dataclass(frozen=True)
class Staff:
    """Who works in the county: the whole names that nobody else is called by, and the whole phones."""

    names: frozenset[str]
    phones: frozenset[str]
    # Three grids with a red card, each with the posts that are held in it.
    grids: dict[str, list[tuple[PostRole, str, str]]]


@pytest.fixture(scope="module")
def staff(server: Server) -> Staff:
    with server.inside(), system_reading() as session:
        here = within(Post.center_code, [COUNTY])
        public = {
            *session.scalars(select(Center.director_name)),
            *session.scalars(select(Account.display_name)),
        }
        rows = session.execute(
            select(Post.grid_id, Post.role, Post.name, Person.phone, standing(PLAN.today))
            .join(Person, Person.id == Post.person_id)
            .where(here)
        ).all()
        grids = session.execute(
            select(Grid.id, Grid.code)
            .where(within(Grid.center_code, [COUNTY]), Grid.color == GridColor.RED)
            .where(Grid.setting == GridSetting.URBAN)
            .order_by(Grid.code)
            .limit(3)
        ).all()
        names = {name for _grid, _role, name, *_rest in rows if len(name) >= SHORTEST}
        return Staff(
            frozenset(names - public),
            frozenset(phone for *_rest, sealed, _now in rows if (phone := opened(sealed or ""))),
            {
                code: [
                    (role, name, opened(phone or ""))
                    for there, role, name, phone, now in rows
                    if there == key and now
                ]
                for key, code in grids
            },
        )


@pytest.fixture(scope="module")
def tabs(server: Server) -> Iterator[dict[str, Tab]]:
    with (
        tab(server, server.begin_session(VIEWER)) as viewer,
        tab(server, server.begin_session(DIRECTOR)) as director,
    ):
        yield {VIEWER: viewer, DIRECTOR: director}


def sent(page: Tab, name: str, query: str = "") -> str:
    return page.draw(name, query).raw.decode("utf-8", "ignore")


def whole_names(text: str, names: frozenset[str]) -> set[str]:
    """Which of the names stand somewhere in what was sent."""
    longest = max(map(len, names))
    runs = set(HAN.findall(text))
    return names & {
        run[start : start + length]
        for run in runs
        for length in range(SHORTEST, longest + 1)
        for start in range(len(run) - length + 1)
    }


def test_a_card_is_sent_whole_to_the_director_and_masked_to_the_viewer(
    staff: Staff, tabs: dict[str, Tab]
) -> None:
    assert len(staff.names) > 1000
    assert len(staff.phones) > 1000
    assert len(staff.grids) == 3
    for code, posts in staff.grids.items():
        whole, masked = (sent(tabs[who], "grid", f"code={code}") for who in (DIRECTOR, VIEWER))
        expected = {name for _role, name, _phone in posts} & staff.names
        assert expected <= whole_names(whole, staff.names)
        assert whole_names(masked, staff.names) == set()
        for _role, name, phone in posts:
            assert masked_name(name) in masked
            assert not phone or phone not in whole + masked
            assert not phone or (masked_phone(phone) in whole and masked_phone(phone) in masked)


def test_the_list_is_masked_and_answers_no_search_by_name(staff: Staff, tabs: dict[str, Tab]) -> None:
    here = f"center={COUNTY}"
    assert len(whole_names(sent(tabs[DIRECTOR], "grids", here), staff.names)) > 10
    assert whole_names(sent(tabs[VIEWER], "grids", here), staff.names) == set()
    (code, posts), *_rest = staff.grids.items()
    name = next(name for role, name, _phone in posts if role is PostRole.FULL_TIME)
    assert code in sent(tabs[DIRECTOR], "grids", f"{here}&find={name}")
    assert code not in sent(tabs[VIEWER], "grids", f"{here}&find={name}")


SEEN = [
    entry.name for entry in MENU if entry.permission in GRANTS[Role.VIEWER] & GRANTS[Role.CENTER_DIRECTOR]
]


DEEPER = (
    ("duty", "view=person"),
    ("staffing_rules", "kind=grids_per_person"),
    ("staffing_rules", "kind=full_time_per_grid"),
    ("training", "part=people"),
    ("figure", "metric=staffing"),
    ("figure", "metric=turnover&side=numerator"),
    ("figure", "metric=on_duty"),
    ("grids", "gap=vacant"),
    # What a viewer may not open at all.
    ("roster", ""),
    ("person", "id=1"),
    ("roster_sheet", ""),
    ("join", ""),
    ("spot_checks", ""),
    ("allowances", "month=2026-05"),
    ("accountability", ""),
    ("notices", ""),
    ("training", "session=1"),
)


@pytest.mark.parametrize(("name", "query"), [*((name, "") for name in SEEN), *DEEPER])
def test_no_page_sends_a_whole_name_or_phone_to_a_viewer(
    name: str, query: str, staff: Staff, tabs: dict[str, Tab]
) -> None:
    """Names that the director's own page does not have are words that happen to look alike."""
    masked = sent(tabs[VIEWER], name, query)
    told = whole_names(masked, staff.names)
    if told:
        told &= whole_names(sent(tabs[DIRECTOR], name, query), staff.names)
    assert told == set()
    numbers = set(re.findall(r"(?<!\d)\d{11}(?!\d)", masked))
    assert not numbers & staff.phones
