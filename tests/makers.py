"""Small builders for the tests' own city, and one function that builds all of it.

The codes stand at the edges on purpose: serials of 9 and 999, and a second root that sorts right
behind the first. Every name carries the code of its center, so that a test can see from any answer
whose rows it was made from. No number but a code begins with 73 or 74.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

import db.session
from db.models.account import Account, AccountArea, AccountState, AreaRelation, Role, SignInSession
from db.models.audit import AuditEntry, AuditHead
from db.models.boundary import CenterBoundary
from db.models.case import Case, CaseCategory, Source, Stage
from db.models.center import Center, Change, CodeChange, Level
from db.models.department import Department
from db.models.deployment import Deployment, DeploymentKind
from db.models.grid import Grid, GridColor, GridSetting, GridSize, PartyOrganization, Place
from db.models.indicator import Rework, Satisfied, Suspended, VariantVersion
from db.models.roster import PART_TIME_KINDS, Background, Person, Post, PostRole
from db.models.view import SavedView
from db.scope import EVERYTHING, Scope, ScopedSession
from lib.access.viewer import Viewer
from lib.sealing import sealed

MOMENT = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)  # 17:00 in Lanzhou
TODAY = date(2026, 6, 30)
CITY, OTHER_CITY = "7399", "7400"
COUNTIES = ("739901", "739902", "739999")
SERIALS = ("001", "002", "999")
COUNTY, TOWN, VILLAGE = "739902", "739902001", "739902001001"
LEVELS = {4: Level.CITY, 6: Level.COUNTY, 9: Level.TOWN, 12: Level.VILLAGE}
PARENT_LENGTH = {6: 4, 9: 6, 12: 9}

# One hash for every account of the tests: making or checking one as people have it costs a quarter of a
# second, so most accounts hold a quick one. A hash says itself how much work it is.
PASSWORD = "Lantern 过河 42 moons"
PASSWORD_HASH = "$2b$04$0srepO7Tt5iLnJOGS8tK1eWHQjBfZSoVcXXO5dywNbj4o5LUxbW5C"
FULL_PASSWORD_HASH = "$2b$12$tzlVz/lMkW8d5hpjGInjPuCp.FXrpratReldmL1ueC66eMAXOYngK"


def codes() -> list[str]:
    """Every center of both roots, parents first."""
    found = [CITY, OTHER_CITY, *COUNTIES, OTHER_CITY + "01"]
    towns = [county + serial for county in COUNTIES for serial in SERIALS] + [OTHER_CITY + "01001"]
    villages = [town + serial for town in towns[:-1] for serial in SERIALS] + [OTHER_CITY + "01001001"]
    return found + towns + villages


def related(code: str, relation: str) -> list[str]:
    """The centers that stand in this relation to `code`, for a county or a town."""
    every = codes()
    parent = code[: PARENT_LENGTH[len(code)]]
    siblings = [c for c in every if len(c) == len(code) and c != code and c.startswith(parent)]
    return {
        "own": [code],
        "child": [c for c in every if c.startswith(code) and c != code],
        "parent": [c for c in every if code.startswith(c) and c != code],
        "sibling": siblings,
        "cousin": [c for c in every if c.startswith(tuple(siblings)) and c not in siblings],
        "none": [c for c in every if c.startswith(OTHER_CITY)],
    }[relation]


RELATIONS = ("own", "child", "parent", "sibling", "cousin", "none")


def center(code: str, name: str = "") -> Center:
    parent = code[: PARENT_LENGTH[len(code)]] if len(code) > 4 else None
    return Center(
        code=code,
        name=name or f"中心{code}",
        level=LEVELS[len(code)],
        parent_code=parent,
        initials=f"zx{code}",
        director_name=f"主任{code}",
        phone=None,
    )


def department(center_code: str, kind: str = "housing") -> Department:
    return Department(center_code=center_code, kind=kind, name=f"局{center_code}", name_en=f"局{center_code}")


def category(center_code: str, code: str) -> CaseCategory:
    return CaseCategory(
        code=code, center_code=center_code, name=f"类{center_code}", name_en=f"类{center_code}"
    )


def grid(
    center_code: str,
    serial: int = 1,
    size: GridSize = GridSize.SMALL,
    setting: GridSetting | None = GridSetting.URBAN,
    color: GridColor = GridColor.BLUE,
) -> Grid:
    small = size is GridSize.SMALL
    setting = setting if small else None
    return Grid(
        code=f"{center_code}{serial:03d}" if small else center_code,
        center_code=center_code,
        name=f"网格{center_code}",
        size=size,
        setting=setting,
        place=Place.MARKET if setting is GridSetting.DEDICATED else None,
        households=serial,
        residents=2 * serial,
        party_organization=PartyOrganization.BRANCH,
        party_organization_name=f"支部{center_code}",
        color=color,
        color_reason=None if color is GridColor.BLUE else f"原因{center_code}",
        color_since=None if color is GridColor.BLUE else TODAY,
    )


def person(center_code: str, name: str = "", *, phone: str = "13800000000", **fixed: Any) -> Person:
    return Person(
        center_code=center_code,
        name=name or f"人员{center_code}",
        phone=sealed(phone) or None,
        background=fixed.pop("background", Background.HIRED),
        **fixed,
    )


def post(
    of: Grid | None,
    held_by: Person,
    role: PostRole = PostRole.FULL_TIME,
    since: date = TODAY,
    until: date | None = None,
) -> Post:
    """A post of somebody who is in the database already."""
    return Post(
        person_id=held_by.id,
        grid_id=of.id if of else None,
        center_code=of.center_code if of else held_by.center_code,
        role=role,
        name=held_by.name,
        since=since,
        until=until,
    )


def gridworker(session: ScopedSession, of: Grid, role: PostRole = PostRole.FULL_TIME, name: str = "") -> Post:
    """Somebody with a post in the grid, written to the database."""
    held_by = person(of.center_code, name)
    session.add(held_by)
    session.flush()
    made = post(of, held_by, role)
    session.add(made)
    session.flush()
    return made


def boundary(center_code: str, east: float = 100.0) -> CenterBoundary:
    """A little square."""
    ring = [[east, 36], [east + 0.01, 36], [east + 0.01, 36.01], [east, 36.01], [east, 36]]
    geometry = json.dumps({"type": "Polygon", "coordinates": [ring]})
    return CenterBoundary(center_code=center_code, geometry=geometry, imported_at=MOMENT)


def saved_view(
    account: Account, name: str = "", *, page: str = "analysis", shared: bool = False
) -> SavedView:
    return SavedView(
        center_code=account.center_code,
        account_id=account.id,
        page=page,
        name=name or f"视图{account.center_code}",
        address=f"center={account.center_code}&period=7d",
        shared=shared,
        created_at=MOMENT,
    )


def variant_version(version: int = 1, center_code: str = CITY, **chosen: object) -> VariantVersion:
    """What holds by itself, but for what is said."""
    usual = {
        "suspended": Suspended.LEAVES, "satisfied": Satisfied.SATISFIED, "rework": Rework.BY_CASE,
        "acceptance_hours": 24,
    }  # fmt: skip
    return VariantVersion(
        version=version, center_code=center_code, reason="文件", decided_by="某人", decided_at=MOMENT,
        **{**usual, **chosen},
    )  # fmt: skip


_numbers = itertools.count(1)


def case(
    center_code: str,
    category_code: str = "A1",
    *,
    grid_id: int | None = None,
    department_id: int | None = None,
    reported_at: datetime = MOMENT - timedelta(days=3),
    due_at: datetime | None = MOMENT + timedelta(days=2),
    closed_at: datetime | None = None,
    accepted_at: datetime | None = None,
    suspended: bool = False,
    rework_count: int = 0,
    returned_count: int = 0,
    rating: int | None = None,
    rated_at: datetime | None = None,
    source: Source = Source.HOTLINE,
    changed_at: datetime = MOMENT,
) -> Case:
    return Case(
        origin="tests",
        number=f"号{center_code}-{next(_numbers)}",
        center_code=center_code,
        grid_id=grid_id,
        category_code=category_code,
        source=source,
        department_id=department_id,
        stage=Stage.CLOSED if closed_at else Stage.REPORTED,
        title=f"事件{center_code}",
        detail=f"详情{center_code}",
        reported_at=reported_at,
        accepted_at=accepted_at,
        due_at=due_at,
        closed_at=closed_at,
        suspended=suspended,
        rework_count=rework_count,
        returned_count=returned_count,
        rating=rating,
        rated_at=(rated_at or MOMENT - timedelta(hours=1)) if rating else None,
        changed_at=changed_at,
    )


def random_case(chance: random.Random, center_code: str, category_code: str = "A1", **fixed: object) -> Case:
    """In any state that the database lets in, also an impossible one; around the edges of months.

    Some lie whole hours or days from the others, so that equal moments and the ends of bands occur.
    """
    step = chance.choice([1, 1, 60, 1440])

    def minutes(first: int, last: int) -> timedelta:
        return timedelta(minutes=chance.randrange(first, last) // step * step)

    reported = MOMENT - minutes(0, 100 * 1440)
    rating = chance.choice([None, 1, 2, 3, 4, 5])
    return case(
        center_code,
        category_code,
        reported_at=reported,
        due_at=reported + minutes(-60, 20 * 1440) if chance.random() < 0.9 else None,
        closed_at=reported + minutes(-60, 40 * 1440) if chance.random() < 0.6 else None,
        accepted_at=reported + minutes(-60, 5 * 1440) if chance.random() < 0.8 else None,
        suspended=chance.random() < 0.1,
        rework_count=chance.choice([0, 0, 0, 1, 2, 5]),
        returned_count=chance.choice([0, 0, 0, 1, 3]),
        rating=rating,
        rated_at=reported + minutes(0, 30 * 1440),
        source=chance.choice(list(Source)),
        **fixed,  # type: ignore[arg-type]
    )


def account(
    role: Role,
    center_code: str,
    *,
    username: str = "",
    department_id: int | None = None,
    state: AccountState = AccountState.ACTIVE,
    password_hash: str | None = PASSWORD_HASH,
    password_expires_at: datetime | None = None,
) -> Account:
    return Account(
        username=username or f"{role.value}.{center_code}",
        display_name=f"某人{center_code}",
        center_code=center_code,
        department_id=department_id,
        role=role,
        state=state,
        password_hash=password_hash,
        password_expires_at=password_expires_at,
        created_at=MOMENT,
    )


def area(account_id: int, center_code: str, relation: AreaRelation = AreaRelation.ACTING) -> AccountArea:
    return AccountArea(
        account_id=account_id,
        center_code=center_code,
        relation=relation,
        reason=f"文{center_code}",
        since=TODAY,
    )


def audit_entry(seq: int, center_code: str, event: str = "signed in") -> AuditEntry:
    """A row without a true seal, for tests of who sees it."""
    return AuditEntry(
        seq=seq, at=MOMENT, account_id=None, person=f"某人{center_code}", role="", center_code=center_code,
        address="192.0.2.1", session_mark="", request_mark="", event=event, subject=f"account {center_code}",
        before=None, after=None, result="done", previous="", seal="",
    )  # fmt: skip


def deployment(root_code: str = CITY, stands_at: datetime | None = MOMENT) -> Deployment:
    kind = DeploymentKind.DEMONSTRATION if stands_at else DeploymentKind.REAL
    return Deployment(id=1, kind=kind, root_code=root_code, stands_at=stands_at, created_at=MOMENT)


def viewer_for_role(
    role: Role,
    center_code: str,
    *,
    department_id: int | None = None,
    account_id: int | None = None,
    username: str = "",
) -> Viewer:
    """Somebody who has signed in, without an account behind unless one is named."""
    return Viewer(
        account_id=account_id,
        username=username or f"{role.value}.{center_code}",
        name=f"某人{center_code}",
        role=role,
        center_code=center_code,
        scope=Scope.of([center_code], department_id),
        department_id=department_id,
        session_mark="0" * 16,
        address="192.0.2.1",
        request_mark="0" * 16,
    )


def viewer_of_account(found: Account) -> Viewer:
    return viewer_for_role(
        found.role,
        found.center_code,
        department_id=found.department_id,
        account_id=found.id,
        username=found.username,
    )


@contextmanager
def everything(url: str) -> Iterator[ScopedSession]:
    """Sees all, commits at the end."""
    with db.session.unit_of_work(url, EVERYTHING) as session:
        yield session


@contextmanager
def eyes(url: str, viewer: Viewer) -> Iterator[ScopedSession]:
    """What a page reads with."""
    with db.session.reading(url, viewer.scope, viewer=viewer) as session:
        yield session


def plant_tree(session: ScopedSession, among: Sequence[str] = ()) -> None:
    for length in LEVELS:
        session.add_all(center(code) for code in among or codes() if len(code) == length)
        session.flush()


def plant_small(url: str) -> None:
    """The centers, a category, a grid in each village and the deployment: enough for most tests."""
    with everything(url) as session:
        plant_tree(session)
        session.add(category(CITY, "A1"))
        session.add_all(grid(code) for code in codes() if len(code) == 12)
        session.add(deployment())


def plant(url: str, seed: int = 1) -> None:
    """All of it: every kind of grid, staff, cases in every state, people of every role, history."""
    chance = random.Random(seed)
    with everything(url) as session:
        plant_tree(session)
        session.add_all([deployment(), variant_version()])
        # Codes of categories are the product's own words and say nothing about a place.
        session.add_all([category(CITY, "A1"), category(COUNTY, "B1"), category(OTHER_CITY, "C1")])
        departments = {code: department(code) for code in codes() if len(code) <= 9}
        session.add_all(departments.values())
        session.add_all(boundary(code, 100 + number / 50) for number, code in enumerate(codes()))
        session.flush()
        _plant_grids(session, chance, departments)
        _plant_people(session, departments)
        session.add(AuditHead(id=1, seq=len(codes()), seal=""))
        for number, code in enumerate(codes(), 1):
            session.add(audit_entry(number, code, chance.choice(["signed in", "refused", "area added"])))
            session.add(
                CodeChange(
                    changed_at=MOMENT, edition="2025", kind=Change.RENAMED, subject="center", old_code=code,
                    old_name=f"旧名{code}", new_code=code, new_name=f"中心{code}", center_code=code,
                )
            )  # fmt: skip


def plant_repeats(url: str) -> None:
    """Every fourth case repeats an earlier one, half of them one from far away."""
    with everything(url) as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        for number in range(3, len(cases), 4):
            cases[number].repeat_of_id = cases[number - 3 if number % 8 == 3 else number // 3].id


def _plant_grids(session: ScopedSession, chance: random.Random, departments: dict[str, Department]) -> None:
    grids = []
    for code in codes():
        if len(code) == 9:
            grids.append(grid(code, size=GridSize.LARGE))
        elif len(code) == 12:
            grids.append(grid(code, size=GridSize.MEDIUM))
            grids += [
                grid(code, serial, setting=setting, color=chance.choice(list(GridColor)))
                for serial, setting in enumerate(GridSetting, 1)
            ]
    session.add_all(grids)
    session.flush()
    for one in grids:
        if one.size is GridSize.SMALL and chance.random() < 0.8:
            gridworker(session, one)
        if one.setting is GridSetting.URBAN:
            for kind in PART_TIME_KINDS:
                if chance.random() < 0.8:
                    gridworker(session, one, kind)
        if one.size is GridSize.SMALL:
            gridworker(session, one, PostRole.PARTY_SECRETARY, f"书记{one.center_code}")
        if one.color is GridColor.RED:
            gridworker(session, one, PostRole.OFFICIAL_IN_CHARGE, f"干部{one.center_code}")
        near = departments.get(one.center_code[:6]) if chance.random() < 0.5 else None
        city = "C1" if one.center_code.startswith(OTHER_CITY) else "A1"
        session.add_all(
            random_case(
                chance, one.center_code, city, grid_id=one.id, department_id=near.id if near else None
            )
            for _n in range(2)
        )
    for town in codes():  # who works in two villages is kept by their town
        if len(town) == 9:
            near = [one for one in grids if one.size is GridSize.SMALL and one.center_code[:9] == town]
            held_by = person(town)
            session.add(held_by)
            session.flush()
            session.add_all(post(one, held_by, PostRole.ASSISTANT) for one in near[:4:3])
    for code in codes():  # and what lies at no village
        if len(code) < 12:
            city = "C1" if code.startswith(OTHER_CITY) else "A1"
            session.add(random_case(chance, code, city, department_id=departments[code].id))
    session.flush()


def _plant_people(session: ScopedSession, departments: dict[str, Department]) -> None:
    for code in codes():
        for role in Role if len(code) < 12 else (Role.DUTY_OFFICER,):
            given = departments[code].id if role is Role.DEPARTMENT_HANDLER else None
            session.add(account(role, code, department_id=given))
    session.flush()
    people = list(session.scalars(select(Account).order_by(Account.username)))
    for person in people:
        token_hash = hashlib.sha256(person.username.encode()).hexdigest()
        session.add(
            SignInSession(
                token_hash=token_hash, account_id=person.id, generation=1, created_at=MOMENT,
                seen_at=MOMENT, ended_at=None, address="192.0.2.1", browser="tests",
            )
        )  # fmt: skip
        if len(person.center_code) == 12 and person.center_code.startswith(CITY):
            # One more area near, and one that lies far from most who look at the account.
            session.add_all(area(person.id, far) for far in (f"{COUNTY}002001", "739999001999"))
    for person in people:
        if person.role in (Role.LEADER, Role.CENTER_DIRECTOR, Role.DUTY_OFFICER):
            session.add(saved_view(person, shared=person.role is not Role.LEADER))
    session.flush()
