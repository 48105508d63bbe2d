import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import (
    Account,
    AccountArea,
    AuditEntry,
    Case,
    CaseCategory,
    Center,
    CodeChange,
    Department,
    Deployment,
    Grid,
    Person,
    Post,
)
from db.models.account import AccountState, AreaRelation, Role
from db.models.case import Source, Stage
from db.models.deployment import DeploymentKind
from db.models.grid import GridSetting, GridSize
from db.models.roster import PostRole
from lib.access.work import system, system_reading
from lib.cli.__main__ import main

LANZHOU = Path(__file__).parent.parent / "data" / "lanzhou_divisions.csv"
AT = datetime(2025, 5, 1, tzinfo=UTC)

COUNTIES = """code,name,level,parent_code,former_code
6201,兰州市,city,62,
620105,安宁区,county,6201,
620105001,培黎街道,town,620105,
620105001001,费家营社区,village,620105001,
620122,皋兰县,county,6201,
620122100,石洞镇,town,620122,
620122102,忠和镇,town,620122,
620122102200,崖川村委会,village,620122102,
620122102201,平岘村委会,village,620122102,
"""
MOVED = (
    COUNTIES.replace("620122102200,崖川", "620105100202,崖川")
    .replace("620122102201,平岘", "620105100204,平岘")
    .replace("620122102,忠和镇,town,620122", "620105100,忠和镇,town,620105")
    .replace("village,620122102", "village,620105100")
)
MERGED = (
    COUNTIES.replace("620122102200,崖川村委会,village,620122102,", "620105001200,崖川村,village,620105001,")
    .replace("620122102201,平岘村委会,village,620122102,\n", "")
    .replace("费家营社区,village,620105001,", "费家营社区,village,620105001,620122102201")
    .replace("620122102,忠和镇,town,620122,\n", "")
    .replace("培黎街道,town,620105,", "培黎街道,town,620105,620122102")
)


@pytest.fixture
def bring(tmp_path, database, capsys):
    """Imports a text or a file; answers the exit code and what it said."""

    def run(source, *options):
        path = source
        if isinstance(source, str):
            path = tmp_path / "edition.csv"
            path.write_text(source, encoding="utf-8")
        code = main(["import", "divisions", str(path), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def everything():
    with system_reading() as session:
        return {
            table: sorted(map(repr, session.execute(select(*model.__table__.columns)).all()))
            for table, model in (
                ("centers", Center), ("changes", CodeChange), ("audit", AuditEntry), ("grids", Grid),
                ("accounts", Account), ("areas", AccountArea), ("cases", Case), ("people", Person),
                ("posts", Post),
            )
        }  # fmt: skip


def person(username, center, role=Role.LEADER, department=None):
    return Account(
        username=username, display_name=username, center_code=center, role=role,
        department_id=department, state=AccountState.ACTIVE, created_at=AT,
    )  # fmt: skip


def small(code, center, name):
    return Grid(code=code, center_code=center, name=name, size=GridSize.SMALL, setting=GridSetting.RURAL)


def hang_things():
    """Something of every kind on 忠和镇 and its villages, and on the town that may take them."""
    with system() as session:
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code="6201", stands_at=None, created_at=AT)
        )
        session.add(CaseCategory(code="0101", center_code="6201", name="路灯", name_en="Street lights"))
        for town in ("620122102", "620105001"):
            session.add(Department(center_code=town, kind="housing", name=f"住建 {town}", name_en="Housing"))
            session.add(Grid(code=town, center_code=town, name=f"大网格 {town}", size=GridSize.LARGE))
        session.flush()
        housing = session.scalars(select(Department.id).where(Department.center_code == "620122102")).one()
        director = session.get_one(Center, "620122102")
        director.director_name, director.phone = "赵主任", "0931-1234567"
        session.add_all(
            [
                person("above", "6201"),
                person("town", "620122102"),
                person("handler", "620122102", Role.DEPARTMENT_HANDLER, housing),
                person("beside", "620105001"),
                small("620122102200001", "620122102200", "崖川1"),
                small("620122102201001", "620122102201", "平岘1"),
                small("620105001001001", "620105001001", "费家营1"),
            ]
        )
        session.flush()
        grid = session.scalars(select(Grid.id).where(Grid.code == "620122102201001")).one()
        above, beside = (
            session.scalars(select(Account.id).where(Account.username == name)).one()
            for name in ("above", "beside")
        )
        area = {"relation": AreaRelation.ACTING, "reason": "代管", "since": date(2025, 1, 1), "until": None}
        session.add(AccountArea(account_id=beside, center_code="620122102201", **area))
        session.add(AccountArea(account_id=above, center_code="620122102", **area))
        session.add(AccountArea(account_id=above, center_code="620105001", **area))
        worker = Person(center_code="620122102201", name="钱网格员")
        session.add(worker)
        session.flush()
        session.add(
            Post(
                person_id=worker.id,
                grid_id=grid,
                center_code="620122102201",
                role=PostRole.FULL_TIME,
                name="钱网格员",
                since=date(2025, 1, 1),
            )
        )
        session.add(
            Case(
                origin="here", number="1", center_code="620122102201", grid_id=grid, category_code="0101",
                source=Source.PATROL, department_id=housing, stage=Stage.REPORTED, title="灯不亮",
                reported_at=AT, changed_at=AT,
            )
        )  # fmt: skip


def read(model, **values):
    with system_reading() as session:
        question = select(model)
        for name, value in values.items():
            question = question.where(getattr(model, name) == value)
        return session.scalars(question).one()


def test_the_real_list_is_imported_once(bring):
    code, answer = bring(LANZHOU)
    assert code == 0
    assert (answer["rows"], answer["added"], answer["unchanged"]) == (1304, 1303, 0)
    assert read(Center, code="620102").initials == "cgq"
    before = everything()
    code, again = bring(LANZHOU)
    assert code == 0
    assert again["added"] == again["renamed"] == again["moved"] == again["merged"] == again["ended"] == 0
    assert again["unchanged"] == 1303
    assert everything() == before
    assert len(before["audit"]) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(bring):
    _code, dry = bring(COUNTIES, "--dry-run")
    assert everything()["centers"] == everything()["audit"] == []
    _code, wet = bring(COUNTIES)
    assert dry | {"dry_run": False} == wet


def test_a_refused_file_leaves_nothing(bring):
    code, answer = bring(COUNTIES + "620122102202,,village,620122102,\n")
    assert code == 1
    assert [(p["row"], p["field"]) for p in answer["problems"]] == [(11, "name")]
    assert everything()["centers"] == []


def test_a_renamed_unit_keeps_its_code_and_its_old_name_is_remembered(bring):
    bring(COUNTIES)
    _code, answer = bring(COUNTIES.replace("石洞镇", "石洞街道"))
    assert (answer["renamed"], answer["unchanged"]) == (1, 8)
    assert (read(Center, code="620122100").name, read(Center, code="620122100").initials) == (
        "石洞街道",
        "sdjd",
    )
    change = read(CodeChange)
    assert (change.old_name, change.new_name, change.center_code) == ("石洞镇", "石洞街道", "620122100")


def test_a_town_that_moves_takes_everything_along(bring):
    bring(COUNTIES)
    hang_things()
    code, answer = bring(MOVED)
    assert code == 0, answer
    assert (answer["moved"], answer["merged"], answer["ended"]) == (3, 0, 0)

    old, new = read(Center, code="620122102"), read(Center, code="620105100")
    assert (old.name, old.successor_code, old.ended_on is not None) == ("忠和镇", "620105100", True)
    assert (new.parent_code, new.ended_on, new.director_name, new.phone) == (
        "620105", None, "赵主任", "0931-1234567",
    )  # fmt: skip
    case = read(Case)
    assert case.center_code == "620105100204"
    assert case.changed_at > AT  # whoever copies cases sees it anew
    grid = read(Grid, name="平岘1")
    assert (grid.code, grid.center_code, grid.id, grid.version) == (
        "620105100204001", "620105100204", case.grid_id, 2,
    )  # fmt: skip
    assert read(Grid, name="大网格 620122102").code == "620105100"
    assert read(Post).center_code == read(Person).center_code == "620105100204"
    assert read(Department, name="住建 620122102").center_code == "620105100"
    assert {n: read(Account, username=n).generation for n in ("above", "town", "handler", "beside")} == {
        "above": 2,  # has an area there
        "town": 2,
        "handler": 2,
        "beside": 2,  # has an area there
    }
    assert read(Account, username="town").center_code == "620105100"
    with system_reading() as session:
        assert session.scalar(select(func.count()).where(CodeChange.subject == "grid")) == 3
        assert session.scalar(select(func.count(AuditEntry.seq))) == 2

    before = everything()
    _code, again = bring(MOVED)
    assert again["unchanged"] == 9
    assert everything() == before


def test_who_has_nothing_to_do_with_it_stays_signed_in(bring):
    bring(COUNTIES)
    hang_things()
    with system() as session:
        session.add(person("elsewhere", "620122100"))
    bring(MOVED)
    assert read(Account, username="elsewhere").generation == 1


def test_there_and_back_again(bring):
    bring(COUNTIES)
    hang_things()
    bring(MOVED)
    _code, answer = bring(COUNTIES)
    assert answer["moved"] == 3
    assert read(Case).center_code == "620122102201"
    assert read(Grid, name="平岘1").code == "620122102201001"
    back = read(Center, code="620122102")
    assert (back.ended_on, back.successor_code) == (None, None)
    assert read(Center, code="620105100").successor_code == "620122102"


def test_units_that_merge(bring):
    bring(COUNTIES)
    hang_things()
    code, answer = bring(MERGED)
    assert code == 0, answer
    assert sorted((c["kind"], c["old_code"], c["new_code"]) for c in answer["changes"]) == [
        ("merged", "620122102", "620105001"),
        ("merged", "620122102201", "620105001001"),
        ("moved", "620122102200", "620105001200"),
    ]
    assert read(Grid, name="费家营1").code == "620105001001001"
    assert read(Grid, name="平岘1").code == "620105001001002"  # the serial was taken
    assert read(Grid, name="大网格 620105001").code == "620105001"
    assert read(Grid, name="大网格 620122102").code == "62010500102"
    # Two housing departments in one town became one, and so did the two areas of one person.
    housing = read(Department, kind="housing")
    assert housing.name == "住建 620105001"
    assert read(Case).department_id == read(Account, username="handler").department_id == housing.id
    above = read(Account, username="above")
    assert read(AccountArea, account_id=above.id).center_code == "620105001"
    before = everything()
    _code, again = bring(MERGED)
    assert (again["merged"], again["unchanged"]) == (0, 7)
    assert everything() == before


def test_codes_that_change_places(bring):
    """Rows must wait somewhere; afterwards no trace of that is left."""
    bring(COUNTIES)
    hang_things()
    swapped = COUNTIES.replace(
        "620122102200,崖川村委会,village,620122102,", "620122102200,平岘村委会,village,620122102,620122102201"
    ).replace(
        "620122102201,平岘村委会,village,620122102,\n",
        "620122102201,崖川村委会,village,620122102,620122102200\n",
    )
    code, answer = bring(swapped)
    assert code == 0, answer
    assert answer["moved"] == 2
    assert read(Case).center_code == "620122102200"
    assert read(Grid, name="平岘1").code == "620122102200001"
    assert read(Grid, name="崖川1").code == "620122102201001"
    with system_reading() as session:
        assert session.get(Center, "0000") is None
    before = everything()
    bring(swapped)
    assert everything() == before


def test_what_nothing_hangs_on_ends(bring):
    bring(COUNTIES)
    _code, answer = bring(COUNTIES.replace("620122100,石洞镇,town,620122,\n", ""))
    assert answer["ended"] == 1
    center = read(Center, code="620122100")
    assert (center.ended_on is not None, center.successor_code) == (True, None)
    assert read(CodeChange).center_code == "620122"


def test_what_something_hangs_on_needs_a_successor(bring):
    bring(COUNTIES)
    hang_things()
    before = everything()
    gone = COUNTIES.replace("620122102201,平岘村委会,village,620122102,\n", "")
    code, answer = bring(gone)
    assert code == 1
    (problem,) = answer["problems"]
    assert problem["value"] == "620122102201"
    assert "former_code" in problem["sentence"]
    assert everything() == before
    code, _answer = bring(
        gone.replace("崖川村委会,village,620122102,", "崖川村委会,village,620122102,620122102201")
    )
    assert code == 0
    assert read(Case).center_code == "620122102200"


def test_a_former_code_that_never_was(bring):
    bring(COUNTIES)
    code, answer = bring(COUNTIES + "620122102209,新村,village,620122102,620122102299\n")
    assert code == 1
    assert [(p["row"], p["value"]) for p in answer["problems"]] == [(11, "620122102299")]


def test_one_county_alone_touches_no_other(bring):
    bring(COUNTIES)
    rows = list(csv.reader(io.StringIO(COUNTIES)))
    county = "\n".join(",".join(r) for r in rows if r[0] == "code" or r[0].startswith("620105"))
    _code, answer = bring(county)
    assert (answer["unchanged"], answer["ended"]) == (3, 0)
    _code, answer = bring(county + "\n620105100,忠和镇,town,620105,620122102\n")
    assert answer["moved"] == 1
    assert answer["ended"] == 2  # its villages, on which nothing hangs


def test_a_county_takes_its_own_part_of_the_citys_list(bring):
    bring("code,name,level\n620122,皋兰县,county\n620122100,石洞镇,town\n")
    with system() as session:
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code="620122", stands_at=None, created_at=AT)
        )
    _code, answer = bring(COUNTIES)
    assert (answer["added"], answer["unchanged"], answer["outside"]) == (3, 2, 4)
    assert read(Center, code="620122").parent_code is None


def test_the_root_itself_gets_another_code(bring):
    bring("code,name,level\n620122,皋兰县,county\n620122100,石洞镇,town\n")
    with system() as session:
        session.add(
            Deployment(id=1, kind=DeploymentKind.REAL, root_code="620122", stands_at=None, created_at=AT)
        )
        session.add(person("town", "620122100"))
    _code, answer = bring(
        "code,name,level,former_code\n620107,皋兰区,county,620122\n620107100,石洞镇,town,\n"
    )
    assert answer["moved"] == 2
    assert read(Deployment).root_code == "620107"
    assert read(Account).center_code == "620107100"


def test_an_invented_unit_is_no_mistake_of_the_list(bring):
    bring(COUNTIES)
    with system() as session:
        session.add(
            Center(
                code="620122102190", name="示范社区", level="village", parent_code="620122102",
                initials="sfsq", invented=True,
            )
        )  # fmt: skip
    _code, answer = bring(COUNTIES)
    assert (answer["ended"], answer["unchanged"]) == (0, 10)
    bring(MOVED)
    assert read(Center, code="620122102190").successor_code == "620105100190"
    assert read(Center, code="620105100190").invented
