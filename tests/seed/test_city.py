"""What stands in the demonstration beside its figures: codes, names, staff, colors, accounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest
from sqlalchemy import func, select

from db.models.account import Account, AccountArea, AccountState, DemonstrationPassword, Role
from db.models.center import Center, Level
from db.models.department import Department
from db.models.grid import Grid, GridColor, GridSetting, GridSize
from db.models.roster import PART_TIME_KINDS, Background, Person, Post, PostRole, Sex
from lib.access.work import system_reading
from lib.grids.codes import problem_with
from lib.grids.coverage import standing
from lib.roster.changes.writing import home_of
from lib.roster.fields import CENTER_ROLES
from lib.sealing import MARK, opened
from seed.city import Unit, units
from seed.grids import numeral
from seed.people import check_character

TODAY = date(2026, 6, 30)


@pytest.fixture
def session(filled):
    with system_reading() as session:
        yield session


def holders(session, *roles):
    """How many hold one of these roles today, by grid."""
    question = select(Post.grid_id, func.count()).where(
        Post.role.in_(roles), Post.covers_id.is_(None), standing(TODAY)
    )
    return dict(session.execute(question.group_by(Post.grid_id)).all())


def test_divisions_are_real_but_for_five_that_say_so(session):
    invented = session.scalars(select(Center).where(Center.invented)).all()
    assert len(invented) == 5
    assert all(center.name.endswith("社区（虚构）") and center.level is Level.VILLAGE for center in invented)
    codes = set(session.scalars(select(Center.code)))
    assert not codes & {"620102402", "620102403"}
    assert session.get(Center, "620102001").name == "酒泉路街道"
    for center in session.scalars(select(Center)):
        assert center.parent_code is None or center.parent_code in codes
        assert center.director_name
        assert center.phone.startswith("0931-0")
        assert center.initials.isascii()


@pytest.mark.parametrize(
    ("code", "name", "short", "urban"),
    [
        ("620102001001", "畅家巷社区居委会", "畅家巷社区", True),
        ("620103003003", "健康路社区居民委员会", "健康路社区", True),
        ("620121103001", "屯沟湾居委会", "屯沟湾社区", True),
        ("620105004001", "桥头社区委会", "桥头社区", True),
        ("620102400401", "高新区南面滩社区", "高新区南面滩社区", True),
        ("620102024201", "白道坪村村民委员会", "白道坪村", False),
        ("620103102204", "蒋家坪村民委员会", "蒋家坪村", False),
        ("620102003190", "示范新城社区（虚构）", "示范新城社区", True),
    ],
)
def test_units_are_called_as_people_say(code, name, short, urban):
    unit = Unit(code, name, Level.VILLAGE, False)
    assert (unit.short, unit.urban, unit.parent_code) == (short, urban, code[:9])


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (42, "四十二")]
)
def test_numerals(number, word):
    assert numeral(number) == word


def test_grid_codes_follow_the_rule(session):
    urban = {unit.code: unit.urban for unit in units()}
    secretaries = holders(session, PostRole.PARTY_SECRETARY)
    serials = defaultdict(list)
    for grid in session.scalars(select(Grid)):
        assert problem_with(grid.code, grid.center_code, grid.size) is None
        if grid.size is not GridSize.SMALL:
            assert grid.code == grid.center_code
            assert len(grid.code) == (9 if grid.size is GridSize.LARGE else 12)
            continue
        assert len(grid.code) == 15
        assert grid.code[:12] == grid.center_code
        serials[grid.center_code].append(int(grid.code[12:]))
        if grid.setting is not GridSetting.DEDICATED:
            assert urban[grid.center_code] == (grid.setting is GridSetting.URBAN)
            assert 300 <= grid.households <= 500
        assert (grid.place is not None) == (grid.setting is GridSetting.DEDICATED)
        assert grid.party_organization
        assert grid.party_organization_name
        assert secretaries[grid.id] == 1
    assert len(serials) == 1180
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in serials.values())


def test_names_are_unique_within_a_village(session):
    doubles = session.execute(
        select(Grid.center_code, Grid.name).group_by(Grid.center_code, Grid.name).having(func.count() > 1)
    ).all()
    assert doubles == []


def test_colors_have_a_card_and_mostly_somebody_in_charge(session):
    colored = session.scalars(select(Grid).where(Grid.color != GridColor.BLUE)).all()
    assert Counter(grid.color for grid in colored) == {GridColor.RED: 113, GridColor.YELLOW: 450}
    assert all(grid.color_reason and grid.color_since and grid.size is GridSize.SMALL for grid in colored)
    officials = holders(session, PostRole.OFFICIAL_IN_CHARGE)
    assert set(officials) <= {grid.id for grid in colored}
    assert max(officials.values()) == 1
    assert 0 < sum(grid.id not in officials for grid in colored) < 80


def test_staff_is_the_published_one(session):
    backgrounds = session.execute(
        select(Grid.setting, Person.background, func.count())
        .join(Post, Post.person_id == Person.id)
        .join(Grid, Grid.id == Post.grid_id)
        .where(Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None), standing(TODAY))
        .group_by(Grid.setting, Person.background)
    ).all()
    assert {(setting, background): count for setting, background, count in backgrounds} == {
        (GridSetting.URBAN, Background.COMMUNITY_WORKER): 2624,
        (GridSetting.URBAN, Background.HIRED): 321,
        (GridSetting.RURAL, Background.VILLAGER_GROUP_HEAD): 3745,
        (GridSetting.RURAL, Background.HIRED): 78,
        (GridSetting.DEDICATED, Background.HIRED): 739,
    }
    kinds = holders(session, *PART_TIME_KINDS)
    lacking = sum(count < 4 for count in kinds.values())
    assert 0.09 < lacking / 2945 < 0.15
    staff = session.scalars(select(Person).where(Person.citizen_id.is_not(None))).all()
    assert len(staff) > 7507
    for worker in staff:
        number = opened(worker.citizen_id)
        assert number[17] == check_character(number[:17])
        assert number.startswith("99")
        assert worker.born == date.fromisoformat(number[6:14])
        assert worker.sex is (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)
        assert worker.phone is None or opened(worker.phone).startswith("1003")


def test_numbers_that_name_a_person_lie_sealed(session):
    for person in session.scalars(select(Person)):
        assert (person.citizen_id or MARK).startswith(MARK)
        assert (person.phone or MARK).startswith(MARK)


def test_everybody_holds_posts_and_each_lies_where_its_grid_does(session):
    held = session.execute(
        select(Post, Person, Grid)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(Grid, Grid.id == Post.grid_id)
    ).all()
    assert len(held) == session.scalar(select(func.count(Post.id)))
    lie_in = defaultdict(list)
    for post, person, grid in held:
        assert post.name == person.name
        assert (grid is None) == (post.role in CENTER_ROLES)
        assert grid is None or post.center_code == grid.center_code
        lie_in[person.id].append(post)
    people = session.scalars(select(Person)).all()
    assert {person.id for person in people} == set(lie_in)
    for person in people:
        assert person.center_code == home_of(lie_in[person.id], TODAY)


def test_every_role_occurs_and_nobody_has_a_password(session):
    accounts = session.scalars(select(Account)).all()
    assert {account.role for account in accounts} == set(Role)
    assert all(account.password_hash is None for account in accounts)
    assert all(account.username.isascii() for account in accounts)
    counties = defaultdict(set)
    for account in accounts:
        if len(account.center_code) == 6:
            counties[account.center_code].add(account.role)
    assert len(counties) == 9
    assert all(roles == set(Role) for roles in counties.values())


def test_nine_accounts_are_shown(session):
    shown = session.execute(
        select(DemonstrationPassword, Account)
        .join(Account, Account.id == DemonstrationPassword.account_id)
        .order_by(DemonstrationPassword.position)
    ).all()
    assert [row.position for row, _ in shown] == list(range(9))
    assert all(row.password is None for row, _ in shown)
    assert {account.role for _, account in shown} == set(Role)
    active = session.scalars(select(Account.id).where(Account.state == AccountState.ACTIVE)).all()
    assert set(active) == {account.id for _, account in shown}
    handler = next(account for _, account in shown if account.role is Role.DEPARTMENT_HANDLER)
    assert session.get(Department, handler.department_id).kind == "housing"
    director = next(account for _, account in shown if len(account.center_code) == 9)
    area = session.scalars(select(AccountArea).where(AccountArea.account_id == director.id)).one()
    assert (director.role, area.center_code) == (Role.CENTER_DIRECTOR, "620102002")


def test_areas_lie_beside_and_not_within(session):
    for area, account in session.execute(
        select(AccountArea, Account).join(Account, Account.id == AccountArea.account_id)
    ):
        assert not area.center_code.startswith(account.center_code)
