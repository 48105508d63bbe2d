"""What registers keep back stays back on every way, and whose work an entry is does not decide on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.publication import Publication
from db.models.register import ChangeSetKind, Entry
from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.approvals.queries import preview_of, waiting_for_me
from lib.approvals.waiting import Kind
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.fields.field import Choice, Field
from lib.lists.access.commands import set_gate_rule
from lib.registers.attachments.commands import add_attachment
from lib.registers.changes.commands import move_all, save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import change_sets_of, preview_changes
from lib.registers.checks import checked
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import By as Turn
from lib.registers.design import Design, Move, Publishing, Rule, Stage, StageKind
from lib.registers.entries.address import parameters, said_filters
from lib.registers.entries.commands import edit_entry, make_entry, move_entry
from lib.registers.entries.finding import Filter, How
from lib.registers.entries.queries import entry_card, find_entries
from lib.registers.figures.commands import make_figure
from lib.registers.figures.definition import Counts, Definition
from lib.registers.figures.queries import all_figures, count_entries
from lib.registers.publishing.commands import propose_edition
from lib.registers.publishing.queries import edition_card
from lib.registers.templates import TEMPLATES
from lib.registers.templates.service_list import NAME, SERVICE_LIST
from tests import makers, registering
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE
from tests.registering import PICTURE, TEXT

DIRECTOR, LEADER, DUTY, HANDLER, ADMINISTRATOR = (
    Role.CENTER_DIRECTOR, Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER, Role.SYSTEM_ADMINISTRATOR,
)  # fmt: skip
ABOVE = ("city", "county")


@pytest.fixture
def city(database) -> Iterator[str]:
    makers.plant_small(database)
    with makers.everything(database) as session:
        departments = [makers.department(COUNTY), makers.department(COUNTY, "water")]
        session.add_all(departments)
        session.flush()
        for code in (COUNTY, TOWN, VILLAGE):
            session.add_all(makers.account(role, code) for role in (DIRECTOR, LEADER, DUTY, ADMINISTRATOR))
        session.add_all(
            makers.account(HANDLER, COUNTY, username=f"handler.{one.kind}", department_id=one.id)
            for one in departments
        )
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(url: str, code: str, role: Role, nth: int = 0) -> Viewer:
    with makers.everything(url) as session:
        found = session.scalars(
            select(Account).where(Account.center_code == code, Account.role == role).order_by(Account.id)
        ).all()
        return makers.viewer_of_account(found[nth])


def in_use(viewer: Viewer, design: Design, template: str = "") -> int:
    with acting(viewer) as session:
        key = make_register(session, viewer.center_code, design, template)
        use_draft(session, key, 1)
    return key


def redesigned(viewer: Viewer, key: int, design: Design) -> None:
    with acting(viewer) as session:
        use_draft(session, key, save_draft(session, key, design, None))


def of(*fields: Field, **more: object) -> Design:
    return Design("台账", fields=fields, **more)  # type: ignore[arg-type]


HIDDEN = Field("f2", "number", "核定数", seen_by=ABOVE)
OPEN = Field("f1", "number", "申报数")


@pytest.mark.parametrize(
    "design",
    [
        of(OPEN, HIDDEN, Field("f3", "formula", "抄", formula="[核定数]")),
        of(OPEN, HIDDEN, Field("f3", "formula", "抄", formula="[核定数]", seen_by=("town", "county"))),
        of(OPEN, HIDDEN, Field("f3", "formula", "有无", formula='如果(空([核定数]), "无", "有")')),
        of(OPEN, Field("f2", "phone", "电话"), Field("f3", "formula", "抄", formula="[电话]")),
        of(OPEN, Field("f2", "text", "名", masked=True), Field("f3", "formula", "抄", formula='[名]+"。"')),
        of(OPEN, Field("f2", "text", "内", exported=False), Field("f3", "formula", "抄", formula="[内]")),
        of(OPEN, HIDDEN, rules=(Rule("[申报数]≤[核定数]", "多了。"),)),
        of(
            OPEN, HIDDEN, Field("f3", "formula", "倍", formula="[申报数]×2"),
            rules=(Rule("[倍]≤[核定数]", "多了。"),),
        ),
        of(OPEN, replace(HIDDEN, seen_by=(), masked=True), rules=(Rule("[申报数]≤[核定数]", "多了。"),)),
        of(
            OPEN, HIDDEN, stages=(Stage("a", "甲", editable=True), Stage("b", "乙")),
            moves=(
                Move("go", "走", sources=("a",), target="b", needs="[申报数]=[核定数]", needs_words="不"),
            ),
        ),
    ],
)  # fmt: skip
def test_a_design_whose_expressions_would_tell_is_refused(design):
    with pytest.raises(BadInput, match=r"核定数|电话|名|内"):
        checked(design)


@pytest.mark.parametrize(
    "design",
    [
        of(OPEN, HIDDEN, Field("f3", "formula", "抄", formula="[核定数]", seen_by=("county",))),
        of(OPEN, Field("f2", "phone", "电话"), Field("f3", "formula", "抄", formula="[电话]", masked=True)),
        of(
            OPEN, Field("f2", "phone", "电话"),
            Field("f3", "formula", "有无", formula='如果(空([电话]), "无", "有")'),
        ),
        of(OPEN, HIDDEN, rules=(Rule("[核定数]≥0", "不能为负。"),)),
        of(replace(OPEN, edited_by=ABOVE), HIDDEN, rules=(Rule("[申报数]≤[核定数]", "多了。"),)),
        of(OPEN, Field("f2", "phone", "电话"), rules=(Rule("空([申报数]) 或 非 空([电话])", "请填。"),)),
        *TEMPLATES.values(),
    ],
)  # fmt: skip
def test_a_design_whose_expressions_tell_nothing_is_taken(design):
    linked = (replace(one, links_to=1) if one.kind == "link" else one for one in design.fields)
    assert checked(replace(design, fields=tuple(linked)))


@pytest.mark.parametrize("key", ["f01", "f0", "f１", "f10000"])
def test_two_keys_of_fields_are_never_one_number(key):
    with pytest.raises(BadInput):
        checked(of(OPEN, Field(key, "text", "影")))


def test_a_title_goes_when_its_field_is_kept_back(city):
    director, village = person(city, COUNTY, DIRECTOR), person(city, VILLAGE, DUTY)
    first = of(Field("f1", "text", "姓名"), Field("f2", "text", "事项"))
    key = in_use(director, first)
    with acting(village) as session:
        entry = make_entry(session, key, VILLAGE, {"f1": "某某某", "f2": "走访"})
    redesigned(
        director, key, replace(first, fields=(replace(first.fields[0], seen_by=ABOVE), first.fields[1]))
    )
    with reading(village) as session:
        assert entry_card(session, entry).row.title == "走访"
        assert find_entries(session, key, search="某某").total == 0


def test_a_figure_does_not_go_on_counting_what_is_kept_back(city):
    director = person(city, COUNTY, DIRECTOR)
    first = of(Field("f1", "number", "金额"), Field("f2", "text", "事项"))
    key = in_use(director, first)
    with acting(director) as session:
        make_entry(session, key, COUNTY, {"f1": "7"})
        name = make_figure(session, key, Definition("总额", counts=Counts.SUM, field="f1"))
    figure = int(name.rpartition(".")[2])
    with reading(director) as session:
        counted = count_entries(session, figure, COUNTY, TODAY, TODAY, MOMENT)
        assert counted[0].numerator == 70_000
    redesigned(director, key, replace(first, fields=(replace(first.fields[0], masked=True), first.fields[1])))
    with reading(director) as session, pytest.raises(BadInput, match="总额"):
        count_entries(session, figure, COUNTY, TODAY, TODAY, MOMENT)


def test_the_figures_of_a_register_that_one_does_not_read_are_not_listed(city):
    director = person(city, COUNTY, DIRECTOR)
    key = in_use(director, of(OPEN, read_by=("county",), filled_by=("county",)))
    with acting(director) as session:
        make_figure(session, key, Definition("密级条数"))
    with reading(director) as session:
        assert [one.definition.name for one in all_figures(session)] == ["密级条数"]
    with reading(person(city, TOWN, LEADER)) as session:
        assert all_figures(session) == ()


def test_a_link_tells_nothing_of_a_register_that_one_does_not_read(city):
    director, village = person(city, COUNTY, DIRECTOR), person(city, VILLAGE, DUTY)
    secret = in_use(
        director, replace(of(Field("f1", "text", "举报人")), name="举报", read_by=("county",))
    )  # fmt: skip
    key = in_use(director, of(Field("f1", "text", "事项"), Field("f2", "link", "线索", links_to=secret)))
    with acting(director) as session:
        named = make_entry(session, secret, VILLAGE, {"f1": "张三"})
        with_link = make_entry(session, key, VILLAGE, {"f1": "查", "f2": "张三"})
    with reading(director) as session:
        assert "张三" in entry_card(session, with_link).row.cells["f2"]
    with reading(village) as session:
        card = entry_card(session, with_link)
        assert "张三" not in json.dumps(card.row.cells, ensure_ascii=False)
        for said in ("张三", "#1"):
            (row,) = preview_changes(session, key, [RowChange(None, {"f1": "试", "f2": said})])
            assert row.problems, said
            with pytest.raises(BadInput):
                find_entries(session, key, filters=(Filter("f2", How.IS, said),))
        version = card.row.version
    with acting(village) as session:  # what is named stays named when it comes back as it was shown
        edit_entry(session, with_link, {"f1": "改", "f2": card.row.cells["f2"]}, version)
    with makers.everything(city) as session:
        assert json.loads(session.get_one(Entry, with_link).content)["f2"] == f"{named}"


def test_who_does_not_read_the_roster_does_not_ask_it_through_a_register(city):
    director, handler = person(city, COUNTY, DIRECTOR), person(city, COUNTY, HANDLER)
    viewer = makers.viewer_for_role(Role.VIEWER, COUNTY)
    with makers.everything(city) as session:
        grid = makers.grid(VILLAGE, 77)
        session.add(grid)
        session.flush()
        worker = makers.gridworker(session, grid)
        worker_id, name = worker.person_id, worker.name
    key = in_use(director, of(Field("f1", "text", "事项"), Field("f2", "person", "网格员")))
    with reading(handler) as session:
        for said in (f"#{worker_id}", name):
            (row,) = preview_changes(session, key, [RowChange(None, {"f2": said})])
            assert row.problems
            assert all(name not in now for _key, _label, _before, now in row.changed)
    with reading(director) as session:
        (row,) = preview_changes(session, key, [RowChange(None, {"f2": f"#{worker_id}"})])
        assert not row.problems
    with acting(director) as session:
        entry = make_entry(session, key, VILLAGE, {"f2": name})
    for said in (name, f"#{worker_id}"):
        with reading(director) as session:
            assert find_entries(session, key, filters=(Filter("f2", How.IS, said),)).total == 1
        for blind in (handler, viewer):
            with reading(blind) as session, pytest.raises(BadInput):
                find_entries(session, key, filters=(Filter("f2", How.IS, said),))
    with reading(viewer) as session:
        assert entry_card(session, entry).row.cells["f2"] == f"人** #{worker_id}"


def test_a_masked_field_of_a_few_answers_is_not_asked_for_them(city):
    director = person(city, COUNTY, DIRECTOR)
    key = in_use(
        director,
        of(
            Field("f1", "text", "姓"), Field("f2", "yes_no", "是否", masked=True),
            Field("f3", "choice", "类", masked=True, choices=(Choice("a", "贫"), Choice("b", "富"))),
        ),
    )  # fmt: skip
    with acting(director) as session:
        entry = make_entry(session, key, COUNTY, {"f1": "某", "f2": "是", "f3": "贫"})
    with reading(director) as session:
        assert entry_card(session, entry).row.cells == {"f1": "某", "f2": "*", "f3": "*"}
        for field, said in (("f2", "是"), ("f3", "贫")):
            with pytest.raises(BadInput):
                find_entries(session, key, filters=(Filter(field, How.IS, said),))
            assert find_entries(session, key, filters=(Filter(field, How.FILLED),)).total == 1


def test_a_department_sees_nothing_of_others_in_editions_and_change_sets(city):
    director, handler = person(city, COUNTY, DIRECTOR), person(city, COUNTY, HANDLER)
    served = in_use(director, SERVICE_LIST, "service_list")
    key = in_use(director, registering.design())
    with acting(director) as session:
        make_entry(session, served, COUNTY, {NAME: "未公布的事", "f2": "其他"})
        edition = propose_edition(session, served, COUNTY, TODAY, "")
        save_changes(session, key, ChangeSetKind.IMPORT, "名单.xlsx", [RowChange(None, {TEXT: "甲"})])
    with acting(handler) as session:
        own = save_changes(session, key, ChangeSetKind.IMPORT, "本局.xlsx", [RowChange(None, {TEXT: "乙"})])
    with reading(handler) as session:
        with pytest.raises(NotFound):
            edition_card(session, edition)
        with pytest.raises(NotFound):
            preview_of(session, Kind.EDITION, edition)
        assert [one.id for one in change_sets_of(session, key)] == [own]
    with makers.everything(city) as session:
        row = session.get_one(Publication, edition)
        version = row.version
    assert version == 1


@pytest.mark.parametrize("kind", [Kind.SCHEME, Kind.TASK, Kind.MEETING, Kind.OBJECTION, Kind.NOMINATION])
def test_an_administrator_previews_nothing_that_they_may_not_read(city, kind):
    with reading(person(city, COUNTY, ADMINISTRATOR)) as session, pytest.raises(NotAllowed):
        preview_of(session, kind, 1)


WAITING = Design(
    "审批台账",
    fields=(Field("f1", "text", "事项"), Field("f2", "number", "金额"),
            Field("f3", "formula", "倍", formula="[金额]×2"), Field("f4", "attachment", "附件")),
    stages=(Stage("draft", "草稿", kind=StageKind.DRAFT, editable=True),
            Stage("waiting", "待审", kind=StageKind.WAITING, editable=True), Stage("done", "通过")),
    moves=(Move("submit", "提交", sources=("draft",), target="waiting"),
           Move("approve", "通过", sources=("waiting",), target="done", by=Turn.OWN_OR_ABOVE, decides=True,
                by_another=True)),
)  # fmt: skip


@pytest.mark.parametrize("way", ["edit", "sheet", "file", "before"])
def test_who_has_written_into_an_entry_does_not_decide_on_it(city, way):
    director, leader, duty = (person(city, COUNTY, role) for role in (DIRECTOR, LEADER, DUTY))
    key = in_use(director, WAITING)
    with acting(duty) as session:
        entry = make_entry(session, key, COUNTY, {"f1": "申请", "f2": "1"})
    if way == "before":
        with acting(director) as session:
            edit_entry(session, entry, {"f2": "9999"}, 1)
    with acting(duty) as session:
        add_attachment(session, entry, "f4", "照片.png", PICTURE)
        move_entry(session, entry, "submit", "", 3 if way == "before" else 2)
    with acting(director) as session:
        if way == "edit":
            edit_entry(session, entry, {"f2": "9999"}, 3)
        elif way == "sheet":
            save_changes(session, key, ChangeSetKind.EDITOR, "", [RowChange(entry, {"f2": "9999"}, 3)])
        elif way == "file":
            add_attachment(session, entry, "f4", "另一张.png", PICTURE + b"x")
    with reading(director) as session:
        assert entry_card(session, entry).moves == ()
        assert waiting_for_me(session) == ()
    with acting(director) as session, pytest.raises(NotAllowed):
        move_entry(session, entry, "approve", "", 4)
    with acting(director) as session, pytest.raises(BadInput):
        move_all(session, key, {entry: 4}, "approve", "")
    with reading(leader) as session:
        assert [one.id for one in waiting_for_me(session)] == [entry]
    with acting(leader) as session:
        assert move_entry(session, entry, "approve", "", 4) == "done"


def test_who_decides_may_fill_in_what_belongs_to_the_decision(city):
    director, duty = person(city, COUNTY, DIRECTOR), person(city, COUNTY, DUTY)
    key = in_use(director, WAITING)
    with acting(duty) as session:
        entry = make_entry(session, key, COUNTY, {"f1": "申请"})
        move_entry(session, entry, "submit", "", 1)
    with acting(director) as session:
        edit_entry(session, entry, {"f2": "5"}, 2)
        edit_entry(session, entry, {"f2": "6"}, 3)
        assert move_entry(session, entry, "approve", "", 4) == "done"


def test_what_a_new_design_computes_is_nobodys_work(city):
    director, duty = person(city, COUNTY, DIRECTOR), person(city, COUNTY, DUTY)
    key = in_use(director, WAITING)
    with acting(duty) as session:
        entry = make_entry(session, key, COUNTY, {"f1": "申请", "f2": "1"})
        move_entry(session, entry, "submit", "", 1)
    fields = [replace(one, formula="[金额]×3") if one.key == "f3" else one for one in WAITING.fields]
    redesigned(director, key, replace(WAITING, fields=tuple(fields)))
    with reading(director) as session:
        card = entry_card(session, entry)
        assert card.row.cells["f3"] == "3"
        assert [one.key for one in card.moves] == ["approve"]


@pytest.mark.parametrize("first", ["entry", "design"])
def test_nobody_writes_under_a_design_that_is_used_no_more(city, first):
    """A change of the design and a change of an entry come one after the other, whichever is first."""
    director, duty = person(city, COUNTY, DIRECTOR), person(city, COUNTY, DUTY)
    loose = of(Field("f1", "text", "事项"), Field("f2", "number", "数"))
    strict = replace(loose, fields=(loose.fields[0], replace(loose.fields[1], most="9")))
    key = in_use(director, loose)
    with acting(duty) as session:
        entry = make_entry(session, key, COUNTY, {"f1": "甲", "f2": "5"})
    with acting(director) as session:
        save_draft(session, key, strict, None)
    told: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    def does(viewer: Viewer, name: str, step: Callable[[ScopedSession], object]) -> None:
        try:
            with acting(viewer) as session:
                step(session)
                if name == first:
                    begun.set()
                    goes_on.wait(3)
        except (BadInput, Conflict):
            told.append(name)
        finally:
            begun.set()

    steps = {
        "entry": threading.Thread(
            target=does, args=(duty, "entry", lambda s: edit_entry(s, entry, {"f2": "99"}, 1))
        ),
        "design": threading.Thread(target=does, args=(director, "design", lambda s: use_draft(s, key, 1))),
    }
    second = "design" if first == "entry" else "entry"
    steps[first].start()
    begun.wait(5)
    steps[second].start()
    steps[second].join(1)
    goes_on.set()
    for thread in steps.values():
        thread.join(20)
    assert told == [second]
    with makers.everything(city) as session:
        held = json.loads(session.get_one(Entry, entry).content)["f2"]
    assert held == ("99" if first == "entry" else "5")


def test_a_step_for_no_entries_leaves_nothing_behind(city):
    director = person(city, COUNTY, DIRECTOR)
    key = in_use(director, registering.design())
    with acting(director) as session:
        assert move_all(session, key, {}, "submit", "") == 0
    with reading(director) as session:
        assert change_sets_of(session, key) == ()


def test_the_gate_of_no_center_is_not_set(city):
    with acting(person(city, COUNTY, DIRECTOR)) as session, pytest.raises(NotFound):
        set_gate_rule(session, COUNTY + "998", True, None)


def test_hidden_files_are_not_told_of(city):
    director, village = person(city, COUNTY, DIRECTOR), person(city, VILLAGE, DUTY)
    key = in_use(
        director,
        of(Field("f1", "text", "事项"), Field("f2", "attachment", "底稿", seen_by=ABOVE),
           Field("f3", "attachment", "照片")),
    )  # fmt: skip
    with acting(director) as session:
        entry = make_entry(session, key, VILLAGE, {"f1": "甲"})
        add_attachment(session, entry, "f2", "举报信.png", PICTURE)
    with acting(village) as session:
        add_attachment(session, entry, "f3", "举报信.png", PICTURE)
    with reading(village) as session:
        assert [one.name for one in entry_card(session, entry).attachments] == ["举报信.png"]


def test_a_number_that_is_looked_for_stands_in_no_address():
    """Addresses are kept by browsers, and by saved views in the database."""
    fields = (Field("f1", "citizen_id", "身份证号"), Field("f2", "text", "名", masked=True))
    wanted = (
        Filter("f1", How.IS, "990000199001010009"),
        Filter("f2", How.IS, "张三"),
        Filter("f1", How.FILLED),
    )
    said = parameters(wanted, fields)
    assert "9900001990" not in f"{said}"
    assert "张三" not in f"{said}"
    assert set(said_filters(said, fields)) == set(wanted)


def test_what_holds_for_all_below_is_not_changed_behind_the_decision():
    stages = (Stage("draft", "草稿", editable=True), Stage("held", "有效", in_force=True))
    moves = (Move("go", "公布", sources=("draft",), target="held"),)
    kept = of(OPEN, Field("f2", "date", "起"), stages=stages, moves=moves, since="f2")
    assert checked(replace(kept, publishing=Publishing.ENTRY))
    loose = (stages[0], replace(stages[1], editable=True))
    with pytest.raises(BadInput, match="公布有效"):
        checked(replace(kept, publishing=Publishing.ENTRY, stages=loose))
