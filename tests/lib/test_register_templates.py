"""The registers that come with the product: each is sound, is used at once, and keeps its gate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.register import ChangeSetKind, Entry
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.errors import BadInput, NotAllowed
from lib.fields import expression
from lib.fields.kinds import kind_of
from lib.registers.changes.commands import move_all, save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.checks import checked
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import By, Design, Move, StageKind, loaded, written
from lib.registers.entries.commands import edit_entry, make_entry, move_entry, remove_entry
from lib.registers.needs import kept_needs, shown_needs
from lib.registers.queries import designs_of
from lib.registers.reckoning import nameable
from lib.registers.templates import SHIPPED
from lib.registers.templates.template import GROUPS
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT

NAMES = tuple(SHIPPED)
PASSED = {
    "f2": "道路拓宽", "f3": "重大工程项目", "f4": "交通局", "f6": "2026-06-01", "f10": "分段施工",
    "f11": "低风险", "f12": "可以实施", "f13": "2027-06-01",
}  # fmt: skip
PROJECT = {
    "f2": "九州大道", "f3": "交通", "f4": "市政工程处", "f5": "某人", "f7": "100", "f10": "2026-07-01",
    "f11": "2027-07-01",
}  # fmt: skip


@pytest.fixture
def city(database):
    makers.plant_small(database)
    with makers.everything(database) as session:
        for code in (CITY, COUNTY):
            for role in (Role.DUTY_OFFICER, Role.CENTER_DIRECTOR):
                session.add(makers.account(role, code))
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(url: str, role: Role, code: str = COUNTY) -> Viewer:
    with makers.everything(url) as session:
        found = session.scalars(select(Account).where(Account.role == role, Account.center_code == code))
        return makers.viewer_of_account(found.one())


def in_use(designer: Viewer, name: str, center_code: str = CITY) -> int:
    with acting(designer) as session:
        register_id = make_register(session, center_code, SHIPPED[name].design, name)
        use_draft(session, register_id, designs_of(session, register_id)[0].seen)
        return register_id


def linked(design: Design) -> Design:
    fields = (replace(one, links_to=1) if one.kind == "link" else one for one in design.fields)
    return replace(design, fields=tuple(fields))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_sound_and_is_kept_as_it_is(name):
    design = checked(linked(SHIPPED[name].design))
    assert loaded(written(design)) == design
    assert checked(design) == design
    assert SHIPPED[name].group in GROUPS
    assert SHIPPED[name].ids
    for rule in design.rules:  # what is kept can be shown and read again
        shown = expression.labeled(rule.holds, design.by_key)
        assert expression.read(shown, design.by_key, of_today=True).text == rule.holds
    for move in design.moves:
        if move.needs:
            shown = expression.labeled(move.needs, nameable(design))
            assert expression.read(shown, nameable(design), of_today=True).text == move.needs


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_said_in_two_languages(name):
    design = SHIPPED[name].design
    said = [(design.name, design.name_en), (design.about, design.about_en)]
    said += [(one.label, one.label_en) for one in (*design.fields, *design.stages, *design.moves)]
    said += [(choice.label, choice.label_en) for one in design.fields for choice in one.choices]
    said += [(one.sentence, one.sentence_en) for one in design.rules]
    said += [(one.needs_words, one.needs_words_en) for one in design.moves if one.needs]
    for chinese, english in said:
        assert chinese.strip(), english
        assert english.strip(), chinese
        assert english.isascii(), chinese
    assert all("、" not in choice.label for one in design.fields for choice in one.choices)


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_leads_to_an_end(name):
    design = SHIPPED[name].design
    if not design.stages:
        return
    ends = {one.key for one in design.stages if one.kind in (StageKind.DONE, StageKind.REFUSED)}
    assert any(one.kind is StageKind.DONE for one in design.stages)
    leads = set(ends)
    for _round in design.moves:
        leads |= {source for move in design.moves if move.target in leads for source in move.sources}
    assert leads == {one.key for one in design.stages}


def test_phones_and_citizen_ids_are_masked_and_titles_are_not():
    for name, one in SHIPPED.items():
        for field in one.design.fields:
            if field.kind in ("phone", "citizen_id"):
                assert kind_of(field).always_masked
            assert not (field.key in one.design.title and field.masked), name


def test_each_is_made_and_used_at_once(city):
    director = person(city, Role.CENTER_DIRECTOR, CITY)
    made = {}
    for name in sorted(NAMES, key=lambda name: len(SHIPPED[name].links)):
        made[name] = in_use(director, name)
    with reading(director) as session:
        for name, register_id in made.items():
            row = designs_of(session, register_id)[0]
            assert row.used_since is not None
            for key, other in SHIPPED[name].links:
                assert row.design.by_key[key].links_to == made[other]


def test_a_link_without_its_register_is_chosen_by_the_designer(city):
    with pytest.raises(BadInput, match="请选择关联哪本台账"):
        in_use(person(city, Role.CENTER_DIRECTOR, CITY), "key_projects")


def version(viewer: Viewer, entry_id: int) -> int:
    with reading(viewer) as session:
        return session.get(Entry, entry_id).version


def moved(viewer: Viewer, entry_id: int, action: str, reason: str = "") -> str:
    seen = version(viewer, entry_id)
    with acting(viewer) as session:
        return move_entry(session, entry_id, action, reason, seen)


def edited(viewer: Viewer, entry_id: int, **typed: str) -> int:
    seen = version(viewer, entry_id)
    with acting(viewer) as session:
        return edit_entry(session, entry_id, typed, seen)


def test_no_project_starts_without_a_passed_assessment(city):
    duty, director = person(city, Role.DUTY_OFFICER), person(city, Role.CENTER_DIRECTOR)
    city_duty = person(city, Role.DUTY_OFFICER, CITY)
    head = person(city, Role.CENTER_DIRECTOR, CITY)
    risks, projects = in_use(head, "risk_assessments"), in_use(head, "key_projects")
    with acting(duty) as session:
        ours = make_entry(session, risks, COUNTY, PASSED)
        project = make_entry(session, projects, COUNTY, PROJECT)
    with acting(city_duty) as session:
        above = make_entry(session, risks, CITY, PASSED)

    def refused() -> None:
        with pytest.raises(BadInput, match="没有通过稳评，不能开工"):
            moved(duty, project, "start")
        seen = version(duty, project)
        with pytest.raises(BadInput, match="没有通过稳评，不能开工"), acting(duty) as session:
            move_all(session, projects, {project: seen}, "start", "")

    refused()  # nothing is linked
    edited(duty, project, f6="#1")
    refused()  # it is being assessed
    moved(duty, ours, "submit")
    refused()  # it waits
    with pytest.raises(NotAllowed):
        moved(duty, ours, "pass")
    assert moved(director, ours, "pass") == "passed"
    with pytest.raises(BadInput, match="找不到"):  # one of another center cannot be named
        edited(duty, project, f6="#2")
    assert moved(duty, project, "start") == "started"

    # What opened the gate stays.
    with pytest.raises(BadInput, match="没有通过稳评"):
        edited(duty, project, f6="")
    seen = version(duty, project)
    with pytest.raises(BadInput, match="没有通过稳评"), acting(duty) as session:
        save_changes(session, projects, ChangeSetKind.EDITOR, "", [RowChange(project, {"f6": ""}, seen)])
    edited(duty, project, f8="50")
    assert above


def test_an_assessment_that_was_taken_out_or_has_expired_opens_nothing(city):
    duty, director = person(city, Role.DUTY_OFFICER), person(city, Role.CENTER_DIRECTOR)
    head = person(city, Role.CENTER_DIRECTOR, CITY)
    risks, projects = in_use(head, "risk_assessments"), in_use(head, "key_projects")
    with acting(duty) as session:
        assessments = [make_entry(session, risks, COUNTY, PASSED) for _n in range(2)]
        first = make_entry(session, projects, COUNTY, PROJECT | {"f6": "#1"})
        second = make_entry(session, projects, COUNTY, PROJECT | {"f2": "另一条路", "f6": "#2"})
    moved(duty, assessments[0], "submit")
    moved(director, assessments[0], "pass")
    moved(director, assessments[0], "expire", "到期")
    seen = version(duty, assessments[1])
    with acting(duty) as session:
        remove_entry(session, assessments[1], "重复", seen)
    for project in (first, second):
        with pytest.raises(BadInput, match="没有通过稳评"):
            moved(duty, project, "start")


@pytest.mark.parametrize(
    ("needs", "words", "why"),
    [
        ('[稳评的状态]="过了"', "不行。", "没有“过了”这个状态"),
        ('[没有的字段]="已通过"', "不行。", "没有“没有的字段”"),
        ('[稳评的状态]="已通过"', "", "请写明条件不符合时怎么提示"),
        ("[稳评的状态]+1>2", "不行。", "不同种类"),
    ],
)
def test_a_condition_that_cannot_be_met_is_refused_where_it_is_made(city, needs, words, why):
    head = person(city, Role.CENTER_DIRECTOR, CITY)
    in_use(head, "risk_assessments")
    projects = in_use(head, "key_projects")
    with reading(head) as session:
        design = designs_of(session, projects)[0].design
    start = replace(design.move("start"), needs=needs, needs_words=words)
    changed = replace(design, moves=(start, *design.moves[1:]))
    with acting(head) as session:
        seen = save_draft(session, projects, changed, None)
    with pytest.raises(BadInput, match=why), acting(head) as session:
        use_draft(session, projects, seen)


def test_a_rule_cannot_ask_for_the_stage_of_another_entry():
    design = linked(SHIPPED["key_projects"].design)
    rule = replace(design.rules[0], holds='[稳评的状态]="已通过"')
    with pytest.raises(BadInput, match="稳评的状态"):
        checked(replace(design, rules=(rule,)))


def test_a_step_without_a_condition_is_kept_as_it_was():
    move = Move("a", "甲", "A", ("draft",), "draft", By.OWN)
    assert (
        "needs"
        not in written(replace(SHIPPED["visits"].design, moves=(move,))).split('"moves"')[1].split("]")[0]
    )


def test_a_condition_is_shown_by_names_and_kept_by_keys():
    design = checked(linked(SHIPPED["key_projects"].design))
    start = design.move("start")
    assert shown_needs(start, design) == '[稳评的状态] = "已通过"'
    assert kept_needs(shown_needs(start, design), design) == start.needs
    assert kept_needs("看不懂[", design) == "看不懂["
