"""Who holds which post in a grid as of a day, what is missing there, and as how much of it a viewer sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from db.models.account import Role
from db.models.grid import Grid, GridColor, GridSetting
from db.models.roster import PART_TIME_KINDS, Ending, Person, Post, PostRole
from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.grids.queries import Gap, GridFilter, GridRow, count_gaps, find_grids, grid_card
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

LAST_DAY = date(2026, 3, 15)
DAY = timedelta(days=1)
SERIAL = 7
CODE = f"{VILLAGE}{SERIAL:03d}"
OTHER_VILLAGE = f"{TOWN}002"


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(role: Role = Role.CENTER_DIRECTOR, code: str = COUNTY) -> Viewer:
    return makers.viewer_for_role(role, code)


def plant(session: ScopedSession, code: str = VILLAGE, setting: GridSetting = GridSetting.RURAL) -> Grid:
    grid = makers.grid(code, SERIAL, setting=setting, color=GridColor.RED)
    session.add(grid)
    session.flush()
    return grid


def hold(
    session: ScopedSession,
    grid: Grid,
    name: str,
    role: PostRole = PostRole.FULL_TIME,
    since: date = date(2026, 1, 1),
    until: date | None = None,
    covers: Post | None = None,
) -> Post:
    post = makers.gridworker(session, grid, role, name)
    post.since, post.until, post.covers_id = since, until, covers.id if covers else None
    session.flush()
    return post


def row_on(session: ScopedSession, day: date | None = None, code: str = CODE) -> GridRow:
    page = find_grids(session, GridFilter(text=code, day=day))
    assert page.total == 1
    return page.rows[0]


def found_by(session: ScopedSession, text: str, day: date | None = None) -> list[str]:
    return [row.code for row in find_grids(session, GridFilter(text=text, day=day)).rows]


def missing_on(session: ScopedSession, gap: Gap, day: date | None = None) -> bool:
    """The list and the count of the village say the same of its one grid with staff."""
    listed = CODE in [row.code for row in find_grids(session, GridFilter(gap=gap, day=day)).rows]
    counted = count_gaps(session, VILLAGE, day)[gap]
    # The other grid of the village has nobody and is urban and blue.
    assert counted == listed + (gap in (Gap.VACANT, Gap.INCOMPLETE))
    return listed


def test_a_post_is_held_on_its_last_day_and_not_on_the_next(city):
    with makers.everything(city) as session:
        grid = plant(session)
        before = hold(session, grid, "钱一一", until=LAST_DAY)
        before.ending = Ending.HANDED_OVER
        hold(session, grid, "孙二二", since=LAST_DAY + 10 * DAY)
    with makers.eyes(city, person()) as session:
        for day, name in (
            (before.since - DAY, ""), (before.since, "钱一一"), (LAST_DAY, "钱一一"), (LAST_DAY + DAY, ""),
            (LAST_DAY + 9 * DAY, ""), (LAST_DAY + 10 * DAY, "孙二二"), (TODAY, "孙二二"), (None, "孙二二"),
        ):  # fmt: skip
            row, card = row_on(session, day), grid_card(session, CODE, day)
            assert (row.full_time, card.row.full_time) == (name, name), day
            assert [one.name for one in card.staff] == ([name] if name else []), day
            assert (PostRole.FULL_TIME in row.missing) == (not name), day
            assert missing_on(session, Gap.VACANT, day) == (not name), day
            for said in ("钱一一", "孙二二"):
                assert found_by(session, said, day) == ([CODE] if said == name else []), (day, said)
        (past,) = grid_card(session, CODE, LAST_DAY).staff
        assert (past.since, past.until, past.covers) == (date(2026, 1, 1), LAST_DAY, False)


def test_today_is_the_day_that_the_deployment_stands_at(city):
    with makers.everything(city) as session:
        grid = plant(session)
        hold(session, grid, "钱一一", until=TODAY)
        hold(session, grid, "孙二二", role=PostRole.OFFICIAL_IN_CHARGE, since=TODAY + DAY)
    clock.set_source(lambda: MOMENT + 400 * DAY)
    with makers.eyes(city, person()) as session:
        assert row_on(session).full_time == "钱一一"
        assert missing_on(session, Gap.NO_OFFICIAL)
        assert not missing_on(session, Gap.NO_OFFICIAL, TODAY + DAY)


def test_who_covers_is_shown_and_fills_no_vacancy(city):
    with makers.everything(city) as session:
        grid = plant(session)
        own = hold(session, grid, "钱一一", until=LAST_DAY)
        hold(session, grid, "孙二二", since=LAST_DAY - 5 * DAY, covers=own)
        official = hold(session, grid, "李三三", PostRole.OFFICIAL_IN_CHARGE, until=LAST_DAY)
        hold(session, grid, "周四四", PostRole.OFFICIAL_IN_CHARGE, since=LAST_DAY - 5 * DAY, covers=official)
        left = hold(session, grid, "吴五五", PostRole.PARTY_SECRETARY, until=LAST_DAY - 9 * DAY)
        hold(session, grid, "郑六六", PostRole.PARTY_SECRETARY, since=left.since, covers=left)
        hold(session, grid, "王七七", PostRole.PARTY_SECRETARY, since=LAST_DAY, until=LAST_DAY)
    with makers.eyes(city, person()) as session:
        for day, vacant in ((LAST_DAY, False), (LAST_DAY + DAY, True)):
            row = row_on(session, day)
            assert (row.full_time, row.official) == (("", "") if vacant else ("钱一一", "李三三"))
            assert row.missing == ((PostRole.FULL_TIME,) if vacant else ())
            assert missing_on(session, Gap.VACANT, day) is vacant
            assert missing_on(session, Gap.NO_OFFICIAL, day) is vacant
            card = grid_card(session, CODE, day)
            assert card.secretary_name == ("" if vacant else "王七七")
            assert {one.name for one in card.staff if one.covers} == {"孙二二", "周四四", "郑六六"}
            own_ones = set() if vacant else {"钱一一", "李三三", "王七七"}
            assert {one.name for one in card.staff if not one.covers} == own_ones


def test_one_of_the_four_kinds_is_missing_from_the_day_after_it_ended(city):
    with makers.everything(city) as session:
        grid = plant(session, setting=GridSetting.URBAN)
        hold(session, grid, "钱一一")
        for number, kind in enumerate(PART_TIME_KINDS):
            hold(session, grid, f"孙二{number}", kind, until=LAST_DAY + number * DAY)
    with makers.eyes(city, person()) as session:
        for number in range(len(PART_TIME_KINDS) + 1):
            day = LAST_DAY + number * DAY
            assert row_on(session, day).missing == PART_TIME_KINDS[:number]
            assert missing_on(session, Gap.INCOMPLETE, day) == (number > 0)
            assert not missing_on(session, Gap.VACANT, day)


def test_everybody_stands_on_the_card_in_the_order_of_the_posts(city):
    with makers.everything(city) as session:
        grid = plant(session)
        for role in reversed(PostRole):
            hold(session, grid, f"某{role.value}", role)
        hold(session, grid, "后来", PostRole.FULL_TIME, since=LAST_DAY)
    with makers.eyes(city, person()) as session:
        card = grid_card(session, CODE)
        assert [one.role for one in card.staff] == [PostRole.FULL_TIME, *PostRole]
        assert [one.name for one in card.staff[:2]] == ["某full_time", "后来"]
        assert card.secretary_name == "某party_secretary"
        assert card.row.official == "某official_in_charge"
        assert all(one.phone == "138****0000" and one.person_id for one in card.staff)


def test_who_may_not_read_the_roster_sees_names_in_part_and_finds_nothing_by_them(city):
    with makers.everything(city) as session:
        grid = plant(session)
        hold(session, grid, "欧阳娜娜")
        hold(session, grid, "阿卜杜·热合曼", PostRole.PARTY_SECRETARY)
        hold(session, grid, "𠮷", PostRole.OFFICIAL_IN_CHARGE)
    with makers.eyes(city, person(Role.VIEWER)) as session:
        card = grid_card(session, CODE)
        assert (card.row.full_time, card.secretary_name, card.row.official) == ("欧阳**", "阿**", "*")
        assert [one.name for one in card.staff] == ["欧阳**", "阿**", "*"]
        assert [one.person_id for one in card.staff] == [None] * 3
        assert row_on(session) == card.row
        assert not card.row.missing  # that somebody holds the post is no secret
        for said in ("欧阳娜娜", "欧阳", "娜", "欧阳**", "*"):
            assert found_by(session, said) == [], said
        told = repr(card) + repr(find_grids(session, GridFilter()))
        for secret in ("娜", "卜", "热合曼", "𠮷", "13800000000"):
            assert secret not in told, secret
    with makers.eyes(city, person()) as session:
        card = grid_card(session, CODE)
        assert [one.name for one in card.staff] == ["欧阳娜娜", "阿卜杜·热合曼", "𠮷"]
        assert found_by(session, "娜") == [CODE]


def test_of_somebody_whom_another_center_keeps_the_name_alone_is_shown(city):
    """A post in two villages of a town: the town keeps the person, each village its post."""
    with makers.everything(city) as session:
        grids = plant(session), plant(session, OTHER_VILLAGE)
        shared = makers.person(TOWN, "孙二二")
        session.add(shared)
        session.flush()
        session.add_all(makers.post(grid, shared) for grid in grids)
        hold(session, grids[0], "钱一一", PostRole.ASSISTANT)
        key = shared.id
    village, town = (person(Role.CENTER_DIRECTOR, code) for code in (VILLAGE, TOWN))
    with makers.eyes(city, village) as session:
        there, own = grid_card(session, CODE).staff
        assert (there.name, there.phone, there.background, there.person_id) == ("孙二二", "", None, None)
        assert (own.name, own.phone, own.person_id is not None) == ("钱一一", "138****0000", True)
        assert found_by(session, "孙二二") == [CODE]  # and not the grid of the other village
    with makers.eyes(city, town) as session:
        there, _own = grid_card(session, CODE).staff
        assert (there.name, there.phone, there.person_id) == ("孙二二", "138****0000", key)
        assert found_by(session, "孙二二") == [CODE, f"{OTHER_VILLAGE}{SERIAL:03d}"]


def test_what_other_centers_keep_changes_nothing_in_a_village(city):
    """Names stand on the village's own posts; what is written about their holders elsewhere is not told."""
    with makers.everything(city) as session:
        grids = plant(session), plant(session, OTHER_VILLAGE)
        shared = makers.person(TOWN, "孙二二")
        session.add(shared)
        session.flush()
        session.add_all(makers.post(grid, shared) for grid in grids)
        key = shared.id
    days = (None, LAST_DAY, TODAY, TODAY + DAY)

    def told() -> list[str]:
        found = []
        for role in (Role.CENTER_DIRECTOR, Role.VIEWER):
            with makers.eyes(city, person(role, VILLAGE)) as session:
                for day in days:
                    found += [repr(grid_card(session, CODE, day)), repr(count_gaps(session, CITY, day))]
                    for text in ("", "孙二二", "改"):
                        found.append(repr(find_grids(session, GridFilter(text=text, day=day))))
        return found

    before = told()
    with makers.everything(city) as session:
        held = session.get_one(Person, key)
        held.name, held.phone, held.background = "改", None, None
        elsewhere = select(Grid.id).where(Grid.center_code == OTHER_VILLAGE)
        session.execute(
            update(Post).where(Post.grid_id.in_(elsewhere)).values(name="改", until=TODAY, since=LAST_DAY)
        )
        # A fact from elsewhere may name this village's grid; it is another center's all the same.
        session.add(
            Post(
                person_id=key, grid_id=grids[0].id, center_code=OTHER_VILLAGE, name="改",
                role=PostRole.OFFICIAL_IN_CHARGE, since=LAST_DAY,
            )
        )  # fmt: skip
    assert told() == before
    with makers.eyes(city, person(code=TOWN)) as session:  # the same change is seen from where it lies
        assert grid_card(session, CODE).row.official == "改"


def test_the_list_and_the_counts_of_all_gaps_agree_on_every_day(city):
    """Across the ends of posts in several grids of several centers."""
    with makers.everything(city) as session:
        for number, code in enumerate((VILLAGE, OTHER_VILLAGE, "739901001001")):
            grid = plant(session, code, list(GridSetting)[number])
            for kind in (PostRole.FULL_TIME, PostRole.OFFICIAL_IN_CHARGE, *PART_TIME_KINDS):
                hold(session, grid, "某某", kind, until=LAST_DAY + number * DAY)
    with makers.eyes(city, person()) as session:
        seen = set()
        for number in range(-1, 5):
            day = LAST_DAY + number * DAY
            counts = count_gaps(session, CITY, day)
            for gap in Gap:
                page = find_grids(session, GridFilter(center_code=CITY, gap=gap, day=day), page_size=9999)
                assert page.total == len(page.rows) == counts[gap], (gap, day)
                assert all(row.center_code.startswith(COUNTY) for row in page.rows)
            seen.add(tuple(counts.values()))
        assert len(seen) == 3  # as the two of this county lose theirs, a day apart
        assert count_gaps(session, "nowhere", LAST_DAY) == dict.fromkeys(Gap, 0)
