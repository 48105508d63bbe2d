"""Who learns what about people: names in rankings, titles and logs, numbers by trying, money by two people,
what files and editors carry."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from db.models.account import Account, Role
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentState,
    Nomination,
    Objection,
    ObjectionState,
    PublishedRanking,
    Reward,
    SchemeState,
    SchemeVersion,
)
from db.models.audit import AuditEntry
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.reward import AllowanceLine, AwardKind, SheetState
from db.models.roster import Person, Post, PostRole, RosterChange
from db.scope import within
from lib import clock
from lib.access import unmasking
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.approvals.queries import waiting_for_me
from lib.assessment.commands import compute
from lib.assessment.objections.queries import objections
from lib.assessment.queries import ranking, unit_card, with_other_points
from lib.assessment.selection.queries import nominations, rewards
from lib.assessment.units.queries import own_units
from lib.errors import BadInput, NotAllowed
from lib.fields.field import Field
from lib.fields.words import id_check
from lib.registers.values import title_of
from lib.registers.world import Surroundings
from lib.reports.queries import monthly_notice
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.changes.queries import preview_lines
from lib.roster.exporting.commands import export_roster
from lib.roster.numbers import number_in
from lib.roster.people.commands import look_up_number, set_photo
from lib.roster.people.queries import person_card
from lib.roster.posts.commands import join
from lib.roster.queries import RosterFilter, find_lines
from lib.roster.rewards.awards.commands import give_award, withdraw_award
from lib.roster.rewards.commands import approve_sheet, make_sheet, set_allowance_rule, submit_sheet
from lib.roster.rewards.queries import sheet_card
from lib.roster.rewards.rules import USUAL, dump
from lib.schemes.commands import draft_scheme, move_draft
from lib.schemes.templates import Template, definition
from lib.sealing import sealed
from lib.ui.sheet_draft import Draft, Line, overlaid
from tests import makers, registering, rostering, scheduling
from tests.lib import asking
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
GRID = f"{VILLAGE}001"
PHONE = "13912345678"
CITIZEN = (FIRST := "99000019900307123") + id_check(FIRST)
EXPORT = "EX-20260630-7F3K9Q"
WORKERS = ("阿卜杜热合曼", "欧阳建国")


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(
            makers.account(role, code) for code in (CITY, COUNTY, TOWN) for role in Role
            if role is not Role.DEPARTMENT_HANDLER
        )  # fmt: skip
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def somebody(url: str, role: Role = Role.CENTER_DIRECTOR, code: str = TOWN) -> Viewer:
    with makers.everything(url) as session:
        found = select(Account).where(Account.role == role, Account.center_code == code)
        return makers.viewer_of_account(session.scalars(found).one())


def joined(url: str, name: str = "王小明", **more: object) -> None:
    with acting(somebody(url)) as session:
        join(session, {"name": name, "role": "其他力量", "grid": GRID, "since": "2026-01-01", **more})


def log(url: str) -> str:
    with makers.everything(url) as session:
        rows = session.scalars(select(AuditEntry)).all()
        return "\n".join(f"{one.event} {one.subject} {one.before} {one.after}" for one in rows)


# -- rankings of gridworkers


@pytest.fixture
def assessed(city: str) -> int:
    """A month of the county's gridworkers that is shown to everybody, with all that belongs to it."""
    with makers.everything(city) as session:
        grids = session.scalars(select(Grid).where(within(Grid.center_code, [TOWN])).order_by(Grid.id))
        for name, grid in zip(WORKERS, grids, strict=False):
            makers.gridworker(session, grid, PostRole.FULL_TIME, name).since = MAY
    leader = somebody(city, Role.LEADER, COUNTY)
    with acting(leader) as session:
        draft = draft_scheme(session, COUNTY, definition(Template.GRIDWORKERS), MAY)
        move_draft(session, draft, "propose", "试行", 1)
    with makers.everything(city) as session:
        row = session.get_one(SchemeVersion, draft)
        row.state, row.decided_by, row.decided_at = SchemeState.IN_FORCE, "某人", MOMENT
        scheme_id = row.scheme_id
    with acting(leader) as session:
        key = compute(session, scheme_id, MAY)
    with makers.everything(city) as session:
        row = session.get_one(Assessment, key)
        row.state = AssessmentState.OBJECTIONS
        units = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == key)).all()
        assert {one.name for one in units} == set(WORKERS)
        said = [[one.unit_key, one.name, "", None, None, 0, None, "", []] for one in units]
        session.add(
            PublishedRanking(
                assessment_id=key, center_code=COUNTY, places=json.dumps(said, ensure_ascii=False)
            )
        )
        for one in units:
            one.neighbors = json.dumps([[two.name, 1, "3"] for two in units if two is not one])
            session.add(
                Nomination(
                    assessment_id=key, center_code=one.center_code, unit_key=one.unit_key, reason="好",
                    nominated_by="某人", nominated_at=MOMENT,
                )
            )  # fmt: skip
            session.add(
                Reward(assessment_id=key, center_code=one.center_code, unit_key=one.unit_key, points=1,
                       cents=0, reason="第1名")
            )  # fmt: skip
            session.add(
                Objection(
                    assessment_id=key, center_code=one.center_code, unit_key=one.unit_key,
                    indicator="on_time", state=ObjectionState.OPEN, reason="有误", raised_by="某人",
                    raised_at=MOMENT,
                )
            )  # fmt: skip
    return key


def everything_told(url: str, viewer: Viewer, key: int) -> str:
    """All that a reader can ask of a month, as one text."""
    with makers.eyes(url, viewer) as session:
        units = own_units(session, key)
        found: list[object] = [
            ranking(session, key), units, nominations(session, key), rewards(session, key),
            objections(session, key), *(unit_card(session, key, one.key) for one in units),
        ]  # fmt: skip
        if session.scope.covers(COUNTY):
            found += [
                with_other_points(session, key, (("on_time", Decimal(40)),)),
                monthly_notice(session, key),
            ]
        return repr(found)


@pytest.mark.parametrize("code", [COUNTY, TOWN])
def test_who_does_not_read_the_roster_learns_no_name_from_a_ranking(
    city: str, assessed: int, code: str
) -> None:
    for role in (one for one, may in GRANTS.items() if Permission.READ_ASSESSMENT in may):
        told = everything_told(city, somebody(city, role, code), assessed)
        whole = Permission.READ_ROSTER in GRANTS[role]
        assert all((name in told) is whole for name in WORKERS), role
        assert whole or ("阿**" in told and "欧阳**" in told), role


# -- every question

NOBODYS_NAME = "令狐冲霄汉"
LOOKS = 25


def test_no_question_tells_a_whole_name_or_number_to_who_does_not_read_the_roster(database: str) -> None:
    """Whatever it is asked with. All people are called the same and have the same phone."""
    makers.plant(database)
    scheduling.plant_rounds(database)
    registering.plant_registers(database)
    rostering.plant_roster(database)
    with makers.everything(database) as session:
        for model in (Person, Post, AllowanceLine):
            session.execute(update(model).values(name=NOBODYS_NAME))
        session.execute(update(Person).values(phone=sealed(PHONE), citizen_id=sealed(CITIZEN)))
        session.execute(update(Post).values(note=f"原号{PHONE}").execution_options(synchronize_session=False))
        objects = asking.objects_of(session)
    masked = 0
    chance = random.Random(5)
    for role, may in GRANTS.items():
        viewer = objects.viewers.get((COUNTY, role))
        if viewer is None or Permission.READ_ROSTER in may:
            continue
        with makers.eyes(database, viewer) as session:
            for name, one in asking.declared().items():
                if one.changes or one.permission not in may:
                    continue
                for _n in range(LOOKS):
                    asked = asking.arguments_for(one.function, objects, [COUNTY, TOWN, VILLAGE], chance)
                    told = asking.answer(one.function, session, asked)
                    assert not [word for word in (NOBODYS_NAME, PHONE, CITIZEN) if word in told], (role, name)
                    masked += "令狐**" in told
    assert masked > LOOKS  # and they are told in part


# -- titles of registers


def test_a_title_tells_nobody_a_whole_name(city: str) -> None:
    """It is kept as it was made, whoever reads it then."""
    with makers.everything(city) as session:
        held = makers.person(VILLAGE, "欧阳建国")
        session.add(held)
        session.flush()
        key = held.id
    fields = (Field("f1", "person", "网格人员"), Field("f2", "text", "事由"))
    with makers.eyes(city, somebody(city)) as session:
        kept = {"f1": str(key), "f2": "拾金不昧"}
        from lib.registers.design import Design

        title = title_of(Design("奖惩", fields=fields, title=("f1", "f2")), kept, Surroundings(session))
    assert title == f"欧阳** #{key} · 拾金不昧"


# -- whose number it is


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (PHONE, PHONE),
        ("１３９-1234-5678", PHONE),
        ("+86 139 1234 5678", PHONE),
        (CITIZEN.lower(), CITIZEN),
        ("0931-8888888", "0931-8888888"),
        ("10012345678", "10012345678"),
        ("12345", ""),
        ("王小明", ""),
        (GRID, ""),
        (TOWN, ""),
        ("", ""),
    ],
)
def test_what_counts_as_a_whole_number(typed: str, number: str) -> None:
    assert number_in(typed) == number


def test_a_number_finds_its_person_once_it_is_recorded_that_somebody_asked(city: str) -> None:
    joined(city, phone=PHONE, citizen_id=CITIZEN)
    asker, other = somebody(city), somebody(city, Role.DUTY_OFFICER)

    def found(viewer: Viewer, text: str) -> int:
        with makers.eyes(city, viewer) as session:
            return find_lines(session, RosterFilter(TOWN, text=text)).total

    for number in (PHONE, CITIZEN):
        assert found(asker, number) == 0
        with acting(asker) as session:
            look_up_number(session, number)
        assert found(asker, number) == 1
        assert found(other, number) == 0
    told = log(city)
    assert told.count(unmasking.LOOKED_UP) == 2
    assert PHONE not in told
    assert CITIZEN not in told
    with acting(asker) as session:
        look_up_number(session, PHONE)  # again the same
    assert log(city).count(unmasking.LOOKED_UP) == 2


def test_nobody_guesses_a_masked_number_by_trying(city: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmasking, "MOST_LOOKED_UP", 5)
    asker = somebody(city)
    for n in range(5):
        with acting(asker) as session:
            look_up_number(session, f"1391234{n:04}")
    with pytest.raises(NotAllowed), acting(asker) as session:
        look_up_number(session, PHONE)
    with pytest.raises(BadInput), acting(asker) as session:
        look_up_number(session, "139123")
    for role in (Role.VIEWER, Role.SECURITY_AUDITOR):
        with pytest.raises(NotAllowed), acting(somebody(city, role)) as session:
            look_up_number(session, PHONE)


# -- numbers in notes, names in the log


def test_numbers_in_a_note_are_shown_in_part_and_kept_whole(city: str) -> None:
    joined(city, note=f"原号{PHONE}", employer=f"某公司{CITIZEN}")
    director = somebody(city)
    with makers.eyes(city, director) as session:
        [row] = find_lines(session, RosterFilter(TOWN)).rows
        told = repr((row, person_card(session, row.person_id or 0)))
        typed = {key: row.cells[key] for key in ("note", "employer", "phone", "citizen_id")}
        change = LineChange(row.post_id, typed | {"sex": "男"}, row.seen)
        told += repr(preview_lines(session, [change]))
    assert PHONE not in told
    assert CITIZEN not in told
    with acting(director) as session:
        save_lines(session, ChangeSetKind.EDITOR, "表", [change])
    with makers.everything(city) as session:
        assert session.scalars(select(Post.note)).one() == f"原号{PHONE}"
        assert session.scalars(select(Person.employer)).one() == f"某公司{CITIZEN}"


def test_the_log_names_nobody_whom_the_roster_names(city: str) -> None:
    """Whoever audits does not read the roster."""
    joined(city, "欧阳建国", phone=PHONE, citizen_id=CITIZEN)
    with acting(somebody(city)) as session:
        export_roster(session, RosterFilter(TOWN, text="欧阳建国"), EXPORT, "csv", "核对", "查找：欧阳建国")
    told = log(city)
    assert "exported" in told
    for word in ("建国", PHONE, CITIZEN):
        assert word not in told


# -- money by two people


def test_who_gave_the_money_does_not_approve_it(city: str) -> None:
    with makers.everything(city) as session:
        grid = session.scalars(select(Grid).where(Grid.code == GRID)).one()
        person = makers.gridworker(session, grid, PostRole.FULL_TIME, "张三").person_id
    keeper, director = somebody(city, Role.GRIDWORKER_MANAGER), somebody(city)
    county = somebody(city, Role.LEADER, COUNTY)
    with acting(county) as session:
        set_allowance_rule(session, COUNTY, json.loads(dump(USUAL)), MAY, "文1号")
    with acting(director) as session:
        award = give_award(session, person, TODAY, AwardKind.SUBSIDY, 0, 4_000_000, "慰问")
    with acting(keeper) as session:
        sheet = make_sheet(session, TOWN, JUNE)
        submit_sheet(session, sheet, 1)
    with acting(director) as session:
        withdraw_award(session, award)  # the sheet was counted with it

    with makers.eyes(city, director) as session:
        card = sheet_card(session, TOWN, JUNE)
        assert card is not None
        assert card.own
        assert waiting_for_me(session) == ()
    with pytest.raises(NotAllowed), acting(director) as session:
        approve_sheet(session, sheet, card.seen)
    with acting(county) as session:
        assert approve_sheet(session, sheet, card.seen) is SheetState.APPROVED


# -- files and editors


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_no_word_of_a_file_runs(city: str, ending: str) -> None:
    for n, sign in enumerate("=+-@＝＋－＠\t"):
        joined(city, f"{sign}HYPERLINK(1){n}", employer=f"{sign}1+1", note=f"{sign}cmd|' /C calc'!A0")
    with acting(somebody(city)) as session:
        made = export_roster(session, RosterFilter(TOWN), EXPORT, ending, "=1+1", "查找：=1+1")
    if ending == "csv":
        cells = [cell for line in made.decode("utf-8-sig").splitlines() for cell in line.split('","')]
        assert not [cell for cell in cells if cell.lstrip('"')[:1] in "=+-@＝＋－＠\t" and cell.strip('"')]
        return
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        text = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    assert "HYPERLINK(1)" in text
    assert "<f>" not in text
    assert "<f " not in text


def test_an_editor_changes_no_column_that_it_does_not_have(city: str) -> None:
    """What a browser says of columns that are fixed, of other rows, or of none is not heard."""
    lines = (Line(7, (1, 1), {"post": "7", "name": "甲"}),)
    forged = {
        "edited_rows": {
            "0": {"post": "8", "person_id": 9, "center_code": CITY, "id": 1, "name": "乙"},
            "9": {},
        },
        "added_rows": [{"post": "8", "key": 8, "name": "丙"}],
        "deleted_rows": [5, "0"],
    }
    draft = overlaid(Draft(lines), forged, ["post", "name"])
    assert [(one.key, one.seen) for one in draft.lines] == [(7, (1, 1)), (None, None)]
    joined(city)
    with makers.eyes(city, somebody(city)) as session:
        [row] = find_lines(session, RosterFilter(TOWN)).rows
        more = {
            "post": "8",
            "id": "1",
            "version": "9",
            "center_code": CITY,
            "born": "1990-01-01",
            "sex": "男",
        }
        [told] = preview_lines(session, [LineChange(row.post_id, more | {"sex": "男"}, row.seen)])
    assert [key for key, *_rest in told.changed] == ["sex"]


def test_lines_of_another_town_are_not_there(city: str) -> None:
    joined(city)
    stranger = makers.viewer_for_role(Role.CENTER_DIRECTOR, f"{COUNTY}002")
    with makers.everything(city) as session:
        post = session.scalars(select(Post)).one()
    for change in (
        LineChange(post.id, {"name": "乙"}, (1, 1)),
        LineChange(None, {"role": "其他力量", "grid": f"{COUNTY}002001001"}, person_id=post.person_id),
        LineChange(None, {"name": "乙", "role": "其他力量", "grid": GRID}),
        LineChange(None, {"name": "乙", "role": "调解员", "center": TOWN}),
    ):  # fmt: skip
        with pytest.raises(BadInput), acting(stranger) as session:
            save_lines(session, ChangeSetKind.EDITOR, "表", [change])
    with makers.everything(city) as session:
        assert session.scalar(select(func.count(Post.id))) == 1
        assert session.scalars(select(Person.name)).one() == "王小明"
        assert PHONE not in "".join(session.scalars(select(RosterChange.after)))


def test_a_photo_is_only_ever_a_small_picture_of_our_own(city: str) -> None:
    joined(city)
    with makers.everything(city) as session:
        person, seen = session.execute(select(Person.id, Person.version)).one()
    picture = io.BytesIO()
    Image.new("RGB", (600, 800), "blue").save(picture, "JPEG", comment=b"<script>alert(1)</script>")
    polyglot = picture.getvalue() + b"PK\x03\x04<script>alert(1)</script>"
    with acting(somebody(city)) as session:
        set_photo(session, person, seen, polyglot)
    with makers.everything(city) as session:
        kept = session.scalars(select(Person.photo)).one() or b""
        seen = session.scalars(select(Person.version)).one()
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.format, found.size) == ("JPEG", (240, 320))
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    heavy = io.BytesIO()  # a small file that would take half a gigabyte
    Image.new("RGB", (6_300, 6_300)).save(heavy, "PNG")
    gif = io.BytesIO()
    Image.new("RGB", (9, 9)).save(gif, "GIF")
    for content in (
        bomb.getvalue(),
        heavy.getvalue(),
        gif.getvalue(),
        b"<svg onload='x'/>",
        b"",
        b"\xff\xd8\xff",
        kept[:200],
    ):
        with pytest.raises(BadInput), acting(somebody(city)) as session:
            set_photo(session, person, seen, content)
